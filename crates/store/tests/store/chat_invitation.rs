//! Invitations to a chat and their offers, on both databases.

use countersign_store::chat_invitation::{
    count_chat_offers, delete_chat_invitation, find_chat_invitation_for_update, find_chat_offer,
    find_offers_to, has_earlier_visit, has_live_chat, insert_chat_invitation, insert_chat_offer,
    list_chat_invitations, move_chat_invitation, update_chat_invitation, update_chat_offer,
};
use countersign_store::testing::{TestDb, both};
use countersign_store::visit::{delete_visit, insert_visit, upsert_device};
use countersign_store::{StoreError, Tx, args};
use countersign_types::chat_invitation::{ChatOffer, Figures, OfferState, StoredChatInvitation};
use countersign_types::{CaseId, ChatInvitationId, ChatOfferId, DeviceId};
use serde_json::json;

use crate::erasure::channel;
use crate::profile::NOW;
use crate::visit::{SITE, visit};

pub(crate) fn invitation(n: u8) -> StoredChatInvitation {
    StoredChatInvitation {
        id: ChatInvitationId::from_bytes([n; 16]),
        name: format!("Checkout {n}"),
        is_active: true,
        site: SITE,
        channel: SITE,
        position: i64::from(n),
        body: json!({ "texts": { "en": "Can we help?" } }),
        figures: Figures::default(),
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(crate) fn offer(n: u8, visit: i64) -> ChatOffer {
    ChatOffer {
        id: ChatOfferId::from_bytes([n; 16]),
        invitation: ChatInvitationId::from_bytes([1; 16]),
        visit,
        device: Some(5),
        language: "en".to_owned(),
        state: OfferState::Offered,
        offered_at: NOW.plus(i64::from(n)),
        state_at: NOW.plus(i64::from(n)),
        case: None,
    }
}

async fn write<T: Send + 'static>(
    db: &TestDb,
    operation: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    db.write(operation).await.unwrap()
}

#[tokio::test]
async fn an_invitation_reads_back_changes_moves_and_goes() {
    both(async |db| {
        channel(&db).await;
        write(&db, async |tx| {
            insert_chat_invitation(tx, &invitation(1)).await?;
            insert_chat_invitation(tx, &invitation(2)).await?;
            assert_eq!(list_chat_invitations(tx).await?, [invitation(1), invitation(2)]);
            let changed = StoredChatInvitation {
                name: "Other".to_owned(),
                is_active: false,
                body: json!({}),
                updated_at: NOW.plus(9),
                ..invitation(1)
            };
            assert!(update_chat_invitation(tx, &changed).await?);
            assert_eq!(find_chat_invitation_for_update(tx, changed.id).await?, Some(changed.clone()));
            move_chat_invitation(tx, changed.id, 7).await?;
            let order: Vec<_> = list_chat_invitations(tx).await?.into_iter().map(|i| i.id).collect();
            assert_eq!(order, [invitation(2).id, changed.id]);
            assert!(delete_chat_invitation(tx, changed.id).await?);
            assert!(!delete_chat_invitation(tx, changed.id).await?);
            assert!(!update_chat_invitation(tx, &changed).await?);
            assert_eq!(find_chat_invitation_for_update(tx, changed.id).await?, None);
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_visit_is_invited_once_and_each_thing_that_becomes_of_it_counts_once() {
    both(async |db| {
        channel(&db).await;
        write(&db, async |tx| {
            upsert_device(tx, SITE, [3; 16], (5, DeviceId::from_bytes([3; 16])), NOW).await?;
            for n in [1, 2, 3] {
                insert_visit(tx, &countersign_store::visit::VisitRow { device: Some(5), ..visit(n) }).await?;
            }
            insert_chat_invitation(tx, &invitation(1)).await?;
            assert_eq!(find_offers_to(tx, 1_001, Some(5)).await?, (false, None));
            assert!(insert_chat_offer(tx, &offer(1, 1_001)).await?);
            assert!(!insert_chat_offer(tx, &offer(9, 1_001)).await?);
            assert!(insert_chat_offer(tx, &offer(2, 1_002)).await?);
            assert_eq!(find_offers_to(tx, 1_001, None).await?, (true, None));
            assert_eq!(find_offers_to(tx, 1_003, Some(5)).await?, (false, Some(NOW.plus(2))));
            assert_eq!(find_chat_offer(tx, offer(1, 0).id).await?, Some(offer(1, 1_001)));
            assert_eq!(find_chat_offer(tx, offer(9, 0).id).await?, None);

            let at = |n: i64| NOW.plus(n);
            assert!(update_chat_offer(tx, &offer(1, 1_001), OfferState::Opened, None, at(50)).await?);
            let opened = find_chat_offer(tx, offer(1, 0).id).await?.unwrap();
            assert_eq!((opened.state, opened.state_at), (OfferState::Opened, at(50)));
            assert!(!update_chat_offer(tx, &opened, OfferState::Opened, None, at(51)).await?);
            assert!(!update_chat_offer(tx, &opened, OfferState::Dismissed, None, at(51)).await?);
            assert!(update_chat_offer(tx, &opened, OfferState::Answered, None, at(52)).await?);
            assert!(!update_chat_offer(tx, &opened, OfferState::Answered, None, at(53)).await?);
            assert!(update_chat_offer(tx, &offer(2, 1_002), OfferState::Dismissed, None, at(54)).await?);
            let figures = list_chat_invitations(tx).await?[0].figures;
            assert_eq!(figures, Figures { offered: 2, opened: 1, answered: 1, dismissed: 1 });

            delete_visit(tx, 1_001).await?;
            assert_eq!(find_chat_offer(tx, offer(1, 0).id).await?, None, "it goes with its visit");
            assert_eq!(list_chat_invitations(tx).await?[0].figures, figures);
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_what_was_shown_lately_and_chats_without_an_answer() {
    both(async |db| {
        channel(&db).await;
        crate::profile::insert(&db, crate::profile::ann(1), NOW).await;
        crate::erasure::everything_of(&db, 2, crate::profile::id(1)).await;
        write(&db, async |tx| {
            let (profile, open) = (crate::profile::id(1), CaseId::from_bytes([2; 16]));
            for n in [1, 2, 3, 4] {
                insert_visit(tx, &visit(n + 20)).await?;
            }
            insert_chat_invitation(tx, &invitation(1)).await?;
            let counted = async |tx: &mut Tx<'_>, since: i64| {
                let moments = (NOW.plus(since), NOW, NOW.plus(since - 1));
                count_chat_offers(tx, invitation(1).id, moments).await
            };
            for n in [1, 2, 3, 4] {
                insert_chat_offer(tx, &offer(n, 1_020 + i64::from(n))).await?;
            }
            assert_eq!(counted(tx, 0).await?, (4, 4));
            assert_eq!(counted(tx, 3).await?, (2, 2));
            update_chat_offer(tx, &offer(1, 1_021), OfferState::Dismissed, None, NOW).await?;
            assert_eq!(counted(tx, 0).await?, (3, 4));
            update_chat_offer(tx, &offer(2, 1_022), OfferState::Answered, Some(open), NOW).await?;
            tx.execute(
                "UPDATE support_case SET waiting_since = $1, chat = 'live', status = 'open'",
                args![1_i64],
            )
            .await?;
            assert_eq!(counted(tx, 0).await?.0, 3, "a chat in which nobody has answered waits");
            assert!(has_live_chat(tx, profile).await?);
            tx.execute("UPDATE support_case SET waiting_since = NULL", args![]).await?;
            assert_eq!(counted(tx, 0).await?.0, 2);
            tx.execute("UPDATE support_case SET chat = 'ended'", args![]).await?;
            assert!(!has_live_chat(tx, profile).await?);
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_browser_returns_when_it_was_here_before() {
    both(async |db| {
        channel(&db).await;
        write(&db, async |tx| {
            upsert_device(tx, SITE, [3; 16], (5, DeviceId::from_bytes([3; 16])), NOW).await?;
            for (n, started_at) in [(1, NOW), (2, NOW.plus(7))] {
                let row = countersign_store::visit::VisitRow { device: Some(5), started_at, ..visit(n) };
                insert_visit(tx, &row).await?;
            }
            assert!(!has_earlier_visit(tx, 5, 1_001).await?);
            assert!(has_earlier_visit(tx, 5, 1_002).await?);
            assert!(!has_earlier_visit(tx, 6, 1_002).await?);
            Ok(())
        })
        .await;
    })
    .await;
}
