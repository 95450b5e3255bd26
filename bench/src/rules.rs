//! Rules: the seed's ten in five languages, on what customers write, beside other rule engines and predicates by hand.
//!
//! All answer the same questions about the same contexts, and every answer is compared with the slow oracle's before
//! anything is timed. The others get the text folded, ours folds it. Parsing and compiling are nowhere in the figures,
//! nor is making the context.

use std::cell::OnceCell;
use std::hint::black_box;
use std::process::Command;

use countersign_rules::fold::fold;
use countersign_rules::schema::Schema;
use countersign_rules::snapshot::{Attribute, Chain, Value};
use countersign_rules::testing::{Rng, Scene, attribute, oracle};
use countersign_rules::{Condition, Happened, Occasion, Op, Rule, RuleSet, Snapshot, parse};
use countersign_types::UserId;
use countersign_types::attribute::{AttributeLevel, AttributeType};
use countersign_types::code::{Invalid, Outcome};
use countersign_types::evidence::Method;
use serde_json::{Value as Json, json};
use zen_expression::Variable;
use zen_expression::scope::Scope;
use zen_expression::vm::VM;

use crate::Plan;
use crate::clock::rate;
use crate::peer::{ask, script, version};
use crate::report::{Line, Report};

const CONTEXTS: usize = 2_000;
/// What the engines in JavaScript get: they are slow.
const CONTEXTS_OF_PEERS: usize = 200;
const PEERS: [(&str, &str); 2] = [("json-rules-engine", "7.3.1"), ("@gorules/zen-engine", "0.54.0")];

struct Speech {
    language: &'static str,
    no_account: [&'static str; 4],
    start: [&'static str; 3],
    said: [&'static str; 4],
}

const SPEECH: [Speech; 5] = [
    Speech {
        language: "en",
        no_account: ["no account", "don't have an account", "not registered", "not a customer"],
        start: ["5", "start", "five"],
        said: [
            "Hello, my last invoice is higher than it should be, could you please have a look at it?",
            "Sorry, but I don't have an account with you yet. How much is the large tariff?",
            "start",
            "What is this code that you want, where do I find it and why do you need it at all?",
        ],
    },
    Speech {
        language: "de",
        no_account: ["kein konto", "keinen account", "nicht registriert", "kein kunde"],
        start: ["5", "start", "los"],
        said: [
            "Guten Tag, meine letzte Rechnung ist zu hoch, können Sie sich das bitte einmal ansehen?",
            "Ich bin noch nicht registriert. Was kostet denn der große Tarif im Monat?",
            "5",
            "Was für ein Code? Ich finde den nirgends, wo soll der denn stehen?",
        ],
    },
    Speech {
        language: "es",
        no_account: ["sin cuenta", "no tengo cuenta", "no soy cliente", "no estoy registrado"],
        start: ["5", "start", "empezar"],
        said: [
            "Buenos días, mi última factura es más alta de lo normal, ¿podrían revisarla, por favor?",
            "Todavía no tengo cuenta con ustedes, ¿cuánto cuesta la tarifa grande?",
            "Empezar",
            "¿Qué código? No lo encuentro en ninguna parte de la aplicación.",
        ],
    },
    Speech {
        language: "fr",
        no_account: ["pas de compte", "aucun compte", "pas client", "pas inscrit"],
        start: ["5", "start", "commencer"],
        said: [
            "Bonjour, ma dernière facture est plus élevée que prévu, pouvez-vous regarder ?",
            "Je n'ai pas de compte chez vous pour le moment. Combien coûte la grande formule ?",
            "commencer",
            "Quel code ? Je ne le trouve nulle part dans mon espace client.",
        ],
    },
    Speech {
        language: "pl",
        no_account: ["brak konta", "nie mam konta", "nie jestem klientem", "bez konta"],
        start: ["5", "start", "zacznij"],
        said: [
            "Dzień dobry, ostatnia faktura jest wyższa niż zwykle, czy mogą Państwo to sprawdzić?",
            "Nie mam konta, ile kosztuje większa taryfa i jak długo trwa umowa?",
            "zacznij",
            "Jaki kod? Nigdzie go nie widzę, proszę o pomoc w jego znalezieniu.",
        ],
    },
];

/// Rules of each language.
const KINDS: usize = 10;

fn bodies(speech: &Speech) -> [(&'static str, Json); KINDS] {
    let is = |field: &str, value: Json| json!({"field": field, "op": "is", "value": value});
    let known = |is_so: bool| is("profile.is_identified", json!(is_so));
    let tariff = |value: &str| is("profile.attributes.tariff", json!(value));
    let blank = || json!({"field": "profile.attributes.tariff", "op": "is_empty"});
    let outcome = |word: &str| is("identification_code.outcome", json!(word));
    let text = |op: &str, words: &[&str]| json!({"field": "message.text", "op": op, "value": words});
    let free = || json!({"field": "case.assignee", "op": "is_empty"});
    let (new, updated) = ("new_case", "updated_case");
    let (no_account, start) = (&speech.no_account[..], &speech.start[..]);
    [
        (new, json!([known(false), blank()])),
        (new, json!([known(true), tariff("standard")])),
        (new, json!([known(true), tariff("vip")])),
        (new, json!([tariff("no_account")])),
        (updated, json!([known(false), outcome("invalid")])),
        (updated, json!([known(true), outcome("valid"), tariff("standard")])),
        (updated, json!([known(true), outcome("valid"), tariff("vip")])),
        (updated, json!([known(false), blank(), outcome("not_sent"), text("contains", no_account)])),
        (updated, json!([tariff("no_account"), outcome("not_sent"), text("equals", start)])),
        (
            updated,
            json!([known(false), blank(), outcome("not_sent"), free(), text("not_contains", no_account)]),
        ),
    ]
}

fn rules() -> Vec<Rule> {
    let mut rules = Vec::new();
    for speech in &SPEECH {
        for (trigger, more) in bodies(speech) {
            let mut conditions =
                vec![json!({"field": "profile.language", "op": "is", "value": speech.language})];
            if trigger == "updated_case" {
                conditions.push(json!({"field": "message.author", "op": "is", "value": "customer"}));
            }
            conditions.extend(more.as_array().expect("a list").iter().cloned());
            let body = json!({"name": "x", "trigger": trigger, "actions": [{"kind": "set_status", "status": "open"}],
                "match": [{"mode": "all", "conditions": conditions}]});
            let body = parse(&body.to_string()).expect("a rule");
            rules.push(Rule { id: [rules.len() as u8 + 1; 16].into(), body });
        }
    }
    rules
}

fn schema() -> Schema {
    let options = ["standard", "vip", "no_account"];
    let tariff = attribute(AttributeLevel::Profile, "tariff", AttributeType::Dropdown, &options);
    Schema { attributes: vec![tariff], ..Schema::default() }
}

/// A context as all engines get it.
struct Context {
    is_new: bool,
    is_by_customer: bool,
    language: &'static str,
    is_identified: bool,
    tariff: &'static str,
    outcome: Outcome,
    assignee: Option<UserId>,
    text: &'static str,
    folded: String,
}

fn contexts() -> Vec<Context> {
    let mut rng = Rng(11);
    let outcomes = [Outcome::NotSent, Outcome::NotSent, Outcome::Invalid(Invalid::Expired), Outcome::Valid];
    let mut make = || {
        let speech = rng.pick(&SPEECH);
        let text = *rng.pick(&speech.said);
        let tariff = *rng.pick(&["", "", "standard", "vip", "no_account"]);
        Context {
            is_new: rng.one_in(3),
            is_by_customer: true,
            language: speech.language,
            is_identified: rng.one_in(3),
            tariff,
            outcome: *rng.pick(&outcomes),
            assignee: rng.one_in(4).then(|| UserId::from_bytes([1; 16])),
            text,
            folded: fold(text),
        }
    };
    (0..CONTEXTS).map(|_| make()).collect()
}

/// The same as a snapshot's parts.
fn scene(context: &Context) -> Scene {
    let mut scene = if context.is_new { Scene::new_case(context.text) } else { Scene::message(context.text) };
    scene = scene.outcome(context.outcome);
    scene.language = Some(context.language.to_owned());
    scene.assignee = context.assignee;
    if context.is_identified {
        scene = scene.identified();
        scene.method = Some(Method::ApiCode);
    }
    scene
}

/// All snapshots at once, borrowed from what outlives them.
fn with_snapshots<T>(contexts: &[Context], then: impl FnOnce(&[(Snapshot<'_>, Happened)]) -> T) -> T {
    let scenes: Vec<Scene> = contexts.iter().map(scene).collect();
    let value = |context: &Context| [Attribute { key: "tariff", value: Value::text(context.tariff) }];
    let attributes: Vec<[Attribute<'_>; 1]> = contexts.iter().map(value).collect();
    let parts = scenes.iter().zip(&attributes).zip(contexts);
    let snapshots = parts.map(|((scene, attributes), context)| {
        let happened = if context.is_new { Happened::NewCase } else { Happened::Message };
        (scene.borrow(&[], attributes), happened)
    });
    then(&snapshots.collect::<Vec<_>>())
}

/// The predicates as somebody would write them by hand, in the order of [`bodies`].
fn by_hand(context: &Context, text: &OnceCell<String>, speech: &Speech, kind: usize) -> bool {
    let has = |words: &[&str]| {
        let text = text.get_or_init(|| context.text.to_lowercase());
        words.iter().any(|word| text.contains(word))
    };
    let is = |words: &[&str]| {
        let text = text.get_or_init(|| context.text.to_lowercase());
        words.iter().any(|word| text.trim() == *word)
    };
    let c = context;
    let is_ours = c.language == speech.language;
    let is_new = is_ours && c.is_new;
    let is_updated = is_ours && !c.is_new && c.is_by_customer;
    let is_not_sent = matches!(c.outcome, Outcome::NotSent);
    match kind {
        0 => is_new && !c.is_identified && c.tariff.is_empty(),
        1 => is_new && c.is_identified && c.tariff == "standard",
        2 => is_new && c.is_identified && c.tariff == "vip",
        3 => is_new && c.tariff == "no_account",
        4 => is_updated && !c.is_identified && matches!(c.outcome, Outcome::Invalid(_)),
        5 => is_updated && c.is_identified && matches!(c.outcome, Outcome::Valid) && c.tariff == "standard",
        6 => is_updated && c.is_identified && matches!(c.outcome, Outcome::Valid) && c.tariff == "vip",
        7 => is_updated && !c.is_identified && c.tariff.is_empty() && is_not_sent && has(&speech.no_account),
        8 => is_updated && c.tariff == "no_account" && is_not_sent && is(&speech.start),
        _ => {
            is_updated
                && !c.is_identified
                && c.tariff.is_empty()
                && is_not_sent
                && c.assignee.is_none()
                && !has(&speech.no_account)
        }
    }
}

fn all_by_hand(context: &Context, fired: &mut Vec<usize>) {
    let text = OnceCell::new();
    fired.clear();
    for (at, speech) in SPEECH.iter().enumerate() {
        fired.extend(
            (0..KINDS).filter(|kind| by_hand(context, &text, speech, *kind)).map(|kind| at * KINDS + kind),
        );
    }
}

/// The facts of the engines that take JSON: flat, the text folded.
fn facts(context: &Context) -> Json {
    json!({
        "trigger": if context.is_new { "new_case" } else { "updated_case" },
        "language": context.language, "author": "customer", "is_identified": context.is_identified,
        "tariff": context.tariff, "outcome": context.outcome.as_str(),
        "assignee": context.assignee.map_or_else(String::new, |id| id.to_string()), "text": context.folded,
    })
}

fn fact(condition: &Condition) -> &str {
    condition.field.rsplit('.').next().expect("a name")
}

/// A rule as an expression of ZEN.
fn expression(rule: &Rule) -> String {
    let words = |value: &Json| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|w| format!("{w}")).collect()
    };
    let said = |condition: &Condition| {
        let (name, value) = (fact(condition), &condition.value);
        let contains =
            || words(value).iter().map(|w| format!("contains({name}, {w})")).collect::<Vec<_>>().join(" or ");
        match condition.op {
            Op::IsEmpty => format!("{name} == \"\""),
            Op::Contains => format!("({})", contains()),
            Op::NotContains => format!("not ({})", contains()),
            Op::Equals => format!("{name} in [{}]", words(value).join(", ")),
            _ => format!("{name} == {value}"),
        }
    };
    let trigger = format!("trigger == {}", json!(rule.body.trigger));
    let conditions = rule.body.blocks[0].conditions.iter().map(said);
    std::iter::once(trigger).chain(conditions).collect::<Vec<_>>().join(" and ")
}

/// A rule as json-rules-engine takes it.
fn as_json_rule(rule: &Rule) -> Json {
    let said = |condition: &Condition| {
        let (operator, value) = match condition.op {
            Op::IsEmpty => ("equal", json!("")),
            Op::Contains => ("containsAny", condition.value.clone()),
            Op::NotContains => ("containsNone", condition.value.clone()),
            Op::Equals => ("in", condition.value.clone()),
            _ => ("equal", condition.value.clone()),
        };
        json!({"fact": fact(condition), "operator": operator, "value": value})
    };
    let trigger = json!({"fact": "trigger", "operator": "equal", "value": rule.body.trigger});
    let all: Vec<Json> =
        std::iter::once(trigger).chain(rule.body.blocks[0].conditions.iter().map(said)).collect();
    json!({"all": all})
}

const JSON_RULES_ENGINE: &str = r#"
const { Engine } = require('json-rules-engine');
const { rules, contexts, answers } = require('./rules.json');
const engine = new Engine();
engine.addOperator('containsAny', (text, words) => words.some((w) => text.includes(w)));
engine.addOperator('containsNone', (text, words) => !words.some((w) => text.includes(w)));
rules.forEach((conditions, n) => engine.addRule({ conditions, event: { type: 'fired', params: { n } } }));
(async () => {
  const ask = async (facts) => (await engine.run(facts)).events.map((e) => e.params.n).sort((a, b) => a - b);
  for (let i = 0; i < contexts.length; i++) {
    if (String(await ask(contexts[i])) !== String(answers[i])) throw new Error(`context ${i}`);
  }
  let best = 0;
  for (let round = 0; round < 3; round++) {
    const start = process.cpuUsage();
    for (const facts of contexts) await engine.run(facts);
    const used = process.cpuUsage(start);
    best = Math.max(best, contexts.length / ((used.user + used.system) / 1e6));
  }
  console.log(best);
})();
"#;

const ZEN_ENGINE: &str = r#"
const { ZenEngine } = require('@gorules/zen-engine');
const { expressions, contexts, answers } = require('./rules.json');
const node = (id, type, content) => ({ id, name: id, type, content, position: { x: 0, y: 0 } });
const edge = (from, to) => ({ id: from + to, type: 'edge', sourceId: from, targetId: to });
const graph = {
  nodes: [node('in', 'inputNode'), node('e', 'expressionNode', {
    expressions: expressions.map((value, n) => ({ id: 'e' + n, key: 'r' + n, value })) }), node('out', 'outputNode')],
  edges: [edge('in', 'e'), edge('e', 'out')],
};
(async () => {
  const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify(graph)));
  for (let i = 0; i < contexts.length; i++) {
    const { result } = await decision.evaluate(contexts[i]);
    const fired = expressions.map((_, n) => n).filter((n) => result['r' + n] === true);
    if (String(fired) !== String(answers[i])) throw new Error(`context ${i}`);
  }
  let best = 0;
  for (let round = 0; round < 3; round++) {
    const start = process.cpuUsage();
    for (const facts of contexts) await decision.evaluate(facts);
    const used = process.cpuUsage(start);
    best = Math.max(best, contexts.length / ((used.user + used.system) / 1e6));
  }
  console.log(best);
})();
"#;

/// The figure beside all others.
pub(crate) fn run(plan: &Plan, report: &mut Report) {
    let (rules, schema, contexts) = (rules(), schema(), contexts());
    let set = RuleSet::compile(&rules, &schema).expect("the rules are sound").0;
    let chain = Chain::default();
    let at = countersign_rules::testing::NOW;
    let occasion = |happened| Occasion { happened, at, seed: 1, changes: &[], chain: &chain };
    let (answers, ours) = with_snapshots(&contexts, |snapshots| {
        let answer = |(snapshot, happened): &(Snapshot<'_>, Happened)| {
            oracle::evaluate(&rules, &schema, snapshot, &occasion(*happened))
        };
        let answers: Vec<Vec<usize>> = snapshots.iter().map(answer).collect();
        for ((snapshot, happened), answer) in snapshots.iter().zip(&answers) {
            let fired: Vec<usize> = set.evaluate(snapshot, &occasion(*happened)).fired().collect();
            assert_eq!(fired, *answer, "ours answers as the oracle");
        }
        let ours = rate(plan, || {
            let fired =
                |(s, h): &(Snapshot<'_>, Happened)| set.evaluate(black_box(s), &occasion(*h)).fired().len();
            black_box(snapshots.iter().map(fired).sum::<usize>());
            snapshots.len()
        });
        (answers, ours)
    });
    let hand = hand_figure(plan, &contexts, &answers);
    let zen = zen_figure(plan, &rules, &contexts, &answers);
    let few = CONTEXTS_OF_PEERS;
    let data = json!({
        "rules": rules.iter().map(as_json_rule).collect::<Vec<_>>(),
        "expressions": rules.iter().map(expression).collect::<Vec<_>>(),
        "contexts": contexts[..few].iter().map(facts).collect::<Vec<_>>(), "answers": &answers[..few],
    });
    let folder = script("rules.json", &data.to_string());
    install(folder.parent().expect("it stands in a folder"));
    let [jre, gorules] =
        [ask("node", "json-rules-engine.js", JSON_RULES_ENGINE), ask("node", "zen-engine.js", ZEN_ENGINE)];
    let fired: usize = answers.iter().map(Vec::len).sum();
    let size =
        format!("{} rules, {CONTEXTS} contexts, {fired} firings, answers equal to the oracle's", rules.len());
    let line = Line::new("rules on one context", "/cpu-s", ours, size)
        .peer(format!("{} {} (Node {})", PEERS[0].0, PEERS[0].1, version("node")), jre)
        .peer(format!("{} {}", PEERS[1].0, PEERS[1].1), gorules)
        .peer("zen-expression 2.1 (Rust)", Some(zen))
        .limit("predicates by hand", hand);
    let beats = |other: Option<f64>, times: f64| other.is_some_and(|other| ours >= times * other);
    let is_reached =
        beats(jre, 1_000.0) && beats(gorules, 100.0) && beats(Some(zen), 5.0) && beats(Some(hand), 0.6);
    report.add(line.goal("≥ 1,000 x, ≥ 100 x, ≥ 5 x, ≥ 0.6 x", is_reached));
}

fn hand_figure(plan: &Plan, contexts: &[Context], answers: &[Vec<usize>]) -> f64 {
    let mut fired = Vec::new();
    for (context, answer) in contexts.iter().zip(answers) {
        all_by_hand(context, &mut fired);
        assert_eq!(fired, *answer, "by hand answers as the oracle");
    }
    rate(plan, || {
        let mut count = 0;
        for context in contexts {
            all_by_hand(black_box(context), &mut fired);
            count += fired.len();
        }
        black_box(count);
        contexts.len()
    })
}

fn zen_figure(plan: &Plan, rules: &[Rule], contexts: &[Context], answers: &[Vec<usize>]) -> f64 {
    let compile = |rule: &Rule| zen_expression::compile_expression(&expression(rule)).expect("an expression");
    let expressions: Vec<_> = rules.iter().map(compile).collect();
    let scopes: Vec<Scope> =
        contexts.iter().map(|context| Scope::new(Variable::from(facts(context)))).collect();
    let mut vm = VM::new();
    let mut all = |scope: &Scope| -> Vec<usize> {
        let mut holds = |at: &usize| {
            let answer = expressions[*at].evaluate_with_scope(scope, &mut vm);
            answer.is_ok_and(|value| value.as_bool() == Some(true))
        };
        (0..expressions.len()).filter(|at| holds(at)).collect()
    };
    for (scope, answer) in scopes.iter().zip(answers) {
        assert_eq!(all(scope), *answer, "zen-expression answers as the oracle");
    }
    let few = &scopes[..scopes.len() / 4];
    rate(plan, || {
        black_box(few.iter().map(|scope| all(scope).len()).sum::<usize>());
        few.len()
    })
}

/// Installs the engines of npm beside the scripts; without them their figures are missing.
fn install(folder: &std::path::Path) {
    let is_there = PEERS.iter().all(|(name, _)| folder.join("node_modules").join(name).exists());
    if !is_there {
        let wanted = PEERS.map(|(name, version)| format!("{name}@{version}"));
        let mut npm = Command::new("npm");
        let _ = npm
            .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
            .arg(folder)
            .args(wanted)
            .output();
    }
}
