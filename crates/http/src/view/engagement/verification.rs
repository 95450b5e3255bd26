//! How far a verification is: what comes next, what is asked, how it came out.

use countersign_masking::render;
use countersign_service::engagement::{
    About, Answer, EngagementDetail, MandateOffer, Outcome, PolicyParty, Role, Search, SearchKind, Stage, Way,
};
use countersign_service::snapshot::Snapshot;
use countersign_types::mandate::MandateScope;
use countersign_types::pii::Viewer;
use countersign_types::time::HOUR;
use countersign_types::topic::Topic;
use serde::Serialize;
use utoipa::ToSchema;

use super::{EngagementPersonView, class_word, judge_word, label, party_person, person, role_word};

/// What the agent says, and where they go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementScriptView {
    /// To begin with.
    pub opening: Option<String>,
    /// When it may go on.
    pub proceed: Option<String>,
    /// When it may not.
    pub stop: Option<String>,
}

/// What comes after *proceed*.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementNextView {
    /// What it is called.
    pub label: String,
    /// The page where it is done.
    pub url: Option<String>,
}

/// The topic under way.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementTopicNowView {
    /// Its id.
    pub id: String,
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Whether anything confidential is touched.
    pub is_confidential: bool,
    /// The least level that it may proceed with.
    #[schema(value_type = String, pattern = "^al[0-3]$")]
    pub minimum_level: &'static str,
    /// What is said.
    pub script: EngagementScriptView,
    /// What comes after *proceed*.
    pub next_action: Option<EngagementNextView>,
}

/// A field of a search.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementSearchFieldView {
    /// Its key.
    pub field: String,
    /// What people call it.
    pub label: String,
}

/// A way to search.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementSearchView {
    /// `text` or `object`.
    #[schema(value_type = String, pattern = "^(text|object)$")]
    pub kind: &'static str,
    /// Which object.
    pub object: Option<String>,
    /// What people call it.
    pub label: Option<String>,
    /// What is searched.
    pub fields: Vec<EngagementSearchFieldView>,
}

/// How many of how many.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementCountView {
    /// Answered, rightly or not.
    pub answered: usize,
    /// Asked.
    pub of: usize,
}

/// One of the two who may be verified.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementPartyView {
    /// Who was selected.
    pub profile: Option<EngagementPersonView>,
    /// Whether they were verified.
    pub is_passed: bool,
    /// The level that gave.
    #[schema(value_type = Option<String>, pattern = "^al[0-3]$")]
    pub level: Option<&'static str>,
    /// Until when it may be relied on.
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// Required questions.
    pub required: EngagementCountView,
    /// Additional ones.
    pub additional: EngagementCountView,
    /// Fields without an answer on file; only strong evidence helps then.
    pub missing: Vec<String>,
}

/// Both.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementPartiesView {
    /// Who speaks for somebody else.
    pub representative: EngagementPartyView,
    /// Whom it is about.
    pub customer: EngagementPartyView,
}

/// A mandate that may be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementMandateView {
    /// Its id.
    pub id: String,
    /// `power_of_attorney`, `guardian`, `company_officer`, `executor` or `other`.
    #[schema(value_type = String, pattern = "^(power_of_attorney|guardian|company_officer|executor|other)$")]
    pub kind: &'static str,
    /// For whom.
    pub represented: EngagementPersonView,
    /// The keys of its topics; nothing: all.
    pub topics: Option<Vec<String>>,
    /// From when on.
    #[schema(format = DateTime)]
    pub valid_from: String,
    /// Until when.
    #[schema(format = DateTime)]
    pub valid_until: Option<String>,
    /// Why it does not cover the topic: `ended`, `revoked`, `not_yet`, `other_topic`, `given_on` …
    pub gap: Option<&'static str>,
    /// Whether it was chosen.
    pub is_chosen: bool,
}

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementQuestionView {
    /// Its field.
    pub field: String,
    /// What people call it.
    pub label: String,
    /// What kind of answer it has.
    #[schema(value_type = String, pattern = "^(name|date|phone|email|postcode|amount|last_four|text|choice)$")]
    pub answer: &'static str,
    /// Who judges: `server`, `agent` or `look_up`.
    #[schema(value_type = String, pattern = "^(server|agent|look_up)$")]
    pub judge: &'static str,
    /// Whether it is required.
    pub is_required: bool,
    /// Whether it was answered, rightly or not.
    pub is_answered: bool,
}

/// Evidence that the conversation holds already.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementHeldView {
    /// How it was found out.
    pub method: &'static str,
    /// The level it gives.
    #[schema(value_type = String, pattern = "^al[0-3]$")]
    pub level: &'static str,
    /// Until when.
    #[schema(format = DateTime)]
    pub until: Option<String>,
}

/// A way on which a code reaches whoever was selected.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementWayView {
    /// `text_message`.
    #[schema(value_type = String, pattern = "^text_message$")]
    pub by: &'static str,
    /// The number on file, masked for everybody; nothing where the policy asks about it.
    pub to: Option<String>,
}

/// The code that was sent last.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementSentCodeView {
    /// `text_message`.
    #[schema(value_type = String, pattern = "^text_message$")]
    pub by: &'static str,
    /// `queued`, `sent` or `failed`.
    #[schema(value_type = String, pattern = "^(queued|sent|failed)$")]
    pub state: &'static str,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Until when it is good.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// How many wrong ones are still borne; at none it is good no more.
    pub tries_left: u8,
}

/// Strong evidence.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementEvidenceView {
    /// Whether it replaces the questions of whoever is speaking.
    pub may_replace: bool,
    /// What the conversation holds.
    pub held: Option<EngagementHeldView>,
    /// Whether a code can be asked for.
    pub can_send_code: bool,
    /// Whether one that is read out can be redeemed: there is a call.
    pub can_redeem_code: bool,
    /// The ways on which a code can be sent that is read back.
    pub ways: Vec<EngagementWayView>,
    /// The code that was sent that way, while it is not read back.
    pub sent: Option<EngagementSentCodeView>,
}

/// How it came out.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementOutcomeView {
    /// `proceed`, `stop` or `not_needed`.
    #[schema(value_type = String, pattern = "^(proceed|stop|not_needed)$")]
    pub result: &'static str,
    /// Why it stopped.
    #[schema(value_type = Option<String>, pattern = "^(not_verified|not_authorised|locked|expired|ended)$")]
    pub class: Option<&'static str>,
    /// In whose verification.
    #[schema(value_type = Option<String>, pattern = "^(representative|customer)$")]
    pub role: Option<&'static str>,
    /// How sure.
    #[schema(value_type = String, pattern = "^al[0-3]$")]
    pub level: &'static str,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Until when it may be relied on.
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// What to say, where the topic has words for it.
    pub words: Option<String>,
    /// What comes next.
    pub next_action: Option<EngagementNextView>,
    /// Whose record opens.
    pub profile_id: Option<String>,
}

/// The verification.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementVerificationView {
    /// Counts the steps; each step names the one that was seen.
    pub revision: u32,
    /// What comes next.
    #[schema(value_type = String, pattern = "^(topic|about|search|questions|evidence|mandate|done)$")]
    pub stage: Stage,
    /// The topic.
    pub topic: Option<EngagementTopicNowView>,
    /// `self` or `someone_else`.
    #[schema(value_type = Option<String>, pattern = "^(self|someone_else)$")]
    pub about: Option<&'static str>,
    /// Whose verification comes now.
    #[schema(value_type = String, pattern = "^(representative|customer)$")]
    pub role: &'static str,
    /// The ways to search for them.
    pub searches: Vec<EngagementSearchView>,
    /// Both.
    pub parties: EngagementPartiesView,
    /// Mandates of a representative who was verified.
    pub mandates: Vec<EngagementMandateView>,
    /// What is asked now.
    pub questions: Vec<EngagementQuestionView>,
    /// Strong evidence.
    pub evidence: EngagementEvidenceView,
    /// When it expires if nothing is done.
    #[schema(format = DateTime)]
    pub idle_until: Option<String>,
    /// When it expires in any case.
    #[schema(format = DateTime)]
    pub ends_at: Option<String>,
    /// How it came out.
    pub outcome: Option<EngagementOutcomeView>,
}

const fn answer_word(answer: Answer) -> &'static str {
    match answer {
        Answer::Name => "name",
        Answer::Date => "date",
        Answer::Phone => "phone",
        Answer::Email => "email",
        Answer::Postcode => "postcode",
        Answer::Amount => "amount",
        Answer::LastFour => "last_four",
        Answer::Text => "text",
        Answer::Choice => "choice",
    }
}

pub(super) fn verification(detail: &EngagementDetail, snapshot: &Snapshot) -> EngagementVerificationView {
    let core = &detail.kept.core;
    let (progress, role) = (core.progress(), core.role());
    let rules = detail.policy.as_ref().and_then(|policy| match role {
        Role::Customer => Some(&policy.customer),
        Role::Representative => policy.representative.as_ref(),
    });
    let is_over = core.outcome().is_some();
    let asked = if is_over { &[][..] } else { core.party(role).asked() };
    let questions = asked.iter().filter_map(|asked| {
        let question = rules?.question(&asked.field)?;
        Some(EngagementQuestionView {
            field: asked.field.clone(),
            label: question.label.clone().unwrap_or_else(|| label(&asked.field, snapshot)),
            answer: answer_word(question.answer),
            judge: judge_word(question),
            is_required: asked.is_required,
            is_answered: asked.verdict.is_some(),
        })
    });
    let whole = core.opened_at().plus(4 * HOUR);
    EngagementVerificationView {
        revision: core.revision(),
        stage: progress.stage,
        topic: detail.topic.as_ref().map(topic_now),
        about: core.about().map(|about| match about {
            About::Oneself => "self",
            About::SomebodyElse => "someone_else",
        }),
        role: role_word(role),
        searches: rules.filter(|_| !is_over).map(|rules| searches(rules, snapshot)).unwrap_or_default(),
        parties: EngagementPartiesView {
            representative: party(detail, Role::Representative),
            customer: party(detail, Role::Customer),
        },
        mandates: detail.mandates.iter().map(|offer| mandate(detail, offer)).collect(),
        questions: questions.collect(),
        evidence: EngagementEvidenceView {
            may_replace: detail.may_replace,
            held: detail.held.as_ref().map(|held| EngagementHeldView {
                method: held.method.as_str(),
                level: held.level.as_str(),
                until: held.until.map(|at| at.to_string()),
            }),
            can_send_code: detail.can_send_code,
            can_redeem_code: detail.engagement.call.is_some(),
            ways: detail.ways.iter().map(|of| way(of, rules)).collect(),
            sent: sent(detail),
        },
        idle_until: detail.engagement.idle_at.map(|at| at.to_string()),
        ends_at: (!is_over && !detail.engagement.is_waiting()).then(|| whole.to_string()),
        outcome: core.outcome().map(|outcome| outcome_view(detail, *outcome)),
    }
}

/// An address is shown to nobody whole, and not at all where somebody may be asked for it.
fn way(of: &Way, rules: Option<&PolicyParty>) -> EngagementWayView {
    let is_asked = rules.is_none_or(|rules| rules.question(of.by.field()).is_some());
    let masked = render(&of.to, &Viewer::nobody()).text;
    EngagementWayView { by: of.by.as_str(), to: (!is_asked).then_some(masked) }
}

fn sent(detail: &EngagementDetail) -> Option<EngagementSentCodeView> {
    let core = &detail.kept.core;
    let selected = core.party(core.role()).profile();
    let sent =
        detail.kept.sent.as_ref().filter(|sent| detail.may_replace && Some(sent.profile) == selected)?;
    Some(EngagementSentCodeView {
        by: sent.by.as_str(),
        state: sent.state.as_str(),
        at: sent.at.to_string(),
        expires_at: sent.expires_at.to_string(),
        tries_left: sent.tries_left(),
    })
}

fn searches(rules: &PolicyParty, snapshot: &Snapshot) -> Vec<EngagementSearchView> {
    let field =
        |field: &String| EngagementSearchFieldView { field: field.clone(), label: label(field, snapshot) };
    let view = |search: &Search| EngagementSearchView {
        kind: match search.kind {
            SearchKind::Text => "text",
            SearchKind::Object => "object",
        },
        object: search.object.clone(),
        label: search.label.clone(),
        fields: search.fields.iter().map(field).collect(),
    };
    rules.searches.iter().map(view).collect()
}

fn topic_now(topic: &Topic) -> EngagementTopicNowView {
    let script = &topic.script;
    EngagementTopicNowView {
        id: topic.id.to_string(),
        key: topic.key.clone(),
        name: topic.name.clone(),
        is_confidential: topic.is_confidential,
        minimum_level: topic.minimum_level.as_str(),
        script: EngagementScriptView {
            opening: script.opening.clone(),
            proceed: script.proceed.clone(),
            stop: script.stop.clone(),
        },
        next_action: next(topic),
    }
}

fn next(topic: &Topic) -> Option<EngagementNextView> {
    let next = topic.next_action.as_ref()?;
    Some(EngagementNextView { label: next.label.clone(), url: next.url.clone() })
}

fn party(detail: &EngagementDetail, role: Role) -> EngagementPartyView {
    let party = detail.kept.core.party(role);
    let count = |is_required: bool| {
        let asked = party.asked().iter().filter(|asked| asked.is_required == is_required);
        asked.fold(EngagementCountView { answered: 0, of: 0 }, |count, asked| EngagementCountView {
            answered: count.answered + usize::from(asked.verdict.is_some()),
            of: count.of + 1,
        })
    };
    EngagementPartyView {
        profile: party_person(detail, role),
        is_passed: party.pass().is_some(),
        level: party.pass().map(|pass| pass.level.as_str()),
        until: party.pass().map(|pass| pass.until.to_string()),
        required: count(true),
        additional: count(false),
        missing: party.missing().to_vec(),
    }
}

fn mandate(detail: &EngagementDetail, offer: &MandateOffer) -> EngagementMandateView {
    let mandate = &offer.mandate;
    EngagementMandateView {
        id: mandate.id.to_string(),
        kind: mandate.kind.as_str(),
        represented: person(&detail.people, mandate.represented, &Viewer::nobody()),
        topics: match &mandate.scope {
            MandateScope::All => None,
            MandateScope::Topics(topics) => Some(topics.iter().cloned().collect()),
        },
        valid_from: mandate.valid_from.to_string(),
        valid_until: mandate.valid_until.map(|at| at.to_string()),
        gap: offer.gap,
        is_chosen: detail.kept.core.mandate() == Some(mandate.id.to_string().as_str()),
    }
}

fn outcome_view(detail: &EngagementDetail, outcome: Outcome) -> EngagementOutcomeView {
    let topic = detail.topic.as_ref();
    let script = topic.map(|topic| &topic.script);
    let mut view = EngagementOutcomeView {
        result: "not_needed",
        class: None,
        role: None,
        level: "al0",
        at: String::new(),
        until: None,
        words: None,
        next_action: None,
        profile_id: None,
    };
    match outcome {
        Outcome::NotNeeded { at } => {
            view.at = at.to_string();
            view.words = script.and_then(|script| script.proceed.clone());
            view.next_action = topic.and_then(next);
        }
        Outcome::Proceed { level, at, until } => {
            (view.result, view.level) = ("proceed", level.as_str());
            (view.at, view.until) = (at.to_string(), Some(until.to_string()));
            view.words = script.and_then(|script| script.proceed.clone());
            view.next_action = topic.and_then(next);
            view.profile_id = detail.kept.core.party(Role::Customer).profile().map(|id| id.to_string());
        }
        Outcome::Stop { class, role, at } => {
            (view.result, view.class) = ("stop", Some(class_word(class)));
            (view.role, view.at) = (role.map(role_word), at.to_string());
            view.words = script.and_then(|script| script.stop.clone());
        }
    }
    view
}
