//! Normalising what was normalised changes nothing.
#![no_main]

use countersign_identity::identifier::{IdentifierKind, normalise};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = input;
    let kinds = [IdentifierKind::Email, IdentifierKind::Phone, IdentifierKind::ExternalId, IdentifierKind::ChannelUser];
    let kind = kinds[usize::from(choice % 4)];
    let region = ["DE", "US", "RU", "IT", "BR", "AR", "MX", "CN"][usize::from(choice / 4 % 8)].parse().ok();
    if let Ok(once) = normalise(kind, text, region) {
        for again in [&once.value, &once.key] {
            let twice = normalise(kind, again, region).expect("a normalised value is an identifier");
            assert_eq!(twice.key, once.key);
        }
        assert_eq!(normalise(kind, &once.value, region).expect("checked above").value, once.value);
        assert!(!once.key.is_empty() && !once.key.chars().any(char::is_control));
    }
});
