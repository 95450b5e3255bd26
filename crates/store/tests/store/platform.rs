//! Users, sessions, keys, limits, leases and the outbox, on both databases.

use countersign_store::invitation::{self, NewInvitation, Purpose};
use countersign_store::migrate::MIGRATIONS;
use countersign_store::outbox::{self, Finished, NewOutbox, OutboxRow};
use countersign_store::testing::{TestDb, both};
use countersign_store::user::{self, Credential};
use countersign_store::webhook;
use countersign_store::{
    Db, StoreError, Tx, Vault, api_key, audit, lease, limit, server, session, setting, widget,
};
use countersign_types::api_key::ApiKey;
use countersign_types::user::{Session, Theme, User, UserState};
use countersign_types::webhook::{Attempt, DeliveryState, Webhook, WebhookState};
use countersign_types::{
    ApiKeyId, EventId, InvitationId, OutboxId, PageRequest, Permission, Role, SessionId, Timestamp, UserId,
    WebhookId,
};

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

async fn write<T: Send + 'static>(
    db: &Db,
    operation: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    db.write(operation).await.unwrap()
}

fn person(n: u8, role: Role) -> User {
    User {
        id: UserId::from_bytes([n; 16]),
        email: format!("p{n}@bank.example"),
        name: format!("Person {n}"),
        role,
        state: UserState::Active,
        language: "en".to_owned(),
        theme: Theme::System,
        created_at: at(i64::from(n)),
        last_seen_at: None,
    }
}

#[tokio::test]
async fn a_person_is_found_by_address_and_changed() {
    both(async |db: TestDb| {
        write(&db, async |tx| user::insert_user(tx, &person(1, Role::Admin), Some("hash")).await).await;
        write(&db, async |tx| user::insert_user(tx, &person(2, Role::Agent), None).await).await;
        let again = db.write(async |tx| {
            user::insert_user(tx, &User { id: UserId::from_bytes([9; 16]), ..person(1, Role::Agent) }, None)
                .await
        });
        assert_eq!(again.await.unwrap_err().unique_constraint(), Some("uq_console_user__email"));

        let found = db.read(async |tx| user::find_credential(tx, "p1@bank.example").await).await.unwrap();
        let Some(Credential { user: found, password_hash }) = found else { panic!("not found") };
        assert_eq!((found.clone(), password_hash.as_deref()), (person(1, Role::Admin), Some("hash")));
        assert!(db.read(async |tx| user::find_credential(tx, "x").await).await.unwrap().is_none());
        assert!(db.read(async |tx| user::has_users(tx).await).await.unwrap());

        let admins = write(&db, async |tx| user::lock_active_admins(tx).await).await;
        assert_eq!(admins, [found.id]);
        let changed = User { role: Role::Agent, state: UserState::Disabled, ..found.clone() };
        let saved = changed.clone();
        assert!(write(&db, async move |tx| user::update_user(tx, &saved, at(9)).await).await);
        write(&db, async |tx| user::update_password(tx, UserId::from_bytes([1; 16]), "new", at(9)).await)
            .await;
        let found = write(&db, async |tx| user::lock_user(tx, UserId::from_bytes([1; 16])).await).await;
        assert_eq!(found, Some(changed));
        let again = db.read(async |tx| user::find_user(tx, UserId::from_bytes([1; 16])).await).await.unwrap();
        assert_eq!(again, found);
        let kept = db.read(async |tx| user::find_password(tx, UserId::from_bytes([1; 16])).await).await;
        assert_eq!(kept.unwrap().as_deref(), Some("new"));

        let one = PageRequest { limit: 1, after: None };
        let first = db.read(async move |tx| user::list_users(tx, one).await).await.unwrap();
        let next = PageRequest { limit: 1, after: first.next };
        let second = db.read(async move |tx| user::list_users(tx, next).await).await.unwrap();
        assert_eq!(
            (first.items[0].id, second.items[0].id),
            (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]))
        );
        assert_eq!(second.next, None);
    })
    .await;
}

#[tokio::test]
async fn x_2_an_ended_session_is_not_found() {
    both(async |db: TestDb| {
        write(&db, async |tx| user::insert_user(tx, &person(1, Role::Agent), None).await).await;
        for n in 1..=3u8 {
            let session = Session {
                id: SessionId::from_bytes([n; 16]),
                user: UserId::from_bytes([1; 16]),
                created_at: at(i64::from(n)),
                last_seen_at: at(i64::from(n)),
                expires_at: at(1_000),
                user_agent: "curl".to_owned(),
            };
            write(&db, async move |tx| session::insert_session(tx, &session, [n; 32]).await).await;
        }
        let find =
            async |n: u8| db.read(async move |tx| session::find_session(tx, [n; 32]).await).await.unwrap();
        let (found, whose) = find(1).await.unwrap();
        assert_eq!((found.id, whose.name.as_str()), (SessionId::from_bytes([1; 16]), "Person 1"));
        assert!(find(7).await.is_none());

        let (id, me) = (SessionId::from_bytes([1; 16]), UserId::from_bytes([1; 16]));
        write(&db, async move |tx| session::update_session_seen(tx, id, me, at(500)).await).await;
        write(&db, async move |tx| session::update_session_seen(tx, id, me, at(400)).await).await;
        for (since, is_seen) in [(at(500), true), (at(501), false)] {
            let seen = db.read(async move |tx| user::is_anybody_seen_since(tx, since).await).await.unwrap();
            assert_eq!(seen, is_seen, "{since}");
        }
        let (found, whose) = find(1).await.unwrap();
        assert_eq!((found.last_seen_at, whose.last_seen_at), (at(500), Some(at(500))), "never backwards");

        let stranger = UserId::from_bytes([2; 16]);
        assert!(!write(&db, async move |tx| session::end_session(tx, id, stranger, at(9)).await).await);
        assert!(write(&db, async move |tx| session::end_session(tx, id, me, at(9)).await).await);
        assert!(find(1).await.is_none());
        let gone = db.read(async move |tx| session::find_live_session(tx, id).await).await.unwrap();
        assert!(gone.is_none());
        let keep = Some(SessionId::from_bytes([2; 16]));
        assert_eq!(write(&db, async move |tx| session::end_sessions(tx, me, keep, at(9)).await).await, 1);
        let live = db.read(async move |tx| session::list_sessions(tx, me, at(9)).await).await.unwrap();
        assert_eq!(live.iter().map(|s| s.id).collect::<Vec<_>>(), [SessionId::from_bytes([2; 16])]);
        assert_eq!(write(&db, async |tx| session::delete_sessions(tx, at(2_000), 10).await).await, 3);
    })
    .await;
}

#[tokio::test]
async fn x_1_a_link_works_once_and_in_its_time() {
    both(async |db: TestDb| {
        write(&db, async |tx| user::insert_user(tx, &person(1, Role::Agent), None).await).await;
        for (n, purpose, user) in
            [(1, Purpose::SetUp, None), (2, Purpose::Invite, Some(UserId::from_bytes([1; 16])))]
        {
            let new = NewInvitation {
                id: InvitationId::from_bytes([n; 16]),
                user,
                purpose,
                token_hash: [n; 32],
                expires_at: at(100),
            };
            write(&db, async move |tx| invitation::insert_invitation(tx, &new, at(1)).await).await;
        }
        let r#use = async |n: u8, purpose, now| {
            write(&db, async move |tx| invitation::use_invitation(tx, purpose, [n; 32], at(now)).await).await
        };
        assert_eq!(r#use(1, Purpose::Invite, 50).await, None, "made for something else");
        assert_eq!(r#use(1, Purpose::SetUp, 100).await, None, "too late");
        let is = db.read(async |tx| invitation::has_invitation(tx, Purpose::SetUp, [1; 32], at(50)).await);
        assert!(is.await.unwrap());
        assert_eq!(r#use(1, Purpose::SetUp, 50).await, Some(None));
        assert_eq!(r#use(1, Purpose::SetUp, 50).await, None, "used");
        let invited = async |n: u8, now| {
            db.read(async move |tx| invitation::find_invited(tx, [n; 32], at(now)).await).await.unwrap()
        };
        let me = UserId::from_bytes([1; 16]);
        assert_eq!(invited(2, 50).await, Some((me, at(100))));
        assert_eq!(invited(2, 50).await, Some((me, at(100))), "a look leaves it good");
        assert_eq!(invited(1, 50).await, None, "the set-up link invites nobody");
        assert_eq!(invited(2, 100).await, None, "too late");
        assert_eq!(write(&db, async move |tx| invitation::end_invitations(tx, me, at(50)).await).await, 1);
        assert_eq!(r#use(2, Purpose::Invite, 50).await, None, "ended");
        assert_eq!(write(&db, async |tx| invitation::delete_invitations(tx, at(200), 100).await).await, 2);
    })
    .await;
}

#[tokio::test]
async fn x_7_a_key_is_found_by_its_hash_and_revoked_once() {
    both(async |db: TestDb| {
        let key = ApiKey {
            id: ApiKeyId::from_bytes([1; 16]),
            name: "crm".to_owned(),
            scopes: vec![Permission::CaseRead, Permission::PersonalDataRead],
            last4: "abcd".to_owned(),
            allowed_ips: vec!["192.0.2.0/24".to_owned()],
            created_at: at(1),
            expires_at: Some(at(100)),
            revoked_at: None,
            last_used_at: None,
        };
        let id = key.id;
        let new = key.clone();
        write(&db, async move |tx| api_key::insert_api_key(tx, &new, [7; 32]).await).await;
        let by_secret = async |n: u8| {
            db.read(async move |tx| api_key::find_api_key_by_secret(tx, [n; 32]).await).await.unwrap()
        };
        assert_eq!(by_secret(7).await, Some(key.clone()));
        assert_eq!(by_secret(8).await, None);
        write(&db, async move |tx| api_key::update_api_key_used(tx, id, at(60)).await).await;
        write(&db, async move |tx| api_key::update_api_key_used(tx, id, at(50)).await).await;
        write(&db, async move |tx| api_key::update_api_key_expiry(tx, id, at(90)).await).await;
        let found = db.read(async move |tx| api_key::find_api_key(tx, id).await).await.unwrap().unwrap();
        assert_eq!((found.last_used_at, found.expires_at), (Some(at(60)), Some(at(90))));
        let list = async || {
            db.read(async |tx| api_key::list_api_keys(tx, PageRequest::first()).await).await.unwrap()
        };
        assert_eq!(list().await.items.len(), 1);
        assert!(write(&db, async move |tx| api_key::revoke_api_key(tx, id, at(70)).await).await);
        assert!(!write(&db, async move |tx| api_key::revoke_api_key(tx, id, at(80)).await).await);
        assert_eq!(by_secret(7).await.unwrap().revoked_at, Some(at(70)));
        assert!(list().await.items.is_empty());
        assert!(write(&db, async move |tx| api_key::lock_api_key(tx, id).await).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn c_5_attempts_at_once_are_all_counted() {
    both(async |db: TestDb| {
        let count = async |db: Db| {
            db.write(async |tx| {
                let mut counter = limit::lock_counter(tx, "login", [1; 32]).await?;
                counter.short_count += 1;
                counter.seen_at = 10;
                limit::update_counter(tx, "login", [1; 32], &counter).await
            })
            .await
            .unwrap();
        };
        let tasks: Vec<_> = (0..20).map(|_| tokio::spawn(count((*db).clone()))).collect();
        for task in tasks {
            task.await.unwrap();
        }
        let counter = write(&db, async |tx| limit::lock_counter(tx, "login", [1; 32]).await).await;
        assert_eq!(counter.short_count, 20);
        assert_eq!(write(&db, async |tx| limit::delete_counters(tx, at(5), 100).await).await, 0);
        assert_eq!(write(&db, async |tx| limit::delete_counters(tx, at(11), 100).await).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_setting_saved_once_is_not_saved_again() {
    both(async |db: TestDb| {
        assert!(write(&db, async |tx| setting::insert_setting(tx, "setup", &1, at(1)).await).await);
        assert!(!write(&db, async |tx| setting::insert_setting(tx, "setup", &2, at(1)).await).await);
        let kept: Option<i64> = write(&db, async |tx| setting::lock_setting(tx, "setup").await).await;
        assert_eq!(kept, Some(1));
    })
    .await;
}

#[tokio::test]
async fn ft8_a_lease_has_one_owner_until_its_end() {
    both(async |db: TestDb| {
        let take = async |n: u8, now, until| {
            write(&db, async move |tx| lease::take_lease(tx, "seal", [n; 16], at(now), at(until)).await).await
        };
        assert!(take(1, 0, 100).await);
        assert!(take(1, 50, 150).await, "kept");
        assert!(!take(2, 60, 160).await, "another's");
        assert!(take(2, 151, 250).await, "over");
        assert_eq!(write(&db, async |tx| lease::delete_leases(tx, [2; 16]).await).await, 1);
        assert!(take(1, 152, 200).await);
    })
    .await;
}

#[tokio::test]
async fn the_history_of_an_installation_comes_newest_first() {
    both(async |db: TestDb| {
        let steps = db.read(async |tx| server::list_schema_steps(tx, 10).await).await.unwrap();
        let newest = db.schema_version().await.unwrap();
        assert_eq!(steps.iter().map(|step| step.version).max(), Some(newest));
        assert_eq!(steps.iter().map(|step| step.count).sum::<i64>(), MIGRATIONS.len() as i64);
        assert!(steps.is_sorted_by_key(|step| std::cmp::Reverse(step.at)));

        for (n, created) in [(1, 10), (2, 20), (3, 30)] {
            put(&db, n, "webhook", 9, created).await;
        }
        let given_up =
            async |limit| db.read(async move |tx| outbox::list_given_up(tx, limit).await).await.unwrap();
        assert!(given_up(10).await.is_empty(), "what waits is not given up");
        for row in claim(&db, 9, 1, 100).await {
            assert!(finish(&db, &row, 1, DeliveryState::Dead, None).await);
        }
        let row = outbox::GivenUp { kind: "webhook".to_owned(), target: [9; 16], at: at(6) };
        assert_eq!(given_up(10).await, [row.clone(), row.clone(), row.clone()]);
        assert_eq!(given_up(2).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn servers_come_and_go() {
    both(async |db: TestDb| {
        let row =
            server::ServerRow { id: [1; 16], version: "1".to_owned(), started_at: at(1), seen_at: at(1) };
        for seen in [1, 50] {
            let row = server::ServerRow { seen_at: at(seen), ..row.clone() };
            write(&db, async move |tx| server::update_server(tx, &row).await).await;
        }
        let there =
            async |since| db.read(async move |tx| server::list_servers(tx, at(since)).await).await.unwrap();
        assert_eq!(there(50).await, [server::ServerRow { seen_at: at(50), ..row }]);
        assert!(there(51).await.is_empty());
        assert_eq!(write(&db, async |tx| server::delete_servers(tx, at(51)).await).await, 1);
        write(&db, async |tx| server::delete_server(tx, [1; 16]).await).await;
        let (version, size) = db.read(async |tx| server::database(tx).await).await.unwrap();
        assert!(version.contains('.') && size > 10_000, "{version} {size}");
    })
    .await;
}

fn vault() -> Vault {
    Vault::new(&[7; 32])
}

async fn put(db: &Db, n: u8, kind: &'static str, target: u8, created: i64) {
    let entry = NewOutbox {
        id: OutboxId::from_bytes([n; 16]),
        kind,
        target: [target; 16],
        event_id: EventId::from_bytes([n; 16]),
        event_type: "case.created".to_owned(),
        body: b"{}".to_vec(),
    };
    write(db, async move |tx| outbox::insert_outbox(tx, vault().workspace(), &entry, at(created)).await)
        .await;
}

async fn claim(db: &Db, target: u8, owner: u8, now: i64) -> Vec<OutboxRow> {
    let until = at(now + 1_000);
    write(db, async move |tx| outbox::claim_outbox(tx, [target; 16], [owner; 16], at(now), until, 10).await)
        .await
}

async fn finish(db: &Db, row: &OutboxRow, owner: u8, state: DeliveryState, next: Option<i64>) -> bool {
    let row = row.clone();
    let attempt = Attempt { at: at(5), status: Some(500), latency_ms: 3, detail: "500".to_owned() };
    let finished = Finished { state, next_attempt_at: next.map(at), attempts: vec![attempt] };
    write(db, async move |tx| outbox::finish_outbox(tx, &row, [owner; 16], &finished, at(6)).await).await
}

#[tokio::test]
async fn what_is_claimed_is_nobody_elses_until_the_lease_is_over() {
    both(async |db: TestDb| {
        put(&db, 1, "webhook", 1, 10).await;
        put(&db, 2, "webhook", 1, 20).await;
        put(&db, 3, "webhook", 2, 15).await;
        let targets = db.read(async |tx| outbox::list_targets(tx).await).await.unwrap();
        assert_eq!(targets, [([1; 16], at(10)), ([2; 16], at(15))]);
        let mine = claim(&db, 1, 1, 20).await;
        assert_eq!(mine.iter().map(|r| r.id.to_bytes()[0]).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(mine[0].attempt_count, 1);
        assert!(claim(&db, 1, 2, 20).await.is_empty());
        let late = claim(&db, 1, 2, 1_021).await;
        assert_eq!(late[0].attempt_count, 2);
        assert!(!finish(&db, &mine[0], 1, DeliveryState::Delivered, None).await, "the fence holds");
        assert!(finish(&db, &late[0], 2, DeliveryState::Pending, Some(5_000)).await);
        assert!(finish(&db, &late[1], 2, DeliveryState::Dead, None).await);
        let stats = db.read(async |tx| outbox::outbox_stats(tx).await).await.unwrap();
        assert_eq!((stats.pending, stats.dead, stats.oldest_at), (2, 1, Some(at(10))));
        assert!(claim(&db, 1, 1, 3_999).await.is_empty());
        assert_eq!(write(&db, async |tx| outbox::hasten_outbox(tx, [1; 16], at(4_000)).await).await, 1);
        let again = claim(&db, 1, 1, 4_000).await;
        assert_eq!((again.len(), again[0].attempts.len(), again[0].attempt_count), (1, 1, 3));
        assert_eq!(write(&db, async |tx| outbox::release_outbox(tx, [1; 16], at(6_000)).await).await, 1);
        assert_eq!(
            claim(&db, 1, 2, 6_000).await[0].attempt_count,
            3,
            "a try that was not made does not count"
        );
        assert_eq!(write(&db, async |tx| outbox::release_all(tx, at(6_000)).await).await, 1);
    })
    .await;
}

#[tokio::test]
async fn replies_to_one_customer_keep_their_order() {
    both(async |db: TestDb| {
        put(&db, 2, "message", 1, 10).await;
        put(&db, 1, "message", 1, 20).await;
        let first = claim(&db, 1, 1, 100).await;
        assert_eq!(first.iter().map(|r| r.id.to_bytes()[0]).collect::<Vec<_>>(), [2]);
        assert!(claim(&db, 1, 1, 100).await.is_empty(), "the first is under way");
        assert!(finish(&db, &first[0], 1, DeliveryState::Pending, Some(5_000)).await);
        assert!(claim(&db, 1, 1, 200).await.is_empty(), "the first waits for its next try");
        let first = claim(&db, 1, 1, 5_000).await;
        assert!(finish(&db, &first[0], 1, DeliveryState::Dead, None).await);
        assert_eq!(claim(&db, 1, 1, 5_000).await.len(), 1, "the first was given up");
    })
    .await;
}

#[tokio::test]
async fn d3_what_was_given_up_is_seen_and_sent_again() {
    both(async |db: TestDb| {
        for n in 1..=3 {
            put(&db, n, "webhook", 1, i64::from(n)).await;
        }
        let claimed = claim(&db, 1, 1, 100).await;
        for row in &claimed {
            finish(&db, row, 1, DeliveryState::Dead, None).await;
        }
        let page = PageRequest { limit: 2, after: None };
        let first = db.read(async move |tx| outbox::list_dead(tx, page).await).await.unwrap();
        let rest = PageRequest { limit: 2, after: first.next };
        let second = db.read(async move |tx| outbox::list_dead(tx, rest).await).await.unwrap();
        let ids: Vec<u8> = first.items.iter().chain(&second.items).map(|r| r.id.to_bytes()[0]).collect();
        assert_eq!(ids, [3, 2, 1]);
        let id = OutboxId::from_bytes([2; 16]);
        let of =
            async |n: u8| db.read(async move |tx| outbox::find_dead_of(tx, [n; 16]).await).await.unwrap();
        put(&db, 4, "message", 2, 4).await;
        assert_eq!((of(4).await, of(2).await), (None, None), "one is under way, the other is no message");
        finish(&db, &claim(&db, 2, 1, 100).await[0], 1, DeliveryState::Dead, None).await;
        assert_eq!(of(4).await, Some(OutboxId::from_bytes([4; 16])));
        assert!(write(&db, async move |tx| outbox::replay_outbox(tx, id, at(200)).await).await);
        assert!(!write(&db, async move |tx| outbox::replay_outbox(tx, id, at(200)).await).await);
        let again = claim(&db, 1, 1, 200).await;
        assert_eq!((again.len(), again[0].attempt_count, again[0].attempts.len()), (1, 1, 1));
        finish(&db, &again[0], 1, DeliveryState::Delivered, None).await;
        let list = async |state| {
            let page = PageRequest::first();
            db.read(async move |tx| outbox::list_outbox(tx, [1; 16], state, page).await)
                .await
                .unwrap()
                .items
                .len()
        };
        assert_eq!((list(None).await, list(Some(DeliveryState::Dead)).await), (3, 2));
        let since = async |micros| {
            db.read(async move |tx| outbox::has_delivered_since(tx, [1; 16], at(micros)).await).await.unwrap()
        };
        assert!(since(2).await && !since(3).await);
        assert!(write(&db, async move |tx| outbox::lock_outbox(tx, id).await).await.is_some());
        let delete = async |state, before| {
            write(&db, async move |tx| outbox::delete_outbox(tx, state, at(before), 10).await).await
        };
        assert_eq!(delete(DeliveryState::Delivered, 6).await, 0);
        assert_eq!(delete(DeliveryState::Delivered, 7).await, 1);
        assert_eq!(delete(DeliveryState::Dead, 7).await, 3);
        assert!(db.read(async move |tx| outbox::find_outbox(tx, id).await).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn x_8_a_webhook_signs_with_both_secrets_for_a_while() {
    both(async |db: TestDb| {
        let hook = Webhook {
            id: WebhookId::from_bytes([1; 16]),
            url: "https://hooks.example/in".to_owned(),
            events: vec!["*".to_owned()],
            description: String::new(),
            with_personal_data: true,
            state: WebhookState::Active,
            disabled_reason: None,
            created_at: at(1),
            updated_at: at(1),
        };
        let (id, new) = (hook.id, hook.clone());
        write(&db, async move |tx| webhook::insert_webhook(tx, &vault(), &new, "whsec_a").await).await;
        write(&db, async move |tx| {
            webhook::update_webhook_secret(tx, &vault(), id, "whsec_b", at(99), at(2)).await
        })
        .await;
        let all =
            async || db.read(async |tx| webhook::list_webhook_entries(tx, &vault()).await).await.unwrap();
        let entry = all().await.remove(0);
        assert_eq!(
            (entry.secret.as_str(), entry.previous),
            ("whsec_b", Some(("whsec_a".to_owned(), at(99))))
        );
        let mut changed = write(&db, async move |tx| webhook::lock_webhook(tx, id).await).await.unwrap();
        changed.state = WebhookState::Disabled;
        changed.disabled_reason = Some("gone".to_owned());
        let saved = changed.clone();
        assert!(write(&db, async move |tx| webhook::update_webhook(tx, &saved).await).await);
        assert_eq!(all().await.remove(0).webhook, changed);
        assert!(write(&db, async move |tx| webhook::delete_webhook(tx, &vault(), id, at(3)).await).await);
        assert!(all().await.is_empty());
        assert!(!write(&db, async move |tx| webhook::delete_webhook(tx, &vault(), id, at(3)).await).await);
    })
    .await;
}

#[tokio::test]
async fn x_10_clean_ups_remove_some_rows_at_a_time() {
    both(async |db: TestDb| {
        write(&db, async |tx| {
            for n in 0..7 {
                let counter = limit::Counter { seen_at: 5, ..limit::Counter::default() };
                limit::lock_counter(tx, "test", [n; 32]).await?;
                limit::update_counter(tx, "test", [n; 32], &counter).await?;
                widget::insert_token_use(tx, [n; 32], at(5)).await?;
                let new = NewInvitation {
                    id: InvitationId::from_bytes([n; 16]),
                    user: None,
                    purpose: Purpose::SetUp,
                    token_hash: [n; 32],
                    expires_at: at(5),
                };
                invitation::insert_invitation(tx, &new, at(1)).await?;
            }
            Ok::<_, StoreError>(())
        })
        .await;
        for left in [7_u64, 4, 1] {
            let gone = write(&db, async |tx| {
                Ok::<_, StoreError>((
                    limit::delete_counters(tx, at(6), 3).await?,
                    widget::delete_token_uses(tx, at(6), 3).await?,
                    invitation::delete_invitations(tx, at(6), 3).await?,
                ))
            })
            .await;
            assert_eq!(gone, (left.min(3), left.min(3), left.min(3)));
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_remembered_once_and_for_a_while() {
    both(async |db: TestDb| {
        let found = write(&db, async |tx| {
            let insert = async |tx: &mut Tx<'_>, key, sealed: &[u8]| {
                audit::insert_receipt(tx, key, [9; 32], sealed, at(10)).await
            };
            let added = [insert(tx, [1; 32], b"first").await?, insert(tx, [1; 32], b"second").await?];
            let found = audit::find_receipt(tx, [1; 32], at(9)).await?;
            let too_old = audit::find_receipt(tx, [1; 32], at(10)).await?;
            Ok((added, found, too_old, audit::find_receipt(tx, [2; 32], at(9)).await?))
        })
        .await;
        assert_eq!(found, ([true, false], Some((vec![9; 32], b"first".to_vec())), None, None));
    })
    .await;
}
