//! Whatever is sent as a flow is refused, or reads back as it was written, can be checked, and gives a call that ends.
#![no_main]

use countersign_ivr::testing::any_document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u64, &str)| any_document(input.1, input.0));
