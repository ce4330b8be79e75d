//! Enrolling candidates, one by one and by a list.

use serde_json::{Value, json};

use crate::{
    both,
    support::{
        TestApp,
        centre::{House, text},
        day::Seat,
    },
};

/// A list as a manager has it, from a French spreadsheet.
const LIST: &str = "Nom;Prénom;Date de naissance;Temps majoré\n\
    Le Goff;Zoë;24/05/2001;1/3\nCurie;Marie;07/11/1997;\n";

fn candidate(family: &str, given: &str, born: &str) -> Value {
    json!({ "family_name": family, "given_names": given, "birth_date": born, "email": "",
        "external_id": "", "extra_time": "" })
}

impl House {
    async fn preview(&mut self, session: &str, list: &str) -> Value {
        let path = format!("/api/v1/sessions/{session}/candidate-list/preview?name=l.csv");
        self.manager.upload(&path, list.into()).await.expect(200)
    }

    async fn import(
        &mut self,
        session: &str,
        list: &str,
        digest: &Value,
    ) -> crate::support::Answer {
        let digest = text(digest);
        let path = format!("/api/v1/sessions/{session}/candidate-list?name=l.csv&digest={digest}");
        self.manager.upload(&path, list.into()).await
    }

    async fn enrolled(&mut self, session: &str) -> Vec<Value> {
        let path = format!("/api/v1/sessions/{session}/enrolments");
        let list = self.manager.get(&path).await.expect(200);
        list.as_array().unwrap().clone()
    }
}

/// Row, column and code of each error.
fn codes(errors: &Value) -> Vec<(u64, String, String)> {
    let told = |e: &Value| (e["row"].as_u64().unwrap(), text(&e["column"]), text(&e["code"]));
    errors.as_array().unwrap().iter().map(told).collect()
}

both! {
    async fn a_list_is_previewed_then_imported(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let session = house.session().await;
        let preview = house.preview(&session, LIST).await;
        assert_eq!(preview["format"], "csv");
        assert_eq!(preview["errors"], json!([]));
        assert_eq!(preview["rows"][0]["row"], 2);
        assert_eq!(preview["rows"][0]["birth_date"], "2001-05-24");
        assert!(house.enrolled(&session).await.is_empty(), "a preview enrols nobody");
        let imported = house.import(&session, LIST, &preview["digest"]).await.expect(200);
        assert_eq!(imported, json!({ "added": 2 }));
        let enrolled = house.enrolled(&session).await;
        assert_eq!(enrolled[0]["family_name"], "Curie");
        assert_eq!(enrolled[1]["extra_time"], "1/3");
        assert_eq!(enrolled[1]["state"], "enrolled");
        assert!(text(&enrolled[1]["attempt_id"]).starts_with("att_"));
    }

    async fn every_error_is_told_and_nothing_is_imported(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let session = house.session().await;
        let path = format!("/api/v1/sessions/{session}/enrolments");
        let known = candidate("LE-GOFF", "zoe", "2001-05-24");
        house.manager.post(&path, known).await.expect(201);
        let list = "Nom;Prénom;Date de naissance;Temps majoré;Groupe\n\
            Zoé;Le Goff;24/05/2001;;A\nCurie;;07/11/1997;33 %;A\n\
            Noël;Ève;01/01/2000;;A\neve;noel;2000-01-01;;B\n";
        let preview = house.preview(&session, list).await;
        let expected = [
            (1, "Groupe", "unknown_column"),
            (2, "", "already_enrolled"),
            (3, "Prénom", "required"),
            (3, "Temps majoré", "not_a_fraction"),
            (5, "", "duplicate_in_list"),
        ];
        let expected = expected.map(|(row, column, code)| (row, column.to_owned(), code.to_owned()));
        assert_eq!(codes(&preview["errors"]), expected);
        assert_eq!(preview["already_enrolled"], 1);
        assert!(text(&preview["errors"][3]["reason"]["fr"]).contains("1/3"));
        let refused = house.import(&session, list, &preview["digest"]).await;
        let refused = refused.refused(409, "list_has_errors");
        assert_eq!(codes(&refused["errors"]), expected);
        assert_eq!(house.enrolled(&session).await.len(), 1);
    }

    async fn a_file_that_changed_since_the_preview_is_refused(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let session = house.session().await;
        let preview = house.preview(&session, LIST).await;
        let other = format!("{LIST}Noether;Emmy;23/03/1982;\n");
        let refused = house.import(&session, &other, &preview["digest"]).await;
        refused.refused(409, "list_changed");
        house.import(&session, LIST, &preview["digest"]).await.expect(200);
        let twice = house.import(&session, LIST, &preview["digest"]).await;
        let twice = twice.refused(409, "list_has_errors");
        assert!(codes(&twice["errors"]).iter().all(|(_, _, code)| code == "already_enrolled"));
        assert_eq!(house.enrolled(&session).await.len(), 2);
    }

    async fn what_is_no_list_is_refused_with_the_reason(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let session = house.session().await;
        let path = format!("/api/v1/sessions/{session}/candidate-list/preview");
        for (bytes, word) in [
            (vec![0xD0, 0xCF, 0x11, 0xE0], "xlsx"),
            (b"%PDF-1.7".to_vec(), "CSV"),
        ] {
            let refused = house.manager.upload(&path, bytes).await.refused(422, "unreadable_list");
            assert!(text(&refused["reason"]["fr"]).contains(word), "{refused}");
        }
        let large = house.manager.upload(&path, vec![b'a'; 5 * 1024 * 1024 + 1]).await;
        let large = large.refused(422, "list_too_large");
        assert!(text(&large["reason"]["fr"]).contains("5\u{a0}Mio au plus"), "{large}");
        let large = house.manager.upload(&path, vec![b'a'; 9 * 1024 * 1024]).await;
        large.refused(413, "too_large");
    }

    async fn two_thousand_candidates_are_imported_at_once(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let session = house.session().await;
        let rows: Vec<_> = (0..2000).map(|n| format!("Nom{n},Ada,24/05/2001")).collect();
        let rows = rows.join("\n");
        let list = format!("Family name,Given names,Birth date\n{rows}");
        let preview = house.preview(&session, &list).await;
        let imported = house.import(&session, &list, &preview["digest"]).await.expect(200);
        assert_eq!(imported, json!({ "added": 2000 }));
    }

    async fn one_person_has_one_place(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let session = house.session().await;
        let path = format!("/api/v1/sessions/{session}/enrolments");
        let first = candidate("Le  Goff", "Zoë", "24/05/2001");
        let first = house.manager.post(&path, first).await.expect(201);
        assert_eq!((&first["family_name"], &first["birth_date"]),
            (&json!("Le Goff"), &json!("2001-05-24")));
        let same = candidate("zoe", "LE GOFF", "2001-05-24");
        house.manager.post(&path, same).await.refused(409, "duplicate");
        let twin = candidate("Le Goff", "Zoë", "2001-05-25");
        house.manager.post(&path, twin).await.expect(201);
    }

    async fn everything_wrong_with_a_candidate_is_told(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let session = house.session().await;
        let path = format!("/api/v1/sessions/{session}/enrolments");
        let mut wrong = candidate("", "Zoë", "2999-01-01");
        wrong["extra_time"] = json!("33%");
        let refused = house.manager.post(&path, wrong).await.refused(409, "candidate_has_errors");
        let told: Vec<_> = codes(&refused["errors"]).into_iter().map(|(_, c, _)| c).collect();
        assert_eq!(told, ["family_name", "birth_date", "extra_time"]);
    }

    async fn a_candidate_is_removed_before_the_session_opens_and_not_after(app: TestApp) {
        let mut house = app.house("Halimi").await;
        let session = house.session().await;
        let path = format!("/api/v1/sessions/{session}/enrolments");
        let mut ids = Vec::new();
        for name in ["Curie", "Noether"] {
            let added = house.manager.post(&path, candidate(name, "M", "2001-05-24")).await;
            ids.push(text(&added.expect(201)["id"]));
        }
        house.manager.delete(&format!("{path}/{}", ids[0])).await.expect(204);
        house.manager.delete(&format!("{path}/{}", ids[0])).await.refused(404, "no_such_enrolment");
        let open = format!("/api/v1/sessions/{session}/open");
        house.manager.post(&open, json!({})).await.expect(200);
        house.manager.delete(&format!("{path}/{}", ids[1])).await.refused(409, "session_open");
        let late = candidate("Late", "L", "2001-05-24");
        house.manager.post(&path, late).await.expect(201);
        assert_eq!(house.enrolled(&session).await.len(), 2);
    }

    async fn a_misspelt_name_is_corrected_until_the_exam_begins(app: TestApp) {
        let mut day = app.day().await;
        day.enrol("ada").await;
        day.enrol("eve").await;
        let enrolments = day.at("/enrolments");
        let listed = day.manager.get(&enrolments).await.expect(200);
        let path = format!("{enrolments}/{}", text(&listed[0]["id"]));
        let mut right = candidate("Byron", "Ada", "1990-12-10");
        right["extra_time"] = json!("1/3");
        day.manager.put(&path, right.clone()).await.refused(428, "version_needed");
        let other = candidate("lovelace eve", "Eve", "1990-12-10");
        day.manager.put_over(&json!(1), &path, other).await.refused(409, "duplicate");
        let wrong = candidate("Byron", "", "1990-12-10");
        day.manager.put_over(&json!(1), &path, wrong).await.refused(409, "candidate_has_errors");
        let mended = day.manager.put_over(&json!(1), &path, right.clone()).await.expect(200);
        assert_eq!((&mended["family_name"], &mended["version"]), (&json!("Byron"), &json!(2)));
        day.manager.put_over(&json!(1), &path, right.clone()).await.refused(412, "changed_meanwhile");

        day.open().await;
        let body = json!({ "session_code": day.entry_code, "family_name": "Byron",
            "given_names": "Ada", "birth_date": "1990-12-10" });
        let mut browser = app.anyone();
        let seat = browser.post("/api/v1/entry", body).await.expect(200);
        let mut ada = Seat { browser, attempt: text(&seat["attempt_id"]) };
        day.admit(&[&ada]).await;
        ada.start(1).await;
        let started = ada.browser.get("/api/v1/attempt").await.expect(200);
        assert_eq!(started["parts"][0]["allowed_s"], 4 * 3600 / 3, "an hour and a third more");
        day.manager.put_over(&json!(2), &path, right).await.refused(409, "exam_begun");
        let board = day.invigilator.get(&day.at("/board")).await.expect(200);
        let rows = board["rows"].as_array().unwrap();
        assert!(rows.iter().any(|row| row["family_name"] == "Byron"));
    }

    async fn the_template_is_there_to_fill_in(app: TestApp) {
        let answer = app.anyone().get("/api/v1/candidate-list-template.csv?lang=en").await;
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
        let mut house = app.house("Halimi").await;
        let session = house.session().await;
        let list = String::from_utf8(answer.bytes).unwrap();
        let preview = house.preview(&session, &list).await;
        assert_eq!(preview["errors"], json!([]));
    }
}
