//! Rows that move between tenants whose ids are texts.

// What SeaORM derives is `pub`.
#![allow(unreachable_pub)]

use super::prelude::*;
use sea_orm::{ColumnTrait, DatabaseConnection};
use sea_orm_multitenant::{ForeignKey, Table, Tenancy, TenantType};

/// Rows that lines belong to.
mod word {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "word")]
    pub struct Model {
        pub t: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub x: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Rows that name a word.
mod line {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "line")]
    pub struct Model {
        pub t: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub x: i64,
        pub word: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Words 1 and 2 of `acme` and `ACME`, and a line of `zeta` that names the word of `ACME`.
async fn tenancy(db: &TestDb, connection: &DatabaseConnection) -> Result<Tenancy, DbErr> {
    let text = if db.backend == Backend::Sqlite { "VARCHAR(4) COLLATE NOCASE" } else { "VARCHAR(4)" };
    for sql in [
        format!("CREATE TABLE word (t {text} NOT NULL, x BIGINT NOT NULL PRIMARY KEY)"),
        format!("CREATE TABLE line (t {text} NOT NULL, x BIGINT NOT NULL PRIMARY KEY, word BIGINT NOT NULL)"),
        "INSERT INTO word VALUES ('acme', 1), ('ACME', 2)".to_owned(),
        "INSERT INTO line VALUES ('zeta', 1, 2)".to_owned(),
    ] {
        execute(connection, &sql).await?;
    }
    let table = |name| Table::tenant(name, "t", TenantType::Text).with_primary_key(["x"]);
    let builder = Tenancy::builder().without_entities().table(table("word").with_columns(["t", "x"])).table(
        table("line").with_columns(["t", "x", "word"]).with_foreign_key(ForeignKey::new(
            ["word"],
            "word",
            ["x"],
        )),
    );
    Ok(builder.build(connection.clone()).expect("two tables"))
}

async fn owners(db: &TestDb) -> Result<Vec<String>, DbErr> {
    texts(db.unscoped(), "SELECT t FROM word ORDER BY x").await
}

async fn rows_of_a_tenant_that_a_collation_takes_for_another_stay(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db, db.unscoped()).await?;
    let to_zeta = tenancy.reassign("acme", "zeta", "a test").expect("texts");
    let moved = to_zeta.rows::<word::Entity>(word::Column::X.gt(0)).run().await?;
    assert_eq!(moved.total(), 1);
    assert_eq!(owners(db).await?, ["zeta", "ACME"]);
    // The word of the line is that of `ACME`.
    let to_acme = tenancy.reassign("zeta", "acme", "a test").expect("texts");
    let error = to_acme.rows::<line::Entity>(line::Column::X.gt(0)).run().await.expect_err("another's word");
    assert!(matches!(TenancyError::from_db_err(&error), Some(TenancyError::ForeignParent { .. })), "{error}");
    let to_its_own = tenancy.reassign("zeta", "ACME", "a test").expect("texts");
    assert_eq!(to_its_own.rows::<line::Entity>(line::Column::X.gt(0)).run().await?.total(), 1);
    Ok(())
}

/// A session that is not strict would store `zeta2` as `zeta`.
async fn rows_do_not_move_to_a_tenant_whose_id_is_cut(db: &TestDb) -> Outcome {
    let loose = db.one_connection().await?;
    let tenancy = tenancy(db, &loose).await?;
    execute(&loose, "SET SESSION sql_mode = ''").await?;
    let to_third = tenancy.reassign("acme", "zeta2", "a test").expect("texts");
    let error = to_third.rows::<word::Entity>(word::Column::X.gt(0)).run().await.expect_err("its id is cut");
    assert!(matches!(TenancyError::from_db_err(&error), Some(TenancyError::SessionNotStrict)), "{error}");
    assert_eq!(owners(db).await?, ["acme", "ACME"]);
    Ok(())
}

tests_on! { sqlite: rows_of_a_tenant_that_a_collation_takes_for_another_stay }
tests_on! { postgres: rows_of_a_tenant_that_a_collation_takes_for_another_stay }
tests_on! {
    mariadb:
    rows_of_a_tenant_that_a_collation_takes_for_another_stay,
    rows_do_not_move_to_a_tenant_whose_id_is_cut,
}
