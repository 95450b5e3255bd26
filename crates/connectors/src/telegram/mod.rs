//! Telegram bots, by the Bot API <https://core.telegram.org/bots/api>. Messages are fetched (*Getting updates*:
//! `getUpdates`, which needs no public address) or posted to us (`setWebhook`).
//!
//! Only private chats are taken in: what somebody writes in a group is read by others, and so is a code. A bot is told
//! no delivery receipts; that Telegram took a reply is all there is to know.

mod api;
mod incoming;

use countersign_service::port::{
    BoxFuture, Connector, Done, HookError, HookRequest, Hooked, Line, Outbound, OutboundMessage, Polled,
    Provided, ProviderError, SecretField, Secrets,
};
use countersign_types::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use crate::multipart::Form;
use crate::provider::{check_api_url, checked, filled, reply_file};
use crate::text;
use api::Bot;

/// The bot's token, as @BotFather shows it.
const TOKEN: &str = "bot_token";
/// What Telegram puts into `X-Telegram-Bot-Api-Secret-Token`.
const HOOK_SECRET: &str = "hook_secret";
/// What is asked for: everything else would only be let go.
const UPDATES: [&str; 2] = ["message", "edited_message"];
/// Characters (UTF-16 units) of a message at most; of the words beside a file.
const TEXT_MAX: usize = 4_096;
/// How long Telegram may hold a look that brings nothing, seconds.
const WAIT_SECS: u64 = 20;
/// Updates of one look.
const LOOK_MAX: i64 = 100;

/// The connector of Telegram bots.
#[derive(Debug, Default, Clone, Copy)]
pub struct Telegram;

/// Settings of a Telegram bot.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// `poll`: messages are fetched; `webhook`: Telegram posts them.
    receive: Receive,
    /// Where the Bot API is: Telegram's own, or a server of the company's.
    api_url: String,
    /// Where links open the bot: `t.me`, or another name of it where that one is blocked.
    link_url: String,
    /// The bot's name, which Telegram fills in.
    #[serde(skip_serializing_if = "String::is_empty")]
    username: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Receive {
    #[default]
    Poll,
    Webhook,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            receive: Receive::Poll,
            api_url: "https://api.telegram.org".to_owned(),
            link_url: "https://t.me".to_owned(),
            username: String::new(),
        }
    }
}

fn config(value: &Value) -> Result<Config> {
    if value.is_null() {
        return Ok(Config::default());
    }
    Config::deserialize(value).map_err(|_| {
        let detail = "A Telegram bot takes `receive` (`poll` or `webhook`), `api_url` and `link_url`.";
        Error::invalid("/config", "invalid-config", detail)
    })
}

/// The settings as they were checked when they were saved.
fn saved(line: Line<'_>) -> Provided<Config> {
    config(line.config).map_err(|_| ProviderError::settings(None, "the settings are not a Telegram bot's"))
}

impl Connector for Telegram {
    fn secrets(&self) -> &'static [SecretField] {
        &[SecretField { name: TOKEN, is_required: true }]
    }

    fn made_secrets(&self) -> &'static [&'static str] {
        &[HOOK_SECRET]
    }

    fn check_config(&self, value: &Value, outbound: &dyn Outbound) -> Result<Value> {
        let mut config = config(value)?;
        let mut errors = Vec::new();
        check_api_url(&mut config.api_url, outbound, &mut errors);
        config.link_url = config.link_url.trim_end_matches('/').to_owned();
        if !is_link_base(&config.link_url) {
            let detail = "An address for links starts with https:// and has no query.";
            return Err(Error::invalid("/config/link_url", "invalid-deep-link", detail));
        }
        checked(&config, errors)
    }

    fn deep_link(&self, value: &Value, code: &str) -> Option<String> {
        let Config { username, link_url, .. } = config(value).ok()?;
        // *Deep linking*: up to 64 of these characters.
        let is_fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let is_link = !username.is_empty() && (1..=64).contains(&code.len()) && code.bytes().all(is_fine);
        is_link.then(|| format!("{link_url}/{username}?start={code}"))
    }

    fn account(&self, value: &Value, secrets: &Secrets) -> Option<String> {
        // *Authorizing your bot*: a token begins with the bot's number, whatever follows it.
        let bot = secrets.get(TOKEN)?.split(':').next().filter(|bot| !bot.is_empty())?;
        Some(format!("{} {bot}", config(value).ok()?.api_url))
    }

    fn connect<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Value>> {
        Box::pin(async move {
            let mut config = saved(line)?;
            let bot = Bot::of(line, &config)?;
            config.username = bot.username().await?;
            match config.receive {
                Receive::Poll => bot.call("deleteWebhook", json!({})).await?,
                Receive::Webhook => {
                    if !line.hook_url.starts_with("https://") {
                        let detail = "Telegram posts only to https:// addresses, and this server's `public_url` is none: \
                                      fetch the messages instead";
                        return Err(ProviderError::settings(None, detail));
                    }
                    let secret = line.secrets.get(HOOK_SECRET).unwrap_or_default();
                    let body =
                        json!({ "url": line.hook_url, "secret_token": secret, "allowed_updates": UPDATES });
                    bot.call("setWebhook", body).await?
                }
            };
            filled(&config)
        })
    }

    fn disconnect<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<()>> {
        Box::pin(async move {
            let config = saved(line)?;
            Bot::of(line, &config)?.call("deleteWebhook", json!({})).await.map(|_| ())
        })
    }

    fn test<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let config = saved(line)?;
            let bot = Bot::of(line, &config)?;
            let username = bot.username().await?;
            let info = bot.call("getWebhookInfo", json!({})).await?;
            let url = info["url"].as_str().unwrap_or_default();
            let trouble = info["last_error_message"].as_str().map(|why| text::cut(why, 200));
            let detail = match (config.receive, url, trouble) {
                (Receive::Poll, "", _) => format!("@{username} answers; its messages are fetched."),
                (Receive::Poll, ..) => {
                    let detail = "another program has set a webhook for this bot, so its messages cannot be fetched: \
                                  save the channel again to take them back";
                    return Err(ProviderError::settings(None, detail));
                }
                (Receive::Webhook, url, None) if url == line.hook_url => {
                    format!("@{username} answers; Telegram posts its messages here.")
                }
                (Receive::Webhook, url, Some(why)) if url == line.hook_url => {
                    format!("@{username} answers. The last message that Telegram could not post here: {why}")
                }
                (Receive::Webhook, ..) => {
                    let detail = "Telegram posts this bot's messages somewhere else: save the channel again";
                    return Err(ProviderError::settings(None, detail));
                }
            };
            Ok(Done { status: Some(200), detail })
        })
    }

    fn send<'a>(&'a self, line: Line<'a>, message: &'a OutboundMessage) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let config = saved(line)?;
            let bot = Bot::of(line, &config)?;
            let mut parts = 0;
            for part in text::parts(&message.text, TEXT_MAX) {
                let body = json!({
                    "chat_id": message.to, "text": part, "link_preview_options": { "is_disabled": true },
                });
                bot.call("sendMessage", body).await.map_err(|error| text::after_parts(error, parts))?;
                parts += 1;
            }
            for file in &message.attachments {
                let sent = send_file(line, &bot, message, file).await;
                sent.map_err(|error| text::after_parts(error, parts))?;
                parts += 1;
            }
            Ok(Done { status: Some(200), detail: String::new() })
        })
    }

    fn shows_typing(&self) -> bool {
        true
    }

    fn type_to<'a>(&'a self, line: Line<'a>, to: &'a str) -> BoxFuture<'a, Provided<()>> {
        Box::pin(async move {
            let config = saved(line)?;
            // *sendChatAction*: for five seconds, or until a message comes.
            let body = json!({ "chat_id": to, "action": "typing" });
            Bot::of(line, &config)?.call("sendChatAction", body).await.map(|_| ())
        })
    }

    fn polls(&self, value: &Value) -> bool {
        config(value).is_ok_and(|config| config.receive == Receive::Poll)
    }

    fn poll<'a>(&'a self, line: Line<'a>, read_until: Option<&'a str>) -> BoxFuture<'a, Provided<Polled>> {
        Box::pin(fetch_updates(line, read_until))
    }

    fn is_posted_to(&self, value: &Value) -> bool {
        !self.polls(value)
    }

    fn hook(&self, line: Line<'_>, request: &HookRequest) -> std::result::Result<Hooked, HookError> {
        if request.is_get || self.polls(line.config) {
            return Err(HookError::Unknown);
        }
        let given = request.header("x-telegram-bot-api-secret-token").unwrap_or_default();
        let wanted = line.secrets.get(HOOK_SECRET).filter(|s| !s.is_empty()).ok_or(HookError::Forged)?;
        if !bool::from(given.as_bytes().ct_eq(wanted.as_bytes())) {
            return Err(HookError::Forged);
        }
        let update = serde_json::from_slice(&request.body).map_err(|_| HookError::Malformed)?;
        Ok(Hooked { news: incoming::read(&update).into_iter().collect(), answer: String::new() })
    }

    fn fetch<'a>(&'a self, line: Line<'a>, reference: &'a str) -> BoxFuture<'a, Provided<Vec<u8>>> {
        Box::pin(async move {
            let config = saved(line)?;
            let bot = Bot::of(line, &config)?;
            let file = bot.call("getFile", json!({ "file_id": reference })).await?;
            let path = file["file_path"].as_str().unwrap_or_default();
            bot.file(path).await
        })
    }
}

/// Whether links may begin so: https, or a local address for trying out.
fn is_link_base(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else { return false };
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let scheme_is_fine = url.scheme() == "https" || (url.scheme() == "http" && is_local);
    scheme_is_fine && url.query().is_none() && url.fragment().is_none() && url.username().is_empty()
}

/// Looks for updates after the last one that is durable here. `offset` also tells Telegram that those before it are.
async fn fetch_updates(line: Line<'_>, read_until: Option<&str>) -> Provided<Polled> {
    let config = saved(line)?;
    let bot = Bot::of(line, &config)?;
    let last: Option<i64> = read_until.and_then(|text| text.parse().ok());
    let mut body = json!({ "timeout": WAIT_SECS, "limit": LOOK_MAX, "allowed_updates": UPDATES });
    if let Some(last) = last {
        body["offset"] = json!(last + 1);
    }
    let found = bot.call("getUpdates", body).await?;
    let updates = found.as_array().map(Vec::as_slice).unwrap_or_default();
    let newest = updates.iter().filter_map(|update| update["update_id"].as_i64()).max();
    Ok(Polled {
        news: updates.iter().filter_map(incoming::read).collect(),
        // *Update*: after a week without any, ids begin anew, perhaps lower. So an id is said once, to have what came up to
        // it forgotten, and then no more.
        read_until: Some(newest.map(|id| id.to_string()).unwrap_or_default()),
    })
}

/// Sends a file: a picture as a picture, anything else as a document.
async fn send_file(
    line: Line<'_>,
    bot: &Bot<'_>,
    message: &OutboundMessage,
    file: &countersign_types::message::Attachment,
) -> Provided<()> {
    let bytes = reply_file(line, file).await?;
    let is_picture =
        matches!(file.mime_type.as_str(), "image/png" | "image/jpeg") && bytes.len() < 10_000_000;
    let (method, field) = if is_picture { ("sendPhoto", "photo") } else { ("sendDocument", "document") };
    let mut form = Form::new(&message.id);
    form.text("chat_id", &message.to);
    form.file(field, &file.name, &file.mime_type, &bytes);
    bot.post(method, form).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_link_carries_the_code_and_needs_the_bot_s_name() {
        let config =
            json!({ "receive": "poll", "api_url": "https://api.telegram.org", "username": "acme_bot" });
        let link = Telegram.deep_link(&config, "K7QF-2M9X");
        assert_eq!(link.as_deref(), Some("https://t.me/acme_bot?start=K7QF-2M9X"));
        assert_eq!(Telegram.deep_link(&config, "K7QF 2M9X"), None);
        assert_eq!(Telegram.deep_link(&config, ""), None);
        assert_eq!(Telegram.deep_link(&json!({}), "K7QF"), None, "not connected yet");
    }
}
