//! View of a colleague's telephone: for themselves, and for whoever administers people.

use countersign_types::pii::Purpose;
use countersign_types::telephone::Telephone;
use serde::Serialize;
use utoipa::ToSchema;

/// The telephone on which somebody takes calls.
#[derive(Debug, Serialize, ToSchema)]
pub struct TelephoneView {
    /// E.164; `null`: there is none.
    #[schema(example = "+46706170786")]
    pub number: Option<String>,
    /// Whether it rings.
    pub takes_calls: bool,
}

impl From<Option<Telephone>> for TelephoneView {
    fn from(telephone: Option<Telephone>) -> Self {
        Self {
            takes_calls: telephone.as_ref().is_some_and(|of| of.takes_calls),
            number: telephone.map(|of| of.number.plain(Purpose::Deliver).to_owned()),
        }
    }
}
