//! Conditions on labels: the labels that conditions name are numbered; a case's labels become a set of bits.

use serde_json::Value as Json;

use super::field::Field;
use super::{Builder, Test, value};
use crate::finding::Problem;
use crate::model::Op;

/// Different labels in the conditions of all rules, at most.
pub const LABELS_MAX: usize = 256;
/// Characters in a label, at most.
pub(crate) const LABEL_MAX: usize = 100;

/// Which numbered labels stand on a case.
pub(crate) type Labels = [u64; LABELS_MAX / 64];

/// What is asked of labels.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct LabelTest {
    /// Of what: the case's labels, or the categories of the visit's pages.
    pub field: Field,
    pub wanted: Labels,
    pub op: Op,
}

impl LabelTest {
    pub(crate) fn holds(&self, labels: &Labels) -> bool {
        let mut pairs = self.wanted.iter().zip(labels);
        match self.op {
            Op::HasAll => pairs.all(|(w, l)| w & l == *w),
            Op::HasNot => pairs.all(|(w, l)| w & l == 0),
            _ => pairs.any(|(w, l)| w & l != 0),
        }
    }
}

impl Builder<'_> {
    pub(super) fn label(&mut self, field: &Field, op: Op, condition: &Json) -> Result<Test, Problem> {
        if matches!(op, Op::IsEmpty | Op::IsNotEmpty) {
            return self.presence(field, op, condition);
        }
        let mut wanted = Labels::default();
        for (place, label) in value::list(condition)? {
            let label = label.as_str().filter(|l| !l.is_empty() && l.chars().count() <= LABEL_MAX);
            let label = label.ok_or_else(|| value::wrong(&*place, &field.name(), "a label"))?;
            let at = match self.labels.iter().position(|known| **known == *label) {
                Some(at) => at,
                None if self.labels.len() < LABELS_MAX => {
                    self.labels.push(label.into());
                    self.labels.len() - 1
                }
                None => {
                    let what = format!("Conditions of all rules name more than {LABELS_MAX} labels.");
                    return Err(Problem::new(
                        place,
                        "too-many",
                        what,
                        "Use an attribute for what has so many values.",
                    ));
                }
            };
            wanted[at / 64] |= 1 << (at % 64);
        }
        Ok(Test::Labels(Box::new(LabelTest { field: field.clone(), wanted, op })))
    }
}
