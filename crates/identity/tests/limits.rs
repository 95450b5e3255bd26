//! C-5, C-6, C-9 and X-13: limits hold whatever the clock does.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use countersign_identity::limits::*;
use proptest::prelude::*;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

fn missed(times: &[i64]) -> MissState {
    times.iter().fold(MissState::default(), |state, now| record_miss(state, *now, &MissPolicy::default()))
}

#[test]
fn c_5_five_misses_in_a_quarter_of_an_hour_lock_for_an_hour() {
    assert!(!is_locked(&missed(&[0, 1, 2, 3]), 4));
    let state = missed(&[0, 1, 2, 3, 4]);
    assert_eq!(lock_left(&state, 4), HOUR);
    assert!(is_locked(&state, HOUR + 3) && !is_locked(&state, HOUR + 4));
    assert!(!is_locked(&missed(&[0, 1, 2, 3, 15 * MINUTE]), 15 * MINUTE));
}

#[test]
fn c_5_ten_misses_in_a_day_lock_however_slow() {
    let times: Vec<i64> = (0..10).map(|i| i * 2 * HOUR).collect();
    assert!(!is_locked(&missed(&times[..9]), times[8]));
    assert!(is_locked(&missed(&times), times[9]));
}

#[test]
fn c_5_locks_double_to_a_day_and_are_forgotten_after_a_week() {
    let policy = MissPolicy::default();
    let (mut state, mut now, mut locks) = (MissState::default(), 0, Vec::new());
    for _ in 0..8 {
        while !is_locked(&state, now) {
            state = record_miss(state, now, &policy);
        }
        locks.push(lock_left(&state, now) / HOUR);
        now = state.locked_until;
    }
    assert_eq!(locks, [1, 2, 4, 8, 16, 24, 24, 24]);
    now += policy.strike_span;
    while !is_locked(&state, now) {
        state = record_miss(state, now, &policy);
    }
    assert_eq!(lock_left(&state, now) / HOUR, 1);
}

#[test]
fn c_5_a_hundred_misses_a_minute_raise_the_alarm() {
    let policy = AlarmPolicy::TEXT;
    let steady =
        (0..10_000i64).fold(AlarmState::default(), |s, i| record_workspace_miss(s, i * MINUTE / 99, &policy));
    assert!(!is_elevated(&steady, steady.seen_at), "99 a minute is below");
    let burst = (0..100).fold(AlarmState::default(), |s, i| record_workspace_miss(s, i, &policy));
    assert!(is_elevated(&burst, 15 * MINUTE) && !is_elevated(&burst, 16 * MINUTE));
    assert!(is_elevated(&burst, -HOUR), "a clock that steps back does not end it");
}

/// At most this many attempts reach the look-up in a day, however they are spread: what the arithmetic of the
/// code's bits rests on.
#[test]
fn c_5_one_sender_gets_few_guesses_a_day() {
    let policy = MissPolicy::default();
    for step in [MINUTE / 60, MINUTE / 10, MINUTE, 3 * MINUTE, 7 * MINUTE, HOUR] {
        let (mut state, mut guesses, mut now) = (MissState::default(), 0, 0);
        while now < 24 * HOUR {
            if !is_locked(&state, now) {
                state = record_miss(state, now, &policy);
                guesses += 1;
            }
            now += step;
        }
        assert!(guesses <= 14, "{guesses} guesses at one every {step} µs");
    }
}

proptest! {
    #[test]
    fn x_13_a_clock_that_steps_back_never_unlocks(times in prop::collection::vec(0i64..40 * HOUR, 1..60), back in 0i64..80 * HOUR) {
        let state = missed(&times);
        let seen = *times.iter().max().unwrap();
        prop_assert_eq!(state.seen_at, seen);
        prop_assert_eq!(is_locked(&state, seen), is_locked(&state, seen - back));
    }

    #[test]
    fn a_miss_never_shortens_a_lock(times in prop::collection::vec(0i64..40 * HOUR, 1..60), now in 0i64..60 * HOUR) {
        let state = missed(&times);
        let next = record_miss(state, now, &MissPolicy::default());
        prop_assert!(next.locked_until >= state.locked_until);
        prop_assert!(next.seen_at >= state.seen_at);
    }

    #[test]
    fn c_6_a_miss_while_locked_does_not_prolong_the_lock(times in prop::collection::vec(0i64..HOUR, 5..20)) {
        let state = missed(&times);
        prop_assume!(is_locked(&state, state.seen_at));
        let next = record_miss(state, state.seen_at, &MissPolicy::default());
        prop_assert_eq!(next, state);
    }

    #[test]
    fn no_lock_outlasts_its_limit(times in prop::collection::vec(any::<i64>(), 1..80)) {
        let policy = MissPolicy::default();
        let mut state = MissState::default();
        for now in times {
            state = record_miss(state, now, &policy);
            prop_assert!(lock_left(&state, state.seen_at) <= policy.lock_span_max);
        }
    }

    #[test]
    fn c_9_a_window_never_gives_more_than_its_limit(
        steps in prop::collection::vec(0i64..100, 1..200), count_max in 1u32..10, span in 1i64..300,
    ) {
        let policy = WindowPolicy { count_max, span };
        let (mut window, mut now, mut taken) = (Window::default(), 0, Vec::new());
        for step in steps {
            now += step;
            match window.take(now, policy) {
                Ok(next) => {
                    window = next;
                    taken.push(now);
                }
                Err(wait) => {
                    prop_assert!(wait > 0 && wait <= span);
                    prop_assert!(window.take(now + wait, policy).is_ok());
                }
            }
        }
        // A window that begins with its first event lets at most twice its limit into any span of that length.
        for at in &taken {
            let inside = taken.iter().filter(|t| (*at..*at + span).contains(*t)).count();
            prop_assert!(inside <= 2 * count_max as usize);
        }
    }
}
