//! Business hours: made, changed, asked; who may, and what is refused.

use countersign_testkit::on_both;
use countersign_types::time::{HOUR, MINUTE};
use serde_json::{Value, json};

fn path(calendar: &Value) -> String {
    format!("/v1/calendars/{}", calendar["id"].as_str().unwrap())
}

fn span(from: &str, to: &str) -> Value {
    json!({ "from": from, "to": to })
}

/// The clock of the test stands at Monday, 2026-06-01 12:00 UTC: 14:00 in Berlin.
#[tokio::test]
async fn business_hours_say_whether_it_is_open_and_when_that_changes() {
    on_both(async |app| {
        let api = app.api();
        let body = json!({
            "name": "Support", "time_zone": "Europe/Berlin",
            "week": { "mon": [span("13:00", "17:30"), span("09:00", "12:00")], "fri": [span("22:00", "02:00")] },
            "holidays": [
                { "date": "2026-12-25", "name": " Christmas " },
                { "date": "2026-06-08", "hours": [span("10:00", "11:00")] },
            ],
        });
        let made = api.post("/v1/calendars", body).await.expect(201);
        assert!(made["id"].as_str().unwrap().starts_with("cal_"));
        assert_eq!((&made["is_open"], &made["next_change_at"]), (&json!(true), &json!("2026-06-01T15:30:00.000000Z")));
        assert_eq!(made["week"]["mon"], json!([span("13:00", "17:30"), span("09:00", "12:00")]));
        assert_eq!(made["week"]["sun"], json!([]));
        assert_eq!(
            made["holidays"],
            json!([
                { "date": "2026-12-25", "name": "Christmas", "hours": [] },
                { "date": "2026-06-08", "name": "", "hours": [span("10:00", "11:00")] },
            ])
        );
        app.clock.advance(3 * HOUR + 30 * MINUTE);
        let closed = api.get(&path(&made)).await.expect(200);
        let next = json!("2026-06-05T20:00:00.000000Z");
        assert_eq!((&closed["is_open"], &closed["next_change_at"]), (&json!(false), &next));
        // Friday's shift ends on Saturday.
        app.clock.advance(4 * 24 * HOUR + 8 * HOUR);
        let night = &api.get("/v1/calendars").await.expect(200)["data"][0];
        let next = json!("2026-06-06T00:00:00.000000Z");
        assert_eq!((&night["is_open"], &night["next_change_at"]), (&json!(true), &next));
        // The Monday after has hours of its own.
        app.clock.advance(HOUR);
        let closed = api.get(&path(&made)).await.expect(200);
        assert_eq!(closed["next_change_at"], "2026-06-08T08:00:00.000000Z");
    })
    .await;
}

#[tokio::test]
async fn a_calendar_is_changed_in_parts_and_deleted() {
    on_both(async |app| {
        let manager = app.person("team_manager").await;
        let body = json!({ "name": "Support", "time_zone": "UTC" });
        let made = manager.post("/v1/calendars", body).await.expect(201);
        assert_eq!((&made["is_open"], &made["next_change_at"]), (&json!(false), &Value::Null));
        let always = json!({ "mon": [span("00:00", "24:00")], "tue": [span("00:00", "24:00")],
            "wed": [span("00:00", "24:00")], "thu": [span("00:00", "24:00")], "fri": [span("00:00", "24:00")],
            "sat": [span("00:00", "24:00")], "sun": [span("00:00", "00:00")] });
        let changed = manager.patch(&path(&made), json!({ "week": always })).await.expect(200);
        assert_eq!((&changed["is_open"], &changed["next_change_at"]), (&json!(true), &Value::Null));
        let holidays = json!({ "holidays": [{ "date": "2026-06-01" }], "name": "Day and night" });
        let changed = manager.patch(&path(&made), holidays).await.expect(200);
        assert_eq!((&changed["is_open"], &changed["name"]), (&json!(false), &json!("Day and night")));
        assert_eq!(changed["week"]["sun"], json!([span("00:00", "00:00")]), "what is not named stays");
        let moved =
            manager.patch(&path(&made), json!({ "time_zone": "Pacific/Kiritimati" })).await.expect(200);
        assert_eq!(moved["is_open"], true, "there it is Tuesday");
        let asked = app.service.snapshot();
        assert_eq!((asked.calendars.len(), asked.calendars[0].name.as_str()), (1, "Day and night"));
        let cleared = manager.patch(&path(&made), json!({ "week": {}, "holidays": [] })).await.expect(200);
        assert_eq!((&cleared["week"]["mon"], &cleared["holidays"]), (&json!([]), &json!([])));
        manager.delete(&path(&made)).await.expect(204);
        assert_eq!(manager.delete(&path(&made)).await.problem(404), "not-found");
        assert_eq!(manager.patch(&path(&made), json!({})).await.problem(404), "not-found");
        assert!(app.service.snapshot().calendars.is_empty());
        let rows = app.api().get("/v1/audit?limit=100").await.expect(200);
        let rows = rows["data"].as_array().unwrap().iter().rev();
        let said: Vec<&Value> =
            rows.filter(|row| row["action"].as_str().unwrap().starts_with("calendar.")).collect();
        let actions: Vec<&str> = said.iter().map(|row| row["action"].as_str().unwrap()).collect();
        assert_eq!(
            actions,
            [
                "calendar.create",
                "calendar.update",
                "calendar.update",
                "calendar.update",
                "calendar.update",
                "calendar.delete"
            ]
        );
        assert_eq!(said[3]["details"], json!({ "time_zone": { "old": "UTC", "new": "Pacific/Kiritimati" } }));
    })
    .await;
}

#[tokio::test]
async fn bad_business_hours_are_refused_where_they_are_bad() {
    on_both(async |app| {
        let api = app.api();
        let made = api.post("/v1/calendars", json!({ "name": "Hours", "time_zone": "UTC" })).await.expect(201);
        let day = |date: &str| json!({ "date": date });
        let many_days: Vec<Value> = (0..501).map(|_| day("2026-12-25")).collect();
        for (change, pointer, code) in [
            (json!({ "name": "\u{202e}" }), "/name", "invalid-name"),
            (json!({ "name": "x".repeat(81) }), "/name", "invalid-name"),
            (json!({ "time_zone": "Europe/Zqzq" }), "/time_zone", "invalid-time-zone"),
            (json!({ "time_zone": "" }), "/time_zone", "invalid-time-zone"),
            (json!({ "time_zone": "../../zqzq".repeat(1_000) }), "/time_zone", "invalid-time-zone"),
            (json!({ "time_zone": 1 }), "/time_zone", "invalid-value"),
            (json!({ "week": { "mon": [span("9:00", "17:00")] } }), "/week/mon/0/from", "not-a-time"),
            (json!({ "week": { "tue": [span("09:00", "17:00"), span("18:00", "zqzq")] } }), "/week/tue/1/to", "not-a-time"),
            (json!({ "week": { "sun": [span("09:00", "24:01")] } }), "/week/sun/0/to", "not-a-time"),
            (json!({ "week": { "sun": [span("09:00", "12:60")] } }), "/week/sun/0/to", "not-a-time"),
            (json!({ "week": { "mon": vec![span("09:00", "10:00"); 11] } }), "/week/mon", "too-many"),
            (json!({ "week": { "mon": [span("09:00", "12:00"), span("11:59", "13:00")] } }), "/week/mon/1/from", "overlap"),
            (json!({ "week": { "mon": [span("22:00", "06:00"), span("20:00", "21:00"), span("23:00", "23:30")] } }), "/week/mon/2/from", "overlap"),
            (json!({ "week": { "mon": [span("23:00", "24:00"), span("22:00", "02:00")] } }), "/week/mon/0/from", "overlap"),
            (json!({ "week": { "funday": [] } }), "/week/funday", "unknown-field"),
            (json!({ "week": { "mon": [{ "from": "09:00" }] } }), "/week/mon/0/to", "missing-field"),
            (json!({ "week": "always" }), "/week", "invalid-value"),
            (json!({ "holidays": [day("2026-02-29")] }), "/holidays/0/date", "not-a-day"),
            (json!({ "holidays": [day("2026-12-25T10:00")] }), "/holidays/0/date", "not-a-day"),
            (json!({ "holidays": [day("20261225")] }), "/holidays/0/date", "not-a-day"),
            (json!({ "holidays": [day("zqzq")] }), "/holidays/0/date", "not-a-day"),
            (json!({ "holidays": [day("2026-12-25"), day("2026-12-25")] }), "/holidays/1/date", "duplicate-day"),
            (json!({ "holidays": [{ "date": "2026-12-25", "name": "a\nb" }] }), "/holidays/0/name", "invalid-name"),
            (json!({ "holidays": [{ "date": "2026-12-25", "hours": [span("25:00", "26:00")] }] }), "/holidays/0/hours/0/from", "not-a-time"),
            (json!({ "holidays": many_days }), "/holidays", "too-many"),
            (json!({ "colour": "red" }), "/colour", "unknown-field"),
        ] {
            let mut body = json!({ "name": "New", "time_zone": "UTC" });
            for (key, value) in change.as_object().unwrap() {
                body[key] = value.clone();
            }
            for refused in [api.post("/v1/calendars", body).await, api.patch(&path(&made), change.clone()).await] {
                let answer = refused.expect(400);
                let found = (&answer["errors"][0]["pointer"], &answer["errors"][0]["code"]);
                assert_eq!(found, (&json!(pointer), &json!(code)), "{change}: {answer}");
                assert!(!answer.to_string().contains("zqzq"), "a refused value comes back: {answer}");
            }
        }
        // All that is wrong is said at once.
        let body = json!({ "name": "", "time_zone": "Europe/Berlim", "holidays": [day("x"), { "date": "2026-12-25", "name": "\u{7}" }] });
        let answer = api.post("/v1/calendars", body).await.expect(400);
        let wrong: Vec<&str> =
            answer["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(wrong, ["/name", "/time_zone", "/holidays/0/date", "/holidays/1/name"]);
        assert!(answer["errors"][1]["detail"].as_str().unwrap().contains("`Europe/Berlin`"));
        assert_eq!(api.get("/v1/calendars").await.expect(200)["data"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn agents_see_business_hours_and_do_not_change_them() {
    on_both(async |app| {
        let (api, agent) = (app.api(), app.person("agent").await);
        let body = json!({ "name": "Support", "time_zone": "UTC" });
        let made = api.post("/v1/calendars", body.clone()).await.expect(201);
        assert_eq!(agent.get("/v1/calendars").await.expect(200)["data"][0]["name"], "Support");
        agent.get(&path(&made)).await.expect(200);
        assert_eq!(agent.post("/v1/calendars", body.clone()).await.problem(403), "forbidden");
        assert_eq!(agent.patch(&path(&made), json!({ "name": "Mine" })).await.problem(403), "forbidden");
        assert_eq!(agent.delete(&path(&made)).await.problem(403), "forbidden");
        assert_eq!(app.anonymous().get("/v1/calendars").await.problem(401), "not-logged-in");
        for name in ["Support", "SUPPORT", "support "] {
            let again = json!({ "name": name, "time_zone": "UTC" });
            assert_eq!(api.post("/v1/calendars", again).await.problem(409), "name-taken");
        }
        for id in ["cal_01jd3k6q9we3t8v2c4x5z6b7n8", "grp_01jd3k6q9we3t8v2c4x5z6b7n8", "x"] {
            assert_eq!(api.get(&format!("/v1/calendars/{id}")).await.problem(404), "not-found");
        }
        for n in 1..50 {
            let body = json!({ "name": format!("<b>{n}</b>"), "time_zone": "UTC" });
            api.post("/v1/calendars", body).await.expect(201);
        }
        let one_more = json!({ "name": "One more", "time_zone": "UTC" });
        assert_eq!(api.post("/v1/calendars", one_more).await.problem(409), "too-many-calendars");
        let other = api.patch(&path(&made), json!({ "name": "<B>1</B>" })).await;
        assert_eq!(other.problem(409), "name-taken");
    })
    .await;
}
