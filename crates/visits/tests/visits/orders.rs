//! T-3 and T-6: events in any order come to the same; nobody gets another person's pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;

use countersign_types::Timestamp;
use countersign_types::time::MINUTE;
use countersign_visits::{EventType, Fact, History, Key, Standing, State};
use proptest::prelude::*;

const START: i64 = 1_764_000_000_000_000;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_micros(START + minute * MINUTE)
}

fn key(n: u64) -> Key {
    Key::of(&n.to_string(), "event")
}

/// Few identities, few pages, times that collide and times apart by more than a visit lasts.
fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let one = (
        prop_oneof![4 => 0..6_i64, 2 => 0..90_i64, 1 => 0..1_000_i64],
        0..EventType::ALL.len(),
        0..5_u64,
        prop::option::of(1..4_i64),
        any::<bool>(),
        any::<bool>(),
    );
    prop::collection::vec(one, 1..24).prop_map(|all| {
        let each = all.into_iter().enumerate();
        each.map(|(n, (minute, kind, page, identity, is_signed, is_leaving))| {
            let kind = EventType::ALL[kind];
            let is_of_page = matches!(kind, EventType::PageEntered | EventType::PageExited);
            // Business events name somebody only now and then, as foreign clients do.
            let names = matches!(kind, EventType::SignIn | EventType::UserInfo) || page == 0;
            Fact {
                at: at(minute),
                key: key(n as u64),
                kind,
                page: (is_of_page && page < 4).then(|| Key::of(&page.to_string(), "page")),
                identity: identity.filter(|_| names),
                is_signed,
                is_leaving,
                active_ms: None,
                row: n as i64,
            }
        })
        .collect()
    })
}

/// Arrivals: any order, some of them twice.
fn arrivals() -> impl Strategy<Value = (Vec<Fact>, Vec<Fact>)> {
    facts().prop_flat_map(|facts| {
        let mut twice = facts.clone();
        twice.extend(facts.iter().step_by(3).copied());
        (Just(facts), Just(twice).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn t_6_events_in_any_order_and_repeated_end_in_the_same_state((facts, arrivals) in arrivals()) {
        let mut known: Vec<Fact> = Vec::new();
        let mut standing: Option<Standing> = None;
        for fact in &arrivals {
            known.push(*fact);
            let is_taken = match &mut standing {
                None => { standing = Some(Standing::begin(fact)); true }
                Some(standing) => standing.take(fact),
            };
            if !is_taken {
                standing = Standing::of(&mut known.clone());
            }
            // At every moment, not only in the end.
            prop_assert_eq!(&standing, &Standing::of(&mut known.clone()));
        }
        prop_assert_eq!(standing, Standing::of(&mut facts.clone()));
        prop_assert_eq!(
            History::of(&mut arrivals.clone(), None),
            History::of(&mut facts.clone(), None)
        );
    }

    #[test]
    fn t_6_what_is_kept_reads_back_and_goes_on((facts, arrivals) in arrivals()) {
        let mut kept = Standing::begin(&arrivals[0]);
        for fact in &arrivals {
            kept.take(fact);
            let text = serde_json::to_string(&kept).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Standing>(&text).unwrap(), &kept);
        }
        prop_assert!(facts.len() <= arrivals.len());
    }

    #[test]
    fn t_3_nobody_gets_pages_of_another((mut facts, _) in arrivals()) {
        let history = History::of(&mut facts, None);
        let reference = owners(&facts);
        for page in &history.pages {
            let place = facts.iter().find(|fact| fact.row == page.row).map(|fact| (fact.at, fact.key)).unwrap();
            // Pages are asked for by the place of their PageEntered: see the next test.
            let may = &reference[&place];
            if let Some(owner) = history.owner(place.0, place.1) {
                prop_assert!(may.contains(&owner), "{owner} got a page of {may:?}");
            }
        }
    }

    #[test]
    fn t_3_a_page_is_whose_the_moment_of_its_entering_is((mut facts, _) in arrivals(), end in 0..2_000_i64) {
        let history = History::of(&mut facts, Some(at(end)));
        for page in &history.pages {
            let entered = facts.iter().find(|fact| fact.row == page.row).unwrap();
            prop_assert_eq!(page.identity, history.owner(entered.at, entered.key));
            prop_assert!(page.exited_at.is_some_and(|exited| exited >= page.entered_at));
            if let Some(session) = history.sessions.iter().find(|session| Some(session.row) == page.session_row) {
                prop_assert_eq!(page.identity, Some(session.identity));
                prop_assert!(session.started_at <= page.entered_at);
            }
        }
        for pair in history.sessions.windows(2) {
            prop_assert!(pair[0].ended_at.is_some_and(|ended| ended <= pair[1].started_at));
        }
        for pair in history.spans.windows(2) {
            prop_assert!(pair[0].until <= pair[1].from);
        }
    }

    #[test]
    fn t_3_before_the_first_sign_in_pages_are_the_first_persons_or_nobodys((mut facts, _) in arrivals()) {
        let history = History::of(&mut facts, None);
        let mut keyed = facts.clone();
        keyed.sort_by_key(|fact| (fact.at, fact.key));
        let named = keyed.iter().position(|fact| names(fact).is_some());
        let first = named.and_then(|n| names(&keyed[n]));
        for fact in &keyed[..named.unwrap_or(keyed.len())] {
            let owner = history.owner(fact.at, fact.key);
            prop_assert!(owner.is_none() || owner == first);
        }
        // Signed in at once, nothing before is given up but what was before a silence that ended the visit.
        if let Some(n) = named && keyed[n].kind == EventType::SignIn {
            let is_silent = |i: &usize| keyed[*i].at.since(keyed[*i - 1].at) >= 30 * MINUTE;
            let since = (1..=n).rev().find(is_silent).unwrap_or(0);
            prop_assert!(keyed[since..n].iter().all(|fact| history.owner(fact.at, fact.key) == first));
            prop_assert!(keyed[..since].iter().all(|fact| history.owner(fact.at, fact.key).is_none()));
        }
    }

    #[test]
    fn a_visit_reads_the_same_for_ever_once_it_is_over((mut facts, _) in arrivals(), later in 0..100_000_i64) {
        let standing = Standing::of(&mut facts).unwrap();
        let end = standing.last_at.plus(30 * MINUTE);
        let reading = standing.reading(end.plus(later * MINUTE), 30);
        prop_assert!(!reading.is_live);
        prop_assert_eq!(reading, standing.reading(end, 30));
        prop_assert!(matches!(reading.state, State::Anonymous | State::Authenticated));
    }
}

/// Whom a fact names.
fn names(fact: &Fact) -> Option<i64> {
    fact.identity.filter(|_| fact.kind != EventType::SignOut)
}

/// The facts without what a page says of others while a token's session is open: that is data, and names nobody.
fn heard(sorted: &[Fact]) -> Vec<Fact> {
    let (mut signed, mut last) = (None, None);
    let mut all = Vec::with_capacity(sorted.len());
    for fact in sorted {
        let mut fact = *fact;
        if last.is_some_and(|last: Timestamp| fact.at.since(last) >= 30 * MINUTE) {
            signed = None;
        }
        last = Some(fact.at);
        match fact.kind {
            EventType::SignIn if fact.identity.is_some() => {
                let is_new = fact.is_signed || signed != fact.identity;
                signed = if is_new { fact.identity.filter(|_| fact.is_signed) } else { signed };
            }
            EventType::SignOut => signed = None,
            _ if names(&fact).is_none() => {}
            _ if signed.is_some() && fact.is_signed => {
                signed = signed.filter(|of| Some(*of) == fact.identity)
            }
            _ if signed.is_some() => fact.identity = None,
            _ => {}
        }
        all.push(fact);
    }
    all
}

/// Who may have each place, told in other words than the code's: whoever was named last before it, or, before anybody
/// was named, whoever is named first. Of these only the one whose session is open may have it for certain.
fn owners(facts: &[Fact]) -> HashMap<(Timestamp, Key), Vec<i64>> {
    let mut sorted = facts.to_vec();
    sorted.sort_by_key(|fact| (fact.at, fact.key));
    let sorted = heard(&sorted);
    let mut owners = HashMap::new();
    for (n, fact) in sorted.iter().enumerate() {
        let before = sorted[..=n].iter().rev().find_map(names);
        let first = sorted.iter().find_map(names);
        let next = sorted[n + 1..].iter().find_map(names);
        let last_sign_in =
            sorted[..=n].iter().rposition(|f| f.kind == EventType::SignIn && f.identity.is_some());
        let is_signed_out = last_sign_in.is_none_or(|m| {
            sorted.get(m + 1..n).unwrap_or_default().iter().any(|f| f.kind == EventType::SignOut)
        });
        let may = match before {
            Some(before) if is_signed_out && next.is_some_and(|next| next != before) => Vec::new(),
            Some(before) => vec![before],
            None => first.into_iter().collect(),
        };
        owners.insert((fact.at, fact.key), may);
    }
    owners
}

/// A little language for the cases that people talk about.
fn story(events: &[(i64, EventType, &str, Option<i64>)]) -> Vec<Fact> {
    let each = events.iter().enumerate();
    each.map(|(n, (minute, kind, page, identity))| Fact {
        at: at(*minute),
        key: key(n as u64),
        kind: *kind,
        page: (!page.is_empty()).then(|| Key::of(page, "page")),
        identity: *identity,
        is_signed: true,
        is_leaving: false,
        active_ms: None,
        row: n as i64,
    })
    .collect()
}

fn pages_of(history: &History) -> Vec<Option<i64>> {
    history.pages.iter().map(|page| page.identity).collect()
}

use EventType::{PageEntered, PageExited, SignIn, SignOut, UserInfo};

#[test]
fn t_3_two_people_one_after_the_other() {
    let mut facts = story(&[
        (0, PageEntered, "home", None),
        (1, SignIn, "", Some(1)),
        (2, PageEntered, "account", None),
        (3, SignOut, "", None),
        (4, PageEntered, "news", None),
        (5, SignIn, "", Some(2)),
        (6, PageEntered, "loans", None),
    ]);
    let history = History::of(&mut facts, None);
    assert_eq!(pages_of(&history), [Some(1), Some(1), None, Some(2)]);
    let sessions: Vec<_> = history.sessions.iter().map(|s| (s.identity, s.started_at, s.ended_at)).collect();
    assert_eq!(sessions, [(1, at(1), Some(at(3))), (2, at(5), None)]);
    assert_eq!(history.pages[1].session_row, Some(1));
    assert_eq!(history.pages[0].session_row, None);
    // Before the second person came, the page after the sign-out was still shown with the first.
    assert_eq!(pages_of(&History::of(&mut facts[..5], None)), [Some(1), Some(1), Some(1)]);
}

#[test]
fn t_3_the_same_person_comes_back_and_keeps_the_pages_between() {
    let mut facts = story(&[
        (0, SignIn, "", Some(1)),
        (1, SignOut, "", None),
        (2, PageEntered, "news", None),
        (3, SignIn, "", Some(1)),
        (4, SignIn, "", Some(2)),
        (5, PageEntered, "loans", None),
    ]);
    let history = History::of(&mut facts, Some(at(40)));
    assert_eq!(pages_of(&history), [Some(1), Some(2)]);
    assert_eq!(history.sessions.len(), 3);
    assert_eq!(history.sessions[1].ended_at, Some(at(4)), "another person closes the session");
    assert_eq!(history.sessions[2].ended_at, Some(at(40)), "the end of the visit closes the last");
}

#[test]
fn t_3_recognised_time_is_given_up_when_another_person_turns_up() {
    let mut facts = story(&[
        (0, PageEntered, "home", None),
        (1, UserInfo, "", Some(1)),
        (2, PageEntered, "news", None),
        (3, SignIn, "", Some(2)),
        (4, PageEntered, "loans", None),
    ]);
    assert_eq!(pages_of(&History::of(&mut facts, None)), [None, None, Some(2)]);
    assert_eq!(pages_of(&History::of(&mut facts[..3], None)), [Some(1), Some(1)]);
}

#[test]
fn t_3_a_session_does_not_outlive_the_silence_that_ends_its_visit() {
    let mut facts = story(&[
        (0, SignIn, "", Some(1)),
        (10, PageEntered, "account", None),
        (50, PageEntered, "home", None),
    ]);
    let history = History::of(&mut facts, None);
    assert_eq!(pages_of(&history), [Some(1), None]);
    assert_eq!(history.sessions[0].ended_at, Some(at(40)));
    assert_eq!(Standing::of(&mut facts).unwrap().state, State::Anonymous);
    // On a site that waits longer nothing happened.
    assert_eq!(pages_of(&History::of_with(&mut facts, None, 60)), [Some(1), Some(1)]);
    assert_eq!(Standing::of_with(&mut facts, 60).unwrap().state, State::Authenticated);
}

#[test]
fn a_recognised_person_fades_and_is_refreshed_by_activity() {
    let mut facts = story(&[(0, SignIn, "", Some(1)), (1, SignOut, "", None), (21, PageEntered, "a", None)]);
    let standing = Standing::of(&mut facts).unwrap();
    let confidence = |minute| standing.reading(at(minute), 30).confidence;
    assert_eq!(confidence(21), Some(0.9));
    assert!((confidence(36).unwrap() - 0.45).abs() < 1e-9);
    assert_eq!(confidence(51), None);
    assert_eq!(standing.reading(at(51), 120).state, State::Anonymous);
    assert!(standing.reading(at(51), 120).is_live);
    assert_eq!(standing.identity, Some(1));
    assert_eq!(
        standing.reading(at(20), 30).confidence,
        Some(0.9),
        "a clock behind the events changes nothing"
    );
}

#[test]
fn recognised_ends_after_thirty_days_whatever_the_activity() {
    let mut events = vec![(0, UserInfo, "", Some(1))];
    events.extend((1..=30 * 24 * 3).map(|n| (n * 20, PageEntered, "a", None)));
    let mut facts = story(&events);
    assert_eq!(Standing::of(&mut facts).unwrap().state, State::Anonymous);
    let most = facts.len() - 1;
    assert_eq!(Standing::of(&mut facts[..most]).unwrap().state, State::Recognised);
    let history = History::of(&mut facts, None);
    assert_eq!(history.pages.last().unwrap().identity, None);
}

#[test]
fn t_1_a_bad_token_changes_nothing_and_a_good_one_begins_a_signed_session() {
    let mut facts = story(&[(0, SignIn, "", Some(1)), (1, SignIn, "", None), (2, SignIn, "", Some(1))]);
    facts[0].is_signed = false;
    facts[1].is_signed = true;
    let before = Standing::of(&mut facts[..1]).unwrap();
    let bad = Standing::of(&mut facts[..2]).unwrap();
    assert_eq!((bad.state, bad.identity, bad.is_signed), (before.state, Some(1), false));
    let good = Standing::of(&mut facts).unwrap();
    assert_eq!((good.is_signed, good.session_row, good.since), (true, Some(2), at(2)));
    let history = History::of(&mut facts, None);
    assert_eq!(history.sessions.iter().map(|s| s.is_signed).collect::<Vec<_>>(), [false, true]);
    // A claim after the proof takes nothing away.
    let mut claimed =
        story(&[(0, SignIn, "", Some(1)), (1, SignIn, "", Some(1)), (2, UserInfo, "", Some(1))]);
    claimed[1].is_signed = false;
    let standing = Standing::of(&mut claimed).unwrap();
    assert_eq!(
        (standing.state, standing.is_signed, standing.session_row),
        (State::Authenticated, true, Some(0))
    );
}

#[test]
fn a_visit_ends_when_its_last_open_page_is_left_and_an_event_reopens_it() {
    let mut facts = story(&[
        (0, PageEntered, "a", None),
        (1, PageEntered, "b", None),
        (2, PageExited, "b", None),
        (3, PageExited, "a", None),
        (4, PageEntered, "c", None),
    ]);
    facts[2].is_leaving = true;
    facts[3].is_leaving = true;
    let one_tab_closed = Standing::of(&mut facts[..3]).unwrap();
    assert_eq!((one_tab_closed.left_at, one_tab_closed.open_page), (None, Some(Key::of("a", "page"))));
    let left = Standing::of(&mut facts[..4]).unwrap();
    let reading = left.reading(at(3), 30);
    assert_eq!((reading.is_live, reading.ended_at), (false, Some(at(3))));
    let back = Standing::of(&mut facts).unwrap();
    assert!(back.reading(at(4), 30).is_live);
    assert_eq!((back.pages, back.events), (3, 5));
    assert_eq!(back.reading(at(34), 30).ended_at, Some(at(34)));
}

#[test]
fn a_page_entered_again_is_a_new_page_and_tabs_leave_each_other_alone() {
    let mut facts = story(&[
        (0, PageEntered, "a", None),
        (1, PageEntered, "b", None),
        (2, PageExited, "a", None),
        (3, PageEntered, "a", None),
        (4, PageExited, "never entered", None),
    ]);
    facts[2].active_ms = Some(900);
    let history = History::of(&mut facts, Some(at(33)));
    let pages: Vec<_> = history.pages.iter().map(|p| (p.row, p.exited_at, p.active_ms)).collect();
    assert_eq!(pages, [(0, Some(at(2)), Some(900)), (1, Some(at(33)), None), (3, Some(at(33)), None)]);
    assert_eq!(History::of(&mut facts, None).pages[1].exited_at, None);
}

#[test]
fn events_of_one_moment_are_cut_to_the_place() {
    let moment = at(0);
    let fact = |n: u8, kind, identity| Fact {
        at: moment,
        key: Key([n; 16]),
        kind,
        page: None,
        identity,
        is_signed: true,
        is_leaving: false,
        active_ms: None,
        row: i64::from(n),
    };
    let mut facts = [
        fact(1, SignIn, Some(1)),
        fact(2, PageEntered, None),
        fact(3, SignOut, None),
        fact(4, PageEntered, None),
        fact(5, SignIn, Some(2)),
        fact(6, PageEntered, None),
    ];
    let history = History::of(&mut facts, None);
    let owners: Vec<_> = (1..=6).map(|n| history.owner(moment, Key([n; 16]))).collect();
    assert_eq!(owners, [Some(1), Some(1), Some(1), None, Some(2), Some(2)]);
    assert_eq!(pages_of(&history), [Some(1), None, Some(2)], "pages are cut to the place too");
}

#[test]
fn x_15_open_pages_are_counted_up_to_a_limit() {
    let events: Vec<String> = (0..40).map(|n| n.to_string()).collect();
    let events: Vec<_> = events.iter().map(|page| (0, PageEntered, page.as_str(), None)).collect();
    let standing = Standing::of(&mut story(&events)).unwrap();
    assert_eq!((standing.open.len(), standing.pages), (16, 40));
}

#[test]
fn no_events_no_visit() {
    assert_eq!(Standing::of(&mut []), None);
    assert_eq!(History::of(&mut [], None), History::default());
}
