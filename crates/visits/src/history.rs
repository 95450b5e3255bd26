//! The pages and sessions of one visit, and whose each event is (T-3).
//!
//! Time is cut by SignIn, SignOut and by what the site says of the visitor. Each piece belongs to one identity or to
//! nobody:
//!
//! - a session belongs to the identity that signed in;
//! - recognised time (after a SignOut, or after the site said who it is) belongs to the recognised identity **as long
//!   as nobody else turns up**: once another identity does, without the first having signed in again in between, that
//!   time is nobody's, because it may have been the other person already;
//! - what was before anybody was named belongs to the first identity named, on the same condition.
//!
//! So a customer never gets pages of somebody who used the same browser, at the price that a few pages are nobody's.

use countersign_types::Timestamp;

use crate::standing::{Change, Fact, IDLE_MINUTES, Place, State, fold};
use crate::{EventType, Key};

/// One entering of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The row of its PageEntered.
    pub row: i64,
    /// Its key.
    pub key: Option<Key>,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// When it was left; a page that was never left ends with its visit.
    pub exited_at: Option<Timestamp>,
    /// How long it was looked at, as its PageExited says.
    pub active_ms: Option<i64>,
    /// Whose it is.
    pub identity: Option<i64>,
    /// The row of the SignIn whose session was open when it was entered.
    pub session_row: Option<i64>,
}

/// From SignIn to SignOut of one identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The row of its SignIn.
    pub row: i64,
    /// Whose it is.
    pub identity: i64,
    /// When it was opened.
    pub started_at: Timestamp,
    /// When it was closed: by SignOut, by another identity, by the end of the visit.
    pub ended_at: Option<Timestamp>,
    /// It was opened with a good token.
    pub is_signed: bool,
}

/// A time that belongs to one identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Whose it is.
    pub identity: i64,
    /// Where it begins; `None`: at the visit's beginning.
    pub from: Option<Timestamp>,
    /// Where it ends; `None`: it goes on.
    pub until: Option<Timestamp>,
    /// `Authenticated` in a session, else `Recognised`; of the first one what it was when the identity was named.
    pub kind: State,
}

/// What happened in a visit, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The pages, in the order they were entered.
    pub pages: Vec<Page>,
    /// The sessions, in order.
    pub sessions: Vec<Session>,
    /// The times that belong to somebody, in order; what lies between them is nobody's.
    pub spans: Vec<Span>,
    /// The spans to the place, not only to the moment.
    owned: Vec<Owned>,
    /// In what kind of span each page was entered.
    kinds: Vec<Option<State>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Owned {
    identity: i64,
    kind: State,
    from: Option<Place>,
    until: Option<Place>,
}

impl History {
    /// On a site where whoever is only recognised counts as anybody: such time is nobody's. What was before the first
    /// sign-in stays with it.
    pub fn forget_recognised(&mut self) {
        let is_kept = |kind: State| kind != State::Recognised;
        self.owned.retain(|owned| is_kept(owned.kind));
        self.spans.retain(|span| is_kept(span.kind));
        for (page, kind) in self.pages.iter_mut().zip(&self.kinds) {
            page.identity = page.identity.filter(|_| kind.is_none_or(is_kept));
        }
    }

    /// The history of a visit from **all** its facts; sorts them. `ended_at`: when the visit ended, if it did
    /// ([`crate::Reading::ended_at`]).
    pub fn of(facts: &mut [Fact], ended_at: Option<Timestamp>) -> Self {
        Self::of_with(facts, ended_at, IDLE_MINUTES)
    }

    /// [`of`](Self::of) on a site with its own `idle_minutes`.
    pub fn of_with(facts: &mut [Fact], ended_at: Option<Timestamp>, idle_minutes: i64) -> Self {
        let mut history = Self::default();
        let (mut sessions, mut pages) = (Vec::new(), Vec::new());
        let mut cuts = Vec::new();
        fold(
            facts,
            idle_minutes,
            |place, change| {
                match change {
                    Change::Opened { identity, row, is_signed } => {
                        sessions.push(Session {
                            row,
                            identity,
                            started_at: place.0,
                            ended_at: None,
                            is_signed,
                        });
                    }
                    Change::Closed => close(&mut sessions, place.0),
                    Change::Recognised { .. } | Change::Forgot => {}
                }
                cuts.push((place, change));
            },
            |fact, standing| match fact.kind {
                // The key of the event, not of the page: that is its place.
                EventType::PageEntered => pages.push((fact.key, entered(fact, standing.session_row))),
                EventType::PageExited => exited(&mut pages, fact),
                _ => {}
            },
        );
        history.owned = owned(&cuts);
        if let Some(end) = ended_at {
            close(&mut sessions, end);
            for (_, page) in pages.iter_mut().filter(|(_, page)| page.exited_at.is_none()) {
                page.exited_at = Some(end.max(page.entered_at));
            }
        }
        history.sessions = sessions;
        for (key, page) in pages {
            let span = history.span_at(page.entered_at, key);
            history.kinds.push(span.map(|span| span.kind));
            history.pages.push(Page { identity: span.map(|span| span.identity), ..page });
        }
        let moment = |place: Option<Place>| place.map(|(at, _, _)| at);
        history.spans = history
            .owned
            .iter()
            .map(|span| Span {
                identity: span.identity,
                from: moment(span.from),
                until: moment(span.until).or(ended_at),
                kind: span.kind,
            })
            .collect();
        history
    }

    /// Whose an event at this place is: the one rule behind "never another person's pages".
    pub fn owner(&self, at: Timestamp, key: Key) -> Option<i64> {
        self.span_at(at, key).map(|span| span.identity)
    }

    fn span_at(&self, at: Timestamp, key: Key) -> Option<Owned> {
        let place = (at, key, false);
        let is_in = |span: &&Owned| {
            span.from.is_none_or(|from| from <= place) && span.until.is_none_or(|until| place < until)
        };
        self.owned.iter().find(is_in).copied()
    }
}

fn close(sessions: &mut [Session], at: Timestamp) {
    if let Some(session) = sessions.last_mut().filter(|session| session.ended_at.is_none()) {
        session.ended_at = Some(at.max(session.started_at));
    }
}

fn entered(fact: &Fact, session_row: Option<i64>) -> Page {
    Page {
        row: fact.row,
        key: fact.page,
        entered_at: fact.at,
        exited_at: None,
        active_ms: None,
        identity: None,
        session_row,
    }
}

/// The page of this key that was entered last is left. Tabs are parallel: entering another page leaves none.
fn exited(pages: &mut [(Key, Page)], fact: &Fact) {
    let is_it = |page: &Page| page.exited_at.is_none() && page.key == fact.page && fact.page.is_some();
    if let Some((_, page)) = pages.iter_mut().rev().find(|(_, page)| is_it(page)) {
        page.exited_at = Some(fact.at);
        page.active_ms = fact.active_ms;
    }
}

/// Cuts the time of the visit, and gives up what may be another person's.
fn owned(cuts: &[(Place, Change)]) -> Vec<Owned> {
    let mut all: Vec<Owned> = Vec::new();
    // Whoever was there before a silence that ended the visit may be anybody.
    let mut silence = None;
    for (place, change) in cuts {
        let before = all.last().filter(|span| span.until.is_none()).copied();
        if let Some(last) = all.last_mut().filter(|span| span.until.is_none()) {
            last.until = Some(*place);
        }
        let (identity, kind) = match (change, before) {
            (Change::Opened { identity, .. }, _) => (*identity, State::Authenticated),
            (Change::Recognised { identity }, _) => (*identity, State::Recognised),
            (Change::Closed, Some(session)) => (session.identity, State::Recognised),
            (Change::Closed, None) => continue,
            (Change::Forgot, _) => {
                silence = Some(*place);
                continue;
            }
        };
        let from = if all.is_empty() { silence } else { Some(*place) };
        all.push(Owned { identity, kind, from, until: None });
    }
    let is_kept = |at: usize, span: &Owned| {
        let is_empty = span.from.is_some() && span.from == span.until;
        !is_empty
            && (span.kind == State::Authenticated
                || all.iter().skip(at + 1).find_map(|next| {
                    let is_same = next.identity == span.identity;
                    (!is_same || next.kind == State::Authenticated).then_some(is_same)
                }) != Some(false))
    };
    all.iter().enumerate().filter(|(at, span)| is_kept(*at, span)).map(|(_, span)| *span).collect()
}
