//! Call flows with their versions, call widgets, phone numbers, on both databases.

use countersign_store::call_widget::{
    self, count_call_widgets, delete_call_widget, find_call_widget, insert_call_widget, list_call_widgets,
    update_call_widget,
};
use countersign_store::ivr_flow::{
    self, FlowEntry, FlowVersionEntry, count_ivr_flows, delete_ivr_flow, find_ivr_flow,
    find_ivr_flow_version, insert_ivr_flow, insert_ivr_flow_version, list_ivr_flow_documents,
    list_ivr_flow_names, list_ivr_flow_versions, list_ivr_flows, lock_ivr_flow, update_ivr_flow_draft,
    update_ivr_flow_name,
};
use countersign_store::phone_number::{
    self, count_phone_numbers, delete_phone_number, find_phone_number, find_phone_number_api_key,
    find_phone_number_by_number, find_phone_number_for_update, find_phone_number_token, insert_phone_number,
    list_phone_numbers, list_phone_numbers_of_flow, update_phone_number, update_phone_number_api_key,
    update_phone_number_token,
};
use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx};
use countersign_types::call_widget::{StoredCallWidget, WidgetSource};
use countersign_types::ivr_flow::{FlowVersion, StoredFlow};
use countersign_types::phone_number::{PhoneAdapter, PhoneNumber, PhoneProvider};
use countersign_types::{ApiKeyId, CallWidgetId, IvrFlowId, PhoneNumberId};
use serde_json::json;

use crate::conversation::is_readable;
use crate::profile::{NOW, vault};

async fn write<T: Send + 'static>(
    db: &TestDb,
    operation: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    db.write(operation).await
}

fn flow(n: u8, name: &str) -> StoredFlow {
    StoredFlow {
        id: IvrFlowId::from_bytes([n; 16]),
        name: name.to_owned(),
        draft: json!({ "start": "bye", "nodes": { "bye": { "kind": "hang_up", "label": "Auf Wiedersehen 👋" } } }),
        version: 1,
        published: None,
        published_from: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn add_flow(db: &TestDb, flow: StoredFlow, secrets: Option<&'static str>) -> Result<(), StoreError> {
    let entry = FlowEntry { flow, secrets: secrets.map(ToOwned::to_owned) };
    write(db, async move |tx| insert_ivr_flow(tx, &vault(), &entry).await).await
}

async fn found_flow(db: &TestDb, n: u8) -> Option<(StoredFlow, Option<String>)> {
    let id = IvrFlowId::from_bytes([n; 16]);
    let found = db.read(async move |tx: &mut Tx<'_>| find_ivr_flow(tx, &vault(), id).await).await.unwrap();
    found.map(|entry| (entry.flow, entry.secrets))
}

#[tokio::test]
async fn i_7_a_flow_reads_back_and_values_of_its_headers_are_sealed() {
    both(async |db| {
        add_flow(&db, flow(2, "Support"), None).await.unwrap();
        add_flow(&db, flow(1, "bank"), Some("{\"ask\":\"Token tok_5f3a\"}")).await.unwrap();
        let list = db.read(async |tx: &mut Tx<'_>| list_ivr_flows(tx, &vault()).await).await.unwrap();
        let mut names = db.read(async |tx: &mut Tx<'_>| list_ivr_flow_names(tx).await).await.unwrap();
        names.sort();
        let mut wanted: Vec<_> = list.iter().map(|entry| (entry.flow.id, entry.flow.name.clone())).collect();
        wanted.sort();
        assert_eq!(names, wanted);
        let names: Vec<&str> = list.iter().map(|entry| entry.flow.name.as_str()).collect();
        assert_eq!(names, ["bank", "Support"]);
        let secrets = Some("{\"ask\":\"Token tok_5f3a\"}".to_owned());
        assert_eq!(found_flow(&db, 1).await, Some((flow(1, "bank"), secrets)));
        assert!(!is_readable(&db, "tok_5f3a").await);
        assert_eq!(found_flow(&db, 9).await, None);
        let taken = add_flow(&db, flow(3, "BANK"), None).await.unwrap_err();
        assert_eq!(taken.unique_constraint(), Some(ivr_flow::UNIQUE_NAME));
        let count = db.read(async |tx: &mut Tx<'_>| count_ivr_flows(tx).await).await.unwrap();
        assert_eq!(count, 2);
        let id = flow(2, "").id;
        let renamed =
            write(&db, async move |tx| update_ivr_flow_name(tx, id, "Bank", NOW.plus(5)).await).await;
        assert_eq!(renamed.unwrap_err().unique_constraint(), Some(ivr_flow::UNIQUE_NAME));
        assert!(
            write(&db, async move |tx| update_ivr_flow_name(tx, id, "Hilfe", NOW.plus(5)).await)
                .await
                .unwrap()
        );
        let (after, _) = found_flow(&db, 2).await.unwrap();
        assert_eq!((after.name.as_str(), after.version, after.updated_at), ("Hilfe", 1, NOW.plus(5)));
    })
    .await;
}

#[tokio::test]
async fn of_two_who_save_a_draft_at_once_one_comes_too_late() {
    both(async |db| {
        add_flow(&db, flow(1, "bank"), Some("before")).await.unwrap();
        let save = async |version: i64| {
            write(&db, async move |tx| {
                let found = lock_ivr_flow(tx, &vault(), flow(1, "").id).await?;
                let mut entry = found.expect("it is there");
                entry.flow.version = version;
                entry.flow.draft = json!({ "start": "x", "nodes": {} });
                entry.secrets = Some("after".to_owned());
                update_ivr_flow_draft(tx, &vault(), &entry).await
            })
            .await
            .unwrap()
        };
        assert!(save(2).await);
        assert!(!save(2).await, "version 1 is not the newest any more");
        let (after, secrets) = found_flow(&db, 1).await.unwrap();
        assert_eq!(
            (after.version, after.draft["start"].as_str(), secrets.as_deref()),
            (2, Some("x"), Some("after"))
        );
        let none = write(&db, async |tx| lock_ivr_flow(tx, &vault(), flow(9, "").id).await).await.unwrap();
        assert!(none.is_none());
    })
    .await;
}

#[tokio::test]
async fn versions_are_kept_as_they_were_published() {
    both(async |db| {
        add_flow(&db, flow(1, "bank"), None).await.unwrap();
        let publish = async |number: i64| {
            let version = FlowVersion {
                flow: flow(1, "").id,
                number,
                body: json!({ "start": format!("n{number}") }),
                at: NOW.plus(number),
                by_id: "usr_1".to_owned(),
                by_name: "Ann".to_owned(),
            };
            let entry =
                FlowVersionEntry { version, secrets: (number > 1).then(|| format!("tok_{number}_5f3a")) };
            write(&db, async move |tx| insert_ivr_flow_version(tx, &vault(), &entry, number * 10).await).await
        };
        for number in 1..=3 {
            publish(number).await.unwrap();
        }
        assert!(publish(3).await.is_err(), "a number is given once");
        let (after, _) = found_flow(&db, 1).await.unwrap();
        assert_eq!((after.published, after.published_from), (Some(3), Some(30)));
        let id = flow(1, "").id;
        let list = async |before: Option<i64>, limit: i64| {
            let found = db
                .read(async move |tx: &mut Tx<'_>| {
                    list_ivr_flow_versions(tx, &vault(), id, before, limit).await
                })
                .await
                .unwrap();
            found.into_iter().map(|entry| entry.version.number).collect::<Vec<_>>()
        };
        assert_eq!(list(None, 2).await, [3, 2]);
        assert_eq!(list(Some(2), 2).await, [1]);
        let find = async |number: i64| {
            db.read(async move |tx: &mut Tx<'_>| find_ivr_flow_version(tx, &vault(), id, number).await)
                .await
                .unwrap()
        };
        add_flow(&db, flow(2, "never published"), None).await.unwrap();
        let documents = db.read(async |tx: &mut Tx<'_>| list_ivr_flow_documents(tx).await).await.unwrap();
        let wanted = [("bank", Some(json!({ "start": "n3" }))), ("never published", None)];
        let wanted = wanted.map(|(name, published)| (name.to_owned(), flow(1, "").draft, published));
        assert_eq!(documents, wanted, "drafts, and the newest of what was published");
        let second = find(2).await.unwrap();
        assert_eq!(
            (second.version.body["start"].as_str(), second.secrets.as_deref()),
            (Some("n2"), Some("tok_2_5f3a"))
        );
        assert_eq!((second.version.at, second.version.by_name.as_str()), (NOW.plus(2), "Ann"));
        assert!(find(4).await.is_none());
        assert!(!is_readable(&db, "5f3a").await);
        assert!(write(&db, async move |tx| delete_ivr_flow(tx, id).await).await.unwrap());
        assert!(!write(&db, async move |tx| delete_ivr_flow(tx, id).await).await.unwrap());
        assert!(find(2).await.is_none());
    })
    .await;
}

/// Values of one version, put in the place of another's, do not open.
#[tokio::test]
async fn i_7_sealed_values_of_a_version_are_its_own() {
    both(async |db| {
        add_flow(&db, flow(1, "bank"), None).await.unwrap();
        for number in [1, 2] {
            let version = FlowVersion {
                flow: flow(1, "").id,
                number,
                body: json!({}),
                at: NOW,
                by_id: String::new(),
                by_name: String::new(),
            };
            let entry = FlowVersionEntry { version, secrets: Some("tok".to_owned()) };
            write(&db, async move |tx| insert_ivr_flow_version(tx, &vault(), &entry, 1).await).await.unwrap();
        }
        write(&db, async |tx| {
            tx.execute(
                "UPDATE ivr_flow_version SET secrets_sealed =
                     (SELECT secrets_sealed FROM ivr_flow_version other WHERE other.number = 1)
                 WHERE number = 2",
                &[],
            )
            .await
        })
        .await
        .unwrap();
        let id = flow(1, "").id;
        let open = async |number: i64| {
            db.read(async move |tx: &mut Tx<'_>| find_ivr_flow_version(tx, &vault(), id, number).await).await
        };
        assert!(open(1).await.is_ok());
        assert!(open(2).await.is_err());
    })
    .await;
}

fn widget(n: u8, name: &str, made_by: Option<u8>) -> StoredCallWidget {
    StoredCallWidget {
        id: CallWidgetId::from_bytes([n; 16]),
        name: name.to_owned(),
        made_by: made_by.map(|key| ApiKeyId::from_bytes([key; 16])),
        body: json!({ "title": "Kundin {customerInfo.customer.name}" }),
        version: 1,
        created_at: NOW.plus(n.into()),
        updated_at: NOW.plus(n.into()),
    }
}

#[tokio::test]
async fn call_widgets_read_back_change_by_version_and_go() {
    both(async |db| {
        for new in [widget(2, "BankID", Some(7)), widget(1, "Customer", None)] {
            write(&db, async move |tx| insert_call_widget(tx, &new).await).await.unwrap();
        }
        let list = db.read(async |tx: &mut Tx<'_>| list_call_widgets(tx).await).await.unwrap();
        assert_eq!(list, [widget(1, "Customer", None), widget(2, "BankID", Some(7))]);
        assert_eq!(
            list.iter().map(StoredCallWidget::source).collect::<Vec<_>>(),
            [WidgetSource::People, WidgetSource::Integration]
        );
        assert_eq!(db.read(async |tx: &mut Tx<'_>| count_call_widgets(tx).await).await.unwrap(), 2);
        let taken = write(&db, async |tx| insert_call_widget(tx, &widget(3, "bankid ", None)).await).await;
        assert_eq!(taken.unwrap_err().unique_constraint(), Some(call_widget::UNIQUE_NAME));
        let changed =
            StoredCallWidget { version: 2, body: json!({ "title": "x" }), ..widget(1, "Caller", None) };
        let new = changed.clone();
        assert!(write(&db, async move |tx| update_call_widget(tx, &new).await).await.unwrap());
        let again = changed.clone();
        assert!(!write(&db, async move |tx| update_call_widget(tx, &again).await).await.unwrap());
        let id = changed.id;
        let found = db.read(async move |tx: &mut Tx<'_>| find_call_widget(tx, id).await).await.unwrap();
        assert_eq!(found, Some(changed));
        assert!(write(&db, async move |tx| delete_call_widget(tx, id).await).await.unwrap());
        assert!(!write(&db, async move |tx| delete_call_widget(tx, id).await).await.unwrap());
        let found = db.read(async move |tx: &mut Tx<'_>| find_call_widget(tx, id).await).await.unwrap();
        assert_eq!(found, None);
    })
    .await;
}

fn number(n: u8, e164: &str) -> PhoneNumber {
    PhoneNumber {
        id: PhoneNumberId::from_bytes([n; 16]),
        number: e164.to_owned(),
        name: "Support".to_owned(),
        adapter: PhoneAdapter::Bench,
        provider: None,
        flow: None,
        has_auth_token: false,
        has_api_key: false,
        removes_recordings: false,
        created_at: NOW.plus(n.into()),
        updated_at: NOW.plus(n.into()),
    }
}

#[tokio::test]
async fn phone_numbers_are_there_once_and_their_secrets_are_sealed() {
    both(async |db| {
        add_flow(&db, flow(1, "bank"), None).await.unwrap();
        let cloud = PhoneNumber {
            adapter: PhoneAdapter::Twiml,
            provider: Some(PhoneProvider::Signalwire),
            flow: Some(flow(1, "").id),
            has_auth_token: true,
            ..number(2, "+46771123456")
        };
        for (new, token) in [(cloud.clone(), Some("tok_5f3a")), (number(1, "+4930901820"), None)] {
            write(&db, async move |tx| insert_phone_number(tx, &vault(), &new, token).await).await.unwrap();
        }
        let list = db.read(async |tx: &mut Tx<'_>| list_phone_numbers(tx).await).await.unwrap();
        assert_eq!(list, [number(1, "+4930901820"), cloud.clone()]);
        assert_eq!(db.read(async |tx: &mut Tx<'_>| count_phone_numbers(tx).await).await.unwrap(), 2);
        let by_number = async |e164: &'static str| {
            db.read(async move |tx: &mut Tx<'_>| find_phone_number_by_number(tx, e164).await).await.unwrap()
        };
        assert_eq!(by_number("+46771123456").await, Some(cloud.clone()));
        assert_eq!(by_number("+46771123457").await, None);
        let token = async |n: u8| {
            let id = number(n, "").id;
            db.read(async move |tx: &mut Tx<'_>| find_phone_number_token(tx, &vault(), id).await)
                .await
                .unwrap()
        };
        assert_eq!(
            (token(2).await.as_deref(), token(1).await, token(9).await),
            (Some("tok_5f3a"), None, None)
        );
        assert!(!is_readable(&db, "tok_5f3a").await);
        let taken =
            write(&db, async |tx| insert_phone_number(tx, &vault(), &number(3, "+4930901820"), None).await);
        assert_eq!(taken.await.unwrap_err().unique_constraint(), Some(phone_number::UNIQUE_NUMBER));

        let id = flow(1, "").id;
        let of_flow =
            db.read(async move |tx: &mut Tx<'_>| list_phone_numbers_of_flow(tx, id).await).await.unwrap();
        assert_eq!(of_flow, std::slice::from_ref(&cloud));
        assert!(
            write(&db, async move |tx| delete_ivr_flow(tx, id).await).await.is_err(),
            "a number names it"
        );

        let after = PhoneNumber {
            flow: None,
            name: "Free".to_owned(),
            provider: None,
            adapter: PhoneAdapter::Sip,
            ..cloud
        };
        let new = after.clone();
        assert!(write(&db, async move |tx| update_phone_number(tx, &new).await).await.unwrap());
        let id = after.id;
        let found = db.read(async move |tx: &mut Tx<'_>| find_phone_number(tx, id).await).await.unwrap();
        assert_eq!(found, Some(after), "the secret stays");
        let set = async |token: Option<&'static str>| {
            write(&db, async move |tx| update_phone_number_token(tx, &vault(), id, token, NOW.plus(9)).await)
                .await
                .unwrap()
        };
        assert!(set(Some("tok_new")).await);
        assert_eq!(token(2).await.as_deref(), Some("tok_new"));
        let key = async || {
            db.read(async move |tx: &mut Tx<'_>| find_phone_number_api_key(tx, &vault(), id).await)
                .await
                .unwrap()
        };
        let set_key = async |key: Option<&'static str>| {
            write(&db, async move |tx| update_phone_number_api_key(tx, &vault(), id, key, NOW.plus(9)).await)
                .await
                .unwrap()
        };
        assert_eq!(key().await, None);
        assert!(set_key(Some("api_key_77")).await);
        assert_eq!(key().await.as_deref(), Some("api_key_77"));
        assert!(!is_readable(&db, "api_key_77").await);
        let found = db.read(async move |tx: &mut Tx<'_>| find_phone_number(tx, id).await).await.unwrap();
        assert!(found.unwrap().has_api_key);
        assert!(set_key(None).await);
        assert_eq!(key().await, None);
        assert!(set(None).await);
        let found = db
            .write(async move |tx: &mut Tx<'_>| find_phone_number_for_update(tx, id).await)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((found.has_auth_token, found.updated_at), (false, NOW.plus(9)));
        assert!(write(&db, async move |tx| delete_phone_number(tx, id).await).await.unwrap());
        assert!(!write(&db, async move |tx| delete_phone_number(tx, id).await).await.unwrap());
        let flow = flow(1, "").id;
        assert!(write(&db, async move |tx| delete_ivr_flow(tx, flow).await).await.unwrap());
    })
    .await;
}
