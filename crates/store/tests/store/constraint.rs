//! What the databases refuse, they refuse in the same words.

use countersign_store::{Arg, Db, StoreError, args};

use crate::operation::{INSERT, both};

async fn write(db: &Db, sql: &'static str, args: Vec<Arg<'static>>) -> Result<u64, StoreError> {
    db.write(async move |tx| tx.execute(sql, &args).await).await
}

#[tokio::test]
async fn unique_names_are_the_same_on_both() {
    both(async |db| {
        let keyed = "INSERT INTO thing (id, key, size) VALUES ($1, $2, $3)";
        write(&db, INSERT, args![1, "a"].to_vec()).await.unwrap();
        write(&db, keyed, args![2, [7u8; 16], 5].to_vec()).await.unwrap();
        let name = |result: Result<u64, StoreError>| {
            result.unwrap_err().unique_constraint().map(str::to_owned).unwrap()
        };
        assert_eq!(name(write(&db, INSERT, args![3, "a"].to_vec()).await), "uq_thing__name");
        assert_eq!(name(write(&db, INSERT, args![1, "b"].to_vec()).await), "pk_thing");
        assert_eq!(name(write(&db, keyed, args![4, [7u8; 16], 5].to_vec()).await), "uq_thing__key__size");
        let part = "INSERT INTO part (thing_id, n) VALUES ($1, $2)";
        write(&db, part, args![1, 1].to_vec()).await.unwrap();
        assert_eq!(name(write(&db, part, args![1, 1].to_vec()).await), "pk_part");
    })
    .await;
}

#[tokio::test]
async fn a_missing_reference_and_a_failed_check_have_their_own_errors() {
    both(async |db| {
        let part = write(&db, "INSERT INTO part (thing_id, n) VALUES ($1, $2)", args![9, 1].to_vec()).await;
        assert!(matches!(part, Err(StoreError::ForeignKey)), "{part:?}");
        let sized = write(&db, "INSERT INTO thing (id, size) VALUES ($1, $2)", args![1, 13].to_vec()).await;
        assert!(
            matches!(&sized, Err(StoreError::Check { constraint }) if constraint == "ck_thing__size"),
            "{sized:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_error_never_repeats_data_or_its_source() {
    both(async |db| {
        let secret = "anna@example.org";
        write(&db, INSERT, args![1, secret].to_vec()).await.unwrap();
        let all = [
            write(&db, INSERT, args![2, secret].to_vec()).await,
            write(&db, "INSERT INTO thing (id, name) VALUES ($2, $1)", args![secret, secret].to_vec()).await,
            write(&db, "INSERT INTO thing (id, doc) VALUES (3, $1)", vec![Arg::json(secret)]).await,
            write(&db, "UPDATE thing SET id = CAST(name AS BIGINT) WHERE name = $1", args![secret].to_vec())
                .await,
            write(&db, "INSERT INTO nothing (name) VALUES ($1)", args![secret].to_vec()).await,
        ];
        assert!(all[0].is_err() && all[4].is_err());
        for error in all.into_iter().filter_map(Result::err) {
            let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            assert!(!format!("{error} {error:?} {source}").contains("anna"), "{error:?}");
            assert!(source.is_empty() || !error.to_string().contains(&source), "{error}: {source}");
        }
    })
    .await;
}
