//! Addresses without what is nobody's business (T-4).

use std::cell::RefCell;
use std::collections::HashSet;

use url::Url;
use url::form_urlencoded::Serializer;

/// Characters of an address that is kept, at most.
pub const URL_MAX: usize = 2_000;
/// What stands for a part that was taken out.
pub const REDACTED: &str = ":redacted";
/// Addresses longer than this are not even looked at.
const RAW_MAX: usize = 16_384;
/// Digits in a row that may be an account, an order, a telephone.
const DIGITS_RUN: usize = 7;
/// Digits in one part, however they are written.
const DIGITS_ALL: usize = 9;
/// Letters and digits in a row that look like a token if they are mixed.
const TOKEN_MIN: usize = 16;

/// An address as it may be kept: http or https; no user, no password; of the query only what `allow` names; of the
/// fragment only the route of a single-page application; parts that look like an e-mail address, a long number or a
/// token replaced by [`REDACTED`]; at most [`URL_MAX`] characters. `None`: nothing that can be kept.
///
/// What was stripped and is stripped again stays as it is.
///
/// ```
/// use countersign_visits::strip_url;
/// let allow = ["utm_source".to_owned()];
/// assert_eq!(
///     strip_url("https://ada:secret@shop.example/loans?utm_source=mail&token=abc#top", &allow).unwrap(),
///     "https://shop.example/loans?utm_source=mail",
/// );
/// assert_eq!(
///     strip_url("https://shop.example/u/ada@example.com/orders/4006381333931", &allow).unwrap(),
///     "https://shop.example/u/:redacted/orders/:redacted",
/// );
/// assert_eq!(strip_url("https://shop.example/app#/cart?promo=X1", &allow).unwrap(), "https://shop.example/app#/cart");
/// assert_eq!(strip_url("javascript:alert(1)", &allow), None);
/// ```
pub fn strip_url(url: &str, allow: &[String]) -> Option<String> {
    if url.len() > RAW_MAX {
        return None;
    }
    // The pages of a site are few, and most addresses have nothing to strip. Only such are remembered: no other may stay
    // in memory.
    CLEAN.with_borrow_mut(|clean| {
        if clean.contains(url) {
            return Some(url.to_owned());
        }
        let stripped = strip(url, allow)?;
        if stripped == url && !url.contains('?') {
            if clean.len() >= CLEAN_MAX {
                clean.clear();
            }
            clean.insert(stripped.clone());
        }
        Some(stripped)
    })
}

thread_local! {
    /// Addresses without a query in which there was nothing to strip, whatever is allowed.
    static CLEAN: RefCell<HashSet<String>> = RefCell::new(HashSet::new());
}

/// How many of them a thread remembers.
const CLEAN_MAX: usize = 2_048;

fn strip(url: &str, allow: &[String]) -> Option<String> {
    let url = Url::parse(url).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let base = url.origin().ascii_serialization();
    let mut kept = base.clone();
    kept.push_str(&clean_path(url.path()));
    let base_len = kept.len();
    if let Some(query) = clean_query(&url, allow) {
        kept.push('?');
        kept.push_str(&query);
    }
    if let Some(route) = url.fragment().and_then(route) {
        kept.push('#');
        kept.push_str(&route);
    }
    if kept.len() > URL_MAX {
        kept.truncate(base_len);
    }
    if kept.len() > URL_MAX {
        // At the end of a part: half a part may no longer look like what it is.
        let end = kept.get(..URL_MAX).and_then(|kept| kept.rfind('/')).unwrap_or(base.len());
        kept.truncate(end.max(base.len() + 1));
    }
    // Once more through the reader, which puts `.` and `..` and the like in order.
    Url::parse(&kept).ok().map(String::from).filter(|kept| kept.len() <= URL_MAX)
}

/// The host of an address.
pub(crate) fn host_of(url: &str) -> Option<String> {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned))
}

/// A value of the query of an address.
pub(crate) fn query_value(url: &str, name: &str) -> Option<String> {
    // Nearly no address has one: no need to read it.
    if !url.contains(name) {
        return None;
    }
    let url = Url::parse(url).ok()?;
    url.query_pairs()
        .find(|(key, value)| key == name && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}

fn clean_path(path: &str) -> String {
    let mut cleaned = String::with_capacity(path.len());
    for (at, part) in path.split('/').enumerate() {
        if at > 0 {
            cleaned.push('/');
        }
        // What follows a semicolon is a parameter of the part: `;jsessionid=…`.
        let part = part.split(';').next().unwrap_or_default();
        cleaned.push_str(if is_private(part) { REDACTED } else { part });
    }
    cleaned
}

fn clean_query(url: &Url, allow: &[String]) -> Option<String> {
    let mut query = Serializer::new(String::new());
    let mut has_any = false;
    for (name, value) in url.query_pairs().filter(|(name, _)| allow.iter().any(|allowed| allowed == name)) {
        query.append_pair(&name, if is_private_text(&value) { REDACTED } else { &value });
        has_any = true;
    }
    has_any.then(|| query.finish())
}

/// The route in a fragment: `#/cart`, `#!/cart`. Any other fragment may hold anything, and log-ins put tokens there.
fn route(fragment: &str) -> Option<String> {
    let path = fragment.strip_prefix('!').unwrap_or(fragment);
    let mark = fragment.get(..fragment.len() - path.len()).unwrap_or_default();
    if !path.starts_with('/') {
        return None;
    }
    let end = path.find(['?', '#', '&', '=']).unwrap_or(path.len());
    Some(format!("{mark}{}", clean_path(path.get(..end).unwrap_or_default())))
}

/// Does a part of a path, percent-encoded as it is, look like something of a person?
fn is_private(part: &str) -> bool {
    if part.contains('%') {
        // Encoded twice is encoded too; more than that nobody does by accident, and it is no name of a page.
        let mut decoded = part.to_owned();
        for _ in 0..3 {
            if is_private_text(&decoded) {
                return true;
            }
            let next = decode(&decoded);
            if next == decoded {
                return false;
            }
            decoded = next;
        }
        return decoded.contains('%') || is_private_text(&decoded);
    }
    is_private_text(part)
}

fn is_private_text(text: &str) -> bool {
    is_email(text) || is_long_number(text) || is_token(text)
}

fn is_email(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + 1..).and_then(|t| t.chars().next());
        before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
    })
}

fn is_long_number(text: &str) -> bool {
    let (mut run, mut all) = (0, 0);
    text.chars().any(|c| {
        // Digits of every script: a number is one in Arabic too.
        let is_digit = c.is_numeric();
        run = if is_digit { run + 1 } else { 0 };
        all += usize::from(is_digit);
        run >= DIGITS_RUN || all >= DIGITS_ALL
    })
}

/// Letters and digits in a row as no word has them: a session, a key, a UUID, a part of a JWT.
fn is_token(text: &str) -> bool {
    let is_uuid = text.len() >= 36 && crate::Key::parse(text.get(..36).unwrap_or_default()).is_some();
    is_uuid || text.split(|c: char| !c.is_ascii_alphanumeric()).any(is_mixed) || is_base64(text)
}

fn is_mixed(run: &str) -> bool {
    let has = |of: fn(&u8) -> bool| run.bytes().any(|b| of(&b));
    run.len() >= TOKEN_MIN
        && (has(u8::is_ascii_digit)
            // Words of a camel change case at their beginnings only.
            || run.as_bytes().windows(2).filter(|w| is_change(w)).count() * 4 > run.len())
}

fn is_change(pair: &[u8]) -> bool {
    matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase())
}

/// Base64url has `-` and `_` among its letters, so that the runs between them may be short.
fn is_base64(text: &str) -> bool {
    let is_one = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'=' | b'.' | b'~');
    let has = |of: fn(&u8) -> bool| text.bytes().any(|b| of(&b));
    text.len() >= 20
        && text.bytes().all(is_one)
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
}

/// Percent-decodes once; what is no UTF-8 becomes replacement characters.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let mut plain = [0];
        let is_escape = *byte == b'%'
            && bytes.get(at + 1..at + 3).is_some_and(|two| hex::decode_to_slice(two, &mut plain).is_ok());
        decoded.push(if is_escape { plain[0] } else { *byte });
        at += if is_escape { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
