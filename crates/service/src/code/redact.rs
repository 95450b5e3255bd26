//! What is stored of a text: without codes, accepted or not (C-8), and without card numbers (M-5).
//!
//! Codes are read from what was written; cards go from what is left. Whatever comes after (rules, search, events,
//! what is sent on) has the text as it is stored.

use std::borrow::Cow;

use countersign_identity::classify::{
    Candidate, Classification, Span, classify, redact_judged, redact_message,
};
use countersign_identity::limits::is_locked;
use countersign_masking::scrub_cards;
use countersign_store::limit::find_counter;
use countersign_store::{Tx, code as store};
use countersign_types::audit::Actor;
use countersign_types::code::{Invalid, Outcome};
use countersign_types::{Result, Timestamp};

use super::redeem::{Redeemed, SENDER};
use crate::{Service, limit};

/// A customer's text: whatever could be a code is redacted, however far down it stands. A number that passed the check
/// by chance, was looked up and is no code of ours stays readable: it may be somebody's order.
pub(crate) fn redacted<'a>(text: &'a str, found: &Classification, redeemed: Redeemed) -> Cow<'a, str> {
    let by_chance = redeemed.outcome == Outcome::NotSent;
    let looked_up = found.candidates().iter().take(if by_chance { redeemed.looked_up } else { 0 });
    let kept: Vec<Span> = looked_up.map(|c| c.span).filter(|span| !span.is_certain).collect();
    without_cards(redact_judged(text, &found.spans, &kept))
}

/// A text in which nobody looks for a code: a subject, an answer.
pub(crate) fn redacted_line(text: &str) -> Cow<'_, str> {
    without_cards(redact_message(text))
}

fn without_cards(text: Cow<'_, str>) -> Cow<'_, str> {
    match scrub_cards(&text) {
        Some(scrubbed) => Cow::Owned(scrubbed),
        None => text,
    }
}

impl Service {
    /// A text of the team or of a program: as a customer's. What may be a code by chance is looked up under the limits
    /// of a sender, or a note would be a guess that nobody counts; past them such a number stays as it is.
    pub(crate) async fn redacted_words(
        &self,
        tx: &mut Tx<'_>,
        author: &Actor,
        text: &str,
        now: Timestamp,
    ) -> Result<String> {
        let found = classify(text);
        let mut kept: Vec<Span> = Vec::new();
        let author = self.vault().blind(SENDER, &author.id);
        for Candidate { code, span } in found.candidates().iter().filter(|c| !c.span.is_certain) {
            let counter = find_counter(tx, SENDER, author).await?;
            let is_over = counter.is_some_and(|c| is_locked(&limit::state(c), now.as_micros()));
            let hash = code.keyed_hash(self.vault().code_key());
            if is_over {
                kept.push(*span);
            } else if store::find_code_by_hash(tx, hash).await?.is_none() {
                self.count_miss(tx, author, Invalid::Unknown, now).await?;
                kept.push(*span);
            }
        }
        Ok(without_cards(redact_judged(text, &found.spans, &kept)).into_owned())
    }
}
