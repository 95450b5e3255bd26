//! Who is compared with whom: two records meet where a key of the one is a key of the other.
//!
//! A key joins two things that are seldom the same by chance, so that few share it and one wrong letter elsewhere hides
//! nobody. No key is made of one thing alone: what the database keeps of them, keyed hashes, then says less about
//! anybody (decision 0018).

use super::score::Prepared;

/// A key that more records have than this says nothing, and nobody is compared for it.
pub const CARRIERS_MAX: usize = 50;
/// Others that one record is compared with, those first that share the most keys.
pub const OTHERS_MAX: usize = 20;
/// Words of a name that make keys.
const WORDS_MAX: usize = 4;

/// Calls with each key of a record; the text is overwritten afterwards.
pub fn each_key(of: &Prepared, mut then: impl FnMut(&str)) {
    let mut key = String::with_capacity(64);
    let mut say = |parts: &[&str]| {
        key.clear();
        for part in parts {
            key.push_str(part);
            key.push('\u{1f}');
        }
        then(&key);
    };
    let mut words = [""; WORDS_MAX];
    let mut count = 0;
    for word in of.words.iter().filter(|word| word.chars().nth(1).is_some()).take(WORDS_MAX) {
        words[count] = word;
        count += 1;
    }
    let words = &words[..count];
    let (birth, post_code) = (of.birth_date.as_deref(), of.post_code.as_deref());
    let town = of.town.as_deref();
    // Without the number of the house, which is what goes wrong.
    let street = of.address.as_deref().map(|address| address.trim_matches(char::is_numeric));
    let street = street.filter(|street| street.chars().nth(3).is_some());
    for (n, word) in words.iter().enumerate() {
        for other in &words[n + 1..] {
            say(&["name", head(word, 4), head(other, 4)]);
        }
        if let Some(birth) = birth {
            say(&["born", birth, head(word, 1)]);
        }
        if let Some(post_code) = post_code {
            say(&["near", post_code, head(word, 3)]);
        }
        if let Some(street) = street {
            say(&["home", head(street, 8), head(word, 1)]);
        }
        if let Some(town) = town {
            say(&["from", head(town, 5), head(word, 4)]);
        }
    }
    if let (Some(birth), Some(post_code)) = (birth, post_code) {
        say(&["born near", birth, post_code]);
    }
    if let (Some(birth), Some(town)) = (birth, town) {
        say(&["born in", birth, head(town, 3)]);
    }
    if let (Some(birth), Some(street)) = (birth, street) {
        say(&["born at", birth, head(street, 3)]);
    }
    if let (Some(post_code), Some(street)) = (post_code, street) {
        say(&["lives", post_code, head(street, 5)]);
    }
    if let (Some(town), Some(street)) = (town, street) {
        say(&["lives in", head(town, 5), head(street, 5)]);
    }
}

/// So many characters of a text, or all of them.
fn head(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end])
}
