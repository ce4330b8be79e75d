//! The staff of a demonstration: invited and signed in as real people are.

use serde_json::{Value, json};

use super::{
    Error, PASSWORD, Stage,
    client::{Client, text},
};
use crate::people::{self, Role};

/// Everybody who works on the day, signed in.
#[derive(Debug)]
pub struct Staff {
    /// Runs the platform.
    pub admin: Client,
    /// Runs the centre.
    pub manager: Client,
    /// Watches over the sessions.
    pub invigilator: Client,
    /// Judge; the first one presides.
    pub jurors: Vec<(String, Client)>,
    /// The centre.
    pub centre: String,
    /// The invigilator's account.
    pub invigilator_id: String,
}

/// Creates the administrator, a centre, its people and three jurors.
pub async fn hire(stage: &Stage) -> Result<Staff, Error> {
    let address = "admin@jurat.example";
    people::create_with_role(&stage.app, address, "Alix Renard", PASSWORD, Role::Admin)
        .await
        .map_err(|cause| Error::Step(cause.to_string()))?;
    let admin = stage.browser();
    admin.sign_in(address, PASSWORD).await?;
    let created = admin.post("/centres", centre_body()).await?;
    let centre = text(&created["centre"], "id")?;
    let (manager, _) = accept(&admin, &created["invitation"], "Maud Keller").await?;
    let path = format!("/centres/{centre}/invitations");
    let body = json!({ "email": "invigilator@jurat.example", "role": "invigilator" });
    let invited = manager.post(&path, body).await?;
    let (invigilator, invigilator_id) = accept(&manager, &invited, "Ivan Schmitt").await?;
    let mut jurors = Vec::new();
    for (number, name) in ["Pauline Weber", "Judith Klein", "Jonas Meyer"].iter().enumerate() {
        let email = format!("juror{}@jurat.example", number + 1);
        let invited =
            admin.post("/invitations", json!({ "email": email, "role": "juror" })).await?;
        let (client, id) = accept(&admin, &invited, name).await?;
        jurors.push((id, client));
    }
    Ok(Staff { admin, manager, invigilator, jurors, centre, invigilator_id })
}

fn centre_body() -> Value {
    json!({
        "name": "Lycée Marie-Curie, Strasbourg",
        "kind": "school",
        "time_zone": "Europe/Paris",
        "external_id": "0670000A",
        "manager_email": "manager@jurat.example",
    })
}

/// Follows an invitation link, and is confirmed by the host: a new account, signed in, with its id.
async fn accept(host: &Client, invitation: &Value, name: &str) -> Result<(Client, String), Error> {
    let link = text(invitation, "link")?;
    let code = link.rsplit('/').next().unwrap_or_default();
    let guest = host.another();
    let newcomer = json!({ "newcomer": { "display_name": name, "password": PASSWORD } });
    guest.post(&format!("/invitations/{code}/accept"), newcomer).await?;
    let path = format!("/invitations/{}/confirm", text(invitation, "id")?);
    host.post(&path, json!({ "display_name": name })).await?;
    let me = guest.sign_in(&text(invitation, "email")?, PASSWORD).await?;
    Ok((guest, text(&me, "id")?))
}
