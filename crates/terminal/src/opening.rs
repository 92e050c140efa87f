//! Which program is started for whom, and within which bounds.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use model::{
    Caller, TerminalId,
    terminal::policy::{Policy, Restriction},
};

use crate::{
    environment,
    error::Error,
    integration::{self, Integrated},
    means,
    settings::Settings,
    wire::Bounds,
};

/// What is to be started: a shell, or a program of a restricted role.
pub(crate) struct Plan {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) name: String,
    pub(crate) environment: BTreeMap<OsString, OsString>,
    /// What its marks carry, if it tells of its commands.
    pub(crate) nonce: Option<String>,
    policy: Policy,
    restriction: Option<Restriction>,
    group: Option<PathBuf>,
}

impl Plan {
    /// What `caller` gets, who may have named one of their programs.
    ///
    /// # Errors
    /// [`Error::Stopped`]; [`Error::NoProgram`].
    pub(crate) fn of(
        caller: &Caller,
        chosen: Option<&str>,
        settings: &Settings,
        policy: &Policy,
    ) -> Result<Self, Error> {
        if policy.stopped {
            return Err(Error::Stopped);
        }
        let restriction = policy.restriction(caller.role()).cloned();
        let (program, arguments, name) = match (&restriction, chosen) {
            (Some(restriction), chosen) => {
                let mut programs = restriction.programs.iter();
                let program = match chosen {
                    Some(name) => programs.find(|program| program.name == name),
                    None => programs.next(),
                };
                let program = program.ok_or(Error::NoProgram)?;
                let (path, arguments) = program.argv.split_first().ok_or(Error::NoProgram)?;
                (PathBuf::from(path), arguments.iter().map(OsString::from).collect(), program.name.clone())
            }
            (None, Some(_)) => return Err(Error::NoProgram),
            (None, None) => {
                let shell = settings.shell();
                let name = shell.file_name().unwrap_or(shell.as_os_str()).to_string_lossy().into_owned();
                (shell, Vec::new(), name)
            }
        };
        let mut environment = environment::of_shell(&program, &settings.directory);
        if restriction.is_some() {
            // Programs that offer a shell, a pager or an editor start what these name.
            for (name, value) in [
                ("SHELL", "/bin/false"),
                ("PAGER", "/bin/cat"),
                ("EDITOR", "/bin/false"),
                ("VISUAL", "/bin/false"),
                ("LESSSECURE", "1"),
            ] {
                environment.insert(name.into(), value.into());
            }
        }
        let limits = &policy.limits;
        let grouped = limits.memory_mib.is_some() || limits.processes.is_some() || limits.cpu_percent.is_some();
        let group = if grouped { means::groups().ok() } else { None };
        Ok(Self { program, arguments, name, environment, nonce: None, policy: policy.clone(), restriction, group })
    }

    /// Has a shell tell of its commands, if it can. A program of a role is started as it stands.
    pub(crate) fn integrate(&mut self, settings: &Settings) {
        let scripts = settings.integration.as_deref().filter(|_| self.restriction.is_none());
        let told = scripts.and_then(|scripts| integration::apply(&self.program, scripts, &mut self.environment));
        if let Some(Integrated { arguments, nonce }) = told {
            (self.arguments, self.nonce) = (arguments, nonce);
        }
    }

    /// Where the control group of a shell is to be, if there is to be one.
    pub(crate) fn group_of(&self, id: TerminalId) -> Option<PathBuf> {
        self.group.as_ref().map(|parent| parent.join(format!("shell-{id}")))
    }

    /// The bounds as the holder is told them.
    pub(crate) fn bounds<'a>(&'a self, group: Option<&'a Path>) -> Bounds<'a> {
        let limits = &self.policy.limits;
        let paths = |list: fn(&Restriction) -> &Vec<String>| -> Vec<&'a [u8]> {
            self.restriction.iter().flat_map(list).map(|path| path.as_bytes()).collect()
        };
        Bounds {
            processes: limits.processes.map(u64::from),
            files: limits.files.map(u64::from),
            memory: limits.memory_mib.map(|mib| u64::from(mib) * 1024 * 1024),
            cpu_percent: limits.cpu_percent.map(u64::from),
            no_new_privileges: self.policy.no_new_privileges || self.restriction.is_some(),
            readable: paths(|restriction| &restriction.readable),
            writable: paths(|restriction| &restriction.writable),
            group: group.map(|group| group.as_os_str().as_bytes()).unwrap_or_default(),
        }
    }
}
