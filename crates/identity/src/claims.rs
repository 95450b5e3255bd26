//! What happens to a stored value when another one arrives: claims never overwrite what is proved.
//!
//! Attributes of an unsigned page, of a typed message or of an import are claims. They may fill an empty place and
//! follow one another, but beside a proved value they are only recorded (W-2, P-4). What makes two profiles one stands
//! in [`crate::unify`].

/// A value as it is stored or as it arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value {
    /// Was it proved: signed by the company's server, or given under AL3 evidence? Missing means no.
    pub is_proved: bool,
}

/// What to do with a value that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// Nothing: the stored value is the same and at least as well proved.
    Keep,
    /// Store it, with its own proof or lack of it.
    Overwrite,
    /// Keep the stored value; put the other on record as a claim that somebody may look at.
    RecordClaim,
}

/// Decides between a stored value and an incoming one. `is_same`: are the two equal once normalised?
///
/// ```
/// use countersign_identity::claims::{decide_update, Update, Value};
/// let (proved, claimed) = (Value { is_proved: true }, Value { is_proved: false });
/// assert_eq!(decide_update(Some(proved), claimed, false), Update::RecordClaim);
/// assert_eq!(decide_update(Some(claimed), proved, false), Update::Overwrite);
/// assert_eq!(decide_update(None, claimed, false), Update::Overwrite);
/// ```
pub const fn decide_update(current: Option<Value>, incoming: Value, is_same: bool) -> Update {
    match current {
        None => Update::Overwrite,
        Some(stored) => match (stored.is_proved, incoming.is_proved) {
            // The same value: only a proof that was missing is news.
            (false, true) => Update::Overwrite,
            _ if is_same => Update::Keep,
            (true, false) => Update::RecordClaim,
            (true, true) | (false, false) => Update::Overwrite,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROVED: Value = Value { is_proved: true };
    const CLAIMED: Value = Value { is_proved: false };

    #[test]
    fn w_2_a_claim_never_overwrites_what_is_proved() {
        assert_eq!(decide_update(Some(PROVED), CLAIMED, false), Update::RecordClaim);
        assert_eq!(decide_update(Some(PROVED), CLAIMED, true), Update::Keep);
    }

    #[test]
    fn a_proof_replaces_a_claim_even_of_the_same_value() {
        assert_eq!(decide_update(Some(CLAIMED), PROVED, true), Update::Overwrite);
        assert_eq!(decide_update(Some(CLAIMED), PROVED, false), Update::Overwrite);
    }
}
