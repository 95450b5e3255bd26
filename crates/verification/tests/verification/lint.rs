//! What the linter finds, each with its place.

use countersign_verification::Severity;
use countersign_verification::lint::{Known, lint, strength};
use countersign_verification::policy::{
    self, Answer, Judge, MandateRule, Policy, Question, SearchKind, default_policy,
};

fn question(field: &str, answer: Answer, bits: u8) -> Question {
    Question { field: field.into(), answer, label: None, judge: Judge::Server, look_up: None, bits, slips: 0 }
}

/// A policy without any finding.
fn good() -> Policy {
    let mut policy = default_policy();
    for party in [&mut policy.customer].into_iter().chain(&mut policy.representative) {
        party.searches[0].results = vec!["town".into()];
        party.searches[0].fields = vec!["name".into(), "email".into()];
        party.required =
            vec![question("birth_date", Answer::Date, 14), question("card", Answer::LastFour, 13)];
        party.additional =
            vec![question("phone", Answer::Phone, 20), question("last_amount", Answer::Amount, 9)];
    }
    policy
}

fn codes(policy: &Policy, known: &Known<'_>) -> Vec<(&'static str, String)> {
    lint(policy, known).into_iter().map(|finding| (finding.code, finding.pointer)).collect()
}

#[test]
fn v_4_a_good_policy_has_no_finding() {
    assert_eq!(codes(&good(), &Known::default()), []);
    let known = Known {
        fields: &["name", "phone", "email", "town", "birth_date", "card", "last_amount"],
        look_ups: &["lku_1"],
    };
    assert_eq!(codes(&good(), &known), []);
}

#[test]
fn v_4_the_vendor_s_default_can_be_published_and_carries_its_warnings() {
    let findings = lint(&default_policy(), &Known::default());
    assert!(findings.iter().all(|finding| finding.severity == Severity::Warning));
    let has = |code| findings.iter().any(|finding| finding.code == code);
    assert!(has("too-weak") && has("public-data-possible") && has("shown-in-results"));
    assert!(has("asked-and-searched") && !has("finds-nobody"));
}

#[test]
fn v_4_each_weakness_is_found_where_it_is() {
    type Change = fn(&mut Policy);
    let cases: &[(&str, &str, Change)] = &[
        ("too-weak", "/customer/required", |p| {
            p.customer.required = vec![question("card", Answer::LastFour, 6)];
        }),
        ("public-data-only", "/customer/required", |p| {
            p.customer.required = vec![question("name", Answer::Name, 12)];
            p.customer.additional =
                vec![question("birth_date", Answer::Date, 14), question("postcode", Answer::Postcode, 12)];
        }),
        ("public-data-possible", "/customer/required", |p| {
            p.customer.required.truncate(1);
            p.customer.additional =
                vec![question("card", Answer::LastFour, 13), question("town", Answer::Text, 8)];
        }),
        ("pool-too-small", "/customer/additional", |p| p.customer.additional_asked = Some(2)),
        ("pool-empty", "/customer/additional", |p| p.customer.additional_asked = Some(3)),
        ("minimum-above-asked", "/customer/additional_minimum", |p| {
            (p.customer.additional_minimum, p.customer.additional_asked) = (2, Some(1));
        }),
        ("no-required", "/customer/required", |p| p.customer.required.clear()),
        ("asks-nothing", "/customer/required", |p| {
            p.customer.required.clear();
            p.customer.additional_minimum = 0;
            p.customer.strong_evidence_replaces = false;
        }),
        ("duplicate", "/customer/additional/0/field", |p| p.customer.additional[0].field = "card".into()),
        ("no-search", "/representative/searches", |p| p.representative.as_mut().unwrap().searches.clear()),
        ("no-field", "/customer/searches/0/fields", |p| p.customer.searches[0].fields.clear()),
        ("shown-and-hidden", "/customer/searches/0/hidden_results", |p| {
            p.customer.searches[0].hidden_results = vec!["town".into()];
        }),
        ("shown-in-results", "/customer/required/1/field", |p| {
            p.customer.searches[0].results.push("card".into())
        }),
        ("asked-and-searched", "/customer/additional/0/field", |p| {
            p.customer.searches[0].fields.push("phone".into())
        }),
        ("finds-nobody", "/customer/searches", |p| p.customer.searches[0].fields = vec!["contract".into()]),
        ("finds-nobody", "/customer/searches", |p| {
            // By object, but by what is asked.
            p.customer.searches[0].kind = SearchKind::Object;
            p.customer.searches[0].fields = vec!["card".into()];
        }),
        ("overstated", "/customer/required/1/bits", |p| p.customer.required[1].bits = 40),
        ("slips-in-number", "/customer/required/1/slips", |p| p.customer.required[1].slips = 1),
        ("agent-sees-answer", "/customer/required/0/judge", |p| p.customer.required[0].judge = Judge::Agent),
        ("two-judges", "/customer/required/0/judge", |p| {
            p.customer.required[0].judge = Judge::Agent;
            p.customer.required[0].look_up = Some("lku_1".into());
        }),
        ("no-mandate", "/mandate", |p| p.mandate = MandateRule::NotRequired),
    ];
    for (code, place, change) in cases {
        let mut policy = good();
        change(&mut policy);
        let found = codes(&policy, &Known::default());
        assert!(found.contains(&(*code, (*place).to_owned())), "{code}: {found:?}");
    }
}

#[test]
fn v_4_what_the_workspace_does_not_have_is_found_with_what_was_meant() {
    let mut policy = good();
    policy.customer.required[1].field = "crad".into();
    policy.customer.additional[0].look_up = Some("lku_9".into());
    let known = Known {
        fields: &["name", "phone", "email", "town", "birth_date", "card", "last_amount"],
        look_ups: &["lku_1"],
    };
    let findings = lint(&policy, &known);
    let places: Vec<_> = findings.iter().map(|finding| (finding.code, finding.pointer.as_str())).collect();
    assert_eq!(
        places,
        [
            ("unknown-field", "/customer/required/1/field"),
            ("unknown-look-up", "/customer/additional/0/look_up")
        ]
    );
    assert_eq!(findings[0].hint, "Did you mean `card`?");
}

#[test]
fn v_4_an_attribute_that_is_not_asked_finds_somebody_in_a_search_by_object() {
    let mut policy = good();
    policy.customer.searches[0].kind = SearchKind::Object;
    policy.customer.searches[0].fields = vec!["contract".into()];
    assert_eq!(codes(&policy, &Known::default()), []);
}

#[test]
fn v_4_strength_is_that_of_the_worst_draw() {
    let mut party = good().customer;
    assert_eq!(strength(&party), 14 + 13 + 9);
    party.required[1].bits = 60;
    assert_eq!(
        strength(&party),
        14 + 13 + 9,
        "an ending of four digits has thirteen bits, whatever is claimed"
    );
    party.searches[0].results.push("birth_date".into());
    assert_eq!(strength(&party), 13 + 9, "what the agent reads is no secret");
    party.searches[0].fields.push("last_amount".into());
    assert_eq!(strength(&party), 13, "what was said to be found is no secret");
    party.searches[0].fields.pop();
    party.additional[0].slips = 2;
    party.additional_minimum = 2;
    assert_eq!(strength(&party), 13 + 9 + 16, "slips are easier to guess");
}

#[test]
fn a_policy_beyond_its_limits_is_refused_with_every_place() {
    let mut policy = good();
    policy.name = " ".into();
    policy.valid_secs = 5;
    policy.locks.failures = 0;
    policy.customer.required = (0..21).map(|n| question(&format!("field_{n}"), Answer::Text, 10)).collect();
    policy.customer.additional[0].slips = 3;
    policy.customer.additional[1].field = "Last Amount".into();
    let written = serde_json::to_string(&policy).unwrap();
    let places: Vec<_> =
        policy::parse(&written).unwrap_err().into_iter().map(|finding| finding.pointer).collect();
    let expected = [
        "/name",
        "/customer/required",
        "/customer/additional/0/slips",
        "/customer/additional/1/field",
        "/valid_secs",
        "/locks/failures",
    ];
    assert_eq!(places, expected);
    assert_eq!(policy::parse(&"x".repeat(70_000)).unwrap_err()[0].code, "not-a-policy");
    assert_eq!(
        policy::parse(&format!("{} {{}}", serde_json::to_string(&good()).unwrap())).unwrap_err()[0].code,
        "not-a-policy"
    );
}

#[test]
fn the_policy_of_the_documentation_is_one_without_findings() {
    let page = include_str!("../../../../docs/VERIFICATION.md");
    let written = page.split("```").nth(1).and_then(|block| block.strip_prefix("json")).unwrap();
    assert_eq!(codes(&policy::parse(written).unwrap(), &Known::default()), []);
}

#[test]
fn every_finding_of_the_linter_stands_in_the_documentation() {
    let page = include_str!("../../../../docs/VERIFICATION.md");
    let source = include_str!("../../src/lint.rs");
    let is_code =
        |word: &&str| word.contains('-') && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let codes: Vec<&str> = source.split('"').skip(1).step_by(2).filter(is_code).collect();
    assert!(codes.len() >= 18, "{codes:?}");
    for code in codes {
        assert!(page.contains(&format!("`{code}`")), "{code}");
    }
}
