//! Numbering plans as automata: whether a number in E.164 is valid, in a dozen table look-ups.
//!
//! The library's patterns of one calling code (for `+1` two dozen countries with nine kinds of numbers each) become
//! one acyclic automaton over digits, built when the first number of that code is seen. It answers as the
//! library does for text that is E.164 already; where the library would first strip a national prefix, it says
//! [`Answer::Ask`] and the library is asked.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};
use rlibphonenumber::PHONE_NUMBER_UTIL;
use rlibphonenumber::interfaces::AsOriginal;

/// What the automaton knows of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Valid,
    Invalid,
    /// Only the library can tell.
    Ask,
}

const REJECT: u32 = 0;
const ASK: u32 = 1;

/// National numbers have at most so many digits.
const DIGITS_MAX: usize = 15;

/// The automaton of one calling code.
struct Plan {
    start: u32,
    nodes: Vec<[u32; 10]>,
    is_valid: Vec<bool>,
}

static PLANS: [OnceLock<Option<Plan>>; 1000] = [const { OnceLock::new() }; 1000];

static IS_CALLING_CODE: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut table = vec![false; 1000];
    for code in PHONE_NUMBER_UTIL.get_supported_calling_codes() {
        if let Some(known) = usize::try_from(code).ok().and_then(|code| table.get_mut(code)) {
            *known = true;
        }
    }
    table
});

/// Is this calling code with this national number valid? `digits` are the ASCII digits after the plus sign.
pub(super) fn look_up(digits: &[u8]) -> Answer {
    let mut code = 0usize;
    for (i, digit) in digits.iter().take(3).enumerate() {
        code = code * 10 + usize::from(digit.wrapping_sub(b'0') % 10);
        if code == 0 {
            return Answer::Invalid;
        }
        if IS_CALLING_CODE[code] {
            return match PLANS[code].get_or_init(|| build(code)) {
                Some(plan) => plan.walk(&digits[i + 1..]),
                None => Answer::Ask,
            };
        }
    }
    Answer::Invalid
}

impl Plan {
    fn walk(&self, digits: &[u8]) -> Answer {
        let mut node = self.start;
        for digit in digits {
            node = self.nodes[node as usize][usize::from(digit.wrapping_sub(b'0') % 10)];
            if node <= ASK {
                return if node == ASK { Answer::Ask } else { Answer::Invalid };
            }
        }
        if self.is_valid[node as usize] { Answer::Valid } else { Answer::Invalid }
    }
}

/// The patterns of one country: the general one first, then one for each kind of number, the leading digits last.
struct Country {
    dfa: dense::DFA<Vec<u32>>,
    /// Allowed lengths of each pattern; empty if any.
    lengths: Vec<Vec<i32>>,
    has_leading_digits: bool,
}

fn compile(patterns: &[String]) -> Option<dense::DFA<Vec<u32>>> {
    dense::Builder::new()
        .configure(dense::Config::new().match_kind(MatchKind::All).start_kind(StartKind::Anchored))
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .build_many(patterns)
        .ok()
}

fn start_of(dfa: &dense::DFA<Vec<u32>>) -> Option<StateID> {
    dfa.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()
}

/// `^(?:…)$` of the library without its end, so that it matches a beginning.
fn open_end(base: &str) -> &str {
    base.strip_suffix('$').unwrap_or(base)
}

impl Country {
    fn new(calling_code: i32, region: rlibphonenumber::Region) -> Option<Self> {
        let util = PHONE_NUMBER_UTIL.as_original();
        let metadata = util.get_metadata_for_region_or_calling_code(calling_code, region)?;
        let (mut patterns, mut lengths) = (Vec::new(), Vec::new());
        for (i, kind) in [
            &metadata.general_desc,
            &metadata.premium_rate,
            &metadata.toll_free,
            &metadata.shared_cost,
            &metadata.voip,
            &metadata.personal_number,
            &metadata.pager,
            &metadata.uan,
            &metadata.voicemail,
            &metadata.fixed_line,
            &metadata.mobile,
        ]
        .into_iter()
        .enumerate()
        {
            let base = kind.national_number_pattern().original_base();
            let is_empty = base.is_empty() || base == "^(?:)$";
            if !is_empty {
                patterns.push(base.to_owned());
                lengths.push(kind.original.possible_length.clone());
            } else if i == 0 {
                return None;
            }
        }
        let leading = metadata.leading_digits().original_base();
        let has_leading_digits = !leading.is_empty() && leading != "^(?:)$";
        if has_leading_digits {
            patterns.push(format!("{}[0-9]*$", open_end(leading)));
            lengths.push(Vec::new());
        }
        Some(Self { dfa: compile(&patterns)?, lengths, has_leading_digits })
    }

    /// Does a number that ended in this state have a known kind, and does it have the leading digits?
    fn judge(&self, state: StateID, len: usize) -> (bool, bool) {
        let end = self.dfa.next_eoi_state(state);
        if !self.dfa.is_match_state(end) {
            return (false, false);
        }
        let (mut is_general, mut has_kind, mut leads) = (false, false, false);
        for i in 0..self.dfa.match_len(end) {
            let pattern = self.dfa.match_pattern(end, i).as_usize();
            let lengths = &self.lengths[pattern];
            let fits = lengths.is_empty() || lengths.iter().any(|l| usize::try_from(*l) == Ok(len));
            match pattern {
                0 => is_general = fits,
                last if self.has_leading_digits && last + 1 == self.lengths.len() => leads = true,
                _ => has_kind |= fits,
            }
        }
        (is_general && has_kind, leads)
    }
}

struct Builder {
    countries: Vec<Country>,
    /// Matches what the library would strip.
    prefix: Option<dense::DFA<Vec<u32>>>,
    known: HashMap<(Vec<StateID>, usize), u32>,
    /// Equal nodes are one node.
    unique: HashMap<([u32; 10], bool), u32>,
    plan: Plan,
}

fn build(calling_code: usize) -> Option<Plan> {
    let calling_code = i32::try_from(calling_code).ok()?;
    let util = PHONE_NUMBER_UTIL.as_original();
    let regions: Vec<_> = util.get_regions_for_country_calling_code(calling_code)?.collect();
    let main = util.get_metadata_for_region_or_calling_code(calling_code, *regions.first()?)?;
    let prefix = open_end(main.national_prefix_for_parsing().original_base());
    let prefix =
        if prefix.is_empty() || prefix == "^(?:)" { None } else { Some(compile(&[prefix.to_owned()])?) };
    let countries =
        regions.iter().map(|region| Country::new(calling_code, *region)).collect::<Option<Vec<_>>>()?;
    let mut states = countries.iter().map(|country| start_of(&country.dfa)).collect::<Option<Vec<_>>>()?;
    if let Some(prefix) = &prefix {
        states.push(start_of(prefix)?);
    }
    let plan = Plan { start: REJECT, nodes: vec![[REJECT; 10]; 2], is_valid: vec![false; 2] };
    let mut builder = Builder { countries, prefix, known: HashMap::new(), unique: HashMap::new(), plan };
    builder.plan.start = builder.node(states, 0);
    Some(builder.plan)
}

impl Builder {
    /// The node for these states of all automata after `len` digits.
    fn node(&mut self, states: Vec<StateID>, len: usize) -> u32 {
        let is_dead = self.countries.iter().zip(&states).all(|(c, s)| c.dfa.is_dead_state(*s));
        if is_dead {
            return REJECT;
        }
        if let Some(id) = self.known.get(&(states.clone(), len)) {
            return *id;
        }
        let mut children = [REJECT; 10];
        if len < DIGITS_MAX {
            for (digit, child) in (b'0'..=b'9').zip(&mut children) {
                *child = self.child(&states, digit, len + 1);
            }
        }
        let is_valid = self.is_valid(&states, len);
        let id = if !is_valid && children == [REJECT; 10] {
            REJECT
        } else {
            *self.unique.entry((children, is_valid)).or_insert_with(|| {
                self.plan.nodes.push(children);
                self.plan.is_valid.push(is_valid);
                u32::try_from(self.plan.nodes.len() - 1).unwrap_or(ASK)
            })
        };
        self.known.insert((states, len), id);
        id
    }

    fn child(&mut self, states: &[StateID], digit: u8, len: usize) -> u32 {
        let mut next: Vec<StateID> =
            self.countries.iter().zip(states).map(|(c, s)| c.dfa.next_state(*s, digit)).collect();
        if let (Some(prefix), Some(state)) = (&self.prefix, states.last()) {
            let state = prefix.next_state(*state, digit);
            if prefix.is_match_state(prefix.next_eoi_state(state)) {
                return ASK;
            }
            next.push(state);
        }
        self.node(next, len)
    }

    /// As the library decides: the first country whose leading digits or kinds fit, and then its kinds.
    fn is_valid(&self, states: &[StateID], len: usize) -> bool {
        let is_only = self.countries.len() == 1;
        for (country, state) in self.countries.iter().zip(states) {
            let (has_kind, leads) = country.judge(*state, len);
            if is_only || has_kind || leads {
                return has_kind;
            }
        }
        false
    }
}
