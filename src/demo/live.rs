//! A session in progress that anyone may look into: a finished one and one before the jury beside it.

use std::time::Duration as Wait;

use chrono::{Duration, DurationRound, NaiveTime, TimeZone};
use futures_util::future::try_join_all;
use serde_json::Value;

use super::{
    Error, Options, PASSWORD, Stage, ZONE,
    cast::{self, Staff},
    client::text,
    deliberation, exam,
    exam::{Planned, Seat, command},
    headless,
    persona::{Fate, Persona, cast as draw_cast},
    report::Report,
};
use crate::{
    attempt::rules::AttemptState,
    base::{Chance, Clock, Timestamp},
};

/// How often the hand of the clock is set to the machine's time.
const TICK: Wait = Wait::from_millis(200);
/// Items that the quickest candidates answered before anyone looks.
const ANSWERED_BEFORE: usize = 9;
/// The family name of the visitor whom the invigilator admits unasked.
const EXPECTED: &str = "Martin";

/// Shows the day until it is interrupted.
pub async fn run(options: &Options) -> Result<(), Error> {
    let chance = Chance::seeded(options.seed);
    let week_before = Clock::system().now() - Duration::days(7);
    let stage = Stage::set(options.listen, None, week_before, chance.clone()).await?;
    println!("Preparing the day: a finished session, one before the jury, one in progress …");
    let staff = cast::hire(&stage).await?;
    let past = finished(&stage, &staff, &chance).await?;
    before_the_jury(&stage, &staff, &chance).await?;
    let count = options.candidates.max(3) as usize;
    let (planned, free) = in_progress(&stage, &staff, &chance, count).await?;
    print(&lines(&stage.url, &planned, &free, &past));
    welcome(&staff, &planned.id).await
}

/// A session with its certificates, and the holder of one of them.
struct Certified {
    session: Planned,
    holder: Persona,
    code: String,
}

/// The session of the day before yesterday: decided and certified.
async fn finished(stage: &Stage, staff: &Staff, chance: &Chance) -> Result<Certified, Error> {
    let cast = draw_cast(8, chance);
    let session = whole_session(stage, staff, "Salle 8", morning(2), &cast).await?;
    let panel = deliberation::convene(staff, &session.id).await?;
    deliberation::decide_all(stage, staff, &panel).await?;
    let certificates = headless::wait_for_certificates(staff, &session.id, &cast).await?;
    let named = |body: &Value, who: &Persona| {
        body["family_name"] == who.family_name && body["given_names"] == who.given_names
    };
    let certified = certificates
        .iter()
        .find_map(|body| Some((body, cast.iter().find(|who| named(body, who))?)));
    let (body, holder) = certified.ok_or_else(|| Error::Step("nobody was certified".to_owned()))?;
    Ok(Certified { code: text(body, "code")?, holder: holder.clone(), session })
}

/// Yesterday's session: its cases wait for two of the three votes.
async fn before_the_jury(stage: &Stage, staff: &Staff, chance: &Chance) -> Result<(), Error> {
    let cast = draw_cast(10, chance);
    let session = whole_session(stage, staff, "Salle 10", morning(1), &cast).await?;
    let panel = deliberation::convene(staff, &session.id).await?;
    deliberation::vote_on_all(&staff.jurors[2].1, &panel).await
}

/// Half past nine so many days ago, where the centre is.
fn morning(days_ago: i64) -> Timestamp {
    let today = Clock::system().now().with_timezone(&ZONE).date_naive();
    let half_past_nine = NaiveTime::from_hms_opt(9, 30, 0).expect("a time of day");
    let local = (today - Duration::days(days_ago)).and_time(half_past_nine);
    ZONE.from_local_datetime(&local).earliest().expect("clocks change at night").to_utc()
}

async fn whole_session(
    stage: &Stage,
    staff: &Staff,
    room: &str,
    starts: Timestamp,
    cast: &[Persona],
) -> Result<Planned, Error> {
    let planned = exam::plan(staff, room, starts, cast).await?;
    let mut report = Report::default();
    headless::sit(stage, staff, &planned, cast, &mut report).await?;
    headless::close(staff, &planned, cast, &mut report).await?;
    Ok(planned)
}

/// The session in progress: two seats are free, the others are taken by simulated candidates.
async fn in_progress(
    stage: &Stage,
    staff: &Staff,
    chance: &Chance,
    count: usize,
) -> Result<(Planned, Vec<Persona>), Error> {
    let mut cast = draw_cast(count - 2, chance);
    for persona in &mut cast {
        if matches!(persona.fate, Fate::Absent | Fate::Withdrawn | Fate::Terminated) {
            persona.fate = Fate::Advanced;
        }
    }
    let free =
        vec![visitor(EXPECTED, "Camille", "2001-04-12"), visitor("Hamdi", "Noor", "1998-11-30")];
    let everybody: Vec<Persona> = cast.iter().chain(&free).cloned().collect();
    let starts = Clock::system().now() - Duration::minutes(23);
    let starts = starts.duration_trunc(Duration::minutes(5)).expect("five minutes are a duration");
    let planned = exam::plan(staff, "Salle 12", starts, &everybody).await?;
    let seats = exam::admit(stage, staff, &planned, &cast).await?;
    begin(stage, seats, chance).await?;
    Ok((planned, free))
}

fn visitor(family: &str, given: &str, born: &str) -> Persona {
    Persona {
        family_name: family.into(),
        given_names: given.into(),
        birth_date: born.parse().expect("a date"),
        extra_time: "",
        fate: Fate::Absent,
    }
}

/// Checks in and admits the expected visitor once they have entered; the other one waits for whoever
/// plays the invigilator, who may also be quicker here.
async fn welcome(staff: &Staff, session: &str) -> ! {
    loop {
        let rows = exam::rows(staff, session).await.unwrap_or_default();
        let expected = rows.iter().find(|row| row["family_name"] == EXPECTED);
        if let Some(row) = expected.filter(|row| row["entered"] == true) {
            let attempt = [row["attempt_id"].as_str().unwrap_or_default()];
            let next = match row["state"].as_str() {
                Some("enrolled") => Some("check_in"),
                Some("checked_in") => Some("admit"),
                Some(_) | None => None,
            };
            if let Some(next) = next {
                let _ = command(staff, session, next, &attempt, "").await;
            }
        }
        tokio::time::sleep(Wait::from_secs(1)).await;
    }
}

/// Part 1 has begun a good twenty minutes ago; from now on the clock is the machine's.
async fn begin(stage: &Stage, seats: Vec<Seat>, chance: &Chance) -> Result<(), Error> {
    let sheets = try_join_all(seats.iter().map(|seat| seat.start(1))).await?;
    let answered = |at: usize| ANSWERED_BEFORE - at % 4;
    let minutes_ago = (Clock::system().now() - stage.app.clock.now()).num_minutes();
    for nth in 0..ANSWERED_BEFORE {
        let turns = seats.iter().zip(&sheets).enumerate();
        let busy = turns.filter(|(at, _)| nth < answered(*at));
        try_join_all(busy.map(|(_, (seat, sheet))| seat.answer(sheet, nth))).await?;
        exam::later(stage, 60 * minutes_ago / i64::try_from(ANSWERED_BEFORE).unwrap_or(1));
    }
    let (machine, clock) = (Clock::system(), stage.app.clock.clone());
    tokio::spawn(async move {
        loop {
            clock.advance(machine.now() - clock.now());
            tokio::time::sleep(TICK).await;
        }
    });
    for (at, (seat, sheet)) in seats.into_iter().zip(sheets).enumerate() {
        tokio::spawn(take_part(seat, sheet, answered(at), chance.clone()));
    }
    Ok(())
}

/// One simulated candidate goes on to the end, whatever the invigilator does.
async fn take_part(seat: Seat, mut sheet: exam::Sheet, mut nth: usize, chance: Chance) {
    let mut over = false;
    while !over {
        let thinks = 45 + chance.below(70);
        for _ in 0..thinks / 5 {
            tokio::time::sleep(Wait::from_secs(5)).await;
            let _ = seat.look().await;
        }
        if chance.below(60) == 0 {
            tokio::time::sleep(Wait::from_secs(75)).await;
        }
        over = act(&seat, &mut sheet, &mut nth).await.unwrap_or(false);
    }
}

/// Answers, hands in or begins the next part, as the state allows. Returns whether it is all over; what the
/// invigilator forbids for now is tried again later.
async fn act(seat: &Seat, sheet: &mut exam::Sheet, nth: &mut usize) -> Result<bool, Error> {
    let view = seat.look().await?;
    let Ok(state) = view["state"].as_str().unwrap_or_default().parse::<AttemptState>() else {
        return Ok(false);
    };
    match state {
        AttemptState::Running if *nth < sheet.len() => {
            seat.answer(sheet, *nth).await?;
            *nth += 1;
        }
        AttemptState::Running => seat.finish(sheet.part()).await?,
        AttemptState::Break => (*sheet, *nth) = (seat.start(sheet.part() + 1).await?, 0),
        AttemptState::Enrolled
        | AttemptState::Absent
        | AttemptState::CheckedIn
        | AttemptState::Admitted
        | AttemptState::Held => {}
        AttemptState::Submitted
        | AttemptState::Terminated
        | AttemptState::Withdrawn
        | AttemptState::Sealed
        | AttemptState::Voided => return Ok(true),
    }
    Ok(false)
}

/// A line of the table: page, address, who signs in, how.
type Line = [String; 4];

fn line(page: &str, address: String, who: &str, how: &str) -> Line {
    [page.to_owned(), address, who.to_owned(), how.to_owned()]
}

/// What a candidate types at the door.
fn at_the_door(planned: &Planned, who: &Persona) -> String {
    let Persona { family_name, given_names, birth_date, .. } = who;
    let born = birth_date.format("%d/%m/%Y");
    format!("code {}, {family_name}, {given_names}, {born}", planned.entry_code)
}

fn lines(url: &str, planned: &Planned, free: &[Persona], past: &Certified) -> Vec<Line> {
    let (exam, jury) = (format!("{url}/exam"), format!("{url}/jury"));
    let presides = format!("{PASSWORD} (presides)");
    let certificates = format!("{url}/centre/sessions/{}?tab=certificates", past.session.id);
    let board = format!("{url}/invigilate/{}", planned.id);
    let (first, second) = (at_the_door(planned, &free[0]), at_the_door(planned, &free[1]));
    vec![
        line("Live board", board, "invigilator@jurat.example", PASSWORD),
        line("Exam, ready to start", exam.clone(), "a candidate", &first),
        line("Exam, to be checked in", exam.clone(), "a candidate", &second),
        line("Jury's desk", jury.clone(), "juror1@jurat.example", &presides),
        line("", jury, "juror2@jurat.example", PASSWORD),
        line("Result of an exam", exam, "a candidate", &at_the_door(&past.session, &past.holder)),
        line("Certificates", certificates, "manager@jurat.example", PASSWORD),
        line("Public check of one", format!("{url}/c/{}", past.code), "anyone", ""),
        line("Centre", format!("{url}/centre"), "manager@jurat.example", PASSWORD),
        line("Administration", format!("{url}/admin"), "admin@jurat.example", PASSWORD),
    ]
}

fn print(lines: &[Line]) {
    let titles = line("Page", "Address".to_owned(), "Who signs in", "How");
    let all = || std::iter::once(&titles).chain(lines);
    let width = |column: usize| all().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let [a, b, c] = [0, 1, 2].map(width);
    println!();
    for [page, address, who, how] in all() {
        println!("{}", format!("{page:a$}  {address:b$}  {who:c$}  {how}").trim_end());
    }
    println!("\nEnd with Ctrl-C; everything is in a temporary folder and goes with it.");
}
