//! An agent takes a call that rings in the console.

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, call as store};
use countersign_telephony::{Leg, LegKind};
use countersign_types::call::{Call, CallState};
use countersign_types::phone_number::PhoneAdapter;
use countersign_types::{CallId, Error, Permission, Result, Timestamp, UserId};

use super::live::Going;
use super::{CallDetail, Known};
use crate::Service;
use crate::caller::{Caller, Request};
use crate::snapshot::Snapshot;

impl Service {
    /// Takes a call that rings for whoever asks.
    #[boxed]
    pub async fn accept_call(&self, request: &Request, id: CallId) -> Result<CallDetail> {
        let grant = self.authorise(request, Permission::CallWrite).await?;
        self.authorise(request, Permission::CallRead).await?;
        let Caller::User { user, .. } = &request.caller else {
            return Err(Error::Refused {
                code: "people-only",
                detail: "A call is taken by a person.",
                hint: "Log in as the agent who takes it.",
            });
        };
        let (user, snapshot) = (user.id, self.snapshot());
        let accept = move |going: &mut Going, now: Timestamp| accept(going, &snapshot, user, now);
        let (answer, turn) = self.turn_call(&grant, id, accept).await?;
        match answer {
            Some(true) => {}
            Some(false) => return Err(over()),
            None => self.repeated(id, user).await?,
        }
        self.perform_beside(turn).await.map_err(Error::internal)?;
        let found = self.call_for(grant.viewer(), id).await?;
        self.record_view(&request.caller, &grant, found.caller.profile).await?;
        Ok(found)
    }

    /// Nothing was done: the same request did it before, or the call is over.
    async fn repeated(&self, id: CallId, user: UserId) -> Result<()> {
        let service = self.clone();
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Option<Call>> {
            Ok(store::find_call(tx, service.vault(), id).await?)
        });
        let call = found.await?.ok_or(Error::NotFound("call"))?;
        if call.agent == Some(user) { Ok(()) } else { Err(over()) }
    }
}

/// Whether they have the call; `false`: it ended a moment ago.
fn accept(going: &mut Going, snapshot: &Snapshot, user: UserId, now: Timestamp) -> Result<bool> {
    let at = going.moment(now);
    going.tick(at)?;
    if going.live.state.is_over() {
        // Its last timer fired just now; that is written.
        return Ok(false);
    }
    if going.call.state == CallState::Connected {
        return if going.call.agent == Some(user) { Ok(true) } else { Err(taken()) };
    }
    let is_bench = going.call.adapter == PhoneAdapter::Bench;
    let leg = going.live.under_way.leg.as_ref().filter(|leg| leg.kind != LegKind::Transfer);
    let leg = leg.filter(|leg| if is_bench { true } else { !leg.rung.is_empty() });
    let Some(leg) = leg else { return Err(silent()) };
    if leg.is_of_console() && !rings_for(leg, is_bench, snapshot, user) {
        return Err(Error::Refused {
            code: "not-your-call",
            detail: "The call rings for somebody else.",
            hint: "Take calls that ring for you or for a group you are in.",
        });
    }
    if !is_bench {
        // The console has no sound: whoever takes the call is spoken with by the telephone that rings.
        let detail = "The call rings on your telephone and is taken there.";
        let hint = "Answer your telephone and press a key.";
        return Err(Error::conflict("rings-on-telephone", detail, hint));
    }
    going.taken_by(user, at)?;
    Ok(true)
}

/// Whether a call rings for whoever asks.
pub(super) fn rings_for_caller(known: &Known, is_bench: bool, snapshot: &Snapshot, caller: &Caller) -> bool {
    let Caller::User { user, .. } = caller else { return false };
    let leg = known.live.as_ref().and_then(|live| live.under_way.leg.as_ref());
    leg.is_some_and(|leg| {
        leg.is_of_console() && !leg.is_answered && rings_for(leg, is_bench, snapshot, user.id)
    })
}

/// Whether it rings for them: on the bench for everybody who is meant, and else for those whose telephones ring.
fn rings_for(leg: &Leg, is_bench: bool, snapshot: &Snapshot, user: UserId) -> bool {
    if is_bench { is_for(leg, snapshot, user) } else { leg.rings(&user.to_string()) }
}

/// Whether they are meant: by name, in a group of theirs, or in a queue that no group has the name of.
pub(super) fn is_for(leg: &Leg, snapshot: &Snapshot, user: UserId) -> bool {
    if leg.kind == LegKind::Connect && leg.to.starts_with("usr_") {
        return leg.to == user.to_string();
    }
    let named = |group: &&crate::snapshot::GroupEntry| {
        group.id.to_string() == leg.to
            || (leg.kind == LegKind::Queue && group.name.eq_ignore_ascii_case(&leg.to))
    };
    match snapshot.groups.iter().find(named) {
        Some(group) => group.members.contains(&user),
        None => leg.kind == LegKind::Queue,
    }
}

fn taken() -> Error {
    Error::conflict("call-taken", "A colleague has taken the call.", "Take the next one.")
}

fn over() -> Error {
    Error::conflict("call-over", "The call is over.", "Call back, or take the next one.")
}

fn silent() -> Error {
    Error::conflict("call-silent", "The call does not ring at this moment.", "Take it when it rings.")
}
