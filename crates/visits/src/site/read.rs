//! Reads the settings of a site: everything that is wrong at once, each with its place.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use url::{Host, Url};

use super::{Category, Expected, Place, SchemaMode, Site, SiteError, Strategies};
use crate::EventType;
use crate::schema::{Schema, escaped};
use crate::trigger::{self, Trigger, TriggerValue};

/// Entries of each list, at most.
pub(super) const ENTRIES_MAX: usize = 50;
const NAME_MAX: usize = 64;
const TEXT_MAX: usize = 200;
const VALUES_MAX: usize = 10;
const IDLE: (i64, i64) = (5, 240);
const DAILY: (i64, i64) = (100, 1_000_000_000);

const FIELDS: &[&str] = &[
    "origins",
    "consent",
    "storage",
    "honour_signals",
    "query_allow",
    "idle_minutes",
    "daily_events_max",
    "strategies",
    "categories",
    "triggers",
    "events",
];

pub(super) fn site(config: &Value) -> Result<Site, Vec<SiteError>> {
    let mut errors = Vec::new();
    let site = match Fields::of(config, "", FIELDS, &mut errors) {
        Some(mut fields) => read(&mut fields),
        None => Site::default(),
    };
    if errors.is_empty() { Ok(site) } else { Err(errors) }
}

fn read(fields: &mut Fields<'_>) -> Site {
    let usual = Site::default();
    Site {
        origins: fields.list("origins", |fields, _, value| fields.origin(value)).unwrap_or_default(),
        consent: fields
            .word("consent", super::Consent::parse, "required or assumed")
            .unwrap_or(usual.consent),
        storage: fields
            .word("storage", super::Storage::parse, "cookie, storage or none")
            .unwrap_or(usual.storage),
        honour_signals: fields.flag("honour_signals").unwrap_or(usual.honour_signals),
        query_allow: fields
            .list("query_allow", |fields, _, value| fields.check_text("", Some(value), NAME_MAX))
            .unwrap_or(usual.query_allow),
        idle_minutes: fields.number("idle_minutes", IDLE).unwrap_or(usual.idle_minutes),
        daily_events_max: fields.number("daily_events_max", DAILY).unwrap_or(usual.daily_events_max),
        strategies: fields.strategies(usual.strategies),
        categories: fields
            .objects("categories", &["name", "in", "contains"], |fields| {
                let name = fields.text("name", NAME_MAX);
                let place = fields.word("in", Place::parse, "url or title").unwrap_or(Place::Url);
                let contains = fields.text("contains", TEXT_MAX);
                Some(Category { name: name?, place, contains: contains? })
            })
            .unwrap_or_default(),
        triggers: triggers(fields),
        events: events(fields),
    }
}

fn events(fields: &mut Fields<'_>) -> Vec<Expected> {
    let mut names = BTreeSet::new();
    fields
        .objects("events", &["name", "schema", "mode"], |fields| {
            let name = fields.event_name();
            let mode = fields.word("mode", SchemaMode::parse, "warn or refuse").unwrap_or(SchemaMode::Warn);
            let schema = match fields.get("schema").map(Schema::parse) {
                Some(Ok(schema)) => Some(schema),
                Some(Err(wrong)) => {
                    for (at, message) in wrong {
                        fields.say(&format!("schema{at}"), message);
                    }
                    None
                }
                None => {
                    fields.say("schema", "An event has a schema; `{}` says nothing.");
                    None
                }
            };
            if name.as_ref().is_some_and(|name| !names.insert(name.clone())) {
                fields.say("name", "Another event of the site has this name.");
            }
            Some(Expected { name: name?, schema: schema?, mode })
        })
        .unwrap_or_default()
}

const TRIGGER: &[&str] = &[
    "id",
    "name",
    "action",
    "element",
    "page",
    "seconds",
    "percent",
    "condition",
    "postcondition",
    "values",
];

fn triggers(fields: &mut Fields<'_>) -> Vec<Trigger> {
    let mut ids = BTreeSet::new();
    fields
        .objects("triggers", TRIGGER, |fields| {
            let id = fields.text("id", NAME_MAX);
            if id.as_ref().is_some_and(|id| !ids.insert(id.clone())) {
                fields.say("id", "Another trigger of the site has this id.");
            }
            let name = fields.event_name();
            let action = fields.word("action", trigger::Action::parse, "timer, click, scroll or submit");
            if action.is_none() && !fields.has("action") {
                fields.say("action", "A trigger says what sets it off: timer, click, scroll or submit.");
            }
            let condition = fields
                .word("condition", trigger::Condition::parse, "always, focused or visible")
                .unwrap_or(trigger::Condition::Always);
            let element = fields.optional("element", TEXT_MAX);
            let is_of_element = matches!(action, Some(trigger::Action::Click | trigger::Action::Submit))
                || condition == trigger::Condition::Visible;
            if is_of_element && element.is_none() {
                fields.say("element", "This trigger needs a CSS selector here.");
            }
            let seconds = fields.number("seconds", (1, 3_600));
            if action == Some(trigger::Action::Timer) && !fields.has("seconds") {
                fields.say("seconds", "A timer needs its seconds, 1 to 3600.");
            }
            let percent = fields.number("percent", (1, 100));
            if action == Some(trigger::Action::Scroll) && !fields.has("percent") {
                fields.say("percent", "Scrolling needs its percent, 1 to 100.");
            }
            let page = fields.optional("page", TEXT_MAX);
            let postcondition = fields
                .word("postcondition", trigger::Postcondition::parse, "none or focused")
                .unwrap_or(trigger::Postcondition::None);
            let values = values(fields);
            Some(Trigger {
                id: id?,
                name: name?,
                action: action?,
                element,
                page,
                seconds,
                percent,
                condition,
                postcondition,
                values,
            })
        })
        .unwrap_or_default()
}

fn values(fields: &mut Fields<'_>) -> Vec<TriggerValue> {
    let known = &["name", "from", "selector", "attribute", "value"];
    let values = fields.objects("values", known, |fields| {
        let name = fields.text("name", NAME_MAX);
        let from = fields.word("from", trigger::Source::parse, "text, attribute or constant");
        let selector = fields.optional("selector", TEXT_MAX);
        let attribute = fields.optional("attribute", NAME_MAX);
        let value = fields.optional("value", TEXT_MAX);
        match from {
            Some(trigger::Source::Constant) if value.is_none() => {
                fields.say("value", "A constant needs its value.");
            }
            Some(trigger::Source::Attribute) if attribute.is_none() => {
                fields.say("attribute", "Say which attribute.");
            }
            // T-4: what people type is never read.
            Some(trigger::Source::Attribute)
                if attribute.as_ref().is_some_and(|name| name.eq_ignore_ascii_case("value")) =>
            {
                fields.say("attribute", "What people type into forms is never read.");
            }
            Some(trigger::Source::Text | trigger::Source::Attribute) if selector.is_none() => {
                fields.say("selector", "Say which element, as a CSS selector.");
            }
            None if !fields.has("from") => {
                fields.say("from", "A value is a text, an attribute or a constant.")
            }
            _ => {}
        }
        Some(TriggerValue { name: name?, from: from?, selector, attribute, value })
    });
    let values = values.unwrap_or_default();
    if values.len() > VALUES_MAX {
        fields.say("values", format!("A trigger has at most {VALUES_MAX} values."));
    }
    values
}

/// The fields of one object of the settings, and where it stands.
struct Fields<'a> {
    fields: &'a Map<String, Value>,
    at: String,
    errors: &'a mut Vec<SiteError>,
}

impl<'a> Fields<'a> {
    fn of(value: &'a Value, at: &str, known: &[&str], errors: &'a mut Vec<SiteError>) -> Option<Self> {
        let Some(fields) = value.as_object() else {
            let message = "This is an object.".to_owned();
            errors.push(SiteError { pointer: at.to_owned(), message });
            return None;
        };
        let mut this = Self { fields, at: at.to_owned(), errors };
        for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
            this.say(&escaped(name), format!("There is no such setting. Known are: {}.", known.join(", ")));
        }
        Some(this)
    }

    fn say(&mut self, name: &str, message: impl Into<String>) {
        let pointer = if name.is_empty() { self.at.clone() } else { format!("{}/{name}", self.at) };
        self.errors.push(SiteError { pointer, message: message.into() });
    }

    /// A field that is there; `null` is as if it was not.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn word<T>(&mut self, name: &str, parse: fn(&str) -> Option<T>, known: &str) -> Option<T> {
        let value = self.get(name)?;
        let word = value.as_str().and_then(parse);
        if word.is_none() {
            self.say(name, format!("This is {known}."));
        }
        word
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.get(name)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.say(name, "This is true or false.");
        }
        flag
    }

    fn number(&mut self, name: &str, (min, max): (i64, i64)) -> Option<i64> {
        let value = self.get(name)?;
        let number = value.as_i64().filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.say(name, format!("This is a whole number from {min} to {max}."));
        }
        number
    }

    /// A text that must be there.
    fn text(&mut self, name: &str, max: usize) -> Option<String> {
        let value = self.get(name);
        self.check_text(name, value, max)
    }

    fn optional(&mut self, name: &str, max: usize) -> Option<String> {
        let value = self.get(name)?;
        self.check_text(name, Some(value), max)
    }

    fn check_text(&mut self, name: &str, value: Option<&Value>, max: usize) -> Option<String> {
        let text = value.and_then(Value::as_str).map(str::trim);
        let is_good = |text: &&str| {
            !text.is_empty() && text.chars().count() <= max && !text.chars().any(char::is_control)
        };
        let text = text.filter(is_good).map(str::to_owned);
        if text.is_none() {
            self.say(name, format!("This is a text of 1 to {max} characters."));
        }
        text
    }

    fn event_name(&mut self) -> Option<String> {
        let name = self.text("name", NAME_MAX)?;
        if EventType::of_name(&name).is_system() {
            self.say("name", "Events of the system have their own meaning. Choose another name.");
            return None;
        }
        Some(name)
    }

    fn strategies(&mut self, usual: Strategies) -> Strategies {
        let Some(value) = self.get("strategies") else { return usual };
        let at = format!("{}/strategies", self.at);
        let Some(mut fields) = Fields::of(value, &at, &["recognised", "assumed"], self.errors) else {
            return usual;
        };
        let known = "anonymous, identified or ask";
        Strategies {
            recognised: fields.word("recognised", super::Strategy::parse, known).unwrap_or(usual.recognised),
            assumed: fields.word("assumed", super::Strategy::parse, known).unwrap_or(usual.assumed),
        }
    }

    /// A list; what `read` does not give is left out, having said why. The same twice is once.
    fn list<T: PartialEq>(
        &mut self,
        name: &str,
        read: impl Fn(&mut Fields<'_>, usize, &Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        let given = self.array(name)?;
        let mut list = Vec::with_capacity(given.len());
        for (n, value) in given.iter().enumerate() {
            let at = format!("{}/{name}/{n}", self.at);
            let mut entry = Fields { fields: self.fields, at, errors: self.errors };
            match read(&mut entry, n, value) {
                Some(one) if !list.contains(&one) => list.push(one),
                _ => {}
            }
        }
        Some(list)
    }

    fn objects<T>(
        &mut self,
        name: &str,
        known: &[&str],
        mut read: impl FnMut(&mut Fields<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let given = self.array(name)?;
        let mut list = Vec::with_capacity(given.len());
        for (n, value) in given.iter().enumerate() {
            let at = format!("{}/{name}/{n}", self.at);
            if let Some(mut fields) = Fields::of(value, &at, known, self.errors) {
                list.extend(read(&mut fields));
            }
        }
        Some(list)
    }

    fn array(&mut self, name: &str) -> Option<&'a [Value]> {
        let value = self.get(name)?;
        let given = value.as_array().filter(|given| given.len() <= ENTRIES_MAX);
        if given.is_none() {
            self.say(name, format!("This is a list of at most {ENTRIES_MAX} entries."));
        }
        given.map(Vec::as_slice)
    }

    /// An origin in the spelling in which browsers send it: scheme, host, and a port that is not the scheme's own.
    fn origin(&mut self, value: &Value) -> Option<String> {
        match value.as_str().map(origin) {
            Some(Ok(origin)) => Some(origin),
            Some(Err(message)) => {
                self.say("", message);
                None
            }
            None => {
                self.say("", FORM);
                None
            }
        }
    }
}

const FORM: &str = "An origin is a scheme, a host and perhaps a port, such as `https://shop.example`.";

fn origin(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.len() > 300 || text.contains(['*', '\\', '?', '#', '@', '%']) {
        return Err(FORM);
    }
    let url = Url::parse(text).map_err(|_| FORM)?;
    let is_bare = matches!(url.path(), "" | "/") && url.username().is_empty() && url.password().is_none();
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(FORM),
    };
    match url.scheme() {
        "https" if is_bare => Ok(url.origin().ascii_serialization()),
        "http" if is_bare && is_local => Ok(url.origin().ascii_serialization()),
        "http" if is_bare => Err("An origin begins with `https`; `http` is for localhost alone."),
        _ => Err(FORM),
    }
}
