//! What a jury leaves behind: a closed panel whose cases are decided.

use jurat::{
    app::App,
    base::{AttemptId, CaseId, CentreId, EnrolmentId, PanelId, PersonId, SessionId},
    db::Tx,
    exec, scheme,
};

use super::morning;

/// A session whose panel has closed.
struct Judged {
    centre: CentreId,
    session: SessionId,
    panel: PanelId,
}

/// A closed session with one closed panel and a decided case for each name.
pub async fn decided(app: &App, names: &[(&str, &str)]) -> SessionId {
    let mut tx = app.db.begin().await.unwrap();
    let judged = add_judged(app, &mut tx).await;
    for (number, name) in (1_i32..).zip(names) {
        add_case(app, &mut tx, &judged, number, *name).await;
    }
    tx.commit().await.unwrap();
    judged.session
}

async fn add_judged(app: &App, tx: &mut Tx) -> Judged {
    let now = morning();
    let judged = Judged {
        centre: app.chance.id(now),
        session: app.chance.id(now),
        panel: app.chance.id(now),
    };
    let person: PersonId = app.chance.id(now);
    let pix = scheme::find("pix-edu").unwrap();
    scheme::freeze(tx, pix, now).await.unwrap();
    exec!(
        tx,
        "INSERT INTO person (id, email, display_name, password_hash, created_at)
        VALUES ($1, 'p@jurat.example', 'P', 'x', $2)",
        person,
        now
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO centre (id, name, kind, time_zone, external_id, created_at)
        VALUES ($1, 'Lycée Émilie-du-Châtelet', 'school', 'Europe/Paris', '', $2)",
        judged.centre,
        now
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO session (centre_id, id, entry_code, scheme_id, scheme_version, place,
            room, starts_at, time_zone, state, language, comment, version,
            created_by, created_at)
        VALUES ($1, $2, 'K7Q2MX', $3, $4, 'Serris', 'B 204', $5, 'Europe/Paris', 'validated', 'fr',
            '', 1, $6, $5)",
        judged.centre,
        judged.session,
        &pix.id,
        &pix.version,
        now,
        person
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO panel (id, session_id, created_at, closed_at) VALUES ($1, $2, $3, $3)",
        judged.panel,
        judged.session,
        now
    )
    .unwrap();
    judged
}

async fn add_case(app: &App, tx: &mut Tx, judged: &Judged, number: i32, name: (&str, &str)) {
    let (now, (given, family)) = (morning(), name);
    let (enrolment, attempt): (EnrolmentId, AttemptId) = (app.chance.id(now), app.chance.id(now));
    let case: CaseId = app.chance.id(now);
    exec!(
        tx,
        "INSERT INTO enrolment (id, centre_id, session_id, family_name, given_names,
            birth_date, name_key, email, external_id, extra_numerator, extra_denominator,
            version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $4, '', '', 0, 1, 1, $7)",
        enrolment,
        judged.centre,
        judged.session,
        family,
        given,
        chrono::NaiveDate::from_ymd_opt(1988, 3, 14).unwrap(),
        now
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO attempt (id, centre_id, session_id, enrolment_id, version, epoch,
            seed, state, ended, part, since, reason)
        VALUES ($1, $2, $3, $4, 1, 1, 7, 'sealed', 'submitted', 2, $5, '')",
        attempt,
        judged.centre,
        judged.session,
        enrolment,
        now
    )
    .unwrap();
    exec!(
        tx,
        "INSERT INTO jury_case (id, panel_id, attempt_id, number, score, proposed_level,
            outcome, level, reason, decided_at)
        VALUES ($1, $2, $3, $4, $5, 'avance', 'validated', 'avance', '', $6)",
        case,
        judged.panel,
        attempt,
        number,
        score(),
        now
    )
    .unwrap();
}

/// A score that reaches the level `avance`.
pub fn score() -> String {
    let part = |number: i32, framework: &str, coverage: f64| {
        let domains: Vec<_> = scheme::framework(framework)
            .unwrap()
            .domains
            .iter()
            .map(|domain| {
                let competences: Vec<_> = domain
                    .competences
                    .iter()
                    .map(|c| serde_json::json!({ "id": c.id, "title": c.title, "points": 4, "reachable": 5 }))
                    .collect();
                serde_json::json!({ "id": domain.id, "title": domain.title, "coverage": coverage,
                    "competences": competences })
            })
            .collect();
        serde_json::json!({ "part": number, "framework": framework, "coverage": coverage,
            "points": 64, "reachable": 80, "domains": domains })
    };
    let parts = [part(1, "crcn", 0.8), part(2, "crcn-edu", 0.75)];
    serde_json::json!({ "coverage": 0.775, "parts": parts }).to_string()
}
