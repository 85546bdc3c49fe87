//! Inserting rows whose parent a scope checks, compared with the same inserts without the check, on SQLite in memory.
//!
//! The database has the foreign key in both cases. Run with `cargo bench -p sea-orm-multitenant-benches --bench
//! parents`.

// The items that SeaORM derives are `pub`.
#![allow(unreachable_pub)]

use divan::{Bencher, black_box};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, EntityTrait, Schema, Set,
};
use sea_orm_multitenant::{Tenancy, TenantScope};
use tokio::runtime::{Builder, Runtime};

fn main() {
    divan::main();
}

/// The number of parents of each tenant.
const PARENTS: i64 = 1_000;

/// A list of items, whose key is its id alone.
mod list {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "list")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub account_id: i64,
        pub name: String,
        #[sea_orm(has_many)]
        pub items: HasMany<super::item::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// An item of a list.
mod item {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "item")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_id: i64,
        pub list_id: i64,
        pub title: String,
        pub note: String,
        #[sea_orm(belongs_to, from = "list_id", to = "id")]
        pub list: BelongsTo<super::list::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// An item to insert.
fn item(n: i64) -> item::ActiveModel {
    item::ActiveModel {
        list_id: Set(n % PARENTS),
        title: Set(format!("item {n}")),
        note: Set("a note of ordinary length about the item".to_owned()),
        ..Default::default()
    }
}

/// The scope of a tenant with its lists.
async fn scope(checks_parents: bool) -> Result<TenantScope<DatabaseConnection>, DbErr> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    let schema = Schema::new(db.get_database_backend());
    db.execute(&schema.create_table_from_entity(list::Entity)).await?;
    db.execute(&schema.create_table_from_entity(item::Entity)).await?;
    for account in [1, 2] {
        let lists = (0..PARENTS).map(|n| list::ActiveModel {
            id: Set(PARENTS * (account - 1) + n),
            account_id: Set(account),
            name: Set(format!("list {n}")),
        });
        list::Entity::insert_many(lists).exec_without_returning(&db).await?;
    }
    Ok(Tenancy::builder().check_parents(checks_parents).build(db)?.scope(1)?)
}

fn insert(bencher: Bencher<'_, '_>, checks_parents: bool, rows: i64) {
    let runtime: Runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let scope = runtime.block_on(scope(checks_parents)).expect("a scope");
    let mut n = 0;
    bencher.bench_local(move || {
        n += 1;
        let items = (0..rows).map(|row| item(black_box(n + row)));
        let inserted = item::Entity::insert_many(items).exec_without_returning(&scope);
        runtime.block_on(inserted).expect("the rows are inserted")
    });
}

mod insert_of_one_row {
    use super::*;

    #[divan::bench]
    fn unchecked(bencher: Bencher<'_, '_>) {
        insert(bencher, false, 1);
    }

    #[divan::bench]
    fn checked(bencher: Bencher<'_, '_>) {
        insert(bencher, true, 1);
    }
}

mod insert_of_100_rows {
    use super::*;

    #[divan::bench]
    fn unchecked(bencher: Bencher<'_, '_>) {
        insert(bencher, false, 100);
    }

    #[divan::bench]
    fn checked(bencher: Bencher<'_, '_>) {
        insert(bencher, true, 100);
    }
}
