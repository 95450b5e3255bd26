//! Matrix, through a real homeserver: Synapse.

use std::time::Duration;

use countersign_blackbox::{Client, Home, Homeserver, MATRIX_DOMAIN, Person, World};
use hyper::Method;
use serde_json::{Value, json};

/// How long a message may take to arrive.
const PATIENCE: Duration = Duration::from_secs(40);
/// A picture of one dot.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82";

/// An account of the company's, connected to a server, and a customer.
struct Desk {
    world: World,
    homeserver: Homeserver,
    account: Person,
    mia: Person,
    channel: String,
}

async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..PATIENCE.as_millis() / 100 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not after {PATIENCE:?}: {what}");
}

impl Desk {
    async fn open(home: Home) -> Option<Self> {
        if let Some(why) = Homeserver::missing() {
            assert!(std::env::var_os("CI").is_none(), "no homeserver: {why}");
            eprintln!("SKIPPED, no homeserver: {why}");
            return None;
        }
        let homeserver = Homeserver::start();
        let account = homeserver.person("desk").await;
        let mia = homeserver.person("mia").await;
        let world =
            World::start(home, 1, |launch| launch.with("COUNTERSIGN_OUTBOUND_ALLOW", "127.0.0.1")).await;
        let body = settings(&homeserver, &account.token);
        let made = world.client(0).post("/v1/channels", &body).await.ok();
        assert_eq!(made["config"]["user_id"], format!("@desk:{MATRIX_DOMAIN}"), "{}", made.json);
        assert!(!made.json.to_string().contains(&account.token), "a secret is given out by nothing");
        let channel = made.text("/id");
        Some(Self { world, homeserver, account, mia, channel })
    }

    fn client(&self) -> Client {
        self.world.client(0)
    }

    async fn code(&self) -> String {
        self.world.code(&mut self.client(), "customer-1").await.1
    }

    /// Cases of the channel, once there are so many.
    async fn cases(&self, count: usize) -> Vec<Value> {
        let path = format!("/v1/cases?channel={}&sort=newest", self.channel);
        let mut client = self.client();
        until(&format!("{count} cases"), async || {
            let found = client.get(&path).await.ok()["data"].as_array().unwrap().clone();
            (found.len() >= count).then_some(found)
        })
        .await
    }

    /// What a case says, oldest first, once it is so much.
    async fn said(&self, case: &str, count: usize) -> Vec<Value> {
        let mut client = self.client();
        until(&format!("{count} messages"), async || {
            let found = client.get(&format!("/v1/cases/{case}/messages?limit=200")).await.ok();
            let all = found["data"].as_array().unwrap().iter().filter(|m| m["kind"] == "reply");
            let said: Vec<Value> = all.cloned().collect();
            (said.len() >= count).then_some(said)
        })
        .await
    }

    async fn reply(&self, case: &str, text: &str) -> String {
        let path = format!("/v1/cases/{case}/messages");
        self.client().post(&path, &json!({ "kind": "reply", "text": text })).await.ok().text("/id")
    }

    /// A reply, once it is delivered so far.
    async fn delivered(&self, case: &str, reply: &str, how: &str) -> Value {
        let mut client = self.client();
        until(&format!("a reply that is {how}"), async || {
            let found = client.get(&format!("/v1/cases/{case}/messages")).await.ok();
            let all = found["data"].as_array().unwrap();
            all.iter().find(|m| m["id"] == reply && m["delivery"] == how).cloned()
        })
        .await
    }

    /// What the customer hears in a room, once it is so much.
    async fn heard(&mut self, room: &str, count: usize) -> Vec<Value> {
        let mia = &mut self.mia;
        until(&format!("{count} messages to the customer"), async || {
            let heard = mia.heard(room).await;
            (heard.len() >= count).then_some(heard)
        })
        .await
    }

    async fn health(&self) -> Value {
        let path = format!("/v1/channels/{}", self.channel);
        self.client().get(&path).await.ok()["health"].clone()
    }
}

fn settings(homeserver: &Homeserver, token: &str) -> Value {
    json!({ "kind": "matrix", "name": "Matrix", "config": { "homeserver_url": homeserver.url() },
            "secrets": { "access_token": token } })
}

fn id(case: &Value) -> String {
    case["id"].as_str().unwrap().to_owned()
}

fn texts(said: &[Value]) -> Vec<&str> {
    said.iter().map(|m| m["text"].as_str().unwrap()).collect()
}

/// As an app does it: the room is made, the account invited, and the customer writes before it has come in.
async fn a_code_by_matrix(mut desk: Desk) {
    let code = desk.code().await;
    let room = desk.mia.open(&desk.account.user, json!([])).await;
    desk.mia.say(&room, "Hello").await;
    desk.mia.say(&room, &format!("my code is {}", code.to_lowercase())).await;
    let case = id(&desk.cases(1).await[0]);
    let said = desk.said(&case, 2).await;
    assert_eq!(said[0]["text"], "Hello", "what was written before the account came in is not lost");
    assert_eq!(said[1]["identification"]["outcome"], "valid", "{}", said[1]);
    assert!(!texts(&said).join(" ").to_lowercase().contains(&code.to_lowercase()), "codes are redacted");
    let mut client = desk.client();
    let found = client.get(&format!("/v1/cases/{case}")).await.ok();
    assert_eq!(found["identity"]["assurance"], "al3", "{}", found.json);
    // The answer, and how far it came.
    let reply = desk.reply(&case, "Good morning, Mia.").await;
    let heard = desk.heard(&room, 1).await;
    assert_eq!(heard[0]["content"]["body"], "Good morning, Mia.");
    assert_eq!(heard[0]["content"]["msgtype"], "m.text", "a person wrote it");
    desk.delivered(&case, &reply, "sent").await;
    desk.mia.read(&room, heard[0]["event_id"].as_str().unwrap()).await;
    desk.delivered(&case, &reply, "read").await;
    what_else_people_do(&mut desk, &room, &case).await;
    // The homeserver is started again; what is written meanwhile and afterwards arrives, and once.
    desk.homeserver.restart();
    desk.mia.client.close();
    desk.mia.say(&room, "Are you still there?").await;
    let before = desk.said(&case, 8).await.len();
    assert_eq!(before, 8);
    // So is this server, in the middle of it: more than a look holds is read page by page.
    desk.world.servers[0].kill();
    for n in 0..45 {
        desk.mia.say(&room, &format!("line {n}")).await;
    }
    desk.world.servers[0].start_again().await;
    let said = desk.said(&case, before + 45).await;
    let expected: Vec<String> = (0..45).map(|n| format!("line {n}")).collect();
    assert_eq!(texts(&said[before..]), expected, "all of it, once, in its order");
    assert_eq!(desk.cases(1).await.len(), 1);
    desk.reply(&case, "Yes.").await;
    assert_eq!(desk.heard(&room, 2).await[1]["content"]["body"], "Yes.");
}

/// Notices, edits, reactions, deletions and what nobody knows: each is kept and says what it is.
async fn what_else_people_do(desk: &mut Desk, room: &str, case: &str) {
    let first = desk.mia.say(room, "I have a qestion").await;
    let edit = json!({ "msgtype": "m.text", "body": "* I have a question",
                       "m.new_content": { "msgtype": "m.text", "body": "I have a question" },
                       "m.relates_to": { "rel_type": "m.replace", "event_id": first } });
    desk.mia.put(room, "m.room.message", &edit).await;
    let reaction = json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": first, "key": "👍" } });
    desk.mia.put(room, "m.reaction", &reaction).await;
    desk.mia.put(room, "org.example.odd", &json!({ "x": 1 })).await;
    let said = desk.said(case, 7).await;
    let expected =
        ["I have a qestion", "✎ I have a question", "[reaction] 👍", "[unsupported: org.example.odd]"];
    assert_eq!(texts(&said)[3..], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_sent_through_a_real_homeserver_identifies_its_sender_and_nothing_is_lost_or_doubled() {
    if let Some(desk) = Desk::open(Home::Sqlite).await {
        a_code_by_matrix(desk).await;
    }
}

async fn files_both_ways(mut desk: Desk) {
    let room = desk.mia.open(&desk.account.user, json!([])).await;
    let place = desk.mia.upload(PICTURE).await;
    let picture = json!({ "msgtype": "m.image", "body": "my card", "filename": "card.png", "url": place,
                          "info": { "mimetype": "image/png", "size": PICTURE.len() } });
    desk.mia.put(&room, "m.room.message", &picture).await;
    let case = id(&desk.cases(1).await[0]);
    let mut client = desk.client();
    let (mut since, desk_types) = (None, [json!(desk.account.user)]);
    assert_eq!(desk.mia.typing(&room, &mut since).await, [] as [Value; 0]);
    assert_eq!(client.post(&format!("/v1/cases/{case}/typing"), &json!({})).await.status, 204);
    until("the sign of typing", async || {
        (desk.mia.typing(&room, &mut since).await == desk_types).then_some(())
    })
    .await;
    let file = until("the picture", async || {
        let said = desk.said(&case, 1).await;
        assert_eq!(
            (&said[0]["text"], &said[0]["attachments"][0]["name"]),
            (&json!("my card"), &json!("card.png"))
        );
        said[0]["attachments"][0]["id"].as_str().map(ToOwned::to_owned)
    })
    .await;
    assert_eq!(&client.get(&format!("/v1/attachments/{file}")).await.ok().bytes[..], PICTURE);
    let upload = format!("/v1/cases/{case}/attachments");
    let body = Some(bytes::Bytes::from_static(PICTURE));
    let name = [("content-disposition", "attachment; filename=map.png")];
    let made = client.send_raw(Method::POST, &upload, body, &name).await.unwrap().ok();
    let body = json!({ "text": "Here", "attachments": [made.text("/id")] });
    client.post(&format!("/v1/cases/{case}/messages"), &body).await.ok();
    let heard = desk.heard(&room, 2).await;
    assert_eq!(heard[0]["content"]["body"], "Here");
    let sent = &heard[1]["content"];
    assert_eq!((&sent["msgtype"], &sent["filename"]), (&json!("m.image"), &json!("map.png")), "{sent}");
    assert_eq!(desk.mia.download(sent["url"].as_str().unwrap()).await, PICTURE);
    settings_that_do_not_work(&mut desk, &case, &room).await;
}

/// Nothing is saved that does not work, and a token that is good no more is told, mended, and nothing is lost meanwhile.
async fn settings_that_do_not_work(desk: &mut Desk, case: &str, room: &str) {
    let mut client = desk.client();
    let refused = client.post("/v1/channels", &settings(&desk.homeserver, "syt_wrong")).await;
    assert_eq!(refused.status, 400, "{}", refused.json);
    assert!(refused.json.to_string().contains("does not know this access token"), "{}", refused.json);
    let mut elsewhere = settings(&desk.homeserver, &desk.account.token);
    elsewhere["config"]["homeserver_url"] = json!("https://192.168.0.1");
    let refused = client.post("/v1/channels", &elsewhere).await;
    assert!(refused.json.to_string().contains("address-not-allowed"), "{}", refused.json);
    elsewhere["config"]["homeserver_url"] = json!(format!("http://{}", desk.world.servers[0].address()));
    let refused = client.post("/v1/channels", &elsewhere).await;
    assert!(refused.json.to_string().contains("no homeserver answers"), "{}", refused.json);
    let path = format!("/v1/channels/{}", desk.channel);
    let tested = client.post(&format!("{path}/test"), &json!({})).await.ok();
    assert_eq!((&tested["ok"], tested["detail"].as_str().unwrap().contains("@desk")), (&json!(true), true));
    desk.account.log_out().await;
    until("the health", async || (desk.health().await["ok"] == false).then_some(())).await;
    assert!(desk.health().await["detail"].as_str().unwrap().contains("log the account in again"));
    desk.mia.say(room, "Nobody reads this yet").await;
    let body = json!({ "type": "m.login.password", "password": "correct horse",
                       "identifier": { "type": "m.id.user", "user": "desk" } });
    let login = desk.account.client.clone().anonymous().post("/_matrix/client/v3/login", &body).await.ok();
    let body = json!({ "secrets": { "access_token": login.text("/access_token") } });
    client.patch(&path, &body).await.ok();
    let said = desk.said(case, 3).await;
    assert_eq!(said[2]["text"], "Nobody reads this yet");
    assert_eq!(desk.health().await["ok"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_go_both_ways_and_a_token_that_is_good_no_more_is_told_and_mended() {
    if let Some(desk) = Desk::open(Home::postgres().await).await {
        files_both_ways(desk).await;
    }
}

/// Who reads along could send the code: rooms of more than two are told so and left, and nothing is said there.
async fn rooms_that_are_none(mut desk: Desk) {
    let mut eve = desk.homeserver.person("eve").await;
    let account = desk.account.user.clone();
    let room = desk.mia.open(&account, json!([])).await;
    desk.mia.say(&room, "Hello").await;
    let case = id(&desk.cases(1).await[0]);
    desk.said(&case, 1).await;
    // Somebody is asked in between message and reply: the reply stays here.
    desk.mia.act(&room, "invite", Some(&eve.user)).await;
    let heard = desk.heard(&room, 1).await;
    assert_eq!(heard[0]["content"]["msgtype"], "m.notice");
    assert!(heard[0]["content"]["body"].as_str().unwrap().contains("conversations of two"), "{heard:?}");
    let mia = &mut desk.mia;
    until("the account leaves", async || (!mia.members(&room).await.contains(&account)).then_some(())).await;
    eve.act(&room, "join", None).await;
    let reply = desk.reply(&case, "Your balance is 12").await;
    let failed = desk.delivered(&case, &reply, "failed").await;
    assert!(failed["delivery_detail"].as_str().unwrap().contains("no more"), "{failed}");
    assert_eq!(desk.mia.heard(&room).await.iter().filter(|m| m["sender"] == account.as_str()).count(), 1);
    // Rooms that anybody may enter are not entered, even by an invitation that says they are for two.
    let open =
        json!([{ "type": "m.room.join_rules", "state_key": "", "content": { "join_rule": "public" } }]);
    let open = desk.mia.open(&account, open).await;
    desk.mia.say(&open, "In the open").await;
    // A room of her own again: she is heard, and answers find it.
    let second = desk.mia.open(&account, json!([])).await;
    desk.mia.say(&second, "Just me").await;
    assert_eq!(texts(&desk.said(&case, 3).await), ["Hello", "Your balance is 12", "Just me"]);
    assert!(!desk.mia.members(&open).await.contains(&account));
    desk.reply(&case, "Good").await;
    assert_eq!(desk.heard(&second, 1).await[0]["content"]["body"], "Good");
    put_out_and_encrypted(&mut desk, &mut eve, &case, &second).await;
}

/// A room that the account is put out of, and one that is encrypted.
async fn put_out_and_encrypted(desk: &mut Desk, eve: &mut Person, case: &str, room: &str) {
    let account = desk.account.user.clone();
    desk.mia.say(room, "Good-bye").await;
    desk.mia.act(room, "kick", Some(&account)).await;
    assert_eq!(desk.said(case, 5).await[4]["text"], "Good-bye", "the last word is heard");
    let reply = desk.reply(case, "Are you sure?").await;
    let failed = desk.delivered(case, &reply, "failed").await;
    assert!(failed["delivery_detail"].as_str().unwrap().contains("room no more"), "{failed}");
    let sealed = json!([{ "type": "m.room.encryption", "state_key": "", "content": { "algorithm": "m.megolm.v1.aes-sha2" } }]);
    let sealed = eve.open(&account, sealed).await;
    let secret = json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "session_id": "s", "device_id": "d", "sender_key": "k" });
    eve.put(&sealed, "m.room.encrypted", &secret).await;
    let cases = desk.cases(2).await;
    let hers = id(cases.iter().find(|found| id(found) != case).unwrap());
    assert!(desk.said(&hers, 1).await[0]["text"].as_str().unwrap().contains("[encrypted message"));
    let told = until("the notice", async || eve.heard(&sealed).await.into_iter().next()).await;
    assert_eq!(told["content"]["msgtype"], "m.notice");
    assert!(told["content"]["body"].as_str().unwrap().contains("without encryption"), "{told}");
    eve.put(&sealed, "m.room.encrypted", &secret).await;
    desk.said(&hers, 2).await;
    let reply = desk.reply(&hers, "In the open?").await;
    let failed = desk.delivered(&hers, &reply, "failed").await;
    assert!(failed["delivery_detail"].as_str().unwrap().contains("not encrypted"), "{failed}");
    assert_eq!(eve.heard(&sealed).await.len(), 1, "told once, and nothing else is written there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rooms_where_others_read_and_rooms_that_are_encrypted_get_no_replies() {
    if let Some(desk) = Desk::open(Home::Sqlite).await {
        rooms_that_are_none(desk).await;
    }
}
