//! Why a step is refused, as people and programs are told.

use countersign_types::{Error, FieldError};
use countersign_verification::compare::Unreadable;
use countersign_verification::engagement::{Refusal, Role};

/// A refusal as an error. `at` is where in the body the step stands, for those that name a field.
pub(super) fn error(refusal: Refusal, at: &str) -> Error {
    let detail = sentence(&refusal);
    let conflict = |code, hint| Error::conflict(code, detail.clone(), hint);
    match refusal {
        Refusal::Stale => conflict("engagement-changed", "Read the engagement again and go on from there."),
        Refusal::Concluded => conflict("engagement-over", "Open a new one for another request."),
        Refusal::Expired | Refusal::NotExpired => expired(),
        Refusal::NotNow => {
            conflict("another-step-first", "Read the engagement: `stage` says what comes next.")
        }
        Refusal::NoPolicy | Refusal::OtherPolicy => {
            conflict("no-policy", "An administrator publishes a policy and gives it to the topic.")
        }
        Refusal::NotForOthers => conflict(
            "not-for-others",
            "The customer has to ask themself, or an administrator changes the policy.",
        ),
        Refusal::LevelImpossible => {
            conflict("level-impossible", "Ask the customer themself, with a code or a signed session.")
        }
        Refusal::SearchFirst => {
            conflict("search-first", "Search for the person, then select one of those found.")
        }
        Refusal::ProfileGone(_) => conflict("profile-gone", "Go back and search again."),
        Refusal::OwnProfile => Error::Refused {
            code: "own-profile",
            detail: "Nobody verifies themself or somebody they are linked with.",
            hint: "Hand the conversation to a colleague.",
        },
        Refusal::RepresentsOneself => {
            conflict("represents-oneself", "Go back and say that it is about the customer themself.")
        }
        Refusal::Locked(_) => conflict(
            "customer-locked",
            "A supervisor who led none of the failed sessions can allow one more.",
        ),
        Refusal::TooYoung(_) => conflict("too-young", "Somebody who may act for them has to ask."),
        Refusal::TooLittleData { .. } => {
            conflict("too-little-data", "Verify them in another way, or complete the customer's data first.")
        }
        Refusal::NothingAsked => conflict("nothing-asked", "Use a code or a signed session."),
        Refusal::SourceUnavailable => {
            conflict("source-unavailable", "Answer that question again in a moment, or end the engagement.")
        }
        Refusal::EvidenceNotTaken => conflict("evidence-not-taken", "Ask the questions of the policy."),
        Refusal::EvidenceTooWeak => {
            conflict("evidence-too-weak", "Send a code, or ask the questions of the policy.")
        }
        Refusal::NoSuchMandate => conflict("no-such-mandate", "Choose one of the mandates that are listed."),
        Refusal::Mandate(_) => conflict("mandate-gap", "Choose another mandate, or stop."),
        Refusal::NotTheRepresented => {
            conflict("not-the-represented", "Select whom the mandate names, or go back to the mandate.")
        }
        Refusal::PassExpired => {
            conflict("pass-expired", "Go back to the representative and verify them again.")
        }
        Refusal::NoSuchSearch => Error::invalid("/search", "no-such-search", detail),
        Refusal::NotAsked => Error::invalid(at, "not-asked", detail),
        Refusal::OtherJudge => Error::invalid(at, "other-judge", detail),
        Refusal::Unreadable(why) => {
            Error::Invalid(vec![FieldError::new(format!("{at}/said"), word(why), detail)])
        }
    }
}

/// Its time is over, which is on record now.
pub(super) fn expired() -> Error {
    Error::conflict(
        "engagement-expired",
        "Nothing happened in this engagement for half an hour, or it took four. It has expired.",
        "Open a new one and begin again.",
    )
}

fn sentence(refusal: &Refusal) -> String {
    let whose = |role: Role| match role {
        Role::Representative => "the representative",
        Role::Customer => "the customer",
    };
    match refusal {
        Refusal::Stale => "A colleague went on with this engagement meanwhile.".to_owned(),
        Refusal::ProfileGone(role) => {
            format!("The profile of {} was merged or erased meanwhile.", whose(*role))
        }
        Refusal::Locked(role) => {
            format!("Too many verifications failed for {}: they are locked for the time being.", whose(*role))
        }
        Refusal::TooYoung(role) => {
            format!("By age, or because it is not known, this policy does not verify {}.", whose(*role))
        }
        // Names of fields are the administrator's words, not the customer's data.
        Refusal::TooLittleData { missing } => {
            format!("There is too little on file for this policy. Missing: {}.", missing.join(", "))
        }
        other => {
            let text = other.to_string();
            let mut chars = text.chars();
            let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
            format!("{first}{}.", chars.as_str())
        }
    }
}

fn word(why: Unreadable) -> &'static str {
    match why {
        Unreadable::Empty => "empty",
        Unreadable::TooLong => "too-long",
        Unreadable::TwoDigitYear => "two-digit-year",
        _ => "unreadable",
    }
}
