//! Makes the example: through the API like a company's own program, and as an agent where people work.

use std::net::{IpAddr, Ipv4Addr};

use countersign_service::Service;
use countersign_service::caller::{Caller, Request};
use countersign_service::port::{Entropy, SystemEntropy};
use countersign_service::session::Client;
use countersign_service::web_chat::ChatMessage;
use countersign_types::message::MessageKind;
use countersign_types::{CaseId, ChannelId, Pii};
use serde_json::{Value, json};

use super::api::{Api, text};
use super::pages::random_name;
use super::state::{Person, State};
use super::story::{
    ADMIN, After, CONVERSATIONS, CUSTOMERS, Conversation, Line, PEOPLE, TARIFFS, VISITOR, WORDS,
};
use super::{telephone, verification};
use crate::failure::{Exit, Failure, Result};

/// Makes everything.
pub(super) async fn seed(service: &Service, server_url: &str, site_url: &str) -> Result<State> {
    let admin_password = password()?;
    let made = service.setup_without_person(ADMIN, Some(admin_password.clone())).await?;
    let api = Api::new(server_url, &made.api_key)?;
    api.patch("/v1/workspace", json!({ "name": "Acme Bank", "default_country": "DE" })).await?;
    let (people, agent) = people(service, &api, admin_password).await?;
    attributes(&api).await?;
    for c in CUSTOMERS {
        let body = json!({
            "name": c.name, "email": c.email, "phone": c.phone, "language": "en",
            "attributes": { "tariff": c.tariff, "customer_since": c.since },
        });
        api.put(&format!("/v1/profiles/by-external-id/{}", c.id), body).await?;
    }
    verification::seed(&api).await?;
    let pigeon = api
        .post("/v1/channels", json!({ "kind": "custom", "name": "Pigeon", "config": pigeon(site_url) }))
        .await?;
    let chat = json!({ "kind": "web_chat", "name": "Acme Shop", "config": web_chat(site_url) });
    let chat = api.post("/v1/channels", chat).await?;
    let widget = json!({ "name": "Acme Bank", "origins": [site_url], "languages": ["en", "de"] });
    let widget = api.post("/v1/widgets", widget).await?;
    let key_path = format!("/v1/widgets/{}/keys", text(&widget, "/id"));
    let key = api.post(&key_path, json!({ "algorithm": "HS256" })).await?;
    let site = json!({ "name": "Acme", "config": website(site_url) });
    let site = api.post("/v1/sites", site).await?;
    let mut state = State {
        api_key: made.api_key,
        connector_key: key_for(&api, "Pigeon connector", &["message.receive"]).await?,
        assistant_key: key_for(&api, "Assistant", &["case.read", "case.write", "personal_data.read"]).await?,
        people,
        pigeon: text(&pigeon, "/id"),
        pigeon_secret: text(&pigeon, "/secret"),
        web_chat: text(&chat, "/id"),
        widget: text(&widget, "/id"),
        widget_kid: text(&key, "/kid"),
        widget_secret: text(&key, "/secret"),
        webhook: String::new(),
        webhook_secret: String::new(),
        site: text(&site, "/id"),
        site_key: text(&site, "/write_key"),
        telephone: telephone::seed(&api, site_url).await?,
    };
    Story { service, api: &api, agent: &agent, state: &state, last_code: String::new() }.tell().await?;
    // Last, so that the assistant does not talk into what was said before it came.
    let hook = json!({
        "url": assistant_url(site_url), "description": "The bank's assistant",
        "events": ["case.created", "identification.succeeded", "identification.failed"],
    });
    let hook = api.post("/v1/webhooks", hook).await?;
    (state.webhook, state.webhook_secret) = (text(&hook, "/id"), text(&hook, "/secret"));
    Ok(state)
}

/// A key that may do only what its program does.
pub(super) async fn key_for(api: &Api, name: &str, scopes: &[&str]) -> Result<String> {
    let made = api.post("/v1/api-keys", json!({ "name": name, "scopes": scopes })).await?;
    Ok(text(&made, "/secret"))
}

fn assistant_url(site_url: &str) -> String {
    format!("{site_url}/assistant/webhook")
}

/// Where the messenger is reached.
fn pigeon(site_url: &str) -> Value {
    json!({
        "outbound_url": format!("{site_url}/messenger/webhook"),
        "deep_link": format!("{site_url}/messenger?text={{code}}"),
    })
}

fn web_chat(site_url: &str) -> Value {
    json!({
        "origins": [site_url], "title": "Acme Shop", "accent": "#6a35d9",
        "greeting": "Hello! Ask us anything about our goods.",
    })
}

/// What the pages of both companies send. Nobody is asked for consent: the only visitor is whoever tries the example.
fn website(site_url: &str) -> Value {
    json!({
        "origins": [site_url], "consent": "assumed",
        "categories": [
            { "name": "bank", "in": "url", "contains": "/bank" },
            { "name": "shop", "in": "url", "contains": "/shop" },
        ],
    })
}

/// Points everything at the address that the second origin has this time.
pub(super) async fn point_at(api: &Api, state: &State, site_url: &str) -> Result<()> {
    let channel = |id: &str| format!("/v1/channels/{id}");
    api.patch(&channel(&state.pigeon), json!({ "config": pigeon(site_url) })).await?;
    api.patch(&channel(&state.web_chat), json!({ "config": web_chat(site_url) })).await?;
    api.patch(&format!("/v1/widgets/{}", state.widget), json!({ "origins": [site_url] })).await?;
    if !state.site.is_empty() {
        api.patch(&format!("/v1/sites/{}", state.site), json!({ "config": website(site_url) })).await?;
    }
    telephone::point_at(api, &state.telephone, site_url).await?;
    let url = assistant_url(site_url);
    api.patch(&format!("/v1/webhooks/{}", state.webhook), json!({ "url": url })).await?;
    Ok(())
}

/// Invites the people; answers with their log-ins and with the agent at work.
async fn people(service: &Service, api: &Api, admin_password: String) -> Result<(Vec<Person>, Request)> {
    let client =
        Client { address: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: "countersign demo".to_owned() };
    let mut people = Vec::new();
    let mut agent = None;
    for (role, title, name, email) in PEOPLE {
        let password = if *email == ADMIN { admin_password.clone() } else { password()? };
        if *email != ADMIN {
            let body = json!({ "email": email, "name": name, "role": role });
            let invited = api.post("/v1/users", body).await?;
            let link = text(&invited, "/invitation_url");
            let token = link.split_once("token=").map_or("", |(_, token)| token);
            let came = service.accept_invitation(&client, token, None, &password).await?;
            if *role == "agent" {
                agent = Some(Request::new(Caller::User { user: came.user, session: came.session }));
            }
        }
        people.push(Person { role: (*title).to_owned(), email: (*email).to_owned(), password });
    }
    let agent = agent.ok_or_else(|| Failure::new(Exit::Internal, "The example has no agent"))?;
    Ok((people, agent))
}

async fn attributes(api: &Api) -> Result<()> {
    let options: Vec<Value> = TARIFFS.iter().map(|(v, l)| json!({ "value": v, "label": l })).collect();
    let shown = ["profile_page", "profile_data", "case_panel"];
    let topics =
        ["cards", "access", "limits", "fees", "other"].map(|t| json!({ "value": t, "label": capital(t) }));
    for attribute in [
        json!({ "key": "tariff", "label": "Tariff", "level": "profile", "type": "dropdown", "options": options, "forms": shown }),
        json!({ "key": "customer_since", "label": "Customer since", "level": "profile", "type": "date", "forms": shown }),
        json!({ "key": "account_number", "label": "Account number", "level": "profile", "type": "text", "pii": "sensitive", "forms": ["profile_page", "profile_data"] }),
        json!({ "key": "newsletter", "label": "Newsletter", "level": "profile", "type": "checkbox", "forms": ["profile_data"] }),
        json!({ "key": "topic", "label": "Topic", "level": "case", "type": "dropdown", "options": topics, "forms": ["case_panel"] }),
        json!({ "key": "call_back_on", "label": "Call back on", "level": "case", "type": "date", "forms": ["case_panel"] }),
    ] {
        api.post("/v1/attributes", attribute).await?;
    }
    Ok(())
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Four words: long enough, and typed without a slip.
fn password() -> Result<String> {
    let mut bytes = [0; 6];
    SystemEntropy.fill(&mut bytes)?;
    let mut words: Vec<String> =
        bytes[..4].iter().map(|b| WORDS[usize::from(*b) % WORDS.len()].to_owned()).collect();
    words.push((u16::from_be_bytes([bytes[4], bytes[5]]) % 900 + 100).to_string());
    Ok(words.join("-"))
}

/// What was said.
struct Story<'a> {
    service: &'a Service,
    api: &'a Api,
    agent: &'a Request,
    state: &'a State,
    last_code: String,
}

impl Story<'_> {
    async fn tell(mut self) -> Result<()> {
        for conversation in CONVERSATIONS {
            self.converse(conversation).await?;
        }
        self.visit().await
    }

    async fn converse(&mut self, conversation: &Conversation) -> Result<()> {
        let mut case = None;
        for line in conversation.lines {
            let words = match line {
                Line::Says(words) => (*words).to_owned(),
                Line::Sends(words, customer) => {
                    let body = json!({ "profile": { "external_id": customer } });
                    self.last_code =
                        text(&self.api.post("/v1/identification-codes", body).await?, "/display");
                    format!("{words} {}", self.last_code)
                }
                Line::SendsAgain(words) => format!("{words} {}", self.last_code),
                Line::Reply(_) | Line::Note(_) | Line::Ask => {
                    self.work(case, line).await?;
                    continue;
                }
            };
            let body = json!({
                "id": format!("pg_{}", random_name()),
                "from": { "id": conversation.handle, "name": conversation.name },
                "text": words,
            });
            let path = format!("/v1/channels/{}/messages", self.state.pigeon);
            case = text(&self.api.post(&path, body).await?, "/case/id").parse().ok();
        }
        match case {
            Some(case) => self.settle(case, &conversation.after).await,
            None => Ok(()),
        }
    }

    /// What the agent does.
    async fn work(&self, case: Option<CaseId>, line: &Line) -> Result<()> {
        let Some(case) = case else { return Ok(()) };
        let (kind, words) = match line {
            Line::Reply(words) => (MessageKind::Reply, words),
            Line::Note(words) => (MessageKind::Note, words),
            _ => {
                self.service.ask_for_code(self.agent, case, None).await?;
                return Ok(());
            }
        };
        self.service.post_message(self.agent, case, kind, Pii::new(*words), Vec::new(), None).await?;
        Ok(())
    }

    async fn settle(&self, case: CaseId, after: &After) -> Result<()> {
        let mut patch = json!({ "priority": after.priority, "labels": after.labels });
        if after.is_mine
            && let Caller::User { user, .. } = &self.agent.caller
        {
            patch["assignee"] = json!(user.id.to_string());
        }
        self.api.patch(&format!("/v1/cases/{case}"), patch).await?;
        if after.is_over {
            self.api.post(&format!("/v1/cases/{case}/read"), json!({})).await?;
            self.api.post(&format!("/v1/cases/{case}/end"), json!({ "status": "closed" })).await?;
        }
        Ok(())
    }

    /// Somebody in the shop's web chat.
    async fn visit(&self) -> Result<()> {
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let not_a_channel = |_| Failure::new(Exit::Internal, "The web chat has no id");
        let channel: ChannelId = self.state.web_chat.parse().map_err(not_a_channel)?;
        let chat = self.service.open_web_chat(channel, None, None, None, here).await?;
        let mut case = None;
        for line in VISITOR {
            match line {
                Line::Says(words) => {
                    let message = ChatMessage {
                        id: random_name(),
                        text: Pii::new(*words),
                        files: Vec::new(),
                        answers: Default::default(),
                        visit: None,
                        invited: None,
                    };
                    let sent = self.service.send_web_chat(channel, &chat.session, message, here).await?;
                    case = Some(sent.case);
                }
                line => self.work(case, line).await?,
            }
        }
        Ok(())
    }
}
