//! Call widgets: the card that an agent sees for a call.
//!
//! A widget is written once, with variables in its texts and addresses; [`render()`] makes the card of one call. Texts
//! stay texts. An address has its scheme and host fixed when it is saved ([`Address::read`]); variables stand in its
//! path, query and fragment only, each encoded for its place, and what came out is parsed again (I-8). What a caller
//! says or keys in never becomes an address.
//!
//! A rendered card keeps each piece with its class, so that whoever shows it masks what is personal for its viewer.

mod address;
mod check;
mod piece;
mod render;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use address::{Address, Refused, Scheme, Withheld};
pub use check::{Remark, check};
pub use piece::{Piece, Text, value_class};
pub use render::{
    Number, Numbers, Rendered, RenderedAddress, RenderedAutorun, RenderedLink, RenderedRow, Target, render,
};

use crate::Template;

/// Most buttons.
pub const BUTTONS_MAX: usize = 3;
/// Most rows.
pub const ROWS_MAX: usize = 5;
/// Longest title and label as they are written, characters.
pub const TEXT_CHARS_MAX: usize = 200;
/// Longest address as it is written, bytes.
pub const ADDRESS_BYTES_MAX: usize = 2_048;
/// A reference to the customer that says nothing to anybody else: for addresses, in place of a personal value.
pub const CUSTOMER_REF: &str = "customer_ref";

/// A label and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What is written on it.
    pub label: Template,
    /// Where it leads.
    pub url: Template,
}

/// A line of the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What it says.
    pub title: Template,
    /// What that is.
    #[serde(default)]
    pub label: Template,
    /// Where it leads, if it does.
    #[serde(default)]
    pub url: Option<Template>,
}

/// What opens by itself when the call is answered, once for each call: `false`, `true` (the action's address) or an
/// address of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Autorun {
    /// Nothing.
    #[default]
    Off,
    /// The address of the action.
    Action,
    /// This one.
    Address(Template),
}

impl Serialize for Autorun {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => to.serialize_bool(false),
            Self::Action => to.serialize_bool(true),
            Self::Address(template) => template.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Autorun {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "true, false or an address")]
        enum Either {
            Flag(bool),
            Address(Template),
        }
        Ok(match Either::deserialize(from)? {
            Either::Flag(false) => Self::Off,
            Either::Flag(true) => Self::Action,
            Either::Address(template) => Self::Address(template),
        })
    }
}

/// A widget as it is written, without its name, which no card shows.
///
/// ```
/// use countersign_ivr::widget::{Numbers, Rules, Widget, render};
/// use countersign_ivr::{Class, Variables};
/// use serde_json::json;
///
/// let widget: Widget = serde_json::from_value(json!({
///     "show_if": "accountNumber",
///     "title": "Account {accountNumber}",
///     "action": { "label": "Open file", "url": "https://crm.example/customers/{accountNumber}" },
///     "rows": [{ "title": "{customerInfo.customer.name}", "label": "Name" }]
/// }))
/// .unwrap();
/// let mut variables = Variables::default();
/// assert!(render(&widget, &variables, &Numbers::default(), &Rules::default()).is_none());
/// variables.set("accountNumber", Class::Personal, "1234567890").unwrap();
/// variables.set("customerInfo", Class::Personal, json!({"customer": {"name": "Jane Doe"}})).unwrap();
/// let card = render(&widget, &variables, &Numbers::default(), &Rules::default()).unwrap();
/// assert_eq!(card.title.plain(), "Account 1234567890");
/// assert_eq!(card.rows[0].title.plain(), "Jane Doe");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Widget {
    /// Shown only where this variable has a value.
    #[serde(default)]
    pub show_if: Option<String>,
    /// What stands at its head.
    pub title: Template,
    /// Where its head leads.
    #[serde(default)]
    pub action: Option<Link>,
    /// What opens by itself.
    #[serde(default)]
    pub autorun: Autorun,
    /// Up to three.
    #[serde(default)]
    pub buttons: Vec<Link>,
    /// Up to five.
    #[serde(default)]
    pub rows: Vec<Row>,
}

/// What the workspace allows addresses of widgets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Schemes besides `https`.
    pub schemes: Vec<Scheme>,
    /// Hosts that may open by themselves, `host` or `host:port`; others are asked about first.
    pub autorun_hosts: Vec<String>,
}

impl Widget {
    /// Its addresses, each with where it stands.
    fn addresses(&self) -> impl Iterator<Item = (String, &Template)> {
        let action = self.action.iter().map(|link| ("/action/url".to_owned(), &link.url));
        let autorun = match &self.autorun {
            Autorun::Address(template) => Some(("/autorun".to_owned(), template)),
            Autorun::Off | Autorun::Action => None,
        };
        let buttons = self.buttons.iter().enumerate();
        let buttons = buttons.map(|(at, link)| (format!("/buttons/{at}/url"), &link.url));
        let rows = self.rows.iter().enumerate();
        let rows = rows.filter_map(|(at, row)| row.url.as_ref().map(|url| (format!("/rows/{at}/url"), url)));
        action.chain(autorun).chain(buttons).chain(rows)
    }

    /// The paths of all its variables, repeated where they are.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let texts = self.texts().flat_map(|(_, template, _)| template.paths());
        let addresses = self.addresses().flat_map(|(_, template)| template.paths());
        self.show_if.as_deref().into_iter().chain(texts).chain(addresses)
    }

    /// Its texts, each with where it stands and whether it may be empty.
    fn texts(&self) -> impl Iterator<Item = (String, &Template, bool)> {
        let title = std::iter::once(("/title".to_owned(), &self.title, false));
        let action = self.action.iter().map(|link| ("/action/label".to_owned(), &link.label, false));
        let buttons = self.buttons.iter().enumerate();
        let buttons = buttons.map(|(at, link)| (format!("/buttons/{at}/label"), &link.label, false));
        let rows = self.rows.iter().enumerate().flat_map(|(at, row)| {
            [
                (format!("/rows/{at}/title"), &row.title, false),
                (format!("/rows/{at}/label"), &row.label, true),
            ]
        });
        title.chain(action).chain(buttons).chain(rows)
    }
}
