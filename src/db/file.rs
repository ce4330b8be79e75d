//! The embedded file: whose it is, who may read it, how much room is beside it.

use std::{
    fs::{File, OpenOptions, Permissions},
    io::{ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use fs4::fs_std::FileExt;

use super::OpenError;

/// Files of the database are their owner's alone.
const MODE: u32 = 0o600;

/// Held as long as the database is open, so that a second server refuses to start: on the file beside
/// the database, as ever, and on the database itself, which no path leads around.
#[derive(Debug)]
pub(super) struct Held {
    _beside: File,
    _itself: File,
}

/// Takes the file for this process, making it when it is not there, and makes it its owner's alone.
///
/// The lock is `flock`'s: on Linux it knows nothing of the record locks by which SQLite parts
/// connections. A descriptor of the database that is closed while SQLite has others would drop those,
/// so this one is opened before and closed after them.
///
/// # Errors
/// [`OpenError::InUse`], [`OpenError::Unwritable`].
pub(super) fn hold(database: &Path) -> Result<Held, OpenError> {
    let shown = database.display().to_string();
    let locked = |path: &Path| {
        let mut options = OpenOptions::new();
        let opened = options.read(true).write(true).create(true).truncate(false).mode(MODE);
        let file = opened.open(path);
        let file = file.map_err(|cause| OpenError::Unwritable(shown.clone(), cause))?;
        match file.try_lock_exclusive() {
            Ok(true) => Ok(file),
            Ok(false) | Err(_) => Err(OpenError::InUse(shown.clone())),
        }
    };
    let held =
        Held { _beside: locked(&database.with_extension("lock"))?, _itself: locked(database)? };
    for path in files_of(database) {
        make_private(&path).map_err(|cause| OpenError::Unwritable(shown.clone(), cause))?;
    }
    Ok(held)
}

/// The database and what stands beside it.
fn files_of(database: &Path) -> Vec<PathBuf> {
    let beside = |ending: &str| {
        let mut name = database.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    vec![database.to_owned(), beside("-wal"), beside("-shm"), database.with_extension("lock")]
}

fn make_private(path: &Path) -> std::io::Result<()> {
    match std::fs::metadata(path) {
        Ok(found) if found.permissions().mode() & 0o077 != 0 => {
            std::fs::set_permissions(path, Permissions::from_mode(MODE))
        }
        Ok(_) => Ok(()),
        Err(absent) if absent.kind() == ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(cause),
    }
}

/// The room that is left on the disk of a folder, bytes.
pub(super) fn free(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Whether a write into a folder finds no room, by the disk or by a quota.
pub(super) fn is_full(folder: &Path) -> bool {
    let written = tempfile::tempfile_in(folder).and_then(|mut file| {
        file.write_all(&vec![0; 64 * 1024])?;
        file.sync_all()
    });
    written.is_err_and(|cause| {
        matches!(cause.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
    })
}
