//! Segment, RudderStack, PostHog.

use super::*;

/// What `analytics.track` of `@segment/analytics-node` 2 posts to `/v1/batch`.
fn segment_node() -> Value {
    json!({
        "batch": [{
            "userId": "c-77", "event": "Signed In", "properties": {"token": "a.b.c", "method": "card"}, "type": "track",
            "context": {"library": {"name": "@segment/analytics-node", "version": "2.3.0"}}, "integrations": {},
            "timestamp": "2025-11-24T15:59:59.000Z", "messageId": "node-next-1764000000000-4a4f2c2e-6a9b-4a8e-9b8e-0d0f7c5b6a12",
            "_metadata": {"nodeVersion": "22.11.0", "jsRuntime": "node"}
        }, {
            "userId": "c-78", "traits": {"email": "ada@example.com", "plan": "gold"}, "type": "identify",
            "context": {"library": {"name": "@segment/analytics-node", "version": "2.3.0"}}, "integrations": {},
            "timestamp": "2025-11-24T15:59:59.500Z", "messageId": "node-next-1764000000000-5b4f2c2e-6a9b-4a8e-9b8e-0d0f7c5b6a12",
            "_metadata": {"nodeVersion": "22.11.0", "jsRuntime": "node"}
        }],
        "writeKey": "cswk_1", "sentAt": "2025-11-24T16:00:00.000Z"
    })
}

#[test]
fn segment_on_a_server() {
    let body = segment_node().to_string();
    let site = site();
    let batch = parse_segment(body.as_bytes(), SegmentCall::Batch, received(), &site).unwrap();
    assert_eq!((batch.count, batch.refused.len(), batch.streams.len()), (2, 0, 2));
    let [signed_in] = batch.streams[0].events.as_slice() else { panic!("one event each") };
    assert_eq!((batch.streams[0].visit, batch.streams[0].device), (None, Some(Key::of("c-77", "user"))));
    assert_eq!((signed_in.kind, &*signed_in.name), (EventType::SignIn, "SignIn"));
    assert_eq!(signed_in.at, received().plus(-SECOND));
    let who = signed_in.who.as_ref().unwrap();
    assert_eq!((who.identity.as_deref(), who.token.as_deref()), (Some("c-77"), Some("a.b.c")));
    assert_eq!(signed_in.data, r#"{"method":"card"}"#);
    let identified = &batch.streams[1].events[0];
    assert_eq!((identified.kind, &*identified.data), (EventType::UserInfo, r#"{"plan":"gold"}"#));
    assert_eq!(identified.who.as_ref().unwrap().email.as_deref(), Some("ada@example.com"));
    assert_eq!(write_key_of(body.as_bytes()).as_deref(), Some("cswk_1"));
}

/// What `analytics.page()` of Analytics.js 2 posts to `/v1/p`.
fn segment_page(user: Value) -> Value {
    json!({
        "timestamp": "2025-11-24T15:59:58.000Z", "integrations": {}, "userId": user, "anonymousId": DEVICE, "type": "page",
        "properties": {"path": "/loans", "referrer": "https://www.shop.example/?q=1", "search": "?email=ada@example.com", "title": "Loans",
            "url": "https://shop.example/loans?email=ada@example.com&utm_source=news", "plan": "gold"},
        "category": "money", "name": "Loan page",
        "context": {"page": {"path": "/loans", "referrer": "https://www.shop.example/?q=1", "search": "?email=ada@example.com",
                "title": "Loans", "url": "https://shop.example/loans?email=ada@example.com&utm_source=news"},
            "userAgent": "Mozilla/5.0", "locale": "de-DE", "library": {"name": "analytics.js", "version": "npm:next-1.81.0"},
            "timezone": "Europe/Berlin", "campaign": {"source": "news"}},
        "messageId": "ajs-next-1764000000000-6c4f2c2e", "writeKey": "cswk_1", "sentAt": "2025-11-24T16:00:00.000Z",
        "_metadata": {"bundled": ["Segment.io"], "unbundled": [], "bundledIds": []}
    })
}

#[test]
fn segment_in_a_browser() {
    let site = site();
    let body = segment_page(json!("c-77")).to_string();
    let batch = parse_segment(body.as_bytes(), SegmentCall::Page, received(), &site).unwrap();
    assert_eq!((batch.streams[0].visit, batch.streams[0].device), (None, Key::parse(DEVICE)));
    let event = one(&batch);
    assert_eq!((event.kind, event.at), (EventType::PageEntered, received().plus(-2 * SECOND)));
    assert_eq!(event.url.as_deref(), Some("https://shop.example/loans?utm_source=news"));
    assert_eq!((event.title.as_deref(), event.language.as_deref()), (Some("Loans"), Some("de-DE")));
    assert_eq!(event.categories, ["money", "loans"]);
    assert_eq!((event.source.as_deref(), event.page), (Some("news"), Some(event.key)));
    assert_eq!(event.who.as_ref().unwrap().identity.as_deref(), Some("c-77"));
    assert_eq!(event.data, r#"{"plan":"gold"}"#);
    assert!(!format!("{event:?}").contains("ada@"), "nothing of the query is left");
    let body = segment_page(Value::Null).to_string();
    let batch = parse_segment(body.as_bytes(), SegmentCall::Page, received(), &site).unwrap();
    assert_eq!(one(&batch).who, None);
    let body = segment_page(json!("undefined")).to_string();
    let batch = parse_segment(body.as_bytes(), SegmentCall::Page, received(), &site).unwrap();
    assert_eq!(
        (one(&batch).who.as_ref(), one(&batch).warnings.as_slice()),
        (None, ["identity_refused"].as_slice())
    );
}

/// What the RudderStack JavaScript SDK 3 posts to `/v1/batch`: the traits stand in the context, unknown users are "".
fn rudder(device: &str, calls: &[Value]) -> String {
    let mut calls = calls.to_vec();
    for (n, call) in calls.iter_mut().enumerate() {
        let call = call.as_object_mut().unwrap();
        let base = json!({
            "channel": "web", "anonymousId": device, "messageId": format!("7d4f2c2e-6a9b-4a8e-9b8e-0d0f7c5b{n:04x}"),
            "originalTimestamp": "2025-11-24T15:59:59.000Z", "sentAt": "2025-11-24T15:59:59.500Z", "integrations": {"All": true}
        });
        for (name, value) in base.as_object().unwrap() {
            call.entry(name.clone()).or_insert(value.clone());
        }
        let context = call.entry("context").or_insert(json!({})).as_object_mut().unwrap();
        context.extend(json!({
            "sessionId": 1_764_000_000, "app": {"name": "RudderLabs JavaScript SDK", "version": "3.20.1"}, "locale": "en-GB",
            "page": {"url": "https://shop.example/loans", "title": "Loans", "referrer": "$direct", "tab_url": "https://shop.example/loans"}
        }).as_object().unwrap().clone());
    }
    json!({"batch": calls, "sentAt": "2025-11-24T16:00:00.000Z"}).to_string()
}

#[test]
fn rudderstack_in_a_browser() {
    let body = rudder(
        DEVICE,
        &[
            json!({"type": "page", "userId": "", "name": "Loans", "properties": {"url": "https://shop.example/loans",
                "tab_url": "https://shop.example/loans?x=1", "initial_referrer": "$direct"}}),
            json!({"type": "identify", "userId": "c-77", "context": {"traits": {"email": "ada@example.com", "plan": "gold"}}}),
            json!({"type": "track", "userId": "c-77", "event": "AddToCart", "properties": {"price": 5}}),
            json!({"type": "group", "userId": "c-77", "groupId": "g-1", "traits": {"name": "Acme"}}),
            json!({"type": "alias", "userId": "c-78", "previousId": "c-77"}),
            json!({"type": "track", "userId": "c-77", "event": "Signed Out"}),
            json!({"type": "identify", "userId": "[object Object]"}),
            json!({"type": "flush"}),
        ],
    );
    let site = site();
    let batch = parse_segment(body.as_bytes(), SegmentCall::Batch, received(), &site).unwrap();
    assert_eq!(reasons(&batch), [(6, Reason::BadId), (7, Reason::UnknownKind)]);
    let [stream] = batch.streams.as_slice() else { panic!("one device, one session") };
    assert_eq!(stream.device, Key::parse(DEVICE));
    let at = received().plus(-SECOND);
    assert!(stream.events.iter().all(|event| event.at == at), "the batch knows when it was sent");
    let of = |kind| stream.events.iter().filter(move |event| event.kind == kind).collect::<Vec<_>>();
    let page = of(EventType::PageEntered)[0];
    assert_eq!(
        (page.who.as_ref(), page.referrer.as_ref(), page.source.as_ref(), &*page.data),
        (None, None, None, "{}")
    );
    let told: Vec<_> =
        of(EventType::UserInfo).iter().map(|e| e.who.clone().unwrap().identity.unwrap()).collect();
    assert!(told.contains(&"c-77".to_owned()) && told.contains(&"c-78".to_owned()));
    let business: Vec<_> =
        of(EventType::Business).iter().map(|e| (e.name.to_string(), e.data.to_string())).collect();
    assert!(
        business.contains(&("Group".to_owned(), r#"{"group_id":"g-1","name":"Acme"}"#.to_owned())),
        "{business:?}"
    );
    assert!(business.contains(&("AddToCart".to_owned(), r#"{"price":5}"#.to_owned())));
    assert_eq!(of(EventType::SignOut).len(), 1);
    // The same second on another device is another visit.
    let other = rudder("other-device", &[json!({"type": "page"})]);
    let other = parse_segment(other.as_bytes(), SegmentCall::Batch, received(), &site).unwrap();
    assert_ne!(other.streams[0].visit, stream.visit);
    assert!(stream.visit.is_some());
}

#[test]
fn t_3_people_in_one_request_are_kept_apart() {
    let call = |device: &str, user: &str, n: usize| json!({"type": "track", "event": "x", "anonymousId": device, "userId": user, "messageId": format!("m-{n}")});
    let calls = [
        call("d-1", "a", 1),
        call("d-2", "b", 2),
        call("d-1", "a", 3),
        call("", "c", 4),
        call("null", "", 5),
    ];
    let body = json!({"batch": calls}).to_string();
    let site = site();
    let batch = parse_segment(body.as_bytes(), SegmentCall::Batch, received(), &site).unwrap();
    assert_eq!(reasons(&batch), [(4, Reason::BadId)]);
    let sizes: Vec<_> =
        batch.streams.iter().map(|stream| (stream.device.unwrap(), stream.events.len())).collect();
    let device = |text| Key::of(text, "device");
    assert_eq!(sizes, [(device("d-1"), 2), (device("d-2"), 1), (Key::of("c", "user"), 1)]);
}

/// What `posthog-js` posts to `/e/`: a list, each with its age instead of its time.
fn posthog_js(event: &str, distinct: &str, more: Value) -> Value {
    let mut properties = json!({
        "$os": "Windows", "$browser": "Chrome", "$device_type": "Desktop", "$current_url": "https://shop.example/loans?gclid=1&utm_source=news",
        "$host": "shop.example", "$pathname": "/loans", "$browser_language": "en-US", "$lib": "web", "$lib_version": "1.290.0",
        "$insert_id": "abc123", "$time": 1_763_999_999.5, "distinct_id": distinct, "$device_id": DEVICE,
        "$session_id": "0198c4f0-7f4e-7abc-8def-0123456789ab", "$window_id": "0198c4f0-7f4e-7abc-8def-0123456789ac",
        "$pageview_id": "0198c4f0-7f4e-7abc-8def-0000000000aa", "$referrer": "https://search.example/?q=1",
        "$is_identified": distinct != DEVICE, "token": "cswk_1", "utm_source": "news", "gclid": "1", "title": "Loans"
    });
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"uuid": format!("0198c4f0-7f4e-7abc-8def-{:012x}", event.len() * 1000 + distinct.len()), "event": event,
        "properties": properties, "offset": 1_500})
}

#[test]
fn posthog_in_a_browser() {
    let events = [
        posthog_js("$pageview", DEVICE, json!({"plan": "gold"})),
        posthog_js(
            "$identify",
            "c-77",
            json!({"$anon_distinct_id": DEVICE, "$set": {"email": "ada@example.com", "vip": true}}),
        ),
        posthog_js("bought", "c-77", json!({"price": 5})),
        posthog_js(
            "$pageleave",
            "c-77",
            json!({"$prev_pageview_id": "0198c4f0-7f4e-7abc-8def-0000000000aa"}),
        ),
        posthog_js("$autocapture", "c-77", json!({"$elements_chain": "input:value=\"secret\""})),
        posthog_js("$snapshot", "c-77", json!({})),
        posthog_js("$create_alias", "c-77", json!({"alias": "c-78"})),
        posthog_js("$identify", "undefined", json!({"$set": {"email": "x@example.com"}})),
    ];
    let body = Value::from(events.to_vec()).to_string();
    let site = site();
    let batch = parse_posthog(body.as_bytes(), received(), &site).unwrap();
    assert_eq!(
        reasons(&batch),
        [(4, Reason::NotCollected), (5, Reason::NotCollected), (6, Reason::UnknownKind), (7, Reason::BadId)]
    );
    let [stream] = batch.streams.as_slice() else { panic!("one visit: {:?}", batch.streams) };
    assert_eq!((stream.visit, stream.device), (Key::parse(VISIT), Key::parse(DEVICE)));
    assert!(stream.events.iter().all(|event| event.at == received().plus(-1_500_000)));
    let of = |kind| stream.events.iter().find(|event| event.kind == kind).unwrap();
    let entered = of(EventType::PageEntered);
    assert_eq!((entered.who.as_ref(), &*entered.data), (None, r#"{"plan":"gold"}"#));
    assert_eq!(entered.url.as_deref(), Some("https://shop.example/loans?utm_source=news"));
    assert_eq!((entered.title.as_deref(), entered.source.as_deref()), (Some("Loans"), Some("news")));
    let told = of(EventType::UserInfo);
    let who = told.who.as_ref().unwrap();
    assert_eq!((who.identity.as_deref(), who.email.as_deref()), (Some("c-77"), Some("ada@example.com")));
    assert_eq!(told.data, r#"{"vip":true}"#);
    let bought = of(EventType::Business);
    assert_eq!((&*bought.data, bought.page), (r#"{"price":5}"#, entered.page));
    assert_eq!(bought.who.as_ref().unwrap().identity.as_deref(), Some("c-77"));
    let left = of(EventType::PageExited);
    assert_eq!((left.is_leaving, left.page), (true, entered.page));
    assert_eq!(write_key_of(body.as_bytes()).as_deref(), Some("cswk_1"));
}

#[test]
fn posthog_on_a_server() {
    let event = |id: &str, more: Value| {
        let mut properties = json!({"$lib": "posthog-node", "$lib_version": "5.11.0", "$is_server": true, "$geoip_disable": true, "plan": "gold"});
        properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"distinct_id": id, "event": "bought", "properties": properties, "type": "capture", "library": "posthog-node",
            "library_version": "5.11.0", "timestamp": "2025-11-24T15:59:59.000Z", "uuid": format!("0198c4f0-7f4e-7abc-8def-{:012x}", id.len())})
    };
    let batch = [
        event("c-77", json!({})),
        event(DEVICE, json!({})),
        event("visitor", json!({})),
        event("somebody", json!({"$process_person_profile": false})),
    ];
    let body =
        json!({"api_key": "cswk_1", "batch": batch, "sent_at": "2025-11-24T16:00:00.000Z"}).to_string();
    let site = site();
    let batch = parse_posthog(body.as_bytes(), received(), &site).unwrap();
    assert_eq!(reasons(&batch), [(2, Reason::BadId)]);
    let who: Vec<_> = batch
        .streams
        .iter()
        .map(|s| s.events[0].who.as_ref().and_then(|who| who.identity.as_deref()))
        .collect();
    assert_eq!(who, [Some("c-77"), None, None]);
    let devices: Vec<_> = batch.streams.iter().map(|stream| stream.device.unwrap()).collect();
    assert_eq!(
        devices,
        [Key::of("c-77", "user"), Key::parse(DEVICE).unwrap(), Key::of("somebody", "device")]
    );
    let event = &batch.streams[0].events[0];
    assert_eq!((event.at, &*event.data), (received().plus(-SECOND), r#"{"plan":"gold"}"#));
    assert_eq!(write_key_of(body.as_bytes()).as_deref(), Some("cswk_1"));
}

#[test]
fn posthog_one_event_and_what_is_none() {
    let site = site();
    let body = json!({"api_key": "cswk_1", "distinct_id": "c-77", "event": "$identify", "$set": {"email": "ada@example.com"}}).to_string();
    let batch = parse_posthog(body.as_bytes(), received(), &site).unwrap();
    assert_eq!(one(&batch).who.as_ref().unwrap().email.as_deref(), Some("ada@example.com"));
    let read = |body: &str| parse_posthog(body.as_bytes(), received(), &site).map(|_| ()).unwrap_err();
    assert_eq!(read("{}"), BadBatch::NotABatch);
    assert_eq!(read("7"), BadBatch::NotABatch);
    assert_eq!(read(&format!("[{}]", vec!["1"; 501].join(","))), BadBatch::TooMany { max: 500 });
    assert_eq!(
        parse_segment(b"[]", SegmentCall::Track, received(), &site).map(|_| ()).unwrap_err(),
        BadBatch::NotABatch
    );
}

#[test]
fn t_5_a_foreign_event_may_be_large_but_not_what_is_kept_of_it() {
    let site = site();
    let call = |context: usize, data: usize| {
        json!({"anonymousId": "d", "event": "x", "messageId": "m", "context": {"userAgent": "u".repeat(context)},
            "properties": {"a": "x".repeat(data)}}).to_string()
    };
    let read = |body: &str| {
        let batch = parse_segment(body.as_bytes(), SegmentCall::Track, received(), &site).unwrap();
        batch.refused.first().map(|refused| refused.reason)
    };
    assert_eq!(read(&call(20_000, 10)), None);
    assert_eq!(read(&call(10, 9_000)), Some(Reason::TooLarge));
    assert_eq!(read(&call(70_000, 10)), Some(Reason::TooLarge));
}
