//! Files of customers: each row is claimed once, and nothing of a file outlives its key.

use countersign_store::testing::{both, every_value};
use countersign_store::{StoreError, Tx, import as store, subject_key};
use countersign_types::audit::Actor;
use countersign_types::import::{Import, ImportAbout, ImportCounts, ImportError, ImportFailure, ImportState};
use countersign_types::{ImportId, PageRequest};

use crate::conversation::is_readable;
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

fn id(n: u8) -> ImportId {
    ImportId::from_bytes([n; 16])
}

fn failure() -> ImportFailure {
    let error = ImportError { column: None, code: "not-found".to_owned(), detail: String::new() };
    ImportFailure { line: 2, errors: vec![error], cells: vec!["Somebody".to_owned()] }
}

/// An import that was gone through: a row of it written, one failed.
async fn gone_through(tx: &mut Tx<'_>, id: ImportId) -> Result<(), StoreError> {
    let vault = vault();
    store::insert_import(tx, &vault, id, &Actor::system(), NOW).await?;
    store::insert_piece(tx, &vault, id, 0, br#"[[2,["Somebody"]],[3,["Anybody"]]]"#).await?;
    store::update_about(tx, &vault, id, &about(), 2).await?;
    assert!(store::update_state(tx, id, ImportState::Uploading, ImportState::Running, NOW.plus(1)).await?);
    assert!(store::advance(tx, id, ImportState::Running, 0, 2, NOW.plus(2)).await?);
    store::add_counts(tx, id, counts()).await?;
    store::insert_failure(tx, &vault, id, &failure()).await
}

fn counts() -> ImportCounts {
    ImportCounts { created: 1, failed: 1, ..ImportCounts::default() }
}

/// What [`gone_through`] made.
fn made(id: ImportId) -> Import {
    Import {
        id,
        state: ImportState::Running,
        actor: Actor::system(),
        about: Some(about()),
        rows: 2,
        next_row: 2,
        counts: counts(),
        created_at: NOW,
        changed_at: NOW.plus(2),
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

#[tokio::test]
async fn an_import_reads_back_whole_and_its_file_is_sealed() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            gone_through(tx, id(7)).await?;
            assert_eq!(store::find_import(tx, &vault(), id(7)).await?, Some(made(id(7))));
            assert_eq!(store::find_import(tx, &vault(), id(8)).await?, None);
            Ok(())
        })
        .await
        .unwrap();
        for word in ["Somebody", "Anybody", "customers.csv"] {
            assert!(!is_readable(&db, word).await, "{word}");
        }
        let left = db
            .write(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                store::delete_file(tx, &vault(), id(7)).await?;
                store::find_import(tx, &vault(), id(7)).await
            })
            .await
            .unwrap();
        assert_eq!(left, Some(Import { about: None, ..made(id(7)) }));
    })
    .await;
}

#[tokio::test]
async fn a_file_is_gone_through_again_from_its_first_row_and_nothing_counts_twice() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            for n in [7, 8] {
                gone_through(tx, id(n)).await?;
            }
            store::restart(tx, id(7)).await?;
            let found = store::find_import(tx, &vault, id(7)).await?;
            assert_eq!(
                found,
                Some(Import { next_row: 0, counts: ImportCounts::default(), ..made(id(7)) }),
                "the file is as it was"
            );
            assert!(store::list_failures(tx, &vault, id(7), 0, 10).await?.is_empty());
            assert_eq!(store::find_piece(tx, &vault, id(7), 0).await?.len(), 2);
            assert!(
                !store::advance(tx, id(7), ImportState::Running, 2, 3, NOW).await?,
                "not from where it was"
            );
            assert!(store::advance(tx, id(7), ImportState::Running, 0, 1, NOW).await?);
            assert_eq!(
                store::find_import(tx, &vault, id(8)).await?,
                Some(made(id(8))),
                "another one goes on"
            );
            assert_eq!(store::list_failures(tx, &vault, id(8), 0, 10).await?, [failure()]);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn rows_that_were_gone_through_go_and_those_that_failed_stay() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            for n in [7, 8] {
                gone_through(tx, id(n)).await?;
            }
            store::insert_piece(tx, &vault, id(7), 1, br#"[[4,["Everybody"]]]"#).await?;
            store::delete_pieces(tx, id(7)).await?;
            for number in [0, 1] {
                assert!(store::find_piece(tx, &vault, id(7), number).await?.is_empty(), "{number}");
            }
            assert_eq!(store::list_failures(tx, &vault, id(7), 0, 10).await?, [failure()]);
            assert_eq!(store::find_import(tx, &vault, id(7)).await?, Some(made(id(7))));
            assert_eq!(store::find_piece(tx, &vault, id(8), 0).await?.len(), 2, "another file's rows");
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_import_that_came_to_nothing_leaves_nothing_and_another_one_stays() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| gone_through(tx, id(8)).await).await.unwrap();
        let before = every_value(&db).await;
        db.write(async |tx: &mut Tx<'_>| gone_through(tx, id(7)).await).await.unwrap();
        assert_ne!(every_value(&db).await, before);
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            store::delete_import(tx, &vault, id(7)).await?;
            assert_eq!(store::find_import(tx, &vault, id(7)).await?, None);
            let key = subject_key::find_subject(tx, &vault, id(7).to_bytes()).await?;
            assert!(key.is_none(), "its key is gone too");
            assert_eq!(store::find_import(tx, &vault, id(8)).await?, Some(made(id(8))));
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(every_value(&db).await, before);
    })
    .await;
}
