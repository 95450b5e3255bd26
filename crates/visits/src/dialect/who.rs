//! Who the visitor is said to be.

use serde_json::value::RawValue;

use super::desk::{No, no};
use super::wire::{Text, clean, sift};
use crate::{EventType, Reason, Who};

const ID_MAX: usize = 200;
const EMAIL_MAX: usize = 254;
const PHONE_MAX: usize = 40;
const NAME_MAX: usize = 200;

/// Ids that name nobody: what programs send when they mean nothing (posthog.com#6056). One person would be made of
/// everybody who is called `undefined`.
///
/// ```
/// use countersign_visits::is_refused_id;
/// assert!(is_refused_id("[object Object]") && is_refused_id(" NaN ") && is_refused_id("\"null\""));
/// assert!(!is_refused_id("customer-77") && !is_refused_id("10"));
/// ```
pub fn is_refused_id(text: &str) -> bool {
    const NOBODY: &[&str] = &[
        "null",
        "undefined",
        "none",
        "nil",
        "nan",
        "n/a",
        "na",
        "true",
        "false",
        "infinity",
        "[object object]",
        "[object undefined]",
        "[object null]",
        "anonymous",
        "anonymous user",
        "anon",
        "guest",
        "unknown",
        "not_authenticated",
        "not authenticated",
        "not logged in",
        "distinct_id",
        "distinctid",
        "userid",
        "user_id",
        "identityid",
        "id",
        "email",
        "user",
        "visitor",
        "$posthog_cookieless",
    ];
    let text = text.trim().trim_matches(['"', '\'', '`']).trim();
    let is_nothing = text.chars().all(|c| !c.is_alphanumeric() || c == '0');
    is_nothing
        || text.chars().any(char::is_control)
        || text.chars().count() > ID_MAX
        || NOBODY.iter().any(|nobody| text.eq_ignore_ascii_case(nobody))
}

/// What a site says of somebody, while it is read.
#[derive(Default)]
pub(super) struct Said {
    who: Who,
    first: Option<String>,
    last: Option<String>,
    /// An id was given that names nobody.
    is_refused: bool,
}

impl Said {
    /// Takes an entry if it is one that says who somebody is.
    pub(super) fn take(&mut self, name: &str, value: &RawValue) -> bool {
        let (field, max) = match name {
            "identity" | "identityId" | "userId" => {
                self.identity(&Text::of(value));
                return true;
            }
            "token" => {
                let token = Text::of(value);
                let token = token.get().filter(|token| !token.chars().any(char::is_whitespace));
                self.who.token = self.who.token.take().or(token.map(str::to_owned));
                return true;
            }
            "email" => (&mut self.who.email, EMAIL_MAX),
            "phone" => (&mut self.who.phone, PHONE_MAX),
            "name" => (&mut self.who.name, NAME_MAX),
            "firstName" | "first_name" => (&mut self.first, NAME_MAX / 2),
            "lastName" | "last_name" => (&mut self.last, NAME_MAX / 2),
            _ => return false,
        };
        if field.is_none() {
            // Half an address is another address: what is too long is nothing.
            let text = Text::of(value).0.filter(|text| text.chars().count() <= max);
            *field = text.and_then(|text| clean(text, max)).map(std::borrow::Cow::into_owned);
        }
        true
    }

    /// Takes what the site calls the person; the first one that names anybody counts.
    pub(super) fn identity(&mut self, text: &Text<'_>) {
        match text.get() {
            Some(id) if is_refused_id(id) => self.is_refused = true,
            Some(id) if self.who.identity.is_none() => self.who.identity = Some(id.to_owned()),
            _ => {}
        }
    }

    /// Takes all of an object that says who somebody is, and gives the rest. `None`: it is no object.
    pub(super) fn sift(&mut self, raw: &RawValue) -> Option<String> {
        sift(raw, |name, value| self.take(name, value))
    }

    /// What was said. An event that does nothing but say who it is, and names nobody, is refused.
    pub(super) fn done(
        mut self,
        kind: EventType,
        warnings: &mut Vec<&'static str>,
    ) -> Result<Option<Who>, No> {
        if self.who.name.is_none() {
            let both: Vec<String> = self.first.into_iter().chain(self.last).collect();
            self.who.name = (!both.is_empty()).then(|| both.join(" "));
        }
        if self.is_refused && self.who.identity.is_none() {
            if matches!(kind, EventType::SignIn | EventType::UserInfo) && self.who.token.is_none() {
                return Err(no(Reason::BadId));
            }
            warnings.push("identity_refused");
        }
        if kind == EventType::SignIn && self.who.identity.is_none() && self.who.token.is_none() {
            warnings.push("no_identity");
        }
        Ok((!self.who.is_empty()).then_some(self.who))
    }
}
