//! Counting, at the places where things happen, in their transaction. What each number means: docs/ANALYTICS.md.

use countersign_store::{Tx, analytics as store};
use countersign_types::analytics::{Fact, Metric};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::case::{Case, CaseStatus};
use countersign_types::code::{Invalid, Outcome};
use countersign_types::merge::MergeGround;
use countersign_types::{AccountId, Assurance, CaseId, ChannelId, Result, Role, Timestamp};

use super::histogram::bucket_of;
use crate::Service;
use crate::work::Log;

impl Service {
    /// The day of a moment in the workspace's time zone, in days since 1970.
    pub(crate) fn day_of(&self, at: Timestamp) -> i64 {
        match &self.snapshot().zone {
            Some(zone) => countersign_rules::calendar::local_day(zone, at),
            None => at.as_micros().div_euclid(countersign_types::time::DAY),
        }
    }

    /// A conversation began.
    pub(crate) async fn count_begun(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        case: CaseId,
        channel: ChannelId,
        now: Timestamp,
    ) -> Result<()> {
        let day = self.day_of(now);
        store::update_begun(tx, case, day).await?;
        log.count(Fact { day: Some(day), ..Fact::of(Metric::Begun).on(channel) });
        Ok(())
    }

    /// An account was proved to be somebody's: its open conversations are identified. `is_known`: it was before they
    /// began. The account must be locked.
    pub(crate) async fn count_identified(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        account: AccountId,
        level: Assurance,
        is_known: bool,
        now: Timestamp,
    ) -> Result<()> {
        for counted in store::list_counted(tx, account).await? {
            if counted.level >= level.as_i64() {
                continue;
            }
            let fact = |metric| Fact { day: Some(counted.day), ..Fact::of(metric).on(counted.channel) };
            let before = Assurance::from_i64(counted.level);
            if before != Assurance::Al0 {
                log.count(Fact { amount: -1, ..fact(Metric::Identified).word(before.as_str()) });
            } else if is_known {
                log.count(fact(Metric::Known));
            } else {
                let bucket = bucket_of(now.since(counted.created_at));
                log.count(Fact { bucket, ..fact(Metric::IdentifySecs) });
            }
            log.count(fact(Metric::Identified).word(level.as_str()));
            store::update_identified(tx, counted.case, level).await?;
        }
        Ok(())
    }

    /// The status of a case changed, or not. Call it after the case was saved.
    pub(crate) async fn count_status(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        before: &Case,
        case: &Case,
        now: Timestamp,
    ) -> Result<()> {
        let fact =
            |metric| Fact { group: case.group, agent: case.assignee, ..Fact::of(metric).on(case.channel) };
        match (before.status == CaseStatus::Closed, case.status == CaseStatus::Closed) {
            (false, true) => {
                log.count(fact(Metric::CaseClosed));
                if let Some(began) = store::claim_resolved(tx, case.id, now).await? {
                    log.count(Fact { bucket: bucket_of(now.since(began)), ..fact(Metric::ResolveSecs) });
                }
                if store::is_answered_by_rules_alone(tx, case.id).await? {
                    log.count(fact(Metric::RulesAlone));
                }
            }
            (true, false) => log.count(fact(Metric::CaseReopened)),
            _ => {}
        }
        Ok(())
    }

    /// Somebody replied. Programs reply too; only people are counted.
    pub(crate) async fn count_reply(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        case: &Case,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        if actor.kind != ActorKind::User {
            return Ok(());
        }
        let agent = actor.id.parse().ok();
        let fact = |metric| Fact { group: case.group, agent, ..Fact::of(metric).on(case.channel) };
        log.count(fact(Metric::Replied));
        if let Some(began) = store::claim_first_reply(tx, case.id, now).await? {
            log.count(Fact { bucket: bucket_of(now.since(began)), ..fact(Metric::FirstReplySecs) });
        }
        Ok(())
    }
}

/// What a message with a code came to. One that waits for the word of its page is counted when that word has come.
pub(crate) fn count_outcome(log: &mut Log, channel: ChannelId, outcome: Outcome) {
    match outcome {
        Outcome::NotSent | Outcome::Invalid(Invalid::Unconfirmed) => {}
        Outcome::Valid => log.count(Fact::of(Metric::CodeAccepted).on(channel)),
        Outcome::Invalid(reason) => count_refused(log, channel, reason),
    }
}

/// A code was sent in and not accepted.
pub(crate) fn count_refused(log: &mut Log, channel: ChannelId, reason: Invalid) {
    log.count(Fact::of(Metric::CodeRefused).on(channel).word(reason.as_str()));
}

/// Two customers became one.
pub(crate) fn count_merge(log: &mut Log, ground: MergeGround) {
    let by = match ground {
        MergeGround::Proved | MergeGround::Attested => "automatic",
        MergeGround::Hand => "hand",
        MergeGround::Suggestion => "suggestion",
    };
    log.count(Fact::of(Metric::Merged).word(by));
}

/// The name of a field without what a company or a customer chose.
const KINDS: [&str; 5] = ["name", "email", "phone", "external_id", "text"];

/// A masked value was shown to somebody of this role.
pub(crate) fn revealed(role: Role, actor: &Actor, field: &str) -> Fact {
    let last = field.rsplit('.').next().unwrap_or(field);
    let kind = match field.split('.').next() {
        Some("attributes") => "attribute",
        Some("identifiers") => "identifier",
        _ => KINDS.into_iter().find(|kind| *kind == last).unwrap_or("other"),
    };
    let fact = Fact::of(Metric::Revealed).word(format!("{}:{kind}", role.as_str()));
    Fact { agent: actor.id.parse().ok(), ..fact }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m_6_what_is_counted_of_a_reveal_names_no_field_that_a_company_chose() {
        let word = |field| revealed(Role::Agent, &Actor::system(), field).word;
        assert_eq!(word("email"), "agent:email");
        assert_eq!(word("claims.phone"), "agent:phone");
        assert_eq!(word("attributes.name_of_the_dog"), "agent:attribute");
        assert_eq!(word("attributes.email"), "agent:attribute");
        assert_eq!(word("identifiers.idf_x"), "agent:identifier");
        assert_eq!(word("user_id"), "agent:other");
    }
}
