//! P-1 and P-2, line by line: what must never become one by itself.

use countersign_identity::identifier::{IdentifierKind, normalise_email, normalise_phone};
use countersign_identity::unify::decide::{
    Decision, Ground, Never, Shared, Standing, Strength, decide, is_common,
};
use countersign_types::Assurance;
use countersign_types::merge::Unification;
use countersign_types::profile::{ProfileKind, ProfileState, Source};
use proptest::prelude::*;

const ON: Unification = Unification { email: true, phone: true };

fn standing(assurance: Assurance) -> Standing<'static> {
    Standing {
        assurance,
        kind: ProfileKind::Person,
        state: ProfileState::Active,
        external_id: None,
        sources: 1,
        accounts: 1,
    }
}

fn email(on_a: Strength, on_b: Strength) -> Shared {
    Shared { kind: IdentifierKind::Email, on_a, on_b, carriers: 2, is_common: false }
}

#[test]
fn p_1_pre_hijack_what_was_claimed_before_the_owner_came_joins_nobody() {
    let (owner, hijacker) = (standing(Assurance::Al3), standing(Assurance::Al0));
    let planted = email(Strength::Proved, Strength::Claimed);
    assert_eq!(decide(&owner, &hijacker, &[planted], ON), Decision::Suggest);
    let authenticated_hijacker = standing(Assurance::Al3);
    assert_eq!(decide(&owner, &authenticated_hijacker, &[planted], ON), Decision::Suggest);
}

#[test]
fn p_1_a_missing_or_unknown_flag_is_no_proof() {
    for (is_proved, source) in
        [(false, "api"), (true, ""), (true, "\"false\""), (true, "agent"), (true, "rule")]
    {
        assert_eq!(Strength::of(is_proved, source), Strength::Claimed, "{source}");
    }
    let al3 = standing(Assurance::Al3);
    let unknown = email(Strength::Proved, Strength::default());
    assert_eq!(decide(&al3, &al3, &[unknown], ON), Decision::Suggest);
    for source in Source::ALL {
        let strength = Strength::of(true, source.as_str());
        assert_eq!(strength == Strength::Proved, source.is_matching(), "{source:?}");
    }
}

#[test]
fn p_1_a_provider_joins_nobody_to_somebody_authenticated_and_only_where_it_is_on() {
    let attested = email(Strength::Attested, Strength::Attested);
    let (al0, al3) = (standing(Assurance::Al0), standing(Assurance::Al3));
    let off = Unification { email: false, phone: true };
    assert_eq!(
        decide(&al0, &al0, &[attested], ON),
        Decision::Automatic(Ground::Attested(IdentifierKind::Email))
    );
    assert_eq!(decide(&al0, &al0, &[attested], off), Decision::Suggest);
    assert_eq!(decide(&al0, &al3, &[attested], ON), Decision::Suggest);
    assert_eq!(decide(&al3, &al3, &[attested], ON), Decision::Suggest);
    let half = email(Strength::Proved, Strength::Attested);
    assert_eq!(decide(&al0, &al0, &[half], ON), Decision::Suggest);
}

#[test]
fn p_1_plus_addresses_look_alikes_and_variants_are_other_identifiers() {
    let key = |text: &str| normalise_email(text).map(|n| n.key);
    assert_ne!(key("ann+shop@example.org"), key("ann@example.org"));
    assert_ne!(key("a.nn@example.org"), key("ann@example.org"));
    assert_ne!(key("аnn@example.org"), key("ann@example.org"), "a Cyrillic a");
    assert_ne!(key("ann@exаmple.org"), key("ann@example.org"), "in the domain, too");
    assert_eq!(key("ANN@EXAMPLE.ORG"), key("ann@example.org"), "case is no difference");
    let phone = |text: &str| normalise_phone(text, None).unwrap().key;
    assert_ne!(phone("+55 31 98888-8888"), phone("+55 31 3333-3333"));
    assert!(normalise_phone("030 901820", None).is_err(), "without a country it is nobody's");
}

#[test]
fn p_2_what_many_share_joins_nobody() {
    let al3 = standing(Assurance::Al3);
    let proved = email(Strength::Proved, Strength::Proved);
    let decided = |shared| decide(&al3, &al3, &[shared], ON);
    assert_eq!(decided(Shared { carriers: 4, ..proved }), Decision::Never(Never::NothingShared));
    assert_eq!(decided(Shared { is_common: true, ..proved }), Decision::Never(Never::NothingShared));
    assert!(matches!(decided(Shared { carriers: 3, ..proved }), Decision::Automatic(_)));
    for common in ["info@shop.example", "no-reply@shop.example", "support+7@shop.example", "a@b.example"] {
        assert!(is_common(IdentifierKind::Email, common), "{common}");
    }
    for common in ["+49000000000", "+4912345678", "+15559999999", "+49987654"] {
        assert!(is_common(IdentifierKind::Phone, common), "{common}");
    }
    assert!(!is_common(IdentifierKind::Phone, "+4930901820"));
}

#[test]
fn a_differing_external_id_keeps_two_apart_and_so_do_kinds_and_numbers() {
    let proved = [email(Strength::Proved, Strength::Proved)];
    let a = Standing { external_id: Some("1"), ..standing(Assurance::Al3) };
    let never = |b: Standing<'_>| decide(&a, &b, &proved, ON);
    assert_eq!(never(Standing { external_id: Some("2"), ..a }), Decision::Never(Never::ExternalIds));
    assert_eq!(never(Standing { kind: ProfileKind::Organisation, ..a }), Decision::Never(Never::Kinds));
    assert_eq!(never(Standing { sources: 25, ..a }), Decision::Never(Never::TooManySources));
    assert_eq!(never(Standing { state: ProfileState::Blocked, ..a }), Decision::Suggest);
    assert!(matches!(never(Standing { external_id: None, ..a }), Decision::Automatic(_)));
}

fn any_strength() -> impl Strategy<Value = Strength> {
    prop_oneof![Just(Strength::Claimed), Just(Strength::Attested), Just(Strength::Proved)]
}

fn any_shared() -> impl Strategy<Value = Shared> {
    (any::<bool>(), any_strength(), any_strength(), 1..6usize, any::<bool>()).prop_map(
        |(is_email, on_a, on_b, carriers, is_common)| Shared {
            kind: if is_email { IdentifierKind::Email } else { IdentifierKind::Phone },
            on_a,
            on_b,
            carriers,
            is_common,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn p_1_nothing_is_automatic_without_proof_on_both_sides(
        a in 0..4i64, b in 0..4i64, email in any::<bool>(), phone in any::<bool>(),
        shared in prop::collection::vec(any_shared(), 0..4),
    ) {
        let (a, b) = (standing(Assurance::from_i64(a)), standing(Assurance::from_i64(b)));
        let setting = Unification { email, phone };
        let decided = decide(&a, &b, &shared, setting);
        let turned: Vec<Shared> = shared.iter().map(|s| Shared { on_a: s.on_b, on_b: s.on_a, ..*s }).collect();
        prop_assert_eq!(decided, decide(&b, &a, &turned, setting), "order does not matter");
        let holds = |kind, strength| shared.iter().any(|s| {
            s.kind == kind && s.on_a == strength && s.on_b == strength && s.carriers <= 3 && !s.is_common
        });
        match decided {
            Decision::Automatic(Ground::Proved(kind)) => {
                prop_assert!(holds(kind, Strength::Proved));
                prop_assert_eq!((a.assurance, b.assurance), (Assurance::Al3, Assurance::Al3));
            }
            Decision::Automatic(Ground::Attested(kind)) => {
                prop_assert!(holds(kind, Strength::Attested));
                prop_assert!(a.assurance < Assurance::Al3 && b.assurance < Assurance::Al3);
                let is_on = if kind == IdentifierKind::Email { email } else { phone };
                prop_assert!(is_on);
            }
            Decision::Suggest | Decision::Never(_) => {}
        }
    }
}
