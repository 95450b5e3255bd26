//! Coming in: set-up, log-in, sessions, people.

use countersign_http::{Options, app};
use countersign_service::config::Config;
use countersign_service::port::SystemEntropy;
use countersign_service::{Parts, Service};
use countersign_store::Vault;
use countersign_store::testing::{TestDb, both};
use countersign_testkit::{Client, ManualClock, RecordingOutbound, TestApp, on_both};
use countersign_types::time::{DAY, HOUR, MINUTE, SECOND};
use serde_json::{Value, json};

const PASSWORD: &str = "vexing quilt gizmo 94";

async fn log_in(app: &TestApp, email: &str, password: &str) -> countersign_testkit::Answer {
    app.anonymous().post("/v1/auth/login", json!({ "email": email, "password": password })).await
}

async fn invited(app: &TestApp, role: &str, email: &str) -> (String, String) {
    let body = json!({ "email": email, "name": "Somebody", "role": role });
    let made = app.admin().await.post("/v1/users", body).await.expect(201);
    let token = made["invitation_url"].as_str().unwrap().split("token=").nth(1).unwrap().to_owned();
    (made["user"]["id"].as_str().unwrap().to_owned(), token)
}

fn client_of(app: &TestApp, answer: &countersign_testkit::Answer) -> Client {
    let csrf = answer.json()["csrf_token"].as_str().unwrap().to_owned();
    Client::new(app.router.clone()).session(&answer.cookie().unwrap(), &csrf)
}

#[tokio::test]
async fn x_1_the_set_up_link_works_once_and_there_is_no_default_account() {
    both(async |db: TestDb| {
        let parts = Parts {
            db: (*db).clone(),
            vault: Vault::new(&[7; 32]),
            clock: std::sync::Arc::new(ManualClock::default()),
            entropy: std::sync::Arc::new(SystemEntropy),
            outbound: std::sync::Arc::new(RecordingOutbound::default()),
            connectors: countersign_service::port::Connectors::new(),
            countries: None,
            speech: None,
            config: Config { public_url: countersign_testkit::ORIGIN.to_owned(), ..Config::default() },
        };
        let service = Service::start(parts).await.unwrap();
        let client = Client::new(app(service.clone(), Options::default()));
        assert_eq!(client.get("/v1/setup").await.expect(200)["state"], "needed");
        let (one, two) =
            (service.setup_link_token().await.unwrap().unwrap(), service.setup_link_token().await.unwrap().unwrap());
        let body = |token: &str, password: &str| {
            json!({ "token": token, "workspace_name": "Nordbank", "name": "Ann", "email": "Ann@Bank.example", "password": password })
        };
        assert_eq!(client.post("/v1/setup", body("x", PASSWORD)).await.problem(403), "bad-setup-link");
        for weak in ["short", "nordbank2026ann!", "passwordpassword1"] {
            assert_eq!(client.post("/v1/setup", body(&one, weak)).await.problem(400), "invalid-request", "{weak}");
        }
        let made = client.post("/v1/setup", body(&one, PASSWORD)).await;
        let view = made.expect(201);
        assert_eq!((view["user"]["role"].as_str(), view["user"]["email"].as_str()), (Some("admin"), Some("ann@bank.example")));
        assert!(made.cookie().is_some());
        assert_eq!(client.get("/v1/setup").await.expect(200)["state"], "done");
        assert_eq!(client.post("/v1/setup", body(&two, PASSWORD)).await.problem(409), "already-set-up");
        assert_eq!(service.setup_link_token().await.unwrap(), None);
        assert!(service.setup_without_person("b@bank.example", None).await.is_err());
        let me = client.session(&made.cookie().unwrap(), view["csrf_token"].as_str().unwrap());
        assert_eq!(me.get("/v1/me").await.expect(200)["workspace"]["name"], "Nordbank");
    })
    .await;
}

#[tokio::test]
async fn x_1_every_failed_log_in_answers_alike() {
    on_both(async |app| {
        let (disabled, token) = invited(&app, "agent", "off@example.test").await;
        let accept = json!({ "token": token, "password": PASSWORD });
        app.anonymous().post("/v1/invitations/accept", accept).await.expect(200);
        app.admin()
            .await
            .patch(&format!("/v1/users/{disabled}"), json!({ "state": "disabled" }))
            .await
            .expect(200);
        invited(&app, "agent", "invited@example.test").await;
        let mut bodies = Vec::new();
        for (email, password) in [
            ("nobody@example.test", PASSWORD),
            ("off@example.test", PASSWORD),
            ("invited@example.test", PASSWORD),
            (app.admin_email.as_str(), "wrong"),
            ("", ""),
        ] {
            let answer = log_in(&app, email, password).await;
            assert_eq!(answer.problem(401), "bad-credentials", "{email}");
            assert!(answer.cookie().is_none());
            let mut body = answer.json();
            body["request_id"] = Value::Null;
            bodies.push(body);
        }
        assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
        let admin = app.admin().await;
        let log = admin.get("/v1/audit?action=auth.login").await.expect(200);
        let refused =
            log["data"].as_array().unwrap().iter().filter(|row| row["outcome"] == "bad-credentials");
        assert_eq!(refused.count(), 5);
    })
    .await;
}

#[tokio::test]
async fn x_1_an_unknown_address_takes_as_long_as_a_known_one() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let mut took = [Vec::new(), Vec::new()];
    for n in 0..6 {
        for (slot, email) in took.iter_mut().zip([app.admin_email.clone(), format!("nobody{n}@example.test")])
        {
            let begun = std::time::Instant::now();
            log_in(&app, &email, "wrong").await.problem(if n < 5 || email != app.admin_email {
                401
            } else {
                429
            });
            if n < 5 {
                slot.push(begun.elapsed());
            }
        }
    }
    // The quickest of each: what else runs on the machine makes a try slower, never quicker. Without the work for
    // nobody, an unknown address would be answered a hundred times as fast.
    let [known, unknown] = took.map(|times| times.into_iter().min().unwrap().as_secs_f64());
    assert!((0.2..5.0).contains(&(known / unknown)), "{known} {unknown}");
}

#[tokio::test]
async fn x_1_ft23_five_misses_lock_and_a_restart_does_not_unlock() {
    both(async |db: TestDb| {
        let raw = (*db).clone();
        let app = TestApp::on(db).await;
        for _ in 0..5 {
            log_in(&app, &app.admin_email, "wrong").await.problem(401);
        }
        let answer = log_in(&app, &app.admin_email, &app.admin_password).await;
        assert_eq!(answer.problem(429), "too-many-attempts");
        assert!(answer.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 200);
        let restarted = app.another_server(raw).await;
        assert_eq!(
            log_in(&restarted, &app.admin_email, &app.admin_password).await.problem(429),
            "too-many-attempts"
        );
        // Somebody else comes in from the same place.
        assert_eq!(log_in(&app, "nobody@example.test", "wrong").await.problem(401), "bad-credentials");
        app.clock.advance(6 * MINUTE);
        log_in(&restarted, &app.admin_email, &app.admin_password).await.expect(200);
        for _ in 0..4 {
            log_in(&app, &app.admin_email, "wrong").await.problem(401);
        }
        log_in(&app, &app.admin_email, &app.admin_password).await.expect(200);
        for _ in 0..4 {
            log_in(&app, &app.admin_email, "wrong").await.problem(401);
        }
    })
    .await;
}

#[tokio::test]
async fn x_1_attempts_at_once_are_all_counted() {
    on_both(async |app| {
        let tries = (0..20).map(|_| {
            let app = app.clone();
            tokio::spawn(async move { log_in(&app, &app.admin_email, "wrong").await.status.as_u16() })
        });
        let mut looked_at = 0;
        for attempt in tries.collect::<Vec<_>>() {
            looked_at += usize::from(attempt.await.unwrap() == 401);
        }
        assert_eq!(looked_at, 5, "the others were refused before their password was looked at");
    })
    .await;
}

#[tokio::test]
async fn x_2_the_cookie_is_host_only_and_a_log_in_ends_the_session_before() {
    on_both(async |app| {
        let first = log_in(&app, &app.admin_email, &app.admin_password).await;
        first.expect(200);
        let cookie = first.headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.starts_with("__Host-countersign="), "{cookie}");
        for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(cookie.contains(part), "{part}");
        }
        assert!(!cookie.contains("Domain"));
        let old = client_of(&app, &first);
        let body = json!({ "email": app.admin_email, "password": app.admin_password });
        let again = old.post("/v1/auth/login", body).await;
        assert_ne!(again.cookie(), first.cookie());
        assert_eq!(old.get("/v1/me").await.problem(401), "session-ended");
        let new = client_of(&app, &again);
        new.get("/v1/me").await.expect(200);
        let out = new.post("/v1/auth/logout", json!({})).await;
        out.expect(204);
        assert!(out.headers["clear-site-data"].to_str().unwrap().contains("cookies"));
        assert_eq!(new.get("/v1/me").await.problem(401), "session-ended");
        assert_eq!(app.anonymous().get("/v1/me").await.problem(401), "not-logged-in");
    })
    .await;
}

/// Asks for something until it is noted that the session was used, later than it was noted before.
async fn is_noted(client: &Client, noted: &mut String) {
    for _ in 0..1_000 {
        let list = client.get("/v1/me/sessions").await.expect(200);
        let mut sessions = list["data"].as_array().unwrap().iter();
        let current = sessions.find(|s| s["current"] == true).unwrap();
        let seen = current["last_seen_at"].as_str().unwrap();
        if seen != noted {
            seen.clone_into(noted);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it was never noted that the session is used");
}

#[tokio::test]
async fn x_2_sessions_end_when_idle_and_at_their_longest() {
    on_both(async |app| {
        let admin = app.admin().await;
        let mut noted = String::new();
        is_noted(&admin, &mut noted).await;
        for _ in 0..2 {
            app.clock.advance(14 * MINUTE);
            is_noted(&admin, &mut noted).await;
        }
        app.clock.advance(15 * MINUTE);
        assert_eq!(admin.get("/v1/me").await.problem(401), "session-ended", "idle");
        let agent = app.person("agent").await;
        let mut noted = String::new();
        is_noted(&agent, &mut noted).await;
        for _ in 0..28 {
            app.clock.advance(25 * MINUTE);
            is_noted(&agent, &mut noted).await;
        }
        app.clock.advance(21 * MINUTE);
        assert_eq!(agent.get("/v1/me").await.problem(401), "session-ended", "twelve hours");
    })
    .await;
}

#[tokio::test]
async fn x_2_own_sessions_are_listed_and_ended_and_a_new_password_ends_the_others() {
    on_both(async |app| {
        let one = app.admin().await;
        let two = app.admin().await;
        let list = one.get("/v1/me/sessions").await.expect(200);
        let list = list["data"].as_array().unwrap().clone();
        assert_eq!(list.len(), 2);
        assert_eq!(list.iter().filter(|s| s["current"] == true).count(), 1);
        let other = list.iter().find(|s| s["current"] == false).unwrap()["id"].as_str().unwrap().to_owned();
        one.delete(&format!("/v1/me/sessions/{other}")).await.expect(204);
        assert_eq!(two.get("/v1/me").await.problem(401), "session-ended");
        assert_eq!(one.delete(&format!("/v1/me/sessions/{other}")).await.problem(404), "not-found");

        let three = app.admin().await;
        let agent = app.person("agent").await;
        let mine =
            three.get("/v1/me/sessions").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(agent.delete(&format!("/v1/me/sessions/{mine}")).await.problem(404), "not-found");

        let body = |current: &str, new: &str| json!({ "current_password": current, "new_password": new });
        let wrong = one.post("/v1/me/password", body("wrong", PASSWORD)).await;
        assert_eq!(wrong.expect(400)["errors"][0]["code"], "wrong-password");
        let weak = one.post("/v1/me/password", body(&app.admin_password, "adminadminadmin")).await;
        assert_eq!(weak.expect(400)["errors"][0]["pointer"], "/new_password");
        one.post("/v1/me/password", body(&app.admin_password, PASSWORD)).await.expect(204);
        one.get("/v1/me").await.expect(200);
        assert_eq!(three.get("/v1/me").await.problem(401), "session-ended");
        log_in(&app, &app.admin_email, &app.admin_password).await.problem(401);
        log_in(&app, &app.admin_email, PASSWORD).await.expect(200);
        assert_eq!(app.api().get("/v1/me").await.problem(403), "people-only");
    })
    .await;
}

#[tokio::test]
async fn x_3_a_mutation_by_cookie_needs_the_token_and_the_same_origin() {
    on_both(async |app| {
        let admin = app.admin().await;
        let body = json!({ "theme": "dark" });
        admin.patch("/v1/me", body.clone()).await.expect(200);
        let without = admin.clone().header("x-csrf-token", "");
        assert_eq!(without.patch("/v1/me", body.clone()).await.problem(403), "csrf-token");
        let agent_token = app.person("agent").await.get("/v1/me").await.expect(200)["csrf_token"].clone();
        let foreign = admin.clone().header("x-csrf-token", agent_token.as_str().unwrap());
        assert_eq!(foreign.patch("/v1/me", body.clone()).await.problem(403), "csrf-token");
        let elsewhere = admin.clone().header("origin", "https://evil.example");
        assert_eq!(elsewhere.patch("/v1/me", body.clone()).await.problem(403), "cross-origin");
        let cross = admin.clone().header("sec-fetch-site", "cross-site");
        assert_eq!(cross.patch("/v1/me", body).await.problem(403), "cross-origin");
        let login = json!({ "email": app.admin_email, "password": app.admin_password });
        let stranger = app.anonymous().header("origin", "https://evil.example");
        assert_eq!(stranger.post("/v1/auth/login", login).await.problem(403), "cross-origin");
    })
    .await;
}

#[tokio::test]
async fn x_1_an_invitation_works_once_and_for_seven_days() {
    on_both(async |app| {
        let (id, first) = invited(&app, "agent", "Bo@Example.test").await;
        let admin = app.admin().await;
        let again = json!({ "email": "bo@example.test", "name": "B", "role": "agent" });
        assert_eq!(admin.post("/v1/users", again).await.problem(409), "email-taken");
        let renewed = admin.post(&format!("/v1/users/{id}/invitation"), json!({})).await.expect(200);
        let token = renewed["invitation_url"].as_str().unwrap().split("token=").nth(1).unwrap().to_owned();
        let accept = |token: &str| json!({ "token": token, "name": "Bo", "password": PASSWORD });
        let client = app.anonymous();
        assert_eq!(
            client.post("/v1/invitations/accept", accept(&first)).await.problem(403),
            "bad-invitation"
        );
        app.clock.advance(7 * DAY - MINUTE);
        let came = client.post("/v1/invitations/accept", accept(&token)).await;
        assert_eq!(came.expect(200)["user"]["state"], "active");
        assert_eq!(came.json()["user"]["name"], "Bo");
        assert_eq!(
            client.post("/v1/invitations/accept", accept(&token)).await.problem(403),
            "bad-invitation"
        );
        let (_, late) = invited(&app, "agent", "late@example.test").await;
        app.clock.advance(7 * DAY + SECOND);
        assert_eq!(client.post("/v1/invitations/accept", accept(&late)).await.problem(403), "bad-invitation");
    })
    .await;
}

#[tokio::test]
async fn x_1_an_invitation_says_whose_it_is_and_where_to_and_stays_good() {
    on_both(async |app| {
        let (_, token) = invited(&app, "agent", "bo@example.test").await;
        let client = app.anonymous();
        let look = |token: &str| json!({ "token": token });
        for _ in 0..2 {
            let seen = client.post("/v1/invitations/look", look(&token)).await.expect(200);
            assert_eq!(seen["email"], "bo@example.test");
            assert_eq!(seen["workspace"], app.api().get("/v1/workspace").await.expect(200)["name"]);
            assert_eq!(seen["is_known"], false);
        }
        assert_eq!(client.post("/v1/invitations/look", look("guessed")).await.problem(403), "bad-invitation");
        let accept = json!({ "token": token, "name": "Bo", "password": PASSWORD });
        client.post("/v1/invitations/accept", accept).await.expect(200);
        assert_eq!(client.post("/v1/invitations/look", look(&token)).await.problem(403), "bad-invitation");
        for _ in 0..40 {
            client.post("/v1/invitations/look", look("guessed")).await;
        }
        let refused = client.post("/v1/invitations/look", look("guessed")).await;
        assert_eq!(refused.status, 429, "an address does not look for links for ever");
    })
    .await;
}

#[tokio::test]
async fn the_last_active_administrator_stays_one_and_nobody_changes_their_own_role() {
    on_both(async |app| {
        let admin = app.admin().await;
        let me = admin.get("/v1/me").await.expect(200)["user"]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/users/{me}");
        assert_eq!(admin.patch(&path, json!({ "role": "agent" })).await.problem(409), "own-role");
        assert_eq!(admin.patch(&path, json!({ "state": "disabled" })).await.problem(409), "own-role");
        admin.patch(&path, json!({ "name": "New name" })).await.expect(200);
        for change in [json!({ "role": "agent" }), json!({ "state": "disabled" })] {
            assert_eq!(app.api().patch(&path, change).await.problem(409), "last-admin");
        }
        let (other, token) = invited(&app, "admin", "second@example.test").await;
        app.api().patch(&path, json!({ "role": "agent" })).await.problem(409);
        app.anonymous()
            .post("/v1/invitations/accept", json!({ "token": token, "password": PASSWORD }))
            .await
            .expect(200);
        // Two active administrators: both are demoted at once, one succeeds.
        let demote = |id: String| {
            let api = app.api();
            async move { api.patch(&format!("/v1/users/{id}"), json!({ "role": "agent" })).await.status.as_u16() }
        };
        let (a, b) = tokio::join!(tokio::spawn(demote(me)), tokio::spawn(demote(other)));
        let mut answers = [a.unwrap(), b.unwrap()];
        answers.sort_unstable();
        assert_eq!(answers, [200, 409]);
    })
    .await;
}

#[tokio::test]
async fn x_2_a_disabled_persons_sessions_end_at_once() {
    both(async |db: TestDb| {
        let raw = (*db).clone();
        let app = TestApp::on(db).await;
        let agent = app.person("agent").await;
        let other_server = app.another_server(raw).await;
        let id = agent.get("/v1/me").await.expect(200)["user"]["id"].as_str().unwrap().to_owned();
        let admin = app.admin().await;
        assert_eq!(agent.get("/v1/system").await.problem(403), "forbidden");
        admin.patch(&format!("/v1/users/{id}"), json!({ "role": "team_manager" })).await.expect(200);
        agent.get("/v1/system").await.expect(200);
        let disabled =
            admin.patch(&format!("/v1/users/{id}"), json!({ "state": "disabled" })).await.expect(200);
        assert_eq!(disabled["state"], "disabled");
        assert_eq!(agent.get("/v1/me").await.problem(401), "session-ended");
        let _ = other_server;
        admin.patch(&format!("/v1/users/{id}"), json!({ "state": "active" })).await.expect(200);
        assert_eq!(agent.get("/v1/me").await.problem(401), "session-ended", "it does not come back");
    })
    .await;
}

#[tokio::test]
async fn people_are_listed_page_by_page() {
    on_both(async |app| {
        for n in 0..3 {
            invited(&app, "agent", &format!("p{n}@example.test")).await;
            app.clock.advance(HOUR / 100);
        }
        let admin = app.admin().await;
        let first = admin.get("/v1/users?limit=3").await.expect(200);
        assert_eq!(first["data"].as_array().unwrap().len(), 3);
        let cursor = first["next_cursor"].as_str().unwrap();
        let rest = admin.get(&format!("/v1/users?limit=3&cursor={cursor}")).await.expect(200);
        assert_eq!(rest["data"].as_array().unwrap().len(), 1);
        assert_eq!(rest["next_cursor"], Value::Null);
        assert_eq!(admin.get(&format!("/v1/api-keys?cursor={cursor}")).await.problem(400), "invalid-request");
    })
    .await;
}
