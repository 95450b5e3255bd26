//! How a customer writes: where, when, and how fast the two sides answer each other.
//!
//! Told only where there is enough to tell it from, and only where it is a habit: a customer who writes round the clock
//! has no usual hours.

use std::collections::BTreeMap;

/// Messages of the customer from which a usual channel can be told.
const CHANNEL_MIN: usize = 3;
/// Messages of the customer from which usual hours can be told.
const HOURS_MIN: usize = 8;
/// Share of the messages that lies within usual hours, percent.
const HOURS_PERCENT: usize = 70;
/// Longest usual hours; what takes longer is no habit.
const HOURS_LONG: usize = 10;
/// Answers from which a usual time can be told.
const ANSWERS_MIN: usize = 3;
/// A message that comes so much later begins anew rather than answers, microseconds: a week.
const ANSWER_SPAN: i64 = 7 * 24 * 60 * 60 * 1_000_000;

/// A message, as far as habits are read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<C> {
    /// In which conversation: any number, the same for the same conversation.
    pub case: u128,
    /// On which channel.
    pub channel: C,
    /// When, microseconds since 1970.
    pub at: i64,
    /// The hour on the company's clock, 0 to 23.
    pub hour: u8,
    /// Whether the customer said it, rather than a person of the company.
    pub is_customer: bool,
}

/// Hours of the day, on the company's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsualHours {
    /// The first hour.
    pub from: u8,
    /// The hour that they end before; less than `from` where midnight lies between.
    pub to: u8,
    /// Share of the customer's messages within them, percent.
    pub percent: u8,
}

/// How a customer writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Habits<C> {
    /// Messages of the customer that it was read from.
    pub messages: usize,
    /// Where they write most, and which share of their messages, percent.
    pub channel: Option<(C, u8)>,
    /// When.
    pub hours: Option<UsualHours>,
    /// Half of the customer's answers come within this time, microseconds.
    pub customer_answers_within: Option<i64>,
    /// Half of the company's answers come within this time, microseconds.
    pub company_answers_within: Option<i64>,
}

/// Reads habits from messages, in any order.
///
/// ```
/// use countersign_identity::habit::{Said, UsualHours, habits};
/// let said = |n: i64, hour| Said { case: 1, channel: "chat", at: n * 86_400_000_000, hour, is_customer: true };
/// let found = habits((0..10).map(|n| said(n, if n == 0 { 3 } else { 9 })).collect());
/// assert_eq!(found.channel, Some(("chat", 100)));
/// assert_eq!(found.hours, Some(UsualHours { from: 9, to: 10, percent: 90 }));
/// assert_eq!(found.customer_answers_within, None); // nobody asked
/// ```
pub fn habits<C: Copy + Ord>(mut said: Vec<Said<C>>) -> Habits<C> {
    said.sort_by_key(|message| (message.case, message.at));
    let theirs = said.iter().filter(|message| message.is_customer);
    let (mut channels, mut hours) = (BTreeMap::<C, usize>::new(), [0_usize; 24]);
    let mut messages = 0;
    for message in theirs {
        messages += 1;
        *channels.entry(message.channel).or_default() += 1;
        if let Some(hour) = hours.get_mut(usize::from(message.hour)) {
            *hour += 1;
        }
    }
    // Of two that are equal the first: the same every time.
    let most = channels.into_iter().rev().max_by_key(|(_, count)| *count);
    Habits {
        messages,
        channel: most.filter(|_| messages >= CHANNEL_MIN).map(|(c, count)| (c, percent(count, messages))),
        hours: usual_hours(&hours, messages),
        customer_answers_within: median(answers(&said, true)),
        company_answers_within: median(answers(&said, false)),
    }
}

/// The shortest hours in a row that hold most messages; among equally short ones those that hold more, then the earlier.
fn usual_hours(hours: &[usize; 24], messages: usize) -> Option<UsualHours> {
    if messages < HOURS_MIN {
        return None;
    }
    (1..=HOURS_LONG).find_map(|long| {
        let held = |from: usize| (from..from + long).map(|hour| hours[hour % 24]).sum::<usize>();
        let from = (0..24).rev().max_by_key(|from| held(*from))?;
        let is_usual = held(from) * 100 >= messages * HOURS_PERCENT;
        let hour = |hour: usize| u8::try_from(hour % 24).unwrap_or(0);
        is_usual.then(|| UsualHours {
            from: hour(from),
            to: hour(from + long),
            percent: percent(held(from), messages),
        })
    })
}

/// How long one side waited for the other: from its first word that nobody had answered.
fn answers<C>(said: &[Said<C>], of_customer: bool) -> Vec<i64> {
    let mut waits = Vec::new();
    let mut asked: Option<&Said<C>> = None;
    for message in said {
        if asked.is_some_and(|asked| asked.case != message.case) {
            asked = None;
        }
        match (asked, message.is_customer == of_customer) {
            (None, false) => asked = Some(message),
            (Some(question), true) => {
                let wait = message.at - question.at;
                if wait <= ANSWER_SPAN {
                    waits.push(wait);
                }
                asked = None;
            }
            _ => {}
        }
    }
    waits
}

fn median(mut waits: Vec<i64>) -> Option<i64> {
    if waits.len() < ANSWERS_MIN {
        return None;
    }
    waits.sort_unstable();
    waits.get((waits.len() - 1) / 2).copied()
}

/// Rounded, of a whole that is not nothing.
fn percent(part: usize, whole: usize) -> u8 {
    u8::try_from((part * 100 + whole / 2) / whole.max(1)).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn said(case: u128, minute: i64, is_customer: bool) -> Said<u8> {
        Said {
            case,
            channel: 1,
            at: minute * MINUTE,
            hour: u8::try_from(minute / 60 % 24).unwrap_or(0),
            is_customer,
        }
    }

    #[test]
    fn answers_count_from_the_first_word_that_waits_and_within_one_conversation() {
        let talk = |case| {
            // Two questions, one answer after ten minutes, thanks after five more.
            [
                said(case, 0, true),
                said(case, 4, true),
                said(case, 10, false),
                said(case, 12, false),
                said(case, 15, true),
            ]
        };
        let found = habits((0..3).flat_map(talk).collect());
        assert_eq!(
            (found.company_answers_within, found.customer_answers_within),
            (Some(10 * MINUTE), Some(5 * MINUTE))
        );
        // A week later is no answer, and one conversation does not answer another.
        let weeks = (0..5).flat_map(|case| [said(case, 0, true), said(case, 7 * 24 * 60 + 1, false)]);
        assert_eq!(habits(weeks.collect()).company_answers_within, None);
        let apart = (0..9).map(|case| said(case, i64::try_from(case).unwrap_or(0), case % 2 == 0));
        assert_eq!(habits(apart.collect()).company_answers_within, None);
    }

    #[test]
    fn what_is_no_habit_is_not_told() {
        let found = habits::<u8>(Vec::new());
        assert_eq!((found.messages, found.channel, found.hours), (0, None, None));
        let round_the_clock = (0..240).map(|n| said(1, n * 60, true)).collect();
        assert_eq!(habits(round_the_clock).hours, None);
        let seven = (0..7).map(|n| said(1, n * 24 * 60, true)).collect();
        assert_eq!(habits(seven).hours, None);
        let at_night =
            (0..20).map(|n| said(1, n * 24 * 60 + if n % 2 == 0 { 23 * 60 } else { 30 }, true)).collect();
        assert_eq!(habits(at_night).hours, Some(UsualHours { from: 23, to: 1, percent: 100 }));
    }

    #[test]
    fn the_order_in_which_messages_come_changes_nothing() {
        let mut all: Vec<_> = (0..40).map(|n| said((n % 3) as u128, n * 37, n % 4 != 1)).collect();
        let told = habits(all.clone());
        all.reverse();
        assert_eq!(habits(all), told);
    }
}
