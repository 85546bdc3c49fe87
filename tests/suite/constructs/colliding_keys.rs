//! Scopes of several tenants over entities whose key lacks the tenant, where the database lets two tenants have one id.
//!
//! The tables are declared by name, so that the entities are in no other test's catalogue.

use super::prelude::*;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, LoaderTrait, ModelTrait,
    PaginatorTrait, QueryFilter, QueryOrder, Set, sea_query::Expr,
};
use sea_orm_multitenant::{ForeignKey, Table, Tenancy, TenantScope, TenantSet, TenantType};

mod team {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "team")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub account_id: i64,
        pub name: String,
        #[sea_orm(has_many)]
        pub players: HasMany<super::player::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod player {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "player")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub account_id: i64,
        pub team_id: i64,
        #[sea_orm(belongs_to, from = "team_id", to = "id")]
        pub team: BelongsTo<super::team::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

type Many = TenantScope<DatabaseConnection, TenantSet>;

/// Tenants 1 and 2 have a team 2 each, and players 10 to 21; tenant 3 has ids that no other has.
async fn tenancy(db: &TestDb) -> Result<Tenancy, DbErr> {
    for sql in [
        "CREATE TABLE team (account_id BIGINT NOT NULL, id BIGINT NOT NULL, name VARCHAR(20) NOT NULL, PRIMARY KEY (account_id, id))",
        "CREATE TABLE player (account_id BIGINT NOT NULL, id BIGINT NOT NULL, team_id BIGINT NOT NULL, PRIMARY KEY (account_id, id))",
        "INSERT INTO team VALUES (1, 1, 'one'), (1, 2, 'two'), (2, 2, 'two'), (2, 5, 'five'), (3, 7, 'seven')",
        "INSERT INTO player VALUES (1, 10, 1), (1, 11, 2), (2, 20, 2), (2, 21, 5), (3, 30, 7)",
    ] {
        execute(db.unscoped(), sql).await?;
    }
    let table = |name| Table::tenant(name, "account_id", TenantType::BigInt).with_primary_key(["id"]);
    let tenancy = Tenancy::builder()
        .without_entities()
        .table(table("team"))
        .table(table("player").with_foreign_key(ForeignKey::new(["team_id"], "team", ["id"])))
        .columns("team", ["account_id", "id", "name"])
        .columns("player", ["account_id", "id", "team_id"])
        .build(db.unscoped().clone());
    Ok(tenancy.expect("two tables"))
}

fn many(tenancy: &Tenancy, tenants: [i64; 2]) -> Many {
    tenancy.scope_many(tenants).expect("integers are tenants here")
}

/// Asserts that a call failed because two tenants have a key of this table.
#[track_caller]
fn assert_shared_key<T: std::fmt::Debug>(done: Result<T, DbErr>, table: &str) {
    let error = done.expect_err("two tenants have one key");
    match TenancyError::from_db_err(&error) {
        Some(TenancyError::KeyOfSeveralTenants { table: found }) => assert_eq!(found, table),
        other => panic!("{error} is {other:?}"),
    }
}

async fn everything(db: &TestDb) -> Result<(Vec<team::Model>, Vec<player::Model>), DbErr> {
    let teams = team::Entity::find().order_by_asc(team::Column::AccountId).order_by_asc(team::Column::Id);
    let players = player::Entity::find().order_by_asc(player::Column::Id);
    Ok((teams.all(db.unscoped()).await?, players.all(db.unscoped()).await?))
}

async fn rows_of_one_key_are_not_put_together(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let both = many(&tenancy, [1, 2]);
    assert_shared_key(team::Entity::find().find_with_related(player::Entity).all(&both).await, "team");
    assert_shared_key(player::Entity::find().find_also_related(team::Entity).all(&both).await, "team");
    assert_shared_key(team::Entity::find_by_id(2).one(&both).await, "team");
    assert_shared_key(team::Entity::load().with(player::Entity).all(&both).await, "team");
    // Rows from elsewhere meet those of the set in loaders.
    let own = team::Entity::find().all(&tenancy.scope(1).expect("a tenant")).await?;
    assert_shared_key(own.load_many(player::Entity, &both).await, "team");
    let own = player::Entity::find().all(&tenancy.scope(1).expect("a tenant")).await?;
    assert_shared_key(own.load_one(team::Entity, &both).await, "team");
    let two = own.iter().find(|player| player.team_id == 2).expect("a player of team 2");
    assert_shared_key(two.find_related(team::Entity).one(&both).await, "team");
    Ok(())
}

async fn rows_of_one_key_are_not_written_together(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let (both, before) = (many(&tenancy, [1, 2]), everything(db).await?);
    let two = team::Model { id: 2, account_id: 1, name: "two".to_owned() };
    let mut renamed = two.clone().into_active_model();
    renamed.name = Set("renamed".to_owned());
    assert_shared_key(renamed.clone().update(&both).await, "team");
    assert_shared_key(renamed.save(&both).await, "team");
    assert_shared_key(two.delete(&both).await, "team");
    assert_shared_key(team::Entity::delete_by_id(2).exec(&both).await, "team");
    let by_key = team::Entity::update_many().col_expr(team::Column::Name, Expr::value("x"));
    assert_shared_key(by_key.filter(team::Column::Id.is_in([1, 2])).exec(&both).await, "team");
    assert_shared_key(
        player::Entity::delete_many().filter(player::Column::TeamId.eq(2)).exec(&both).await,
        "team",
    );
    assert_eq!(everything(db).await?, before);
    Ok(())
}

async fn a_cursor_skips_no_row_of_a_key_that_two_tenants_have(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let both = many(&tenancy, [1, 2]);
    assert_shared_key(team::Entity::find().cursor_by(team::Column::Id).first(2).all(&both).await, "team");
    assert_shared_key(
        team::Entity::find().cursor_by(team::Column::Id).after(1).first(2).all(&both).await,
        "team",
    );
    let ids = team::Entity::find().cursor_by(team::Column::Id).after(2).first(5).all(&both).await?;
    assert_eq!(ids.iter().map(|team| team.id).collect::<Vec<_>>(), [5]);
    Ok(())
}

async fn what_goes_by_no_key_is_of_the_whole_set(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let both = many(&tenancy, [1, 2]);
    assert_eq!(team::Entity::find().count(&both).await?, 4);
    assert_eq!(player::Entity::find().all(&both).await?.len(), 4);
    let named = team::Entity::update_many().col_expr(team::Column::Name, Expr::value("2"));
    assert_eq!(named.filter(team::Column::Name.eq("two")).exec(&both).await?.rows_affected, 2);
    Ok(())
}

async fn keys_that_no_two_tenants_have_work(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let both = many(&tenancy, [2, 3]);
    let found = team::Entity::find().find_with_related(player::Entity).all(&both).await?;
    assert_eq!(
        found.iter().map(|(team, players)| (team.id, players.len())).collect::<Vec<_>>(),
        [(2, 1), (5, 1), (7, 1)]
    );
    let teams = team::Entity::find().order_by_asc(team::Column::Id).all(&both).await?;
    let players = teams.load_many(player::Entity, &both).await?;
    assert!(
        teams
            .iter()
            .zip(&players)
            .all(|(team, players)| matches!(&players[..], [one] if one.account_id == team.account_id))
    );
    let mut renamed = teams[2].clone().into_active_model();
    renamed.name = Set("renamed".to_owned());
    assert_eq!(renamed.update(&both).await?.account_id, 3);
    assert_eq!(teams[0].clone().delete(&both).await?.rows_affected, 1);
    let (left, _) = everything(db).await?;
    let names: Vec<_> = left.iter().map(|team| (team.account_id, team.id, team.name.as_str())).collect();
    assert_eq!(names, [(1, 1, "one"), (1, 2, "two"), (2, 5, "five"), (3, 7, "renamed")]);
    let mut cursor = team::Entity::find().cursor_by(team::Column::Id);
    assert_eq!(cursor.first(9).all(&both).await?.len(), 2);
    Ok(())
}

macro_rules! on_each {
    ($($engine:ident),+) => {
        $(tests_on! {
            $engine:
            rows_of_one_key_are_not_put_together,
            rows_of_one_key_are_not_written_together,
            a_cursor_skips_no_row_of_a_key_that_two_tenants_have,
            what_goes_by_no_key_is_of_the_whole_set,
            keys_that_no_two_tenants_have_work,
        })+
    };
}

on_each!(sqlite, postgres, mariadb);
