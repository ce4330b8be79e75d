//! `jurat verify`: what the command line says of documents and of texts of QR codes.

use std::process::{Command, Output, Stdio};

use jurat::certificate::{self, Key};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    certificate_facts::{Signed, facts, signed},
    support::{
        judged::decided,
        process::{Data, offline},
    },
    with_data,
};

/// A certificate in a folder, with the keys of its issuer.
struct Desk {
    folder: TempDir,
    signed: Signed,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), signed: signed(&facts()) };
        desk.file("certificate.pdf", &desk.signed.pdf);
        let set = jurat::verify::key_set(&[desk.signed.key]).to_string();
        desk.file("jwks.json", set.as_bytes());
        desk
    }

    fn file(&self, name: &str, content: &[u8]) {
        std::fs::write(self.folder.path().join(name), content).unwrap();
    }

    /// The text of the QR symbol.
    fn text(&self) -> String {
        facts().qr_text(&self.signed.proof)
    }

    /// Verifies with the keys of the issuer; what is printed, and the exit code.
    fn verify(&self, what: &[&str]) -> (String, i32) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jurat"));
        command.current_dir(&self.folder).args(["verify", "--keys", "jwks.json"]).args(what);
        said(&command.output().unwrap())
    }

    /// A PDF whose proof has another byte at `at`.
    fn with_byte(&self, name: &str, at: usize, byte: u8) {
        let Signed { pdf, proof, .. } = &self.signed;
        let start = pdf.windows(proof.len()).position(|bytes| bytes == proof).unwrap();
        let mut changed = pdf.clone();
        changed[start + at] = byte;
        self.file(name, &changed);
    }
}

fn said(output: &Output) -> (String, i32) {
    (String::from_utf8(output.stdout.clone()).unwrap(), output.status.code().unwrap())
}

#[test]
fn genuine_document_is_shown_with_what_was_signed() {
    let (said, code) = Desk::new().verify(&["certificate.pdf"]);
    assert_eq!(code, 0, "{said}");
    for words in ["GENUINE: ", "Éléonore Zoë Lefèvre-Ñuñez", "1988-03-14", "Avancé / Advanced"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn text_of_a_symbol_is_verified_as_an_argument_and_in_a_file() {
    let desk = Desk::new();
    desk.file("scanned.txt", format!("{}\n", desk.text()).as_bytes());
    assert_eq!(desk.verify(&[&desk.text()]).1, 0);
    assert_eq!(desk.verify(&["scanned.txt"]).1, 0);
    let moved = desk.text().replace("/c/G", "/c/H");
    let (said, code) = desk.verify(&[&moved]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("NOT GENUINE") && said.contains("another certificate"), "{said}");
}

#[test]
fn whatever_was_changed_in_the_proof_is_not_genuine_and_says_why() {
    let desk = Desk::new();
    let proof = &desk.signed.proof;
    let algorithm = proof.windows(2).position(|pair| pair == [1, 0x27]).unwrap() + 1;
    let cases = [
        (algorithm, 0x26, "it is not signed with Ed25519"),
        (algorithm - 1, 0xff, "does not have the form of a proof"),
        (algorithm + 3, !proof[algorithm + 3], "which is not among the known ones"),
        (proof.len() - 1, !proof[proof.len() - 1], "the signature does not fit"),
    ];
    for (at, byte, why) in cases {
        desk.with_byte("changed.pdf", at, byte);
        let (said, code) = desk.verify(&["changed.pdf"]);
        assert_eq!(code, 1, "{said}");
        assert!(said.starts_with("NOT GENUINE: ") && said.contains(why), "{why}: {said}");
    }
    let last = desk.text().pop().unwrap();
    let other = if last == '0' { '1' } else { '0' };
    let miscopied = format!("{}{other}", &desk.text()[..desk.text().len() - 1]);
    assert_eq!(desk.verify(&[&miscopied]).1, 1);
}

#[test]
fn several_are_told_apart_and_the_worst_decides() {
    let desk = Desk::new();
    let end = desk.signed.proof.len() - 1;
    desk.with_byte("altered.pdf", end, !desk.signed.proof[end]);
    let (said, code) = desk.verify(&["certificate.pdf", "altered.pdf"]);
    assert_eq!(code, 1);
    let lines: Vec<_> = said.lines().collect();
    let place = |line: &str| lines.iter().position(|l| l.starts_with(line)).unwrap();
    assert!(place("certificate.pdf") < place("GENUINE"), "{said}");
    assert!(place("altered.pdf") < place("NOT GENUINE"), "{said}");
    assert_eq!(desk.verify(&["certificate.pdf", "not a proof", "absent.pdf"]).1, 2);
}

/// A PDF of some 40 kB whose objects all stand for the same long array: gigabytes of objects.
fn bomb() -> Vec<u8> {
    let numbers: Vec<_> = (10..3010).map(|number| number.to_string()).collect();
    let objects = format!("{} 0 ", numbers.join(" 0 "));
    let content = format!("{objects}[{}]", "0 ".repeat(10_000));
    let (first, length) = (objects.len(), content.len());
    let stream = format!(
        "%PDF-1.5\n1 0 obj\n<</Type/ObjStm/N 3000/First {first}/Length {length}>>\nstream\n\
         {content}\nendstream\nendobj\n"
    );
    let catalog = "2 0 obj\n<</Type/Catalog>>\nendobj\n";
    let (second, table) = (stream.len(), stream.len() + catalog.len());
    let end = format!(
        "xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n{second:010} 00000 n \n\
         trailer\n<</Size 3/Root 2 0 R>>\nstartxref\n{table}\n%%EOF\n"
    );
    [stream.as_str(), catalog, &end].concat().into_bytes()
}

#[test]
fn file_that_costs_too_much_is_unreadable_and_the_next_one_is_read() {
    let desk = Desk::new();
    desk.file("bomb.pdf", &bomb());
    std::fs::File::create(desk.folder.path().join("long.pdf")).unwrap().set_len(33 << 20).unwrap();
    let (said, code) = desk.verify(&["bomb.pdf", "long.pdf", "certificate.pdf"]);
    assert_eq!(code, 2, "{said}");
    let lines: Vec<_> = said.lines().collect();
    let too_large = "UNREADABLE: too large to be read:";
    assert_eq!(lines[1], format!("{too_large} reading it takes more than 256 MiB of memory"));
    assert_eq!(lines[3], format!("{too_large} 32 MiB at most"));
    assert!(lines[4] == "certificate.pdf" && lines[5].starts_with("GENUINE: "), "{said}");
    let (said, code) = desk.verify(&["bomb.pdf", "--json"]);
    assert!(code == 2 && said.contains("\"reason\":\"too_large\""), "{said}");
}

#[test]
fn reader_who_has_read_enough_ends_it_without_a_panic() {
    let desk = Desk::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_jurat"));
    command.current_dir(&desk.folder).args(["verify", "--keys", "jwks.json", "certificate.pdf"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(2), 0));
}

#[test]
fn program_gets_the_answer_as_json() {
    let desk = Desk::new();
    let json = |what: &str| -> (Value, i32) {
        let (said, code) = desk.verify(&[what, "--json"]);
        (serde_json::from_str(&said).unwrap(), code)
    };
    let (told, code) = json("certificate.pdf");
    assert_eq!((&told["genuine"], code), (&true.into(), 0));
    assert_eq!(
        (&told["level"], &told["level_title"]["en"]),
        (&"avance".into(), &"Advanced".into())
    );
    let (told, code) = json("not a proof");
    assert_eq!((&told["genuine"], &told["reason"], code), (&false.into(), &"unreadable".into(), 2));
}

#[test]
fn keys_that_cannot_be_read_are_named() {
    let desk = Desk::new();
    let verify = |keys: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jurat"));
        command.current_dir(&desk.folder).args(["verify", "certificate.pdf", "--keys", keys]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(verify("absent.json").contains("cannot read the keys absent.json"));
    assert!(verify("certificate.pdf").contains("cannot read the keys certificate.pdf"));
    desk.file("other.json", b"{}");
    assert!(verify("other.json").contains("other.json is not a JSON Web Key Set"));
}

/// Issues a certificate, writes it beside the data, and loses the key that signed it.
async fn issue_and_retire(data: &Data) -> Key {
    let app = data.open().await;
    let session = decided(&app, &[("Éléonore", "Lefèvre")]).await;
    certificate::issue_pending(&app).await.unwrap();
    let issued = certificate::list_of_session(&app, session).await.unwrap();
    let pdf = certificate::pdf(&app, issued[0].id).await.unwrap();
    std::fs::write(data.path().join("certificate.pdf"), pdf).unwrap();
    std::fs::remove_file(data.path().join("issuing.key")).unwrap();
    app.db.close().await;
    Key::from(&*app.signer)
}

with_data! {
    fn certificate_of_a_retired_key_is_genuine_to_its_issuer_beside_the_running_server(data: Data) {
        let retired = offline(issue_and_retire(&data));
        let _server = data.serve();
        let pdf = data.path().join("certificate.pdf");
        let (told, code) = said(&data.jurat(&["verify", pdf.to_str().unwrap()]).output().unwrap());
        assert_eq!(code, 0, "{told}");
        let (set, _) = said(&data.jurat(&["keys"]).output().unwrap());
        let keys = jurat::verify::read_key_set(&set).unwrap();
        assert_eq!((keys.len(), keys[0]), (2, retired), "the retired and the present one");
    }
}
