//! What the command line tells a person when something did not work: what, why, and what to do next.

use std::fmt::Write as _;
use std::io::IsTerminal;

/// Exit statuses, part of the contract. Where `sysexits.h` has one with this meaning, it is that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// A check found something that is not right.
    Found = 1,
    /// The command line is wrong: what clap exits with.
    Usage = 2,
    /// The database cannot be used by this version, or with this key.
    Data = 65,
    /// The database or the network is not available.
    Unavailable = 69,
    /// Something of ours is wrong.
    Internal = 70,
    /// A file or directory cannot be made.
    CannotCreate = 73,
    /// The disk failed.
    Disk = 74,
    /// It may work later: another server has the file.
    TryLater = 75,
    /// Permissions of a file are wrong.
    Permission = 77,
    /// The configuration is wrong.
    Config = 78,
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    /// The exit status.
    pub exit: Exit,
    what: String,
    causes: Vec<String>,
    hints: Vec<String>,
}

/// Result of a command.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// What did not work, as a sentence without a full stop.
    pub fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), causes: Vec::new(), hints: Vec::new() }
    }

    /// Why.
    #[must_use]
    pub fn cause(mut self, cause: impl ToString) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Why, down to the last source.
    #[must_use]
    pub fn source(mut self, error: &(dyn std::error::Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// What to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// As it stands on the screen.
    pub fn render(&self, style: Style) -> String {
        let mut text = format!("{} {}\n", style.paint("31;1", "error:"), self.what);
        for cause in &self.causes {
            let cause = cause.replace('\n', "\n         ");
            let _ = writeln!(text, "  {} {cause}", style.paint("1", "cause:"));
        }
        for hint in &self.hints {
            let _ = writeln!(text, "  {} {hint}", style.paint("36;1", " hint:"));
        }
        text
    }

    /// What and why in one line.
    pub fn one_line(&self) -> String {
        let mut parts = vec![self.what.clone()];
        parts.extend(self.causes.iter().cloned());
        parts.join(": ").replace('\n', " ")
    }

    /// Tells the person at the terminal.
    pub fn report(&self) {
        note(self.render(Style::of_stderr()).trim_end());
    }
}

impl From<countersign_store::StoreError> for Failure {
    fn from(error: countersign_store::StoreError) -> Self {
        use countersign_store::StoreError as E;
        match &error {
            E::Refused(sentence) => Self::new(Exit::Data, sentence.trim_end_matches('.')),
            E::Unavailable(cause) => {
                Self::new(Exit::Unavailable, "The database cannot be reached").cause(cause)
            }
            E::Busy(cause) => Self::new(Exit::TryLater, "The database is busy").cause(cause),
            E::Full(cause) => Self::new(Exit::Disk, "The database has no space left").cause(cause),
            E::Fatal(cause) => Self::new(Exit::Disk, "The disk under the database failed").cause(cause),
            E::Corrupt(cause) => {
                Self::new(Exit::Data, "The database holds something unreadable").cause(cause)
            }
            _ => Self::new(Exit::Internal, "The database refused an operation").source(&error),
        }
    }
}

impl From<countersign_types::Error> for Failure {
    fn from(error: countersign_types::Error) -> Self {
        use countersign_types::Error as E;
        let exit = match &error {
            E::Internal(_) => Exit::Internal,
            E::Unavailable(_) => Exit::Unavailable,
            E::StorageFull => Exit::Disk,
            _ => Exit::Found,
        };
        let mut failure = Self::new(exit, error.to_string().trim_end_matches('.'));
        if let E::Invalid(fields) = &error
            && fields.len() > 1
        {
            failure.causes.extend(fields.iter().map(|f| format!("{}: {}", f.pointer, f.detail)));
        }
        if let Some(source) = std::error::Error::source(&error) {
            failure = failure.source(source);
        }
        failure.hint(error.hint())
    }
}

/// Whether to colour.
#[derive(Debug, Clone, Copy)]
pub struct Style(bool);

impl Style {
    /// For standard error: coloured on a terminal, unless `NO_COLOR` is set.
    pub fn of_stderr() -> Self {
        let is_refused = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Self(!is_refused && std::io::stderr().is_terminal())
    }

    /// Without colours.
    #[cfg(test)]
    pub fn plain() -> Self {
        Self(false)
    }

    /// Whether texts are coloured.
    pub fn is_coloured(self) -> bool {
        self.0
    }

    /// A text in the colour of this ANSI code.
    pub fn paint(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Says something to the person at the terminal, on standard error.
pub fn note(text: &str) {
    use std::io::Write as _;
    // Nobody reads it any more: there is nowhere to say so.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints a result for programs and pipes, on standard output.
pub fn print(text: &str) -> Result<()> {
    use std::io::Write as _;
    match writeln!(std::io::stdout().lock(), "{text}") {
        // `countersign openapi | head` is not a failure.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Disk, "Standard output cannot be written").cause(error))
        }
        _ => Ok(()),
    }
}

/// Prints a JSON document, on standard output.
pub fn print_json(value: &impl serde::Serialize) -> Result<()> {
    match serde_json::to_string_pretty(value) {
        Ok(text) => print(&text),
        Err(error) => Err(Failure::new(Exit::Internal, "The result cannot be written as JSON").cause(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_why_and_what_next() {
        let failure = Failure::new(Exit::Unavailable, "The address 127.0.0.1:80 cannot be used")
            .cause("permission denied")
            .hint("choose another with `--listen`");
        assert_eq!(
            failure.render(Style::plain()),
            "error: The address 127.0.0.1:80 cannot be used\n  cause: permission denied\n   hint: choose another \
             with `--listen`\n"
        );
    }
}
