//! The real program: started, killed, and started again on the same data.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use jurat::{
    app::{App, Signer},
    base::{Chance, Clock},
    config::{Config, Flags},
    db::Db,
};
use tempfile::TempDir;

use super::{On, postgres};

/// What outlives a server that is killed: its data folder and its database.
pub struct Data {
    folder: TempDir,
    database: String,
}

/// A running `jurat serve`; killed with `SIGKILL` when it is dropped.
pub struct Server {
    /// Where it listens.
    pub url: String,
    child: Child,
    lines: Receiver<String>,
}

/// Runs a story of processes on both databases: `with_data! { fn name(data: Data) { … } }`.
#[macro_export]
macro_rules! with_data {
    ($(fn $name:ident($data:ident: $kind:ty) $story:block)+) => {$(
        mod $name {
            use super::*;

            fn story($data: $kind) $story

            #[test]
            fn sqlite() {
                story($crate::support::process::Data::empty($crate::support::On::Sqlite));
            }

            #[test]
            fn postgres() {
                story($crate::support::process::Data::empty($crate::support::On::Postgres));
            }
        }
    )+};
}

/// Does something with the data while no server has it.
pub fn offline<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(work)
}

impl Data {
    /// An empty folder and an empty database.
    pub fn empty(on: On) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match on {
            On::Sqlite => format!("sqlite:{}", folder.path().join("jurat.db").display()),
            On::Postgres => offline(postgres::fresh_database()),
        };
        Self { folder, database }
    }

    /// An empty folder, and a database that is there.
    pub fn on(database: String) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database }
    }

    /// Where the database is.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Everything an operation needs.
    pub async fn open(&self) -> App {
        let flags = Flags {
            data: Some(self.folder.path().to_owned()),
            database: Some(self.database.clone().into()),
            ..Flags::default()
        };
        let config = Config::load(flags).unwrap();
        let signer = Signer::open(self.folder.path(), &Chance::Os).unwrap();
        let db = Db::open(&config.database).await.unwrap();
        App::new(config, db, Clock::system(), Chance::Os, signer)
    }

    /// The data folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A command on this data.
    pub fn jurat(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jurat"));
        command
            .env_clear()
            .env("JURAT_DATA", self.path())
            .env("JURAT_DATABASE", &self.database)
            .env("JURAT_LISTEN", "127.0.0.1:0")
            .env("JURAT_ANSWERS_PER_S", "1000")
            .env("JURAT_ANSWERS_BURST", "100000")
            .args(arguments);
        command
    }

    /// Starts a server.
    pub fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// Starts a server with more in its environment.
    pub fn serve_with(&self, environment: &[(&str, &str)]) -> Server {
        let mut command = self.jurat(&["serve"]);
        command.envs(environment.iter().copied());
        Server::start(command)
    }

    /// Starts a server from another file that holds the program.
    pub fn serve_from(&self, program: &Path) -> Server {
        let serve = self.jurat(&["serve"]);
        let mut command = Command::new(program);
        command.arg("serve").env_clear();
        command.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Server::start(command)
    }

    /// Starts a server that may open so many files and connections: at first, and at most.
    pub fn serve_within(&self, soft: u32, hard: u32) -> Server {
        let serve = self.jurat(&["serve"]);
        let mut command = Command::new("sh");
        let limits = format!("ulimit -Sn {soft} && ulimit -Hn {hard} && exec \"$0\" serve");
        command.args(["-c", &limits]).arg(serve.get_program()).env_clear();
        command.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Server::start(command)
    }
}

impl Server {
    fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let printed = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let (told, lines) = channel();
        std::thread::spawn(move || printed.for_each(|line| drop(told.send(line))));
        let mut server = Self { url: String::new(), child, lines };
        let line = server.says("serving");
        let (_, port) = line.split_once("127.0.0.1:").unwrap();
        let port: String = port.chars().take_while(char::is_ascii_digit).collect();
        server.url = format!("http://127.0.0.1:{port}");
        server
    }

    /// Waits for a line of the log that has these words.
    pub fn says(&self, words: &str) -> String {
        let wait = Duration::from_mins(1);
        loop {
            let line = self.lines.recv_timeout(wait).unwrap_or_else(|_| panic!("never: {words}"));
            if line.contains(words) {
                return line;
            }
        }
    }

    /// The memory that it has in use, MiB.
    pub fn resident_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }

    /// The time that it has worked.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let after_name = stat.rsplit(')').next().unwrap();
        let ticks = after_name.split_whitespace().skip(11).take(2);
        // a tick is ten milliseconds
        Duration::from_millis(10 * ticks.map(|text| text.parse::<u64>().unwrap()).sum::<u64>())
    }

    /// Sends `SIGTERM`.
    pub fn tell_to_end(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Ends it as `kill` does, and waits until it has ended: how, and the rest of its log.
    pub fn end(mut self) -> (ExitStatus, Vec<String>) {
        self.tell_to_end();
        let status = self.child.wait().unwrap();
        (status, self.lines.iter().collect())
    }

    /// Waits until it has ended by itself: how, and the rest of its log.
    pub fn ended(mut self) -> (ExitStatus, Vec<String>) {
        for _ in 0..600 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, self.lines.iter().collect());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it goes on");
    }

    /// What was logged since somebody last looked.
    pub fn log(&self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// Ends it as `kill -9` does.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
