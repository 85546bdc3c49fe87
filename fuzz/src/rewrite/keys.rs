//! What the tables' keys let a statement do: REPLACE and its like, and writes to what tenants' rows refer to.

use super::{
    joins::{Judge, idents},
    tables::{Known, Owner, Tables},
};
use sea_orm_multitenant_sql::{Engine, TenantType};
use sqlparser::ast::{Assignment, AssignmentTarget, Ident, Insert, ObjectName, SqliteOnConflict, Update};

/// Columns that name a row of a parent.
#[derive(Debug)]
pub(super) struct Foreign {
    /// The columns, without the tenant's, unless it is among them.
    pub(super) columns: &'static [&'static str],
    /// The schema of the parent, where it has one.
    pub(super) parent_schema: Option<&'static str>,
    /// The parent.
    pub(super) parent: &'static str,
    /// The parent's columns, in the same order.
    pub(super) parent_columns: &'static [&'static str],
}

impl Foreign {
    /// A key to a table without schema.
    const fn to(
        columns: &'static [&'static str],
        parent: &'static str,
        parent_columns: &'static [&'static str],
    ) -> Self {
        Self { columns, parent_schema: None, parent, parent_columns }
    }

    /// The parent, if it is in the list.
    pub(super) fn parent_in(&self, tables: Tables) -> Option<&'static Known> {
        tables.list().iter().find(|known| known.name == self.parent && known.schema == self.parent_schema)
    }

    /// Whether a value may be any tenant's as far as the database is concerned.
    fn is_open(&self, child: &Known, tables: Tables) -> bool {
        let own = child.owner.tenant().map(|(column, _)| column);
        if own.is_some() && self.columns == own.as_slice() {
            return false;
        }
        let Some(parent) = self.parent_in(tables) else { return true };
        let Some((of_parent, _)) = parent.owner.tenant() else { return false };
        !self.columns.iter().zip(self.parent_columns).any(|pair| (Some(*pair.0), *pair.1) == (own, of_parent))
    }
}

/// The keys of `task`.
pub(super) const TASK: &[Foreign] = &[Foreign::to(&["project_id"], "project", &["id"])];

/// The key of `common`, whose rows refer to each other.
pub(super) const COMMON: &[Foreign] = &[Foreign::to(&["common_id"], "common", &["id"])];

/// The keys of `log`, which is nobody's.
pub(super) const LOG: &[Foreign] = &[Foreign::to(&["p_id"], "p", &["id"])];

/// The keys of `child`, of all kinds.
pub(super) const CHILD: &[Foreign] = &[
    Foreign::to(&["p_id"], "p", &["id"]),
    Foreign::to(&["old_p_id"], "p", &["id"]),
    Foreign::to(&["child_id"], "child", &["id"]),
    Foreign::to(&["q_a", "q_b"], "q", &["x", "name"]),
    Foreign::to(&["t", "r_id"], "r", &["t", "id"]),
    Foreign::to(&["friend"], "root", &["id"]),
    Foreign { columns: &["far_id"], parent_schema: Some("app"), parent: "far", parent_columns: &["id"] },
    Foreign::to(&["ref_id"], "ref_", &["id"]),
    Foreign::to(&["kind_id"], "kind", &["id"]),
    Foreign::to(&["u_id"], "unknown", &["id"]),
];

impl Known {
    /// The keys whose values a statement must look up.
    pub(super) fn looked_up(&self, tables: Tables) -> impl Iterator<Item = &'static Foreign> {
        self.foreign.iter().filter(move |key| key.is_open(self, tables))
    }

    /// The column by which rows of tenants refer to this table, where it is nobody's.
    fn referred(&self, tables: Tables) -> impl Iterator<Item = &'static str> {
        let is_shared = matches!(self.owner, Owner::Shared | Owner::Writable);
        let children = tables.list().iter().filter(move |child| is_shared && child.owner.tenant().is_some());
        let keys = children.flat_map(|child| child.foreign);
        let keys = keys.filter(|key| key.parent == self.name && key.parent_schema == self.schema);
        keys.flat_map(|key| key.parent_columns.iter().copied())
    }
}

impl Judge<'_> {
    /// Demands that a DELETE fails where global rows refer to a row of the tenant.
    pub(super) fn keeps_references(
        &self,
        known: &Known,
        condition: Option<&sqlparser::ast::Expr>,
    ) -> Result<(), String> {
        let children = self.tables.list().iter().filter(|child| child.global_rows);
        let mut keys = children.flat_map(|child| child.foreign.iter().map(move |key| (child, key)));
        let refers = keys.find(|(_, key)| key.parent == known.name);
        let text = condition.map(ToString::to_string).unwrap_or_default();
        match refers {
            Some((child, _)) if !text.contains(&format!("global rows of {} refer", child.name)) => {
                Err(format!("global rows of `{}` may refer to what is deleted", child.name))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// What an INSERT says about rows whose key is taken, ON aside.
    pub(super) fn replaces(&self, insert: &Insert, known: &Known) -> Result<(), String> {
        let or = insert.or.as_ref().filter(|or| **or != SqliteOnConflict::Abort);
        if insert.overwrite {
            return Err("INSERT OVERWRITE".to_owned());
        }
        if !insert.replace_into && !insert.ignore && or.is_none() {
            return Ok(());
        }
        if insert.on.is_some() {
            return Err("an INSERT that replaces or ignores, with ON".to_owned());
        }
        let replaces = insert.replace_into || or == Some(&SqliteOnConflict::Replace);
        self.may_replace(known, replaces, insert.ignore)
    }

    /// What an UPDATE says about rows whose key is taken.
    pub(super) fn update_replaces(&self, update: &Update, known: &Known) -> Result<(), String> {
        match &update.or {
            None | Some(SqliteOnConflict::Abort) => Ok(()),
            Some(or) => {
                let ignores = *or == SqliteOnConflict::Ignore && self.engine == Engine::MySql;
                self.may_replace(known, *or == SqliteOnConflict::Replace, ignores)
            }
        }
    }

    fn may_replace(&self, known: &Known, replaces: bool, makes_warnings: bool) -> Result<(), String> {
        if makes_warnings && known.looked_up(self.tables).next().is_some() {
            return Err(format!("IGNORE, which makes a warning of a failed check of `{}`", known.name));
        }
        let makes_defaults = replaces && self.engine == Engine::Sqlite;
        if makes_defaults && known.looked_up(self.tables).next().is_some() {
            return Err(format!("REPLACE, which may make a DEFAULT of NULL in `{}`", known.name));
        }
        match known.owner.tenant() {
            None if replaces => self.leaves_rows(known),
            None => Ok(()),
            Some((_, ty)) => {
                let is_exact = ty != TenantType::Text || self.engine == Engine::Postgres;
                if known.tenant_in_every_key && self.tables.knows_columns() && is_exact {
                    Ok(())
                } else {
                    Err(format!("`{}` is replaced or ignored, by keys of other tenants", known.name))
                }
            }
        }
    }

    /// Demands that no tenant's row refers to a table from which rows go away.
    pub(super) fn leaves_rows(&self, known: &Known) -> Result<(), String> {
        match known.referred(self.tables).next() {
            Some(_) => Err(format!("rows go away from `{}`, to which tenants' refer", known.name)),
            None => Ok(()),
        }
    }

    /// Demands that no column is set by which tenants' rows refer to a table.
    pub(super) fn leaves_keys(&self, known: &Known, assignments: &[Assignment]) -> Result<(), String> {
        let referred: Vec<_> = known.referred(self.tables).collect();
        let is_referred = |ident: &Ident| referred.iter().any(|column| self.is_column(ident, column));
        let names = assignments.iter().flat_map(|assignment| match &assignment.target {
            AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
            AssignmentTarget::Tuple(names) => names.as_slice(),
        });
        let is_set = |name: &&ObjectName| {
            idents(name).is_ok_and(|idents| idents.last().is_some_and(|i| is_referred(i)))
        };
        match names.into_iter().find(is_set) {
            Some(name) => {
                Err(format!("`{name}` of `{}` is set, by which tenants' rows refer to it", known.name))
            }
            None => Ok(()),
        }
    }
}
