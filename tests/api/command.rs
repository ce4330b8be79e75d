//! The command line: one clear line and a non-zero exit when the server cannot start.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use crate::support::PASSWORD;

fn jurat(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jurat"));
    command.env_clear().env("JURAT_DATA", data).env("JURAT_LISTEN", "127.0.0.1:0");
    command.args(arguments).stderr(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// Exactly one line for a person, which contains `words`, and a non-zero exit.
#[track_caller]
fn refuses(output: &Output, words: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    let ours: Vec<_> = text.lines().filter(|line| line.starts_with("jurat: ")).collect();
    assert_eq!(ours.len(), 1, "{text}");
    assert!(ours[0].contains(words), "{text}");
    assert!(!output.status.success());
}

/// A running server and the line that tells its address.
fn serve(data: &Path) -> (Child, String) {
    let mut child = jurat(data, &["serve"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.find(|line| line.as_ref().unwrap().contains("serving")).unwrap().unwrap();
    std::thread::spawn(move || lines.for_each(drop));
    (child, line)
}

#[test]
fn a_misspelt_setting_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jurat.toml");
    std::fs::write(&file, "lisen = \"127.0.0.1:0\"\n").unwrap();
    let output = jurat(folder.path(), &["serve", "--config", file.to_str().unwrap()]).output();
    refuses(&output.unwrap(), "line 1: unknown field `lisen`");
}

#[test]
fn a_setting_of_the_wrong_type_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jurat.toml");
    std::fs::write(&file, "# the port\nlisten = 8080\n").unwrap();
    let output = jurat(folder.path(), &["serve", "--config", file.to_str().unwrap()]).output();
    refuses(&output.unwrap(), "line 2: invalid type: integer `8080`");
}

#[test]
fn a_configuration_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = jurat(folder.path(), &["serve", "--config", "no.toml"]).output().unwrap();
    refuses(&output, "cannot read the configuration file no.toml");
}

#[test]
fn a_database_server_that_is_not_there_is_named_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let database = format!("postgres://jurat:secret@{address}/jurat");
    let output = jurat(folder.path(), &["serve", "--database", &database]).output().unwrap();
    refuses(&output, &format!("cannot reach the database at {address}"));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("secret"));
}

#[test]
fn a_database_server_that_never_answers_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let database = format!("postgres://jurat@{address}/jurat");
    let output = jurat(folder.path(), &["serve", "--database", &database]).output().unwrap();
    refuses(&output, &format!("cannot reach the database at {address}: timed out"));
}

#[test]
fn a_port_in_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = jurat(folder.path(), &["serve", "--listen", &address]).output().unwrap();
    refuses(&output, &format!("cannot listen on {address}"));
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("in-the-way");
    std::fs::write(&file, "").unwrap();
    let output = jurat(&file.join("data"), &["serve"]).output().unwrap();
    refuses(&output, "cannot write to the data folder");
}

#[test]
fn an_unknown_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = jurat(folder.path(), &["serve", "--database", "mysql:x"]).output().unwrap();
    refuses(&output, "begins with neither sqlite: nor postgres:");
}

#[test]
fn a_public_address_with_a_path_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let address = "https://jurat.example/exams";
    let output = jurat(folder.path(), &["serve", "--public-url", address]).output().unwrap();
    refuses(&output, "public_url = \"https://jurat.example/exams\" has a path");
}

#[test]
fn a_second_server_on_the_same_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (mut first, _) = serve(folder.path());
    let output = jurat(folder.path(), &["serve"]).output().unwrap();
    first.kill().unwrap();
    first.wait().unwrap();
    refuses(&output, "another jurat already uses");
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    create_admin(folder.path(), "ada@jurat.example", PASSWORD);
    let file = format!("sqlite:{}", folder.path().join("jurat.db").display());
    let pool = sqlx::SqlitePool::connect(&file).await.unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, installed_on, success,
        checksum, execution_time) VALUES (9999, 'later', '2030-01-01', TRUE, x'00', 0)";
    sqlx::query(newer).execute(&pool).await.unwrap();
    pool.close().await;
    let output = jurat(folder.path(), &["serve"]).output().unwrap();
    refuses(&output, "the database is newer than this jurat");
}

#[test]
fn a_number_of_candidates_that_no_session_has_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for number in ["0", "2001", "many"] {
        let arguments = ["demo", "--headless", "--out", "day", "--candidates", number];
        let output = jurat(folder.path(), &arguments).output().unwrap();
        refuses(&output, &format!("invalid value '{number}' for '--candidates"));
        assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1);
    }
}

#[test]
fn a_headless_day_without_a_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = jurat(folder.path(), &["demo", "--headless"]).output().unwrap();
    refuses(&output, "--out <OUT>");
}

#[test]
fn a_demonstration_at_a_port_in_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = jurat(folder.path(), &["demo", "--listen", &address]).output().unwrap();
    refuses(&output, &format!("cannot listen on {address}"));
}

#[test]
fn the_description_of_the_api_is_the_one_that_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let output = jurat(folder.path(), &["openapi"]).output().unwrap();
    assert!(output.status.success());
    assert_eq!(output.stdout, std::fs::read("openapi.json").unwrap());
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = jurat(folder.path(), &["openapi"]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_key_of_a_data_folder_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let keys = || {
        let output = jurat(folder.path(), &["keys"]).output().unwrap();
        assert!(output.status.success());
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let first = keys();
    assert_eq!(first["keys"][0]["crv"], "Ed25519");
    assert_eq!(keys(), first);
}

#[test]
fn help_tells_what_each_command_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let help = |arguments: &[&str]| {
        let output = jurat(folder.path(), arguments).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    for command in ["serve", "admin", "demo", "openapi", "verify", "keys"] {
        assert!(help(&["--help"]).contains(&format!("  {command} ")), "{command}");
        assert!(help(&[command, "--help"]).contains("Usage: jurat"), "{command}");
    }
    for setting in ["--config", "--listen", "--data", "--database", "--public-url"] {
        assert!(help(&["serve", "--help"]).contains(setting), "{setting}");
    }
}

fn create_admin(data: &Path, email: &str, password: &str) -> Output {
    let mut command = jurat(data, &["admin", "create", "--email", email, "--name", "Ada"]);
    command.env("JURAT_ADMIN_PASSWORD", password).output().unwrap()
}

#[test]
fn an_administrator_with_a_short_password_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = create_admin(folder.path(), "ada@jurat.example", "short");
    refuses(&output, "a password has 12 to 200 characters");
}

#[test]
fn an_account_that_is_there_keeps_its_password() {
    let folder = tempfile::tempdir().unwrap();
    assert!(create_admin(folder.path(), "ada@jurat.example", PASSWORD).status.success());
    let output = create_admin(folder.path(), "ada@jurat.example", "another long password");
    refuses(&output, "ada@jurat.example has an account already");
}

#[tokio::test]
async fn a_server_that_is_told_to_end_ends_well_and_keeps_its_people() {
    let folder = tempfile::tempdir().unwrap();
    assert!(create_admin(folder.path(), "ada@jurat.example", PASSWORD).status.success());
    let (mut server, line) = serve(folder.path());
    let line: serde_json::Value = serde_json::from_str(&line).expect("logs are JSON elsewhere");
    let address = line["fields"]["address"].as_str().unwrap();
    let body = serde_json::json!({ "email": "ada@jurat.example", "password": PASSWORD });
    let mut ada = crate::support::Actor::new(&format!("http://{address}"));
    ada.post("/api/v1/sign-in", body).await.expect(200);
    let told = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert!(server.wait().unwrap().success());
}
