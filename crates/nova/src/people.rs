//! The directory with who is online: identity knows people, the live channel knows tabs.

use model::{ApiError, Caller, identity::Person};

use crate::Nova;

impl Nova {
    /// Everyone, by user name, with their online state.
    ///
    /// # Errors
    /// `Forbidden` without `people.read`.
    pub async fn people(&self, caller: &Caller) -> Result<Vec<Person>, ApiError> {
        let online = self.live.online(caller)?;
        let mut people = self.identity.people(caller).await?;
        for person in &mut people {
            person.online = online.contains(&person.id);
        }
        Ok(people)
    }
}
