//! What the receiving server found out about the sender of a mail: `Authentication-Results`, RFC 8601.
//!
//! Anybody can write such a field into a mail. Only the topmost one counts, and only under the name that the company's own
//! server writes its results under: that server puts its own above all others and takes out what pretends to be its own.

/// Results under one server's name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Results {
    /// The server, as it calls itself.
    pub(crate) server: String,
    methods: Vec<Method>,
}

/// What one method found.
#[derive(Debug, PartialEq, Eq)]
struct Method {
    name: String,
    result: String,
    /// `header.from` and the like, with values.
    properties: Vec<(String, String)>,
}

impl Method {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a field's value. `None` when it is not one: what cannot be read proves nothing.
pub(crate) fn parse(value: &str) -> Option<Results> {
    let mut parts = parts(value)?.into_iter();
    let head = parts.next()?;
    let server = head.first().filter(|_| head.len() <= 2)?.to_ascii_lowercase();
    let mut methods = Vec::new();
    for words in parts {
        match words.as_slice() {
            [] => {}
            [none] if none.eq_ignore_ascii_case("none") => {}
            [first, rest @ ..] => {
                let (name, result) = first.split_once('=')?;
                // A method may carry a version: `dkim/1`.
                let name = name.split('/').next().unwrap_or(name).to_ascii_lowercase();
                let properties = rest
                    .iter()
                    .filter_map(|word| word.split_once('='))
                    .map(|(name, value)| (name.to_ascii_lowercase(), value.to_ascii_lowercase()))
                    .collect();
                methods.push(Method { name, result: result.to_ascii_lowercase(), properties });
            }
        }
    }
    Some(Results { server, methods })
}

impl Results {
    /// Whether they say that the mail comes from the domain of its `From`: DMARC passed for it, or, where DMARC was not
    /// looked at, a signature of that domain or of one above it is good. A server that found DMARC failed is believed over
    /// every signature. A good SPF alone says who handed the mail over, not who wrote it.
    pub(crate) fn vouch_for(&self, domain: &str) -> bool {
        let domain = domain.to_ascii_lowercase();
        let mut dmarc = self.methods.iter().filter(|method| method.name == "dmarc").peekable();
        if dmarc.peek().is_some() {
            return dmarc.all(|m| m.result == "pass" && m.property("header.from") == Some(&domain));
        }
        self.methods.iter().filter(|method| method.name == "dkim" && method.result == "pass").any(|method| {
            let signer = method
                .property("header.d")
                .or_else(|| method.property("header.i").map(|i| i.rsplit('@').next().unwrap_or(i)));
            signer.is_some_and(|signer| is_of(&domain, signer))
        })
    }
}

/// Whether a domain is another one or below it.
fn is_of(domain: &str, above: &str) -> bool {
    above.contains('.')
        && !above.starts_with('.')
        && (domain == above || domain.strip_suffix(above).is_some_and(|rest| rest.ends_with('.')))
}

/// The words between semicolons, without comments. `=` and the words beside it are one word, whatever space is between;
/// quotes are taken off.
fn parts(value: &str) -> Option<Vec<Vec<String>>> {
    let mut parts = vec![Vec::new()];
    let mut word = String::new();
    // Whether `word` is one, even if it is empty: "".
    let mut is_word = false;
    let mut chars = value.chars().peekable();
    let end = |word: &mut String, is_word: &mut bool, parts: &mut Vec<Vec<String>>| {
        if std::mem::take(is_word) {
            parts.last_mut()?.push(std::mem::take(word));
        }
        Some(())
    };
    while let Some(c) = chars.next() {
        match c {
            '(' => skip_comment(&mut chars)?,
            '"' => {
                is_word = true;
                quoted(&mut chars, &mut word)?;
            }
            ';' => {
                end(&mut word, &mut is_word, &mut parts)?;
                parts.push(Vec::new());
            }
            '=' => {
                if !is_word {
                    // Space before it: it goes on with the word before.
                    word = parts.last_mut()?.pop()?;
                    is_word = true;
                }
                word.push('=');
                while chars.next_if(|c| c.is_ascii_whitespace()).is_some() {}
            }
            c if c.is_ascii_whitespace() => end(&mut word, &mut is_word, &mut parts)?,
            c => {
                is_word = true;
                word.push(c);
            }
        }
    }
    end(&mut word, &mut is_word, &mut parts)?;
    Some(parts)
}

fn quoted(chars: &mut impl Iterator<Item = char>, word: &mut String) -> Option<()> {
    loop {
        match chars.next()? {
            '"' => return Some(()),
            '\\' => word.push(chars.next()?),
            c => word.push(c),
        }
    }
}

fn skip_comment(chars: &mut impl Iterator<Item = char>) -> Option<()> {
    let mut depth = 1;
    while depth > 0 {
        match chars.next()? {
            '(' => depth += 1,
            ')' => depth -= 1,
            '\\' => {
                chars.next()?;
            }
            _ => {}
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn vouches(value: &str, domain: &str) -> bool {
        parse(value).is_some_and(|results| results.server == "mx.company.test" && results.vouch_for(domain))
    }

    #[test]
    fn dmarc_decides_where_it_was_looked_at() {
        let pass = "mx.company.test; dmarc=pass (p=none dis=none) header.from=example.org";
        assert!(vouches(pass, "example.org"));
        assert!(vouches(pass, "Example.ORG"));
        assert!(!vouches(pass, "example.com"), "for that domain and no other");
        assert!(!vouches(pass, "mail.example.org"));
        let fail = "mx.company.test; dkim=pass header.d=example.org; dmarc=fail header.from=example.org";
        assert!(
            !vouches(fail, "example.org"),
            "a server that found DMARC failed is believed over a signature"
        );
        let both = "mx.company.test; dmarc=pass header.from=example.org; dmarc=fail header.from=example.org";
        assert!(!vouches(both, "example.org"));
    }

    #[test]
    fn without_dmarc_a_signature_of_the_domain_counts_and_spf_does_not() {
        let signed =
            "mx.company.test 1;\r\n\tdkim=pass (2048-bit key) header.d=example.org header.i=@example.org";
        assert!(vouches(signed, "example.org"));
        assert!(vouches(signed, "news.example.org"), "a domain vouches for those below it");
        assert!(!vouches(signed, "notexample.org"));
        assert!(!vouches(signed, "org"));
        assert!(vouches("mx.company.test; dkim=pass header.i=mia@example.org", "example.org"));
        assert!(
            !vouches("mx.company.test; dkim=pass header.d=org", "example.org"),
            "no top-level domain vouches"
        );
        assert!(!vouches("mx.company.test; dkim=fail header.d=example.org", "example.org"));
        assert!(!vouches("mx.company.test; spf=pass smtp.mailfrom=example.org", "example.org"));
        assert!(!vouches("mx.company.test; none", "example.org"));
    }

    #[test]
    fn what_stands_in_comments_and_quotes_is_not_a_result() {
        assert!(!vouches("mx.company.test; spf=fail (dmarc=pass header.from=example.org)", "example.org"));
        assert!(!vouches(
            "mx.company.test; spf=fail (a\\) ; dmarc=pass header.from=example.org",
            "example.org"
        ));
        assert!(!vouches(
            "mx.company.test; spf=fail reason=\"; dmarc=pass header.from=example.org\"",
            "example.org"
        ));
        assert!(vouches("mx.company.test; dmarc = pass header.from=\"example.org\"", "example.org"));
        assert!(!vouches("(mx.company.test) evil.test; dmarc=pass header.from=example.org", "example.org"));
        assert!(!vouches("evil.test mx.company.test 1; dmarc=pass header.from=example.org", "example.org"));
    }

    #[test]
    fn what_cannot_be_read_is_no_result() {
        for value in ["", ";", "mx; =", "mx; dmarc", "mx; dmarc=pass (", "mx; dmarc=\"pass", "mx (\\"] {
            let read = parse(value);
            assert!(read.is_none_or(|results| !results.vouch_for("example.org")), "{value}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_nothing_breaks(value in "\\PC{0,120}") {
            let _ = parse(&value);
        }

        #[test]
        fn a_sender_cannot_write_a_result_into_a_property(text in "[^\"\\\\]{0,60}") {
            // A server quotes what it takes from the mail.
            let value = format!("mx.company.test; spf=fail reason=\"{text}\"");
            proptest::prop_assert!(!vouches(&value, "example.org"));
        }
    }
}
