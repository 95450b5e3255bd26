//! Topics: what customers may want, and how sure the company has to be of them for that.

use async_recursion::async_recursion as boxed;
use countersign_store::{StoreError, Tx, topic as store, verification_policy as policies};
pub use countersign_types::topic::{NextAction, Script, Topic};
use countersign_types::verification_policy::PolicyVersion;
use countersign_types::{
    Assurance, Error, Page, PageRequest, Permission, Result, TopicId, VerificationPolicyId,
};
use countersign_verification::lint::lint_topic;
use countersign_verification::{Finding, Policy, Severity, engagement};
use serde_json::json;

use crate::Service;
use crate::caller::Request;
use crate::text::{line, name};
use crate::work::{Log, is_unique};

/// Topics at most.
pub const TOPICS_MAX: i64 = 200;
/// Longest text of a script, characters.
pub const SCRIPT_CHARS_MAX: usize = 1_000;
/// Longest address of a next action, characters.
pub const URL_CHARS_MAX: usize = 2_000;
const KEY_CHARS_MAX: usize = 60;

/// A new topic.
#[derive(Debug, Clone)]
pub struct NewTopic {
    /// The word that mandates and records name it by.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Whether anything confidential is touched.
    pub is_confidential: bool,
    /// The least level that it may proceed with.
    pub minimum_level: Assurance,
    /// How customers are verified for it.
    pub policy: Option<VerificationPolicyId>,
    /// What the agent says.
    pub script: Script,
    /// What comes after *proceed*.
    pub next_action: Option<NextAction>,
    /// Whether it can be chosen.
    pub is_active: bool,
}

/// A change to a topic. Its key is fixed.
#[derive(Debug, Clone, Default)]
pub struct TopicPatch {
    /// Its name.
    pub name: Option<String>,
    /// Whether anything confidential is touched.
    pub is_confidential: Option<bool>,
    /// The least level that it may proceed with.
    pub minimum_level: Option<Assurance>,
    /// How customers are verified for it.
    pub policy: Option<Option<VerificationPolicyId>>,
    /// What the agent says, whole.
    pub script: Option<Script>,
    /// What comes after *proceed*.
    pub next_action: Option<Option<NextAction>>,
    /// Whether it can be chosen.
    pub is_active: Option<bool>,
}

/// A topic with what keeps it from working.
#[derive(Debug, Clone)]
pub struct TopicDetail {
    /// The topic.
    pub topic: Topic,
    /// What is wrong or doubtful about it, with the policy that is in force.
    pub problems: Vec<Finding>,
}

impl Service {
    /// Topics in the order in which they were made.
    #[boxed]
    pub async fn list_topics(&self, request: &Request, page: PageRequest) -> Result<Page<TopicDetail>> {
        self.authorise(request, Permission::VerificationRead).await?;
        self.read(async move |tx: &mut Tx<'_>| {
            let versions = policies::list_versions_in_force(tx).await?;
            Ok(store::list_topics(tx, page).await?.map(|topic| detail(topic, &versions)))
        })
        .await
    }

    /// A topic.
    #[boxed]
    pub async fn read_topic(&self, request: &Request, id: TopicId) -> Result<TopicDetail> {
        self.authorise(request, Permission::VerificationRead).await?;
        self.find_topic(id).await
    }

    async fn find_topic(&self, id: TopicId) -> Result<TopicDetail> {
        self.read(async move |tx: &mut Tx<'_>| {
            let topic = store::get_topic(tx, id).await?.ok_or(Error::NotFound("topic"))?;
            Ok(detail(topic, &policies::list_versions_in_force(tx).await?))
        })
        .await
    }

    /// Adds a topic.
    #[boxed]
    pub async fn create_topic(&self, request: &Request, new: NewTopic) -> Result<TopicDetail> {
        let grant = self.authorise(request, Permission::VerificationWrite).await?;
        let now = self.now();
        let topic = checked(Topic {
            id: self.new_id()?,
            key: key(&new.key)?,
            name: new.name,
            is_confidential: new.is_confidential,
            minimum_level: new.minimum_level,
            policy: new.policy,
            script: new.script,
            next_action: new.next_action,
            is_active: new.is_active,
            created_at: now,
            updated_at: now,
        })?;
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<TopicId> {
                if store::count_topics(tx).await? >= TOPICS_MAX {
                    let detail = format!("There are {TOPICS_MAX} topics, which is the most.");
                    return Err(Error::conflict("too-many-topics", detail, "Use one that there is again."));
                }
                known_policy(tx, topic.policy).await?;
                store::insert_topic(tx, &topic).await.map_err(taken)?;
                tell_created(log, &topic);
                Ok(topic.id)
            })
            .await?;
        self.find_topic(id).await
    }

    /// Changes a topic.
    #[boxed]
    pub async fn update_topic(
        &self,
        request: &Request,
        id: TopicId,
        patch: TopicPatch,
    ) -> Result<TopicDetail> {
        let grant = self.authorise(request, Permission::VerificationWrite).await?;
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before = store::lock_topic(tx, id).await?.ok_or(Error::NotFound("topic"))?;
            let topic = checked(patched(before.clone(), patch))?;
            let changed = changes(&before, &topic);
            if changed.is_empty() {
                return Ok(());
            }
            if topic.policy != before.policy {
                known_policy(tx, topic.policy).await?;
            }
            let topic = Topic { updated_at: now.max(before.updated_at), ..topic };
            store::update_topic(tx, &topic).await.map_err(taken)?;
            let details = json!({ "key": topic.key, "fields": changed, "active": topic.is_active });
            log.audit("topic.update", id, details);
            log.live("topic.updated", id);
            Ok(())
        })
        .await?;
        self.find_topic(id).await
    }
}

/// Says that a topic was made.
fn tell_created(log: &mut Log, topic: &Topic) {
    let details = json!({ "key": topic.key, "confidential": topic.is_confidential, "policy": topic.policy });
    log.audit("topic.create", topic.id, details);
    log.live("topic.updated", topic.id);
}

/// Looked for in the transaction that names it. Deleting a policy locks it first and then looks for topics, so one of the
/// two sees the other.
async fn known_policy(tx: &mut Tx<'_>, policy: Option<VerificationPolicyId>) -> Result<()> {
    let Some(policy) = policy else { return Ok(()) };
    if policies::lock_policy(tx, policy).await?.is_some() {
        return Ok(());
    }
    Err(Error::invalid("/policy_id", "unknown-policy", "There is no such verification policy."))
}

fn patched(topic: Topic, patch: TopicPatch) -> Topic {
    Topic {
        name: patch.name.unwrap_or(topic.name),
        is_confidential: patch.is_confidential.unwrap_or(topic.is_confidential),
        minimum_level: patch.minimum_level.unwrap_or(topic.minimum_level),
        policy: patch.policy.unwrap_or(topic.policy),
        script: patch.script.unwrap_or(topic.script),
        next_action: patch.next_action.unwrap_or(topic.next_action),
        is_active: patch.is_active.unwrap_or(topic.is_active),
        ..topic
    }
}

fn changes(before: &Topic, after: &Topic) -> Vec<&'static str> {
    let fields = [
        ("name", before.name != after.name),
        ("is_confidential", before.is_confidential != after.is_confidential),
        ("minimum_level", before.minimum_level != after.minimum_level),
        ("policy_id", before.policy != after.policy),
        ("script", before.script != after.script),
        ("next_action", before.next_action != after.next_action),
        ("is_active", before.is_active != after.is_active),
    ];
    fields.into_iter().filter(|(_, is_changed)| *is_changed).map(|(field, _)| field).collect()
}

fn checked(topic: Topic) -> Result<Topic> {
    if !matches!(topic.minimum_level, Assurance::Al2 | Assurance::Al3) {
        let detail = "A topic asks for `al2` (questions) or `al3` (a code, a signed session).";
        return Err(Error::invalid("/minimum_level", "out-of-range", detail));
    }
    let next_action = topic
        .next_action
        .map(|next| -> Result<NextAction> {
            Ok(NextAction {
                label: line("/next_action/label", "A label", &next.label)?,
                url: next.url.map(|url| page(&url)).transpose()?,
            })
        })
        .transpose()?;
    let script = Script {
        opening: words("/script/opening", topic.script.opening)?,
        proceed: words("/script/proceed", topic.script.proceed)?,
        stop: words("/script/stop", topic.script.stop)?,
    };
    Ok(Topic { name: name("/name", &topic.name)?, script, next_action, ..topic })
}

fn key(key: &str) -> Result<String> {
    let is_key = key.len() <= KEY_CHARS_MAX
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_key {
        return Ok(key.to_owned());
    }
    let detail = format!(
        "A key is lower-case letters, digits and `_`, begins with a letter and has at most {KEY_CHARS_MAX} characters."
    );
    Err(Error::invalid("/key", "invalid-key", detail))
}

/// What is said: several lines, trimmed; nothing in it is the same as none.
fn words(pointer: &str, text: Option<String>) -> Result<Option<String>> {
    let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.chars().count() > SCRIPT_CHARS_MAX || text.chars().any(|c| c.is_control() && c != '\n') {
        let detail = format!("A text has at most {SCRIPT_CHARS_MAX} characters, and no control characters.");
        return Err(Error::invalid(pointer, "too-long", detail));
    }
    Ok(Some(text))
}

/// The address of a page: agents open it, so that it leads nowhere but to a page.
fn page(url: &str) -> Result<String> {
    let is_page = url.chars().count() <= URL_CHARS_MAX
        && url::Url::parse(url).is_ok_and(|url| {
            matches!(url.scheme(), "https" | "http") && url.host().is_some() && url.password().is_none()
        });
    if is_page {
        return Ok(url.to_owned());
    }
    let detail =
        format!("An address begins with `https://` or `http://` and has at most {URL_CHARS_MAX} characters.");
    Err(Error::invalid("/next_action/url", "invalid-url", detail))
}

fn detail(topic: Topic, versions: &[PolicyVersion]) -> TopicDetail {
    let problems = problems(&topic, versions);
    TopicDetail { topic, problems }
}

/// What keeps a topic from working. One that is switched off is asked for by nobody.
fn problems(topic: &Topic, versions: &[PolicyVersion]) -> Vec<Finding> {
    if !topic.is_active {
        return Vec::new();
    }
    let version = versions.iter().find(|version| topic.policy == Some(version.policy));
    if topic.is_confidential && topic.policy.is_some() && version.is_none() {
        return vec![Finding {
            severity: Severity::Problem,
            pointer: "/policy".to_owned(),
            code: "no-policy",
            detail: "The topic's policy was never published: nobody can be verified for it.".to_owned(),
            hint: "Publish the policy, or choose another.".to_owned(),
        }];
    }
    // A version that this server does not read is none: nothing may proceed by it.
    let policy = version.and_then(|version| serde_json::from_value::<Policy>(version.body.clone()).ok());
    lint_topic(&core_topic(topic), policy.as_ref())
}

/// A stored topic as the core that decides reads it.
pub(crate) fn core_topic(topic: &Topic) -> engagement::Topic {
    engagement::Topic {
        key: topic.key.clone(),
        is_confidential: topic.is_confidential,
        minimum_level: topic.minimum_level,
    }
}

fn taken(error: StoreError) -> Error {
    if is_unique(&error, store::UNIQUE_KEY) {
        return Error::conflict("already-exists", "There is a topic with this key.", "Choose another key.");
    }
    if is_unique(&error, store::UNIQUE_NAME) {
        return Error::conflict("name-taken", "There is a topic with this name.", "Choose another name.");
    }
    error.into()
}

#[cfg(test)]
mod tests {
    use countersign_types::Timestamp;
    use countersign_verification::default_policy;

    use super::*;

    fn topic() -> Topic {
        let at = Timestamp::from_micros(1);
        Topic {
            id: TopicId::from_bytes([1; 16]),
            key: "payee".to_owned(),
            name: "Payees".to_owned(),
            is_confidential: true,
            minimum_level: Assurance::Al2,
            policy: Some(VerificationPolicyId::from_bytes([2; 16])),
            script: Script::default(),
            next_action: None,
            is_active: true,
            created_at: at,
            updated_at: at,
        }
    }

    fn version(policy: VerificationPolicyId) -> PolicyVersion {
        PolicyVersion {
            policy,
            number: 1,
            body: serde_json::to_value(default_policy()).unwrap(),
            acknowledged: Vec::new(),
            at: Timestamp::from_micros(1),
            by_id: String::new(),
            by_name: String::new(),
        }
    }

    #[test]
    fn a_confidential_topic_without_a_published_policy_says_so_unless_it_is_off() {
        let codes = |topic: &Topic, versions: &[PolicyVersion]| {
            problems(topic, versions).iter().map(|finding| finding.code).collect::<Vec<_>>()
        };
        let policy = topic().policy.unwrap();
        assert_eq!(codes(&topic(), &[]), ["no-policy"], "not published");
        assert_eq!(codes(&Topic { policy: None, ..topic() }, &[version(policy)]), ["no-policy"]);
        assert!(codes(&topic(), &[version(policy)]).is_empty());
        assert!(codes(&Topic { is_active: false, ..topic() }, &[]).is_empty());
        assert!(codes(&Topic { is_confidential: false, ..topic() }, &[]).is_empty());
        let strict = Topic { minimum_level: Assurance::Al3, ..topic() };
        assert_eq!(codes(&strict, &[version(policy)]), ["never-for-others"]);
        let unread = PolicyVersion { body: json!({ "from": "a newer server" }), ..version(policy) };
        assert_eq!(codes(&topic(), &[unread]), ["no-policy"]);
    }

    #[test]
    fn an_address_leads_to_a_page() {
        for good in ["https://bank.example/accounts", "http://intranet:8080/x?y=1"] {
            assert_eq!(page(good).unwrap(), good);
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "/accounts",
            "https://",
            "https://a:b@bank.example",
            "",
        ] {
            assert!(page(bad).is_err(), "{bad}");
        }
    }
}
