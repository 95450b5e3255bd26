//! Reports: a month played with a clock that is moved, its numbers counted by hand and by the tables.

use std::collections::BTreeMap;

use countersign_store::testing::TestDb;
use countersign_store::{Db, StoreError, Tx, args};
use countersign_testkit::{Client, TestApp, both, on_both};
use countersign_types::time::{DAY, HOUR, MINUTE, SECOND};
use serde_json::{Value, json};

/// The clock of tests begins on 2026-06-01 at 12:00 UTC.
const ALL: &str = "from=2026-06-01&to=2026-07-01";

async fn report(who: &Client, name: &str, query: &str) -> Value {
    who.get(&format!("/v1/analytics/{name}?{query}")).await.expect(200)
}

/// The row with this key.
fn row<'a>(report: &'a Value, key: &str) -> &'a Value {
    let rows = report["rows"].as_array().unwrap();
    &rows.iter().find(|row| row["key"] == key).unwrap_or_else(|| panic!("no row {key}: {report}"))["values"]
}

/// A message; its number is the sender's own.
async fn say(app: &TestApp, channel: &str, from: &str, number: &str, text: &str) -> Value {
    app.say(channel, from, &format!("{from}-{number}"), text).await
}

fn case_of(said: &Value) -> String {
    said["case"]["id"].as_str().unwrap().to_owned()
}

async fn reply(who: &Client, case: &str, text: &str) {
    let body = json!({ "text": text, "kind": "reply" });
    who.post(&format!("/v1/cases/{case}/messages"), body).await.expect(201);
}

async fn set(who: &Client, case: &str, status: &str) {
    who.patch(&format!("/v1/cases/{case}"), json!({ "status": status })).await.expect(200);
}

/// What must hold both while facts wait and after they were added up.
async fn twice(app: &TestApp, check: impl AsyncFn()) {
    check().await;
    app.service.fold_now().await.unwrap();
    check().await;
}

#[tokio::test]
async fn identification_counts_conversations_by_the_highest_level_on_the_day_they_began() {
    on_both(async |app| {
        let (chat, mail) = (app.custom_channel("Chat").await, app.custom_channel("Letters").await);
        // Ann proves who she is after five minutes, Bob with his first message, Cem never.
        say(&app, &chat, "ann", "1", "Hello").await;
        say(&app, &mail, "cem", "1", "Hello").await;
        app.clock.advance(5 * MINUTE);
        let code = app.code("ann").await;
        say(&app, &chat, "ann", "2", &code).await;
        let code = app.code("bob").await;
        let bob = case_of(&say(&app, &chat, "bob", "1", &code).await);
        // Two days later: Bob writes anew and is known; Ann sends another code, which says nothing new. A colleague says
        // who Cem is: his conversation of the first day is identified, at a lower level.
        set(&app.api(), &bob, "closed").await;
        app.clock.advance(2 * DAY);
        say(&app, &chat, "bob", "2", "Me again").await;
        let code = app.code("ann").await;
        say(&app, &chat, "ann", "3", &code).await;
        let known = app.api().post("/v1/profiles", json!({ "name": "Cem" })).await.expect(201)["id"].clone();
        let path = format!("/v1/profiles/{}/links", known.as_str().unwrap());
        let body = json!({ "channel": mail, "user_id": "cem", "reason": "called by phone" });
        let linked = app.admin().await.post(&path, body).await;
        assert!(linked.status.is_success(), "{}", linked.json());
        let manager = app.person("team_manager").await;
        twice(&app, async || {
            let told = report(&manager, "identification", ALL).await;
            let first = row(&told, "2026-06-01");
            assert_eq!((&first["conversations"], &first["identified"]), (&json!(3), &json!(3)), "{first}");
            assert_eq!(
                (&first["al1"], &first["al3"], &first["known_before"]),
                (&json!(1), &json!(2), &json!(0))
            );
            assert_eq!(first["identification_rate"], json!(1.0));
            // 0 s, 5 min and two days: the middle one is five minutes, exact to 3.2 %.
            let median = first["identify_median"].as_f64().unwrap();
            assert!((median - 300.0).abs() <= 9.6, "{median}");
            let third = row(&told, "2026-06-03");
            assert_eq!((&third["conversations"], &third["known_before"]), (&json!(1), &json!(1)));
            assert_eq!(
                (&third["al3"], &third["identify_median"]),
                (&json!(1), &Value::Null),
                "nobody had to wait"
            );
            let none = row(&told, "2026-06-02");
            assert_eq!((&none["conversations"], &none["identification_rate"]), (&json!(0), &Value::Null));
            assert_eq!(told["rows"].as_array().unwrap().len(), 30);
            assert_eq!(
                (&told["total"]["conversations"], &told["total"]["identified"]),
                (&json!(4), &json!(4))
            );
            let by = report(&manager, "identification", &format!("{ALL}&by=channel")).await;
            assert_eq!((&row(&by, &chat)["conversations"], &row(&by, &mail)["al1"]), (&json!(3), &json!(1)));
            assert_eq!((&by["rows"][0]["name"], &by["rows"][1]["name"]), (&json!("Chat"), &json!("Letters")));
        })
        .await;
        // Cem proves it after all: his conversation goes from one level to the other, on the day it began.
        let code = app.code("cem").await;
        say(&app, &mail, "cem", "2", &code).await;
        twice(&app, async || {
            let told = report(&manager, "identification", ALL).await;
            let first = row(&told, "2026-06-01");
            assert_eq!(
                (&first["identified"], &first["al1"], &first["al3"]),
                (&json!(3), &json!(0), &json!(3))
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn codes_are_counted_with_the_reason_why_they_were_refused() {
    on_both(async |app| {
        let chat = app.custom_channel("Chat").await;
        let used = app.code("ann").await;
        say(&app, &chat, "ann", "1", &used).await;
        say(&app, &chat, "bob", "1", &used).await;
        let late = app.code("cem").await;
        app.clock.advance(6 * MINUTE);
        say(&app, &chat, "cem", "1", &late).await;
        say(&app, &chat, "cem", "1", &late).await;
        let manager = app.person("team_manager").await;
        twice(&app, async || {
            let told = report(&manager, "codes", ALL).await;
            let first = row(&told, "2026-06-01");
            assert_eq!(
                (&first["issued"], &first["sent_in"], &first["accepted"]),
                (&json!(2), &json!(3), &json!(1))
            );
            assert_eq!((&first["refused_used"], &first["refused_expired"]), (&json!(1), &json!(1)));
            assert_eq!(first["acceptance_rate"], json!(0.3333));
            let by = report(&manager, "codes", &format!("{ALL}&by=channel")).await;
            assert_eq!((&row(&by, &chat)["sent_in"], &row(&by, "none")["issued"]), (&json!(3), &json!(2)));
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn replies_and_closings_are_counted_by_channel_group_and_colleague() {
    on_both(async |app| {
        let chat = app.custom_channel("Chat").await;
        let admin = app.admin().await;
        let agent = app.person("agent").await;
        let me = agent.get("/v1/me").await.expect(200)["user"]["id"].as_str().unwrap().to_owned();
        let group =
            app.api().post("/v1/groups", json!({ "name": "Billing", "members": [me] })).await.expect(201);
        let group = group["id"].as_str().unwrap().to_owned();
        let first = case_of(&say(&app, &chat, "ann", "1", "Hello").await);
        let second = case_of(&say(&app, &chat, "bob", "1", "Hello").await);
        let body = json!({ "group": group, "assignee": me });
        admin.patch(&format!("/v1/cases/{first}"), body).await.expect(200);
        app.clock.advance(20 * SECOND);
        // A note and a program's reply are no reply of a colleague.
        agent
            .post(&format!("/v1/cases/{first}/messages"), json!({ "text": "Hm", "kind": "note" }))
            .await
            .expect(201);
        reply(&app.api(), &first, "We have got it.").await;
        app.clock.advance(10 * SECOND);
        reply(&agent, &first, "Good day").await;
        reply(&agent, &first, "Anything else?").await;
        app.clock.advance(10 * MINUTE);
        reply(&admin, &second, "Good day").await;
        set(&agent, &first, "closed").await;
        set(&agent, &first, "open").await;
        app.clock.advance(DAY);
        set(&app.api(), &first, "closed").await;
        set(&app.api(), &second, "pending").await;
        let admin = app.admin().await;
        twice(&app, async || {
            let told = report(&admin, "replies", &format!("{ALL}&by=agent")).await;
            let mine = row(&told, &me);
            assert_eq!((&mine["replies"], &mine["first_replies"]), (&json!(2), &json!(1)));
            assert_eq!(mine["first_reply_median"], json!(30));
            assert_eq!(mine["resolved"], json!(1));
            let took = mine["resolution_median"].as_f64().unwrap();
            assert!((took - 630.0).abs() < 630.0 * 0.032, "the first closing counts: {took}");
            assert_eq!((&told["total"]["replies"], &told["total"]["first_replies"]), (&json!(3), &json!(2)));
            let told = report(&admin, "replies", &format!("{ALL}&by=group")).await;
            assert_eq!(
                (&row(&told, &group)["replies"], &row(&told, "none")["replies"]),
                (&json!(2), &json!(1))
            );
            let told = report(&admin, "cases", ALL).await;
            let (one, two) = (row(&told, "2026-06-01"), row(&told, "2026-06-02"));
            assert_eq!((&one["opened"], &one["closed"], &one["reopened"]), (&json!(2), &json!(1), &json!(1)));
            assert_eq!((&two["opened"], &two["closed"]), (&json!(0), &json!(1)));
            assert_eq!(
                told["now"][0],
                json!({ "key": "pending", "channel": chat, "channel_name": "Chat", "count": 1 })
            );
            assert_eq!(told["now"].as_array().unwrap().len(), 1);
            let told = report(&admin, "cases", &format!("{ALL}&by=week")).await;
            assert_eq!(row(&told, "2026-06-01")["closed"], json!(2));
            assert_eq!(told["rows"].as_array().unwrap().len(), 5);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn rules_reveals_and_merges_are_counted() {
    on_both(async |app| {
        let chat = app.custom_channel("Chat").await;
        let rule = json!({ "name": "Greet", "trigger": "new_case",
            "actions": [{ "kind": "send_message", "texts": ["Hello, what can we do for you?"] }] });
        app.api().post("/v1/rules", rule).await.expect(201);
        let alone = case_of(&say(&app, &chat, "ann", "1", "Hello").await);
        let both = case_of(&say(&app, &chat, "bob", "1", "Hello").await);
        let admin = app.admin().await;
        reply(&admin, &both, "Good day").await;
        set(&admin, &alone, "closed").await;
        set(&admin, &both, "closed").await;
        let limits = json!({ "admin": 30, "team_manager": 30, "agent": 1 });
        let now = admin.get("/v1/masking").await.expect(200);
        // The agent sees addresses masked and may look at one an hour.
        let mut roles = now["roles"].clone();
        roles["agent"]["email"] = json!(true);
        admin.put("/v1/masking", json!({ "roles": roles, "reveals_per_hour": limits })).await.expect(200);
        let one = json!({ "name": "Ann", "email": "ann@letters.example" });
        let one = app.api().post("/v1/profiles", one).await.expect(201)["id"].clone();
        let other = app.api().post("/v1/profiles", json!({ "name": "Anna" })).await.expect(201)["id"].clone();
        let agent = app.person("agent").await;
        let look = json!({ "of": one, "field": "email", "reason": "They ask for a call back" });
        agent.post("/v1/reveals", look.clone()).await.expect(200);
        assert_eq!(agent.post("/v1/reveals", look).await.problem(429), "too-many-attempts");
        let into = format!("/v1/profiles/{}/merge", one.as_str().unwrap());
        let merged = admin.post(&into, json!({ "from": other, "reason": "one person" })).await.expect(201);
        admin
            .post(&format!("/v1/merges/{}/undo", merged["id"].as_str().unwrap()), json!({}))
            .await
            .expect(200);
        twice(&app, async || {
            let told = report(&admin, "rules", ALL).await;
            let total = &told["total"];
            assert_eq!(
                (&total["fired"], &total["closed"], &total["rules_alone"]),
                (&json!(2), &json!(2), &json!(1))
            );
            assert_eq!(total["rules_alone_rate"], json!(0.5));
            let told = report(&admin, "masking", &format!("{ALL}&by=agent")).await;
            let total = &told["total"];
            assert_eq!(
                (&total["revealed"], &total["by_agent"], &total["of_email"]),
                (&json!(1), &json!(1), &json!(1))
            );
            assert_eq!((&total["of_other"], &total["refused"]), (&json!(0), &json!(1)));
            assert_eq!(told["rows"][0]["name"], "A agent");
            let told = report(&admin, "merges", ALL).await;
            let total = &told["total"];
            assert_eq!(
                (&total["by_hand"], &total["automatic"], &total["undone"]),
                (&json!(1), &json!(0), &json!(1))
            );
            assert_eq!(told["now"][0]["key"], "suggestions");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn days_begin_where_the_workspace_is_also_when_clocks_change() {
    on_both(async |app| {
        let zone = json!({ "time_zone": "Europe/Berlin" });
        app.admin().await.patch("/v1/workspace", zone).await.expect(200);
        let chat = app.custom_channel("Chat").await;
        // To 2026-10-24 21:59 UTC, one minute before the 25th in Berlin, which has 25 hours.
        app.clock.advance(145 * DAY + 9 * HOUR + 59 * MINUTE);
        for (id, wait) in [("a", 2 * MINUTE), ("b", 24 * HOUR + 56 * MINUTE), ("c", 5 * MINUTE), ("d", 0)] {
            say(&app, &chat, id, "1", "Hello").await;
            app.clock.advance(wait);
        }
        let admin = app.admin().await;
        let told = report(&admin, "cases", "from=2026-10-24&to=2026-10-27").await;
        let opened = |day: &str| row(&told, day)["opened"].as_i64().unwrap();
        // b at 00:01, c at 23:57 after the hour that comes twice, d at 00:02 of the next day.
        assert_eq!((opened("2026-10-24"), opened("2026-10-25"), opened("2026-10-26")), (1, 2, 1), "{told}");
        assert_eq!(told["period"]["time_zone"], "Europe/Berlin");
    })
    .await;
}

#[tokio::test]
async fn who_may_and_what_is_refused() {
    on_both(async |app| {
        let agent = app.person("agent").await;
        let manager = app.person("team_manager").await;
        for path in ["overview", "identification", "replies?by=agent"] {
            assert_eq!(agent.get(&format!("/v1/analytics/{path}")).await.problem(403), "forbidden");
            manager.get(&format!("/v1/analytics/{path}")).await.expect(200);
        }
        let error = async |query: &str| {
            let answer = manager.get(&format!("/v1/analytics/{query}")).await.expect(400);
            (answer["errors"][0]["pointer"].clone(), answer["errors"][0]["code"].as_str().unwrap().to_owned())
        };
        assert_eq!(error("codes?by=agent").await.1, "unknown-by");
        assert_eq!(error("codes?by=customer").await.1, "unknown-by");
        assert_eq!(error("codes?format=xml").await.1, "unknown-format");
        assert_eq!(error("codes?from=2026-06-02&to=2026-06-02").await.1, "invalid-range");
        assert_eq!(error("codes?from=2026-06-03&to=2026-06-02").await.1, "invalid-range");
        assert_eq!(error("codes?from=2025-01-01&to=2026-06-02").await.1, "invalid-range");
        assert_eq!(error("overview?from=yesterday").await.1, "invalid-date");
        assert_eq!(error("codes?profile=pro_1").await.1, "unknown-query-key");
        assert_eq!(manager.get("/v1/analytics/customers").await.problem(404), "not-found");
        manager.get("/v1/analytics/codes?from=2025-05-01&to=2026-06-05").await.expect(200);
        let elsewhere = manager.clone().header("sec-fetch-site", "cross-site");
        assert_eq!(elsewhere.get("/v1/analytics/codes?format=csv").await.problem(403), "cross-origin");
    })
    .await;
}

#[tokio::test]
async fn m_7_a_report_is_a_file_in_which_no_name_is_a_formula() {
    on_both(async |app| {
        let chat = app.custom_channel("=HYPERLINK(\"https://x.test\")").await;
        say(&app, &chat, "ann", "1", "Hello").await;
        let answer = app.admin().await.get(&format!("/v1/analytics/cases?{ALL}&by=channel&format=csv")).await;
        assert_eq!(answer.status.as_u16(), 200);
        assert_eq!(
            answer.headers["content-disposition"],
            "attachment; filename=\"cases-by-channel-2026-06-01-to-2026-07-01.csv\""
        );
        let text = String::from_utf8(answer.body).unwrap();
        assert_eq!(
            text,
            format!(
                "\u{feff}channel,name,opened,closed,reopened\r\n\
                 {chat},\"'=HYPERLINK(\"\"https://x.test\"\")\",1,0,0\r\ntotal,,1,0,0\r\n"
            )
        );
    })
    .await;
}

#[tokio::test]
async fn the_overview_compares_with_as_many_days_before() {
    on_both(async |app| {
        let chat = app.custom_channel("Chat").await;
        say(&app, &chat, "ann", "1", "Hello").await;
        app.clock.advance(7 * DAY);
        for id in ["bob", "cem"] {
            let code = app.code(id).await;
            say(&app, &chat, id, "1", &code).await;
        }
        let admin = app.admin().await;
        twice(&app, async || {
            let told = report(&admin, "overview", "from=2026-06-08&to=2026-06-15").await;
            let figure = |key: &str| {
                let all = told["figures"].as_array().unwrap();
                let found = all.iter().find(|figure| figure["key"] == key).unwrap();
                (found["value"].clone(), found["before"].clone())
            };
            assert_eq!(figure("conversations"), (json!(2), json!(1)));
            assert_eq!(figure("identification_rate"), (json!(1.0), json!(0.0)));
            assert_eq!(figure("acceptance_rate"), (json!(1.0), Value::Null));
            assert_eq!(told["days"].as_array().unwrap().len(), 7);
            assert_eq!(told["days"][0]["values"]["identified"], json!(2));
            assert_eq!(told["now"][0]["count"], json!(3));
        })
        .await;
        // The tables came at the beginning of 2026: what was before that is nothing to compare with.
        let told = report(&admin, "overview", "from=2026-01-01&to=2026-06-15").await;
        assert_eq!(told["figures"][0]["before"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn x_10_numbers_survive_who_is_erased_and_name_nobody() {
    both(async |db| {
        let raw = (*db).clone();
        let app = TestApp::on(db).await;
        let chat = app.custom_channel("Chat").await;
        let code = app.code("ann").await;
        let said = say(&app, &chat, "ann", "1", &code).await;
        let profile = said["case"]["identity"]["profile"]["id"].as_str().unwrap().to_owned();
        let admin = app.admin().await;
        let before = report(&admin, "identification", ALL).await["total"].clone();
        admin.delete(&format!("/v1/profiles/{profile}")).await.expect(204);
        twice(&app, async || {
            assert_eq!(report(&admin, "identification", ALL).await["total"], before);
        })
        .await;
        let items = column(&raw, "SELECT DISTINCT item FROM metric_day").await;
        assert_eq!(items.len(), 2, "nothing and the channel: {items:?}");
    })
    .await;
}

async fn column(db: &Db, sql: &'static str) -> Vec<[u8; 16]> {
    let read = async move |tx: &mut Tx<'_>| -> Result<Vec<[u8; 16]>, StoreError> {
        tx.fetch_all(sql, args![], |row| Ok(row.uuid(0)?.into_bytes())).await
    };
    db.read(read).await.unwrap()
}

/// What the tables of conversations themselves say, slowly: by day of the beginning, of the first reply, of closings.
async fn recount(db: &Db) -> BTreeMap<(String, &'static str), i64> {
    let read = async |tx: &mut Tx<'_>| -> Result<Vec<(i64, i64, &'static str)>, StoreError> {
        let mut all = Vec::new();
        for (what, sql) in [
            ("opened", "SELECT created_at, 1 FROM support_case"),
            ("identified", "SELECT created_at, 1 FROM support_case WHERE EXISTS (
                SELECT 1 FROM message WHERE message.case_id = support_case.id AND direction = 'inbound' AND assurance > 0)"),
            ("replies", "SELECT received_at, 1 FROM message WHERE author_kind = 'user' AND kind = 'reply'"),
            ("first_replies", "SELECT MIN(received_at), 1 FROM message WHERE author_kind = 'user' AND kind = 'reply'
                GROUP BY case_id"),
            ("accepted", "SELECT received_at, 1 FROM message WHERE outcome = 'valid'"),
            ("refused_used", "SELECT received_at, 1 FROM message WHERE outcome = 'invalid:used'"),
            ("issued", "SELECT issued_at, 1 FROM identification_code"),
        ] {
            all.extend(tx.fetch_all(sql, args![], |row| Ok((row.i64(0)?, 1, what))).await?);
        }
        Ok(all)
    };
    let mut counted = BTreeMap::new();
    for (at, amount, what) in db.read(read).await.unwrap() {
        let day = countersign_types::Timestamp::from_micros(at).to_string()[..10].to_owned();
        *counted.entry((day, what)).or_insert(0) += amount;
    }
    counted
}

#[tokio::test]
async fn reports_say_what_a_slow_recount_of_the_tables_says() {
    both(async |db| {
        let raw = (*db).clone();
        let app = TestApp::on(db).await;
        let channels = [app.custom_channel("One").await, app.custom_channel("Two").await];
        let (api, mut admin) = (app.api(), app.admin().await);
        let mut seed: u64 = 20_260_601;
        let mut next = |n: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % n
        };
        let mut codes: Vec<String> = Vec::new();
        let mut cases: Vec<String> = Vec::new();
        for n in 0..120_u64 {
            let (channel, from) = (&channels[next(2) as usize], format!("u{}", next(6)));
            match next(8) {
                0 | 1 => cases.push(case_of(&say(&app, channel, &from, &format!("m{n}"), "Hello").await)),
                2 => codes.push(app.code(&format!("c{}", next(40))).await),
                3 | 4 if !codes.is_empty() => {
                    let code = codes[next(codes.len() as u64) as usize].clone();
                    cases.push(case_of(&say(&app, channel, &from, &format!("m{n}"), &code).await));
                }
                5 if !cases.is_empty() => {
                    reply(&admin, &cases[next(cases.len() as u64) as usize].clone(), "Good day").await;
                }
                6 if !cases.is_empty() => {
                    set(&api, &cases[next(cases.len() as u64) as usize].clone(), "closed").await;
                }
                7 => {
                    app.clock.advance((next(20) * HOUR as u64) as i64);
                    // Sessions do not last that long.
                    admin = app.admin().await;
                }
                _ => app.clock.advance(MINUTE),
            }
            if next(20) == 0 {
                app.service.fold_now().await.unwrap();
            }
        }
        admin = app.admin().await;
        let wanted = recount(&raw).await;
        let mut found = BTreeMap::new();
        let days = "from=2026-06-01&to=2026-09-01";
        for (name, keys) in [
            ("cases", &["opened"][..]),
            ("identification", &["identified"]),
            ("replies", &["replies", "first_replies"]),
            ("codes", &["accepted", "refused_used", "issued"]),
        ] {
            for row in report(&admin, name, days).await["rows"].as_array().unwrap() {
                for key in keys {
                    let count = row["values"][key].as_i64().unwrap();
                    if count > 0 {
                        found.insert((row["key"].as_str().unwrap().to_owned(), *key), count);
                    }
                }
            }
        }
        assert!(wanted.len() > 10, "{wanted:?}");
        assert_eq!(found, wanted);
    })
    .await;
}

#[tokio::test]
async fn two_servers_on_one_database_tell_the_same() {
    let db = TestDb::postgres().await;
    let other = db.another_server().await;
    let app = TestApp::on(db).await;
    let elsewhere = app.another_server(other).await;
    let chat = app.custom_channel("Chat").await;
    for n in 0..10 {
        let server = if n % 2 == 0 { &app } else { &elsewhere };
        say(server, &chat, &format!("u{n}"), "1", "Hello").await;
    }
    elsewhere.service.fold_now().await.unwrap();
    say(&app, &chat, "last", "1", "Hello").await;
    for server in [&app, &elsewhere] {
        let told = report(&server.api(), "cases", ALL).await;
        assert_eq!(told["total"]["opened"], json!(11));
    }
}
