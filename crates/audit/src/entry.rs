use std::fmt;

use model::{
    Caller, UserId,
    audit::{Action, Outcome},
};

/// Longest text kept of anything people wrote, in characters; the rest is cut off with an ellipsis.
const MAX_TEXT: usize = 500;

/// What to add to the log.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(crate) actor: String,
    pub(crate) actor_name: String,
    pub(crate) behalf: String,
    pub(crate) action: Action,
    pub(crate) object_kind: &'static str,
    pub(crate) object: String,
    pub(crate) object_name: String,
    pub(crate) address: String,
    pub(crate) session: String,
    pub(crate) factor: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) detail: String,
}

impl Entry {
    /// `caller` did this. Their name is looked up when the entry is written.
    #[must_use]
    pub fn by(caller: &Caller, action: Action) -> Self {
        let text = |id: Option<String>| id.unwrap_or_default();
        Self {
            actor: text(caller.user().ok().map(|user| user.to_string())),
            behalf: caller.purpose().unwrap_or_default().to_owned(),
            address: text(caller.circumstances().address.map(|address| address.to_string())),
            session: text(
                caller.session().map(|session| session.to_string()).or(caller.api_key().map(|key| key.to_string())),
            ),
            factor: caller.proof().map_or("", |proof| proof.factor.name()),
            ..Self::stranger(action, "")
        }
    }

    /// Somebody we do not know (yet) did this.
    #[must_use]
    pub fn stranger(action: Action, address: &str) -> Self {
        Self {
            actor: String::new(),
            actor_name: String::new(),
            behalf: String::new(),
            action,
            object_kind: "",
            object: String::new(),
            object_name: String::new(),
            address: cut(address),
            session: String::new(),
            factor: "",
            outcome: Outcome::Done,
            detail: String::new(),
        }
    }

    /// It is this person's own account, taken down by background work. Their name is looked up when the entry is written.
    #[must_use]
    pub fn reported_by(self, user: UserId) -> Self {
        Self { actor: user.to_string(), ..self }
    }

    /// Towards a person; their name is looked up when the entry is written.
    #[must_use]
    pub fn person(self, user: UserId) -> Self {
        self.object("person", user, "")
    }

    /// Towards anything else.
    #[must_use]
    pub fn object(self, kind: &'static str, id: impl fmt::Display, name: &str) -> Self {
        Self { object_kind: kind, object: cut(&format!("{id}")), object_name: cut(name), ..self }
    }

    /// It was refused.
    #[must_use]
    pub fn refused(self) -> Self {
        Self { outcome: Outcome::Refused, ..self }
    }

    /// What else is worth knowing; never a secret.
    #[must_use]
    pub fn detail(self, detail: &str) -> Self {
        Self { detail: cut(detail), ..self }
    }
}

/// What `text` is kept as: bounded, and without the one character PostgreSQL cannot store.
pub(crate) fn cut(text: &str) -> String {
    let mut kept: String = text.chars().filter(|c| *c != '\0').take(MAX_TEXT).collect();
    if text.chars().nth(MAX_TEXT).is_some() {
        kept.push('…');
    }
    kept
}
