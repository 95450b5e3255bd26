//! Widgets, their keys and used tokens, on both databases.

use countersign_store::testing::{TestDb, both};
use countersign_store::widget::{self, WidgetEntry};
use countersign_store::{StoreError, Tx};
use countersign_types::widget::{Widget, WidgetAlgorithm, WidgetKey, WidgetMode};
use countersign_types::{ChannelId, WidgetId, WidgetKeyId, time};
use serde_json::json;

use crate::profile::{NOW, vault};

fn shop() -> Widget {
    Widget {
        id: WidgetId::from_bytes([1; 16]),
        name: "Shop".to_owned(),
        origins: vec!["https://shop.example".to_owned()],
        mode: WidgetMode::Signed,
        plain_reason: None,
        keys: Vec::new(),
        default_language: "en".to_owned(),
        languages: vec!["en".to_owned(), "de".to_owned()],
        phrases: json!({"de": {"title": "Wer bin ich"}}),
        theme: json!({"accent": "#112233"}),
        channels: vec![ChannelId::from_bytes([4; 16])],
        created_at: NOW,
        updated_at: NOW,
    }
}

fn key(n: u8) -> WidgetKey {
    WidgetKey {
        id: WidgetKeyId::from_bytes([n; 16]),
        algorithm: WidgetAlgorithm::Hs256,
        created_at: NOW.plus(n.into()),
        last_used_at: None,
    }
}

async fn entries(db: &TestDb) -> Vec<WidgetEntry> {
    db.read(async |tx: &mut Tx<'_>| widget::list_widget_entries(tx, &vault()).await).await.unwrap()
}

#[tokio::test]
async fn a_widget_reads_back_changes_and_is_taken_out_of_use_with_its_keys() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            widget::insert_widget(tx, &shop()).await?;
            assert_eq!(widget::count_widget_keys(tx, shop().id).await?, Some(0));
            widget::insert_widget_key(tx, &vault(), shop().id, &key(1), b"secret one").await?;
            widget::insert_widget_key(tx, &vault(), shop().id, &key(2), b"secret two").await?;
            assert_eq!(widget::count_widget_keys(tx, shop().id).await?, Some(2));
            assert_eq!(widget::count_widget_keys(tx, WidgetId::from_bytes([9; 16])).await?, None);
            Ok(())
        })
        .await
        .unwrap();
        let found = entries(&db).await.remove(0);
        assert_eq!(found.widget, Widget { keys: vec![key(1), key(2)], ..shop() });
        assert_eq!(found.material[&key(2).id], b"secret two");
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let plain = Widget {
                mode: WidgetMode::Plain,
                plain_reason: Some("a demo".to_owned()),
                name: "Demo".to_owned(),
                ..shop()
            };
            assert!(widget::update_widget(tx, &plain).await?);
            assert!(!widget::end_widget_key(tx, WidgetId::from_bytes([9; 16]), key(1).id, NOW).await?);
            assert!(widget::end_widget_key(tx, shop().id, key(1).id, NOW).await?);
            assert!(!widget::end_widget_key(tx, shop().id, key(1).id, NOW).await?);
            widget::touch_widget_key(tx, key(2).id, NOW.plus(time::HOUR)).await?;
            widget::touch_widget_key(tx, key(2).id, NOW.plus(time::HOUR + 1)).await?;
            let uses = widget::list_key_uses(tx, shop().id).await?;
            assert_eq!(uses.get(&key(2).id), Some(&NOW.plus(time::HOUR)));
            assert_eq!(uses.len(), 1);
            Ok(())
        })
        .await
        .unwrap();
        let found = entries(&db).await.remove(0);
        assert_eq!((found.widget.mode, found.widget.keys.len()), (WidgetMode::Plain, 1));
        assert_eq!(found.widget.plain_reason.as_deref(), Some("a demo"));
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            assert!(widget::delete_widget(tx, shop().id, NOW).await?);
            assert!(!widget::delete_widget(tx, shop().id, NOW).await?);
            assert!(!widget::update_widget(tx, &shop()).await?);
            Ok(())
        })
        .await
        .unwrap();
        assert!(entries(&db).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn w_1_a_token_is_used_once_while_it_lives() {
    both(async |db| {
        let used = db
            .write(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let first = widget::insert_token_use(tx, [1; 32], NOW).await?;
                let again = widget::insert_token_use(tx, [1; 32], NOW.plus(9)).await?;
                let other = widget::insert_token_use(tx, [2; 32], NOW.plus(9)).await?;
                let gone = widget::delete_token_uses(tx, NOW.plus(1), 100).await?;
                let late = widget::insert_token_use(tx, [2; 32], NOW).await?;
                let counts = widget::count_widget_codes(tx, NOW).await?;
                Ok((first, again, other, gone, late, counts.is_empty()))
            })
            .await
            .unwrap();
        assert_eq!(used, (true, false, true, 1, false, true));
    })
    .await;
}
