//! Policies of guided verification: drafts, what is wrong with them, published versions. What a policy says is known to
//! `countersign_verification`.

mod example;

use async_recursion::async_recursion as boxed;
use countersign_store::{StoreError, Tx, topic, verification_policy as store};
pub use countersign_types::verification_policy::{PolicyVersion, StoredPolicy};
use countersign_types::{
    Cursor, Error, FieldError, Page, PageRequest, Permission, Result, TopicId, VerificationPolicyId,
};
use countersign_verification::lint::{self, Known};
use countersign_verification::policy::parse;
pub use countersign_verification::{Finding, Policy, Severity};
use serde_json::{Value, json};

use crate::Service;
use crate::caller::Request;
use crate::work::{Log, is_unique};

/// Policies at most.
pub const POLICIES_MAX: i64 = 200;
/// Fields that every profile has; the others are attributes.
pub const PROFILE_FIELDS: [&str; 4] = ["name", "email", "phone", "external_id"];

/// A policy with what stands around it.
#[derive(Debug, Clone)]
pub struct PolicyDetail {
    /// The policy.
    pub policy: StoredPolicy,
    /// The version that is in force.
    pub version: Option<PolicyVersion>,
    /// What is wrong or doubtful about the draft.
    pub check: PolicyCheck,
    /// The topics that name it, with their names.
    pub is_used_by: Vec<(TopicId, String)>,
}

/// What a look at a policy finds.
#[derive(Debug, Clone, Default)]
pub struct PolicyCheck {
    /// What is wrong or doubtful.
    pub findings: Vec<Finding>,
    /// The strength of its parties' questions, in bits; `None` where it is no policy.
    pub strength: Option<Strength>,
}

/// How hard a policy's questions are to guess in the worst draw, in bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    /// The customer's.
    pub customer: u32,
    /// The representative's, where somebody may act for others.
    pub representative: Option<u32>,
}

/// What there is in the workspace that a policy may name.
struct Names {
    fields: Vec<String>,
    look_ups: Vec<String>,
}

impl Names {
    fn check(&self, policy: &Policy) -> PolicyCheck {
        let fields: Vec<&str> = self.fields.iter().map(String::as_str).collect();
        // The linter does not look at an empty list; a workspace without look-ups has none that could be meant.
        let look_ups: Vec<&str> = self.look_ups.iter().map(String::as_str).chain([""]).collect();
        let findings = lint::lint(policy, &Known { fields: &fields, look_ups: &look_ups });
        let strength = Strength {
            customer: lint::strength(&policy.customer),
            representative: policy.representative.as_ref().map(lint::strength),
        };
        PolicyCheck { findings, strength: Some(strength) }
    }
}

impl Service {
    /// Policies in the order in which they were made.
    #[boxed]
    pub async fn list_verification_policies(
        &self,
        request: &Request,
        page: PageRequest,
    ) -> Result<Page<PolicyDetail>> {
        self.authorise(request, Permission::VerificationRead).await?;
        let names = self.names_for_policies();
        self.read(async move |tx: &mut Tx<'_>| {
            let versions = store::list_versions_in_force(tx).await?;
            let uses = topic::list_policy_uses(tx).await?;
            Ok(store::list_policies(tx, page).await?.map(|policy| {
                let version = versions.iter().find(|version| version.policy == policy.id).cloned();
                let used = uses.iter().filter(|(id, ..)| *id == policy.id);
                let is_used_by = used.map(|(_, topic, name)| (*topic, name.clone())).collect();
                PolicyDetail { check: checked(&names, &policy.draft), policy, version, is_used_by }
            }))
        })
        .await
    }

    /// A policy with its draft.
    #[boxed]
    pub async fn read_verification_policy(
        &self,
        request: &Request,
        id: VerificationPolicyId,
    ) -> Result<PolicyDetail> {
        self.authorise(request, Permission::VerificationRead).await?;
        self.find_verification_policy(id).await
    }

    async fn find_verification_policy(&self, id: VerificationPolicyId) -> Result<PolicyDetail> {
        let names = self.names_for_policies();
        self.read(async move |tx: &mut Tx<'_>| {
            let policy = store::find_policy(tx, id).await?.ok_or_else(none)?;
            let version = match policy.published {
                Some(number) => store::find_policy_version(tx, id, number).await?,
                None => None,
            };
            let is_used_by = uses_of(tx, id).await?;
            Ok(PolicyDetail { check: checked(&names, &policy.draft), policy, version, is_used_by })
        })
        .await
    }

    /// Says what is wrong or doubtful about a policy, and keeps nothing of it.
    #[boxed]
    pub async fn check_verification_policy(
        &self,
        request: &Request,
        document: &Value,
    ) -> Result<PolicyCheck> {
        self.authorise(request, Permission::VerificationRead).await?;
        Ok(match read(document) {
            Ok(policy) => self.names_for_policies().check(&policy),
            Err(findings) => PolicyCheck { findings, strength: None },
        })
    }

    /// Adds a policy, whose draft is this document.
    #[boxed]
    pub async fn create_verification_policy(
        &self,
        request: &Request,
        document: &Value,
    ) -> Result<PolicyDetail> {
        let grant = self.authorise(request, Permission::VerificationWrite).await?;
        let policy = self.new_policy(&taken(document)?)?;
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<_> {
                if store::count_policies(tx).await? >= POLICIES_MAX {
                    let detail =
                        format!("There are {POLICIES_MAX} verification policies, which is the most.");
                    return Err(Error::conflict(
                        "too-many-policies",
                        detail,
                        "Delete one that nobody needs.",
                    ));
                }
                store::insert_policy(tx, &policy).await.map_err(name_taken)?;
                tell_created(log, &policy);
                Ok(policy.id)
            })
            .await?;
        self.find_verification_policy(id).await
    }

    fn new_policy(&self, policy: &Policy) -> Result<StoredPolicy> {
        let now = self.now();
        Ok(StoredPolicy {
            id: self.new_id()?,
            name: policy.name.clone(),
            draft: serde_json::to_value(policy).map_err(Error::internal)?,
            revision: 1,
            published: None,
            published_from: None,
            created_at: now,
            updated_at: now,
        })
    }

    /// Saves a draft, whole, while `revision` is its newest. It may be one that cannot be published; only what is no
    /// policy at all is refused.
    #[boxed]
    pub async fn save_verification_policy(
        &self,
        request: &Request,
        id: VerificationPolicyId,
        revision: i64,
        document: &Value,
    ) -> Result<PolicyDetail> {
        let grant = self.authorise(request, Permission::VerificationWrite).await?;
        let (policy, now) = (taken(document)?, self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before = store::lock_policy(tx, id).await?.ok_or_else(none)?;
            if before.revision != revision {
                return Err(changed_meanwhile());
            }
            let draft = serde_json::to_value(&policy).map_err(Error::internal)?;
            if draft == before.draft {
                return Ok(());
            }
            let (revision, updated_at) = (before.revision + 1, now.max(before.updated_at));
            let after = StoredPolicy { name: policy.name, draft, revision, updated_at, ..before };
            if !store::update_policy_draft(tx, &after).await.map_err(name_taken)? {
                return Err(changed_meanwhile());
            }
            let details = json!({ "name": after.name, "revision": revision });
            log.audit("verification_policy.save_draft", id, details);
            log.live("verification_policy.updated", id);
            Ok(())
        })
        .await?;
        self.find_verification_policy(id).await
    }

    /// Publishes the draft: engagements take it from here on, and it never changes. Its problems forbid it; each kind of
    /// warning has to be acknowledged. What was published already is answered again.
    #[boxed]
    pub async fn publish_verification_policy(
        &self,
        request: &Request,
        id: VerificationPolicyId,
        revision: i64,
        acknowledged: Vec<String>,
    ) -> Result<PolicyDetail> {
        let grant = self.authorise(request, Permission::VerificationWrite).await?;
        let (names, actor, now) = (self.names_for_policies(), grant.actor.clone(), self.now());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before = store::lock_policy(tx, id).await?.ok_or_else(none)?;
            if before.revision != revision {
                return Err(changed_meanwhile());
            }
            if before.published_from == Some(before.revision) {
                return Ok(());
            }
            let found = checked(&names, &before.draft).findings;
            let acknowledged = publishable(&found, &acknowledged)?;
            let version = PolicyVersion {
                policy: id,
                number: before.published.unwrap_or(0) + 1,
                body: before.draft,
                acknowledged,
                at: now,
                by_id: actor.id,
                by_name: actor.name,
            };
            store::insert_policy_version(tx, &version, before.revision).await?;
            let details = json!({
                "name": before.name, "number": version.number, "acknowledged": version.acknowledged,
            });
            log.audit("verification_policy.publish", id, details);
            log.live("verification_policy.updated", id);
            Ok(())
        })
        .await?;
        self.find_verification_policy(id).await
    }

    /// Deletes a policy. One that a topic names stays; versions that were published stay in any case, because records of
    /// verifications name them.
    #[boxed]
    pub async fn delete_verification_policy(
        &self,
        request: &Request,
        id: VerificationPolicyId,
    ) -> Result<()> {
        let grant = self.authorise(request, Permission::VerificationWrite).await?;
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let policy = store::lock_policy(tx, id).await?.ok_or_else(none)?;
            let uses: Vec<String> =
                uses_of(tx, id).await?.into_iter().map(|(_, name)| format!("“{name}”")).collect();
            if !uses.is_empty() {
                let detail = format!("Topics are verified by this policy: {}.", uses.join(", "));
                return Err(Error::conflict(
                    "policy-in-use",
                    detail,
                    "Give these topics another policy first.",
                ));
            }
            store::delete_policy(tx, id, now).await?;
            log.audit("verification_policy.delete", id, json!({ "name": policy.name }));
            log.live("verification_policy.updated", id);
            Ok(())
        })
        .await
    }

    /// The published versions of a policy, newest first.
    #[boxed]
    pub async fn list_verification_policy_versions(
        &self,
        request: &Request,
        id: VerificationPolicyId,
        page: PageRequest,
    ) -> Result<Page<PolicyVersion>> {
        self.authorise(request, Permission::VerificationRead).await?;
        self.read(async move |tx: &mut Tx<'_>| {
            store::find_policy(tx, id).await?.ok_or_else(none)?;
            let before = page.after.map(|cursor| cursor.at);
            let found = store::list_policy_versions(tx, id, before, page.limit + 1).await?;
            let cursor = |version: &PolicyVersion| Cursor { at: version.number.into(), id: id.to_bytes() };
            Ok(Page::from_overfetch(found, page.limit, cursor))
        })
        .await
    }

    /// A published version, also of a policy that was deleted since.
    #[boxed]
    pub async fn read_verification_policy_version(
        &self,
        request: &Request,
        id: VerificationPolicyId,
        number: u32,
    ) -> Result<PolicyVersion> {
        self.authorise(request, Permission::VerificationRead).await?;
        self.read(async move |tx: &mut Tx<'_>| {
            store::find_policy_version(tx, id, number).await?.ok_or(Error::NotFound("version"))
        })
        .await
    }

    /// The fields and look-ups that policies may name.
    fn names_for_policies(&self) -> Names {
        use countersign_types::attribute::AttributeLevel;
        let snapshot = self.snapshot();
        let of_profiles = snapshot.attributes.iter().filter(|a| a.level == AttributeLevel::Profile);
        let fields = PROFILE_FIELDS.into_iter().map(str::to_owned);
        Names {
            fields: fields.chain(of_profiles.map(|attribute| attribute.key.clone())).collect(),
            look_ups: snapshot.look_ups.iter().map(|entry| entry.stored.id.to_string()).collect(),
        }
    }
}

/// Says that a policy was made.
fn tell_created(log: &mut Log, policy: &StoredPolicy) {
    log.audit("verification_policy.create", policy.id, json!({ "name": policy.name }));
    log.live("verification_policy.updated", policy.id);
}

async fn uses_of(tx: &mut Tx<'_>, id: VerificationPolicyId) -> Result<Vec<(TopicId, String)>> {
    let uses = topic::list_policy_uses(tx).await?.into_iter().filter(|(policy, ..)| *policy == id);
    Ok(uses.map(|(_, topic, name)| (topic, name)).collect())
}

/// The policies that ask a look-up, as they are told to a person; `None`: none does.
pub(crate) async fn policies_that_ask(tx: &mut Tx<'_>, look_up: &str) -> Result<Option<String>> {
    let asks = |document: &Value| {
        ["customer", "representative"].iter().any(|party| {
            ["required", "additional"].iter().any(|list| {
                let questions = document[party][list].as_array();
                questions.is_some_and(|all| all.iter().any(|question| question["look_up"] == look_up))
            })
        })
    };
    let versions = store::list_versions_in_force(tx).await?;
    let mut names = Vec::new();
    let page = PageRequest { limit: POLICIES_MAX, after: None };
    for policy in store::list_policies(tx, page).await?.items {
        let in_force = versions.iter().find(|version| version.policy == policy.id);
        if asks(&policy.draft) || in_force.is_some_and(|version| asks(&version.body)) {
            names.push(format!("“{}”", policy.name));
        }
    }
    Ok((!names.is_empty()).then(|| format!("the verification policies {}", names.join(", "))))
}

/// Reads a document, without repeating a refused value: answers never do.
fn read(document: &Value) -> Result<Policy, Vec<Finding>> {
    parse(&document.to_string()).map_err(|findings| {
        let without = |finding: Finding| Finding {
            detail: without_value(finding.detail),
            hint: finding.hint,
            ..finding
        };
        findings.into_iter().map(without).collect()
    })
}

fn without_value(detail: String) -> String {
    let repeats =
        ["invalid type", "invalid value", "invalid length", "unknown variant", "data did not match"];
    if !repeats.iter().any(|words| detail.contains(words)) {
        return detail;
    }
    match detail.rsplit_once("expected ") {
        Some((_, expected)) => format!("This has the wrong form: expected {expected}"),
        None => "This has the wrong form.".to_owned(),
    }
}

/// A document that becomes a draft.
fn taken(document: &Value) -> Result<Policy> {
    read(document).map_err(|findings| {
        let fields = findings.into_iter().map(|finding| {
            let sentence = format!("{} {}", finding.detail, finding.hint);
            FieldError::new(format!("/policy{}", finding.pointer), finding.code, sentence)
        });
        Error::Invalid(fields.collect())
    })
}

/// What is wrong with a stored draft. One that this version does not read (a newer server wrote it) is no policy to it.
fn checked(names: &Names, draft: &Value) -> PolicyCheck {
    match read(draft) {
        Ok(policy) => names.check(&policy),
        Err(findings) => PolicyCheck { findings, strength: None },
    }
}

/// The codes of the warnings, all of which were acknowledged, where there are no problems.
fn publishable(findings: &[Finding], acknowledged: &[String]) -> Result<Vec<String>> {
    let field = |finding: &Finding| {
        FieldError::new(finding.pointer.clone(), finding.code, format!("{} {}", finding.detail, finding.hint))
    };
    let problems: Vec<FieldError> =
        findings.iter().filter(|finding| finding.severity == Severity::Problem).map(field).collect();
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let mut codes: Vec<String> = findings.iter().map(|finding| finding.code.to_owned()).collect();
    codes.sort_unstable();
    codes.dedup();
    let left: Vec<FieldError> = codes
        .iter()
        .filter(|code| !acknowledged.contains(code))
        .map(|code| {
            let detail = format!("The warning `{code}` was not acknowledged. Look at it, or name it here.");
            FieldError::new("/acknowledged", "warnings-not-acknowledged", detail)
        })
        .collect();
    if left.is_empty() { Ok(codes) } else { Err(Error::Invalid(left)) }
}

fn none() -> Error {
    Error::NotFound("verification policy")
}

fn changed_meanwhile() -> Error {
    Error::conflict(
        "changed-meanwhile",
        "Somebody changed this policy since it was read.",
        "Read it again and make the change to what it says now.",
    )
}

fn name_taken(error: StoreError) -> Error {
    if !is_unique(&error, store::UNIQUE_NAME) {
        return error.into();
    }
    let detail = "There is a verification policy with this name.";
    Error::conflict("name-taken", detail, "Choose another name.")
}

#[cfg(test)]
mod tests {
    use countersign_verification::default_policy;

    use super::*;

    fn names(fields: &[&str], look_ups: &[&str]) -> Names {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Names { fields: owned(fields), look_ups: owned(look_ups) }
    }

    fn codes(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_policy_is_held_against_the_fields_and_look_ups_that_there_are() {
        let policy = default_policy();
        let all = names(&["name", "phone", "email", "birth_date", "postcode"], &[]).check(&policy);
        assert!(!codes(&all.findings).contains(&"unknown-field"));
        assert_eq!(all.strength, Some(Strength { customer: 10, representative: Some(10) }));
        let few = names(&["name", "phone", "email"], &[]).check(&policy);
        assert!(codes(&few.findings).contains(&"unknown-field"));
        let mut asking = policy;
        asking.customer.required[0].look_up = Some("lku_1".to_owned());
        assert!(
            codes(&names(&[], &[]).check(&asking).findings).contains(&"unknown-look-up"),
            "there is none"
        );
        assert!(!codes(&names(&[], &["lku_1"]).check(&asking).findings).contains(&"unknown-look-up"));
    }

    #[test]
    fn what_is_refused_is_not_repeated() {
        for document in [
            json!({ "name": "x", "customer": { "searches": "zqzq" } }),
            json!({ "name": "x", "customer": { "searches": [], "required": [{ "field": "a", "answer": "zqzq", "bits": 1 }] } }),
            json!({ "name": "x", "customer": { "searches": [] }, "mandate": "zqzq" }),
        ] {
            let Err(Error::Invalid(fields)) = taken(&document) else { panic!("{document}") };
            assert!(fields[0].pointer.starts_with("/policy/"), "{fields:?}");
            assert!(!format!("{fields:?}").contains("zqzq"), "{fields:?}");
        }
    }

    #[test]
    fn every_kind_of_warning_is_acknowledged_before_it_is_published() {
        let findings =
            names(&["name", "phone", "email", "birth_date", "postcode"], &[]).check(&default_policy());
        let Err(Error::Invalid(left)) = publishable(&findings.findings, &[]) else { panic!() };
        assert!(left.iter().all(|field| field.code == "warnings-not-acknowledged"));
        let all: Vec<String> = codes(&findings.findings).into_iter().map(str::to_owned).collect();
        let kept = publishable(&findings.findings, &all).unwrap();
        assert!(kept.contains(&"too-weak".to_owned()) && kept.is_sorted());
        let Err(Error::Invalid(_)) = publishable(&findings.findings, &all[1..2]) else { panic!() };
    }
}
