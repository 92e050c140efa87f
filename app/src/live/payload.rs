//! What an event carries.

use std::{fmt, marker::PhantomData};

use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The body of [`model::live::Event`]'s JSON, `{"kind": body}`. The topic says what kind it is.
pub(super) fn of<T: DeserializeOwned>(event: &RawValue) -> serde_json::Result<T> {
    serde_json::Deserializer::from_str(event.get()).deserialize_map(Body(PhantomData))
}

struct Body<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Body<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event with its kind")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        match map.next_entry::<IgnoredAny, T>()? {
            Some((_, body)) => Ok(body),
            None => Err(A::Error::custom("an event without a kind")),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{
        UserId,
        live::{Event, Presence},
    };

    use super::*;

    #[test]
    fn every_event_gives_its_body() -> serde_json::Result<()> {
        let presence = Presence { user: UserId::new(), online: true };
        let event = serde_json::value::to_raw_value(&Event::Presence(presence))?;
        assert_eq!(of::<Presence>(&event)?, presence);
        let services = serde_json::value::to_raw_value(&Event::Services(Vec::new()))?;
        assert!(of::<Vec<model::service::ServiceHealth>>(&services)?.is_empty());
        assert!(of::<Presence>(&services).is_err());
        assert!(of::<Presence>(&serde_json::value::to_raw_value(&())?).is_err());
        Ok(())
    }
}
