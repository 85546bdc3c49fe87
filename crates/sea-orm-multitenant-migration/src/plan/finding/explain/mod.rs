//! The text of each kind of finding, by what the finding is about.

mod citus;
mod columns;
mod foreign_keys;
mod keys;
mod security;
mod tables;

use crate::plan::finding::{
    explanation::Explanation,
    kind::FindingKind::{self as K},
};

/// The text of a finding on a table, function or role.
pub(super) fn finding(kind: &K, on: &str) -> Explanation {
    match kind {
        K::TableUnknown => tables::unknown(),
        K::TableMissing => tables::missing(),
        K::TenantColumnMissing { column } => columns::missing(column),
        K::TenantColumnNullable { column } => columns::nullable(column),
        K::TenantColumnRequired { column } => columns::required(column),
        K::GlobalRowsReferToTenants { columns, parent, rows } => tables::global_rows(columns, parent, *rows),
        K::NullsNotDistinct { key, columns } => keys::nulls_not_distinct(key, columns),
        K::GlobalRowsOnCitus => citus::global_rows(),
        K::TenantColumnType { column, found, expected } => columns::other_type(column, found, expected),
        K::TenantColumnDefault { column, default } => columns::default(on, column, default),
        K::NoPrimaryKey => keys::no_primary(),
        K::PrimaryKeyWithoutTenant { columns } => keys::primary(columns),
        K::UniqueWithoutTenant { key, columns } => keys::unique(key, columns),
        K::IndexWithoutTenant { key, columns } => keys::index(key, columns),
        K::ForeignKeyWithoutTenant { key, columns, parent } => {
            foreign_keys::without_tenant(key, columns, parent)
        }
        K::ForeignKeyUnchecked { key, columns, parent } => foreign_keys::unchecked(key, columns, parent),
        K::ForeignKeyComputed { key, columns, parent } => foreign_keys::computed(key, columns, parent),
        K::ForeignKeyDefault { column, default, parent } => {
            foreign_keys::default(on, column, default, parent)
        }
        K::ForeignKeyFromOutside { key, columns, parent } => foreign_keys::from_outside(key, columns, parent),
        K::SetNull { key, columns, parent } => foreign_keys::set_null(key, columns, parent),
        K::ActionChanges { key, columns, parent } => foreign_keys::action_changes(key, columns, parent),
        K::StatementOfOldKey { statement, clause } => keys::statement(statement, clause),
        K::RowsAcrossTenants { columns, parent, rows } => tables::rows_across(on, columns, parent, *rows),
        K::RowsHidden => tables::rows_hidden(),
        K::SmallIds { column, ty } => columns::small_ids(column, ty),
        K::NoRowLevelSecurity => security::disabled(),
        K::RowLevelSecurityNotForced { owner } => security::not_forced(on, owner),
        K::PolicyNotByTenant { policy } => security::policy_not_by_tenant(policy),
        K::PolicyFunction { policy, function } => security::policy_function(policy, function),
        K::PartitionWithoutPolicy { partition } => security::partition(partition),
        K::ViewOfOwner { view, owner } => security::view(view, owner),
        K::MaterializedView { view } => security::materialized_view(view),
        K::FunctionOfOwner { owner } => security::definer_function(on, owner),
        K::LeakproofFunction => security::leakproof_function(on),
        K::RoleUnbound => security::role(),
        K::NotDistributed => citus::not_distributed(),
        K::NotColocated => citus::not_colocated(),
        K::NotReference => citus::not_reference(),
        K::ReferenceOfTenants => citus::reference_of_tenants(),
    }
}
