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

use countersign_types::time::{HOUR, MINUTE, SECOND};
use countersign_types::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::policy::{FAILURES, LOCK_SECS, LockRule};

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

impl Failures {
    /// After one more failed session. What fails within an override locks again at once.
    #[must_use]
    pub fn record(&self, by: UserId, now: Timestamp, rule: &LockRule) -> Self {
        let now = now.max(self.seen_at);
        let span = i64::from(rule.within_secs) * SECOND;
        // Kept as long as any policy counts: another topic's shorter span forgets nothing of this one's.
        let longest = i64::from(*LOCK_SECS.end()) * SECOND;
        let mut recent: Vec<_> =
            self.recent.iter().copied().filter(|(at, _)| now.since(*at) < longest).collect();
        recent.push((now, by));
        let spare = recent.len().saturating_sub(usize::from(*FAILURES.end()));
        recent.drain(..spare);
        let counted = recent.iter().filter(|(at, _)| now.since(*at) < span).count();
        let is_reached = counted >= usize::from(rule.failures.clamp(*FAILURES.start(), *FAILURES.end()));
        let was_allowed = self.allowed_until.is_some();
        let lock = now.plus(i64::from(rule.lock_secs) * SECOND);
        let locked_until =
            if is_reached || was_allowed { self.locked_until.max(Some(lock)) } else { self.locked_until };
        Self { recent, locked_until, allowed_until: None, seen_at: now }
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

    /// Failures that still count.
    pub fn count(&self, now: Timestamp, rule: &LockRule) -> usize {
        let now = now.max(self.seen_at);
        let span = i64::from(rule.within_secs) * SECOND;
        self.recent.iter().filter(|(at, _)| now.since(*at) < span).count()
    }

    /// Allows one more session within the hour. Another person than those who led the failed ones, with a reason, which
    /// goes on record.
    pub fn override_by(&self, by: UserId, reason: &str, now: Timestamp) -> Result<Self, OverrideRefused> {
        if !self.is_locked(now) {
            return Err(OverrideRefused::NotLocked);
        }
        if self.recent.iter().any(|(_, who)| *who == by) {
            return Err(OverrideRefused::SamePerson);
        }
        if !REASON_CHARS.contains(&reason.trim().chars().count()) {
            return Err(OverrideRefused::NoReason);
        }
        let now = now.max(self.seen_at);
        Ok(Self { allowed_until: Some(now.plus(OVERRIDE_SPAN)), seen_at: now, ..self.clone() })
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
