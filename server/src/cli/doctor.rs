//! `nova doctor`: what is missing here, and how to get it.

use std::path::Path;

use nova::{Config, Nova};
use rustix::process::{Resource, getrlimit};
use store::{Clock, Db};

use super::Failure;

/// Open files below which a busy instance would run out.
const ENOUGH_FILES: u64 = 4096;

struct Finding {
    what: &'static str,
    /// `Ok`: how it is. `Err`: what is wrong and how to mend it.
    state: Result<String, String>,
}

pub(crate) async fn run(config: Config, accept_clock: bool) -> Result<(), Failure> {
    if accept_clock {
        let db = Db::open(&config.location()?).await?;
        db.accept_clock(&Clock::system()).await?;
        db.close().await;
        say!("the present time is taken as right");
    }
    let mut findings =
        vec![port(&config).await, shell(&config), proc_files(), open_files(), shell_limits(), public_address(&config)];
    findings.push(Finding { what: "data and database", state: data(config).await });
    let mut wrong = 0;
    for Finding { what, state } in findings {
        match state {
            Ok(how) => say!("ok       {what}: {how}"),
            Err(how) => {
                wrong += 1;
                say!("PROBLEM  {what}: {how}");
            }
        }
    }
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} to mend, see above").into()) }
}

async fn port(config: &Config) -> Finding {
    let state = match tokio::net::TcpListener::bind(config.listen).await {
        Ok(_) => Ok(format!("{} is free", config.listen)),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Ok(format!("{} is in use, by a running Nova perhaps", config.listen))
        }
        Err(error) => Err(format!("cannot listen on {}: {error}. Set NOVA_LISTEN", config.listen)),
    };
    Finding { what: "port", state }
}

fn shell(config: &Config) -> Finding {
    let shell =
        config.shell.clone().or_else(|| std::env::var_os("SHELL").map(Into::into)).unwrap_or_else(|| "/bin/sh".into());
    let state = if shell.is_file() {
        Ok(shell.display().to_string())
    } else {
        Err(format!("{} is not there. Install it or set NOVA_SHELL", shell.display()))
    };
    Finding { what: "shell", state }
}

fn proc_files() -> Finding {
    let missing: Vec<_> = ["/proc/stat", "/proc/meminfo", "/proc/diskstats", "/proc/net/dev"]
        .into_iter()
        .filter(|path| std::fs::File::open(Path::new(path)).is_err())
        .collect();
    let state = if missing.is_empty() {
        Ok("readable".into())
    } else {
        Err(format!("{} cannot be read: their figures stay empty. Mount /proc", missing.join(", ")))
    };
    Finding { what: "/proc", state }
}

fn open_files() -> Finding {
    let limit = getrlimit(Resource::Nofile).current;
    let state = match limit {
        Some(limit) if limit < ENOUGH_FILES => Err(format!(
            "only {limit} may be open at once. Raise it: `ulimit -n {ENOUGH_FILES}`, or LimitNOFILE= in the unit"
        )),
        Some(limit) => Ok(format!("{limit} at once")),
        None => Ok("no limit".into()),
    };
    Finding { what: "open files", state }
}

/// What limits of shells this machine can enforce. Lacking some is no problem until somebody sets them.
fn shell_limits() -> Finding {
    let means = terminal::means();
    let groups = means.no_cgroups.map_or_else(
        || "of whole shells, by control groups".to_owned(),
        |why| format!("of single processes only ({why})"),
    );
    let files = match means.landlock {
        0 => "no file scopes: the kernel has no Landlock".to_owned(),
        version => format!("file scopes by Landlock {version}"),
    };
    let root = if means.root {
        "; as root, no bound of processes without control groups. Run Nova as a user of its own"
    } else {
        ""
    };
    Finding { what: "shell limits", state: Ok(format!("{groups}; {files}{root}")) }
}

fn public_address(config: &Config) -> Finding {
    let local = config.listen.ip().is_loopback();
    let state = if config.is_https() || local {
        Ok(config.public_url.clone())
    } else {
        Err(format!(
            "{} is not https, but {} is reachable from outside: passwords would travel in the clear. \
             Put a TLS proxy in front and set NOVA_PUBLIC_URL=https://…",
            config.public_url, config.listen
        ))
    };
    Finding { what: "public address", state }
}

async fn data(config: Config) -> Result<String, String> {
    let place = config.data_dir.display().to_string();
    let nova = Nova::beside(config).await.map_err(|error| error.to_string())?;
    let answer = nova.db.ping().await.map_err(|error| error.to_string());
    let claimed = nova.identity.needs_setup().await.map(|open| !open).unwrap_or(false);
    let engine = format!("{:?}", nova.db.engine());
    nova.stop().await;
    answer.map(|()| {
        format!("{engine} at {place}, {}", if claimed { "claimed" } else { "not claimed yet: `nova setup-link`" })
    })
}
