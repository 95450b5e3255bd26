//! Locks: who is locked, one more session by another person's word, and sessions that fail out of the ordinary (V-2).

use std::collections::BTreeSet;

use async_recursion::async_recursion as boxed;
use countersign_masking::mask_text;
use countersign_store::{Tx, profile, verification as store};
use countersign_types::engagement::VerificationFailures;
use countersign_types::pii::{Pii, Purpose, Viewer};
use countersign_types::{Error, Permission, ProfileId, Result, Timestamp, UserId, time};
use countersign_verification::lock::{Alert, Failures, OVERRIDE_SPAN, OverrideRefused, Tally, alert};
use countersign_verification::policy::LockRule;
use serde_json::{Value, json};

use super::Brief;
use super::around::Who;
use crate::Service;
use crate::caller::Request;
use crate::work::Log;

/// Locked customers that a list shows at most.
const LIST_MAX: i64 = 500;

/// A customer whom nobody is verified as for the time being.
#[derive(Debug, Clone)]
pub struct Lock {
    /// The customer.
    pub profile: Brief,
    /// Until when.
    pub until: Timestamp,
    /// Failed sessions that still count.
    pub failures: usize,
    /// Whether one more session is allowed at this moment.
    pub is_open: bool,
    /// Whether whoever asks may allow one.
    pub may_override: bool,
    /// Why one was last allowed, without what is personal in it.
    pub reason: Option<String>,
}

/// An agent whose sessions fail out of the ordinary.
#[derive(Debug, Clone)]
pub struct Told {
    /// Who.
    pub user: UserId,
    /// Their name, while they work here.
    pub name: Option<String>,
    /// Sessions of the last hour.
    pub sessions: u32,
    /// Those that failed.
    pub failed: u32,
    /// When it was noticed.
    pub at: Timestamp,
}

/// The locks page.
#[derive(Debug, Clone)]
pub struct LockList {
    /// Locked customers.
    pub locks: Vec<Lock>,
    /// Agents.
    pub told: Vec<Told>,
    /// For whom it is rendered.
    pub viewer: Viewer,
}

/// The failures of a customer and of those who became part of them.
pub(super) struct Locks(Vec<(ProfileId, Failures)>);

fn read(value: Value) -> Result<Failures> {
    serde_json::from_value(value).map_err(Error::internal)
}

impl Locks {
    pub(super) async fn read(tx: &mut Tx<'_>, profile: ProfileId) -> Result<Self> {
        Self::of(store::find_failures_for_update(tx, profile).await?)
    }

    /// To be looked at: nobody waits for it.
    pub(super) async fn look(tx: &mut Tx<'_>, profile: ProfileId) -> Result<Self> {
        Self::of(store::find_failures(tx, profile).await?)
    }

    fn of(rows: Vec<VerificationFailures>) -> Result<Self> {
        let all = rows.into_iter().map(|row| Ok((row.profile, read(row.failures)?)));
        Ok(Self(all.collect::<Result<_>>()?))
    }

    /// Of all of them: they add up, and a lock of any is one of all (V-2).
    fn all(&self) -> Failures {
        self.0.iter().fold(Failures::default(), |all, (_, failures)| all.join(failures))
    }

    pub(super) fn is_locked(&self, now: Timestamp) -> bool {
        self.all().is_locked(now)
    }

    fn own(&self, profile: ProfileId) -> Failures {
        let own = self.0.iter().find(|(of, _)| *of == profile);
        own.map(|(_, failures)| failures.clone()).unwrap_or_default()
    }

    /// Says in the columns that lists look at until when each of them is locked: one alone by its own failures, one of
    /// several by those of all.
    async fn tell(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<()> {
        let until = self.all().until();
        for (of, failures) in &self.0 {
            save(tx, *of, (failures, until), now).await?;
        }
        Ok(())
    }
}

async fn save(
    tx: &mut Tx<'_>,
    profile: ProfileId,
    (failures, until): (&Failures, Option<Timestamp>),
    now: Timestamp,
) -> Result<()> {
    let written = serde_json::to_value(failures).map_err(Error::internal)?;
    // The column is what lists look at; an override leaves it, so that whoever was allowed one more stays in the list.
    let row = VerificationFailures { profile, failures: written, locked_until: until };
    Ok(store::upsert_failures(tx, &row, now).await?)
}

/// Two profiles became one, or are two again: those of each stay where they are, and the lists are told what they come to.
pub(crate) async fn regrouped(
    tx: &mut Tx<'_>,
    log: &mut Log,
    profiles: &[ProfileId],
    now: Timestamp,
) -> Result<()> {
    for profile in profiles {
        let mut locks = Locks::read(tx, *profile).await?;
        match locks.0.as_mut_slice() {
            [] => continue,
            [(_, alone)] => *alone = alone.alone(),
            _ => {}
        }
        locks.tell(tx, now).await?;
        let was_locked = locks.0.iter().any(|(_, failures)| failures.is_locked(now));
        let all = locks.all();
        if all.is_locked(now) && !was_locked {
            let failures = all.count(now, &LockRule::default());
            let until = all.locked_until(now);
            log.audit("verification.lock", *profile, json!({ "until": until, "failures": failures }));
        }
        log.live("verification_lock.updated", *profile);
    }
    Ok(())
}

/// A failed session of a customer, whose profile is locked.
pub(super) async fn failed(
    tx: &mut Tx<'_>,
    log: &mut Log,
    (profile, by, parties): (ProfileId, UserId, &BTreeSet<UserId>),
    rule: &LockRule,
    now: Timestamp,
) -> Result<()> {
    let mut locks = Locks::read(tx, profile).await?;
    let all = locks.all();
    let was_locked = all.is_locked(now);
    let failures = locks.own(profile).record_among(&all, by, now, rule).with_parties(parties);
    locks.0.retain(|(of, _)| *of != profile);
    // What was allowed of all of them was this one session.
    for (_, other) in &mut locks.0 {
        *other = other.passed(now);
    }
    locks.0.push((profile, failures));
    locks.tell(tx, now).await?;
    let all = locks.all();
    if all.is_locked(now) && !was_locked {
        let until = all.locked_until(now);
        log.audit("verification.lock", profile, json!({ "until": until, "failures": all.count(now, rule) }));
        log.live("verification_lock.updated", profile);
    }
    Ok(())
}

/// A session that was passed: whoever was allowed one more has had it.
pub(super) async fn passed(tx: &mut Tx<'_>, profile: ProfileId, now: Timestamp) -> Result<()> {
    let before = Locks::read(tx, profile).await?;
    let after = Locks(before.0.iter().map(|(of, failures)| (*of, failures.passed(now))).collect());
    if after.0 == before.0 { Ok(()) } else { after.tell(tx, now).await }
}

/// Counts a session that came out for its agent and for everybody; tells where that agent's fail out of the ordinary, once
/// an hour.
pub(super) async fn tally(
    tx: &mut Tx<'_>,
    log: &mut Log,
    by: UserId,
    is_failed: bool,
    now: Timestamp,
) -> Result<()> {
    let none = serde_json::to_value(Tally::default()).map_err(Error::internal)?;
    let mut all = Vec::with_capacity(2);
    for of in [by.to_bytes(), store::EVERYBODY] {
        let (before, told_at) = store::lock_tally(tx, of, &none, now).await?;
        let before: Tally = serde_json::from_value(before).map_err(Error::internal)?;
        all.push((of, before.record(now, is_failed), told_at));
    }
    let noticed = alert(&all[0].1, &all[1].1, now);
    let is_news = all[0].2.is_none_or(|at| now.since(at) >= time::HOUR);
    if let Some(why) = noticed.filter(|_| is_news && is_failed) {
        all[0].2 = Some(now);
        let (sessions, failed) = all[0].1.sums(now);
        let why = match why {
            Alert::ManyFailures => "many_failures",
            Alert::UnlikeTheTeam => "unlike_the_team",
        };
        log.audit("verification.alert", by, json!({ "why": why, "sessions": sessions, "failed": failed }));
        log.live("verification_lock.updated", by);
    }
    for (of, tally, told_at) in all {
        let written = serde_json::to_value(&tally).map_err(Error::internal)?;
        store::upsert_tally(tx, of, (&written, told_at), now).await?;
    }
    Ok(())
}

impl Service {
    /// Customers who are locked, and agents whose sessions fail out of the ordinary.
    #[boxed]
    pub async fn list_verification_locks(&self, request: &Request) -> Result<LockList> {
        let grant = self.authorise(request, Permission::VerificationSupervise).await?;
        let (service, now, viewer) = (self.clone(), self.now(), grant.viewer());
        let by = Who::of(&request.caller).user;
        self.read(async move |tx: &mut Tx<'_>| -> Result<LockList> {
            let (mut locks, mut listed) = (Vec::new(), BTreeSet::new());
            for row in store::list_locked(tx, now, LIST_MAX).await? {
                let (Some(until), Some(brief)) = (row.locked_until, service.brief(tx, row.profile).await?)
                else {
                    continue;
                };
                // Of several who became one, each has a row.
                if !listed.insert(brief.id) {
                    continue;
                }
                let failures = Locks::look(tx, brief.id).await?.all();
                let may_override = failures.override_by(by, "as a question", now).is_ok();
                let allowed = store::find_last_override(tx, service.vault(), brief.id).await?;
                locks.push(Lock {
                    reason: allowed.map(|allowed| mask_text(allowed.reason.plain(Purpose::Match))),
                    profile: brief,
                    until,
                    failures: failures.count(now, &LockRule::default()),
                    is_open: !failures.is_locked(now),
                    may_override,
                });
            }
            let mut told = Vec::new();
            for (user, tally, at) in store::list_told(tx, now.plus(-time::DAY), LIST_MAX).await? {
                let tally: Tally = serde_json::from_value(tally).map_err(Error::internal)?;
                let (sessions, failed) = tally.sums(now);
                let name = countersign_store::user::find_user(tx, user).await?.map(|user| user.name);
                told.push(Told { user, name, sessions, failed, at });
            }
            Ok(LockList { locks, told, viewer })
        })
        .await
    }

    /// Allows one more session within the hour, for a reason. Another person than those who led the failed ones.
    #[boxed]
    pub async fn override_verification_lock(
        &self,
        request: &Request,
        id: ProfileId,
        reason: &str,
    ) -> Result<()> {
        let grant = self.authorise(request, Permission::VerificationSupervise).await?;
        if request.caller.role().is_none() {
            return Err(Error::Refused {
                code: "people-only",
                detail: "A lock is opened by a person, who says why.",
                hint: "Log in as a supervisor.",
            });
        }
        let who = Who::of(&request.caller);
        let reason = reason.trim().to_owned();
        let (now, own) = (self.now(), self.new_id::<UserId>()?);
        let (service, wanted) = (self.clone(), id);
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let found = profile::lock_survivor(tx, wanted).await?;
            let (profile, _) = found.ok_or(Error::NotFound("profile"))?;
            if service.related(tx, &who).await?.contains(&profile) {
                return Err(super::refusal::error(
                    countersign_verification::engagement::Refusal::OwnProfile,
                    "",
                ));
            }
            let locks = Locks::read(tx, profile).await?;
            let opened = locks.all().override_by(who.user, &reason, now).map_err(refused)?;
            let allowed = locks.0.iter().map(|(of, failures)| (*of, failures.allowed_as(&opened)));
            Locks(allowed.collect()).tell(tx, now).await?;
            // What people say of a customer stands under the customer's key, and not in the audit log.
            let user = who.user;
            let allowed =
                store::Override { id: own.to_bytes(), profile, user, reason: Pii::new(reason), at: now };
            store::insert_override(tx, service.vault(), &allowed).await?;
            log.audit("verification.override", profile, json!({ "allowed_until": now.plus(OVERRIDE_SPAN) }));
            log.live("verification_lock.updated", profile);
            Ok(())
        })
        .await
    }
}

fn refused(why: OverrideRefused) -> Error {
    match why {
        OverrideRefused::NotLocked => Error::conflict(
            "not-locked",
            "The customer is not locked.",
            "Verify them; nothing stands in the way.",
        ),
        OverrideRefused::SamePerson => Error::Refused {
            code: "same-person",
            detail: "You took part in one of the failed sessions. Another person has to allow one more.",
            hint: "Ask another supervisor.",
        },
        OverrideRefused::NoReason => {
            Error::invalid("/reason", "invalid-reason", "Say in 10 to 500 characters why you allow it.")
        }
    }
}
