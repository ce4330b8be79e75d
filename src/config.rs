//! Every setting: meaning, unit, default. Refuses to start rather than guess.
//!
//! A flag wins over an environment variable, which wins over the file.

mod address;

use std::{
    net::{IpAddr, SocketAddr},
    num::{NonZeroU32, NonZeroUsize},
    os::unix::fs::DirBuilderExt,
    path::PathBuf,
};

use serde::Deserialize;
use url::Url;

pub use address::DatabaseAddress;

/// Where a setting may come from besides its default.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Flags {
    /// TOML file with the same settings
    #[arg(long, env = "JURAT_CONFIG")]
    pub config: Option<PathBuf>,
    /// Address and port to listen on
    #[arg(long, env = "JURAT_LISTEN")]
    pub listen: Option<String>,
    /// Folder for the database file and the keys
    #[arg(long, env = "JURAT_DATA")]
    pub data: Option<PathBuf>,
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`
    #[arg(long, env = "JURAT_DATABASE")]
    pub database: Option<DatabaseAddress>,
    /// Address at which people reach the server, printed in QR codes
    #[arg(long, env = "JURAT_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Addresses of the proxies in front of the server, with commas between; only they are believed
    /// when they say for whom a request is (X-Forwarded-For)
    #[arg(long, env = "JURAT_TRUSTED_PROXIES")]
    pub trusted_proxies: Option<String>,
    /// Answers that a seat may save a second
    #[arg(long, env = "JURAT_ANSWERS_PER_S")]
    pub answers_per_s: Option<NonZeroU32>,
    /// Answers that a seat may save at once, before it is held to so many a second
    #[arg(long, env = "JURAT_ANSWERS_BURST")]
    pub answers_burst: Option<NonZeroU32>,
    /// Connections that may be open without a signed-in request on them; beyond, the one that was idle
    /// for longest is closed. Those of trusted proxies are not counted
    #[arg(long, env = "JURAT_CONNECTIONS_BEFORE_SIGN_IN")]
    pub connections_before_sign_in: Option<NonZeroUsize>,
}

/// The settings of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSettings {
    listen: Option<String>,
    data: Option<PathBuf>,
    database: Option<DatabaseAddress>,
    public_url: Option<String>,
    trusted_proxies: Option<String>,
    answers_per_s: Option<NonZeroU32>,
    answers_burst: Option<NonZeroU32>,
    connections_before_sign_in: Option<NonZeroUsize>,
}

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Address and port to listen on; port 0 takes a free one. Default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// Folder for the database file and the keys. Default `./data`.
    pub data: PathBuf,
    /// Address of the database. Default `sqlite:<data>/jurat.db`.
    pub database: DatabaseAddress,
    /// Address at which people reach the server, as browsers write an origin: scheme, host, and port
    /// where it is not the usual one. Default `http://<listen>`.
    pub public_url: String,
    /// Proxies that say truly for whom a request is. Default none: the peer is the client.
    pub trusted_proxies: Vec<IpAddr>,
    /// Answers that a seat may save a second, once its burst is spent. Default 8.
    pub answers_per_s: NonZeroU32,
    /// Answers that a seat may save at once. Default 60.
    pub answers_burst: NonZeroU32,
    /// Connections without a signed-in request that may be open; never more than half of what the
    /// system lets the process open. Default 4,096.
    pub connections_before_sign_in: NonZeroUsize,
}

/// The default of [`Config::answers_per_s`].
pub const ANSWERS_PER_S: NonZeroU32 = NonZeroU32::new(8).expect("not zero");
/// The default of [`Config::answers_burst`].
pub const ANSWERS_BURST: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
/// The default of [`Config::connections_before_sign_in`]: those of a thousand people who open their page
/// at once.
pub const CONNECTIONS_BEFORE_SIGN_IN: NonZeroUsize = NonZeroUsize::new(4096).expect("not zero");

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {0}: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// The file is not TOML, or has a setting that does not exist.
    #[error("configuration file {0}: {1}")]
    Malformed(PathBuf, String),
    /// Not an address and port.
    #[error("listen = {0:?} is not an address and port such as 127.0.0.1:8080")]
    Listen(String),
    /// Not a database address.
    #[error("database = {0:?} begins with neither sqlite: nor postgres:")]
    Database(DatabaseAddress),
    /// Not a web address.
    #[error("public_url = {0:?} {1}; write it like https://certification.example")]
    PublicUrl(String, &'static str),
    /// Not addresses.
    #[error("trusted_proxies: {0:?} is not an address such as 127.0.0.1")]
    TrustedProxies(String),
    /// The data folder cannot be used.
    #[error("cannot write to the data folder {0}: {1}")]
    Data(PathBuf, std::io::Error),
}

impl Config {
    /// Joins flags, environment (both in `flags`) and file.
    ///
    /// # Errors
    /// [`ConfigError`], one line for a person.
    pub fn load(flags: Flags) -> Result<Self, ConfigError> {
        let file = flags.config.map(read_file).transpose()?.unwrap_or_default();
        let listen = flags.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".into());
        let listen = listen.parse().map_err(|_| ConfigError::Listen(listen))?;
        let data = flags.data.or(file.data).unwrap_or_else(|| "data".into());
        let database = flags
            .database
            .or(file.database)
            .unwrap_or_else(|| format!("sqlite:{}", data.join("jurat.db").display()).into());
        if !["sqlite", "postgres", "postgresql"].contains(&database.kind()) {
            return Err(ConfigError::Database(database));
        }
        let public_url =
            flags.public_url.or(file.public_url).unwrap_or_else(|| format!("http://{listen}"));
        let public_url =
            origin(&public_url).map_err(|why| ConfigError::PublicUrl(public_url, why))?;
        let proxies = flags.trusted_proxies.or(file.trusted_proxies).unwrap_or_default();
        let trusted_proxies = addresses(&proxies)?;
        let answers_per_s = flags.answers_per_s.or(file.answers_per_s).unwrap_or(ANSWERS_PER_S);
        let answers_burst = flags.answers_burst.or(file.answers_burst).unwrap_or(ANSWERS_BURST);
        let connections = flags.connections_before_sign_in.or(file.connections_before_sign_in);
        let connections_before_sign_in = connections.unwrap_or(CONNECTIONS_BEFORE_SIGN_IN);
        Ok(Self {
            listen,
            data,
            database,
            public_url,
            trusted_proxies,
            answers_per_s,
            answers_burst,
            connections_before_sign_in,
        })
    }

    /// Names the address that port 0 became; a public address that was set stays.
    #[must_use]
    pub fn listening_at(mut self, address: SocketAddr) -> Self {
        if self.public_url == format!("http://{}", self.listen) {
            self.public_url = format!("http://{address}");
        }
        self.listen = address;
        self
    }

    /// Makes the data folder, for its owner alone, and makes sure that it can be written to.
    ///
    /// # Errors
    /// [`ConfigError::Data`].
    pub fn prepare_data(&self) -> Result<(), ConfigError> {
        let unwritable = |cause| ConfigError::Data(self.data.clone(), cause);
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.data)
            .map_err(unwritable)?;
        tempfile::tempfile_in(&self.data).map(drop).map_err(unwritable)
    }
}

fn addresses(text: &str) -> Result<Vec<IpAddr>, ConfigError> {
    let named = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    named.map(|name| name.parse().map_err(|_| ConfigError::TrustedProxies(name.into()))).collect()
}

/// A web address as browsers write an origin, or why it cannot be ours: our pages stand at the root.
fn origin(text: &str) -> Result<String, &'static str> {
    let url = Url::parse(text).map_err(|why| match why {
        url::ParseError::RelativeUrlWithoutBase => SCHEME,
        url::ParseError::EmptyHost => HOST,
        url::ParseError::InvalidPort => "has a port that does not exist",
        _ => "is not a web address",
    })?;
    let behind = text.get(url.scheme().len() + 1..).unwrap_or_default();
    let is_web = ["http", "https"].contains(&url.scheme()) && behind.starts_with("//");
    let faults = [
        (!is_web, SCHEME),
        (behind.starts_with("///"), HOST),
        (behind.contains('@'), "has a user name or password"),
        (url.query().is_some(), "has a query"),
        (url.fragment().is_some(), "has a fragment"),
        (url.path().contains(|c| c != '/'), "has a path"),
    ];
    match faults.into_iter().find(|(is_there, _)| *is_there) {
        Some((_, why)) => Err(why),
        None => Ok(url.origin().ascii_serialization()),
    }
}

const SCHEME: &str = "begins with neither http:// nor https://";
const HOST: &str = "names no host";

fn read_file(path: PathBuf) -> Result<FileSettings, ConfigError> {
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(cause) => return Err(ConfigError::Unreadable(path, cause)),
    };
    toml::from_str(&text).map_err(|cause| {
        let line = cause.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        ConfigError::Malformed(path, format!("line {line}: {}", cause.message().replace('\n', " ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jurat.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\npublic_url = \"https://a.example/\"\n")
            .unwrap();
        let listen = Some("127.0.0.1:2".to_owned());
        let config =
            Config::load(Flags { config: Some(file), listen, ..Flags::default() }).unwrap();
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.public_url, "https://a.example");
    }

    #[test]
    fn a_free_port_stands_in_the_public_address() {
        let at = |public_url: Option<&str>| {
            let listen = Some("127.0.0.1:0".to_owned());
            let public_url = public_url.map(str::to_owned);
            let config = Config::load(Flags { listen, public_url, ..Flags::default() }).unwrap();
            config.listening_at("127.0.0.1:4711".parse().unwrap()).public_url
        };
        assert_eq!(at(None), "http://127.0.0.1:4711");
        assert_eq!(at(Some("https://a.example")), "https://a.example");
    }

    #[test]
    fn the_public_address_is_kept_as_browsers_write_an_origin() {
        let kept = [
            ("https://jurat.example", "https://jurat.example"),
            ("https://jurat.example///", "https://jurat.example"),
            ("HTTPS://Jurat.Example:443/", "https://jurat.example"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://école.example", "https://xn--cole-9oa.example"),
        ];
        for (given, expected) in kept {
            assert_eq!(origin(given).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn a_public_address_that_cannot_lead_to_our_pages_is_refused_with_its_fault() {
        let refused = [
            ("jurat.example", SCHEME),
            ("jurat.example:443", SCHEME),
            ("ftp://jurat.example", SCHEME),
            ("https:jurat.example", SCHEME),
            ("", SCHEME),
            ("https://", HOST),
            ("https:///c", HOST),
            ("https://:8080", HOST),
            ("https://jurat.example:99999", "has a port that does not exist"),
            ("https://jurat example", "is not a web address"),
            ("https://ada@jurat.example", "has a user name or password"),
            ("https://ada:secret@jurat.example", "has a user name or password"),
            ("https://jurat.example/?lang=fr", "has a query"),
            ("https://jurat.example?", "has a query"),
            ("https://jurat.example/#", "has a fragment"),
            ("https://jurat.example/exams", "has a path"),
        ];
        for (given, why) in refused {
            assert_eq!(origin(given), Err(why), "{given}");
        }
    }

    #[test]
    fn an_unknown_setting_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jurat.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\nlisen = \"x\"\n").unwrap();
        let refused = Config::load(Flags { config: Some(file), ..Flags::default() });
        let line = refused.unwrap_err().to_string();
        assert!(line.contains("line 2") && line.contains("lisen"), "{line}");
    }

    #[test]
    fn trusted_proxies_are_addresses() {
        let two = addresses("127.0.0.1, ::1").unwrap();
        assert_eq!(two, [IpAddr::from([127, 0, 0, 1]), "::1".parse::<IpAddr>().unwrap()]);
        assert!(addresses("").unwrap().is_empty());
        assert!(matches!(addresses("proxy.example"), Err(ConfigError::TrustedProxies(_))));
    }

    #[test]
    fn the_pace_of_a_seat_is_eight_answers_a_second_in_bursts_of_sixty_unless_it_is_set() {
        let pace = |flags| {
            let config = Config::load(flags).unwrap();
            (config.answers_per_s.get(), config.answers_burst.get())
        };
        assert_eq!(pace(Flags::default()), (8, 60));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jurat.toml");
        std::fs::write(&file, "answers_per_s = 20\nanswers_burst = 5\n").unwrap();
        let set = Flags { config: Some(file.clone()), ..Flags::default() };
        assert_eq!(pace(set.clone()), (20, 5));
        assert_eq!(pace(Flags { answers_per_s: NonZeroU32::new(9), ..set.clone() }), (9, 5));
        std::fs::write(&file, "answers_per_s = 0\n").unwrap();
        assert!(matches!(Config::load(set), Err(ConfigError::Malformed(..))));
    }

    #[test]
    fn an_address_without_a_port_is_refused() {
        let listen = Some("localhost".to_owned());
        let refused = Config::load(Flags { listen, ..Flags::default() });
        assert!(matches!(refused, Err(ConfigError::Listen(_))));
    }
}
