//! Whom the history of a device suggests: candidates for an agent, never a link.

use countersign_types::Timestamp;
use countersign_types::time::DAY;

/// An identity that was seen on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Who.
    pub identity: i64,
    /// Good tokens proved it.
    pub is_signed: bool,
    /// In how many sessions.
    pub sessions: i64,
    /// When last.
    pub last_at: Timestamp,
}

/// All candidates together stay below this: somebody else may always have sat down.
pub const TOGETHER_MAX: f64 = 0.95;
/// After how many days without a session the weight of an identity has halved.
pub const HALF_LIFE_DAYS: f64 = 14.0;
/// What stands for "somebody who was never seen here", in sessions of today.
pub const SOMEBODY_ELSE: f64 = 0.5;
/// Of more sessions no more is learned.
pub const SESSIONS_MAX: i64 = 20;
/// What a session without a token weighs.
pub const UNSIGNED_WEIGHT: f64 = 0.25;
/// Sessions without a token count up to here: anybody can post them with the public key of a site (T-1).
pub const UNSIGNED_MAX: i64 = 4;
/// A candidate below this is none.
pub const CONFIDENCE_MIN: f64 = 0.05;
/// How many candidates are named.
pub const CANDIDATES_MAX: usize = 5;

/// The candidates and how sure each is, best first; together below [`TOGETHER_MAX`].
///
/// The weight of an identity is its sessions on the device, halved for every [`HALF_LIFE_DAYS`] since the last one; its
/// confidence is its share of all weights and of [`SOMEBODY_ELSE`]. So on a device of one person, in sessions with a
/// token:
///
/// | sessions | last | confidence |
/// |---|---|---|
/// | 1 | today | 0.63 |
/// | 5 | today | 0.86 |
/// | 20 | today | 0.93 |
/// | 20 | 4 weeks ago | 0.86 |
/// | 1 | 4 weeks ago | 0.32 |
/// | 20 | 4 months ago | 0.09 |
///
/// and two people who share a device evenly get less than a half each. The numbers are a judgement, set so that one
/// session never reads like a habit and that no history reads like a sign-in; they are not fitted to anybody's data.
///
/// ```
/// use countersign_types::Timestamp;
/// use countersign_visits::assume::{Seen, assume};
/// let now = Timestamp::from_micros(1_764_000_000_000_000);
/// let seen = |identity| Seen { identity, is_signed: true, sessions: 5, last_at: now };
/// let one = assume(&[seen(1)], now);
/// assert!(one[0].1 > 0.8 && one[0].1 < 0.95);
/// let two = assume(&[seen(1), seen(2)], now);
/// assert!(two.iter().all(|(_, confidence)| *confidence < 0.5));
/// ```
pub fn assume(seen: &[Seen], now: Timestamp) -> Vec<(i64, f64)> {
    let mut weights: Vec<(i64, f64)> = Vec::with_capacity(seen.len());
    for one in seen {
        let weight = weight(one, now);
        match weights.iter_mut().find(|(identity, _)| *identity == one.identity) {
            Some((_, sum)) => *sum += weight,
            None => weights.push((one.identity, weight)),
        }
    }
    let all = SOMEBODY_ELSE + weights.iter().map(|(_, weight)| weight).sum::<f64>();
    let mut candidates: Vec<(i64, f64)> = weights
        .into_iter()
        .map(|(identity, weight)| (identity, TOGETHER_MAX * weight / all))
        .filter(|(_, confidence)| *confidence >= CONFIDENCE_MIN)
        .collect();
    candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    candidates.truncate(CANDIDATES_MAX);
    candidates
}

fn weight(seen: &Seen, now: Timestamp) -> f64 {
    let (most, each) = if seen.is_signed { (SESSIONS_MAX, 1.0) } else { (UNSIGNED_MAX, UNSIGNED_WEIGHT) };
    let days = now.since(seen.last_at).max(0) as f64 / DAY as f64;
    seen.sessions.clamp(0, most) as f64 * each * (-days / HALF_LIFE_DAYS).exp2()
}

#[cfg(test)]
mod tests {
    use countersign_types::Timestamp;
    use countersign_types::time::DAY;
    use proptest::prelude::*;

    use super::{CANDIDATES_MAX, CONFIDENCE_MIN, Seen, TOGETHER_MAX, assume};

    fn now() -> Timestamp {
        Timestamp::from_micros(1_764_000_000_000_000)
    }

    fn seen(identity: i64, is_signed: bool, sessions: i64, days: i64) -> Seen {
        Seen { identity, is_signed, sessions, last_at: now().plus(-days * DAY) }
    }

    #[test]
    fn the_table_in_the_documentation_is_true() {
        let rows =
            [(1, 0, 0.63), (5, 0, 0.86), (20, 0, 0.93), (20, 28, 0.86), (1, 28, 0.32), (20, 120, 0.09)];
        for (sessions, days, expected) in rows {
            let confidence = assume(&[seen(1, true, sessions, days)], now())[0].1;
            assert!(
                (confidence - expected).abs() < 0.005,
                "{sessions} sessions {days} days ago: {confidence}"
            );
        }
    }

    #[test]
    fn t_3_a_shared_device_is_split_and_the_newer_habit_leads() {
        let shared = assume(&[seen(1, true, 6, 30), seen(2, true, 6, 0)], now());
        assert_eq!(shared.iter().map(|(identity, _)| *identity).collect::<Vec<_>>(), [2, 1]);
        assert!(shared[0].1 > 0.6 && shared[1].1 < 0.3, "{shared:?}");
        let even = assume(&[seen(2, true, 6, 1), seen(1, true, 6, 1)], now());
        assert!(even[0].0 == 1 && even[0].1 < 0.5, "of equals the one known longer: {even:?}");
    }

    #[test]
    fn t_1_sessions_without_a_token_cannot_be_piled_up() {
        let claimed = assume(&[seen(1, false, 1_000_000, 0), seen(2, true, 3, 0)], now());
        assert_eq!(claimed[0].0, 2);
        assert!(claimed[1].1 < 0.25, "{claimed:?}");
    }

    #[test]
    fn what_is_long_ago_is_forgotten_and_a_future_counts_as_now() {
        assert_eq!(assume(&[seen(1, true, 20, 365)], now()), []);
        assert_eq!(assume(&[], now()), []);
        assert_eq!(assume(&[seen(1, true, 3, -10)], now()), assume(&[seen(1, true, 3, 0)], now()));
        let twice = assume(&[seen(1, true, 2, 0), seen(1, false, 4, 0)], now());
        assert_eq!(twice, assume(&[seen(1, true, 3, 0)], now()), "rows of one identity add up");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn candidates_are_in_order_and_together_never_certain(
            rows in prop::collection::vec((1..9_i64, any::<bool>(), any::<i64>(), any::<i64>()), 0..12)
        ) {
            let rows: Vec<Seen> = rows
                .into_iter()
                .map(|(identity, is_signed, sessions, at)| {
                    Seen { identity, is_signed, sessions, last_at: Timestamp::from_micros(at) }
                })
                .collect();
            let candidates = assume(&rows, now());
            prop_assert!(candidates.len() <= CANDIDATES_MAX);
            prop_assert!(candidates.iter().map(|(_, confidence)| confidence).sum::<f64>() < TOGETHER_MAX);
            prop_assert!(candidates.iter().all(|(_, confidence)| *confidence >= CONFIDENCE_MIN));
            prop_assert!(candidates.windows(2).all(|pair| pair[0].1 >= pair[1].1 && pair[0].0 != pair[1].0));
        }
    }
}
