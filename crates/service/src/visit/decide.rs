//! What a colleague says about an uncertain visit. It is a person's word: it shows who is there, and proves nothing.

use async_recursion::async_recursion as boxed;
use countersign_store::visit_decision::{self, DecisionRow};
use countersign_store::visit_identity::{self, ContactRow};
use countersign_store::{Tx, visit as store};
use countersign_types::{AccountId, Error, IdentityId, Permission, Result, VisitId};
use serde_json::json;

use crate::Service;
use crate::caller::Request;
use crate::work::Log;

/// Longest reason, characters.
const REASON_CHARS_MAX: usize = 500;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is them.
    Confirm,
    /// It is not.
    Reject,
}

impl Decision {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Reject => "reject",
        }
    }
}

impl Service {
    /// Says that a visit is, or is not, somebody's. Takes the place of what was said before.
    #[boxed]
    pub async fn decide_visit(
        &self,
        request: &Request,
        visit: VisitId,
        identity: IdentityId,
        decision: Decision,
        reason: &str,
    ) -> Result<()> {
        self.authorise(request, Permission::VisitRead).await?;
        let grant = self.authorise(request, Permission::LinkWrite).await?;
        let reason = reason.trim().to_owned();
        if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
            let detail = "Say in 1 to 500 characters what makes you sure.";
            return Err(Error::invalid("/reason", "out-of-range", detail));
        }
        let (now, by) = (self.now(), grant.actor().clone());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let row = store::find_visit(tx, visit).await?.ok_or(Error::NotFound("visit"))?;
            let account = AccountId::from_bytes(identity.to_bytes());
            let who = visit_identity::find_identity_row(tx, account).await?;
            let who = who.ok_or(Error::NotFound("identity"))?;
            let is_near = match row.device {
                Some(device) => visit_identity::list_contacts_of_device(tx, device, 100).await?,
                None => visit_identity::list_contacts_of_visit(tx, row.row).await?,
            };
            if !is_near.iter().any(|contact| contact.identity == who) {
                return Err(Error::conflict(
                    "not-a-candidate",
                    "Nothing on this browser says that it could be them.",
                    "Choose one of the visit's candidates, or ask the customer for a code.",
                ));
            }
            let (association, action) = match decision {
                Decision::Confirm => ("confirmed", "visit.confirm"),
                Decision::Reject => ("rejected", "visit.reject"),
            };
            let word = decision.as_str().to_owned();
            let row_of = DecisionRow { visit: row.row, at: now, identity: who, decision: word, by };
            visit_decision::insert_decision(tx, &row_of).await?;
            if decision == Decision::Confirm {
                // One person is there: whoever was confirmed before is not.
                visit_decision::delete_confirmations(tx, row.row, who).await?;
            }
            let contact = ContactRow {
                visit: row.row,
                identity: who,
                event: 0,
                device: row.device,
                association: association.to_owned(),
                is_signed: false,
                at: now,
            };
            visit_identity::upsert_contact(tx, &contact).await?;
            log.audit(action, visit, json!({ "identity": identity, "reason": reason }));
            log.live("visit.updated", visit);
            Ok(())
        })
        .await
    }
}
