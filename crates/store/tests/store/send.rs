//! Operations are usable where a handler must be `Send`.

use axum::extract::State;
use axum::routing::get;
use countersign_store::{Db, StoreError, Tx, args};

async fn find_name(tx: &mut Tx<'_>, id: i64) -> Result<Option<String>, StoreError> {
    tx.fetch_optional("SELECT name FROM thing WHERE id = $1", args![id], |row| row.text(0)).await
}

struct OwnError;

impl From<StoreError> for OwnError {
    fn from(_: StoreError) -> Self {
        Self
    }
}

async fn rename(db: &Db, id: i64, name: String) -> Result<bool, OwnError> {
    db.write(async move |tx| {
        let Some(old) = find_name(tx, id).await? else { return Ok(false) };
        tx.execute("UPDATE thing SET name = $2 WHERE id = $1", args![id, &name]).await?;
        let rows = vec![[id.into(), old.into()]];
        tx.execute_many("INSERT INTO old_name (id, name) VALUES ($1, $2)", &rows).await?;
        tx.notify("thing.updated")?;
        Ok(true)
    })
    .await
}

async fn handler(State(db): State<Db>) -> String {
    let name = db.read(async |tx| find_name(tx, 1).await).await;
    let renamed = rename(&db, 1, "new".to_owned()).await.is_ok();
    format!("{:?} {renamed}", name.ok())
}

#[test]
fn an_operation_compiles_inside_an_axum_handler_and_a_spawned_task() {
    let _: axum::Router<Db> = axum::Router::new().route("/", get(handler));
    let _ = |db: Db| tokio::spawn(async move { db.migrate(0).await });
}
