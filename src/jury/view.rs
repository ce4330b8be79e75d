//! What jurors see: their panels, the cases without names, and one case with all its evidence.

use std::collections::{BTreeMap, HashMap};

use chrono_tz::Tz;

use super::{
    Case, Error, Panel, PanelAccess, Seated, Vote,
    bench::Bench,
    evidence::{self, JudgedAnswer, TimelineEntry},
    panels_store, store,
};
use crate::{
    app::App,
    attempt::{self, Stored, rules::AttemptState},
    base::{AttemptId, CaseId, Listed, Page, PanelId, PersonId, SessionId},
    board::{self, Incident},
    db::{DbError, Tx},
    people::Names,
    scheme::{self, Level, Text},
    session,
};

/// A panel in a list.
#[derive(Debug, Clone)]
pub struct PanelView {
    /// The panel.
    pub panel: Panel,
    /// Place and day of the session.
    pub label: String,
    /// The zone in which the times of the session are shown.
    pub time_zone: String,
    /// How many cases it has.
    pub cases: i64,
    /// How many are decided.
    pub decided: i64,
    /// On how many the one who asks has voted.
    pub my_votes: i64,
    /// Whether the one who asks presides.
    pub president: bool,
}

/// A panel with its cases.
#[derive(Debug, Clone)]
pub struct PanelDetail {
    /// As in a list.
    pub view: PanelView,
    /// What is certified.
    pub scheme_title: Text,
    /// The levels, rising.
    pub levels: Vec<Level>,
    /// Votes needed before the president may decide.
    pub quorum: usize,
    /// Who sits on it, the president first.
    pub jurors: Vec<(Seated, String)>,
    /// The cases by number.
    pub cases: Vec<CaseView>,
}

/// A case in a list.
#[derive(Debug, Clone)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// How the attempt ended.
    pub ended: AttemptState,
    /// How many incidents concern it.
    pub incidents: usize,
    /// How many have voted.
    pub votes: usize,
    /// The vote of the one who asks.
    pub my_vote: Option<Vote>,
}

/// A case with all its evidence.
#[derive(Debug, Clone)]
pub struct CaseDetail {
    /// As in the list.
    pub view: CaseView,
    /// The zone in which the times of the session are shown.
    pub time_zone: String,
    /// Why the level is proposed.
    pub policy: Text,
    /// The answers by part and place on the paper.
    pub answers: Vec<JudgedAnswer>,
    /// What happened to the attempt, in order.
    pub timeline: Vec<TimelineEntry>,
    /// The incidents that concern it.
    pub incidents: Vec<Incident>,
    /// Everybody's vote; empty until the case is decided.
    pub all_votes: Vec<NamedVote>,
}

/// A vote with the name of the juror.
#[derive(Debug, Clone)]
pub struct NamedVote {
    /// The juror.
    pub juror: String,
    /// The vote.
    pub vote: Vote,
}

/// The panel that judges a session, once it is convened.
pub async fn panel_of(app: &App, session: SessionId) -> Result<Option<PanelId>, Error> {
    let panel = store::find_panel_of(&mut app.db.read().await?, session).await?;
    Ok(panel.map(|panel| panel.id))
}

/// The panels on which a person sits; all of them for whoever runs the platform.
pub async fn panels(
    app: &App,
    person: PersonId,
    all: bool,
    page: Page<PanelId>,
) -> Result<Listed<PanelView>, Error> {
    let mut tx = app.db.read().await?;
    let listed = if all {
        panels_store::list_panels(&mut tx, page).await?
    } else {
        panels_store::list_panels_of(&mut tx, person, page).await?
    };
    let Listed { items, more } = page.cut(listed);
    Ok(Listed { items: panel_views(&mut tx, items, person).await?, more })
}

/// A panel as those see it who may.
pub async fn panel(app: &App, access: &PanelAccess) -> Result<PanelDetail, Error> {
    look(app, access.panel(), access.person()).await
}

/// A panel as the one sees it who has just convened it.
pub async fn convened(app: &App, admin: PersonId, id: PanelId) -> Result<PanelDetail, Error> {
    look(app, id, admin).await
}

async fn look(app: &App, id: PanelId, person: PersonId) -> Result<PanelDetail, Error> {
    let mut tx = app.db.read().await?;
    let panel = store::find_panel(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let bench = Bench::of(&mut tx, &panel).await?;
    let session = session::find(&mut tx, panel.session).await?.ok_or(Error::NotFound)?;
    let scheme = session::scheme_of(&mut tx, &session).await?;
    let (mut names, mut jurors) = (Names::default(), Vec::new());
    names.know(&mut tx, bench.all().iter().map(|seated| seated.seat.person)).await?;
    for seated in bench.all() {
        jurors.push((*seated, names.of(&mut tx, seated.seat.person).await?));
    }
    let cases = case_views(&mut tx, &panel, &bench, person).await?;
    let views = panel_views(&mut tx, vec![panel], person).await?;
    Ok(PanelDetail {
        view: views.into_iter().next().ok_or(Error::NotFound)?,
        scheme_title: scheme.title.clone(),
        levels: scheme.levels.clone(),
        quorum: scheme.jury.quorum,
        jurors,
        cases,
    })
}

/// A case as in the list, for the jurors of its panel.
pub async fn case_in_list(app: &App, person: PersonId, id: CaseId) -> Result<CaseView, Error> {
    let mut tx = app.db.read().await?;
    let (case, _, bench) = case_for(&mut tx, person, id).await?;
    let stored = attempt::find(&mut tx, case.attempt).await?.ok_or(Error::NotFound)?;
    let incidents = incidents_of(&mut tx, &stored).await?.len();
    let votes = bench.counted(store::list_votes(&mut tx, id).await?);
    Ok(case_view(case, person, stored.attempt.state.ended(), incidents, &votes))
}

/// A case with its panel, on which the person must judge.
async fn case_for(
    tx: &mut Tx,
    person: PersonId,
    id: CaseId,
) -> Result<(Case, Panel, Bench), Error> {
    let case = store::find_case(tx, id).await?.ok_or(Error::NotFound)?;
    let panel = store::find_panel(tx, case.panel).await?.ok_or(Error::NotFound)?;
    let bench = Bench::of(tx, &panel).await?;
    bench.seat_of(person)?;
    Ok((case, panel, bench))
}

async fn incidents_of(tx: &mut Tx, stored: &Stored) -> Result<Vec<Incident>, DbError> {
    let mut incidents = board::list_incidents(tx, stored.session).await?;
    incidents.retain(|incident| incident.attempt_id == Some(stored.id));
    Ok(incidents)
}

/// A case, for the jurors of its panel.
pub async fn case(app: &App, person: PersonId, id: CaseId) -> Result<CaseDetail, Error> {
    let mut tx = app.db.read().await?;
    let (case, panel, bench) = case_for(&mut tx, person, id).await?;
    let session = session::find(&mut tx, panel.session).await?.ok_or(Error::NotFound)?;
    let scheme = session::scheme_of(&mut tx, &session).await?;
    let stored = attempt::find(&mut tx, case.attempt).await?.ok_or(Error::NotFound)?;
    let incidents = incidents_of(&mut tx, &stored).await?;
    let votes = bench.counted(store::list_votes(&mut tx, id).await?);
    let (mut names, mut all_votes) = (Names::default(), Vec::new());
    if case.decision.is_some() {
        names.know(&mut tx, votes.iter().map(|vote| vote.juror)).await?;
        for vote in &votes {
            let juror = names.of(&mut tx, vote.juror).await?;
            all_votes.push(NamedVote { juror, vote: vote.clone() });
        }
    }
    let timeline = evidence::timeline(&mut tx, &mut names, case.attempt).await?;
    let papers = evidence::papers(&mut tx, &scheme, &stored).await?;
    drop(tx);
    Ok(CaseDetail {
        time_zone: session.time_zone,
        policy: scheme::propose(&scheme, &case.score).why,
        answers: papers.judge(app).await?,
        timeline,
        view: case_view(case, person, stored.attempt.state.ended(), incidents.len(), &votes),
        incidents,
        all_votes,
    })
}

/// These panels as a person sees them in a list, whatever is asked of them asked at once.
async fn panel_views(
    tx: &mut Tx,
    panels: Vec<Panel>,
    person: PersonId,
) -> Result<Vec<PanelView>, Error> {
    let ids: Vec<_> = panels.iter().map(|panel| panel.id).collect();
    let sessions = session::list_among(tx, panels.iter().map(|panel| panel.session)).await?;
    let mut sessions: HashMap<_, _> = sessions.into_iter().map(|one| (one.id, one)).collect();
    let counts = panels_store::list_counts(tx, ids.iter().copied(), person).await?;
    let counts: HashMap<_, _> = counts.into_iter().map(|one| (one.panel_id, one)).collect();
    let presided = panels_store::list_presided(tx, ids, person).await?;
    let view = |panel: Panel| {
        let session = sessions.remove(&panel.session).ok_or(Error::NotFound)?;
        let zone: Tz = session.time_zone.parse().unwrap_or(Tz::UTC);
        let day = session.starts_at.with_timezone(&zone).format("%Y-%m-%d");
        let count =
            |which: fn(&panels_store::Counts) -> i64| counts.get(&panel.id).map_or(0, which);
        Ok(PanelView {
            label: format!("{} · {day}", session.place),
            time_zone: session.time_zone,
            cases: count(|counted| counted.cases),
            decided: count(|counted| counted.decided),
            my_votes: count(|counted| counted.my_votes),
            president: presided.contains(&panel.id),
            panel,
        })
    };
    panels.into_iter().map(view).collect()
}

async fn case_views(
    tx: &mut Tx,
    panel: &Panel,
    bench: &Bench,
    person: PersonId,
) -> Result<Vec<CaseView>, DbError> {
    let mut ended: BTreeMap<AttemptId, AttemptState> = BTreeMap::new();
    for stored in attempt::list_attempts(tx, panel.session).await? {
        ended.insert(stored.id, stored.attempt.state.ended());
    }
    let mut incidents: BTreeMap<AttemptId, usize> = BTreeMap::new();
    for attempt in
        board::list_incidents(tx, panel.session).await?.iter().filter_map(|i| i.attempt_id)
    {
        *incidents.entry(attempt).or_default() += 1;
    }
    let mut votes = bench.counted_of(store::list_votes_of_panel(tx, panel.id).await?);
    let mut views = Vec::new();
    for case in store::list_cases(tx, panel.id).await? {
        let ended = ended.get(&case.attempt).copied().unwrap_or(AttemptState::Sealed);
        let incidents = incidents.get(&case.attempt).copied().unwrap_or(0);
        let votes = votes.remove(&case.id).unwrap_or_default();
        views.push(case_view(case, person, ended, incidents, &votes));
    }
    Ok(views)
}

fn case_view(
    case: Case,
    person: PersonId,
    ended: AttemptState,
    incidents: usize,
    votes: &[Vote],
) -> CaseView {
    let my_vote = votes.iter().find(|vote| vote.juror == person).cloned();
    CaseView { case, ended, incidents, votes: votes.len(), my_vote }
}
