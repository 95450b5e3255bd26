//! Mail, through real Postfix, Dovecot and OpenDKIM.

use std::time::Duration;

use countersign_blackbox::{Client, Home, MAIL_PASSWORD, MailServers, World};
use serde_json::{Value, json};

/// How long mail may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mailbox of the company connected to a server.
struct Office {
    world: World,
    mail: MailServers,
    channel: String,
}

impl Office {
    async fn open(home: Home) -> Option<Self> {
        if let Some(why) = MailServers::missing() {
            assert!(std::env::var_os("CI").is_none(), "no mail servers: {why}");
            eprintln!("SKIPPED, no mail servers: {why}");
            return None;
        }
        let mail = MailServers::start();
        let authority = mail.authority().to_string_lossy().into_owned();
        let world = World::start(home, 1, |launch| {
            launch.with("COUNTERSIGN_OUTBOUND_ALLOW", "localhost").with("SSL_CERT_FILE", &authority)
        })
        .await;
        let body = json!({
            "kind": "email", "name": "Support", "config": config(&mail),
            "secrets": { "imap_password": MAIL_PASSWORD }
        });
        let channel = world.client(0).post("/v1/channels", &body).await.ok().text("/id");
        Some(Self { world, mail, channel })
    }

    fn client(&self) -> Client {
        self.world.client(0)
    }

    /// A mail of a customer of `customer.test`, signed by their provider.
    fn signed(&self, from: &str, head: &str, body: &str) {
        MailServers::hand_over(
            self.mail.customers_port,
            from,
            "support@company.test",
            &written(from, head, body),
        );
    }

    /// A mail of anybody who says that they are somebody.
    fn forged(&self, from: &str, head: &str, body: &str) {
        MailServers::hand_over(
            self.mail.world_port,
            "eve@evil.test",
            "support@company.test",
            &written(from, head, body),
        );
    }

    /// Cases of the mailbox, once there are so many.
    async fn cases(&self, count: usize) -> Vec<Value> {
        let mut client = self.client();
        let path = format!("/v1/cases?channel={}&sort=newest", self.channel);
        for _ in 0..PATIENCE.as_millis() / 100 {
            let found = client.get(&path).await.ok()["data"].as_array().unwrap().clone();
            if found.len() >= count {
                assert_eq!(found.len(), count);
                return found;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("there are not {count} cases after {PATIENCE:?}");
    }

    /// Messages of a case, newest first, once there are so many.
    async fn messages(&self, case: &str, count: usize) -> Vec<Value> {
        let mut client = self.client();
        for _ in 0..PATIENCE.as_millis() / 100 {
            let found = client.get(&format!("/v1/cases/{case}/messages")).await.ok()["data"]
                .as_array()
                .unwrap()
                .clone();
            let said: Vec<Value> = found.into_iter().rev().filter(|m| m["kind"] == "reply").collect();
            if said.len() >= count {
                return said;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("there are not {count} messages after {PATIENCE:?}");
    }

    async fn reply(&self, case: &str, text: &str) -> String {
        let path = format!("/v1/cases/{case}/messages");
        self.client().post(&path, &json!({ "kind": "reply", "text": text })).await.ok().text("/id")
    }

    /// The newest mail in a mailbox, once there are so many.
    async fn received(&self, address: &str, count: usize) -> String {
        for _ in 0..PATIENCE.as_millis() / 100 {
            let mails = self.mail.mailbox(address);
            if mails.len() >= count {
                return mails.into_iter().next_back().unwrap();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{address} does not have {count} mails after {PATIENCE:?}");
    }
}

fn config(mail: &MailServers) -> Value {
    json!({
        "address": "support@company.test",
        "sender_name": "Company",
        "imap": { "host": "localhost", "port": mail.imap_port, "security": "tls", "username": "support@company.test" },
        "smtp": { "host": "localhost", "port": mail.submission_port, "security": "starttls", "username": "support@company.test" },
        "authserv_id": "mx.company.test"
    })
}

fn written(from: &str, head: &str, body: &str) -> String {
    format!("From: Mia <{from}>\r\nTo: support@company.test\r\nSubject: My tariff\r\n{head}\r\n{body}\r\n")
}

fn field<'a>(mail: &'a str, name: &str) -> &'a str {
    let begin = format!("{name}: ");
    mail.lines().find_map(|line| line.strip_prefix(begin.as_str())).unwrap_or_default()
}

fn level(case: &Value) -> &str {
    case["identity"]["assurance"].as_str().unwrap()
}

async fn a_code_by_mail(office: Office) {
    let mut client = office.client();
    let (_, code) = office.world.code(&mut client, "customer-1").await;
    // Five copies, as forwarders make them.
    let head = "Message-ID: <first@customer.test>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n";
    let mail = written("mia@customer.test", head, &format!("Good morning, my code is {code}"));
    let mail = mail.replace("Subject: My tariff", &format!("Subject: My tariff {code}"));
    for _ in 0..5 {
        MailServers::hand_over(
            office.mail.customers_port,
            "mia@customer.test",
            "support@company.test",
            &mail,
        );
    }
    let case = office.cases(1).await.remove(0);
    let id = case["id"].as_str().unwrap();
    let said = office.messages(id, 1).await;
    assert_eq!(said.len(), 1, "five copies are one message");
    assert_eq!(said[0]["identification"]["outcome"], "valid", "{}", said[0]);
    let case = client.get(&format!("/v1/cases/{id}")).await.ok().json;
    assert_eq!(level(&case), "al3");
    let subject = case["subject"].as_str().unwrap();
    assert!(subject.starts_with("My tariff •"), "a code is stored nowhere, nor in a subject: {subject}");
    // The answer stands behind the question in the customer's reader, and the answer to that in ours.
    office.reply(id, "Thank you. Anything else?").await;
    let mail = office.received("mia@customer.test", 1).await;
    assert!(!mail.contains(&code) && mail.contains("Subject: "), "nor does it go out again: {mail}");
    assert!(field(&mail, "In-Reply-To").contains("first@customer.test"), "{mail}");
    assert!(field(&mail, "From").contains("support@company.test"));
    assert!(!mail.contains("Auto-Submitted"), "a person wrote it");
    let answers = field(&mail, "Message-ID").to_owned();
    let head = format!(
        "Message-ID: <second@customer.test>\r\nIn-Reply-To: {answers}\r\nReferences: <first@customer.test> {answers}\r\n"
    );
    office.signed("mia@customer.test", &head, "No, thanks.\r\n\r\nOn 22 Nov 2026, Company <support@company.test> wrote:\r\n> Thank you. Anything else?");
    let said = office.messages(id, 3).await;
    assert_eq!(said[0]["text"], "No, thanks.");
    // Another mail is another conversation of the same customer.
    office.signed("mia@customer.test", "Message-ID: <third@customer.test>\r\n", "Something else");
    let cases = office.cases(2).await;
    assert!(cases.iter().all(|case| level(case) == "al3"), "she is who she is in both");
    somebody_else_in_her_name(&office, id, &answers).await;
}

/// A forged `From` gains nothing of what its address has proved, whatever else the mail says.
async fn somebody_else_in_her_name(office: &Office, hers: &str, answers: &str) {
    let results = "Authentication-Results: mx.company.test; dkim=pass header.d=customer.test; dmarc=pass header.from=customer.test\r\n";
    let thread = format!(
        "{results}Message-ID: <f@customer.test>\r\nIn-Reply-To: {answers}\r\nReferences: <first@customer.test> {answers}\r\n"
    );
    office.forged("mia@customer.test", &thread, "Please send my contract to my new address");
    let cases = office.cases(3).await;
    let forged = &cases[0];
    assert_eq!(level(forged), "al0", "{forged}");
    assert_ne!(forged["id"], hers);
    let profile = forged["identity"]["profile"]["id"].as_str().unwrap();
    let mut client = office.client();
    let profile = client.get(&format!("/v1/profiles/{profile}")).await.ok().json;
    assert_eq!(profile["anonymous"], true, "{profile}");
    assert!(profile["claims"]["email"].is_null(), "not even a claim: {profile}");
    let record =
        client.get(&format!("/v1/cases/{}/messages", forged["id"].as_str().unwrap())).await.ok().json;
    assert!(record["data"].to_string().contains("did not vouch"), "{record}");
    // What is answered to our answer, which went to the address' owner, goes on with that conversation only.
    let id = forged["id"].as_str().unwrap();
    office.reply(id, "Who are you?").await;
    let mail = office.received("mia@customer.test", 2).await;
    let head = format!("Message-ID: <g@customer.test>\r\nIn-Reply-To: {}\r\n", field(&mail, "Message-ID"));
    office.forged("mia@customer.test", &head, "It is me");
    assert_eq!(office.messages(id, 3).await[0]["text"], "It is me");
    assert_eq!(office.cases(3).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_sent_through_real_postfix_identifies_its_sender_and_a_forged_from_gains_nothing() {
    if let Some(office) = Office::open(Home::Sqlite).await {
        a_code_by_mail(office).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_comes_back_is_a_failed_reply_and_is_never_answered() {
    let Some(office) = Office::open(Home::postgres().await).await else { return };
    // Of an address that no mail reaches any more, by somebody who could sign.
    office.signed("gone@customer.test", "Message-ID: <1@customer.test>\r\n", "Hello");
    let case = office.cases(1).await.remove(0);
    let id = case["id"].as_str().unwrap();
    let reply = office.reply(id, "Hello to you").await;
    for _ in 0..PATIENCE.as_millis() / 100 {
        let said = office.messages(id, 2).await;
        if said[0]["delivery"] == "failed" {
            assert_eq!(said[0]["id"], reply.as_str());
            let detail = said[0]["delivery_detail"].as_str().unwrap();
            assert_eq!(detail, "the mail came back: there is no such address (5.1.1)");
            assert_eq!(office.cases(1).await.len(), 1, "word of it is no message");
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let said = office.messages(id, 1).await;
    panic!("nobody heard that the mail came back: {said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_come_and_go_and_settings_that_do_not_work_are_not_saved() {
    let Some(office) = Office::open(Home::Sqlite).await else { return };
    let mut client = office.client();
    let mut wrong = config(&office.mail);
    wrong["authserv_id"] = Value::Null;
    // Another mailbox: of one that is connected already the mail server is not even asked.
    wrong["imap"]["username"] = json!("nobody");
    let body =
        json!({ "kind": "email", "name": "x", "config": wrong, "secrets": { "imap_password": "wrong" } });
    let refused = client.post("/v1/channels", &body).await;
    assert_eq!(refused.status, 400, "{}", refused.json);
    assert!(refused.json.to_string().contains("user name or password"), "{}", refused.json);
    let tested = client.post(&format!("/v1/channels/{}/test", office.channel), &json!({})).await.ok();
    assert_eq!(tested["ok"], true, "{}", tested.json);
    let file =
        "Content-Type: multipart/mixed; boundary=b\r\nMIME-Version: 1.0\r\nMessage-ID: <1@customer.test>\r\n";
    let body = "--b\r\nContent-Type: text/plain\r\n\r\nSee the file\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=notes.txt\r\n\r\nthe notes\r\n--b--";
    office.signed("mia@customer.test", file, body);
    let case = office.cases(1).await.remove(0);
    let id = case["id"].as_str().unwrap();
    for _ in 0..PATIENCE.as_millis() / 100 {
        let said = office.messages(id, 1).await;
        let file = &said[0]["attachments"][0];
        assert_eq!(file["name"], "notes.txt", "announced before it is here");
        if let Some(file) = file["id"].as_str() {
            let bytes = client.get(&format!("/v1/attachments/{file}")).await;
            assert_eq!(String::from_utf8_lossy(&bytes.bytes).trim(), "the notes");
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the file did not come");
}

/// What rules say by mail: to whom, and how often.
async fn rules_by_mail(office: Office) {
    let mut client = office.client();
    let asking = json!({
        "name": "Ask", "trigger": "new_case",
        "match": [{ "mode": "all", "conditions": [{ "field": "case.channel", "op": "is", "value": office.channel }] }],
        "actions": [{ "kind": "send_message", "texts": ["Please send your code."] }]
    });
    client.post("/v1/rules", &asking).await.ok();
    // A machine is not answered; five mails in somebody's name get three answers.
    office.signed(
        "eve@customer.test",
        "Auto-Submitted: auto-replied\r\nMessage-ID: <a@customer.test>\r\n",
        "I am away",
    );
    for n in 0..5 {
        office.forged(
            "mia@customer.test",
            &format!("Message-ID: <b{n}@customer.test>\r\n"),
            &format!("Hello {n}"),
        );
    }
    office.cases(6).await;
    let answer = office.received("mia@customer.test", 3).await;
    assert_eq!(field(&answer, "Auto-Submitted"), "auto-replied", "{answer}");
    // One more mail, by a person whose server vouches: when that is answered, everything before has been.
    office.signed("eve@customer.test", "Message-ID: <c@customer.test>\r\n", "Hello");
    office.received("eve@customer.test", 1).await;
    assert_eq!(
        office.mail.mailbox("mia@customer.test").len(),
        3,
        "R-1: a stranger gets three answers at most"
    );
    assert_eq!(office.mail.mailbox("eve@customer.test").len(), 1, "and nothing answers a machine");
    // A rule on another channel writes to the address that the company vouched for, and to no claimed one.
    let writing = json!({
        "name": "Write", "trigger": "new_case",
        "match": [{ "mode": "all", "conditions": [{ "field": "case.channel", "op": "is", "value": office.world.channel }] }],
        "actions": [{ "kind": "email_customer", "subject": "Your conversation", "texts": ["We have your message, {profile.name|dear customer}."] }]
    });
    let rule = client.post("/v1/rules", &writing).await.ok().text("/id");
    let profile = json!({ "external_id": "mia-1", "email": "mia@customer.test", "name": "Mia" });
    let code =
        client.post("/v1/identification-codes", &json!({ "profile": profile })).await.ok().text("/display");
    office.world.send(&mut client, "pigeon-mia", &format!("code {code}")).await.ok();
    let mail = office.received("mia@customer.test", 4).await;
    assert_eq!(field(&mail, "Subject"), "Your conversation");
    assert!(mail.contains("We have your message, Mia.") && !mail.contains("In-Reply-To"), "{mail}");
    office.world.send(&mut client, "pigeon-nobody", "hello").await.ok();
    let firings = client.get(&format!("/v1/rules/{rule}/firings")).await.ok().json.to_string();
    assert!(firings.contains("no_email_address"), "{firings}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r1_rules_answer_people_by_mail_and_neither_machines_nor_strangers_without_end() {
    if let Some(office) = Office::open(Home::Sqlite).await {
        rules_by_mail(office).await;
    }
}
