//! What goes into the outbox for webhooks: an event, once for every endpoint that wants its kind.

use countersign_store::webhook::WebhookEntry;
use countersign_store::{Subject, Tx, outbox, profile, subject_key};
use countersign_types::event::EventKind;
use countersign_types::pii::Purpose;
use countersign_types::profile::Profile;
use countersign_types::webhook::WebhookState;
use countersign_types::{Event, Result};

use crate::Service;

/// Bytes of a body at most.
const BODY_BYTES_MAX: usize = 20 * 1_024;

impl Service {
    /// Puts an event into the outbox once for every webhook that wants its kind.
    pub(crate) async fn fan_out(&self, tx: &mut Tx<'_>, events: &[Event]) -> Result<()> {
        let snapshot = self.snapshot();
        for event in events {
            let wanted = || snapshot.webhooks.iter().filter(|entry| wants(entry, event));
            if wanted().next().is_none() {
                continue;
            }
            let personal = match wanted().any(|entry| entry.webhook.with_personal_data) {
                true => self.personal_body(tx, event).await?,
                false => None,
            };
            let thin = body(event, None);
            for entry in wanted() {
                match &personal {
                    Some((subject, body)) if entry.webhook.with_personal_data => {
                        self.put_out(tx, entry, event, subject, body.clone()).await?;
                    }
                    // Thin bodies name ids only; under the workspace's key they outlive an erasure harmlessly.
                    _ => {
                        self.put_out(tx, entry, event, self.vault().workspace(), thin.clone()).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Puts one event for one webhook into the outbox.
    pub(crate) async fn put_out(
        &self,
        tx: &mut Tx<'_>,
        entry: &WebhookEntry,
        event: &Event,
        subject: &Subject,
        body: String,
    ) -> Result<countersign_types::OutboxId> {
        let new = outbox::NewOutbox {
            id: self.new_id()?,
            kind: "webhook",
            target: entry.webhook.id.to_bytes(),
            event_id: event.id,
            event_type: event.kind.as_str().to_owned(),
            body: body.into_bytes(),
        };
        outbox::insert_outbox(tx, subject, &new, self.now()).await?;
        Ok(new.id)
    }

    /// The body with the profile's own values, sealed under the profile's key, so that an erasure takes it along.
    /// `None` when the event is about nobody, or about somebody who is gone.
    async fn personal_body(&self, tx: &mut Tx<'_>, event: &Event) -> Result<Option<(Subject, String)>> {
        let Some(id) = event.profile.filter(|_| event.kind != EventKind::ProfileDeleted) else {
            return Ok(None);
        };
        let Some(found) = profile::find_profile(tx, self.vault(), id).await? else { return Ok(None) };
        let Some(subject) = subject_key::find_subject(tx, self.vault(), found.id.to_bytes()).await? else {
            return Ok(None);
        };
        let web = self.web_data(tx, event).await?;
        Ok(Some((subject, body(event, Some((&found, web))))))
    }
}

fn wants(entry: &WebhookEntry, event: &Event) -> bool {
    entry.webhook.state == WebhookState::Active
        && entry.webhook.events.iter().any(|word| {
            is_asked(word, event.kind, event.details.get("name").and_then(serde_json::Value::as_str))
        })
}

/// Whether a word of a webhook's list asks for an event. Events of visits have to be named, those of the company's own
/// naming perhaps by that name: `visit.event:AddToCart`.
pub(crate) fn is_asked(word: &str, kind: EventKind, name: Option<&str>) -> bool {
    if word == "*" {
        return !kind.is_of_visit();
    }
    match word.strip_prefix(kind.as_str()) {
        Some("") => true,
        Some(rest) => kind == EventKind::VisitEvent && rest.strip_prefix(':') == name && name.is_some(),
        None => false,
    }
}

/// What a webhook carries: the event and the ids it names, and personal data only where asked for.
pub(crate) fn body(event: &Event, personal_data: Option<(&Profile, Option<serde_json::Value>)>) -> String {
    let mut data = serde_json::json!({
        "profile": event.profile,
        "account": event.account,
        "case": event.case,
        "message": event.message,
        "link": event.link,
        "code": event.code,
        "details": event.details,
    });
    if let (Some((profile, web)), Some(data)) = (personal_data, data.as_object_mut()) {
        data.insert(PERSONAL.to_owned(), personal(profile));
        if let Some(web) = web {
            data.insert(WEB.to_owned(), web);
        }
    }
    let whole = |data: &serde_json::Value| {
        let kind = event.kind.as_str();
        serde_json::json!({ "type": kind, "id": event.id, "timestamp": event.at, "data": data }).to_string()
    };
    let text = whole(&data);
    if text.len() <= BODY_BYTES_MAX {
        return text;
    }
    // Too much: the ids stay, and the receiver asks for the rest.
    if let Some(data) = data.as_object_mut() {
        data.remove(PERSONAL);
        data.remove(WEB);
        data.insert("details".to_owned(), serde_json::json!({}));
        data.insert("is_cut".to_owned(), true.into());
    }
    whole(&data)
}

/// The field of a body that holds personal data.
pub(crate) const PERSONAL: &str = "profile_data";
/// The field of a body that holds what an event of a website said.
pub(crate) const WEB: &str = "event_data";

fn personal(profile: &Profile) -> serde_json::Value {
    serde_json::json!({
        "reference": profile.reference(),
        "kind": profile.kind,
        "external_id": profile.external_id.as_ref().map(|v| v.plain(Purpose::Deliver)),
        "name": profile.name.as_ref().map(|v| v.plain(Purpose::Deliver)),
        "email": profile.email.as_ref().map(|v| v.plain(Purpose::Deliver)),
        "phone": profile.phone.as_ref().map(|v| v.plain(Purpose::Deliver)),
        "language": profile.language,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_8_events_of_visits_are_told_to_those_who_name_them_only() {
        let visit = |word, name| is_asked(word, EventKind::VisitEvent, Some(name));
        assert!(
            is_asked("*", EventKind::CaseCreated, None)
                && is_asked("case.created", EventKind::CaseCreated, None)
        );
        assert!(!visit("*", "AddToCart") && !is_asked("*", EventKind::VisitIdentified, Some("SignIn")));
        assert!(visit("visit.event", "AddToCart") && visit("visit.event:AddToCart", "AddToCart"));
        assert!(!visit("visit.event:AddToCart", "Order") && !visit("visit.event:", "AddToCart"));
        assert!(!visit("visit.eventful", "ful") && !visit("visit.identified", "AddToCart"));
        assert!(!is_asked("visit.identified:SignIn", EventKind::VisitIdentified, Some("SignIn")));
    }
}
