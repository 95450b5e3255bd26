//! `/v1/look-ups`: how the company's own systems are asked about callers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::look_up::{
    Answer, Auth as Login, Body as Content, Definition, Field, FormField, Found, Header, LookUpPatch,
    LookUpRequest, Method, NewAuth, NewLookUp, Proves, SecretHeader, TIMEOUT_MS, Target, Template,
};
use countersign_types::LookUpId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::look_up::{LookUpTestView, LookUpView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_look_ups, create_look_up))
        .routes(routes!(get_look_up, update_look_up, delete_look_up))
        .routes(routes!(test_look_up))
}

/// A header of a look-up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpHeaderBody {
    /// Its name, fixed.
    #[schema(min_length = 1, max_length = 64, example = "X-Api-Key")]
    name: String,
    /// Its value, with variables; a secret one is fixed, and may be left out to keep the one it has.
    #[schema(max_length = 8192)]
    value: Option<String>,
    /// Whether the value is kept encrypted and never shown again.
    #[serde(default)]
    secret: bool,
}

/// A field of a form.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpFormFieldBody {
    /// Its name, fixed.
    #[schema(min_length = 1)]
    name: String,
    /// Its value, with variables.
    value: String,
}

/// What is sent along.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum LookUpContentBody {
    /// JSON; variables stand in its texts.
    Json {
        /// Any JSON.
        value: serde_json::Value,
    },
    /// A form, as browsers send it.
    Form {
        /// Its fields in turn.
        #[schema(max_items = 100)]
        fields: Vec<LookUpFormFieldBody>,
    },
}

/// What is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpRequestBody {
    /// `GET` if nothing is said.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^(GET|POST|PUT|PATCH|DELETE)$")]
    method: Method,
    /// Where; variables stand in segments of the path and in values of the query.
    #[schema(max_length = 8192, example = "https://crm.bank.example/customers/{accountNumber}")]
    url: String,
    /// Headers.
    #[serde(default)]
    #[schema(max_items = 20)]
    headers: Vec<LookUpHeaderBody>,
    /// What is sent along; not with `GET`.
    body: Option<LookUpContentBody>,
}

/// How a look-up logs in. What is secret may be left out of a change to keep what it has, as long as the same host is
/// asked.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum LookUpAuthBody {
    /// It does not.
    None {},
    /// A name and a password.
    Basic {
        /// The name.
        username: String,
        /// The password, never shown again.
        password: Option<String>,
    },
    /// A fixed token.
    Bearer {
        /// The token, never shown again.
        token: Option<String>,
    },
    /// A token of a token server.
    Oauth2ClientCredentials {
        /// The token server.
        #[schema(max_length = 2048)]
        token_url: String,
        /// Who asks it.
        client_id: String,
        /// Its secret, never shown again.
        client_secret: Option<String>,
        /// What for.
        scope: Option<String>,
    },
    /// A client certificate.
    Mtls {
        /// The certificate and those that lead to its authority, PEM.
        certificate: Option<String>,
        /// Its private key, PEM, never shown again.
        key: Option<String>,
    },
}

/// What counts as found.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpFoundBody {
    /// Statuses of an answer that can be one; none: 200 to 299.
    #[serde(default)]
    #[schema(max_items = 20)]
    status: Vec<u16>,
    /// Statuses that say that there is nobody; 404 and 410 if nothing is said.
    #[schema(max_items = 20)]
    not_found_status: Option<Vec<u16>>,
    /// A JSON path that has to have a value in the answer.
    #[serde(default)]
    #[schema(max_length = 512)]
    path: String,
}

/// A part of the answer that is taken over into the caller's profile.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpFieldBody {
    /// A JSON path into what is saved.
    #[schema(max_length = 512, example = "$.customer.name")]
    path: String,
    /// `name`, `email`, `phone`, `external_id` or `attributes.` and a key.
    #[schema(value_type = String, example = "name")]
    to: Target,
}

/// How the answer is read.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpAnswerBody {
    /// The part that is saved (RFC 9535); empty: all of it.
    #[serde(default)]
    #[schema(max_length = 512)]
    json_path: String,
    /// What counts as found.
    #[serde(default)]
    found: LookUpFoundBody,
    /// Parts that are taken over into the caller's profile; all others are not.
    #[serde(default)]
    #[schema(max_items = 50)]
    fields: Vec<LookUpFieldBody>,
    /// What it proves of the caller that something is found: `nothing` but that they know the number (AL1), or `pin`: the
    /// system compared a PIN that was sent along (AL2).
    #[serde(default)]
    #[schema(value_type = String, pattern = "^(nothing|pin)$")]
    proves: Proves,
}

/// A new look-up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLookUpBody {
    /// Its name, which no other look-up has.
    #[schema(min_length = 1, max_length = 80, example = "Customer by account number")]
    name: String,
    /// What is asked.
    request: LookUpRequestBody,
    /// How it logs in.
    auth: Option<LookUpAuthBody>,
    /// How the answer is read.
    #[serde(default)]
    answer: LookUpAnswerBody,
    /// How long all of it may take, milliseconds; 5000 if nothing is said.
    #[schema(minimum = 100, maximum = 10000)]
    timeout_ms: Option<u64>,
    /// How long an answer is good for the same question, seconds; 0, as if nothing is said: it is asked each time.
    #[schema(maximum = 3600)]
    cache_secs: Option<u32>,
}

/// A change to a look-up. `request`, `auth` and `answer` are replaced as a whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpPatchBody {
    /// Its name, which no other look-up has.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// What is asked.
    request: Option<LookUpRequestBody>,
    /// How it logs in.
    auth: Option<LookUpAuthBody>,
    /// How the answer is read.
    answer: Option<LookUpAnswerBody>,
    /// How long all of it may take, milliseconds.
    #[schema(minimum = 100, maximum = 10000)]
    timeout_ms: Option<u64>,
    /// How long an answer is good for the same question, seconds.
    #[schema(maximum = 3600)]
    cache_secs: Option<u32>,
}

/// Sample values for a test.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpTestBody {
    /// Values of variables by name.
    #[serde(default)]
    #[schema(example = json!({"accountNumber": "1234567890"}))]
    variables: BTreeMap<String, String>,
}

fn request(body: LookUpRequestBody) -> (LookUpRequest, Vec<SecretHeader>) {
    let (secret, open): (Vec<_>, Vec<_>) = body.headers.into_iter().partition(|header| header.secret);
    let header = |header: LookUpHeaderBody| Header {
        name: header.name,
        value: Template::parse(&header.value.unwrap_or_default()),
    };
    let content = body.body.map(|content| match content {
        LookUpContentBody::Json { value } => Content::Json { value },
        LookUpContentBody::Form { fields } => {
            let field = |field: LookUpFormFieldBody| FormField {
                name: field.name,
                value: Template::parse(&field.value),
            };
            Content::Form { fields: fields.into_iter().map(field).collect() }
        }
    });
    let request = LookUpRequest {
        method: body.method,
        url: body.url,
        headers: open.into_iter().map(header).collect(),
        body: content,
    };
    let secret = secret.into_iter().map(|header| SecretHeader { name: header.name, value: header.value });
    (request, secret.collect())
}

fn login(body: LookUpAuthBody) -> NewAuth {
    let (auth, secret, certificate) = match body {
        LookUpAuthBody::None {} => (Login::None, None, None),
        LookUpAuthBody::Basic { username, password } => (Login::Basic { username }, password, None),
        LookUpAuthBody::Bearer { token } => (Login::Bearer, token, None),
        LookUpAuthBody::Oauth2ClientCredentials { token_url, client_id, client_secret, scope } => {
            (Login::Oauth2ClientCredentials { token_url, client_id, scope }, client_secret, None)
        }
        LookUpAuthBody::Mtls { certificate, key } => (Login::Mtls, key, certificate),
    };
    NewAuth { auth, secret, certificate }
}

fn answer(body: LookUpAnswerBody) -> Answer {
    let found = Found {
        status: body.found.status,
        path: body.found.path,
        not_found_status: body.found.not_found_status.unwrap_or_else(|| Found::default().not_found_status),
    };
    let field = |field: LookUpFieldBody| Field { path: field.path, to: field.to };
    Answer {
        json_path: body.json_path,
        found,
        fields: body.fields.into_iter().map(field).collect(),
        proves: body.proves,
    }
}

/// Look-ups by name.
#[utoipa::path(get, path = "/v1/look-ups", tag = "phone", operation_id = "list_look_ups",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<LookUpView>), Refusals))]
async fn list_look_ups(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
) -> Result<Json<List<LookUpView>>, Failure> {
    let all = app.service.list_look_ups(&request).await?;
    Ok(Json(List::whole(all.iter().map(LookUpView::from).collect())))
}

/// Adds a look-up. What is secret of it is not shown again.
#[utoipa::path(post, path = "/v1/look-ups", tag = "phone", operation_id = "create_look_up",
    security(("api_key" = []), ("session" = [])), request_body = NewLookUpBody,
    responses((status = 201, body = LookUpView), Refusals))]
async fn create_look_up(
    State(app): State<Arc<App>>,
    Auth(caller): Auth,
    Body(body): Body<NewLookUpBody>,
) -> Result<(StatusCode, Json<LookUpView>), Failure> {
    let (request, secret_headers) = request(body.request);
    let definition = Definition {
        request,
        answer: answer(body.answer),
        timeout_ms: body.timeout_ms.unwrap_or(TIMEOUT_MS),
        cache_secs: body.cache_secs.unwrap_or_default(),
    };
    let auth = body.auth.map(login).unwrap_or_default();
    let new = NewLookUp { name: body.name, definition, secret_headers, auth };
    let made = app.service.create_look_up(&caller, new).await?;
    Ok((StatusCode::CREATED, Json(LookUpView::from(&made))))
}

/// A look-up, and how its system gets on.
#[utoipa::path(get, path = "/v1/look-ups/{id}", tag = "phone", operation_id = "get_look_up",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = LookUpView), Refusals))]
async fn get_look_up(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<LookUpId>,
) -> Result<Json<LookUpView>, Failure> {
    Ok(Json(LookUpView::from(&app.service.get_look_up(&request, id).await?)))
}

/// Changes a look-up. Secrets that are left out stay, as long as the same host is asked.
#[utoipa::path(patch, path = "/v1/look-ups/{id}", tag = "phone", operation_id = "update_look_up",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = LookUpPatchBody,
    responses((status = 200, body = LookUpView), Refusals))]
async fn update_look_up(
    State(app): State<Arc<App>>,
    Auth(caller): Auth,
    Id(id): Id<LookUpId>,
    Body(body): Body<LookUpPatchBody>,
) -> Result<Json<LookUpView>, Failure> {
    let patch = LookUpPatch {
        name: body.name,
        request: body.request.map(request),
        auth: body.auth.map(login),
        answer: body.answer.map(answer),
        timeout_ms: body.timeout_ms,
        cache_secs: body.cache_secs,
    };
    Ok(Json(LookUpView::from(&app.service.update_look_up(&caller, id, patch).await?)))
}

/// Deletes a look-up with its secrets.
#[utoipa::path(delete, path = "/v1/look-ups/{id}", tag = "phone", operation_id = "delete_look_up",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_look_up(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<LookUpId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_look_up(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks by a look-up with sample values, as a call would, and says what came of it. Answers that are kept from before
/// are not used.
#[utoipa::path(post, path = "/v1/look-ups/{id}/test", tag = "phone", operation_id = "test_look_up",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = LookUpTestBody,
    responses((status = 200, body = LookUpTestView), Refusals))]
async fn test_look_up(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<LookUpId>,
    Body(body): Body<LookUpTestBody>,
) -> Result<Json<LookUpTestView>, Failure> {
    let run = app.service.test_look_up(&request, id, body.variables).await?;
    Ok(Json(LookUpTestView::of(run, app.service.viewer(&request))))
}
