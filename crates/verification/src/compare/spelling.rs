//! Words of different scripts: all the ways to spell a word in Latin, as a graph, and whether two words share one.
//!
//! `Шевченко` has some two hundred spellings and `محمد` more; writing them all down would be slow and would end somewhere.
//! A graph holds them in a few dozen nodes, and walking two graphs together says whether any path is common to both. It is
//! the same whichever side is asked first, and no spelling is forgotten because a list was full.

use super::alphabet::{ENTRY_MAX, Script, script, ways};

/// Vowels that Arabic does not write: the short ones.
const UNWRITTEN: &[&str] = &["a", "e", "i", "o", "u"];
/// In a first syllable French papers write a short `u` like a long one: Moustafa, Mouhammad. Further on a long one tells
/// names apart: Mahmoud is not Mohammed.
const UNWRITTEN_FIRST: &[&str] = &["a", "e", "i", "o", "u", "ou", "oo"];
/// Spellings of the article: it takes the sound of some letters behind it.
const ARTICLE: &[&str] = &["", "al", "el", "ul", "ar", "as", "ash", "at", "ad", "an", "az", "er", "es"];

/// The spellings of a word: edges with a letter, or with none, between nodes.
pub(super) struct Spellings {
    edges: Vec<Vec<(u8, usize)>>,
    end: usize,
}

/// An edge without a letter.
const NOTHING: u8 = 0;

impl Spellings {
    /// The spellings of a word in lower case.
    pub(super) fn of(word: &str) -> Self {
        let letters: Vec<char> = word.chars().collect();
        let mut graph = Self { edges: vec![Vec::new(); letters.len() + 1], end: letters.len() };
        for from in 0..letters.len() {
            for len in 1..=ENTRY_MAX.min(letters.len() - from) {
                if let Some(ways) = ways(&letters[from..from + len]) {
                    ways.split('|').for_each(|way| graph.add(from, way, from + len));
                }
            }
            graph.add_letter(&letters, from);
        }
        graph
    }

    /// What the library says of a letter, and what Arabic leaves out.
    fn add_letter(&mut self, letters: &[char], at: usize) {
        let letter = letters[at];
        let spelt = any_ascii::any_ascii_char(letter).to_ascii_lowercase();
        let spelt: String = spelt.chars().filter(char::is_ascii_alphanumeric).collect();
        if script(letter) != Script::Arabic {
            return self.add(at, &spelt, at + 1);
        }
        if at == 0 && letters.len() > 3 && letters.starts_with(&['ا', 'ل']) {
            ARTICLE.iter().for_each(|article| self.add(0, article, 2));
        }
        if script(letter) == Script::Arabic && ways(&[letter]).is_none() {
            // Signs for vowels and doubling, which stand seldom: whatever they say is allowed without them too.
            return self.add(at, "", at + 1);
        }
        let is_consonant = !matches!(letter, 'ا' | 'أ' | 'إ' | 'آ' | 'ٱ' | 'ى' | 'ة' | 'ء' | 'ؤ' | 'ئ');
        if !is_consonant {
            return;
        }
        let is_last = at + 1 == letters.len();
        if is_last && letter == 'ه' {
            self.add(at, "", at + 1);
        }
        for way in ways(&[letter]).unwrap_or_default().split('|').filter(|way| !way.is_empty()) {
            let doubled = format!("{way}{way}");
            let is_weak = matches!(letter, 'و' | 'ي' | 'ی' | 'ع');
            if !is_weak || way == "y" {
                self.add(at, &doubled, at + 1);
            }
            if !is_last {
                for vowel in if at == 0 { UNWRITTEN_FIRST } else { UNWRITTEN } {
                    self.add(at, &format!("{way}{vowel}"), at + 1);
                    if !is_weak || way == "y" {
                        self.add(at, &format!("{doubled}{vowel}"), at + 1);
                    }
                }
            }
        }
    }

    fn add(&mut self, from: usize, spelt: &str, to: usize) {
        let Some((last, before)) = spelt.as_bytes().split_last() else {
            self.edges[from].push((NOTHING, to));
            return;
        };
        let mut at = from;
        for letter in before {
            // Ways with the same beginning share its nodes, but never the node of another letter of the word.
            let shared = self.edges[at].iter().find(|(l, node)| l == letter && *node > self.end);
            at = match shared {
                Some((_, node)) => *node,
                None => {
                    self.edges.push(Vec::new());
                    let node = self.edges.len() - 1;
                    self.edges[at].push((*letter, node));
                    node
                }
            };
        }
        if !self.edges[at].contains(&(*last, to)) {
            self.edges[at].push((*last, to));
        }
    }

    /// Whether any spelling of the one is a spelling of the other.
    pub(super) fn share_one(&self, other: &Self) -> bool {
        let width = other.edges.len();
        let mut seen = vec![false; self.edges.len() * width];
        let mut ahead = vec![(0, 0)];
        while let Some((a, b)) = ahead.pop() {
            if std::mem::replace(&mut seen[a * width + b], true) {
                continue;
            }
            for &(letter, to) in &self.edges[a] {
                if letter == NOTHING {
                    ahead.push((to, b));
                } else {
                    ahead
                        .extend(other.edges[b].iter().filter(|(l, _)| *l == letter).map(|&(_, at)| (to, at)));
                }
            }
            let skipped = other.edges[b].iter().filter(|(letter, _)| *letter == NOTHING);
            ahead.extend(skipped.map(|&(_, at)| (a, at)));
        }
        seen[self.end * width + other.end]
    }
}
