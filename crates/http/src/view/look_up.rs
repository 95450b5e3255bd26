//! Views of look-ups. Secrets are never among them.

use std::collections::BTreeMap;

use countersign_service::look_up::{Auth, Body, LookUpNow, LookUpOutcome, LookUpRun, Prepared, Proves};
use countersign_types::pii::{Masked, Viewer};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::view::{Field, Lens};

/// What stands for a value that a viewer does not see.
const HIDDEN: &str = "••••";

/// A header of a look-up.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpHeaderView {
    /// Its name.
    pub name: String,
    /// Its value; `null`: it is secret.
    pub value: Option<String>,
    /// Whether the value is secret.
    pub secret: bool,
    /// The end of a long secret value.
    pub last4: Option<String>,
}

/// A field of a form.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpFormFieldView {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What is sent along.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LookUpContentView {
    /// JSON.
    Json {
        /// Any JSON.
        value: Value,
    },
    /// A form.
    Form {
        /// Its fields in turn.
        fields: Vec<LookUpFormFieldView>,
    },
}

/// What is asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpRequestView {
    /// `GET`, `POST` …
    pub method: &'static str,
    /// Where.
    pub url: String,
    /// Headers, those with a secret value last.
    pub headers: Vec<LookUpHeaderView>,
    /// What is sent along.
    pub body: Option<LookUpContentView>,
}

/// How a look-up logs in, without what is secret.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct LookUpAuthView {
    /// `none`, `basic`, `bearer`, `oauth2_client_credentials` or `mtls`.
    pub kind: &'static str,
    /// The name, for `basic`.
    pub username: Option<String>,
    /// The token server.
    pub token_url: Option<String>,
    /// Who asks it.
    pub client_id: Option<String>,
    /// What for.
    pub scope: Option<String>,
    /// The client certificate, PEM.
    pub certificate: Option<String>,
    /// The end of a long token or client secret.
    pub last4: Option<String>,
}

/// What counts as found.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpFoundView {
    /// Statuses of an answer that can be one; empty: 200 to 299.
    pub status: Vec<u16>,
    /// Statuses that say that there is nobody.
    pub not_found_status: Vec<u16>,
    /// What has to have a value in the answer; may be empty.
    pub path: String,
}

/// A part of the answer that is taken over.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpFieldView {
    /// A JSON path.
    pub path: String,
    /// Where it goes.
    pub to: String,
}

/// How the answer is read.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpAnswerView {
    /// The part that is saved; empty: all of it.
    pub json_path: String,
    /// What counts as found.
    pub found: LookUpFoundView,
    /// Parts that are taken over into the caller's profile.
    pub fields: Vec<LookUpFieldView>,
    /// What it proves of the caller that something is found: `nothing`, or `pin`.
    #[schema(value_type = String, pattern = "^(nothing|pin)$")]
    pub proves: Proves,
}

/// How the system gets on, as the server that answers sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpStateView {
    /// Failures in a row.
    pub failures: u32,
    /// After five, until when it is left alone.
    #[schema(format = DateTime)]
    pub paused_until: Option<String>,
}

/// A look-up.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpView {
    /// Its id.
    #[schema(example = "lku_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is asked.
    pub request: LookUpRequestView,
    /// How it logs in.
    pub auth: LookUpAuthView,
    /// How the answer is read.
    pub answer: LookUpAnswerView,
    /// How long all of it may take, milliseconds.
    pub timeout_ms: u64,
    /// How long an answer is good for the same question, seconds.
    pub cache_secs: u32,
    /// How the system gets on.
    pub state: LookUpStateView,
    /// From which address it is asked, for the system's firewall; `null`: the operator bound none.
    pub source_address: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

fn auth(now: &LookUpNow) -> LookUpAuthView {
    let last4 = now.entry.auth_hint().and_then(|hint| hint.last4);
    let view = LookUpAuthView { last4, ..LookUpAuthView::default() };
    match &now.entry.auth {
        Auth::None => LookUpAuthView { kind: "none", ..view },
        Auth::Basic { username } => {
            LookUpAuthView { kind: "basic", username: Some(username.clone()), ..view }
        }
        Auth::Bearer => LookUpAuthView { kind: "bearer", ..view },
        Auth::Oauth2ClientCredentials { token_url, client_id, scope } => LookUpAuthView {
            kind: "oauth2_client_credentials",
            token_url: Some(token_url.clone()),
            client_id: Some(client_id.clone()),
            scope: scope.clone(),
            ..view
        },
        Auth::Mtls => {
            let certificate = now.entry.certificate().map(ToOwned::to_owned);
            LookUpAuthView { kind: "mtls", certificate, ..view }
        }
    }
}

fn request(now: &LookUpNow) -> LookUpRequestView {
    let asked = &now.entry.definition.request;
    let open = asked.headers.iter().map(|header| LookUpHeaderView {
        name: header.name.clone(),
        value: Some(header.value.source().to_owned()),
        secret: false,
        last4: None,
    });
    let secret = now.entry.secret_headers().map(|(name, hint)| LookUpHeaderView {
        name: name.to_owned(),
        value: None,
        secret: true,
        last4: hint.last4,
    });
    let body = asked.body.as_ref().map(|body| match body {
        Body::Json { value } => LookUpContentView::Json { value: value.clone() },
        Body::Form { fields } => LookUpContentView::Form {
            fields: fields
                .iter()
                .map(|field| LookUpFormFieldView {
                    name: field.name.clone(),
                    value: field.value.source().to_owned(),
                })
                .collect(),
        },
    });
    LookUpRequestView {
        method: asked.method.as_str(),
        url: asked.url.clone(),
        headers: open.chain(secret).collect(),
        body,
    }
}

impl From<&LookUpNow> for LookUpView {
    fn from(now: &LookUpNow) -> Self {
        let (entry, answer) = (&now.entry, &now.entry.definition.answer);
        Self {
            id: entry.stored.id.to_string(),
            name: entry.stored.name.clone(),
            request: request(now),
            auth: auth(now),
            answer: LookUpAnswerView {
                json_path: answer.json_path.clone(),
                found: LookUpFoundView {
                    status: answer.found.status.clone(),
                    not_found_status: answer.found.not_found_status.clone(),
                    path: answer.found.path.clone(),
                },
                fields: answer
                    .fields
                    .iter()
                    .map(|field| LookUpFieldView { path: field.path.clone(), to: field.to.to_string() })
                    .collect(),
                proves: answer.proves,
            },
            timeout_ms: entry.definition.timeout_ms,
            cache_secs: entry.definition.cache_secs,
            state: LookUpStateView {
                failures: now.health.failures,
                paused_until: now.health.paused_until.map(|at| at.to_string()),
            },
            source_address: now.source_address.map(|address| address.to_string()),
            created_at: entry.stored.created_at.to_string(),
            updated_at: entry.stored.updated_at.to_string(),
        }
    }
}

/// A header that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpSentHeaderView {
    /// Its name.
    pub name: String,
    /// Its value, without those of variables.
    pub value: String,
}

/// What was asked, with `••••` for each value of a variable, and without the log-in.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpSentView {
    /// `GET`, `POST` …
    pub method: &'static str,
    /// Where.
    pub url: String,
    /// Headers that are not secret.
    pub headers: Vec<LookUpSentHeaderView>,
    /// What was sent along.
    pub body: Option<String>,
}

impl From<Prepared> for LookUpSentView {
    fn from(sent: Prepared) -> Self {
        let header = |(name, value)| LookUpSentHeaderView { name, value };
        Self {
            method: sent.method.as_str(),
            url: sent.url,
            headers: sent.headers.into_iter().map(header).collect(),
            body: (!sent.body.is_empty()).then(|| String::from_utf8_lossy(&sent.body).into_owned()),
        }
    }
}

/// The declared fields of what was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpMappedView {
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// The company's own id.
    pub external_id: Option<String>,
    /// Attributes by key.
    pub attributes: BTreeMap<String, String>,
}

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpTestView {
    /// `found`, `not_found` or `unavailable`.
    pub outcome: &'static str,
    /// Why it is unavailable, a word.
    #[schema(example = "typographic_quotes")]
    pub why: Option<&'static str>,
    /// The same in a sentence.
    pub detail: Option<&'static str>,
    /// Status of the last answer.
    pub status: Option<u16>,
    /// How long all of it took, milliseconds.
    pub latency_ms: u64,
    /// How often it was asked.
    pub tries: u8,
    /// What would be saved; with `••••` for each value for those who see personal data masked.
    pub result: Option<Value>,
    /// What would be taken over into the caller's profile.
    pub fields: LookUpMappedView,
    /// What was asked.
    pub sent: LookUpSentView,
    /// Names of fields that were masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

impl LookUpTestView {
    /// What came of it, for a viewer.
    pub fn of(run: LookUpRun, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        let mapped = &run.mapped;
        let fields = LookUpMappedView {
            name: lens.show_opt("name", mapped.name.as_ref()),
            email: lens.show_opt("email", mapped.email.as_ref()),
            phone: lens.show_opt("phone", mapped.phone.as_ref()),
            external_id: lens.show_opt("external_id", mapped.external_id.as_ref()),
            attributes: mapped
                .attributes
                .iter()
                .map(|(key, value)| (key.clone(), lens.show("attributes", value)))
                .collect(),
        };
        let (outcome, why) = (run.outcome.as_str(), run.outcome.why());
        let result = match run.outcome {
            LookUpOutcome::Found { value } => Some(value),
            LookUpOutcome::NotFound | LookUpOutcome::Unavailable { .. } => None,
        };
        let mut masked = lens.masked();
        // Anything may stand anywhere in it, so whoever sees one class masked sees its form alone.
        let is_hidden = viewer.masked() != Masked::NONE && result.is_some();
        if is_hidden {
            masked.push("result".into());
        }
        Self {
            outcome,
            why: why.map(|why| why.as_str()),
            detail: why.map(|why| why.sentence()),
            status: run.status,
            latency_ms: run.latency_ms,
            tries: run.tries,
            result: if is_hidden { result.map(hidden) } else { result },
            fields,
            sent: run.sent.into(),
            masked,
        }
    }
}

/// A value whose names can be seen and whose texts, numbers and answers cannot.
fn hidden(value: Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Array(of) => Value::Array(of.into_iter().map(hidden).collect()),
        Value::Object(of) => Value::Object(of.into_iter().map(|(key, value)| (key, hidden(value))).collect()),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Value::String(HIDDEN.to_owned()),
    }
}
