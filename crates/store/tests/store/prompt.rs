//! Prompts and their recordings, on both databases.

use countersign_store::prompt::{
    self, count_prompts, delete_prompt, delete_prompt_recording, find_prompt_audio, find_prompt_recording,
    insert_prompt, list_prompt_languages, list_prompt_recordings, list_prompts, lock_prompt,
    put_prompt_recording, update_prompt,
};
use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx};
use countersign_types::PromptId;
use countersign_types::prompt::{NO_LANGUAGE, Prompt, PromptRecording, RecordingSource};

use crate::profile::NOW;

fn made(n: u8, name: &str) -> Prompt {
    Prompt { id: PromptId::from_bytes([n; 16]), name: name.to_owned(), created_at: NOW, updated_at: NOW }
}

fn recording(n: u8, language: &str, duration_ms: i64) -> PromptRecording {
    PromptRecording {
        prompt: PromptId::from_bytes([n; 16]),
        language: language.to_owned(),
        source: RecordingSource::Upload,
        spoken: None,
        duration_ms,
        updated_at: NOW.plus(duration_ms),
    }
}

async fn put(db: &TestDb, recording: &PromptRecording, audio: Vec<u8>) -> Result<(), StoreError> {
    let recording = recording.clone();
    db.write(async move |tx: &mut Tx<'_>| put_prompt_recording(tx, &recording, &audio).await).await
}

#[tokio::test]
async fn prompts_read_back_by_name_which_is_given_once() {
    both(async |db| {
        for new in [made(2, "Willkommen"), made(1, "bye")] {
            db.write(async move |tx: &mut Tx<'_>| insert_prompt(tx, &new).await).await.unwrap();
        }
        let list = db.read(async |tx: &mut Tx<'_>| list_prompts(tx).await).await.unwrap();
        assert_eq!(list, [made(1, "bye"), made(2, "Willkommen")]);
        let taken = db.write(async |tx: &mut Tx<'_>| insert_prompt(tx, &made(3, "WILLKOMMEN ")).await).await;
        assert_eq!(taken.unwrap_err().unique_constraint(), Some(prompt::UNIQUE_NAME));
        let id = made(1, "").id;
        let rename = async |name: &'static str| {
            db.write(async move |tx: &mut Tx<'_>| update_prompt(tx, id, name, NOW.plus(5)).await).await
        };
        assert_eq!(rename("Willkommen").await.unwrap_err().unique_constraint(), Some(prompt::UNIQUE_NAME));
        assert!(rename("Adieu").await.unwrap());
        let held = db.write(async move |tx: &mut Tx<'_>| lock_prompt(tx, id).await).await.unwrap();
        assert_eq!(held, Some(Prompt { updated_at: NOW.plus(5), ..made(1, "Adieu") }));
        let nobody = made(9, "").id;
        let none = db.write(async move |tx: &mut Tx<'_>| lock_prompt(tx, nobody).await).await.unwrap();
        assert_eq!(none, None);
        assert!(
            !db.write(async move |tx: &mut Tx<'_>| update_prompt(tx, nobody, "x", NOW).await).await.unwrap()
        );
        assert!(!db.write(async move |tx: &mut Tx<'_>| delete_prompt(tx, nobody).await).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_recording_takes_the_place_of_the_one_in_its_language_and_goes_with_its_prompt() {
    both(async |db| {
        for new in [made(1, "a"), made(2, "b")] {
            db.write(async move |tx: &mut Tx<'_>| insert_prompt(tx, &new).await).await.unwrap();
        }
        let all = [recording(1, "pt-BR", 100), recording(1, NO_LANGUAGE, 50), recording(2, "sv", 7)];
        // Every byte there is, and more of them than a page of a database holds.
        let sound: Vec<u8> = (0..200_000_u32).map(|n| (n % 256) as u8).collect();
        for one in &all {
            put(&db, one, sound.clone()).await.unwrap();
        }
        assert!(put(&db, &recording(9, "sv", 1), vec![0]).await.is_err(), "there is no such prompt");
        let list = async || db.read(async |tx: &mut Tx<'_>| list_prompt_recordings(tx).await).await.unwrap();
        assert_eq!(list().await, all);
        let count = async || db.read(async |tx: &mut Tx<'_>| count_prompts(tx).await).await.unwrap();
        assert_eq!(count().await, (2, 157));
        let id = made(1, "").id;
        let languages =
            db.read(async move |tx: &mut Tx<'_>| list_prompt_languages(tx, id).await).await.unwrap();
        assert_eq!(languages, ["pt-BR", NO_LANGUAGE]);
        let audio = async |language: &'static str| {
            db.read(async move |tx: &mut Tx<'_>| find_prompt_audio(tx, id, language).await).await.unwrap()
        };
        assert_eq!(audio("pt-BR").await, Some((NOW.plus(100), sound)));
        assert_eq!(audio("pt").await, None);

        let again = PromptRecording {
            source: RecordingSource::Speech,
            spoken: Some("Olá, até já 👋".to_owned()),
            ..recording(1, "pt-BR", 200)
        };
        put(&db, &again, vec![1, 2]).await.unwrap();
        let found = async |language: &'static str| {
            db.read(async move |tx: &mut Tx<'_>| find_prompt_recording(tx, id, language).await).await.unwrap()
        };
        assert_eq!(found("pt-BR").await, Some(again));
        assert_eq!(audio("pt-BR").await, Some((NOW.plus(200), vec![1, 2])));
        let delete = async |language: &'static str| {
            db.write(async move |tx: &mut Tx<'_>| delete_prompt_recording(tx, id, language).await)
                .await
                .unwrap()
        };
        assert!(delete("pt-BR").await);
        assert!(!delete("pt-BR").await);
        assert_eq!(found("pt-BR").await, None);
        assert!(db.write(async move |tx: &mut Tx<'_>| delete_prompt(tx, id).await).await.unwrap());
        assert_eq!(list().await, [recording(2, "sv", 7)]);
        assert_eq!(count().await, (1, 7));
    })
    .await;
}
