//! The bodies that tell of panels and cases.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::attempt::AnswerValue;
use crate::{
    attempt::rules::AttemptState,
    base::{CaseId, PanelId, PersonId, SessionId},
    board::{Incident, IncidentCategory},
    item::PaperItem,
    journal::Kind,
    jury::{
        By, CaseDetail, CaseView, JudgedAnswer, NamedVote, Outcome, PanelDetail, PanelView, Seated,
        Standing, TimelineEntry, Vote,
    },
    scheme::{Level, Score, Text},
};

/// A panel in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PanelSummary {
    /// Its id.
    pub id: PanelId,
    session_id: SessionId,
    /// Place and day.
    label: String,
    /// The zone in which the times of the session are shown.
    time_zone: String,
    cases: i64,
    decided: i64,
    my_votes: i64,
    president: bool,
    closed_at: Option<DateTime<Utc>>,
}

/// A panel with its cases.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Panel)]
pub struct PanelBody {
    #[serde(flatten)]
    summary: PanelSummary,
    scheme_title: Text,
    levels: Vec<Level>,
    quorum: usize,
    jurors: Vec<JurorBody>,
    case_list: Vec<CaseSummary>,
}

/// Who sits on a panel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Juror)]
pub struct JurorBody {
    person_id: PersonId,
    display_name: String,
    president: bool,
    /// Whether the person may judge now, and else why not.
    standing: Standing,
    /// Whether their votes count.
    counts: bool,
}

/// A case in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseSummary {
    id: CaseId,
    number: i32,
    proposed_level: Option<String>,
    score: Score,
    incidents: usize,
    /// How the attempt ended.
    ended: AttemptState,
    /// Those cast.
    votes: usize,
    /// The only vote told until the case is decided.
    my_vote: Option<VoteView>,
    outcome: Option<Outcome>,
    level: Option<String>,
}

/// A vote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Vote)]
pub struct VoteView {
    outcome: Outcome,
    level: Option<String>,
    reason: String,
}

/// A vote with the name of the juror.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NamedVote)]
pub struct NamedVoteView {
    #[serde(flatten)]
    vote: VoteView,
    juror: String,
}

/// A case with all its evidence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
pub struct CaseBody {
    #[serde(flatten)]
    summary: CaseSummary,
    panel_id: PanelId,
    /// The zone in which the times of the session are shown.
    time_zone: String,
    /// Why this level is proposed, in a sentence.
    policy: Text,
    answers: Vec<JudgedAnswerBody>,
    timeline: Vec<CaseEvent>,
    incident_list: Vec<CaseIncident>,
    /// Empty until the case is decided.
    all_votes: Vec<NamedVoteView>,
}

/// An answer as a juror reads it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JudgedAnswer)]
pub struct JudgedAnswerBody {
    part: i32,
    item: PaperItem,
    value: AnswerValue,
    right: bool,
    /// Readable; entries on lines of their own.
    key: Text,
    justification: Text,
    difficulty: i32,
    saved_at: Option<DateTime<Utc>>,
    revisions: i64,
}

/// What happened. Nothing in it leads to a person or to the journal of the centre.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseEvent {
    /// Number within the case, from 1.
    number: usize,
    at: DateTime<Utc>,
    by: By,
    /// Of staff; empty for others.
    actor_name: String,
    /// What it is about; absent when a newer version wrote it.
    kind: Option<Kind>,
    /// The word of the kind.
    word: String,
    /// Whether it is worth a second look; what nobody knows is.
    weighs: bool,
    /// Those particulars that are of the exam.
    body: Value,
}

/// An incident that concerns the case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseIncident {
    /// Number within the case, from 1.
    number: usize,
    category: IncidentCategory,
    note: String,
    author: String,
    at: DateTime<Utc>,
}

impl From<PanelView> for PanelSummary {
    fn from(view: PanelView) -> Self {
        Self {
            id: view.panel.id,
            session_id: view.panel.session,
            label: view.label,
            time_zone: view.time_zone,
            cases: view.cases,
            decided: view.decided,
            my_votes: view.my_votes,
            president: view.president,
            closed_at: view.panel.closed_at,
        }
    }
}

impl From<PanelDetail> for PanelBody {
    fn from(detail: PanelDetail) -> Self {
        let juror = |(seated, display_name): (Seated, String)| JurorBody {
            person_id: seated.seat.person,
            display_name,
            president: seated.seat.president,
            standing: seated.standing,
            counts: seated.counts,
        };
        Self {
            summary: detail.view.into(),
            scheme_title: detail.scheme_title,
            levels: detail.levels,
            quorum: detail.quorum,
            jurors: detail.jurors.into_iter().map(juror).collect(),
            case_list: detail.cases.into_iter().map(CaseSummary::from).collect(),
        }
    }
}

impl From<CaseView> for CaseSummary {
    fn from(view: CaseView) -> Self {
        let decision = view.case.decision;
        Self {
            id: view.case.id,
            number: view.case.number,
            proposed_level: view.case.proposed_level,
            score: view.case.score,
            incidents: view.incidents,
            ended: view.ended,
            votes: view.votes,
            my_vote: view.my_vote.map(VoteView::from),
            outcome: decision.as_ref().map(|decision| decision.outcome),
            level: decision.and_then(|decision| decision.level),
        }
    }
}

impl From<Vote> for VoteView {
    fn from(vote: Vote) -> Self {
        Self { outcome: vote.choice.outcome, level: vote.choice.level, reason: vote.reason }
    }
}

impl From<NamedVote> for NamedVoteView {
    fn from(named: NamedVote) -> Self {
        Self { vote: named.vote.into(), juror: named.juror }
    }
}

impl From<CaseDetail> for CaseBody {
    fn from(detail: CaseDetail) -> Self {
        Self {
            panel_id: detail.view.case.panel,
            time_zone: detail.time_zone,
            summary: detail.view.into(),
            policy: detail.policy,
            answers: detail.answers.into_iter().map(JudgedAnswerBody::from).collect(),
            timeline: (1..).zip(detail.timeline).map(CaseEvent::from).collect(),
            incident_list: (1..).zip(detail.incidents).map(CaseIncident::from).collect(),
            all_votes: detail.all_votes.into_iter().map(NamedVoteView::from).collect(),
        }
    }
}

impl From<JudgedAnswer> for JudgedAnswerBody {
    fn from(answer: JudgedAnswer) -> Self {
        Self {
            part: answer.part,
            item: answer.item,
            value: AnswerValue(answer.value),
            right: answer.right,
            key: answer.key,
            justification: answer.justification,
            difficulty: answer.difficulty,
            saved_at: answer.saved_at,
            revisions: answer.revisions,
        }
    }
}

impl From<(usize, TimelineEntry)> for CaseEvent {
    fn from((number, entry): (usize, TimelineEntry)) -> Self {
        let TimelineEntry { at, by, actor_name, kind, body } = entry;
        let weighs = kind.known().is_none_or(Kind::weighs);
        Self { number, at, by, actor_name, kind: kind.known(), word: kind.into(), weighs, body }
    }
}

impl From<(usize, Incident)> for CaseIncident {
    fn from((number, incident): (usize, Incident)) -> Self {
        let Incident { category, note, author, at, .. } = incident;
        Self { number, category, note, author, at }
    }
}
