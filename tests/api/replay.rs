//! The same POST sent again gets the same answer and is not done again.

use reqwest::Method;
use serde_json::json;

use crate::{both, support::TestApp};

both! {
    async fn an_invitation_sent_twice_under_one_key_is_one_invitation(app: TestApp) {
        let mut admin = app.admin().await;
        let body = json!({ "email": "juror@jurat.example", "role": "juror" });
        let send = |admin: &crate::support::Actor, body: &serde_json::Value| {
            admin.request(Method::POST, "/api/v1/invitations").header("idempotency-key", "k1").json(body)
        };
        let request = send(&admin, &body);
        let first = admin.answer(request).await;
        let request = send(&admin, &body);
        let second = admin.answer(request).await;
        assert_eq!(first.expect(200), second.expect(200));
        assert_eq!(second.headers["idempotency-replayed"], "true");
        let other = json!({ "email": "other@jurat.example", "role": "juror" });
        let request = send(&admin, &other);
        admin.answer(request).await.refused(409, "key_reused");
    }
}
