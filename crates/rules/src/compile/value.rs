//! Reading a condition's value: one, or a list.

use serde_json::Value as Json;

use crate::finding::Problem;
use crate::model::VALUES_MAX;

/// The values with the place of each: `/value` or `/value/3`.
pub(super) fn list(value: &Json) -> Result<Vec<(String, &Json)>, Problem> {
    let values: Vec<(String, &Json)> = match value {
        Json::Null => Vec::new(),
        Json::Array(list) => list.iter().enumerate().map(|(at, v)| (format!("/value/{at}"), v)).collect(),
        one => vec![("/value".to_owned(), one)],
    };
    if values.is_empty() {
        return Err(Problem::new("/value", "no-value", "There is no value to compare with.", "Add one."));
    }
    if values.len() > VALUES_MAX {
        let what = format!("There are more than {VALUES_MAX} values.");
        return Err(Problem::new(
            "/value",
            "too-many",
            what,
            "Split them into two conditions of an `any` block.",
        ));
    }
    Ok(values)
}

/// The one value.
pub(super) fn one(value: &Json) -> Result<&Json, Problem> {
    match list(value)?.as_slice() {
        [(_, one)] => Ok(one),
        _ => Err(Problem::new("/value", "wrong-value", "Only one value can be compared here.", "Leave one.")),
    }
}

/// That a value does not fit the field's type.
pub(super) fn wrong(place: impl Into<String>, field: &str, wanted: impl std::fmt::Display) -> Problem {
    Problem::new(
        place,
        "wrong-value",
        format!("The value does not fit `{field}`."),
        format!("Give {wanted}."),
    )
}

/// That the question needs no value.
pub(super) fn none(value: &Json) -> Result<(), Problem> {
    if value.is_null() {
        return Ok(());
    }
    Err(Problem::new("/value", "wrong-value", "This question takes no value.", "Take the value out."))
}
