//! Whatever is posted to a website's address is read or refused, adds up, and can be kept; settings read back as they
//! were written; what was stripped from an address once stays away.
#![no_main]

use countersign_types::Timestamp;
use countersign_visits::{
    Batch, Fact, History, SegmentCall, Site, Standing, is_refused_id, parse_posthog, parse_segment,
    parse_tracker, strip_url, write_key_of,
};
use libfuzzer_sys::fuzz_target;

const CALLS: [SegmentCall; 7] = [
    SegmentCall::Batch,
    SegmentCall::Track,
    SegmentCall::Page,
    SegmentCall::Screen,
    SegmentCall::Identify,
    SegmentCall::Alias,
    SegmentCall::Group,
];

fn keep(batch: &Batch<'_>, received_at: Timestamp) {
    let read: usize = batch.streams.iter().map(|stream| stream.events.len()).sum();
    assert_eq!(read + batch.refused.len() + batch.duplicates, batch.count);
    for stream in &batch.streams {
        let mut facts = Vec::new();
        for event in &stream.events {
            assert!(event.at <= received_at);
            assert!(serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&event.data).is_ok());
            let identity = event.who.as_ref().and_then(|who| who.identity.as_deref());
            assert!(identity.is_none_or(|id| !is_refused_id(id)));
            facts.push(Fact {
                at: event.at,
                key: event.key,
                kind: event.kind,
                page: event.page,
                identity: identity.map(|id| id.len() as i64),
                is_signed: false,
                is_leaving: event.is_leaving,
                active_ms: event.active_ms,
                row: facts.len() as i64,
            });
        }
        // What comes in order is carried on without folding anew.
        let mut standing = Standing::begin(&facts[0]);
        assert!(facts.iter().all(|fact| standing.take(fact)));
        assert_eq!(Standing::of(&mut facts), Some(standing));
        History::of(&mut facts, Some(received_at));
    }
}

fuzz_target!(|body: &[u8]| {
    let received_at = Timestamp::from_micros(1_764_000_000_000_000);
    let site = Site::default();
    write_key_of(body);
    let segment = CALLS.iter().map(|call| parse_segment(body, *call, received_at, &site));
    let all = [parse_tracker(body, received_at, &site), parse_posthog(body, received_at, &site)];
    for read in all.into_iter().chain(segment) {
        match read {
            Ok(batch) => keep(&batch, received_at),
            Err(bad) => assert!(bad.to_string().ends_with('.')),
        }
    }
    if let Ok(config) = serde_json::from_slice(body)
        && let Ok(site) = Site::parse(&config)
    {
        assert_eq!(Site::parse(&site.to_json()).as_ref(), Ok(&site));
        let _ = parse_tracker(body, received_at, &site);
    }
    if let Ok(text) = std::str::from_utf8(body)
        && let Some(stripped) = strip_url(text, &site.query_allow)
    {
        assert_eq!(strip_url(&stripped, &site.query_allow).as_ref(), Some(&stripped));
    }
});
