//! The pairs that the product would compare, of many records at once and in memory.
//!
//! The job asks its index for each key of one record; here the index is a sorted list. Keys and limits are the product's.

use std::hash::{DefaultHasher, Hasher};

use countersign_identity::unify::block::{CARRIERS_MAX, OTHERS_MAX, each_key};
use countersign_identity::unify::score::Prepared;

/// Pairs of places in the list, the lower one first.
pub(crate) fn pairs(records: &[Prepared]) -> Vec<(u32, u32)> {
    let mut index: Vec<(u64, u32)> = Vec::with_capacity(records.len() * 12);
    for (record, place) in records.iter().zip(0..) {
        each_key(record, |key| {
            let mut hasher = DefaultHasher::new();
            hasher.write(key.as_bytes());
            index.push((hasher.finish(), place));
        });
    }
    index.sort_unstable();
    index.dedup();
    let mut met: Vec<(u32, u32)> = Vec::with_capacity(records.len() * 8);
    for carriers in index.chunk_by(|a, b| a.0 == b.0).filter(|c| c.len() <= CARRIERS_MAX) {
        for (n, (_, a)) in carriers.iter().enumerate() {
            met.extend(carriers[n + 1..].iter().map(|(_, b)| (*a, *b)));
        }
    }
    met.sort_unstable();
    // How many keys each pair shares; those of the later record that share the most are compared, as by the job, which
    // meets it when the earlier ones are there.
    let mut counted: Vec<(u32, std::cmp::Reverse<u32>, u32)> = met
        .chunk_by(|a, b| a == b)
        .map(|same| (same[0].1, std::cmp::Reverse(same.len().try_into().unwrap_or(u32::MAX)), same[0].0))
        .collect();
    counted.sort_unstable();
    counted
        .chunk_by(|a, b| a.0 == b.0)
        .flat_map(|others| others.iter().take(OTHERS_MAX))
        .map(|(later, _, earlier)| (*earlier, *later))
        .collect()
}
