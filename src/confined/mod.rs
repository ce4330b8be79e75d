//! What people send is read in a process of its own, which the system keeps small.
//!
//! Owns no table. Promises that no file, however it was made, ends or starves the server: the reader
//! has limits of memory and time, opens nothing, and knows nothing but the file; two run at a time, the
//! others wait their turn. Every parser of what is uploaded runs behind [`Reader::read`] and answers
//! through [`answer`]. Start reading at [`Limit`].

mod child;
mod limit;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    sync::Semaphore,
    time::timeout,
};

pub use child::answer;
pub use limit::Limit;

/// The most memory that a reader may take, MiB of address space.
pub const MEMORY_MIB: u64 = 256;
/// The most time that a reader may compute, seconds.
pub const PROCESSOR_S: u64 = 10;
/// How long a reader may take as people's clocks see it, seconds.
pub const WAIT_S: u64 = 15;
/// The longest answer of a reader, MiB.
pub const ANSWER_MIB: u64 = 16;
/// How many readers run at a time.
const AT_A_TIME: usize = 2;
/// How many files are read or wait in memory to be read; beyond, whoever sends one comes back.
const AT_HAND: usize = 32;
/// This very program, also when its file was replaced or removed since.
const THIS_PROGRAM: &str = "/proc/self/exe";

/// Has files read in processes of their own. Its clones share the turns.
#[derive(Debug, Clone)]
pub struct Reader {
    program: PathBuf,
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    patience: Duration,
}

/// What is to be read.
#[derive(Debug)]
pub enum Content {
    /// What was sent.
    Bytes(Vec<u8>),
    /// A file of this machine, which the reader alone looks into.
    File(File),
}

/// What was read.
#[derive(Debug, Serialize, Deserialize)]
pub struct Told<T> {
    /// What is in the file.
    pub answer: T,
    /// The most memory that the reader held, KiB.
    pub peak_kib: u64,
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// The file costs more than a file may.
    #[error("the file is too large to be read: {}", .0.words().1)]
    TooLarge(Limit),
    /// The reader broke on it.
    #[error("the reader broke on the file")]
    Broke,
    /// No reader could be started: this is not the file's fault.
    #[error("no reader could be started: {0}")]
    NotStarted(#[from] io::Error),
}

impl Default for Reader {
    fn default() -> Self {
        Self::run_by(Path::new(THIS_PROGRAM), Duration::from_secs(WAIT_S))
    }
}

impl Reader {
    /// Readers that are run by `program` and may take `patience`.
    pub fn run_by(program: &Path, patience: Duration) -> Self {
        let turns = Arc::new(Semaphore::new(AT_A_TIME));
        let places = Arc::new(Semaphore::new(AT_HAND));
        Self { program: program.to_owned(), places, turns, patience }
    }

    /// Has `content` read by `jurat read` with the arguments `how`, when its turn has come. A caller
    /// that leaves gives its turn back and ends its reader.
    ///
    /// # Errors
    /// [`NotRead`].
    pub async fn read<T: DeserializeOwned + Send + 'static>(
        &self,
        how: &[&str],
        content: Content,
    ) -> Result<Told<T>, NotRead> {
        let _place = self.places.try_acquire().map_err(|_| {
            io::Error::new(io::ErrorKind::WouldBlock, "as many files wait as may wait")
        })?;
        let _turn = self.turns.acquire().await.expect("turns are never closed");
        match timeout(self.patience, self.ask(how, content)).await {
            Ok(told) => told,
            Err(_) => Err(NotRead::TooLarge(Limit::Wait)),
        }
    }

    async fn ask<T: DeserializeOwned + Send + 'static>(
        &self,
        how: &[&str],
        content: Content,
    ) -> Result<Told<T>, NotRead> {
        let (input, bytes) = match content {
            Content::Bytes(bytes) => (Stdio::piped(), bytes),
            Content::File(file) => (Stdio::from(file), Vec::new()),
        };
        let mut child = self.start(how, input)?;
        let told = converse(&mut child, &bytes).await?;
        if told.len() as u64 > ANSWER_MIB << 20 {
            return Err(NotRead::TooLarge(Limit::Answer));
        }
        ended(child.wait().await?)?;
        understood(told).await
    }

    /// Starts a reader. What it would complain of is thrown away: it may quote the file.
    fn start(&self, how: &[&str], input: Stdio) -> Result<Child, io::Error> {
        Command::new(&self.program)
            .arg0("jurat")
            .arg("read")
            .args(how)
            .env_clear()
            .current_dir("/")
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
    }
}

/// What a reader wrote; a long answer is not understood where requests are served.
async fn understood<T: DeserializeOwned + Send + 'static>(
    told: Vec<u8>,
) -> Result<Told<T>, NotRead> {
    let understand = move || serde_json::from_slice(&told);
    tokio::task::spawn_blocking(understand)
        .await
        .map_err(io::Error::other)?
        .map_err(|_| NotRead::Broke)
}

/// Gives the reader the file and takes its answer, one byte more than allowed at most.
async fn converse(child: &mut Child, bytes: &[u8]) -> Result<Vec<u8>, io::Error> {
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let give = async {
        if let Some(mut input) = input {
            // A reader that has ended takes no more; how it ended is told by its status.
            let _ = input.write_all(bytes).await;
        }
    };
    let take = async {
        let mut told = Vec::new();
        if let Some(output) = output {
            output.take((ANSWER_MIB << 20) + 1).read_to_end(&mut told).await?;
        }
        Ok(told)
    };
    let ((), told) = tokio::join!(give, take);
    told
}

/// What the end of a reader says of the file.
fn ended(status: ExitStatus) -> Result<(), NotRead> {
    use std::os::unix::process::ExitStatusExt;
    match status.signal() {
        None if status.success() => Ok(()),
        None => Err(NotRead::Broke),
        Some(signal) if signal == rustix::process::Signal::XCPU.as_raw() => {
            Err(NotRead::TooLarge(Limit::Processor))
        }
        // It aborts when it is refused memory or its stack is full; the system kills it when the
        // machine has none left.
        Some(_) => Err(NotRead::TooLarge(Limit::Memory)),
    }
}
