//! Whatever is sent as a rule is refused or compiles; what compiles is evaluated, agrees with the oracle and reads back
//! as it was written.
#![no_main]

use countersign_rules::testing::generate::{scene, schema};
use countersign_rules::testing::{Rng, oracle};
use countersign_rules::variable::Text;
use countersign_rules::{Rule, RuleSet, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(text) = Text::parse(text) {
        text.render(|_| None);
    }
    let Ok(body) = parse(text) else { return };
    let again = serde_json::to_string(&body).expect("a rule can be written");
    assert_eq!(parse(&again).expect("what was written can be read"), body);
    let (schema, rules) = (schema(), [Rule { id: [1; 16].into(), body }]);
    let Ok((set, warnings)) = RuleSet::compile(&rules, &schema) else { return };
    assert!(warnings.iter().all(|warning| !warning.detail.is_empty()));
    let mut rng = Rng(text.len() as u64);
    for _ in 0..8 {
        scene(&mut rng).ask(|snapshot, occasion| {
            let (evaluation, trace) = set.explain(snapshot, occasion);
            assert_eq!(evaluation.fired().collect::<Vec<_>>(), oracle::evaluate(&rules, &schema, snapshot, occasion));
            trace.sentences(&set);
        });
    }
});
