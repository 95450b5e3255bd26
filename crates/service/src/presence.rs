//! Who of the team is here, which cases they look at, and whether they write there.

use async_recursion::async_recursion as boxed;
use countersign_store::case::has_case;
use countersign_store::{Tx, presence as store};
use countersign_types::presence::{CasePresence, Presence, PresenceSign, PresenceState};
use countersign_types::{CaseId, Error, Permission, Result, Timestamp, time};

use crate::Service;
use crate::caller::Request;
use crate::work::Log;

/// How long a sign of life counts: two of the console's, which come every 30 seconds, and some more.
const PRESENT_SPAN: i64 = 75 * time::SECOND;
/// How long somebody counts as writing after a key was pressed.
const WRITING_SPAN: i64 = 10 * time::SECOND;
/// The longest name of a window, characters.
const TAB_CHARS_MAX: usize = 64;

/// A sign of life of one window.
#[derive(Debug, Clone)]
pub struct SignOfLife {
    /// Online or away.
    pub state: PresenceState,
    /// The case on its screen.
    pub case: Option<CaseId>,
    /// Whether somebody wrote in it just now; nothing of what.
    pub is_writing: bool,
    /// Which of the person's windows; those that do not say are one.
    pub tab: Option<String>,
}

impl Service {
    /// Says that one is here, and which case one looks at. Each window speaks for itself. Others are told when that is
    /// news, not that one is still here. It leaves no event and no audit row: nothing was done.
    #[boxed]
    pub async fn update_presence(&self, request: &Request, sign: SignOfLife) -> Result<()> {
        let (mut grant, user, _) = self.authorise_own(request)?;
        if sign.case.is_some() {
            grant = self.authorise(request, Permission::CaseRead).await?;
        }
        let tab = self.tab(sign.tab.as_deref().unwrap_or_default())?;
        let (now, since) = (self.now(), self.present_since());
        let (state, case) = (sign.state, sign.case);
        let written_at = (sign.is_writing && case.is_some()).then_some(now);
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if let Some(case) = case
                && !has_case(tx, case).await?
            {
                return Err(Error::invalid("/case", "unknown-case", "There is no case with this id."));
            }
            let before = store::find_sign(tx, user.id, tab).await?.filter(|before| before.seen_at >= since);
            store::upsert_sign(tx, user.id, tab, state, case, written_at, now).await?;
            if before.is_none() {
                store::delete_old_signs(tx, user.id, since).await?;
            }
            let is_same = |before: PresenceSign| {
                let is_writing = is_writing(&before, now) == written_at.is_some();
                before.state == state && before.case == case && is_writing
            };
            if !before.is_some_and(is_same) {
                log.live("presence.updated", user.id);
            }
            Ok(())
        })
        .await
    }

    /// Who is here, by name.
    #[boxed]
    pub async fn list_presence(&self, request: &Request) -> Result<Vec<Presence>> {
        self.authorise(request, Permission::CaseRead).await?;
        let (now, since) = (self.now(), self.present_since());
        let signs =
            self.read(async move |tx: &mut Tx<'_>| Ok(store::list_signs_since(tx, since).await?)).await?;
        Ok(together(signs, now))
    }

    fn tab(&self, name: &str) -> Result<store::Tab> {
        if name.chars().count() > TAB_CHARS_MAX {
            return Err(Error::invalid(
                "/tab",
                "too-long",
                "The name of a window has at most 64 characters.",
            ));
        }
        let mut tab = store::Tab::default();
        tab.copy_from_slice(&self.vault().blind("presence_tab", name)[..16]);
        Ok(tab)
    }

    pub(crate) fn present_since(&self) -> Timestamp {
        self.now().plus(-PRESENT_SPAN)
    }
}

fn is_writing(sign: &PresenceSign, now: Timestamp) -> bool {
    sign.written_at.is_some_and(|at| now.since(at) < WRITING_SPAN)
}

/// The windows of each person as one. They come sorted by person.
fn together(signs: Vec<PresenceSign>, now: Timestamp) -> Vec<Presence> {
    let mut people: Vec<Presence> = Vec::new();
    for sign in signs {
        let seen = sign.case.map(|case| CasePresence { case, is_writing: is_writing(&sign, now) });
        match people.last_mut().filter(|last| last.user == sign.user) {
            None => people.push(Presence {
                user: sign.user,
                name: sign.name,
                state: sign.state,
                cases: seen.into_iter().collect(),
            }),
            Some(person) => {
                if sign.state == PresenceState::Online {
                    person.state = PresenceState::Online;
                }
                match (seen, person.cases.iter_mut().find(|known| Some(known.case) == sign.case)) {
                    (Some(seen), Some(known)) => known.is_writing |= seen.is_writing,
                    (Some(seen), None) => person.cases.push(seen),
                    (None, _) => {}
                }
            }
        }
    }
    people
}
