//! Where foreign keys lead: which values a scope checks, and by which columns rows of tenants are related.

use crate::{
    catalogue::{foreign_key::ForeignKey, table::Table, tables::Catalogue},
    key_type::KeyType,
};

impl ForeignKey {
    /// What the engine says when a value names no row of the tenant's own. Holds no quotes and no values.
    pub(crate) fn failure(&self, table: &Table) -> String {
        let (table, columns) = (table.qualified_name(), self.columns.join(", "));
        format!("{FAILURE}{table} ({columns}) names no row of {} of its tenant", self.parent())
    }

    /// Whether a scope leaves the key to the database: it pairs the tenant columns of both tables, or is the tenant
    /// column alone, which the scope fills, or the parent is shared.
    fn is_left_to_database(&self, table: &Table, parent: Option<&Table>) -> bool {
        let own = table.tenant_column().map(|(column, _)| column);
        let is_tenant = matches!(self.columns.as_slice(), [only] if own == Some(only.as_str()));
        let Some(parent) = parent else { return is_tenant };
        match parent.tenant_column() {
            None => true,
            Some((of_parent, _)) => {
                let mut pairs = self.columns.iter().zip(&self.parent_columns);
                is_tenant || pairs.any(|(column, parent)| own == Some(column.as_str()) && parent == of_parent)
            }
        }
    }
}

/// What every failure of a check begins with.
pub(super) const FAILURE: &str = "sea_orm_multitenant: ";

/// A foreign key whose values a scope must check.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParentCheck<'a> {
    /// The table that has the key.
    pub(crate) table: &'a Table,
    /// The key.
    pub(crate) key: &'a ForeignKey,
    /// The parent; none when the catalogue does not know it.
    pub(crate) parent: Option<&'a Table>,
    /// Whether the type of a value is settled together with those of others, as in CASE and UNION.
    pub(crate) is_among_others: bool,
}

impl ParentCheck<'_> {
    /// The same key, for a value of which the type is settled together with those of others.
    pub(crate) fn among_others(self) -> Self {
        Self { is_among_others: true, ..self }
    }

    /// The types of the parent's key, by column; none where neither table tells.
    pub(crate) fn key_types(&self) -> Vec<Option<KeyType>> {
        let pairs = self.key.columns.iter().zip(&self.key.parent_columns);
        pairs
            .map(|(column, named)| {
                self.parent.and_then(|parent| parent.key_type(named)).or_else(|| self.table.key_type(column))
            })
            .collect()
    }

    /// Whether another key names a row of the same parent by the same columns.
    pub(crate) fn names_same(&self, other: &Self) -> bool {
        let same_parent = match (self.parent, other.parent) {
            (Some(own), Some(others)) => std::ptr::eq(own, others),
            (None, _) | (_, None) => false,
        };
        same_parent && self.key.parent_columns == other.key.parent_columns
    }
}

/// Columns without the tenant by which code tells a table's rows, or relates them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link<'a> {
    /// The table whose rows two tenants may have under one key: the one that has the columns, or the parent that they name.
    pub(crate) table: &'a Table,
    /// The columns.
    pub(crate) columns: &'a [String],
    /// Those of `table` that they equal.
    pub(crate) other_columns: &'a [String],
    /// Whether they are the primary key.
    pub(crate) is_primary: bool,
}

impl Table {
    /// What the engine says when rows of two tenants have one key. Holds no quotes and no values.
    pub(crate) fn shared_key_failure(&self) -> String {
        format!("{FAILURE}rows of {} of two tenants have one key", self.qualified_name())
    }
}

impl Catalogue {
    /// The table of which two tenants of a set have rows of one key, when that is what an engine's message says.
    pub fn failed_shared_key(&self, message: &str) -> Option<&Table> {
        if !message.contains(FAILURE) {
            return None;
        }
        self.tables().iter().find(|table| message.contains(&table.shared_key_failure()))
    }

    /// The columns without the tenant by which a tenant table's rows are told or related: its primary key, the foreign
    /// keys that it has, and what those of other tables name.
    pub(crate) fn links_without_tenant<'a>(&'a self, table: &'a Table) -> Vec<Link<'a>> {
        let Some((tenant, _)) = table.tenant_column() else { return Vec::new() };
        let lacks_tenant = |columns: &[String]| {
            !columns.is_empty() && columns.iter().all(|column| !column.eq_ignore_ascii_case(tenant))
        };
        let own =
            |columns: &'a [String], is_primary| Link { table, columns, other_columns: columns, is_primary };
        let primary = Some(table.primary_key()).filter(|key| lacks_tenant(key)).map(|key| own(key, true));
        let mut links: Vec<_> = primary.into_iter().collect();
        for ParentCheck { table: _, key, parent, is_among_others: _ } in
            self.keys_without_tenant(table, table.relating_keys())
        {
            if let Some(parent) = parent.filter(|_| key.is_paired()) {
                let (columns, other_columns) = (key.columns(), key.parent_columns());
                links.push(Link { table: parent, columns, other_columns, is_primary: false });
            }
        }
        let all = self.tables().iter();
        for check in all.flat_map(|child| self.keys_without_tenant(child, child.relating_keys())) {
            let columns = check.key.parent_columns();
            let is_named = check.parent.is_some_and(|parent| std::ptr::eq(parent, table));
            if is_named
                && lacks_tenant(columns)
                && !links.iter().any(|link| link.columns == columns && std::ptr::eq(link.table, table))
            {
                links.push(own(columns, false));
            }
        }
        links
    }

    /// The foreign key whose check has failed, and the table that has it, when that is what an engine's message says.
    pub fn failed_foreign_key(&self, message: &str) -> Option<(&Table, &ForeignKey)> {
        if !message.contains(FAILURE) {
            return None;
        }
        let tables = self.tables().iter();
        let mut keys = tables.flat_map(|table| table.foreign_keys().iter().map(move |key| (table, key)));
        keys.find(|(table, key)| message.contains(&key.failure(table)))
    }

    /// A key by which tenants' rows name rows of this shared table.
    pub(crate) fn key_of_tenants_to(&self, shared: &Table) -> Option<(&Table, &ForeignKey)> {
        let children = self.tables().iter().filter(|table| table.tenant_column().is_some());
        let mut keys = children.flat_map(|table| table.foreign_keys().iter().map(move |key| (table, key)));
        keys.find(|(_, key)| {
            let parent = self.declared(key.parent_schema.as_deref(), &key.parent);
            parent.is_some_and(|parent| std::ptr::eq(parent, shared))
        })
    }

    /// The foreign keys of a table whose values a scope must check.
    pub(crate) fn parent_checks<'a>(&'a self, table: &'a Table) -> Vec<ParentCheck<'a>> {
        self.keys_without_tenant(table, table.foreign_keys().iter()).collect()
    }

    /// The foreign keys of a table whose values a scope checks, each with its parent; `None` if the catalogue does not have
    /// the parent. For code that writes rows beside a statement of a scope.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, ForeignKey, Table, TenantType};
    ///
    /// let project = Table::tenant("project", "account_id", TenantType::BigInt);
    /// let task = Table::tenant("task", "account_id", TenantType::BigInt)
    ///     .with_foreign_key(ForeignKey::new(["project_id"], "project", ["id"]))
    ///     .with_foreign_key(ForeignKey::new(["account_id", "next_id"], "task", ["account_id", "id"]));
    /// let catalogue = Catalogue::new([project, task]).expect("no conflicts");
    /// let [project, task] = catalogue.tables() else { panic!("two tables") };
    /// let [(key, parent)] = catalogue.checked_keys(task)[..] else { panic!("one key is checked") };
    /// assert_eq!((key.columns(), parent), (&["project_id".to_owned()][..], Some(project)));
    /// ```
    pub fn checked_keys<'a>(&'a self, table: &'a Table) -> Vec<(&'a ForeignKey, Option<&'a Table>)> {
        self.parent_checks(table).into_iter().map(|check| (check.key, check.parent)).collect()
    }

    /// Those of a table's foreign keys that lead to rows of tenants without the tenant.
    pub(super) fn keys_without_tenant<'a>(
        &'a self,
        table: &'a Table,
        keys: impl Iterator<Item = &'a ForeignKey>,
    ) -> impl Iterator<Item = ParentCheck<'a>> {
        let checks = keys.map(move |key| {
            let parent = self.declared(key.parent_schema.as_deref(), &key.parent);
            ParentCheck { table, key, parent, is_among_others: false }
        });
        checks.filter(move |check| !check.key.is_left_to_database(table, check.parent))
    }
}
