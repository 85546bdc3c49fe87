//! What is known of a table's keys.

use crate::{catalogue::table::Table, tenant_type::TenantType};
use sqlparser::ast::Ident;
use std::collections::BTreeSet;

/// Why a row may take a key that another tenant's row has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyDoubt {
    /// Nobody has said that every key contains the tenant column.
    Undeclared,
    /// The key of these columns does not contain it.
    Without(Vec<String>),
    /// The key contains it as a text, and texts of two tenants may be the same to the key.
    LooseTexts,
}

impl Table {
    /// Declares that every unique key and unique index of the table contains the tenant column, and that the column
    /// has exactly the tenant's type, in the database.
    ///
    /// Then REPLACE, INSERT IGNORE, `INSERT OR …` and their like can meet no row but the tenant's own, and are let
    /// through. The primary key must be known, and no known key may lack the tenant column.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, scope_statement};
    ///
    /// let table = Table::tenant("p", "t", TenantType::BigInt).with_primary_key(["t", "id"]);
    /// let undeclared = Catalogue::new([table.clone()]).expect("no conflicts");
    /// assert!(scope_statement(&undeclared, Engine::MySql, "REPLACE INTO p (id) VALUES (1)").is_err());
    /// let declared = Catalogue::new([table.with_tenant_in_every_key()]).expect("no conflicts");
    /// assert!(scope_statement(&declared, Engine::MySql, "REPLACE INTO p (id) VALUES (1)").is_ok());
    /// ```
    #[must_use]
    pub fn with_tenant_in_every_key(mut self) -> Self {
        self.tenant_in_every_key = true;
        self
    }

    /// Whether a row of one tenant may take the key of another's; none when that cannot be.
    pub(crate) fn key_doubt(&self) -> Option<KeyDoubt> {
        let (tenant, ty) = self.tenant_column()?;
        let has_tenant = |key: &&Vec<String>| key.iter().any(|column| column.eq_ignore_ascii_case(tenant));
        let keys =
            std::iter::once(&self.primary_key).chain(&self.unique_keys).chain(&self.unique_expressions);
        let without = keys.filter(|key| !key.is_empty()).find(|key| !has_tenant(key));
        match without {
            Some(key) => Some(KeyDoubt::Without(key.clone())),
            None if !self.tenant_in_every_key || self.primary_key.is_empty() => Some(KeyDoubt::Undeclared),
            None if ty == TenantType::Text => Some(KeyDoubt::LooseTexts),
            None => None,
        }
    }

    /// The keys, primary first, as sets of lower-case column names.
    fn keys(&self) -> impl Iterator<Item = BTreeSet<String>> {
        std::iter::once(&self.primary_key)
            .chain(&self.unique_keys)
            .filter(|key| !key.is_empty())
            .map(|key| key.iter().map(|column| column.to_ascii_lowercase()).collect())
    }

    /// Whether a conflict target of these columns must name the tenant column too, to be one of the table's keys.
    pub(crate) fn key_needs_tenant(&self, columns: &[Ident]) -> bool {
        let Some((tenant, _)) = self.tenant_column() else { return false };
        let named: BTreeSet<_> = columns.iter().map(|column| column.value.to_ascii_lowercase()).collect();
        let mut with_tenant = named.clone();
        with_tenant.insert(tenant.to_ascii_lowercase());
        !self.keys().any(|key| key == named) && self.keys().any(|key| key == with_tenant)
    }

    /// The same for a conflict target with expressions, given as they are written.
    ///
    /// Which index is found says nothing of rows, so that it is enough to compare texts without their quotes, spaces
    /// and case.
    pub(crate) fn expressions_need_tenant(&self, elements: &[String]) -> bool {
        let Some((tenant, _)) = self.tenant_column() else { return false };
        let set =
            |elements: &[String]| -> BTreeSet<String> { elements.iter().map(|text| plain(text)).collect() };
        let named = set(elements);
        let mut with_tenant = named.clone();
        with_tenant.insert(plain(tenant));
        let has_key =
            |wanted: &BTreeSet<String>| self.unique_expressions.iter().any(|key| set(key) == *wanted);
        !has_key(&named) && has_key(&with_tenant)
    }
}

/// An expression without quotes and spaces, in lower case.
fn plain(expression: &str) -> String {
    expression
        .chars()
        .filter(|c| !c.is_whitespace() && !['"', '`', '[', ']'].contains(c))
        .flat_map(char::to_lowercase)
        .collect()
}
