//! Failed sessions: what locks a customer, who opens the lock, and when somebody is told (V-2).
//!
//! Failures are counted for the customer, whoever was asking on whatever channel, so moving on to the next agent gains
//! nothing. A clock that steps back unlocks nothing.
//!
//! ```
//! use countersign_types::{Timestamp, UserId};
//! use countersign_verification::lock::{Failures, OverrideRefused};
//! use countersign_verification::policy::LockRule;
//!
//! let (rule, now) = (LockRule::default(), Timestamp::from_micros(1));
//! let (ann, bob) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
//! let mut failures = Failures::default();
//! for _ in 0..3 {
//!     assert!(!failures.is_locked(now));
//!     failures = failures.record(ann, now, &rule);
//! }
//! assert!(failures.is_locked(now));
//! // Another person, with a reason, allows one more session.
//! assert_eq!(failures.override_by(ann, "she is here with her passport", now), Err(OverrideRefused::SamePerson));
//! let opened = failures.override_by(bob, "she is here with her passport", now).unwrap();
//! assert!(!opened.is_locked(now) && opened.record(ann, now, &rule).is_locked(now));
//! ```

use std::collections::BTreeSet;

use countersign_types::time::{HOUR, MINUTE, SECOND};
use countersign_types::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::policy::{FAILURES, LOCK_SECS, LockRule};

/// People who took part in failed sessions that are kept: ten sessions of more than anybody shares.
const PARTIES_MAX: usize = 200;
/// Characters that the reason of an override needs, and may have.
pub const REASON_CHARS: std::ops::RangeInclusive<usize> = 10..=500;
/// For how long an override allows one more session.
pub const OVERRIDE_SPAN: i64 = HOUR;
/// Failures of one agent within an hour that are told.
pub const AGENT_FAILURES: u32 = 10;
/// How many times the team's share of failures is told.
pub const TEAM_TIMES: u64 = 3;
/// Failures of an agent, and sessions of the others, below which shares say nothing: two slips in a quiet hour are chance.
pub const SHARE_MIN: (u32, u32) = (5, 20);

/// The failures of one customer, kept with them. The default is a customer whom nobody failed to be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// When sessions failed and who led them, the last few, the oldest first.
    #[serde(default)]
    recent: Vec<(Timestamp, UserId)>,
    /// Until when nobody is verified as this customer.
    #[serde(default)]
    locked_until: Option<Timestamp>,
    /// Until when one more session is allowed all the same.
    #[serde(default)]
    allowed_until: Option<Timestamp>,
    /// The latest time seen.
    #[serde(default)]
    seen_at: Timestamp,
    /// Who else took a step in those sessions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parties: Vec<(Timestamp, UserId)>,
    /// The strictest rule by which one of them was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rule: Option<LockRule>,
}

/// Why a lock stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverrideRefused {
    /// There is none.
    #[error("the customer is not locked")]
    NotLocked,
    /// Whoever led one of the failed sessions does not open the lock.
    #[error("another person has to do this: you led one of the failed sessions")]
    SamePerson,
    /// No reason, or hardly one.
    #[error("the reason needs 10 to 500 characters")]
    NoReason,
}

/// What locks by either of two rules.
fn strictest(a: LockRule, b: LockRule) -> LockRule {
    LockRule {
        failures: a.failures.min(b.failures),
        within_secs: a.within_secs.max(b.within_secs),
        lock_secs: a.lock_secs.max(b.lock_secs),
    }
}

/// Until when failures lock by a rule, whatever was recorded of locks: the last moment at which there were enough of them
/// within its span, and the time of the lock from there. `recent` has the oldest first.
fn lock_of(recent: &[(Timestamp, UserId)], rule: LockRule) -> Option<Timestamp> {
    let span = i64::from(rule.within_secs) * SECOND;
    let enough = usize::from(rule.failures.clamp(*FAILURES.start(), *FAILURES.end()));
    let reached = recent.windows(enough).rev().find_map(|some| {
        let (first, last) = (some.first()?.0, some.last()?.0);
        (last.since(first) < span).then_some(last)
    })?;
    Some(reached.plus(i64::from(rule.lock_secs) * SECOND))
}

/// The last that any policy can count, the oldest first.
fn bounded(mut recent: Vec<(Timestamp, UserId)>) -> Vec<(Timestamp, UserId)> {
    recent.sort_unstable();
    let spare = recent.len().saturating_sub(usize::from(*FAILURES.end()));
    recent.drain(..spare);
    recent
}

/// Those who took part in the sessions that still count; of very many the last.
fn still_parties(
    mut parties: Vec<(Timestamp, UserId)>,
    recent: &[(Timestamp, UserId)],
) -> Vec<(Timestamp, UserId)> {
    let oldest = recent.first().map(|(at, _)| *at);
    parties.retain(|(at, _)| oldest.is_some_and(|oldest| *at >= oldest));
    parties.sort_unstable();
    parties.dedup();
    let spare = parties.len().saturating_sub(PARTIES_MAX);
    parties.drain(..spare);
    parties
}

impl Failures {
    /// The failures of two who became one customer: they add up, by the stricter of their rules, and lock if that is
    /// enough. A lock of either is one of both, and what was allowed once for one of two locks opens nothing.
    ///
    /// ```
    /// use countersign_types::{Timestamp, UserId};
    /// use countersign_verification::lock::Failures;
    /// use countersign_verification::policy::LockRule;
    ///
    /// let (rule, now, ann) = (LockRule::default(), Timestamp::from_micros(1), UserId::from_bytes([1; 16]));
    /// let one = Failures::default().record(ann, now, &rule);
    /// let two = one.record(ann, now, &rule);
    /// assert!(!one.is_locked(now) && !two.is_locked(now) && one.join(&two).is_locked(now));
    /// ```
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        let mut recent: Vec<_> = self.recent.iter().chain(&other.recent).copied().collect();
        recent.sort_unstable();
        let rule = match (self.rule, other.rule) {
            (Some(a), Some(b)) => Some(strictest(a, b)),
            (one, other) => one.or(other),
        };
        // Of one alone what was recorded holds: only what two bring together is counted anew.
        let is_added_up = !self.recent.is_empty() && !other.recent.is_empty();
        let by_both = if is_added_up { lock_of(&recent, rule.unwrap_or_default()) } else { None };
        let recent = bounded(recent);
        let parties = still_parties([self.parties.as_slice(), &other.parties].concat(), &recent);
        let allowed_until = match (self.allowed_until, other.allowed_until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (Some(until), None) if other.is_clear() => Some(until),
            (None, Some(until)) if self.is_clear() => Some(until),
            _ => None,
        };
        let locked_until = self.locked_until.max(other.locked_until).max(by_both);
        let seen_at = self.seen_at.max(other.seen_at);
        Self { recent, locked_until, allowed_until, seen_at, parties, rule }
    }

    /// Whether nobody failed to be them.
    fn is_clear(&self) -> bool {
        self.recent.is_empty() && self.locked_until.is_none()
    }

    /// As they are of somebody who stands alone again: what was allowed of several at once was not allowed of whom no lock
    /// holds.
    #[must_use]
    pub fn alone(&self) -> Self {
        let allowed_until = self.locked_until.and(self.allowed_until);
        Self { allowed_until, ..self.clone() }
    }

    /// After one more failed session. What fails within an override locks again at once.
    #[must_use]
    pub fn record(&self, by: UserId, now: Timestamp, rule: &LockRule) -> Self {
        self.record_among(self, by, now, rule)
    }

    /// [`Self::record`] where `all` are these failures joined with those of everybody who became the same customer: they
    /// count as well, and stay where they are.
    #[must_use]
    pub fn record_among(&self, all: &Self, by: UserId, now: Timestamp, rule: &LockRule) -> Self {
        let now = now.max(all.seen_at);
        let span = i64::from(rule.within_secs) * SECOND;
        // Kept as long as any policy counts: another topic's shorter span forgets nothing of this one's.
        let longest = i64::from(*LOCK_SECS.end()) * SECOND;
        let mut recent: Vec<_> =
            self.recent.iter().copied().filter(|(at, _)| now.since(*at) < longest).collect();
        recent.push((now, by));
        let recent = bounded(recent);
        let parties = still_parties(self.parties.clone(), &recent);
        let counted = all.recent.iter().filter(|(at, _)| now.since(*at) < span).count().saturating_add(1);
        let is_reached = counted >= usize::from(rule.failures.clamp(*FAILURES.start(), *FAILURES.end()));
        let was_allowed = all.allowed_until.is_some();
        let lock = now.plus(i64::from(rule.lock_secs) * SECOND);
        let locked_until =
            if is_reached || was_allowed { self.locked_until.max(Some(lock)) } else { self.locked_until };
        let rule = self.rule.map_or(*rule, |before| strictest(before, *rule));
        Self { recent, locked_until, allowed_until: None, seen_at: now, parties, rule: Some(rule) }
    }

    /// With everybody who took a step in the session that failed last: none of them is another person.
    #[must_use]
    pub fn with_parties(&self, parties: &BTreeSet<UserId>) -> Self {
        let Some((last, _)) = self.recent.last().copied() else { return self.clone() };
        let more = parties.iter().map(|party| (last, *party));
        let parties = still_parties(self.parties.iter().copied().chain(more).collect(), &self.recent);
        Self { parties, ..self.clone() }
    }

    /// After a session that was passed: an override is used up, failures stay where they are. Whoever passes once has not
    /// shown that the failures were theirs.
    #[must_use]
    pub fn passed(&self, now: Timestamp) -> Self {
        Self { allowed_until: None, seen_at: now.max(self.seen_at), ..self.clone() }
    }

    /// Whether nobody may be verified as this customer now.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        let now = now.max(self.seen_at);
        let is_within = |until: Option<Timestamp>| until.is_some_and(|until| now < until);
        is_within(self.locked_until) && !is_within(self.allowed_until)
    }

    /// Until when the lock lasts; `None` if there is none.
    pub fn locked_until(&self, now: Timestamp) -> Option<Timestamp> {
        if self.is_locked(now) { self.locked_until } else { None }
    }

    /// Until when the last lock lasts or lasted, whatever was allowed meanwhile: what lists of locks go by.
    pub const fn until(&self) -> Option<Timestamp> {
        self.locked_until
    }

    /// Failures that still count.
    pub fn count(&self, now: Timestamp, rule: &LockRule) -> usize {
        let now = now.max(self.seen_at);
        let span = i64::from(rule.within_secs) * SECOND;
        self.recent.iter().filter(|(at, _)| now.since(*at) < span).count()
    }

    /// Allows one more session within the hour. Another person than those who took part in the failed ones, with a reason, which
    /// goes on record.
    pub fn override_by(&self, by: UserId, reason: &str, now: Timestamp) -> Result<Self, OverrideRefused> {
        if !self.is_locked(now) {
            return Err(OverrideRefused::NotLocked);
        }
        if self.recent.iter().chain(&self.parties).any(|(_, who)| *who == by) {
            return Err(OverrideRefused::SamePerson);
        }
        if !REASON_CHARS.contains(&reason.trim().chars().count()) {
            return Err(OverrideRefused::NoReason);
        }
        let now = now.max(self.seen_at);
        Ok(Self { allowed_until: Some(now.plus(OVERRIDE_SPAN)), seen_at: now, ..self.clone() })
    }

    /// These failures, of one of those who became a customer, after a session was allowed of `all` of them.
    #[must_use]
    pub fn allowed_as(&self, all: &Self) -> Self {
        Self { allowed_until: all.allowed_until, seen_at: self.seen_at.max(all.seen_at), ..self.clone() }
    }
}

/// Sessions of the last hour, in slots of five minutes: of an agent, or of a team.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Slot, sessions, failures; the oldest first.
    #[serde(default)]
    slots: Vec<(i64, u32, u32)>,
}

const SLOT: i64 = 5 * MINUTE;
const SLOTS: i64 = HOUR / SLOT;

impl Tally {
    /// With one more session.
    #[must_use]
    pub fn record(&self, now: Timestamp, is_failed: bool) -> Self {
        let last = self.slots.last().map_or(i64::MIN, |(slot, ..)| *slot);
        // A clock that steps back counts into the last slot.
        let slot = now.as_micros().div_euclid(SLOT).max(last);
        let mut slots: Vec<_> = self.slots.iter().copied().filter(|(old, ..)| *old > slot - SLOTS).collect();
        match slots.last_mut() {
            Some((of, sessions, failed)) if *of == slot => {
                *sessions = sessions.saturating_add(1);
                *failed = failed.saturating_add(is_failed.into());
            }
            _ => slots.push((slot, 1, is_failed.into())),
        }
        Self { slots }
    }

    /// Sessions and failures of the hour until now.
    pub fn sums(&self, now: Timestamp) -> (u32, u32) {
        let oldest = now.as_micros().div_euclid(SLOT) - SLOTS;
        let recent = self.slots.iter().filter(|(slot, ..)| *slot > oldest);
        recent.fold((0, 0), |(all, bad), (_, sessions, failed)| {
            (all.saturating_add(*sessions), bad.saturating_add(*failed))
        })
    }
}

/// Why somebody is told of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// Ten failures within an hour.
    ManyFailures,
    /// Three times the share of the others.
    UnlikeTheTeam,
}

/// Whether an agent's failures are out of the ordinary. `team` counts everybody, the agent too.
///
/// ```
/// use countersign_types::Timestamp;
/// use countersign_verification::lock::{Alert, Tally, alert};
/// let now = Timestamp::from_micros(0);
/// let (mut agent, mut team) = (Tally::default(), Tally::default());
/// for n in 0..40 {
///     team = team.record(now, n % 20 == 0);
/// }
/// for n in 0..6 {
///     (agent, team) = (agent.record(now, n < 5), team.record(now, n < 5));
/// }
/// assert_eq!(alert(&agent, &team, now), Some(Alert::UnlikeTheTeam));
/// ```
pub fn alert(agent: &Tally, team: &Tally, now: Timestamp) -> Option<Alert> {
    let ((own, own_failed), (all, all_failed)) = (agent.sums(now), team.sums(now));
    if own_failed >= AGENT_FAILURES {
        return Some(Alert::ManyFailures);
    }
    let (others, others_failed) = (all.saturating_sub(own), all_failed.saturating_sub(own_failed));
    let (failed_min, others_min) = SHARE_MIN;
    if own_failed < failed_min || others < others_min {
        return None;
    }
    let (own, own_failed) = (u64::from(own), u64::from(own_failed));
    let (others, others_failed) = (u64::from(others), u64::from(others_failed));
    (own_failed * others >= TEAM_TIMES * others_failed * own).then_some(Alert::UnlikeTheTeam)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u8) -> UserId {
        UserId::from_bytes([n; 16])
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_micros(secs * SECOND)
    }

    #[test]
    fn v_2_three_failures_in_24_hours_lock_over_all_agents() {
        let rule = LockRule::default();
        let two = Failures::default().record(user(1), at(0), &rule).record(user(2), at(80_000), &rule);
        assert!(!two.is_locked(at(80_000)));
        let three = two.record(user(3), at(86_399), &rule);
        assert!(three.is_locked(at(86_399)) && three.is_locked(at(86_399 + 86_399)));
        assert!(!three.is_locked(at(86_399 + 86_400)));
        // A window that slides: the first has gone by when the third comes a day later.
        assert!(!two.record(user(3), at(86_400), &rule).is_locked(at(86_400)));
        assert!(
            two.record(user(3), at(86_400), &rule).record(user(1), at(90_000), &rule).is_locked(at(90_000))
        );
    }

    #[test]
    fn v_2_failures_of_two_who_became_one_add_up_within_a_day_and_by_the_stricter_rule() {
        let rule = LockRule::default();
        let two = Failures::default().record(user(1), at(0), &rule).record(user(2), at(10), &rule);
        let near = Failures::default().record(user(3), at(86_399), &rule);
        let far = Failures::default().record(user(3), at(86_400), &rule);
        assert_eq!(two.join(&near).locked_until(at(90_000)), Some(at(86_399 + 86_400)));
        assert!(!two.join(&far).is_locked(at(86_400)), "the first has gone by");
        // Whoever took a step in one of them is no other person either.
        let shared = two.with_parties(&[user(2), user(7)].into());
        let refused = shared.join(&near).override_by(user(7), "a good enough reason", at(86_400));
        assert_eq!(refused, Err(OverrideRefused::SamePerson));
        // One of the two was counted by a policy that locks at two.
        let strict = Failures::default().record(user(3), at(86_400), &LockRule { failures: 2, ..rule });
        assert!(two.join(&strict).is_locked(at(86_400)));
        // Whoever failed at either opens nothing, another person does, and what fails then locks again.
        let both = two.join(&near);
        for n in 1..=3 {
            let refused = both.override_by(user(n), "a good enough reason", at(86_400));
            assert_eq!(refused, Err(OverrideRefused::SamePerson));
        }
        let opened = both.override_by(user(9), "a good enough reason", at(86_400)).unwrap();
        let (two, near) = (two.allowed_as(&opened), near.allowed_as(&opened));
        let both = two.join(&near);
        assert!(!both.is_locked(at(86_400)));
        let two = two.record_among(&both, user(1), at(86_401), &rule);
        assert!(two.join(&near).is_locked(at(86_402)) && near.join(&two).is_locked(at(86_402)));
    }

    #[test]
    fn x_13_a_clock_that_steps_back_unlocks_nothing() {
        let rule = LockRule { failures: 1, ..LockRule::default() };
        let locked = Failures::default().record(user(1), at(1_000_000), &rule);
        assert!(locked.is_locked(at(0)) && locked.is_locked(at(1_000_001)));
        let again = locked.record(user(1), at(0), &rule);
        assert!(again.locked_until >= locked.locked_until);
    }

    #[test]
    fn v_2_an_override_needs_a_lock_another_person_and_a_reason_and_is_used_once() {
        let rule = LockRule::default();
        let fresh = Failures::default();
        assert_eq!(
            fresh.override_by(user(9), "a good enough reason", at(0)),
            Err(OverrideRefused::NotLocked)
        );
        let locked = (1..=3).fold(fresh, |f, n| f.record(user(n), at(0), &rule));
        for n in 1..=3 {
            let refused = locked.override_by(user(n), "a good enough reason", at(1));
            assert_eq!(refused, Err(OverrideRefused::SamePerson));
        }
        assert_eq!(locked.override_by(user(9), "   because   ", at(1)), Err(OverrideRefused::NoReason));
        let opened = locked.override_by(user(9), "a good enough reason", at(1)).unwrap();
        assert!(!opened.is_locked(at(3_600)));
        assert!(opened.is_locked(at(3_601)), "an hour later it is locked again");
        assert!(opened.record(user(1), at(2), &rule).is_locked(at(3)), "one session, not three");
        assert!(opened.passed(at(2)).is_locked(at(3)), "a pass uses it up");
    }

    #[test]
    fn what_is_kept_of_a_customer_is_bounded() {
        let rule = LockRule { failures: 10, ..LockRule::default() };
        let many = (0..1_000).fold(Failures::default(), |f, n| f.record(user(1), at(n), &rule));
        assert!(many.recent.len() <= 10 && many.is_locked(at(1_000)));
        let tally = (0..100_000).fold(Tally::default(), |tally, n| tally.record(at(n), true));
        assert!(tally.slots.len() <= 12 && tally.sums(at(100_000)).0 <= 3_600);
        assert_eq!(tally.sums(at(200_000)), (0, 0));
    }

    #[test]
    fn v_2_ten_failures_an_hour_are_told_and_an_ordinary_hour_is_not() {
        let (mut agent, mut team) = (Tally::default(), Tally::default());
        for n in 0..200 {
            team = team.record(at(n * 10), n % 10 == 0);
        }
        for n in 0..30 {
            assert_eq!(alert(&agent, &team, at(2_000)), None, "after {n}");
            (agent, team) = (agent.record(at(2_000), n % 10 == 0), team.record(at(2_000), n % 10 == 0));
        }
        for _ in 0..7 {
            (agent, team) = (agent.record(at(2_000), true), team.record(at(2_000), true));
        }
        assert_eq!(alert(&agent, &team, at(2_000)), Some(Alert::ManyFailures));
        assert_eq!(alert(&agent, &team, at(2_000 + 3_900)), None);
    }
}
