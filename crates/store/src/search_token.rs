//! Keyed hashes of the beginnings of the words of a name, for the search box.
//!
//! A word gives a token for each of its beginnings of 3 to 10 characters (2 to 10 in scripts of whole syllables);
//! a shorter word gives one for itself. What a thief of the database learns from them stands in
//! `docs/decisions/0002-subject-keys-and-search.md`.
//!
//! Beside them stand the keys by which profiles that may be one person meet (`countersign_identity::unify::block`): twelve
//! bytes each, by which they are told from those of names.

use std::collections::{BTreeMap, BTreeSet};

use countersign_types::ProfileId;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::codec::id;
use crate::{Arg, StoreError, Tx, Vault, args};

/// Words of a name that are indexed.
const WORDS_MAX: usize = 8;
const CHARS_MAX: usize = 10;
/// Words of a search that are looked for.
pub const QUERY_WORDS_MAX: usize = 4;

/// A token: 16 bytes of a keyed hash.
pub type Token = [u8; 16];

/// Bytes of the keyed hash of a key by which profiles meet.
const MEETING_BYTES: usize = 12;

/// The words of a name without case and marks: `Müller-Lüdenscheidt` is `muller`, `ludenscheidt`.
pub fn words(text: &str) -> Vec<String> {
    // Upper case first, so that `ß` and `SS` meet; character by character, so that a final sigma is a sigma.
    let bare = text.nfkd().filter(|c| !is_combining_mark(*c)).nfc();
    let folded: String = bare.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// How many characters of a word make a beginning: two syllables say as much as three letters.
fn chars_min(word: &str) -> usize {
    let is_syllabic = |c: char| {
        matches!(u32::from(c), 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af
            | 0x2_0000..=0x3_ffff)
    };
    if word.chars().any(is_syllabic) { 2 } else { 3 }
}

fn token(vault: &Vault, word: &str) -> Token {
    let mut token = [0; 16];
    token.copy_from_slice(&vault.blind("name_prefix", word)[..16]);
    token
}

/// The tokens of a name.
fn tokens(vault: &Vault, name: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for word in words(name).iter().take(WORDS_MAX) {
        let ends: Vec<usize> = word.char_indices().map(|(at, c)| at + c.len_utf8()).take(CHARS_MAX).collect();
        let from = chars_min(word).min(ends.len());
        for end in &ends[from - 1..] {
            let token = token(vault, &word[..*end]);
            if !tokens.contains(&token) {
                tokens.push(token);
            }
        }
    }
    tokens
}

/// The tokens that a search for the beginning of a name looks for; empty when it says too little.
pub fn query_tokens(vault: &Vault, text: &str) -> Vec<Token> {
    let words = words(text);
    let says_enough = words.iter().any(|word| word.chars().count() >= chars_min(word))
        || words.iter().map(|word| word.chars().count()).sum::<usize>() >= 3;
    if !says_enough {
        return Vec::new();
    }
    let beginning = |word: &String| word.chars().take(CHARS_MAX).collect::<String>();
    words.iter().take(QUERY_WORDS_MAX).map(|word| token(vault, &beginning(word))).collect()
}

/// Indexes the name of a profile in place of the one before.
pub(crate) async fn update_tokens(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    name: Option<&str>,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM search_token WHERE profile_id = $1 AND length(token) = 16";
    tx.execute(sql, args![profile]).await?;
    let rows: Vec<[Arg<'_>; 2]> = name
        .map(|name| tokens(vault, name))
        .unwrap_or_default()
        .into_iter()
        .map(|token| [Arg::from(profile), Arg::from(token)])
        .collect();
    if !rows.is_empty() {
        tx.execute_many("INSERT INTO search_token (profile_id, token) VALUES ($1, $2)", &rows).await?;
    }
    Ok(())
}

fn meeting_token(vault: &Vault, key: &str) -> Vec<u8> {
    vault.blind("meeting", key)[..MEETING_BYTES].to_vec()
}

/// Whether a profile is found by exactly these keys.
pub async fn has_meeting_keys(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    keys: &[String],
) -> Result<bool, StoreError> {
    let sql = "SELECT token FROM search_token WHERE profile_id = $1 AND length(token) = 12";
    let stored = tx.fetch_all(sql, args![profile], |row| row.bytes(0)).await?;
    let stored: BTreeSet<Vec<u8>> = stored.into_iter().collect();
    Ok(stored == keys.iter().map(|key| meeting_token(vault, key)).collect())
}

/// Lets a profile be found by these keys in place of those before. The profile is there and locked.
pub async fn update_meeting_keys(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    keys: &[String],
) -> Result<(), StoreError> {
    let sql = "DELETE FROM search_token WHERE profile_id = $1 AND length(token) = 12";
    tx.execute(sql, args![profile]).await?;
    let tokens: BTreeSet<Vec<u8>> = keys.iter().map(|key| meeting_token(vault, key)).collect();
    let rows: Vec<[Arg<'_>; 2]> =
        tokens.into_iter().map(|token| [Arg::from(profile), Arg::from(token)]).collect();
    if !rows.is_empty() {
        tx.execute_many("INSERT INTO search_token (profile_id, token) VALUES ($1, $2)", &rows).await?;
    }
    Ok(())
}

/// Other profiles that are found by these keys, those first that share the most. A key by which more than `carriers_max`
/// are found counts for nothing.
pub async fn find_by_meeting_keys(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    keys: &[String],
    carriers_max: usize,
) -> Result<Vec<ProfileId>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(carriers_max).unwrap_or(i64::MAX).saturating_add(1);
    let mut args: Vec<Arg<'_>> = vec![limit.into()];
    let mut one_each = Vec::with_capacity(keys.len());
    for (n, key) in keys.iter().enumerate() {
        args.push(meeting_token(vault, key).into());
        one_each.push(format!(
            "SELECT CAST({n} AS BIGINT) AS n, profile_id
             FROM (SELECT profile_id FROM search_token WHERE token = ${} LIMIT $1) AS of_{n}",
            n + 2
        ));
    }
    let sql = format!(
        "SELECT met.n, met.profile_id, profile.merged_into IS NULL
         FROM ({}) AS met JOIN profile ON profile.id = met.profile_id",
        one_each.join(" UNION ALL ")
    );
    let rows: Vec<(i64, ProfileId, bool)> =
        tx.fetch_all(&sql, &args, |row| Ok((row.i64(0)?, id(row, 1)?, row.bool(2)?))).await?;
    let mut carriers: BTreeMap<i64, usize> = BTreeMap::new();
    for (n, ..) in &rows {
        *carriers.entry(*n).or_default() += 1;
    }
    let mut shared: BTreeMap<ProfileId, usize> = BTreeMap::new();
    for (n, other, _) in rows.iter().filter(|(_, other, is_served)| *is_served && *other != profile) {
        if carriers[n] <= carriers_max {
            *shared.entry(*other).or_default() += 1;
        }
    }
    let mut others: Vec<(std::cmp::Reverse<usize>, ProfileId)> =
        shared.into_iter().map(|(other, count)| (std::cmp::Reverse(count), other)).collect();
    others.sort_unstable();
    Ok(others.into_iter().map(|(_, other)| other).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_into_words() {
        assert_eq!(words("  Müller-Lüdenscheidt, Ånn "), ["muller", "ludenscheidt", "ann"]);
        assert_eq!(words("STRASSE straße"), ["strasse", "strasse"]);
        assert_eq!(words("Łukasz O’Neil"), ["łukasz", "o", "neil"]);
        assert_eq!(words("王伟 김민준 ΟΔΥΣΣΕΥΣ"), ["王伟", "김민준", "οδυσσευσ"]);
    }

    #[test]
    fn a_search_finds_the_beginning_of_every_word() {
        let vault = Vault::new(&[7; 32]);
        let index = tokens(&vault, "Anna Li Schwarzenegger 王伟");
        let finds = |q: &str| {
            let wanted = query_tokens(&vault, q);
            !wanted.is_empty() && wanted.iter().all(|token| index.contains(token))
        };
        for q in ["ann", "ANNA", "schw", "schwarzenegger", "anna schw", "schw anna", "Li anna", "王伟"] {
            assert!(finds(q), "{q}");
        }
        for q in ["an", "li", "nna", "annaa", "ann mey", "", "  ", "*", "王"] {
            assert!(!finds(q), "{q}");
        }
        assert!(index.len() <= WORDS_MAX * CHARS_MAX);
    }
}
