//! Whatever lies in a mailbox is read, and what is read can be kept.
#![no_main]

use countersign_connectors::testing::{can_be_kept, read_mail};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    can_be_kept(&read_mail(raw)).expect("what a mail says can be kept");
});
