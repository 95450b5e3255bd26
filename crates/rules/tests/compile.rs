//! What is refused and what is warned of, with its place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_rules::testing::generate::schema;
use countersign_rules::testing::{HappenedWord, Held, Scene, Visited};
use countersign_rules::{Finding, Rule, RuleSet, parse};
use serde_json::{Value as Json, json};

fn compile(bodies: &[Json]) -> Result<(RuleSet, Vec<Finding>), Vec<Finding>> {
    let rule = |(n, body): (usize, &Json)| Rule {
        id: [n as u8 + 1; 16].into(),
        body: parse(&body.to_string()).unwrap_or_else(|problem| panic!("{problem}: {body}")),
    };
    let rules: Vec<Rule> = bodies.iter().enumerate().map(rule).collect();
    RuleSet::compile(&rules, &schema())
}

fn with(conditions: Json, actions: Json) -> Json {
    json!({"name": "x", "trigger": "updated_case", "match": [{"mode": "all", "conditions": conditions}], "actions": actions})
}

fn when(conditions: Json) -> Json {
    with(conditions, json!([{"kind": "stop"}]))
}

fn does(action: Json) -> Json {
    json!({"name": "x", "trigger": "updated_case", "actions": [action]})
}

/// The one problem: its code and place.
fn problem(body: Json) -> (String, String) {
    let problems = compile(std::slice::from_ref(&body)).err().unwrap_or_else(|| panic!("accepted: {body}"));
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let found = &problems[0];
    assert!(found.detail.ends_with('.') && !found.hint.is_empty(), "{found:?}");
    (found.code.to_owned(), found.pointer.clone())
}

fn is(field: &str, value: Json) -> Json {
    json!({"field": field, "op": "is", "value": value})
}

#[test]
fn each_refusal_names_its_place() {
    let at = |code: &str, place: &str| (code.to_owned(), place.to_owned());
    let condition = |rest: &str| format!("/match/0/conditions/0{rest}");
    let text = |op: &str, value: Json| when(json!([{"field": "message.text", "op": op, "value": value}]));
    for (body, code, place) in [
        (when(json!([is("profile.attributes.gone", json!("x"))])), "unknown-attribute", condition("/field")),
        (when(json!([is("case.stauts", json!("open"))])), "unknown-field", condition("/field")),
        (when(json!([is("case.status", json!("opened"))])), "wrong-value", condition("/value")),
        (when(json!([is("case.status", json!(["open", 5]))])), "wrong-value", condition("/value/1")),
        (
            when(json!([is("profile.attributes.tariff", json!("gold"))])),
            "unknown-option",
            condition("/value"),
        ),
        (
            when(json!([is("case.assignee", json!("usr_00000000000000000000000000"))])),
            "unknown-id",
            condition("/value"),
        ),
        (
            when(json!([{"field": "case.status", "op": "contains", "value": "open"}])),
            "wrong-op",
            condition("/op"),
        ),
        (
            when(json!([{"field": "profile.attributes.points", "op": "more", "value": "3"}])),
            "wrong-value",
            condition("/value"),
        ),
        (when(json!([is("profile.is_identified", json!("yes"))])), "wrong-value", condition("/value")),
        (when(json!([{"field": "case.status", "op": "is"}])), "no-value", condition("/value")),
        (text("contains", json!("  ")), "no-value", condition("/value")),
        (text("matches", json!("(a{1000}){1000}")), "regex-too-large", condition("/value")),
        (text("matches", json!("(?=a)b")), "regex-invalid", condition("/value")),
        (text("matches", json!("a".repeat(1_001))), "regex-too-large", condition("/value")),
        (
            does(json!({"kind": "send_message", "texts": ["Hi", "Hi {profile.nam}"]})),
            "unknown-variable",
            "/actions/0/texts/1".into(),
        ),
        (
            does(json!({"kind": "note", "text": "{profile.attributes.gone}"})),
            "unknown-attribute",
            "/actions/0/text".into(),
        ),
        (does(json!({"kind": "note", "text": "a } b"})), "lone-brace", "/actions/0/text".into()),
        (
            does(json!({"kind": "send_message", "texts": ["1", "2", "3", "4", "5", "6"]})),
            "too-many",
            "/actions/0/texts".into(),
        ),
        (
            does(json!({"kind": "set_attribute", "field": "profile.attributes.points", "value": "x"})),
            "wrong-value",
            "/actions/0/value".into(),
        ),
        (
            does(json!({"kind": "set_attribute", "field": "profile.attributes.gone", "value": null})),
            "unknown-attribute",
            "/actions/0/field".into(),
        ),
        (
            does(json!({"kind": "webhook", "method": "POST", "url": "https://{profile.name}.example"})),
            "wrong-url",
            "/actions/0/url".into(),
        ),
        (
            does(json!({"kind": "webhook", "method": "POST", "url": "ftp://a.example/"})),
            "wrong-url",
            "/actions/0/url".into(),
        ),
        (
            does(
                json!({"kind": "webhook", "method": "GET", "url": "https://a.example/", "headers": {"Host": "b"}}),
            ),
            "wrong-header",
            "/actions/0/headers/Host".into(),
        ),
        (json!({"name": "x", "trigger": "new_case", "actions": []}), "no-action", "/actions".into()),
        (
            json!({"name": "", "trigger": "new_case", "actions": [{"kind": "stop"}]}),
            "wrong-name",
            "/name".into(),
        ),
        (
            json!({"name": "x", "trigger": "new_case", "delay_secs": 5, "actions": [{"kind": "stop"}]}),
            "wrong-trigger",
            "/delay_secs".into(),
        ),
        (
            json!({"name": "x", "trigger": "new_case", "actions": [{"kind": "stop"}],
            "match": [{"mode": "all", "conditions": [is("identification_code.outcome", json!("valid"))]}]}),
            "wrong-trigger",
            condition("/field"),
        ),
    ] {
        assert_eq!(problem(body), at(code, &place));
    }
}

#[test]
fn what_can_never_hold_is_refused() {
    let second = ("never-true".to_owned(), "/match/0/conditions/1".to_owned());
    let text = |op: &str, value: &str| json!({"field": "message.text", "op": op, "value": value});
    let points =
        |op: &str, value: i64| json!({"field": "profile.attributes.points", "op": op, "value": value});
    let labels = |op: &str, value: Json| json!({"field": "case.labels", "op": op, "value": value});
    for pair in [
        json!([is("case.status", json!("open")), is("case.status", json!("closed"))]),
        json!([is("case.status", json!(["open", "pending"])), {"field": "case.status", "op": "is_not", "value": ["pending", "open"]}]),
        json!([is("profile.attributes.tariff", json!("vip")), {"field": "profile.attributes.tariff", "op": "is_empty"}]),
        json!([text("contains", "a"), text("not_contains", "a")]),
        json!([text("equals", "start"), text("equals", "5")]),
        json!([text("equals", "start"), text("not_has_word", "START")]),
        json!([text("contains", "a"), {"field": "message.text", "op": "is_empty"}]),
        json!([points("more", 5), points("less", 3)]),
        json!([points("equals", 5), {"field": "profile.attributes.points", "op": "is_empty"}]),
        json!([labels("has_all", json!(["vip", "new"])), labels("has_not", json!("new"))]),
    ] {
        assert_eq!(problem(when(pair)), second);
    }
    let blocks = json!({"name": "x", "trigger": "updated_case", "actions": [{"kind": "stop"}], "match": [
        {"mode": "all", "conditions": [is("case.status", json!("open"))]},
        {"mode": "any", "conditions": [is("case.status", json!("closed"))]}]});
    assert_eq!(problem(blocks), ("never-true".to_owned(), "/match/1/conditions/0".to_owned()));
}

fn warnings(bodies: &[Json]) -> Vec<(usize, &'static str)> {
    let (_, warnings) = compile(bodies).unwrap_or_else(|problems| panic!("{problems:#?}"));
    warnings.into_iter().map(|w| (w.index, w.code)).collect()
}

#[test]
fn r_2_rules_that_could_set_each_other_off_are_warned_of() {
    let sets = |from: &str, to: &str| {
        with(json!([is("case.status", json!(from))]), json!([{"kind": "set_status", "status": to}]))
    };
    assert_eq!(warnings(&[sets("open", "pending"), sets("pending", "open")]), [(0, "cycle")]);
    assert_eq!(warnings(&[sets("open", "pending"), sets("pending", "closed")]), []);
    assert_eq!(warnings(&[sets("open", "open")]), [(0, "cycle")]);
    // What waits for a message is not set off by a change.
    let by_message = |from: &str, to: &str| {
        with(
            json!([is("case.status", json!(from)), is("message.author", json!("customer"))]),
            json!([{"kind": "set_status", "status": to}]),
        )
    };
    assert_eq!(warnings(&[by_message("open", "pending"), by_message("pending", "open")]), []);
}

#[test]
fn rules_that_never_come_to_their_turn_are_warned_of() {
    let wide = when(json!([is("case.status", json!(["open", "pending"]))]));
    let narrow = when(json!([is("case.status", json!("open")), is("profile.is_identified", json!(true))]));
    assert_eq!(warnings(&[wide.clone(), narrow.clone()]), [(1, "shadowed")]);
    assert_eq!(warnings(&[narrow, wide]), []);
}

#[test]
fn blocks_that_always_hold_and_reminders_without_end_are_warned_of() {
    let body = json!({"name": "x", "trigger": "updated_case", "actions": [{"kind": "stop"}], "match": [
        {"mode": "any", "conditions": [is("case.status", json!("open")), {"field": "case.status", "op": "is_not", "value": "open"}]}]});
    assert_eq!(warnings(&[body]), [(0, "always-true")]);
    let mut remind = json!({"name": "x", "trigger": "existing_case", "actions": [{"kind": "send_message", "texts": ["Hello?"]}]});
    assert_eq!(warnings(std::slice::from_ref(&remind)), [(0, "repeats")]);
    remind["once_per_case"] = json!(true);
    assert_eq!(warnings(&[remind]), []);
}

#[test]
fn r_3_too_much_is_refused() {
    let rules: Vec<Json> = (0..201).map(|_| does(json!({"kind": "stop"}))).collect();
    let problems = compile(&rules).unwrap_err();
    assert_eq!((problems.len(), problems[0].code), (1, "too-many"));
    let block = json!({"mode": "any", "conditions": [is("case.status", json!("open"))]});
    let body =
        json!({"name": "x", "trigger": "new_case", "match": vec![block; 6], "actions": [{"kind": "stop"}]});
    assert_eq!(problem(body), ("too-many".to_owned(), "/match".to_owned()));
}

#[test]
fn r_3_fifty_expressions_that_would_explode_come_to_an_end() {
    let body = |n: usize| {
        with(
            json!([{"field": "message.text", "op": "matches", "value": format!("(a|b|ab)*x{{1,20}}y{n}$")}]),
            json!([{"kind": "add_labels", "labels": ["x"]}]),
        )
    };
    let (set, _) = compile(&(0..50).map(body).collect::<Vec<_>>()).unwrap();
    let text = "ab".repeat(50_000);
    // Linear time: with an engine that tracks back, this line would never be left.
    let evaluation = Scene::message(&text).ask(|s, o| set.evaluate(s, o));
    assert_eq!(evaluation.fired().len(), 0);
}

#[test]
fn what_is_not_a_rule_is_refused_with_the_place() {
    for (text, place) in [
        (r#"{"name": "x", "trigger": "new_case", "actions": [], "more": 1}"#, "/more"),
        (r#"{"name": "x", "trigger": "new", "actions": []}"#, "/trigger"),
        (r#"{"name": "x", "trigger": "new_case", "actions": [{"kind": "merge"}]}"#, "/actions/0/kind"),
        (r#"{"name": "x", "trigger": "new_case", "actions": [{"kind": "stop", "x": 1}]}"#, "/actions/0"),
        (
            r#"{"name": "x", "trigger": "new_case", "match": [{"mode": "all", "conditions": [{"field": "a", "op": "eval"}]}], "actions": []}"#,
            "/match/0/conditions/0/op",
        ),
        ("[", ""),
        (r#"{"name": "x", "trigger": "new_case", "actions": []} x"#, ""),
    ] {
        let problem = parse(text).unwrap_err();
        assert_eq!((problem.code, problem.pointer.as_str()), ("not-a-rule", place), "{problem}");
    }
}

#[test]
fn a_rule_reads_back_as_it_was_written() {
    for language in countersign_rules::scenario::Language::ALL {
        for rule in countersign_rules::scenario::chat_identification(*language, None).rules {
            let json = serde_json::to_string(&rule).unwrap();
            assert_eq!(parse(&json).unwrap(), rule);
        }
    }
}

#[test]
fn a_deleted_attribute_breaks_its_rule_and_no_other() {
    let bodies = [
        when(json!([is("profile.attributes.tariff", json!("vip"))])),
        does(json!({"kind": "note", "text": "hi"})),
    ];
    let rules: Vec<Rule> = bodies
        .iter()
        .enumerate()
        .map(|(n, b)| Rule { id: [n as u8 + 1; 16].into(), body: parse(&b.to_string()).unwrap() })
        .collect();
    let done = RuleSet::compile_lenient(&rules, &countersign_rules::schema::Schema::default());
    assert_eq!(
        (done.problems.len(), done.problems[0].pointer_in_list()),
        (1, "/0/match/0/conditions/0/field".to_owned())
    );
    let scene = Scene::message("hi");
    assert_eq!(scene.ask(|s, o| done.rules.evaluate(s, o)).fired().collect::<Vec<_>>(), [1]);
    let (_, trace) = scene.ask(|s, o| done.rules.explain(s, o));
    assert!(trace.sentences(&done.rules)[0].contains("something is wrong with it"));
}

#[test]
fn conditions_on_the_message_do_not_hold_when_a_change_is_the_occasion() {
    let text = |op: &str| when(json!([{"field": "message.text", "op": op, "value": "hi"}]));
    let (set, _) = compile(&[
        text("contains"),
        text("not_contains"),
        when(json!([{"field": "case.status", "op": "changed"}])),
    ])
    .unwrap();
    let status = |s: &str| Held::Text(s.to_owned());
    let mut scene = Scene { happened: HappenedWord::Change, ..Scene::message("hi") };
    scene.changes = vec![("case.status".to_owned(), status("open"), status("closed"))];
    assert_eq!(scene.ask(|s, o| set.evaluate(s, o)).fired().collect::<Vec<_>>(), [2]);
}

#[test]
fn the_seed_picks_the_variant_and_nothing_else_does() {
    let (set, _) =
        compile(&[does(json!({"kind": "send_message", "texts": ["a", "b", "c", "d", "e"]}))]).unwrap();
    let pick = |seed: u64| {
        let scene = Scene { seed, ..Scene::message("hi") };
        let evaluation = scene.ask(|s, o| set.evaluate(s, o));
        evaluation.decisions(&set).next().unwrap().variant
    };
    let mut counts = [0; 5];
    (0..5_000).for_each(|seed| counts[pick(seed)] += 1);
    assert!(counts.iter().all(|count| (800..1_200).contains(count)), "{counts:?}");
    assert_eq!(pick(7), pick(7));
}

#[test]
fn conditions_on_visits_fit_their_fields_and_say_what_has_to_be_read() {
    let at = |code: &str, place: &str| (code.to_owned(), format!("/match/0/conditions/0{place}"));
    for (condition, code, place) in [
        (is("visit.state", json!("signed in")), "wrong-value", "/value"),
        (is("visit.device", json!("telephone")), "wrong-value", "/value"),
        (json!({"field": "visit.pages", "op": "starts_with", "value": "https"}), "wrong-op", "/op"),
        (json!({"field": "visit.pages", "op": "matches", "value": "^x"}), "wrong-op", "/op"),
        (json!({"field": "visit.url", "op": "changed"}), "wrong-op", "/op"),
        (json!({"field": "visit.seconds", "op": "more", "value": "60"}), "wrong-value", "/value"),
        (json!({"field": "visit.categories", "op": "contains", "value": "x"}), "wrong-op", "/op"),
        (json!({"field": "visit.page", "op": "contains", "value": "x"}), "unknown-field", "/field"),
    ] {
        assert_eq!(problem(when(json!([condition.clone()]))), at(code, place), "{condition}");
    }
    let reads = |condition: Json| {
        let (set, _) = compile(&[when(json!([condition]))]).unwrap();
        (set.needs_visit(), set.needs_pages(), set.needs_profile())
    };
    assert_eq!(reads(is("case.status", json!("open"))), (false, false, false));
    assert_eq!(reads(json!({"field": "case.labels", "op": "has", "value": "vip"})), (false, false, false));
    assert_eq!(reads(is("visit.is_live", json!(true))), (true, false, false));
    assert_eq!(reads(json!({"field": "visit.pages", "op": "contains", "value": "x"})), (true, true, false));
    assert_eq!(reads(json!({"field": "visit.categories", "op": "has", "value": "vip"})), (true, true, false));
}

#[test]
fn labels_and_categories_are_two_lists() {
    let has = |field: &str, op: &str| json!({"field": field, "op": op, "value": "vip"});
    // The same word may be on one and not on the other.
    let both = when(json!([has("case.labels", "has"), has("visit.categories", "has_not")]));
    let (set, _) = compile(std::slice::from_ref(&both)).unwrap();
    let fired = |labels: &[&str], categories: &[&str]| {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let visit = Visited { categories: own(categories), ..Visited::of("anonymous", &[]) };
        let scene = Scene { labels: own(labels), visit: Some(visit), ..Scene::message("hi") };
        scene.ask(|snapshot, occasion| set.evaluate(snapshot, occasion).fired().len() > 0)
    };
    assert!(fired(&["vip"], &["loans"]));
    assert!(!fired(&["vip"], &["vip"]) && !fired(&["loans"], &["loans"]) && !fired(&[], &["vip"]));
    let never = when(json!([has("visit.categories", "has"), has("visit.categories", "has_not")]));
    assert_eq!(problem(never), ("never-true".to_owned(), "/match/0/conditions/1".to_owned()));
}

#[test]
fn without_a_visit_its_fields_are_empty_and_its_state_is_none() {
    let holds = |condition: Json, visit: Option<Visited>| {
        let (set, _) = compile(&[when(json!([condition]))]).unwrap();
        let scene = Scene { visit, ..Scene::message("hi") };
        scene.ask(|snapshot, occasion| set.evaluate(snapshot, occasion).fired().len() > 0)
    };
    let at = |page: &str| Some(Visited::of("anonymous", &[page, "https://shop.example/"]));
    let checkout = json!({"field": "visit.url", "op": "contains", "value": "/checkout"});
    assert!(holds(checkout.clone(), at("https://shop.example/checkout")));
    assert!(!holds(checkout.clone(), at("https://shop.example/cart")) && !holds(checkout, None));
    assert!(holds(is("visit.state", json!("none")), None));
    assert!(
        !holds(is("visit.state", json!("none")), at("x"))
            && holds(is("visit.state", json!("anonymous")), at("x"))
    );
    assert!(
        holds(is("visit.is_live", json!(false)), None) && holds(is("visit.is_live", json!(true)), at("x"))
    );
    let few = json!({"field": "visit.pages_seen", "op": "less", "value": 3});
    assert!(holds(few.clone(), at("x")) && !holds(few, None), "nothing is in no relation");
    assert!(holds(json!({"field": "visit.pages_seen", "op": "is_empty"}), None));
    let seen = json!({"field": "visit.pages", "op": "contains", "value": "shop.example/"});
    assert!(holds(seen.clone(), at("x")) && !holds(seen, None));
    let is_not = json!({"field": "visit.device", "op": "is_not", "value": "mobile"});
    assert!(holds(is_not, None));
}
