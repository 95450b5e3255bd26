//! Addresses with variables: in segments of the path and in values of the query, and nowhere else (I-6).

use url::Url;

use super::request::{Fill, Refused};
use super::{Problem, Why};
use crate::template::{Part, Template};

/// Longest address, as it is written and as it is sent.
pub(super) const URL_BYTES_MAX: usize = 8_192;
const POINTER: &str = "/request/url";

/// An address whose host is fixed.
#[derive(Debug, Clone)]
pub(super) struct Address {
    template: Template,
    origin: String,
    /// Bytes of the template's first piece that are scheme and authority.
    authority: usize,
}

/// Where in an address a piece stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    QueryName,
    QueryValue,
}

impl Place {
    /// The place after a piece of the address.
    fn after(mut self, literal: &str) -> Self {
        for c in literal.chars() {
            self = match (self, c) {
                (Self::Path, '?') | (Self::QueryName | Self::QueryValue, '&') => Self::QueryName,
                (Self::QueryName, '=') => Self::QueryValue,
                (same, _) => same,
            };
        }
        self
    }
}

fn wrong(code: &'static str, detail: &str) -> Problem {
    Problem::new(POINTER, code, detail)
}

impl Address {
    pub(super) fn new(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() || text.len() > URL_BYTES_MAX {
            return Err(wrong("invalid-url", "An address has 1 to 8192 characters."));
        }
        // Programs read these differently; nobody needs them.
        if text.chars().any(|c| c == '\\' || c.is_whitespace() || c.is_control()) {
            return Err(wrong("invalid-url", "An address holds no spaces and no backslashes."));
        }
        if text.contains('#') {
            return Err(wrong("invalid-url", "What follows `#` is never sent: leave it out."));
        }
        let template = Template::parse(text);
        let authority = authority(&template)?;
        let first = literal(&template);
        let url = Url::parse(&first[..authority]).map_err(|_| {
            wrong("invalid-url", "This is not an address such as `https://crm.example/customers`.")
        })?;
        if !url.username().is_empty() || url.password().is_some() || first[..authority].contains('@') {
            return Err(wrong(
                "invalid-url",
                "An address carries no name and no password: use the log-in of the look-up.",
            ));
        }
        let origin = url.origin();
        if !origin.is_tuple() {
            return Err(wrong("invalid-url", "The address has no host."));
        }
        let address = Self { origin: origin.ascii_serialization(), authority, template };
        address.check_places()?;
        // With an ordinary value everywhere it has to come out as it was meant.
        let ordinary = |_: &str| Ok::<_, Refused>("x".to_owned());
        address.expand(ordinary).map_err(|_| {
            wrong(
                "invalid-url",
                "The path of the address has segments such as `.` or `..`, or an empty name of a host.",
            )
        })?;
        Ok(address)
    }

    fn check_places(&self) -> Result<(), Problem> {
        let mut place = Place::Path;
        for (at, part) in self.template.parts().iter().enumerate() {
            match part {
                Part::Literal(text) if at == 0 => place = place.after(&text[self.authority..]),
                Part::Literal(text) => place = place.after(text),
                Part::Variable(_) if place == Place::QueryName => {
                    let detail = "Variables stand in segments of the path and in values of the query, not in names of the query.";
                    return Err(wrong("variable-not-allowed", detail));
                }
                Part::Variable(_) => {}
            }
        }
        Ok(())
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.template.paths()
    }

    /// The address for these values. It is read again afterwards, and has to be of the same origin and have the path
    /// that was written: no value makes another segment.
    pub(super) fn expand(&self, fill: impl Fill) -> Result<String, Refused> {
        let text = self.template.render(|path, text| {
            let value = fill(path)?;
            if value.is_empty() {
                return Err(Refused { why: Why::MissingVariable, variable: path.to_owned() });
            }
            encode(&value, text);
            Ok(())
        })?;
        let url = Url::parse(&text).map_err(|_| unsafe_value())?;
        let is_same = url.origin().ascii_serialization() == self.origin
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
            && path_is(&url, &text[self.authority..]);
        if is_same && text.len() <= URL_BYTES_MAX { Ok(url.into()) } else { Err(unsafe_value()) }
    }
}

fn unsafe_value() -> Refused {
    Refused { why: Why::UnsafeValue, variable: String::new() }
}

/// Whether an address, read, has the segments that were written: one that is `.` or `..` takes others away.
fn path_is(url: &Url, written: &str) -> bool {
    let path = written.split('?').next().unwrap_or_default();
    let segments = path.strip_prefix('/').unwrap_or(path).split('/').count();
    let is_dots = |segment: &str| {
        let segment = segment.to_ascii_lowercase().replace("%2e", ".");
        segment == "." || segment == ".."
    };
    !path.split('/').any(is_dots) && url.path_segments().is_some_and(|read| read.count() == segments)
}

/// Writes a value so that it means itself in a segment of a path, in a value of a query and in a field of a form.
pub(super) fn encode(value: &str, text: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

fn literal(template: &Template) -> &str {
    match template.parts().first() {
        Some(Part::Literal(text)) => text,
        _ => "",
    }
}

/// How long scheme and authority are. They are fixed, and end before the first variable.
fn authority(template: &Template) -> Result<usize, Problem> {
    let first = literal(template);
    let lower = first.to_ascii_lowercase();
    let Some(scheme) = ["https://", "http://"].iter().find(|scheme| lower.starts_with(**scheme)) else {
        return Err(wrong(
            "invalid-url",
            "An address begins with `https://` and the name of a host, without variables.",
        ));
    };
    let rest = &first[scheme.len()..];
    match rest.find(['/', '?']) {
        Some(0) => Err(wrong("invalid-url", "The address has no host.")),
        Some(end) => Ok(scheme.len() + end),
        None if template.is_fixed() => Ok(first.len()),
        None => {
            let detail = "No variable stands in the host or the port: who is asked is fixed. End them with `/` before it.";
            Err(wrong("variable-not-allowed", detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn expand(url: &str, value: &str) -> Result<String, Refused> {
        Address::new(url).unwrap().expand(|_: &str| Ok(value.to_owned()))
    }

    #[test]
    fn i_6_variables_stand_in_segments_and_query_values_alone() {
        for good in [
            "https://crm.example",
            "https://crm.example/{a}",
            "https://crm.example:8443/c/{a}/%b%?x={c}&y=a-{d.e}",
            "https://crm.example/customers(id='{a}')",
            "https://crm.example?x={a}",
            "http://10.0.0.7:9000/{a}.json",
            "HTTPS://CRM.example/{a}",
            "https://bücher.example/größe/{a}",
        ] {
            assert!(Address::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "{a}",
            "{scheme}://crm.example/",
            "https://{host}/",
            "https://crm.{domain}/",
            "https://crm.example{a}",
            "https://crm.example:{port}/",
            "https://{user}@crm.example/",
            "https://user@crm.example/",
            "https://user:{a}@crm.example/",
            "https://crm.example/?{name}=1",
            "https://crm.example/?a=1&{name}=1",
            "https://crm.example/?a{b}",
            "https://crm.example/#x",
            "https://crm.example/../{a}",
            "https://crm.example/%2e%2E/{a}",
            "https://crm.example/./x",
            "https://crm.example\\@evil.example/{a}",
            "https:///x",
            "https://?x={a}",
            "ftp://crm.example/{a}",
            "javascript:alert({a})",
            "crm.example/{a}",
            "https://crm.example/a b",
            "https://exa mple/",
        ] {
            assert!(Address::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn i_6_a_value_means_itself() {
        let url = "https://crm.example/c/{a}?q={a}";
        assert_eq!(expand(url, "1234567890").unwrap(), "https://crm.example/c/1234567890?q=1234567890");
        assert_eq!(
            expand(url, "a/b?c&d=e#f%20 é").unwrap(),
            "https://crm.example/c/a%2Fb%3Fc%26d%3De%23f%2520%20%C3%A9?q=a%2Fb%3Fc%26d%3De%23f%2520%20%C3%A9"
        );
        assert_eq!(expand(url, "").unwrap_err().why, Why::MissingVariable);
        for dots in [".", ".."] {
            assert_eq!(expand(url, dots).unwrap_err().why, Why::UnsafeValue, "{dots}");
            // In a query they are a text like others.
            assert!(expand("https://crm.example/?q={a}", dots).is_ok());
        }
        assert_eq!(expand("https://crm.example/.{a}", ".").unwrap_err().why, Why::UnsafeValue);
        assert_eq!(expand("https://crm.example/%2e{a}/x", ".").unwrap_err().why, Why::UnsafeValue);
        assert!(expand("https://crm.example/.{a}", "%2e").unwrap().ends_with("/.%252e"));
        assert_eq!(expand(url, &"x".repeat(URL_BYTES_MAX)).unwrap_err().why, Why::UnsafeValue);
    }

    fn hostile() -> impl Strategy<Value = String> {
        prop_oneof![
            "\\PC{0,24}",
            "[./\\\\%@:?#&=\\[\\] 2eEfF\r\n\t0]{0,24}",
            Just("//evil.example/".to_owned()),
            Just("@evil.example".to_owned()),
            Just("..%2f..%2f".to_owned()),
            Just("\u{ff0f}\u{ff0f}evil.example".to_owned()),
            Just("\0".to_owned()),
        ]
    }

    proptest! {
        /// The invariant of I-6, over hostile values in every place.
        #[test]
        fn i_6_no_value_changes_who_is_asked_or_which_way(a in hostile(), b in hostile()) {
            for template in [
                "https://crm.example/c/{a}/d/{b}",
                "https://crm.example/{a}{b}",
                "https://crm.example:8443/x/{a}.{b}?q={a}&r=%b%",
                "https://crm.example?{",
                "http://10.0.0.7/{a}/",
                "https://crm.example/%{a}2e/{b}",
            ] {
                let Ok(address) = Address::new(template) else { continue };
                let before = Url::parse(&address.expand(|_: &str| Ok("x".to_owned())).unwrap()).unwrap();
                let fill = |path: &str| Ok(if path == "a" { a.clone() } else { b.clone() });
                if let Ok(text) = address.expand(fill) {
                    let after = Url::parse(&text).unwrap();
                    prop_assert_eq!(after.origin(), before.origin());
                    prop_assert_eq!(after.path_segments().unwrap().count(), before.path_segments().unwrap().count());
                    prop_assert_eq!(after.query_pairs().count(), before.query_pairs().count());
                    prop_assert_eq!(after.fragment(), None);
                    prop_assert!(after.username().is_empty());
                    for (name, value) in after.query_pairs().filter(|(name, _)| name == "q") {
                        prop_assert_eq!((name.as_ref(), value.as_ref()), ("q", a.as_str()));
                    }
                    prop_assert!(text.bytes().all(|b| b.is_ascii_graphic()));
                }
            }
        }
    }
}
