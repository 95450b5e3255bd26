//! Patterns of a workspace's own: its account numbers, its membership cards.

use regex::{Regex, RegexBuilder};

use crate::detect::{Finding, FindingKind};

/// Most patterns of a workspace.
const PATTERNS_MAX: usize = 20;
/// Longest pattern, bytes.
const PATTERN_BYTES_MAX: usize = 200;
/// Most memory of a compiled pattern, bytes: what repeats too often is refused instead of being slow.
const COMPILED_BYTES_MAX: usize = 1 << 18;
/// Most parentheses within each other.
const NESTING_MAX: u32 = 16;

/// Patterns, ready to be found. Each takes time linear in the text, whatever it says.
#[derive(Debug, Default)]
pub struct Patterns {
    all: Vec<Regex>,
}

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// Which of them.
    pub index: usize,
    /// Where in it, bytes.
    pub at: usize,
    /// What is wrong, in a sentence.
    pub reason: String,
}

impl Patterns {
    /// Reads patterns; the first that cannot be one is named with its place.
    ///
    /// ```
    /// use countersign_masking::Patterns;
    /// assert!(Patterns::new(&[r"MC-\d{4}"]).is_ok());
    /// let error = Patterns::new(&["ok", "K-(12"]).unwrap_err();
    /// assert_eq!((error.index, error.at), (1, 2));
    /// ```
    pub fn new<P: AsRef<str>>(patterns: &[P]) -> Result<Self, PatternError> {
        if patterns.len() > PATTERNS_MAX {
            let reason = format!("There are at most {PATTERNS_MAX} patterns.");
            return Err(PatternError { index: PATTERNS_MAX, at: 0, reason });
        }
        let read = |(index, pattern): (usize, &P)| {
            compile(pattern.as_ref()).map_err(|(at, reason)| PatternError { index, at, reason })
        };
        Ok(Self { all: patterns.iter().enumerate().map(read).collect::<Result<_, _>>()? })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Where they stand in a text.
    pub(crate) fn find(&self, text: &str, found: &mut Vec<Finding>) {
        for regex in &self.all {
            let hits = regex.find_iter(text).filter(|hit| !hit.is_empty());
            found.extend(hits.map(|hit| Finding { span: hit.range(), kind: FindingKind::Custom }));
        }
    }
}

fn compile(pattern: &str) -> Result<Regex, (usize, String)> {
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err((PATTERN_BYTES_MAX, format!("A pattern has at most {PATTERN_BYTES_MAX} bytes.")));
    }
    let mut parser = regex_syntax::ParserBuilder::new().nest_limit(NESTING_MAX).build();
    if let Err(error) = parser.parse(pattern) {
        return Err(place(&error));
    }
    let builder = RegexBuilder::new(pattern).size_limit(COMPILED_BYTES_MAX).nest_limit(NESTING_MAX).build();
    let regex = builder.map_err(|_| (0, "The pattern repeats too much to be looked for.".to_owned()))?;
    if regex.is_match("") {
        return Err((0, "The pattern would be found everywhere: it fits nothing at all.".to_owned()));
    }
    Ok(regex)
}

/// Where a pattern is wrong, and in what way.
fn place(error: &regex_syntax::Error) -> (usize, String) {
    match error {
        regex_syntax::Error::Parse(error) => (error.span().start.offset, format!("{}.", error.kind())),
        regex_syntax::Error::Translate(error) => (error.span().start.offset, format!("{}.", error.kind())),
        _ => (0, "The pattern cannot be read.".to_owned()),
    }
}
