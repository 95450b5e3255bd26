//! How a customer writes: read anew at each look from when and where they wrote, never from what.

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;

use countersign_identity::habit::{Habits, Said, habits};
use countersign_rules::calendar::local_hour;
use countersign_store::{Tx, habit as store, profile};
use countersign_types::message::Direction;
use countersign_types::{ChannelId, Error, Permission, ProfileId, Result, time};
use jiff::tz::TimeZone;

use crate::Service;
use crate::caller::Request;

/// How far back a habit is looked for: people change theirs.
const SPAN: i64 = 365 * time::DAY;
/// Newest messages that it is read from.
const MESSAGES_MAX: i64 = 2_000;
/// Newest conversations whose labels are counted.
const CASES_MAX: i64 = 500;
/// Topics that are named.
const TOPICS_MAX: usize = 5;

/// How a customer writes, and about what.
#[derive(Debug, Clone)]
pub struct CustomerHabits {
    /// Where, when and how fast.
    pub habits: Habits<ChannelId>,
    /// Labels of their conversations with how many have each, the most frequent first.
    pub topics: Vec<(String, usize)>,
    /// The time zone of the hours: the workspace's.
    pub time_zone: String,
}

impl Service {
    /// How a customer wrote in the last year, over all their channels.
    #[boxed]
    pub async fn get_habits(&self, request: &Request, id: ProfileId) -> Result<CustomerHabits> {
        let grant = self.authorise(request, Permission::ProfileRead).await?;
        let since = self.now().plus(-SPAN);
        let (said, labels) = self
            .read(async move |tx: &mut Tx<'_>| -> Result<_> {
                let id = profile::find_survivor(tx, id).await?.ok_or(Error::NotFound("profile"))?;
                let said = store::list_said(tx, id, since, MESSAGES_MAX).await?;
                Ok((said, store::list_labels(tx, id, since, CASES_MAX).await?))
            })
            .await?;
        self.record_view(&request.caller, &grant, id).await?;
        let snapshot = self.snapshot();
        let zone = snapshot.zone.clone().unwrap_or(TimeZone::UTC);
        let said = said.into_iter().map(|message| Said {
            case: u128::from_be_bytes(message.case.to_bytes()),
            channel: message.channel,
            at: message.at.as_micros(),
            hour: local_hour(&zone, message.at),
            is_customer: message.direction == Direction::Inbound,
        });
        Ok(CustomerHabits {
            habits: habits(said.collect()),
            topics: topics(labels),
            time_zone: snapshot.workspace.time_zone.clone(),
        })
    }
}

/// The most frequent labels; among equally frequent ones by the alphabet.
fn topics(labels: Vec<Vec<String>>) -> Vec<(String, usize)> {
    let mut counts = BTreeMap::<String, usize>::new();
    for label in labels.into_iter().flatten() {
        *counts.entry(label).or_default() += 1;
    }
    let mut topics: Vec<(String, usize)> = counts.into_iter().collect();
    topics.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    topics.truncate(TOPICS_MAX);
    topics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_the_most_frequent_labels() {
        let cases = [&["refund", "card"][..], &["card"], &["b"], &["a"], &["c"], &["d"], &[]];
        let cases = cases.map(|labels| labels.iter().map(|label| (*label).to_owned()).collect()).to_vec();
        let found = topics(cases);
        let names: Vec<&str> = found.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!((names, found[0].1), (vec!["card", "a", "b", "c", "d"], 2));
    }
}
