//! How a visit stands: a fold over its events, kept beside the visit and carried on with every new event (T-3, T-6).
//!
//! The order of events is (`at`, key), whatever order they arrive in. [`Standing::take`] carries the fold on; a fact
//! that belongs before the newest one makes it answer `false`, and the fold is made anew from all facts of the visit.
//!
//! What silence does (a visit ends, a recognised person is recognised no more) is *read* from the clock by
//! [`Standing::reading`] and never written; only when an event comes after a silence does the fold take note of it.

use countersign_types::Timestamp;
use countersign_types::time::{DAY, MINUTE};
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{EventType, Key};

/// How long somebody recognised stays so without activity.
pub const RECOGNISED_SPAN: i64 = 30 * MINUTE;
/// How long somebody recognised stays so at all.
pub const RECOGNISED_MAX: i64 = 30 * DAY;
/// How sure a recognised person is right after the activity.
pub const RECOGNISED_CONFIDENCE: f64 = 0.9;
/// Minutes without an event after which a visit is over, where a site says nothing else.
pub const IDLE_MINUTES: i64 = 30;
/// Pages kept as open at once: parallel tabs. Of more, the ones entered first are forgotten.
pub const OPEN_PAGES_MAX: usize = 16;

words! {
    /// What is known of who is visiting.
    State {
        /// Nothing.
        Anonymous = "anonymous",
        /// The site said who it is, or somebody signed out: the device is recognised, the person is not certain.
        Recognised = "recognised",
        /// The device's history suggests somebody; a candidate, never more.
        Assumed = "assumed",
        /// Somebody is signed in.
        Authenticated = "authenticated",
    }
}

/// What the fold needs to know of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// When it happened.
    pub at: Timestamp,
    /// Its key. The same key is the same event.
    pub key: Key,
    /// Its kind.
    pub kind: EventType,
    /// Its page.
    pub page: Option<Key>,
    /// Whom it names, if that was accepted: `None` after a bad token. In a SignIn the person signs in, in a SignOut it
    /// means nothing, in any other kind it says what a UserInfo says.
    pub identity: Option<i64>,
    /// A good token proved it.
    pub is_signed: bool,
    /// Of PageExited: the visitor leaves.
    pub is_leaving: bool,
    /// Of PageExited: how long the page was looked at.
    pub active_ms: Option<i64>,
    /// Its row.
    pub row: i64,
}

/// A place in the order of events: just before an event, or just after it.
pub(crate) type Place = (Timestamp, Key, bool);

/// What an event, or the silence before it, changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// A session opened.
    Opened { identity: i64, row: i64, is_signed: bool },
    /// The session closed; its person is recognised from here.
    Closed,
    /// Somebody is recognised who was not, or was another.
    Recognised { identity: i64 },
    /// Nobody is recognised any more.
    Forgot,
}

/// How a visit stands after its newest event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// When its first event happened.
    pub started_at: Timestamp,
    /// When its newest event happened.
    pub last_at: Timestamp,
    /// The place of its newest event.
    pub newest: (Timestamp, Key),
    /// What is known of the visitor.
    pub state: State,
    /// The person signed in or recognised.
    pub identity: Option<i64>,
    /// The session was opened with a good token.
    pub is_signed: bool,
    /// Since when the state is what it is.
    pub since: Timestamp,
    /// The row of the SignIn that opened the session.
    pub session_row: Option<i64>,
    /// The page entered last among those that are open.
    pub open_page: Option<Key>,
    /// When the visitor left: PageExited with `leaving` of the last open page, and nothing since.
    pub left_at: Option<Timestamp>,
    /// How many pages were entered.
    pub pages: i64,
    /// How many events there are.
    pub events: i64,
    /// The open pages, in the order they were entered.
    #[serde(default)]
    pub open: Vec<Key>,
    /// After how many minutes of silence the visit is over: the site's setting when it began.
    #[serde(default = "idle_minutes")]
    pub idle_minutes: i64,
}

const fn idle_minutes() -> i64 {
    IDLE_MINUTES
}

/// How a visit stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// What is known of the visitor now. Of a visit that ended while somebody was signed in it stays `Authenticated`.
    pub state: State,
    /// How sure the state is; `None` where nothing is estimated.
    pub confidence: Option<f64>,
    /// The visit goes on.
    pub is_live: bool,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Standing {
    /// A visit with its first event, on a site with the usual [`IDLE_MINUTES`].
    pub fn begin(first: &Fact) -> Self {
        Self::begin_with(first, IDLE_MINUTES)
    }

    /// A visit with its first event, on a site with its own `idle_minutes`.
    pub fn begin_with(first: &Fact, idle_minutes: i64) -> Self {
        Self::first(first, idle_minutes, &mut |_, _| {})
    }

    /// Carries the fold on. `false`: the fact is older than the newest, nothing was changed, fold anew ([`Self::of`]).
    ///
    /// A fact that repeats the newest one changes nothing.
    pub fn take(&mut self, fact: &Fact) -> bool {
        self.advance(fact, &mut |_, _| {})
    }

    /// The fold over all facts of a visit; sorts them. `None`: there are none. A key counts once.
    pub fn of(facts: &mut [Fact]) -> Option<Self> {
        Self::of_with(facts, IDLE_MINUTES)
    }

    /// [`of`](Self::of) on a site with its own `idle_minutes`.
    pub fn of_with(facts: &mut [Fact], idle_minutes: i64) -> Option<Self> {
        fold(facts, idle_minutes, |_, _| {}, |_, _| {})
    }

    /// How it stands at `now`, on a site with `idle_minutes`.
    ///
    /// A recognised person fades: [`RECOGNISED_CONFIDENCE`] right after the newest event, nothing after
    /// [`RECOGNISED_SPAN`], and nothing [`RECOGNISED_MAX`] after the state began.
    pub fn reading(&self, now: Timestamp, idle_minutes: i64) -> Reading {
        let silence = now.since(self.last_at).max(0);
        let idle = idle_minutes.saturating_mul(MINUTE);
        let ended_at = self.left_at.or_else(|| (silence >= idle).then(|| self.last_at.plus(idle)));
        let (state, confidence) = match self.state {
            State::Recognised if self.is_faded(now) => (State::Anonymous, None),
            State::Recognised => {
                // Both are far below 2^52.
                let left = (RECOGNISED_SPAN - silence) as f64 / RECOGNISED_SPAN as f64;
                (State::Recognised, Some(RECOGNISED_CONFIDENCE * left))
            }
            state => (state, None),
        };
        Reading { state, confidence, is_live: ended_at.is_none(), ended_at }
    }

    fn is_faded(&self, now: Timestamp) -> bool {
        now.since(self.last_at) >= RECOGNISED_SPAN || now.since(self.since) >= RECOGNISED_MAX
    }

    fn first(fact: &Fact, idle_minutes: i64, tell: &mut impl FnMut(Place, Change)) -> Self {
        let mut standing = Self {
            started_at: fact.at,
            last_at: fact.at,
            newest: (fact.at, fact.key),
            state: State::Anonymous,
            identity: None,
            is_signed: false,
            since: fact.at,
            session_row: None,
            open_page: None,
            left_at: None,
            pages: 0,
            events: 0,
            open: Vec::new(),
            idle_minutes,
        };
        standing.apply(fact, tell);
        standing
    }

    fn advance(&mut self, fact: &Fact, tell: &mut impl FnMut(Place, Change)) -> bool {
        let place = (fact.at, fact.key);
        if place > self.newest {
            self.lapse(fact.at, tell);
            self.apply(fact, tell);
        }
        place >= self.newest
    }

    /// What the silence before an event did: the visit ended and its session with it, the recognised person faded.
    fn lapse(&mut self, at: Timestamp, tell: &mut impl FnMut(Place, Change)) {
        let idle = self.idle_minutes.saturating_mul(MINUTE);
        let mut ended = self.last_at;
        if self.state == State::Authenticated && at.since(self.last_at) >= idle {
            ended = self.last_at.plus(idle);
            self.close((ended, FIRST, false), tell);
        }
        if self.state == State::Recognised && self.is_faded(at) {
            let faded = self.last_at.plus(RECOGNISED_SPAN).min(self.since.plus(RECOGNISED_MAX)).max(ended);
            self.state = State::Anonymous;
            self.identity = None;
            self.since = faded;
            tell((faded, FIRST, false), Change::Forgot);
        } else if self.state == State::Anonymous && at.since(self.last_at) >= idle {
            tell((self.last_at.plus(idle), FIRST, false), Change::Forgot);
        }
    }

    fn apply(&mut self, fact: &Fact, tell: &mut impl FnMut(Place, Change)) {
        self.last_at = fact.at;
        self.newest = (fact.at, fact.key);
        self.left_at = None;
        self.events += 1;
        match (fact.kind, fact.identity) {
            (EventType::SignIn, Some(identity)) => self.sign_in(identity, fact, tell),
            (EventType::SignOut, _) if self.state == State::Authenticated => {
                // The SignOut itself is still the session's.
                self.close((fact.at, fact.key, true), tell);
            }
            (EventType::SignIn | EventType::SignOut, _) | (_, None) => {}
            (_, Some(identity)) => self.recognise(identity, fact, tell),
        }
        match fact.kind {
            EventType::PageEntered => self.enter(fact.page),
            EventType::PageExited => self.exit(fact),
            _ => {}
        }
        self.open_page = self.open.last().copied();
    }

    fn sign_in(&mut self, identity: i64, fact: &Fact, tell: &mut impl FnMut(Place, Change)) {
        let place = (fact.at, fact.key, false);
        if self.state == State::Authenticated {
            // Pages say it again and again; only a proof after a mere claim begins something new.
            if self.identity == Some(identity) && (self.is_signed || !fact.is_signed) {
                return;
            }
            self.close(place, tell);
        }
        self.state = State::Authenticated;
        self.identity = Some(identity);
        self.is_signed = fact.is_signed;
        self.since = fact.at;
        self.session_row = Some(fact.row);
        tell(place, Change::Opened { identity, row: fact.row, is_signed: fact.is_signed });
    }

    fn close(&mut self, place: Place, tell: &mut impl FnMut(Place, Change)) {
        self.state = State::Recognised;
        self.is_signed = false;
        self.since = place.0;
        self.session_row = None;
        tell(place, Change::Closed);
    }

    /// The site says who it is. Of the person signed in that is no news; of another it ends the session, because
    /// whoever sits there now is not the one who signed in (T-3).
    fn recognise(&mut self, identity: i64, fact: &Fact, tell: &mut impl FnMut(Place, Change)) {
        let is_same = self.identity == Some(identity);
        if self.state == State::Authenticated {
            // What a page says does not undo what a token proved: inside of a signed session it is data.
            if is_same || (self.is_signed && !fact.is_signed) {
                return;
            }
            self.close((fact.at, fact.key, false), tell);
        }
        if !is_same {
            tell((fact.at, fact.key, false), Change::Recognised { identity });
        }
        self.state = State::Recognised;
        self.identity = Some(identity);
        self.since = fact.at;
    }

    fn enter(&mut self, page: Option<Key>) {
        self.pages += 1;
        if let Some(page) = page {
            self.open.retain(|open| *open != page);
            if self.open.len() == OPEN_PAGES_MAX {
                self.open.remove(0);
            }
            self.open.push(page);
        }
    }

    fn exit(&mut self, fact: &Fact) {
        match fact.page {
            Some(page) => self.open.retain(|open| *open != page),
            // Some page was left; which one is certain only if there is no choice.
            None if self.open.len() == 1 => self.open.clear(),
            None => {}
        }
        if fact.is_leaving && self.open.is_empty() {
            self.left_at = Some(fact.at);
        }
    }
}

/// Before every event of its moment.
const FIRST: Key = Key([0; 16]);

/// Sorts the facts, counts each key once and folds; `seen` is told of each fact that counted, after its changes.
pub(crate) fn fold(
    facts: &mut [Fact],
    idle_minutes: i64,
    mut changed: impl FnMut(Place, Change),
    mut seen: impl FnMut(&Fact, &Standing),
) -> Option<Standing> {
    facts.sort_by_key(|fact| (fact.at, fact.key));
    let mut keys = std::collections::HashSet::with_capacity(facts.len());
    let mut standing: Option<Standing> = None;
    for fact in facts.iter().filter(|fact| keys.insert(fact.key)) {
        let now = match &mut standing {
            None => standing.insert(Standing::first(fact, idle_minutes, &mut changed)),
            Some(standing) => {
                standing.advance(fact, &mut changed);
                standing
            }
        };
        seen(fact, now);
    }
    standing
}
