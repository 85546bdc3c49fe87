//! Items that name their holder by its id alone, whose tables each test makes by itself.

use crate::harness::TestDb;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use sea_orm_multitenant::{ForeignKey, KeyType, Table, Tenancy, TenantType};

/// The key of an item that the scope has to check.
pub(super) fn by_id() -> ForeignKey {
    ForeignKey::new(["holder_id"], "holder", ["id"])
}

/// A tenancy of holders, whose ids may be said to have a type, and of items with this key.
pub(super) fn tenancy(
    connection: &DatabaseConnection,
    known: Option<KeyType>,
    key: ForeignKey,
) -> Result<Tenancy, DbErr> {
    let types = known.map(|known| ("id", known));
    Tenancy::builder()
        .without_entities()
        .table(Table::tenant("holder", "account_id", TenantType::BigInt).with_key_types(types))
        .table(Table::tenant("item", "account_id", TenantType::BigInt).with_foreign_key(key))
        .build(connection.clone())
        .map_err(DbErr::from)
}

/// How many items of tenant 1 lead to a holder of this tenant.
pub(super) async fn links(db: &TestDb, tenant: i64) -> Result<i64, Box<dyn std::error::Error>> {
    let sql = format!(
        "SELECT COUNT(*) AS n FROM item i JOIN holder h ON h.id = i.holder_id WHERE i.account_id = 1 AND h.account_id = {tenant}"
    );
    let statement = Statement::from_string(db.unscoped().get_database_backend(), sql);
    Ok(db.unscoped().query_one_raw(statement).await?.ok_or("a count is a row")?.try_get("", "n")?)
}
