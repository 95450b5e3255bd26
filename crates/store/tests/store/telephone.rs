//! The telephones on which colleagues take calls, on both databases.

use countersign_store::call::insert_call;
use countersign_store::presence::upsert_sign;
use countersign_store::telephone::{
    delete_telephone, find_telephone, find_telephone_for_update, list_reachable, upsert_telephone,
};
use countersign_store::testing::both;
use countersign_store::{StoreError, Tx, user};
use countersign_types::call::CallState;
use countersign_types::phone_number::PhoneAdapter;
use countersign_types::pii::{Pii, Purpose};
use countersign_types::presence::PresenceState;
use countersign_types::telephone::Telephone;
use countersign_types::user::{Theme, User, UserState};
use countersign_types::{Role, UserId};

use crate::call::call;
use crate::profile::{NOW, vault};
use crate::visit::people;

fn who(n: u8) -> UserId {
    UserId::from_bytes([n; 16])
}

fn phone(number: &str, takes_calls: bool) -> Telephone {
    Telephone { number: Pii::new(number.to_owned()), takes_calls }
}

async fn hire(tx: &mut Tx<'_>, n: u8, state: UserState) -> Result<(), StoreError> {
    let person = User {
        id: who(n),
        email: format!("{n}@bank.example"),
        name: format!("Person {n}"),
        role: Role::Agent,
        state,
        language: "en".to_owned(),
        theme: Theme::System,
        created_at: NOW,
        last_seen_at: None,
    };
    user::insert_user(tx, &person, None).await
}

#[tokio::test]
async fn a_telephone_is_written_over_and_forgotten() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            hire(tx, 1, UserState::Active).await?;
            assert_eq!(find_telephone(tx, who(1)).await?, None);
            for (number, takes) in [("+46706170786", true), ("+46701740605", false)] {
                upsert_telephone(tx, who(1), &phone(number, takes), NOW).await?;
                let found = find_telephone_for_update(tx, who(1)).await?;
                assert_eq!(found.as_ref(), Some(&phone(number, takes)));
                assert_eq!(find_telephone(tx, who(1)).await?, found);
            }
            assert!(delete_telephone(tx, who(1)).await?);
            assert!(!delete_telephone(tx, who(1)).await?);
            assert_eq!(find_telephone(tx, who(1)).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn whose_telephone_may_ring_and_whose_turn_it_is() {
    both(async |db| {
        let (ann, _) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let states = [UserState::Active; 5].into_iter().chain([UserState::Disabled, UserState::Active]);
            for (n, state) in (1..).zip(states) {
                hire(tx, n, state).await?;
                if n != 7 {
                    let number = format!("+4670000000{n}");
                    upsert_telephone(tx, who(n), &phone(&number, n != 5), NOW).await?;
                }
            }
            // One is here, one away, one was here too long ago; the last has two windows.
            let signs = [
                (1, PresenceState::Online, 0, 0),
                (2, PresenceState::Away, 0, 0),
                (3, PresenceState::Online, -1, 0),
                (4, PresenceState::Away, 0, 0),
                (4, PresenceState::Online, 0, 1),
            ];
            for (n, state, ago, tab) in signs {
                upsert_sign(tx, who(n), [tab; 16], state, None, None, NOW.plus(ago)).await?;
            }
            // Two took calls, the second one later; the first is with its caller still.
            for (n, agent, adapter, state) in [
                (1, 1, PhoneAdapter::Twiml, CallState::Connected),
                (2, 4, PhoneAdapter::Bench, CallState::Connected),
                (3, 2, PhoneAdapter::Twiml, CallState::Waiting),
            ] {
                let provider_id = (adapter != PhoneAdapter::Bench).then(|| format!("CA{n}"));
                let mut made = call(n, ann);
                (made.adapter, made.state, made.agent) = (adapter, state, Some(who(agent)));
                made.provider_id = provider_id;
                insert_call(tx, &vault(), &made).await?;
            }
            let mut over = call(4, ann);
            (over.agent, over.state, over.ended_at) = (Some(who(3)), CallState::Connected, Some(NOW));
            insert_call(tx, &vault(), &over).await?;
            let found = list_reachable(tx, NOW).await?;
            let told: Vec<_> = found
                .iter()
                .map(|one| {
                    (one.user.to_bytes()[0], one.number.plain(Purpose::Match), one.is_here, one.is_talking)
                })
                .collect();
            assert_eq!(
                told,
                [
                    (1, "+46700000001", true, true),
                    (4, "+46700000004", true, false),
                    (2, "+46700000002", false, false),
                    (3, "+46700000003", false, false),
                ],
                "not who is disabled, takes no calls or has no telephone"
            );
            assert!(found.iter().all(|one| one.role == Role::Agent));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
