//! Bodies as the clients send them.
//!
//! The fields are those of `@segment/analytics-node` 2, `analytics.js` (Analytics.js 2), the RudderStack JavaScript SDK
//! 3, `posthog-js` 1 and `posthog-node` 5; values are made up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod foreign;

use countersign_types::Timestamp;
use countersign_types::time::{HOUR, MINUTE, SECOND};
use countersign_visits::{
    BadBatch, Batch, EventType, Key, Reason, SegmentCall, Site, Stream, WebEvent, is_refused_id,
    parse_posthog, parse_segment, parse_tracker, write_key_of,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const VISIT: &str = "0198c4f07f4e7abc8def0123456789ab";
const DEVICE: &str = "4a4f2c2e-6a9b-4a8e-9b8e-0d0f7c5b6a11";

/// 2025-11-24T16:00:00Z.
const SENT_MS: i64 = 1_764_000_000_000;

/// Two seconds on the way, or a clock that is two seconds behind: nobody can tell.
fn received() -> Timestamp {
    Timestamp::from_micros(SENT_MS * 1_000).plus(2 * SECOND)
}

fn site() -> Site {
    let config = json!({
        "origins": ["https://shop.example", "https://www.shop.example"],
        "categories": [{"name": "loans", "in": "url", "contains": "/Loans"}, {"name": "start", "in": "title", "contains": "welcome"}],
        "events": [
            {"name": "AddToCart", "mode": "refuse", "schema": {"type": "object", "properties": {"price": {"type": "number"}}}},
            {"name": "Look", "mode": "warn", "schema": {"required": ["what"]}}]
    });
    Site::parse(&config).unwrap()
}

fn event_id(n: usize) -> String {
    format!("0198c4f07f4e7abc8def{n:012x}")
}

fn body(events: &[Value]) -> Vec<u8> {
    let mut events = events.to_vec();
    for (n, event) in events.iter_mut().enumerate() {
        if let Some(event) = event.as_object_mut() {
            event.entry("id").or_insert_with(|| json!(event_id(n + 1)));
            event.entry("at").or_insert(json!(SENT_MS));
        }
    }
    let body = json!({"v": 1, "sent": SENT_MS, "visit": VISIT, "device": DEVICE, "language": "en-GB",
        "referrer": "https://search.example/find?q=secret", "events": events});
    body.to_string().into_bytes()
}

fn one<'b, 'a>(batch: &'b Batch<'a>) -> &'b WebEvent<'a> {
    assert!(batch.refused.is_empty(), "{:?}", batch.refused);
    match batch.streams.as_slice() {
        [Stream { events, .. }] if events.len() == 1 => &events[0],
        other => panic!("one event was expected: {other:?}"),
    }
}

fn reasons(batch: &Batch<'_>) -> Vec<(usize, Reason)> {
    batch.refused.iter().map(|refused| (refused.index, refused.reason)).collect()
}

#[test]
fn a_batch_of_the_tracker() {
    let body = body(&[
        json!({"name": "VisitStarted", "at": SENT_MS - 3_000, "data": {"referrer": "https://search.example/find?q=x", "screen": "800x600"}}),
        json!({"name": "PageEntered", "at": SENT_MS - 2_000, "page": VISIT, "url": "https://shop.example/loans?utm_source=news&sid=1",
               "title": " Welcome\u{0} ", "category": "a; b;;a"}),
        json!({"name": "AddToCart", "at": SENT_MS - 1_000, "page": VISIT, "url": "https://shop.example/loans", "data": {"price": 5}}),
        json!({"name": "PageExited", "page": VISIT, "data": {"leaving": true, "active_ms": 1234.5, "scroll": 70}}),
    ]);
    let site = site();
    let batch = parse_tracker(&body, received(), &site).unwrap();
    assert_eq!((batch.count, batch.duplicates, batch.refused.len()), (4, 0, 0));
    let [stream] = batch.streams.as_slice() else { panic!("one visit is one stream") };
    assert_eq!((stream.visit, stream.device), (Key::parse(VISIT), Key::parse(DEVICE)));
    let [started, entered, bought, exited] = stream.events.as_slice() else { panic!("four events") };
    assert_eq!((started.at, started.offset_ms), (received().plus(-3 * SECOND), -2_000));
    assert_eq!(started.referrer.as_deref(), Some("https://search.example/find"));
    assert_eq!(started.source.as_deref(), Some("search.example"));
    assert_eq!(started.data, r#"{"screen":"800x600"}"#);
    assert_eq!(started.language.as_deref(), Some("en-GB"));
    assert_eq!(entered.url.as_deref(), Some("https://shop.example/loans?utm_source=news"));
    assert_eq!(entered.source.as_deref(), Some("news"));
    assert_eq!(entered.title.as_deref(), Some("Welcome"));
    assert_eq!(entered.categories, ["a", "b", "loans", "start"]);
    assert_eq!(
        (bought.kind, &*bought.name, &*bought.data),
        (EventType::Business, "AddToCart", r#"{"price":5}"#)
    );
    assert!(matches!(bought.data, std::borrow::Cow::Borrowed(_)), "data is not copied");
    assert_eq!((exited.is_leaving, exited.active_ms, &*exited.data), (true, Some(1234), r#"{"scroll":70}"#));
    assert_eq!(exited.page, Key::parse(VISIT));
}

#[test]
fn who_somebody_is_leaves_the_data() {
    let names = ["identity", "identityId", "userId"];
    for name in names {
        let body = body(&[
            json!({"name": "SignIn", "data": {name: 77, "token": "a.b.c", "email": "ada@example.com",
            "phone": "+49 170 1234567", "firstName": "Ada", "lastName": "Lovelace", "plan": {"a": [1]}}}),
        ]);
        let site = site();
        let batch = parse_tracker(&body, received(), &site).unwrap();
        let event = one(&batch);
        let who = event.who.as_ref().unwrap();
        assert_eq!(who.identity.as_deref(), Some("77"));
        assert_eq!((who.token.as_deref(), who.email.as_deref()), (Some("a.b.c"), Some("ada@example.com")));
        assert_eq!(
            (who.phone.as_deref(), who.name.as_deref()),
            (Some("+49 170 1234567"), Some("Ada Lovelace"))
        );
        assert_eq!(event.data, r#"{"plan":{"a":[1]}}"#);
        assert!(!format!("{batch:?}").contains("example.com"), "printing a batch tells nothing personal");
    }
    // What a business event calls identity is the site's own affair.
    let body = body(&[json!({"name": "Look", "data": {"what": 1, "identity": "x"}})]);
    let site = site();
    let batch = parse_tracker(&body, received(), &site).unwrap();
    assert_eq!((one(&batch).who.as_ref(), &*one(&batch).data), (None, r#"{"identity":"x","what":1}"#));
}

#[test]
fn t_6_the_servers_clock_decides_and_a_day_is_the_limit() {
    let ms_of_a_day = 24 * 3_600_000;
    let body = body(&[
        json!({"name": "a", "at": SENT_MS + 60_000}),
        json!({"name": "b", "at": SENT_MS - ms_of_a_day}),
        json!({"name": "c", "at": SENT_MS - ms_of_a_day - 1}),
        json!({"name": "d", "at": "2025-11-24T15:59:00Z"}),
        json!({"name": "e", "at": null}),
        json!({"name": "f", "at": 1e300}),
        json!({"name": "g", "at": -1e300}),
    ]);
    let site = site();
    let batch = parse_tracker(&body, received(), &site).unwrap();
    assert_eq!(reasons(&batch), [(2, Reason::TooOld), (6, Reason::TooOld)]);
    let at = |name: &str| batch.streams[0].events.iter().find(|event| event.name == name).unwrap().at;
    assert_eq!((at("a"), at("e"), at("f")), (received(), received(), received()));
    assert_eq!(at("b"), received().plus(-24 * HOUR));
    assert_eq!(at("d"), received().plus(-MINUTE));
    let times: Vec<_> = batch.streams[0].events.iter().map(|event| (event.at, event.key)).collect();
    assert!(times.is_sorted());
}

#[test]
fn t_5_an_event_that_is_wrong_is_refused_alone_with_its_reason() {
    let body = body(&[
        json!({"name": "ok"}),
        json!({"name": "big", "data": {"a": "x".repeat(9_000)}}),
        json!({"name": "  "}),
        json!({"name": "x".repeat(65)}),
        json!("text"),
        json!({"name": "SignIn", "data": {"identity": "[object Object]"}}),
        json!({"name": "UserInfo", "data": {"userId": "undefined", "email": "ada@example.com"}}),
        json!({"name": "AddToCart", "data": {"price": "5"}}),
        json!({"name": "deep", "data": (0..40).fold(json!(1), |inner, _| json!({"a": inner}))}),
    ]);
    let site = site();
    let batch = parse_tracker(&body, received(), &site).unwrap();
    assert_eq!(
        reasons(&batch),
        [
            (1, Reason::TooLarge),
            (2, Reason::NoName),
            (3, Reason::LongName),
            (4, Reason::BadShape),
            (5, Reason::BadId),
            (6, Reason::BadId),
            (7, Reason::Schema),
            (8, Reason::BadShape),
        ]
    );
    assert_eq!((batch.count, batch.streams[0].events.len()), (9, 1));
    assert_eq!((batch.refused[0].name.as_str(), batch.refused[2].name.len()), ("big", 64));
    assert_eq!(batch.refused[6].detail, "/price is not of the type number");
}

#[test]
fn what_does_not_matter_enough_is_a_warning() {
    let body = body(&[
        json!({"name": "Look", "data": {}}),
        json!({"name": "x", "data": [1]}),
        json!({"name": "SignIn", "data": {"identity": "null", "token": "a.b.c"}}),
        json!({"name": "SignIn", "data": {"email": "ada@example.com"}}),
        json!({"name": "PageEntered", "page": "7"}),
        json!({"name": "y", "id": ""}),
    ]);
    let site = site();
    let batch = parse_tracker(&body, received(), &site).unwrap();
    let mut warnings: Vec<_> =
        batch.streams[0].events.iter().flat_map(|event| event.warnings.clone()).collect();
    warnings.sort_unstable();
    assert_eq!(
        warnings,
        ["data_not_object", "identity_refused", "no_id", "no_identity", "no_page", "schema"]
    );
    // An event without an id is known again nevertheless.
    let again = parse_tracker(&body, received().plus(SECOND), &site).unwrap();
    let keys = |batch: &Batch<'_>| {
        let mut keys: Vec<_> = batch.streams[0].events.iter().map(|event| event.key).collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&again), keys(&batch));
}

#[test]
fn t_6_of_the_same_key_the_first_is_kept() {
    let id = event_id(1);
    let body = body(&[
        json!({"name": "first", "id": id}),
        json!({"name": "second", "id": id.to_uppercase()}),
        json!({"name": "third"}),
    ]);
    let site = site();
    let batch = parse_tracker(&body, received(), &site).unwrap();
    assert_eq!((batch.count, batch.duplicates, batch.refused.len()), (3, 1, 0));
    let mut names: Vec<_> = batch.streams[0].events.iter().map(|event| &*event.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["first", "third"]);
}

#[test]
fn what_is_no_batch_is_refused_as_a_whole_and_says_what_to_do() {
    let site = site();
    let read = |body: &[u8]| parse_tracker(body, received(), &site).map(|_| ()).unwrap_err();
    assert_eq!(read(b"{\"v\":1,\n x"), BadBatch::NotJson { line: 2, column: 2 });
    assert_eq!(read(b""), BadBatch::NotJson { line: 1, column: 0 });
    assert!(matches!(read(b"{\"visit\":\"\xff\",\"events\":[]}"), BadBatch::NotJson { .. }));
    for text in ["[]", "7", "{}", r#"{"visit":"7","events":[]}"#, r#"{"events":[]}"#] {
        assert_eq!(read(text.as_bytes()), BadBatch::NotABatch, "{text}");
    }
    let many: Vec<Value> = (0..51).map(|_| json!({"name": "x"})).collect();
    assert_eq!(read(&body(&many)), BadBatch::TooMany { max: 50 });
    assert!(parse_tracker(&body(&many[..50]), received(), &site).is_ok());
    for bad in [read(b"x"), read(b"{}"), read(&body(&many))] {
        let said = bad.to_string();
        assert!(said.contains("Send") && said.ends_with('.'), "{said}");
    }
}

#[test]
fn ids_that_name_nobody_are_known() {
    for id in [
        "",
        " ",
        "\t",
        "0",
        "00",
        "null",
        "NULL",
        "None",
        "nil",
        "NaN",
        "undefined",
        "Undefined",
        "true",
        "false",
        "[object Object]",
        "anonymous",
        "Guest",
        "\"null\"",
        "'undefined'",
        "distinct_id",
        "not_authenticated",
        "00000000-0000-0000-0000-000000000000",
        "---",
        "{}",
        "n/a",
        "id",
        "email",
        "a\nb",
    ] {
        assert!(is_refused_id(id), "{id:?}");
    }
    assert!(is_refused_id(&"x".repeat(201)));
    for id in
        ["1", "10", "77", "c-77", "ada@example.com", "nullable", "Guestbook", "Ольга", "客户", "00a", DEVICE]
    {
        assert!(!is_refused_id(id), "{id:?}");
    }
}

/// Bodies that are nearly right.
fn bodies() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        Just("c-77".to_owned()),
        Just("undefined".to_owned()),
        Just(VISIT.to_owned()),
        Just("SignIn".to_owned()),
        Just("$pageview".to_owned()),
        Just("track".to_owned()),
        Just("2025-11-24T15:59:59Z".to_owned()),
        Just("https://a:b@shop.example/loans?x=1".to_owned()),
        "\\PC{0,8}",
    ];
    let leaf = prop_oneof![
        4 => text.prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
    ];
    let name = prop::sample::select(vec![
        "v",
        "sent",
        "visit",
        "device",
        "language",
        "referrer",
        "events",
        "id",
        "name",
        "at",
        "page",
        "url",
        "title",
        "category",
        "data",
        "identity",
        "token",
        "leaving",
        "batch",
        "sentAt",
        "type",
        "event",
        "userId",
        "anonymousId",
        "messageId",
        "timestamp",
        "properties",
        "traits",
        "context",
        "distinct_id",
        "$device_id",
        "$session_id",
        "$set",
        "uuid",
        "offset",
    ]);
    leaf.prop_recursive(5, 80, 8, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            3 => prop::collection::vec((name.clone(), inner), 0..10)
                .prop_map(|all| all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Value>()),
        ]
    })
    .prop_map(|mut value| {
        if let Some(fields) = value.as_object_mut() {
            fields.insert("visit".to_owned(), json!(VISIT));
        }
        value.to_string()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_500) })]

    #[test]
    fn whatever_is_read_adds_up_is_in_order_and_can_be_kept(body in bodies()) {
        let site = site();
        let body = body.as_bytes();
        let all = [
            parse_tracker(body, received(), &site),
            parse_segment(body, SegmentCall::Batch, received(), &site),
            parse_segment(body, SegmentCall::Identify, received(), &site),
            parse_segment(body, SegmentCall::Track, received(), &site),
            parse_posthog(body, received(), &site),
        ];
        for batch in all.into_iter().flatten() {
            let read: usize = batch.streams.iter().map(|stream| stream.events.len()).sum();
            prop_assert_eq!(read + batch.refused.len() + batch.duplicates, batch.count);
            for stream in &batch.streams {
                prop_assert!(stream.events.is_sorted_by_key(|event| (event.at, event.key)));
                for event in &stream.events {
                    prop_assert!(event.at <= received() && event.at >= received().plus(-24 * HOUR));
                    prop_assert!(serde_json::from_str::<serde_json::Map<String, Value>>(&event.data).is_ok(), "{}", event.data);
                    prop_assert!(event.who.as_ref().and_then(|who| who.identity.as_ref()).is_none_or(|id| !is_refused_id(id)));
                    prop_assert!(!event.name.is_empty() && !event.name.contains('\0'));
                    let text = format!("{:?}{:?}", event.url, event.referrer);
                    prop_assert!(!text.contains("a:b@") && !text.contains("x=1"), "{text}");
                }
            }
        }
    }
}
