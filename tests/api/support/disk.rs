//! Disks that fill and fail, under a real server.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A small disk of its own over a folder, for as long as it is kept.
pub struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    /// Mounts it; where that may not be done, says so.
    pub fn over(folder: &'a Path, size: &str) -> Option<Self> {
        let size = format!("size={size}");
        let mut mount = Command::new("mount");
        let done = mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).status();
        let mounted = done.is_ok_and(|status| status.success());
        if !mounted {
            println!("NOT PROVEN HERE: a full disk, for this process may not mount one");
        }
        mounted.then_some(Self(folder))
    }

    /// Leaves no room, until what is returned is removed.
    pub fn fill(&self) -> PathBuf {
        let ballast = self.0.join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        let full = std::io::copy(&mut std::io::repeat(1), &mut file);
        assert_eq!(full.unwrap_err().kind(), std::io::ErrorKind::StorageFull);
        ballast
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

/// What makes the writes of a server fail when it is told to.
pub struct Faults {
    folder: TempDir,
    under: PathBuf,
}

impl Faults {
    /// Of the files under a folder.
    pub fn under(folder: &Path) -> Self {
        let faults = Self { folder: tempfile::tempdir().unwrap(), under: folder.to_owned() };
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(faults.library())
            .args(["tests/faults/failing_disk.c", "-ldl"])
            .output()
            .expect("cc is installed");
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        faults
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("failing_disk.so")
    }

    fn control(&self) -> PathBuf {
        self.folder.path().join("fault")
    }

    /// The environment of a server that they are to befall.
    pub fn environment(&self) -> [(&'static str, String); 3] {
        [
            ("LD_PRELOAD", self.library().display().to_string()),
            ("FAULT_UNDER", self.under.display().to_string()),
            ("FAULT_FILE", self.control().display().to_string()),
        ]
    }

    /// From now on: `<write|sync> <EIO|ENOSPC> <calls before> <once|lasting>`.
    pub fn begin(&self, how: &str) {
        let drawn = self.folder.path().join("drawn");
        std::fs::write(&drawn, how).unwrap();
        std::fs::rename(drawn, self.control()).unwrap();
    }

    /// Whether the fault is still to come, or lasts.
    pub fn is_on(&self) -> bool {
        self.control().exists()
    }

    /// The disk is well again.
    pub fn end(&self) {
        let _ = std::fs::remove_file(self.control());
    }
}
