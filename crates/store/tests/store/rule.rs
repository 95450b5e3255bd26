//! Rules, what fired, what limits and timers remember, and notices, on both databases.

use countersign_store::case::{find_case, record_automatic_reply, record_note, update_case};
use countersign_store::rule::{
    delete_rule, delete_rule_group, insert_rule, insert_rule_group, insert_rule_version, list_active_people,
    list_rule_groups, list_rule_versions, list_rules, update_rule, update_rule_group, update_rule_positions,
};
use countersign_store::rule_case::{
    count_open_cases, find_automatic_replies, hasten_rules_due, list_active_cases, list_rules_due,
    update_automatic_replies, update_rules_due,
};
use countersign_store::rule_firing::{
    count_firings, insert_firing, list_case_firings, list_fired, list_rule_firings,
};
use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx, message, notice, subject_key};
use countersign_types::case::CaseStatus;
use countersign_types::code::{Invalid, Outcome};
use countersign_types::notice::Notice;
use countersign_types::pii::{Pii, Purpose};
use countersign_types::rule::{Done, Firing, RuleGroup, RuleOccasion, RuleRow, RuleVersion};
use countersign_types::{
    CaseId, FiringId, MessageId, NoticeId, PageRequest, RuleGroupId, RuleId, UserId, time,
};
use serde_json::json;

use crate::conversation::{account, case_id, customer, inbound, is_readable};
use crate::profile::{NOW, vault};

fn rule(n: u8) -> RuleRow {
    RuleRow {
        id: RuleId::from_bytes([n; 16]),
        position: i64::from(n),
        body: json!({ "name": format!("Rule {n}") }),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn version(n: i64) -> RuleVersion {
    RuleVersion {
        version: n,
        body: json!({ "n": n }),
        at: NOW.plus(n),
        by_id: "usr".to_owned(),
        by_name: "Ada".to_owned(),
    }
}

fn firing(n: u8, rule: u8, case: u8, at: i64) -> Firing {
    Firing {
        id: FiringId::from_bytes([n; 16]),
        rule: RuleId::from_bytes([rule; 16]),
        rule_name: "Hello".to_owned(),
        case: case_id(case),
        at: NOW.plus(at),
        happened: RuleOccasion::HalfHour,
        depth: 2,
        seed: u64::MAX - u64::from(n),
        done: vec![Done { action: "note".to_owned(), outcome: "done".to_owned(), detail: String::new() }],
    }
}

const PAGE: PageRequest = PageRequest { after: None, limit: 10 };

/// Runs one operation that writes.
async fn write<T: Send + 'static>(
    db: &TestDb,
    operation: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    db.write(operation).await.unwrap()
}

#[tokio::test]
async fn rules_read_back_in_their_order_and_change_by_version() {
    both(async |db| {
        let (first, saved, late, order, gone) = write(&db, async |tx: &mut Tx<'_>| {
            for n in [1, 2, 3] {
                insert_rule(tx, &rule(n)).await?;
            }
            let first = list_rules(tx).await?;
            let next =
                RuleRow { body: json!({ "name": "New" }), version: 2, updated_at: NOW.plus(5), ..rule(1) };
            let saved = update_rule(tx, &next).await?;
            let late = update_rule(tx, &next).await?;
            update_rule_positions(tx, &[rule(3).id, rule(1).id, rule(2).id]).await?;
            let order = list_rules(tx).await?;
            let gone = delete_rule(tx, rule(2).id).await? && !delete_rule(tx, rule(2).id).await?;
            Ok((first, saved, late, order, gone))
        })
        .await;
        assert_eq!(first, [rule(1), rule(2), rule(3)]);
        assert!(saved && !late && gone);
        let ids: Vec<RuleId> = order.iter().map(|row| row.id).collect();
        assert_eq!(ids, [rule(3).id, rule(1).id, rule(2).id]);
        assert_eq!((&order[1].body, order[1].version), (&json!({ "name": "New" }), 2));
    })
    .await;
}

#[tokio::test]
async fn the_newest_fifty_versions_of_a_rule_are_kept_and_go_with_it() {
    both(async |db| {
        let (kept, after) = write(&db, async |tx: &mut Tx<'_>| {
            insert_rule(tx, &rule(1)).await?;
            for n in 1..=53 {
                insert_rule_version(tx, rule(1).id, &version(n)).await?;
            }
            let kept = list_rule_versions(tx, rule(1).id).await?;
            delete_rule(tx, rule(1).id).await?;
            Ok((kept, list_rule_versions(tx, rule(1).id).await?))
        })
        .await;
        assert_eq!((kept.len(), &kept[0], kept[49].version), (50, &version(53), 4));
        assert!(after.is_empty());
    })
    .await;
}

#[tokio::test]
async fn groups_of_rules_read_back_change_and_go() {
    both(async |db| {
        let group = RuleGroup {
            id: RuleGroupId::from_bytes([7; 16]),
            name: "Night".to_owned(),
            is_enabled: true,
            created_at: NOW,
            updated_at: NOW,
        };
        let off = RuleGroup { is_enabled: false, name: "Day".to_owned(), ..group.clone() };
        let (all, changed, gone) = {
            let (group, off) = (group.clone(), off.clone());
            write(&db, async move |tx: &mut Tx<'_>| {
                insert_rule_group(tx, &group).await?;
                let changed = update_rule_group(tx, &off).await?;
                let all = list_rule_groups(tx).await?;
                let gone = delete_rule_group(tx, off.id).await? && !update_rule_group(tx, &off).await?;
                Ok((all, changed, gone))
            })
            .await
        };
        assert_eq!(all, [off]);
        assert!(changed && gone);
    })
    .await;
}

#[tokio::test]
async fn firings_are_the_history_of_their_case_and_outlive_their_rule() {
    both(async |db| {
        customer(&db, 1).await;
        customer(&db, 2).await;
        let (fired, of_case, of_rule, counts, second) = write(&db, async |tx: &mut Tx<'_>| {
            insert_rule(tx, &rule(1)).await?;
            for new in [firing(1, 1, 1, 10), firing(2, 2, 1, 20), firing(3, 1, 2, 30), firing(4, 1, 1, 40)] {
                insert_firing(tx, &new).await?;
            }
            delete_rule(tx, rule(1).id).await?;
            let page = PageRequest { after: None, limit: 2 };
            let of_case = list_case_firings(tx, case_id(1), page).await?;
            let second =
                list_case_firings(tx, case_id(1), PageRequest { after: of_case.next, limit: 2 }).await?;
            Ok((
                list_fired(tx, case_id(1)).await?,
                of_case.items,
                list_rule_firings(tx, rule(1).id, PAGE).await?.items,
                count_firings(tx, NOW.plus(15)).await?,
                second.items,
            ))
        })
        .await;
        let (one, two) = (rule(1).id, rule(2).id);
        assert_eq!(fired, [(one, NOW.plus(10), NOW.plus(40)), (two, NOW.plus(20), NOW.plus(20))]);
        assert_eq!(of_case, [firing(4, 1, 1, 40), firing(2, 2, 1, 20)]);
        assert_eq!(second, [firing(1, 1, 1, 10)]);
        assert_eq!(of_rule.len(), 3);
        let counts: Vec<_> = counts.iter().map(|c| (c.rule, c.count, c.last_at)).collect();
        assert_eq!(counts, [(one, 2, NOW.plus(40)), (two, 1, NOW.plus(20))]);
    })
    .await;
}

#[tokio::test]
async fn limits_of_replies_stand_with_the_account() {
    both(async |db| {
        customer(&db, 1).await;
        let (before, after, nobody) = write(&db, async |tx: &mut Tx<'_>| {
            let before = find_automatic_replies(tx, account(1)).await?;
            update_automatic_replies(tx, account(1), &json!({ "replies": [1] })).await?;
            let after = find_automatic_replies(tx, account(1)).await?;
            Ok((before, after, find_automatic_replies(tx, account(9)).await?))
        })
        .await;
        assert_eq!((before, after, nobody), (None, Some(json!({ "replies": [1] })), None));
    })
    .await;
}

#[tokio::test]
async fn a_delay_is_counted_from_the_last_person_and_only_brought_forward() {
    both(async |db| {
        customer(&db, 1).await;
        customer(&db, 2).await;
        let hour = time::HOUR;
        let (none, moved, not_again, over, due, active, cleared) =
            write(&db, async move |tx: &mut Tx<'_>| {
                let now = NOW.plus(time::MINUTE);
                let none = list_rules_due(tx, NOW.plus(time::DAY), 10).await?;
                let moved = hasten_rules_due(tx, hour, now).await?;
                let not_again = hasten_rules_due(tx, 2 * hour, now).await?;
                let over = hasten_rules_due(tx, time::SECOND, now).await?;
                let early = list_rules_due(tx, NOW.plus(hour - 1), 10).await?;
                assert!(early.is_empty());
                let due = list_rules_due(tx, NOW.plus(hour), 10).await?;
                let active = list_active_cases(tx, NOW, case_id(1), 10).await?;
                update_rules_due(tx, case_id(1), None).await?;
                update_rules_due(tx, case_id(2), Some(NOW)).await?;
                Ok((none, moved, not_again, over, due, active, list_rules_due(tx, NOW, 10).await?))
            })
            .await;
        assert!(none.is_empty());
        assert_eq!((moved, not_again, over), (2, 0, 0));
        assert_eq!(due.len(), 2);
        assert_eq!(active, [(case_id(2), account(2))]);
        assert_eq!(cleared, [(case_id(2), account(2))]);
    })
    .await;
}

#[tokio::test]
async fn what_rules_write_is_nobodys_reading_and_no_person() {
    both(async |db| {
        customer(&db, 1).await;
        let (before, after) = write(&db, async |tx: &mut Tx<'_>| {
            let find = async |tx: &mut Tx<'_>| find_case(tx, &vault(), case_id(1), NOW).await;
            let before = find(tx).await?.unwrap().case;
            let id = MessageId::from_bytes([9; 16]);
            record_automatic_reply(tx, case_id(1), id, true, NOW.plus(5)).await?;
            record_note(tx, case_id(1), false, NOW.plus(6)).await?;
            record_note(tx, case_id(1), true, NOW.plus(7)).await?;
            Ok((before, find(tx).await?.unwrap().case))
        })
        .await;
        assert_eq!((before.message_count, before.unread_count, before.last_person_at), (1, 1, Some(NOW)));
        assert_eq!((after.message_count, after.unread_count), (4, 1));
        assert_eq!(after.waiting_since, before.waiting_since);
        assert_eq!(after.last_person_at, Some(NOW.plus(7)));
        assert_eq!((after.code_requested_at, after.last_message_at), (Some(NOW.plus(5)), Some(NOW.plus(5))));
    })
    .await;
}

#[tokio::test]
async fn the_load_of_somebody_is_their_open_cases() {
    both(async |db| {
        customer(&db, 1).await;
        customer(&db, 2).await;
        let ada: UserId = crate::console::person(&db, 1, 1).await;
        let (people, load) = write(&db, async move |tx: &mut Tx<'_>| {
            for (n, status) in [(1, CaseStatus::Open), (2, CaseStatus::Pending)] {
                let mut case = find_case(tx, &vault(), case_id(n), NOW).await?.unwrap().case;
                (case.assignee, case.status) = (Some(ada), status);
                update_case(tx, &vault(), &case).await?;
            }
            Ok((list_active_people(tx).await?, count_open_cases(tx, ada).await?))
        })
        .await;
        assert_eq!((people, load), (vec![ada], 1));
    })
    .await;
}

#[tokio::test]
async fn the_message_that_waits_for_its_page_is_found() {
    both(async |db| {
        customer(&db, 1).await;
        let found = write(&db, async |tx: &mut Tx<'_>| {
            let key = subject_key::subject(tx, &vault(), account(1).to_bytes()).await?;
            let outcome = Some(Outcome::Invalid(Invalid::Unconfirmed));
            let waiting = message::find_unconfirmed_message(tx, &vault(), case_id(1)).await?;
            assert!(waiting.is_none());
            let new = countersign_types::message::Message { outcome, ..inbound(7, 1, 3) };
            message::insert_message(tx, &key, crate::conversation::channel().id, None, &new).await?;
            message::find_unconfirmed_message(tx, &vault(), case_id(1)).await
        })
        .await;
        assert_eq!(found.unwrap().id, MessageId::from_bytes([7; 16]));
    })
    .await;
}

#[tokio::test]
async fn notices_are_sealed_read_and_go_after_their_time() {
    both(async |db| {
        customer(&db, 1).await;
        let ada: UserId = crate::console::person(&db, 1, 1).await;
        let new = move |n: u8| Notice {
            id: NoticeId::from_bytes([n; 16]),
            user: ada,
            case: CaseId::from_bytes([1; 16]),
            kind: countersign_types::notice::NoticeKind::Rule,
            rule_name: "Hello".to_owned(),
            text: Pii::new(format!("Zebulon wrote {n}")),
            created_at: NOW.plus(i64::from(n)),
            read_at: None,
        };
        let unread = write(&db, async move |tx: &mut Tx<'_>| {
            let key = subject_key::subject(tx, &vault(), account(1).to_bytes()).await?;
            for n in [1, 2] {
                notice::insert_notice(tx, &key, &new(n)).await?;
            }
            notice::list_notices(tx, &vault(), ada, PAGE).await
        })
        .await;
        assert_eq!(unread.items[0].text.plain(Purpose::Match), "Zebulon wrote 2");
        assert_eq!(unread.items.len(), 2);
        assert!(!is_readable(&db, "Zebulon").await);
        let (read, left) = write(&db, async move |tx: &mut Tx<'_>| {
            notice::update_notices_read(tx, ada, NOW.plus(9)).await?;
            let read = notice::list_notices(tx, &vault(), ada, PAGE).await?;
            assert_eq!(notice::delete_notices(tx, NOW.plus(2), 10).await?, 1);
            Ok((read, notice::list_notices(tx, &vault(), ada, PAGE).await?))
        })
        .await;
        assert_eq!(read.items[0].read_at, Some(NOW.plus(9)));
        assert_eq!(left.items.len(), 1);
    })
    .await;
}
