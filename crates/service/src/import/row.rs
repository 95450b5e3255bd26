//! From the cells of a row to what the company says of a customer.

use std::collections::BTreeMap;

use countersign_types::attribute::{Attribute, AttributeLevel, AttributeType};
use countersign_types::import::{ImportError, ImportPlan};
use countersign_types::pii::Pii;
use countersign_types::profile::{ProfileKind, ProfilePatch};
use countersign_types::{Error, FieldError, ProfileId, Result};
use serde_json::Value;

use crate::profile::batch::{BatchRow, RowKey, RowProblem};
use crate::snapshot::Snapshot;

/// What a cell says to clear its field. An empty cell leaves it alone.
pub const CLEAR: &str = "[clear]";

/// The fields that a column can be, besides attributes.
pub const FIELDS: &[&str] = &["id", "reference", "external_id", "name", "email", "phone", "language", "kind"];

/// Whether a plan can be carried out: each field known and named once, and one by which customers are found.
pub(crate) fn check_plan(plan: &ImportPlan, columns: usize, snapshot: &Snapshot) -> Result<()> {
    if plan.fields.len() != columns {
        let detail = format!("The file has {columns} columns: say of each which field it is, or null.");
        return Err(Error::invalid("/fields", "wrong-length", detail));
    }
    let mut errors = Vec::new();
    for (n, field) in plan.fields.iter().enumerate() {
        let Some(field) = field else { continue };
        let is_known = FIELDS.contains(&field.as_str()) || attribute(snapshot, field).is_some();
        if !is_known {
            errors.push(FieldError::new(format!("/fields/{n}"), "unknown-field", "There is no such field."));
        } else if plan.fields[..n].contains(&Some(field.clone())) {
            let detail = "Another column is this field already.";
            errors.push(FieldError::new(format!("/fields/{n}"), "duplicate", detail));
        }
    }
    let is_key =
        |field: &Option<String>| matches!(field.as_deref(), Some("id" | "reference" | "external_id"));
    if !plan.fields.iter().any(is_key) {
        let detail = "One column has to say who a row is about: `id`, `reference` or `external_id`.";
        errors.push(FieldError::new("/fields", "missing-key", detail));
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// The field that a column most likely is, by its name.
pub(crate) fn guess(columns: &[String], snapshot: &Snapshot) -> Vec<Option<String>> {
    let mut taken: Vec<String> = Vec::new();
    columns
        .iter()
        .map(|column| {
            let field = guess_one(column, snapshot).filter(|field| !taken.contains(field))?;
            taken.push(field.clone());
            Some(field)
        })
        .collect()
}

fn guess_one(column: &str, snapshot: &Snapshot) -> Option<String> {
    let word = folded(column);
    let own = match word.as_str() {
        "id" | "profileid" => "id",
        "reference" | "ref" => "reference",
        "externalid" | "customerid" | "customernumber" | "kundennummer" | "clientid" | "userid" => {
            "external_id"
        }
        "name" | "fullname" | "customer" | "nom" | "nombre" | "namn" | "nazwa" => "name",
        "email" | "mail" | "emailaddress" | "epost" => "email",
        "phone" | "phonenumber" | "tel" | "telephone" | "mobile" | "telefon" | "telefono" => "phone",
        "language" | "lang" | "locale" | "sprache" => "language",
        "kind" => "kind",
        _ => {
            let found = snapshot.attributes.iter().find(|a| {
                a.level == AttributeLevel::Profile
                    && (folded(&a.key) == word.strip_prefix("attributes").unwrap_or(&word)
                        || folded(&a.label) == word)
            });
            return found.map(|a| format!("attributes.{}", a.key));
        }
    };
    Some(own.to_owned())
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

pub(crate) fn attribute<'a>(snapshot: &'a Snapshot, field: &str) -> Option<&'a Attribute> {
    snapshot.attribute_by_key(AttributeLevel::Profile, field.strip_prefix("attributes.")?)
}

/// What a row says.
pub(crate) fn row(plan: &ImportPlan, cells: &[String], snapshot: &Snapshot) -> Result<BatchRow> {
    if cells.len() != plan.fields.len() {
        let detail = format!(
            "The row has {} cells and the first line {}. Is a separator or a quotation mark missing?",
            cells.len(),
            plan.fields.len()
        );
        return Err(Error::invalid("", "wrong-length", detail));
    }
    let said: BTreeMap<&str, &str> = plan
        .fields
        .iter()
        .zip(cells)
        .filter_map(|(field, cell)| Some((field.as_deref()?, cell.trim())))
        .filter(|(_, cell)| !cell.is_empty())
        .collect();
    let key = key(&said)?;
    let text = |field: &str| said.get(field).map(|cell| (*cell != CLEAR).then(|| (*cell).to_owned()));
    let kind = match text("kind") {
        None => None,
        Some(word) => {
            let detail = "This is `person` or `organisation`.";
            let kind = word.and_then(|word| ProfileKind::parse(&word.to_lowercase()));
            Some(kind.ok_or_else(|| Error::invalid("/kind", "invalid-value", detail))?)
        }
    };
    let attributes = said.iter().filter_map(|(field, cell)| {
        let definition = attribute(snapshot, field);
        let key = field.strip_prefix("attributes.")?;
        Some((key.to_owned(), value(definition, cell)))
    });
    let patch = ProfilePatch {
        kind,
        external_id: text("external_id").map(|v| v.map(Pii::new)),
        name: text("name").map(|v| v.map(Pii::new)),
        email: text("email").map(|v| v.map(Pii::new)),
        phone: text("phone").map(|v| v.map(Pii::new)),
        language: text("language"),
        attributes: attributes.collect(),
    };
    Ok(BatchRow { key, patch })
}

/// Whom a row is about: by id, by reference, else by the company's own id.
fn key(said: &BTreeMap<&str, &str>) -> Result<RowKey> {
    if let Some(id) = said.get("id") {
        return Ok(RowKey::Id(id.parse::<ProfileId>().map_err(|_| Error::NotFound("profile"))?));
    }
    if let Some(reference) = said.get("reference") {
        return Ok(RowKey::Reference((*reference).to_owned()));
    }
    match said.get("external_id") {
        Some(id) if *id != CLEAR => Ok(RowKey::ExternalId),
        _ => Err(Error::invalid("", "missing-key", "The row does not say who it is about.")),
    }
}

/// The value of an attribute as its type wants it; what does not fit is left as text and refused as such.
pub(crate) fn value(definition: Option<&Attribute>, cell: &str) -> Value {
    let text = || Value::String(cell.to_owned());
    if cell == CLEAR {
        return Value::Null;
    }
    match definition.map(|attribute| attribute.r#type) {
        Some(AttributeType::Number) => {
            serde_json::from_str::<serde_json::Number>(cell.trim_start_matches('+'))
                .map_or_else(|_| text(), Value::Number)
        }
        Some(AttributeType::Checkbox) => match cell.to_lowercase().as_str() {
            "true" | "yes" | "1" | "x" => Value::Bool(true),
            "false" | "no" | "0" => Value::Bool(false),
            _ => text(),
        },
        _ => text(),
    }
}

/// What is wrong with a row, with the columns as the file's first line calls them.
pub(crate) fn errors(problem: &RowProblem, plan: &ImportPlan, columns: &[String]) -> Vec<ImportError> {
    let column = |pointer: &str| {
        let field = pointer.trim_start_matches('/').replace('/', ".");
        let at = plan.fields.iter().position(|f| f.as_deref() == Some(field.as_str()));
        at.and_then(|at| columns.get(at).cloned())
    };
    if problem.errors.is_empty() {
        let detail = match problem.code.as_str() {
            "not-found" => "There is no such customer.".to_owned(),
            _ => problem.detail.clone(),
        };
        return vec![ImportError { column: None, code: problem.code.clone(), detail }];
    }
    let errors = problem.errors.iter();
    errors
        .map(|e| ImportError { column: column(&e.pointer), code: e.code.clone(), detail: e.detail.clone() })
        .collect()
}
