//! Cases: listed, changed, ended; and asking for a code.

use async_recursion::async_recursion as boxed;
pub use countersign_store::case::{CaseRow, LastMessage, ProfileHead};
use countersign_store::{Tx, case as store};
use countersign_types::attribute::AttributeLevel;
use countersign_types::audit::Actor;
use countersign_types::case::{AssigneeFilter, Case, CaseFilter, CasePatch, CaseSort, CaseStatus, ChatState};
use countersign_types::event::EventKind;
use countersign_types::message::{Message, MessageKind};
use countersign_types::pii::{Pii, Viewer};
use countersign_types::user::UserState;
use countersign_types::{
    CaseId, Error, FieldError, Page, PageRequest, Permission, ProfileId, Result, Timestamp,
};

use crate::Service;
use crate::caller::Request;
use crate::message::Manner;
use crate::profile::check::{is_mask, masked_value};
use crate::rule::Changed;
use crate::web_chat::CHAT_UPDATED;
use crate::work::Log;

/// Most labels of a case.
const LABELS_MAX: usize = 20;
/// Longest label, characters.
const LABEL_CHARS_MAX: usize = 40;

/// How a chat ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ending {
    /// The status in which the case stays; as it is when nothing is said.
    pub status: Option<CaseStatus>,
    /// Why, where nobody ended it.
    pub reason: Option<&'static str>,
}

impl Service {
    /// Cases, narrowed and sorted.
    #[boxed]
    pub async fn list_cases(
        &self,
        request: &Request,
        filter: CaseFilter,
        sort: CaseSort,
        page: PageRequest,
    ) -> Result<Page<CaseRow>> {
        let grant = self.authorise(request, Permission::CaseRead).await?;
        let (vault, now, of) = (self.vault().clone(), self.now(), filter.profile);
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Page<CaseRow>> {
                Ok(store::list_cases(tx, &vault, &filter, sort, page, now).await?)
            })
            .await?;
        match of {
            Some(_) if found.items.is_empty() => {}
            Some(profile) => self.record_view(&request.caller, &grant, profile).await?,
            None => self.record_list(&request.caller, &grant, "case.list", page, found.items.len()).await?,
        }
        Ok(found)
    }

    /// A case. A look by whoever sees personal values is written to the audit log.
    #[boxed]
    pub async fn get_case(&self, request: &Request, id: CaseId) -> Result<CaseRow> {
        let grant = self.authorise(request, Permission::CaseRead).await?;
        let found = self.find_case(id).await?;
        self.record_view(&request.caller, &grant, found.profile.id).await?;
        Ok(found)
    }

    pub(crate) async fn find_case(&self, id: CaseId) -> Result<CaseRow> {
        let (vault, now) = (self.vault().clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<CaseRow> {
            store::find_case(tx, &vault, id, now).await?.ok_or(Error::NotFound("case"))
        })
        .await
    }

    /// Changes a case.
    #[boxed]
    pub async fn update_case(&self, request: &Request, id: CaseId, patch: CasePatch) -> Result<CaseRow> {
        let grant = self.authorise(request, Permission::CaseWrite).await?;
        let labels = patch.labels.as_deref().map(labels).transpose()?;
        let attributes = self.check_case_attributes(&patch.attributes, grant.viewer())?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            service.lock_for_change(tx, id, now).await?;
            let found =
                store::find_case(tx, service.vault(), id, now).await?.ok_or(Error::NotFound("case"))?;
            let (mut case, profile) = (found.case, found.profile.id);
            let before = case.clone();
            if let Some(assignee) = patch.assignee {
                if let Some(user) = assignee {
                    let known = countersign_store::user::find_user(tx, user).await?;
                    if known.is_none_or(|u| u.state != UserState::Active) {
                        let detail = "There is no such active person.";
                        return Err(Error::invalid("/assignee", "unknown-user", detail));
                    }
                }
                case.assignee = assignee;
            }
            if let Some(group) = patch.group {
                if group.is_some_and(|group| !service.snapshot().rules.schema.groups.contains(&group)) {
                    return Err(Error::invalid("/group", "unknown-group", "There is no such group."));
                }
                case.group = group;
            }
            case.status = patch.status.unwrap_or(case.status);
            case.priority = patch.priority.unwrap_or(case.priority);
            case.labels = labels.unwrap_or(case.labels);
            for (key, value) in attributes {
                match value {
                    serde_json::Value::Null => case.attributes.remove(&key),
                    value => case.attributes.insert(key, value),
                };
            }
            if before.status != CaseStatus::Closed && case.status == CaseStatus::Closed {
                service.require_to_close(tx, &case, profile).await?;
            }
            case.settle();
            if case == before {
                return Ok(());
            }
            case.updated_at = now;
            store::update_case(tx, service.vault(), &case).await?;
            service.count_status(tx, log, &before, &case, now).await?;
            if case.assignee != before.assignee {
                service.case_taken(tx, log, &actor, &case, now).await?;
            }
            let mut event = service.event(EventKind::CaseUpdated, &actor, now)?;
            event.account = Some(case.account);
            event.case = Some(id);
            event.details = serde_json::json!({
                "status": [before.status, case.status],
                "assignee": [before.assignee, case.assignee],
                "priority": [before.priority, case.priority],
            });
            log.event(event);
            log.live("case.updated", id);
            let changes = Changed::of_case(&service.snapshot(), &before, &case);
            service.run_rules_on_change(tx, log, id, changes, now).await
        })
        .await?;
        self.find_case(id).await
    }

    /// Locks a case, and before it its conversation where rules may follow: in the order in which messages lock.
    pub(crate) async fn lock_for_change(&self, tx: &mut Tx<'_>, id: CaseId, now: Timestamp) -> Result<()> {
        if self.has_rules_for_changes()
            && let Some(row) = store::find_case(tx, self.vault(), id, now).await?
        {
            self.lock_conversation(tx, row.account.id).await?;
        }
        store::lock_case(tx, id).await?;
        Ok(())
    }

    fn check_case_attributes(
        &self,
        attributes: &serde_json::Map<String, serde_json::Value>,
        viewer: Viewer,
    ) -> Result<Vec<(String, serde_json::Value)>> {
        let snapshot = self.snapshot();
        let mut checked = Vec::with_capacity(attributes.len());
        let mut errors = Vec::new();
        for (key, value) in attributes {
            match snapshot.attribute_by_key(AttributeLevel::Case, key) {
                None => errors.push(FieldError::new(
                    format!("/attributes/{key}"),
                    "unknown-attribute",
                    "There is no case attribute with this key.",
                )),
                Some(_) if value.is_null() => checked.push((key.clone(), serde_json::Value::Null)),
                Some(attribute)
                    if attribute.is_masked_for(&viewer) && value.as_str().is_some_and(is_mask) =>
                {
                    errors.push(masked_value(format!("/attributes/{key}")));
                }
                Some(attribute) => match crate::attribute::check_value(attribute, value) {
                    Ok(value) => checked.push((key.clone(), value)),
                    Err(detail) => {
                        errors.push(FieldError::new(format!("/attributes/{key}"), "invalid-value", detail));
                    }
                },
            }
        }
        if errors.is_empty() { Ok(checked) } else { Err(Error::Invalid(errors)) }
    }

    /// Ends the chat of a case, leaving the case in `status` (or as it is).
    #[boxed]
    pub async fn end_chat(
        &self,
        request: &Request,
        id: CaseId,
        status: Option<CaseStatus>,
    ) -> Result<CaseRow> {
        let grant = self.authorise(request, Permission::CaseWrite).await?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            service.lock_for_change(tx, id, now).await?;
            if status == Some(CaseStatus::Closed) {
                let row =
                    store::find_case(tx, service.vault(), id, now).await?.ok_or(Error::NotFound("case"))?;
                if row.case.status != CaseStatus::Closed {
                    service.require_to_close(tx, &row.case, row.profile.id).await?;
                }
            }
            service.end_chat_in(tx, log, &actor, id, Ending { status, reason: None }, now).await
        })
        .await?;
        self.find_case(id).await
    }

    /// Ends the chat of a case that is locked, and its conversation with it where rules may follow.
    pub(crate) async fn end_chat_in(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        id: CaseId,
        ending: Ending,
        now: Timestamp,
    ) -> Result<()> {
        let found = store::find_case(tx, self.vault(), id, now).await?;
        let mut case = found.ok_or(Error::NotFound("case"))?.case;
        let before = case.clone();
        case.chat = ChatState::Ended;
        case.status = ending.status.unwrap_or(case.status);
        case.settle();
        case.updated_at = now;
        store::update_case(tx, self.vault(), &case).await?;
        self.count_status(tx, log, &before, &case, now).await?;
        let mut event = self.event(EventKind::ChatEnded, actor, now)?;
        event.account = Some(case.account);
        event.case = Some(id);
        event.details = match ending.reason {
            Some(reason) => serde_json::json!({ "status": case.status, "reason": reason }),
            None => serde_json::json!({ "status": case.status }),
        };
        log.event(event);
        log.live("case.updated", id);
        log.live(CHAT_UPDATED, case.account);
        let changes = Changed::of_case(&self.snapshot(), &before, &case);
        self.run_rules_on_change(tx, log, id, changes, now).await
    }

    /// What people and programs close has its required attributes. Rules and timers do not come here: nobody is there
    /// who could answer them. Only presence is looked at, so nothing is told of what a caller may not see.
    async fn require_to_close(&self, tx: &mut Tx<'_>, case: &Case, profile: ProfileId) -> Result<()> {
        let snapshot = self.snapshot();
        let required: Vec<_> = snapshot.attributes.iter().filter(|a| a.is_required_to_close).collect();
        if required.is_empty() {
            return Ok(());
        }
        let of_profile = countersign_store::profile::list_attributes_set(tx, profile).await?;
        let wanting = required.into_iter().filter_map(|attribute| {
            let (at, has_value) = match attribute.level {
                AttributeLevel::Case => ("/attributes", case.attributes.contains_key(&attribute.key)),
                AttributeLevel::Profile => ("/profile/attributes", of_profile.contains(&attribute.id)),
            };
            let detail = || format!("`{}` is needed before this conversation is closed.", attribute.label);
            (!has_value)
                .then(|| FieldError::new(format!("{at}/{}", attribute.key), "required-to-close", detail()))
        });
        let wanting: Vec<FieldError> = wanting.collect();
        if wanting.is_empty() { Ok(()) } else { Err(Error::Wanting(wanting)) }
    }

    /// Marks a case as read by the team.
    #[boxed]
    pub async fn read_case(&self, request: &Request, id: CaseId) -> Result<()> {
        let grant = self.authorise(request, Permission::CaseRead).await?;
        let account = self.find_case(id).await?.account.id;
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if store::record_read(tx, id).await? {
                log.live("case.updated", id);
                log.live(CHAT_UPDATED, account);
            }
            Ok(())
        })
        .await
    }

    /// Asks the customer for a code, in their language where there is a text for it.
    #[boxed]
    pub async fn ask_for_code(
        &self,
        request: &Request,
        id: CaseId,
        language: Option<&str>,
    ) -> Result<Message> {
        let grant = self.authorise(request, Permission::CaseWrite).await?;
        let snapshot = self.snapshot();
        let language = language.unwrap_or(&snapshot.workspace.default_language);
        let text = code_request(language, &snapshot.workspace.name);
        let manner = Manner { is_code_request: true, ..Manner::default() };
        self.say(&grant, id, MessageKind::Reply, Pii::new(text), Vec::new(), manner).await
    }

    /// What `assignee` of a list means: an id, `me`, `none`.
    pub fn assignee_filter(&self, request: &Request, text: &str) -> Result<AssigneeFilter> {
        match (text, &request.caller) {
            ("none", _) => Ok(AssigneeFilter::Nobody),
            ("me", crate::Caller::User { user, .. }) => Ok(AssigneeFilter::User(user.id)),
            ("me", _) => {
                Err(Error::invalid("assignee", "invalid-value", "`me` is for people, not for API keys."))
            }
            (id, _) => id.parse().map(AssigneeFilter::User).map_err(|_| {
                Error::invalid("assignee", "invalid-value", "An assignee is a user's id, `me` or `none`.")
            }),
        }
    }
}

/// The standard request for a code.
fn code_request(language: &str, workspace: &str) -> String {
    let main = language.split(['-', '_']).next().unwrap_or(language);
    match main {
        "de" => format!(
            "Bitte bestätigen Sie, wer Sie sind: Melden Sie sich in Ihrem Konto bei {workspace} an, holen Sie sich dort \
             einen Identifikationscode und senden Sie ihn hier. Er gilt fünf Minuten."
        ),
        "es" => format!(
            "Confirme quién es: inicie sesión en su cuenta de {workspace}, obtenga allí un código de identificación y \
             envíelo aquí. Es válido durante cinco minutos."
        ),
        "fr" => format!(
            "Veuillez confirmer votre identité : connectez-vous à votre compte {workspace}, obtenez-y un code \
             d’identification et envoyez-le ici. Il est valable cinq minutes."
        ),
        "sv" => format!(
            "Bekräfta vem du är: logga in på ditt konto hos {workspace}, hämta en identifieringskod där och skicka den \
             hit. Den gäller i fem minuter."
        ),
        "pl" => format!(
            "Potwierdź swoją tożsamość: zaloguj się na swoje konto w {workspace}, pobierz tam kod identyfikacyjny i \
             wyślij go tutaj. Jest ważny przez pięć minut."
        ),
        "uk" => format!(
            "Підтвердьте, будь ласка, хто ви: увійдіть у свій обліковий запис {workspace}, отримайте там код \
             ідентифікації та надішліть його сюди. Він дійсний п’ять хвилин."
        ),
        "ar" => format!(
            "يرجى تأكيد هويتك: سجّل الدخول إلى حسابك لدى {workspace}، واحصل هناك على رمز التعريف ثم أرسله هنا. الرمز صالح لمدة خمس دقائق."
        ),
        _ => format!(
            "Please confirm who you are: sign in to your account at {workspace}, get an identification code there and \
             send it here. It is valid for five minutes."
        ),
    }
}

fn labels(given: &[String]) -> Result<Vec<String>> {
    let mut labels: Vec<String> =
        given.iter().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect();
    labels.sort();
    labels.dedup();
    let is_wrong = |l: &String| l.chars().count() > LABEL_CHARS_MAX || l.chars().any(char::is_control);
    if labels.len() > LABELS_MAX || labels.iter().any(is_wrong) {
        let detail = format!("At most {LABELS_MAX} labels of at most {LABEL_CHARS_MAX} characters.");
        return Err(Error::invalid("/labels", "invalid-labels", detail));
    }
    Ok(labels)
}
