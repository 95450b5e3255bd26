//! What the console reads besides the nouns: the request log, the event log, saved views, first steps.

use countersign_store::audit::insert_event;
use countersign_store::event::list_events;
use countersign_store::presence::{TABS_MAX, delete_old_signs, find_sign, list_signs_since, upsert_sign};
use countersign_store::progress::{Progress, find_progress, find_sighting, note_sighting};
use countersign_store::request_line::{
    INSERT_MAX, RequestFilter, delete_requests, find_request_beyond, insert_requests, list_requests,
};
use countersign_store::saved_view::{
    UNIQUE_NAME, count_saved_views, delete_saved_view, find_saved_view, insert_saved_view, list_saved_views,
    set_saved_view_places, update_saved_view,
};
use countersign_store::testing::{TestDb, both};
use countersign_store::{Db, StoreError, Tx, api_key, group, user, widget};
use countersign_types::api_key::ApiKey;
use countersign_types::audit::Actor;
use countersign_types::canned_reply::Audience;
use countersign_types::event::EventKind;
use countersign_types::presence::PresenceState::{Away, Online};
use countersign_types::request_line::RequestLine;
use countersign_types::saved_view::SavedView;
use countersign_types::user::{Theme, User, UserState};
use countersign_types::widget::{Widget, WidgetMode};
use countersign_types::{
    ApiKeyId, CaseId, Event, EventId, GroupId, Page, PageRequest, Role, SavedViewId, Timestamp, UserId,
    WidgetId,
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

async fn key(db: &Db, n: u8) -> ApiKeyId {
    let id = ApiKeyId::from_bytes([n; 16]);
    let key = ApiKey {
        id,
        name: format!("key {n}"),
        scopes: Vec::new(),
        last4: "abcd".to_owned(),
        allowed_ips: Vec::new(),
        created_at: at(1),
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
    };
    write(db, async move |tx| api_key::insert_api_key(tx, &key, [n; 32]).await).await;
    id
}

fn line(key: ApiKeyId, n: u8, status: i64) -> ([u8; 16], RequestLine) {
    let line = RequestLine {
        request_id: format!("req_{n}"),
        at: at(i64::from(n)),
        key,
        method: if n.is_multiple_of(2) { "GET" } else { "POST" }.to_owned(),
        path: "/v1/profiles/{id}".to_owned(),
        status,
        duration_micros: 1_500,
        problem: (status >= 400).then(|| "not-found".to_owned()),
    };
    ([n; 16], line)
}

#[tokio::test]
async fn requests_are_listed_newest_first_and_narrowed() {
    both(async |db: TestDb| {
        let (one, two) = (key(&db, 1).await, key(&db, 2).await);
        let lines: Vec<_> = (1..=6)
            .map(|n| line(if n <= 4 { one } else { two }, n, if n == 3 { 404 } else { 200 }))
            .collect();
        write(&db, async move |tx| insert_requests(tx, &lines).await).await;
        let list = async |filter: RequestFilter, limit| {
            let page = PageRequest { limit, after: None };
            db.read(async move |tx| list_requests(tx, &filter, page).await).await.unwrap()
        };
        let ids = |page: &Page<_>| {
            let items: &Vec<countersign_store::request_line::LoggedRequest> = &page.items;
            items.iter().map(|r| r.line.request_id.clone()).collect::<Vec<_>>()
        };
        let first = list(RequestFilter::default(), 4).await;
        assert_eq!(ids(&first), ["req_6", "req_5", "req_4", "req_3"]);
        assert_eq!(first.items[3].line, line(one, 3, 404).1);
        assert_eq!((first.items[0].key_name.as_str(), first.items[3].key_name.as_str()), ("key 2", "key 1"));
        let rest = PageRequest { limit: 4, after: first.next };
        let rest =
            db.read(async move |tx| list_requests(tx, &RequestFilter::default(), rest).await).await.unwrap();
        assert_eq!((ids(&rest), rest.next), (vec!["req_2".to_owned(), "req_1".to_owned()], None));
        let narrow = RequestFilter { key: Some(two), ..RequestFilter::default() };
        assert_eq!(ids(&list(narrow, 9).await), ["req_6", "req_5"]);
        let narrow =
            RequestFilter { status_from: Some(400), status_to: Some(599), ..RequestFilter::default() };
        assert_eq!(ids(&list(narrow, 9).await), ["req_3"]);
        let narrow = RequestFilter { method: Some("GET".to_owned()), ..RequestFilter::default() };
        assert_eq!(ids(&list(narrow, 9).await), ["req_6", "req_4", "req_2"]);
        let narrow = RequestFilter { request_id: Some("req_5".to_owned()), ..RequestFilter::default() };
        assert_eq!(ids(&list(narrow, 9).await), ["req_5"]);
        let narrow = RequestFilter { path: Some("/v1/cases".to_owned()), ..RequestFilter::default() };
        assert!(list(narrow, 9).await.items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn requests_are_written_many_at_once_and_removed_some_at_a_time() {
    both(async |db: TestDb| {
        let key = key(&db, 1).await;
        write(&db, async |tx| insert_requests(tx, &[]).await).await;
        let lines: Vec<_> = (0..u8::try_from(INSERT_MAX).unwrap()).map(|n| line(key, n, 200)).collect();
        write(&db, async move |tx| insert_requests(tx, &lines).await).await;
        let beyond = async |keep| db.read(async move |tx| find_request_beyond(tx, keep).await).await.unwrap();
        assert_eq!(beyond(40).await, Some(at(9)));
        assert_eq!(beyond(1_000).await, None);
        let delete = async |before, limit| {
            write(&db, async move |tx| delete_requests(tx, at(before), limit).await).await
        };
        assert_eq!((delete(9, 5).await, delete(9, 5).await, delete(9, 5).await), (5, 4, 0));
        assert_eq!(beyond(40).await, Some(at(9)), "forty newer and this one are left");
    })
    .await;
}

async fn happen(db: &Db, n: u8, kind: EventKind) {
    let event = Event {
        id: EventId::from_bytes([n; 16]),
        kind,
        at: at(i64::from(n)),
        actor: Actor::system(),
        profile: None,
        account: None,
        case: None,
        message: None,
        link: None,
        code: None,
        details: serde_json::json!({ "n": n }),
    };
    write(db, async move |tx| insert_event(tx, &event).await).await;
}

#[tokio::test]
async fn events_are_listed_newest_first_of_one_kind_or_of_all() {
    both(async |db: TestDb| {
        for n in 1..=5 {
            happen(&db, n, if n == 2 { EventKind::LinkCreated } else { EventKind::CodeIssued }).await;
        }
        let list =
            async |kind, page| db.read(async move |tx| list_events(tx, kind, page).await).await.unwrap();
        let times = |page: &Page<Event>| page.items.iter().map(|e| e.at.as_micros()).collect::<Vec<_>>();
        let first = list(None, PageRequest { limit: 3, after: None }).await;
        assert_eq!(times(&first), [5, 4, 3]);
        assert_eq!(times(&list(None, PageRequest { limit: 3, after: first.next }).await), [2, 1]);
        let links = list(Some(EventKind::LinkCreated), PageRequest::first()).await;
        assert_eq!((times(&links), links.items[0].details["n"].as_i64()), (vec![2], Some(2)));
        assert!(list(Some(EventKind::ProfileDeleted), PageRequest::first()).await.items.is_empty());
    })
    .await;
}

pub(crate) async fn person(db: &Db, n: u8, created: i64) -> UserId {
    let id = UserId::from_bytes([n; 16]);
    let user = User {
        id,
        email: format!("{n}@example.test"),
        name: format!("Person {n}"),
        role: Role::Agent,
        state: UserState::Active,
        language: "en".to_owned(),
        theme: Theme::System,
        created_at: at(created),
        last_seen_at: None,
    };
    write(db, async move |tx| user::insert_user(tx, &user, None).await).await;
    id
}

#[tokio::test]
async fn saved_views_belong_to_one_person_and_have_one_name_on_a_page() {
    both(async |db: TestDb| {
        let (ann, bob) = (person(&db, 1, 1).await, person(&db, 2, 2).await);
        let view = |n: u8, user, name: &str| SavedView {
            id: SavedViewId::from_bytes([n; 16]),
            user,
            page: "inbox".to_owned(),
            name: name.to_owned(),
            query: "status=open".to_owned(),
            audience: Audience::Person(user),
            created_at: at(i64::from(n)),
        };
        for made in [view(1, ann, "Mine"), view(2, ann, "Waiting"), view(3, bob, "Mine")] {
            write(&db, async move |tx| insert_saved_view(tx, &made).await).await;
        }
        let double = view(4, ann, "Mine");
        let refused = db.write(async move |tx| insert_saved_view(tx, &double).await).await.unwrap_err();
        assert_eq!(refused.unique_constraint(), Some(UNIQUE_NAME));
        let list = async |user| db.read(async move |tx| list_saved_views(tx, user).await).await.unwrap();
        assert_eq!(list(ann).await, [view(1, ann, "Mine"), view(2, ann, "Waiting")]);
        assert_eq!(db.read(async move |tx| count_saved_views(tx, ann).await).await.unwrap(), 2);
        let delete = async |n: u8| {
            write(&db, async move |tx| delete_saved_view(tx, SavedViewId::from_bytes([n; 16])).await).await
        };
        assert!(delete(1).await);
        assert!(!delete(1).await);
        assert_eq!(list(ann).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_view_is_shared_with_everybody_or_a_group_and_each_person_orders_their_own() {
    both(async |db: TestDb| {
        let (ann, bob) = (person(&db, 1, 1).await, person(&db, 2, 2).await);
        let team = GroupId::from_bytes([5; 16]);
        write(&db, async move |tx| group::insert_group(tx, team, "Billing", at(1)).await).await;
        let view = |n: u8, user, audience| SavedView {
            id: SavedViewId::from_bytes([n; 16]),
            user,
            page: "inbox".to_owned(),
            name: format!("View {n}"),
            query: "status=open".to_owned(),
            audience,
            created_at: at(i64::from(n)),
        };
        let (own, all, of_team) = (
            view(1, ann, Audience::Person(ann)),
            view(2, ann, Audience::Everybody),
            view(3, ann, Audience::Group(team)),
        );
        for made in [own.clone(), all.clone(), of_team.clone()] {
            write(&db, async move |tx| insert_saved_view(tx, &made).await).await;
        }
        let list = async |user| db.read(async move |tx| list_saved_views(tx, user).await).await.unwrap();
        assert_eq!(list(bob).await, std::slice::from_ref(&all));
        write(&db, async move |tx| group::set_group_members(tx, team, &[bob]).await).await;
        assert_eq!(list(bob).await, [all.clone(), of_team.clone()]);
        let order = [of_team.id, all.id];
        write(&db, async move |tx| set_saved_view_places(tx, bob, &order).await).await;
        write(&db, async move |tx| set_saved_view_places(tx, bob, &order).await).await;
        assert_eq!(list(bob).await, [of_team.clone(), all.clone()]);
        assert_eq!(list(ann).await, [own.clone(), all.clone(), of_team.clone()], "hers is her own");
        let renamed = SavedView { name: "Mine".to_owned(), audience: Audience::Person(ann), ..all.clone() };
        let changed = renamed.clone();
        assert!(write(&db, async move |tx| update_saved_view(tx, &changed).await).await);
        let id = renamed.id;
        assert_eq!(db.read(async move |tx| find_saved_view(tx, id).await).await.unwrap(), Some(renamed));
        assert_eq!(list(bob).await, std::slice::from_ref(&of_team));
        // A group that goes leaves its views to who saved them, and to nobody else.
        write(&db, async move |tx| group::delete_group(tx, team).await).await;
        assert_eq!(list(bob).await, []);
        assert_eq!(list(ann).await[2].audience, Audience::Person(ann));
    })
    .await;
}

#[tokio::test]
async fn presence_is_one_row_a_window_and_listed_while_it_is_fresh() {
    both(async |db: TestDb| {
        let (ann, bob) = (person(&db, 1, 1).await, person(&db, 2, 2).await);
        let (case, left, right) = (CaseId::from_bytes([7; 16]), [1; 16], [2; 16]);
        let find = async |user, tab| db.read(async move |tx| find_sign(tx, user, tab).await).await.unwrap();
        let list = async |since| {
            let found = db.read(async move |tx| list_signs_since(tx, at(since)).await).await.unwrap();
            found.iter().map(|one| (one.user, one.state, one.case)).collect::<Vec<_>>()
        };
        let say = async |user, tab, state, case, now| {
            write(&db, async move |tx| upsert_sign(tx, user, tab, state, case, Some(at(now)), at(now)).await)
                .await;
        };
        assert_eq!(find(ann, left).await, None);
        say(ann, left, Online, Some(case), 10).await;
        say(bob, left, Away, None, 20).await;
        assert_eq!(list(10).await, [(ann, Online, Some(case)), (bob, Away, None)]);
        assert_eq!(list(11).await, [(bob, Away, None)]);
        say(ann, right, Away, None, 30).await;
        assert_eq!(list(10).await, [(ann, Away, None), (ann, Online, Some(case)), (bob, Away, None)]);
        say(ann, left, Online, None, 31).await;
        let now = find(ann, left).await.unwrap();
        assert_eq!((now.state, now.case, now.written_at, now.seen_at), (Online, None, Some(at(31)), at(31)));
        let gone = db.read(async move |tx| user::find_user(tx, bob).await).await.unwrap().unwrap();
        let gone = User { state: UserState::Disabled, ..gone };
        write(&db, async move |tx| user::update_user(tx, &gone, at(40)).await).await;
        assert_eq!(
            list(10).await,
            [(ann, Online, None), (ann, Away, None)],
            "who may not log in is not here"
        );
        write(&db, async move |tx| delete_old_signs(tx, ann, at(31)).await).await;
        assert_eq!(find(ann, right).await, None, "silent since before");
        for tab in 0..=u8::try_from(TABS_MAX).unwrap() {
            say(ann, [100 + tab; 16], Online, None, 50 + i64::from(tab)).await;
        }
        write(&db, async move |tx| delete_old_signs(tx, ann, at(0)).await).await;
        assert_eq!(
            i64::try_from(list(0).await.len()).unwrap(),
            TABS_MAX,
            "nobody has more windows than that"
        );
    })
    .await;
}

#[tokio::test]
async fn first_steps_are_found_once_they_were_taken() {
    both(async |db: TestDb| {
        let find = async || db.read(async |tx| find_progress(tx).await).await.unwrap();
        assert_eq!(find().await, Progress::default());
        person(&db, 1, 10).await;
        assert_eq!(find().await.invited_at, None, "the first person invited nobody");
        person(&db, 2, 20).await;
        happen(&db, 30, EventKind::CodeIssued).await;
        happen(&db, 31, EventKind::CodeIssued).await;
        let id = WidgetId::from_bytes([7; 16]);
        let made = Widget {
            id,
            name: "Bank".to_owned(),
            origins: Vec::new(),
            mode: WidgetMode::Signed,
            plain_reason: None,
            keys: Vec::new(),
            default_language: "en".to_owned(),
            languages: Vec::new(),
            phrases: serde_json::json!({}),
            theme: serde_json::json!({}),
            channels: Vec::new(),
            created_at: at(5),
            updated_at: at(5),
        };
        write(&db, async move |tx| widget::insert_widget(tx, &made).await).await;
        let sighting = async || db.read(async move |tx| find_sighting(tx, id).await).await.unwrap();
        assert_eq!(sighting().await, None);
        for moment in [40, 50] {
            write(&db, async move |tx| note_sighting(tx, id, at(moment)).await).await;
        }
        assert_eq!(sighting().await, Some(at(50)));
        let wanted = Progress {
            widget_at: Some(at(5)),
            widget_seen_at: Some(at(40)),
            code_at: Some(at(30)),
            invited_at: Some(at(20)),
            ..Progress::default()
        };
        assert_eq!(find().await, wanted);
    })
    .await;
}
