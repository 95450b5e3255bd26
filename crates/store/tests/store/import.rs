//! Files of customers: each row is claimed once, and nothing of a file outlives its key.

use countersign_store::testing::both;
use countersign_store::{StoreError, Tx, import as store};
use countersign_types::audit::Actor;
use countersign_types::import::{ImportAbout, ImportCounts, ImportError, ImportFailure, ImportState};
use countersign_types::{ImportId, PageRequest};

use crate::profile::{NOW, vault};

fn about() -> ImportAbout {
    ImportAbout {
        name: "customers.csv".to_owned(),
        size_bytes: 20,
        encoding: "utf-8".to_owned(),
        separator: ',',
        columns: vec!["id".to_owned()],
        samples: vec![vec!["1".to_owned()]],
        plan: None,
    }
}

#[tokio::test]
async fn rows_are_claimed_once_and_only_in_the_right_state() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let (vault, id) = (vault(), ImportId::from_bytes([7; 16]));
            store::insert_import(tx, &vault, id, &Actor::system(), NOW).await?;
            store::insert_piece(tx, &vault, id, 0, br#"[[2,["1"]]]"#).await?;
            store::update_about(tx, &vault, id, &about(), 1).await?;
            assert!(store::find_active_import(tx, &vault).await?.is_none());
            assert!(!store::advance(tx, id, ImportState::Running, 0, 1, NOW).await?, "it does not run");
            assert!(store::update_state(tx, id, ImportState::Uploading, ImportState::Running, NOW).await?);
            assert!(!store::update_state(tx, id, ImportState::Uploading, ImportState::Done, NOW).await?);
            assert_eq!(store::find_piece(tx, &vault, id, 0).await?, [(2, vec!["1".to_owned()])]);
            assert!(store::advance(tx, id, ImportState::Running, 0, 1, NOW).await?);
            assert!(!store::advance(tx, id, ImportState::Running, 0, 1, NOW).await?, "somebody was faster");
            let counts = ImportCounts { created: 1, failed: 2, ..ImportCounts::default() };
            store::add_counts(tx, id, counts).await?;
            store::add_counts(tx, id, counts).await?;
            let found = store::find_active_import(tx, &vault).await?.expect("it runs");
            assert_eq!((found.next_row, found.counts.created, found.counts.failed), (1, 2, 4));
            assert_eq!(found.about, Some(about()));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_removed_leaves_who_brought_it_and_the_counts() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let (vault, id) = (vault(), ImportId::from_bytes([7; 16]));
            store::insert_import(tx, &vault, id, &Actor::system(), NOW).await?;
            store::insert_piece(tx, &vault, id, 0, br#"[[2,["1"]]]"#).await?;
            store::update_about(tx, &vault, id, &about(), 1).await?;
            let error = ImportError { column: None, code: "not-found".to_owned(), detail: String::new() };
            let failure = ImportFailure { line: 2, errors: vec![error], cells: vec!["1".to_owned()] };
            store::insert_failure(tx, &vault, id, &failure).await?;
            store::insert_failure(tx, &vault, id, &failure).await?;
            assert_eq!(store::list_failures(tx, &vault, id, 0, 10).await?, [failure]);
            assert!(store::list_failures(tx, &vault, id, 2, 10).await?.is_empty());
            assert_eq!(store::count_open_imports(tx).await?, 1);
            let before = NOW.plus(1);
            assert_eq!(store::list_stale_imports(tx, NOW, 10).await?, []);
            let stale = store::list_stale_imports(tx, before, 10).await?;
            assert_eq!(stale, [(id, ImportState::Uploading)]);
            assert!(store::update_state(tx, id, ImportState::Uploading, ImportState::Expired, NOW).await?);
            store::delete_file(tx, &vault, id).await?;
            assert!(store::list_stale_imports(tx, before, 10).await?.is_empty(), "it is done with");
            assert!(store::find_piece(tx, &vault, id, 0).await?.is_empty());
            assert!(store::list_failures(tx, &vault, id, 0, 10).await?.is_empty());
            let page = PageRequest { limit: 10, after: None };
            let listed = store::list_imports(tx, &vault, page).await?.items;
            assert_eq!((listed.len(), &listed[0].about, listed[0].state), (1, &None, ImportState::Expired));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
