//! Whom a company invites to a chat: which visits fit, and how many may be invited at a time.
//!
//! [`When::matches`] says whether a visit is one of those; [`Limits::allow`] whether one more may be invited now, so that
//! the team gets no more conversations than it can take, and nobody is asked twice.
//!
//! ```
//! use countersign_visits::invite::{Looking, When};
//! let when = When { url_contains: vec!["/checkout".into()], pages_at_least: 2, ..When::default() };
//! let mut visitor = Looking { url: "https://shop.example/checkout", pages: 1, ..Looking::default() };
//! assert!(!when.matches(&visitor));
//! visitor.pages = 2;
//! assert!(when.matches(&visitor));
//! ```

use std::collections::BTreeMap;

use countersign_types::Timestamp;
use countersign_types::time::DAY;
use serde::{Deserialize, Serialize};

use crate::{DeviceKind, State};

/// Which visits are meant. What is empty asks for nothing; of a list one is enough.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct When {
    /// The address of the page that is looked at has one of these in it.
    pub url_contains: Vec<String>,
    /// One of the pages of the visit is in one of these categories.
    pub categories: Vec<String>,
    /// So many pages were entered.
    pub pages_at_least: i64,
    /// The visit has lasted so long.
    pub seconds_at_least: i64,
    /// It is in one of these states.
    pub states: Vec<State>,
    /// It came from one of these campaigns or sites.
    pub sources: Vec<String>,
    /// The browser has, or has not, been here before.
    pub returning: Option<bool>,
    /// The browser speaks one of these: `de` is also `de-AT`.
    pub languages: Vec<String>,
    /// It is one of these devices.
    pub devices: Vec<DeviceKind>,
}

/// A visit, as far as [`When`] asks. Of a browser that several people use: what is shown with the one who is there (T-3).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Looking<'v> {
    /// The address of the page that is looked at.
    pub url: &'v str,
    /// Categories of its pages.
    pub categories: Vec<&'v str>,
    /// How many pages were entered.
    pub pages: i64,
    /// How long it has lasted.
    pub seconds: i64,
    /// Its state.
    pub state: Option<State>,
    /// Where it came from.
    pub source: Option<&'v str>,
    /// Whether the browser was here before.
    pub is_returning: bool,
    /// The browser's language.
    pub language: Option<&'v str>,
    /// The device.
    pub device: Option<DeviceKind>,
}

impl When {
    /// Whether a visit is one of those.
    pub fn matches(&self, visit: &Looking<'_>) -> bool {
        let url = visit.url.to_lowercase();
        (self.url_contains.is_empty()
            || self.url_contains.iter().any(|part| url.contains(&part.to_lowercase())))
            && (self.categories.is_empty()
                || visit.categories.iter().any(|found| self.categories.iter().any(|c| same(c, found))))
            && visit.pages >= self.pages_at_least
            && visit.seconds >= self.seconds_at_least
            && (self.states.is_empty() || visit.state.is_some_and(|state| self.states.contains(&state)))
            && (self.sources.is_empty()
                || visit.source.is_some_and(|source| self.sources.iter().any(|s| same(s, source))))
            && self.returning.is_none_or(|wanted| wanted == visit.is_returning)
            && (self.languages.is_empty()
                || visit.language.is_some_and(|tag| self.languages.iter().any(|l| speaks(tag, l))))
            && (self.devices.is_empty() || visit.device.is_some_and(|device| self.devices.contains(&device)))
    }
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// Whether a tag is the language, or a kind of it.
fn speaks(tag: &str, language: &str) -> bool {
    let (tag, language) = (tag.to_ascii_lowercase(), language.to_ascii_lowercase());
    tag.strip_prefix(language.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The text for a browser's language: that very one, the language without its country, English, the first there is.
pub fn text_for<'t>(
    texts: &'t BTreeMap<String, String>,
    language: Option<&str>,
) -> Option<(&'t str, &'t str)> {
    let find = |wanted: &str| texts.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(wanted));
    let own = language.and_then(|tag| find(tag).or_else(|| find(tag.split('-').next().unwrap_or(tag))));
    own.or_else(|| find("en"))
        .or_else(|| texts.iter().next())
        .map(|(tag, text)| (tag.as_str(), text.as_str()))
}

/// How many may be invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Only while somebody of the team is there.
    pub only_when_online: bool,
    /// A browser that was invited is left alone for so many days.
    pub per_visitor_days: i64,
    /// So many invitations and the chats that came of them may wait for somebody at once.
    pub waiting_max: i64,
    /// So many in a minute.
    pub per_minute_max: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { only_when_online: true, per_visitor_days: 7, waiting_max: 3, per_minute_max: 10 }
    }
}

/// What stands against one more invitation at a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Invitations and chats of them that wait.
    pub waiting: i64,
    /// Invitations of the last minute.
    pub last_minute: i64,
    /// When this browser was invited last.
    pub invited_at: Option<Timestamp>,
    /// Whether somebody was invited in this visit.
    pub is_invited: bool,
    /// Whether the customer is in a conversation.
    pub is_talking: bool,
    /// Whether somebody of the team is there.
    pub is_online: bool,
    /// Whether the company is open.
    pub is_open: bool,
}

/// Why nobody is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// The customer is in a conversation.
    Talking,
    /// Once a visit is enough.
    SameVisit,
    /// The browser was invited not long ago.
    SameBrowser,
    /// The company is closed.
    Closed,
    /// Nobody of the team is there.
    Offline,
    /// So many wait as may.
    Waiting,
    /// So many were invited in this minute as may be.
    Minute,
}

impl Limits {
    /// Whether one more may be invited.
    ///
    /// # Errors
    /// The first reason against it.
    pub fn allow(&self, load: &Load, now: Timestamp) -> Result<(), Withheld> {
        let is_recent = |at: Timestamp| {
            self.per_visitor_days > 0 && now.since(at) < self.per_visitor_days.saturating_mul(DAY)
        };
        if load.is_talking {
            Err(Withheld::Talking)
        } else if load.is_invited {
            Err(Withheld::SameVisit)
        } else if load.invited_at.is_some_and(is_recent) {
            Err(Withheld::SameBrowser)
        } else if !load.is_open {
            Err(Withheld::Closed)
        } else if self.only_when_online && !load.is_online {
            Err(Withheld::Offline)
        } else if load.waiting >= self.waiting_max {
            Err(Withheld::Waiting)
        } else if load.last_minute >= self.per_minute_max {
            Err(Withheld::Minute)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn visitor() -> Looking<'static> {
        Looking {
            url: "https://shop.example/Checkout",
            categories: vec!["loans"],
            pages: 3,
            seconds: 60,
            state: Some(State::Anonymous),
            source: Some("newsletter"),
            is_returning: false,
            language: Some("de-AT"),
            device: Some(DeviceKind::Mobile),
        }
    }

    #[test]
    fn what_is_empty_asks_for_nothing() {
        assert!(When::default().matches(&visitor()));
        assert!(When::default().matches(&Looking::default()));
    }

    #[test]
    fn each_condition_is_asked() {
        let text = |text: &str| vec![text.to_owned()];
        let when = When::default();
        let good = [
            When { url_contains: vec!["/cart".into(), "/checkout".into()], ..when.clone() },
            When { categories: text("Loans"), ..when.clone() },
            When { pages_at_least: 3, ..when.clone() },
            When { seconds_at_least: 60, ..when.clone() },
            When { states: vec![State::Recognised, State::Anonymous], ..when.clone() },
            When { sources: text("Newsletter"), ..when.clone() },
            When { returning: Some(false), ..when.clone() },
            When { languages: text("de"), ..when.clone() },
            When { languages: text("DE-at"), ..when.clone() },
            When { devices: vec![DeviceKind::Mobile], ..when.clone() },
        ];
        for when in good {
            assert!(when.matches(&visitor()), "{when:?}");
        }
        let bad = [
            When { url_contains: text("/cart"), ..when.clone() },
            When { categories: text("loan"), ..when.clone() },
            When { pages_at_least: 4, ..when.clone() },
            When { seconds_at_least: 61, ..when.clone() },
            When { states: vec![State::Authenticated], ..when.clone() },
            When { sources: text("news"), ..when.clone() },
            When { returning: Some(true), ..when.clone() },
            When { languages: text("d"), ..when.clone() },
            When { languages: text("de-CH"), ..when.clone() },
            When { devices: vec![DeviceKind::Desktop], ..when.clone() },
        ];
        for when in bad {
            assert!(!when.matches(&visitor()), "{when:?}");
        }
    }

    #[test]
    fn a_text_is_found_for_every_language() {
        let texts: BTreeMap<String, String> = [("de", "Hallo"), ("en", "Hello"), ("pt-BR", "Oi")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .into();
        let said = |language| text_for(&texts, language).map(|(_, text)| text);
        assert_eq!(said(Some("de-AT")), Some("Hallo"));
        assert_eq!(said(Some("pt-br")), Some("Oi"));
        assert_eq!(said(Some("pt")), Some("Hello"));
        assert_eq!(said(None), Some("Hello"));
        assert_eq!(
            text_for(&[("fr".to_owned(), "Salut".to_owned())].into(), Some("sv")),
            Some(("fr", "Salut"))
        );
        assert_eq!(text_for(&BTreeMap::new(), Some("sv")), None);
    }

    #[test]
    fn the_first_reason_is_the_one_about_the_visitor() {
        let now = Timestamp::from_micros(10 * DAY);
        let limits = Limits::default();
        let free = Load { is_online: true, is_open: true, ..Load::default() };
        let cases = [
            (free, Ok(())),
            (Load { is_talking: true, is_invited: true, ..free }, Err(Withheld::Talking)),
            (Load { is_invited: true, ..free }, Err(Withheld::SameVisit)),
            (Load { invited_at: Some(now.plus(1 - 7 * DAY)), ..free }, Err(Withheld::SameBrowser)),
            (Load { invited_at: Some(now.plus(-7 * DAY)), ..free }, Ok(())),
            (Load { is_open: false, ..free }, Err(Withheld::Closed)),
            (Load { is_online: false, ..free }, Err(Withheld::Offline)),
            (Load { waiting: 3, ..free }, Err(Withheld::Waiting)),
            (Load { waiting: 2, last_minute: 10, ..free }, Err(Withheld::Minute)),
        ];
        for (load, expected) in cases {
            assert_eq!(limits.allow(&load, now), expected, "{load:?}");
        }
        let always = Limits { only_when_online: false, per_visitor_days: 0, ..limits };
        assert_eq!(always.allow(&Load { is_online: false, invited_at: Some(now), ..free }, now), Ok(()));
    }

    proptest! {
        /// However they come, never more wait, and never more are invited in a minute, than may.
        #[test]
        fn no_more_than_the_limits(
            waiting_max in 0_i64..5, per_minute_max in 0_i64..5,
            steps in prop::collection::vec((0_i64..30, any::<bool>()), 0..60),
        ) {
            let limits = Limits { waiting_max, per_minute_max, ..Limits::default() };
            let (mut now, mut waiting) = (Timestamp::from_micros(0), 0);
            let mut offered: Vec<Timestamp> = Vec::new();
            for (seconds, is_answered) in steps {
                now = now.plus(seconds * countersign_types::time::SECOND);
                if is_answered && waiting > 0 { waiting -= 1; }
                let minute = |all: &[Timestamp]| all.iter().filter(|at| now.since(**at) < countersign_types::time::MINUTE).count() as i64;
                let load = Load { waiting, last_minute: minute(&offered), is_online: true, is_open: true, ..Load::default() };
                if limits.allow(&load, now).is_ok() {
                    waiting += 1;
                    offered.push(now);
                }
                prop_assert!(waiting <= waiting_max);
                prop_assert!(minute(&offered) <= per_minute_max);
            }
        }

        /// To ask for more never finds more.
        #[test]
        fn one_more_condition_never_adds_visits(pages in 0_i64..9, seconds in 0_i64..99, least in 0_i64..9, long in 0_i64..99) {
            let visit = Looking { pages, seconds, ..visitor() };
            let both = When { pages_at_least: least, seconds_at_least: long, ..When::default() };
            if both.matches(&visit) {
                let (one, other) = (When { pages_at_least: least, ..When::default() }, When { seconds_at_least: long, ..When::default() });
                prop_assert!(one.matches(&visit) && other.matches(&visit));
            }
        }
    }
}
