//! Which questions are asked: all that are required, and of the others those the server draws.
//!
//! Nobody picks a question, and coming back does not change it: the draw follows from bytes that the caller makes of a key,
//! the customer and the day. A drawn question is one that the customer has an answer to.

use sha2::{Digest, Sha256};

use crate::policy::{Party, Question};

/// What the draw follows from. Whoever serves makes it with a key, so that nobody can foresee it, of the customer and the
/// day, so that beginning again gives the same questions.
pub type Seed = [u8; 32];

/// The questions to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// All required ones, in the policy's order.
    pub required: Vec<&'a Question>,
    /// The additional ones drawn, in the order of the draw.
    pub additional: Vec<&'a Question>,
    /// What else might be drawn, if a source is down.
    pub spare: Vec<&'a Question>,
}

/// A customer without enough data for the policy, and the fields that are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooLittle {
    /// Required fields without an answer; and, if too few additional ones have one, all of those without.
    pub missing: Vec<String>,
}

/// Chooses the questions. `can_be_asked` says whether the customer has an answer that can be compared.
///
/// ```
/// use countersign_verification::choose::choose;
/// use countersign_verification::policy::default_policy;
///
/// let party = default_policy().customer;
/// let chosen = choose(&party, &[7; 32], |_| true).unwrap();
/// assert_eq!((chosen.required.len(), chosen.additional.len()), (2, 1));
/// assert_eq!(choose(&party, &[7; 32], |_| true).unwrap(), chosen, "asking again changes nothing");
///
/// let missing = choose(&party, &[7; 32], |question| question.field != "birth_date").unwrap_err().missing;
/// assert_eq!(missing, ["birth_date"]);
/// ```
pub fn choose<'a>(
    party: &'a Party,
    seed: &Seed,
    can_be_asked: impl Fn(&Question) -> bool,
) -> Result<Chosen<'a>, TooLittle> {
    let (pool, without): (Vec<&Question>, Vec<&Question>) =
        party.additional.iter().partition(|question| can_be_asked(question));
    let mut missing: Vec<String> = party
        .required
        .iter()
        .filter(|question| !can_be_asked(question))
        .map(|question| question.field.clone())
        .collect();
    if pool.len() < party.asked() {
        missing.extend(without.iter().map(|question| question.field.clone()));
    }
    if !missing.is_empty() || pool.len() < party.asked() {
        return Err(TooLittle { missing });
    }
    let mut drawn: Vec<(Vec<u8>, &Question)> =
        pool.into_iter().map(|question| (lot(seed, question), question)).collect();
    drawn.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut additional: Vec<&Question> = drawn.into_iter().map(|(_, question)| question).collect();
    let spare = additional.split_off(party.asked());
    Ok(Chosen { required: party.required.iter().collect(), additional, spare })
}

/// The lot of a question: as good as random to whoever does not know the seed, and its own for each field.
fn lot(seed: &Seed, question: &Question) -> Vec<u8> {
    Sha256::new().chain_update(seed).chain_update(question.field.as_bytes()).finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Answer, Judge, default_policy};

    fn party() -> Party {
        let question = |n: u8| Question {
            field: format!("field_{n}"),
            answer: Answer::Text,
            label: None,
            judge: Judge::Server,
            look_up: None,
            // The later, the easier.
            bits: 30 - n,
            slips: 0,
        };
        Party {
            additional: (0..6).map(question).collect(),
            additional_minimum: 2,
            additional_asked: Some(3),
            ..default_policy().customer
        }
    }

    #[test]
    fn v_4_every_question_of_the_pool_is_drawn_about_as_often() {
        let party = party();
        let mut counts = [0usize; 6];
        for n in 0..6_000u16 {
            let mut seed = [0; 32];
            seed[..2].copy_from_slice(&n.to_le_bytes());
            for question in choose(&party, &seed, |_| true).unwrap().additional {
                counts[usize::from(question.field.as_bytes()[6] - b'0')] += 1;
            }
        }
        // 3,000 each, with a deviation of 39; no easier one comes more often than another.
        assert!(counts.iter().all(|count| (2_800..3_200).contains(count)), "{counts:?}");
    }

    #[test]
    fn only_what_the_customer_has_an_answer_to_is_drawn() {
        let party = party();
        for n in 0..200u8 {
            let chosen = choose(&party, &[n; 32], |question| question.field != "field_5").unwrap();
            let all: Vec<_> =
                chosen.additional.iter().chain(&chosen.spare).map(|question| &question.field).collect();
            assert!(all.len() == 5 && !all.contains(&&"field_5".to_owned()));
        }
    }

    #[test]
    fn a_customer_with_too_little_data_is_said_at_once_with_what_is_missing() {
        let party = party();
        let has = |question: &Question| matches!(question.field.as_str(), "name" | "field_0" | "field_1");
        let missing = choose(&party, &[0; 32], has).unwrap_err().missing;
        assert_eq!(missing, ["birth_date", "field_2", "field_3", "field_4", "field_5"]);
    }
}
