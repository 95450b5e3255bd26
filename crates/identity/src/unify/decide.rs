//! May two profiles with the same identifier become one (P-1, P-2)?

use countersign_types::merge::Unification;
use countersign_types::profile::{ProfileKind, ProfileState};
use countersign_types::{Assurance, profile};

use super::{CARRIERS_MAX, SOURCES_MAX};
use crate::identifier::IdentifierKind;

/// What stands behind an identifier of a profile. What is not known is [`Strength::Claimed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Strength {
    /// Somebody said so.
    #[default]
    Claimed,
    /// The channel's provider vouches for it.
    Attested,
    /// The company's own server said so.
    Proved,
}

impl Strength {
    /// That of a recorded identifier. A source that this version does not know proves nothing.
    ///
    /// ```
    /// use countersign_identity::unify::decide::Strength;
    /// assert_eq!(Strength::of(true, "api"), Strength::Proved);
    /// assert_eq!(Strength::of(true, "agent"), Strength::Claimed);
    /// assert_eq!(Strength::of(false, "attested"), Strength::Attested);
    /// assert_eq!(Strength::of(false, ""), Strength::Claimed);
    /// ```
    pub fn of(is_proved: bool, source: &str) -> Self {
        match profile::Source::parse(source) {
            Some(source) if is_proved && source.is_matching() => Self::Proved,
            Some(profile::Source::Attested) => Self::Attested,
            _ => Self::Claimed,
        }
    }
}

/// One of the two profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The level of its live links.
    pub assurance: Assurance,
    /// Person or organisation.
    pub kind: ProfileKind,
    /// Active or blocked.
    pub state: ProfileState,
    /// The company's id.
    pub external_id: Option<&'a str>,
    /// Profiles that stand behind it, itself included.
    pub sources: usize,
    /// Channel accounts under it.
    pub accounts: usize,
}

/// An identifier that both carry. Equal keys of one kind: nothing else is the same identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// What it is.
    pub kind: IdentifierKind,
    /// What stands behind it on the one side.
    pub on_a: Strength,
    /// And on the other.
    pub on_b: Strength,
    /// On how many profiles it stands.
    pub carriers: usize,
    /// Whether it is one that many people use by its nature ([`is_common`]).
    pub is_common: bool,
}

/// Why two profiles become one without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// This identifier is proved at AL3 on both.
    Proved(IdentifierKind),
    /// Providers attest this identifier on both, and the company turned that on.
    Attested(IdentifierKind),
}

/// Why two profiles never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {
    /// The company itself says that they are two.
    ExternalIds,
    /// One is a person, the other an organisation.
    Kinds,
    /// One is blocked and the other is not.
    States,
    /// There would be too much behind one profile.
    TooManySources,
    /// Nothing that they share says anything.
    NothingShared,
}

/// What two profiles may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// One profile, at once; can be undone.
    Automatic(Ground),
    /// Something for a person to look at.
    Suggest,
    /// Nothing, and nobody is asked.
    Never(Never),
}

/// Decides. Automatic only where the same identifier is proved at AL3 on both sides; or, where the company turned that
/// on, where providers attest it on both and neither is authenticated. Everything else is for a person.
///
/// ```
/// use countersign_identity::unify::decide::*;
/// use countersign_identity::identifier::IdentifierKind;
/// use countersign_types::{Assurance, merge::Unification, profile::*};
/// let ann = Standing { assurance: Assurance::Al3, kind: ProfileKind::Person, state: ProfileState::Active,
///     external_id: None, sources: 1, accounts: 1 };
/// let typed = Standing { assurance: Assurance::Al0, ..ann };
/// let email = Shared { kind: IdentifierKind::Email, on_a: Strength::Proved, on_b: Strength::Proved, carriers: 2,
///     is_common: false };
/// let off = Unification::default();
/// assert_eq!(decide(&ann, &ann, &[email], off), Decision::Automatic(Ground::Proved(IdentifierKind::Email)));
/// let claimed = Shared { on_b: Strength::Claimed, ..email };
/// assert_eq!(decide(&ann, &typed, &[claimed], off), Decision::Suggest);
/// ```
pub fn decide(a: &Standing<'_>, b: &Standing<'_>, shared: &[Shared], setting: Unification) -> Decision {
    if let Some(never) = may_not_meet(a, b) {
        return Decision::Never(never);
    }
    let counts = |s: &&Shared| !s.is_common && s.carriers <= CARRIERS_MAX;
    let both_authenticated = a.assurance == Assurance::Al3 && b.assurance == Assurance::Al3;
    let none_authenticated = a.assurance != Assurance::Al3 && b.assurance != Assurance::Al3;
    let is_on = |kind| match kind {
        IdentifierKind::Email => setting.email,
        IdentifierKind::Phone => setting.phone,
        IdentifierKind::ExternalId | IdentifierKind::ChannelUser => false,
    };
    // A state may differ for a person to decide about; nothing is automatic about somebody who is blocked.
    let is_served = a.state == ProfileState::Active && b.state == ProfileState::Active;
    let mut counting = shared.iter().filter(counts).filter(|_| is_served);
    let ground = counting.find_map(|s| {
        let weaker = s.on_a.min(s.on_b);
        match weaker {
            Strength::Proved if both_authenticated => Some(Ground::Proved(s.kind)),
            // The company's own word on one side is more than a provider's, but no sign-in of that person.
            Strength::Attested | Strength::Proved
                if s.on_a == Strength::Attested && s.on_b == Strength::Attested =>
            {
                (none_authenticated && is_on(s.kind)).then_some(Ground::Attested(s.kind))
            }
            _ => None,
        }
    });
    match ground {
        Some(ground) => Decision::Automatic(ground),
        None if shared.iter().any(|s| counts(&s)) => Decision::Suggest,
        None => Decision::Never(Never::NothingShared),
    }
}

/// What keeps two profiles apart whatever they share. A person who merges by hand is held to it as well.
pub fn may_not_meet(a: &Standing<'_>, b: &Standing<'_>) -> Option<Never> {
    if let (Some(a), Some(b)) = (a.external_id, b.external_id)
        && a != b
    {
        return Some(Never::ExternalIds);
    }
    if a.kind != b.kind {
        return Some(Never::Kinds);
    }
    let is_too_much = a.sources + b.sources > SOURCES_MAX || a.accounts + b.accounts > SOURCES_MAX;
    is_too_much.then_some(Never::TooManySources)
}

/// Local parts of addresses that a team or a machine reads.
const ROLES: &[&str] = &[
    "abuse",
    "accounting",
    "accounts",
    "admin",
    "administrator",
    "billing",
    "buchhaltung",
    "contact",
    "customerservice",
    "donotreply",
    "einkauf",
    "enquiries",
    "feedback",
    "finance",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "hr",
    "info",
    "information",
    "invoice",
    "it",
    "jobs",
    "kontakt",
    "mail",
    "mailer-daemon",
    "marketing",
    "me",
    "nobody",
    "no-reply",
    "none",
    "noreply",
    "office",
    "order",
    "orders",
    "postmaster",
    "reception",
    "root",
    "sales",
    "service",
    "shop",
    "support",
    "team",
    "test",
    "user",
    "verkauf",
    "webmaster",
];

/// Whether many people use this identifier by its nature: a role's address, a number that nobody has (P-2). `key` is the
/// normalised one.
///
/// ```
/// use countersign_identity::{identifier::IdentifierKind, unify::decide::is_common};
/// assert!(is_common(IdentifierKind::Email, "info@shop.example"));
/// assert!(is_common(IdentifierKind::Phone, "+490000000000"));
/// assert!(!is_common(IdentifierKind::Email, "ann@shop.example"));
/// ```
pub fn is_common(kind: IdentifierKind, key: &str) -> bool {
    match kind {
        IdentifierKind::Email => {
            let local = key.split(['@', '+']).next().unwrap_or_default();
            local.chars().count() < 2 || ROLES.contains(&local)
        }
        IdentifierKind::Phone => {
            let digits: Vec<u8> = key.bytes().filter(u8::is_ascii_digit).collect();
            let Some(last) = digits.len().checked_sub(6).map(|from| &digits[from..]) else { return true };
            let step = |by: u8| last.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(by));
            step(0) || step(1) || step(u8::MAX)
        }
        IdentifierKind::ExternalId | IdentifierKind::ChannelUser => false,
    }
}
