//! What an agent sees of an engagement: where it is and how much is done, nothing of what was right.

use countersign_types::{Assurance, ProfileId};
use serde::Serialize;

use super::{About, Engagement, Role};

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The reason is to be chosen.
    Topic,
    /// Whom it is about is to be chosen.
    About,
    /// Somebody is to be searched and selected.
    Search,
    /// Questions are to be asked.
    Questions,
    /// Only strong evidence helps: a code, a signed session, a call back.
    Evidence,
    /// The mandate is to be chosen.
    Mandate,
    /// It is over.
    Done,
}

/// How many of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// Answered, rightly or not.
    pub answered: usize,
    /// Asked.
    pub asked: usize,
}

/// What an agent sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// What comes next.
    pub stage: Stage,
    /// Whose verification it is.
    pub role: Role,
    /// Who was selected in it.
    pub profile: Option<ProfileId>,
    /// Required questions.
    pub required: Count,
    /// Additional ones.
    pub additional: Count,
    /// The fields asked, in their order, and whether they were answered.
    pub questions: Vec<(String, bool)>,
    /// What the customer lacks for questions.
    pub missing: Vec<String>,
    /// The representative's level so far; nothing where nobody is represented.
    pub representative_level: Option<Assurance>,
    /// The customer's level so far.
    pub customer_level: Assurance,
}

impl Engagement {
    /// Whose verification comes now.
    pub fn role(&self) -> Role {
        match self.about {
            Some(About::SomebodyElse) if self.representative.pass.is_none() => Role::Representative,
            _ => Role::Customer,
        }
    }

    /// What comes next.
    pub fn stage(&self) -> Stage {
        let party = self.party(self.role());
        if self.outcome.is_some() {
            Stage::Done
        } else if self.topic.is_none() {
            Stage::Topic
        } else if self.about.is_none() {
            Stage::About
        } else if self.is_mandate_next() {
            Stage::Mandate
        } else if party.profile.is_none() {
            Stage::Search
        } else if party.asked.is_empty() {
            Stage::Evidence
        } else {
            Stage::Questions
        }
    }

    fn is_mandate_next(&self) -> bool {
        let is_for_other = self.about == Some(About::SomebodyElse) && self.role() == Role::Customer;
        is_for_other && self.needs_mandate && self.mandate.is_none()
    }

    /// What an agent sees.
    pub fn progress(&self) -> Progress {
        let role = self.role();
        let party = self.party(role);
        let count = |is_required: bool| {
            let questions = party.asked.iter().filter(|asked| asked.is_required == is_required);
            questions.fold(Count::default(), |count, asked| Count {
                answered: count.answered + usize::from(asked.verdict.is_some()),
                asked: count.asked + 1,
            })
        };
        let level = |role| self.party(role).pass.map_or(Assurance::Al0, |pass| pass.level);
        Progress {
            stage: self.stage(),
            role,
            profile: party.profile,
            required: count(true),
            additional: count(false),
            questions: party
                .asked
                .iter()
                .map(|asked| (asked.field.clone(), asked.verdict.is_some()))
                .collect(),
            missing: party.missing.clone(),
            representative_level: (self.about == Some(About::SomebodyElse))
                .then(|| level(Role::Representative)),
            customer_level: level(Role::Customer),
        }
    }
}
