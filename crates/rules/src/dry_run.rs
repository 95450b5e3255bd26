//! Playing rules on what was said, without sending anything.

use serde::Serialize;

use crate::compile::RuleSet;
use crate::evaluate::Evaluation;
use crate::limits::{Conversation, Held, Reply, text_key};
use crate::snapshot::{Firing, Happened, Occasion, Snapshot};
use crate::trace::Trace;

/// One moment of a conversation: what it looked like, and what happened.
#[derive(Clone, Copy)]
pub struct DryStep<'a> {
    /// The case at that moment. Firings of the dry run itself are added to its history.
    pub snapshot: Snapshot<'a>,
    /// What happened.
    pub occasion: Occasion<'a>,
}

/// A message that would be sent to the customer, or held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// The place of the rule in the set.
    pub index: usize,
    /// The place of the action in the rule.
    pub step_index: usize,
    /// The variant that was picked.
    pub variant: usize,
    /// Why it would be held back.
    pub held: Option<Held>,
}

/// What would happen at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct DryRun {
    /// What would fire.
    pub evaluation: Evaluation,
    /// Why, and why not.
    pub trace: Trace,
    /// Messages to the customer.
    pub replies: Vec<Sent>,
}

impl RuleSet {
    /// Plays a conversation, oldest first: for every moment what would fire, why, why not, and what the limits of R-1
    /// would hold back. What fires counts for the moments after it; what it changes does not, because the snapshots are
    /// of what really was.
    pub fn dry_run(&self, steps: &[DryStep<'_>]) -> Vec<DryRun> {
        let (mut conversation, mut firings) = (Conversation::default(), Vec::<Firing>::new());
        let mut play = |step: &DryStep<'_>| {
            let (snapshot, occasion) = (&step.snapshot, &step.occasion);
            let outcome = snapshot.message.as_ref().and_then(|m| m.outcome);
            if matches!(occasion.happened, Happened::NewCase | Happened::Message) && outcome.is_some() {
                conversation.inbound(occasion.at, outcome);
            }
            let (evaluation, trace) = self.explain_with(snapshot, occasion, &firings);
            firings.extend(evaluation.firings(self, occasion.at));
            let mut replies = Vec::new();
            for decision in evaluation.decisions(self).filter(|d| d.action().is_reply()) {
                let text = decision.action().variants().get(decision.variant).map_or("", String::as_str);
                let reply = Reply::new(occasion.at, decision.rule.id, outcome, text_key(text), occasion.seed);
                let held = conversation.take(reply).err();
                let (index, step_index, variant) = (decision.index, decision.step_index, decision.variant);
                replies.push(Sent { index, step_index, variant, held });
            }
            DryRun { evaluation, trace, replies }
        };
        steps.iter().map(&mut play).collect()
    }
}
