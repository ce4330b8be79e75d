//! The command line.

use std::{
    io::{ErrorKind, IsTerminal, Write},
    process::ExitCode,
};

use chrono::NaiveDate;
use clap::{Parser, Subcommand};
use jurat::{
    app::{App, Signer},
    base::{Chance, Clock},
    config::{Config, Flags},
    db::Db,
    demo, enrolment, http, item, people, scheme, verify,
};
use tracing_subscriber::EnvFilter;

type Failure = Box<dyn std::error::Error>;

/// Certification sessions, from enrolment to a certificate that anyone can check
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Work(Box<Work>),
    /// Read, in a process with small limits, what somebody sent; Jurat starts it by itself
    #[command(subcommand, hide = true)]
    Read(Reading),
}

/// What people ask for.
#[derive(Subcommand)]
enum Work {
    /// Run the server
    Serve(Flags),
    /// Manage the people who run the platform
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Show a whole certification day with simulated candidates
    Demo(demo::Options),
    /// Print the description of the API, which is stored as openapi.json
    Openapi,
    /// Say offline whether a certificate's PDF or the text of its QR code is genuine: ends with 0 when
    /// it is, 1 when it is not, 2 when it cannot be read
    Verify(verify::cli::Options),
    /// Show all public issuing keys as a JSON Web Key Set, making a key when there is none
    Keys(Flags),
}

/// What is read in a process of its own.
#[derive(Subcommand)]
enum Reading {
    /// A list of candidates
    List {
        /// The day after which nobody was born
        #[arg(long)]
        today: NaiveDate,
    },
    /// What may be a certificate
    Proof,
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Create an administrator; the password, of at least 12 characters, is read from
    /// `JURAT_ADMIN_PASSWORD` or from the first line of input
    Create {
        #[command(flatten)]
        flags: Flags,
        /// What the administrator signs in with
        #[arg(long)]
        email: String,
        /// How the administrator is shown to others
        #[arg(long)]
        name: String,
    },
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refused) => return refuse(&refused),
    };
    let work = match cli.command {
        Command::Work(work) => work,
        // A reader has one thread and no log: its limits hold before it reads anything.
        Command::Read(Reading::List { today }) => return enrolment::answer(today),
        Command::Read(Reading::Proof) => return verify::answer(),
    };
    // what is made from here on is its owner's alone, also in a folder that was there
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    log();
    match wait_for(run(*work)) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("jurat: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Runs to the end on all cores.
fn wait_for(work: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// Arguments that cannot be used end with one line; help and version are what was asked for.
fn refuse(refused: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind::{
        DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion,
    };
    if matches!(
        refused.kind(),
        DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand | DisplayVersion
    ) {
        refused.exit();
    }
    let text = refused.to_string();
    let first = text.lines().take_while(|line| !line.is_empty()).map(str::trim);
    let line = first.collect::<Vec<_>>().join(" ");
    eprintln!("jurat: {}", line.trim_start_matches("error: "));
    ExitCode::from(2)
}

/// For people on a terminal, JSON for machines elsewhere.
fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,sqlx=warn".into());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() { lines.init() } else { lines.json().init() }
}

async fn run(work: Work) -> Result<ExitCode, Failure> {
    match work {
        Work::Serve(flags) => serve(Config::load(flags)?).await?,
        Work::Admin { command: AdminCommand::Create { flags, email, name } } => {
            let app = open(Config::load(flags)?).await?;
            let password = std::env::var("JURAT_ADMIN_PASSWORD").or_else(|_| first_line())?;
            let role = people::Role::Admin;
            let id = people::create_with_role(&app, &email, &name, &password, role).await?;
            tell(&format!("{id} is an administrator and signs in as {email}"))?;
        }
        Work::Demo(options) => demo::run(options).await?,
        Work::Openapi => tell(&http::document().to_pretty_json()?)?,
        Work::Verify(options) => return Ok(verify::cli::run(&options).await),
        Work::Keys(flags) => {
            let config = Config::load(flags)?;
            config.prepare_data()?;
            tell(&format!("{:#}", verify::key_set(&verify::cli::own_keys(&config).await?)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints; who has read enough and closed the pipe is told no more.
fn tell(text: &str) -> Result<(), std::io::Error> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(closed) if closed.kind() == ErrorKind::BrokenPipe => Ok(()),
        told => told,
    }
}

fn first_line() -> Result<String, std::io::Error> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Opens everything that an operation needs.
async fn open(config: Config) -> Result<App, Failure> {
    scheme::check()?;
    item::check()?;
    config.prepare_data()?;
    let signer = Signer::open(&config.data, &Chance::Os)?;
    let db = Db::open(&config.database).await?;
    Ok(App::new(config, db, Clock::system(), Chance::Os, signer))
}

/// Serves until the first SIGTERM or SIGINT, then lets running requests finish.
async fn serve(config: Config) -> Result<(), Failure> {
    let server = http::bind(config.listen)?;
    let app = open(config.listening_at(server.address)).await?;
    tracing::info!(address = %server.address, "serving");
    let db = app.db.clone();
    tokio::select! {
        () = server.run(app, told_to_end()) => {}
        why = db.lost() => return Err(format!("the disk of the database failed twice: {why}").into()),
    }
    db.close().await;
    Ok(())
}

/// A process that may not wait for signals serves until it is killed.
async fn told_to_end() {
    match http::told_to_end().await {
        Ok(()) => tracing::info!("ending: running requests may finish"),
        Err(cause) => {
            tracing::error!(%cause, "signals cannot be heard");
            std::future::pending::<()>().await;
        }
    }
}
