//! Channels and their secrets, settings, and the sessions of visitors' browsers.

use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx, channel as store, setting, web_chat};
use countersign_types::channel::{Channel, ChannelKind, ChannelState};
use countersign_types::{ChannelId, Timestamp, WebChatSessionId, time};

use crate::conversation::{account, customer, is_readable};
use crate::profile::{NOW, vault};

pub(crate) fn channel(n: u8) -> Channel {
    Channel {
        id: ChannelId::from_bytes([n; 16]),
        kind: ChannelKind::Custom,
        name: format!("channel {n}"),
        state: ChannelState::Active,
        config: serde_json::json!({ "outbound_url": "https://company.example/messages" }),
        last_inbound_at: None,
        last_outbound_at: None,
        created_at: NOW.plus(n.into()),
        updated_at: NOW.plus(n.into()),
    }
}

pub(crate) async fn insert(db: &TestDb, new: Channel, secret: Option<&'static str>) {
    db.write(async move |tx: &mut Tx<'_>| store::insert_channel(tx, &vault(), &new, secret).await)
        .await
        .unwrap();
}

async fn entries(db: &TestDb) -> Vec<(Channel, Option<String>)> {
    let entries =
        db.read(async |tx: &mut Tx<'_>| store::list_channel_entries(tx, &vault()).await).await.unwrap();
    entries.into_iter().map(|entry| (entry.channel, entry.secret)).collect()
}

#[tokio::test]
async fn a_channel_reads_back_oldest_first_and_its_secret_is_sealed() {
    both(async |db| {
        insert(&db, channel(2), None).await;
        insert(&db, channel(1), Some("whsec_one")).await;
        let whsec = Some("whsec_one".to_owned());
        assert_eq!(entries(&db).await, [(channel(1), whsec), (channel(2), None)]);
        assert!(!is_readable(&db, "whsec_one").await);
    })
    .await;
}

#[tokio::test]
async fn a_built_in_channel_is_added_once() {
    both(async |db| {
        for is_new in [true, false] {
            let added = db.write(async |tx: &mut Tx<'_>| {
                let telephone =
                    Channel { kind: ChannelKind::Phone, updated_at: channel(7).created_at, ..channel(7) };
                store::insert_built_in_channel(tx, &telephone).await
            });
            assert_eq!(added.await.unwrap(), is_new);
        }
        assert_eq!(entries(&db).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_account_of_a_provider_is_one_channel_until_that_is_deleted() {
    both(async |db| {
        insert(&db, channel(1), None).await;
        insert(&db, channel(2), None).await;
        let set = async |n: u8, account: Option<&'static str>| {
            db.write(async move |tx: &mut Tx<'_>| {
                store::update_channel_account(tx, &vault(), channel(n).id, account).await
            })
            .await
        };
        assert!(set(1, Some("telegram 123456")).await.unwrap());
        assert!(set(1, Some("telegram 123456")).await.unwrap(), "its own is no other's");
        let taken = set(2, Some("telegram 123456")).await.unwrap_err();
        assert_eq!(taken.unique_constraint(), Some(store::UNIQUE_ACCOUNT));
        assert!(set(2, Some("telegram 7")).await.unwrap());
        assert!(set(2, None).await.unwrap() && set(1, None).await.unwrap(), "of many nothing is known");
        assert!(set(1, Some("telegram 123456")).await.unwrap());
        assert!(!is_readable(&db, "telegram 123456").await);
        let first = channel(1).id;
        db.write(async move |tx: &mut Tx<'_>| store::delete_channel(tx, first, NOW).await).await.unwrap();
        assert!(set(2, Some("telegram 123456")).await.unwrap());
        assert!(!set(1, Some("telegram 8")).await.unwrap(), "it is gone");
    })
    .await;
}

#[tokio::test]
async fn a_channel_is_changed_gets_a_new_secret_and_is_gone_once_deleted() {
    both(async |db| {
        insert(&db, channel(1), Some("first")).await;
        let changed = Channel {
            name: "renamed".to_owned(),
            state: ChannelState::Paused,
            config: serde_json::json!({}),
            updated_at: NOW.plus(time::MINUTE),
            ..channel(1)
        };
        let wanted = changed.clone();
        let done = db
            .write(async move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let id = changed.id;
                Ok([
                    store::update_channel(tx, &changed).await?,
                    store::update_channel_secret(tx, &vault(), id, "second", changed.updated_at).await?,
                ])
            })
            .await
            .unwrap();
        assert_eq!(done, [true, true]);
        assert_eq!(entries(&db).await, [(wanted.clone(), Some("second".to_owned()))]);
        let again = db
            .write(async move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let (id, now) = (wanted.id, NOW);
                Ok([
                    store::delete_channel(tx, id, now).await?,
                    store::delete_channel(tx, id, now).await?,
                    store::update_channel(tx, &wanted).await?,
                    store::update_channel_secret(tx, &vault(), id, "third", now).await?,
                ])
            })
            .await
            .unwrap();
        assert_eq!(again, [true, false, false, false], "a deleted channel changes no more");
        assert_eq!(entries(&db).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_list_of_channels_says_what_is_going_on_there() {
    both(async |db| {
        customer(&db, 1).await;
        insert(&db, channel(9), None).await;
        let rows = db.read(async |tx: &mut Tx<'_>| store::list_channels(tx).await).await.unwrap();
        let rows: Vec<_> = rows.into_iter().map(|row| (row.channel, row.open_cases)).collect();
        let busy = Channel { last_inbound_at: Some(NOW), ..crate::conversation::channel() };
        assert_eq!(rows, [(busy, 1), (channel(9), 0)]);
    })
    .await;
}

#[tokio::test]
async fn a_setting_is_added_once_and_saved_over() {
    both(async |db| {
        let found = db
            .write(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let before: Option<Vec<String>> = setting::find_setting(tx, "languages").await?;
                let added = [
                    setting::insert_setting(tx, "languages", &["en"], NOW).await?,
                    setting::insert_setting(tx, "languages", &["de"], NOW).await?,
                ];
                let locked: Option<Vec<String>> = setting::lock_setting(tx, "languages").await?;
                setting::update_setting(tx, "languages", &["en", "uk"], NOW).await?;
                setting::update_setting(tx, "mode", &"plain", NOW).await?;
                let after: Option<Vec<String>> = setting::find_setting(tx, "languages").await?;
                let other: Option<String> = setting::find_setting(tx, "mode").await?;
                Ok((before, added, locked, after, other))
            })
            .await
            .unwrap();
        let words = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        let mode = Some("plain".to_owned());
        assert_eq!(found, (None, [true, false], words(&["en"]), words(&["en", "uk"]), mode));
    })
    .await;
}

#[tokio::test]
async fn a_browser_s_session_is_found_by_its_token_on_its_channel_until_it_ends() {
    both(async |db| {
        customer(&db, 1).await;
        let session = WebChatSessionId::from_bytes([5; 16]);
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let on = crate::conversation::channel().id;
            let find = async |tx: &mut Tx<'_>, on, token| -> Result<Option<Timestamp>, StoreError> {
                let found = web_chat::find_web_chat_session(tx, on, token).await?;
                assert!(found.is_none_or(|found| found.id == session && found.account == account(1)));
                Ok(found.map(|found| found.last_seen_at))
            };
            web_chat::insert_web_chat_session(tx, session, on, account(1), [1; 32], NOW).await?;
            assert_eq!(find(tx, on, [1; 32]).await?, Some(NOW));
            assert_eq!(find(tx, on, [2; 32]).await?, None, "another token");
            assert_eq!(find(tx, ChannelId::from_bytes([9; 16]), [1; 32]).await?, None, "another channel");
            web_chat::touch_web_chat_session(tx, session, NOW.plus(5)).await?;
            web_chat::touch_web_chat_session(tx, session, NOW.plus(3)).await?;
            assert_eq!(find(tx, on, [1; 32]).await?, Some(NOW.plus(5)), "time goes forward only");
            web_chat::end_web_chat_session(tx, session, NOW.plus(6)).await?;
            assert_eq!(find(tx, on, [1; 32]).await?, None, "ended");
            assert_eq!(web_chat::delete_web_chat_sessions(tx, NOW.plus(5), 10).await?, 0, "not older");
            assert_eq!(web_chat::delete_web_chat_sessions(tx, NOW.plus(6), 10).await?, 1);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
