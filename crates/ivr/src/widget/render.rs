//! The card of one call.

use super::address::{Address, Withheld};
use super::piece::{Piece, Text};
use super::{Autorun, CUSTOMER_REF, Link, Row, Rules, Widget};
use crate::template::Part;
use crate::variable::{Class, Variables};
use crate::{Template, variable};

/// Longest value in a text, characters.
const VALUE_CHARS_MAX: usize = 500;

/// A telephone number in its two forms.
#[derive(Clone, PartialEq, Eq)]
pub struct Number {
    /// `+46706170786`; for what is no number (a SIP name, a withheld number's word), as it came.
    pub e164: String,
    /// As the agent writes it: `070-617 07 86` in Sweden, E.164 for numbers of other countries.
    pub shown: String,
}

/// Shows no number.
impl std::fmt::Debug for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Number")
    }
}

/// The numbers of a call, as the agent who looks at it sees them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbers {
    /// Who calls: `{NUMBER}`, `{caller}`.
    pub caller: Option<Number>,
    /// What was called: `{B-NUMBER}`, `{callee}`.
    pub callee: Option<Number>,
    /// The queue, or the number that the call was passed on from: `{C-NUMBER}`, `{from}`.
    pub from: Option<Number>,
}

/// An address of a card, in pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedAddress {
    /// What it is made of.
    pub pieces: Vec<Piece>,
    /// Where it leads, `host` or `host:port`; `None` for `tel:` and `sip:`.
    pub host: Option<String>,
}

impl RenderedAddress {
    /// The whole address, unmasked.
    pub fn plain(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

/// Where a link leads in this call, or why nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// There.
    Open(RenderedAddress),
    /// Nowhere.
    Withheld(Withheld),
}

/// A label and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedLink {
    /// What is written on it.
    pub label: Text,
    /// Where it leads.
    pub target: Target,
}

/// A line of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedRow {
    /// What it says.
    pub title: Text,
    /// What that is; may be empty.
    pub label: Text,
    /// Where it leads, if it does.
    pub target: Option<Target>,
}

/// What opens by itself when the call is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedAutorun {
    /// Where it leads.
    pub target: Target,
    /// Whether the agent is asked first, with the host named: it is not among those that may open by themselves.
    pub needs_confirmation: bool,
}

/// The card of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Its head.
    pub title: Text,
    /// Where its head leads.
    pub action: Option<RenderedLink>,
    /// What opens by itself.
    pub autorun: Option<RenderedAutorun>,
    /// Its buttons, all of them; one that leads nowhere says why.
    pub buttons: Vec<RenderedLink>,
    /// Its rows; those whose variables have no value are left out.
    pub rows: Vec<RenderedRow>,
}

/// Makes the card of one call; `None` where it is not to be shown.
pub fn render(widget: &Widget, variables: &Variables, numbers: &Numbers, rules: &Rules) -> Option<Rendered> {
    let call = Call { variables, numbers, rules };
    if widget.show_if.as_deref().is_some_and(|path| call.in_text(path).is_none()) {
        return None;
    }
    let action = widget.action.as_ref().map(|link| call.link(link));
    let autorun = match (&widget.autorun, &widget.action) {
        (Autorun::Off, _) | (Autorun::Action, None) => None,
        (Autorun::Action, Some(link)) => Some(call.autorun(&link.url)),
        (Autorun::Address(template), _) => Some(call.autorun(template)),
    };
    Some(Rendered {
        title: call.text(&widget.title),
        action,
        autorun,
        buttons: widget.buttons.iter().map(|link| call.link(link)).collect(),
        rows: widget.rows.iter().filter_map(|row| call.row(row)).collect(),
    })
}

/// What one call knows.
struct Call<'a> {
    variables: &'a Variables,
    numbers: &'a Numbers,
    rules: &'a Rules,
}

impl Call<'_> {
    fn text(&self, template: &Template) -> Text {
        let piece = |part: &Part| match part {
            Part::Literal(text) => Some(Piece::literal(text)),
            Part::Variable(path) => {
                let (class, text) = self.in_text(path)?;
                Some(Piece { text, class, path: Some(path.clone()) })
            }
        };
        Text(template.parts().iter().filter_map(piece).collect())
    }

    fn link(&self, link: &Link) -> RenderedLink {
        RenderedLink { label: self.text(&link.label), target: self.target(&link.url) }
    }

    /// A row with variables none of which has a value says nothing.
    fn row(&self, row: &Row) -> Option<RenderedRow> {
        let mut paths = row.title.paths().peekable();
        if paths.peek().is_some() && !paths.any(|path| self.in_text(path).is_some()) {
            return None;
        }
        let target = row.url.as_ref().map(|url| self.target(url));
        Some(RenderedRow { title: self.text(&row.title), label: self.text(&row.label), target })
    }

    fn target(&self, template: &Template) -> Target {
        // What was saved under other settings may not be opened under these.
        let Ok(address) = Address::read(template, &self.rules.schemes) else {
            return Target::Withheld(Withheld::Unsafe);
        };
        match address.expand(|path| self.in_address(path)) {
            Ok(pieces) => Target::Open(RenderedAddress { pieces, host: address.host() }),
            Err(why) => Target::Withheld(why),
        }
    }

    fn autorun(&self, template: &Template) -> RenderedAutorun {
        let target = self.target(template);
        let is_known = match &target {
            Target::Open(RenderedAddress { host: Some(host), .. }) => {
                self.rules.autorun_hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
            }
            _ => false,
        };
        RenderedAutorun { target, needs_confirmation: !is_known }
    }

    /// A value for a text: clean, on one line, not too long. `None` where there is none to be shown.
    fn in_text(&self, path: &str) -> Option<(Class, String)> {
        if let Some((class, number, is_shown)) = self.number(path) {
            let number = number?;
            return Some((class, clean(if is_shown { &number.shown } else { &number.e164 })?));
        }
        let (class, value) = self.variables.find(path)?;
        if class == Class::Secret || !self.variables.has_value(path) {
            return None;
        }
        Some((class, clean(&variable::text_of(value)?)?))
    }

    /// A value for an address, as it is: numbers without what people write between digits; lists and objects are none.
    fn in_address(&self, path: &str) -> Option<(Class, String)> {
        if let Some((class, number, is_shown)) = self.number(path) {
            let number = number?;
            let text = if is_shown { compact(&number.shown) } else { number.e164.clone() };
            return Some((class, text));
        }
        let (class, value) = self.variables.find(path)?;
        if class == Class::Secret || value.is_object() || value.is_array() || !self.variables.has_value(path)
        {
            return None;
        }
        Some((class, variable::text_of(value)?))
    }

    /// The number that a built-in name means, with its class and whether it is shown the agent's way. These names are
    /// the call's: a variable of the same name is not asked. The company's own numbers are public; where a call was passed
    /// on from may be somebody's.
    fn number(&self, path: &str) -> Option<(Class, Option<&Number>, bool)> {
        let numbers = self.numbers;
        Some(match path {
            "NUMBER" => (Class::Personal, numbers.caller.as_ref(), true),
            "caller" | "system.caller" => (Class::Personal, numbers.caller.as_ref(), false),
            "B-NUMBER" => (Class::Public, numbers.callee.as_ref(), true),
            "callee" | "system.callee" => (Class::Public, numbers.callee.as_ref(), false),
            "C-NUMBER" => (Class::Personal, numbers.from.as_ref(), true),
            "from" | "system.from" => (Class::Personal, numbers.from.as_ref(), false),
            _ => return None,
        })
    }
}

/// The class of a name that every call has; `None` where flows decide.
pub(super) fn built_in(path: &str) -> Option<Class> {
    match path {
        "NUMBER" | "caller" | "system.caller" | "C-NUMBER" | "from" | "system.from" => Some(Class::Personal),
        "B-NUMBER" | "callee" | "system.callee" => Some(Class::Public),
        "attestation" | CUSTOMER_REF => Some(Class::Public),
        _ => None,
    }
}

/// On one line, read in the order in which it is written, not too long.
fn clean(text: &str) -> Option<String> {
    let turns = |c: &char| matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let line = text.chars().filter(|c| !turns(c));
    let line: String =
        line.map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    let line = line.trim();
    if line.is_empty() {
        return None;
    }
    match line.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => Some(format!("{}…", &line[..end])),
        None => Some(line.to_owned()),
    }
}

/// A number without what people write between its digits; what is no number stays as it is.
fn compact(number: &str) -> String {
    let is_between = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}');
    if number.chars().all(|c| c.is_ascii_digit() || c == '+' || is_between(c)) {
        number.chars().filter(|c| !is_between(*c)).collect()
    } else {
        number.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Scheme;
    use super::*;

    fn widget(value: Value) -> Widget {
        serde_json::from_value(value).unwrap()
    }

    fn numbers() -> Numbers {
        let number =
            |e164: &str, shown: &str| Some(Number { e164: e164.to_owned(), shown: shown.to_owned() });
        Numbers {
            caller: number("+46706170786", "070-617 07 86"),
            callee: number("+46771123456", "0771-12 34 56"),
            from: number("+4722334455", "+4722334455"),
        }
    }

    /// The answer of the seed's system, with the quotes that JSON has.
    fn variables() -> Variables {
        let mut variables = Variables::default();
        variables.set("accountNumber", Class::Personal, "1234567890").unwrap();
        let customer =
            json!({ "name": "Jane Doe", "phoneNumber": "+46706170786", "accountNumber": "1234567890" });
        variables.set("customerInfo", Class::Personal, json!({ "customer": customer })).unwrap();
        variables.set("pin", Class::Secret, "4711").unwrap();
        variables
    }

    fn plain(target: &Target) -> Result<String, Withheld> {
        match target {
            Target::Open(address) => Ok(address.plain()),
            Target::Withheld(why) => Err(*why),
        }
    }

    #[test]
    fn the_example_of_the_seed() {
        let widget = widget(json!({
            "show_if": "accountNumber",
            "title": "Verified customer",
            "action": { "label": "Open the file", "url": "https://crm.example/customers/{accountNumber}" },
            "autorun": true,
            "buttons": [{ "label": "Create ticket", "url": "https://desk.example/new?caller=%caller%" }],
            "rows": [{ "title": "{customerInfo.customer.name}", "label": "Name" }],
        }));
        let rules = Rules { autorun_hosts: vec!["CRM.example".to_owned()], ..Rules::default() };
        let card = render(&widget, &variables(), &numbers(), &rules).unwrap();
        assert_eq!(card.title.plain(), "Verified customer");
        let file = "https://crm.example/customers/1234567890".to_owned();
        let action = card.action.unwrap();
        assert_eq!(
            (action.label.plain(), plain(&action.target)),
            ("Open the file".to_owned(), Ok(file.clone()))
        );
        let autorun = card.autorun.unwrap();
        assert_eq!((plain(&autorun.target), autorun.needs_confirmation), (Ok(file), false));
        assert_eq!(plain(&card.buttons[0].target).unwrap(), "https://desk.example/new?caller=%2B46706170786");
        assert_eq!(
            (card.rows[0].title.plain(), card.rows[0].label.plain()),
            ("Jane Doe".to_owned(), "Name".to_owned())
        );
        assert_eq!(card.rows[0].title.0[0].path.as_deref(), Some("customerInfo.customer.name"));
        assert!(card.rows[0].title.0[0].is_personal());
        assert!(
            render(&widget, &Variables::default(), &numbers(), &rules).is_none(),
            "nobody keyed a number in"
        );
    }

    #[test]
    fn numbers_come_in_the_agents_own_form_or_in_e_164() {
        let texts = json!([
            { "title": "{NUMBER} {caller} {system.caller}" },
            { "title": "{B-NUMBER} {callee}" },
            { "title": "%C-NUMBER% %from%" },
            { "title": "x", "url": "https://a.example/{NUMBER}" },
        ]);
        let card = render(
            &widget(json!({ "title": "t", "rows": texts })),
            &variables(),
            &numbers(),
            &Rules::default(),
        );
        let card = card.unwrap();
        let said: Vec<String> = card.rows.iter().map(|row| row.title.plain()).collect();
        assert_eq!(
            said,
            [
                "070-617 07 86 +46706170786 +46706170786",
                "0771-12 34 56 +46771123456",
                "+4722334455 +4722334455",
                "x"
            ]
        );
        let target = card.rows[3].target.as_ref().unwrap();
        assert_eq!(plain(target).unwrap(), "https://a.example/0706170786");
        // What a flow calls `caller` is not the caller.
        let mut variables = variables();
        variables.set("caller", Class::Public, "+100000000").unwrap();
        let card = render(&widget(json!({ "title": "{caller}" })), &variables, &numbers(), &Rules::default())
            .unwrap();
        assert_eq!(card.title.plain(), "+46706170786");
        let card = render(
            &widget(json!({ "title": "{caller}!" })),
            &variables,
            &Numbers::default(),
            &Rules::default(),
        );
        assert_eq!(card.unwrap().title.plain(), "!");
    }

    #[test]
    fn i_3_a_secret_is_in_no_card() {
        let widget = widget(json!({
            "title": "PIN {pin}",
            "action": { "label": "{pin}", "url": "https://a.example/{pin}" },
            "autorun": "https://a.example/?{pin}",
            "buttons": [{ "label": "x", "url": "https://a.example/#{pin}" }],
            "rows": [{ "title": "{pin}" }, { "title": "n", "label": "{pin}" }],
        }));
        let card = render(&widget, &variables(), &numbers(), &Rules::default()).unwrap();
        assert!(!format!("{card:?}").contains("4711"));
        assert_eq!(card.title.plain(), "PIN ");
        assert_eq!(plain(&card.action.unwrap().target), Err(Withheld::NoValue));
        assert_eq!(plain(&card.autorun.unwrap().target), Err(Withheld::NoValue));
        assert_eq!(plain(&card.buttons[0].target), Err(Withheld::NoValue));
        assert_eq!((card.rows.len(), card.rows[0].label.plain().as_str()), (1, ""));
        let hidden = Widget { show_if: Some("pin".to_owned()), ..widget };
        assert!(render(&hidden, &variables(), &numbers(), &Rules::default()).is_none());
    }

    #[test]
    fn rows_and_links_without_a_value() {
        let widget = widget(json!({
            "title": "t",
            "rows": [
                { "title": "{nothing}", "label": "Nothing" },
                { "title": "{nothing} {accountNumber}" },
                { "title": "Always", "url": "https://a.example/{nothing}" },
                { "title": "{customerInfo.customer}" },
            ],
            "buttons": [{ "label": "Whole", "url": "https://a.example/{customerInfo}" }],
        }));
        let card = render(&widget, &variables(), &numbers(), &Rules::default()).unwrap();
        let said: Vec<String> = card.rows.iter().map(|row| row.title.plain()).collect();
        assert_eq!(said[..2], [" 1234567890".to_owned(), "Always".to_owned()]);
        assert!(said[2].starts_with('{') && said[2].contains("Jane Doe"), "{}", said[2]);
        assert_eq!(plain(card.rows[1].target.as_ref().unwrap()), Err(Withheld::NoValue));
        assert_eq!(
            plain(&card.buttons[0].target),
            Err(Withheld::NoValue),
            "an object is no part of an address"
        );
    }

    #[test]
    fn i_8_what_opens_by_itself_is_asked_about_unless_its_host_is_allowed() {
        let opens = |url: &str, hosts: &[&str]| {
            let widget = widget(json!({ "title": "t", "autorun": url }));
            let autorun_hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
            let rules = Rules { schemes: vec![Scheme::Tel], autorun_hosts };
            render(&widget, &variables(), &numbers(), &rules).unwrap().autorun.unwrap().needs_confirmation
        };
        assert!(opens("https://crm.example/", &[]));
        assert!(!opens("https://crm.example/", &["crm.example"]));
        assert!(opens("https://crm.example:8443/", &["crm.example"]));
        assert!(!opens("https://crm.example:8443/", &["crm.example:8443"]));
        assert!(opens("https://evil.crm.example/", &["crm.example"]));
        assert!(opens("https://crm.example.evil/", &["crm.example"]));
        assert!(opens("tel:{NUMBER}", &["crm.example"]), "no host was allowed");
    }

    #[test]
    fn hostile_names_of_callers_stay_texts() {
        for (name, shown) in [
            ("javascript:alert(1)", "javascript:alert(1)"),
            ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
            ("Ann\r\nSupervisor: approved", "Ann  Supervisor: approved"),
            ("\u{202e}nnA", "nnA"),
            ("a\u{200b}b\u{2066}c", "abc"),
            ("\0", ""),
        ] {
            let mut variables = Variables::default();
            variables.set("name", Class::Personal, name).unwrap();
            let widget = widget(json!({ "title": "{name}" }));
            let card = render(&widget, &variables, &Numbers::default(), &Rules::default()).unwrap();
            assert_eq!(card.title.plain(), shown, "{name:?}");
            assert!(card.action.is_none() && card.autorun.is_none());
        }
        let mut variables = Variables::default();
        variables.set("name", Class::Personal, "ä".repeat(8_000)).unwrap();
        let card =
            render(&widget(json!({ "title": "{name}" })), &variables, &Numbers::default(), &Rules::default());
        assert_eq!(card.unwrap().title.plain().chars().count(), VALUE_CHARS_MAX + 1);
    }
}
