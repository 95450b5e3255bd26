//! The web chat's frame.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use countersign_types::case::ChatState;
use countersign_types::message::{Direction, Message};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::{ChannelId, Error, MessageId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Bearer, PageOrigin};
use crate::extract::{Body, ClientAddress, Id, Params};
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(open_web_chat)).routes(routes!(follow_web_chat, send_web_chat))
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
    /// The newest messages, oldest first.
    messages: Vec<PublicMessage>,
}

/// A message, as the customer sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicMessage {
    /// Its id.
    id: String,
    /// `in` (from the customer) or `out`.
    direction: &'static str,
    /// The text; codes in it are redacted.
    text: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who of the company wrote it.
    author_name: Option<String>,
    /// How far it has come.
    delivery: &'static str,
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
            author_name: if is_in { None } else { message.author.name.clone() },
            delivery: message.delivery.map_or("sent", |d| d.as_str()),
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
    origin.check(&app, &origins(&app, id)?)?;
    let chat = app.service.open_web_chat(id, body.token, body.session, address).await?;
    let text = |name: &str| chat.config.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let view = OpenView {
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

fn origins(app: &App, id: ChannelId) -> Result<Vec<String>, Error> {
    let entry = app.service.find_web_chat(id)?;
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
}

/// Messages after the last one that the frame has. Waits for one when asked to.
#[utoipa::path(get, path = "/public/web-chats/{id}/messages", tag = "public", operation_id = "follow_web_chat",
    security(("page" = [])), params(("id" = String, Path), ChatParams),
    responses((status = 200, body = ChatNewsView), Refusals))]
async fn follow_web_chat(
    State(app): State<Arc<App>>,
    Id(id): Id<ChannelId>,
    Bearer(session): Bearer,
    Params(params): Params<ChatParams>,
) -> Result<Json<ChatNewsView>, Failure> {
    let after: Option<MessageId> = params
        .after
        .filter(|t| !t.is_empty())
        .map(|t| {
            t.parse().map_err(|_| Error::invalid("after", "invalid-value", "`after` is a message's id."))
        })
        .transpose()?;
    let news = app.service.follow_web_chat(id, &session, after, params.wait.unwrap_or(0)).await?;
    Ok(Json(ChatNewsView {
        data: news.messages.iter().map(Into::into).collect(),
        chat: match news.chat {
            ChatState::Live => "live",
            ChatState::Ended => "ended",
        },
        assurance: news.assurance.as_str(),
    }))
}

/// What a visitor writes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatMessageBody {
    /// Made by the browser; the same id again answers the same.
    #[schema(min_length = 1, max_length = 64)]
    id: String,
    /// The text.
    #[schema(min_length = 1, max_length = 20000)]
    text: String,
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
    origin.check(&app, &origins(&app, id)?)?;
    if body.id.is_empty() || body.id.len() > 64 {
        return Err(Failure(Error::invalid("/id", "invalid-id", "An id has 1 to 64 characters.")));
    }
    let message = app.service.send_web_chat(id, &session, body.id, Pii::new(body.text), address).await?;
    Ok((StatusCode::CREATED, Json(PublicMessage::from(&message))))
}
