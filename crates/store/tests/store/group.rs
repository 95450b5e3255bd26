//! Groups of the team and who is in them, on both databases.

use countersign_store::group::{
    MembersChange, UNIQUE_NAME, count_groups, delete_group, find_group, insert_group, list_groups,
    set_group_members, update_group,
};
use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx, user};
use countersign_types::group::{Group, GroupMember};
use countersign_types::user::{Theme, User, UserState};
use countersign_types::{GroupId, Role, Timestamp, UserId};

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn who(n: u8) -> UserId {
    UserId::from_bytes([n; 16])
}

fn group(n: u8) -> GroupId {
    GroupId::from_bytes([n; 16])
}

fn somebody(n: u8, name: &str, state: UserState) -> User {
    User {
        id: who(n),
        email: format!("{n}@example.test"),
        name: name.to_owned(),
        role: Role::Agent,
        state,
        language: "en".to_owned(),
        theme: Theme::System,
        created_at: at(1),
        last_seen_at: None,
    }
}

async fn write<T: Send + 'static>(
    db: &TestDb,
    operation: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    db.write(operation).await
}

async fn people(db: &TestDb) {
    write(db, async |tx| {
        for (n, name, state) in [
            (1, "zoe", UserState::Active),
            (2, "Ann", UserState::Active),
            (3, "Ben", UserState::Disabled),
            (4, "Cy", UserState::Invited),
        ] {
            user::insert_user(tx, &somebody(n, name, state), None).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

async fn set(db: &TestDb, of: u8, users: &'static [u8]) -> MembersChange {
    let users: Vec<UserId> = users.iter().map(|n| who(*n)).collect();
    write(db, async move |tx| set_group_members(tx, group(of), &users).await).await.unwrap()
}

async fn find(db: &TestDb, n: u8) -> Option<Group> {
    db.read(async move |tx: &mut Tx<'_>| find_group(tx, group(n)).await).await.unwrap()
}

#[tokio::test]
async fn a_name_is_given_once_however_it_is_written() {
    both(async |db| {
        write(&db, async |tx| insert_group(tx, group(1), "Second line", at(5)).await).await.unwrap();
        write(&db, async |tx| insert_group(tx, group(2), "Ärzte", at(6)).await).await.unwrap();
        for name in ["second  LINE", "Second line", "ÄRZTE", "a\u{308}rzte"] {
            let again = write(&db, async move |tx| insert_group(tx, group(3), name, at(7)).await).await;
            assert_eq!(again.unwrap_err().unique_constraint(), Some(UNIQUE_NAME), "{name}");
        }
        let taken = write(&db, async |tx| update_group(tx, group(2), "SECOND LINE", at(8)).await).await;
        assert_eq!(taken.unwrap_err().unique_constraint(), Some(UNIQUE_NAME));
        // Its own name may be written in another way.
        assert!(write(&db, async |tx| update_group(tx, group(1), "SECOND LINE", at(8)).await).await.unwrap());
        assert!(!write(&db, async |tx| update_group(tx, group(9), "Nobody's", at(8)).await).await.unwrap());
        let found = find(&db, 1).await.unwrap();
        assert_eq!((found.name.as_str(), found.created_at, found.updated_at), ("SECOND LINE", at(5), at(8)));
        assert_eq!(find(&db, 9).await, None);
        let (all, count) = db
            .read(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                Ok((list_groups(tx).await?, count_groups(tx).await?))
            })
            .await
            .unwrap();
        let names: Vec<&str> = all.iter().map(|group| group.name.as_str()).collect();
        assert_eq!((names, count), (vec!["SECOND LINE", "Ärzte"], 2));
    })
    .await;
}

#[tokio::test]
async fn members_are_set_whole_and_it_is_said_who_came_and_went() {
    both(async |db| {
        people(&db).await;
        for n in [1, 2] {
            let name = format!("Group {n}");
            write(&db, async move |tx| insert_group(tx, group(n), &name, at(5)).await).await.unwrap();
        }
        let came = set(&db, 1, &[1, 2, 2, 3]).await;
        assert_eq!(came, MembersChange { added: vec![who(1), who(2), who(3)], ..MembersChange::default() });
        let change = set(&db, 1, &[4, 3, 1]).await;
        assert_eq!((change.added, change.removed), (vec![who(4)], vec![who(2)]));
        assert_eq!(set(&db, 1, &[1, 3, 4]).await, MembersChange::default());
        set(&db, 2, &[2]).await;
        let found = find(&db, 1).await.unwrap();
        let member = |n, name: &str, state| GroupMember { user: who(n), name: name.to_owned(), state };
        let wanted = vec![
            member(3, "Ben", UserState::Disabled),
            member(4, "Cy", UserState::Invited),
            member(1, "zoe", UserState::Active),
        ];
        assert_eq!(found.members, wanted);
        assert_eq!(found.active_members().collect::<Vec<_>>(), [who(1)]);
        let all = db.read(async |tx: &mut Tx<'_>| list_groups(tx).await).await.unwrap();
        assert_eq!(all.iter().map(|group| group.members.len()).collect::<Vec<_>>(), [3, 1]);
        assert_eq!(all[0], found);
    })
    .await;
}

#[tokio::test]
async fn who_is_nobody_is_named_and_not_added() {
    both(async |db| {
        people(&db).await;
        write(&db, async |tx| insert_group(tx, group(1), "Group", at(5)).await).await.unwrap();
        let change = set(&db, 1, &[1, 99, 2, 98]).await;
        assert_eq!((change.added, change.unknown), (vec![who(1), who(2)], vec![who(99), who(98)]));
        assert_eq!(find(&db, 1).await.unwrap().members.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_deleted_group_leaves_its_people() {
    both(async |db| {
        people(&db).await;
        write(&db, async |tx| insert_group(tx, group(1), "Group", at(5)).await).await.unwrap();
        set(&db, 1, &[1, 2]).await;
        assert!(write(&db, async |tx| delete_group(tx, group(1)).await).await.unwrap());
        assert!(!write(&db, async |tx| delete_group(tx, group(1)).await).await.unwrap());
        assert_eq!(find(&db, 1).await, None);
        let left = db.read(async |tx: &mut Tx<'_>| user::find_user(tx, who(1)).await).await.unwrap();
        assert!(left.is_some());
        // Nothing is left that a group of the same id would inherit.
        write(&db, async |tx| insert_group(tx, group(1), "Group", at(6)).await).await.unwrap();
        assert!(find(&db, 1).await.unwrap().members.is_empty());
    })
    .await;
}
