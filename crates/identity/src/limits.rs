//! Counting misses, locking senders, raising the alarm: the arithmetic of C-5, C-6 and C-9.
//!
//! Every state is a handful of integers that the caller stores with the conversation, the channel account or the
//! workspace and hands back, so counters survive restarts and re-issued codes. Times and spans are microseconds.
//! A clock that steps back never unlocks anything: each state remembers the latest time it has seen (X-13). The
//! states belong to senders, never to the person a code was issued for (C-6).

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A count within a window that begins with its first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// When the first event of the window happened.
    pub started_at: i64,
    /// Events since then; zero when there is no window.
    pub count: u32,
}

/// How many events a window may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowPolicy {
    /// The most events in one window.
    pub count_max: u32,
    /// How long a window lasts.
    pub span: i64,
}

impl Window {
    /// Does the window hold anything at this time? A clock before its start is still inside.
    const fn is_open(&self, now: i64, span: i64) -> bool {
        self.count > 0 && now.saturating_sub(self.started_at) < span
    }

    /// The window with one more event.
    #[must_use]
    pub const fn record(self, now: i64, span: i64) -> Self {
        if self.is_open(now, span) {
            Self { started_at: self.started_at, count: self.count.saturating_add(1) }
        } else {
            Self { started_at: now, count: 1 }
        }
    }

    /// Takes one event if the policy has room for it; otherwise says how long to wait.
    ///
    /// ```
    /// use countersign_identity::limits::{Window, WindowPolicy};
    /// let policy = WindowPolicy { count_max: 2, span: 60 };
    /// let window = Window::default().take(100, policy)?.take(110, policy)?;
    /// assert_eq!(window.take(130, policy), Err(30));
    /// assert_eq!(window.take(160, policy).map(|w| w.count), Ok(1));
    /// # Ok::<(), i64>(())
    /// ```
    pub const fn take(self, now: i64, policy: WindowPolicy) -> Result<Self, i64> {
        let next = self.record(now, policy.span);
        if next.count <= policy.count_max {
            Ok(next)
        } else {
            Err(self.started_at.saturating_add(policy.span).saturating_sub(now))
        }
    }
}

/// When misses lock a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissPolicy {
    /// Misses in a short time that lock.
    pub short: WindowPolicy,
    /// Misses in a long time that lock.
    pub long: WindowPolicy,
    /// How long the first lock lasts; each further one lasts twice as long.
    pub lock_span: i64,
    /// How long a lock lasts at most.
    pub lock_span_max: i64,
    /// How long after a lock its strike is remembered.
    pub strike_span: i64,
}

impl Default for MissPolicy {
    /// 5 in 15 minutes or 10 in 24 hours; 1 hour doubling to 24 hours; strikes are remembered for 7 days.
    fn default() -> Self {
        Self {
            short: WindowPolicy { count_max: 5, span: 15 * MINUTE },
            long: WindowPolicy { count_max: 10, span: DAY },
            lock_span: HOUR,
            lock_span_max: DAY,
            strike_span: 7 * DAY,
        }
    }
}

/// What is known of a sender's misses. The default is a sender who never missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MissState {
    /// Misses in a short time.
    pub short: Window,
    /// Misses in a long time.
    pub long: Window,
    /// Until when every attempt is refused; zero if never locked.
    pub locked_until: i64,
    /// Locks so far, as far as they are remembered.
    pub strikes: u32,
    /// The latest time seen.
    pub seen_at: i64,
}

/// The state after one more miss. A miss while locked changes nothing: attempts are refused before they are
/// looked up, so a lock cannot be prolonged from outside.
///
/// ```
/// use countersign_identity::limits::{is_locked, record_miss, MissPolicy, MissState};
/// let policy = MissPolicy::default();
/// let mut state = MissState::default();
/// for _ in 0..4 {
///     state = record_miss(state, 1_000, &policy);
///     assert!(!is_locked(&state, 1_000));
/// }
/// state = record_miss(state, 1_000, &policy);
/// assert!(is_locked(&state, 1_000));
/// assert!(is_locked(&state, 0), "a clock that steps back does not unlock");
/// assert!(!is_locked(&state, 1_000 + policy.lock_span));
/// ```
#[must_use]
pub fn record_miss(state: MissState, now: i64, policy: &MissPolicy) -> MissState {
    let now = now.max(state.seen_at);
    let mut next = MissState { seen_at: now, ..state };
    if now < state.locked_until {
        return next;
    }
    if now.saturating_sub(state.locked_until) >= policy.strike_span {
        next.strikes = 0;
    }
    next.short = state.short.record(now, policy.short.span);
    next.long = state.long.record(now, policy.long.span);
    if next.short.count >= policy.short.count_max || next.long.count >= policy.long.count_max {
        let doubled = policy.lock_span.saturating_mul(1i64 << next.strikes.min(40));
        next.locked_until =
            now.saturating_add(doubled.clamp(policy.lock_span, policy.lock_span_max.max(policy.lock_span)));
        next.strikes = next.strikes.saturating_add(1);
        next.short = Window::default();
    }
    next
}

/// Is every attempt of this sender to be refused now?
pub fn is_locked(state: &MissState, now: i64) -> bool {
    lock_left(state, now) > 0
}

/// How long the lock still lasts; zero when there is none.
pub fn lock_left(state: &MissState, now: i64) -> i64 {
    state.locked_until.saturating_sub(now.max(state.seen_at)).max(0)
}

/// When the misses of a whole workspace raise the alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlarmPolicy {
    /// Misses with a right check symbol that raise it.
    pub misses: WindowPolicy,
    /// How long *elevated mode* lasts after the last miss above the limit.
    pub elevated_span: i64,
}

impl AlarmPolicy {
    /// 100 misses a minute, the default; elevated for 15 minutes.
    pub const TEXT: Self =
        Self { misses: WindowPolicy { count_max: 100, span: MINUTE }, elevated_span: 15 * MINUTE };
}

/// The misses of a whole workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AlarmState {
    /// Misses with a right check symbol in this minute.
    pub misses: Window,
    /// Until when senders get one miss instead of five before they have to wait, and the console warns.
    pub elevated_until: i64,
    /// The latest time seen.
    pub seen_at: i64,
}

/// The workspace's state after one more miss with a right check symbol.
///
/// ```
/// use countersign_identity::limits::{is_elevated, record_workspace_miss, AlarmPolicy, AlarmState};
/// let mut state = AlarmState::default();
/// for _ in 0..99 {
///     state = record_workspace_miss(state, 5, &AlarmPolicy::TEXT);
/// }
/// assert!(!is_elevated(&state, 5));
/// state = record_workspace_miss(state, 5, &AlarmPolicy::TEXT);
/// assert!(is_elevated(&state, 5));
/// ```
#[must_use]
pub fn record_workspace_miss(state: AlarmState, now: i64, policy: &AlarmPolicy) -> AlarmState {
    let now = now.max(state.seen_at);
    let misses = state.misses.record(now, policy.misses.span);
    let is_raised = misses.count >= policy.misses.count_max;
    let elevated_until = if is_raised {
        now.saturating_add(policy.elevated_span).max(state.elevated_until)
    } else {
        state.elevated_until
    };
    AlarmState { misses, elevated_until, seen_at: now }
}

/// Is the workspace in elevated mode now?
pub fn is_elevated(state: &AlarmState, now: i64) -> bool {
    now.max(state.seen_at) < state.elevated_until
}

/// When misses on the telephone mean that numbers are being guessed (I-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuessPolicy {
    /// Misses in a span that are still usual.
    pub misses_usual: u32,
    /// The span.
    pub span: i64,
    /// How long nothing is asked once more than these missed, and more than half of all did.
    pub rest_span: i64,
}

impl Default for GuessPolicy {
    /// More than 20 misses a minute, more than half of what was asked; 5 minutes.
    fn default() -> Self {
        Self { misses_usual: 20, span: MINUTE, rest_span: 5 * MINUTE }
    }
}

/// What was asked of all that callers keyed in, and how much of it missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GuessState {
    /// What was asked in this span.
    pub asked: Window,
    /// How much of that missed.
    pub missed: u32,
    /// Until when nothing is asked.
    pub guessed_until: i64,
    /// The latest time seen.
    pub seen_at: i64,
}

/// The state after one more number was asked for.
#[must_use]
pub fn record_guess(state: GuessState, now: i64, policy: &GuessPolicy) -> GuessState {
    let now = now.max(state.seen_at);
    let asked = state.asked.record(now, policy.span);
    // A new span begins without misses.
    let missed =
        if asked.started_at == state.asked.started_at && state.asked.count > 0 { state.missed } else { 0 };
    GuessState { asked, missed, seen_at: now, ..state }
}

/// The state after what was asked for was not known.
///
/// ```
/// use countersign_identity::limits::{is_guessed, record_guess, record_guess_miss, GuessPolicy, GuessState};
/// let policy = GuessPolicy::default();
/// let mut state = GuessState::default();
/// for n in 0..21 {
///     assert!(!is_guessed(&state, n), "{n} misses are usual");
///     state = record_guess_miss(record_guess(state, n, &policy), n, &policy);
/// }
/// assert!(is_guessed(&state, 21));
/// assert!(is_guessed(&state, 0), "a clock that steps back ends nothing");
/// assert!(!is_guessed(&state, 20 + policy.rest_span));
/// ```
#[must_use]
pub fn record_guess_miss(state: GuessState, now: i64, policy: &GuessPolicy) -> GuessState {
    let now = now.max(state.seen_at);
    let missed = state.missed.saturating_add(1);
    let is_many = missed > policy.misses_usual && u64::from(missed) * 2 > u64::from(state.asked.count);
    let guessed_until = if is_many {
        now.saturating_add(policy.rest_span).max(state.guessed_until)
    } else {
        state.guessed_until
    };
    GuessState { missed, guessed_until, seen_at: now, ..state }
}

/// Is nothing to be asked of what callers key in now?
pub fn is_guessed(state: &GuessState, now: i64) -> bool {
    now.max(state.seen_at) < state.guessed_until
}
