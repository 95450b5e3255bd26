//! What a viewer may see of a personal value. Pure.
//!
//! A mask shows what helps to tell customers apart and nothing that could reach them: the last four digits of a
//! number, the domain of an address, an initial, a year. Every mask has a constant number of bullets, so its
//! length says nothing about the value (M-3). With no viewer everything is masked (M-1).

mod text;
mod value;

pub use text::mask_text;
pub use value::{BULLETS, Format, mask, mask_keep};

use countersign_types::pii::{Class, Kind, Pii, Purpose, Viewer};

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
