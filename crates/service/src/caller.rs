//! Who calls, and the proof that they may.

use countersign_types::api_key::ApiKey;
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::pii::Masked;
use countersign_types::user::User;
use countersign_types::workspace::MaskingMatrix;
use countersign_types::{Permission, Role, SessionId, UserId, Viewer};

/// Who calls an operation.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A person with a log-in session.
    User {
        /// Who.
        user: User,
        /// Their session.
        session: SessionId,
    },
    /// A program.
    ApiKey(ApiKey),
    /// The server itself, or an operator at its command line.
    System,
}

impl Caller {
    /// As the audit log names them.
    pub fn actor(&self) -> Actor {
        match self {
            Self::User { user, .. } => {
                Actor { kind: ActorKind::User, id: user.id.to_string(), name: user.name.clone() }
            }
            Self::ApiKey(key) => {
                Actor { kind: ActorKind::ApiKey, id: key.id.to_string(), name: key.name.clone() }
            }
            Self::System => Actor::system(),
        }
    }

    /// Whether they have a permission.
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Self::User { user, .. } => user.role.may(permission),
            Self::ApiKey(key) => key.scopes.contains(&permission),
            Self::System => true,
        }
    }

    /// Whether what they look at is written to the audit log: people always, programs where they see personal
    /// values. The server itself looks at nobody.
    pub fn leaves_trace(&self) -> bool {
        match self {
            Self::User { .. } => true,
            Self::ApiKey(key) => key.scopes.contains(&Permission::PersonalDataRead),
            Self::System => false,
        }
    }

    /// How many masked values they may have shown to them in an hour (M-6). Programs have a scope instead.
    pub fn reveals_per_hour(&self, matrix: &MaskingMatrix) -> u32 {
        match self {
            Self::User { user, .. } => matrix.reveals_per_hour.of(user.role),
            Self::ApiKey(_) | Self::System => 0,
        }
    }

    /// The role of a person.
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::User { user, .. } => Some(user.role),
            Self::ApiKey(_) | Self::System => None,
        }
    }

    /// What they see masked. Programs see personal values only with the scope for it.
    pub fn viewer(&self, matrix: &MaskingMatrix) -> Viewer {
        match self {
            Self::User { user, .. } => matrix.viewer(user.role),
            Self::ApiKey(key) if key.scopes.contains(&Permission::PersonalDataRead) => {
                Viewer::with(Masked::NONE)
            }
            Self::ApiKey(_) | Self::System => Viewer::nobody(),
        }
    }
}

/// One effect however often the request comes: the key that the caller chose and what the request was.
#[derive(Debug, Clone, Copy)]
pub struct Idempotency {
    /// SHA-256 over who called and their key.
    pub key_hash: [u8; 32],
    /// SHA-256 over method, path and body.
    pub fingerprint: [u8; 32],
}

/// A request as it arrives: who, and how it wants to be repeated.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who calls.
    pub caller: Caller,
    /// The idempotency key, where one was sent.
    pub idempotency: Option<Idempotency>,
    /// Set when the answer is one that was given before.
    pub is_replay: std::sync::Arc<std::sync::atomic::AtomicBool>,
    /// For which person a program acts, where it said so.
    pub on_behalf_of: Option<UserId>,
}

impl Request {
    /// A request without an idempotency key.
    pub fn new(caller: Caller) -> Self {
        Self { caller, idempotency: None, is_replay: std::sync::Arc::default(), on_behalf_of: None }
    }

    /// The request of a program that acts for a person.
    #[must_use]
    pub fn on_behalf_of(self, person: Option<UserId>) -> Self {
        Self { on_behalf_of: person, ..self }
    }
}

/// The proof that somebody may: only [`crate::Service::authorise`] makes one, and nothing is written without one.
#[derive(Debug, Clone)]
pub struct Grant {
    pub(crate) actor: Actor,
    pub(crate) viewer: Viewer,
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) is_replay: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Grant {
    /// What the caller sees masked.
    pub fn viewer(&self) -> Viewer {
        self.viewer
    }

    /// As the audit log names them.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// For a page, a customer or a job: allowed by what they are, not by a role.
    pub(crate) fn internal(actor: Actor) -> Self {
        Self { actor, viewer: Viewer::nobody(), idempotency: None, is_replay: std::sync::Arc::default() }
    }
}
