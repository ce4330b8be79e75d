//! Planning a session and opening its door.

use serde_json::{Value, json};

use crate::{
    both,
    support::{
        TestApp,
        centre::{session_body, text},
    },
};

fn at(date: &str, time: &str) -> Value {
    let mut body = session_body();
    body["date"] = json!(date);
    body["time"] = json!(time);
    body
}

both! {
    async fn a_session_is_planned_in_the_centre_s_zone(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let (mut grace, id) = house.invigilator(&app, "grace@halimi.example").await;
        let mut body = session_body();
        body["invigilators"] = json!([id, id]);
        body["room"] = json!("  B   204 ");
        let session = house.plan(body).await.expect(201);
        assert_eq!(session["starts_at"], "2027-03-02T08:30:00Z");
        assert_eq!(session["room"], "B 204");
        assert_eq!(session["state"], "planned");
        assert_eq!(session["my_role"], "manager");
        assert_eq!(session["invigilators"].as_array().unwrap().len(), 1);
        let code = text(&session["entry_code"]);
        assert!(code.len() == 6 && code == jurat::session::fold_code(&code));
        let seen = grace.get("/api/v1/sessions").await.expect(200);
        assert_eq!(seen[0]["id"], session["id"]);
        assert_eq!(seen[0]["my_role"], "invigilator");
    }

    async fn a_time_that_the_clocks_jump_over_is_refused(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let refused = house.plan(at("2027-03-28", "02:30")).await.refused(409, "no_such_time");
        assert!(text(&refused["detail"]).contains("02:30"));
        let first = house.plan(at("2027-10-31", "02:30")).await.expect(201);
        assert_eq!(first["starts_at"], "2027-10-31T00:30:00Z");
        house.plan(at("2027-02-28", "09:30")).await.refused(409, "in_the_past");
        house.plan(at("28/03/2027", "09:30")).await.refused(409, "not_a_time");
    }

    async fn only_members_of_the_centre_watch(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let mut other = app.house("Curie").await;
        let (_, stranger) = other.invigilator(&app, "x@curie.example").await;
        let mut body = session_body();
        body["invigilators"] = json!([stranger]);
        house.plan(body).await.refused(409, "not_a_member");
        let list = format!("/api/v1/centres/{}/sessions", house.centre);
        assert_eq!(house.manager.get(&list).await.expect(200), json!([]));
    }

    async fn an_unknown_scheme_is_refused(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let mut body = session_body();
        body["scheme_id"] = json!("driving");
        house.plan(body).await.refused(409, "unknown_scheme");
        let schemes = house.manager.get("/api/v1/schemes").await.expect(200);
        assert_eq!(schemes[0]["id"], "pix-edu");
        assert_eq!(schemes[0]["parts"][1]["items"], 32);
    }

    async fn the_door_is_opened_once_and_the_journal_tells(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let session = house.session().await;
        let path = format!("/api/v1/sessions/{session}/open");
        let opened = house.manager.post(&path, json!({})).await.expect(200);
        assert_eq!(opened["state"], "open");
        assert_eq!(opened["opened_at"], "2027-03-01T08:00:00Z");
        app.later(60);
        let again = house.manager.post(&path, json!({})).await.expect(200);
        assert_eq!(again["opened_at"], opened["opened_at"]);
        let mut tx = app.app.db.read().await.unwrap();
        let id = session.parse().unwrap();
        let written = jurat::journal::list_after(&mut tx, id, 0, 10).await.unwrap();
        let kinds: Vec<_> = written.iter().map(|entry| entry.kind.word()).collect();
        assert_eq!(kinds, ["session_planned", "session_opened"]);
    }

    async fn the_papers_of_the_room_are_there_for_its_staff(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let session = house.session().await;
        for paper in ["attendance.pdf", "kit.pdf?lang=en"] {
            let answer = house.manager.get(&format!("/api/v1/sessions/{session}/{paper}")).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.headers["content-type"], "application/pdf");
            assert!(answer.bytes.starts_with(b"%PDF-"));
        }
        let path = format!("/api/v1/sessions/{session}/kit.pdf");
        app.anyone().get(&path).await.refused(401, "not_signed_in");
    }

    async fn an_invigilator_opens_but_does_not_enrol(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let (mut grace, id) = house.invigilator(&app, "grace@halimi.example").await;
        let mut body = session_body();
        body["invigilators"] = json!([id]);
        let session = text(&house.plan(body).await.expect(201)["id"]);
        let candidate = json!({ "family_name": "A", "given_names": "B", "birth_date": "2001-05-24",
            "email": "", "external_id": "", "extra_time": "" });
        let path = format!("/api/v1/sessions/{session}/enrolments");
        grace.post(&path, candidate).await.refused(403, "forbidden");
        let path = format!("/api/v1/sessions/{session}/open");
        grace.post(&path, json!({})).await.expect(200);
        let foreign = house.session().await;
        let path = format!("/api/v1/sessions/{foreign}/open");
        grace.post(&path, json!({})).await.refused(404, "no_such_session");
    }

    async fn a_plan_is_changed_until_the_session_is_closed(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let (mut grace, grace_id) = house.invigilator(&app, "grace@halimi.example").await;
        let session = house.plan(session_body()).await.expect(201);
        let path = format!("/api/v1/sessions/{}", text(&session["id"]));
        let mut plan = session_body();
        plan.as_object_mut().unwrap().remove("scheme_id");
        plan["room"] = json!("C 12");
        plan["time"] = json!("14:00");
        plan["invigilators"] = json!([grace_id]);
        let changed = house.manager.put_over(&session["version"], &path, plan.clone()).await;
        assert_eq!(changed.headers["etag"], "\"2\"");
        let changed = changed.expect(200);
        assert_eq!(changed["room"], "C 12");
        assert_eq!(changed["starts_at"], "2027-03-02T13:00:00Z");
        assert_eq!(changed["entry_code"], session["entry_code"]);
        assert_eq!(grace.get(&path).await.expect(200)["version"], 2);

        grace.post(&format!("{path}/open"), json!({})).await.expect(200);
        plan["time"] = json!("15:00");
        house.manager.put_over(&json!(2), &path, plan.clone()).await.refused(409, "time_stands");
        plan["time"] = json!("14:00");
        plan["invigilators"] = json!([]);
        house.manager.put_over(&json!(2), &path, plan.clone()).await.expect(200);
        grace.get(&path).await.refused(404, "no_such_session");

        house.manager.post(&format!("{path}/close"), json!({ "comment": "" })).await.expect(200);
        let closed = house.manager.put_over(&json!(3), &path, plan).await;
        closed.refused(409, "session_closed");
    }

    async fn nobody_undoes_what_somebody_else_has_just_planned(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let path = format!("/api/v1/sessions/{}", house.session().await);
        let mut plan = session_body();
        plan.as_object_mut().unwrap().remove("scheme_id");
        house.manager.put(&path, plan.clone()).await.refused(428, "version_needed");
        house.manager.put_over(&json!(1), &path, plan.clone()).await.expect(200);
        house.manager.put_over(&json!(1), &path, plan.clone()).await.refused(412, "changed_meanwhile");
        house.manager.put_over(&json!("x"), &path, plan).await.refused(412, "changed_meanwhile");
    }

    async fn a_long_list_comes_in_parts(app: TestApp) {
        let mut house = app.house("Halimi").await;
        for hour in 9..14 {
            house.plan(at("2027-03-02", &format!("{hour:02}:00"))).await.expect(201);
        }
        house.plan(at("2027-03-02", "13:00")).await.expect(201);
        let lists = ["/api/v1/sessions".to_owned(), format!("/api/v1/centres/{}/sessions", house.centre)];
        for list in lists {
            let whole = house.manager.get(&list).await;
            assert!(!whole.headers.contains_key("link"));
            let whole = whole.expect(200);
            let (mut gathered, mut next) = (Vec::new(), Some(format!("{list}?limit=2")));
            while let Some(path) = next {
                let part = house.manager.get(&path).await;
                let link = part.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
                gathered.extend(part.expect(200).as_array().unwrap().clone());
                next = link.map(|link| link[1..link.find('>').unwrap()].to_owned());
            }
            assert_eq!(json!(gathered), whole, "{list}");
            assert_eq!(gathered.len(), 6);
            for wrong in ["limit=0", "limit=201", "after=7", "page=2"] {
                let path = format!("{list}?{wrong}");
                house.manager.get(&path).await.refused(422, "unreadable_query");
            }
        }
        let mut admin = app.admin().await;
        app.house("Zola").await;
        let first = admin.get("/api/v1/centres?limit=1").await;
        assert!(first.headers["link"].to_str().unwrap().ends_with("rel=\"next\""));
        let after = text(&first.expect(200)[0]["id"]);
        let second = admin.get(&format!("/api/v1/centres?limit=1&after={after}")).await;
        assert!(!second.headers.contains_key("link"));
        assert_eq!(second.expect(200)[0]["name"], "Zola");
        assert_eq!(admin.get("/api/v1/panels?limit=1").await.expect(200), json!([]));
    }
}
