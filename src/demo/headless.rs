//! The whole day unattended, faster than real time: a user's first proof.

use std::path::Path;

use chrono::Duration;
use futures_util::{StreamExt, TryStreamExt, future::try_join_all, stream};
use serde_json::{Value, json};

use super::{
    Error, Options, PUBLIC_URL, Stage,
    cast::{self, Staff},
    deliberation,
    exam::{self, AT_ONCE, Planned, Seat, Sheet, command, later, rows, until},
    persona::{Fate, Persona, cast as draw_cast},
    report::{self, Report, Watch},
};
use crate::base::{Chance, Timestamp};

/// Items of a part are answered in so many rounds, each this long (seconds).
const ROUND_S: i64 = 100;
/// The ordinary time of a part and a little more, so that the server closes what was not handed in
/// (seconds).
const PAST_THE_DEADLINE_S: i64 = 60 * 60 + 10;

/// Runs the day and writes what it left to `out`.
pub async fn run(options: &Options, out: &Path) -> Result<(), Error> {
    report::prepare(out)?;
    let chance = Chance::seeded(options.seed);
    let cast = draw_cast(options.candidates as usize, &chance);
    let mut report = Report { candidates: cast.len(), seed: options.seed, ..Report::default() };
    let mut watch = Watch::start();
    let starts: Timestamp = "2027-03-01T08:30:00Z".parse().expect("an instant");
    let listen = ([127, 0, 0, 1], 0).into();
    let week_before = starts - Duration::days(7);
    let stage = Stage::set(listen, Some(PUBLIC_URL), week_before, chance).await?;
    let staff = cast::hire(&stage).await?;
    let planned = exam::plan(&staff, "Salle 12", starts, &cast).await?;
    watch.lap(&mut report, "plan and enrol");
    until(&stage, starts - Duration::minutes(45));
    report::write_attendance_sheet(&staff, &planned.id, out).await?;
    sit(&stage, &staff, &planned, &cast, &mut report).await?;
    watch.lap(&mut report, "sit the exam");
    close(&staff, &planned, &cast, &mut report).await?;
    watch.lap(&mut report, "close the session");
    until(&stage, starts + Duration::hours(29));
    let panel = deliberation::convene(&staff, &planned.id).await?;
    deliberation::decide_all(&stage, &staff, &panel).await?;
    watch.lap(&mut report, "deliberate");
    let certificates = wait_for_certificates(&staff, &planned.id, &cast).await?;
    watch.lap(&mut report, "issue certificates");
    let last = rows(&staff, &planned.id).await?;
    report::compare(&mut report, &cast, &last, &certificates);
    let named = (planned.id.as_str(), panel.as_str());
    report::write_documents(&stage, &staff, named, &certificates, out).await?;
    watch.lap(&mut report, "write documents");
    finish(&report, out)
}

fn finish(report: &Report, out: &Path) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(report).expect("a report is JSON");
    report::write(&out.join("report.json"), text.as_bytes())?;
    println!("{text}");
    match report.differences.len() {
        0 => Ok(()),
        many => Err(Error::Step(format!("{many} candidates did not end as the script says"))),
    }
}

/// Both parts with the break between them.
pub async fn sit(
    stage: &Stage,
    staff: &Staff,
    planned: &Planned,
    cast: &[Persona],
    report: &mut Report,
) -> Result<(), Error> {
    let seats = exam::admit(stage, staff, planned, cast).await?;
    for part in [1, 2] {
        let stays = |seat: &&Seat| part == 1 || seat.persona.fate.ends() == "submitted";
        let present: Vec<&Seat> = seats.iter().filter(stays).collect();
        let sheets: Vec<Sheet> = stream::iter(&present)
            .map(|seat| seat.start(part))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let pairs: Vec<(&Seat, Sheet)> = present.into_iter().zip(sheets).collect();
        let deadline = stage.app.clock.now() + Duration::seconds(PAST_THE_DEADLINE_S);
        report.answers += work(stage, staff, planned, part, &pairs).await?;
        hand_in(stage, part, &pairs, deadline).await?;
        later(stage, 5 * 60);
    }
    Ok(())
}

/// Every candidate answers, item by item, while the invigilator acts as the script says.
async fn work(
    stage: &Stage,
    staff: &Staff,
    planned: &Planned,
    part: i32,
    pairs: &[(&Seat, Sheet)],
) -> Result<u64, Error> {
    let mut saved = 0;
    let of = |fate: Fate| -> Vec<&str> {
        let with_fate = pairs.iter().filter(|(seat, _)| seat.persona.fate == fate);
        with_fate.map(|(seat, _)| seat.attempt.as_str()).collect()
    };
    let longest = pairs.iter().map(|(_, sheet)| sheet.len()).max().unwrap_or(0);
    for nth in 0..longest {
        if part == 1 && nth == 12 {
            command(staff, &planned.id, "hold", &of(Fate::Held), "changement de poste").await?;
            later(stage, 4 * 60);
            command(staff, &planned.id, "release", &of(Fate::Held), "").await?;
        }
        if part == 1 && nth == 20 {
            command(
                staff,
                &planned.id,
                "withdraw",
                &of(Fate::Withdrawn),
                "malaise, ne peut pas continuer",
            )
            .await?;
            incident(staff, planned, &of(Fate::Terminated)).await?;
            command(
                staff,
                &planned.id,
                "terminate",
                &of(Fate::Terminated),
                "fraude constatée, voir l’incident",
            )
            .await?;
        }
        let turns = pairs.iter().filter(|(_, sheet)| nth < sheet.len());
        for chunk in turns.collect::<Vec<_>>().chunks(AT_ONCE) {
            try_join_all(chunk.iter().map(|(seat, sheet)| seat.answer(sheet, nth))).await?;
            saved += chunk.len() as u64;
        }
        later(stage, ROUND_S);
    }
    Ok(saved)
}

async fn incident(staff: &Staff, planned: &Planned, attempts: &[&str]) -> Result<(), Error> {
    for attempt in attempts {
        let body = json!({
            "attempt_id": attempt,
            "category": "suspected_fraud",
            "note": "Lit des réponses sur un téléphone tenu sous la table.",
        });
        staff.invigilator.post(&format!("/sessions/{}/incidents", planned.id), body).await?;
    }
    Ok(())
}

/// Those who finish hand in; for the others the server closes when their time is over.
async fn hand_in(
    stage: &Stage,
    part: i32,
    pairs: &[(&Seat, Sheet)],
    past_the_deadline: Timestamp,
) -> Result<(), Error> {
    let hands_in = |seat: &Seat| {
        seat.persona.fate.ends() == "submitted" && seat.persona.fate != Fate::OutOfTime
    };
    let seats = pairs.iter().map(|(seat, _)| *seat).filter(|seat| hands_in(seat));
    for chunk in seats.collect::<Vec<_>>().chunks(AT_ONCE) {
        try_join_all(chunk.iter().map(|seat| seat.finish(part))).await?;
    }
    until(stage, past_the_deadline);
    for (seat, _) in pairs.iter().filter(|(seat, _)| seat.persona.fate == Fate::OutOfTime) {
        wait_until_closed(seat, part).await?;
    }
    Ok(())
}

/// The sweeper closes by the clock; wait until it has.
async fn wait_until_closed(seat: &Seat, part: i32) -> Result<(), Error> {
    let due = if part == 1 { "break" } else { "submitted" };
    for _ in 0..600 {
        if seat.look().await?["state"] == due {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Err(Error::Step(format!("the server did not close {} in time", seat.attempt)))
}

/// Marks who did not come, closes the session, signs its minutes.
pub async fn close(
    staff: &Staff,
    planned: &Planned,
    cast: &[Persona],
    report: &mut Report,
) -> Result<(), Error> {
    let missing: Vec<String> = rows(staff, &planned.id)
        .await?
        .iter()
        .filter(|row| row["state"] == "enrolled")
        .filter_map(|row| row["attempt_id"].as_str().map(str::to_owned))
        .collect();
    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
    command(staff, &planned.id, "mark_absent", &missing, "").await?;
    report::compare_ends(report, cast, &rows(staff, &planned.id).await?);
    let body = json!({ "comment": "Session sans autre particularité." });
    staff.invigilator.post(&format!("/sessions/{}/close", planned.id), body).await.map(drop)
}

/// Certificates are issued after the panel closed; wait until all that are due are there.
pub async fn wait_for_certificates(
    staff: &Staff,
    session: &str,
    cast: &[Persona],
) -> Result<Vec<Value>, Error> {
    let due = cast.iter().filter(|persona| persona.fate.level().is_some()).count();
    for _ in 0..6_000 {
        let found = staff.manager.get(&format!("/sessions/{session}/certificates")).await?;
        let found = found.as_array().cloned().unwrap_or_default();
        if found.iter().filter(|body| body["status"] == "valid").count() >= due {
            return Ok(found);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Err(Error::Step(format!("{due} certificates were not issued in time")))
}
