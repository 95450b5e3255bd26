//! Profiles on both databases: sealed, found by keyed indexes, claims beside what is proved.

use countersign_store::identifier::{Keyed, list_identifiers};
use countersign_store::profile::{self, NewProfile, ProfileChange, ProfileQuery};
use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx, Vault, search_token};
use countersign_types::pii::{Email, ExternalId, Phone, Pii, Purpose};
use countersign_types::profile::{Claims, IdentifierKind, Profile, ProfileKind, ProfileState, Source};
use countersign_types::{PageRequest, ProfileId, Timestamp};

pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

pub(crate) fn vault() -> Vault {
    Vault::new(&[7; 32])
}

pub(crate) fn id(n: u8) -> ProfileId {
    ProfileId::from_bytes([n; 16])
}

pub(crate) fn ann(n: u8) -> NewProfile {
    NewProfile {
        kind: ProfileKind::Person,
        is_anonymous: false,
        name: Some(Pii::new("Ann Müller")),
        email: Some(Keyed::<Email>::new("Ann@example.org", "ann@example.org")),
        phone: Some(Keyed::<Phone>::new("+4930901820", "+4930901820")),
        external_id: Some(Keyed::<ExternalId>::new(format!("C{n}"), format!("C{n}"))),
        language: Some("de".to_owned()),
        source: Source::Api,
        ..NewProfile::stranger(id(n))
    }
}

pub(crate) async fn insert(db: &TestDb, new: NewProfile, at: Timestamp) -> i64 {
    db.write(async move |tx: &mut Tx<'_>| profile::insert_profile(tx, &vault(), &new, at).await)
        .await
        .unwrap()
}

async fn find(db: &TestDb, id: ProfileId) -> Option<Profile> {
    db.read(async move |tx: &mut Tx<'_>| profile::find_profile(tx, &vault(), id).await).await.unwrap()
}

async fn update(
    db: &TestDb,
    id: ProfileId,
    change: ProfileChange,
    is_proved: bool,
) -> Option<Vec<&'static str>> {
    let source = if is_proved { Source::Api } else { Source::PlainWidget };
    db.write(async move |tx: &mut Tx<'_>| {
        profile::update_profile(tx, &vault(), id, &change, source, NOW).await
    })
    .await
    .unwrap()
}

async fn found_by(db: &TestDb, kind: IdentifierKind, key: &'static str, only_proved: bool) -> Vec<ProfileId> {
    db.read(async move |tx: &mut Tx<'_>| {
        profile::find_by_identifier(tx, &vault(), kind, key, only_proved).await
    })
    .await
    .unwrap()
}

fn plain<K: countersign_types::pii::Kind>(value: &Option<Pii<K>>) -> Option<&str> {
    value.as_ref().map(|v| v.plain(Purpose::Match))
}

#[tokio::test]
async fn a_profile_reads_back_as_it_was_made() {
    both(async |db| {
        let first = insert(&db, ann(1), NOW).await;
        let second = insert(&db, NewProfile::stranger(id(2)), NOW).await;
        assert!(second > first);
        let found = find(&db, id(1)).await.unwrap();
        assert_eq!(
            (found.number, found.kind, found.state),
            (first, ProfileKind::Person, ProfileState::Active)
        );
        assert_eq!(plain(&found.name), Some("Ann Müller"));
        assert_eq!(plain(&found.email), Some("Ann@example.org"));
        assert_eq!(plain(&found.phone), Some("+4930901820"));
        assert_eq!(plain(&found.external_id), Some("C1"));
        assert_eq!(found.language.as_deref(), Some("de"));
        assert_eq!((found.created_at, found.updated_at, found.last_seen_at), (NOW, NOW, None));
        assert!(found.claims.is_empty() && found.attributes.is_empty() && !found.is_anonymous);
        let stranger = find(&db, id(2)).await.unwrap();
        assert!(stranger.is_anonymous && stranger.name.is_none() && stranger.claims.is_empty());
        assert_eq!(find(&db, id(3)).await, None);
    })
    .await;
}

#[tokio::test]
async fn an_external_id_belongs_to_one_profile() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        let again = NewProfile { id: id(2), ..ann(1) };
        let error = db
            .write(async move |tx: &mut Tx<'_>| profile::insert_profile(tx, &vault(), &again, NOW).await)
            .await
            .unwrap_err();
        assert_eq!(error.unique_constraint(), Some("uq_profile__external_id_hash"));
        let again = NewProfile { id: id(2), ..ann(1) };
        let kept = db
            .write(async move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let made = profile::insert_profile_unless_known(tx, &vault(), &again, NOW).await?;
                let known = profile::find_by_external_id(tx, &vault(), "C1").await?;
                let keys = countersign_store::subject_key::find_subject(tx, &vault(), [2; 16]).await?;
                Ok((made, known, keys.is_some()))
            })
            .await
            .unwrap();
        assert_eq!(kept, (None, Some(id(1)), false));
        insert(&db, ann(3), NOW).await;
        let taken = Some(Some(Keyed::new("C1", "C1")));
        let change = ProfileChange { external_id: taken, ..ProfileChange::default() };
        let error = db
            .write(async move |tx: &mut Tx<'_>| {
                profile::update_profile(tx, &vault(), id(3), &change, Source::Api, NOW).await
            })
            .await
            .unwrap_err();
        assert_eq!(error.unique_constraint(), Some("uq_profile__external_id_hash"));
    })
    .await;
}

#[tokio::test]
async fn w_2_a_claim_never_overwrites_a_proved_value() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        let claim = ProfileChange {
            name: Some(Some(Pii::new("Mallory"))),
            email: Some(Some(Keyed::new("m@evil.example", "m@evil.example"))),
            phone: Some(None),
            external_id: Some(Some(Keyed::new("admin", "admin"))),
            kind: Some(ProfileKind::Organisation),
            language: Some(Some("fr".to_owned())),
        };
        assert_eq!(update(&db, id(1), claim.clone(), false).await, Some(vec!["claims"]));
        assert_eq!(update(&db, id(1), claim, false).await, Some(vec![]), "said twice is said once");
        let found = find(&db, id(1)).await.unwrap();
        assert_eq!(plain(&found.name), Some("Ann Müller"));
        assert_eq!(plain(&found.email), Some("Ann@example.org"));
        assert_eq!(plain(&found.phone), Some("+4930901820"));
        assert_eq!(plain(&found.external_id), Some("C1"));
        assert_eq!((found.kind, found.language.as_deref()), (ProfileKind::Person, Some("de")));
        assert_eq!(plain(&found.claims.name), Some("Mallory"));
        assert_eq!(plain(&found.claims.email), Some("m@evil.example"));
        assert_eq!(found.claims.phone, None);
        assert_eq!(found_by(&db, IdentifierKind::Email, "m@evil.example", true).await, []);
        assert_eq!(found_by(&db, IdentifierKind::Email, "m@evil.example", false).await, [id(1)]);
        assert_eq!(found_by(&db, IdentifierKind::Email, "ann@example.org", true).await, [id(1)]);
        assert_eq!(found_by(&db, IdentifierKind::ExternalId, "admin", false).await, []);
    })
    .await;
}

#[tokio::test]
async fn proof_takes_the_place_of_a_claim_and_of_what_was_proved_before() {
    both(async |db| {
        let new = NewProfile { source: Source::PlainWidget, ..ann(1) };
        insert(&db, new, NOW).await;
        let found = find(&db, id(1)).await.unwrap();
        assert_eq!((plain(&found.name), plain(&found.email), plain(&found.external_id)), (None, None, None));
        assert_eq!(plain(&found.claims.name), Some("Ann Müller"));
        assert_eq!(found_by(&db, IdentifierKind::Email, "ann@example.org", true).await, []);
        let proof = ProfileChange {
            email: Some(Some(Keyed::new("Ann@example.org", "ann@example.org"))),
            ..ProfileChange::default()
        };
        assert_eq!(update(&db, id(1), proof.clone(), true).await, Some(vec!["email"]));
        assert_eq!(update(&db, id(1), proof, true).await, Some(vec![]));
        let found = find(&db, id(1)).await.unwrap();
        assert_eq!((plain(&found.email), &found.claims.email), (Some("Ann@example.org"), &None));
        assert_eq!(found_by(&db, IdentifierKind::Email, "ann@example.org", true).await, [id(1)]);
        let moved =
            ProfileChange { email: Some(Some(Keyed::new("b@x.org", "b@x.org"))), ..ProfileChange::default() };
        update(&db, id(1), moved, true).await;
        assert_eq!(found_by(&db, IdentifierKind::Email, "ann@example.org", false).await, []);
        let cleared = ProfileChange { email: Some(None), ..ProfileChange::default() };
        assert_eq!(update(&db, id(1), cleared, true).await, Some(vec!["email"]));
        assert_eq!(found_by(&db, IdentifierKind::Email, "b@x.org", false).await, []);
        assert_eq!(update(&db, id(9), ProfileChange::default(), true).await, None);
    })
    .await;
}

#[tokio::test]
async fn identifiers_are_listed_with_their_proof_and_claims_are_limited() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        for n in 0..12_i64 {
            db.write(async move |tx: &mut Tx<'_>| {
                let text = format!("claim{n}@example.org");
                let email = Some(Some(Keyed::new(text.clone(), text)));
                let change = ProfileChange { email, ..ProfileChange::default() };
                let at = NOW.plus(n);
                profile::update_profile(tx, &vault(), id(1), &change, Source::Channel, at).await
            })
            .await
            .unwrap();
        }
        let all = db
            .read(async |tx: &mut Tx<'_>| list_identifiers(tx, &vault(), id(1)).await)
            .await
            .unwrap();
        let proved: Vec<_> = all.iter().filter(|i| i.is_proved).map(|i| (i.kind, i.source.as_str())).collect();
        assert_eq!(proved.len(), 3);
        assert!(proved.iter().all(|(_, source)| *source == "api"));
        let claims: Vec<_> = all.iter().filter(|i| !i.is_proved).collect();
        assert_eq!(claims.len(), 10);
        assert_eq!(claims[0].recorded_at, NOW.plus(11));
        assert!(matches!(&claims[0].value,
            countersign_types::profile::IdentifierValue::Email(e) if e.plain(Purpose::Match) == "claim11@example.org"));
    })
    .await;
}

#[tokio::test]
async fn lists_page_narrow_and_find_names_by_their_beginnings() {
    both(async |db| {
        for n in 1..=5 {
            let name = Some(Pii::new(if n % 2 == 0 { "Ben Okri" } else { "Ann Müller" }));
            insert(&db, NewProfile { name, ..ann(n) }, NOW.plus(n.into())).await;
        }
        insert(&db, NewProfile::stranger(id(9)), NOW.plus(9)).await;
        let list = async |query: ProfileQuery, state, page| {
            db.read(async move |tx: &mut Tx<'_>| {
                profile::list_profiles(tx, &vault(), &query, state, page).await
            })
            .await
            .unwrap()
        };
        let ids = |items: &[Profile]| items.iter().map(|p| p.id).collect::<Vec<_>>();
        let first = list(ProfileQuery::Known, None, PageRequest { limit: 3, after: None }).await;
        assert_eq!(ids(&first.items), [id(5), id(4), id(3)]);
        let rest = list(ProfileQuery::Known, None, PageRequest { limit: 3, after: first.next }).await;
        assert_eq!((ids(&rest.items), rest.next), (vec![id(2), id(1)], None));
        assert_eq!(list(ProfileQuery::All, None, PageRequest::first()).await.items.len(), 6);
        let name = |q: &str| ProfileQuery::Name(search_token::query_tokens(&vault(), q));
        assert_eq!(
            ids(&list(name("mul ann"), None, PageRequest::first()).await.items),
            [id(5), id(3), id(1)]
        );
        assert_eq!(ids(&list(name("OKR"), None, PageRequest::first()).await.items), [id(4), id(2)]);
        assert!(list(name("an"), None, PageRequest::first()).await.items.is_empty());
        let named = async |q: &str, limit| {
            let tokens = search_token::query_tokens(&vault(), q);
            db.read(async move |tx: &mut Tx<'_>| profile::find_named(tx, &tokens, limit).await).await.unwrap()
        };
        assert_eq!(named("mul ann", 2).await, [id(5), id(3)], "the newest, and no more than that");
        assert_eq!(named("ann OKR", 9).await, [], "all of the words");
        assert_eq!((named("OKR", 9).await, named("", 9).await), (vec![id(4), id(2)], vec![]));
        let by = ProfileQuery::Identifier {
            kind: IdentifierKind::ExternalId,
            key: "C2".to_owned(),
            only_proved: true,
        };
        assert_eq!(ids(&list(by, None, PageRequest::first()).await.items), [id(2)]);
        db.write(async |tx: &mut Tx<'_>| {
            assert!(profile::update_state(tx, id(2), ProfileState::Blocked, NOW).await?);
            assert!(!profile::update_state(tx, id(2), ProfileState::Blocked, NOW).await?);
            profile::update_state(tx, id(99), ProfileState::Blocked, NOW).await
        })
        .await
        .unwrap();
        let blocked = list(ProfileQuery::Known, Some(ProfileState::Blocked), PageRequest::first()).await;
        assert_eq!(ids(&blocked.items), [id(2)]);
        let some = db
            .read(async |tx: &mut Tx<'_>| {
                profile::list_profiles_by_id(tx, &vault(), &[id(3), id(77), id(1)]).await
            })
            .await
            .unwrap();
        assert_eq!(ids(&some), [id(3), id(1)]);
    })
    .await;
}

#[tokio::test]
async fn profiles_meet_by_keys_and_those_that_share_the_most_first() {
    both(async |db| {
        let keys = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for n in 1..=5 {
            let name = Some(Pii::new("Ann Müller"));
            insert(&db, NewProfile { name, ..ann(n) }, NOW.plus(n.into())).await;
        }
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for (n, of) in [(1, "a b c"), (2, "b c d"), (3, "c all"), (4, "all"), (5, "all")] {
                search_token::update_meeting_keys(tx, &vault(), id(n), &keys(of)).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let met = async |of: u8, by: &str| {
            let by = keys(by);
            db.read(async move |tx: &mut Tx<'_>| {
                search_token::find_by_meeting_keys(tx, &vault(), id(of), &by, 2).await
            })
            .await
            .unwrap()
        };
        assert_eq!(met(1, "a b d").await, [id(2)]);
        assert_eq!(met(9, "b c d").await, [id(2), id(1)], "two keys before one");
        assert_eq!(met(1, "a c all").await, [], "three carry each of them: too many");
        assert_eq!(met(1, "x").await, []);
        // A name told anew leaves the keys, keys told anew leave the name.
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let name = Some(Some(Pii::new("Ben Okri")));
            let change = ProfileChange { name, ..ProfileChange::default() };
            profile::update_profile(tx, &vault(), id(2), &change, Source::Api, NOW).await?;
            assert!(search_token::has_meeting_keys(tx, &vault(), id(2), &keys("d c b")).await?);
            assert!(!search_token::has_meeting_keys(tx, &vault(), id(2), &keys("d c")).await?);
            search_token::update_meeting_keys(tx, &vault(), id(2), &keys("z")).await?;
            let query = ProfileQuery::Name(search_token::query_tokens(&vault(), "okri"));
            let found = profile::list_profiles(tx, &vault(), &query, None, PageRequest::first()).await?;
            assert_eq!(found.items.len(), 1);
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(met(9, "b z").await, [id(1), id(2)]);
    })
    .await;
}

#[tokio::test]
async fn a_list_is_counted_as_it_is_narrowed_and_no_further_than_a_limit() {
    both(async |db| {
        for n in 1..=5 {
            let name = Some(Pii::new(if n % 2 == 0 { "Ben Okri" } else { "Ann Müller" }));
            insert(&db, NewProfile { name, ..ann(n) }, NOW.plus(n.into())).await;
        }
        insert(&db, NewProfile::stranger(id(9)), NOW).await;
        db.write(async |tx: &mut Tx<'_>| profile::update_state(tx, id(2), ProfileState::Blocked, NOW).await)
            .await
            .unwrap();
        let name = |q: &str| ProfileQuery::Name(search_token::query_tokens(&vault(), q));
        let by = |key: &str| ProfileQuery::Identifier {
            kind: IdentifierKind::ExternalId,
            key: key.to_owned(),
            only_proved: true,
        };
        for (query, state, wanted) in [
            (ProfileQuery::All, None, 6),
            (ProfileQuery::Known, None, 5),
            (ProfileQuery::Known, Some(ProfileState::Blocked), 1),
            (ProfileQuery::All, Some(ProfileState::Active), 5),
            (name("mul ann"), None, 3),
            (name("okri"), Some(ProfileState::Active), 1),
            (name("an"), None, 0),
            (by("C2"), None, 1),
            (by("C2"), Some(ProfileState::Active), 0),
            (by("C77"), None, 0),
        ] {
            let said = format!("{query:?} {state:?}");
            let (counts, listed) = db
                .read(async move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                    let mut counts = Vec::new();
                    for limit in [100, 2, 0] {
                        counts.push(profile::count_profiles(tx, &vault(), &query, state, limit).await?);
                    }
                    let all = PageRequest { limit: 100, after: None };
                    let listed = profile::list_profiles(tx, &vault(), &query, state, all).await?;
                    Ok((counts, listed.items.len()))
                })
                .await
                .unwrap();
            assert_eq!(counts, [wanted, wanted.min(2), 0], "{said}");
            assert_eq!(i64::try_from(listed), Ok(wanted), "{said}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_renamed_profile_is_found_by_its_new_name_alone() {
    both(async |db| {
        let number = insert(&db, ann(1), NOW).await;
        let change = ProfileChange { name: Some(Some(Pii::new("Zoe Quist"))), ..ProfileChange::default() };
        update(&db, id(1), change, true).await;
        let found = async |q: &'static str| {
            let query = ProfileQuery::Name(search_token::query_tokens(&vault(), q));
            let page = db.read(async move |tx: &mut Tx<'_>| {
                profile::list_profiles(tx, &vault(), &query, None, PageRequest::first()).await
            });
            page.await.unwrap().items.len()
        };
        assert_eq!((found("ann").await, found("quis").await), (0, 1));
        let by_number = db.read(async move |tx: &mut Tx<'_>| profile::find_by_number(tx, number).await).await;
        assert_eq!(by_number.unwrap(), Some(id(1)));
    })
    .await;
}

#[tokio::test]
async fn small_changes_are_kept() {
    both(async |db| {
        insert(&db, NewProfile::stranger(id(1)), NOW).await;
        let claims = Claims { name: Some(Pii::new("Jo")), ..Claims::default() };
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            assert!(profile::update_claims(tx, &vault, id(1), &claims, NOW.plus(1)).await?);
            assert!(!profile::update_claims(tx, &vault, id(1), &claims, NOW.plus(2)).await?);
            assert!(!profile::update_claims(tx, &vault, id(8), &claims, NOW.plus(2)).await?);
            profile::touch_seen(tx, id(1), NOW.plus(5)).await?;
            profile::touch_seen(tx, id(1), NOW.plus(3)).await?;
            profile::set_anonymous(tx, id(1), false).await?;
            profile::lock_identifier(tx, &vault, IdentifierKind::Email, "a@b.c").await?;
            assert!(profile::lock(tx, id(1)).await? && !profile::lock(tx, id(8)).await?);
            assert_eq!(profile::find_profile_state(tx, id(1)).await?, Some(ProfileState::Active));
            assert_eq!(profile::find_profile_state(tx, id(8)).await?, None);
            Ok(())
        })
        .await
        .unwrap();
        let found = find(&db, id(1)).await.unwrap();
        assert_eq!(plain(&found.claims.name), Some("Jo"));
        assert_eq!((found.last_seen_at, found.is_anonymous), (Some(NOW.plus(5)), false));
        assert_eq!(found.updated_at, NOW.plus(1));
    })
    .await;
}

#[tokio::test]
async fn x_9_who_looked_is_read_from_the_audit_log() {
    use countersign_store::viewer::{has_looked, list_looks};
    use countersign_types::AuditId;
    use countersign_types::audit::{Actor, ActorKind, AuditRow};

    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for (n, who, object, action) in [
                (1, "usr_1", "pro_1", "profile.view"),
                (2, "usr_2", "pro_1", "profile.view"),
                (3, "usr_1", "pro_1", "profile.update"),
                (4, "usr_1", "pro_2", "profile.view"),
            ] {
                let row = AuditRow {
                    id: AuditId::from_bytes([n; 16]),
                    seq: None,
                    at: NOW.plus(n.into()),
                    action: action.to_owned(),
                    actor: Actor { kind: ActorKind::User, id: who.to_owned(), name: "Jo".to_owned() },
                    object: object.to_owned(),
                    outcome: "ok".to_owned(),
                    details: serde_json::json!({}),
                    hash: None,
                };
                countersign_store::audit::insert_audit(tx, &row).await?;
            }
            let looked = async |tx: &mut Tx<'_>, who: &'static str, since| {
                has_looked(tx, "pro_1", "profile.view", who, since).await
            };
            assert!(looked(tx, "usr_1", NOW).await?);
            assert!(!looked(tx, "usr_1", NOW.plus(1)).await?, "too long ago");
            assert!(!looked(tx, "usr_3", NOW).await?);
            let first = list_looks(
                tx,
                "pro_1",
                ["profile.view", "profile.reveal", "privacy.export", "privacy.download"],
                PageRequest { limit: 1, after: None },
            )
            .await?;
            assert_eq!((first.items[0].actor.id.as_str(), first.items[0].at), ("usr_2", NOW.plus(2)));
            let rest = PageRequest { limit: 5, after: first.next };
            let rest = list_looks(
                tx,
                "pro_1",
                ["profile.view", "profile.reveal", "privacy.export", "privacy.download"],
                rest,
            )
            .await?;
            assert_eq!((rest.items.len(), rest.items[0].actor.id.as_str(), rest.next), (1, "usr_1", None));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
