//! Limits of shells: how many, how long, how much of the machine, and who may run programs only.

use serde::{Deserialize, Serialize};

use super::MAX_PER_USER;
use crate::{ApiError, Role};

/// Roles that may be restricted.
pub const MAX_RESTRICTIONS: usize = 32;
/// Programs of one role.
pub const MAX_PROGRAMS: usize = 32;
/// Words of one program's command, its name included.
pub const MAX_WORDS: usize = 32;
/// Folders a restricted role may read or write.
pub const MAX_FOLDERS: usize = 32;
/// Longest word, path or name, in bytes.
pub const MAX_TEXT: usize = 500;

/// What holds for all shells of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// No shell is opened until somebody lifts it: the second half of an emergency stop.
    pub stopped: bool,
    /// Shells of one person at once, 1 to [`MAX_PER_USER`].
    pub per_person: u32,
    /// A shell in which nobody types for so many minutes is ended, 5 to [`Policy::MAX_MINUTES`]; `None`: never.
    pub idle_minutes: Option<u32>,
    /// A shell is ended so many minutes after it was opened, 5 to [`Policy::MAX_MINUTES`]; `None`: never.
    pub lifetime_minutes: Option<u32>,
    /// How much of the machine one shell and what it starts may take.
    pub limits: Limits,
    /// Programs in shells gain no rights they were not started with: `sudo` and the like do not work.
    pub no_new_privileges: bool,
    /// Roles that run programs instead of a shell.
    pub restrictions: Vec<Restriction>,
}

/// How much of the machine one shell may take; `None`: as much as the server itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Processes: of the shell where the machine's control groups allow, else of the server's user account together.
    pub processes: Option<u32>,
    /// Open files of each process.
    pub files: Option<u32>,
    /// Memory in MiB: of the shell where control groups allow, else address space of each process.
    pub memory_mib: Option<u32>,
    /// Per cent of one core; only where control groups allow.
    pub cpu_percent: Option<u32>,
}

/// What a role runs instead of a shell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restriction {
    /// Whose.
    pub role: Role,
    /// What they may run; the first one unless they choose.
    pub programs: Vec<Program>,
    /// Folders and files these may read and run, beneath which everything may; absolute. With none and no `writable`,
    /// nothing is restricted about files.
    #[serde(default)]
    pub readable: Vec<String>,
    /// Those they may change as well.
    #[serde(default)]
    pub writable: Vec<String>,
}

/// A command that is run as it stands: no shell reads it, nothing in it is expanded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// What people see.
    pub name: String,
    /// The program's absolute path, and its words.
    pub argv: Vec<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            stopped: false,
            per_person: u32::try_from(MAX_PER_USER).unwrap_or(u32::MAX),
            idle_minutes: Some(24 * 60),
            lifetime_minutes: None,
            limits: Limits::default(),
            no_new_privileges: false,
            restrictions: Vec::new(),
        }
    }
}

impl Policy {
    /// Longest idle time and lifetime, in minutes: a year.
    pub const MAX_MINUTES: u32 = 365 * 24 * 60;
    /// Shortest.
    pub const MIN_MINUTES: u32 = 5;

    /// What `role` runs instead of a shell, if it may have none.
    #[must_use]
    pub fn restriction(&self, role: &Role) -> Option<&Restriction> {
        self.restrictions.iter().find(|restriction| restriction.role == *role)
    }

    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub fn check(&self) -> Result<(), ApiError> {
        let most = u32::try_from(MAX_PER_USER).unwrap_or(u32::MAX);
        within("per_person", Some(self.per_person), 1, most)?;
        within("idle_minutes", self.idle_minutes, Self::MIN_MINUTES, Self::MAX_MINUTES)?;
        within("lifetime_minutes", self.lifetime_minutes, Self::MIN_MINUTES, Self::MAX_MINUTES)?;
        within("processes", self.limits.processes, 8, 1_000_000)?;
        within("files", self.limits.files, 64, 1_000_000)?;
        within("memory_mib", self.limits.memory_mib, 64, 16 * 1024 * 1024)?;
        within("cpu_percent", self.limits.cpu_percent, 5, 100_000)?;
        if self.restrictions.len() > MAX_RESTRICTIONS {
            return Err(invalid(format!("At most {MAX_RESTRICTIONS} roles can be restricted.")));
        }
        for (number, restriction) in self.restrictions.iter().enumerate() {
            if self.restrictions.iter().take(number).any(|other| other.role == restriction.role) {
                return Err(invalid(format!(
                    "The role {} is restricted twice. Put its programs together.",
                    restriction.role
                )));
            }
            restriction.check()?;
        }
        Ok(())
    }
}

impl Restriction {
    fn check(&self) -> Result<(), ApiError> {
        let role = &self.role;
        if *role == Role::Owner {
            return Err(invalid("The owner cannot be restricted: nobody could mend it then.".to_owned()));
        }
        if self.programs.is_empty() || self.programs.len() > MAX_PROGRAMS {
            return Err(invalid(format!("{role}: give 1 to {MAX_PROGRAMS} programs.")));
        }
        for program in &self.programs {
            let name = program.name.trim();
            if name.is_empty() || !fits(name) {
                return Err(invalid(format!("{role}: give each program a name of at most {MAX_TEXT} bytes.")));
            }
            if self.programs.iter().filter(|other| other.name.trim() == name).count() > 1 {
                return Err(invalid(format!("{role}: two programs are called “{name}”. Name one of them otherwise.")));
            }
            let path = program.argv.first().map(String::as_str).unwrap_or_default();
            if !is_path(path) || program.argv.len() > MAX_WORDS || !program.argv.iter().all(|word| fits(word)) {
                return Err(invalid(format!(
                    "{role}, “{name}”: write the program's whole path, beginning with /, and at most {MAX_WORDS} words."
                )));
            }
        }
        let folders = [&self.readable, &self.writable];
        if folders.iter().any(|list| list.len() > MAX_FOLDERS || !list.iter().all(|path| is_path(path))) {
            return Err(invalid(format!("{role}: folders are whole paths, beginning with /, {MAX_FOLDERS} at most.")));
        }
        Ok(())
    }
}

fn within(field: &'static str, value: Option<u32>, least: u32, most: u32) -> Result<(), ApiError> {
    match value {
        Some(value) if !(least..=most).contains(&value) => {
            Err(ApiError::invalid(field, format!("Give a number from {least} to {most}.")))
        }
        _ => Ok(()),
    }
}

fn invalid(text: String) -> ApiError {
    ApiError::invalid("restrictions", text)
}

fn fits(text: &str) -> bool {
    text.len() <= MAX_TEXT && !text.contains('\0')
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') && fits(path) && !path.split('/').any(|part| part == "..")
}

/// What this machine can enforce, told beside the limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Means {
    /// Why limits of whole shells cannot be set by control groups; `None`: they can.
    pub no_cgroups: Option<String>,
    /// Version of the kernel's Landlock interface, 0 where it has none: file scopes of restricted roles need it.
    pub landlock: u32,
    /// The server is root: a bound of processes without control groups does not hold then.
    pub root: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(name: &str, argv: &[&str]) -> Program {
        Program { name: name.into(), argv: argv.iter().map(|word| (*word).into()).collect() }
    }

    fn restricted(role: Role, programs: Vec<Program>) -> Policy {
        let restriction = Restriction { role, programs, readable: Vec::new(), writable: Vec::new() };
        Policy { restrictions: vec![restriction], ..Policy::default() }
    }

    #[test]
    fn bounds_name_their_field() {
        assert!(Policy::default().check().is_ok());
        let wrong = Policy { idle_minutes: Some(1), ..Policy::default() };
        assert_eq!(wrong.check().map_err(|error| error.field), Err(Some("idle_minutes".into())));
        let limits = Limits { memory_mib: Some(1), ..Limits::default() };
        let wrong = Policy { limits, ..Policy::default() };
        assert_eq!(wrong.check().map_err(|error| error.field), Err(Some("memory_mib".into())));
    }

    #[test]
    fn restrictions_are_whole_commands_and_never_the_owners() {
        let top = || vec![program("Load", &["/usr/bin/top"])];
        assert!(restricted(Role::Developer, top()).check().is_ok());
        assert!(restricted(Role::Owner, top()).check().is_err());
        assert!(restricted(Role::Developer, Vec::new()).check().is_err());
        for argv in [&["top"][..], &[], &["/usr/../bin/top"], &["/bin/a\0b"]] {
            assert!(restricted(Role::Developer, vec![program("x", argv)]).check().is_err(), "{argv:?}");
        }
        let twice = vec![program("x", &["/bin/ls"]), program(" x", &["/bin/cat"])];
        assert!(restricted(Role::Developer, twice).check().is_err());
    }

    #[test]
    fn a_policy_is_recalled_as_it_was_kept() {
        let policy = restricted(Role::Developer, vec![program("Load", &["/usr/bin/top", "-d", "1"])]);
        let json = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy);
        assert!(serde_json::from_str::<Policy>(r#"{"idle":5}"#).is_err(), "an unknown word is no policy");
    }
}
