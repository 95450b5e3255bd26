//! `/v1/identification-codes`: issued for customers, followed, taken back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::code::{
    CodeCustomer, CodeDetail, CodeFilter, CodeLink, Issued, NewIdentificationCode,
};
use countersign_types::code::{CodeForm, CodeState, Issuer};
use countersign_types::pii::{Pii, Viewer};
use countersign_types::profile::{ProfileKey, ProfilePatch};
use countersign_types::{ChannelId, CodeId, Error, ProfileId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::case::LinkView;
use crate::view::{Field, Lens};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(issue_code, list_codes))
        .routes(routes!(get_code, revoke_code))
        .routes(routes!(code_status))
}

/// A request for a code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCodeBody {
    /// For whom.
    profile: CodeProfileBody,
    /// `text` (twelve consonants) or `keypad` (fourteen digits).
    #[serde(default = "text")]
    #[schema(value_type = Option<String>, pattern = "^(text|keypad)$")]
    form: CodeForm,
    /// Only good on these channels; none = on any.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    channels: Vec<ChannelId>,
    /// How long it lives; 300 when nothing is said.
    #[schema(minimum = 60, maximum = 600)]
    lifetime_secs: Option<i64>,
}

const fn text() -> CodeForm {
    CodeForm::Text
}

/// For whom a code is: exactly one of `external_id`, `email`, `phone`, `channel_user`; and what to write when it is
/// used. An `email` or `phone` beside an `external_id` is written too.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeProfileBody {
    /// Your own id of the customer. The surest key.
    #[schema(max_length = 200)]
    external_id: Option<String>,
    /// The customer's e-mail address.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// The customer's phone.
    #[schema(max_length = 64)]
    phone: Option<String>,
    /// The customer's id on one of your custom channels.
    channel_user: Option<ChannelUserBody>,
    /// Name.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Language tag.
    #[schema(max_length = 35)]
    language: Option<String>,
    /// Attribute values by key.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: BTreeMap<String, serde_json::Value>,
}

/// A customer's id on a custom channel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelUserBody {
    /// The channel.
    #[schema(value_type = String)]
    channel: ChannelId,
    /// The id there.
    #[schema(min_length = 1, max_length = 200)]
    id: String,
}

impl CodeProfileBody {
    fn split(self) -> Result<(ProfileKey, ProfilePatch), Error> {
        let mut patch = ProfilePatch {
            name: self.name.map(|v| Some(Pii::new(v))),
            language: self.language.map(Some),
            attributes: self.attributes,
            ..ProfilePatch::default()
        };
        let key = if let Some(id) = self.external_id {
            patch.email = self.email.map(|v| Some(Pii::new(v)));
            patch.phone = self.phone.map(|v| Some(Pii::new(v)));
            ProfileKey::ExternalId(Pii::new(id))
        } else if let Some(user) = self.channel_user {
            patch.email = self.email.map(|v| Some(Pii::new(v)));
            patch.phone = self.phone.map(|v| Some(Pii::new(v)));
            ProfileKey::ChannelUser { channel: user.channel, user_id: Pii::new(user.id) }
        } else if let Some(email) = self.email {
            patch.phone = self.phone.map(|v| Some(Pii::new(v)));
            ProfileKey::Email(Pii::new(email))
        } else if let Some(phone) = self.phone {
            ProfileKey::Phone(Pii::new(phone))
        } else {
            let detail = "Say for whom: `external_id`, `email`, `phone` or `channel_user`.";
            return Err(Error::invalid("/profile", "missing-field", detail));
        };
        Ok((key, patch))
    }
}

/// A code just issued. It is shown in this answer and never again.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedView {
    /// Its id.
    pub id: String,
    /// The code.
    #[schema(example = "WDJBMJHTKLPX")]
    pub code: String,
    /// The code in groups, as people read it.
    #[schema(example = "WDJB-MJHT-KLPX")]
    pub display: String,
    /// `text` or `keypad`.
    pub form: String,
    /// Until when it can be sent.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Where it can be sent.
    pub links: Vec<CodeLinkView>,
}

/// A channel on which a code can be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeLinkView {
    /// The channel's id.
    pub channel: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: &'static str,
    /// The address that opens it with the code filled in.
    pub url: Option<String>,
}

impl From<CodeLink> for CodeLinkView {
    fn from(link: CodeLink) -> Self {
        Self { channel: link.channel.to_string(), name: link.name, kind: link.kind, url: link.url }
    }
}

impl IssuedView {
    fn of(issued: Issued, links: Vec<CodeLink>) -> Self {
        Self {
            id: issued.id.to_string(),
            code: issued.code,
            display: issued.display,
            form: issued.form,
            expires_at: issued.expires_at.to_string(),
            links: links.into_iter().map(Into::into).collect(),
        }
    }
}

/// The record of a code, never the code.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeView {
    /// Its id.
    pub id: String,
    /// For whom; `null` for codes of plain widgets that were not used.
    pub profile: Option<String>,
    /// Who that is; `null` also for a customer who is gone.
    pub customer: Option<CodeCustomerView>,
    /// `live`, `used`, `expired`, `superseded` or `revoked`.
    pub state: &'static str,
    /// `text` or `keypad`.
    pub form: &'static str,
    /// Who asked: `api_key`, `signed_widget` or `plain_widget`.
    pub issuer: &'static str,
    /// When it was issued.
    #[schema(format = DateTime)]
    pub issued_at: String,
    /// Until when it could be sent.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// When it was used.
    #[schema(format = DateTime)]
    pub used_at: Option<String>,
    /// The link that its use made.
    pub link: Option<LinkView>,
}

/// For whom a code is.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeCustomerView {
    /// The profile's reference.
    #[schema(example = "C-1042")]
    pub reference: String,
    /// Their name.
    pub name: Option<String>,
    /// Fields that this viewer sees masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

impl CodeCustomerView {
    fn of(customer: &CodeCustomer, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        let name = lens.show_opt("name", customer.name.as_ref());
        Self { reference: customer.reference.clone(), name, masked: lens.masked() }
    }
}

impl CodeView {
    fn of(detail: &CodeDetail, viewer: Viewer, now: Timestamp) -> Self {
        let code = &detail.code;
        Self {
            id: code.id.to_string(),
            profile: detail.has_profile.then(|| code.profile.to_string()),
            customer: detail.customer.as_ref().map(|c| CodeCustomerView::of(c, viewer)),
            state: detail.state.as_str(),
            form: code.form.as_str(),
            issuer: match code.issuer {
                Issuer::ApiKey(_) => "api_key",
                Issuer::SignedWidget(_) => "signed_widget",
                Issuer::PlainWidget(_) => "plain_widget",
            },
            issued_at: code.issued_at.to_string(),
            expires_at: code.expires_at.to_string(),
            used_at: code.used_at.map(|t| t.to_string()),
            link: detail.link.as_ref().map(|l| LinkView::of(l, viewer, now)),
        }
    }
}

/// Issues a one-time code for a customer. A live code of the same customer ends.
#[utoipa::path(post, path = "/v1/identification-codes", tag = "identification", operation_id = "issue_code",
    security(("api_key" = [])), request_body = NewCodeBody,
    responses((status = 201, body = IssuedView), Refusals))]
async fn issue_code(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewCodeBody>,
) -> Result<(StatusCode, Json<IssuedView>), Failure> {
    let (key, patch) = body.profile.split()?;
    let new = NewIdentificationCode {
        key,
        patch,
        form: body.form,
        channels: body.channels,
        lifetime_secs: body.lifetime_secs,
    };
    let (issued, links) = app.service.issue_code(&request, new).await?;
    Ok((StatusCode::CREATED, Json(IssuedView::of(issued, links))))
}

/// Which codes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CodeParams {
    /// A profile's id.
    profile: Option<String>,
    /// `live`, `used`, `expired`, `superseded` or `revoked`.
    #[param(pattern = "^(live|used|expired|superseded|revoked)$")]
    state: Option<String>,
    /// 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

/// The records of codes, newest first; never the code.
#[utoipa::path(get, path = "/v1/identification-codes", tag = "identification", operation_id = "list_codes",
    security(("api_key" = []), ("session" = [])), params(CodeParams),
    responses((status = 200, body = List<CodeView>), Refusals))]
async fn list_codes(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<CodeParams>,
) -> Result<Json<List<CodeView>>, Failure> {
    let name = narrowed("codes", &[params.profile.as_deref(), params.state.as_deref()]);
    let profile: Option<ProfileId> = params
        .profile
        .map(|t| {
            t.parse().map_err(|_| Error::invalid("profile", "invalid-value", "`profile` is a profile's id."))
        })
        .transpose()?;
    let state = params
        .state
        .map(|t| {
            let known = "`state` is one of live, used, expired, superseded, revoked.";
            CodeState::parse(&t).ok_or_else(|| Error::invalid("state", "invalid-value", known))
        })
        .transpose()?;
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let page = app.service.list_codes(&request, CodeFilter { profile, state }, page).await?;
    let (viewer, now) = (app.service.viewer(&request), app.service.now());
    Ok(Json(List::of(&app.service, &name, page, |d| CodeView::of(&d, viewer, now))))
}

/// The record of a code, never the code.
#[utoipa::path(get, path = "/v1/identification-codes/{id}", tag = "identification", operation_id = "get_code",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = CodeView), Refusals))]
async fn get_code(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CodeId>,
    _: NoParams,
) -> Result<Json<CodeView>, Failure> {
    let detail = app.service.get_code(&request, id).await?;
    Ok(Json(CodeView::of(&detail, app.service.viewer(&request), app.service.now())))
}

/// Takes back a live code.
#[utoipa::path(delete, path = "/v1/identification-codes/{id}", tag = "identification", operation_id = "revoke_code",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn revoke_code(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CodeId>,
) -> Result<StatusCode, Failure> {
    app.service.revoke_code(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether codes are being guessed.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeStatusView {
    /// `normal` or `elevated`.
    mode: &'static str,
    /// Since when it is elevated.
    #[schema(format = DateTime)]
    since: Option<String>,
    /// Misses with a right check symbol in the present minute.
    misses_last_minute: i64,
    /// Codes alive.
    live_codes: i64,
}

/// Whether codes are being guessed.
#[utoipa::path(get, path = "/v1/identification/status", tag = "identification", operation_id = "code_status",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = CodeStatusView), Refusals))]
async fn code_status(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<CodeStatusView>, Failure> {
    let status = app.service.code_status(&request).await?;
    Ok(Json(CodeStatusView {
        mode: if status.is_elevated { "elevated" } else { "normal" },
        since: status.since.map(|t| t.to_string()),
        misses_last_minute: status.misses_last_minute,
        live_codes: status.live_codes,
    }))
}
