//! Lengths of time by buckets that can be added up: below 32 seconds exact, then sixteen to each doubling, so that what is
//! said of a bucket is never further than 3.2 % from what was measured.

use countersign_types::time::SECOND;

/// The bucket of so many microseconds; what is below a second is 0 seconds.
pub(super) fn bucket_of(micros: i64) -> i64 {
    let secs = (micros / SECOND).max(0);
    if secs < 16 {
        return secs;
    }
    let exponent = i64::from(secs.ilog2());
    (exponent - 3) * 16 + ((secs >> (exponent - 4)) & 15)
}

/// The middle of a bucket, seconds.
pub(super) fn middle(bucket: i64) -> i64 {
    if bucket < 32 {
        return bucket.max(0);
    }
    let shift = (bucket / 16 - 1).min(58);
    let lowest = (16 + bucket % 16) << shift;
    lowest + (1 << shift) / 2
}

/// The smallest length within which so many percent lie, by the nearest rank; `None` of nothing. Buckets in their order.
pub(super) fn percentile(buckets: impl Iterator<Item = (i64, i64)> + Clone, percent: i64) -> Option<i64> {
    let all: i64 = buckets.clone().map(|(_, amount)| amount).sum();
    let rank = (all * percent + 99) / 100;
    let mut seen = 0;
    buckets
        .map(|(bucket, amount)| {
            seen += amount;
            (bucket, seen)
        })
        .find(|(_, seen)| all > 0 && *seen >= rank)
        .map(|(bucket, _)| middle(bucket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_says_what_was_measured_within_a_thirtieth() {
        let mut last = 0;
        for secs in (0..5_000).chain((5_000..200_000_000).step_by(9_973)) {
            let bucket = bucket_of(secs * SECOND);
            assert!(bucket >= last && bucket <= last + 60, "{secs}");
            last = bucket;
            let error = (middle(bucket) - secs).abs();
            assert!(error * 1_000 <= secs * 32, "{secs} became {}", middle(bucket));
            if secs < 32 {
                assert_eq!(middle(bucket), secs);
            }
        }
        assert_eq!(bucket_of(-5), 0);
        assert!(middle(bucket_of(i64::MAX)) > 0);
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_list() {
        let lengths = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
        let mut sorted = lengths;
        sorted.sort_unstable();
        let mut buckets = std::collections::BTreeMap::new();
        for secs in lengths {
            *buckets.entry(bucket_of(secs * SECOND)).or_insert(0) += 1;
        }
        let all = || buckets.iter().map(|(bucket, amount)| (*bucket, *amount));
        assert_eq!(percentile(all(), 50), Some(sorted[4]));
        assert_eq!(percentile(all(), 90), Some(sorted[8]));
        assert_eq!(percentile(all(), 100), Some(9));
        assert_eq!(percentile(std::iter::empty(), 50), None);
        assert_eq!(percentile([(7, 0)].into_iter(), 50), None);
    }
}
