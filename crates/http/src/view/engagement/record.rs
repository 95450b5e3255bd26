//! The record: who, when, by which policy, which questions, how they came out; never an answer (V-8).

use std::fmt::Write as _;

use countersign_service::engagement::{About, EngagementRecord, Outcome, PassedBy, Role, Verdict};
use countersign_service::snapshot::Snapshot;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    EngagementAttendeeView, EngagementOwnerView, EngagementPersonView, attendees, class_word, judge_word,
    label, party_person, role_word,
};

/// A question, as the record has it. What was said is kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedQuestionView {
    /// Its field.
    pub field: String,
    /// What people call it.
    pub label: String,
    /// Who judged: `server`, `agent` or `look_up`.
    #[schema(value_type = String, pattern = "^(server|agent|look_up)$")]
    pub judge: &'static str,
    /// Whether it was required.
    pub is_required: bool,
    /// `right`, `wrong`, `skipped`, `unavailable` or `open`; for supervisors.
    #[schema(value_type = Option<String>, pattern = "^(right|wrong|skipped|unavailable|open)$")]
    pub result: Option<&'static str>,
}

/// One of the two, as the record has them.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedPartyView {
    /// `representative` or `customer`.
    #[schema(value_type = String, pattern = "^(representative|customer)$")]
    pub role: &'static str,
    /// Who was selected.
    pub profile: Option<EngagementPersonView>,
    /// Whether they were verified.
    pub is_passed: bool,
    /// By what: `questions` or `strong_evidence`.
    #[schema(value_type = Option<String>, pattern = "^(questions|strong_evidence)$")]
    pub passed_by: Option<&'static str>,
    /// The level that gave.
    #[schema(value_type = Option<String>, pattern = "^al[0-3]$")]
    pub level: Option<&'static str>,
    /// When.
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// The questions.
    pub questions: Vec<RecordedQuestionView>,
}

/// A step, as the record has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedStepView {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What.
    pub step: String,
    /// Who: an id; nothing for the server itself.
    pub by: Option<String>,
    /// Their name at that time.
    pub by_name: String,
}

/// The record of an engagement.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementRecordView {
    /// The engagement.
    pub engagement_id: String,
    /// How people talked.
    pub channel: String,
    /// Who opened it.
    pub owner: EngagementOwnerView,
    /// When it was opened.
    #[schema(format = DateTime)]
    pub opened_at: String,
    /// Whether it is over, so that this changes no more.
    pub is_final: bool,
    /// The topic's name.
    pub topic: Option<String>,
    /// Its key.
    pub topic_key: Option<String>,
    /// The policy.
    pub policy_id: Option<String>,
    /// Its version.
    pub policy_version: Option<u32>,
    /// `self` or `someone_else`.
    #[schema(value_type = Option<String>, pattern = "^(self|someone_else)$")]
    pub about: Option<&'static str>,
    /// Who took part.
    pub attendees: Vec<EngagementAttendeeView>,
    /// Both parties, as far as they were there.
    pub parties: Vec<RecordedPartyView>,
    /// By which mandate.
    pub mandate_id: Option<String>,
    /// How strong evidence was found out, where it replaced questions.
    pub evidence: Option<String>,
    /// `proceed`, `stop` or `not_needed`.
    #[schema(value_type = Option<String>, pattern = "^(proceed|stop|not_needed)$")]
    pub result: Option<&'static str>,
    /// Why it stopped.
    #[schema(value_type = Option<String>, pattern = "^(not_verified|not_authorised|locked|expired|ended)$")]
    pub class: Option<&'static str>,
    /// How sure.
    #[schema(value_type = Option<String>, pattern = "^al[0-3]$")]
    pub level: Option<&'static str>,
    /// When it came out.
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// Until when it may be relied on.
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// How long it took, seconds.
    pub duration_secs: Option<i64>,
    /// What was done, in turn.
    pub steps: Vec<RecordedStepView>,
}

fn verdict_word(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Right) => "right",
        Some(Verdict::Wrong) => "wrong",
        Some(Verdict::Skipped) => "skipped",
        Some(Verdict::Unavailable) => "unavailable",
        None => "open",
    }
}

fn party(record: &EngagementRecord, role: Role, snapshot: &Snapshot) -> Option<RecordedPartyView> {
    let core = &record.detail.kept.core;
    let party = core.party(role);
    party.profile()?;
    let rules = record.detail.policy.as_ref().and_then(|policy| match role {
        Role::Customer => Some(&policy.customer),
        Role::Representative => policy.representative.as_ref(),
    });
    // While it goes on, how single questions came out is nobody's to know: not before the end (V-3).
    let shows_results = record.has_questions && core.outcome().is_some();
    let questions = party.asked().iter().filter_map(|asked| {
        let question = rules?.question(&asked.field)?;
        Some(RecordedQuestionView {
            field: asked.field.clone(),
            label: question.label.clone().unwrap_or_else(|| label(&asked.field, snapshot)),
            judge: judge_word(question),
            is_required: asked.is_required,
            result: shows_results.then(|| verdict_word(asked.verdict)),
        })
    });
    let pass = party.pass();
    Some(RecordedPartyView {
        role: role_word(role),
        profile: party_person(&record.detail, role),
        is_passed: pass.is_some(),
        passed_by: pass.map(|pass| match pass.by {
            PassedBy::Questions => "questions",
            PassedBy::StrongEvidence => "strong_evidence",
        }),
        level: pass.map(|pass| pass.level.as_str()),
        at: pass.map(|pass| pass.at.to_string()),
        questions: questions.collect(),
    })
}

impl EngagementRecordView {
    /// A record as its viewer may see it.
    pub fn of(record: &EngagementRecord, snapshot: &Snapshot) -> Self {
        let (engagement, core) = (&record.detail.engagement, &record.detail.kept.core);
        let (result, class, level, at, until) = match core.outcome().copied() {
            None => (None, None, None, None, None),
            Some(Outcome::NotNeeded { at }) => (Some("not_needed"), None, None, Some(at), None),
            Some(Outcome::Proceed { level, at, until }) => {
                (Some("proceed"), None, Some(level.as_str()), Some(at), Some(until))
            }
            Some(Outcome::Stop { class, at, .. }) => {
                (Some("stop"), Some(class_word(class)), None, Some(at), None)
            }
        };
        let steps = record.detail.kept.steps.iter().map(|step| RecordedStepView {
            at: step.at.to_string(),
            step: step.step.clone(),
            by: (!step.by.is_empty()).then(|| step.by.clone()),
            by_name: step.by_name.clone(),
        });
        let roles = [Role::Representative, Role::Customer];
        let evidence = record.detail.kept.evidence.as_ref();
        Self {
            engagement_id: engagement.id.to_string(),
            channel: engagement.channel.clone(),
            owner: EngagementOwnerView {
                id: engagement.owner.id.clone(),
                name: engagement.owner.name.clone(),
            },
            opened_at: core.opened_at().to_string(),
            is_final: core.outcome().is_some(),
            topic: record.detail.kept.topics.last().map(|told| told.name.clone()),
            topic_key: core.topic().map(|topic| topic.key.clone()),
            policy_id: core.policy().map(|used| used.id.clone()),
            policy_version: core.policy().map(|used| used.version),
            about: core.about().map(|about| match about {
                About::Oneself => "self",
                About::SomebodyElse => "someone_else",
            }),
            attendees: attendees(&record.detail),
            parties: roles.into_iter().filter_map(|role| party(record, role, snapshot)).collect(),
            mandate_id: core.mandate().map(str::to_owned),
            evidence: evidence.map(|(method, _)| method.clone()),
            result,
            class,
            level,
            at: at.map(|at| at.to_string()),
            until: until.map(|at| at.to_string()),
            duration_secs: at.map(|at| at.since(core.opened_at()).max(0) / 1_000_000),
            steps: steps.collect(),
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Both parties with their questions, and the steps.
fn parts(record: &EngagementRecordView) -> String {
    let mut parts = String::new();
    for party in &record.parties {
        let who = party.profile.as_ref();
        let reference = who.and_then(|who| who.reference.as_deref()).unwrap_or("erased");
        let name = who.and_then(|who| who.name.as_deref()).unwrap_or("");
        let passed = if party.is_passed { party.passed_by.unwrap_or("passed") } else { "not verified" };
        let _ = write!(
            parts,
            "<h2>{}: {} {}</h2><p>{} {}</p><table><tr><th>Question</th><th>Judged by</th><th>Required</th>\
             <th>Result</th></tr>",
            escaped(party.role),
            escaped(reference),
            escaped(name),
            escaped(passed),
            escaped(party.at.as_deref().unwrap_or("")),
        );
        for question in &party.questions {
            let _ = write!(
                parts,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                escaped(&question.label),
                escaped(question.judge),
                if question.is_required { "yes" } else { "no" },
                escaped(question.result.unwrap_or("for supervisors")),
            );
        }
        parts.push_str("</table>");
    }
    parts.push_str("<h2>Steps</h2><table><tr><th>At</th><th>Step</th><th>By</th></tr>");
    for step in &record.steps {
        let _ = write!(
            parts,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&step.at),
            escaped(&step.step),
            escaped(&step.by_name)
        );
    }
    parts.push_str("</table>");
    parts
}

/// The record as a page that can be printed: the same content, no script, nothing loaded.
pub fn page(record: &EngagementRecordView) -> String {
    let mut rows = String::new();
    let mut row = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            let _ = write!(rows, "<tr><th>{name}</th><td>{}</td></tr>", escaped(value));
        }
    };
    let policy = record.policy_id.as_ref().zip(record.policy_version);
    let policy = policy.map(|(id, version)| format!("{id}, version {version}"));
    let took = record.duration_secs.map(|secs| format!("{secs} s"));
    row("Engagement", Some(&record.engagement_id));
    row("Channel", Some(&record.channel));
    row("Opened by", Some(&record.owner.name));
    row("Opened at", Some(&record.opened_at));
    row("Topic", record.topic.as_deref());
    row("About", record.about);
    row("Policy", policy.as_deref());
    row("Mandate", record.mandate_id.as_deref());
    row("Evidence", record.evidence.as_deref());
    row("Result", Some(record.result.unwrap_or("under way")));
    row("Reason", record.class);
    row("Level", record.level);
    row("At", record.at.as_deref());
    row("May be relied on until", record.until.as_deref());
    row("Took", took.as_deref());
    let parts = parts(record);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Record of {id}</title><style>\
         body{{font:14px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#111;\
         background:#fff}}table{{border-collapse:collapse;width:100%}}th,td{{text-align:start;padding:.25rem .5rem;\
         border-bottom:1px solid #ccc;vertical-align:top}}h2{{font-size:1.1rem;margin-top:2rem}}</style></head><body>\
         <h1>Record of a verification</h1><table>{rows}</table>{parts}<p>Answers are kept nowhere.</p></body></html>",
        id = escaped(&record.engagement_id),
    )
}
