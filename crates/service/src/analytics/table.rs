//! Which numbers a report has, and how they come of sums. Pure.

use std::collections::BTreeMap;

use countersign_types::analytics::{Dimension, Metric, Report, Sum};

use super::histogram::percentile;

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// So many.
    Count,
    /// A length of time in seconds.
    Seconds,
    /// A part of a whole, 0 to 1.
    Share,
    /// So many for each, with a fraction.
    Mean,
}

impl Kind {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Seconds => "seconds",
            Self::Share => "share",
            Self::Mean => "mean",
        }
    }
}

/// A number of a report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// There is none: nothing happened of which it could be said.
    Nothing,
    /// How many, or how many seconds.
    Whole(i64),
    /// A part of a whole, or so many for each.
    Share(f64),
}

/// Which words of a metric.
#[derive(Debug, Clone, Copy)]
enum Word {
    Any,
    Is(&'static str),
    Before(&'static str),
    After(&'static str),
}

type Part = (Metric, Word);

/// How a number comes of sums.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// All of these together.
    Total(&'static [Part]),
    /// These for each of those.
    Share(&'static [Part], &'static [Part]),
    /// So many percent took no longer.
    Percent(Metric, i64),
    /// It comes of visits, not of sums (`traffic.rs`).
    Visits(Kind),
}

/// A column of a report.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub key: &'static str,
    of: Of,
}

use Metric as M;
use Of::{Percent, Share, Total, Visits};
use Word::{After, Any, Before, Is};

const SENT: &[Part] = &[(M::CodeAccepted, Any), (M::CodeRefused, Any)];
const BEGUN: &[Part] = &[(M::Begun, Any)];
const CLOSED: &[Part] = &[(M::CaseClosed, Any)];

const fn column(key: &'static str, of: Of) -> Column {
    Column { key, of }
}

const IDENTIFICATION: &[Column] = &[
    column("conversations", Total(BEGUN)),
    column("identified", Total(&[(M::Identified, Any)])),
    column("identification_rate", Share(&[(M::Identified, Any)], BEGUN)),
    column("al1", Total(&[(M::Identified, Is("al1"))])),
    column("al2", Total(&[(M::Identified, Is("al2"))])),
    column("al3", Total(&[(M::Identified, Is("al3"))])),
    column("known_before", Total(&[(M::Known, Any)])),
    column("identify_median", Percent(M::IdentifySecs, 50)),
    column("identify_p90", Percent(M::IdentifySecs, 90)),
];
const CODES: &[Column] = &[
    column("issued", Total(&[(M::CodeIssued, Any)])),
    column("sent_in", Total(SENT)),
    column("accepted", Total(&[(M::CodeAccepted, Any)])),
    column("acceptance_rate", Share(&[(M::CodeAccepted, Any)], SENT)),
    column("refused_expired", Total(&[(M::CodeRefused, Is("expired"))])),
    column("refused_used", Total(&[(M::CodeRefused, Is("used"))])),
    column("refused_superseded", Total(&[(M::CodeRefused, Is("superseded"))])),
    column("refused_wrong_channel", Total(&[(M::CodeRefused, Is("wrong_channel"))])),
    column("refused_unknown", Total(&[(M::CodeRefused, Is("unknown"))])),
    column("refused_malformed", Total(&[(M::CodeRefused, Is("malformed"))])),
    column("refused_locked", Total(&[(M::CodeRefused, Is("locked"))])),
    column("refused_revoked", Total(&[(M::CodeRefused, Is("revoked"))])),
    column("refused_unconfirmed", Total(&[(M::CodeRefused, Is("unconfirmed"))])),
];
const CASES: &[Column] = &[
    column("opened", Total(BEGUN)),
    column("closed", Total(CLOSED)),
    column("reopened", Total(&[(M::CaseReopened, Any)])),
];
const REPLIES: &[Column] = &[
    column("replies", Total(&[(M::Replied, Any)])),
    column("first_replies", Total(&[(M::FirstReplySecs, Any)])),
    column("first_reply_median", Percent(M::FirstReplySecs, 50)),
    column("first_reply_p90", Percent(M::FirstReplySecs, 90)),
    column("resolved", Total(&[(M::ResolveSecs, Any)])),
    column("resolution_median", Percent(M::ResolveSecs, 50)),
    column("resolution_p90", Percent(M::ResolveSecs, 90)),
];
const MASKING: &[Column] = &[
    column("revealed", Total(&[(M::Revealed, Any)])),
    column("by_admin", Total(&[(M::Revealed, Before("admin:"))])),
    column("by_team_manager", Total(&[(M::Revealed, Before("team_manager:"))])),
    column("by_agent", Total(&[(M::Revealed, Before("agent:"))])),
    column("of_name", Total(&[(M::Revealed, After(":name"))])),
    column("of_email", Total(&[(M::Revealed, After(":email"))])),
    column("of_phone", Total(&[(M::Revealed, After(":phone"))])),
    column("of_external_id", Total(&[(M::Revealed, After(":external_id"))])),
    column("of_attribute", Total(&[(M::Revealed, After(":attribute"))])),
    column("of_text", Total(&[(M::Revealed, After(":text"))])),
    column("of_other", Total(&[(M::Revealed, After(":other")), (M::Revealed, After(":identifier"))])),
    column("refused", Total(&[(M::RevealRefused, Any)])),
];
const MERGES: &[Column] = &[
    column("automatic", Total(&[(M::Merged, Is("automatic"))])),
    column("by_hand", Total(&[(M::Merged, Is("hand"))])),
    column("suggestions_accepted", Total(&[(M::Merged, Is("suggestion"))])),
    column("suggestions_refused", Total(&[(M::SuggestionRefused, Any)])),
    column("undone", Total(&[(M::Unmerged, Any)])),
];
const RULES: &[Column] = &[
    column("fired", Total(&[(M::RuleFired, Any)])),
    column("closed", Total(CLOSED)),
    column("rules_alone", Total(&[(M::RulesAlone, Any)])),
    column("rules_alone_rate", Share(&[(M::RulesAlone, Any)], CLOSED)),
];
/// In the order in which `traffic.rs` tells them.
const TRAFFIC: &[Column] = &[
    column("visits", Visits(Kind::Count)),
    column("visitors", Visits(Kind::Count)),
    column("pages", Visits(Kind::Count)),
    column("pages_per_visit", Visits(Kind::Mean)),
    column("visit_length", Visits(Kind::Seconds)),
    column("bounce_rate", Visits(Kind::Share)),
    column("signed_in", Visits(Kind::Count)),
    column("named", Visits(Kind::Count)),
    column("known_rate", Visits(Kind::Share)),
];

/// The figures of the overview.
pub(super) const OVERVIEW: &[Column] =
    &[IDENTIFICATION[0], IDENTIFICATION[2], IDENTIFICATION[7], CODES[3], REPLIES[2], REPLIES[5]];
/// What the overview draws for each day.
pub(super) const OVERVIEW_DAYS: &[Column] = &[IDENTIFICATION[0], IDENTIFICATION[1], CODES[2], CASES[1]];

impl Column {
    /// What its numbers are.
    pub const fn kind(&self) -> Kind {
        match self.of {
            Total(_) => Kind::Count,
            Share(..) => Kind::Share,
            Percent(..) => Kind::Seconds,
            Visits(kind) => kind,
        }
    }

    /// What it is made of.
    fn metrics(&self) -> impl Iterator<Item = Metric> {
        let (some, others, one): (&[Part], &[Part], _) = match self.of {
            Total(parts) => (parts, &[], None),
            Share(some, all) => (some, all, None),
            Percent(metric, _) => (&[], &[], Some(metric)),
            Visits(_) => (&[], &[], None),
        };
        some.iter().chain(others).map(|(metric, _)| *metric).chain(one)
    }

    /// Its number.
    pub(super) fn of(&self, sums: &Sums) -> Value {
        match self.of {
            Total(parts) => Value::Whole(sums.total(parts)),
            Share(some, all) => match sums.total(all) {
                0 => Value::Nothing,
                all => Value::Share(sums.total(some) as f64 / all as f64),
            },
            Percent(metric, percent) => sums.percentile(metric, percent).map_or(Value::Nothing, Value::Whole),
            Visits(_) => Value::Nothing,
        }
    }
}

/// The columns of a report whose facts are told apart by `dimension`.
pub(super) fn columns(report: Report, dimension: Dimension) -> Vec<Column> {
    let all = match report {
        Report::Identification => IDENTIFICATION,
        Report::Codes => CODES,
        Report::Cases => CASES,
        Report::Replies => REPLIES,
        Report::Masking => MASKING,
        Report::Merges => MERGES,
        Report::Rules => RULES,
        Report::Traffic => TRAFFIC,
    };
    all.iter().filter(|c| c.metrics().all(|m| m.dimensions().contains(&dimension))).copied().collect()
}

/// All that columns are made of, each once.
pub(super) fn metrics(columns: &[Column]) -> Vec<Metric> {
    let mut metrics: Vec<Metric> = columns.iter().flat_map(Column::metrics).collect();
    metrics.sort_unstable();
    metrics.dedup();
    metrics
}

/// Sums of one row.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums(BTreeMap<(Metric, String, i64), i64>);

impl Sums {
    pub(super) fn add(&mut self, sum: &Sum) {
        *self.0.entry((sum.metric, sum.word.clone(), sum.bucket)).or_default() += sum.amount;
    }

    fn total(&self, parts: &[Part]) -> i64 {
        let is_meant = |(metric, word, _): &(Metric, String, i64)| {
            parts.iter().any(|(of, which)| {
                of == metric
                    && match which {
                        Any => true,
                        Is(text) => word == text,
                        Before(text) => word.starts_with(text),
                        After(text) => word.ends_with(text),
                    }
            })
        };
        self.0.iter().filter(|(key, _)| is_meant(key)).map(|(_, amount)| amount).sum()
    }

    fn percentile(&self, metric: Metric, percent: i64) -> Option<i64> {
        let of = self.0.iter().filter(move |((m, ..), _)| *m == metric);
        percentile(of.map(|((_, _, bucket), amount)| (*bucket, *amount)), percent)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use countersign_types::analytics::By;
    use countersign_types::code::Invalid;
    use countersign_types::{Assurance, Role};

    use super::*;

    fn sums(of: &[(Metric, &str, i64, i64)]) -> Sums {
        let mut sums = Sums::default();
        for (metric, word, bucket, amount) in of {
            let (word, bucket, amount) = ((*word).to_owned(), *bucket, *amount);
            sums.add(&Sum { day: 0, item: [0; 16], metric: *metric, word, bucket, amount });
        }
        sums
    }

    fn value(report: Report, key: &str, sums: &Sums) -> Value {
        columns(report, Dimension::All).iter().find(|c| c.key == key).unwrap().of(sums)
    }

    #[test]
    fn shares_and_percentiles_of_nothing_are_nothing() {
        let none = Sums::default();
        assert_eq!(value(Report::Identification, "identification_rate", &none), Value::Nothing);
        assert_eq!(value(Report::Replies, "first_reply_median", &none), Value::Nothing);
        assert_eq!(value(Report::Codes, "sent_in", &none), Value::Whole(0));
    }

    #[test]
    fn every_word_that_is_counted_stands_in_a_column() {
        for reason in Invalid::ALL {
            let one = sums(&[(M::CodeRefused, reason.as_str(), -1, 3)]);
            let key = format!("refused_{}", reason.as_str());
            assert_eq!(value(Report::Codes, &key, &one), Value::Whole(3));
            assert_eq!(value(Report::Codes, "sent_in", &one), Value::Whole(3));
        }
        for level in &Assurance::ALL[1..] {
            let one = sums(&[(M::Identified, level.as_str(), -1, 2), (M::Begun, "", -1, 4)]);
            assert_eq!(value(Report::Identification, level.as_str(), &one), Value::Whole(2));
            assert_eq!(value(Report::Identification, "identification_rate", &one), Value::Share(0.5));
        }
        for role in Role::ALL {
            let one = sums(&[(M::Revealed, &format!("{}:email", role.as_str()), -1, 1)]);
            let key = format!("by_{}", role.as_str());
            assert_eq!(value(Report::Masking, &key, &one), Value::Whole(1));
            assert_eq!(value(Report::Masking, "of_email", &one), Value::Whole(1));
        }
    }

    #[test]
    fn a_report_has_only_columns_that_its_rows_can_tell_apart() {
        for report in Report::ALL {
            for by in report.bys() {
                assert!(!columns(*report, by.dimension()).is_empty(), "{report:?} {by:?}");
            }
        }
        let keys: Vec<_> = columns(Report::Cases, By::Agent.dimension()).iter().map(|c| c.key).collect();
        assert_eq!(keys, ["closed", "reopened"], "who opened a conversation is the customer");
    }
}
