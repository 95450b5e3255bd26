//! What is wrong with a widget, and what may not be meant.

use std::borrow::Cow;

use super::render::built_in;
use super::{Address, Autorun, BUTTONS_MAX, CUSTOMER_REF, ROWS_MAX, Rules, TEXT_CHARS_MAX, Widget};
use crate::variable::{Class, is_path};

/// Something to say about a widget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Where: a JSON pointer.
    pub pointer: String,
    /// A word for programs.
    pub code: &'static str,
    /// What it is.
    pub detail: String,
    /// What to do.
    pub hint: Cow<'static, str>,
    /// Whether the widget cannot be saved with it; else it is a warning.
    pub is_problem: bool,
}

fn problem(pointer: &str, code: &'static str, detail: impl Into<String>, hint: &'static str) -> Remark {
    Remark { pointer: pointer.to_owned(), code, detail: detail.into(), hint: hint.into(), is_problem: true }
}

/// Checks a widget. `class` says of which class the flows make a variable; what nobody classed is personal.
pub fn check(widget: &Widget, rules: &Rules, class: impl Fn(&str) -> Option<Class>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let class = |path: &str| {
        let name = path.split('.').next().unwrap_or(path);
        built_in(path).or_else(|| class(name)).unwrap_or_default()
    };
    shape(widget, &mut remarks);
    for (pointer, template, may_be_empty) in widget.texts() {
        let chars = template.source().chars().count();
        if chars > TEXT_CHARS_MAX {
            let detail = format!("A text of a widget has at most {TEXT_CHARS_MAX} characters.");
            remarks.push(problem(&pointer, "too-long", detail, "Shorten it."));
        } else if template.source().chars().any(char::is_control) {
            let detail = "A text of a widget stands on one line.";
            remarks.push(problem(&pointer, "invalid-text", detail, "Take out line breaks and tabs."));
        } else if !may_be_empty && template.source().trim().is_empty() {
            let detail = "This text is empty.";
            remarks.push(problem(&pointer, "missing-text", detail, "Write what the agent is to read."));
        }
        if let Some(path) = template.paths().find(|path| class(path) == Class::Secret) {
            remarks.push(secret(&pointer, path));
        }
    }
    for (pointer, template) in widget.addresses() {
        match Address::read(template, &rules.schemes) {
            Err(why) => {
                let hint = "Write the address out as far as its host, such as `https://crm.example/{accountNumber}`.";
                remarks.push(problem(&pointer, why.code(), why.to_string(), hint));
            }
            Ok(_) => remarks.extend(template.paths().find_map(|path| match class(path) {
                Class::Public => None,
                Class::Secret => Some(secret(&pointer, path)),
                Class::Personal => Some(personal(&pointer, path)),
            })),
        }
    }
    if let Some(remark) = opens_after_asking(widget, rules) {
        remarks.push(remark);
    }
    remarks
}

fn shape(widget: &Widget, remarks: &mut Vec<Remark>) {
    if widget.buttons.len() > BUTTONS_MAX {
        let detail = format!("A widget has at most {BUTTONS_MAX} buttons.");
        remarks.push(problem("/buttons", "too-many", detail, "Take some out."));
    }
    if widget.rows.len() > ROWS_MAX {
        let detail = format!("A widget has at most {ROWS_MAX} rows.");
        remarks.push(problem("/rows", "too-many", detail, "Take some out."));
    }
    if let Some(path) = widget.show_if.as_deref().filter(|path| !is_path(path)) {
        let detail = "This is not the name of a variable.";
        let hint = if path.starts_with(['{', '%']) {
            "Write it without brackets: `accountNumber`."
        } else {
            "Write a name such as `accountNumber` or `customerInfo.customer.name`."
        };
        remarks.push(problem("/show_if", "not-a-variable", detail, hint));
    }
    if widget.autorun == Autorun::Action && widget.action.is_none() {
        let detail = "There is no action whose address could open by itself.";
        remarks.push(problem("/autorun", "no-action", detail, "Add an action, or write an address."));
    }
}

fn secret(pointer: &str, path: &str) -> Remark {
    let detail = format!("`{path}` is a secret, which no card shows and no address holds.");
    problem(pointer, "secret-variable", detail, "Take it out, or ask for it as a personal variable.")
}

fn personal(pointer: &str, path: &str) -> Remark {
    let hint = format!(
        "Addresses stay in histories and logs. Where the other system can do with it, write `{{{CUSTOMER_REF}}}`, which says nothing to anybody else."
    );
    Remark {
        pointer: pointer.to_owned(),
        code: "personal-in-address",
        detail: format!("`{path}` is personal, and stands in an address."),
        hint: hint.into(),
        is_problem: false,
    }
}

fn opens_after_asking(widget: &Widget, rules: &Rules) -> Option<Remark> {
    let template = match &widget.autorun {
        Autorun::Off => return None,
        Autorun::Action => &widget.action.as_ref()?.url,
        Autorun::Address(template) => template,
    };
    let address = Address::read(template, &rules.schemes).ok()?;
    let host = address.host();
    let is_known = |host: &String| rules.autorun_hosts.iter().any(|known| known.eq_ignore_ascii_case(host));
    if host.as_ref().is_some_and(is_known) {
        return None;
    }
    let host = host.unwrap_or_else(|| "This kind of address".to_owned());
    Some(Remark {
        pointer: "/autorun".to_owned(),
        code: "asks-before-opening",
        detail: format!(
            "{host} is not among the hosts that may open by themselves: the agent is asked first."
        ),
        hint: "Add the host to the settings of call widgets if it belongs to you.".into(),
        is_problem: false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn said(change: Value) -> Vec<(String, &'static str, bool)> {
        let mut body = json!({ "title": "Customer" });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        let widget: Widget = serde_json::from_value(body).unwrap();
        let rules = Rules { autorun_hosts: vec!["crm.example".to_owned()], ..Rules::default() };
        let class = |name: &str| match name {
            "pin" => Some(Class::Secret),
            "queueName" => Some(Class::Public),
            _ => None,
        };
        let remarks = check(&widget, &rules, class);
        remarks.into_iter().map(|remark| (remark.pointer, remark.code, remark.is_problem)).collect()
    }

    #[test]
    fn what_is_wrong_is_said_where_it_is() {
        let link = |url: &str| json!({ "label": "Open", "url": url });
        for (change, pointer, code, is_problem) in [
            (json!({ "title": " " }), "/title", "missing-text", true),
            (json!({ "title": "a\nb" }), "/title", "invalid-text", true),
            (json!({ "title": "x".repeat(201) }), "/title", "too-long", true),
            (json!({ "title": "{pin}" }), "/title", "secret-variable", true),
            (json!({ "show_if": "{accountNumber}" }), "/show_if", "not-a-variable", true),
            (json!({ "show_if": "" }), "/show_if", "not-a-variable", true),
            (json!({ "buttons": vec![link("https://a.example/"); 4] }), "/buttons", "too-many", true),
            (json!({ "rows": vec![json!({ "title": "x" }); 6] }), "/rows", "too-many", true),
            (json!({ "autorun": true }), "/autorun", "no-action", true),
            (json!({ "action": link("javascript:x") }), "/action/url", "refused-scheme", true),
            (json!({ "action": link("tel:{NUMBER}") }), "/action/url", "refused-scheme", true),
            (json!({ "buttons": [link("https://{x}/")] }), "/buttons/0/url", "host-not-fixed", true),
            (json!({ "rows": [{ "title": "x", "url": "{x}" }] }), "/rows/0/url", "refused-scheme", true),
            (json!({ "autorun": "https://a@b.example/" }), "/autorun", "refused-address", true),
            (json!({ "action": link("https://a.example/{pin}") }), "/action/url", "secret-variable", true),
            (
                json!({ "action": link("https://a.example/{accountNumber}") }),
                "/action/url",
                "personal-in-address",
                false,
            ),
            (
                json!({ "action": link("https://a.example/{caller}") }),
                "/action/url",
                "personal-in-address",
                false,
            ),
            (json!({ "autorun": "https://a.example/" }), "/autorun", "asks-before-opening", false),
            (
                json!({ "action": { "label": "", "url": "https://a.example/" } }),
                "/action/label",
                "missing-text",
                true,
            ),
        ] {
            assert_eq!(said(change.clone()), [(pointer.to_owned(), code, is_problem)], "{change}");
        }
    }

    #[test]
    fn what_is_good_passes() {
        for change in [
            json!({}),
            json!({ "title": "{customerInfo.customer.name}", "show_if": "customerInfo.customer.name" }),
            json!({ "action": { "label": "Open", "url": "https://a.example/{customer_ref}?queue={queueName}&to={callee}" } }),
            json!({ "action": { "label": "Open", "url": "https://crm.example/" }, "autorun": true }),
            json!({ "rows": [{ "title": "static" }, { "title": "{a}", "label": "A" }] }),
        ] {
            assert_eq!(said(change.clone()), [], "{change}");
        }
    }
}
