//! Views: what a viewer may see of a noun, in JSON. The only place besides the outbox where personal values are
//! rendered.

pub mod api_key;
pub mod attribute;
pub mod case;
pub mod channel;
pub mod profile;
pub mod user;
pub mod webhook;
pub mod widget;

use countersign_masking::{Format, mask_text, render, render_as};
use countersign_types::pii::{Class, Kind, Pii, Viewer};

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

    /// Whose view it is.
    pub fn viewer(&self) -> Viewer {
        self.viewer
    }

    /// The names of the fields that this viewer sees masked.
    pub fn masked(self) -> Vec<&'static str> {
        self.masked
    }
}
