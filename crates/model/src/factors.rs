//! Second factors: codes from an app, backup codes, passkeys, and confirming again who one is.

use serde::{Deserialize, Serialize};

use crate::{FactorId, Timestamp};

/// Digits of a code from an app.
pub const CODE_DIGITS: usize = 6;
/// Backup codes made at once.
pub const BACKUP_CODES: usize = 10;

/// What is still to do after the first step of a sign-in was right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondStep {
    /// Show one of one's second factors.
    Prove {
        /// Whether codes from an app are set up.
        totp: bool,
        /// Whether a backup code is left.
        backup_codes: bool,
        /// Whether there is a passkey.
        passkey: bool,
    },
    /// The role needs a second factor and there is none yet: set one up.
    Enrol {
        /// Whether passkeys work at this address.
        passkeys: bool,
    },
}

/// How a sign-in went so far, for pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInState {
    /// Signed in.
    Done,
    /// One step is left.
    Second(SecondStep),
}

/// A seed to put into an app, not in force until a code of it is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpOffer {
    /// The seed in base32, in groups of four, to type.
    pub secret: String,
    /// The same as an `otpauth:` address, behind the picture.
    pub url: String,
    /// The picture: a QR code as SVG, one module wide per unit.
    pub qr: QrCode,
}

impl std::fmt::Debug for TotpOffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpOffer")
    }
}

/// A QR code (ISO/IEC 18004) as one SVG path of its dark modules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrCode {
    /// Modules on each side, without the quiet zone.
    pub size: u32,
    /// `d` of the path.
    pub path: String,
}

/// A person's own factors, as the security page shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factors {
    /// Since when codes from an app are in force.
    pub totp_since: Option<Timestamp>,
    /// Backup codes not used yet.
    pub backup_codes_left: u32,
    /// Passkeys, newest first.
    pub passkeys: Vec<Passkey>,
    /// Whether the role asks for a second factor.
    pub required: bool,
}

impl Factors {
    /// What confirming asks for: a second factor where there is one.
    #[must_use]
    pub fn any(&self) -> bool {
        self.totp_since.is_some() || !self.passkeys.is_empty()
    }

    /// The second step of a sign-in: to show one of them, or to set one up where there is none.
    #[must_use]
    pub fn step(&self, passkeys: bool) -> SecondStep {
        if self.any() {
            SecondStep::Prove {
                totp: self.totp_since.is_some(),
                backup_codes: self.backup_codes_left > 0,
                passkey: !self.passkeys.is_empty(),
            }
        } else {
            SecondStep::Enrol { passkeys }
        }
    }
}

/// A passkey in its owner's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Its id.
    pub id: FactorId,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

/// What the browser is asked of a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The options for `navigator.credentials`, as JSON with base64url for bytes.
    pub options: String,
    /// Goes back with the answer.
    pub ceremony: String,
}

/// What someone shows to confirm that it is them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Showing {
    /// The password; enough only for those without a second factor.
    Password(String),
    /// A code from an app.
    Totp(String),
    /// A backup code, used up by this.
    BackupCode(String),
}

impl std::fmt::Debug for Showing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password",
            Self::Totp(_) => "Totp",
            Self::BackupCode(_) => "BackupCode",
        })
    }
}
