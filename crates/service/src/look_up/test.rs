//! The button *Test*: asks with sample values, and says what came of it.

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;

use countersign_ivr::{Class, Variables};
use countersign_store::Tx;
use countersign_types::{Error, FieldError, LookUpId, Permission, Result};

use super::run::{LookUpRun, Which};
use crate::Service;
use crate::caller::Request;
use crate::work::Log;

/// Longest sample value, bytes.
const VALUE_BYTES_MAX: usize = 4_096;

impl Service {
    /// Asks by a look-up with these values, as a call would. Nothing is kept of it but that it was done.
    #[boxed]
    pub async fn test_look_up(
        &self,
        request: &Request,
        id: LookUpId,
        values: BTreeMap<String, String>,
    ) -> Result<LookUpRun> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let entry = self.look_up_entry(id).await?;
        let variables = variables(values)?;
        let run = self.look_up_run(Which::Stored(&entry), &variables, true).await;
        let details = serde_json::json!({
            "outcome": run.outcome.as_str(),
            "why": run.outcome.why().map(countersign_ivr::look_up::Why::as_str),
            "status": run.status,
        });
        self.write(&grant, async move |_tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            log.audit("look_up.test", id, details);
            Ok(())
        })
        .await?;
        Ok(run)
    }
}

/// Sample values, all of them personal: what is said of the test shows none.
fn variables(values: BTreeMap<String, String>) -> Result<Variables> {
    let (mut variables, mut wrong) = (Variables::default(), Vec::new());
    for (name, value) in values {
        let pointer = || format!("/variables/{}", name.replace('~', "~0").replace('/', "~1"));
        if value.len() > VALUE_BYTES_MAX {
            wrong.push(FieldError::new(pointer(), "too-long", "A sample value has at most 4096 bytes."));
        } else if let Err(not_set) = variables.set(&name, Class::Personal, value) {
            let sentence = format!("This is not a variable: {not_set}.");
            wrong.push(FieldError::new(pointer(), "invalid-name", sentence));
        }
    }
    if wrong.is_empty() { Ok(variables) } else { Err(Error::Invalid(wrong)) }
}
