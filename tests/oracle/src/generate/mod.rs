//! Generates random statements.
//!
//! Each has one correct answer, whatever the engine's plan: rows are limited only in a total order, values that depend
//! on the order of rows are not selected, and a write does not write what it reads.

mod aggregate;
mod class;
mod delete;
mod derived;
mod engine;
mod expr;
mod from;
mod insert;
mod join;
mod lock;
mod order;
mod own;
mod predicate;
mod query;
mod returning;
mod scope;
mod seaorm;
mod seaorm_write;
mod select;
mod set_operation;
mod subquery;
#[cfg(test)]
mod tests;
mod text;
mod update;
mod upsert;
mod value;
mod window;
mod with;

pub use class::Class;

use crate::{
    choices::Choices,
    schema::{Backend, Role, Schema},
};
use scope::Rel;
use sea_orm::Value;
use text::Style;

/// A statement as a program would send it.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its text.
    pub sql: String,
    /// Its text for the database of the tenant alone: there a write says that it is to the tenant's own rows only.
    pub alone: String,
    /// Its values.
    pub values: Vec<Value>,
    /// The class.
    pub class: Class,
    /// Whether its rows have one correct order.
    pub ordered: bool,
}

/// Generates a random statement for `schema`.
pub fn statement(choices: &mut Choices, schema: &Schema) -> Statement {
    let class = weighted(choices, schema.backend);
    let style = match choices.below(10) {
        0..=4 => Style::Bare,
        5..=7 => Style::Quoted,
        _ => Style::Mixed,
    };
    let fuel = choices.below(14);
    let mut generator = Generator {
        choices,
        schema,
        values: Vec::new(),
        style,
        scopes: Vec::new(),
        ctes: Vec::new(),
        used: Vec::new(),
        fuel,
        fresh: 0,
        unread: None,
        may_be_bare: true,
        literals_only: false,
        binds_all: false,
        focus: class,
        may_merge: true,
        may_window: true,
        crosses: 0,
    };
    let Text { sql, ordered } = generator.statement(class);
    let values = std::mem::take(&mut generator.values);
    let (sql, values) = text::finish(choices, schema.backend, &sql, &values);
    let (sql, alone) = own::split(&sql);
    Statement { sql, alone, values, class, ordered }
}

/// Chooses a class, weighted; the first is the simplest.
fn weighted(choices: &mut Choices, backend: Backend) -> Class {
    let weights = [
        (Class::SelectFlat, 5),
        (Class::SeaOrmRead, 14),
        (Class::SeaOrmWrite, 10),
        (Class::SelectJoins, 12),
        (Class::SelectDerived, 10),
        (Class::SelectSubqueries, 10),
        (Class::SetOperation, 6),
        (Class::Aggregate, 8),
        (Class::Window, 4),
        (Class::Lock, if backend.is_sqlite() { 0 } else { 2 }),
        (Class::InsertValues, 4),
        (Class::InsertSelect, 3),
        (Class::Upsert, 5),
        (Class::Update, 5),
        (Class::UpdateFrom, if backend.is_mariadb() { 1 } else { 3 }),
        (Class::Delete, 4),
        (
            Class::DeleteUsing,
            [2, 1, 0][usize::from(!backend.is_postgres()) + usize::from(backend.is_sqlite())],
        ),
        (Class::WriteInWith, if backend.is_postgres() { 2 } else { 0 }),
        (Class::Replace, if backend.is_postgres() { 0 } else { 1 }),
    ];
    let mut at = choices.below(weights.iter().map(|(_, weight)| weight).sum());
    for (class, weight) in weights {
        if at < weight {
            return class;
        }
        at -= weight;
    }
    Class::SelectFlat
}

/// A statement whose values are still marks.
struct Text {
    sql: String,
    ordered: bool,
}

impl Text {
    fn unordered(sql: String) -> Self {
        Self { sql, ordered: false }
    }
}

/// The state while a statement is generated.
struct Generator<'a> {
    choices: &'a mut Choices,
    schema: &'a Schema,
    values: Vec<Value>,
    style: Style,
    /// The sources of the outer queries, innermost last.
    scopes: Vec<Vec<Rel>>,
    /// The common table expressions in scope.
    ctes: Vec<Rel>,
    /// The names used in the current FROM clause.
    used: Vec<String>,
    /// The number of further tables and subqueries that the statement may have.
    fuel: u32,
    /// The number of the last generated name.
    fresh: u32,
    /// The table that is being written, if reading it would show the progress of the write.
    unread: Option<usize>,
    /// Whether a column may be written without its table.
    may_be_bare: bool,
    /// Whether values must not be bound, because the expression is written twice.
    literals_only: bool,
    /// Whether every value is bound.
    binds_all: bool,
    /// What the statement must demonstrate.
    focus: Class,
    /// Whether a join may have USING or be NATURAL.
    may_merge: bool,
    /// Whether a subquery may have window functions.
    may_window: bool,
    /// The number of joins without a condition in its FROM clause.
    crosses: u32,
}

impl Generator<'_> {
    fn backend(&self) -> Backend {
        self.schema.backend
    }

    fn statement(&mut self, class: Class) -> Text {
        match class {
            Class::SelectFlat
            | Class::SelectJoins
            | Class::SelectDerived
            | Class::SelectSubqueries
            | Class::SetOperation
            | Class::Aggregate
            | Class::Window => self.top_query(class),
            Class::Lock => self.locking_select(),
            Class::SeaOrmRead => self.seaorm_read(),
            Class::SeaOrmWrite => self.seaorm_write(),
            Class::InsertValues => self.insert_values(),
            Class::InsertSelect => self.insert_select(),
            Class::Upsert => self.upsert(),
            Class::Replace => self.replace(),
            Class::Update => self.update(),
            Class::UpdateFrom => self.update_from(),
            Class::Delete => self.delete(),
            Class::DeleteUsing => self.delete_using(),
            Class::WriteInWith => self.write_in_with(),
        }
    }

    /// Whether the statement writes.
    fn writes(&self) -> bool {
        match self.focus {
            Class::SelectFlat
            | Class::SelectJoins
            | Class::SelectDerived
            | Class::SelectSubqueries
            | Class::SetOperation
            | Class::Aggregate
            | Class::Window
            | Class::Lock
            | Class::SeaOrmRead => false,
            Class::SeaOrmWrite
            | Class::InsertValues
            | Class::InsertSelect
            | Class::Upsert
            | Class::Replace
            | Class::Update
            | Class::UpdateFrom
            | Class::Delete
            | Class::DeleteUsing
            | Class::WriteInWith => true,
        }
    }

    /// Uses fuel for one more table or subquery, if there is any left.
    fn spend(&mut self) -> bool {
        let has_fuel = self.fuel > 0;
        self.fuel = self.fuel.saturating_sub(1);
        has_fuel
    }

    /// Returns a name that the statement has not used.
    fn fresh(&mut self, prefix: &str) -> String {
        self.fresh += 1;
        format!("{prefix}{}", self.fresh)
    }

    /// Returns a table that may be read here.
    fn any_table(&mut self) -> usize {
        let tables: Vec<usize> =
            (0..self.schema.tables.len()).filter(|table| self.may_read(*table)).collect();
        // Tenant tables are where mistakes happen; the schema's first tables may be of other kinds.
        let owned: Vec<usize> = tables.iter().copied().filter(|table| self.is_owned(*table)).collect();
        if owned.is_empty() || self.choices.chance(25) {
            return *self.choices.pick(&tables);
        }
        *self.choices.pick(&owned)
    }

    /// Whether a table may be read here under its own name.
    fn may_read(&self, table: usize) -> bool {
        let is_shadowed = self.ctes.iter().any(|cte| cte.name == self.schema.tables[table].name);
        Some(table) != self.unread && !is_shadowed
    }

    /// Returns a table that a scope may write.
    fn written_table(&mut self) -> usize {
        let may_write = |role: &Role| !matches!(role, Role::Shared { writable: false });
        let tables: Vec<usize> = (0..self.schema.tables.len())
            .filter(|table| may_write(&self.schema.tables[*table].role))
            .collect();
        let owned: Vec<usize> = tables.iter().copied().filter(|table| self.is_owned(*table)).collect();
        if owned.is_empty() || self.choices.chance(15) {
            return *self.choices.pick(&tables);
        }
        *self.choices.pick(&owned)
    }

    fn is_owned(&self, table: usize) -> bool {
        matches!(self.schema.tables[table].role, Role::Tenant { .. })
    }

    /// Runs `inner` with qualified columns.
    fn qualified<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.may_be_bare, false);
        let out = inner(self);
        self.may_be_bare = before;
        out
    }
}
