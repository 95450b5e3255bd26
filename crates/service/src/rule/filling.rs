//! Texts with variables that people keep, filled for whoever is about to send them: the same variables, and the same
//! hand that fills them, as in the texts of rules.

use countersign_rules::variable::Text;
use countersign_store::case::CaseRow;
use countersign_store::{Tx, profile};
use countersign_types::message::Direction;
use countersign_types::{Error, FieldError, Result, Viewer};

use super::run::held;
use super::words::{Facts, for_sender};
use crate::Service;

/// A text as it is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// What it says.
    pub text: String,
    /// Variables that were left out because the sender sees them masked, such as `profile.phone`.
    pub left_out: Vec<String>,
}

impl Service {
    /// Checks a text with variables, which stands at `pointer` of a request.
    pub(crate) fn check_variables(&self, pointer: &str, text: &str) -> Result<()> {
        let snapshot = self.snapshot();
        let read = Text::parse(text).and_then(|text| text.check(&snapshot.rules.schema));
        read.map_err(|problem| {
            let detail = format!("{} {}", problem.detail, problem.hint);
            Error::Invalid(vec![FieldError::new(pointer, problem.code, detail)])
        })
    }

    /// Fills a text for somebody who sends it to the customer of a case. What they see masked is left out, as though it
    /// were not known: neither the text nor what the customer is sent tells it to them.
    pub(crate) async fn filled(
        &self,
        tx: &mut Tx<'_>,
        row: &CaseRow,
        text: &str,
        viewer: Viewer,
    ) -> Result<Filled> {
        let snapshot = self.snapshot();
        let text = Text::parse(text).map_err(|_| Error::internal("a kept text cannot be read"))?;
        let person = profile::find_profile(tx, self.vault(), row.profile.id).await?;
        let values = person.as_ref().map(|person| held(&snapshot, &person.attributes)).unwrap_or_default();
        let said = row.last_message.as_ref().filter(|last| last.direction == Direction::Inbound);
        let facts = Facts {
            snapshot: &snapshot,
            row,
            person: person.as_ref(),
            values: &values,
            said: said.map(|last| &last.text),
        };
        let (text, left_out) = for_sender(&facts, &text, viewer);
        Ok(Filled { text, left_out })
    }
}
