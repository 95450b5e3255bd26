//! Looks: what happened since the last one, room by room. Invitations are accepted, conversations are taken in, and rooms
//! that are none are told so.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use countersign_service::port::{Incoming, Line, Polled, Provided, ProviderError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::api::{Homeserver, is_room};
use super::room::{Room, is_direct};
use super::{Config, Invitations, OtherRooms, incoming};

/// Pages of one room in a look; what is before that is left out, and said to be.
const PAGES_MAX: usize = 10;
/// Rooms that are to be entered, and that were, at most.
const ROOMS_MAX: usize = 200;
/// How often it is tried to enter a room: its homeserver may be down. The waits double from [`TRY_AGAIN_SECS`] on.
const TRIES_MAX: u8 = 10;
const TRY_AGAIN_SECS: i64 = 5;
/// How long a look spends on entering rooms: those who are in others wait meanwhile.
const ENTER_ENOUGH: Duration = Duration::from_secs(5);
/// How long a look waits for news, and while a room is to be entered.
const WAIT: Duration = Duration::from_secs(20);
const SHORT_WAIT: Duration = Duration::from_secs(3);
/// The note by which a reply finds the room of a customer; the digest of their id follows.
const ROOM_NOTE: &str = "countersign.room.";
/// The note of a room that its customer was told.
const TOLD_NOTE: &str = "countersign.told";

/// How far an account was read.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// The homeserver's own word.
    since: String,
    /// Rooms that we are invited to: how often it was tried to enter, and when it is tried again, seconds since 1970.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    invited: BTreeMap<String, (u8, i64)>,
    /// Rooms that were entered and not read yet: what was said since the invitation counts.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    entered: BTreeSet<String>,
}

impl Mark {
    fn invite(&mut self, room: &str) {
        if is_room(room) && self.invited.len() < ROOMS_MAX {
            self.invited.entry(room.to_owned()).or_default();
        }
    }
}

/// The name of the note by which a reply finds the room of a customer.
pub(super) fn room_note(account: &str) -> String {
    format!("{ROOM_NOTE}{}", hex::encode(Sha256::digest(account.as_bytes())))
}

/// What came since `read_until`, waiting a while where nothing has.
pub(super) async fn look(line: Line<'_>, config: &Config, read_until: Option<&str>) -> Provided<Polled> {
    let look = Look { line, server: Homeserver::of(line, config)?, config };
    let known: Option<Mark> = read_until.and_then(|text| serde_json::from_str(text).ok());
    let Some(mut mark) = known else { return look.begin().await };
    let soon = line.now.as_micros() / 1_000_000 + 20;
    let is_waited_for = mark.invited.values().any(|(_, at)| *at < soon);
    let wait = if is_waited_for { SHORT_WAIT } else { WAIT };
    let found = match look.server.sync(Some(&mark.since), wait).await {
        // *GET sync*: it does not know its own word any more, after a restored backup perhaps.
        Err(ProviderError::Refused { status: Some(400), .. }) => {
            tracing::warn!(channel = %line.channel, "a homeserver forgot how far it was read; what comes from now on is read");
            return look.begin().await;
        }
        Err(ProviderError::Refused { status, detail }) => {
            return Err(ProviderError::Settings { status, detail });
        }
        other => other?,
    };
    let begun: BTreeSet<String> = mark.entered.iter().chain(mark.invited.keys()).cloned().collect();
    let mut news = Vec::new();
    for (id, of) in rooms(&found, "join") {
        news.extend(look.room(id, of, &mark.since, begun.contains(id), false).await?);
        mark.entered.remove(id);
        mark.invited.remove(id);
    }
    for (id, of) in rooms(&found, "leave") {
        news.extend(look.room(id, of, &mark.since, begun.contains(id), true).await?);
        mark.entered.remove(id);
        mark.invited.remove(id);
    }
    look.invitations(&found, &mut mark).await;
    look.enter(&mut mark).await;
    mark.since = next(&found)?;
    said(news, &mark)
}

fn next(found: &Value) -> Provided<String> {
    let next = found["next_batch"].as_str().filter(|next| !next.is_empty() && next.len() <= 2_000);
    let next = next.ok_or_else(|| ProviderError::settings(200, "what answers there is no homeserver"))?;
    Ok(next.to_owned())
}

fn said(news: Vec<Incoming>, mark: &Mark) -> Provided<Polled> {
    let read_until = serde_json::to_string(mark)
        .map_err(|_| ProviderError::unavailable(None, "how far was read could not be noted"))?;
    Ok(Polled { news, read_until: Some(read_until) })
}

/// The rooms of a look, in which we are, are invited to, or are no more.
fn rooms<'a>(found: &'a Value, how: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let rooms = found["rooms"][how].as_object().into_iter().flatten();
    rooms.map(|(id, of)| (id.as_str(), of)).filter(|(id, _)| is_room(id))
}

struct Look<'a> {
    line: Line<'a>,
    server: Homeserver<'a>,
    config: &'a Config,
}

impl Look<'_> {
    fn me(&self) -> &str {
        &self.config.user_id
    }

    /// The first look: what was said before is not answered, but who waits to be let in is.
    async fn begin(&self) -> Provided<Polled> {
        let found = self.server.sync(None, Duration::ZERO).await?;
        let mut mark = Mark { since: next(&found)?, ..Mark::default() };
        self.invitations(&found, &mut mark).await;
        self.enter(&mut mark).await;
        said(Vec::new(), &mark)
    }

    /// Notes which invitations are accepted, and declines the others.
    async fn invitations(&self, found: &Value, mark: &mut Mark) {
        for (id, of) in rooms(found, "invite") {
            let shown = &of["invite_state"]["events"];
            // A room that anybody may enter can be as large as it likes: it is not even entered.
            let is_open = Room::of(shown, self.me()).is_none_or(|room| room.is_open);
            let is_wanted = self.config.invitations == Invitations::All || is_direct(shown, self.me());
            if is_wanted && !is_open {
                mark.invite(id);
            } else if self.config.other_rooms == OtherRooms::Leave {
                self.try_to("decline an invitation", self.server.leave(id)).await;
            }
        }
    }

    /// Enters rooms that we are invited to. What does not work now is tried with the next look: the invitation comes but once.
    async fn enter(&self, mark: &mut Mark) {
        let (begun, now) = (Instant::now(), self.line.now.as_micros() / 1_000_000);
        let mut left = BTreeMap::new();
        for (id, (tries, at)) in std::mem::take(&mut mark.invited) {
            if at > now || begun.elapsed() > ENTER_ENOUGH {
                left.insert(id, (tries, at));
                continue;
            }
            match self.server.join(&id).await {
                Ok(()) => {
                    // One that was never heard of again makes place for one that may be.
                    while mark.entered.len() >= ROOMS_MAX && mark.entered.pop_first().is_some() {}
                    mark.entered.insert(id);
                }
                // It was taken back, or is full, or gone.
                Err(ProviderError::Refused { .. }) => {}
                Err(_) if tries >= TRIES_MAX => {}
                Err(_) => {
                    left.insert(id, (tries + 1, now + (TRY_AGAIN_SECS << tries)));
                }
            }
        }
        mark.invited = left;
    }

    /// What happened in one room.
    async fn room(
        &self,
        id: &str,
        of: &Value,
        since: &str,
        is_entered: bool,
        is_left: bool,
    ) -> Provided<Vec<Incoming>> {
        let (events, is_cut) = self.events(id, &of["timeline"], since, is_entered).await?;
        let is_news = |event: &Value| {
            event["type"] == "m.room.member" || (event["sender"] != self.me() && incoming::is_said(event))
        };
        if !events.iter().any(is_news) {
            return Ok(receipts(of, self.me(), self.line));
        }
        let state = match self.server.state(id).await {
            Ok(state) => state,
            // What a room is like that we are in no more, not even its homeserver may say.
            Err(ProviderError::Refused { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let room = Room::of(&state, self.me());
        let heard = heard(&events, room.as_ref(), self.me());
        let Heard::Conversation(room, user, said) = heard else {
            if matches!(heard, Heard::Others) && !is_left {
                self.turn_away(id).await;
            }
            return Ok(Vec::new());
        };
        let mut news = Vec::new();
        if is_cut {
            news.push(Incoming::Message(Box::new(incoming::left_out(id, since, user))));
        }
        news.extend(said.iter().filter_map(|event| {
            incoming::read(event, room.name(user)).map(|inbound| Incoming::Message(Box::new(inbound)))
        }));
        news.extend(receipts(of, self.me(), self.line));
        if is_left {
            return Ok(news);
        }
        if room.is_encrypted || said.iter().any(|event| incoming::is_encrypted(event)) {
            self.tell_encrypted(id).await;
        }
        if !room.is_encrypted && !said.is_empty() {
            // Before the message is durable here: whoever answers it finds the room.
            self.remember(user, id).await?;
        }
        if room.others.is_empty() {
            self.try_to("leave an empty room", self.server.leave(id)).await;
        }
        Ok(news)
    }

    /// All events of a room since the last look, oldest first, and whether some are left out. Of a room that was just
    /// entered, those since we were invited.
    async fn events(
        &self,
        id: &str,
        timeline: &Value,
        since: &str,
        is_entered: bool,
    ) -> Provided<(Vec<Value>, bool)> {
        let mut events = timeline["events"].as_array().cloned().unwrap_or_default();
        let mut from = (timeline["limited"] == true)
            .then(|| timeline["prev_batch"].as_str().map(ToOwned::to_owned))
            .flatten();
        let mut is_cut = false;
        let mut pages = 0;
        while let Some(token) = from.take() {
            if is_entered && invitation(&events, self.me()).is_some() {
                break;
            }
            let to = (!is_entered).then_some(since);
            if pages >= PAGES_MAX {
                is_cut = true;
                break;
            }
            let page = match self.server.before(id, &token, to).await {
                Err(ProviderError::Refused { .. }) => Value::Null,
                other => other?,
            };
            let Some(chunk) = page["chunk"].as_array() else {
                is_cut = true;
                break;
            };
            pages += 1;
            from = page["end"].as_str().filter(|_| !chunk.is_empty()).map(ToOwned::to_owned);
            events.splice(0..0, chunk.iter().rev().cloned());
        }
        if let Some(at) = invitation(&events, self.me()).filter(|_| is_entered) {
            events.drain(..=at);
        }
        Ok((events, is_cut))
    }

    /// Keeps where a customer last wrote, with the account at its homeserver: that is where rooms are, and every server of
    /// ours reads it there.
    async fn remember(&self, user: &str, room: &str) -> Provided<()> {
        let name = room_note(&incoming::account(user));
        let note = json!({ "room_id": room, "user_id": user });
        let keeping = async {
            match self.server.find_note(self.me(), None, &name).await? {
                Some(known) if known == note => Ok(()),
                _ => self.server.keep_note(self.me(), None, &name, &note).await,
            }
        };
        keeping.await.map_err(|error| match error {
            ProviderError::Refused { status, .. } => {
                let detail =
                    "the homeserver keeps no data for this account, without which replies find no room";
                ProviderError::settings(status, detail)
            }
            other => other,
        })
    }

    /// Says once in a room that what is encrypted is not read here.
    async fn tell_encrypted(&self, room: &str) {
        let telling = async {
            let told = self.server.find_note(self.me(), Some(room), TOLD_NOTE).await?;
            if told.is_some_and(|told| told["encrypted"] == true) {
                return Ok(());
            }
            self.notice(room, "encrypted", &self.config.encrypted_notice).await?;
            self.server.keep_note(self.me(), Some(room), TOLD_NOTE, &json!({ "encrypted": true })).await
        };
        self.try_to("tell that a room is encrypted", telling).await;
    }

    /// Says that a room is no conversation of two, and leaves it.
    async fn turn_away(&self, room: &str) {
        if self.config.other_rooms == OtherRooms::Leave {
            self.try_to("tell a room", self.notice(room, "other", &self.config.other_notice)).await;
            self.try_to("leave a room", self.server.leave(room)).await;
        }
    }

    async fn notice(&self, room: &str, why: &str, text: &str) -> Provided<()> {
        // One a minute and room at most, however often a look is repeated.
        let minute = self.line.now.as_micros() / 60_000_000;
        let transaction = format!("countersign-{why}-{minute}");
        self.server.send(room, &transaction, &super::words(text, true)).await
    }

    /// What may fail without holding up the customers of other rooms.
    async fn try_to(&self, what: &str, doing: impl Future<Output = Provided<()>>) {
        if let Err(error) = doing.await {
            tracing::info!(channel = %self.line.channel, %error, "could not {what}");
        }
    }
}

/// What the events of a room come to.
enum Heard<'a> {
    /// A conversation of two: the room, the customer, what they said.
    Conversation(&'a Room, &'a str, Vec<&'a Value>),
    /// Other people read there, or can.
    Others,
    /// Nothing that anybody said.
    Nothing,
}

/// Tells conversations from other rooms.
fn heard<'a>(events: &'a [Value], room: Option<&'a Room>, me: &str) -> Heard<'a> {
    let said: Vec<&Value> =
        events.iter().filter(|event| event["sender"] != me && incoming::is_said(event)).collect();
    let Some(room) = room else { return Heard::Others };
    let speaker = said.first().and_then(|event| event["sender"].as_str());
    let Some(user) = speaker.or(room.others.first().map(String::as_str)) else { return Heard::Nothing };
    let is_alone = said.iter().all(|event| event["sender"] == user);
    if !super::api::is_user(user) || !is_alone || !room.is_with(user) {
        return Heard::Others;
    }
    Heard::Conversation(room, user, said)
}

/// Where we were last invited, among the events of a room.
fn invitation(events: &[Value], me: &str) -> Option<usize> {
    events.iter().rposition(|event| {
        event["type"] == "m.room.member"
            && event["state_key"] == me
            && event["content"]["membership"] == "invite"
    })
}

/// How far the other one of a room has read.
fn receipts(of: &Value, me: &str, line: Line<'_>) -> Vec<Incoming> {
    let ephemeral = &of["ephemeral"];
    let events = ephemeral["events"].as_array().into_iter().flatten();
    let by = events.filter_map(|event| event["content"].as_object()).flat_map(|by| by.values());
    let readers: BTreeSet<&str> = by
        .filter_map(|kinds| kinds["m.read"].as_object())
        .flat_map(|readers| readers.keys())
        .map(String::as_str)
        .filter(|reader| *reader != me)
        .collect();
    // Where several read, it is no conversation.
    match readers.first() {
        Some(user) if readers.len() == 1 => {
            incoming::receipt(ephemeral, user, line.now).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// What a look makes of a room whose events and state are these, for property tests and fuzzing.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn read_for_tests(line: Line<'_>, room: &Value) -> Vec<Incoming> {
    const ME: &str = "@desk:a.test";
    let events = room["timeline"]["events"].as_array().cloned().unwrap_or_default();
    let state = Room::of(&room["state"], ME);
    let mut news = receipts(room, ME, line);
    if let Heard::Conversation(of, user, said) = heard(&events, state.as_ref(), ME) {
        news.push(Incoming::Message(Box::new(incoming::left_out("!r", "s", user))));
        let read = said.iter().filter_map(|event| incoming::read(event, of.name(user)));
        news.extend(read.map(|inbound| Incoming::Message(Box::new(inbound))));
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: &str = "@desk:a.test";

    fn member(user: &str, membership: &str) -> Value {
        json!({ "type": "m.room.member", "state_key": user, "sender": user, "content": { "membership": membership } })
    }

    fn text(sender: &str) -> Value {
        json!({ "type": "m.room.message", "event_id": "$1", "sender": sender, "content": { "msgtype": "m.text", "body": "x" } })
    }

    fn come_to(events: &[Value], state: &[Value]) -> &'static str {
        let room = Room::of(&Value::Array(state.to_vec()), ME);
        match heard(events, room.as_ref(), ME) {
            Heard::Conversation(_, user, said) => match (user, said.len()) {
                ("@mia:a.test", 0) => "mia, silent",
                ("@mia:a.test", _) => "mia",
                _ => "somebody",
            },
            Heard::Others => "others",
            Heard::Nothing => "nothing",
        }
    }

    #[test]
    fn only_what_one_person_said_to_us_alone_is_a_conversation() {
        let (mia, eve) = ("@mia:a.test", "@eve:a.test");
        let two = [member(ME, "join"), member(mia, "join")];
        let three = [member(ME, "join"), member(mia, "join"), member(eve, "join")];
        let parted = [member(ME, "join"), member(mia, "leave")];
        assert_eq!(come_to(&[text(mia)], &two), "mia");
        assert_eq!(come_to(&[text(ME)], &two), "mia, silent", "our own words are not the customer's");
        assert_eq!(come_to(&[text(mia)], &three), "others");
        assert_eq!(come_to(&[member(eve, "join")], &three), "others", "before anybody says anything");
        assert_eq!(come_to(&[text(mia), text(eve)], &two), "others", "one who has left again has read it");
        assert_eq!(come_to(&[text(mia)], &parted), "mia", "the last word of who has left");
        assert_eq!(come_to(&[member(ME, "join")], &[member(ME, "join")]), "nothing");
        assert_eq!(come_to(&[text("nobody")], &[member(ME, "join")]), "others");
    }

    #[test]
    fn how_far_was_read_is_kept_with_the_rooms_that_wait() {
        let mut mark = Mark { since: "s1".to_owned(), ..Mark::default() };
        assert_eq!(serde_json::to_string(&mark).ok().as_deref(), Some(r#"{"since":"s1"}"#));
        mark.invite("!a:b");
        mark.invite("not a room");
        mark.entered.insert("!c".to_owned());
        let kept = serde_json::to_string(&mark).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Mark>(&kept).ok(), Some(mark));
        assert_eq!(kept, r#"{"since":"s1","invited":{"!a:b":[0,0]},"entered":["!c"]}"#);
    }
}
