//! Which canary lies in which place of the registry of personal data, so that a new place is not forgotten.

/// What lies in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    /// These canaries.
    Values(&'static [&'static str]),
    /// None, for this reason.
    Nothing(&'static str),
}

use Planted::{Nothing, Values};

const HASH: &str = "a keyed hash";
const ID: &str = "an id or a word of the program's";
const TEAM: &str = "of the team, not of customers";

/// What is planted in a column of the registry; nothing where nobody has said.
pub fn planted(table: &str, column: &str) -> Option<Planted> {
    Some(match (table, column) {
        ("profile", "name_sealed") => Values(&["profile.name", "import.name"]),
        ("profile", "email_sealed") => Values(&["profile.email", "import.email"]),
        ("profile", "phone_sealed") => Values(&["profile.phone"]),
        ("profile", "external_id_sealed") => Values(&["profile.external_id"]),
        ("profile", "claims_sealed") => Values(&["claims.email", "claims.phone"]),
        ("profile_attribute", "value_sealed") => {
            Values(&["profile.attributes.secret", "profile.attributes.born"])
        }
        ("identifier", "value_sealed") => Values(&["profile.email", "profile.phone", "claims.email"]),
        ("channel_account", "user_sealed") => Values(&["account.user_id", "visit.identity"]),
        ("channel_account", "name_sealed") => Values(&["account.name"]),
        ("identification_code", "pushed_sealed") => Values(&["profile.name", "profile.email"]),
        ("support_case", "attributes_sealed") => Values(&["case.attributes.secret"]),
        ("support_case", "subject_sealed" | "thread_sealed") => {
            Nothing("mail alone has it; it is rendered as the text of messages is")
        }
        ("message", "text_sealed") => {
            Values(&["message.text.email", "message.text.phone", "note.text.email"])
        }
        ("message" | "attachment", "attachments_sealed" | "about_sealed") => Values(&["file.name"]),
        ("attachment_piece", _) => Nothing("a file's bytes, for whoever may read the conversation"),
        ("notice" | "outbox", "text_sealed" | "body_sealed") => {
            Values(&["profile.name", "profile.email", "message.text.email"])
        }
        ("phone_call", "about_sealed") => Values(&["call.caller", "call.keyed"]),
        ("phone_call", "note_sealed") => Values(&["call.note"]),
        ("engagement_text", "about_sealed") => Values(&["engagement.lead", "engagement.notes"]),
        ("verification_override", "reason_sealed") => Nothing(
            "a second person writes it after three failed sessions; `http::engagement_dealing` looks for it",
        ),
        ("engagement", "state_sealed") => Nothing("ids, fields and how they came out; never an answer"),
        ("mandate", "content_sealed") => Values(&["mandate.document", "mandate.note", "mandate.reason"]),
        ("visit", "page_url" | "entry_url" | "referrer") | ("visit_event", "url") => Values(&["visit.url"]),
        ("visit", "page_title") | ("visit_event", "title") => Values(&["visit.title"]),
        ("visit", "agent") => Nothing("which browser it is"),
        ("visit_event", "data") => Values(&["visit.data"]),
        ("profile_merge", "journal_sealed") => Values(&["claims.email"]),
        ("profile_merge", "reason") => Values(&["merge.reason"]),
        ("privacy_export_piece", _) => Values(&["profile.name", "message.text.email"]),
        ("privacy_request", "reason") => Values(&["request.reason"]),
        ("profile_hold", "reason") => Values(&["hold.reason"]),
        ("profile_import" | "profile_import_piece", "about_sealed" | "rows_sealed") => {
            Values(&["import.name", "import.email"])
        }
        ("profile_import_failure", "about_sealed") => Values(&["import.failure"]),
        ("event" | "audit", "details") | ("rule_firing", "done") => {
            Values(&["profile.name", "profile.email"])
        }
        ("idempotency", "receipt_sealed") => Nothing("an answer of ids"),
        ("subject_key", "wrapped") => Nothing("a key"),
        (_, "by_name" | "author_name" | "actor_name") => Nothing(TEAM),
        ("channel_account", "auto_replies") => Nothing("hashes of texts, and when"),
        ("privacy_request", "answer") => Nothing("counts"),
        ("audit" | "audit_head" | "idempotency", "hash" | "fingerprint") => {
            Nothing("a hash of hidden things")
        }
        (_, "token" | "key" | "newest_key" | "page_key") => Nothing(HASH),
        (_, name) if name.ends_with("_hash") => Nothing(HASH),
        (_, "object") => Nothing(ID),
        (_, name) if name.ends_with("_id") || name.ends_with("_row") => Nothing(ID),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use countersign_types::privacy::registry::{REGISTRY, Whose};

    use super::*;
    use crate::values::CANARIES;

    /// A new place of personal data gets a canary, or a reason why none is planted.
    #[test]
    fn m_8_every_place_of_the_registry_has_its_canary() {
        let mut used = BTreeSet::new();
        for entry in REGISTRY.iter().filter(|entry| entry.whose == Whose::Customer) {
            for (table, columns) in entry.places {
                for column in *columns {
                    match planted(table, column) {
                        Some(Values(fields)) => used.extend(fields.iter().copied()),
                        Some(Nothing(why)) => assert!(!why.is_empty()),
                        None => panic!("nothing is said of {table}.{column}: plant a canary there"),
                    }
                }
            }
        }
        let all: BTreeSet<&str> = CANARIES.iter().map(|(field, _)| *field).collect();
        assert_eq!(used, all);
    }
}
