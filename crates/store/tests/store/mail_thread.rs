//! Conversations by mail: a mail goes on with the one that its first mail began, and with nobody else's.

use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx, args, case, erasure, mail_thread as store, subject_key};
use countersign_types::case::{Case, CaseStatus, MailThread};
use countersign_types::pii::Pii;
use countersign_types::{AccountId, CaseId};

use crate::conversation::{account, case_id, channel, customer, is_readable};
use crate::profile::{NOW, id, vault};

const ROOT: &str = "first@shop.example";

async fn begin(
    tx: &mut Tx<'_>,
    (account, case): (AccountId, CaseId),
    root: &str,
    subject: Option<&str>,
) -> Result<(), StoreError> {
    let key = subject_key::subject(tx, &vault(), account.to_bytes()).await?;
    let subject = subject.map(Pii::new);
    store::begin_thread(tx, &vault(), &key, (account, case), root, subject.as_ref()).await
}

async fn change(
    tx: &mut Tx<'_>,
    case: CaseId,
    change: impl FnOnce(Case) -> Case + Send,
) -> Result<(), StoreError> {
    let row = case::find_case(tx, &vault(), case, NOW).await?.expect("the case is there");
    case::update_case(tx, &vault(), &change(row.case)).await
}

fn newest(id: &str, references: &[&str]) -> MailThread {
    MailThread { id: id.to_owned(), references: references.iter().map(|id| (*id).to_owned()).collect() }
}

/// Two customers, each with a case; the mail that began the first one's is [`ROOT`].
async fn two_customers(db: &TestDb) {
    for n in [1, 2] {
        customer(db, n).await;
    }
    db.write(async |tx: &mut Tx<'_>| begin(tx, (account(1), case_id(1)), ROOT, Some("A parcel")).await)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_mail_goes_on_with_the_conversation_that_its_first_mail_began_and_with_nobody_elses() {
    both(async |db| {
        two_customers(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            let found = store::find_thread_case(tx, &vault, account(1), ROOT).await?;
            assert_eq!(found, Some((case_id(1), CaseStatus::Open)));
            assert_eq!(store::find_thread_case(tx, &vault, account(1), "other@shop.example").await?, None);
            // Whoever knows the id of somebody's mail does not get into that conversation.
            assert_eq!(store::find_thread_case(tx, &vault, account(2), ROOT).await?, None);
            begin(tx, (account(2), case_id(2)), ROOT, None).await?;
            let found = store::find_thread_case(tx, &vault, account(2), ROOT).await?;
            assert_eq!(found.map(|(case, _)| case), Some(case_id(2)));
            let found = store::find_thread_case(tx, &vault, account(1), ROOT).await?;
            assert_eq!(found.map(|(case, _)| case), Some(case_id(1)), "the same id, two accounts");
            let sql = "SELECT COUNT(DISTINCT thread_hash) FROM support_case WHERE thread_hash IS NOT NULL";
            let hashes = tx.fetch_one(sql, args![], |row| row.i64(0)).await?;
            assert_eq!(hashes, 2, "nor does the index say that two customers got the same mail");
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_newest_conversation_that_a_mail_began_wins_and_its_status_is_told() {
    both(async |db| {
        two_customers(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            change(tx, case_id(1), |case| Case { status: CaseStatus::Closed, ..case }).await?;
            let found = store::find_thread_case(tx, &vault, account(1), ROOT).await?;
            assert_eq!(found, Some((case_id(1), CaseStatus::Closed)));
            // The older one has the greater id: the time decides.
            for (n, at) in [(9, 5), (8, 6)] {
                case::insert_case(tx, case_id(n), channel().id, account(1), NOW.plus(at)).await?;
                begin(tx, (account(1), case_id(n)), ROOT, None).await?;
            }
            let found = store::find_thread_case(tx, &vault, account(1), ROOT).await?;
            assert_eq!(found, Some((case_id(8), CaseStatus::Open)));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_status_is_told_of_a_conversation_of_this_account_only() {
    both(async |db| {
        two_customers(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let own = (account(1), case_id(1));
            assert_eq!(store::find_status_of(tx, own.0, own.1).await?, Some(CaseStatus::Open));
            change(tx, own.1, |case| Case { status: CaseStatus::Pending, ..case }).await?;
            assert_eq!(store::find_status_of(tx, own.0, own.1).await?, Some(CaseStatus::Pending));
            assert_eq!(store::find_status_of(tx, account(2), own.1).await?, None, "another's");
            assert_eq!(store::find_status_of(tx, own.0, case_id(9)).await?, None, "no such case");
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn subject_and_newest_mail_come_back_under_the_accounts_key_and_in_their_own_case_only() {
    both(async |db| {
        two_customers(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            let key = subject_key::subject(tx, &vault, account(1).to_bytes()).await?;
            let row = case::find_case(tx, &vault, case_id(1), NOW).await?.expect("the case");
            assert_eq!(row.case.subject, Some(Pii::new("A parcel")));
            assert_eq!(store::find_thread(tx, &key, case_id(1)).await?, None, "nothing was answered yet");
            store::update_thread(tx, &key, case_id(1), &newest("second@shop.example", &[ROOT])).await?;
            let last = newest("third@shop.example", &[ROOT, "second@shop.example"]);
            store::update_thread(tx, &key, case_id(1), &last).await?;
            assert_eq!(store::find_thread(tx, &key, case_id(1)).await?, Some(last));
            assert_eq!(store::find_thread(tx, &key, case_id(9)).await?, None, "no such case");
            let other = subject_key::subject(tx, &vault, account(2).to_bytes()).await?;
            assert!(store::find_thread(tx, &other, case_id(1)).await.is_err(), "another account's key");
            // A copy does not open in another case, even of the same account.
            case::insert_case(tx, case_id(9), channel().id, account(1), NOW.plus(5)).await?;
            let copy = "UPDATE support_case SET thread_sealed =
                        (SELECT o.thread_sealed FROM support_case o WHERE o.id = $2) WHERE id = $1";
            tx.execute(copy, args![case_id(9), case_id(1)]).await?;
            assert!(store::find_thread(tx, &key, case_id(9)).await.is_err());
            Ok(())
        })
        .await
        .unwrap();
        for word in ["A parcel", ROOT, "second@shop.example", "third@shop.example"] {
            assert!(!is_readable(&db, word).await, "{word}");
        }
    })
    .await;
}

#[tokio::test]
async fn erasing_a_customer_forgets_the_conversation_and_leaves_everybody_elses() {
    both(async |db| {
        two_customers(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            begin(tx, (account(2), case_id(2)), ROOT, Some("Another parcel")).await?;
            let key = subject_key::subject(tx, &vault, account(1).to_bytes()).await?;
            store::update_thread(tx, &key, case_id(1), &newest("second@shop.example", &[ROOT])).await?;
            let erased = erasure::erase_profile(tx, &vault, id(1), NOW).await?.expect("a profile");
            assert_eq!(erased.accounts, [account(1)]);
            assert_eq!(store::find_thread_case(tx, &vault, account(1), ROOT).await?, None);
            assert_eq!(store::find_status_of(tx, account(1), case_id(1)).await?, None);
            assert_eq!(store::find_thread(tx, &key, case_id(1)).await?, None, "even with a key kept");
            let found = store::find_thread_case(tx, &vault, account(2), ROOT).await?;
            assert_eq!(found, Some((case_id(2), CaseStatus::Open)));
            let row = case::find_case(tx, &vault, case_id(2), NOW).await?.expect("the other case");
            assert_eq!(row.case.subject, Some(Pii::new("Another parcel")));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
