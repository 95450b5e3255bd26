//! What a viewer may see of a personal value. Pure.
//!
//! A mask shows what helps to tell customers apart and nothing that could reach them: the last four digits of a
//! number, the domain of an address, an initial, a year. Every mask has a constant number of bullets, so its
//! length says nothing about the value (M-3). With no viewer everything is masked (M-1).
//!
//! `value.rs` masks single values, `detect/` finds personal data in free text, `known.rs` finds there what is known of
//! the customer, `pattern.rs` what the workspace looks for, `text.rs` hides what was found.

mod detect;
mod known;
mod pattern;
mod text;
mod value;

pub use detect::{Finding, FindingKind, Nation, detect};
pub use known::{Known, KnownValue};
pub use pattern::{PatternError, Patterns};
pub use text::{mask_text, mask_text_with, scrub_cards};
pub use value::{BULLETS, Format, mask, mask_keep, mask_town};

use countersign_types::attribute::{Attribute, AttributeType, MaskFormat};
use countersign_types::pii::{self, Class, FreeText, Kind, Pii, Purpose, Viewer};

/// A value as somebody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// What to show.
    pub text: String,
    /// Is it a mask? For the `masked` list of a view.
    pub is_masked: bool,
}

/// The format in which values of a class are masked.
pub const fn format_of(class: Class) -> Format {
    match class {
        Class::Name => Format::Name,
        Class::Email => Format::Email,
        Class::Phone => Format::Phone,
        Class::ExternalId | Class::Attribute => Format::Text,
        Class::FreeText => Format::FreeText,
    }
}

/// Renders a personal value for a viewer: whole, or masked in the format of its class.
///
/// ```
/// use countersign_masking::render;
/// use countersign_types::pii::{Email, Masked, Pii, Viewer};
/// let email = Pii::<Email>::new("ann@example.org");
/// assert_eq!(render(&email, &Viewer::nobody()).text, "****@example.org");
/// assert_eq!(render(&email, &Viewer::with(Masked::NONE)).text, "ann@example.org");
/// ```
pub fn render<K: Kind>(pii: &Pii<K>, viewer: &Viewer) -> Rendered {
    render_as(pii, viewer, format_of(pii.class()))
}

/// The format in which values of an attribute are masked.
pub const fn format_of_attribute(attribute: &Attribute) -> Format {
    match (attribute.mask.shown, attribute.r#type) {
        (MaskFormat::Auto | MaskFormat::Year, AttributeType::Date) => Format::Date,
        (MaskFormat::Keep { first, last }, _) => Format::Keep { first, last },
        (MaskFormat::Name, _) => Format::Name,
        (MaskFormat::Email, _) => Format::Email,
        (MaskFormat::Phone, _) => Format::Phone,
        (MaskFormat::Town, _) => Format::Town,
        (MaskFormat::Auto | MaskFormat::Hidden | MaskFormat::Year, _) => Format::Text,
    }
}

/// Renders a value of an attribute: whole, or masked as the attribute says. One whose attribute was deleted could have
/// been anything, and shows nothing to whoever sees any attribute masked.
pub fn render_attribute(value: &Pii<pii::Attribute>, of: Option<&Attribute>, viewer: &Viewer) -> Rendered {
    let plain = value.plain(Purpose::Render);
    let is_masked = match of {
        Some(attribute) => attribute.is_masked_for(viewer),
        None => viewer.masked() != pii::Masked::NONE,
    };
    if is_masked {
        let text = mask(of.map_or(Format::Text, format_of_attribute), plain);
        Rendered { is_masked: !text.is_empty(), text }
    } else {
        Rendered { text: plain.to_owned(), is_masked: false }
    }
}

/// Renders what somebody wrote, in which what is known of the customer is hidden too.
pub fn render_text(pii: &Pii<FreeText>, viewer: &Viewer, known: &Known) -> Rendered {
    let plain = pii.plain(Purpose::Render);
    if viewer.is_masked(Class::FreeText) {
        let text = mask_text_with(plain, known);
        let is_masked = text != plain;
        Rendered { text, is_masked }
    } else {
        Rendered { text: plain.to_owned(), is_masked: false }
    }
}

/// Renders a personal value in another format than its class has: an attribute that is a date or a phone number.
pub fn render_as<K: Kind>(pii: &Pii<K>, viewer: &Viewer, format: Format) -> Rendered {
    let plain = pii.plain(Purpose::Render);
    if viewer.is_masked(pii.class()) {
        let text = mask(format, plain);
        let is_masked = text != plain;
        Rendered { text, is_masked }
    } else {
        Rendered { text: plain.to_owned(), is_masked: false }
    }
}
