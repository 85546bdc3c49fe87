//! Kinds of tenants, tenant columns and junctions.

use super::prelude::*;
use crate::peers::extra::uuid_note;
use sea_orm_multitenant::Table;

/// The projects, and the countries in which they are sold.
struct MarketsOfProject;

impl Linked for MarketsOfProject {
    type FromEntity = project::Entity;
    type ToEntity = country::Entity;

    fn link(&self) -> Vec<LinkDef> {
        vec![market::Relation::Project.def().rev(), market::Relation::Country.def()]
    }
}

async fn the_key_of_the_root_table_may_have_any_name(db: &TestDb) -> Outcome {
    let statements = [
        "CREATE TABLE peers_org (code BIGINT NOT NULL PRIMARY KEY, text VARCHAR(100) NOT NULL)",
        "CREATE TABLE peers_unit (org_code BIGINT NOT NULL, id BIGINT NOT NULL, text VARCHAR(100) NOT NULL)",
        "INSERT INTO peers_org VALUES (1, 'A-org'), (2, 'B-org')",
        "INSERT INTO peers_unit VALUES (1, 1, 'A-unit'), (2, 1, 'B-unit')",
    ];
    let builder = Tenancy::builder().root_table("peers_org", "code", TenantType::BigInt).tenant_table(
        "peers_unit",
        "org_code",
        TenantType::BigInt,
    );
    let builder = builder.columns("peers_unit", ["id", "text"]);
    let own = named_tenancy(db, &statements, builder).await?.scope(OWN)?;
    let select = |sql: &str| statement(db.backend, sql);
    assert_eq!(texts(&own, select("SELECT text FROM peers_org")).await?, ["A-org"]);
    let joined = "SELECT u.text AS text FROM peers_org o JOIN peers_unit u ON u.id = 1";
    assert_eq!(texts(&own, select(joined)).await?, ["A-unit"]);
    let renamed = own.execute_unprepared("UPDATE peers_org SET text = 'A-new' WHERE code > 0").await?;
    assert_eq!(renamed.rows_affected(), 1);
    Ok(())
}

async fn the_tenant_column_may_be_named_tenant_id(db: &TestDb) -> Outcome {
    let statements = [
        "CREATE TABLE peers_revenue (tenant_id BIGINT NOT NULL, text VARCHAR(100) NOT NULL)",
        "INSERT INTO peers_revenue VALUES (1, 'A-1'), (2, 'B-1')",
    ];
    let builder = Tenancy::builder().tenant_table("peers_revenue", "tenant_id", TenantType::BigInt);
    let own = named_tenancy(db, &statements, builder).await?.scope(OWN)?;
    own.execute_unprepared("INSERT INTO peers_revenue (text) VALUES ('A-2')").await?;
    let rows = texts(&own, statement(db.backend, "SELECT text FROM peers_revenue ORDER BY text")).await?;
    assert_eq!(rows, ["A-1", "A-2"]);
    Ok(())
}

async fn tenants_may_be_uuids(db: &TestDb) -> Outcome {
    let table =
        Table::tenant("peers_uuid_note", "tenant_id", TenantType::Uuid).with_primary_key(["tenant_id", "id"]);
    let builder = Tenancy::builder().table(table).columns("peers_uuid_note", ["id", "text"]);
    let tenancy = named_tenancy(db, &[&uuid_note::schema(db.backend)], builder).await?;
    let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for tenant in [own, other] {
        let text = Set(format!("of {tenant}"));
        let row = uuid_note::ActiveModel { tenant_id: NotSet, id: Set(7), text };
        uuid_note::Entity::insert(row).exec_without_returning(&tenancy.scope(tenant)?).await?;
    }
    let rows = uuid_note::Entity::find().all(&tenancy.scope(own)?).await?;
    assert_eq!(rows, [uuid_note::Model { tenant_id: own, id: 7, text: format!("of {own}") }]);
    let forged = uuid_note::ActiveModel { tenant_id: Set(other), id: Set(8), text: Set("mine".to_owned()) };
    let stored = uuid_note::Entity::insert(forged).exec_without_returning(&tenancy.scope(own)?).await;
    assert!(matches!(tenancy_error(stored), TenancyError::TenantMismatch { .. }));
    assert_eq!(uuid_note::Entity::delete_many().exec(&tenancy.scope(own)?).await?.rows_affected, 1);
    assert_eq!(uuid_note::Entity::find().count(&tenancy.scope(other)?).await?, 1);
    assert!(matches!(tenancy.scope(OWN), Err(TenancyError::TenantType { .. })));
    Ok(())
}

async fn many_to_many_through_a_tenant_junction_stays_within_the_tenant(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let tags = task_row(OWN, 1).find_related(tag::Entity).order_by_asc(tag::Column::Id).all(&own).await?;
    assert_eq!(tags, [tag_row(OWN, 1), tag_row(OWN, 2)]);
    let back = tag_row(OWN, 2).find_related(task::Entity).all(&own).await?;
    assert_eq!(back, [task_row(OWN, 1)]);
    Ok(())
}

/// The junction has a column of its own, which the database fills in where the program does not.
async fn many_to_many_through_a_junction_with_defaults_fills_the_tenant(db: &TestDb) -> Outcome {
    db.create_table(MARKET).await?;
    let own = scope(db, OWN);
    let sold = |country: &str, share: ActiveValue<i64>| market::ActiveModel {
        account_id: NotSet,
        project_id: Set(id(OWN, 1)),
        country_code: Set(country.to_owned()),
        share,
    };
    market::Entity::insert(sold("FR", NotSet)).exec_without_returning(&own).await?;
    market::Entity::insert(sold("JP", Set(90))).exec_without_returning(&own).await?;
    let rows = market::Entity::find().order_by_asc(market::Column::Share).all(db.unscoped()).await?;
    let rows: Vec<_> = rows.into_iter().map(|row| (row.account_id, row.share)).collect();
    assert_eq!(rows, [(OWN, 10), (OWN, 90)]);
    Ok(())
}

/// The junction is the tenant's, what it leads to is everybody's.
async fn many_to_many_to_a_shared_table_stays_within_the_tenant(db: &TestDb) -> Outcome {
    db.create_table(MARKET).await?;
    let sold = |tenant: i64, n: i64, country: &str| market::Model {
        account_id: tenant,
        project_id: id(tenant, n),
        country_code: country.to_owned(),
        share: 50,
    };
    let rows = [sold(OWN, 1, "FR"), sold(OTHER, 1, "FR"), sold(OTHER, 1, "JP"), sold(OTHER, 2, "JP")];
    market::Entity::insert_many(rows.map(IntoActiveModel::into_active_model))
        .exec_without_returning(db.unscoped())
        .await?;
    let own = scope(db, OWN);
    let codes = |rows: Vec<country::Model>| rows.into_iter().map(|row| row.code).collect::<Vec<_>>();
    let found = project_row(OWN, 1).find_linked(MarketsOfProject).all(&own).await?;
    assert_eq!(codes(found), ["FR"]);
    let found = project_row(OTHER, 1).find_linked(MarketsOfProject).all(&own).await?;
    assert!(found.is_empty(), "{found:?}");
    let sold = project::Entity::find().find_with_linked(MarketsOfProject).all(&own).await?;
    let sold: Vec<_> = sold.into_iter().map(|(row, countries)| (row.note, codes(countries).len())).collect();
    assert_eq!(sold.iter().map(|(_, count)| count).sum::<usize>(), 1, "{sold:?}");
    let sold_in = country::Entity::find().join(JoinType::InnerJoin, market::Relation::Country.def().rev());
    assert_eq!(sold_in.count(&own).await?, 1);
    Ok(())
}

/// The catalogue is of the whole program: an entity of any of its modules is known without being listed.
async fn a_table_of_another_module_is_known(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    for table in ["e_project", "e_single_project", market::Entity.table_name()] {
        let scoped = own.rewrite(statement(db.backend, format!("SELECT account_id FROM {table}")))?;
        assert_eq!(comparisons(&without_quotes(&scoped.sql), &format!("{table}.account_id")), 1);
    }
    assert!(own.rewrite(statement(db.backend, "SELECT id FROM nowhere")).is_err());
    Ok(())
}

cases!(
    the_key_of_the_root_table_may_have_any_name,
    the_tenant_column_may_be_named_tenant_id,
    tenants_may_be_uuids,
    many_to_many_through_a_tenant_junction_stays_within_the_tenant,
    many_to_many_through_a_junction_with_defaults_fills_the_tenant,
    many_to_many_to_a_shared_table_stays_within_the_tenant,
    a_table_of_another_module_is_known,
);
