//! A whole certification day with simulated candidates over the real API.
//!
//! Everything goes through HTTP as people's browsers do it; only the clock is in our hand. The
//! simulated candidates know the keys of the bank, which no answer of the API tells.

mod client;
mod cast;
mod persona;
mod exam;
mod deliberation;
mod report;
mod headless;
mod live;

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf};

use chrono_tz::Tz;

use crate::{
    app::{App, Signer},
    base::{Chance, Clock, Timestamp},
    config::{self, Config},
    db::{Db, OpenError},
    http::{self, ServeError},
};

/// The passwords of everybody in a demonstration.
pub const PASSWORD: &str = "demonstration day";
/// The address on the certificates of a headless day, whose own port is gone with it: that of a
/// demonstration somebody watches.
const PUBLIC_URL: &str = "http://127.0.0.1:8080";
/// The zone of the centre.
const ZONE: Tz = chrono_tz::Europe::Paris;

/// What is asked of a demonstration.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Run the whole day unattended, faster than real time, and end
    #[arg(long, requires = "out")]
    pub headless: bool,
    /// Folder for the report and the documents of a headless day
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Candidates of the session, 1 to 2,000
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=2000))]
    pub candidates: u32,
    /// What names and files are drawn with
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Address and port to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
}

/// Why a demonstration ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A step of the day did not go as the script says.
    #[error("{0}")]
    Step(String),
    /// The port is taken.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Somebody ended a headless day.
    #[error("interrupted before the day was over")]
    Interrupted,
    /// A file cannot be written.
    #[error("cannot write {0}: {1}")]
    Write(PathBuf, std::io::Error),
}

/// Runs a demonstration: headless to its end, or live until it is interrupted.
///
/// # Errors
/// [`Error`] with the step that failed; a headless day also fails when a candidate did not end as
/// the script says.
pub async fn run(options: Options) -> Result<(), Error> {
    let unattended = options.out.as_ref().filter(|_| options.headless);
    let day = async {
        match unattended {
            Some(out) => headless::run(&options, out).await,
            None => live::run(&options).await,
        }
    };
    tokio::select! {
        ended = day => ended,
        _ = http::told_to_end() => match unattended {
            Some(_) => Err(Error::Interrupted),
            None => Ok(()),
        },
    }
}

/// A server of the demonstration with its clock in our hand.
struct Stage {
    /// Everything injected.
    app: App,
    /// Where the API answers.
    url: String,
    /// Shared connections.
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Starts a server at `listen` on an empty database, its clock at `start`. Documents name
    /// `public_url`, or else the server itself.
    async fn set(
        listen: SocketAddr,
        public_url: Option<&str>,
        start: Timestamp,
        chance: Chance,
    ) -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(|e| Error::Write(std::env::temp_dir(), e))?;
        let server = http::bind(listen)?;
        let url = format!("http://{}", server.address);
        let config = Config {
            listen: server.address,
            data: folder.path().to_owned(),
            database: format!("sqlite:{}", folder.path().join("jurat.db").display()).into(),
            public_url: public_url.unwrap_or(&url).to_owned(),
            trusted_proxies: Vec::new(),
            // days pass in minutes here, and so do answers
            answers_per_s: NonZeroU32::MAX,
            answers_burst: NonZeroU32::MAX,
            connections_before_sign_in: config::CONNECTIONS_BEFORE_SIGN_IN,
        };
        let db = Db::open(&config.database).await?;
        let signer = Signer::throw_away(&chance);
        let app = App::new(config, db, Clock::manual(start), chance, signer);
        tokio::spawn(server.run(app.clone(), std::future::pending()));
        Ok(Self { app, url, http: reqwest::Client::new(), _folder: folder })
    }

    /// A browser of nobody yet.
    fn browser(&self) -> client::Client {
        client::Client::new(&self.http, &self.url)
    }
}
