use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;

fn findings(document: Value) -> Vec<(Severity, String, &'static str)> {
    with(document, &Known::default())
}

fn with(document: Value, known: &Known) -> Vec<(Severity, String, &'static str)> {
    let flow = Flow::parse(&document).unwrap();
    flow.check(known).into_iter().map(|f| (f.severity, f.pointer(), f.code)).collect()
}

fn problem(pointer: &str, code: &'static str) -> (Severity, String, &'static str) {
    (Severity::Problem, pointer.to_owned(), code)
}

fn warning(pointer: &str, code: &'static str) -> (Severity, String, &'static str) {
    (Severity::Warning, pointer.to_owned(), code)
}

/// The example that the product is asked for: account number, look-up, queue.
fn example() -> Value {
    json!({"start": "ask", "nodes": {
        "ask": {"kind": "keypad_input", "variable": "accountNumber", "min": 10, "max": 10,
            "prompt": {"prompt": "prm_1"}, "exits": {"next": "look", "failed": "agents"}},
        "look": {"kind": "http_request", "method": "GET", "url": "https://bank.example/customers/{accountNumber}",
            "variable": "customerInfo", "exits": {"found": "agents", "not_found": "agents", "unavailable": "agents"}},
        "agents": {"kind": "queue", "queue": "Support", "timeout_ms": 60000,
            "exits": {"timeout": "bye", "failed": "bye"}},
        "bye": {"kind": "hang_up", "prompt": {"say": "Goodbye."}},
    }})
}

#[test]
fn the_example_of_the_seed_can_be_published() {
    assert_eq!(findings(example()), []);
    assert!(is_publishable(&[]));
}

#[test]
fn what_is_referred_to_must_be_there() {
    let some = |of: &[&str]| Some(of.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>());
    let known = Known {
        prompts: some(&["prm_2"]),
        look_ups: some(&[]),
        calendars: some(&[]),
        queues: some(&["Sales"]),
        groups: some(&[]),
        users: some(&[]),
        widgets: Vec::new(),
    };
    let mut flow = example();
    flow["nodes"]["look"] = json!({"kind": "http_request", "look_up": "lku_1", "variable": "customerInfo",
        "exits": {"found": "hours", "not_found": "agents", "unavailable": "agents"}});
    flow["nodes"]["hours"] =
        json!({"kind": "business_hours", "calendar": "cal_1", "exits": {"open": "ring", "closed": "leave"}});
    flow["nodes"]["ring"] = json!({"kind": "connect", "to": "grp_1", "exits": {"no_answer": "ring2", "busy": "ring2", "failed": "ring2"}});
    flow["nodes"]["ring2"] = json!({"kind": "connect", "to": "usr_1", "exits": {"no_answer": "bye", "busy": "bye", "failed": "bye"}});
    flow["nodes"]["leave"] =
        json!({"kind": "voicemail", "to": "grp_1", "exits": {"recorded": "bye", "failed": "bye"}});
    assert_eq!(
        with(flow, &known),
        [
            problem("/nodes/agents/queue", "unknown-queue"),
            problem("/nodes/ask/prompt", "unknown-prompt"),
            problem("/nodes/hours/calendar", "unknown-calendar"),
            problem("/nodes/leave/to", "unknown-group"),
            problem("/nodes/look/look_up", "unknown-look-up"),
            problem("/nodes/ring/to", "unknown-group"),
            problem("/nodes/ring2/to", "unknown-user"),
        ]
    );
}

#[test]
fn exits_lead_somewhere() {
    assert_eq!(
        findings(json!({"start": "nowhere", "on_error": "gone", "nodes": {
            "a": {"kind": "play", "prompt": {"say": "x"}, "exits": {"next": "b", "other": "a"}},
            "m": {"kind": "menu", "prompt": {"say": "x"}, "choices": ["1", "2"], "exits": {"1": "a", "3": "a", "failed": "h"}},
            "h": {"kind": "hang_up", "exits": {"next": "a"}}
        }})),
        [
            problem("/on_error", "unknown-node"),
            problem("/start", "unknown-node"),
            problem("/nodes/a/exits/next", "unknown-node"),
            problem("/nodes/a/exits/other", "unknown-exit"),
            problem("/nodes/h/exits/next", "unknown-exit"),
            problem("/nodes/m/exits/2", "missing-exit"),
            problem("/nodes/m/exits/3", "unknown-exit"),
            warning("/nodes/a", "unreachable"),
            warning("/nodes/h", "unreachable"),
            warning("/nodes/m", "unreachable"),
        ]
    );
}

#[test]
fn loops_without_a_wait_are_problems_and_others_are_not() {
    let play = |next: &str| json!({"kind": "play", "prompt": {"say": "x"}, "exits": {"next": next}});
    let found = findings(json!({"start": "a", "nodes": {"a": play("b"), "b": play("c"), "c": play("b")}}));
    assert_eq!(
        found,
        [
            problem("/nodes/a", "no-way-out"),
            problem("/nodes/b", "endless-loop"),
            problem("/nodes/b", "no-way-out"),
            problem("/nodes/c", "no-way-out"),
        ]
    );
    let menu = json!({"kind": "menu", "prompt": {"say": "x"}, "exits": {"1": "a", "failed": "h"}});
    let found =
        findings(json!({"start": "a", "nodes": {"a": play("m"), "m": menu, "h": {"kind": "hang_up"}}}));
    assert_eq!(found, []);
}

#[test]
fn variables_are_set_before_they_are_read() {
    let set = |value: &str, next: &str| json!({"kind": "set_variable", "variable": "v", "value": value, "exits": {"next": next}});
    let mut flow = example();
    flow["nodes"]["agents"]["hold_prompt"] =
        json!({"say": "{customerInfo.name} {accountNumber} {caller} {keyed.accountNumber} {nobody}"});
    assert_eq!(
        findings(flow),
        [
            problem("/nodes/agents/hold_prompt", "never-set"),
            // One finding for each place and word; both variables are named in sentences.
            warning("/nodes/agents/hold_prompt", "not-always-set"),
            warning("/nodes/agents/hold_prompt", "not-always-set"),
        ]
    );
    let found = findings(json!({"start": "c", "nodes": {
        "c": {"kind": "condition", "branches": [{"exit": "yes", "all": [{"variable": "v", "op": "has_value"}]}],
            "exits": {"yes": "h", "otherwise": "s"}},
        "s": set("{v}x", "h"), "h": {"kind": "hang_up"}}}));
    assert_eq!(
        found,
        [problem("/nodes/s/value", "never-set"), warning("/nodes/c/branches/0/all/0/variable", "never-set")]
    );
}

#[test]
fn i_3_secrets_stay_inside() {
    let flow = json!({"start": "pin", "nodes": {
        "pin": {"kind": "keypad_input", "variable": "pin", "class": "secret", "prompt": {"say": "PIN"},
            "exits": {"next": "look", "failed": "h"}},
        "look": {"kind": "http_request", "method": "POST", "url": "https://a.example/{pin}", "variable": "ok",
            "body": {"kind": "json", "value": {"pin": ["{pin}"]}}, "headers": [{"name": "X-Pin", "value": "{pin}"}],
            "exits": {"found": "set", "not_found": "h", "unavailable": "h"}},
        "set": {"kind": "set_variable", "variable": "copy", "value": "{pin}", "exits": {"next": "say"}},
        "say": {"kind": "play", "prompt": [{"say": "Your PIN is"}, {"digits": "{pin}"}], "exits": {"next": "sms"}},
        "sms": {"kind": "send_sms", "text": "{pin}", "exits": {"next": "h", "failed": "h"}},
        "h": {"kind": "hang_up"}}});
    let known = Known {
        widgets: vec![("Card".to_owned(), vec!["pin".to_owned(), "ok".to_owned()])],
        ..Known::default()
    };
    assert_eq!(
        with(flow, &known),
        [
            problem("", "secret-in-widget"),
            problem("/nodes/look/url", "secret-in-url"),
            problem("/nodes/say/prompt/1", "secret-told"),
            problem("/nodes/set/value", "secret-made-open"),
            problem("/nodes/sms/text", "secret-told"),
        ]
    );
}

#[test]
fn fields_have_ranges() {
    let found = findings(json!({"start": "k", "nodes": {
        "k": {"kind": "keypad_input", "variable": "caller", "min": 12, "max": 60, "terminators": "", "clear_key": "1",
            "inter_digit_ms": 500, "tries": 0, "exits": {"next": "t", "failed": "q"}},
        "t": {"kind": "transfer", "to": "http://a.example", "exits": {"failed": "q"}},
        "q": {"kind": "queue", "exits": {"timeout": "c", "failed": "h"}},
        "c": {"kind": "condition", "branches": [{"exit": "otherwise", "all": []},
            {"exit": "x", "any": [{"variable": "caller", "op": "one_of", "value": "a"}, {"variable": "1", "op": "has_value"}]}],
            "exits": {"otherwise": "r", "x": "h"}},
        "r": {"kind": "http_request", "look_up": "lku_1", "url": "https://a.example", "exits": {"found": "n", "not_found": "n", "unavailable": "n"}},
        "n": {"kind": "http_request", "variable": "v", "exits": {"found": "h", "not_found": "h", "unavailable": "h"}},
        "h": {"kind": "hang_up", "prompt": {"say": " "}}}}));
    for (pointer, code) in [
        ("/nodes/k/prompt", "no-prompt"),
        ("/nodes/k/variable", "built-in"),
        ("/nodes/k/max", "out-of-range"),
        ("/nodes/k/inter_digit_ms", "out-of-range"),
        ("/nodes/k/tries", "out-of-range"),
        ("/nodes/k/require_terminator", "no-terminator"),
        ("/nodes/k/clear_key", "clear-key-taken"),
        ("/nodes/t/to", "not-a-target"),
        ("/nodes/q/queue", "not-chosen"),
        ("/nodes/c/branches/0", "test-count"),
        ("/nodes/c/branches/0/exit", "exit-taken"),
        ("/nodes/c/branches/1/any/0/value", "value-form"),
        ("/nodes/c/branches/1/any/1/variable", "not-a-variable"),
        ("/nodes/r/look_up", "two-requests"),
        ("/nodes/r/variable", "not-a-name"),
        ("/nodes/n/url", "no-request"),
        ("/nodes/h/prompt", "empty-prompt"),
    ] {
        assert!(found.contains(&problem(pointer, code)), "{pointer} {code} {found:?}");
    }
}

#[test]
fn whoever_is_gone_is_named_where_a_flow_names_them() {
    let flow = || {
        json!({"start": "one", "nodes": {
        "one": {"kind": "connect", "to": "usr_1", "exits": {"no_answer": "two", "busy": "two", "failed": "two"}},
        "two": {"kind": "connect", "to": "grp_1", "exits": {"no_answer": "hours", "busy": "hours", "failed": "hours"}},
        "hours": {"kind": "business_hours", "calendar": "cal_1", "exits": {"open": "q", "closed": "mail"}},
        "q": {"kind": "queue", "queue": "grp_1", "timeout_ms": 60_000, "exits": {"timeout": "mail", "failed": "mail"}},
        "mail": {"kind": "voicemail", "to": "grp_1", "exits": {"recorded": "h", "failed": "h"}},
        "h": {"kind": "hang_up"}}})
    };
    let of = |id: &str| Some([id.to_owned()].into());
    let here = Known { users: of("usr_1"), groups: of("grp_1"), calendars: of("cal_1"), ..Known::default() };
    assert_eq!(with(flow(), &here), []);
    let gone = Known { users: of("usr_2"), groups: of("grp_2"), calendars: of("cal_2"), ..Known::default() };
    assert_eq!(
        with(flow(), &gone),
        [
            problem("/nodes/hours/calendar", "unknown-calendar"),
            problem("/nodes/mail/to", "unknown-group"),
            problem("/nodes/one/to", "unknown-user"),
            problem("/nodes/q/queue", "unknown-group"),
            problem("/nodes/two/to", "unknown-group"),
        ]
    );
    // A queue of no group is everybody's.
    let mut free = flow();
    free["nodes"]["q"]["queue"] = json!("Support");
    assert_eq!(with(free, &here), []);
}

#[test]
fn a_request_that_no_call_could_make_is_no_flow_to_publish() {
    for (field, value, pointer) in [
        ("json_path", json!("$.customer[["), "/nodes/look/json_path"),
        ("json_path", json!("$[0,0,0,0,0]"), "/nodes/look/json_path"),
        ("url", json!("https://{accountNumber}.example/"), "/nodes/look/url"),
        ("url", json!("not an address"), "/nodes/look/url"),
    ] {
        let mut flow = example();
        flow["nodes"]["look"][field] = value.clone();
        let found = findings(flow);
        let wrong = found.iter().filter(|(severity, _, _)| *severity == Severity::Problem);
        assert!(wrong.clone().any(|(_, at, _)| at == pointer), "{value}: {found:?}");
        assert_eq!(wrong.count(), 1, "{value}: {found:?}");
    }
}

#[test]
fn i_3_a_secret_is_one_at_every_node() {
    let mut flow = example();
    flow["nodes"]["pin"] = json!({"kind": "keypad_input", "variable": "accountNumber", "class": "secret",
        "prompt": {"say": "PIN"}, "exits": {"next": "ask", "failed": "agents"}});
    flow["start"] = json!("pin");
    let found = findings(flow);
    assert!(
        found.iter().any(|(severity, _, code)| *severity == Severity::Problem && *code == "class-differs"),
        "{found:?}"
    );
}
