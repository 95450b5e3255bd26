//! The index of words: made beside the requests, so that no message waits for it.
//!
//! A job reads what came since its last run and then, some at a time, what came before the index was begun. Ids of
//! messages sort by time, so two places say how far it has come. Several servers write at once and a message may become
//! visible later than one with a later id: the last half minute is therefore looked at again and again, and what is in the
//! index already is passed over.

use async_recursion::async_recursion as boxed;
use countersign_masking::mask_text;
use countersign_store::case_search::{END, place_at};
use countersign_store::message_token::{delete_tokens, insert_tokens, list_unread};
use countersign_store::setting::{find_setting, update_setting};
use countersign_store::{StoreError, Tx};
use countersign_types::pii::Purpose;
use countersign_types::{Result, Timestamp, time};
use serde::{Deserialize, Serialize};

use crate::Service;

/// The setting that says how far the index has come.
const STATE: &str = "message_index";
/// Messages in one transaction: others write in between.
const TOGETHER: i64 = 50;
/// Transactions of one run: what comes faster is found later, and is not made slower.
const RUN_MAX: usize = 20;
/// How long after another a message may become visible that has the earlier id.
const LATE_SPAN: i64 = 30 * time::SECOND;

/// How far the index has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Index {
    /// Everything before this moment, and since the index was begun, is in it, microseconds; 0 before it is begun.
    until: i64,
    /// Everything between this place and the beginning of the index is in it: the bytes of a message's id.
    from: String,
    /// Whether nothing is left before `from`.
    is_whole: bool,
}

impl Index {
    fn begun(now: Timestamp) -> Self {
        Self { until: now.as_micros(), from: hex::encode(place_at(now)), is_whole: false }
    }

    fn from(&self) -> [u8; 16] {
        hex::decode(&self.from).ok().and_then(|bytes| bytes.try_into().ok()).unwrap_or(END)
    }
}

/// Whether every message is in the index.
pub(super) async fn is_whole(tx: &mut Tx<'_>) -> std::result::Result<bool, StoreError> {
    Ok(find_setting::<Index>(tx, STATE).await?.is_some_and(|index| index.is_whole))
}

impl Service {
    /// Job: puts messages into the index of words, or removes the index where it is switched off.
    #[boxed]
    pub async fn index_job(&self) -> Result<()> {
        if !self.has_lease("search").await? {
            return Ok(());
        }
        let index =
            self.read(async move |tx: &mut Tx<'_>| Ok(find_setting::<Index>(tx, STATE).await?)).await?;
        if !self.config().search.messages {
            return self.remove_index(index.unwrap_or_default()).await;
        }
        let now = self.now();
        let mut index = match index.filter(|index| index.until > 0) {
            Some(index) => index,
            None => self.keep_index(Index::begun(now)).await?,
        };
        let mut runs = 0;
        let since = place_at(Timestamp::from_micros(index.until));
        while self.index_between(since, END, false).await?.is_some_and(|(_, is_full)| is_full) {
            runs += 1;
            if runs >= RUN_MAX {
                return Ok(());
            }
        }
        // Written now and then, not at every run.
        let until = now.as_micros() - LATE_SPAN;
        if until - index.until >= LATE_SPAN / 3 {
            index = self.keep_index(Index { until, ..index }).await?;
        }
        while !index.is_whole && runs < RUN_MAX {
            let found = self.index_between([0; 16], index.from(), true).await?;
            let from = found.map_or_else(|| index.from.clone(), |(last, _)| hex::encode(last));
            let is_whole = !found.is_some_and(|(_, is_full)| is_full);
            index = self.keep_index(Index { from, is_whole, ..index }).await?;
            runs += 1;
        }
        Ok(())
    }

    /// Puts some messages between two places into the index; answers with the last of them, and whether there may be more.
    async fn index_between(
        &self,
        after: [u8; 16],
        before: [u8; 16],
        is_newest_first: bool,
    ) -> Result<Option<([u8; 16], bool)>> {
        let vault = self.vault().clone();
        let find = async move |tx: &mut Tx<'_>| -> Result<_> {
            Ok(list_unread(tx, &vault, after, before, is_newest_first, TOGETHER).await?)
        };
        // Read apart, so that a second with nothing new is no write.
        let unread = self.read(find).await?;
        let Some(last) = unread.last().map(|message| message.id.to_bytes()) else { return Ok(None) };
        let is_full = i64::try_from(unread.len()).unwrap_or(i64::MAX) >= TOGETHER;
        let hidden = |text: &str| mask_text(text);
        let texts: Vec<_> = unread.iter().map(|m| (m.id, hidden(m.text.plain(Purpose::Match)))).collect();
        let vault = self.vault().clone();
        self.db()
            .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                Ok(insert_tokens(tx, &vault, &texts).await?)
            })
            .await?;
        Ok(Some((last, is_full)))
    }

    async fn keep_index(&self, index: Index) -> Result<Index> {
        let (kept, now) = (index.clone(), self.now());
        self.db()
            .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                Ok(update_setting(tx, STATE, &kept, now).await?)
            })
            .await?;
        Ok(index)
    }

    async fn remove_index(&self, index: Index) -> Result<()> {
        if index == Index::default() {
            return Ok(());
        }
        for _ in 0..RUN_MAX {
            let removed = self.db().write(async move |tx: &mut Tx<'_>| -> Result<u64> {
                Ok(delete_tokens(tx, TOGETHER).await?)
            });
            if removed.await? == 0 {
                self.keep_index(Index::default()).await?;
                return Ok(());
            }
        }
        Ok(())
    }
}
