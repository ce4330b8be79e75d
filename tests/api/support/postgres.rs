//! A PostgreSQL of our own: a cluster in a temporary folder that ends, and goes, with this process.

use std::{
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

/// A running server with its data.
pub struct Cluster {
    folder: PathBuf,
    port: u16,
}

/// Runs the server `$1 …` and removes the folder `$0` after it, however the tests end.
const WATCH: &str = r#"trap 'kill -INT $server' INT; "$@" & server=$!
    wait $server; wait $server; rm -rf "$0""#;

static CLUSTER: OnceLock<Cluster> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The address of a new, empty database.
pub async fn fresh_database() -> String {
    tokio::task::spawn_blocking(|| CLUSTER.get_or_init(|| start(&[])).fresh_database())
        .await
        .unwrap()
}

/// A server whose processes stand still.
pub struct Frozen<'a>(&'a Cluster);

impl Drop for Frozen<'_> {
    fn drop(&mut self) {
        self.0.signal("-CONT");
    }
}

impl Cluster {
    /// One that no other test uses.
    pub fn own() -> Self {
        start(&[])
    }

    /// One that no other test uses, with more in its environment, such as a wall clock that is set.
    pub fn under(environment: &[(String, String)]) -> Self {
        start(environment)
    }

    /// The address of a new, empty database.
    pub fn fresh_database(&self) -> String {
        let name = format!("jurat_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// All its processes stop where they are, until what is returned is dropped.
    pub fn freeze(&self) -> Frozen<'_> {
        self.signal("-STOP");
        Frozen(self)
    }

    fn signal(&self, signal: &str) {
        let told = std::fs::read_to_string(self.folder.join("postmaster.pid")).unwrap();
        let first = told.lines().next().unwrap();
        let children = Command::new("pgrep").args(["-P", first]).output().expect("pgrep").stdout;
        let children = String::from_utf8(children).unwrap();
        let done = Command::new("kill").arg(signal).arg(first).args(children.lines()).status();
        // one that ended meanwhile is no fault
        assert!(done.is_ok());
    }

    fn sql(&self, database: &str, text: &str) {
        let port = self.port.to_string();
        let done = Command::new("psql")
            .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-qc", text, database])
            .output()
            .expect("psql is installed");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

/// The newest installed server's programs, where Debian keeps them, or those in the path.
fn programs() -> PathBuf {
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.map(|entry| entry.unwrap().path().join("bin")).collect())
        .unwrap_or_default();
    versions.sort();
    versions.pop().unwrap_or_default()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|done| done.stdout == b"0\n")
}

/// A command as the user that PostgreSQL accepts (it refuses to run as root).
fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

fn start(environment: &[(String, String)]) -> Cluster {
    let folder = tempfile::tempdir().unwrap().keep();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    if is_root() {
        let id = Command::new("id").args(["-u", "postgres"]).output().unwrap();
        let id = String::from_utf8(id.stdout).unwrap().trim().parse().unwrap();
        chown(&folder, Some(id), None).unwrap();
    }
    let initialised = as_postgres(&programs().join("initdb"))
        .args(["--no-sync", "-A", "trust", "-U", "postgres", "-D"])
        .arg(&folder)
        .output()
        .expect("initdb is installed");
    assert!(initialised.status.success(), "{}", String::from_utf8_lossy(&initialised.stderr));
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    run(folder.clone(), port, environment.to_vec());
    let cluster = Cluster { folder, port };
    wait(&cluster);
    cluster
}

/// Runs the server from a thread that lives as long as the tests: the kernel ends the server with it.
fn run(folder: PathBuf, port: u16, environment: Vec<(String, String)>) {
    thread::spawn(move || {
        let mut command = Command::new("setpriv");
        if is_root() {
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        }
        command
            .args(["--pdeathsig", "INT", "sh", "-c", WATCH])
            .arg(&folder)
            // for the server alone: what is preloaded must not have begun as another user
            .arg("env")
            .args(environment.iter().map(|(name, value)| format!("{name}={value}")))
            .arg(programs().join("postgres"))
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "unix_socket_directories=", "-c", "max_connections=400"])
            // what these tests prove of power cuts is proven of our own process
            .args(["-c", "fsync=off", "-D"])
            .arg(&folder);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let _ = command.status();
    });
}

fn wait(cluster: &Cluster) {
    for _ in 0..200 {
        if std::net::TcpStream::connect(("127.0.0.1", cluster.port)).is_ok() {
            let ready = Command::new(programs().join("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &cluster.port.to_string()])
                .status();
            if ready.is_ok_and(|status| status.success()) {
                return;
            }
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("PostgreSQL did not start in {}", cluster.folder.display());
}
