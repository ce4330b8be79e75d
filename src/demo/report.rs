//! What a headless day leaves behind, and whether everybody ended as the script says.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use serde::Serialize;
use serde_json::Value;

use super::{Error, Stage, cast::Staff, client::text, persona::Persona};

/// `report.json`.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Candidates of the session.
    pub candidates: usize,
    /// What names and fates were drawn with.
    pub seed: u64,
    /// How many attempts stood in each state when the session was about to close.
    pub states: BTreeMap<String, usize>,
    /// How many certificates there are of each level.
    pub levels: BTreeMap<String, usize>,
    /// Real seconds each step took.
    pub timings_s: BTreeMap<String, f64>,
    /// Answers that were saved.
    pub answers: u64,
    /// Where a candidate did not end as the script says.
    pub differences: Vec<String>,
}

/// Measures the steps of a day.
#[derive(Debug)]
pub struct Watch(Instant);

impl Watch {
    /// Starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Writes the time since the last step under `name`.
    pub fn lap(&mut self, report: &mut Report, name: &str) {
        let took: Duration = self.0.elapsed();
        self.0 = Instant::now();
        report.timings_s.insert(name.to_owned(), (took.as_secs_f64() * 1000.0).round() / 1000.0);
    }
}

/// A name as lists show it.
fn name(body: &Value) -> String {
    let part = |name: &str| body[name].as_str().unwrap_or_default();
    format!("{} {}", part("family_name"), part("given_names"))
}

/// Compares the last board and the certificates with the script.
pub fn compare(report: &mut Report, cast: &[Persona], rows: &[Value], certificates: &[Value]) {
    let levels: BTreeMap<String, String> = certificates
        .iter()
        .filter(|certificate| certificate["status"] == "valid")
        .map(|body| (name(body), body["level"]["id"].as_str().unwrap_or_default().to_owned()))
        .collect();
    let ends: BTreeMap<String, &Value> = rows.iter().map(|row| (name(row), row)).collect();
    for persona in cast {
        let who = format!("{} {}", persona.family_name, persona.given_names);
        let ended = ends.get(&who).and_then(|row| row["state"].as_str()).unwrap_or("missing");
        let due = persona.fate.stands();
        if ended != due {
            report.differences.push(format!("{who}: ended {ended}, the script says {due}"));
        }
        let level = levels.get(&who).map(String::as_str);
        if let Some(level) = level {
            *report.levels.entry(level.to_owned()).or_default() += 1;
        }
        if level != persona.fate.level() {
            let due = persona.fate.level();
            report.differences.push(format!("{who}: level {level:?}, the script says {due:?}"));
        }
    }
}

/// Counts and checks the states before the session is closed.
pub fn compare_ends(report: &mut Report, cast: &[Persona], rows: &[Value]) {
    let ends: BTreeMap<String, &Value> = rows.iter().map(|row| (name(row), row)).collect();
    for persona in cast {
        let who = format!("{} {}", persona.family_name, persona.given_names);
        let ended = ends.get(&who).and_then(|row| row["state"].as_str()).unwrap_or("missing");
        *report.states.entry(ended.to_owned()).or_default() += 1;
        let due = persona.fate.ends();
        if ended != due {
            report
                .differences
                .push(format!("{who}: was {ended} at the end, the script says {due}"));
        }
    }
}

/// Writes the sheet that candidates sign, before they come.
pub async fn write_attendance_sheet(staff: &Staff, session: &str, out: &Path) -> Result<(), Error> {
    let sheet = staff.manager.bytes(&format!("/sessions/{session}/attendance.pdf")).await?;
    write(&out.join("attendance.pdf"), &sheet)
}

/// Writes the documents that the day has made.
pub async fn write_documents(
    stage: &Stage,
    staff: &Staff,
    (session, panel): (&str, &str),
    certificates: &[Value],
    out: &Path,
) -> Result<(), Error> {
    let folder = out.join("certificates");
    std::fs::create_dir_all(&folder).map_err(|cause| Error::Write(folder.clone(), cause))?;
    let minutes = staff.manager.bytes(&format!("/sessions/{session}/minutes.pdf")).await?;
    write(&out.join("minutes.pdf"), &minutes)?;
    let minutes = staff.jurors[0].1.bytes(&format!("/panels/{panel}/minutes.pdf")).await?;
    write(&out.join("jury-minutes.pdf"), &minutes)?;
    for certificate in certificates {
        let (id, code) = (text(certificate, "id")?, text(certificate, "code")?);
        let bytes = staff.manager.bytes(&format!("/certificates/{id}/certificate.pdf")).await?;
        write(&folder.join(format!("{code}.pdf")), &bytes)?;
    }
    let keys = stage.http.get(format!("{}/.well-known/jwks.json", stage.url)).send().await;
    let keys = match keys {
        Ok(answer) => answer.bytes().await,
        Err(cause) => Err(cause),
    };
    let keys = keys.map_err(|cause| Error::Step(format!("jwks.json: {cause}")))?;
    write(&out.join("jwks.json"), &keys)
}

/// Makes the folder, which must not hold another day.
pub fn prepare(out: &Path) -> Result<(), Error> {
    let failed = |cause| Error::Write(out.to_owned(), cause);
    std::fs::create_dir_all(out).map_err(failed)?;
    match std::fs::read_dir(out).map_err(failed)?.next() {
        None => Ok(()),
        Some(_) => Err(Error::Step(format!("{} is not empty", out.display()))),
    }
}

/// Writes one file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    std::fs::write(path, bytes).map_err(|cause| Error::Write(path.to_owned(), cause))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{base::Chance, demo::persona::cast as draw_cast};

    /// What the board and the certificates would tell when everybody ends as the script says.
    fn told(cast: &[Persona]) -> (Vec<Value>, Vec<Value>) {
        let named = |who: &Persona, body: Value| {
            let mut body = body;
            body["family_name"] = who.family_name.as_str().into();
            body["given_names"] = who.given_names.as_str().into();
            body
        };
        let row = |who: &Persona| named(who, json!({ "state": who.fate.stands() }));
        let certificate = |who: &Persona| {
            let level = who.fate.level()?;
            Some(named(who, json!({ "status": "valid", "level": { "id": level } })))
        };
        (cast.iter().map(row).collect(), cast.iter().filter_map(certificate).collect())
    }

    #[test]
    fn who_ends_otherwise_than_the_script_says_is_a_difference() {
        let cast = draw_cast(30, &Chance::seeded(3));
        let (mut rows, mut certificates) = told(&cast);
        let mut report = Report::default();
        compare(&mut report, &cast, &rows, &certificates);
        assert!(report.differences.is_empty(), "{:?}", report.differences);
        rows[0]["state"] = "running".into();
        certificates.pop();
        compare(&mut report, &cast, &rows, &certificates);
        assert_eq!(report.differences.len(), 2, "{:?}", report.differences);
    }
}
