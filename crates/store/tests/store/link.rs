//! Links and the evidence that carries them: one live link of an account, ended and put back whole.

use countersign_store::link::{self as store, NewLink};
use countersign_store::testing::both;
use countersign_store::{StoreError, Tx};
use countersign_types::link::LinkEnd;
use countersign_types::{Assurance, LinkId, time};

use crate::conversation::{account, customer, link};
use crate::profile::{NOW, id, vault};

fn link_id(account: u8) -> LinkId {
    LinkId::from_bytes([account + 50; 16])
}

#[tokio::test]
async fn a_link_reads_back_with_its_evidence_and_both_ends() {
    both(async |db| {
        customer(&db, 1).await;
        customer(&db, 2).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            link(tx, 1, 2, Some(NOW.plus(time::DAY))).await?;
            let found = store::find_link(tx, &vault(), link_id(1)).await?.expect("the link");
            assert_eq!((found.profile, found.account.id), (id(2), account(1)));
            assert_eq!((found.account.profile, found.account.home_profile), (id(2), id(1)));
            assert_eq!((found.assurance, found.evidence.assurance), (Assurance::Al3, Assurance::Al3));
            assert_eq!((found.channel_name.as_str(), found.evidence.by.name.as_str()), ("channel 0", "Shop"));
            assert_eq!(store::list_links(tx, &vault(), id(2)).await?, std::slice::from_ref(&found));
            assert_eq!(store::list_links(tx, &vault(), id(1)).await?, []);
            let live = store::find_live_link(tx, account(1)).await?.expect("live");
            assert_eq!((live.id, live.profile, live.assurance), (link_id(1), id(2), Assurance::Al3));
            assert_eq!(store::find_live_link(tx, account(2)).await?, None);
            let both = [account(1), account(2)];
            assert_eq!(store::list_live_evidence(tx, &both).await?, [found.evidence]);
            assert_eq!(store::list_live_evidence(tx, &[]).await?, []);
            store::end_link(tx, link_id(1), LinkEnd::Superseded, NOW).await?;
            assert_eq!(store::list_live_evidence(tx, &both).await?, []);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_account_has_one_live_link() {
    both(async |db| {
        customer(&db, 1).await;
        customer(&db, 2).await;
        db.write(async |tx: &mut Tx<'_>| link(tx, 1, 2, None).await).await.unwrap();
        let second = db
            .write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
                let new = NewLink {
                    id: LinkId::from_bytes([1; 16]),
                    profile: id(1),
                    account: account(1),
                    assurance: Assurance::Al1,
                    replaced: None,
                    linked_at: NOW,
                    expires_at: None,
                };
                store::insert_link(tx, &new).await
            })
            .await;
        assert_eq!(second.unwrap_err().unique_constraint(), Some("uq_link__account_id"));
    })
    .await;
}

#[tokio::test]
async fn only_a_superseded_link_whose_time_is_not_over_is_put_back() {
    both(async |db| {
        for n in [1, 2, 3] {
            customer(&db, n).await;
        }
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let (vault, end) = (vault(), NOW.plus(time::DAY));
            for n in [1, 2, 3] {
                link(tx, n, 2, Some(end)).await?;
            }
            assert!(store::end_link(tx, link_id(1), LinkEnd::Superseded, NOW.plus(5)).await?);
            assert!(!store::end_link(tx, link_id(1), LinkEnd::Expired, NOW.plus(6)).await?, "ended once");
            let ended = store::find_link(tx, &vault, link_id(1)).await?.expect("kept");
            assert_eq!((ended.ended_at, ended.evidence.ended_at), (Some(NOW.plus(5)), Some(NOW.plus(5))));
            assert_eq!(ended.ended_reason, Some(LinkEnd::Superseded));
            assert!(!store::reopen_link(tx, link_id(1), end).await?, "its time is over");
            assert!(store::reopen_link(tx, link_id(1), NOW.plus(7)).await?);
            let back = store::find_link(tx, &vault, link_id(1)).await?.expect("back");
            assert_eq!((back.ended_at, back.ended_reason, back.evidence.ended_at), (None, None, None));
            assert!(!store::close_superseded_link(tx, link_id(1), LinkEnd::Unlinked).await?, "it is live");

            assert!(store::end_link(tx, link_id(2), LinkEnd::Superseded, NOW.plus(5)).await?);
            assert!(store::close_superseded_link(tx, link_id(2), LinkEnd::Unlinked).await?);
            assert!(!store::reopen_link(tx, link_id(2), NOW.plus(7)).await?, "closed for good");

            assert_eq!(store::list_expired_links(tx, NOW, 9).await?, []);
            let over = store::list_expired_links(tx, end, 9).await?;
            assert_eq!(over.len(), 2, "the live ones");
            assert!(over.contains(&(link_id(1), account(1))) && over.contains(&(link_id(3), account(3))));
            assert_eq!(store::list_expired_links(tx, end, 1).await?.len(), 1, "at most so many");
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
