//! Guided verification: what must never be said or get through (V-1 … V-8), and the bad input of the issue.

use countersign_store::Tx;
use countersign_store::testing::both;
use countersign_types::ProfileId;
use countersign_types::time::{DAY, MINUTE};
use serde_json::{Value, json};

use super::engagement::{
    ANN, PAYMENT, ROB, Talk, World, fail, mandate_id, person, policy, publish, topic_id,
};

#[tokio::test]
async fn v_1_no_stored_answer_reaches_the_agent_whoever_they_are() {
    both(async |db| {
        let world = World::new(db).await;
        // Even whoever sees everything unmasked elsewhere.
        let admin = world.app.admin().await;
        let mut talk = world.open_as(&admin, json!({ "channel": "in_person", "type": "inbound" })).await;
        let mut all = String::new();
        talk.begin("self").await;
        let body = json!({ "search": 0, "query": "Müller" });
        let found = talk.try_step("search", body).await;
        all += &found.json().to_string();
        assert_eq!(
            found.json()["results"][0]["fields"],
            json!({ "birth_date": "•••", "name": "•••", "town": "Berlin" }),
            "what is asked is not shown"
        );
        talk.now = found.expect(200)["engagement"].clone();
        talk.step("select", json!({ "profile_id": world.ann })).await;
        all += &talk.now.to_string();
        talk.answer(&ROB).await;
        all += &talk.now.to_string();
        let wrong = json!({ "answers": [{ "field": "birth_date", "said": "3.5.90" }] });
        let unreadable = talk.try_step("answers", wrong).await;
        all += &unreadable.json().to_string();
        assert_eq!(unreadable.json()["errors"][0]["code"], "two-digit-year");
        all += &talk.record(&admin).await.to_string();
        let html = admin.get(&format!("/v1/engagements/{}/record.html", talk.id())).await;
        all += &html.expect_text(200);
        let list = admin.get("/v1/engagements").await.expect(200);
        all += &list.to_string();
        for stored in ["Müller", "1990", "901820", "10115"] {
            assert!(!all.contains(stored), "{stored}: {all}");
        }
        talk.step("finish", json!({})).await;
        assert!(!talk.now.to_string().contains("Müller"), "nor after it failed");
    })
    .await;
}

#[tokio::test]
async fn v_2_three_failed_sessions_lock_over_agents_and_servers_and_another_person_allows_one_more() {
    both(async |db| {
        let world = World::new(db).await;
        let other = world.app.another("agent", "second").await;
        let manager = world.app.person("team_manager").await;
        let second = world.app.another_server(world.db.clone()).await;
        fail(&world, &world.agent).await;
        fail(&world, &other).await;
        fail(&world, &manager).await;
        let mut talk =
            world.open_as(&second.admin().await, json!({ "channel": "chat", "type": "inbound" })).await;
        talk.begin("self").await.search("Müller").await;
        let locked = talk.try_step("select", json!({ "profile_id": world.ann })).await;
        assert_eq!(locked.problem(409), "customer-locked");
        // Somebody else of the same name is not concerned.
        talk.step("select", json!({ "profile_id": world.twin })).await;
        let list = manager.get("/v1/verification-locks").await.expect(200);
        assert_eq!(
            (
                &list["data"][0]["profile"]["id"],
                &list["data"][0]["may_override"],
                &list["data"][0]["failures"]
            ),
            (&json!(world.ann), &json!(false), &json!(3))
        );
        let path = format!("/v1/verification-locks/{}/override", world.ann);
        let reason = json!({ "reason": "she is here with her passport" });
        assert_eq!(manager.post(&path, reason.clone()).await.problem(403), "same-person");
        world.agent.post(&path, reason.clone()).await.expect(403);
        let admin = world.app.admin().await;
        admin.post(&path, json!({ "reason": "because" })).await.expect(400);
        let open = admin.post(&path, reason.clone()).await.expect(200);
        assert_eq!(open["data"][0]["is_open"], true);
        fail(&world, &world.agent).await;
        let mut talk = world.open().await;
        talk.begin("self").await.search("Müller").await;
        let again = talk.try_step("select", json!({ "profile_id": world.ann })).await;
        assert_eq!(again.problem(409), "customer-locked", "one session, not three");
        world.app.clock.advance(DAY + MINUTE);
        let agent = world.app.another("agent", "third").await;
        talk = world.open_as(&agent, json!({ "channel": "chat", "type": "inbound" })).await;
        talk.begin("self").await.pick("Müller", &world.ann).await.pass(&ANN).await;
        assert_eq!(talk.outcome().0, "proceed", "a day later");
    })
    .await;
}

#[tokio::test]
async fn v_2_leaving_after_an_answer_counts_as_a_failure_and_so_does_being_idle() {
    both(async |db| {
        let world = World::new(db).await;
        for end in ["end", "back", "idle"] {
            let mut talk = world.open().await;
            talk.begin("self").await.pick("Müller", &world.ann).await.answer(&ROB).await;
            match end {
                "end" => {
                    talk.step("end", json!({})).await;
                    assert_eq!(talk.outcome(), ("stop", Some("ended"), "al0"));
                }
                "back" => {
                    talk.step("back", json!({ "to": "customer" })).await;
                    assert_eq!(talk.stage(), "search");
                }
                _ => {
                    world.app.clock.advance(30 * MINUTE);
                    assert!(world.app.service.expire_engagements_now().await.unwrap() >= 1);
                }
            }
        }
        let manager = world.app.person("team_manager").await;
        let list = manager.get("/v1/verification-locks").await.expect(200);
        assert_eq!(list["data"][0]["profile"]["id"], json!(world.ann));
    })
    .await;
}

#[tokio::test]
async fn v_3_no_verdict_before_the_end_and_details_are_for_supervisors() {
    both(async |db| {
        let world = World::new(db).await;
        let (mut right, mut wrong) = (world.open().await, world.open().await);
        right.begin("self").await.pick("Müller", &world.ann).await.answer(&ANN).await;
        wrong.begin("self").await.pick("Müller", &world.ann).await.answer(&ROB).await;
        let mut told = [right.now.clone(), wrong.now.clone()];
        for one in &mut told {
            for key in ["id", "started_at"] {
                one[key] = Value::Null;
            }
            one["topics"][0]["started_at"] = Value::Null;
            one["verification"]["idle_until"] = Value::Null;
            one["verification"]["ends_at"] = Value::Null;
        }
        assert_eq!(told[0], told[1], "right and wrong answers look alike");
        wrong.step("finish", json!({})).await;
        let manager = world.app.person("team_manager").await;
        let (seen, hidden) = (wrong.record(&manager).await, wrong.record(&world.agent).await);
        assert_eq!(seen["parties"][0]["questions"][1]["result"], "wrong");
        assert_eq!(hidden["parties"][0]["questions"][1]["result"], Value::Null);
        let early = right.record(&manager).await;
        assert_eq!(
            early["parties"][0]["questions"][1]["result"],
            Value::Null,
            "not even they before the end"
        );
    })
    .await;
}

#[tokio::test]
async fn v_5_going_back_keeps_no_pass_and_a_mandate_revoked_in_mid_flow_stops() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        talk.begin("someone_else").await.pick("Weber", &world.rob).await.pass(&ROB).await;
        talk.step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        talk.step("back", json!({ "to": "about" })).await;
        assert_eq!(
            (talk.stage(), &talk.verification()["parties"]["representative"]["is_passed"]),
            ("about", &json!(false))
        );
        talk.step("subject", json!({ "about": "someone_else" })).await;
        talk.pick("Weber", &world.rob).await.pass(&ROB).await;
        talk.step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        talk.pick("Müller", &world.ann).await.answer(&ANN).await;
        world.revoke(1).await;
        talk.step("finish", json!({})).await;
        assert_eq!(talk.outcome(), ("stop", Some("not_authorised"), "al0"));
        // Another topic is not in the mandate.
        let mut talk = world.open().await;
        talk.step("topic", json!({ "topic_id": topic_id(PAYMENT) })).await;
        talk.step("subject", json!({ "about": "someone_else" })).await;
        talk.pick("Weber", &world.rob).await.pass(&ROB).await;
        let other = talk.try_step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        assert_eq!(other.problem(409), "mandate-gap");
    })
    .await;
}

#[tokio::test]
async fn v_6_agents_verify_neither_themselves_nor_whom_they_represent() {
    both(async |db| {
        let world = World::new(db).await;
        let rob = json!({ "email": "agent@example.test" });
        world.app.api().patch(&format!("/v1/profiles/{}", world.rob), rob).await.expect(200);
        for (own, name) in [(&world.rob, "Weber"), (&world.ann, "Müller")] {
            let mut talk = world.open().await;
            talk.begin("self").await.search(name).await;
            let refused = talk.try_step("select", json!({ "profile_id": own })).await;
            assert_eq!(refused.problem(403), "own-profile");
        }
        // Going on with what a colleague began does not help.
        let colleague = world.app.another("agent", "second").await;
        let mut talk = world.open_as(&colleague, json!({ "channel": "chat", "type": "inbound" })).await;
        talk.begin("self").await.pick("Weber", &world.rob).await;
        talk.agent = world.agent.clone();
        let answers = json!({ "answers": [{ "field": "name", "said": "Rob Weber" }] });
        assert_eq!(talk.try_step("answers", answers).await.problem(403), "own-profile");
    })
    .await;
}

#[tokio::test]
async fn v_7_a_result_is_signed_for_ten_minutes_and_one_audience() {
    both(async |db| {
        use base64::Engine as _;
        use ed25519_dalek::Verifier as _;
        let decode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap();
        let world = World::new(db).await;
        let mut talk = world.open().await;
        let path = format!("/v1/engagements/{}/result-token", talk.id());
        let body = json!({ "audience": "https://core.bank.example" });
        assert_eq!(world.agent.post(&path, body.clone()).await.problem(409), "no-result");
        talk.begin("someone_else").await.pick("Weber", &world.rob).await.pass(&ROB).await;
        talk.step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        talk.pick("Müller", &world.ann).await.pass(&ANN).await;
        let signed = world.agent.post(&path, body.clone()).await.expect(200);
        let parts: Vec<&str> = signed["token"].as_str().unwrap().split('.').collect();
        let keys = world.app.anonymous().get("/.well-known/jwks.json").await.expect(200);
        let x: [u8; 32] = decode(keys["keys"][0]["x"].as_str().unwrap()).try_into().unwrap();
        let key = ed25519_dalek::VerifyingKey::from_bytes(&x).unwrap();
        let signature = ed25519_dalek::Signature::from_slice(&decode(parts[2])).unwrap();
        key.verify(format!("{}.{}", parts[0], parts[1]).as_bytes(), &signature).unwrap();
        let header: Value = serde_json::from_slice(&decode(parts[0])).unwrap();
        assert_eq!((&header["alg"], &header["kid"]), (&json!("EdDSA"), &keys["keys"][0]["kid"]));
        let claims: Value = serde_json::from_slice(&decode(parts[1])).unwrap();
        assert_eq!(
            (&claims["decision"], &claims["level"], &claims["aud"], &claims["topic"]),
            (&json!("proceed"), &json!("al2"), &json!("https://core.bank.example"), &json!("w_balance"))
        );
        assert_eq!((&claims["customer"], &claims["representative"]), (&json!(world.ann), &json!(world.rob)));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
        world.agent.post(&path, json!({ "audience": "" })).await.expect(400);
        // Each is its own, and which were issued is on record.
        let again = world.agent.post(&path, body.clone()).await.expect(200);
        let part = again["token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
        let second: Value = serde_json::from_slice(&decode(&part)).unwrap();
        assert_ne!(claims["jti"], second["jti"]);
        assert_eq!((&claims["engagement"], &second["engagement"]), (&talk.now["id"], &talk.now["id"]));
        let issued = world.app.api().get("/v1/audit?action=engagement.sign").await.expect(200);
        let issued: Vec<&Value> =
            issued["data"].as_array().unwrap().iter().map(|row| &row["details"]["jti"]).collect();
        assert_eq!(issued, [&second["jti"], &claims["jti"]]);
        // Where systems are named, it is signed for them alone.
        let named =
            json!({ "result_audiences": [" https://core.bank.example ", "https://core.bank.example"] });
        let now = world.app.api().patch("/v1/workspace", named).await.expect(200);
        assert_eq!(now["result_audiences"], json!(["https://core.bank.example"]));
        world.agent.post(&path, body.clone()).await.expect(200);
        let other = world.agent.post(&path, json!({ "audience": "https://other.example" })).await.expect(400);
        assert_eq!(
            (&other["errors"][0]["pointer"], &other["errors"][0]["code"]),
            (&json!("/audience"), &json!("unknown-audience"))
        );
        let wrong = json!({ "result_audiences": ["a", " "] });
        let wrong = world.app.api().patch("/v1/workspace", wrong).await.expect(400);
        assert_eq!(wrong["errors"][0]["pointer"], "/result_audiences/1");
        world.revoke(1).await;
        assert_eq!(
            world.agent.post(&path, body).await.problem(409),
            "no-result",
            "the mandate is looked at again"
        );
    })
    .await;
}

#[tokio::test]
async fn v_8_the_record_says_who_when_and_what_and_keeps_the_policys_version() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        talk.begin("self").await;
        // Another version is published meanwhile; the engagement keeps its own.
        let (now, mut stricter) = (world.app.service.now(), policy());
        stricter["customer"]["additional_minimum"] = json!(2);
        world.write(async move |tx: &mut Tx<'_>| publish(tx, 2, stricter, now).await).await;
        talk.pick("Müller", &world.ann).await.pass(&ANN).await;
        assert_eq!(talk.outcome().0, "proceed");
        let manager = world.app.person("team_manager").await;
        let record = talk.record(&manager).await;
        assert_eq!(
            (&record["policy_version"], &record["is_final"], &record["level"]),
            (&json!(1), &json!(true), &json!("al2"))
        );
        let questions = record["parties"][0]["questions"].as_array().unwrap();
        let results: Vec<&str> = questions.iter().map(|q| q["result"].as_str().unwrap()).collect();
        assert_eq!(results, ["right", "right", "right"]);
        let steps: Vec<&str> =
            record["steps"].as_array().unwrap().iter().map(|s| s["step"].as_str().unwrap()).collect();
        assert_eq!(steps, ["topic", "about", "search", "select", "answers", "finish"]);
        assert!(record["steps"][0]["by"].as_str().unwrap().starts_with("usr_"));
        // Notes are written afterwards; the record does not change by them.
        let path = format!("/v1/engagements/{}", talk.id());
        world.agent.patch(&path, json!({ "notes": "was friendly" })).await.expect(200);
        assert_eq!(talk.record(&manager).await, record);
        let html = manager.get(&format!("{path}/record.html")).await;
        let page = html.expect_text(200);
        assert!(page.contains("Record of a verification") && !page.contains("friendly"), "{page}");
        let audit = world.app.api().get("/v1/audit?limit=200").await.expect(200).to_string();
        for word in ["engagement.open", "engagement.search", "engagement.step", "engagement.conclude"] {
            assert!(audit.contains(word), "{word}");
        }
        for said in ["3. Mai 1990", "10115", "901820", "Müller"] {
            assert!(!audit.contains(said), "{said}");
        }
        let events = world.app.api().get("/v1/events?limit=100").await.expect(200).to_string();
        assert!(events.contains("engagement.opened") && events.contains("engagement.verified"), "{events}");
    })
    .await;
}

#[tokio::test]
async fn v_5_only_whom_the_last_search_found_is_selected() {
    both(async |db| {
        let world = World::new(db).await;
        let refused = async |talk: &Talk<'_>, who: &str| {
            let answer = talk.try_step("select", json!({ "profile_id": who })).await;
            assert_eq!(answer.problem(409), "search-first");
        };
        let mut talk = world.open().await;
        talk.begin("someone_else").await.search("Weber").await;
        refused(&talk, &world.ann).await;
        talk.pick("Weber", &world.rob).await.pass(&ROB).await;
        talk.step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        refused(&talk, &world.ann).await;
        talk.search("nobody of this name").await;
        refused(&talk, &world.ann).await;
        talk.search("Weber").await;
        refused(&talk, &world.ann).await;
        talk.pick("Müller", &world.ann).await;
        assert_eq!(talk.stage(), "questions");
    })
    .await;
}

#[tokio::test]
async fn looking_at_an_engagement_is_a_look_at_everybody_who_was_verified_in_it() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        talk.begin("someone_else").await.pick("Weber", &world.rob).await.pass(&ROB).await;
        talk.step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        talk.pick("Müller", &world.ann).await;
        let looks = async |by: &str| -> Vec<String> {
            let rows = world.app.api().get("/v1/audit?action=profile.view&limit=200").await.expect(200);
            let rows = rows["data"].as_array().unwrap().iter();
            let rows = rows.filter(|row| row["actor"]["id"] == by);
            rows.map(|row| row["object"].as_str().unwrap().to_owned()).collect()
        };
        let me = async |who: &countersign_testkit::Client| {
            who.get("/v1/me").await.expect(200)["user"]["id"].as_str().unwrap().to_owned()
        };
        let own = me(&world.agent).await;
        assert_eq!(looks(&own).await, [world.rob.clone()], "the other one is not verified, and hidden");
        talk.pass(&ANN).await;
        let mut seen = looks(&own).await;
        seen.sort();
        let mut both = [world.rob.clone(), world.ann.clone()];
        both.sort();
        assert_eq!(seen, both);
        for (name, path) in [("second", ""), ("third", "/record")] {
            let colleague = world.app.another("agent", name).await;
            let id = me(&colleague).await;
            colleague.get(&format!("/v1/engagements/{}{path}", talk.id())).await.expect(200);
            let mut seen = looks(&id).await;
            seen.sort();
            assert_eq!(seen, both, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_agents_on_one_engagement_one_is_refused_and_sees_why() {
    both(async |db| {
        let world = World::new(db).await;
        let mut one = world.open().await;
        one.begin("self").await;
        let other =
            Talk { world: &world, agent: world.app.another("agent", "second").await, now: one.now.clone() };
        one.search("Müller").await;
        let stale = other.try_step("back", json!({ "to": "topic" })).await;
        assert_eq!(stale.problem(409), "engagement-changed");
        let now = other.agent.get(&format!("/v1/engagements/{}", other.id())).await.expect(200);
        assert_eq!(
            now["verification"]["revision"],
            one.verification()["revision"],
            "nothing was changed by it"
        );
        assert_eq!(other.world.ann, world.ann);
    })
    .await;
}

#[tokio::test]
async fn a_profile_merged_or_erased_in_mid_flow_and_an_idle_engagement_stop_the_step() {
    both(async |db| {
        let world = World::new(db).await;
        let mut merged = world.open().await;
        merged.begin("self").await.pick("Müller", &world.twin).await;
        let (ann, twin) = (world.ann.clone(), world.twin.parse::<ProfileId>().unwrap());
        let into: ProfileId = ann.parse().unwrap();
        world
            .write(async move |tx: &mut Tx<'_>| {
                let sql = "UPDATE profile SET merged_into = $2 WHERE id = $1";
                tx.execute(sql, countersign_store::args![twin, into]).await.map(|_| ())
            })
            .await;
        let answers = json!({ "answers": [{ "field": "name", "said": "Ann Müller" }] });
        assert_eq!(merged.try_step("answers", answers.clone()).await.problem(409), "profile-gone");
        let mut erased = world.open().await;
        erased.begin("self").await.pick("Weber", &world.rob).await;
        world.app.api().delete(&format!("/v1/profiles/{}", world.rob)).await;
        assert_eq!(erased.try_step("answers", answers.clone()).await.problem(409), "profile-gone");
        let shown = world.agent.get(&format!("/v1/engagements/{}", erased.id())).await.expect(200);
        let party = &shown["verification"]["parties"]["customer"]["profile"];
        assert_eq!((&party["reference"], &party["name"]), (&Value::Null, &Value::Null));
        // Somebody who looks about stays logged in; the engagement was left alone for half an hour.
        world.app.clock.advance(20 * MINUTE);
        world.agent.get("/v1/me").await.expect(200);
        world.app.clock.advance(10 * MINUTE);
        let late = merged.try_step("back", json!({ "to": "topic" })).await;
        assert_eq!(late.problem(409), "engagement-expired");
        let over = world.agent.get(&format!("/v1/engagements/{}", merged.id())).await.expect(200);
        assert_eq!(over["verification"]["outcome"]["class"], "expired", "which is on record");
    })
    .await;
}

#[tokio::test]
async fn a_customer_with_too_little_data_is_said_at_once_with_what_is_missing() {
    both(async |db| {
        let world = World::new(db).await;
        let mut strict = policy();
        strict["customer"]["strong_evidence_replaces"] = json!(false);
        strict["customer"]["minimum_age"] = json!(18);
        let now = world.app.service.now();
        world.write(async move |tx: &mut Tx<'_>| publish(tx, 2, strict, now).await).await;
        let bare =
            person(&world.app, "bare", "Bob Bare", json!({ "attributes": { "birth_date": "1980-01-01" } }))
                .await;
        let today = json!({ "attributes": { "birth_date": "2100-01-01", "postcode": "10115" } });
        let child = person(&world.app, "child", "Kim Klein", today).await;
        let mut talk = world.open().await;
        talk.begin("self").await.search("Bare").await;
        let refused = talk.try_step("select", json!({ "profile_id": bare })).await;
        assert!(refused.json()["detail"].as_str().unwrap().contains("phone, postcode"), "{}", refused.json());
        assert_eq!(refused.problem(409), "too-little-data");
        talk.search("Klein").await;
        let refused = talk.try_step("select", json!({ "profile_id": child })).await;
        assert_eq!(refused.problem(409), "too-young");
    })
    .await;
}

#[tokio::test]
async fn a_source_that_is_down_is_neither_a_pass_nor_a_failure() {
    both(async |db| {
        use countersign_fakes::{Call, Reply};
        use std::sync::Arc;
        use std::sync::atomic::{AtomicU16, Ordering};
        let world = World::new(db).await;
        let status = Arc::new(AtomicU16::new(503));
        let says = status.clone();
        world.app.outbound.provide("https://core.example", move |call: &Call<'_>| {
            let is_right = String::from_utf8_lossy(call.body).contains("4711");
            match says.load(Ordering::SeqCst) {
                200 if is_right => Reply::json(200, &json!({ "ok": true })),
                200 => Reply::json(404, &json!({})),
                status => Reply::json(status, &json!({})),
            }
        });
        let content = json!({ "kind": "json", "value": { "customer": "{external_id}", "pin": "{answer}" } });
        let look_up = json!({ "name": "PIN of the card",
            "request": { "method": "POST", "url": "https://core.example/pins", "body": content } });
        let look_up = world.app.api().post("/v1/look-ups", look_up).await.expect(201);
        let mut asks = policy();
        asks["customer"]["required"][1] =
            json!({ "field": "pin", "answer": "text", "bits": 13, "look_up": look_up["id"] });
        let now = world.app.service.now();
        world.write(async move |tx: &mut Tx<'_>| publish(tx, 2, asks, now).await).await;
        let said = |pin: &str| {
            let mut all = ANN.to_vec();
            all.push(("pin", Box::leak(pin.to_owned().into_boxed_str())));
            all
        };
        let mut talk = world.open().await;
        talk.begin("self").await.pick("Müller", &world.ann).await;
        assert_eq!(talk.verification()["questions"][1]["judge"], "look_up");
        talk.answer(&said("4711")).await;
        assert_eq!(talk.try_step("finish", json!({})).await.problem(409), "source-unavailable");
        status.store(200, Ordering::SeqCst);
        world.app.clock.advance(MINUTE);
        talk.pass(&said("4711")).await;
        assert_eq!(talk.outcome().0, "proceed");
        let mut talk = world.open().await;
        talk.begin("self").await.pick("Müller", &world.ann).await.pass(&said("0000")).await;
        assert_eq!(talk.outcome(), ("stop", Some("not_verified"), "al0"));
    })
    .await;
}

#[tokio::test]
async fn a_pass_in_a_chat_is_the_levels_evidence_and_a_code_replaces_the_questions() {
    both(async |db| {
        let world = World::new(db).await;
        let channel = world.app.custom_channel("Chat").await;
        let case =
            world.app.say(&channel, "u-1", "1", "Hello").await["case"]["id"].as_str().unwrap().to_owned();
        let body = json!({ "channel": "chat", "type": "inbound", "case_id": case });
        let mut talk = world.open_as(&world.agent, body.clone()).await;
        let again = world.agent.post("/v1/engagements", body.clone()).await.expect(200);
        assert_eq!(again["id"], talk.now["id"], "one for each conversation");
        talk.begin("self").await.pick("Müller", &world.ann).await;
        assert_eq!(talk.try_step("evidence", json!({})).await.problem(409), "evidence-too-weak");
        talk.pass(&ANN).await;
        let shown = world.app.api().get(&format!("/v1/cases/{case}")).await.expect(200);
        assert_eq!(shown["identity"]["assurance"], "al2", "{shown}");
        assert_eq!(shown["identity"]["evidence"]["method"], "policy");
        // A code in another conversation.
        let code = world.app.code("w-ann").await;
        let said = world.app.say(&channel, "u-2", "2", &code).await;
        let other = said["case"]["id"].as_str().unwrap();
        let body = json!({ "channel": "chat", "type": "inbound", "case_id": other });
        let mut talk = world.open_as(&world.agent, body).await;
        assert_eq!(talk.now["initiating_attendee"]["source"], "account");
        talk.begin("self").await.step("select", json!({ "profile_id": world.ann })).await;
        let evidence = &talk.verification()["evidence"];
        assert_eq!(
            (&evidence["may_replace"], &evidence["held"]["level"], &evidence["can_send_code"]),
            (&json!(true), &json!("al3"), &json!(true))
        );
        talk.step("evidence", json!({})).await;
        assert_eq!(talk.outcome(), ("proceed", None, "al3"));
        assert_eq!(talk.now["attendees"][0]["is_authenticated"], true);
        let record = talk.record(&world.agent).await;
        assert_eq!(
            (&record["evidence"], &record["parties"][0]["passed_by"]),
            (&json!("api_code"), &json!("strong_evidence"))
        );
    })
    .await;
}

#[tokio::test]
async fn only_who_may_opens_engagements_and_reads_them() {
    both(async |db| {
        let world = World::new(db).await;
        let key = json!({ "name": "Reader", "scopes": ["verification.read"] });
        let made = world.app.api().post("/v1/api-keys", key).await.expect(201);
        let reader = world.app.anonymous().bearer(made["secret"].as_str().unwrap());
        let talk = world.open().await;
        reader.get(&format!("/v1/engagements/{}", talk.id())).await.expect(200);
        reader.get("/v1/engagements?status=new").await.expect(200);
        reader.get("/v1/verification-locks").await.expect(403);
        reader.post("/v1/engagements", json!({ "channel": "chat", "type": "inbound" })).await.expect(403);
        let end = format!("/v1/engagements/{}/end", talk.id());
        reader.post(&end, json!({ "revision": 0 })).await.expect(403);
        world.app.anonymous().get("/v1/engagements").await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn v_4_a_topic_without_a_policy_is_not_verified_by_that_of_the_topic_before() {
    both(async |db| {
        let world = World::new(db).await;
        let body = json!({ "key": "w_bare", "name": "Without a policy", "is_confidential": true });
        let bare = world.app.admin().await.post("/v1/topics", body).await.expect(201);
        let mut talk = world.open().await;
        talk.begin("self").await;
        let refused = talk.try_step("topic", json!({ "topic_id": bare["id"] })).await;
        assert_eq!(refused.problem(409), "no-policy");
        talk.pick("Müller", &world.ann).await;
        assert_eq!(talk.verification()["topic"]["key"], "w_balance", "a refused step changes nothing");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_verified_as_somebody_who_is_blocked() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        talk.begin("self").await.pick("Müller", &world.ann).await;
        let path = format!("/v1/profiles/{}/block", world.ann);
        world.app.api().post(&path, json!({ "reason": "fraud" })).await.expect(200);
        assert_eq!(talk.try_step("finish", json!({})).await.problem(409), "profile-blocked");
        let mut other = world.open().await;
        other.begin("self").await.search("Müller").await;
        let refused = other.try_step("select", json!({ "profile_id": world.ann })).await;
        assert_eq!(refused.problem(409), "profile-blocked");
    })
    .await;
}

#[tokio::test]
async fn v_2_a_search_tells_no_answer() {
    both(async |db| {
        let world = World::new(db).await;
        let mut open = policy();
        open["customer"]["searches"][0]["fields"] = json!(["name", "phone", "birth_date"]);
        let now = world.app.service.now();
        world.write(async move |tx: &mut Tx<'_>| publish(tx, 2, open, now).await).await;
        let mut talk = world.open().await;
        talk.begin("self").await;
        let guess = json!({ "search": 0, "fields": { "name": "Ann", "birth_date": "1990-05-03" } });
        let refused = talk.try_step("search", guess).await.expect(400);
        assert_eq!(refused["errors"][0]["code"], "field-is-asked");
        for (name, rows) in [("Müller", 1), ("M", 0)] {
            let by = json!({ "search": 0, "fields": { "phone": "+4930901820", "name": name } });
            let found = talk.try_step("search", by).await.expect(200);
            assert_eq!(found["results"].as_array().unwrap().len(), rows, "{name}");
            talk.now = found["engagement"].clone();
        }
    })
    .await;
}
