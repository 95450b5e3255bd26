//! The identification widget's frame.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::code::CodeLink;
use countersign_service::code::page::{Held, PageCode, PageIdentity, PageLink};
use countersign_types::code::CodeForm;
use countersign_types::pii::Pii;
use countersign_types::profile::ProfilePatch;
use countersign_types::{CodeId, Error, LinkId, WidgetId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Bearer, PageOrigin};
use crate::extract::{Body, ClientAddress, Id, Ids, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::wait::Waiter;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(public_widget))
        .routes(routes!(issue_code_for_page))
        .routes(routes!(follow_code))
        .routes(routes!(confirm_code))
        .routes(routes!(undo_code))
        .routes(routes!(list_links_for_page))
        .routes(routes!(end_link_for_page))
}

/// A widget, as its frame needs it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicWidget {
    /// Its id.
    id: String,
    /// `signed` or `plain`.
    mode: &'static str,
    /// The language to use when the page's is not offered.
    language: String,
    /// Languages offered.
    languages: Vec<String>,
    /// Phrases that differ from the built-in ones: language → key → text.
    #[schema(value_type = Object)]
    phrases: serde_json::Value,
    /// Accent, radius, scheme.
    #[schema(value_type = Object)]
    theme: serde_json::Value,
    /// Where codes can be sent.
    channels: Vec<PublicChannel>,
}

/// A channel on which codes can be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicChannel {
    /// Its name.
    name: String,
    /// Its kind.
    kind: &'static str,
    /// The address that opens it with the code filled in.
    url: Option<String>,
}

impl From<CodeLink> for PublicChannel {
    fn from(link: CodeLink) -> Self {
        Self { name: link.name, kind: link.kind, url: link.url }
    }
}

/// A widget, as its frame needs it.
#[utoipa::path(get, path = "/public/widgets/{id}", tag = "public", operation_id = "public_widget",
    params(("id" = String, Path)), responses((status = 200, body = PublicWidget), Refusals))]
async fn public_widget(
    State(app): State<Arc<App>>,
    Id(id): Id<WidgetId>,
    _: NoParams,
) -> Result<Json<PublicWidget>, Failure> {
    let widget = app.service.find_widget(id).await?;
    let channels = app.service.widget_channels(&widget, None);
    Ok(Json(PublicWidget {
        id: widget.id.to_string(),
        mode: widget.mode.as_str(),
        language: widget.default_language,
        languages: widget.languages,
        phrases: widget.phrases,
        theme: widget.theme,
        channels: channels.into_iter().map(Into::into).collect(),
    }))
}

/// Who the page says its visitor is: a signed token, or claims in plain mode.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PageCodeBody {
    /// A token that the company's server signed.
    #[schema(max_length = 8192)]
    token: Option<String>,
    /// What the page says; plain mode only.
    profile: Option<PageProfileBody>,
    /// `text` or `keypad`.
    #[serde(default = "text")]
    #[schema(value_type = Option<String>, pattern = "^(text|keypad)$")]
    form: CodeForm,
}

const fn text() -> CodeForm {
    CodeForm::Text
}

/// What a page in plain mode says of its visitor.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PageProfileBody {
    /// E-mail address.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// Phone.
    #[schema(max_length = 64)]
    phone: Option<String>,
    /// The id of the user on a custom channel.
    #[schema(max_length = 200)]
    custom_id: Option<String>,
    /// That channel.
    #[schema(max_length = 64)]
    #[allow(dead_code, reason = "names the seed's field; a page's word for it proves nothing")]
    custom_channel: Option<String>,
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

impl PageCodeBody {
    fn identity(self) -> Result<PageIdentity, Error> {
        match (self.token, self.profile) {
            (Some(token), None) => Ok(PageIdentity::Token(token)),
            (None, Some(p)) => Ok(PageIdentity::Plain {
                patch: Box::new(ProfilePatch {
                    name: p.name.map(|v| Some(Pii::new(v))),
                    email: p.email.map(|v| Some(Pii::new(v))),
                    phone: p.phone.map(|v| Some(Pii::new(v))),
                    language: p.language.map(Some),
                    attributes: p.attributes,
                    ..ProfilePatch::default()
                }),
                custom_id: p.custom_id,
            }),
            _ => Err(Error::invalid("/token", "missing-field", "Send `token`, or in plain mode `profile`.")),
        }
    }
}

/// A code just issued to a page. It is shown in this answer and never again.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageIssuedView {
    /// Its id.
    id: String,
    /// The code.
    code: String,
    /// The code in groups.
    display: String,
    /// `text` or `keypad`.
    form: String,
    /// When it was issued.
    #[schema(format = DateTime)]
    issued_at: String,
    /// Until when it can be sent.
    #[schema(format = DateTime)]
    expires_at: String,
    /// How long it lives.
    lifetime_secs: i64,
    /// With which the page follows it.
    status_token: String,
    /// Where it can be sent.
    links: Vec<PublicChannel>,
}

/// Issues a code to a page that carries the widget. Only on a press of the customer (W-4).
#[utoipa::path(post, path = "/public/widgets/{id}/codes", tag = "public", operation_id = "issue_code_for_page",
    params(("id" = String, Path)), request_body = PageCodeBody,
    responses((status = 201, body = PageIssuedView), Refusals))]
async fn issue_code_for_page(
    State(app): State<Arc<App>>,
    Id(id): Id<WidgetId>,
    origin: PageOrigin,
    ClientAddress(address): ClientAddress,
    Body(body): Body<PageCodeBody>,
) -> Result<(StatusCode, Json<PageIssuedView>), Failure> {
    origin.check(&app, &app.service.find_widget(id).await?.origins)?;
    let form = body.form;
    let (issued, links) = app.service.issue_code_for_page(id, body.identity()?, form, address).await?;
    let view = PageIssuedView {
        id: issued.id.to_string(),
        lifetime_secs: issued.expires_at.since(issued.issued_at) / countersign_types::time::SECOND,
        issued_at: issued.issued_at.to_string(),
        expires_at: issued.expires_at.to_string(),
        code: issued.code,
        display: issued.display,
        form: issued.form,
        status_token: issued.status_token.unwrap_or_default(),
        links: links.into_iter().map(Into::into).collect(),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// How to wait.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FollowParams {
    /// Seconds to wait for a change, 0 to 30.
    #[param(minimum = 0, maximum = 30)]
    wait: Option<u64>,
    /// The state that the page has seen; another one is answered at once.
    seen: Option<String>,
}

/// A code as the page that issued it sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageCodeView {
    /// `live`, `held`, `used`, `expired`, `superseded`, `revoked` or `undone`.
    state: &'static str,
    /// Until when it can be sent.
    #[schema(format = DateTime)]
    expires_at: String,
    /// The link that its use made.
    link: Option<PageLinkView>,
    /// With `held`: who sent it, which the customer is asked to confirm.
    held: Option<PageHeldView>,
}

/// Who sent a code while codes are being guessed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageHeldView {
    /// Name of the channel.
    channel_name: String,
    /// Kind of the channel.
    channel_kind: &'static str,
    /// How the channel names the account.
    account_name: String,
}

impl From<Held> for PageHeldView {
    fn from(held: Held) -> Self {
        Self {
            channel_name: held.channel_name,
            channel_kind: held.channel_kind.as_str(),
            account_name: held.account_name,
        }
    }
}

/// A link, as the page needs it to say "that was me" or "not me".
#[derive(Debug, Serialize, ToSchema)]
pub struct PageLinkView {
    /// Its id.
    id: String,
    /// Name of the channel.
    channel_name: String,
    /// Kind of the channel.
    channel_kind: &'static str,
    /// How the channel names the account.
    account_name: String,
    /// When it was made.
    #[schema(format = DateTime)]
    linked_at: String,
    /// Until when the page can take it back.
    #[schema(format = DateTime)]
    undo_until: String,
    /// `live`; `superseded` when a newer proof took the account, and this one can still be disowned; `undone`.
    state: &'static str,
}

impl From<PageLink> for PageLinkView {
    fn from(l: PageLink) -> Self {
        Self {
            id: l.link.id.to_string(),
            account_name: l.account_name(),
            linked_at: l.link.linked_at.to_string(),
            undo_until: l.undo_until.to_string(),
            state: l.word(),
            channel_kind: l.link.channel_kind.as_str(),
            channel_name: l.link.channel_name,
        }
    }
}

impl From<PageCode> for PageCodeView {
    fn from(code: PageCode) -> Self {
        Self {
            state: code.word(),
            expires_at: code.expires_at.to_string(),
            link: code.link.map(Into::into),
            held: code.held.map(Into::into),
        }
    }
}

/// Where a code stands. Waits for a change when asked to.
#[utoipa::path(get, path = "/public/codes/{id}", tag = "public", operation_id = "follow_code",
    security(("page" = [])), params(("id" = String, Path), FollowParams),
    responses((status = 200, body = PageCodeView), Refusals))]
async fn follow_code(
    State(app): State<Arc<App>>,
    Id(id): Id<CodeId>,
    Bearer(token): Bearer,
    waiter: Waiter,
    Params(params): Params<FollowParams>,
) -> Result<Json<PageCodeView>, Failure> {
    let (wait_secs, _seat) = waiter.wait(&app, &token, params.wait);
    Ok(Json(app.service.follow_code(id, &token, params.seen.as_deref(), wait_secs).await?.into()))
}

/// The customer's answer to "was that you?".
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBody {
    /// Whether the sender is the customer.
    is_me: bool,
}

/// Answers for a code that is `held`: it was sent while codes are being guessed, and links nobody before the page that
/// issued it says so. *No* ends the code.
#[utoipa::path(post, path = "/public/codes/{id}/confirm", tag = "public", operation_id = "confirm_code",
    security(("page" = [])), params(("id" = String, Path)), request_body = ConfirmBody,
    responses((status = 200, body = PageCodeView), Refusals))]
async fn confirm_code(
    State(app): State<Arc<App>>,
    Id(id): Id<CodeId>,
    Bearer(token): Bearer,
    Body(body): Body<ConfirmBody>,
) -> Result<Json<PageCodeView>, Failure> {
    Ok(Json(app.service.confirm_code_for_page(id, &token, body.is_me).await?.into()))
}

/// *Not me*: takes back the link that a code made, for ten minutes.
#[utoipa::path(post, path = "/public/codes/{id}/undo", tag = "public", operation_id = "undo_code",
    security(("page" = [])), params(("id" = String, Path)),
    responses((status = 200, body = PageCodeView), Refusals))]
async fn undo_code(
    State(app): State<Arc<App>>,
    Id(id): Id<CodeId>,
    Bearer(token): Bearer,
) -> Result<Json<PageCodeView>, Failure> {
    Ok(Json(app.service.undo_code_for_page(id, &token).await?.into()))
}

/// Who is signed in, by a token that nothing else was done with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PageTokenBody {
    /// A token that the company's server signed, as for a code. Used up by this request.
    #[schema(max_length = 8192)]
    token: String,
}

/// The customer's own linked channels.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageLinksView {
    /// Live links, newest first.
    data: Vec<PageLinkView>,
}

impl From<Vec<PageLink>> for PageLinksView {
    fn from(links: Vec<PageLink>) -> Self {
        Self { data: links.into_iter().map(Into::into).collect() }
    }
}

/// The live links of the customer whom a token names. Signed pages only.
#[utoipa::path(post, path = "/public/widgets/{id}/links", tag = "public", operation_id = "list_links_for_page",
    params(("id" = String, Path)), request_body = PageTokenBody,
    responses((status = 200, body = PageLinksView), Refusals))]
async fn list_links_for_page(
    State(app): State<Arc<App>>,
    Id(id): Id<WidgetId>,
    origin: PageOrigin,
    ClientAddress(address): ClientAddress,
    Body(body): Body<PageTokenBody>,
) -> Result<Json<PageLinksView>, Failure> {
    origin.check(&app, &app.service.find_widget(id).await?.origins)?;
    Ok(Json(app.service.list_links_for_page(id, &body.token, address).await?.into()))
}

/// Ends one of their own links; answers with those that are left.
#[utoipa::path(post, path = "/public/widgets/{id}/links/{link}/end", tag = "public",
    operation_id = "end_link_for_page", params(("id" = String, Path), ("link" = String, Path)),
    request_body = PageTokenBody, responses((status = 200, body = PageLinksView), Refusals))]
async fn end_link_for_page(
    State(app): State<Arc<App>>,
    Ids((id, link)): Ids<(WidgetId, LinkId)>,
    origin: PageOrigin,
    ClientAddress(address): ClientAddress,
    Body(body): Body<PageTokenBody>,
) -> Result<Json<PageLinksView>, Failure> {
    origin.check(&app, &app.service.find_widget(id).await?.origins)?;
    Ok(Json(app.service.end_link_for_page(id, &body.token, link, address).await?.into()))
}
