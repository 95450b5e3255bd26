//! What of a call under way stands in memory alone: its secrets (I-3), and the draft that it hears on the bench. Another
//! server goes on without: it asks for the secrets again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_ivr::Flow;
use countersign_ivr::engine::Secrets;
use countersign_types::{CallId, Timestamp, time};

/// How long a call that nobody hears of is remembered.
const KEPT: i64 = 15 * time::MINUTE;
/// Calls that are remembered at most.
const CALLS_MAX: usize = 10_000;

/// The secrets after so many steps: they are those of one state and no other.
type Kept = (u64, Secrets);

struct Call {
    /// Of the last step, and of the one before: a step whose commit failed is done again.
    secrets: [Option<Kept>; 2],
    draft: Option<Arc<Flow>>,
    at: Timestamp,
}

/// Calls under way.
#[derive(Default)]
pub(crate) struct CallMemory(Mutex<HashMap<CallId, Call>>);

impl CallMemory {
    /// The secrets of the state after so many steps.
    pub(super) fn secrets(&self, call: CallId, steps: u64) -> Option<Secrets> {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = calls.get(&call)?.secrets.iter().flatten().find(|(at, _)| *at == steps);
        kept.map(|(_, secrets)| secrets.clone())
    }

    /// The draft that a call on the bench hears.
    pub(super) fn draft(&self, call: CallId) -> Option<Arc<Flow>> {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(&call).and_then(|kept| kept.draft.clone())
    }

    /// Keeps the secrets of the state after so many steps.
    pub(super) fn keep(&self, call: CallId, steps: u64, secrets: Secrets, now: Timestamp) {
        self.with(call, now, |kept| {
            kept.secrets[1] = kept.secrets[0].take().filter(|(at, _)| *at != steps);
            kept.secrets[0] = Some((steps, secrets));
        });
    }

    /// Keeps a draft.
    pub(super) fn keep_draft(&self, call: CallId, draft: Arc<Flow>, now: Timestamp) {
        self.with(call, now, |kept| kept.draft = Some(draft));
    }

    /// A call is over.
    pub(super) fn forget(&self, call: CallId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&call);
    }

    /// Forgets calls that nobody heard of.
    pub(super) fn forget_old(&self, now: Timestamp) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.retain(|_, kept| now < kept.at.plus(KEPT));
    }

    fn with(&self, call: CallId, now: Timestamp, change: impl FnOnce(&mut Call)) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() >= CALLS_MAX && !calls.contains_key(&call) {
            calls.retain(|_, kept| now < kept.at.plus(KEPT));
        }
        if calls.len() >= CALLS_MAX
            && !calls.contains_key(&call)
            && let Some(oldest) = calls.iter().min_by_key(|(_, kept)| kept.at).map(|(id, _)| *id)
        {
            calls.remove(&oldest);
        }
        let kept = calls.entry(call).or_insert_with(|| Call { secrets: [None, None], draft: None, at: now });
        kept.at = now;
        change(kept);
    }
}

#[cfg(test)]
mod tests {
    use countersign_ivr::{CallFacts, Engine};
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_those_of_one_state_for_a_while_and_not_too_many() {
        let flow = Flow::parse(&json!({"start": "h", "nodes": {"h": {"kind": "hang_up"}}})).unwrap();
        let secrets = Engine::begin(&flow, CallFacts::default(), 0).0.secrets();
        let memory = CallMemory::default();
        let call = |n: u32| {
            let mut id = [0; 16];
            id[..4].copy_from_slice(&n.to_be_bytes());
            CallId::from_bytes(id)
        };
        let at = |secs: i64| Timestamp::from_micros(secs * time::SECOND);
        for steps in 1..=3 {
            memory.keep(call(1), steps, secrets.clone(), at(0));
        }
        assert!(memory.secrets(call(1), 1).is_none(), "long past");
        assert!(memory.secrets(call(1), 2).is_some(), "the commit of the third may have failed");
        assert!(memory.secrets(call(1), 3).is_some() && memory.secrets(call(1), 4).is_none());
        memory.keep(call(2), 1, secrets.clone(), at(899));
        memory.forget_old(at(900));
        assert!(memory.secrets(call(1), 3).is_none() && memory.secrets(call(2), 1).is_some());
        memory.forget(call(2));
        assert!(memory.secrets(call(2), 1).is_none());
        for n in 0..10_100 {
            memory.keep(call(n), 1, secrets.clone(), at(1_000 + i64::from(n)));
        }
        assert!(memory.0.lock().unwrap().len() <= CALLS_MAX);
    }
}
