//! Personal data by type: a value that cannot be printed, logged or serialised by accident.
//!
//! [`Pii`] has no `Display`, no `Debug` of its content and no `Serialize` (M-1). It is rendered by
//! `countersign_masking` for a [`Viewer`] in a context, and where there is no viewer it is masked. Code that must work
//! with the plain value (seal it into a column, take its blind index, deliver it to its owner) says why with a
//! [`Purpose`], so that every such place can be found with one search.

use std::fmt;
use std::marker::PhantomData;

use crate::Role;

/// What kind of personal value it is; decides the mask's format and which toggle of a role applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A person's or organisation's name.
    Name,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// An id that the company or a channel uses for the person.
    ExternalId,
    /// The value of an attribute marked personal or sensitive.
    Attribute,
    /// What somebody wrote.
    FreeText,
}

/// A marker type for a [`Class`].
pub trait Kind: Send + Sync + 'static {
    /// The class.
    const CLASS: Class;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}
        impl Kind for $name {
            const CLASS: Class = Class::$name;
        }
    )*};
}

kinds! {
    /// Marks a name.
    Name,
    /// Marks an e-mail address.
    Email,
    /// Marks a phone number.
    Phone,
    /// Marks an external or channel user id.
    ExternalId,
    /// Marks the value of a personal attribute.
    Attribute,
    /// Marks text that somebody wrote.
    FreeText,
}

/// Why code takes the plain value out of a [`Pii`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To seal it into the database.
    Seal,
    /// To compare or index it by a keyed hash.
    Match,
    /// To hand it to the person it is about, or to the channel that delivers to them.
    Deliver,
    /// To render it for a viewer: the masking crate only.
    Render,
    /// To show a single value to somebody who said why they need it, on record (M-6).
    Reveal,
}

/// A personal value of kind `K`.
///
/// ```compile_fail
/// // M-1: a personal value has no Display.
/// let email = countersign_types::Pii::<countersign_types::pii::Email>::new("ann@example.org");
/// println!("{email}");
/// ```
/// ```compile_fail
/// // M-1: a personal value does not serialise.
/// let email = countersign_types::Pii::<countersign_types::pii::Email>::new("ann@example.org");
/// serde_json::to_string(&email).unwrap();
/// ```
pub struct Pii<K> {
    value: Box<str>,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Pii<K> {
    /// Wraps a plain value.
    pub fn new(value: impl Into<Box<str>>) -> Self {
        Self { value: value.into(), kind: PhantomData }
    }

    /// The plain value, for a stated purpose.
    pub fn plain(&self, _purpose: Purpose) -> &str {
        &self.value
    }

    /// Its class.
    pub fn class(&self) -> Class {
        K::CLASS
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }
}

impl<K> Clone for Pii<K> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), kind: PhantomData }
    }
}

impl<K> PartialEq for Pii<K> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<K> Eq for Pii<K> {}

impl<K> fmt::Debug for Pii<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pii(…)")
    }
}

/// Which classes a viewer sees masked. `true` = masked, as in the seed's toggles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(from = "StoredMasked")]
pub struct Masked {
    /// Names.
    pub name: bool,
    /// E-mail addresses.
    pub email: bool,
    /// Phone numbers.
    pub phone: bool,
    /// The company's own ids and the ids that people have on channels.
    pub ids: bool,
    /// Attributes marked personal or sensitive, unless an attribute says otherwise for a role.
    pub attributes: bool,
    /// Personal data found in what people wrote.
    pub text: bool,
}

/// As it is stored: until ids had a toggle of their own, that of attributes was theirs.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredMasked {
    name: bool,
    email: bool,
    phone: bool,
    ids: Option<bool>,
    attributes: bool,
    text: bool,
}

impl From<StoredMasked> for Masked {
    fn from(stored: StoredMasked) -> Self {
        let StoredMasked { name, email, phone, ids, attributes, text } = stored;
        Self { name, email, phone, ids: ids.unwrap_or(attributes), attributes, text }
    }
}

impl Masked {
    /// Everything is masked.
    pub const ALL: Self =
        Self { name: true, email: true, phone: true, ids: true, attributes: true, text: true };
    /// Nothing is masked.
    pub const NONE: Self =
        Self { name: false, email: false, phone: false, ids: false, attributes: false, text: false };
}

/// For whom a value is rendered. There is no viewer without a decision: [`Viewer::nobody`] sees everything masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewer {
    masked: Masked,
    role: Option<Role>,
}

impl Viewer {
    /// Nobody in particular: a log, a metric, an error, a webhook without personal data.
    pub const fn nobody() -> Self {
        Self { masked: Masked::ALL, role: None }
    }

    /// Somebody without a role who sees these classes masked: a program.
    pub const fn with(masked: Masked) -> Self {
        Self { masked, role: None }
    }

    /// Somebody of a role, which masks these classes and of whom an attribute may say something of its own.
    pub const fn of(role: Role, masked: Masked) -> Self {
        Self { masked, role: Some(role) }
    }

    /// Their role, if they have one.
    pub const fn role(&self) -> Option<Role> {
        self.role
    }

    /// Which classes they see masked.
    pub const fn masked(&self) -> Masked {
        self.masked
    }

    /// Whether this viewer sees values of that class masked.
    pub const fn is_masked(&self, class: Class) -> bool {
        match class {
            Class::Name => self.masked.name,
            Class::Email => self.masked.email,
            Class::Phone => self.masked.phone,
            Class::ExternalId => self.masked.ids,
            Class::Attribute => self.masked.attributes,
            Class::FreeText => self.masked.text,
        }
    }
}
