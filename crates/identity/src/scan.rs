//! Finding tokens: one pass that cuts the text into words and gaps, one pass over the words.

use crate::classify::Span;
use crate::code::{Code, Form, is_never_issued};
use crate::fold::{Class, class_of};
use crate::lexicon::{is_cue, is_filler};
use crate::noise::is_text_unnatural;

/// What a word consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Symbols of a text code and nothing else.
    Symbols,
    /// Digits and nothing else.
    Digits,
    /// Anything else with a cased letter or a number.
    Other,
    /// Letters of a script without case.
    Loose,
}

/// A run of letters and digits.
struct Word {
    kind: Kind,
    /// Where its symbols' values begin among all values.
    values_at: usize,
    /// Symbols in the word.
    len: usize,
    start: usize,
    end: usize,
    line: usize,
    uppers: usize,
    lowers: usize,
    has_digit: bool,
    is_capitalised: bool,
    has_latin: bool,
}

/// What lies before a word, or after the last one.
#[derive(Clone, Copy)]
struct Gap {
    chars: usize,
    spaces: usize,
    hyphens: usize,
    dots: usize,
    unders: usize,
    has_newline: bool,
    /// First and last character; NUL when the gap is empty, `-` for any dash.
    first: char,
    last: char,
}

const NO_GAP: Gap =
    Gap { chars: 0, spaces: 0, hyphens: 0, dots: 0, unders: 0, has_newline: false, first: '\0', last: '\0' };

/// How two groups of a code hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    Hyphen,
    Dot,
    Under,
    Space,
    SpacedHyphen,
}

impl Gap {
    fn add(&mut self, class: Class) {
        let shown = match class {
            Class::Newline => {
                self.has_newline = true;
                '\n'
            }
            Class::Space => {
                self.spaces += 1;
                ' '
            }
            Class::Hyphen => {
                self.hyphens += 1;
                '-'
            }
            Class::Dot => {
                self.dots += 1;
                '.'
            }
            Class::Under => {
                self.unders += 1;
                '_'
            }
            Class::Punct(c) => c,
            _ => return,
        };
        if self.chars == 0 {
            self.first = shown;
        }
        self.last = shown;
        self.chars += 1;
    }

    fn joint(&self) -> Option<Joint> {
        if self.chars == 1 && self.hyphens == 1 {
            Some(Joint::Hyphen)
        } else if self.chars == 1 && self.dots == 1 {
            Some(Joint::Dot)
        } else if self.chars == 1 && self.unders == 1 {
            Some(Joint::Under)
        } else if self.chars == self.spaces && (1..=2).contains(&self.spaces) {
            Some(Joint::Space)
        } else if self.hyphens == 1 && (1..=2).contains(&self.spaces) && self.chars == self.spaces + 1 {
            Some(Joint::SpacedHyphen)
        } else {
            None
        }
    }

    /// A single character that makes one thing of the words on both sides: a host name, a path, a longer key.
    fn is_glue(&self) -> bool {
        self.chars == 1
            && matches!(
                self.first,
                '-' | '.' | '_' | '/' | '\\' | '@' | '+' | '&' | '=' | '%' | '#' | '^' | '|'
            )
    }
}

/// How a token is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// In one piece.
    Solid,
    /// As it is displayed: in the display's groups, joined by single dashes.
    Displayed,
    /// In the display's groups, joined in another way.
    Grouped,
    /// Digits in other groups.
    Regrouped,
}

/// A run of words of the shape of a code.
struct Token {
    form: Form,
    style: Style,
    first: usize,
    words: usize,
}

/// The words around a token.
#[derive(Default, Clone)]
struct Line {
    /// Words that are neither cues nor fillers.
    plain: usize,
    has_cue: bool,
    uppers: usize,
    lowers: usize,
}

/// What the scan found.
pub(crate) enum Found {
    /// An acceptable token with a right check symbol.
    Candidate { code: Code, span: Span },
    /// The message is just a token that cannot have been issued.
    Malformed(Span),
    /// A token that cannot have been issued, so much like a code and so much where one would stand that it may be a
    /// mistyped one. Never an attempt; only [`Scan::run_to_redact`] finds it.
    Mistyped(Span),
}

pub(crate) struct Scan<'a> {
    text: &'a str,
    words: Vec<Word>,
    /// One before each word and one after the last.
    gaps: Vec<Gap>,
    values: Vec<u8>,
    lines: Vec<Line>,
}

impl<'a> Scan<'a> {
    /// Cuts the first `chars_max` characters into words.
    pub(crate) fn new(text: &'a str, chars_max: usize) -> Self {
        let mut scan =
            Self { text, words: Vec::new(), gaps: Vec::new(), values: Vec::new(), lines: Vec::new() };
        let mut gap = NO_GAP;
        let mut line = 0;
        let mut is_open = false;
        for (start, c) in text.char_indices().take(chars_max) {
            let class = class_of(c);
            let end = start + c.len_utf8();
            match class {
                Class::Drop => {}
                Class::Mark => scan.mark(end, is_open),
                _ if class.is_word() || class == Class::Loose => {
                    let is_loose = class == Class::Loose;
                    if !is_open || scan.words.last().is_none_or(|w| (w.kind == Kind::Loose) != is_loose) {
                        line += usize::from(gap.has_newline && !scan.words.is_empty());
                        scan.open(gap, start, line);
                        gap = NO_GAP;
                        is_open = true;
                    }
                    scan.push(class, end);
                }
                _ => {
                    is_open = false;
                    gap.add(class);
                }
            }
        }
        scan.gaps.push(gap);
        scan
    }

    fn open(&mut self, gap: Gap, start: usize, line: usize) {
        self.gaps.push(gap);
        self.words.push(Word {
            kind: Kind::Loose,
            values_at: self.values.len(),
            len: 0,
            start,
            end: start,
            line,
            uppers: 0,
            lowers: 0,
            has_digit: false,
            is_capitalised: false,
            has_latin: false,
        });
    }

    /// A combining mark after a symbol makes it another letter; after nothing it is nothing.
    fn mark(&mut self, end: usize, is_open: bool) {
        if let Some(word) = self.words.last_mut().filter(|_| is_open) {
            word.end = end;
            if word.kind != Kind::Loose {
                word.kind = Kind::Other;
            }
        }
    }

    fn push(&mut self, class: Class, end: usize) {
        let Some(word) = self.words.last_mut() else { return };
        let is_first = word.end == word.start;
        word.end = end;
        let (kind, is_upper, is_lower) = match class {
            Class::Letter { value, is_upper, is_latin } => {
                self.values.push(value);
                word.has_latin |= is_latin;
                (Kind::Symbols, is_upper, !is_upper)
            }
            Class::Digit(value) => {
                self.values.push(value);
                word.has_digit = true;
                (Kind::Digits, false, false)
            }
            Class::Glue { is_upper, is_lower } => (Kind::Other, is_upper, is_lower),
            _ => (Kind::Loose, false, false),
        };
        word.is_capitalised = if is_first { is_upper } else { word.is_capitalised && is_lower };
        word.uppers += usize::from(is_upper);
        word.lowers += usize::from(is_lower);
        word.len += 1;
        word.kind = if is_first || word.kind == kind { kind } else { Kind::Other };
    }

    /// Everything found, in the order of the text.
    pub(crate) fn run(self) -> Vec<Found> {
        self.find(false)
    }

    /// [`Scan::run`], and what may be a mistyped code amid other words: nobody's attempt, but not to be kept.
    pub(crate) fn run_to_redact(self) -> Vec<Found> {
        self.find(true)
    }

    fn find(mut self, with_mistyped: bool) -> Vec<Found> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.words.len() {
            let Some(token) = self.token_at(at) else {
                at += 1;
                continue;
            };
            let values = self.values_of(&token);
            let checked = Code::from_checked(token.form, values);
            if let Some(code) = checked {
                if let Some(is_certain) = self.accept(&token) {
                    let span = self.span(&token, is_certain);
                    found.push(Found::Candidate { code, span });
                    at += token.words;
                    continue;
                }
            } else if found.is_empty() && self.is_alone(&token) && self.is_plainly_a_code(&token) {
                return vec![Found::Malformed(self.span(&token, true))];
            } else if with_mistyped && self.may_be_mistyped(&token) {
                found.push(Found::Mistyped(self.span(&token, false)));
                at += token.words;
                continue;
            }
            at += 1;
        }
        found
    }

    fn values_of(&self, token: &Token) -> &[u8] {
        let at = self.words[token.first].values_at;
        &self.values[at..at + token.form.len()]
    }

    fn span(&self, token: &Token, is_certain: bool) -> Span {
        let last = &self.words[token.first + token.words - 1];
        Span { start: self.words[token.first].start, end: last.end, form: token.form, is_certain }
    }

    /// The token that begins with this word, if its shape and its borders are those of a code.
    fn token_at(&self, at: usize) -> Option<Token> {
        let (form, style, words) = self.shape_at(at)?;
        let token = Token { form, style, first: at, words };
        (self.is_left_border(&token) && self.is_right_border(&token)).then_some(token)
    }

    fn shape_at(&self, at: usize) -> Option<(Form, Style, usize)> {
        let word = &self.words[at];
        match (word.kind, word.len) {
            (Kind::Symbols, 12) if word.has_latin => Some((Form::Text, Style::Solid, 1)),
            (Kind::Symbols, 4) => {
                let style = self.groups_at(at, Kind::Symbols, &[4, 4, 4])?;
                let has_latin = self.words[at..at + 3].iter().any(|w| w.has_latin);
                has_latin.then_some((Form::Text, style, 3))
            }
            (Kind::Digits, 14) => Some((Form::Keypad, Style::Solid, 1)),
            (Kind::Digits, 3) => Some((Form::Keypad, self.groups_at(at, Kind::Digits, &[3, 4, 4, 3])?, 4)),
            (Kind::Digits, 4) => {
                self.groups_at(at, Kind::Digits, &[4, 4, 4, 2])?;
                Some((Form::Keypad, Style::Regrouped, 4))
            }
            _ => None,
        }
    }

    /// Do the words from here on have these lengths, and how are they joined?
    fn groups_at(&self, at: usize, kind: Kind, groups: &[usize]) -> Option<Style> {
        let mut is_displayed = true;
        for (i, len) in groups.iter().enumerate() {
            let word = self.words.get(at + i)?;
            if word.kind != kind || word.len != *len {
                return None;
            }
            if i > 0 {
                is_displayed &= self.gaps[at + i].joint()? == Joint::Hyphen;
            }
        }
        Some(if is_displayed { Style::Displayed } else { Style::Grouped })
    }

    fn is_left_border(&self, token: &Token) -> bool {
        let gap = &self.gaps[token.first];
        if matches!(gap.last, '@' | '/' | '\\' | '+' | '%') {
            return false;
        }
        let digits_refused = matches!(gap.last, '#' | '№' | '$' | '€' | '£' | '-' | '.' | '_');
        if token.form == Form::Keypad && digits_refused {
            return false;
        }
        let Some(before) = token.first.checked_sub(1).map(|i| &self.words[i]) else { return true };
        if before.kind != Kind::Loose && gap.is_glue() {
            let is_parameter =
                gap.first == '=' && matches!(self.lower(before).as_str(), "start" | "text" | "code");
            if !is_parameter {
                return false;
            }
        }
        !self.is_neighbour(token, gap, before)
    }

    fn is_right_border(&self, token: &Token) -> bool {
        let next = token.first + token.words;
        let gap = &self.gaps[next];
        if matches!(gap.first, '@' | '/' | '\\' | '=' | '%') {
            return false;
        }
        let Some(after) = self.words.get(next) else { return true };
        if after.kind != Kind::Loose && gap.is_glue() {
            // A sentence may end in a code without a space after its full stop; a host name may not.
            let is_sentence = gap.first == '.'
                && after.is_capitalised
                && after.len > 1
                && (token.words == 1 || self.gaps[token.first + 1].joint() != Some(Joint::Dot));
            let is_query = gap.first == '&' && self.gaps[token.first].last == '=';
            if !is_sentence && !is_query {
                return false;
            }
        }
        !self.is_neighbour(token, gap, after)
    }

    /// Is the next word one more group of a longer thing? Only asked of tokens that spaces hold together.
    fn is_neighbour(&self, token: &Token, gap: &Gap, word: &Word) -> bool {
        if token.style == Style::Displayed || gap.joint().is_none() {
            return false;
        }
        match token.form {
            Form::Keypad => word.has_digit,
            Form::Text => {
                let is_upper = |w: &Word| w.lowers == 0;
                token.words > 1
                    && word.kind == Kind::Symbols
                    && word.len == 4
                    && is_upper(word) == self.token_words(token).iter().all(is_upper)
            }
        }
    }

    fn token_words(&self, token: &Token) -> &[Word] {
        &self.words[token.first..token.first + token.words]
    }

    fn lower(&self, word: &Word) -> String {
        self.text[word.start..word.end].to_lowercase()
    }

    /// Looks at the words of every line, once, when the first token asks.
    fn read_lines(&mut self) {
        if !self.lines.is_empty() {
            return;
        }
        let mut lines = vec![Line::default(); self.words.last().map_or(0, |w| w.line) + 1];
        for (i, word) in self.words.iter().enumerate() {
            let line = &mut lines[word.line];
            line.uppers += word.uppers;
            line.lowers += word.lowers;
            // Only short words are in the lexicon; long ones need not be lowered.
            let is_short = word.end - word.start <= 64;
            let text = if is_short { self.lower(word) } else { String::new() };
            let is_loose = word.kind == Kind::Loose;
            if is_short && is_cue(&text, is_loose) {
                line.has_cue = true;
            } else if !(is_short && is_filler(&text) || self.is_bot_name(i)) {
                line.plain += 1;
            }
        }
        self.lines = lines;
    }

    /// The name in `/start@name`.
    fn is_bot_name(&self, at: usize) -> bool {
        let gap = &self.gaps[at];
        gap.chars == 1
            && gap.first == '@'
            && at
                .checked_sub(1)
                .is_some_and(|i| self.gaps[i].last == '/' && self.lower(&self.words[i]) == "start")
    }

    /// May this token with a wrong check symbol be a mistyped code? Decided by its shape and place alone: whoever
    /// could learn from what is redacted that a live code is near would have a guess that is not counted. Digits only
    /// as they are displayed: nine in ten order numbers of fourteen digits would be mistyped codes otherwise.
    fn may_be_mistyped(&mut self, token: &Token) -> bool {
        let values = self.values_of(token);
        let is_shaped = match (token.form, token.style) {
            // One digit more or less makes any code a number that is never issued.
            (Form::Keypad, style) => style == Style::Displayed,
            (Form::Text, Style::Displayed | Style::Solid) => !is_never_issued(token.form, values),
            (Form::Text, _) => is_text_unnatural(values) && !is_never_issued(token.form, values),
        };
        is_shaped && self.accept(token).is_some()
    }

    /// Is the token acceptable where it stands, and if so, is it certainly meant as a code?
    fn accept(&mut self, token: &Token) -> Option<bool> {
        self.read_lines();
        let line_at = self.words[token.first].line;
        let line = &self.lines[line_at];
        let is_framed = line.plain == token.words;
        let has_cue = line.has_cue || line_at.checked_sub(1).is_some_and(|i| self.lines[i].has_cue);
        let (mut uppers, mut lowers) = (0, 0);
        for word in self.token_words(token) {
            uppers += word.uppers;
            lowers += word.lowers;
        }
        let is_shouted = line.uppers - uppers >= 2 && line.lowers == lowers;
        let stands_out = lowers == 0 && !is_shouted;
        let is_uniform = lowers == 0 || uppers == 0 || self.words[token.first].is_capitalised;
        let is_unnatural = is_text_unnatural(self.values_of(token));
        // Numbers are everywhere: what stands on the other lines must be about a code as well.
        let is_framed_wholly = self.lines.iter().map(|line| line.plain).sum::<usize>() == token.words;
        let is_number_framed = is_framed_wholly || is_framed && has_cue;
        let is_meant = is_framed || has_cue;
        let is_certain = is_framed && has_cue || is_meant && is_unnatural;
        match (token.form, token.style) {
            (_, Style::Displayed) => Some(true),
            (Form::Text, Style::Solid) => (is_uniform || is_meant).then_some(is_certain),
            (Form::Text, _) => (stands_out || is_meant).then_some(is_certain),
            (Form::Keypad, Style::Solid) => is_number_framed.then_some(has_cue),
            (Form::Keypad, _) => is_number_framed.then_some(true),
        }
    }

    /// Is there no other word in the message, but for `/start`?
    fn is_alone(&self, token: &Token) -> bool {
        let others = self.words.len() - token.words;
        others == 0
            || others == 1
                && token.first == 1
                && self.gaps[0].last == '/'
                && self.lower(&self.words[0]) == "start"
    }

    /// Is this so much like a code that it must be a mistyped one, and not a number or a mash of keys?
    fn is_plainly_a_code(&self, token: &Token) -> bool {
        let values = self.values_of(token);
        let is_shaped = match (token.form, token.style) {
            (_, Style::Displayed) => true,
            (Form::Text, _) => is_text_unnatural(values),
            (Form::Keypad, style) => style == Style::Grouped,
        };
        is_shaped && !is_never_issued(token.form, values)
    }
}
