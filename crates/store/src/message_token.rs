//! Keyed hashes of the beginnings of the words of messages, for the search over conversations.
//!
//! A word gives the hash of its first three characters, and of its first six if it has so many; what exactly is found
//! is decided by the opened text. Writing without spaces gives every two characters that stand together. The caller
//! hands in the text as those see it who see least: what is hidden there is not in the index
//! (`docs/decisions/0014-search-in-conversations.md`).

use std::collections::BTreeSet;

use countersign_types::pii::{FreeText, Pii};
use countersign_types::{AccountId, MessageId};

use crate::codec::id;
use crate::message::TEXT;
use crate::search_token::words;
use crate::subject_key::find_subject;
use crate::{Arg, StoreError, Tx, Vault, args};

/// Tokens of one message at most; words after them are not found.
pub const TOKENS_MAX: usize = 200;
/// Words of a search that are looked for.
pub const QUERY_WORDS_MAX: usize = 6;
const SHORT: usize = 3;
const LONG: usize = 6;
/// Stands for a message that was read, whatever words it has.
const READ: i64 = 0;

/// The words of a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted(Vec<String>);

impl Wanted {
    /// The first words of what somebody typed.
    pub fn of(text: &str) -> Self {
        let mut wanted = words(text);
        wanted.truncate(QUERY_WORDS_MAX);
        Self(wanted)
    }

    /// Whether it says enough to be looked for: a word of three characters, or two in scripts of syllables.
    pub fn says_enough(&self) -> bool {
        self.0.iter().any(|word| word.chars().count() >= if is_syllabic(word) { 2 } else { SHORT })
    }

    /// Whether a text has a word for each of these.
    pub fn is_in(&self, text: &str) -> bool {
        let found = words(text);
        !self.0.is_empty() && self.0.iter().all(|wanted| found.iter().any(|word| begins(word, wanted)))
    }

    /// Where these words stand in a text, in order, as ranges of bytes.
    pub fn marks(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        let mut marks = Vec::new();
        let mut start = None;
        let ends = text.char_indices().chain([(text.len(), ' ')]);
        for (at, c) in ends {
            if c.is_alphanumeric() || start.is_some() && unicode_normalization::char::is_combining_mark(c) {
                start.get_or_insert(at);
            } else if let Some(from) = start.take() {
                marks.extend(self.mark(text, from..at));
            }
        }
        marks
    }

    fn mark(&self, text: &str, run: std::ops::Range<usize>) -> Option<std::ops::Range<usize>> {
        let folded = words(&text[run.clone()]);
        let wanted = self.0.iter().find(|wanted| folded.iter().any(|word| begins(word, wanted)))?;
        // A whole sentence may be one run where nobody writes spaces.
        match text[run.clone()].find(wanted.as_str()) {
            Some(at) if is_syllabic(wanted) => Some(run.start + at..run.start + at + wanted.len()),
            _ => Some(run),
        }
    }

    /// What the index is asked for, the likely rarest first.
    pub fn tokens(&self, vault: &Vault) -> Vec<i64> {
        let mut wanted: Vec<&String> = self.0.iter().collect();
        wanted.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let mut tokens = Vec::new();
        for word in wanted {
            let keys = keys(word);
            // The longer beginning contains the shorter one.
            let asked = if is_syllabic(word) { &keys[..] } else { &keys[keys.len().saturating_sub(1)..] };
            for key in asked {
                let token = token(vault, key);
                if !tokens.contains(&token) && tokens.len() < 2 * QUERY_WORDS_MAX {
                    tokens.push(token);
                }
            }
        }
        tokens
    }
}

fn is_syllabic(word: &str) -> bool {
    word.chars().any(|c| {
        matches!(u32::from(c), 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af
            | 0x2_0000..=0x3_ffff)
    })
}

/// Whether a word of a text is one that is looked for: its beginning, or all of it where that says too little.
fn begins(word: &str, wanted: &str) -> bool {
    match is_syllabic(wanted) {
        true => word.contains(wanted),
        false if wanted.chars().count() < SHORT => word == wanted,
        false => word.starts_with(wanted),
    }
}

/// What a word is found by.
fn keys(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    if is_syllabic(word) && chars.len() > 1 {
        return chars.windows(2).map(|pair| pair.iter().collect()).collect();
    }
    let mut keys = vec![chars.iter().take(SHORT).collect()];
    if chars.len() >= LONG {
        keys.push(chars[..LONG].iter().collect());
    }
    keys
}

fn token(vault: &Vault, key: &str) -> i64 {
    let hash = vault.blind("message_word", key);
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash[..8]);
    match i64::from_be_bytes(bytes) {
        READ => 1,
        token => token,
    }
}

/// A message that is not in the index.
#[derive(Debug)]
pub struct Unread {
    /// Which.
    pub id: MessageId,
    /// Its text; empty where it does not open.
    pub text: Pii<FreeText>,
}

/// Replies and notes between two places that are not in the index, oldest first or newest first.
pub async fn list_unread(
    tx: &mut Tx<'_>,
    vault: &Vault,
    after: [u8; 16],
    before: [u8; 16],
    is_newest_first: bool,
    limit: i64,
) -> Result<Vec<Unread>, StoreError> {
    let order = if is_newest_first { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT m.id, c.account_id, m.text_sealed FROM message m JOIN support_case c ON c.id = m.case_id
         WHERE m.id > $1 AND m.id < $2 AND m.kind IN ('reply', 'note')
         AND NOT EXISTS (SELECT 1 FROM message_token t WHERE t.message_id = m.id)
         ORDER BY m.id {order} LIMIT $3"
    );
    let rows: Vec<(MessageId, AccountId, Vec<u8>)> = tx
        .fetch_all(&sql, args![after, before, limit], |row| Ok((id(row, 0)?, id(row, 1)?, row.bytes(2)?)))
        .await?;
    let mut unread = Vec::with_capacity(rows.len());
    for (id, account, sealed) in rows {
        let key = find_subject(tx, vault, account.to_bytes()).await?;
        let text = key.and_then(|key| key.open_text(TEXT, id.to_bytes(), &sealed).ok());
        unread.push(Unread { id, text: Pii::new(text.unwrap_or_default()) });
    }
    Ok(unread)
}

/// Puts messages into the index, with their texts as those see them who see least.
pub async fn insert_tokens(
    tx: &mut Tx<'_>,
    vault: &Vault,
    messages: &[(MessageId, String)],
) -> Result<(), StoreError> {
    let mut rows: Vec<[Arg<'_>; 2]> = Vec::new();
    for (message, text) in messages {
        let mut tokens = BTreeSet::from([READ]);
        for key in words(text).iter().flat_map(|word| keys(word)) {
            if tokens.len() > TOKENS_MAX {
                break;
            }
            tokens.insert(token(vault, &key));
        }
        rows.extend(tokens.into_iter().map(|token| [Arg::from(token), Arg::from(message.to_bytes())]));
    }
    if !rows.is_empty() {
        let sql = "INSERT INTO message_token (token, message_id) VALUES ($1, $2)
                   ON CONFLICT (token, message_id) DO NOTHING";
        tx.execute_many(sql, &rows).await?;
    }
    Ok(())
}

/// Takes some messages out of the index; answers with the number of rows.
pub async fn delete_tokens(tx: &mut Tx<'_>, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM message_token WHERE message_id IN (SELECT message_id FROM message_token LIMIT $1)",
        args![limit],
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str, query: &str) -> bool {
        let vault = Vault::new(&[7; 32]);
        let wanted = Wanted::of(query);
        let index: Vec<i64> =
            words(text).iter().flat_map(|word| keys(word)).map(|key| token(&vault, &key)).collect();
        let is_indexed = wanted.tokens(&vault).iter().all(|token| index.contains(token));
        assert!(is_indexed || !wanted.is_in(text), "{query:?} is in {text:?} and the index does not know");
        is_indexed && wanted.is_in(text)
    }

    #[test]
    fn every_word_of_a_search_begins_a_word_of_the_text() {
        let text = "Where is my refund? Ich warte seit Müßiggang auf die Rechnung Nr. 4711. 返金はいつですか";
        for query in [
            "refund",
            "REF",
            "refu my",
            "mussig",
            "rechnung refund",
            "4711",
            "is",
            "返金",
            "いつ",
            "nr refund",
        ] {
            assert!(finds(text, query), "{query}");
        }
        for query in
            ["refunds", "efund", "re", "refund invoice", "471", "rech refundd", "金い", "返金いつ", ""]
        {
            let is_short_number = query == "471";
            assert_eq!(finds(text, query), is_short_number, "{query}");
        }
    }

    #[test]
    fn x_6_a_search_needs_a_word_of_three_characters() {
        for (query, says_enough) in [
            ("", false),
            ("is", false),
            ("a b c", false),
            ("tax", true),
            ("is tax", true),
            ("返", false),
            ("返金", true),
        ] {
            assert_eq!(Wanted::of(query).says_enough(), says_enough, "{query}");
        }
    }

    #[test]
    fn words_are_marked_as_they_are_written() {
        let marked = |text: &str, query: &str| {
            Wanted::of(query).marks(text).into_iter().map(|range| text[range].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(marked("<b>Refunded</b>, my REFUND", "refund"), ["Refunded", "REFUND"]);
        assert_eq!(marked("Die Straße, die STRASSE", "strasse"), ["Straße", "STRASSE"]);
        assert_eq!(marked("ご返金はいつ", "返金"), ["返金"]);
        assert_eq!(marked("nothing", "refund"), [""; 0]);
        assert_eq!(marked("cafe\u{301} au lait", "café"), ["cafe\u{301}"]);
    }
}
