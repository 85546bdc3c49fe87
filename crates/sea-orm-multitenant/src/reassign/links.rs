//! Checks the foreign keys of rows that have changed their tenant.

use crate::{
    error::TenancyError,
    reassign::rows::{Moved, column_of},
    table_ref::table_ref,
    tenant_id::TenantId,
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr,
    sea_query::{Alias, Condition, Expr, ExprTrait, Query, SelectStatement},
};
use sea_orm_multitenant_sql::{Catalogue, ForeignKey, Table};

/// The names of the two tables in the statements below.
const CHILD: &str = "child";
const PARENT: &str = "parent";
const MOVED: &str = "moved";

/// A foreign key between two tables of tenants.
struct Link<'a> {
    child: &'a Table,
    child_tenant: &'a str,
    key: &'a ForeignKey,
    parent: &'a Table,
    parent_tenant: &'a str,
}

/// Checks that the moved rows reference rows of their new tenant only, and that no row of the old tenant still
/// references them.
pub(super) async fn check(
    catalogue: &Catalogue,
    transaction: &DatabaseTransaction,
    moved: &Moved,
    from: &TenantId,
    to: &TenantId,
) -> Result<(), DbErr> {
    let backend = transaction.get_database_backend();
    for link in links(catalogue) {
        if same_table(link.child, &moved.table) {
            for (_, rows) in moved.conditions(Some(CHILD)) {
                let mut query = link.without_parent(backend, moved, to)?;
                query.cond_where(rows);
                demand_none(transaction, &link, &query).await?;
            }
        }
        if same_table(link.parent, &moved.table) {
            for (_, rows) in moved.conditions(Some(MOVED)) {
                let mut query = link.without_parent(backend, moved, from)?;
                query.and_where(Expr::exists(link.moved_parent(backend, moved, rows, to)?));
                demand_none(transaction, &link, &query).await?;
            }
        }
    }
    Ok(())
}

/// Returns the error of a link if the query finds a row.
async fn demand_none(
    transaction: &DatabaseTransaction,
    link: &Link<'_>,
    query: &SelectStatement,
) -> Result<(), DbErr> {
    match transaction.query_one(query).await? {
        None => Ok(()),
        Some(_) => Err(TenancyError::ForeignParent {
            table: link.child.qualified_name(),
            column: link.key.columns().join(", "),
            parent: link.parent.qualified_name(),
        }
        .into()),
    }
}

impl Link<'_> {
    /// Selects rows of the child table that belong to a tenant and reference a row that this tenant does not have.
    fn without_parent(
        &self,
        backend: DbBackend,
        moved: &Moved,
        tenant: &TenantId,
    ) -> Result<SelectStatement, TenancyError> {
        let child_tenant = || column_of(Some(CHILD), self.child_tenant);
        let mut own_parent = Query::select();
        own_parent
            .expr(Expr::val(1))
            .from_as(table_ref(self.parent), Alias::new(PARENT))
            .cond_where(self.pairs(PARENT, true))
            .cond_where(moved.are_equal(
                backend,
                column_of(Some(PARENT), self.parent_tenant),
                child_tenant(),
            ));
        let is_set = self.key.columns().iter().map(|column| column_of(Some(CHILD), column).is_not_null());
        let mut query = Query::select();
        query
            .expr(Expr::val(1))
            .from_as(table_ref(self.child), Alias::new(CHILD))
            .cond_where(moved.is_tenant(backend, child_tenant(), tenant)?)
            .cond_where(is_set.fold(Condition::all(), Condition::add))
            .and_where(Expr::exists(own_parent).not())
            .limit(1);
        Ok(query)
    }

    /// Selects the moved rows that a row of the child table references, whatever tenant it names.
    fn moved_parent(
        &self,
        backend: DbBackend,
        moved: &Moved,
        rows: Condition,
        to: &TenantId,
    ) -> Result<SelectStatement, TenancyError> {
        let mut query = Query::select();
        query
            .expr(Expr::val(1))
            .from_as(table_ref(self.parent), Alias::new(MOVED))
            .cond_where(self.pairs(MOVED, false))
            .cond_where(moved.is_tenant(backend, column_of(Some(MOVED), self.parent_tenant), to)?)
            .cond_where(rows);
        Ok(query)
    }

    /// The columns of the key equal those of the parent.
    fn pairs(&self, parent: &str, with_tenant: bool) -> Condition {
        let pairs = self.key.columns().iter().zip(self.key.parent_columns());
        pairs
            .filter(|(_, named)| with_tenant || *named != self.parent_tenant)
            .map(|(column, named)| {
                column_of(Some(parent), named).equals((Alias::new(CHILD), Alias::new(column)))
            })
            .fold(Condition::all(), Condition::add)
    }
}

/// The foreign keys between tables of tenants.
fn links(catalogue: &Catalogue) -> impl Iterator<Item = Link<'_>> {
    catalogue.tables().iter().flat_map(move |child| {
        child.foreign_keys().iter().filter_map(move |key| {
            let parent = catalogue.tables().iter().find(|table| table.qualified_name() == key.parent())?;
            let ((child_tenant, _), (parent_tenant, _)) = (child.tenant_column()?, parent.tenant_column()?);
            Some(Link { child, child_tenant, key, parent, parent_tenant })
        })
    })
}

fn same_table(one: &Table, other: &Table) -> bool {
    one.qualified_name() == other.qualified_name()
}
