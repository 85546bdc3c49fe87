//! Tables with global rows, which every tenant reads, in addition to rows of tenants.

use crate::catalogue::{foreign_key::ForeignKey, links::FAILURE, table::Table, tables::Catalogue};

impl Table {
    /// Declares that the tenant column may be NULL, and that every tenant reads the rows in which it is: global rows.
    ///
    /// A scope reads its own rows and the global ones, and writes its own only. The primary key must not contain the
    /// tenant column.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, scope_statement};
    ///
    /// let tag = Table::tenant("tag", "account_id", TenantType::BigInt).with_global_rows();
    /// let catalogue = Catalogue::new([tag]).expect("no conflicts");
    /// let scope = |sql| scope_statement(&catalogue, Engine::Sqlite, sql).map(|scoped| scoped.sql().to_owned());
    /// assert_eq!(
    ///     scope("SELECT name FROM tag")?,
    ///     "SELECT `name` FROM `tag` WHERE (`tag`.`account_id` = ? OR `tag`.`account_id` IS NULL)"
    /// );
    /// assert_eq!(scope("DELETE FROM tag")?, "DELETE FROM `tag` WHERE `tag`.`account_id` = ?");
    /// # Ok::<(), sea_orm_multitenant_sql::Refusal>(())
    /// ```
    #[must_use]
    pub fn with_global_rows(mut self) -> Self {
        self.global_rows = true;
        self
    }

    /// Whether every tenant reads the rows whose tenant column is NULL.
    pub fn has_global_rows(&self) -> bool {
        self.global_rows
    }

    /// What the engine says when global rows refer to a tenant's rows, which a scope would delete. Holds no quotes and
    /// no values.
    pub(crate) fn global_child_failure(&self, key: &ForeignKey) -> String {
        let (table, columns) = (self.qualified_name(), key.columns().join(", "));
        format!(
            "{FAILURE}global rows of {table} refer by {columns} to rows of {} of this tenant",
            key.parent()
        )
    }
}

/// A foreign key by which global rows may refer to rows of tenants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GlobalReference<'a> {
    /// The table with global rows, which has the key.
    pub(crate) child: &'a Table,
    /// The key.
    pub(crate) key: &'a ForeignKey,
    /// The table to whose rows it refers.
    pub(crate) parent: &'a Table,
}

impl Catalogue {
    /// By which foreign keys global rows may refer to rows of `table`, or to rows that a delete of those may cascade to.
    ///
    /// A key that pairs the tenant columns is none of them: of a global row, it is NULL in part, and refers to nothing.
    pub(crate) fn global_references<'a>(&'a self, table: &Table) -> Vec<GlobalReference<'a>> {
        if !self.has_global_rows || table.tenant_column().is_none() {
            return Vec::new();
        }
        let reached = self.reached(table);
        let children = self.tables().iter().filter(|child| child.has_global_rows());
        let checks = children.flat_map(|child| self.keys_without_tenant(child, child.relating_keys()));
        let references = checks.filter_map(|check| {
            let parent = check.parent.filter(|_| check.key.is_paired())?;
            let is_reached = reached.iter().any(|each| std::ptr::eq(*each, parent));
            is_reached.then_some(GlobalReference { child: check.table, key: check.key, parent })
        });
        references.collect()
    }

    /// The table itself, and those whose rows refer to its rows, directly or not.
    fn reached<'a>(&'a self, table: &Table) -> Vec<&'a Table> {
        let is = |each: &&'a Table, other: &Table| std::ptr::eq(*each, other);
        let mut reached: Vec<_> = self.tables().iter().filter(|each| is(each, table)).collect();
        let mut next = 0;
        while let Some(parent) = reached.get(next).copied() {
            next += 1;
            for child in self.tables() {
                let refers = child.relating_keys().any(|key| self.is_parent(key, parent));
                if refers && !reached.iter().any(|each| is(each, child)) {
                    reached.push(child);
                }
            }
        }
        reached
    }

    fn is_parent(&self, key: &ForeignKey, table: &Table) -> bool {
        let parent = self.declared(key.parent_schema.as_deref(), &key.parent);
        parent.is_some_and(|parent| std::ptr::eq(parent, table))
    }

    /// The columns of a table by which rows refer to its rows; none where no table has global rows.
    pub(crate) fn referenced_columns<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = &'a str> {
        let tables = if self.has_global_rows { self.tables() } else { &[] };
        let keys = tables.iter().flat_map(Table::relating_keys);
        let keys = keys.filter(move |key| self.is_parent(key, table));
        keys.flat_map(ForeignKey::parent_columns).map(String::as_str)
    }

    /// The table whose global rows refer to rows that a scope would have deleted, and the key by which they do, when
    /// that is what an engine's message says.
    ///
    /// ```
    /// assert_eq!(sea_orm_multitenant_sql::Catalogue::default().failed_global_reference("no such table"), None);
    /// ```
    pub fn failed_global_reference(&self, message: &str) -> Option<(&Table, &ForeignKey)> {
        if !message.contains(FAILURE) {
            return None;
        }
        let tables = self.tables().iter().filter(|table| table.has_global_rows());
        let mut keys = tables.flat_map(|table| table.relating_keys().map(move |key| (table, key)));
        keys.find(|(table, key)| message.contains(&table.global_child_failure(key)))
    }
}
