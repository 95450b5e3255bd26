//! Reading an answer: found, not found, or unavailable. The three are never mixed up (I-5): a system that is down has
//! not said that it does not know the number.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::path::Path;
use super::{ANSWER_BYTES_MAX, DEPTH_MAX, Field, Mapped, Method, Problem, fields};

/// How an answer is read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answer {
    /// The part that is saved; empty: all of it.
    pub json_path: String,
    /// What counts as found.
    pub found: Found,
    /// Parts that are taken over into the caller's profile, as paths into what is saved.
    pub fields: Vec<Field>,
    /// What it proves of the caller that something was found.
    pub proves: Proves,
}

/// What it proves of the caller that the company's system knows what was keyed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proves {
    /// Nothing: anybody can know a number. The caller may be whom it belongs to (AL1).
    #[default]
    Nothing,
    /// The system compared a PIN that was sent along, and says found only where it is right (AL2).
    Pin,
}

/// What counts as found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Found {
    /// Statuses of an answer that can be one; none named: 200 to 299.
    pub status: Vec<u16>,
    /// Statuses that say that there is nobody.
    pub not_found_status: Vec<u16>,
    /// What has to have a value in the answer; empty: what is saved has to.
    pub path: String,
}

impl Default for Found {
    fn default() -> Self {
        Self { status: Vec::new(), not_found_status: vec![404, 410], path: String::new() }
    }
}

/// What came of a look-up.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum LookUpOutcome {
    /// The company's system knows it.
    Found {
        /// What is saved.
        value: Value,
    },
    /// The company's system does not know it.
    NotFound,
    /// It was not said either way.
    Unavailable {
        /// Why.
        why: Why,
    },
}

impl LookUpOutcome {
    /// The word on the wire, which is the exit of the node too.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Found { .. } => "found",
            Self::NotFound => "not_found",
            Self::Unavailable { .. } => "unavailable",
        }
    }

    /// Why it is unavailable.
    pub const fn why(&self) -> Option<Why> {
        match self {
            Self::Unavailable { why } => Some(*why),
            Self::Found { .. } | Self::NotFound => None,
        }
    }
}

/// Without the value.
impl fmt::Debug for LookUpOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why() {
            Some(why) => write!(f, "unavailable: {}", why.as_str()),
            None => f.write_str(self.as_str()),
        }
    }
}

macro_rules! whys {
    ($($(#[$doc:meta])* $variant:ident $word:literal $sentence:literal;)*) => {
        /// Why a look-up got no answer that could be read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Why {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)*
        }

        impl Why {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What happened and what to do, for the administrator. Never holds a value.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

whys! {
    /// A variable of the address has no value.
    MissingVariable "missing_variable" "A variable of the address has no value, so nothing was asked.";
    /// A secret would stand in the address.
    SecretInUrl "secret_in_url" "A secret variable stands in the address, where logs would keep it. Send it in a header or in the body.";
    /// A value would change what the request is.
    UnsafeValue "unsafe_value" "A variable's value cannot stand where it is used, so nothing was asked.";
    /// The guarded client does not call there.
    AddressRefused "address_refused" "The address is not one that this server may call. An operator can allow it in `outbound.allow`.";
    /// No connection.
    Unreachable "unreachable" "The system could not be reached: name, connection or certificate.";
    /// Too slow.
    TimedOut "timed_out" "The system did not answer in time.";
    /// Another status.
    Status "status" "The system answered with a status that means neither found nor not found.";
    /// A redirect.
    Redirected "redirected" "The system sent the request elsewhere. Redirects are not followed: enter the address that answers.";
    /// 401 or 403.
    NotAuthorised "not_authorised" "The system refused the credentials of this look-up.";
    /// No token.
    NoToken "no_token" "The token server gave no access token for this look-up.";
    /// More than the limit.
    TooLarge "too_large" "The answer is larger than 256 KiB.";
    /// Deeper than the limit.
    TooDeep "too_deep" "The answer is nested deeper than 32 levels.";
    /// Typographic quotes.
    TypographicQuotes "typographic_quotes" "The answer is not JSON: it has typographic quotation marks (“ ”) where JSON has straight ones (\").";
    /// A comma too many.
    TrailingComma "trailing_comma" "The answer is not JSON: a comma stands before a closing bracket.";
    /// A web page.
    WebPage "web_page" "The answer is a web page and not JSON. It may be a log-in page or an error page.";
    /// Compressed, though nobody asked for it.
    Compressed "compressed" "The answer is compressed, which was not asked for.";
    /// Something else.
    NotJson "not_json" "The answer is not JSON.";
    /// The definition does not compile any more.
    Invalid "invalid" "This look-up is not valid any more. Open it, correct it and save it.";
    /// The breaker is open.
    Paused "paused" "The system failed several times, so it is not asked for half a minute.";
    /// Too many at once.
    Busy "busy" "Too many look-ups are on their way at this moment.";
}

#[derive(Debug, Clone)]
pub(super) struct Compiled {
    path: Path,
    found: Found,
    found_path: Option<Path>,
    fields: fields::Compiled,
    pub(super) proves: Proves,
}

impl Compiled {
    pub(super) fn new(answer: &Answer) -> Result<Self, Problem> {
        let path = Path::compile(&answer.json_path)
            .map_err(|why| Problem::new("/answer/json_path", "invalid-path", why))?;
        let found_path = match answer.found.path.trim() {
            "" => None,
            text => Some(
                Path::compile(text).map_err(|why| Problem::new("/answer/found/path", "invalid-path", why))?,
            ),
        };
        let Found { status, not_found_status, .. } = &answer.found;
        for (list, name) in [(status, "status"), (not_found_status, "not_found_status")] {
            if list.len() > 20 || list.iter().any(|status| !(200..600).contains(status)) {
                let detail = "At most 20 statuses from 200 to 599.";
                return Err(Problem::new(format!("/answer/found/{name}"), "out-of-range", detail));
            }
        }
        if let Some(both) = status.iter().find(|status| not_found_status.contains(status)) {
            let detail = format!("{both} means both found and not found.");
            return Err(Problem::new("/answer/found/not_found_status", "duplicate-field", detail));
        }
        let fields = fields::Compiled::new(&answer.fields)?;
        if answer.proves == Proves::Pin && !fields.is_identifying() {
            let detail = "An answer that proves whose PIN it is says who that is: take over `external_id`, `email` or `phone`.";
            return Err(Problem::new("/answer/proves", "nobody-named", detail));
        }
        Ok(Self { path, found: answer.found.clone(), found_path, fields, proves: answer.proves })
    }

    pub(super) fn map(&self, value: &Value) -> Mapped {
        self.fields.map(value)
    }

    pub(super) fn read(&self, method: Method, status: u16, body: &[u8]) -> LookUpOutcome {
        let unavailable = |why| LookUpOutcome::Unavailable { why };
        if self.found.not_found_status.contains(&status) {
            return LookUpOutcome::NotFound;
        }
        let is_good = match self.found.status.as_slice() {
            [] => (200..300).contains(&status),
            listed => listed.contains(&status),
        };
        if !is_good {
            return unavailable(match status {
                300..=399 => Why::Redirected,
                401 | 403 => Why::NotAuthorised,
                _ => Why::Status,
            });
        }
        if body.iter().all(u8::is_ascii_whitespace) {
            // Nothing at all: a question has no answer; an instruction was carried out, and has nothing to add.
            let is_done = method != Method::Get && self.path.is_whole() && self.found_path.is_none();
            return if is_done {
                LookUpOutcome::Found { value: Value::Null }
            } else {
                LookUpOutcome::NotFound
            };
        }
        let whole = match parse(body) {
            Ok(whole) => whole,
            Err(why) => return unavailable(why),
        };
        if self.found_path.as_ref().is_some_and(|path| !path.find(&whole).as_ref().is_some_and(says_yes)) {
            return LookUpOutcome::NotFound;
        }
        match self.path.find(&whole) {
            Some(value) if has_value(&value) => LookUpOutcome::Found { value },
            _ => LookUpOutcome::NotFound,
        }
    }
}

/// Whether somebody would call it something: not `null`, an empty text, list or object.
fn has_value(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(of) => !of.is_empty(),
        Value::Object(of) => !of.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// [`has_value`], for the part that says whether it was found: `false` says no.
fn says_yes(value: &Value) -> bool {
    has_value(value) && *value != Value::Bool(false)
}

/// JSON within the limits, or why not.
fn parse(body: &[u8]) -> Result<Value, Why> {
    if body.len() > ANSWER_BYTES_MAX {
        return Err(Why::TooLarge);
    }
    // gzip and zstd by their first bytes; the others look like nothing.
    if body.starts_with(&[0x1f, 0x8b]) || body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return Err(Why::Compressed);
    }
    // A byte order mark is no JSON, but some systems send one.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if depth(body) > DEPTH_MAX {
        return Err(Why::TooDeep);
    }
    serde_json::from_slice(body).map_err(|error| complaint(body, &error))
}

/// How deep brackets are nested, outside of texts. Stops counting where it is too deep already.
fn depth(body: &[u8]) -> usize {
    let (mut now, mut most, mut is_text, mut is_escaped) = (0_usize, 0_usize, false, false);
    for byte in body {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => {
                now += 1;
                most = most.max(now);
                if most > DEPTH_MAX {
                    return most;
                }
            }
            b']' | b'}' if !is_text => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// Why a body is not JSON, by what stands where the parser stopped.
fn complaint(body: &[u8], error: &serde_json::Error) -> Why {
    let Ok(text) = std::str::from_utf8(body) else { return Why::NotJson };
    if text.trim_start().starts_with('<') {
        return Why::WebPage;
    }
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let mut at = error.column().saturating_sub(1).min(line.len());
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    match line[at..].chars().next() {
        Some('“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’') => Why::TypographicQuotes,
        Some(']' | '}') if before(text, error.line(), at).ends_with(',') => Why::TrailingComma,
        _ => Why::NotJson,
    }
}

/// What stands before a place, without the white space at its end.
fn before(text: &str, line: usize, column: usize) -> &str {
    let begins: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    text.get(..begins + column).unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(answer: Value, status: u16, body: &str) -> LookUpOutcome {
        let answer: Answer = serde_json::from_value(answer).unwrap();
        Compiled::new(&answer).unwrap().read(Method::Get, status, body.as_bytes())
    }

    fn why(body: &str) -> Option<Why> {
        read(json!({}), 200, body).why()
    }

    #[test]
    fn statuses_and_paths_decide() {
        let body = r#"{"customer": {"name": "Jane"}, "known": false, "list": []}"#;
        let found = |value| LookUpOutcome::Found { value };
        assert_eq!(read(json!({}), 200, body), found(serde_json::from_str(body).unwrap()));
        assert_eq!(read(json!({"json_path": "$.customer.name"}), 206, body), found(json!("Jane")));
        for missing in ["$.nobody", "$.list", "$.list[*]"] {
            assert_eq!(read(json!({"json_path": missing}), 200, body), LookUpOutcome::NotFound, "{missing}");
        }
        for (status, expected) in
            [(404, "not_found"), (410, "not_found"), (500, "unavailable"), (400, "unavailable")]
        {
            assert_eq!(read(json!({}), status, body).as_str(), expected, "{status}");
        }
        assert_eq!(read(json!({}), 302, body).why(), Some(Why::Redirected));
        assert_eq!(read(json!({}), 401, body).why(), Some(Why::NotAuthorised));
        assert_eq!(read(json!({"found": {"path": "$.known"}}), 200, body), LookUpOutcome::NotFound);
        assert_eq!(read(json!({"found": {"path": "$.customer"}}), 200, body).as_str(), "found");
        assert_eq!(read(json!({"found": {"status": [203]}}), 200, body).why(), Some(Why::Status));
        let named = json!({"found": {"status": [404], "not_found_status": [200]}});
        assert_eq!(read(named.clone(), 404, body).as_str(), "found");
        assert_eq!(read(named, 200, body), LookUpOutcome::NotFound);
        for nothing in ["", " \n", "null", "{}", "[]", "\"\""] {
            assert_eq!(read(json!({}), 200, nothing), LookUpOutcome::NotFound, "{nothing:?}");
        }
    }

    #[test]
    fn an_instruction_without_an_answer_was_carried_out() {
        let plain = Compiled::new(&Answer::default()).unwrap();
        assert_eq!(plain.read(Method::Post, 204, b""), LookUpOutcome::Found { value: Value::Null });
        let named = Compiled::new(&Answer { json_path: "$.id".to_owned(), ..Answer::default() }).unwrap();
        assert_eq!(named.read(Method::Post, 204, b""), LookUpOutcome::NotFound);
    }

    /// The answer as the text that this was built for prints it.
    #[test]
    fn typographic_quotes_and_trailing_commas_are_told_by_name() {
        let printed = "{\n“customer”: {\n“name”: “Jane Doe”,\n“accountNumber”: “1234567890”,\n}\n}";
        assert_eq!(why(printed), Some(Why::TypographicQuotes));
        let comma = "{\n\"customer\": {\n\"name\": \"Jane Doe\",\n\"accountNumber\": \"1234567890\",\n}\n}";
        assert_eq!(why(comma), Some(Why::TrailingComma));
        assert_eq!(why("[1, 2, ]"), Some(Why::TrailingComma));
        assert_eq!(why("{\"a\": „x“}"), Some(Why::TypographicQuotes));
        assert_eq!(why("{\"a\": \"“quoted”\"}"), None);
        assert_eq!(why(" <!doctype html><p>Log in"), Some(Why::WebPage));
        for bad in ["{", "{]", "nothing", "{\"a\":", "\u{0}", "1 2", "{'a': 1}"] {
            assert_eq!(why(bad), Some(Why::NotJson), "{bad:?}");
        }
        let plain = Compiled::new(&Answer::default()).unwrap();
        assert_eq!(plain.read(Method::Get, 200, b"\xff\xfe{\x00").why(), Some(Why::NotJson));
        assert_eq!(plain.read(Method::Get, 200, b"\x1f\x8b\x08\x00").why(), Some(Why::Compressed));
        assert_eq!(plain.read(Method::Get, 200, b"\xef\xbb\xbf{\"a\":1}").as_str(), "found");
    }

    #[test]
    fn i_5_size_and_depth_have_limits() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(read(json!({}), 200, &nested(DEPTH_MAX)).as_str(), "found");
        assert_eq!(why(&nested(DEPTH_MAX + 1)), Some(Why::TooDeep));
        assert_eq!(why(&nested(100_000)), Some(Why::TooDeep));
        assert_eq!(why(&format!("\"{}\"", "[".repeat(1_000))), None);
        assert_eq!(why(&format!("\"\\\"{}\"", "[".repeat(1_000))), None);
        let long = format!("\"{}\"", "x".repeat(ANSWER_BYTES_MAX));
        assert_eq!(why(&long), Some(Why::TooLarge));
        assert_eq!(why(&long[..ANSWER_BYTES_MAX]), Some(Why::NotJson));
    }

    #[test]
    fn i_9_an_outcome_shows_no_value() {
        let outcome = read(json!({}), 200, r#"{"name": "Jane"}"#);
        assert_eq!(format!("{outcome:?}"), "found");
        assert_eq!(format!("{:?}", read(json!({}), 500, "Jane")), "unavailable: status");
    }

    #[test]
    fn wrong_answers_are_named() {
        let at = |answer| Compiled::new(&serde_json::from_value(answer).unwrap()).unwrap_err().pointer;
        assert_eq!(at(json!({"json_path": "x"})), "/answer/json_path");
        assert_eq!(at(json!({"found": {"path": "$["}})), "/answer/found/path");
        assert_eq!(at(json!({"found": {"status": [99]}})), "/answer/found/status");
        assert_eq!(at(json!({"found": {"status": [404]}})), "/answer/found/not_found_status");
        assert!(serde_json::from_value::<Answer>(json!({"jsonpath": ""})).is_err());
    }
}
