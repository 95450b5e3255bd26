//! Answers that are good for a while, in memory alone: by a keyed hash of the whole question, bounded, never on disk.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use countersign_ivr::look_up::LookUpOutcome;
use countersign_types::{Timestamp, time};

/// Answers that are kept at most.
const ANSWERS_MAX: usize = 1_000;
/// Biggest answer that is kept, bytes of JSON.
const ANSWER_BYTES_MAX: usize = 16 * 1_024;

/// What was answered, by question.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<HashMap<[u8; 32], (Timestamp, LookUpOutcome)>>);

impl Answers {
    /// An answer that is still good.
    pub(super) fn find(&self, question: &[u8; 32], now: Timestamp) -> Option<LookUpOutcome> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(question).filter(|(until, _)| now < *until).map(|(_, outcome)| outcome.clone())
    }

    /// Keeps an answer. What is unavailable is no answer.
    pub(super) fn keep(&self, question: [u8; 32], outcome: &LookUpOutcome, secs: u32, now: Timestamp) {
        let is_good = match outcome {
            LookUpOutcome::Found { value } => value.to_string().len() <= ANSWER_BYTES_MAX,
            LookUpOutcome::NotFound => true,
            LookUpOutcome::Unavailable { .. } => false,
        };
        if secs == 0 || !is_good {
            return;
        }
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= ANSWERS_MAX {
            answers.retain(|_, (until, _)| now < *until);
        }
        if answers.len() >= ANSWERS_MAX
            && let Some(first) = answers.iter().min_by_key(|(_, (until, _))| *until).map(|(key, _)| *key)
        {
            answers.remove(&first);
        }
        answers.insert(question, (now.plus(i64::from(secs) * time::SECOND), outcome.clone()));
    }
}

#[cfg(test)]
mod tests {
    use countersign_ivr::look_up::Why;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_good_for_its_time_and_memory_is_bounded() {
        let answers = Answers::default();
        let at = |secs: i64| Timestamp::from_micros(secs * time::SECOND);
        let found = LookUpOutcome::Found { value: json!({"a": 1}) };
        answers.keep([1; 32], &found, 60, at(0));
        assert_eq!(answers.find(&[1; 32], at(59)), Some(found.clone()));
        assert_eq!(answers.find(&[1; 32], at(60)), None);
        assert_eq!(answers.find(&[2; 32], at(0)), None);
        answers.keep([3; 32], &LookUpOutcome::Unavailable { why: Why::Status }, 60, at(0));
        answers.keep([4; 32], &LookUpOutcome::Found { value: json!("x".repeat(20_000)) }, 60, at(0));
        answers.keep([5; 32], &LookUpOutcome::NotFound, 0, at(0));
        for nothing in [3, 4, 5] {
            assert_eq!(answers.find(&[nothing; 32], at(1)), None, "{nothing}");
        }
        for n in 0..3_000_u32 {
            let mut question = [9; 32];
            question[..4].copy_from_slice(&n.to_be_bytes());
            answers.keep(question, &LookUpOutcome::NotFound, 60 + n, at(0));
        }
        assert!(answers.0.lock().unwrap().len() <= ANSWERS_MAX);
    }
}
