//! Fills an empty database with three accounts.
//!
//! Countries and accounts belong to no single account and are written unscoped; everything else is written through the
//! scope of its account, in the same transaction.

mod data;

use crate::{
    entity::{account, country, manager, project, project_manager, task, user},
    error::AppError,
    password,
};
use data::{AccountSeed, ProjectSeed, TaskSeed};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryOrder, QuerySelect, Set,
    TransactionTrait,
};
use sea_orm_multitenant::{Tenancy, TenantScope};
use std::collections::HashMap;

/// The password of every user of the demo.
pub const PASSWORD: &str = "demo";

/// An account that the demo shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// The account's id: the tenant.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its subdomain.
    pub subdomain: String,
    /// The email of one of its users.
    pub email: String,
}

/// Accounts that the demo shows.
const SHOWN: u64 = 12;

/// Returns the first accounts; creates them when there are none.
///
/// # Errors
/// When the database returns an error.
pub async fn accounts(tenancy: &Tenancy) -> anyhow::Result<Vec<DemoAccount>> {
    let transaction = tenancy.unscoped("find or create the accounts of the demo").begin().await?;
    if account::Entity::find().one(&transaction).await?.is_none() {
        fill(tenancy, &transaction).await?;
    }
    let mut accounts = Vec::new();
    let first = account::Entity::find().order_by_asc(account::Column::Id).limit(SHOWN);
    for account in first.all(&transaction).await? {
        let account::Model { id, name, subdomain, country_id: _ } = account;
        let scope = tenancy.scope_on(&transaction, id)?;
        let user = user::Entity::find().order_by_asc(user::Column::Id).one(&scope).await?;
        let email = user.map(|user| user.email).unwrap_or_default();
        accounts.push(DemoAccount { id, name, subdomain, email });
    }
    transaction.commit().await?;
    Ok(accounts)
}

async fn fill(tenancy: &Tenancy, transaction: &DatabaseTransaction) -> anyhow::Result<()> {
    let countries = insert_countries(transaction).await?;
    for seed in data::ACCOUNTS {
        let country_id = *countries.get(seed.country).ok_or(AppError::NotFound)?;
        let account = account::ActiveModel {
            name: Set(seed.name.to_owned()),
            subdomain: Set(seed.subdomain.to_owned()),
            country_id: Set(country_id),
            ..Default::default()
        };
        let account = account.insert(transaction).await?;
        fill_account(&tenancy.scope_on(transaction, account.id)?, seed).await?;
    }
    Ok(())
}

async fn insert_countries(transaction: &DatabaseTransaction) -> anyhow::Result<HashMap<String, i64>> {
    let countries = data::COUNTRIES
        .iter()
        .map(|name| country::ActiveModel { name: Set((*name).to_owned()), ..Default::default() });
    country::Entity::insert_many(countries).exec(transaction).await?;
    let countries = country::Entity::find().all(transaction).await?;
    Ok(countries.into_iter().map(|country| (country.name, country.id)).collect())
}

/// From here on no row names its account: the scope fills it in.
async fn fill_account<C>(scope: &TenantScope<C>, seed: &AccountSeed) -> anyhow::Result<()>
where
    C: ConnectionTrait + Send,
{
    for (name, email) in seed.users {
        let (name, email) = (Set((*name).to_owned()), Set((*email).to_owned()));
        let password_hash = Set(password::hash(PASSWORD)?);
        user::ActiveModel { name, email, password_hash, ..Default::default() }.insert(scope).await?;
    }
    let mut managers = Vec::new();
    for name in seed.managers {
        let manager = manager::ActiveModel { name: Set((*name).to_owned()), ..Default::default() };
        managers.push(manager.insert(scope).await?.id);
    }
    for project in seed.projects {
        fill_project(scope, &managers, project).await?;
    }
    Ok(())
}

async fn fill_project<C>(scope: &TenantScope<C>, managers: &[i64], seed: &ProjectSeed) -> anyhow::Result<()>
where
    C: ConnectionTrait + Send,
{
    let project = project::ActiveModel {
        name: Set(seed.name.to_owned()),
        description: Set(seed.description.to_owned()),
        ..Default::default()
    };
    let project_id = project.insert(scope).await?.id;
    let assignments = seed.managers.iter().filter_map(|index| managers.get(*index)).map(|manager_id| {
        let (project_id, manager_id) = (Set(project_id), Set(*manager_id));
        project_manager::ActiveModel { project_id, manager_id, ..Default::default() }
    });
    project_manager::Entity::insert_many(assignments).exec_without_returning(scope).await?;
    let tasks = seed.tasks.iter().map(|seed| task_of(project_id, seed));
    task::Entity::insert_many(tasks).exec_without_returning(scope).await?;
    Ok(())
}

fn task_of(project_id: i64, &(name, state, due_on): &TaskSeed) -> task::ActiveModel {
    task::ActiveModel {
        project_id: Set(project_id),
        name: Set(name.to_owned()),
        state: Set(state),
        due_on: Set(due_on.parse().ok()),
        ..Default::default()
    }
}
