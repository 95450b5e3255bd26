//! Mandates in the file that a person gets.

use countersign_store::Tx;
use countersign_store::mandate::{MandateFilter, list_contents, list_mandates};
use countersign_types::mandate::{Mandate, MandateContent};
use countersign_types::{MandateId, Result};
use serde_json::{Value, json};

use super::section::{Of, page_after, plain};
use crate::Service;

impl Service {
    /// Mandates in which somebody acts for them and in which they act. The other side stands there by its id alone, and
    /// what is written about a mandate of somebody else is that one's to know.
    pub(super) async fn export_mandates(&self, of: &Of) -> Result<Value> {
        let mut all = Vec::new();
        for is_represented in [true, false] {
            let filter = MandateFilter {
                represented: is_represented.then_some(of.profile),
                representative: (!is_represented).then_some(of.profile),
                state: None,
            };
            let mut after = None;
            loop {
                let (page, vault) = (page_after(after), self.vault().clone());
                let found = self.read(async move |tx: &mut Tx<'_>| -> Result<_> {
                    let found = list_mandates(tx, &filter, page).await?;
                    let ids: Vec<MandateId> = found.items.iter().map(|mandate| mandate.id).collect();
                    Ok((list_contents(tx, &vault, &ids).await?, found))
                });
                let (contents, found) = found.await?;
                for (mandate, content) in found.items.iter().zip(&contents) {
                    all.push(exported(mandate, is_represented.then_some(content)));
                }
                after = found.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(all.into())
    }
}

fn exported(mandate: &Mandate, content: Option<&MandateContent>) -> Value {
    let written = content.map(|content| {
        let documents = content.documents.iter().map(|document| {
            json!({ "title": plain(Some(&document.title)), "reference": plain(document.reference.as_ref()) })
        });
        json!({
            "documents": documents.collect::<Vec<_>>(), "note": plain(content.note.as_ref()),
            "revoke_reason": plain(content.revoke_reason.as_ref()),
        })
    });
    json!({
        "id": mandate.id, "kind": mandate.kind, "representative": mandate.representative,
        "represented": mandate.represented, "granted_by": mandate.granted_by, "scope": mandate.scope,
        "valid_from": mandate.valid_from, "valid_until": mandate.valid_until, "created_at": mandate.created_at,
        "revoked_at": mandate.revoked_at, "written": written,
    })
}
