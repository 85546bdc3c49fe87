//! Rows of one tenant, chosen by a condition, and their change of tenant.

use crate::{
    borrowed::Borrowed, error::TenancyError, scope::TenantScope, table_ref::table_ref, tenant_id::TenantId,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, IdenStatic,
    Iterable, ModelTrait, PrimaryKeyToColumn, QueryFilter, Value,
    sea_query::{Alias, Expr, ExprTrait, Query, SimpleExpr},
};
use sea_orm_multitenant_sql::{Catalogue, Ownership, Table, TenantType};
use std::marker::PhantomData;

/// The most rows that one statement names. SQLite has at most 32,766 parameters in a statement, PostgreSQL 65,535.
const ROWS_IN_A_STATEMENT: usize = 500;

/// The scope of the tenant that gives rows away, in the transaction of the reassignment.
pub(super) type FromScope<'a> = TenantScope<Borrowed<'a, DatabaseTransaction>>;

/// Rows of one entity that are to be chosen.
#[async_trait::async_trait]
pub(super) trait Rows: Send + Sync {
    /// Chooses the rows in the scope of the tenant that has them.
    async fn choose(&self, scope: &FromScope<'_>, catalogue: &Catalogue) -> Result<Moved, DbErr>;
}

/// The rows of `E` that satisfy a condition.
pub(super) struct RowsOf<E> {
    condition: Condition,
    entity: PhantomData<fn() -> E>,
}

impl<E> RowsOf<E> {
    pub(super) fn new(condition: Condition) -> Self {
        Self { condition, entity: PhantomData }
    }
}

#[async_trait::async_trait]
impl<E: EntityTrait<Model: Send + Sync>> Rows for RowsOf<E> {
    async fn choose(&self, scope: &FromScope<'_>, catalogue: &Catalogue) -> Result<Moved, DbErr> {
        let (table, tenant_column, ty) = tenant_table::<E>(catalogue)?;
        let keys = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        let keys: Vec<E::Column> = keys.filter(|column| column.as_str() != tenant_column).collect();
        let own = Expr::col((E::default(), Alias::new(tenant_column))).eq(scope.tenant().to_value(ty)?);
        let models = E::find().filter(own).filter(self.condition.clone()).all(scope).await?;
        Ok(Moved {
            table: table.clone(),
            tenant_column: tenant_column.to_owned(),
            ty,
            key_columns: keys.iter().map(|column| column.as_str().to_owned()).collect(),
            keys: models
                .iter()
                .map(|model| keys.iter().map(|column| key_value(model, *column)).collect())
                .collect(),
        })
    }
}

/// A row's value of a key column, written as SeaORM writes it.
fn key_value<M: ModelTrait>(model: &M, column: <M::Entity as EntityTrait>::Column) -> SimpleExpr {
    column.save_as(Expr::val(model.get(column)))
}

/// The table of an entity, its tenant column and that column's type.
fn tenant_table<E: EntityTrait>(catalogue: &Catalogue) -> Result<(&Table, &str, TenantType), TenancyError> {
    let entity = E::default();
    let (schema, name) = (entity.schema_name(), entity.table_name());
    let refused =
        |because: &str| TenancyError::NotReassignable { table: name.to_owned(), because: because.to_owned() };
    let mut tables = catalogue.tables().iter();
    let Some(table) = tables.find(|table| table.schema() == schema && table.name() == name) else {
        return Err(refused("it is not in the catalogue; derive `TenantModel` on its entity"));
    };
    match table.ownership() {
        Ownership::Tenant { column, ty } => Ok((table, column.as_str(), *ty)),
        Ownership::Root { .. } => {
            Err(refused("its key is the tenant's id; move the rows that belong to the tenant"))
        }
        Ownership::Shared { .. } => Err(refused("its rows belong to no tenant")),
    }
}

/// Rows that have been chosen, by their keys without the tenant column.
#[derive(Debug)]
pub(super) struct Moved {
    pub(super) table: Table,
    pub(super) tenant_column: String,
    ty: TenantType,
    key_columns: Vec<String>,
    keys: Vec<Vec<SimpleExpr>>,
}

impl Moved {
    /// The number of rows.
    pub(super) fn len(&self) -> u64 {
        self.keys.len() as u64
    }

    /// The tenant as a value of this table's tenant column.
    fn tenant(&self, id: &TenantId) -> Result<Value, TenancyError> {
        id.to_value(self.ty)
    }

    /// The condition that a tenant column is this tenant's: of texts, by their bytes too, because a collation may take
    /// ids for equal that are not.
    pub(super) fn is_tenant(
        &self,
        backend: DbBackend,
        column: Expr,
        id: &TenantId,
    ) -> Result<Condition, TenancyError> {
        let value = self.tenant(id)?;
        let equal = Condition::all().add(column.clone().eq(value.clone()));
        if self.ty != TenantType::Text {
            return Ok(equal);
        }
        Ok(equal.add(bytes(backend, column).eq(value)))
    }

    /// The condition that two tenant columns are equal, of texts by their bytes too.
    pub(super) fn are_equal(&self, backend: DbBackend, one: Expr, other: Expr) -> Condition {
        let equal = Condition::all().add(one.clone().eq(other.clone()));
        if self.ty != TenantType::Text {
            return equal;
        }
        equal.add(bytes(backend, one).eq(bytes(backend, other)))
    }

    /// Gives the rows to the other tenant.
    pub(super) async fn change_tenant(
        &self,
        transaction: &DatabaseTransaction,
        from: &TenantId,
        to: &TenantId,
    ) -> Result<(), DbErr> {
        let (backend, column) = (transaction.get_database_backend(), || Alias::new(&self.tenant_column));
        for (rows, condition) in self.conditions(None) {
            let mut update = Query::update();
            update
                .table(table_ref(&self.table))
                .value(column(), self.tenant(to)?)
                .cond_where(self.is_tenant(backend, Expr::col(column()), from)?)
                .cond_where(condition.clone());
            let changed = transaction.execute(&update).await?.rows_affected();
            if changed != rows as u64 {
                let what = format!(
                    "{rows} rows of `{}` were chosen, and {changed} could be changed",
                    self.table.qualified_name()
                );
                return Err(DbErr::Custom(format!(
                    "{what}; another transaction changed them: nothing was moved, try again"
                )));
            }
            self.demand_stored(transaction, to, condition).await?;
        }
        Ok(())
    }

    /// Demands that all rows have the id as it is. MySQL cuts a text to its column's length outside of strict mode, and the
    /// rows would be those of a third tenant.
    async fn demand_stored(
        &self,
        transaction: &DatabaseTransaction,
        to: &TenantId,
        rows: Condition,
    ) -> Result<(), DbErr> {
        let column = Expr::col(Alias::new(&self.tenant_column));
        let mut query = Query::select();
        query
            .expr(Expr::val(1))
            .from(table_ref(&self.table))
            .cond_where(rows)
            .cond_where(self.is_tenant(transaction.get_database_backend(), column, to)?.not())
            .limit(1);
        match transaction.query_one(&query).await? {
            None => Ok(()),
            Some(_) => Err(TenancyError::SessionNotStrict.into()),
        }
    }

    /// Conditions that name the rows by their keys, each with the number of its rows. With `alias` the columns are those
    /// of that name.
    pub(super) fn conditions<'a>(
        &'a self,
        alias: Option<&'a str>,
    ) -> impl Iterator<Item = (usize, Condition)> + 'a {
        self.keys.chunks(ROWS_IN_A_STATEMENT).map(move |rows| {
            let named = rows.iter().map(|key| {
                let pairs = self.key_columns.iter().zip(key);
                pairs.fold(Condition::all(), |all, (column, value)| {
                    all.add(column_of(alias, column).eq(value.clone()))
                })
            });
            (rows.len(), named.fold(Condition::any(), Condition::add))
        })
    }
}

/// A text in a form that the engine compares byte by byte, as a scope writes it.
fn bytes(backend: DbBackend, text: Expr) -> Expr {
    let template = match backend {
        DbBackend::MySql => "CAST(CONVERT(? USING utf8mb4) AS BINARY)",
        DbBackend::Postgres => "CAST($1 AS text) COLLATE \"C\"",
        _ => "? COLLATE BINARY",
    };
    Expr::cust_with_expr(template, text)
}

/// A column, of the table with this alias if there is one.
pub(super) fn column_of(alias: Option<&str>, column: &str) -> Expr {
    match alias {
        Some(alias) => Expr::col((Alias::new(alias), Alias::new(column))),
        None => Expr::col(Alias::new(column)),
    }
}
