//! The audit log: what happened, who did it, from where, and how the entries hold together.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ApiError, Timestamp};

macro_rules! actions {
    ($($name:ident = $text:literal, $about:literal;)+) => {
        /// What was done, `object.verb`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Action {
            $(
                #[doc = concat!("`", $text, "`: ", $about, ".")]
                #[serde(rename = $text)]
                $name,
            )+
        }

        impl Action {
            /// Every action there is.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The dotted name, as stored and exported.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The same in words.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => $about),+ }
            }
        }
    };
}

actions! {
    SessionBegin = "session.begin", "signed in";
    SessionEnd = "session.end", "ended a session";
    SessionConfirm = "session.confirm", "showed again who they are";
    SessionReuse = "session.reuse", "a replaced refresh token was used again";
    InstanceClaim = "instance.claim", "claimed the instance";
    AccountCreate = "account.create", "made an account";
    AccountRename = "account.rename", "changed their name";
    AccountPreferences = "account.preferences", "changed how dates and times are written for them";
    AvatarSet = "avatar.set", "changed their picture";
    AvatarRemove = "avatar.remove", "removed a picture";
    AccountDisable = "account.disable", "disabled an account";
    AccountEnable = "account.enable", "enabled an account";
    AccountUnlock = "account.unlock", "lifted the wait after wrong passwords";
    AccountRole = "account.role", "changed someone's role";
    AccountEmail = "account.email", "changed an e-mail address";
    AccountDelete = "account.delete", "deleted an account";
    AccountExport = "account.export", "exported their data";
    PasswordChange = "password.change", "changed their password";
    PasswordReset = "password.reset", "reset a password";
    PasswordForgot = "password.forgot", "asked for a password reset";
    TotpEnrol = "totp.enrol", "set up codes from an app";
    TotpRemove = "totp.remove", "removed codes from an app";
    BackupCodesMake = "backup_codes.make", "made new backup codes";
    PasskeyAdd = "passkey.add", "added a passkey";
    PasskeyRename = "passkey.rename", "renamed a passkey";
    PasskeyRemove = "passkey.remove", "removed a passkey";
    FactorsReset = "factors.reset", "removed someone's second factors";
    InvitationMake = "invitation.make", "made an invitation";
    InvitationWithdraw = "invitation.withdraw", "withdrew an invitation";
    RoleSave = "role.save", "made or changed a role";
    RoleRemove = "role.remove", "removed a role";
    KeyMake = "key.make", "made an API key";
    KeyRotate = "key.rotate", "replaced an API key";
    KeyRevoke = "key.revoke", "ended an API key";
    ProviderSave = "provider.save", "set up a sign-in provider";
    ProviderRemove = "provider.remove", "removed a sign-in provider";
    ProviderLink = "provider.link", "linked an account to a provider";
    ProviderUnlink = "provider.unlink", "unlinked an account from a provider";
    SettingsChange = "settings.change", "changed the instance's settings";
    SigningKeyRotate = "signing_key.rotate", "replaced the signing key";
    AuditExport = "audit.export", "exported the audit log";
    AuditPrune = "audit.prune", "deleted old audit entries";
    TerminalOpen = "terminal.open", "opened a shell";
    TerminalEnd = "terminal.end", "ended a shell";
    TerminalAdopt = "terminal.adopt", "took over the shells of the server before";
    RecordingStart = "recording.start", "began to record a shell";
    RecordingEnd = "recording.end", "ended a recording";
    RecordingPlay = "recording.play", "watched a recording";
    RecordingExport = "recording.export", "took a recording as a file";
    RecordingShare = "recording.share", "shared a recording by a link";
    RecordingUnshare = "recording.unshare", "ended a link to a recording";
    RecordingDelete = "recording.delete", "deleted a recording";
    RecordingPrune = "recording.prune", "deleted recordings whose time was up";
    RecordingPolicy = "recording.policy", "decided whose shells are recorded";
    TerminalShare = "terminal.share", "shared a shell";
    TerminalUnshare = "terminal.unshare", "ended sharing of a shell";
    TerminalJoin = "terminal.join", "joined someone's shell";
    TerminalLeave = "terminal.leave", "left someone's shell";
    TerminalWrite = "terminal.write", "let someone type in a shell, or no more";
    TerminalControl = "terminal.control", "gave control of a shell to someone";
    TerminalObserve = "terminal.observe", "began to watch someone's shell";
    TerminalObserveEnd = "terminal.observe_end", "stopped watching someone's shell";
    TerminalStop = "terminal.stop", "ended someone else's shells";
    TerminalLimit = "terminal.limit", "ended a shell at its limit";
    TerminalPolicy = "terminal.policy", "changed the limits of shells";
    CommandRun = "command.run", "ran a command, as their shell reports it";
    HistoryClear = "history.clear", "deleted their command history";
    HistoryExport = "history.export", "exported their command history";
    TemplateShare = "template.share", "shared a command template or changed a shared one";
    TemplateRemove = "template.remove", "removed a shared command template";
    RoomAdd = "room.add", "made a chat room";
    RoomChange = "room.change", "changed a chat room";
    RoomArchive = "room.archive", "archived a chat room or brought it back";
    MessageDelete = "message.delete", "deleted someone's message";
    MailRetry = "mail.retry", "sent waiting mail again";
    MailDiscard = "mail.discard", "discarded waiting mail";
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done.
    Done,
    /// Refused: not allowed, or the proof was wrong.
    Refused,
}

impl Outcome {
    /// The name as stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// One entry, as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// Its number; entries are numbered without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who did it: a user's id, or empty for a stranger and for Nova itself.
    pub actor: String,
    /// Their name at that time.
    pub actor_name: String,
    /// For whom it was done, where that is someone else: a key's owner, the purpose of background work.
    pub behalf: String,
    /// What was done.
    pub action: String,
    /// What it was done to: the kind of thing.
    pub object_kind: String,
    /// Which one.
    pub object: String,
    /// What it was called at that time.
    pub object_name: String,
    /// From which network address.
    pub address: String,
    /// In which sign-in, or with which key.
    pub session: String,
    /// With which factor that began.
    pub factor: String,
    /// How it went.
    pub outcome: Outcome,
    /// What else is worth knowing, in words.
    pub detail: String,
    /// SHA-256 over the previous entry's hash and this entry, in hexadecimal.
    pub hash: String,
}

/// Which entries are asked for; all conditions must be met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditFilter {
    /// Done by this user, or to this user: name or id.
    pub person: String,
    /// This action, or all of an object's when it ends in a dot.
    pub action: String,
    /// Towards this object: its id or name.
    pub object: String,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Not longer ago than this many hours.
    pub hours: Option<u32>,
    /// These words stand in it, in any case.
    pub text: String,
    /// Went like this.
    pub outcome: Option<Outcome>,
}

/// Longest text of a filter's field, in bytes.
pub const MAX_FILTER: usize = 200;

impl AuditFilter {
    /// Refuses what nobody means.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub fn check(&self) -> Result<(), ApiError> {
        let fields =
            [("person", &self.person), ("action", &self.action), ("object", &self.object), ("text", &self.text)];
        for (name, value) in fields {
            if value.len() > MAX_FILTER {
                return Err(ApiError::invalid(name, format!("Search for at most {MAX_FILTER} characters.")));
            }
        }
        match (self.from, self.until) {
            (Some(from), Some(until)) if from >= until => {
                Err(ApiError::invalid("until", "The end must lie after the beginning."))
            }
            _ => Ok(()),
        }
    }
}

/// One page of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The entries.
    pub events: Vec<AuditEvent>,
    /// Where the next page begins; `None` on the last.
    pub before: Option<i64>,
}

/// What a check of the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainCheck {
    /// Entries looked at.
    pub entries: u64,
    /// Number of the oldest entry kept.
    pub first: i64,
    /// Number of the newest.
    pub last: i64,
    /// Hash of the newest: noted elsewhere, it shows later that nothing before it was changed.
    pub head: String,
    /// The first entry that does not fit, and why.
    pub broken: Option<(i64, String)>,
}

/// Text from people as it may be shown in a log: control characters (escape sequences, line breaks) and marks that turn
/// the direction of text are written out as `\u{…}`.
#[must_use]
pub fn escaped(text: &str) -> String {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if harmful(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(escaped("a\u{1b}[31m\r\nb\u{202e}ü"), "a\\u{1b}[31m\\u{d}\\u{a}b\\u{202e}ü");
    }

    #[test]
    fn names_of_actions_are_distinct() {
        let names: std::collections::BTreeSet<_> = Action::ALL.iter().map(|action| action.name()).collect();
        assert_eq!(names.len(), Action::ALL.len());
    }
}
