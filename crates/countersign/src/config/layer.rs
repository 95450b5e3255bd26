//! The layers, and where each value in force comes from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::{DEFAULTS, Settings, check};
use crate::failure::{Exit, Failure, Result};

/// What the command line sets.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--config`
    pub config: Option<PathBuf>,
    /// Settings by their path, with the flag that set them.
    pub values: Vec<(&'static str, &'static str, String)>,
}

/// The settings in force, and the origin of each that is not a default.
#[derive(Debug, Clone)]
pub struct Config {
    /// The settings.
    pub settings: Settings,
    /// `server.listen` → `line 3 of /etc/countersign.toml`.
    pub origins: BTreeMap<String, String>,
}

/// A problem of one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub path: String,
    pub sentence: String,
    pub hint: Option<String>,
}

impl Config {
    /// Reads all layers and checks the outcome. Every problem is reported, not only the first.
    pub fn load(flags: &Flags) -> Result<Self> {
        Self::load_with(flags, std::env::vars())
    }

    /// The defaults with these flags alone, whatever the environment says.
    pub fn load_alone(flags: &Flags) -> Result<Self> {
        Self::load_with(flags, [])
    }

    /// [`Config::load`] with an environment of one's own.
    pub(super) fn load_with(
        flags: &Flags,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self> {
        let mut layers = Layers::new()?;
        let environment: Vec<_> =
            environment.into_iter().filter(|(name, _)| name.starts_with("COUNTERSIGN_")).collect();
        let named = environment.iter().find(|(name, _)| name == "COUNTERSIGN_CONFIG");
        let file = flags.config.clone().or_else(|| named.map(|(_, path)| PathBuf::from(path)));
        if let Some(path) = file {
            layers.file(&path)?;
        }
        for (name, text) in environment.iter().filter(|(name, _)| name != "COUNTERSIGN_CONFIG") {
            layers.variable(name, text);
        }
        for (path, flag, text) in &flags.values {
            layers.text(path, text, (*flag).to_owned());
        }
        layers.finish()
    }
}

struct Layers {
    values: Table,
    origins: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

impl Layers {
    fn new() -> Result<Self> {
        let values = DEFAULTS
            .parse::<Table>()
            .map_err(|e| Failure::new(Exit::Internal, "The default settings are broken").source(&e))?;
        Ok(Self { values, origins: BTreeMap::new(), problems: Vec::new() })
    }

    fn file(&mut self, path: &Path) -> Result<()> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|e| {
            Failure::new(Exit::Config, format!("The settings file {shown} cannot be read"))
                .cause(e)
                .hint("`countersign config default > countersign.toml` writes one to start from")
        })?;
        let parsed = DeTable::parse(&text).map_err(|e| {
            Failure::new(Exit::Config, format!("The settings file {shown} is not TOML"))
                .cause(e.to_string().trim_end())
        })?;
        let lines = |at: usize| 1 + text[..at.min(text.len())].matches('\n').count();
        self.table("", parsed.get_ref(), &|at| format!("line {} of {shown}", lines(at)));
        Ok(())
    }

    fn table(&mut self, prefix: &str, table: &DeTable<'_>, origin: &dyn Fn(usize) -> String) {
        for (key, value) in table {
            let path = join(prefix, key.get_ref());
            let at = origin(key.span().start);
            match (self.find(&path), value.get_ref()) {
                (None, _) => self.unknown(&path, &at),
                (Some(Value::Table(_)), DeValue::Table(inner)) => self.table(&path, inner, origin),
                (Some(default), value) => match convert(value) {
                    Some(value) if is_like(default, &value) => self.set(&path, value, at),
                    _ => {
                        let wanted = describe(default);
                        self.problem(&path, format!("{at}: `{path}` has to be {wanted}"), None);
                    }
                },
            }
        }
    }

    fn variable(&mut self, name: &str, text: &str) {
        let wanted = name.to_ascii_uppercase();
        match self.paths().into_iter().find(|path| variable_name(path) == wanted) {
            Some(path) => self.text(&path, text, name.to_owned()),
            None => {
                let known: Vec<_> = self.paths().iter().map(|path| variable_name(path)).collect();
                let hint = nearest(&wanted, known.iter().map(String::as_str));
                let hint = hint.map(|near| format!("did you mean {near}?"));
                self.problem(name, format!("the environment variable {name} is not a setting"), hint);
            }
        }
    }

    /// A value written as a text, read as what the default is.
    fn text(&mut self, path: &str, text: &str, origin: String) {
        let Some(default) = self.find(path) else { return };
        let value = match default {
            Value::Integer(_) => text.trim().parse().ok().map(Value::Integer),
            Value::Boolean(_) => text.trim().parse().ok().map(Value::Boolean),
            Value::Array(list) => {
                let is_integers = matches!(list.first(), Some(Value::Integer(_)));
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                let parts = parts.map(|part| match is_integers {
                    true => part.parse().ok().map(Value::Integer),
                    false => Some(Value::String(part.to_owned())),
                });
                parts.collect::<Option<Vec<_>>>().map(Value::Array)
            }
            _ => Some(Value::String(text.to_owned())),
        };
        match value {
            Some(value) => self.set(path, value, origin),
            None => {
                let wanted = describe(default);
                self.problem(path, format!("{origin}: `{path}` has to be {wanted}"), None);
            }
        }
    }

    fn unknown(&mut self, path: &str, at: &str) {
        let (section, name) = path.rsplit_once('.').unwrap_or(("", path));
        let here = match section {
            "" => Some(&self.values),
            section => self.find(section).and_then(Value::as_table),
        };
        let near = here.and_then(|t| nearest(name, t.keys().map(String::as_str)));
        // The right name in the wrong section is the other common slip.
        let elsewhere = || self.paths().into_iter().find(|p| p.rsplit('.').next() == Some(name));
        let hint = near
            .map(|near| format!("did you mean `{near}`?"))
            .or_else(|| elsewhere().map(|path| format!("did you mean `{path}`?")));
        self.problem(path, format!("{at}: there is no setting `{path}`"), hint);
    }

    fn problem(&mut self, path: &str, sentence: String, hint: Option<String>) {
        self.problems.push(Problem { path: path.to_owned(), sentence, hint });
    }

    fn find(&self, path: &str) -> Option<&Value> {
        let mut parts = path.split('.');
        let first = self.values.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    }

    fn set(&mut self, path: &str, value: Value, origin: String) {
        let (section, name) = path.rsplit_once('.').unwrap_or(("", path));
        let table = match section {
            "" => Some(&mut self.values),
            section => self.values.get_mut(section).and_then(Value::as_table_mut),
        };
        if let Some(table) = table {
            table.insert(name.to_owned(), value);
            self.origins.insert(path.to_owned(), origin);
        }
    }

    /// The path of every setting.
    fn paths(&self) -> Vec<String> {
        let of = |(name, value): (&String, &Value)| match value {
            Value::Table(inner) => inner.keys().map(|key| join(name, key)).collect(),
            _ => vec![name.clone()],
        };
        self.values.iter().flat_map(of).collect()
    }

    fn finish(mut self) -> Result<Config> {
        let settings: Option<Settings> = match self.values.clone().try_into() {
            Ok(settings) => Some(settings),
            Err(error) => {
                if self.problems.is_empty() {
                    let text = error.to_string();
                    self.problem("", text.trim().replace('\n', " "), None);
                }
                None
            }
        };
        if let Some(settings) = &settings {
            for mut problem in check::check(settings) {
                if let Some(origin) = self.origins.get(&problem.path) {
                    problem.sentence = format!("{origin}: {}", problem.sentence);
                }
                self.problems.push(problem);
            }
        }
        match (settings, self.problems.is_empty()) {
            (Some(settings), true) => Ok(Config { settings, origins: self.origins }),
            _ => Err(refuse(&self.problems)),
        }
    }
}

fn refuse(problems: &[Problem]) -> Failure {
    let what = match problems {
        [_] => "The configuration is not valid".to_owned(),
        many => format!("The configuration has {} problems", many.len()),
    };
    let mut failure = Failure::new(Exit::Config, what);
    for problem in problems {
        failure = failure.cause(match &problem.hint {
            Some(hint) => format!("{} ({hint})", problem.sentence),
            None => problem.sentence.clone(),
        });
    }
    failure.hint("`countersign config default` prints every setting with its meaning")
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

/// `server.listen` → `COUNTERSIGN_SERVER_LISTEN`
pub(super) fn variable_name(path: &str) -> String {
    format!("COUNTERSIGN_{}", path.replace('.', "_").to_ascii_uppercase())
}

fn convert(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::String(text.to_string())),
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(Value::Integer),
        DeValue::Boolean(b) => Some(Value::Boolean(*b)),
        DeValue::Array(list) => {
            list.iter().map(|item| convert(item.get_ref())).collect::<Option<_>>().map(Value::Array)
        }
        _ => None,
    }
}

fn is_like(default: &Value, value: &Value) -> bool {
    match (default, value) {
        (Value::Array(of), Value::Array(list)) => match of.first() {
            Some(first) => list.iter().all(|item| first.same_type(item)),
            None => list.iter().all(Value::is_str),
        },
        _ => default.same_type(value),
    }
}

fn describe(default: &Value) -> &'static str {
    match default {
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        Value::Array(list) if matches!(list.first(), Some(Value::Integer(_))) => "a list of whole numbers",
        Value::Array(_) => "a list of texts",
        Value::Table(_) => "a section",
        _ => "a text",
    }
}

/// The known name that is nearest to `name`, if one is near enough to be meant.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.map(|k| (distance(name, k), k)).min_by_key(|(d, _)| *d)?;
    (near.0 <= 1 + name.len() / 4).then_some(near.1)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let here = (diagonal + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], here);
        }
    }
    row.last().copied().unwrap_or(0)
}
