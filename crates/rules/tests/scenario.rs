//! The ten paths of the seed, played on snapshots in every language.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_rules::scenario::{Language, TARIFF, chat_identification};
use countersign_rules::schema::Schema;
use countersign_rules::testing::{Held, NOW, Scene};
use countersign_rules::{Action, DryStep, Rule, RuleSet};
use countersign_types::RuleId;
use countersign_types::attribute::AttributeLevel::Profile;
use countersign_types::case::{CaseStatus, Priority};
use countersign_types::code::{Invalid, Outcome};
use countersign_types::time::DAY;

fn install(language: Language, created_after: Option<countersign_types::Timestamp>) -> RuleSet {
    let scenario = chat_identification(language, created_after);
    let schema = Schema { attributes: vec![scenario.attribute.definition()], ..Schema::default() };
    let bodies = scenario.rules.into_iter().enumerate();
    let rules: Vec<Rule> =
        bodies.map(|(n, body)| Rule { id: RuleId::from_bytes([n as u8 + 1; 16]), body }).collect();
    let (set, warnings) =
        RuleSet::compile(&rules, &schema).unwrap_or_else(|problems| panic!("{language:?}: {problems:#?}"));
    assert_eq!(warnings, [], "{language:?}");
    set
}

fn tariff(scene: Scene, value: &str) -> Scene {
    scene.with(Profile, TARIFF, Held::Text(value.to_owned()))
}

/// The origins of the rules that fire, and what they do.
fn play(set: &RuleSet, scene: &Scene) -> (Vec<String>, Vec<Action>) {
    let evaluation = scene.ask(|snapshot, occasion| set.evaluate(snapshot, occasion));
    let key = |at: usize| set.rules().nth(at).unwrap().body.origin.clone().unwrap();
    let keys = evaluation.fired().map(key).map(|k| k.rsplit('/').next().unwrap().to_owned()).collect();
    (keys, evaluation.decisions(set).map(|d| d.action().clone()).collect())
}

fn fires(set: &RuleSet, scene: &Scene) -> String {
    play(set, scene).0.join(",")
}

#[test]
fn the_ten_paths_of_the_seed() {
    let invalid = Outcome::Invalid(Invalid::Expired);
    for language in Language::ALL {
        let set = install(*language, None);
        let new = || Scene::new_case("Hello there");
        let said = Scene::message;
        // Step 2: a, and b for each tariff.
        assert_eq!(fires(&set, &new()), "new-stranger");
        assert_eq!(fires(&set, &tariff(new().identified(), "standard")), "new-standard");
        assert_eq!(fires(&set, &tariff(new().identified(), "vip")), "new-vip");
        assert_eq!(fires(&set, &tariff(new(), "no_account")), "new-no-account");
        // Step 3: c, d, e for both tariffs, f, g.
        assert_eq!(fires(&set, &said("What do you want from me?")), "not-sent");
        assert_eq!(fires(&set, &said("[code]").outcome(invalid)), "invalid");
        assert_eq!(
            fires(&set, &tariff(said("[code]").outcome(Outcome::Valid).identified(), "standard")),
            "valid-standard"
        );
        assert_eq!(
            fires(&set, &tariff(said("[code]").outcome(Outcome::Valid).identified(), "vip")),
            "valid-vip"
        );
        assert_eq!(fires(&set, &said("Sorry, I DON’T  have an account!")), "no-account");
        for text in ["5", " Start ", "START"] {
            assert_eq!(fires(&set, &tariff(said(text), "no_account")), "start-again");
        }
        // And what nobody should answer.
        assert_eq!(fires(&set, &tariff(said("What does it cost? 5 euros?"), "no_account")), "");
        assert_eq!(fires(&set, &tariff(said("My invoice is wrong").identified(), "vip")), "");
        let taken = Scene { assignee: Some([1; 16].into()), ..said("What do you want?") };
        assert_eq!(fires(&set, &taken), "");
    }
}

#[test]
fn everybody_who_follows_the_words_of_a_text_is_understood() {
    for language in Language::ALL {
        let set = install(*language, None);
        let (_, actions) = play(&set, &Scene::new_case("hi"));
        let asked = actions.iter().find_map(|a| a.variants().first()).expect("a text");
        // What stands in quotes is what a person will write.
        let quoted = asked.split(['"', '„', '“', '”', '«', '»']).nth(1).expect("words to write").trim();
        assert_eq!(fires(&set, &Scene::message(quoted)), "no-account", "{language:?}: {quoted}");
    }
}

#[test]
fn what_the_paths_do() {
    let set = install(Language::En, None);
    let (_, actions) = play(&set, &Scene::new_case("hi"));
    assert!(matches!(
        &actions[..],
        [Action::AskForCode { .. }, Action::EndChat { status: CaseStatus::Pending }]
    ));
    let valid = Scene::message("[code]").outcome(Outcome::Valid).identified();
    let (_, actions) = play(&set, &tariff(valid.clone(), "vip"));
    assert!(actions.contains(&Action::SetStatus { status: CaseStatus::Open }));
    assert!(actions.contains(&Action::SetPriority { priority: Priority::High }));
    // Who proved who they are is never left waiting, also when the company sent no tariff.
    assert_eq!(fires(&set, &valid), "valid-standard");
    let (_, actions) = play(&set, &Scene::message("no account"));
    assert!(matches!(&actions[0], Action::SetAttribute { value, .. } if value == "no_account"));
    let (_, actions) = play(&set, &tariff(Scene::message("5"), "no_account"));
    assert!(matches!(&actions[0], Action::SetAttribute { value, .. } if value.is_null()));
}

#[test]
fn new_customers_only() {
    let set = install(Language::En, Some(NOW));
    let since = |days: i64| Scene { profile_created_at: NOW.plus(days * DAY), ..Scene::new_case("hi") };
    assert_eq!((fires(&set, &since(1)).as_str(), fires(&set, &since(-1)).as_str()), ("new-stranger", ""));
}

#[test]
fn a_tariff_without_proof_opens_no_door() {
    let set = install(Language::En, None);
    assert_eq!(fires(&set, &tariff(Scene::new_case("hi"), "vip")), "");
    let by_page = Scene {
        method: Some(countersign_types::evidence::Method::PlainWidgetCode),
        ..Scene::new_case("hi").identified()
    };
    assert_eq!(fires(&set, &tariff(by_page, "vip")), "");
}

#[test]
fn installing_twice_is_seen_by_the_origins() {
    for language in Language::ALL {
        let origins = |language| {
            chat_identification(language, None)
                .rules
                .into_iter()
                .map(|r| r.origin.unwrap())
                .collect::<Vec<_>>()
        };
        let mut once = origins(*language);
        assert_eq!(once, origins(Language::En), "the same in every language");
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), 10);
    }
}

#[test]
fn a_dry_run_tells_what_would_fire_why_not_and_what_would_be_held() {
    let set = install(Language::En, None);
    let scenes = [
        Scene::new_case("hi"),
        Scene { seed: 2, ..Scene::message("what?") },
        Scene { seed: 3, ..Scene::message("what??") },
    ];
    let mut told = Vec::new();
    scenes[0].ask(|s0, o0| {
        scenes[1].ask(|s1, o1| {
            scenes[2].ask(|s2, o2| {
                let steps =
                    [(s0, o0), (s1, o1), (s2, o2)].map(|(s, o)| DryStep { snapshot: *s, occasion: *o });
                told = set.dry_run(&steps);
            });
        });
    });
    let held: Vec<bool> = told.iter().map(|run| run.replies.iter().any(|r| r.held.is_some())).collect();
    assert_eq!(held, [false, false, true]);
    let sentences = told[1].trace.sentences(&set);
    assert!(
        sentences
            .iter()
            .any(|s| s.starts_with("\"No code was sent\" fired: message.author is \"customer\" and profile.is_identified is false and ")),
        "{sentences:#?}"
    );
    assert!(sentences.iter().any(|s| s == "\"Code is invalid\" did not fire: this did not hold: identification_code.outcome is \"invalid\"."), "{sentences:#?}");
}
