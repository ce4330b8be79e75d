//! A session of the demonstration: planned, filled from a list, and sat.

use std::fmt::Write;

use chrono::Duration;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use super::{
    Error, Stage, ZONE,
    cast::Staff,
    client::{Client, text},
    persona::Persona,
};
use crate::{
    attempt,
    base::{AttemptId, Timestamp},
    db::DbError,
    item,
};

/// How many candidates act at the same time.
pub const AT_ONCE: usize = 64;

/// A planned session and its number.
#[derive(Debug)]
pub struct Planned {
    /// The session.
    pub id: String,
    /// What candidates enter with.
    pub entry_code: String,
    starts: Timestamp,
}

/// A candidate at a seat.
#[derive(Debug)]
pub struct Seat {
    /// Who sits there.
    pub persona: Persona,
    /// The attempt.
    pub attempt: String,
    client: Client,
    seed: i64,
}

/// Plans a session that starts at `starts` and imports its candidates from a CSV list.
pub async fn plan(
    staff: &Staff,
    room: &str,
    starts: Timestamp,
    cast: &[Persona],
) -> Result<Planned, Error> {
    let local = starts.with_timezone(&ZONE);
    let body = json!({
        "scheme_id": "pix-edu",
        "place": "Lycée Marie-Curie, 12 rue des Écoles, Strasbourg",
        "room": room,
        "date": local.format("%Y-%m-%d").to_string(),
        "time": local.format("%H:%M").to_string(),
        "invigilators": [staff.invigilator_id],
        "comment": "",
    });
    let path = format!("/centres/{}/sessions", staff.centre);
    let session = staff.manager.post(&path, body).await?;
    let id = text(&session, "id")?;
    enrol(staff, &id, cast).await?;
    Ok(Planned { entry_code: text(&session, "entry_code")?, id, starts })
}

/// Previews and confirms a list, as the manager does.
async fn enrol(staff: &Staff, session: &str, cast: &[Persona]) -> Result<(), Error> {
    let list = csv(cast);
    let path = format!("/sessions/{session}/candidate-list");
    let preview = staff.manager.upload(&format!("{path}/preview?name=list.csv"), &list).await?;
    let digest = text(&preview, "digest")?;
    let confirmed = format!("{path}?name=list.csv&digest={digest}");
    let done = staff.manager.upload(&confirmed, &list).await?;
    if done["added"] == json!(cast.len()) {
        return Ok(());
    }
    Err(Error::Step(format!("{} candidates were to be enrolled: {done} {preview}", cast.len())))
}

fn csv(cast: &[Persona]) -> String {
    let mut text = String::from("Nom;Prénoms;Date de naissance;Temps majoré\n");
    for persona in cast {
        let born = persona.birth_date.format("%d/%m/%Y");
        let Persona { family_name, given_names, extra_time, .. } = persona;
        let _ = writeln!(text, "{family_name};{given_names};{born};{extra_time}");
    }
    text
}

/// Does one thing to several attempts, which must all accept it.
pub async fn command(
    staff: &Staff,
    session: &str,
    command: &str,
    attempts: &[&str],
    reason: &str,
) -> Result<(), Error> {
    if attempts.is_empty() {
        return Ok(());
    }
    let mut body = json!({ "command": command, "attempts": attempts });
    if command == "release" {
        body["credit"] = json!(true);
    }
    if !reason.is_empty() {
        body["reason"] = json!(reason);
    }
    let done = staff.invigilator.post(&format!("/sessions/{session}/commands"), body).await?;
    match done["refused"].as_array().map(Vec::as_slice) {
        Some([]) => Ok(()),
        _ => Err(Error::Step(format!("{command} was refused: {}", done["refused"]))),
    }
}

/// The rows of the board by attempt, as the invigilator sees them.
pub async fn rows(staff: &Staff, session: &str) -> Result<Vec<Value>, Error> {
    let board = staff.invigilator.get(&format!("/sessions/{session}/board")).await?;
    Ok(board["rows"].as_array().cloned().unwrap_or_default())
}

/// Opens the session half an hour before it starts; everybody who comes enters, is checked in and
/// admitted, and waits for the start.
pub async fn admit(
    stage: &Stage,
    staff: &Staff,
    planned: &Planned,
    cast: &[Persona],
) -> Result<Vec<Seat>, Error> {
    until(stage, planned.starts - Duration::minutes(30));
    let path = format!("/sessions/{}/open", planned.id);
    staff.invigilator.post(&path, json!({})).await?;
    let comes = cast.iter().filter(|persona| persona.fate.ends() != "absent");
    let seats: Vec<Seat> = stream::iter(comes)
        .map(|persona| enter(stage, planned, persona))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let attempts: Vec<&str> = seats.iter().map(|seat| seat.attempt.as_str()).collect();
    command(staff, &planned.id, "check_in", &attempts, "").await?;
    command(staff, &planned.id, "admit", &attempts, "").await?;
    until(stage, planned.starts);
    Ok(seats)
}

async fn enter(stage: &Stage, planned: &Planned, persona: &Persona) -> Result<Seat, Error> {
    let client = stage.browser();
    let body = json!({
        "session_code": planned.entry_code,
        "family_name": persona.family_name,
        "given_names": persona.given_names,
        "birth_date": persona.birth_date,
    });
    let view = client.post("/entry", body).await?;
    let attempt = text(&view, "attempt_id")?;
    let id: AttemptId =
        attempt.parse().map_err(|_| Error::Step(format!("not an attempt: {attempt}")))?;
    let seed = seed(stage, id).await.map_err(|cause| Error::Step(cause.to_string()))?;
    Ok(Seat { persona: persona.clone(), attempt, client, seed })
}

/// What the files of an attempt are drawn with: the one thing that no answer of the API tells, and
/// that a candidate finds by working on the file.
async fn seed(stage: &Stage, attempt: AttemptId) -> Result<i64, DbError> {
    let found = attempt::find(&mut stage.app.db.read().await?, attempt).await?;
    Ok(found.map(|attempt| attempt.seed).unwrap_or_default())
}

/// The items of a part in the candidate's order, each with what this candidate answers.
#[derive(Debug)]
pub struct Sheet {
    part: i32,
    epoch: i64,
    answers: Vec<(String, Value)>,
}

impl Sheet {
    /// The part it belongs to.
    pub fn part(&self) -> i32 {
        self.part
    }

    /// How many items the candidate comes to.
    pub fn len(&self) -> usize {
        self.answers.len()
    }
}

impl Seat {
    /// Starts a part and works out what this candidate will answer.
    pub async fn start(&self, part: i32) -> Result<Sheet, Error> {
        let paper = self.client.post(&format!("/attempt/parts/{part}/start"), json!({})).await?;
        let epoch = paper["epoch"].as_i64().unwrap_or_default();
        let items = paper["items"].as_array().cloned().unwrap_or_default();
        let mut seen = [0; 5];
        let mut answers = Vec::new();
        for shown in &items {
            let id = text(shown, "id")?;
            let found = item::bank().items().iter().rfind(|item| item.id == id);
            let item = found.ok_or_else(|| Error::Step(format!("no item {id}")))?;
            let difficulty = usize::try_from(item.difficulty).unwrap_or(0).min(4);
            seen[difficulty] += 1;
            let masters = self.persona.fate.masters(part, item.difficulty, seen[difficulty]);
            let answer = if masters { item::right_answer(item, self.seed) } else { wrong(shown) };
            answers.push((id, answer));
        }
        answers.truncate(self.persona.fate.reaches(items.len()));
        Ok(Sheet { part, epoch, answers })
    }

    /// Answers the `nth` item of the sheet, if the candidate comes that far.
    pub async fn answer(&self, sheet: &Sheet, nth: usize) -> Result<(), Error> {
        let Some((item, value)) = sheet.answers.get(nth) else { return Ok(()) };
        let body =
            json!({ "part": sheet.part, "epoch": sheet.epoch, "revision": 1, "value": value });
        self.client.put(&format!("/attempt/answers/{item}"), body).await.map(drop)
    }

    /// Hands in.
    pub async fn finish(&self, part: i32) -> Result<(), Error> {
        self.client.post(&format!("/attempt/parts/{part}/finish"), json!({})).await.map(drop)
    }

    /// Asks how things stand; also a sign of life.
    pub async fn look(&self) -> Result<Value, Error> {
        self.client.get("/attempt").await
    }
}

/// An answer of the right shape that is not the key: what a candidate writes who does not know.
fn wrong(shown: &Value) -> Value {
    match shown["type"].as_str().unwrap_or_default() {
        "short_text" => json!("je ne sais pas"),
        "number" => json!("0,123"),
        "fields" | "file_task" => {
            let fields = shown["fields"].as_array().cloned().unwrap_or_default();
            fields
                .iter()
                .filter_map(|field| field["id"].as_str())
                .map(|id| (id.to_owned(), json!("?")))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        _ => Value::Null,
    }
}

/// Lets time pass for everybody.
pub fn later(stage: &Stage, seconds: i64) {
    stage.app.clock.advance(Duration::seconds(seconds));
}

/// Lets time pass until an instant, which lies ahead.
pub fn until(stage: &Stage, at: Timestamp) {
    stage.app.clock.advance(at - stage.app.clock.now());
}
