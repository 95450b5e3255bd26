//! The web chat's frame.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_service::web_chat::ChatMessage;
use countersign_types::case::ChatState;
use countersign_types::message::{Attachment, Delivery, Direction, Message};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::{AttachmentId, ChannelId, Error, MessageId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Bearer, PageOrigin};
use crate::api::attachment::{FileName, UploadedView, give_out, take_in};
use crate::extract::{Body, ClientAddress, Id, Ids, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::wait::Waiter;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(open_web_chat))
        .routes(routes!(follow_web_chat, send_web_chat))
        .routes(routes!(type_web_chat))
        .routes(routes!(record_web_chat_receipt))
        .routes(routes!(upload_web_chat))
        .routes(routes!(open_web_chat_attachment))
}

/// How a chat is opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenBody {
    /// A token of the signed-in customer, as for the widget.
    #[schema(max_length = 8192)]
    token: Option<String>,
    /// The session that this browser had.
    #[schema(max_length = 512)]
    session: Option<String>,
    /// The key of the website's visit that the page is in: 32 hexadecimal digits. Anything else is ignored.
    #[schema(max_length = 512)]
    visit: Option<String>,
}

/// An open chat.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenView {
    /// The session's token.
    session: String,
    /// `al0` … `al3`.
    assurance: &'static str,
    /// The customer's name, where the token said it.
    customer_name: Option<String>,
    /// Heading.
    title: String,
    /// First words to a visitor.
    greeting: String,
    /// Colour.
    accent: String,
    /// Whether somebody of the team is there to answer.
    online: bool,
    /// What to say when nobody is; empty = the frame's own words.
    offline_text: String,
    /// Whether files may be sent.
    files: bool,
    /// What a stranger is asked before the first message.
    questions: Vec<PublicQuestion>,
    /// Phrases that the company wrote itself: language → key → text.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, String>>)]
    phrases: serde_json::Value,
    /// The newest messages, oldest first.
    messages: Vec<PublicMessage>,
    /// The last message of the visitor that the team has read.
    read_until: Option<String>,
}

/// A question before the chat.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct PublicQuestion {
    /// What to answer by.
    key: String,
    /// What is asked.
    label: String,
    /// `text`, `email`, `phone` or `choice`.
    kind: String,
    /// What a choice offers.
    #[serde(default)]
    options: Vec<String>,
    /// Whether the chat waits for an answer.
    required: bool,
}

/// A file, as the customer sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicAttachment {
    /// Its id, to fetch it by; files of other places have none.
    id: Option<String>,
    /// Its name.
    name: String,
    /// What it is.
    mime_type: String,
    /// Bytes.
    size_bytes: i64,
}

/// A message, as the customer sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicMessage {
    /// Its id.
    id: String,
    /// `in` (from the customer) or `out`.
    direction: &'static str,
    /// The text; codes and card numbers in it are redacted.
    text: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who of the company wrote it.
    author_name: Option<String>,
    /// How far it has come.
    delivery: &'static str,
    /// Files.
    attachments: Vec<PublicAttachment>,
}

impl From<&Message> for PublicMessage {
    fn from(message: &Message) -> Self {
        let is_in = message.direction == Direction::Inbound;
        Self {
            id: message.id.to_string(),
            direction: if is_in { "in" } else { "out" },
            // To the person it is about, or to whom it was written.
            text: message.text.plain(Purpose::Deliver).to_owned(),
            at: message.received_at.to_string(),
            author_name: message.author.public_name().map(ToOwned::to_owned),
            delivery: message.delivery.map_or("sent", |d| d.as_str()),
            attachments: message.attachments.iter().map(Into::into).collect(),
        }
    }
}

impl From<&Attachment> for PublicAttachment {
    fn from(a: &Attachment) -> Self {
        Self {
            id: a.id.map(|id| id.to_string()),
            name: a.name.clone(),
            mime_type: a.mime_type.clone(),
            size_bytes: a.size_bytes,
        }
    }
}

/// Opens a chat: goes on with a session, or begins one.
#[utoipa::path(post, path = "/public/web-chats/{id}/sessions", tag = "public", operation_id = "open_web_chat",
    params(("id" = String, Path)), request_body = OpenBody,
    responses((status = 201, body = OpenView), Refusals))]
async fn open_web_chat(
    State(app): State<Arc<App>>,
    Id(id): Id<ChannelId>,
    origin: PageOrigin,
    ClientAddress(address): ClientAddress,
    Body(body): Body<OpenBody>,
) -> Result<(StatusCode, Json<OpenView>), Failure> {
    origin.check(&app, &origins(&app, id).await?)?;
    let chat = app.service.open_web_chat(id, body.token, body.session, body.visit, address).await?;
    let text = |name: &str| chat.config.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let questions = chat.config.get("questions").cloned().unwrap_or_default();
    let view = OpenView {
        online: chat.is_online,
        offline_text: text("offline_text"),
        files: takes_files(&chat.config),
        questions: serde_json::from_value(questions).unwrap_or_default(),
        read_until: chat.read_until.map(|id| id.to_string()),
        phrases: chat.config.get("phrases").cloned().unwrap_or_else(|| serde_json::json!({})),
        title: text("title"),
        greeting: text("greeting"),
        accent: text("accent"),
        session: chat.session,
        assurance: chat.assurance.as_str(),
        customer_name: chat.customer_name.map(|n| n.plain(Purpose::Deliver).to_owned()),
        messages: chat.messages.iter().map(Into::into).collect(),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Files are taken unless the channel says no.
fn takes_files(config: &serde_json::Value) -> bool {
    config.get("files").and_then(|v| v.as_bool()).unwrap_or(true)
}

pub(super) async fn origins(app: &App, id: ChannelId) -> Result<Vec<String>, Error> {
    let entry = app.service.find_web_chat(id).await?;
    let origins = entry.channel.config.get("origins").and_then(|v| v.as_array()).cloned().unwrap_or_default();
    Ok(origins.into_iter().filter_map(|v| v.as_str().map(ToOwned::to_owned)).collect())
}

/// How to wait for messages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChatParams {
    /// Seconds to wait for a message, 0 to 30.
    #[param(minimum = 0, maximum = 30)]
    wait: Option<u64>,
    /// The last message that the frame has.
    after: Option<String>,
    /// The last `read_until` that the frame has; another one is answered at once.
    seen: Option<String>,
}

/// News of a chat.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatNewsView {
    /// Messages after the last one, oldest first.
    data: Vec<PublicMessage>,
    /// `live` or `ended`.
    chat: &'static str,
    /// `al0` … `al3`.
    assurance: &'static str,
    /// The last message of the visitor that the team has read.
    read_until: Option<String>,
    /// Whether somebody of the team is writing at this moment.
    typing: bool,
}

/// Messages after the last one that the frame has. Waits for one when asked to.
#[utoipa::path(get, path = "/public/web-chats/{id}/messages", tag = "public", operation_id = "follow_web_chat",
    security(("page" = [])), params(("id" = String, Path), ChatParams),
    responses((status = 200, body = ChatNewsView), Refusals))]
async fn follow_web_chat(
    State(app): State<Arc<App>>,
    Id(id): Id<ChannelId>,
    Bearer(session): Bearer,
    waiter: Waiter,
    Params(params): Params<ChatParams>,
) -> Result<Json<ChatNewsView>, Failure> {
    let (after, seen) = (message_id("after", params.after)?, message_id("seen", params.seen)?);
    let (wait_secs, _seat) = waiter.wait(&app, &session, params.wait);
    let news = app.service.follow_web_chat(id, &session, after, wait_secs, seen).await?;
    Ok(Json(ChatNewsView {
        data: news.messages.iter().map(Into::into).collect(),
        chat: match news.chat {
            ChatState::Live => "live",
            ChatState::Ended => "ended",
        },
        assurance: news.assurance.as_str(),
        read_until: news.read_until.map(|id| id.to_string()),
        typing: news.is_typing,
    }))
}

fn message_id(name: &str, given: Option<String>) -> Result<Option<MessageId>, Error> {
    let wrong = |_| Error::invalid(name, "invalid-value", format!("`{name}` is a message's id."));
    given.filter(|text| !text.is_empty()).map(|text| text.parse().map_err(wrong)).transpose()
}

/// What a visitor writes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatMessageBody {
    /// Made by the browser; the same id again answers the same.
    #[schema(min_length = 1, max_length = 64)]
    id: String,
    /// The text. With attachments it may be empty.
    #[serde(default)]
    #[schema(max_length = 20000)]
    text: String,
    /// Files uploaded for it, by id.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 10)]
    attachments: Vec<AttachmentId>,
    /// Answers to the questions before the chat, and `name`, `email`, `phone` where they were left for an answer.
    /// Claims: they prove nothing.
    #[serde(default)]
    answers: BTreeMap<String, String>,
    /// The invitation that is answered: the `id` it was offered with. What is not one is ignored.
    #[schema(max_length = 64)]
    invitation: Option<String>,
    /// The key of the website's visit that the page is in: 32 hexadecimal digits. Anything else is ignored.
    #[schema(max_length = 512)]
    visit: Option<String>,
}

/// A visitor writes.
#[utoipa::path(post, path = "/public/web-chats/{id}/messages", tag = "public", operation_id = "send_web_chat",
    security(("page" = [])), params(("id" = String, Path)), request_body = ChatMessageBody,
    responses((status = 201, body = PublicMessage), Refusals))]
async fn send_web_chat(
    State(app): State<Arc<App>>,
    Id(id): Id<ChannelId>,
    origin: PageOrigin,
    Bearer(session): Bearer,
    ClientAddress(address): ClientAddress,
    Body(body): Body<ChatMessageBody>,
) -> Result<(StatusCode, Json<PublicMessage>), Failure> {
    origin.check(&app, &origins(&app, id).await?)?;
    if body.id.is_empty() || body.id.len() > 64 {
        return Err(Failure(Error::invalid("/id", "invalid-id", "An id has 1 to 64 characters.")));
    }
    let written = ChatMessage {
        id: body.id,
        text: Pii::new(body.text),
        files: body.attachments,
        answers: body.answers,
        invited: body.invitation.and_then(|text| text.parse().ok()),
        visit: body.visit,
    };
    let message = app.service.send_web_chat(id, &session, written, address).await?;
    Ok((StatusCode::CREATED, Json(PublicMessage::from(&message))))
}

/// The visitor is writing. Nothing is stored.
#[utoipa::path(post, path = "/public/web-chats/{id}/typing", tag = "public", operation_id = "type_web_chat",
    security(("page" = [])), params(("id" = String, Path)), responses((status = 204), Refusals))]
async fn type_web_chat(
    State(app): State<Arc<App>>,
    Id(id): Id<ChannelId>,
    origin: PageOrigin,
    Bearer(session): Bearer,
) -> Result<StatusCode, Failure> {
    origin.check(&app, &origins(&app, id).await?)?;
    app.service.type_web_chat(id, &session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How far replies have come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatReceiptBody {
    /// The newest reply that it is about; those before it come along.
    #[schema(value_type = String)]
    message: MessageId,
    /// `delivered` or `read`.
    state: ChatReceiptState,
}

/// How far replies have come.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatReceiptState {
    /// They are in the visitor's browser.
    Delivered,
    /// The visitor saw them.
    Read,
}

/// The visitor's browser has replies, or the visitor saw them.
#[utoipa::path(post, path = "/public/web-chats/{id}/receipts", tag = "public",
    operation_id = "record_web_chat_receipt", security(("page" = [])), params(("id" = String, Path)),
    request_body = ChatReceiptBody, responses((status = 204), Refusals))]
async fn record_web_chat_receipt(
    State(app): State<Arc<App>>,
    Id(id): Id<ChannelId>,
    origin: PageOrigin,
    Bearer(session): Bearer,
    Body(body): Body<ChatReceiptBody>,
) -> Result<StatusCode, Failure> {
    origin.check(&app, &origins(&app, id).await?)?;
    let delivery = match body.state {
        ChatReceiptState::Delivered => Delivery::Delivered,
        ChatReceiptState::Read => Delivery::Read,
    };
    app.service.record_web_chat_receipt(id, &session, body.message, delivery).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A visitor uploads a file: the body is the file, at most 25 MiB. What it is, its bytes say.
#[utoipa::path(post, path = "/public/web-chats/{id}/attachments", tag = "public", operation_id = "upload_web_chat",
    security(("page" = [])), params(("id" = String, Path)),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = UploadedView), Refusals))]
async fn upload_web_chat(
    State(app): State<Arc<App>>,
    Id(id): Id<ChannelId>,
    origin: PageOrigin,
    Bearer(session): Bearer,
    ClientAddress(address): ClientAddress,
    FileName(name): FileName,
    request: Request,
) -> Result<(StatusCode, Json<UploadedView>), Failure> {
    origin.check(&app, &origins(&app, id).await?)?;
    if !takes_files(&app.service.find_web_chat(id).await?.channel.config) {
        return Err(Failure(Error::Refused {
            code: "no-files",
            detail: "This chat takes no files.",
            hint: "An administrator can allow files in the channel's settings.",
        }));
    }
    let upload = app.service.upload_web_chat(id, &session, name, address).await?;
    Ok((StatusCode::CREATED, take_in(upload, request).await?))
}

/// A file of the visitor's own conversation.
#[utoipa::path(get, path = "/public/web-chats/{id}/attachments/{file}", tag = "public",
    operation_id = "open_web_chat_attachment", security(("page" = [])),
    params(("id" = String, Path), ("file" = String, Path)),
    responses((status = 200, description = "The file", content(
        (String = "application/octet-stream"), (String = "image/png"), (String = "image/jpeg"),
        (String = "image/gif"), (String = "image/webp"))), Refusals))]
async fn open_web_chat_attachment(
    State(app): State<Arc<App>>,
    Ids((id, file)): Ids<(ChannelId, AttachmentId)>,
    Bearer(session): Bearer,
    _: NoParams,
) -> Result<Response, Failure> {
    let file = app.service.open_web_chat_attachment(id, &session, file).await?;
    give_out(&app.service, file).await
}
