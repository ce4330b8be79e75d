//! `jurat verify`: whether a document or QR text is genuine, without a server.
//!
//! Ends with 0 when all are genuine, 1 when one is not, 2 when one or the keys cannot be read.

use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::json;

use super::{Claims, NoProof, judge, read_key_set, text};
use crate::{
    app::Signer,
    base::Chance,
    certificate::{self, Key},
    config::{Config, Flags},
    confined::{Content, NotRead, Reader},
    db::Db,
    scheme::{self, Text},
};

/// What to check, against which keys.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Certificates as PDF, or texts of QR codes
    #[arg(required = true)]
    pub what: Vec<String>,
    /// Public keys of the issuer, as its page /.well-known/jwks.json gives them; without, the keys of
    /// this issuer, from its data folder and its database
    #[arg(long)]
    pub keys: Option<PathBuf>,
    /// Where this issuer keeps its keys.
    #[command(flatten)]
    pub flags: Flags,
    /// Answer as JSON
    #[arg(long)]
    pub json: bool,
}

/// The longest set of keys, bytes.
const MAX_KEYS: u64 = 1024 * 1024;

type Failure = Box<dyn std::error::Error>;

/// Checks and prints the answer.
pub async fn run(options: &Options) -> ExitCode {
    let keys = match known_keys(options).await {
        Ok(keys) => keys,
        Err(why) => {
            eprintln!("jurat: {why}");
            return ExitCode::from(2);
        }
    };
    let reader = Reader::default();
    let mut worst = 0;
    for what in &options.what {
        let answer = check(&reader, what, &keys).await;
        worst = worst.max(tell(what, &answer, options));
    }
    ExitCode::from(worst)
}

/// Prints the answer of one; the exit code that it asks for.
fn tell(what: &str, answer: &Result<Claims, NoProof>, options: &Options) -> u8 {
    let text = if options.json {
        format!("{}\n", as_json(answer))
    } else if options.what.len() > 1 {
        format!("{what}\n{}", for_people(answer))
    } else {
        for_people(answer)
    };
    // Whoever has read enough may have closed the pipe.
    let told = std::io::stdout().write_all(text.as_bytes());
    match answer {
        _ if told.is_err() => 2,
        Ok(_) => 0,
        Err(NoProof::Altered(_) | NoProof::UnknownAlgorithm | NoProof::UnknownKey(_)) => 1,
        Err(NoProof::Unreadable(_) | NoProof::TooLarge(_)) => 2,
    }
}

async fn known_keys(options: &Options) -> Result<Vec<Key>, Failure> {
    if let Some(path) = &options.keys {
        let text = read_keys(path)
            .map_err(|why| format!("cannot read the keys {}: {why}", path.display()))?;
        let keys = read_key_set(&text);
        return Ok(keys.ok_or_else(|| format!("{} is not a JSON Web Key Set", path.display()))?);
    }
    let config = Config::load(options.flags.clone())?;
    if !config.data.join("issuing.key").exists() {
        let folder = config.data.display();
        return Err(
            format!("no issuing key in {folder}; name the issuer's keys with --keys").into()
        );
    }
    own_keys(&config).await
}

/// The text of a key set, as far as one can be long: an issuer has a key a year.
fn read_keys(path: &Path) -> Result<String, std::io::Error> {
    let mut text = String::new();
    File::open(path)?.take(MAX_KEYS).read_to_string(&mut text)?;
    Ok(text)
}

/// The keys of this issuer, also beside its running server: all that ever signed, and the one that
/// signs now, which is made when there is none.
///
/// # Errors
/// One line for a person: the key or the database cannot be read.
pub async fn own_keys(config: &Config) -> Result<Vec<Key>, Failure> {
    let signer = Signer::open(&config.data, &Chance::Os)?;
    match Db::look_into(&config.database).await? {
        Some(mut tx) => Ok(certificate::keys(&mut tx, &signer).await?),
        None => Ok(vec![Key::from(&signer)]),
    }
}

/// A file is read in a process of its own; anything else is the text of a QR symbol.
async fn check(reader: &Reader, what: &str, keys: &[Key]) -> Result<Claims, NoProof> {
    if Path::new(what).is_file() {
        let file = File::open(what).map_err(|_| NoProof::Unreadable("unreadable file"))?;
        return match reader.read(&["proof"], Content::File(file)).await {
            Ok(told) => judge(&told.answer, keys),
            Err(NotRead::TooLarge(limit)) => Err(NoProof::TooLarge(limit)),
            Err(NotRead::Broke) => Err(NoProof::Unreadable("no readable PDF")),
            Err(NotRead::NotStarted(_)) => {
                Err(NoProof::Unreadable("no process could be started to read the file"))
            }
        };
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
            level(claims),
            f64::from(claims.coverage_permille) / 10.0,
            claims.issued_at.format("%Y-%m-%d %H:%M UTC"),
            claims.code,
        ),
        Err(why @ (NoProof::Unreadable(_) | NoProof::TooLarge(_))) => {
            format!("UNREADABLE: {why}\n")
        }
        Err(not @ (NoProof::Altered(_) | NoProof::UnknownAlgorithm | NoProof::UnknownKey(_))) => {
            format!("NOT GENUINE: {not}\n")
        }
    }
}

/// The level in both languages, as a certificate in either may print it.
fn level(claims: &Claims) -> String {
    match title(&claims.level) {
        Some(Text { fr, en }) if fr == en => fr.clone(),
        Some(Text { fr, en }) => format!("{fr} / {en}"),
        None => claims.level.clone(),
    }
}

/// The title of a level, where all shipped schemes that have it agree: a proof names no scheme.
fn title(level: &str) -> Option<&'static Text> {
    let mut titles = scheme::all().filter_map(|scheme| Some(&scheme.level(level)?.title));
    let first = titles.next()?;
    titles.all(|title| title == first).then_some(first)
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
            "level_title": title(&claims.level),
            "coverage_permille": claims.coverage_permille,
            "issued_at": claims.issued_at,
        }),
        Err(why) => {
            let reason = match why {
                NoProof::Unreadable(_) => "unreadable",
                NoProof::TooLarge(_) => "too_large",
                NoProof::UnknownKey(_) => "unknown_key",
                NoProof::UnknownAlgorithm => "unknown_algorithm",
                NoProof::Altered(_) => "altered",
            };
            json!({ "genuine": false, "reason": reason, "detail": why.to_string() })
        }
    }
}
