//! The fast classifier and the slow one say the same; redacting fits and removes what was found.
#![no_main]

use countersign_identity::{classify, redact, redact_message, reference};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // The oracle is quadratic.
    if text.len() > 600 {
        return;
    }
    let fast = classify(text);
    assert_eq!(fast, reference::classify(text));
    let stored = redact(text, &fast.spans);
    for candidate in classify(&stored).candidates() {
        assert!(fast.candidates().iter().all(|c| c.code != candidate.code));
    }
    redact_message(text);
});
