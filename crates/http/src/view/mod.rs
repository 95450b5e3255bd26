//! Views: what a viewer may see of a noun, in JSON. The only place besides the outbox where personal values are
//! rendered.

pub mod analytics;
pub mod api_key;
pub mod attribute;
pub mod bench;
pub mod calendar;
pub mod call;
pub mod call_widget;
pub mod canned_reply;
pub mod case;
pub mod case_search;
pub mod channel;
pub mod chat_invitation;
pub mod engagement;
pub mod group;
pub mod habit;
pub mod ivr_flow;
pub mod look_up;
pub mod mandate;
pub mod merge;
pub mod phone_number;
pub mod privacy;
pub mod profile;
pub mod prompt;
pub mod rule;
pub mod site;
pub mod suggestion;
pub mod telephone;
pub mod topic;
pub mod user;
pub mod verification_policy;
pub mod visit;
pub mod visit_line;
pub mod webhook;
pub mod widget;

use std::borrow::Cow;

use countersign_masking::{Known, mask_text, render, render_attribute, render_text};
use countersign_types::attribute::Attribute;
use countersign_types::pii::{self, Class, Kind, Pii, Viewer};
use serde_json::Value;

/// The name of a field that a viewer sees masked: `email`, `attributes.tariff`.
pub type Field = Cow<'static, str>;

/// Renders the personal fields of one view and remembers which were masked.
#[derive(Debug)]
pub struct Lens {
    viewer: Viewer,
    masked: Vec<Field>,
}

impl Lens {
    /// For one view of one viewer.
    pub fn new(viewer: Viewer) -> Self {
        Self { viewer, masked: Vec::new() }
    }

    /// Renders the field `name`.
    pub fn show<K: Kind>(&mut self, name: &'static str, value: &Pii<K>) -> String {
        let rendered = render(value, &self.viewer);
        if rendered.is_masked {
            self.note(name.into());
        }
        rendered.text
    }

    fn note(&mut self, name: Field) {
        if !self.masked.contains(&name) {
            self.masked.push(name);
        }
    }

    /// Renders the field `name`, in which somebody wrote, without what is known of the customer.
    pub fn show_text(&mut self, name: &'static str, text: &Pii<pii::FreeText>, known: &Known) -> String {
        let rendered = render_text(text, &self.viewer, known);
        if rendered.is_masked {
            self.note(name.into());
        }
        rendered.text
    }

    /// Renders the field `name` if it has a value.
    pub fn show_opt<K: Kind>(&mut self, name: &'static str, value: Option<&Pii<K>>) -> Option<String> {
        value.map(|v| self.show(name, v))
    }

    /// Renders the field `name`, whose value a channel chose: a name or a user id may be a phone number or an
    /// e-mail address, and is hidden from whoever sees those masked.
    pub fn show_chosen<K: Kind>(&mut self, name: &'static str, value: &Pii<K>) -> String {
        let shown = self.show(name, value);
        if !self.viewer.is_masked(Class::Phone) && !self.viewer.is_masked(Class::Email) {
            return shown;
        }
        let hidden = mask_text(&shown);
        if hidden != shown {
            self.note(name.into());
        }
        hidden
    }

    /// Renders the value of an attribute: as JSON of its type, or, whatever its type, as the text of its mask.
    pub fn show_attribute(&mut self, key: &str, definition: Option<&Attribute>, value: Value) -> Value {
        let text = match &value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let rendered = render_attribute(&Pii::new(text), definition, &self.viewer);
        if !rendered.is_masked {
            return value;
        }
        self.note(format!("attributes.{key}").into());
        Value::String(rendered.text)
    }

    /// Whose view it is.
    pub fn viewer(&self) -> Viewer {
        self.viewer
    }

    /// The names of the fields that this viewer sees masked.
    pub fn masked(self) -> Vec<Field> {
        self.masked
    }
}
