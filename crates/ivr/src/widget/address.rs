//! Addresses of widgets: scheme and host fixed when they are saved, values encoded for their place (I-8).

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use url::Url;

use super::ADDRESS_BYTES_MAX;
use super::piece::Piece;
use crate::Template;
use crate::template::Part;

/// Longest value in an address, bytes before they are encoded.
const VALUE_BYTES_MAX: usize = 1_024;
/// Longest address that is handed out.
const EXPANDED_BYTES_MAX: usize = 8_192;

/// What an address may begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Always allowed.
    Https,
    /// A telephone number, where the workspace allows it.
    Tel,
    /// A SIP address, where the workspace allows it.
    Sip,
}

impl Scheme {
    fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "https" => Some(Self::Https),
            "tel" => Some(Self::Tel),
            "sip" => Some(Self::Sip),
            _ => None,
        }
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Tel => "tel",
            Self::Sip => "sip",
        }
    }
}

/// Why an address is not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It does not begin with a scheme that may be opened.
    #[error(
        "An address begins with `https://`; `tel:` and `sip:` only where the settings of call widgets allow them."
    )]
    Scheme,
    /// A variable could change where it leads.
    #[error("Scheme and host are written out: variables stand after the host, in path, query and fragment.")]
    HostNotFixed,
    /// It has a name or a password in it.
    #[error("An address has no user name and no password.")]
    UserInfo,
    /// It has a character in it that a browser reads in its own way.
    #[error("An address has no spaces, no backslashes, no control characters and no `%` by itself.")]
    Character,
    /// It climbs.
    #[error("An address has no `.` and `..` between slashes.")]
    Dots,
    /// It is no address.
    #[error("This is not an address.")]
    NotOne,
    /// It is too long.
    #[error("An address has at most 2048 characters.")]
    TooLong,
}

impl Refused {
    /// The word in errors.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Scheme => "refused-scheme",
            Self::HostNotFixed => "host-not-fixed",
            Self::UserInfo | Self::Character | Self::Dots | Self::NotOne => "refused-address",
            Self::TooLong => "too-long",
        }
    }
}

/// Why a link of a card leads nowhere in this call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// A variable of it has no value, or is a secret.
    NoValue,
    /// A value would have led elsewhere.
    Unsafe,
    /// It came out too long.
    TooLong,
}

impl Withheld {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoValue => "no_value",
            Self::Unsafe => "unsafe",
            Self::TooLong => "too_long",
        }
    }
}

/// An address that may be saved.
#[derive(Debug, Clone)]
pub struct Address<'a> {
    template: &'a Template,
    scheme: Scheme,
    /// With a stand-in for every variable; `None` for what has no host.
    fixed: Option<Url>,
}

impl<'a> Address<'a> {
    /// Reads an address; `schemes` are those that are allowed besides `https`.
    ///
    /// ```
    /// use countersign_ivr::Template;
    /// use countersign_ivr::widget::{Address, Refused};
    ///
    /// let refused = |text| Address::read(&Template::parse(text), &[]).unwrap_err();
    /// assert_eq!(refused("{customerInfo.link}"), Refused::Scheme);
    /// assert_eq!(refused("https://{host}/x"), Refused::HostNotFixed);
    /// assert_eq!(refused("javascript:alert(1)"), Refused::Scheme);
    /// assert!(Address::read(&Template::parse("https://crm.example/{id}?q={name}"), &[]).is_ok());
    /// ```
    pub fn read(template: &'a Template, schemes: &[Scheme]) -> Result<Self, Refused> {
        if template.source().len() > ADDRESS_BYTES_MAX {
            return Err(Refused::TooLong);
        }
        for part in template.parts() {
            if let Part::Literal(text) = part {
                plain_characters(text)?;
            }
        }
        let Some(Part::Literal(first)) = template.parts().first() else { return Err(Refused::Scheme) };
        let (scheme, rest) = first.split_once(':').ok_or(Refused::Scheme)?;
        let scheme = Scheme::parse(scheme).ok_or(Refused::Scheme)?;
        if scheme != Scheme::Https && !schemes.contains(&scheme) {
            return Err(Refused::Scheme);
        }
        let fixed = match scheme {
            Scheme::Https => Some(fixed_host(template, rest)?),
            Scheme::Tel => only_a_number(template, rest).map(|()| None)?,
            Scheme::Sip => host_at_the_end(template, rest).map(|()| None)?,
        };
        Ok(Self { template, scheme, fixed })
    }

    /// Where it leads, `host` or `host:port`; `None` where it has no host.
    pub fn host(&self) -> Option<String> {
        let url = self.fixed.as_ref()?;
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }

    /// The address of one call. `value` gives each variable's value and class. Whatever it gives, the address leads to
    /// the same scheme, host and port, or there is none.
    pub(super) fn expand(
        &self,
        value: impl Fn(&str) -> Option<(crate::Class, String)>,
    ) -> Result<Vec<Piece>, Withheld> {
        let mut pieces = Vec::with_capacity(self.template.parts().len());
        for part in self.template.parts() {
            let piece = match part {
                Part::Literal(text) => Piece::literal(text),
                Part::Variable(path) => {
                    let (class, value) = value(path).ok_or(Withheld::NoValue)?;
                    if value.len() > VALUE_BYTES_MAX {
                        return Err(Withheld::TooLong);
                    }
                    let text = match self.scheme {
                        Scheme::Tel => dialled(&value)?,
                        Scheme::Https | Scheme::Sip => encoded(&value)?,
                    };
                    Piece { text, class, path: Some(path.clone()) }
                }
            };
            pieces.push(piece);
        }
        let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        if whole.len() > EXPANDED_BYTES_MAX {
            return Err(Withheld::TooLong);
        }
        if let Some(fixed) = &self.fixed {
            let found = Url::parse(&whole).map_err(|_| Withheld::Unsafe)?;
            let is_same = found.origin() == fixed.origin()
                && found.username().is_empty()
                && found.password().is_none()
                && found.path_segments().map(Iterator::count) == fixed.path_segments().map(Iterator::count)
                && !has_dots(&whole);
            if !is_same {
                return Err(Withheld::Unsafe);
            }
        }
        Ok(pieces)
    }
}

/// No character that a browser drops, turns round or reads as another; each `%` with its two digits, so that no value
/// completes one.
fn plain_characters(text: &str) -> Result<(), Refused> {
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\' || turns(c)) {
        return Err(Refused::Character);
    }
    let is_whole = |at: usize| {
        text.as_bytes().get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
    };
    if text.match_indices('%').all(|(at, _)| is_whole(at)) { Ok(()) } else { Err(Refused::Character) }
}

/// Parsed with a stand-in for each variable, once it is certain that the first of them comes after the host.
fn fixed_host(template: &Template, rest: &str) -> Result<Url, Refused> {
    let rest = rest.strip_prefix("//").ok_or(Refused::HostNotFixed)?;
    let authority = match rest.find(['/', '?', '#']) {
        Some(end) => &rest[..end],
        None if template.is_fixed() => rest,
        None => return Err(Refused::HostNotFixed),
    };
    if authority.contains('@') {
        return Err(Refused::UserInfo);
    }
    if authority.is_empty() || authority.contains('%') {
        return Err(Refused::HostNotFixed);
    }
    let stand_in = |_: &str, text: &mut String| {
        text.push('x');
        Ok(())
    };
    let sample = template.render(stand_in)?;
    if has_dots(&sample) {
        return Err(Refused::Dots);
    }
    let url = Url::parse(&sample).map_err(|_| Refused::NotOne)?;
    if url.scheme() != "https" || url.host_str().is_none_or(str::is_empty) || url.cannot_be_a_base() {
        return Err(Refused::NotOne);
    }
    Ok(url)
}

/// `tel:` and then digits and variables alone.
fn only_a_number(template: &Template, rest: &str) -> Result<(), Refused> {
    let is_dialled = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b"+*#-.()".contains(&b));
    let others = template.parts().iter().skip(1).all(|part| match part {
        Part::Literal(text) => is_dialled(text),
        Part::Variable(_) => true,
    });
    let is_something = !rest.is_empty() || !template.is_fixed();
    if is_dialled(rest) && others && is_something { Ok(()) } else { Err(Refused::NotOne) }
}

/// `sip:`, a user with variables, `@`, and a host without.
fn host_at_the_end(template: &Template, rest: &str) -> Result<(), Refused> {
    let literals = template.parts().iter().enumerate().filter_map(|(at, part)| match part {
        Part::Literal(text) => Some(if at == 0 { rest } else { text.as_str() }),
        Part::Variable(_) => None,
    });
    if literals.map(|text| text.matches('@').count()).sum::<usize>() != 1 {
        return Err(Refused::HostNotFixed);
    }
    let last = match template.parts() {
        [_] => rest,
        [.., Part::Literal(text)] => text,
        _ => return Err(Refused::HostNotFixed),
    };
    let host = last.rsplit_once('@').map(|(_, host)| host).ok_or(Refused::HostNotFixed)?;
    let is_host = host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
    if !host.is_empty() && is_host { Ok(()) } else { Err(Refused::HostNotFixed) }
}

/// Whether a segment of the path is `.` or `..`, written plainly or encoded.
fn has_dots(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    })
}

/// A value for a path segment, a query or a fragment: everything but letters, digits and `-._~` is encoded, which is
/// right in all three.
fn encoded(value: &str) -> Result<String, Withheld> {
    if value.chars().any(char::is_control) {
        return Err(Withheld::Unsafe);
    }
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    Ok(text)
}

/// A value to be dialled: digits, and what people write between them left out.
fn dialled(value: &str) -> Result<String, Withheld> {
    let kept: String =
        value.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}')).collect();
    let is_number = kept.bytes().enumerate().all(|(at, b)| b.is_ascii_digit() || (at == 0 && b == b'+'));
    if is_number && !kept.is_empty() { Ok(kept) } else { Err(Withheld::Unsafe) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Class;

    const ALL: &[Scheme] = &[Scheme::Tel, Scheme::Sip];

    fn refused(text: &str) -> Option<Refused> {
        Address::read(&Template::parse(text), ALL).err()
    }

    fn opened(text: &str, value: &str) -> Result<String, Withheld> {
        let template = Template::parse(text);
        let pieces =
            Address::read(&template, ALL).unwrap().expand(|_| Some((Class::Personal, value.to_owned())))?;
        Ok(pieces.iter().map(|piece| piece.text.as_str()).collect())
    }

    #[test]
    fn i_8_only_fixed_hosts_and_allowed_schemes_are_saved() {
        for good in [
            "https://crm.example",
            "https://crm.example/",
            "https://crm.example/{id}",
            "https://crm.example?q={q}",
            "https://crm.example#{q}",
            "https://crm.example:8443/a/{b}.html?x=%20{y}",
            "HTTPS://CRM.example/%id%",
            "https://10.0.0.7/{id}",
            "https://[2001:db8::1]/{id}",
            "https://crm/{id}",
            "https://bücher.example/{id}",
            "tel:{NUMBER}",
            "tel:+46701234567",
            "sip:{NUMBER}@pbx.example",
            "sip:desk@pbx.example:5061",
        ] {
            assert_eq!(refused(good), None, "{good}");
        }
        for (bad, why) in [
            ("", Refused::Scheme),
            ("{url}", Refused::Scheme),
            ("/customers/{id}", Refused::Scheme),
            ("//crm.example/{id}", Refused::Scheme),
            ("crm.example/{id}", Refused::Scheme),
            ("http://crm.example/", Refused::Scheme),
            ("javascript:alert(1)", Refused::Scheme),
            ("JavaScript:alert('{name}')", Refused::Scheme),
            ("java\tscript:alert(1)", Refused::Character),
            (" https://crm.example/", Refused::Character),
            ("data:text/html,{x}", Refused::Scheme),
            ("vbscript:x", Refused::Scheme),
            ("file:///etc/passwd", Refused::Scheme),
            ("blob:https://crm.example/1", Refused::Scheme),
            ("view-source:https://crm.example", Refused::Scheme),
            ("https:{host}", Refused::HostNotFixed),
            ("https:crm.example/{id}", Refused::HostNotFixed),
            ("https:///crm.example/", Refused::HostNotFixed),
            ("https://{host}", Refused::HostNotFixed),
            ("https://{host}/", Refused::HostNotFixed),
            ("https://crm.{tld}/", Refused::HostNotFixed),
            ("https://crm.example{x}", Refused::HostNotFixed),
            ("https://crm.example:{port}/", Refused::HostNotFixed),
            ("https://crm%2eexample/", Refused::HostNotFixed),
            ("https://crm.example\\@evil.example/", Refused::Character),
            ("https://user@crm.example/", Refused::UserInfo),
            ("https://user:pw@crm.example/", Refused::UserInfo),
            ("https://crm.example@evil.example/", Refused::UserInfo),
            ("https://crm.example/a b", Refused::Character),
            ("https://crm.example/\u{202e}gpj", Refused::Character),
            ("https://crm.example/%2{x}", Refused::Character),
            ("https://crm.example/%", Refused::Character),
            ("https://crm.example/a/../{x}", Refused::Dots),
            ("https://crm.example/%2E%2e/x", Refused::Dots),
            ("https://crm.example:99999/", Refused::NotOne),
            ("https://a<b>.example/", Refused::NotOne),
            ("https://[::1/", Refused::NotOne),
            ("tel:", Refused::NotOne),
            ("tel:alert(x)", Refused::NotOne),
            ("tel:{NUMBER};phone-context=evil", Refused::NotOne),
            ("sip:{NUMBER}", Refused::HostNotFixed),
            ("sip:desk@{host}", Refused::HostNotFixed),
            ("sip:{a}@pbx.example@evil", Refused::HostNotFixed),
            ("sip:{a}@pbx.example;transport={t}", Refused::HostNotFixed),
        ] {
            assert_eq!(refused(bad), Some(why), "{bad}");
        }
        assert_eq!(refused(&format!("https://crm.example/{}", "a".repeat(2_048))), Some(Refused::TooLong));
        let tel = Template::parse("tel:{NUMBER}");
        assert_eq!(
            Address::read(&tel, &[]).unwrap_err(),
            Refused::Scheme,
            "only where the workspace allows it"
        );
    }

    #[test]
    fn i_8_hostile_values_stay_values() {
        let path = |value| opened("https://crm.example/customers/{x}/file", value);
        for (value, wanted) in [
            ("1234567890", "https://crm.example/customers/1234567890/file"),
            ("a/b", "https://crm.example/customers/a%2Fb/file"),
            ("../../admin", "https://crm.example/customers/..%2F..%2Fadmin/file"),
            ("//evil.example", "https://crm.example/customers/%2F%2Fevil.example/file"),
            ("\\\\evil.example", "https://crm.example/customers/%5C%5Cevil.example/file"),
            ("?a=b#c", "https://crm.example/customers/%3Fa%3Db%23c/file"),
            ("%2e%2e", "https://crm.example/customers/%252e%252e/file"),
            ("@evil.example", "https://crm.example/customers/%40evil.example/file"),
            ("javascript:alert(1)", "https://crm.example/customers/javascript%3Aalert%281%29/file"),
            ("<script>\"'", "https://crm.example/customers/%3Cscript%3E%22%27/file"),
            ("{y}", "https://crm.example/customers/%7By%7D/file"),
            ("Åsa 😀", "https://crm.example/customers/%C3%85sa%20%F0%9F%98%80/file"),
            ("\u{202e}gpj", "https://crm.example/customers/%E2%80%AEgpj/file"),
        ] {
            assert_eq!(path(value).as_deref(), Ok(wanted), "{value}");
        }
        for (value, why) in [
            (".", Withheld::Unsafe),
            ("..", Withheld::Unsafe),
            ("a\r\nSet-Cookie: x", Withheld::Unsafe),
            ("a\0b", Withheld::Unsafe),
            (&"a".repeat(1_025), Withheld::TooLong),
        ] {
            assert_eq!(path(value), Err(why), "{value:?}");
        }
        assert_eq!(opened("https://crm.example/{x}{x}", ".").unwrap_err(), Withheld::Unsafe);
        assert_eq!(
            opened("https://crm.example/?q={x}&r=1", "..&r=2").unwrap(),
            "https://crm.example/?q=..%26r%3D2&r=1"
        );
        assert_eq!(opened("https://crm.example/#{x}", "a b").unwrap(), "https://crm.example/#a%20b");
        assert_eq!(opened("tel:{x}", "+46 (70) 617-07 86").unwrap(), "tel:+46706170786");
        assert_eq!(opened("tel:{x}", "070;ext=1").unwrap_err(), Withheld::Unsafe);
        assert_eq!(opened("tel:{x}", "anonymous").unwrap_err(), Withheld::Unsafe);
        assert_eq!(opened("sip:{x}@pbx.example", "a@evil").unwrap(), "sip:a%40evil@pbx.example");
    }

    #[test]
    fn the_host_is_named_with_its_port() {
        for (text, host) in [
            ("https://CRM.example/{x}", Some("crm.example")),
            ("https://crm.example:443/", Some("crm.example")),
            ("https://crm.example:8443/", Some("crm.example:8443")),
            ("tel:{x}", None),
        ] {
            assert_eq!(Address::read(&Template::parse(text), ALL).unwrap().host().as_deref(), host, "{text}");
        }
    }

    proptest! {
        /// Whatever is written and whatever a caller says: what opens is https and leads where it was saved to lead.
        #[test]
        fn i_8_the_origin_never_changes(
            source in "(https|http|javascript|HTTPS|data)?:?/{0,3}(crm\\.example|\\{a\\}|a@b|%41)?[a-z{}%.?#/:@\\\\ 1]{0,24}",
            value in ".{0,24}|[./\\\\:@%?#a-e2\r\n\t{}]{0,12}",
        ) {
            let template = Template::parse(&source);
            let Ok(address) = Address::read(&template, &[]) else { return Ok(()) };
            let Ok(pieces) = address.expand(|_| Some((Class::Personal, value.clone()))) else { return Ok(()) };
            let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
            let found = Url::parse(&whole).unwrap();
            prop_assert_eq!(found.scheme(), "https");
            prop_assert_eq!(found.username(), "");
            let host = found.port().map_or_else(
                || found.host_str().unwrap().to_owned(),
                |port| format!("{}:{port}", found.host_str().unwrap()),
            );
            prop_assert_eq!(Some(host), address.host());
            // The host is what the company wrote before the first variable.
            let literal = source.split(['{', '%']).next().unwrap().to_ascii_lowercase();
            prop_assert!(literal.starts_with("https://"));
        }

        #[test]
        fn i_8_a_value_stays_in_its_segment_and_reads_back(value in "[^\\p{Cc}]{1,40}") {
            let template = Template::parse("https://crm.example/a/{x}/b?q={x}#{x}");
            let address = Address::read(&template, &[]).unwrap();
            match address.expand(|_| Some((Class::Public, value.clone()))) {
                Ok(pieces) => {
                    let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
                    let found = Url::parse(&whole).unwrap();
                    let segments: Vec<&str> = found.path_segments().unwrap().collect();
                    prop_assert_eq!(segments.len(), 3);
                    let asked: Vec<(String, String)> =
                        found.query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
                    prop_assert_eq!(asked, [("q".to_owned(), value.clone())]);
                }
                Err(why) => prop_assert!(why == Withheld::Unsafe && (value == "." || value == ".."), "{value:?}"),
            }
        }
    }
}
