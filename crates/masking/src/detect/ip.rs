//! Addresses of machines.

use core::net::Ipv6Addr;

use super::number::DIGITS_MIN;
use super::{FindingKind, Scan, run};

/// The longest that is written.
const LENGTH_MAX: usize = 45;

/// Where four numbers up to 255 with dots between end.
fn v4_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    for part in 0..4 {
        if part > 0 {
            if bytes.get(at) != Some(&b'.') {
                return None;
            }
            at += 1;
        }
        let digits = bytes[at.min(bytes.len())..].iter().take(4).take_while(|b| b.is_ascii_digit());
        let (value, len) = digits.fold((0u32, 0), |(n, len), b| (n * 10 + u32::from(b - b'0'), len + 1));
        // `06.12.34.56` is no address: a phone begins so.
        if !(1..=3).contains(&len) || value > 255 || len > 1 && bytes[at] == b'0' {
            return None;
        }
        at += len;
    }
    Some(at)
}

const fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte == b':'
}

impl Scan<'_> {
    /// An address of a machine whose first digit stands here.
    pub(super) fn ip(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let len = bytes[at..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
        let last = at.checked_sub(1).map_or(b' ', |i| bytes[i]);
        if bytes.get(at + len) == Some(&b'.') && !last.is_ascii_alphanumeric() && last != b'.' {
            let end = v4_end(bytes, at)?;
            let goes_on = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
            // More parts, and versions of programs.
            let is_version = self.text[..at].trim_end().ends_with("ersion");
            if bytes.get(end) == Some(&b'.') && goes_on(end + 1) || is_version {
                return None;
            }
            // Digits that go on after it are hidden with it, or it was none: nothing is shown for being an address.
            let (run_end, digits) = run::measure(self.text, at);
            let own = bytes[at..end].iter().filter(|b| b.is_ascii_digit()).count();
            let end = match digits - own {
                _ if digits < DIGITS_MIN => end,
                0..=4 => run_end,
                _ => return None,
            };
            self.push(at..end, FindingKind::Ip);
            return Some(end);
        }
        let next = bytes[at..].iter().take(5).find(|b| !b.is_ascii_hexdigit());
        (next == Some(&b':') || last == b':').then(|| self.v6(at)).flatten()
    }

    fn v6(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let floor = self.taken().max(at.saturating_sub(LENGTH_MAX));
        let back = bytes[floor..at].iter().rev().take_while(|b| is_hex(**b)).count();
        let ahead = bytes[at..].iter().take(LENGTH_MAX).take_while(|b| is_hex(**b)).count();
        let mut token = &self.text[at - back..at + ahead];
        // What leads up to it: `from:2001:db8::1`.
        if token.starts_with(':') && !token.starts_with("::") {
            token = &token[1..];
        }
        let start = at + ahead - token.len();
        for _ in 0..2 {
            let hex = token.bytes().filter(u8::is_ascii_hexdigit).count();
            let is_whole = token.bytes().filter(|b| *b == b':').count() == 7;
            if (is_whole || hex >= 5 && token.contains("::")) && token.parse::<Ipv6Addr>().is_ok() {
                self.push(start..start + token.len(), FindingKind::Ip);
                return Some(start + token.len());
            }
            // A port, or the colon of a sentence.
            token = &token[..token.rfind(':')?];
        }
        None
    }
}
