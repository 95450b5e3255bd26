//! How a customer writes.

use countersign_service::habit::CustomerHabits;
use countersign_service::snapshot::Snapshot;
use countersign_types::time;
use serde::Serialize;
use utoipa::ToSchema;

use super::case::ChannelRef;

/// How a customer writes.
#[derive(Debug, Serialize, ToSchema)]
pub struct HabitsView {
    /// Messages of the customer that it is read from.
    messages: usize,
    /// Where they write most.
    channel: Option<UsualChannelView>,
    /// When they write most.
    hours: Option<UsualHoursView>,
    /// Labels of their conversations, the most frequent first.
    topics: Vec<HabitTopicView>,
    /// Half of their answers come within so many seconds.
    customer_answers_within_seconds: Option<i64>,
    /// Half of the answers to them come within so many seconds.
    company_answers_within_seconds: Option<i64>,
}

/// Where a customer writes most.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsualChannelView {
    /// The channel.
    channel: ChannelRef,
    /// Share of their messages, percent.
    percent: u8,
}

/// When a customer writes most.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsualHoursView {
    /// The first hour, 0 to 23.
    from: u8,
    /// The hour that they end before; less than `from` where midnight lies between.
    to: u8,
    /// Share of their messages, percent.
    percent: u8,
    /// By the clock of this time zone: the workspace's.
    time_zone: String,
}

/// What a customer writes about.
#[derive(Debug, Serialize, ToSchema)]
pub struct HabitTopicView {
    /// The label.
    label: String,
    /// How many of their conversations have it.
    cases: usize,
}

impl HabitsView {
    /// As anybody sees it who may see the customer: nothing personal stands in it.
    pub fn of(found: CustomerHabits, snapshot: &Snapshot) -> Self {
        let CustomerHabits { habits, topics, time_zone } = found;
        let seconds = |micros: i64| micros / time::SECOND;
        let channel = habits.channel.and_then(|(id, percent)| {
            let entry = snapshot.channels.get(&id)?;
            Some(UsualChannelView { channel: (&entry.channel).into(), percent })
        });
        Self {
            messages: habits.messages,
            channel,
            hours: habits.hours.map(|h| UsualHoursView {
                from: h.from,
                to: h.to,
                percent: h.percent,
                time_zone,
            }),
            topics: topics.into_iter().map(|(label, cases)| HabitTopicView { label, cases }).collect(),
            customer_answers_within_seconds: habits.customer_answers_within.map(seconds),
            company_answers_within_seconds: habits.company_answers_within.map(seconds),
        }
    }
}
