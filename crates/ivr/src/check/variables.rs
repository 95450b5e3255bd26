//! What is known where: variables that are read before they are set, secrets that would get out.

use std::collections::{BTreeMap, BTreeSet};

use super::{BUILT_IN, Known, Look, Place, Read};
use crate::finding::Finding;
use crate::flow::Flow;
use crate::node::Node;
use crate::variable::Class;

type Names<'a> = BTreeSet<&'a str>;
type Looks<'a> = [(&'a str, &'a Node, Look<'a>)];

pub(super) fn check(flow: &Flow, known: &Known, looks: &Looks<'_>, findings: &mut Vec<Finding>) {
    let mut classes: BTreeMap<&str, Class> = BTreeMap::new();
    for write in looks.iter().flat_map(|(_, _, look)| &look.writes) {
        // The strictest class that any node gives it.
        let class = classes.entry(&write.name).or_insert(write.class);
        *class = (*class).max(write.class);
    }
    let always = follow(flow, looks, true);
    let ever = follow(flow, looks, false);
    for (id, _, look) in looks {
        // Nobody comes here: that is said elsewhere, and nothing is known.
        let (Some(always), Some(ever)) = (always.get(id), ever.get(id)) else { continue };
        for read in &look.reads {
            let name = name_of(&read.path);
            findings.extend(unset(read, name, always, ever).map(|finding| finding.at(id)));
            findings.extend(leaked(read, name, &classes).map(|finding| finding.at(id)));
        }
        for write in look.writes.iter().filter(|write| classes.get(write.name.as_str()) > Some(&write.class))
        {
            let is_secret = classes.get(write.name.as_str()) == Some(&Class::Secret);
            // What was keyed in wrongly here would be kept, and is nearly the secret.
            let finding = if is_secret { Finding::problem } else { Finding::warning };
            let differs = finding(
                &write.field,
                "class-differs",
                format!("Another node gives {} a stricter class.", write.name),
                "Give a variable the same class everywhere; a secret stays one.",
            );
            findings.push(differs.at(id));
        }
    }
    for (widget, paths) in &known.widgets {
        for path in paths.iter().filter(|path| classes.get(name_of(path)) == Some(&Class::Secret)) {
            findings.push(Finding::problem(
                "",
                "secret-in-widget",
                format!("The call widget {widget} shows {path}, which is a secret."),
                "Take it out of the widget, or give the variable another class.",
            ));
        }
    }
}

fn name_of(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

fn unset(read: &Read, name: &str, always: &Names<'_>, ever: &Names<'_>) -> Option<Finding> {
    if always.contains(name) {
        return None;
    }
    if !ever.contains(name) {
        let (code, sentence) = ("never-set", format!("{name} is set nowhere before this."));
        let hint = "Set the variable in a node that calls pass before.";
        // To ask whether something was set is the point of the question; a misspelt name is still worth a word.
        return Some(match read.place {
            Place::Whether => Finding::warning(&read.field, code, sentence, hint),
            _ => Finding::problem(&read.field, code, sentence, hint),
        });
    }
    (read.place != Place::Whether).then(|| {
        Finding::warning(
            &read.field,
            "not-always-set",
            format!("{name} is not set on every way that leads here; then it is empty."),
            "Set it on the other ways too, or ask with has_value first.",
        )
    })
}

fn leaked(read: &Read, name: &str, classes: &BTreeMap<&str, Class>) -> Option<Finding> {
    let class = classes.get(name).copied()?;
    let problem =
        |code, sentence: String, hint: &str| Some(Finding::problem(&read.field, code, sentence, hint));
    match (class, read.place) {
        (Class::Secret, Place::Address) => problem(
            "secret-in-url",
            format!("{name} is a secret and would stand in the address."),
            "Send it in the body or in a header.",
        ),
        (Class::Secret, Place::Heard) => problem(
            "secret-told",
            format!("{name} is a secret and would be spoken or sent."),
            "Leave it out.",
        ),
        (Class::Secret, Place::Made(made)) if made != Class::Secret => problem(
            "secret-made-open",
            format!("{name} is a secret, so what is made of it is one."),
            "Give the new variable the class secret.",
        ),
        (Class::Personal, Place::Made(Class::Public)) => Some(Finding::warning(
            &read.field,
            "personal-made-public",
            format!("{name} is personal, but what is made of it would be seen by everybody."),
            "Give the new variable the class personal.",
        )),
        _ => None,
    }
}

/// The variables that are set when a call comes to a node: on every way (`is_always`) or on some.
fn follow<'a>(flow: &'a Flow, looks: &'a Looks<'a>, is_always: bool) -> BTreeMap<&'a str, Names<'a>> {
    let built_in: Names<'a> = BUILT_IN.iter().copied().collect();
    let by_id: BTreeMap<&str, (&Node, &Look<'_>)> =
        looks.iter().map(|(id, node, look)| (*id, (*node, look))).collect();
    let mut known: BTreeMap<&str, Names<'a>> = BTreeMap::new();
    let mut open = Vec::new();
    known.insert(&flow.start, built_in.clone());
    open.push(flow.start.as_str());
    if let Some(id) = flow.on_error.as_deref() {
        // A call can come here from anywhere.
        let mut names = built_in;
        if !is_always {
            names.extend(looks.iter().flat_map(|(_, _, look)| &look.writes).map(|write| write.name.as_str()));
        }
        merge(&mut known, id, &names, is_always);
        open.push(id);
    }
    while let Some(id) = open.pop() {
        let (Some((node, look)), Some(here)) = (by_id.get(id), known.get(id).cloned()) else { continue };
        for exit in node.exits_offered() {
            let Some(target) = node.exits.get(exit.as_ref()).filter(|id| by_id.contains_key(id.as_str()))
            else {
                continue;
            };
            let mut names = here.clone();
            let is_taken = |write: &&super::Write| write.exit.is_none_or(|wanted| wanted == exit);
            names.extend(look.writes.iter().filter(is_taken).map(|write| write.name.as_str()));
            if merge(&mut known, target, &names, is_always) {
                open.push(target);
            }
        }
    }
    known
}

/// Takes what is known on one way to what is known at a node. Whether that changed anything.
fn merge<'a>(
    known: &mut BTreeMap<&'a str, Names<'a>>,
    id: &'a str,
    names: &Names<'a>,
    is_always: bool,
) -> bool {
    let Some(there) = known.get_mut(id) else {
        known.insert(id, names.clone());
        return true;
    };
    let before = there.len();
    if is_always {
        there.retain(|name| names.contains(name));
    } else {
        there.extend(names);
    }
    there.len() != before
}
