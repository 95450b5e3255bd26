//! A desk that verifies customers through the API: its topic, its policy, its programs' keys, its conversations.

use countersign_blackbox::{Client, World};
use countersign_types::AttributeId;
use serde_json::{Value, json};

/// Keys of programs: each may search 2,400 times an hour.
const KEYS: usize = 16;

/// Who verifies, and for what.
pub(super) struct Desk {
    /// The person for whom programs act.
    user: String,
    topic: String,
    keys: Vec<String>,
    /// The attribute that everybody is asked about.
    pub birth_date: AttributeId,
    /// The one by which customers are searched.
    pub contract: AttributeId,
}

impl Desk {
    /// Sets it up in a new workspace.
    pub(super) async fn new(world: &World) -> Self {
        let mut client = world.client(0);
        let attributes = [
            ("birth_date", "date", "sensitive"),
            ("card", "text", "sensitive"),
            ("word", "text", "sensitive"),
            ("contract", "text", "personal"),
        ];
        let mut ids = Vec::new();
        for (key, kind, pii) in attributes {
            let body = json!({ "key": key, "label": key, "level": "profile", "type": kind, "pii": pii });
            let id = client.post("/v1/attributes", &body).await.ok().text("/id");
            ids.push(id.parse::<AttributeId>().expect("an id"));
        }
        let made = client.post("/v1/verification-policies", &json!({ "policy": policy() })).await.ok();
        let policy = made.text("/id");
        let publish = format!("/v1/verification-policies/{policy}/publish");
        client.post(&publish, &json!({ "revision": 1 })).await.ok();
        let topic =
            json!({ "key": "balance", "name": "Balance", "is_confidential": true, "policy_id": policy });
        let topic = client.post("/v1/topics", &topic).await.ok().text("/id");
        let mut keys = Vec::new();
        for n in 0..KEYS {
            let body =
                json!({ "name": format!("Desk {n}"), "scopes": ["verification.read", "engagement.write"] });
            keys.push(client.post("/v1/api-keys", &body).await.ok().text("/secret"));
        }
        let user = client.get("/v1/users").await.ok().text("/data/0/id");
        Self { user, topic, keys, birth_date: ids[0], contract: ids[3] }
    }

    /// A client of one of the programs.
    pub(super) fn client(&self, world: &World, n: usize) -> Client {
        world.servers[0].client().with_key(&self.keys[n % KEYS])
    }
}

/// The day of birth and one of two things that only the customer knows; searched by name, number, address, the company's
/// id and the contract.
fn policy() -> Value {
    json!({ "name": "Bench", "customer": {
        "searches": [
            { "kind": "text", "fields": ["name", "phone", "email", "external_id"], "results": ["contract"],
              "sort": [{ "field": "name" }] },
            { "kind": "object", "object": "contract", "fields": ["contract"], "results": ["name"] },
        ],
        "required": [{ "field": "birth_date", "answer": "date", "bits": 14 }],
        "additional": [
            { "field": "card", "answer": "last_four", "bits": 13 },
            { "field": "word", "answer": "text", "bits": 16 },
        ],
        "additional_minimum": 1,
    } })
}

/// An engagement, as a program leads it.
pub(super) struct Talk<'a> {
    desk: &'a Desk,
    client: &'a mut Client,
    /// What was answered last.
    pub now: Value,
    /// Requests so far, each of them durable.
    pub requests: u64,
}

impl<'a> Talk<'a> {
    /// Opens one.
    pub(super) async fn open(desk: &'a Desk, client: &'a mut Client) -> Self {
        let new = json!({ "channel": "chat", "type": "inbound", "on_behalf_of": desk.user });
        let now = client.post("/v1/engagements", &new).await.ok().json;
        Self { desk, client, now, requests: 1 }
    }

    /// Says why, and that it is about the customer.
    pub(super) async fn begin(&mut self) {
        let topic = json!({ "topic_id": self.desk.topic });
        self.step("topic", topic).await;
        self.step("subject", json!({ "about": "self" })).await;
    }

    /// Searches; the ids of those who were found.
    pub(super) async fn search(&mut self, body: Value) -> Vec<String> {
        let mut found = self.post("search", body).await;
        self.now = found["engagement"].take();
        let results = found["results"].as_array().expect("a list of customers");
        let id = |one: &Value| one["profile"]["id"].as_str().expect("an id").to_owned();
        results.iter().map(id).collect()
    }

    /// Takes a step.
    pub(super) async fn step(&mut self, step: &str, body: Value) {
        self.now = self.post(step, body).await;
    }

    /// The fields that are asked about.
    pub(super) fn questions(&self) -> Vec<String> {
        let asked = self.now["verification"]["questions"].as_array().expect("questions");
        asked.iter().map(|asked| asked["field"].as_str().expect("a field").to_owned()).collect()
    }

    async fn post(&mut self, step: &str, mut body: Value) -> Value {
        body["revision"] = self.now["verification"]["revision"].clone();
        body["on_behalf_of"] = json!(self.desk.user);
        let id = self.now["id"].as_str().expect("an id");
        let path = format!("/v1/engagements/{id}/{step}");
        self.requests += 1;
        self.client.post(&path, &body).await.ok().json
    }
}
