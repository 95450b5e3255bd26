//! The slow classifier: the rules of [`mod@crate::classify`] written down once more, without any cleverness, as
//! an oracle for differential tests and fuzzing. It tries every shape at every character and reads the whole
//! message again for every question, so it is quadratic and meant to be.
//!
//! It shares with the fast one what a character means, the lexicon and the check symbols; these have their own
//! exhaustive tests.

use crate::classify::{CANDIDATES_MAX, CHARS_MAX, Candidate, Classification, Span, Verdict};
use crate::code::{Code, Form, is_never_issued};
use crate::fold::{Class, class_of};
use crate::lexicon::{is_cue, is_filler};
use crate::noise::is_text_unnatural;

/// One character that counts.
#[derive(Clone, Copy)]
struct Cell {
    class: Class,
    start: usize,
    end: usize,
    /// A mark sits on it: it is another letter than it seems.
    is_marked: bool,
}

impl Cell {
    fn is_cased(&self) -> bool {
        self.class.is_word()
    }
    fn is_loose(&self) -> bool {
        self.class == Class::Loose
    }
    fn is_gap(&self) -> bool {
        !self.is_cased() && !self.is_loose()
    }
    fn is_upper(&self) -> bool {
        matches!(self.class, Class::Letter { is_upper: true, .. } | Class::Glue { is_upper: true, .. })
    }
    fn is_lower(&self) -> bool {
        matches!(self.class, Class::Letter { is_upper: false, .. } | Class::Glue { is_lower: true, .. })
    }
    fn is_digit(&self) -> bool {
        matches!(self.class, Class::Digit(_))
    }
    fn value(&self, form: Form) -> Option<u8> {
        match (form, self.class) {
            _ if self.is_marked => None,
            (Form::Text, Class::Letter { value, .. }) | (Form::Keypad, Class::Digit(value)) => Some(value),
            _ => None,
        }
    }
    fn shown(&self) -> char {
        match self.class {
            Class::Newline => '\n',
            Class::Space => ' ',
            Class::Hyphen => '-',
            Class::Dot => '.',
            Class::Under => '_',
            Class::Punct(c) => c,
            _ => '\0',
        }
    }
}

fn cells_of(text: &str) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for (start, c) in text.char_indices().take(CHARS_MAX) {
        let end = start + c.len_utf8();
        match class_of(c) {
            Class::Drop => {}
            Class::Mark => {
                if let Some(last) = cells.last_mut().filter(|last| !last.is_gap()) {
                    last.end = end;
                    last.is_marked = true;
                }
            }
            class => cells.push(Cell { class, start, end, is_marked: false }),
        }
    }
    cells
}

/// A word: where its cells begin and end.
type Range = std::ops::Range<usize>;

/// All words of the message, cased and loose ones apart.
fn words_of(cells: &[Cell]) -> Vec<Range> {
    let mut words = Vec::new();
    let mut i = 0;
    while i < cells.len() {
        let mut j = i + 1;
        if !cells[i].is_gap() {
            while j < cells.len() && !cells[j].is_gap() && cells[j].is_loose() == cells[i].is_loose() {
                j += 1;
            }
            words.push(i..j);
        }
        i = j;
    }
    words
}

/// The ways in which two groups may be joined.
fn is_joint(gap: &str) -> bool {
    matches!(gap, "-" | "." | "_" | " " | "  " | " -" | "- " | " - ") || {
        // Two spaces on one side of a dash are as good as one on each.
        matches!(gap, "  -" | "-  ")
    }
}

struct Shape {
    form: Form,
    groups: &'static [usize],
    /// The groups in which the code is displayed.
    is_display: bool,
}

const SHAPES: [Shape; 5] = [
    Shape { form: Form::Text, groups: &[12], is_display: false },
    Shape { form: Form::Text, groups: &[4, 4, 4], is_display: true },
    Shape { form: Form::Keypad, groups: &[14], is_display: false },
    Shape { form: Form::Keypad, groups: &[3, 4, 4, 3], is_display: true },
    Shape { form: Form::Keypad, groups: &[4, 4, 4, 2], is_display: false },
];

struct Match {
    form: Form,
    groups: usize,
    is_display: bool,
    start: usize,
    end: usize,
    values: Vec<u8>,
    gaps: Vec<String>,
}

impl Match {
    fn is_displayed(&self) -> bool {
        self.is_display && self.gaps.iter().all(|gap| gap == "-")
    }
}

fn gap_text(cells: &[Cell]) -> String {
    cells.iter().map(Cell::shown).collect()
}

/// Does this shape begin exactly here and end at the end of a word?
fn match_shape(cells: &[Cell], start: usize, shape: &Shape) -> Option<Match> {
    if start > 0 && cells[start - 1].is_cased() {
        return None;
    }
    let (mut at, mut values, mut gaps) = (start, Vec::new(), Vec::new());
    for (i, len) in shape.groups.iter().enumerate() {
        if i > 0 {
            let gap_end = (at..cells.len()).find(|j| !cells[*j].is_gap())?;
            let gap = gap_text(&cells[at..gap_end]);
            if !is_joint(&gap) {
                return None;
            }
            gaps.push(gap);
            at = gap_end;
        }
        for cell in cells.get(at..at + len)? {
            values.push(cell.value(shape.form)?);
        }
        at += len;
        if cells.get(at).is_some_and(Cell::is_cased) {
            return None;
        }
    }
    let is_latin = |c: &Cell| matches!(c.class, Class::Letter { is_latin: true, .. });
    if shape.form == Form::Text && !cells[start..at].iter().any(is_latin) {
        return None;
    }
    let (form, groups, is_display) = (shape.form, shape.groups.len(), shape.is_display);
    Some(Match { form, groups, is_display, start, end: at, values, gaps })
}

struct Oracle<'a> {
    text: &'a str,
    cells: Vec<Cell>,
}

impl Oracle<'_> {
    fn lower(&self, word: &Range) -> String {
        self.text[self.cells[word.start].start..self.cells[word.end - 1].end].to_lowercase()
    }

    /// The word before a cell and the gap between.
    fn before(&self, at: usize) -> (String, Option<Range>) {
        let word = words_of(&self.cells).into_iter().rfind(|w| w.end <= at);
        let gap_start = word.as_ref().map_or(0, |w| w.end);
        (gap_text(&self.cells[gap_start..at]), word)
    }

    /// The word after a cell and the gap between.
    fn after(&self, at: usize) -> (String, Option<Range>) {
        let word = words_of(&self.cells).into_iter().find(|w| w.start >= at);
        let gap_end = word.as_ref().map_or(self.cells.len(), |w| w.start);
        (gap_text(&self.cells[at..gap_end]), word)
    }

    fn is_loose(&self, word: &Range) -> bool {
        self.cells[word.start].is_loose()
    }

    fn is_glued(&self, gap: &str, word: Option<&Range>) -> bool {
        let glue = ["-", ".", "_", "/", "\\", "@", "+", "&", "=", "%", "#", "^", "|"];
        word.is_some_and(|w| !self.is_loose(w)) && glue.contains(&gap)
    }

    fn has_borders(&self, m: &Match) -> bool {
        let (left_gap, left) = self.before(m.start);
        let (right_gap, right) = self.after(m.end);
        if left_gap.ends_with(['@', '/', '\\', '+', '%']) || right_gap.starts_with(['@', '/', '\\', '=', '%'])
        {
            return false;
        }
        if m.form == Form::Keypad && left_gap.ends_with(['#', '№', '$', '€', '£', '-', '.', '_']) {
            return false;
        }
        let is_parameter = left_gap == "="
            && left.as_ref().is_some_and(|w| ["start", "text", "code"].contains(&self.lower(w).as_str()));
        if self.is_glued(&left_gap, left.as_ref()) && !is_parameter {
            return false;
        }
        let is_sentence = right_gap == "."
            && m.gaps.first().is_none_or(|gap| gap != ".")
            && right.as_ref().is_some_and(|w| self.is_capitalised(w) && w.len() > 1);
        let is_query = right_gap == "&" && left_gap.ends_with('=');
        if self.is_glued(&right_gap, right.as_ref()) && !is_sentence && !is_query {
            return false;
        }
        !self.is_neighbour(m, &left_gap, left) && !self.is_neighbour(m, &right_gap, right)
    }

    fn is_capitalised(&self, word: &Range) -> bool {
        let cells = &self.cells[word.clone()];
        cells[0].is_upper() && cells[1..].iter().all(Cell::is_lower)
    }

    fn is_neighbour(&self, m: &Match, gap: &str, word: Option<Range>) -> bool {
        let Some(word) = word else { return false };
        if m.is_displayed() || !is_joint(gap) {
            return false;
        }
        let cells = &self.cells[word];
        match m.form {
            Form::Keypad => cells.iter().any(Cell::is_digit),
            Form::Text => {
                let is_group = cells.len() == 4 && cells.iter().all(|c| c.value(Form::Text).is_some());
                let is_upper = |cells: &[Cell]| !cells.iter().any(Cell::is_lower);
                m.groups > 1 && is_group && is_upper(cells) == is_upper(&self.cells[m.start..m.end])
            }
        }
    }

    fn is_inside(&self, m: &Match, word: &Range) -> bool {
        word.start >= m.start && word.end <= m.end
    }

    /// The lines that have words, each a list of words.
    fn lines(&self) -> Vec<Vec<Range>> {
        let mut lines: Vec<Vec<Range>> = vec![Vec::new()];
        let words = words_of(&self.cells);
        for (i, cell) in self.cells.iter().enumerate() {
            if cell.class == Class::Newline {
                lines.push(Vec::new());
            }
            if let (Some(word), Some(line)) = (words.iter().find(|w| w.start == i), lines.last_mut()) {
                line.push(word.clone());
            }
        }
        lines.retain(|line| !line.is_empty());
        lines
    }

    fn has_cue(&self, line: &[Range]) -> bool {
        line.iter().any(|w| self.is_short(w) && is_cue(&self.lower(w), self.is_loose(w)))
    }

    fn is_short(&self, word: &Range) -> bool {
        self.cells[word.end - 1].end - self.cells[word.start].start <= 64
    }

    fn is_bot_name(&self, word: &Range) -> bool {
        let (gap, previous) = self.before(word.start);
        gap == "@"
            && previous.is_some_and(|p| self.lower(&p) == "start" && self.before(p.start).0.ends_with('/'))
    }

    /// The table of the module's documentation: is it a candidate, and a certain one?
    fn accept(&self, m: &Match) -> Option<bool> {
        if m.is_displayed() {
            return Some(true);
        }
        let lines = self.lines();
        let at = lines.iter().position(|line| line.iter().any(|w| self.is_inside(m, w)))?;
        let has_cue = self.has_cue(&lines[at]) || at > 0 && self.has_cue(&lines[at - 1]);
        let is_frame = |w: &Range| {
            let word = self.lower(w);
            self.is_inside(m, w)
                || self.is_short(w) && (is_cue(&word, self.is_loose(w)) || is_filler(&word))
                || self.is_bot_name(w)
        };
        let is_framed = lines[at].iter().all(is_frame);
        let is_number_framed = lines.iter().flatten().all(is_frame) || is_framed && has_cue;
        let others = lines[at].iter().filter(|w| !self.is_inside(m, w));
        let other_cells: Vec<Cell> = others.flat_map(|w| self.cells[w.clone()].to_vec()).collect();
        let own = &self.cells[m.start..m.end];
        let is_shouted = other_cells.iter().filter(|c| c.is_upper()).count() >= 2
            && !other_cells.iter().any(Cell::is_lower);
        let is_upper = !own.iter().any(Cell::is_lower);
        let first_word = words_of(&self.cells).into_iter().find(|w| w.start == m.start)?;
        let is_uniform = is_upper || !own.iter().any(Cell::is_upper) || self.is_capitalised(&first_word);
        let is_meant = is_framed || has_cue;
        let is_certain = is_framed && has_cue || is_meant && is_text_unnatural(&m.values);
        match (m.form, m.groups) {
            (Form::Text, 1) => (is_uniform || is_meant).then_some(is_certain),
            (Form::Text, _) => (is_upper && !is_shouted || is_meant).then_some(is_certain),
            (Form::Keypad, 1) => is_number_framed.then_some(has_cue),
            (Form::Keypad, _) => is_number_framed.then_some(true),
        }
    }

    fn is_malformed(&self, m: &Match) -> bool {
        let words = words_of(&self.cells);
        let others: Vec<&Range> = words.iter().filter(|w| !self.is_inside(m, w)).collect();
        let is_alone = match others.as_slice() {
            [] => true,
            [one] => {
                one.end <= m.start && self.lower(one) == "start" && self.before(one.start).0.ends_with('/')
            }
            _ => false,
        };
        let is_shaped = match m.form {
            Form::Text => is_text_unnatural(&m.values),
            Form::Keypad => m.is_display,
        };
        is_alone && (m.is_displayed() || is_shaped) && !is_never_issued(m.form, &m.values)
    }
}

/// Classifies as [`crate::classify()`] must.
pub fn classify(text: &str) -> Classification {
    let oracle = Oracle { text, cells: cells_of(text) };
    let mut spans = Vec::new();
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut at = 0;
    while at < oracle.cells.len() {
        let found = SHAPES.iter().find_map(|shape| match_shape(&oracle.cells, at, shape));
        at += 1;
        let Some(m) = found.filter(|m| oracle.has_borders(m)) else { continue };
        let (start, end) = (oracle.cells[m.start].start, oracle.cells[m.end - 1].end);
        let span = |is_certain| Span { start, end, form: m.form, is_certain };
        match Code::from_checked(m.form, &m.values) {
            None if candidates.is_empty() && oracle.is_malformed(&m) => {
                return Classification { verdict: Verdict::Malformed, spans: vec![span(true)] };
            }
            None => {}
            Some(code) => {
                let Some(is_certain) = oracle.accept(&m) else { continue };
                let span = span(is_certain);
                spans.push(span);
                if candidates.len() < CANDIDATES_MAX && candidates.iter().all(|c| c.code != code) {
                    candidates.push(Candidate { code, span });
                }
                at = m.end;
            }
        }
    }
    let verdict = if candidates.is_empty() { Verdict::NotSent } else { Verdict::Candidates(candidates) };
    Classification { verdict, spans }
}
