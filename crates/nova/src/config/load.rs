//! Putting the sources together and turning text into values.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use identity::Algorithm;
use model::policy::Network;

use super::{Config, ConfigError, KEYS, Key, LogFormat, Printed, Source, file, keys};

/// What there is to read. The default reads nothing.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// A configuration file that must be there.
    pub file: Option<PathBuf>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// Flags: key name and value.
    pub flags: Vec<(&'static str, String)>,
}

impl Sources {
    /// This process's environment, with the configuration file it names or the first of the usual places that is there:
    /// `./nova.toml`, `$XDG_CONFIG_HOME/nova/nova.toml`, `/etc/nova/nova.toml`.
    #[must_use]
    pub fn of_process(file: Option<PathBuf>, flags: Vec<(&'static str, String)>) -> Self {
        // Values that are not UTF-8 cannot be ours: no key takes such a value.
        let environment: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let named = file.or_else(|| environment.get("NOVA_CONFIG").map(PathBuf::from));
        let usual = || {
            let home = home_of(&environment, "XDG_CONFIG_HOME", ".config").map(|dir| dir.join("nova/nova.toml"));
            [Some("nova.toml".into()), home, Some("/etc/nova/nova.toml".into())]
                .into_iter()
                .flatten()
                .find(|path: &PathBuf| path.is_file())
        };
        let file = named.or_else(usual);
        Self { file, environment, flags }
    }
}

fn home_of(environment: &BTreeMap<String, String>, variable: &str, below_home: &str) -> Option<PathBuf> {
    let set = |name: &str| environment.get(name).filter(|value| Path::new(value).is_absolute());
    set(variable).map(PathBuf::from).or_else(|| set("HOME").map(|home| Path::new(home).join(below_home)))
}

pub(super) fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let mut values: BTreeMap<&'static str, (String, Source)> = BTreeMap::new();
    if let Some(path) = &sources.file {
        for (key, value, source) in file::read(path)? {
            values.insert(key.name, (value, source));
        }
    }
    for (name, value) in &sources.environment {
        match KEYS.iter().find(|key| key.variable == name) {
            // An empty variable is one that is not set: that is how shells and units write "no".
            Some(_) if value.is_empty() => {}
            Some(key) => drop(values.insert(key.name, (value.clone(), Source::Environment(key.variable)))),
            None => check_variable(name)?,
        }
    }
    for (name, value) in &sources.flags {
        values.insert(name, (value.clone(), Source::Flag(name)));
    }
    build(&values, &sources.environment)
}

/// A `NOVA_*` variable nobody knows is a typing error that would otherwise go unnoticed.
fn check_variable(name: &str) -> Result<(), ConfigError> {
    let foreign =
        !name.starts_with("NOVA_") || name.starts_with(keys::NOT_OURS_PREFIX) || keys::NOT_OURS.contains(&name);
    if foreign {
        return Ok(());
    }
    let near = keys::nearest(name, KEYS.iter().map(|key| key.variable));
    Err(ConfigError::Unknown { key: name.to_owned(), at: "environment".into(), near })
}

fn build(
    values: &BTreeMap<&'static str, (String, Source)>,
    environment: &BTreeMap<String, String>,
) -> Result<Config, ConfigError> {
    let text = |name: &str| values.get(name).map(|(value, _)| value.as_str());
    let bad = |key: &'static str, why: String| {
        let at = values.get(key).map_or(Source::Default, |(_, source)| source.clone());
        ConfigError::Value { key, at, why }
    };

    let data_dir = match text("data_dir") {
        Some("") => return Err(bad("data_dir", "it is empty; give a path".into())),
        Some(path) => PathBuf::from(path),
        None => home_of(environment, "XDG_DATA_HOME", ".local/share").ok_or(ConfigError::NoHome)?.join("nova"),
    };
    let listen = text("listen").unwrap_or("127.0.0.1:8083");
    let listen: std::net::SocketAddr = listen.parse().map_err(|_| {
        bad("listen", format!("“{listen}” is no address and port, such as 127.0.0.1:8083 or [::]:8083"))
    })?;
    let public_url = match text("public_url") {
        Some(url) => parse_url(url).ok_or_else(|| {
            bad("public_url", format!("“{url}” is no http(s) address without a path, such as https://nova.example.org"))
        })?,
        None => super::public_url_of(listen),
    };
    let trusted_proxies = text("trusted_proxies").map_or_else(|| Ok(Vec::new()), networks);
    let trusted_proxies = trusted_proxies.map_err(|why| bad("trusted_proxies", why))?;
    let log_format = match text("log_format") {
        None | Some("pretty") => LogFormat::Pretty,
        Some("json") => LogFormat::Json,
        Some(other) => return Err(bad("log_format", format!("“{other}” is neither pretty nor json"))),
    };
    let token_algorithm = match text("token_algorithm") {
        None | Some("EdDSA") => Algorithm::EdDsa,
        Some("RS256") => Algorithm::Rs256,
        Some(other) => return Err(bad("token_algorithm", format!("“{other}” is neither EdDSA nor RS256"))),
    };
    let shell = text("shell").map(PathBuf::from);
    if shell.as_ref().is_some_and(|shell| !shell.is_absolute()) {
        return Err(bad("shell", "give the whole path, such as /bin/bash".into()));
    }
    let keep_shells = match text("terminal_keep_shells") {
        None | Some("true") => true,
        Some("false") => false,
        Some(other) => return Err(bad("terminal_keep_shells", format!("“{other}” is neither true nor false"))),
    };
    let database_url = text("database_url").map(|url| url.to_owned().into());
    store::Location::parse(database_url.as_ref(), &data_dir)
        .map_err(|_| bad("database_url", "it begins with none of sqlite:, postgres:, postgresql:".into()))?;
    let mail = super::mailing::settings(&text, &bad)?;
    let auditing = super::auditing::settings(&text, &bad)?;
    let recording = super::recording::settings(&text, &bad)?;

    let mut config = Config {
        data_dir,
        listen,
        public_url,
        trusted_proxies,
        log: text("log").unwrap_or("info").to_owned(),
        log_format,
        database_url,
        token_algorithm,
        shell,
        keep_shells,
        mail,
        auditing,
        recording,
        printed: Vec::new(),
    };
    config.printed = KEYS.iter().map(|key| printed(key, &config, values)).collect();
    Ok(config)
}

/// Networks with commas between them.
fn networks(text: &str) -> Result<Vec<Network>, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let network: Network =
                part.parse().map_err(|_| format!("“{part}” is no address or network, such as 10.0.0.0/8"))?;
            if network.is_everything() {
                return Err(format!("“{part}” would believe everybody; name your proxies"));
            }
            Ok(network)
        })
        .collect()
}

/// Scheme and authority of an http(s) URL, without a slash at the end.
fn parse_url(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let right = matches!(scheme, "http" | "https") && !authority.is_empty() && authority.chars().all(plain);
    right.then(|| format!("{scheme}://{}", authority.to_ascii_lowercase()))
}

fn printed(key: &Key, config: &Config, values: &BTreeMap<&'static str, (String, Source)>) -> Printed {
    let given = values.get(key.name);
    let value = match (key.name, given) {
        (_, Some(_)) if key.secret => "\"(set, not shown)\"".to_owned(),
        ("data_dir", _) => format!("{:?}", config.data_dir),
        ("listen", _) => format!("\"{}\"", config.listen),
        ("public_url", _) => format!("{:?}", config.public_url),
        ("log", _) => format!("{:?}", config.log),
        (_, Some((value, _))) => format!("{value:?}"),
        ("log_format", None) => "\"pretty\"".to_owned(),
        ("token_algorithm", None) => "\"EdDSA\"".to_owned(),
        ("recording_max_mb", None) => format!("\"{}\"", config.recording.max_mb),
        ("recording_total_mb", None) => format!("\"{}\"", config.recording.total_mb),
        ("recording_reserve_mb", None) => format!("\"{}\"", config.recording.reserve_mb),
        ("terminal_keep_shells", None) => "\"true\"".to_owned(),
        (_, None) => "\"\"".to_owned(),
    };
    Printed { key: key.name, value, source: given.map_or(Source::Default, |(_, source)| source.clone()) }
}
