//! What a room is like: whether it is a conversation of two that nobody else reads.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A room as its state says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Room {
    /// Who else is in it, or invited: whoever is invited can come in and read.
    pub(super) others: BTreeSet<String>,
    /// What people call themselves there, also those who left.
    names: BTreeMap<String, String>,
    /// Whether people can come in, or read, unasked.
    pub(super) is_open: bool,
    /// Whether what is said there is encrypted.
    pub(super) is_encrypted: bool,
}

impl Room {
    /// Reads the state of a room, whole or as an invitation shows it. Nothing where it cannot be told.
    pub(super) fn of(state: &Value, me: &str) -> Option<Self> {
        let mut room = Self::default();
        for event in state.as_array()? {
            let (key, content) = (event["state_key"].as_str().unwrap_or_default(), &event["content"]);
            match event["type"].as_str().unwrap_or_default() {
                "m.room.member" if key != me => {
                    if let Some(name) = content["displayname"].as_str() {
                        room.names.insert(key.to_owned(), name.to_owned());
                    }
                    // Who knocks does not read before somebody lets them in.
                    if matches!(content["membership"].as_str(), Some("join" | "invite")) {
                        room.others.insert(key.to_owned());
                    }
                }
                "m.room.join_rules" => {
                    let rule = content["join_rule"].as_str().unwrap_or("invite");
                    room.is_open |= !matches!(rule, "invite" | "knock" | "private");
                }
                "m.room.history_visibility" => {
                    room.is_open |= content["history_visibility"] == "world_readable";
                }
                // Whoever was asked in by an address comes in when they like, even if who asked has left.
                "m.room.third_party_invite" => room.is_open |= content.get("public_key").is_some(),
                "m.room.encryption" => room.is_encrypted = true,
                _ => {}
            }
        }
        Some(room)
    }

    /// Whether nobody but this person, who may have left, is there or can come.
    pub(super) fn is_with(&self, user: &str) -> bool {
        !self.is_open && self.others.iter().all(|other| other == user)
    }

    /// What somebody calls themselves there.
    pub(super) fn name(&self, user: &str) -> Option<&str> {
        self.names.get(user).map(String::as_str)
    }
}

/// Whether an invitation says that the room is for the two of them (*m.room.member*, `is_direct`).
pub(super) fn is_direct(invitation: &Value, me: &str) -> bool {
    invitation.as_array().into_iter().flatten().any(|event| {
        event["type"] == "m.room.member" && event["state_key"] == me && event["content"]["is_direct"] == true
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    const ME: &str = "@desk:a.test";
    const MIA: &str = "@mia:a.test";

    fn member(user: &str, membership: &str) -> Value {
        json!({ "type": "m.room.member", "state_key": user, "content": { "membership": membership, "displayname": "N" } })
    }

    fn room(more: &[Value]) -> Room {
        let mut state = vec![member(ME, "join"), member(MIA, "join")];
        state.extend_from_slice(more);
        Room::of(&Value::Array(state), ME).unwrap()
    }

    #[test]
    fn a_conversation_is_of_two_and_nobody_else_is_asked_in_or_can_come() {
        assert!(room(&[]).is_with(MIA));
        assert!(!room(&[]).is_with("@eve:a.test"));
        for (membership, is_with) in
            [("join", false), ("invite", false), ("leave", true), ("ban", true), ("knock", true)]
        {
            assert_eq!(room(&[member("@eve:a.test", membership)]).is_with(MIA), is_with, "{membership}");
        }
        for (rule, is_with) in
            [("invite", true), ("public", false), ("restricted", false), ("knock", true), ("new", false)]
        {
            let rules =
                json!({ "type": "m.room.join_rules", "state_key": "", "content": { "join_rule": rule } });
            assert_eq!(room(&[rules]).is_with(MIA), is_with, "{rule}");
        }
        let shown = json!({ "type": "m.room.history_visibility", "state_key": "", "content": { "history_visibility": "world_readable" } });
        assert!(!room(&[shown]).is_with(MIA));
        let by_mail = json!({ "type": "m.room.third_party_invite", "state_key": "t", "content": { "public_key": "x" } });
        assert!(!room(&[by_mail]).is_with(MIA));
        assert_eq!(Room::of(&json!({}), ME), None, "what cannot be read is no conversation");
    }

    #[test]
    fn encryption_and_names_are_seen() {
        let sealed = room(&[json!({ "type": "m.room.encryption", "state_key": "", "content": {} })]);
        assert!(sealed.is_encrypted && !room(&[]).is_encrypted);
        assert_eq!((sealed.name(MIA), sealed.name("@eve:a.test")), (Some("N"), None));
    }
}
