//! The engine and the slow, plain reading of rules say the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_rules::testing::generate::{rules, scene, schema};
use countersign_rules::testing::{Rng, oracle};
use countersign_rules::{Problem, RuleSet};
use countersign_types::Timestamp;
use countersign_types::profile::ProfileState;

/// Random rules on random scenes; rules that contradict themselves are left out on both sides.
fn agree(seed: u64, sets: usize, scenes: usize) -> usize {
    let (mut rng, schema, mut fired) = (Rng(seed), schema(), 0);
    for _ in 0..sets {
        let mut list = rules(&mut rng, 8);
        let broken: Vec<Problem> = RuleSet::compile_lenient(&list, &schema).problems;
        assert!(broken.iter().all(|p| p.code == "never-true"), "{broken:#?}");
        for problem in &broken {
            list[problem.index].body.enabled = false;
        }
        let set = RuleSet::compile_lenient(&list, &schema).rules;
        for _ in 0..scenes {
            let scene = scene(&mut rng);
            scene.ask(|snapshot, occasion| {
                let ours = set.evaluate(snapshot, occasion);
                let theirs = oracle::evaluate(&list, &schema, snapshot, occasion);
                if ours.fired().collect::<Vec<_>>() != theirs {
                    let (_, trace) = set.explain(snapshot, occasion);
                    panic!(
                        "ours {:?}\ntheirs {theirs:?}\n{scene:#?}\n{list:#?}\n{:#?}",
                        ours,
                        trace.sentences(&set)
                    );
                }
                fired += theirs.len();
            });
        }
    }
    fired
}

#[test]
fn the_engine_agrees_with_the_oracle_on_a_hundred_thousand_pairs() {
    assert!(agree(1, 500, 210) > 20_000, "random rules fire often enough to tell something");
}

#[test]
#[ignore = "a minute; run it when the compiler or the evaluation changes"]
fn the_engine_agrees_with_the_oracle_on_a_million_pairs() {
    agree(2, 5_000, 210);
}

#[test]
fn contradictory_rules_never_fire_in_the_oracle_either() {
    let (mut rng, schema) = (Rng(3), schema());
    for _ in 0..400 {
        let list = rules(&mut rng, 8);
        let problems = RuleSet::compile_lenient(&list, &schema).problems;
        for problem in problems.iter().filter(|p| p.hint.contains("Take one of them out")) {
            let mut alone = list[problem.index].clone();
            // A block that can never hold: joined by `or` the others may, so it is asked alone.
            let block: usize = problem.pointer.split('/').nth(2).and_then(|n| n.parse().ok()).unwrap();
            if !problem.detail.contains("joined by `and`") {
                alone.body.blocks = vec![alone.body.blocks[block].clone()];
            }
            for _ in 0..60 {
                let scene = scene(&mut rng);
                let fired = scene.ask(|s, o| oracle::evaluate(std::slice::from_ref(&alone), &schema, s, o));
                assert!(fired.is_empty(), "{problem}\n{alone:#?}\n{scene:#?}");
            }
        }
    }
}

#[test]
fn a_trace_says_what_the_evaluation_did() {
    use countersign_rules::Verdict;
    let (mut rng, schema) = (Rng(4), schema());
    for _ in 0..500 {
        let set = RuleSet::compile_lenient(&rules(&mut rng, 8), &schema).rules;
        for _ in 0..20 {
            scene(&mut rng).ask(|snapshot, occasion| {
                let (evaluation, trace) = set.explain(snapshot, occasion);
                assert_eq!(evaluation, set.evaluate(snapshot, occasion));
                let told = trace.rules.iter().filter(|r| r.verdict == Verdict::Fired).map(|r| r.index);
                assert_eq!(told.collect::<Vec<_>>(), evaluation.fired().collect::<Vec<_>>());
                assert!(trace.sentences(&set).iter().all(|sentence| sentence.ends_with('.')));
            });
        }
    }
}

#[test]
fn what_could_not_fire_without_profile_and_visit_does_not_fire_with_them() {
    let (mut rng, schema) = (Rng(5), schema());
    let (mut fired, mut spared) = (0, 0);
    for _ in 0..500 {
        let set = RuleSet::compile_lenient(&rules(&mut rng, 8), &schema).rules;
        for _ in 0..100 {
            let scene = scene(&mut rng);
            scene.ask(|snapshot, occasion| {
                let does = set.evaluate(snapshot, occasion).fired().len() > 0;
                let mut blind = *snapshot;
                blind.firings = &[];
                blind.profile.attributes = &[];
                blind.visit = None;
                (blind.profile.language, blind.profile.email, blind.profile.phone) = (None, None, None);
                (blind.profile.external_id, blind.profile.created_at) = (None, Timestamp::from_micros(0));
                blind.profile.state = ProfileState::Active;
                let could = set.could_fire(&blind, occasion);
                assert!(could || !does, "it fires though it could not");
                fired += usize::from(does);
                spared += usize::from(!could);
            });
        }
    }
    assert!(fired > 5_000 && spared > 5_000, "both happen often enough to tell something: {fired}, {spared}");
}
