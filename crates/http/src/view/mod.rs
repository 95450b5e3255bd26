//! Views: what a viewer may see of a noun, in JSON. The only place besides the outbox where personal values are
//! rendered.

pub mod api_key;
pub mod attribute;
pub mod calendar;
pub mod canned_reply;
pub mod case;
pub mod case_search;
pub mod channel;
pub mod group;
pub mod profile;
pub mod rule;
pub mod user;
pub mod webhook;
pub mod widget;

use countersign_masking::{Format, mask_text, render, render_as};
use countersign_types::attribute::{Attribute, AttributeType, PiiClass};
use countersign_types::pii::{self, Class, Kind, Pii, Viewer};
use serde_json::Value;

/// Renders the personal fields of one view and remembers which were masked.
#[derive(Debug)]
pub struct Lens {
    viewer: Viewer,
    masked: Vec<&'static str>,
}

impl Lens {
    /// For one view of one viewer.
    pub fn new(viewer: Viewer) -> Self {
        Self { viewer, masked: Vec::new() }
    }

    /// Renders the field `name`.
    pub fn show<K: Kind>(&mut self, name: &'static str, value: &Pii<K>) -> String {
        let rendered = render(value, &self.viewer);
        if rendered.is_masked && !self.masked.contains(&name) {
            self.masked.push(name);
        }
        rendered.text
    }

    /// Renders the field `name` in another format than its class has.
    pub fn show_as<K: Kind>(&mut self, name: &'static str, value: &Pii<K>, format: Format) -> String {
        let rendered = render_as(value, &self.viewer, format);
        if rendered.is_masked && !self.masked.contains(&name) {
            self.masked.push(name);
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
        if hidden != shown && !self.masked.contains(&name) {
            self.masked.push(name);
        }
        hidden
    }

    /// Renders the value of an attribute: as JSON of its type, or, whatever its type, as a text of bullets. A value
    /// whose attribute was deleted could have been anything: masked.
    pub fn show_attribute(&mut self, definition: Option<&Attribute>, value: Value) -> Value {
        let is_public = definition.is_some_and(|attribute| attribute.pii == PiiClass::None);
        if is_public || !self.viewer.is_masked(Class::Attribute) {
            return value;
        }
        let text = match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let is_date = definition.is_some_and(|attribute| attribute.r#type == AttributeType::Date);
        let format = if is_date { Format::Date } else { Format::Text };
        Value::String(self.show_as("attributes", &Pii::<pii::Attribute>::new(text), format))
    }

    /// Whose view it is.
    pub fn viewer(&self) -> Viewer {
        self.viewer
    }

    /// The names of the fields that this viewer sees masked.
    pub fn masked(self) -> Vec<&'static str> {
        self.masked
    }
}
