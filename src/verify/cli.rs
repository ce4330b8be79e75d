//! `jurat verify`: whether a document or QR text is genuine, without a server.
//!
//! Ends with 0 when all are genuine, 1 when one is not, 2 when one or the keys cannot be read.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::json;

use super::{Claims, NoProof, document, read_key_set, text};
use crate::{
    app::{Signer, key_id},
    base::Chance,
    certificate::Key,
};

/// What to check, against which keys.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Certificates as PDF, or texts of QR codes
    #[arg(required = true)]
    pub what: Vec<String>,
    /// Public keys of the issuer, as its page /.well-known/jwks.json gives them
    #[arg(long, conflicts_with = "data")]
    pub keys: Option<PathBuf>,
    /// Data folder of this issuer, to check against its own key
    #[arg(long, env = "JURAT_DATA", default_value = "data")]
    pub data: PathBuf,
    /// Answer as JSON
    #[arg(long)]
    pub json: bool,
}

/// Checks and prints the answer.
pub fn run(options: &Options) -> ExitCode {
    let keys = match known_keys(options) {
        Ok(keys) => keys,
        Err(why) => {
            eprintln!("jurat: {why}");
            return ExitCode::from(2);
        }
    };
    let worst = options.what.iter().map(|what| tell(what, &keys, options)).max();
    ExitCode::from(worst.unwrap_or(2))
}

/// Checks one and prints the answer; the exit code that it asks for.
fn tell(what: &str, keys: &[Key], options: &Options) -> u8 {
    let answer = check(what, keys);
    if options.json {
        println!("{}", as_json(&answer));
    } else {
        if options.what.len() > 1 {
            println!("{what}");
        }
        print!("{}", for_people(&answer));
    }
    match answer {
        Ok(_) => 0,
        Err(NoProof::Altered | NoProof::UnknownKey(_)) => 1,
        Err(NoProof::Unreadable(_)) => 2,
    }
}

fn known_keys(options: &Options) -> Result<Vec<Key>, String> {
    if let Some(path) = &options.keys {
        let text = std::fs::read_to_string(path)
            .map_err(|why| format!("cannot read the keys {}: {why}", path.display()))?;
        return read_key_set(&text)
            .ok_or_else(|| format!("{} is not a JSON Web Key Set", path.display()));
    }
    if !options.data.join("issuing.key").exists() {
        let folder = options.data.display();
        return Err(format!("no issuing key in {folder}; name the issuer's keys with --keys"));
    }
    let signer = Signer::open(&options.data, &Chance::Os).map_err(|why| why.to_string())?;
    let public = signer.public_key();
    Ok(vec![Key { id: key_id(&public), public }])
}

/// A file is checked as a PDF, anything else as the text of a QR symbol.
fn check(what: &str, keys: &[Key]) -> Result<Claims, NoProof> {
    if Path::new(what).is_file() {
        let bytes = std::fs::read(what).map_err(|_| NoProof::Unreadable("unreadable file"))?;
        if bytes.starts_with(b"%PDF") {
            return document(&bytes, keys);
        }
        let content = String::from_utf8(bytes);
        return text(&content.map_err(|_| NoProof::Unreadable("not a PDF"))?, keys);
    }
    if Path::new(what).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf")) {
        return Err(NoProof::Unreadable("there is no such file"));
    }
    text(what, keys)
}

fn for_people(answer: &Result<Claims, NoProof>) -> String {
    match answer {
        Ok(claims) => format!(
            "GENUINE: signed by a known key. Compare with what is printed:\n\n  \
             name        {} {}\n  born        {}\n  level       {}\n  coverage    {} %\n  \
             issued      {}\n  code        {}\n\n\
             Whether it was revoked since, only the page of its code says.\n",
            claims.given_names,
            claims.family_name,
            claims.birth_date,
            claims.level,
            f64::from(claims.coverage_permille) / 10.0,
            claims.issued_at.format("%Y-%m-%d %H:%M UTC"),
            claims.code,
        ),
        Err(NoProof::Unreadable(why)) => format!("UNREADABLE: {why}\n"),
        Err(not @ (NoProof::Altered | NoProof::UnknownKey(_))) => format!("NOT GENUINE: {not}\n"),
    }
}

fn as_json(answer: &Result<Claims, NoProof>) -> serde_json::Value {
    match answer {
        Ok(claims) => json!({
            "genuine": true,
            "code": claims.code,
            "family_name": claims.family_name,
            "given_names": claims.given_names,
            "birth_date": claims.birth_date,
            "level": claims.level,
            "coverage_permille": claims.coverage_permille,
            "issued_at": claims.issued_at,
        }),
        Err(why) => {
            let reason = match why {
                NoProof::Unreadable(_) => "unreadable",
                NoProof::UnknownKey(_) => "unknown_key",
                NoProof::Altered => "altered",
            };
            json!({ "genuine": false, "reason": reason, "detail": why.to_string() })
        }
    }
}
