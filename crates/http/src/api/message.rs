//! Messages: handed in by custom channels, read and answered in cases.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::caller::Request;
use countersign_service::message::Inbound;
use countersign_types::message::{Attachment, Delivery, Message, MessageKind};
use countersign_types::pii::Pii;
use countersign_types::profile::Claims;
use countersign_types::{AttachmentId, CaseId, ChannelId, MessageId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, page_request};
use crate::extract::{Auth, Body, Id, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::case::{CaseView, MessageView, OutcomeView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(receive_message))
        .routes(routes!(record_receipt))
        .routes(routes!(list_messages, post_message))
        .routes(routes!(retry_message))
}

/// A message of a custom channel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InboundBody {
    /// Your id of the message. The same id again answers the same and does nothing.
    #[schema(min_length = 1, max_length = 200)]
    id: String,
    /// Who sent it.
    from: FromBody,
    /// The text.
    #[serde(default)]
    #[schema(max_length = 20000)]
    text: String,
    /// Files; their content stays with you.
    #[serde(default)]
    attachments: Vec<AttachmentBody>,
    /// When it was sent, as your channel says.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Timestamp>,
    /// Whether a machine wrote it (auto-reply, bot, echo): rules will not answer it.
    #[serde(default)]
    is_automatic: bool,
}

/// The sender of a message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FromBody {
    /// Your id of the sender on this channel.
    #[schema(min_length = 1, max_length = 200)]
    id: String,
    /// The name that your channel shows.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// An address that the sender claims: shown as a claim, never used to find anybody.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// A number that the sender claims: shown as a claim, never used to find anybody.
    #[schema(max_length = 64)]
    phone: Option<String>,
}

/// A file of a message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachmentBody {
    /// File name.
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    /// Media type.
    #[schema(max_length = 100)]
    mime_type: String,
    /// Bytes.
    #[schema(minimum = 0)]
    size_bytes: i64,
    /// Where you keep it.
    #[schema(max_length = 2000)]
    url: Option<String>,
}

/// What became of a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedView {
    /// The message as stored.
    message: MessageView,
    /// Its case now.
    case: CaseView,
    /// What it was as a proof.
    identification: OutcomeView,
}

/// Hands in a message of a custom channel. Acknowledged means durable; the same `id` again answers the same.
#[utoipa::path(post, path = "/v1/channels/{id}/messages", tag = "messages", operation_id = "receive_message",
    security(("api_key" = [])), params(("id" = String, Path)), request_body = InboundBody,
    responses((status = 200, body = ReceivedView), Refusals))]
async fn receive_message(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(channel): Id<ChannelId>,
    Body(body): Body<InboundBody>,
) -> Result<Json<ReceivedView>, Failure> {
    let attachments = body
        .attachments
        .into_iter()
        .map(|a| Attachment {
            name: a.name,
            mime_type: a.mime_type,
            size_bytes: a.size_bytes,
            url: a.url,
            id: None,
        })
        .collect();
    let inbound = Inbound {
        name: body.from.name.map(Pii::new),
        claims: Claims {
            name: None,
            email: body.from.email.map(Pii::new),
            phone: body.from.phone.map(Pii::new),
        },
        attachments,
        sent_at: body.sent_at,
        is_automatic: body.is_automatic,
        ..Inbound::new(body.id, Pii::new(body.from.id), Pii::new(body.text))
    };
    let received = app.service.receive_message(&request, channel, inbound).await?;
    let viewer = app.service.viewer(&request);
    let known = app.service.known_from_row(viewer, &received.case);
    Ok(Json(ReceivedView {
        message: MessageView::of(&received.message, viewer, known.of(received.case.case.id)),
        case: super::case::view(&app, &received.case, viewer, &known),
        identification: received.outcome.into(),
    }))
}

/// Renders one message for whoever asks.
pub(super) async fn show(
    app: &App,
    message: &Message,
    request: &Request,
) -> Result<Json<MessageView>, Failure> {
    let viewer = app.service.viewer(request);
    let known = app.service.known_in_case(viewer, message.case).await?;
    Ok(Json(MessageView::of(message, viewer, known.of(message.case))))
}

/// How far a reply has come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptBody {
    /// The message, as it was posted to your outbound URL.
    #[schema(value_type = String)]
    message: MessageId,
    /// `delivered`, `read` or `failed`.
    state: ReceiptState,
    /// Why it failed.
    #[schema(max_length = 200)]
    detail: Option<String>,
}

/// How far a reply has come.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    /// It reached the customer's device.
    Delivered,
    /// The customer saw it.
    Read,
    /// It did not go.
    Failed,
}

/// Tells how far a reply has come. News that arrive late change nothing.
#[utoipa::path(post, path = "/v1/channels/{id}/receipts", tag = "messages", operation_id = "record_receipt",
    security(("api_key" = [])), params(("id" = String, Path)), request_body = ReceiptBody,
    responses((status = 204), Refusals))]
async fn record_receipt(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(channel): Id<ChannelId>,
    Body(body): Body<ReceiptBody>,
) -> Result<StatusCode, Failure> {
    let delivery = match body.state {
        ReceiptState::Delivered => Delivery::Delivered,
        ReceiptState::Read => Delivery::Read,
        ReceiptState::Failed => Delivery::Failed,
    };
    let detail = body.detail.map(|d| d.chars().take(200).collect());
    app.service.record_receipt(&request, channel, body.message, delivery, detail).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which part of a conversation.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessageParams {
    /// 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next_cursor` of the page after (newer) this one.
    before: Option<String>,
}

/// The messages of a case: the newest page first, each page oldest first.
#[utoipa::path(get, path = "/v1/cases/{id}/messages", tag = "messages", operation_id = "list_messages",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), MessageParams),
    responses((status = 200, body = List<MessageView>), Refusals))]
async fn list_messages(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(case): Id<CaseId>,
    Params(params): Params<MessageParams>,
) -> Result<Json<List<MessageView>>, Failure> {
    let name = format!("messages:{case}");
    let page = page_request(&app.service, &name, params.limit, params.before.as_deref())?;
    let page = app.service.list_messages(&request, case, page).await?;
    let viewer = app.service.viewer(&request);
    let known = app.service.known_in_case(viewer, case).await?;
    let mut list = List::of(&app.service, &name, page, |m| MessageView::of(&m, viewer, known.of(case)));
    list.data.reverse();
    Ok(Json(list))
}

/// An answer or a note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostBody {
    /// The text. With attachments it may be empty.
    #[serde(default)]
    #[schema(max_length = 20000)]
    text: String,
    /// Files uploaded for this case that go with a reply, by id.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 10)]
    attachments: Vec<AttachmentId>,
    /// `reply` (to the customer) or `note` (for the team only).
    #[serde(default = "reply")]
    kind: PostKind,
    /// The newest message that the author had before them. A reply is then refused as `answered-meanwhile` when somebody
    /// else answered after it; without it, it goes in any case.
    #[schema(value_type = Option<String>)]
    last_seen: Option<MessageId>,
}

/// To whom something is said.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostKind {
    /// To the customer.
    Reply,
    /// For the team only.
    Note,
}

const fn reply() -> PostKind {
    PostKind::Reply
}

/// Answers the customer, or notes something for the team.
#[utoipa::path(post, path = "/v1/cases/{id}/messages", tag = "messages", operation_id = "post_message",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = PostBody,
    responses((status = 201, body = MessageView), Refusals))]
async fn post_message(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(case): Id<CaseId>,
    Body(body): Body<PostBody>,
) -> Result<(StatusCode, Json<MessageView>), Failure> {
    let kind = match body.kind {
        PostKind::Reply => MessageKind::Reply,
        PostKind::Note => MessageKind::Note,
    };
    let (text, files) = (Pii::new(body.text), body.attachments);
    let message = app.service.post_message(&request, case, kind, text, files, body.last_seen).await?;
    Ok((StatusCode::CREATED, show(&app, &message, &request).await?))
}

/// Sends a failed reply again.
#[utoipa::path(post, path = "/v1/messages/{id}/retry", tag = "messages", operation_id = "retry_message",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = MessageView), Refusals))]
async fn retry_message(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<MessageId>,
) -> Result<Json<MessageView>, Failure> {
    let message = app.service.retry_message(&request, id).await?;
    show(&app, &message, &request).await
}
