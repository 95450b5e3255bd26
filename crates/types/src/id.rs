//! Ids: newtypes over UUIDv7, printed as a prefix and 26 characters of base 32.
//!
//! The printed form sorts by time of creation, is safe in a URL and in a double click, and says what it points at:
//! handing a case id to a profile endpoint is answered with a sentence, not with an empty result.
//!
//! ```
//! use countersign_types::{CaseId, ProfileId};
//! let id = ProfileId::from_bytes([0x01; 16]);
//! let text = id.to_string();
//! assert!(text.starts_with("pro_"));
//! assert_eq!(text.parse::<ProfileId>().unwrap(), id);
//! assert!(text.parse::<CaseId>().is_err());
//! ```

use std::fmt;

/// Crockford's base 32 in lower case, as TypeID uses it: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {what} id: expected `{prefix}_` and 26 characters")]
pub struct IdError {
    /// What was wanted, in a person's words.
    pub what: &'static str,
    /// The prefix it carries.
    pub prefix: &'static str,
}

fn encode(bytes: [u8; 16], out: &mut String) {
    let n = u128::from_be_bytes(bytes);
    for i in (0..26).rev() {
        let digit = (n >> (i * 5)) & 31;
        out.push(char::from(ALPHABET[digit as usize]));
    }
}

fn decode(text: &str) -> Option<[u8; 16]> {
    // 26 characters hold 130 bits; a first character above '7' would overflow.
    if text.len() != 26 || text.as_bytes()[0] > b'7' {
        return None;
    }
    let mut n: u128 = 0;
    for c in text.bytes() {
        let digit = ALPHABET.iter().position(|a| *a == c)?;
        n = (n << 5) | digit as u128;
    }
    Some(n.to_be_bytes())
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal $what:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The prefix of the printed form, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps the 16 bytes of a UUIDv7.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes, as the store keeps them.
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0
            }
        }

        impl From<[u8; 16]> for $name {
            fn from(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id.into_bytes())
            }
        }

        impl From<$name> for [u8; 16] {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut out = String::with_capacity($prefix.len() + 27);
                out.push_str($prefix);
                out.push('_');
                encode(self.0, &mut out);
                f.write_str(&out)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> std::result::Result<Self, IdError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(decode)
                    .map(Self)
                    .ok_or(IdError { what: $what, prefix: $prefix })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A person who logs in to the console.
    UserId "usr" "user";
    /// A log-in session of a user.
    SessionId "sess" "session";
    /// An invitation or the first-start set-up.
    InvitationId "invl" "invitation link";
    /// An API key.
    ApiKeyId "key" "API key";
    /// A profile: one person or organisation as the company knows them.
    ProfileId "pro" "profile";
    /// A custom or standard attribute definition.
    AttributeId "attr" "attribute";
    /// An identifier of a profile.
    IdentifierId "idn" "identifier";
    /// One recorded reason to believe.
    EvidenceId "evd" "evidence";
    /// Channel account ↔ profile.
    LinkId "link" "link";
    /// Somebody as one channel knows them.
    AccountId "acc" "channel account";
    /// A channel.
    ChannelId "chan" "channel";
    /// A case: one conversation with a customer on one channel.
    CaseId "case" "case";
    /// A message.
    MessageId "msg" "message";
    /// A file of a message.
    AttachmentId "att" "attachment";
    /// An identification code (its record, never the code itself).
    CodeId "code" "identification code";
    /// An identification widget.
    WidgetId "wid" "widget";
    /// A signing key of a widget.
    WidgetKeyId "wkey" "widget key";
    /// An outgoing webhook endpoint.
    WebhookId "hook" "webhook";
    /// One delivery of one event to one endpoint.
    DeliveryId "dlv" "webhook delivery";
    /// A row of the outbox.
    OutboxId "out" "outbox entry";
    /// Something that happened, as webhooks and timelines name it.
    EventId "evt" "event";
    /// A row of the audit log.
    AuditId "aud" "audit row";
    /// A text that people insert instead of typing it again.
    CannedReplyId "canned" "canned reply";
    /// A view of a list that a person saved.
    SavedViewId "view" "saved view";
    /// A rule.
    RuleId "rule" "rule";
    /// Rules that are switched on and off together.
    RuleGroupId "rgrp" "group of rules";
    /// Something that a rule told somebody of the team.
    NoticeId "ntc" "notice";
    /// That a rule fired in a case.
    FiringId "fire" "firing";
    /// A group of people who share the work on cases.
    GroupId "grp" "group";
    /// Customers that come from a file.
    ImportId "imp" "import";
    /// An invitation of visitors to a web chat.
    ChatInvitationId "inv" "invitation";
    /// That one visitor was invited.
    ChatOfferId "offer" "offer of an invitation";
    /// A flow of a phone call.
    IvrFlowId "flow" "flow";
    /// A call widget.
    CallWidgetId "cwg" "call widget";
    /// A phone number of the company.
    PhoneNumberId "num" "phone number";
    /// A call.
    CallId "call" "call";
    /// A look-up that a call made.
    CallLookUpId "clu" "call's look-up";
    /// A recording that callers hear, in one or several languages.
    PromptId "prm" "prompt";
    /// A calendar of business hours.
    CalendarId "cal" "calendar";
    /// How one of the company's own systems is asked about a caller.
    LookUpId "lku" "look-up";
    /// What a customer may want, and how sure one has to be of them for that.
    TopicId "top" "topic";
    /// A policy of guided verification.
    VerificationPolicyId "vpol" "verification policy";
    /// That somebody may act for somebody else.
    MandateId "mnd" "mandate";
    /// A guided conversation: who a customer is, and what they may have.
    EngagementId "eng" "engagement";
    /// Two profiles that became one.
    MergeId "mrg" "merge";
    /// Two profiles that may be one person.
    SuggestionId "sug" "suggestion";
    /// What a person asked of the company about their own data.
    PrivacyRequestId "prq" "privacy request";
    /// A web chat session of a visitor's browser.
    WebChatSessionId "wcs" "web chat session";
    /// A site: a website of the company that carries the tracker.
    SiteId "site" "site";
    /// A visit of a site: what one browser does until it leaves.
    VisitId "visit" "visit";
    /// A visitor's browser, as long as it keeps its key.
    DeviceId "dev" "device";
    /// Somebody as a site names them.
    IdentityId "ident" "identity";
    /// One entering of a page in a visit.
    PageId "page" "page";
    /// The time of a visit in which somebody was signed in.
    WebSessionId "wses" "session of a visit";
    /// An event of a visit.
    WebEventId "wevt" "event of a visit";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_printed_form_reads_back(bytes: [u8; 16]) {
            let id = ProfileId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<ProfileId>(), Ok(id));
        }

        #[test]
        fn the_printed_form_sorts_like_the_bytes(a: [u8; 16], b: [u8; 16]) {
            let (x, y) = (CaseId::from_bytes(a), CaseId::from_bytes(b));
            prop_assert_eq!(x.cmp(&y), x.to_string().cmp(&y.to_string()));
        }

        #[test]
        fn any_text_is_refused_or_reads_back_the_same(text in "\\PC{0,40}") {
            if let Ok(id) = text.parse::<ProfileId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn an_id_of_another_kind_is_refused_with_a_sentence() {
        let text = CaseId::from_bytes([7; 16]).to_string();
        let error = text.parse::<ProfileId>().unwrap_err();
        assert_eq!(error.to_string(), "not a profile id: expected `pro_` and 26 characters");
    }
}
