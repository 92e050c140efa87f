use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::Project;
use crate::{ApiError, Timestamp};

/// What must hold for a grant to count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Condition {
    /// Only towards what belongs to oneself.
    Own,
    /// Only with a sign-in that showed a second factor or a passkey.
    SecondFactor,
    /// Only from these addresses.
    Network {
        /// The range.
        network: Network,
    },
    /// Only in this part of the day, on these days, in UTC. `from` after `until` runs over midnight and belongs to the
    /// day it began on.
    Hours {
        /// On which days.
        days: Days,
        /// First minute of the day, 0–1439.
        from: u16,
        /// Minute of the day it ends before, 1–1440.
        until: u16,
    },
    /// Only towards what is part of these projects; never towards what is part of none, such as the audit log.
    Project {
        /// 1 to [`Project::MAX_NAMED`].
        projects: Vec<Project>,
    },
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => f.write_str("own only"),
            Self::SecondFactor => f.write_str("with a second factor"),
            Self::Network { network } => write!(f, "from {network}"),
            Self::Hours { days, from, until } => {
                let clock = |minute: &u16| format!("{:02}:{:02}", minute / 60, minute % 60);
                write!(f, "{days} {}–{} UTC", clock(from), clock(until))
            }
            Self::Project { projects } => {
                let names: Vec<_> = projects.iter().map(Project::as_str).collect();
                write!(f, "for the project{} {}", if names.len() == 1 { "" } else { "s" }, names.join(", "))
            }
        }
    }
}

impl Condition {
    /// Refuses one that could never hold, and more projects than one can mean.
    ///
    /// # Errors
    /// `Invalid` on `conditions` or `projects`.
    pub fn check(&self) -> Result<(), ApiError> {
        match self {
            Self::Hours { days, from, until }
                if days.0 == 0 || days.0 > 0x7f || *from > 1439 || !(1..=1440).contains(until) || from == until =>
            {
                Err(ApiError::invalid("conditions", "Hours need at least one day and two different times of the day."))
            }
            Self::Project { projects } if !(1..=Project::MAX_NAMED).contains(&projects.len()) => {
                Err(ApiError::invalid("projects", format!("Name 1 to {} projects.", Project::MAX_NAMED)))
            }
            _ => Ok(()),
        }
    }
}

/// A range of addresses in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3); a single address is a range of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(IpNet);

impl Network {
    /// Whether `address` lies in it. IPv4 in IPv6 counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Whether every address of its kind lies in it.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.0.prefix_len() == 0
    }

    /// Whether all of `other` lies in it.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.0.contains(&other.0)
    }
}

impl FromStr for Network {
    type Err = ApiError;
    fn from_str(text: &str) -> Result<Self, ApiError> {
        let text = text.trim();
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map(|network| Self(network.trunc())).map_err(|_| {
            ApiError::invalid("network", "Write an address or a range, such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32.")
        })
    }
}

impl TryFrom<String> for Network {
    type Error = ApiError;
    fn try_from(text: String) -> Result<Self, ApiError> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Days of the week, Monday the lowest of seven bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Days(pub u8);

impl Days {
    /// Their short names, Monday first.
    pub const NAMES: [&'static str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// Whether day `index` (0 is Monday) is among them.
    #[must_use]
    pub const fn has(self, index: u32) -> bool {
        index < 7 && self.0 & (1 << index) != 0
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0x7f => f.write_str("every day"),
            0x1f => f.write_str("Mon–Fri"),
            _ => {
                let names: Vec<_> = (0..7).filter(|day| self.has(*day)).map(|day| Self::NAMES[day as usize]).collect();
                f.write_str(&names.join(", "))
            }
        }
    }
}

/// Whether `at` lies in the hours.
pub(super) fn within(days: Days, from: u16, until: u16, at: Timestamp) -> bool {
    let minutes = at.0.div_euclid(60_000);
    let minute = minutes.rem_euclid(1440);
    // 1 January 1970 was a Thursday.
    let day = |minutes: i64| u32::try_from((minutes.div_euclid(1440) + 3).rem_euclid(7)).unwrap_or(0);
    let (from, until) = (i64::from(from), i64::from(until));
    if from < until {
        days.has(day(minutes)) && (from..until).contains(&minute)
    } else {
        (minute >= from && days.has(day(minutes))) || (minute < until && days.has(day(minutes - 1440)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_know_their_days_and_run_over_midnight() {
        // Monday 5 January 1970, 00:00 UTC.
        let monday = 4 * 1440;
        let at = |minutes: i64| Timestamp((monday + minutes) * 60_000);
        let work = |minutes| within(Days(0x1f), 9 * 60, 17 * 60, at(minutes));
        assert_eq!([539, 540, 1019, 1020].map(work), [false, true, true, false]);
        assert!(work(4 * 1440 + 600), "Friday");
        assert!(!work(5 * 1440 + 600), "Saturday");
        let night = |minutes| within(Days(1), 22 * 60, 6 * 60, at(minutes));
        assert_eq!(
            [0, 1319, 1320, 1440 + 359, 1440 + 360, 1440 + 1320].map(night),
            [false, false, true, true, false, false]
        );
    }

    #[test]
    fn networks_are_written_as_people_write_them() {
        let network: Network = " 10.1.2.3/8 ".parse().unwrap();
        assert_eq!(network.to_string(), "10.0.0.0/8");
        assert!(network.contains("10.255.0.1".parse().unwrap()));
        assert!(network.contains("::ffff:10.0.0.1".parse().unwrap()));
        assert!(!network.contains("11.0.0.1".parse().unwrap()));
        assert!("192.0.2.7".parse::<Network>().unwrap().contains("192.0.2.7".parse().unwrap()));
        for wrong in ["", "10.0.0.0/33", "x", "10.0.0"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
