//! Call widgets, flows and phone numbers: made, checked, published, shown; who may, and what is refused.

use countersign_testkit::{Client, on_both};
use serde_json::{Value, json};

fn path(list: &str, made: &Value) -> String {
    format!("/v1/{list}/{}", made["id"].as_str().unwrap())
}

/// The widget of the seed.
fn seed_widget() -> Value {
    json!({
        "show_if": "accountNumber",
        "title": "Verified customer",
        "action": { "label": "Open the file", "url": "https://crm.example/customers/{accountNumber}" },
        "autorun": true,
        "buttons": [{ "label": "Create ticket", "url": "https://desk.example/new?caller=%caller%" }],
        "rows": [{ "title": "{customerInfo.customer.name}", "label": "Name" }, { "title": "{NUMBER}" }],
    })
}

fn named(name: &str, mut widget: Value) -> Value {
    widget["name"] = json!(name);
    widget
}

fn seed_call(widget: Value) -> Value {
    let customer =
        json!({ "name": "Jane Doe", "phoneNumber": "+46706170786", "accountNumber": "1234567890" });
    json!({
        "widget": widget,
        "variables": { "accountNumber": "1234567890", "customerInfo": { "customer": customer } },
        "caller": "+46706170786", "callee": "+46771123456", "country": "SE",
    })
}

fn opens(url: &str, host: &str) -> Value {
    json!({ "url": url, "host": host, "withheld": null })
}

/// The flow of the seed: ask for the account number, ask the company's system, connect.
fn seed_flow() -> Value {
    json!({ "start": "ask", "nodes": {
        "ask": { "kind": "keypad_input", "variable": "accountNumber", "min": 10, "max": 10,
            "prompt": { "say": "Enter your account number, ten digits, and end with the pound key." },
            "exits": { "next": "look", "failed": "bye" } },
        "look": { "kind": "http_request", "method": "GET", "url": "https://crm.example/customers/{accountNumber}",
            "headers": [{ "name": "Authorization", "value": "Token tok_5f3a9c1177" }],
            "variable": "customerInfo", "exits": { "found": "bye", "not_found": "bye", "unavailable": "bye" } },
        "bye": { "kind": "hang_up" },
    } })
}

async fn audit(client: &Client, noun: &str) -> Vec<(String, Value)> {
    let rows = client.get("/v1/audit?limit=100").await.expect(200);
    let rows = rows["data"].as_array().unwrap().iter().rev();
    let of = rows.filter(|row| row["action"].as_str().unwrap().starts_with(noun));
    of.map(|row| (row["action"].as_str().unwrap().to_owned(), row["details"].clone())).collect()
}

#[tokio::test]
async fn i_8_the_widget_of_the_seed_is_made_and_looked_at() {
    on_both(async |app| {
        let admin = app.admin().await;
        let made = admin.post("/v1/call-widgets", named("Customer", seed_widget())).await.expect(201);
        let link = |label: &str, url: &str| json!({ "label": label, "url": url });
        let row = |title: &str, label: &str| json!({ "title": title, "label": label, "url": null });
        for (field, value) in [
            ("name", json!("Customer")),
            ("source", json!("people")),
            ("is_read_only", json!(false)),
            ("show_if", json!("accountNumber")),
            ("title", json!("Verified customer")),
            ("action", link("Open the file", "https://crm.example/customers/{accountNumber}")),
            ("autorun", json!(true)),
            ("buttons", json!([link("Create ticket", "https://desk.example/new?caller=%caller%")])),
            ("rows", json!([row("{customerInfo.customer.name}", "Name"), row("{NUMBER}", "")])),
            ("version", json!(1)),
        ] {
            assert_eq!(made[field], value, "{field}");
        }
        let warned = made["warnings"].as_array().unwrap().iter();
        let warned: Vec<(&str, &str)> =
            warned.map(|w| (w["pointer"].as_str().unwrap(), w["code"].as_str().unwrap())).collect();
        assert_eq!(
            warned,
            [
                ("/action/url", "personal-in-address"),
                ("/buttons/0/url", "personal-in-address"),
                ("/autorun", "asks-before-opening")
            ]
        );
        let preview = admin.post("/v1/call-widgets/preview", seed_call(seed_widget())).await.expect(200);
        let file = opens("https://crm.example/customers/1234567890", "crm.example");
        let ticket = opens("https://desk.example/new?caller=%2B46706170786", "desk.example");
        assert_eq!(
            preview["card"],
            json!({
                "title": "Verified customer",
                "action": { "label": "Open the file", "target": file },
                "autorun": { "target": file, "needs_confirmation": true },
                "buttons": [{ "label": "Create ticket", "target": ticket }],
                "rows": [
                    { "title": "Jane Doe", "label": "Name", "target": null },
                    { "title": "070-617 07 86", "label": "", "target": null },
                ],
                "masked": [],
            })
        );
        assert_eq!(preview["problems"], json!([]));
        // Nobody keyed a number in: there is no card.
        let mut call = seed_call(seed_widget());
        call["variables"] = json!({});
        let preview = admin.post("/v1/call-widgets/preview", call).await.expect(200);
        assert_eq!(preview["card"], Value::Null);
        // What is wrong is said while it is written.
        let bad = json!({ "title": "x", "action": { "label": "x", "url": "javascript:alert(1)" } });
        let preview = admin.post("/v1/call-widgets/preview", json!({ "widget": bad })).await.expect(200);
        assert_eq!(preview["problems"][0]["code"], "refused-scheme");
        assert_eq!(
            preview["card"]["action"]["target"],
            json!({ "url": null, "host": null, "withheld": "unsafe" })
        );
    })
    .await;
}

#[tokio::test]
async fn m_8_a_card_is_masked_for_who_sees_values_masked() {
    on_both(async |app| {
        let admin = app.admin().await;
        let all =
            json!({ "name": true, "email": true, "phone": true, "ids": true, "attributes": true, "text": true });
        let none = json!({ "name": false, "email": false, "phone": false, "ids": false, "attributes": false, "text": false });
        let roles = json!({ "roles": { "admin": none, "team_manager": all, "agent": all } });
        app.api().put("/v1/masking", roles).await.expect(200);
        let manager = app.person("team_manager").await;
        let mut widget = seed_widget();
        widget["rows"].as_array_mut().unwrap().push(json!({ "title": "Notes: {customerInfo.note}" }));
        let mut call = seed_call(widget);
        call["variables"]["customerInfo"]["note"] = json!("rang from +46706170786");
        let open = admin.post("/v1/call-widgets/preview", call.clone()).await.expect(200);
        assert_eq!(open["card"]["masked"], json!([]));
        assert_eq!(open["card"]["rows"][2]["title"], "Notes: rang from +46706170786");
        let masked = manager.post("/v1/call-widgets/preview", call).await.expect(200);
        for value in ["Jane", "Doe", "1234567890", "6170786", "617 07 86"] {
            assert!(!masked["card"].to_string().contains(value), "{value}: {masked}");
        }
        let hidden = |host: &str| json!({ "url": null, "host": host, "withheld": "masked" });
        assert_eq!(
            masked["card"],
            json!({
                "title": "Verified customer",
                "action": { "label": "Open the file", "target": hidden("crm.example") },
                "autorun": { "target": hidden("crm.example"), "needs_confirmation": true },
                "buttons": [{ "label": "Create ticket", "target": hidden("desk.example") }],
                "rows": [
                    { "title": "J••••••", "label": "Name", "target": null },
                    { "title": "XXX-XXX-0786", "label": "", "target": null },
                    { "title": "Notes: ••••••", "label": "", "target": null },
                ],
                "masked": ["action.url", "autorun.url", "buttons.0.url", "rows.0.title", "rows.1.title", "rows.2.title"],
            })
        );
    })
    .await;
}

#[tokio::test]
async fn i_3_a_secret_is_in_no_card_and_in_no_widget() {
    on_both(async |app| {
        let admin = app.admin().await;
        let mut flow = seed_flow();
        flow["name"] = json!("PIN");
        flow["nodes"]["ask"]["variable"] = json!("pin");
        flow["nodes"]["ask"]["class"] = json!("secret");
        admin.post("/v1/ivr-flows", flow).await.expect(201);
        let widget = json!({ "title": "PIN {pin}", "rows": [{ "title": "{pin}" }] });
        let call = json!({ "widget": widget, "variables": { "pin": "4711" } });
        let preview = admin.post("/v1/call-widgets/preview", call).await.expect(200);
        assert!(!preview.to_string().contains("4711"), "{preview}");
        assert_eq!((&preview["card"]["title"], &preview["card"]["rows"]), (&json!("PIN "), &json!([])));
        let refused = admin.post("/v1/call-widgets", named("PIN", widget)).await.expect(400);
        assert_eq!(refused["errors"][0]["code"], "secret-variable");
        assert_eq!(refused["errors"][0]["pointer"], "/title");
    })
    .await;
}

#[tokio::test]
async fn bad_widgets_are_refused_where_they_are_bad() {
    on_both(async |app| {
        let admin = app.admin().await;
        let made = admin.post("/v1/call-widgets", json!({ "name": "Good", "title": "x" })).await.expect(201);
        let link = |url: &str| json!({ "label": "Open", "url": url });
        for (change, pointer, code) in [
            (json!({ "name": " " }), "/name", "invalid-name"),
            (json!({ "title": "" }), "/title", "missing-text"),
            (json!({ "title": 1 }), "/title", "invalid-value"),
            (json!({ "show_if": "{x}" }), "/show_if", "not-a-variable"),
            (json!({ "autorun": 7 }), "/autorun", "invalid-value"),
            (json!({ "autorun": true }), "/autorun", "no-action"),
            (json!({ "action": link("http://crm.example/zqzq") }), "/action/url", "refused-scheme"),
            (json!({ "action": link("https://{zqzq}/") }), "/action/url", "host-not-fixed"),
            (json!({ "action": { "label": "x" } }), "/action/url", "missing-field"),
            (
                json!({ "action": { "label": "x", "url": "https://a.example/", "colour": 1 } }),
                "/action/colour",
                "unknown-field",
            ),
            (json!({ "buttons": vec![link("https://a.example/"); 4] }), "/buttons", "too-many"),
            (json!({ "rows": vec![json!({ "title": "x" }); 6] }), "/rows", "too-many"),
            (json!({ "rows": [{ "title": "x", "url": "tel:{NUMBER}" }] }), "/rows/0/url", "refused-scheme"),
            (json!({ "colour": "red" }), "/colour", "unknown-field"),
        ] {
            let mut body = json!({ "name": "New", "title": "x" });
            for (key, value) in change.as_object().unwrap() {
                body[key] = value.clone();
            }
            let both = [
                admin.post("/v1/call-widgets", body).await,
                admin.patch(&path("call-widgets", &made), change.clone()).await,
            ];
            for refused in both {
                let answer = refused.expect(400);
                let found = (&answer["errors"][0]["pointer"], &answer["errors"][0]["code"]);
                assert_eq!(found, (&json!(pointer), &json!(code)), "{change}: {answer}");
                assert!(!answer.to_string().contains("zqzq"), "a refused value comes back: {answer}");
            }
        }
        let call = json!({ "widget": { "title": "x" }, "variables": { "1x": "zqzq" } });
        let refused = admin.post("/v1/call-widgets/preview", call).await.expect(400);
        assert_eq!(refused["errors"][0]["pointer"], "/variables/1x");
        let call = json!({ "widget": { "title": "x" }, "country": "ZZ" });
        let refused = admin.post("/v1/call-widgets/preview", call).await.expect(400);
        assert_eq!(refused["errors"][0]["code"], "invalid-country");
    })
    .await;
}

#[tokio::test]
async fn a_widget_of_an_integration_is_left_as_it_is_by_people() {
    on_both(async |app| {
        let (api, admin) = (app.api(), app.admin().await);
        let key = json!({ "name": "BankID", "scopes": ["phone.read", "phone.write"] });
        let key = api.post("/v1/api-keys", key).await.expect(201);
        let program = app.anonymous().bearer(key["secret"].as_str().unwrap());
        let theirs = program
            .post("/v1/call-widgets", json!({ "name": "BankID", "title": "{name}" }))
            .await
            .expect(201);
        assert_eq!((&theirs["source"], &theirs["is_read_only"]), (&json!("integration"), &json!(false)));
        let at = path("call-widgets", &theirs);
        let seen = admin.get(&at).await.expect(200);
        assert_eq!((&seen["source"], &seen["is_read_only"]), (&json!("integration"), &json!(true)));
        assert_eq!(admin.patch(&at, json!({ "title": "x" })).await.problem(409), "made-by-integration");
        assert_eq!(admin.delete(&at).await.problem(409), "made-by-integration");
        program.patch(&at, json!({ "title": "y" })).await.expect(200);
        // Its key has ended: nobody else could take it away.
        api.delete(&path("api-keys", &key)).await.expect(204);
        assert_eq!(admin.get(&at).await.expect(200)["is_read_only"], false);
        let changed = admin.patch(&at, json!({ "title": "z" })).await.expect(200);
        assert_eq!((&changed["title"], &changed["version"]), (&json!("z"), &json!(3)));
        admin.delete(&at).await.expect(204);
        assert_eq!(admin.get(&at).await.problem(404), "not-found");
    })
    .await;
}

#[tokio::test]
async fn widgets_change_by_version_and_are_told_of() {
    on_both(async |app| {
        let admin = app.admin().await;
        let made = admin.post("/v1/call-widgets", named("Customer", seed_widget())).await.expect(201);
        let at = path("call-widgets", &made);
        let taken = admin.post("/v1/call-widgets", json!({ "name": "CUSTOMER", "title": "x" })).await;
        assert_eq!(taken.problem(409), "name-taken");
        let change = json!({ "version": 1, "name": "Caller", "show_if": null, "autorun": false, "rows": [] });
        let changed = admin.patch(&at, change.clone()).await.expect(200);
        assert_eq!(
            (&changed["version"], &changed["show_if"], &changed["rows"]),
            (&json!(2), &Value::Null, &json!([]))
        );
        assert_eq!(changed["buttons"], made["buttons"], "what is not named stays");
        assert_eq!(admin.patch(&at, change).await.problem(409), "changed-meanwhile");
        let gone = admin.patch(&at, json!({ "action": null })).await.expect(200);
        assert_eq!((&gone["action"], &gone["version"]), (&Value::Null, &json!(3)));
        assert_eq!(
            admin.patch(&at, json!({ "action": null })).await.expect(200)["version"],
            3,
            "nothing changed"
        );
        admin.delete(&at).await.expect(204);
        let fields = json!(["show_if", "autorun", "rows"]);
        let said = [
            ("create", json!({ "name": "Customer", "source": "people" })),
            ("update", json!({ "name": "Caller", "old_name": "Customer", "fields": fields, "version": 2 })),
            ("update", json!({ "name": "Caller", "fields": ["action"], "version": 3 })),
            ("delete", json!({ "name": "Caller" })),
        ];
        let said = said.map(|(verb, details)| (format!("call_widget.{verb}"), details));
        assert_eq!(audit(&admin, "call_widget.").await, said);
    })
    .await;
}

#[tokio::test]
async fn i_8_hosts_that_open_by_themselves_are_the_workspaces_choice() {
    on_both(async |app| {
        let (admin, manager) = (app.admin().await, app.person("team_manager").await);
        let at = "/v1/settings/call-widgets";
        assert_eq!(admin.get(at).await.expect(200), json!({ "schemes": [], "autorun_hosts": [] }));
        let asks = async || {
            let preview = admin.post("/v1/call-widgets/preview", seed_call(seed_widget())).await.expect(200);
            preview["card"]["autorun"]["needs_confirmation"].clone()
        };
        assert_eq!(asks().await, true);
        let body = json!({ "schemes": ["tel", "https", "tel"], "autorun_hosts": ["CRM.example", "crm.example:443"] });
        let saved = admin.put(at, body).await.expect(200);
        assert_eq!(saved, json!({ "schemes": ["tel"], "autorun_hosts": ["crm.example"] }));
        assert_eq!(asks().await, false);
        let tel = json!({ "name": "Call", "title": "x", "action": { "label": "Call", "url": "tel:{NUMBER}" } });
        admin.post("/v1/call-widgets", tel).await.expect(201);
        for (body, pointer) in [
            (json!({ "schemes": ["javascript"], "autorun_hosts": [] }), "/schemes/0"),
            (json!({ "schemes": [], "autorun_hosts": ["*.example"] }), "/autorun_hosts/0"),
            (json!({ "schemes": [], "autorun_hosts": vec!["a.example"; 51] }), "/autorun_hosts"),
            (json!({ "schemes": [] }), "/autorun_hosts"),
        ] {
            assert_eq!(admin.put(at, body).await.expect(400)["errors"][0]["pointer"], pointer);
        }
        manager.get(at).await.expect(200);
        let body = json!({ "schemes": [], "autorun_hosts": [] });
        assert_eq!(manager.put(at, body).await.problem(403), "forbidden");
        assert_eq!(audit(&admin, "call_widget_settings.").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_flow_is_drafted_checked_published_and_put_back() {
    on_both(async |app| {
        let admin = app.admin().await;
        let mut body = seed_flow();
        body["name"] = json!("Bank");
        let made = admin.post("/v1/ivr-flows", body).await.expect(201);
        let at = path("ivr-flows", &made);
        assert_eq!(
            (&made["version"], &made["published"], &made["is_changed"]),
            (&json!(1), &Value::Null, &json!(true))
        );
        let checked = admin.post(&format!("{at}/validate"), json!({})).await.expect(200);
        assert_eq!(checked["is_publishable"], true, "{checked}");
        let first = admin.post(&format!("{at}/publish"), json!({ "version": 1 })).await.expect(200);
        assert_eq!((&first["number"], &first["document"]), (&json!(1), &made["draft"]));
        assert_eq!(
            admin.post(&format!("{at}/publish"), json!({})).await.expect(200)["number"],
            1,
            "it is published"
        );
        let read = admin.get(&at).await.expect(200);
        assert_eq!((&read["published"], &read["is_changed"]), (&json!(1), &json!(false)));

        // Unfinished is saved; it is not published, and calls go on with what was.
        let mut draft = read["draft"].clone();
        draft["nodes"]["ask"]["exits"] = json!({ "next": "gone" });
        let saved = admin.put(&format!("{at}/draft"), draft.clone()).await.expect(200);
        assert_eq!((&saved["version"], &saved["is_changed"]), (&json!(2), &json!(true)));
        let checked = admin.post(&format!("{at}/validate"), json!({})).await.expect(200);
        assert_eq!(checked["is_publishable"], false);
        let refused = admin.post(&format!("{at}/publish"), json!({})).await.expect(400);
        let problems = checked["findings"].as_array().unwrap().iter().filter(|f| f["severity"] == "problem");
        let problems: Vec<&Value> = problems.map(|finding| &finding["pointer"]).collect();
        let named: Vec<&Value> =
            refused["errors"].as_array().unwrap().iter().map(|e| &e["pointer"]).collect();
        assert!(!problems.is_empty());
        assert_eq!(named, problems);
        // Of two who change it, one comes too late.
        draft["version"] = json!(1);
        assert_eq!(admin.put(&format!("{at}/draft"), draft.clone()).await.problem(409), "changed-meanwhile");
        let stale = admin.post(&format!("{at}/publish"), json!({ "version": 1 })).await;
        assert_eq!(stale.problem(409), "changed-meanwhile");

        draft["version"] = json!(2);
        draft["nodes"]["ask"]["exits"] = json!({ "next": "look", "failed": "look" });
        admin.put(&format!("{at}/draft"), draft).await.expect(200);
        assert_eq!(admin.post(&format!("{at}/publish"), json!({})).await.expect(200)["number"], 2);
        let versions = admin.get(&format!("{at}/versions?limit=1")).await.expect(200);
        assert_eq!(
            (&versions["data"][0]["number"], versions["data"].as_array().unwrap().len()),
            (&json!(2), 1)
        );
        let next = format!("{at}/versions?limit=1&cursor={}", versions["next_cursor"].as_str().unwrap());
        let older = admin.get(&next).await.expect(200);
        assert_eq!((&older["data"][0]["number"], &older["next_cursor"]), (&json!(1), &Value::Null));
        assert_eq!(admin.get(&format!("{at}/versions/1")).await.expect(200)["document"], made["draft"]);
        for wrong in ["3", "0", "-1", "x", "99999999999999999999"] {
            assert_eq!(admin.get(&format!("{at}/versions/{wrong}")).await.problem(404), "not-found");
        }
        let back = admin.post(&format!("{at}/versions/1/restore"), json!({})).await.expect(200);
        assert_eq!(
            (&back["draft"], &back["version"], &back["published"]),
            (&made["draft"], &json!(4), &json!(2))
        );

        let renamed = admin.patch(&at, json!({ "name": "Bank 2" })).await.expect(200);
        assert_eq!((&renamed["name"], &renamed["version"]), (&json!("Bank 2"), &json!(4)));
        admin.delete(&at).await.expect(204);
        assert_eq!(admin.get(&at).await.problem(404), "not-found");
        let said: Vec<String> =
            audit(&admin, "ivr_flow.").await.into_iter().map(|(action, _)| action).collect();
        let wanted =
            ["create", "publish", "save_draft", "save_draft", "publish", "restore", "update", "delete"];
        assert_eq!(said, wanted.map(|verb| format!("ivr_flow.{verb}")));
    })
    .await;
}

#[tokio::test]
async fn i_7_values_of_headers_are_kept_and_never_answered() {
    on_both(async |app| {
        let admin = app.admin().await;
        let mut body = seed_flow();
        body["name"] = json!("Bank");
        let made = admin.post("/v1/ivr-flows", body).await.expect(201);
        let at = path("ivr-flows", &made);
        let shown = json!([{ "name": "Authorization", "secret": true, "last4": "1177" }]);
        assert_eq!(made["draft"]["nodes"]["look"]["headers"], shown);
        // Written back as it was shown, with something else changed.
        let mut draft = made["draft"].clone();
        draft["nodes"]["look"]["url"] = json!("https://crm.example/v2/{accountNumber}");
        let saved = admin.put(&format!("{at}/draft"), draft.clone()).await.expect(200);
        assert_eq!(saved["draft"]["nodes"]["look"]["headers"], shown);
        admin.post(&format!("{at}/publish"), json!({})).await.expect(200);
        let id = made["id"].as_str().unwrap().parse().unwrap();
        let called = app.service.flow_of_calls(id, None).await.unwrap();
        let (number, flow) = called.unwrap();
        assert_eq!(number, 1);
        assert!(flow.to_json().to_string().contains("Token tok_5f3a9c1177"), "calls send it");
        // Whoever leads the address elsewhere writes the value again.
        draft["nodes"]["look"]["url"] = json!("https://evil.example/{accountNumber}");
        let refused = admin.put(&format!("{at}/draft"), draft).await.expect(400);
        assert_eq!(refused["errors"][0]["code"], "value-needed");
        assert_eq!(refused["errors"][0]["pointer"], "/nodes/look/headers/0/value");
        for read in [
            at.clone(),
            format!("{at}/versions/1"),
            "/v1/ivr-flows".to_owned(),
            "/v1/audit?limit=100".to_owned(),
        ] {
            assert!(!admin.get(&read).await.expect(200).to_string().contains("5f3a9c"), "{read}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_flow_is_refused_where_it_is_wrong() {
    on_both(async |app| {
        let admin = app.admin().await;
        for (change, pointer) in [
            (json!({ "name": null }), "/name"),
            (json!({ "name": "" }), "/name"),
            (json!({ "start": 7 }), "/start"),
            (json!({ "nodes": [] }), "/nodes"),
            (json!({ "nodes": { "a": { "kind": "zqzq" } } }), "/nodes/a/kind"),
            (json!({ "nodes": { "a": { "kind": "keypad_input", "min": "zqzq" } } }), "/nodes/a/min"),
            (json!({ "nodes": { "a": { "kind": "http_request", "headers": [{ "name": "A", "value": 4711 }] } } }), "/nodes/a/headers/0/value"),
            (json!({ "colour": "red" }), "/colour"),
        ] {
            let mut body = seed_flow();
            body["name"] = json!("Bank");
            for (key, value) in change.as_object().unwrap() {
                body[key] = value.clone();
            }
            let answer = admin.post("/v1/ivr-flows", body).await.expect(400);
            assert_eq!(answer["errors"][0]["pointer"], pointer, "{change}: {answer}");
            let said = answer.to_string();
            assert!(!said.contains("zqzq") && !said.contains("4711"), "a refused value comes back: {answer}");
        }
        assert_eq!(admin.get("/v1/ivr-flows").await.expect(200)["data"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_number_has_a_flow_which_then_stays() {
    on_both(async |app| {
        let admin = app.admin().await;
        let mut body = seed_flow();
        body["name"] = json!("Bank");
        let flow = admin.post("/v1/ivr-flows", body).await.expect(201);
        let new = json!({ "number": "+46 771 123456", "name": "Support", "adapter": "twiml", "provider": "twilio",
            "flow": flow["id"], "auth_token": "tok_5f3a9c1177" });
        let made = admin.post("/v1/phone-numbers", new.clone()).await.expect(201);
        for (field, value) in [
            ("number", json!("+46771123456")),
            ("name", json!("Support")),
            ("adapter", json!("twiml")),
            ("provider", json!("twilio")),
            ("flow", flow["id"].clone()),
            ("has_auth_token", json!(true)),
        ] {
            assert_eq!(made[field], value, "{field}");
        }
        assert!(!made.to_string().contains("tok_5f3a"), "{made}");
        let hook = made["hook_url"].as_str().unwrap();
        assert!(hook.ends_with(&format!("/hooks/voice/{}", made["id"].as_str().unwrap())), "{hook}");
        assert_eq!(admin.post("/v1/phone-numbers", new).await.problem(409), "number-taken");
        let at_flow = path("ivr-flows", &flow);
        assert_eq!(admin.get(&at_flow).await.expect(200)["numbers"][0]["number"], "+46771123456");
        let refused = admin.delete(&at_flow).await.expect(409);
        assert_eq!(refused["code"], "flow-in-use");
        assert!(refused["detail"].as_str().unwrap().contains("+46771123456"), "{refused}");

        let at = path("phone-numbers", &made);
        let moved = admin.patch(&at, json!({ "provider": "signalwire" })).await.expect(200);
        assert_eq!(moved["has_auth_token"], false, "the secret was another provider's");
        let set = admin.patch(&at, json!({ "auth_token": "tok_other" })).await.expect(200);
        assert_eq!(set["has_auth_token"], true);
        let bench = json!({ "adapter": "bench", "provider": null, "flow": null });
        let bench = admin.patch(&at, bench).await.expect(200);
        assert_eq!((&bench["has_auth_token"], &bench["hook_url"], &bench["flow"]), (&json!(false), &Value::Null, &Value::Null));
        admin.delete(&at_flow).await.expect(204);
        for (change, pointer, code) in [
            (json!({ "number": "0771" }), "/number", "not-a-phone"),
            (json!({ "number": "zqzq" }), "/number", "not-a-phone"),
            (json!({ "name": "" }), "/name", "invalid-name"),
            (json!({ "adapter": "twiml", "provider": null }), "/provider", "missing-field"),
            (json!({ "adapter": "sip", "provider": "telnyx" }), "/provider", "not-expected"),
            (json!({ "adapter": "bench", "auth_token": "zqzq" }), "/auth_token", "not-expected"),
            (json!({ "adapter": "twiml", "provider": "telnyx", "auth_token": "a zqzq" }), "/auth_token", "invalid-secret"),
            (json!({ "adapter": "pigeon" }), "/adapter", "invalid-value"),
            (json!({ "flow": flow["id"] }), "/flow", "unknown-flow"),
        ] {
            let mut body = json!({ "number": "+46771123457", "name": "New", "adapter": "bench" });
            for (key, value) in change.as_object().unwrap() {
                body[key] = value.clone();
            }
            for refused in [admin.post("/v1/phone-numbers", body).await, admin.patch(&at, change.clone()).await] {
                let answer = refused.expect(400);
                let found = (&answer["errors"][0]["pointer"], &answer["errors"][0]["code"]);
                assert_eq!(found, (&json!(pointer), &json!(code)), "{change}: {answer}");
                assert!(!answer.to_string().contains("zqzq"), "a refused value comes back: {answer}");
            }
        }
        admin.delete(&at).await.expect(204);
        assert_eq!(admin.get("/v1/phone-numbers").await.expect(200)["data"], json!([]));
        let said = audit(&admin, "phone_number.").await;
        let actions: Vec<&str> = said.iter().map(|(action, _)| action.as_str()).collect();
        let wanted = ["phone_number.create", "phone_number.update", "phone_number.update", "phone_number.update", "phone_number.delete"];
        assert_eq!(actions, wanted);
        assert_eq!(said[2].1, json!({ "auth_token": "changed" }));
        assert!(!serde_json::to_string(&said).unwrap().contains("tok_"));
    })
    .await;
}

#[tokio::test]
async fn managers_look_agents_do_not_and_only_administrators_change() {
    on_both(async |app| {
        let admin = app.admin().await;
        let mut body = seed_flow();
        body["name"] = json!("Bank");
        let flow = admin.post("/v1/ivr-flows", body.clone()).await.expect(201);
        admin.post(&format!("{}/publish", path("ivr-flows", &flow)), json!({})).await.expect(200);
        let widget = admin.post("/v1/call-widgets", named("Customer", seed_widget())).await.expect(201);
        let number = json!({ "number": "+46771123456", "name": "Support", "adapter": "bench" });
        let made = admin.post("/v1/phone-numbers", number.clone()).await.expect(201);
        let (at_flow, at_widget, at_number) =
            (path("ivr-flows", &flow), path("call-widgets", &widget), path("phone-numbers", &made));
        let reads = [
            "/v1/ivr-flows",
            "/v1/call-widgets",
            "/v1/phone-numbers",
            &at_flow,
            &at_widget,
            &at_number,
            &format!("{at_flow}/versions"),
            &format!("{at_flow}/versions/1"),
        ]
        .map(ToOwned::to_owned);
        let (manager, agent) = (app.person("team_manager").await, app.person("agent").await);
        for read in &reads {
            manager.get(read).await.expect(200);
            assert_eq!(agent.get(read).await.problem(403), "forbidden", "{read}");
            assert_eq!(app.anonymous().get(read).await.problem(401), "not-logged-in", "{read}");
        }
        manager.post(&format!("{at_flow}/validate"), json!({})).await.expect(200);
        manager.post("/v1/call-widgets/preview", seed_call(seed_widget())).await.expect(200);
        for other in [&manager, &agent] {
            for (asked, body) in [
                ("/v1/ivr-flows".to_owned(), body.clone()),
                ("/v1/call-widgets".to_owned(), named("Mine", seed_widget())),
                ("/v1/phone-numbers".to_owned(), number.clone()),
                (format!("{at_flow}/publish"), json!({})),
                (format!("{at_flow}/versions/1/restore"), json!({})),
            ] {
                assert_eq!(other.post(&asked, body).await.problem(403), "forbidden", "{asked}");
            }
            assert_eq!(other.put(&format!("{at_flow}/draft"), seed_flow()).await.problem(403), "forbidden");
            for at in [&at_flow, &at_widget, &at_number] {
                assert_eq!(other.patch(at, json!({ "name": "Mine" })).await.problem(403), "forbidden");
                assert_eq!(other.delete(at).await.problem(403), "forbidden");
            }
        }
        assert_eq!(agent.post(&format!("{at_flow}/validate"), json!({})).await.problem(403), "forbidden");
        let asked = agent.post("/v1/call-widgets/preview", seed_call(seed_widget())).await;
        assert_eq!(asked.problem(403), "forbidden");
        for at in [&at_flow, &at_widget, &at_number] {
            let foreign = format!("{}/cal_01jd3k6q9we3t8v2c4x5z6b7n8", at.rsplit_once('/').unwrap().0);
            assert_eq!(admin.get(&foreign).await.problem(404), "not-found");
        }
    })
    .await;
}
