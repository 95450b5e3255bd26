//! Writes a variable.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Exits, Step, fixed};
use crate::check::{Look, Place};
use crate::engine::{Next, Run};
use crate::template::Template;
use crate::variable::Class;

/// `set_variable`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetVariable {
    /// Its name.
    #[serde(default)]
    pub variable: String,
    /// Who may see it.
    #[serde(default)]
    pub class: Class,
    /// Its value, a text with variables. What is made of a secret is a secret.
    #[serde(default)]
    pub value: Template,
}

impl Step for SetVariable {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        fixed(&["next"])
    }

    fn look(&self, look: &mut Look<'_>) {
        look.reads("value", &self.value, Place::Made(self.class));
        look.writes("variable", &self.variable, self.class, None);
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        let variables = run.variables();
        let is_of = |path: &str| variables.find(path).is_some_and(|(class, _)| class == Class::Secret);
        let class = if self.value.paths().any(is_of) { Class::Secret } else { self.class };
        let value = self.value.text(variables);
        run.set(&self.variable, class, value);
        Next::exit("next")
    }
}
