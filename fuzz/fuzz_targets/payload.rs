//! Whatever a provider posts, signed, is read or refused; what is read can be kept.
#![no_main]

use countersign_connectors::testing::{can_be_kept, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((kind, body)) = input.split_first() else { return };
    if let Ok(news) = read(usize::from(*kind), body) {
        can_be_kept(&news).expect("what a payload says can be kept");
    }
});
