//! Puts the tenant into a syntax tree, or refuses it.
//!
//! One statement kind or concern a file. Every function takes a node apart without `..`, so that a new field of the
//! parser's tree is met at compile time.

mod delete;
mod expr;
mod frame;
mod from;
mod function;
mod group_by;
mod insert;
mod parents;
mod query;
mod select;
mod types;
mod update;
mod upsert;

use crate::{
    catalogue::{Catalogue, Ownership, Table, TenantType},
    dialect::{ByteComparison, Engine, Placeholders},
    names,
    output_names::ItemTexts,
    plan::{Found, Literal, StatementKind, TenantCheck, TenantCheckKind},
    refusal::{Refusal, Result, refuse, refuse_on, refuse_with},
    statement_names,
};
use frame::Frame;
use sqlparser::{
    ast::{BinaryOperator, CastKind, DataType, Expr, Ident, ObjectName, Statement, Value, ValueWithSpan},
    tokenizer::Span,
};
use std::collections::BTreeSet;

/// Numbers above every value of the caller stand for the tenant, one for each type of tenant column.
const TENANT_BASE: usize = 900_000;

/// What a rewrite found, beside the tree that it changed.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) kind: StatementKind,
    pub(crate) tables: Vec<String>,
    pub(crate) checks: Vec<TenantCheck>,
}

/// Rewrites `statement` in place.
pub(crate) fn statement(
    catalogue: &Catalogue,
    engine: Engine,
    texts: ItemTexts<'_>,
    statement: &mut Statement,
) -> Result<Outcome> {
    let mut rewriter = Rewriter {
        catalogue,
        engine,
        texts,
        ctes: Vec::new(),
        frames: Vec::new(),
        queries: 0,
        checks: Vec::new(),
        tables: BTreeSet::new(),
    };
    let kind = rewriter.statement(statement)?;
    let Rewriter { catalogue: _, engine: _, texts: _, ctes: _, frames: _, queries: _, checks, tables } =
        rewriter;
    Ok(Outcome { kind, tables: tables.into_iter().collect(), checks })
}

/// The placeholder text that stands for the tenant as `ty`, in a tree.
pub(crate) fn tenant_placeholder(engine: Engine, ty: TenantType) -> String {
    let sign = match engine.placeholders() {
        Placeholders::Dollar => '$',
        Placeholders::Question | Placeholders::Positional => '?',
    };
    let number = TENANT_BASE + TenantType::ALL.iter().position(|each| *each == ty).unwrap_or_default();
    format!("{sign}{number}")
}

/// What a placeholder of a rewritten tree stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The caller's value of this index, from 0.
    Caller(usize),
    /// The tenant as this type.
    Tenant(TenantType),
}

/// Reads a placeholder of a rewritten tree.
pub(crate) fn read_placeholder(text: &str) -> Option<Bound> {
    let number: usize = text.get(1..)?.parse().ok()?;
    match number.checked_sub(TENANT_BASE) {
        Some(index) => TenantType::ALL.get(index).copied().map(Bound::Tenant),
        None => number.checked_sub(1).map(Bound::Caller),
    }
}

/// The state of one rewrite.
struct Rewriter<'a> {
    catalogue: &'a Catalogue,
    engine: Engine,
    /// The texts of select lists, where the engine names results after them.
    texts: ItemTexts<'a>,
    /// Names of the common table expressions in sight, innermost last, as the engine stores them.
    ctes: Vec<String>,
    /// The tables of each FROM in sight, innermost last.
    frames: Vec<Frame<'a>>,
    /// How many queries have been met.
    queries: usize,
    checks: Vec<TenantCheck>,
    tables: BTreeSet<String>,
}

/// What a name in FROM stands for.
enum Relation<'a> {
    Cte,
    Table(&'a Table),
}

impl<'a> Rewriter<'a> {
    fn statement(&mut self, statement: &mut Statement) -> Result<StatementKind> {
        match statement {
            Statement::Query(query) => self.query(query),
            Statement::Insert(insert) => self.insert(insert).map(|()| StatementKind::Insert),
            Statement::Update(update) => self.update(update).map(|()| StatementKind::Update),
            Statement::Delete(delete) => self.delete(delete).map(|()| StatementKind::Delete),
            other => refuse(statement_names::of(other)),
        }
    }

    /// Finds what a name in FROM means.
    fn relation(&self, name: &ObjectName) -> Result<Relation<'a>> {
        let parts = names::parts(name)?;
        if let [single] = parts[..] {
            let stored = names::folded(self.engine.table_folding(), single);
            if self.ctes.contains(&stored) {
                return Ok(Relation::Cte);
            }
        }
        self.table(name).map(Relation::Table)
    }

    /// Finds the table of a name that cannot be a common table expression.
    fn table(&self, name: &ObjectName) -> Result<&'a Table> {
        let unknown = || Refusal::UnknownTable { table: name.to_string() };
        let (schema, table) = match names::parts(name)?[..] {
            [table] => (None, table),
            [schema, table] => (Some(schema), table),
            _ => return Err(unknown()),
        };
        self.catalogue.resolve(self.engine, schema, table).ok_or_else(unknown)
    }

    /// Finds the table that a statement writes to, if a scope may write it.
    fn written_table(&mut self, name: &ObjectName) -> Result<&'a Table> {
        let Relation::Table(table) = self.relation(name)? else {
            return refuse_with("a write to a common table expression", "write to the table itself");
        };
        self.tables.insert(table.qualified_name());
        match table.ownership() {
            Ownership::Shared { writable: false } => {
                Err(Refusal::SharedTableWrite { table: table.qualified_name() })
            }
            Ownership::Shared { writable: true } | Ownership::Tenant { .. } | Ownership::Root { .. } => {
                Ok(table)
            }
        }
    }

    /// A name quoted as the engine quotes names.
    fn quoted(&self, name: &str) -> Ident {
        Ident::with_quote(self.engine.identifier_quote(), name)
    }

    /// The tenant as a bound value.
    fn tenant(&self, ty: TenantType) -> Expr {
        placeholder(tenant_placeholder(self.engine, ty))
    }

    /// `qualifier.tenant = <tenant>`, or nothing for a shared table.
    ///
    /// Where texts compare loosely a second comparison, of bytes, follows the first, which an index serves.
    fn predicates(&self, table: &Table, qualifier: &Ident) -> Vec<Expr> {
        let Some((column, ty)) = table.tenant_column() else { return Vec::new() };
        let own = || self.tenant_column_of(qualifier, column);
        let mut predicates = vec![equal(own(), self.tenant(ty))];
        if let (TenantType::Text, Some(comparison)) = (ty, self.engine.byte_comparison()) {
            let bytes = match comparison {
                ByteComparison::CastToBinary => cast(own(), DataType::Binary(None)),
                ByteComparison::CollateBinary => collate_binary(own()),
            };
            predicates.push(equal(bytes, self.tenant(ty)));
        }
        predicates
    }

    /// `qualifier.column`.
    fn tenant_column_of(&self, qualifier: &Ident, column: &str) -> Expr {
        Expr::CompoundIdentifier(vec![qualifier.clone(), self.quoted(column)])
    }

    /// Whether `ident` names this column of a table.
    fn is_column(&self, ident: &Ident, column: &str) -> bool {
        names::is_same(self.engine.column_folding(), ident, column)
    }

    /// Refuses a written column that may be the tenant column by another name: a system column, which may stand for
    /// the primary key; a name that is not ASCII, as MySQL ignores accents; one named like its table, which commands a
    /// full-text table of SQLite.
    fn check_written_column(&self, table: &Table, ident: &Ident) -> Result<()> {
        names::plain(ident)?;
        let is_odd = !ident.value.is_ascii()
            || self.is_system_column(ident)
            || self.engine.takes_commands_in_columns() && ident.value.eq_ignore_ascii_case(table.name());
        if !is_odd || table.declares(&ident.value) {
            return Ok(());
        }
        refuse_on(
            table.qualified_name(),
            format!("a write to the column `{}`", ident.value),
            "declare the table's columns",
        )
    }

    /// Records that `value`, written to the tenant column, must be the tenant; false when it is NULL or DEFAULT.
    ///
    /// `None` when the value cannot be known before the statement runs.
    fn check_tenant_value(&mut self, table: &Table, value: &Expr, kind: TenantCheckKind) -> Option<()> {
        let found = match value {
            Expr::Value(ValueWithSpan { value, span: _ }) => literal_or_placeholder(value)?,
            Expr::Identifier(ident) if is_default(ident) => return Some(()),
            Expr::Nested(inner) => return self.check_tenant_value(table, inner, kind),
            _ => return None,
        };
        if found != Found::Literal(Literal::Null) {
            self.checks.push(TenantCheck { table: table.qualified_name(), found, kind });
        }
        Some(())
    }
}

/// A literal or a caller's value, as a check knows it.
fn literal_or_placeholder(value: &Value) -> Option<Found> {
    match value {
        Value::Placeholder(text) => match read_placeholder(text)? {
            Bound::Caller(index) => Some(Found::Value(index)),
            Bound::Tenant(_) => None,
        },
        Value::Number(digits, false) => Some(Found::Literal(Literal::Number(digits.clone()))),
        // An unescaped literal keeps its doubled quotes; such a text is left to the engine's own comparison: refused.
        Value::SingleQuotedString(text) if !text.contains('\'') => {
            Some(Found::Literal(Literal::Text(text.clone())))
        }
        Value::Null => Some(Found::Literal(Literal::Null)),
        _ => None,
    }
}

/// Whether a name is the keyword DEFAULT.
fn is_default(ident: &Ident) -> bool {
    ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("default")
}

/// A placeholder of the tree.
fn placeholder(text: String) -> Expr {
    Expr::Value(ValueWithSpan { value: Value::Placeholder(text), span: Span::empty() })
}

/// `left = right`.
fn equal(left: Expr, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op: BinaryOperator::Eq, right: Box::new(right) }
}

/// `CAST(expr AS data_type)`.
fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(expr), data_type, format: None }
}

/// `expr COLLATE BINARY`.
fn collate_binary(expr: Expr) -> Expr {
    Expr::Collate { expr: Box::new(expr), collation: ObjectName::from(vec![Ident::new("BINARY")]) }
}

/// Joins the predicates and the caller's own, which comes last and in parentheses.
fn conjunction(predicates: Vec<Expr>, callers: Option<Expr>) -> Option<Expr> {
    predicates.into_iter().chain(callers.map(|expr| Expr::Nested(Box::new(expr)))).reduce(|left, right| {
        Expr::BinaryOp { left: Box::new(left), op: BinaryOperator::And, right: Box::new(right) }
    })
}

/// Puts the predicates in front of the caller's own.
fn guard(selection: &mut Option<Expr>, predicates: Vec<Expr>) {
    if !predicates.is_empty() {
        *selection = conjunction(predicates, selection.take());
    }
}
