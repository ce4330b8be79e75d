//! The reader's side: it gives up what it does not need, reads, answers, ends.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    process::ExitCode,
};

use rustix::{
    process::{Resource, Rlimit, Signal, setrlimit},
    thread::set_no_new_privs,
};
use serde::Serialize;

use super::{MEMORY_MIB, PROCESSOR_S, Told};

/// The whole life of a reader: limits itself, takes the file from standard input, at most `most` and
/// one more bytes of it, and writes what `read` makes of it to standard output.
///
/// To be called while the process has one thread and has read nothing yet.
pub fn answer<T: Serialize>(most: usize, read: impl FnOnce(&[u8]) -> T) -> ExitCode {
    match try_to_answer(most, read) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn try_to_answer<T: Serialize>(
    most: usize,
    read: impl FnOnce(&[u8]) -> T,
) -> Result<(), io::Error> {
    let status = File::open("/proc/self/status")?;
    give_up()?;
    let mut bytes = Vec::new();
    io::stdin().take(most as u64 + 1).read_to_end(&mut bytes)?;
    let answer = read(&bytes);
    let told = Told { answer, peak_kib: peak(status) };
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &told)?;
    out.flush()
}

/// Limits this process for good: memory, time, nothing new opened, nothing written, no other program,
/// no picture of its memory on disk, and no life after whoever started it.
fn give_up() -> Result<(), io::Error> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    set_no_new_privs(true)?;
    for (resource, most) in [
        (Resource::As, MEMORY_MIB << 20),
        (Resource::Nofile, 0),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nproc, 0),
    ] {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    // The first tells why it ends; the second cannot be ignored.
    let processor = Rlimit { current: Some(PROCESSOR_S), maximum: Some(PROCESSOR_S + 1) };
    Ok(setrlimit(Resource::Cpu, processor)?)
}

/// The most memory that this process held, KiB; 0 where the system does not tell.
fn peak(mut status: File) -> u64 {
    let mut text = String::new();
    let read = status.rewind().and_then(|()| status.read_to_string(&mut text));
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    read.ok().and(number).unwrap_or(0)
}
