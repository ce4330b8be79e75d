//! The jury of the demonstration: reads each case, votes, decides, closes.

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use super::{
    Error, Stage,
    cast::Staff,
    client::{Client, text},
    exam,
};

/// How long a juror takes for all cases (seconds).
const VOTING_S: i64 = 40 * 60;

/// The administrator convenes the panel. Returns its id.
pub async fn convene(staff: &Staff, session: &str) -> Result<String, Error> {
    let ids: Vec<&str> = staff.jurors.iter().map(|(id, _)| id.as_str()).collect();
    let body = json!({ "president": ids[0], "jurors": &ids[1..] });
    let panel = staff.admin.post(&format!("/sessions/{session}/panel"), body).await?;
    text(&panel, "id")
}

/// The cases as one juror sees them.
pub async fn cases(juror: &Client, panel: &str) -> Result<Vec<Value>, Error> {
    let panel = juror.get(&format!("/panels/{panel}")).await?;
    Ok(panel["case_list"].as_array().cloned().unwrap_or_default())
}

/// One juror reads and votes on every case that is open.
pub async fn vote_on_all(juror: &Client, panel: &str) -> Result<(), Error> {
    let open = cases(juror, panel).await?.into_iter().filter(|case| case["outcome"].is_null());
    stream::iter(open).map(|case| vote(juror, case)).buffer_unordered(16).try_collect().await
}

async fn vote(juror: &Client, case: Value) -> Result<(), Error> {
    let id = text(&case, "id")?;
    let case = juror.get(&format!("/cases/{id}")).await?;
    juror.put(&format!("/cases/{id}/vote"), ballot(&case)).await.map(drop)
}

/// What a careful juror votes: fraud is rejected, no level is refused, else the proposal stands.
fn ballot(case: &Value) -> Value {
    if case["ended"] == "terminated" {
        let reason =
            "épreuve interrompue pour fraude, voir l’incident au procès-verbal de la session";
        json!({ "outcome": "rejected", "level": null, "reason": reason })
    } else if case["proposed_level"].is_null() {
        let reason = "aucun niveau n’est atteint selon la règle de la certification";
        json!({ "outcome": "refused", "level": null, "reason": reason })
    } else {
        json!({ "outcome": "validated", "level": case["proposed_level"], "reason": "" })
    }
}

/// Two jurors agree on every case, the third need not come; the president closes.
pub async fn decide_all(stage: &Stage, staff: &Staff, panel: &str) -> Result<(), Error> {
    for (_, juror) in &staff.jurors[..2] {
        exam::later(stage, VOTING_S);
        vote_on_all(juror, panel).await?;
    }
    // Sign-ins and certificates draw from one stream of chance: who will wait for the certificates
    // signs in before they are drawn, or no two days of a seed would have the same codes.
    staff.manager.get(&format!("/centres/{}", staff.centre)).await?;
    let president = &staff.jurors[0].1;
    president.post(&format!("/panels/{panel}/close"), json!({})).await.map(drop)
}
