//! No error raises a level; only live evidence does.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use countersign_identity::evidence::{Evidence, Method, assess, max_assurance};
use countersign_types::Assurance;
use proptest::prelude::*;

fn evidence() -> impl Strategy<Value = Evidence> {
    let time = -5i64..50;
    (
        prop::sample::select(Method::ALL.to_vec()),
        time.clone(),
        prop::option::of(time.clone()),
        prop::option::of(time),
    )
        .prop_map(|(method, recorded_at, expires_at, ended_at)| Evidence {
            method,
            recorded_at,
            expires_at,
            ended_at,
        })
}

fn evidences() -> impl Strategy<Value = Vec<Evidence>> {
    prop::collection::vec(evidence(), 0..8)
}

#[test]
fn every_method_gives_what_the_table_says() {
    let table = Method::ALL
        .iter()
        .map(|m| format!("{}: {}", m.as_str(), max_assurance(*m).as_str()))
        .collect::<Vec<_>>()
        .join("\n");
    insta::assert_snapshot!(table, @r"
    api_code: al3
    signed_widget_code: al3
    plain_widget_code: al1
    signed_session: al3
    oidc: al3
    call_back: al3
    policy: al2
    lookup_pin: al2
    caller_id: al1
    device: al1
    page_event: al1
    claimed: al1
    attested: al1
    agent_confirmed: al1
    import: al1
    ");
}

#[test]
fn every_method_reads_back() {
    for method in Method::ALL {
        assert_eq!(Method::parse(method.as_str()), Some(*method));
    }
}

#[test]
fn an_ended_evidence_counts_no_more_whenever_it_ended() {
    let live = Evidence { method: Method::ApiCode, recorded_at: 0, expires_at: None, ended_at: None };
    for ended_at in [i64::MIN, 0, i64::MAX] {
        assert_eq!(assess(&[Evidence { ended_at: Some(ended_at), ..live }], 5).level, Assurance::Al0);
    }
    assert_eq!(assess(&[Evidence { recorded_at: 6, ..live }], 5).level, Assurance::Al0, "not yet recorded");
}

proptest! {
    #[test]
    fn the_level_is_that_of_one_live_evidence(list in evidences(), now in -5i64..60) {
        let found = assess(&list, now);
        match found.decided_by {
            None => prop_assert_eq!(found.level, Assurance::Al0),
            Some(i) => {
                prop_assert!(list[i].is_live(now));
                prop_assert_eq!(found.level, max_assurance(list[i].method));
                prop_assert_eq!(found.expires_at, list[i].expires_at);
            }
        }
        for e in list.iter().filter(|e| e.is_live(now)) {
            prop_assert!(max_assurance(e.method) <= found.level);
        }
    }

    #[test]
    fn removing_evidence_never_raises_the_level(list in evidences(), at in 0usize..8, now in -5i64..60) {
        let level = assess(&list, now).level;
        let mut fewer = list;
        if at < fewer.len() {
            fewer.remove(at);
        }
        prop_assert!(assess(&fewer, now).level <= level);
    }

    #[test]
    fn ending_or_shortening_evidence_never_raises_the_level(
        list in evidences(), at in 0usize..8, end in prop::option::of(-5i64..60), now in -5i64..60,
    ) {
        let level = assess(&list, now).level;
        let mut weaker = list;
        if let Some(e) = weaker.get_mut(at) {
            match end {
                Some(end) => e.expires_at = Some(e.expires_at.map_or(end, |old| old.min(end))),
                None => e.ended_at = Some(now),
            }
        }
        prop_assert!(assess(&weaker, now).level <= level);
    }

    #[test]
    fn time_alone_never_raises_the_level(list in evidences(), now in 50i64..60, later in 0i64..60) {
        prop_assert!(assess(&list, now + later).level <= assess(&list, now).level);
    }

    #[test]
    fn the_level_holds_until_the_time_it_names(list in evidences(), now in 50i64..60) {
        let found = assess(&list, now);
        if let Some(expires_at) = found.expires_at {
            prop_assert_eq!(assess(&list, expires_at - 1).level, found.level);
        }
    }

    #[test]
    fn the_order_of_evidence_does_not_matter(mut list in evidences(), now in -5i64..60) {
        let found = assess(&list, now);
        list.reverse();
        let reversed = assess(&list, now);
        prop_assert_eq!((found.level, found.expires_at), (reversed.level, reversed.expires_at));
    }
}
