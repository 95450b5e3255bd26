//! Mandates: who may act for whom, in which topics, until when.

use countersign_types::mandate::{Mandate, MandateKind, MandateScope};
use countersign_verification::mandate as core;

/// A stored mandate as the core that decides reads it.
pub(crate) fn core_mandate(mandate: &Mandate) -> core::Mandate {
    core::Mandate {
        id: mandate.id.to_string(),
        kind: match mandate.kind {
            MandateKind::PowerOfAttorney => core::Kind::PowerOfAttorney,
            MandateKind::Guardian => core::Kind::Guardian,
            MandateKind::CompanyOfficer => core::Kind::CompanyOfficer,
            MandateKind::Executor => core::Kind::Executor,
            MandateKind::Other => core::Kind::Other,
        },
        representative: mandate.representative,
        represented: mandate.represented,
        granted_by: mandate.granted_by,
        scope: match &mandate.scope {
            MandateScope::All => core::Scope::All,
            MandateScope::Topics(topics) => core::Scope::Topics(topics.clone()),
        },
        valid_from: mandate.valid_from,
        valid_until: mandate.valid_until,
        revoked_at: mandate.revoked_at,
    }
}
