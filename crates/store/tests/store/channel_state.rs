//! What connectors remember of a channel, and what providers say of messages.

use countersign_store::testing::both;
use countersign_store::{
    StoreError, Tx, account as accounts, channel as channels, channel_state as store, message, subject_key,
};
use countersign_types::channel::ChannelHealth;
use countersign_types::message::{Attachment, Delivery, Direction};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::{AttachmentId, ChannelId, Timestamp, time};

use crate::channel::{channel, insert};
use crate::conversation::{account, case_id, customer, inbound, is_readable};
use crate::profile::{NOW, vault};

#[tokio::test]
async fn how_far_a_connector_has_read_stays_until_it_is_forgotten() {
    both(async |db| {
        insert(&db, channel(1), None).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let id = ChannelId::from_bytes([1; 16]);
            assert_eq!(store::find_read_until(tx, id).await?, None);
            store::update_health(tx, id, true, "", NOW).await?;
            assert_eq!(store::find_read_until(tx, id).await?, None, "a health says nothing of it");
            store::update_read_until(tx, id, "41").await?;
            store::update_read_until(tx, id, "42").await?;
            assert_eq!(store::find_read_until(tx, id).await?.as_deref(), Some("42"));
            assert_eq!(store::find_read_until(tx, ChannelId::from_bytes([2; 16])).await?, None);
            store::delete_channel_state(tx, id).await?;
            assert_eq!(store::find_read_until(tx, id).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn how_a_provider_gets_on_with_us_is_written_when_it_changes() {
    both(async |db| {
        insert(&db, channel(1), None).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let id = ChannelId::from_bytes([1; 16]);
            let health = async |tx: &mut Tx<'_>| -> Result<Option<ChannelHealth>, StoreError> {
                Ok(channels::list_channels(tx).await?.remove(0).health)
            };
            assert_eq!(health(tx).await?, None);
            store::update_read_until(tx, id, "41").await?;
            assert_eq!(health(tx).await?, None, "nothing was asked of it yet");
            let mut changed = Vec::new();
            for (n, (is_ok, detail)) in [
                (true, ""),
                (true, ""),
                (false, "no token"),
                (false, "no token"),
                (false, "gone"),
                (true, ""),
            ]
            .into_iter()
            .enumerate()
            {
                let at = NOW.plus(i64::try_from(n).unwrap_or(0));
                changed.push(store::update_health(tx, id, is_ok, detail, at).await?);
            }
            assert_eq!(changed, [true, false, true, false, true, true]);
            let expected = ChannelHealth { is_ok: true, detail: String::new(), at: NOW.plus(5) };
            assert_eq!(health(tx).await?, Some(expected));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

fn file(id: Option<u8>) -> Attachment {
    Attachment {
        name: "photo.jpg".to_owned(),
        mime_type: "image/jpeg".to_owned(),
        size_bytes: 10,
        url: None,
        id: id.map(|n| AttachmentId::from_bytes([n; 16])),
    }
}

#[tokio::test]
async fn a_file_that_was_announced_is_put_in_its_place() {
    both(async |db| {
        customer(&db, 1).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let key = subject_key::subject(tx, &vault(), account(1).to_bytes()).await?;
            let (mut with, without) = (inbound(5, 1, 5), inbound(6, 1, 6));
            with.attachments = vec![file(None), file(None)];
            let on = crate::conversation::channel().id;
            message::insert_message(tx, &key, on, Some("p5"), &with).await?;
            message::insert_message(tx, &key, on, Some("p6"), &without).await?;
            assert_eq!(message::lock_attachments(tx, &key, without.id).await?, None);
            let found = message::lock_attachments(tx, &key, with.id).await?;
            assert_eq!(found, Some((case_id(1), with.attachments.clone())));
            message::update_attachments(tx, &key, with.id, &[file(None), file(Some(9))]).await?;
            let found = message::lock_attachments(tx, &key, with.id).await?;
            assert_eq!(found, Some((case_id(1), vec![file(None), file(Some(9))])));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_was_on_its_way_before_a_moment_has_come_so_far() {
    both(async |db| {
        customer(&db, 1).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let key = subject_key::subject(tx, &vault(), account(1).to_bytes()).await?;
            let on = crate::conversation::channel().id;
            let replies =
                [(5, Delivery::Sent), (6, Delivery::Queued), (7, Delivery::Failed), (8, Delivery::Sent)];
            for (n, delivery) in replies {
                let mut said = inbound(n, 1, 0);
                said.direction = Direction::Outbound;
                said.delivery = Some(delivery);
                said.received_at = NOW.plus(i64::from(n) * time::SECOND);
                message::insert_message(tx, &key, on, None, &said).await?;
            }
            let until = |n: i64| NOW.plus(n * time::SECOND);
            let read = async |tx: &mut Tx<'_>, at: Timestamp, delivery| -> Result<usize, StoreError> {
                Ok(message::update_replies_before(tx, account(1), at, delivery).await?.len())
            };
            assert_eq!(read(tx, until(7), Delivery::Delivered).await?, 1);
            assert_eq!(read(tx, until(7), Delivery::Delivered).await?, 0, "known");
            assert_eq!(read(tx, until(7), Delivery::Read).await?, 1);
            assert_eq!(read(tx, until(7), Delivery::Delivered).await?, 0, "never backwards");
            assert_eq!(read(tx, until(9), Delivery::Sent).await?, 0, "no provider says that so");
            let mut all = Vec::new();
            for n in [5, 6, 7, 8] {
                let id = inbound(n, 1, 0).id;
                all.push(message::find_message(tx, &vault(), id).await?.and_then(|m| m.delivery));
            }
            let expected = [Delivery::Read, Delivery::Queued, Delivery::Failed, Delivery::Sent].map(Some);
            assert_eq!(all, expected);
            let last = message::find_last_inbound(tx, case_id(1)).await?;
            assert_eq!(last, Some(NOW), "as the case was made");
            assert_eq!(message::find_last_inbound(tx, case_id(9)).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_user_whom_the_channel_calls_otherwise_keeps_the_account() {
    both(async |db| {
        customer(&db, 1).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let on = crate::conversation::channel().id;
            let before = accounts::find_account(tx, &vault(), account(1)).await?.map(|found| found.user_id);
            let before = before.unwrap_or_else(|| Pii::new(""));
            let (scoped, nobody) = (Pii::new("DE.1349"), Pii::new("nobody"));
            let rename = async |tx: &mut Tx<'_>, on, former: &Pii<_>| -> Result<bool, StoreError> {
                accounts::update_account_user(tx, &vault(), on, former, &scoped, NOW.plus(1)).await
            };
            assert!(!rename(tx, on, &nobody).await?);
            assert!(!rename(tx, ChannelId::from_bytes([9; 16]), &before).await?, "another channel's user");
            assert!(rename(tx, on, &before).await?);
            assert!(!rename(tx, on, &before).await?, "nobody is called that any more");
            let hash = accounts::user_hash(&vault(), on, "DE.1349");
            let found = accounts::find_account_for_update(tx, on, hash).await?.map(|found| found.id);
            assert_eq!(found, Some(account(1)));
            let now = accounts::find_account(tx, &vault(), account(1)).await?.map(|found| found.user_id);
            assert_eq!(now.as_ref().map(|id| id.plain(Purpose::Match)), Some("DE.1349"));
            Ok(())
        })
        .await
        .unwrap();
        assert!(!is_readable(&db, "DE.1349").await);
    })
    .await;
}
