//! What happens to a stored value when another one arrives: claims never overwrite what is proved.
//!
//! Attributes of an unsigned page, of a typed message or of an import are claims. They may fill an empty place and
//! follow one another, but beside a proved value they are only recorded (W-2, P-4), and they never make two
//! profiles one (P-1).

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

/// What two profiles that share an identifier may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// One profile, at once; still undoable.
    Merge,
    /// A suggestion for a person to look at.
    Suggest,
}

/// One side of a shared identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// Is the identifier proved there at AL3?
    pub is_proved: bool,
    /// Does the channel's provider attest it there?
    pub is_attested: bool,
    /// Has the profile any AL3 evidence at all?
    pub is_authenticated: bool,
}

/// May two profiles with the same identifier, of the same kind, become one without a person (P-1)? Yes when it is
/// proved at AL3 on both sides; or, where the company turned unification on, when the provider attests it
/// on both sides and neither profile is authenticated. Everything else is a suggestion.
///
/// ```
/// use countersign_identity::claims::{decide_join, Join, Side};
/// let proved = Side { is_proved: true, is_attested: false, is_authenticated: true };
/// let claimed = Side { is_proved: false, is_attested: false, is_authenticated: false };
/// assert_eq!(decide_join(proved, proved, false), Join::Merge);
/// assert_eq!(decide_join(proved, claimed, true), Join::Suggest);
/// ```
pub const fn decide_join(a: Side, b: Side, is_unifying: bool) -> Join {
    let both_proved = a.is_proved && b.is_proved;
    let both_attested = a.is_attested && b.is_attested && !a.is_authenticated && !b.is_authenticated;
    if both_proved || is_unifying && both_attested { Join::Merge } else { Join::Suggest }
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

    #[test]
    fn p_1_only_two_equally_strong_sides_join() {
        let bools = [false, true];
        for bits in 0..128u32 {
            let bit = |i: u32| bools[(bits >> i & 1) as usize];
            let side =
                |o: u32| Side { is_proved: bit(o), is_attested: bit(o + 1), is_authenticated: bit(o + 2) };
            let (a, b, unify) = (side(0), side(3), bit(6));
            let joined = decide_join(a, b, unify);
            assert_eq!(joined, decide_join(b, a, unify), "order does not matter");
            if joined == Join::Merge && !(a.is_proved && b.is_proved) {
                assert!(
                    unify && a.is_attested && b.is_attested && !a.is_authenticated && !b.is_authenticated
                );
            }
        }
    }
}
