//! The web chat: sessions of visitors, their messages, and the replies they fetch.
//!
//! A visitor without a token is a stranger with an account of their own browser. A visitor with a token that the
//! company's server signed has one account for the person, whatever the browser, linked at AL3 from the first
//! message. When the person changes, the browser gets another session: nobody reads the previous person's history.

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign_store::account::{self, AccountRef};
use countersign_store::case::find_newest_case;
use countersign_store::channel::ChannelEntry;
use countersign_store::{Notice, Tx, account_visit, message, user, web_chat as store};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::case::ChatState;
use countersign_types::channel::ChannelKind;
use countersign_types::event::EventKind;
use countersign_types::evidence::{EvidenceBy, Method};
use countersign_types::message::{Delivery, Message};
use countersign_types::pii::{ExternalId, FreeText, Name, Pii};
use countersign_types::profile::{Claims, ProfileKey, ProfilePatch, Source};
use countersign_types::{
    AccountId, Assurance, AttachmentId, ChannelId, ChatOfferId, Cursor, Error, LinkId, MessageId, Result,
    Timestamp, WebChatSessionId, WidgetId, time,
};
use sha2::{Digest, Sha256};

use crate::Service;
use crate::code::page::WAIT_SECS_MAX;
use crate::link::Proof;
use crate::message::Inbound;
use crate::typing::TEAM_TYPING;
use crate::work::Log;

/// Messages shown when a chat opens, and fetched at once.
const MESSAGES_MAX: i64 = 100;
/// How long a signed session counts without being signed anew.
pub(crate) const SIGNED_SPAN: i64 = 12 * time::HOUR;
/// Messages of one address in a minute.
const MESSAGES_PER_MIN: i64 = 60;
/// What is said when a chat has news for its visitor, with the account: a reply, an end, another level. Consoles hear
/// of it by the case.
pub(crate) const CHAT_UPDATED: &str = "chat.updated";
/// How often it is noted that a session is used. Idle ones are removed after [`IDLE_SPAN`].
const SEEN_SPAN: i64 = time::DAY;
/// A browser that did not come for so long is a new visitor.
pub(crate) const IDLE_SPAN: i64 = 30 * time::DAY;
/// New sessions of one address in a minute.
const SESSIONS_PER_MIN: i64 = 30;
/// Somebody of the team who was active so lately is there.
const PRESENT_SPAN: i64 = 5 * time::MINUTE;
/// Longest answer to a question before the chat, characters.
const ANSWER_CHARS_MAX: usize = 500;

/// An open chat.
#[derive(Debug)]
pub struct OpenChat {
    /// The session's token; the frame keeps it.
    pub session: String,
    /// The visitor's level.
    pub assurance: Assurance,
    /// The visitor's name, where a signed token said it.
    pub customer_name: Option<Pii<Name>>,
    /// The channel's settings.
    pub config: serde_json::Value,
    /// The newest messages, oldest first.
    pub messages: Vec<Message>,
    /// The last message of the visitor that the team has read.
    pub read_until: Option<MessageId>,
    /// Whether somebody of the team is there to answer.
    pub is_online: bool,
}

/// What a visitor writes.
#[derive(Debug)]
pub struct ChatMessage {
    /// Made by the browser; the same id again answers the same.
    pub id: String,
    /// The text.
    pub text: Pii<FreeText>,
    /// Files uploaded for it.
    pub files: Vec<AttachmentId>,
    /// Answers to the questions before the chat, by the question's key. Claims: they prove nothing.
    pub answers: BTreeMap<String, String>,
    /// The offer of an invitation that is answered.
    pub invited: Option<ChatOfferId>,
    /// The key of the visit that the page is in, as the page says. It proves nothing.
    pub visit: Option<String>,
}

/// What a chat's frame fetches.
#[derive(Debug)]
pub struct ChatNews {
    /// Messages after the last one it has.
    pub messages: Vec<Message>,
    /// Live or ended.
    pub chat: ChatState,
    /// The visitor's level.
    pub assurance: Assurance,
    /// The last message of the visitor that the team has read.
    pub read_until: Option<MessageId>,
    /// Whether somebody of the team is writing at this moment.
    pub is_typing: bool,
}

/// Whom a good token names.
#[derive(Debug)]
pub(crate) struct Signed {
    widget: WidgetId,
    /// For whom.
    pub(crate) key: ProfileKey,
    patch: ProfilePatch,
    claimed: ProfilePatch,
    /// Names the token.
    pub(crate) jti_hash: [u8; 32],
    /// When it cannot be sent any more.
    pub(crate) token_ends_at: Timestamp,
}

impl Service {
    /// A web chat that is in use.
    #[boxed]
    pub async fn find_web_chat(&self, id: ChannelId) -> Result<ChannelEntry> {
        let snapshot = self.snapshot_with(|s| s.channels.contains_key(&id)).await?;
        let entry = snapshot.channel(id)?;
        if entry.channel.kind != ChannelKind::WebChat {
            return Err(Error::NotFound("web chat"));
        }
        Ok(entry.clone())
    }

    /// Opens a chat: goes on with a session, or begins one.
    #[boxed]
    pub async fn open_web_chat(
        &self,
        channel: ChannelId,
        token: Option<String>,
        session: Option<String>,
        visit: Option<String>,
        address: IpAddr,
    ) -> Result<OpenChat> {
        let entry = self.find_web_chat(channel).await?;
        let now = self.now();
        let signed = token.map(|t| self.verify_chat_token(&t, now)).transpose()?;
        let customer_name = signed.as_ref().and_then(|s| s.patch.name.clone().flatten());
        let earlier = match &session {
            Some(token) => self.web_chat_session(channel, token).await?,
            None => None,
        };
        // A token makes whoever it names: going on with a session does not spare it the limit.
        if earlier.is_none() || signed.is_some() {
            self.flood().take_chat(address, now, SESSIONS_PER_MIN)?;
        }
        let grant = Self::public_grant(channel, &entry.channel.name);
        let visit = self.visit_keys(&entry, visit.as_deref());
        let service = self.clone();
        let fresh = hex::encode(self.random::<32>()?);
        let (token, account) = self
            .write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<(String, AccountId)> {
                let joined = service.join(tx, log, &entry, signed, earlier.zip(session), fresh, now).await?;
                service.note_visit(tx, joined.1, &visit, now).await?;
                Ok(joined)
            })
            .await?;
        let config = self.find_web_chat(channel).await?.channel.config;
        let state = self.chat_state(account).await?;
        let ChatNews { assurance, messages, read_until, .. } = state;
        let is_online = self.is_team_online(&config).await?;
        Ok(OpenChat { session: token, assurance, customer_name, config, messages, read_until, is_online })
    }

    #[allow(clippy::too_many_arguments, reason = "everything that decides is named")]
    async fn join(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        entry: &ChannelEntry,
        signed: Option<Signed>,
        earlier: Option<((WebChatSessionId, AccountId), String)>,
        fresh: String,
        now: Timestamp,
    ) -> Result<(String, AccountId)> {
        let actor = Actor { kind: ActorKind::Customer, id: String::new(), name: entry.channel.name.clone() };
        let account = match (&signed, &earlier) {
            (Some(signed), _) => self.signed_account(tx, log, &actor, entry, signed, now).await?,
            (None, Some(((_, account), token))) => {
                // A signed person's session goes on only with a token: after sign-out the browser is a stranger's.
                if !self.is_signed_account(tx, *account).await? {
                    return Ok((token.clone(), *account));
                }
                self.stranger(tx, log, &actor, entry, &fresh, now).await?
            }
            (None, None) => self.stranger(tx, log, &actor, entry, &fresh, now).await?,
        };
        if let Some(((session, before), token)) = earlier {
            if before == account.id {
                return Ok((token, account.id));
            }
            store::end_web_chat_session(tx, session, now).await?;
        }
        let hash = Sha256::digest(fresh.as_bytes()).into();
        store::insert_web_chat_session(tx, self.new_id()?, entry.channel.id, account.id, hash, now).await?;
        Ok((fresh, account.id))
    }

    async fn stranger(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        entry: &ChannelEntry,
        fresh: &str,
        now: Timestamp,
    ) -> Result<AccountRef> {
        let user_id =
            Pii::<ExternalId>::new(format!("visitor-{}", &hex::encode(Sha256::digest(fresh))[..20]));
        self.account_for(tx, log, actor, entry.channel.id, user_id, None, now).await
    }

    /// The account of whom a token names on a channel, linked at AL3.
    pub(crate) async fn signed_account(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        entry: &ChannelEntry,
        signed: &Signed,
        now: Timestamp,
    ) -> Result<AccountRef> {
        let profile = self.subject_of(tx, log, actor, &signed.key, Source::SignedSession, now).await?;
        let user_id = Pii::<ExternalId>::new(format!("{SIGNED_PREFIX}{profile}"));
        let name = signed.patch.name.clone().flatten();
        let account = self.account_for(tx, log, actor, entry.channel.id, user_id, name, now).await?;
        self.apply_pushed(tx, log, actor, profile, &signed.patch, Source::SignedSession, true, now).await?;
        self.apply_pushed(tx, log, actor, profile, &signed.claimed, Source::SignedSession, false, now)
            .await?;
        let live = self.live_link(tx, log, account, now).await?;
        let is_fresh = live.is_some_and(|l| {
            l.profile == profile && l.expires_at.is_some_and(|t| t.since(now) > SIGNED_SPAN / 2)
        });
        if is_fresh {
            return Ok(account);
        }
        let widget_name =
            self.snapshot().widgets.get(&signed.widget).map_or_else(String::new, |w| w.widget.name.clone());
        let by = EvidenceBy { kind: "widget".to_owned(), id: signed.widget.to_string(), name: widget_name };
        let proof = Proof { method: Method::SignedSession, expires_at: Some(now.plus(SIGNED_SPAN)), by };
        let link: LinkId = self.new_id()?;
        let linked = self.link_account(tx, log, actor, account, profile, link, proof, now).await?;
        let mut event = self.event(EventKind::IdentificationSucceeded, actor, now)?;
        event.profile = Some(profile);
        event.account = Some(account.id);
        event.link = Some(linked.link);
        event.details = serde_json::json!({
            "channel": entry.channel.id, "method": Method::SignedSession, "assurance": linked.assurance,
        });
        log.event(event);
        Ok(AccountRef { profile, ..account })
    }

    async fn is_signed_account(&self, tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
        let found = account::find_account(tx, self.vault(), account).await?;
        Ok(found.is_none_or(|a| {
            a.user_id.plain(countersign_types::pii::Purpose::Match).starts_with(SIGNED_PREFIX)
        }))
    }

    /// A token says for which widget it is; that widget's keys decide whether it is good.
    pub(crate) fn verify_chat_token(&self, token: &str, now: Timestamp) -> Result<Signed> {
        let widget = self.widget_of_token(token)?;
        let identity = self.verify_widget_token(widget, token, now)?;
        Ok(Signed {
            widget,
            key: identity.key,
            patch: identity.patch,
            claimed: identity.claimed,
            jti_hash: identity.jti_hash,
            token_ends_at: identity.expires_at,
        })
    }

    async fn web_chat_session(
        &self,
        channel: ChannelId,
        token: &str,
    ) -> Result<Option<(WebChatSessionId, AccountId)>> {
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let found = self
            .read(async move |tx: &mut Tx<'_>| Ok(store::find_web_chat_session(tx, channel, hash).await?))
            .await?;
        let Some(session) = found else { return Ok(None) };
        let now = self.now();
        if now.since(session.last_seen_at) >= SEEN_SPAN {
            self.db()
                .write(async move |tx: &mut Tx<'_>| store::touch_web_chat_session(tx, session.id, now).await)
                .await?;
        }
        Ok(Some((session.id, session.account)))
    }

    pub(crate) async fn chat_account(&self, channel: ChannelId, token: &str) -> Result<AccountId> {
        let session = self.web_chat_session(channel, token).await?;
        session.map(|(_, account)| account).ok_or(Error::Unauthenticated {
            code: "chat-session-ended",
            detail: "This chat session is not known here any more.",
        })
    }

    async fn chat_state(&self, account: AccountId) -> Result<ChatNews> {
        let (vault, now) = (self.vault().clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<ChatNews> {
            let messages = message::list_newest_replies(tx, &vault, account, MESSAGES_MAX).await?;
            news(tx, account, messages, now).await
        })
        .await
    }

    /// Whether somebody of the team is there: the channel says so, or somebody was active in the last minutes.
    async fn is_team_online(&self, config: &serde_json::Value) -> Result<bool> {
        match config.get("availability").and_then(|v| v.as_str()) {
            Some("online") => Ok(true),
            Some("offline") => Ok(false),
            _ => {
                let since = self.now().plus(-PRESENT_SPAN);
                self.read(async move |tx: &mut Tx<'_>| Ok(user::is_anybody_seen_since(tx, since).await?))
                    .await
            }
        }
    }

    /// The visitor's browser has, or its person saw, the replies up to one of them.
    #[boxed]
    pub async fn record_web_chat_receipt(
        &self,
        channel: ChannelId,
        session: &str,
        until: MessageId,
        delivery: Delivery,
    ) -> Result<()> {
        let entry = self.find_web_chat(channel).await?;
        let account = self.chat_account(channel, session).await?;
        let grant = Self::public_grant(channel, &entry.channel.name);
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            for case in message::update_replies_until(tx, account, until, delivery).await? {
                log.live("message.updated", case);
            }
            Ok(())
        })
        .await
    }

    /// A visitor writes. The same `id` again answers the same.
    #[boxed]
    pub async fn send_web_chat(
        &self,
        channel: ChannelId,
        session: &str,
        written: ChatMessage,
        address: IpAddr,
    ) -> Result<Message> {
        let entry = self.find_web_chat(channel).await?;
        self.flood().take_chat(address, self.now(), MESSAGES_PER_MIN)?;
        let account_id = self.chat_account(channel, session).await?;
        let keys = self.visit_keys(&entry, written.visit.as_deref());
        let (service, now) = (self.clone(), self.now());
        let (account, visit) = self
            .read(async move |tx: &mut Tx<'_>| {
                let visit = service.new_visit(tx, account_id, &keys, now).await?;
                Ok((account::find_account(tx, service.vault(), account_id).await?, visit))
            })
            .await?;
        let account = account.ok_or(Error::NotFound("web chat"))?;
        let (claims, said) = answered(&entry.channel.config, written.answers)?;
        let inbound = Inbound {
            name: account.name,
            claims,
            files: written.files,
            said,
            invited: written.invited,
            // Ids are chosen by browsers: one visitor's cannot meet another's.
            ..Inbound::new(format!("{account_id}:{}", written.id), account.user_id, written.text)
        };
        let grant = Self::public_grant(channel, &entry.channel.name);
        if let Some(visit) = visit {
            // Before the message: rules that follow it may ask where its writer is.
            self.write(&grant, async move |tx: &mut Tx<'_>, _: &mut Log| -> Result<()> {
                Ok(account_visit::set_account_visit(tx, account_id, visit, now).await?)
            })
            .await?;
        }
        let accepted = self.accept(&grant, &entry, inbound, &Arc::default()).await?;
        self.find_message(accepted.message).await
    }

    /// Messages after the last one a frame has. Waits up to `wait_secs` for one.
    #[boxed]
    pub async fn follow_web_chat(
        &self,
        channel: ChannelId,
        session: &str,
        after: Option<MessageId>,
        wait_secs: u64,
        seen: Option<MessageId>,
    ) -> Result<ChatNews> {
        let account = self.chat_account(channel, session).await?;
        let mut notices = self.db().subscribe();
        let news = self.chat_news(account, after).await?;
        // Ticks that came while nobody waited are news too.
        if !news.messages.is_empty()
            || wait_secs == 0
            || (news.read_until.is_some() && news.read_until != seen)
        {
            return Ok(news);
        }
        let deadline = tokio::time::Instant::now() + Duration::from_secs(wait_secs.min(WAIT_SECS_MAX));
        // Everybody who waits hears every notice: they are told apart by their text, without a look at the database.
        let (updated, typing) = (format!("{CHAT_UPDATED} {account}"), format!("{TEAM_TYPING} {account}"));
        loop {
            let (is_over, is_typing) = tokio::select! {
                heard = heard(&mut notices, &updated, &typing) => match heard {
                    Heard::Nothing => (true, false),
                    Heard::News => (false, false),
                    Heard::Typing => (false, true),
                },
                () = tokio::time::sleep_until(deadline) => (true, false),
                () = self.stopped() => (true, false),
            };
            let fresh = self.chat_news(account, after).await?;
            let state = |n: &ChatNews| (n.chat, n.assurance, n.read_until);
            if is_over || is_typing || state(&fresh) != state(&news) || !fresh.messages.is_empty() {
                return Ok(ChatNews { is_typing, ..fresh });
            }
        }
    }

    async fn chat_news(&self, account: AccountId, after: Option<MessageId>) -> Result<ChatNews> {
        let (vault, now) = (self.vault().clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<ChatNews> {
            let after = match after {
                Some(id) => {
                    let found = message::find_message(tx, &vault, id).await?;
                    let at = found.map_or(0, |m| m.received_at.as_micros());
                    Cursor { at, id: id.to_bytes() }
                }
                None => Cursor { at: 0, id: [0; 16] },
            };
            let messages = message::list_replies_since(tx, &vault, account, after, MESSAGES_MAX).await?;
            news(tx, account, messages, now).await
        })
        .await
    }
}

async fn news(
    tx: &mut Tx<'_>,
    account: AccountId,
    messages: Vec<Message>,
    now: Timestamp,
) -> Result<ChatNews> {
    let chat = find_newest_case(tx, account).await?.map_or(ChatState::Live, |c| c.chat);
    let read_until = message::find_last_read(tx, account).await?;
    Ok(ChatNews { messages, chat, assurance: level(tx, account, now).await?, read_until, is_typing: false })
}

/// Questions of the company's own, with what was answered.
type Said = Vec<(String, Pii<FreeText>)>;

/// Answers to the questions before the chat: name, e-mail and phone become claims, the rest is told to the team. An
/// answer to a question that is not asked is refused.
fn answered(config: &serde_json::Value, mut answers: BTreeMap<String, String>) -> Result<(Claims, Said)> {
    let long = |text: &String| text.chars().count() > ANSWER_CHARS_MAX || text.contains('\0');
    if let Some(key) = answers.iter().find_map(|(key, text)| long(text).then_some(key)) {
        let detail = format!("An answer has at most {ANSWER_CHARS_MAX} characters.");
        return Err(Error::invalid(format!("/answers/{}", shown(key)), "too-long", detail));
    }
    let mut take = |key: &str| answers.remove(key).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let claims = Claims {
        name: take("name").map(Pii::new),
        email: take("email").map(Pii::new),
        phone: take("phone").map(Pii::new),
    };
    let mut said = Vec::new();
    for question in config.get("questions").and_then(|v| v.as_array()).into_iter().flatten() {
        let text = |name: &str| question.get(name).and_then(|v| v.as_str()).unwrap_or_default();
        if let Some(answer) = take(text("key")) {
            said.push((text("label").to_owned(), Pii::new(answer)));
        }
    }
    match answers.keys().next() {
        Some(key) => {
            let detail = "This question is not asked in this chat.";
            Err(Error::invalid(format!("/answers/{}", shown(key)), "unknown-question", detail))
        }
        None => Ok((claims, said)),
    }
}

fn shown(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).take(40).collect()
}

/// Begins the user ids of people who signed in; a stranger's never begins so.
const SIGNED_PREFIX: &str = "customer-";

async fn level(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> Result<Assurance> {
    let live = countersign_store::link::find_live_link(tx, account).await?;
    Ok(live.filter(|l| l.expires_at.is_none_or(|t| now < t)).map_or(Assurance::Al0, |l| l.assurance))
}

/// What somebody who waits heard.
enum Heard {
    /// There is something to look at, or some of it may have been missed.
    News,
    /// Somebody of the team is typing.
    Typing,
    /// There will be no news any more.
    Nothing,
}

/// Waits until a notice says one of these.
async fn heard(notices: &mut countersign_store::Notices, updated: &str, typing: &str) -> Heard {
    loop {
        match notices.recv().await {
            None => return Heard::Nothing,
            Some(Notice::Resync) => return Heard::News,
            Some(Notice::Message(text)) if *text == *updated => return Heard::News,
            Some(Notice::Message(text)) if *text == *typing => return Heard::Typing,
            Some(Notice::Message(_)) => {}
        }
    }
}
