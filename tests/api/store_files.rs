//! Whose the files are: nobody else's, and one server's.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
};

use crate::support::{
    On,
    process::{Data, offline},
    sitting::ask,
};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Every file of a folder with the rights of others to it.
pub fn exposed(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let open = files.filter(|path| mode(path) & 0o077 != 0);
    open.map(|path| format!("{} {:o}", path.display(), mode(&path))).collect()
}

/// Runs a command as somebody whose files everybody may read.
fn with_open_umask(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"umask 000; exec "$@""#, "sh"]);
    shell.arg(command.get_program()).args(command.get_args());
    shell.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    shell
}

#[test]
fn files_are_their_owners_alone_also_in_a_folder_that_was_there() {
    let data = Data::empty(On::Sqlite);
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let made = with_open_umask(&data.jurat(&["keys"])).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let create = ["admin", "create", "--email", "ada@jurat.example", "--name", "Ada"];
    let mut create = with_open_umask(&data.jurat(&create));
    let made = create.env("JURAT_ADMIN_PASSWORD", crate::support::PASSWORD).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    assert_eq!(exposed(data.path()), [""; 0]);

    // a database that an earlier version left open to others
    for name in ["jurat.db", "jurat.lock"] {
        let open = fs::Permissions::from_mode(0o644);
        fs::set_permissions(data.path().join(name), open).unwrap();
    }
    let server = data.serve();
    assert_eq!(offline(ask(&server.url, "/readyz")).status, 200, "it has written");
    assert!(data.path().join("jurat.db-wal").exists());
    assert_eq!(exposed(data.path()), [""; 0]);
}

#[test]
fn a_second_server_is_refused_by_whatever_path_it_comes() {
    let data = Data::empty(On::Sqlite);
    let first = data.serve();
    fs::remove_file(data.path().join("jurat.lock")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(data.path(), elsewhere.path().join("folder")).unwrap();
    symlink(data.path().join("jurat.db"), elsewhere.path().join("other.db")).unwrap();
    let addresses = [
        data.database().to_owned(),
        format!("sqlite:{}", elsewhere.path().join("folder/jurat.db").display()),
        format!("sqlite:{}", elsewhere.path().join("other.db").display()),
        "sqlite:jurat.db".to_owned(),
        "sqlite:./../".to_owned()
            + data.path().file_name().unwrap().to_str().unwrap()
            + "/jurat.db",
    ];
    for address in addresses {
        let mut second = data.jurat(&["serve"]);
        second.env("JURAT_DATABASE", &address).current_dir(data.path());
        let refused = second.output().unwrap();
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{address}: {said}");
        assert!(said.contains("another jurat already uses"), "{address}: {said}");
        let _ = fs::remove_file(data.path().join("jurat.lock"));
    }
    // the first has lost nothing by it, and its end frees the file
    drop(first);
    offline(async { data.open().await.db.close().await });
}

#[test]
fn no_error_shows_the_password_of_the_database() {
    let data = Data::empty(On::Sqlite);
    let addresses = [
        "postgres://ada:s3cret@127.0.0.1:1/jurat",
        "postgres://ada:s3cret%40@127.0.0.1:1/jurat",
        "postgres://ada:s3cret@127.0.0.1:99999/jurat",
        "postgres://ada:s3cret@[::1/jurat",
        "postgre://ada:s3cret@127.0.0.1/jurat",
        "ada:s3cret@127.0.0.1/jurat",
        "host=127.0.0.1 password=s3cret",
    ];
    for address in addresses {
        for command in [&["serve"][..], &["keys"]] {
            let mut jurat = data.jurat(command);
            jurat.env("JURAT_DATABASE", address).env("RUST_LOG", "trace");
            let told = jurat.output().unwrap();
            let said = [told.stdout, told.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(!told.status.success(), "{address}: {said}");
            assert!(!said.contains("s3cret"), "{address}: {said}");
        }
    }
}
