//! Prompts and their recordings. The sound itself is read apart: lists do without it.

use countersign_types::prompt::{Prompt, PromptRecording, RecordingSource};
use countersign_types::{PromptId, Timestamp};

use crate::codec::{id, time, word};
use crate::dialect::lock_suffix;
use crate::fold::folded;
use crate::{Row, StoreError, Tx, args};

/// The rule that a name is given once.
pub const UNIQUE_NAME: &str = "uq_prompt__name_folded";

const SELECT: &str = "SELECT id, name, created_at, updated_at FROM prompt";
const SELECT_RECORDING: &str =
    "SELECT prompt_id, language, source, spoken, duration_ms, updated_at FROM prompt_recording";

fn prompt(row: &Row<'_>) -> Result<Prompt, StoreError> {
    Ok(Prompt { id: id(row, 0)?, name: row.text(1)?, created_at: time(row, 2)?, updated_at: time(row, 3)? })
}

fn recording(row: &Row<'_>) -> Result<PromptRecording, StoreError> {
    Ok(PromptRecording {
        prompt: id(row, 0)?,
        language: row.text(1)?,
        source: word(row, 2, RecordingSource::parse)?,
        spoken: row.opt_text(3)?,
        duration_ms: row.i64(4)?,
        updated_at: time(row, 5)?,
    })
}

/// All prompts by name.
pub async fn list_prompts(tx: &mut Tx<'_>) -> Result<Vec<Prompt>, StoreError> {
    tx.fetch_all(&format!("{SELECT} ORDER BY name_folded"), args![], prompt).await
}

/// All recordings of all prompts, by prompt and language.
pub async fn list_prompt_recordings(tx: &mut Tx<'_>) -> Result<Vec<PromptRecording>, StoreError> {
    let sql = format!("{SELECT_RECORDING} ORDER BY prompt_id, language");
    tx.fetch_all(&sql, args![], recording).await
}

/// A prompt about to be changed: held until the end of the operation.
pub async fn lock_prompt(tx: &mut Tx<'_>, prompt_id: PromptId) -> Result<Option<Prompt>, StoreError> {
    let sql = format!("{SELECT} WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![prompt_id], prompt).await
}

/// The languages of a prompt's recordings.
pub async fn list_prompt_languages(tx: &mut Tx<'_>, prompt_id: PromptId) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT language FROM prompt_recording WHERE prompt_id = $1 ORDER BY language";
    tx.fetch_all(sql, args![prompt_id], |row| row.text(0)).await
}

/// How many prompts there are, and how long all recordings are together.
pub async fn count_prompts(tx: &mut Tx<'_>) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT (SELECT count(*) FROM prompt),
                      (SELECT CAST(coalesce(sum(duration_ms), 0) AS BIGINT) FROM prompt_recording)";
    tx.fetch_one(sql, args![], |row| Ok((row.i64(0)?, row.i64(1)?))).await
}

/// Adds a prompt. A name that is taken is refused by [`UNIQUE_NAME`].
pub async fn insert_prompt(tx: &mut Tx<'_>, prompt: &Prompt) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO prompt (id, name, name_folded, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)",
        args![prompt.id, &prompt.name, folded(&prompt.name), prompt.created_at, prompt.updated_at],
    )
    .await?;
    Ok(())
}

/// Gives a prompt its name, and says when it changed.
pub async fn update_prompt(
    tx: &mut Tx<'_>,
    prompt_id: PromptId,
    name: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE prompt SET name = $2, name_folded = $3, updated_at = $4 WHERE id = $1",
            args![prompt_id, name, folded(name), now],
        )
        .await?;
    Ok(changed == 1)
}

/// Deletes a prompt with its recordings.
pub async fn delete_prompt(tx: &mut Tx<'_>, prompt_id: PromptId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM prompt WHERE id = $1", args![prompt_id]).await? == 1)
}

/// Puts a recording in the place of the one in its language.
pub async fn put_prompt_recording(
    tx: &mut Tx<'_>,
    recording: &PromptRecording,
    audio: &[u8],
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO prompt_recording (prompt_id, language, source, spoken, duration_ms, updated_at, audio)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (prompt_id, language) DO UPDATE SET
             source = excluded.source, spoken = excluded.spoken, duration_ms = excluded.duration_ms,
             updated_at = excluded.updated_at, audio = excluded.audio",
        args![
            recording.prompt,
            &recording.language,
            recording.source.as_str(),
            recording.spoken.as_deref(),
            recording.duration_ms,
            recording.updated_at,
            audio,
        ],
    )
    .await?;
    Ok(())
}

/// A recording in one language.
pub async fn find_prompt_recording(
    tx: &mut Tx<'_>,
    prompt_id: PromptId,
    language: &str,
) -> Result<Option<PromptRecording>, StoreError> {
    let sql = format!("{SELECT_RECORDING} WHERE prompt_id = $1 AND language = $2");
    tx.fetch_optional(&sql, args![prompt_id, language], recording).await
}

/// The sound of a recording, with when it was made.
pub async fn find_prompt_audio(
    tx: &mut Tx<'_>,
    prompt_id: PromptId,
    language: &str,
) -> Result<Option<(Timestamp, Vec<u8>)>, StoreError> {
    let sql = "SELECT updated_at, audio FROM prompt_recording WHERE prompt_id = $1 AND language = $2";
    tx.fetch_optional(sql, args![prompt_id, language], |row| Ok((time(row, 0)?, row.bytes(1)?))).await
}

/// Deletes the recording in one language.
pub async fn delete_prompt_recording(
    tx: &mut Tx<'_>,
    prompt_id: PromptId,
    language: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM prompt_recording WHERE prompt_id = $1 AND language = $2";
    Ok(tx.execute(sql, args![prompt_id, language]).await? == 1)
}
