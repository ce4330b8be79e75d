//! The demonstration: a day that runs by itself, the same for the same seed.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::store_files::exposed;

fn begin(out: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jurat"));
    command.args(["demo", "--headless", "--out"]).arg(out).args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn report(out: &Path) -> Value {
    let text = std::fs::read(out.join("report.json")).unwrap();
    let mut report: Value = serde_json::from_slice(&text).unwrap();
    report.as_object_mut().unwrap().remove("timings_s").expect("a report has timings");
    report
}

fn certificates(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(out.join("certificates")).unwrap().map(Result::unwrap);
    let read = |file: std::fs::DirEntry| {
        (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())
    };
    files.map(read).collect()
}

#[test]
fn two_days_of_one_seed_are_the_same_day() {
    let folder = tempfile::tempdir().unwrap();
    let days = ["first", "second"].map(|name| folder.path().join(name));
    let running = days.each_ref().map(|out| begin(out, &["--candidates", "12", "--seed", "7"]));
    for mut day in running {
        assert!(day.wait().unwrap().success(), "everybody ends as the script says");
    }
    let [first, second] = days;
    assert_eq!(report(&first), report(&second));
    let states = json!({ "absent": 1, "submitted": 10, "terminated": 1 });
    assert_eq!(report(&first)["states"], states);
    let levels = json!({ "initie": 1, "confirme": 3, "avance": 4, "expert": 1 });
    assert_eq!(report(&first)["levels"], levels);
    assert_eq!(certificates(&first).len(), 9);
    assert!(certificates(&first) == certificates(&second), "the same bytes");
    for name in ["attendance.pdf", "minutes.pdf", "jury-minutes.pdf"] {
        assert!(std::fs::read(first.join(name)).unwrap().starts_with(b"%PDF-"), "{name}");
    }
    assert_eq!(exposed(&first), [""; 0], "what is made is its owner's alone");
    let keys = std::fs::read(first.join("jwks.json")).unwrap();
    let keys: Value = serde_json::from_slice(&keys).unwrap();
    assert_eq!(keys["keys"][0]["kty"], "OKP");
}
