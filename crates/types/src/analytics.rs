//! What is counted for reports: facts without names of customers, and the words of reports.

use crate::words::words;
use crate::{ChannelId, GroupId, UserId};

words! {
    /// What a fact says. Those that end in `_secs` carry a length of time, as the number of a histogram's bucket.
    Metric {
        /// A conversation began.
        Begun = "conversation.begun",
        /// It began with a customer who was known already.
        Known = "conversation.known",
        /// Its customer was identified; the word is the level. Counted on the day on which the conversation began.
        Identified = "conversation.identified",
        /// From its beginning until its customer was identified; on the day on which it began.
        IdentifySecs = "conversation.identify_secs",
        /// A code was issued.
        CodeIssued = "code.issued",
        /// A code that was sent in was accepted.
        CodeAccepted = "code.accepted",
        /// A code that was sent in was not accepted; the word is the reason.
        CodeRefused = "code.refused",
        /// A case was closed.
        CaseClosed = "case.closed",
        /// A closed case was opened again.
        CaseReopened = "case.reopened",
        /// From the beginning of a conversation until it was closed for the first time.
        ResolveSecs = "case.resolve_secs",
        /// A case was closed in which rules answered and nobody of the team.
        RulesAlone = "case.rules_alone",
        /// A colleague replied.
        Replied = "reply.sent",
        /// From the beginning of a conversation until a colleague replied for the first time.
        FirstReplySecs = "reply.first_secs",
        /// A masked value was shown; the word is `<role>:<kind of value>`.
        Revealed = "reveal.shown",
        /// A masked value was not shown, because the limit of an hour was reached; the word is as of those shown.
        RevealRefused = "reveal.refused",
        /// Two customers became one; the word says by whom.
        Merged = "merge.done",
        /// That was taken back.
        Unmerged = "merge.undone",
        /// A suggestion to merge was refused.
        SuggestionRefused = "suggestion.refused",
        /// A rule fired.
        RuleFired = "rule.fired",
    }
}

words! {
    /// What the numbers of a report can be told apart by, besides time.
    Dimension {
        /// Nothing: all together.
        All = "all",
        /// The channel.
        Channel = "channel",
        /// The group that the case was with.
        Group = "group",
        /// Who of the team it was.
        Agent = "agent",
    }
}

impl Metric {
    /// What its facts are told apart by.
    pub const fn dimensions(self) -> &'static [Dimension] {
        use Dimension as D;
        match self {
            Self::Begun
            | Self::Known
            | Self::Identified
            | Self::IdentifySecs
            | Self::CodeIssued
            | Self::CodeAccepted
            | Self::CodeRefused
            | Self::RuleFired
            | Self::RulesAlone => &[D::All, D::Channel],
            Self::CaseClosed
            | Self::CaseReopened
            | Self::ResolveSecs
            | Self::Replied
            | Self::FirstReplySecs => &[D::All, D::Channel, D::Group, D::Agent],
            Self::Revealed | Self::RevealRefused => &[D::All, D::Agent],
            Self::Merged | Self::Unmerged | Self::SuggestionRefused => &[D::All],
        }
    }
}

/// Something that happened, to be counted. It names nobody outside the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What.
    pub metric: Metric,
    /// On which day, in days since 1970; `None`: today, in the workspace's time zone.
    pub day: Option<i64>,
    /// More exactly; empty where the metric has no words.
    pub word: String,
    /// On which channel.
    pub channel: Option<ChannelId>,
    /// With which group.
    pub group: Option<GroupId>,
    /// Who of the team.
    pub agent: Option<UserId>,
    /// How many; negative where something was counted under another word before.
    pub amount: i64,
    /// The bucket of a length of time, -1 for none.
    pub bucket: i64,
}

impl Fact {
    /// One of a kind, today.
    pub const fn of(metric: Metric) -> Self {
        Self {
            metric,
            day: None,
            word: String::new(),
            channel: None,
            group: None,
            agent: None,
            amount: 1,
            bucket: -1,
        }
    }

    /// With its word.
    #[must_use]
    pub fn word(self, word: impl Into<String>) -> Self {
        Self { word: word.into(), ..self }
    }

    /// On that channel.
    #[must_use]
    pub fn on(self, channel: ChannelId) -> Self {
        Self { channel: Some(channel), ..self }
    }
}

/// Facts of one kind added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The day, in days since 1970; 0 where days were added up.
    pub day: i64,
    /// The channel, group or person; zeros for none.
    pub item: [u8; 16],
    /// What.
    pub metric: Metric,
    /// More exactly.
    pub word: String,
    /// The bucket of a length of time, -1 for none.
    pub bucket: i64,
    /// How many.
    pub amount: i64,
}

words! {
    /// The reports.
    Report {
        /// How many customers were identified, how surely, how soon.
        Identification = "identification",
        /// Codes issued, sent in, accepted, refused.
        Codes = "codes",
        /// Conversations begun, closed, opened again.
        Cases = "cases",
        /// How soon the team answers and is done.
        Replies = "replies",
        /// Masked values shown.
        Masking = "masking",
        /// Customers who became one.
        Merges = "merges",
        /// What rules did.
        Rules = "rules",
        /// Visits of the company's websites.
        Traffic = "traffic",
    }
}

words! {
    /// What the rows of a report are.
    By {
        /// Days.
        Day = "day",
        /// Weeks from Monday.
        Week = "week",
        /// Channels.
        Channel = "channel",
        /// Groups.
        Group = "group",
        /// People of the team.
        Agent = "agent",
        /// Websites.
        Site = "site",
        /// Campaigns and sites that visitors came from.
        Source = "source",
        /// The pages on which visits began.
        Entry = "entry",
        /// Desktops, phones, tablets.
        Device = "device",
        /// Languages of browsers.
        Language = "language",
    }
}

impl By {
    /// What facts are told apart by. Visits are counted where they stand: of them no facts are kept.
    pub const fn dimension(self) -> Dimension {
        match self {
            Self::Day
            | Self::Week
            | Self::Site
            | Self::Source
            | Self::Entry
            | Self::Device
            | Self::Language => Dimension::All,
            Self::Channel => Dimension::Channel,
            Self::Group => Dimension::Group,
            Self::Agent => Dimension::Agent,
        }
    }
}

impl Report {
    /// What its rows can be.
    pub const fn bys(self) -> &'static [By] {
        match self {
            Self::Identification | Self::Codes | Self::Rules => &[By::Day, By::Week, By::Channel],
            Self::Cases | Self::Replies => &[By::Day, By::Week, By::Channel, By::Group, By::Agent],
            Self::Masking => &[By::Day, By::Week, By::Agent],
            Self::Merges => &[By::Day, By::Week],
            Self::Traffic => &[By::Day, By::Week, By::Site, By::Source, By::Entry, By::Device, By::Language],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_counted_once_over_all() {
        for metric in Metric::ALL {
            assert_eq!(metric.dimensions().iter().filter(|d| **d == Dimension::All).count(), 1);
        }
    }
}
