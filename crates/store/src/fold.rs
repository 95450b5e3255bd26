//! Names as they are compared: without case, width, repeated spaces and what nobody sees.

use unicode_normalization::UnicodeNormalization;

/// A character that takes no place on a screen.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The name as it is compared; empty when there is nothing in it to be seen.
pub fn folded(name: &str) -> String {
    // Upper case first, so that `ß` and `SS` meet; character by character, so that a final sigma is a sigma.
    let text: String = name
        .nfkc()
        .filter(|c| !is_unseen(*c))
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn names_that_look_alike_but_for_case_are_the_same() {
        for (one, other) in [
            ("Second Line", " second  LINE "),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("Ｓａｌｅｓ", "sales"),
            ("Sa\u{200b}les", "sales"),
            ("Cafe\u{301}", "CAFÉ"),
        ] {
            assert_eq!(folded(one), folded(other), "{one}");
        }
        assert_ne!(folded("Sales"), folded("Sales 2"));
        assert_eq!(folded("\u{200b}\u{202e} \u{feff}"), "");
    }
}
