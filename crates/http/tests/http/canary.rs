//! The canary crawl (M-8): a value of its own in every personal field; everything that this server says, to everybody
//! who sees values masked, is searched for each of them, written in any way it might be.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_testkit::{Client, TestApp, on_both};
use futures_util::StreamExt;
use md5::Digest as _;
use serde_json::json;
use tower::ServiceExt;

/// What is planted, with the field it is planted in. Nothing of it is a part of what a mask may show.
const CANARIES: &[(&str, &str)] = &[
    ("profile.name", "Zquorvane Plimtock"),
    ("profile.email", "zquorvane.plimtock@letters.example"),
    ("profile.phone", "+4915112345698"),
    ("profile.external_id", "CUST-QX77193-HIDDEN"),
    ("profile.attributes.secret", "Vexillum-Orrery-Kestrel"),
    ("profile.attributes.born", "1971-02-03"),
    ("case.attributes.secret", "Quincunx-Halberd-Larch"),
    ("account.user_id", "wyzzard-90817-oblique"),
    ("account.name", "Thaddeus Quillfeather"),
    ("claims.email", "ottoline.fizzbin@papers.example"),
    ("claims.phone", "+4915198765432"),
    ("message.text.email", "brunhilde.xanadu@letters.example"),
    ("message.text.phone", "+49 170 555 82 91"),
    ("note.text.email", "leopoldina.wurst@letters.example"),
    ("file.name", "cordelia.umbrage@letters.example"),
    ("import.name", "Ambrosius Nettlewick"),
    ("import.email", "ambrosius.nettlewick@letters.example"),
];

/// Each way in which a value might be written.
fn spellings(value: &str) -> BTreeSet<String> {
    let mut plain: BTreeSet<String> = BTreeSet::from([value.to_owned(), value.to_lowercase()]);
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    if value.starts_with('+') {
        // E.164, national, and without either; in groups it is still these digits (see `seen`).
        plain.extend([digits.clone(), format!("0{}", &digits[2..]), digits[2..].to_owned()]);
    }
    if let Some((local, _)) = value.split_once('@') {
        plain.insert(local.to_owned());
    } else if value.contains(' ') && !value.starts_with('+') {
        plain.extend(value.split(' ').map(|word| word.to_lowercase()));
    }
    let mut all = plain.clone();
    for text in &plain {
        all.insert(text.chars().rev().collect());
        all.insert(text.bytes().map(|b| format!("{b:02x}")).collect());
        all.insert(text.bytes().map(|b| format!("%{b:02x}")).collect());
        let escaped: String = text
            .bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02x}") })
            .collect();
        all.insert(escaped);
        for shift in 0..3 {
            // Base 64 of a text in which this stands somewhere: the part that no neighbour changes.
            let coded = STANDARD.encode([&b"   "[..shift], text.as_bytes()].concat());
            let inner = coded.trim_end_matches('=');
            let inner = &inner[if shift == 0 { 0 } else { 4 }..inner.len() - 2];
            if inner.len() >= 8 {
                all.extend([inner.to_owned(), inner.replace('+', "-").replace('/', "_")]);
            }
        }
        let hashes = [
            md5::Md5::digest(text).to_vec(),
            sha1::Sha1::digest(text).to_vec(),
            sha2::Sha256::digest(text).to_vec(),
        ];
        for hash in hashes {
            all.insert(hash.iter().map(|b| format!("{b:02x}")).collect());
            all.insert(STANDARD.encode(hash));
        }
    }
    all
}

/// Which canaries stand in a text.
fn seen(needles: &BTreeMap<&'static str, BTreeSet<String>>, text: &str) -> Vec<&'static str> {
    let lower = text.to_lowercase();
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
    let is_in = |spelling: &String| {
        text.contains(spelling) || lower.contains(spelling) || spelling.len() > 9 && digits.contains(spelling)
    };
    needles.iter().filter(|(_, all)| all.iter().any(is_in)).map(|(field, _)| *field).collect()
}

fn needles() -> BTreeMap<&'static str, BTreeSet<String>> {
    CANARIES.iter().map(|(field, value)| (*field, spellings(value))).collect()
}

fn canary(field: &str) -> &'static str {
    CANARIES.iter().find(|(name, _)| *name == field).unwrap().1
}

/// Puts a value into every personal field there is.
///
/// Answers who brought the file of customers: what somebody brought they see as they brought it (decision 0015).
async fn plant(app: &TestApp) -> Client {
    let api = app.api();
    for (level, key, kind) in
        [("profile", "secret", "text"), ("profile", "born", "date"), ("case", "secret", "text")]
    {
        let body = json!({ "key": key, "label": key, "level": level, "type": kind, "pii": "personal" });
        api.post("/v1/attributes", body).await.expect(201);
    }
    let hook = json!({ "url": "https://hooks.example/thin", "events": ["*"] });
    api.post("/v1/webhooks", hook).await.expect(201);
    let full = json!({ "url": "https://hooks.example/full", "events": ["*"], "with_personal_data": true });
    api.post("/v1/webhooks", full).await.expect(201);
    let me = app.person("team_manager").await.get("/v1/me").await.expect(200)["user"]["id"].clone();
    let rule = json!({ "name": "Tell", "trigger": "new_case", "actions": [
        { "kind": "notify", "people": [me], "text": "{profile.name} {profile.email} {profile.phone}: {message.text}" },
        { "kind": "note", "text": "They are {profile.name}, {profile.phone}" },
    ] });
    api.post("/v1/rules", rule).await.expect(201);
    let person = json!({
        "external_id": canary("profile.external_id"), "name": canary("profile.name"),
        "email": canary("profile.email"), "phone": canary("profile.phone"),
        "attributes": { "secret": canary("profile.attributes.secret"), "born": canary("profile.attributes.born") },
    });
    let code = json!({ "profile": person });
    let code =
        api.post("/v1/identification-codes", code).await.expect(201)["display"].as_str().unwrap().to_owned();
    let channel = app.custom_channel("Chat").await;
    let said = |id: &str, text: String| {
        let from = json!({
            "id": canary("account.user_id"), "name": canary("account.name"),
            "email": canary("claims.email"), "phone": canary("claims.phone"),
        });
        json!({ "id": id, "from": from, "text": text })
    };
    let path = format!("/v1/channels/{channel}/messages");
    let text = format!("write to {} or call {}", canary("message.text.email"), canary("message.text.phone"));
    api.post(&path, said("1", text)).await.expect(200);
    let answer = api.post(&path, said("2", format!("my code is {code}"))).await.expect(200);
    let case = answer["case"]["id"].as_str().unwrap().to_owned();
    let admin = app.admin().await;
    let file = admin.clone().header("content-type", "application/octet-stream");
    let disposition = format!("attachment; filename*=UTF-8''{}.txt", canary("file.name"));
    let (file, path) =
        (file.header("content-disposition", &disposition), format!("/v1/cases/{case}/attachments"));
    let file = file.send(Method::POST, &path, Some(b"hello".to_vec())).await.expect(201);
    let reply = json!({ "text": "Here it is", "attachments": [file["id"]] });
    admin.post(&format!("/v1/cases/{case}/messages"), reply).await.expect(201);
    let note = format!("also {}; {} is right", canary("note.text.email"), canary("profile.name"));
    let note = json!({ "text": note, "kind": "note" });
    admin.post(&format!("/v1/cases/{case}/messages"), note).await.expect(201);
    let fields = json!({ "attributes": { "secret": canary("case.attributes.secret") } });
    admin.patch(&format!("/v1/cases/{case}"), fields).await.expect(200);
    let csv = format!("external_id,name,email\nnew-1,{},{}\n", canary("import.name"), canary("import.email"));
    let bringer = app.another("admin", "bringer").await;
    let csv_client = bringer.clone().header("content-type", "text/csv");
    let import =
        csv_client.send(Method::POST, "/v1/profile-imports", Some(csv.into_bytes())).await.expect(201);
    let plan = json!({ "fields": ["external_id", "name", "email"], "create_missing": true });
    bringer
        .post(&format!("/v1/profile-imports/{}/preview", import["id"].as_str().unwrap()), plan)
        .await
        .expect(202);
    app.service.run_imports_now().await.unwrap();
    // A file of everything, and what else is kept about a customer's privacy.
    let list = api.get("/v1/profiles").await.expect(200);
    let customer =
        list["data"].as_array().unwrap().iter().find(|p| p["name"] == canary("profile.name")).unwrap();
    let export =
        json!({ "profile_id": customer["id"], "reason": format!("wrote from {}", canary("profile.email")) });
    api.post("/v1/privacy/exports", export).await.expect(202);
    app.service.run_exports_now().await.unwrap();
    let path = format!("/v1/profiles/{}/hold", customer["id"].as_str().unwrap());
    let reason = format!("{} sues", canary("profile.phone"));
    api.put(&path, json!({ "reason": reason })).await.expect(200);
    bringer
}

/// Every id of every kind that stands in a text.
fn ids(text: &str, into: &mut BTreeSet<String>) {
    for (at, _) in text.match_indices('_') {
        let start = text[..at].rfind(|c: char| !c.is_ascii_lowercase()).map_or(0, |n| n + 1);
        let end = at + 27;
        let is_id = text.get(at + 1..end).is_some_and(|t| t.bytes().all(|b| b.is_ascii_alphanumeric()));
        if is_id && start < at {
            into.insert(text[start..end].to_owned());
        }
    }
}

/// Every path of the document that is read, with each id that there is in its place, and with what a visitor would
/// type into its filters.
fn reads(ids: &BTreeSet<String>) -> Vec<String> {
    let document = serde_json::to_value(countersign_http::router::document()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        if item.get("get").is_none() || path == "/v1/live" {
            continue;
        }
        if path == "/v1/analytics/{report}" {
            for report in countersign_types::analytics::Report::ALL {
                let of = |by: &countersign_types::analytics::By| {
                    format!("/v1/analytics/{}?by={}", report.as_str(), by.as_str())
                };
                all.extend(report.bys().iter().map(of));
                all.push(format!("/v1/analytics/{}?format=csv", report.as_str()));
            }
            continue;
        }
        if path.contains('{') {
            // The public pages' second parameter is a file's or a link's id; each id is tried in each place, three of
            // each kind.
            let kind = |id: &String| id.split('_').next().map(ToOwned::to_owned);
            let mut of_kind: BTreeMap<Option<String>, usize> = BTreeMap::new();
            let few = ids.iter().filter(|id| {
                let count = of_kind.entry(kind(id)).or_default();
                *count += 1;
                *count <= 3
            });
            all.extend(few.map(|id| {
                let mut filled = path.clone();
                while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
                    filled.replace_range(from..=to, id);
                }
                filled
            }));
        } else {
            all.push(path.clone());
        }
    }
    for list in ["/v1/profiles", "/v1/profiles/export", "/v1/profiles/export/preview"] {
        for (key, field) in [
            ("q", "profile.email"),
            ("q", "profile.name"),
            ("email", "profile.email"),
            ("phone", "profile.phone"),
            ("external_id", "profile.external_id"),
        ] {
            let value = canary(field).replace('+', "%2B").replace(' ', "%20");
            all.push(format!("{list}?{key}={value}"));
        }
    }
    all
}

/// Every read that answers somebody who sees everything, found by trying each id that is met in each place.
async fn every_read(client: &Client) -> Vec<String> {
    let (mut known, mut all) = (BTreeSet::new(), BTreeSet::new());
    // What a first round meets, a second asks for.
    for _ in 0..2 {
        for path in reads(&known) {
            if all.contains(&path) {
                continue;
            }
            let answer = client.get(&path).await;
            ids(&String::from_utf8_lossy(&answer.body), &mut known);
            if answer.status.is_success() {
                all.insert(path);
            }
        }
    }
    all.into_iter().collect()
}

/// What somebody is told: every read, a few searches and every kind of refusal.
async fn heard(client: &Client, reads: &[String]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut note = |called: &str, answer: &countersign_testkit::Answer| {
        let heads: String = answer.headers.iter().map(|(k, v)| format!("{k}: {v:?}\n")).collect();
        all.push((called.to_owned(), format!("{heads}\n{}", String::from_utf8_lossy(&answer.body))));
    };
    for path in reads {
        // Its own query may be said back in a cursor or a link, so what was asked is taken out of the name.
        let called = path.split('?').next().unwrap_or_default().to_owned();
        note(&called, &client.get(path).await);
    }
    for field in ["message.text.email", "profile.email", "account.user_id", "profile.name"] {
        note("POST /v1/cases/search", &client.post("/v1/cases/search", json!({ "q": canary(field) })).await);
    }
    // Refusals do not say values back.
    let wrong = json!({ "external_id": canary("profile.external_id"), "name": 7, "email": format!("{} x", canary("profile.email")),
                        "phone": format!("{}x", canary("profile.phone")), "attributes": { "born": canary("profile.attributes.secret") } });
    note("POST /v1/profiles", &client.post("/v1/profiles", wrong).await);
    let taken = json!({ "external_id": canary("profile.external_id"), "email": canary("profile.email") });
    note("POST /v1/profiles", &client.post("/v1/profiles", taken).await);
    let log_in = json!({ "email": canary("profile.email"), "password": canary("profile.attributes.secret") });
    note("POST /v1/auth/login", &client.post("/v1/auth/login", log_in).await);
    all
}

/// What the log of the server says while it works.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn mask(app: &TestApp, agent_phone: bool) {
    let all =
        json!({ "name": true, "email": true, "phone": true, "ids": true, "attributes": true, "text": true });
    let mut agent = all.clone();
    agent["phone"] = json!(agent_phone);
    let roles = json!({ "roles": { "admin": all, "team_manager": all, "agent": agent } });
    app.api().put("/v1/masking", roles).await.expect(200);
}

/// The leaks that a caller meets: where, and of what.
async fn leaks(client: &Client, reads: &[String]) -> BTreeSet<(String, &'static str)> {
    let needles = needles();
    let mut found = BTreeSet::new();
    for (called, text) in heard(client, reads).await {
        found.extend(seen(&needles, &text).into_iter().map(|field| (called.clone(), field)));
    }
    found
}

#[tokio::test]
async fn m_8_nothing_personal_is_said_to_whoever_sees_it_masked() {
    on_both(async |app| {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        tracing::info!("the crawl begins");
        let jobs = app.jobs();
        let bringer = plant(&app).await;
        jobs.until(async || app.outbound.requests().len() >= 6).await;
        let api = app.api();
        let known = every_read(&api).await;
        let of_one = known.iter().filter(|path| path.contains('_')).count();
        assert!(of_one > 15, "the crawl learnt of too little: {known:?}");
        // Whoever sees everything meets each of them: else the crawl below would prove nothing.
        let met: BTreeSet<&str> = leaks(&bringer, &known).await.into_iter().map(|(_, of)| of).collect();
        let missed: Vec<&str> =
            CANARIES.iter().map(|(field, _)| *field).filter(|field| !met.contains(field)).collect();
        assert_eq!(missed, Vec::<&str>::new(), "planted, but said to nobody");

        mask(&app, true).await;
        let all = api.get("/v1/permissions").await.expect(200);
        let scopes: Vec<&str> = all["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|p| p["scope"].as_str())
            .filter(|scope| *scope != "personal_data.read")
            .collect();
        let key = api.post("/v1/api-keys", json!({ "name": "Blind", "scopes": scopes })).await.expect(201);
        let blind = app.anonymous().bearer(key["secret"].as_str().unwrap());
        for (who, client) in [
            ("agent", app.person("agent").await),
            ("admin", app.admin().await),
            ("key", blind),
            ("nobody", app.anonymous()),
        ] {
            let found = leaks(&client, &known).await;
            assert_eq!(found, BTreeSet::new(), "said to {who}");
        }
        // What is sent to webhooks without personal data, and what the server writes down about its own work.
        let thin: String = app
            .outbound
            .requests()
            .iter()
            .filter(|r| r.url.ends_with("/thin"))
            .map(|r| String::from_utf8_lossy(&r.body).into_owned())
            .collect();
        assert!(thin.contains("message.created"), "{thin}");
        assert_eq!(seen(&needles(), &thin), Vec::<&str>::new(), "sent to a webhook");
        let written = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
        assert!(written.contains("the crawl begins"), "the log is read: {written}");
        assert_eq!(seen(&needles(), &written), Vec::<&str>::new(), "written to the log");
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn m_8_the_crawl_finds_a_leak_that_was_planted() {
    on_both(async |app| {
        plant(&app).await;
        let known = every_read(&app.api()).await;
        mask(&app, false).await;
        let found = leaks(&app.person("agent").await, &known).await;
        let of: BTreeSet<&str> = found.iter().map(|(_, of)| *of).collect();
        assert_eq!(of, BTreeSet::from(["profile.phone", "claims.phone"]), "{found:?}");
        assert!(found.contains(&("/v1/profiles".to_owned(), "profile.phone")), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn m_8_live_updates_hold_nothing_personal() {
    on_both(async |app| {
        mask(&app, true).await;
        let agent = app.person("agent").await;
        let _ = agent.get("/v1/me").await;
        let body = json!({ "email": "agent@example.test", "password": "a rather long passphrase 1" });
        let cookie = app.anonymous().post("/v1/auth/login", body).await.cookie().unwrap();
        let request = Request::get("/v1/live").header("cookie", cookie).body(Body::empty()).unwrap();
        let mut stream = app.router.clone().oneshot(request).await.unwrap().into_body().into_data_stream();
        plant(&app).await;
        let mut text = String::new();
        while !text.contains("case.updated") || !text.contains("profile.updated") {
            match tokio::time::timeout(std::time::Duration::from_secs(5), stream.next()).await {
                Ok(Some(bytes)) => text.push_str(&String::from_utf8_lossy(&bytes.unwrap())),
                _ => break,
            }
        }
        assert!(text.contains("message.created") || text.contains("case.updated"), "{text}");
        assert_eq!(seen(&needles(), &text), Vec::<&str>::new());
    })
    .await;
}

#[test]
fn every_spelling_of_a_value_is_found() {
    let needles = needles();
    for (text, field) in [
        ("x zquorvane.plimtock y", "profile.email"),
        ("mailto:zquorvane%2eplimtock%40letters%2eexample", "profile.email"),
        ("0151 1234-5698", "profile.phone"),
        ("elpmaxe.srettel@kcotmilp.enavrouqz", "profile.email"),
        (&STANDARD.encode("{\"n\":\"Zquorvane Plimtock\"}"), "profile.name"),
        ("5a71756f7276616e6520506c696d746f636b", "profile.name"),
    ] {
        assert!(seen(&needles, text).contains(&field), "{text}");
    }
    assert_eq!(seen(&needles, "****@letters.example, XXX-XXX-5698, Z••••••, 1971-••-••"), Vec::<&str>::new());
}
