//! What is new in an answer: readers put the mail they answer under it.

/// The words of an answer without the mail of ours that is quoted behind them. Where nothing would be left, everything is
/// kept; what is quoted between the lines stays.
pub(crate) fn new_part(text: &str) -> &str {
    let lines: Vec<(usize, &str)> = lines(text);
    let end = trailing_quote(&lines).min(separator(&lines));
    match lines.get(end) {
        Some((at, _)) if !text[..*at].trim().is_empty() => text[..*at].trim_end(),
        _ => text.trim_end(),
    }
}

/// Lines with the place where each begins.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let begin = at;
            at += line.len();
            (begin, line.trim())
        })
        .collect()
}

/// Where the quoted lines at the end begin, with the line that says whose they are.
fn trailing_quote(lines: &[(usize, &str)]) -> usize {
    let is_quoted = |line: &str| line.starts_with('>');
    let Some(last) = lines.iter().rposition(|(_, line)| !line.is_empty()) else { return lines.len() };
    if !is_quoted(lines[last].1) {
        return lines.len();
    }
    let mut begin = last;
    while begin > 0 && (is_quoted(lines[begin - 1].1) || lines[begin - 1].1.is_empty()) {
        begin -= 1;
    }
    begin - headings(&lines[..begin])
}

/// How many lines before what is quoted say whose it is: "On Monday, Acme wrote:", which readers break where it is long.
/// A heading has a date or an address; one without is the writer's.
fn headings(before: &[(usize, &str)]) -> usize {
    let has_digit = |line: &str| line.chars().any(|c| c.is_ascii_digit());
    match before {
        [.., (_, above), (_, line)] if line.starts_with('<') && line.ends_with(">:") => {
            if has_digit(above) {
                2
            } else {
                1
            }
        }
        [.., (_, line)] if line.ends_with(':') && (has_digit(line) || line.contains('@')) => 1,
        _ => 0,
    }
}

/// The line with which some readers begin what they quote without marking its lines.
fn separator(lines: &[(usize, &str)]) -> usize {
    let is_rule = |line: &str| line.len() >= 20 && line.bytes().all(|b| b == b'_');
    let is_titled = |line: &str| {
        line.len() > 10
            && line.starts_with("-----")
            && line.ends_with("-----")
            && line.trim_matches('-').len() > 2
    };
    let names_somebody = |at: usize| {
        lines[at..].iter().skip(1).filter(|(_, line)| !line.is_empty()).take(2).any(|(_, line)| {
            line.split_once(':').is_some_and(|(head, rest)| head.len() <= 20 && rest.contains('@'))
        })
    };
    lines
        .iter()
        .enumerate()
        .position(|(at, (_, line))| (is_rule(line) || is_titled(line)) && names_somebody(at))
        .unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_behind_an_answer_is_left_out() {
        let text = "My code is 482 913\n\nOn Mon, 23 Nov 2026 at 10:00, Acme <support@acme.test> wrote:\n> Please send\n> your code.\n";
        assert_eq!(new_part(text), "My code is 482 913");
        let german =
            "Hallo\r\n\r\nAm 23.11.2026 um 10:00 schrieb Acme\r\n<support@acme.test>:\r\n\r\n> Bitte\r\n";
        assert_eq!(new_part(german), "Hallo");
        let outlook = "Hello\n\n________________________________\nFrom: Acme <support@acme.test>\nSent: Monday\n\nPlease send your code";
        assert_eq!(new_part(outlook), "Hello");
        let original = "Hello\n-----Original Message-----\nFrom: support@acme.test\nText";
        assert_eq!(new_part(original), "Hello");
    }

    #[test]
    fn what_a_person_wrote_stays() {
        for text in [
            "> Which colour?\nRed\n> Which size?\nLarge",
            "> only a quote",
            "no quote: at all",
            "a\n_____________________________\nsigned, me",
            "-----\nnot a title",
            "",
        ] {
            assert_eq!(new_part(text), text);
        }
        assert_eq!(
            new_part("Dear all:\n> said before"),
            "Dear all:",
            "a heading without a date or an address is theirs"
        );
    }

    proptest::proptest! {
        #[test]
        fn it_is_a_beginning_of_the_text_and_never_nothing(text in "([> a:@_\\-\n]{0,12}\n){0,8}") {
            let part = new_part(&text);
            proptest::prop_assert!(text.starts_with(part));
            proptest::prop_assert_eq!(part.trim().is_empty(), text.trim().is_empty());
        }
    }
}
