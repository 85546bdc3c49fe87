//! Puts the tenant into a syntax tree, or refuses it.
//!
//! One statement kind or concern a file. Every function takes a node apart without `..`, so that a new field of the
//! parser's tree is met at compile time.

mod build;
mod bytes;
mod columns;
mod conflict_index;
mod delete;
mod derived_table;
mod engine_syntax;
mod explain;
mod expr;
mod frame;
mod from;
mod function;
mod group_by;
mod insert;
mod insert_named;
mod joined_write;
mod json_table;
mod parents;
mod query;
mod repeats;
mod replacing;
mod select;
mod shared_keys;
mod shared_parent;
mod stored;
mod tenant_equality;
mod types;
mod update;
mod upsert;

use crate::{
    catalogue::{Catalogue, Ownership, Table, TenantType},
    dialect::{Engine, Placeholders},
    names,
    output_names::ItemTexts,
    plan::{Found, Literal, StatementKind, TenantCheck, TenantCheckKind},
    refusal::{Refusal, Result, refuse_on, refuse_with},
    statement_names, text,
};
use build::{equal, null};
use columns::Columns;
use frame::Frame;
pub(crate) use repeats::Repeats;
use shared_keys::Named;
use sqlparser::{
    ast::{BinaryOperator, Expr, Ident, ObjectName, ObjectNamePart, Statement, Value, ValueWithSpan},
    tokenizer::Span,
};
use std::{cell::Cell, collections::BTreeSet, sync::Arc};
pub use stored::failed_strictness;
pub(crate) use tenant_equality::Tenants;
use tenant_equality::{ComputedWhole, Level, Owner};

/// Numbers above every value of the caller stand for the tenant, one for each type of tenant column.
const TENANT_BASE: usize = 900_000;

/// Numbers from here stand for the tenants of a set: as many for each of them.
const SET_BASE: usize = 1_000_000;

/// Most tenants that a statement's conditions name in all: each reference to a table names every tenant of the set.
const MAX_BOUND_TENANTS: usize = 1 << 18;

/// What a rewrite found, beside the tree that it changed.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) kind: StatementKind,
    pub(crate) tables: Arc<[String]>,
    pub(crate) checks: Vec<TenantCheck>,
    /// The caller's values, by index, whose conditions were left out because they repeat the tenant's.
    pub(crate) repeated: Vec<usize>,
}

/// Rewrites `statement` in place.
pub(crate) fn statement(
    catalogue: &Catalogue,
    engine: Engine,
    tenants: Tenants,
    repeats: Repeats,
    texts: ItemTexts<'_>,
    statement: &mut Statement,
) -> Result<Outcome> {
    let mut rewriter = Rewriter {
        catalogue,
        engine,
        tenants,
        repeats,
        texts,
        names_results: true,
        ctes: Vec::new(),
        frames: Vec::new(),
        levels: Vec::new(),
        asked: Asked::default(),
        outputs: None,
        asks_returned: false,
        compared: Cell::new(0),
        delivers: false,
        ordered: Named::default(),
        queries: 0,
        is_inserted: false,
        tenant_tables: 0,
        computed_whole: ComputedWhole::default(),
        shared_tables: Vec::new(),
        has_index_hints: false,
        locks_rows: false,
        checks: Vec::new(),
        repeated: Vec::new(),
        tables: BTreeSet::new(),
    };
    let kind = rewriter.statement(statement)?;
    rewriter.check_index_hints()?;
    let Rewriter { tables, checks, repeated, .. } = rewriter;
    Ok(Outcome { kind, tables: tables.into_iter().collect(), checks, repeated })
}

/// The placeholder text that stands for a tenant, in a tree.
fn tenant_placeholder(engine: Engine, number: usize) -> String {
    let sign = match engine.placeholders() {
        Placeholders::Dollar => '$',
        Placeholders::Question | Placeholders::Positional => '?',
    };
    format!("{sign}{number}")
}

/// What a placeholder of a rewritten tree stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    /// The caller's value of this index, from 0.
    Caller(usize),
    /// The tenant as this type.
    Tenant(TenantType),
    /// The tenant of this index in a set, from 0, as this type.
    TenantAt(usize, TenantType),
}

/// Reads a placeholder of a rewritten tree; `:1` and `@1` are names, which the parser makes of two tokens.
pub(crate) fn read_placeholder(text: &str) -> Option<Bound> {
    let number: usize = text.strip_prefix(['?', '$'])?.parse().ok()?;
    let types = TenantType::ALL.len();
    match (number.checked_sub(SET_BASE), number.checked_sub(TENANT_BASE)) {
        (Some(index), _) => Some(Bound::TenantAt(index / types, TenantType::ALL[index % types])),
        (None, Some(index)) => TenantType::ALL.get(index).copied().map(Bound::Tenant),
        (None, None) => number.checked_sub(1).map(Bound::Caller),
    }
}

/// The state of one rewrite.
struct Rewriter<'a> {
    catalogue: &'a Catalogue,
    engine: Engine,
    tenants: Tenants,
    repeats: Repeats,
    /// The texts of select lists, where the engine names results after them.
    texts: ItemTexts<'a>,
    /// Whether the query at hand has names of results that anybody sees: a subquery in an expression has none.
    names_results: bool,
    /// The common table expressions in sight, innermost last.
    ctes: Vec<CommonTable<'a>>,
    /// The tables of each FROM in sight, innermost last.
    frames: Vec<Frame<'a>>,
    /// What a subquery in each expression around meets, innermost last; for a set of tenants.
    levels: Vec<Level>,
    /// What is asked of the query that is read next.
    asked: Asked,
    /// The columns of the query that was read last, if they were asked for.
    outputs: Option<Columns<'a>>,
    /// Whether the columns of RETURNING are asked for.
    asks_returned: bool,
    /// How many names have been compared.
    compared: Cell<usize>,
    /// Whether the rows of the query at hand are those of the statement.
    delivers: bool,
    /// What the statement's rows are ordered by.
    ordered: Named,
    /// How many queries have been met.
    queries: usize,
    /// Whether the next query is what an INSERT inserts, so that nobody sees the names of its columns.
    is_inserted: bool,
    /// How many references to tenant tables in FROM have been met.
    tenant_tables: usize,
    computed_whole: ComputedWhole,
    /// The tables met that no scope writes, once a reference.
    shared_tables: Vec<String>,
    /// Whether a table with USE, FORCE or IGNORE INDEX has been met.
    has_index_hints: bool,
    /// Whether the statement locks rows: by a locking clause, or because it writes.
    locks_rows: bool,
    checks: Vec<TenantCheck>,
    repeated: Vec<usize>,
    tables: BTreeSet<String>,
}

/// What is asked of a query.
#[derive(Debug, Clone, Copy, Default)]
struct Asked {
    /// Which columns it yields.
    outputs: bool,
    /// The index of the common table expression that it defines, whose columns its first arm tells.
    defines: Option<usize>,
}

/// A common table expression.
struct CommonTable<'a> {
    /// Its name, as the engine stores it.
    name: String,
    /// Whose rows it yields.
    owner: Owner,
    columns: Columns<'a>,
    /// A table that it reads and no scope writes.
    shared: Option<String>,
}

/// What a name in FROM stands for.
enum Relation<'a> {
    Cte { owner: Owner, shared: Option<String>, columns: Columns<'a> },
    Table(&'a Table),
}

impl<'a> Rewriter<'a> {
    fn statement(&mut self, statement: &mut Statement) -> Result<StatementKind> {
        match statement {
            Statement::Query(query) => {
                self.delivers = true;
                if self.has_several_tenants() {
                    self.ordered = Named::in_order(query.order_by.as_ref());
                }
                self.nested_query(query, false)
            }
            Statement::Insert(insert) => self.writing().insert(insert).map(|()| StatementKind::Insert),
            Statement::Update(update) => self.writing().update(update).map(|()| StatementKind::Update),
            Statement::Delete(delete) => self.writing().delete(delete).map(|()| StatementKind::Delete),
            Statement::Explain {
                describe_alias: _,
                analyze: _,
                verbose: _,
                query_plan: _,
                estimate,
                statement,
                format: _,
                options,
            } => self.explain(*estimate, options.as_deref().unwrap_or_default(), statement),
            other => Err(statement_names::refusal(other)),
        }
    }

    /// The same, for a statement that writes.
    fn writing(&mut self) -> &mut Self {
        self.locks_rows = true;
        self
    }

    /// Refuses an index hint where rows are locked: InnoDB locks each row that it reads of the index, also those that the
    /// conditions leave out, and in a write those of the tables that are only read (MySQL manual, 17.7.3).
    fn check_index_hints(&self) -> Result<()> {
        if self.has_index_hints && self.locks_rows {
            return refuse_with(
                "an index hint in a statement that locks rows or writes, which may lock the rows of all tenants,",
                "leave the hint out: an index that begins with the tenant column is found without it",
            );
        }
        Ok(())
    }

    /// Whether a name in FROM is the word that stands for no table.
    fn is_dual(&self, name: &ObjectName) -> bool {
        let is_dual = |ident: &Ident| ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("dual");
        let ObjectName(parts) = name;
        self.engine.supports_dual()
            && matches!(parts.as_slice(), [ObjectNamePart::Identifier(ident)] if is_dual(ident))
    }

    /// Finds what a name in FROM means.
    fn relation(&self, name: &ObjectName) -> Result<Relation<'a>> {
        let parts = names::parts(name)?;
        if let [single] = parts[..] {
            let stored = names::folded(self.engine.table_folding(), single);
            if let Some(cte) = self.ctes.iter().rfind(|cte| cte.name == stored) {
                return Ok(Relation::Cte {
                    owner: cte.owner.clone(),
                    shared: cte.shared.clone(),
                    columns: cte.columns.clone(),
                });
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
        placeholder(tenant_placeholder(self.engine, TENANT_BASE + ty as usize))
    }

    /// `qualifier.tenant = <tenant>`, or `qualifier.tenant IN (<tenants>)`, or nothing for a shared table.
    ///
    /// For texts a second comparison, of bytes, follows the first, which an index serves.
    fn predicates(&self, table: &Table, qualifier: &Ident) -> Vec<Expr> {
        let Some((column, ty)) = table.tenant_column() else { return Vec::new() };
        let own = self.tenant_column_of(qualifier, column);
        bytes::exactly(self.engine, ty, own, |own| self.is_tenants(own, ty))
    }

    /// Refuses a statement whose conditions name more tenants in all than its length accounts for.
    fn check_bound_tenants(&self) -> Result<()> {
        let Tenants::Set(size) = self.tenants else { return Ok(()) };
        text::limit("tenants in the conditions of its tables", self.tenant_tables * size, MAX_BOUND_TENANTS)
    }

    /// `own = <tenant>` or `own IN (<tenants>)`; no value is in an empty set.
    fn is_tenants(&self, own: Expr, ty: TenantType) -> Expr {
        let Tenants::Set(size) = self.tenants else { return equal(own, self.tenant(ty)) };
        let number = |index: usize| SET_BASE + index * TenantType::ALL.len() + ty as usize;
        let each = |index| placeholder(tenant_placeholder(self.engine, number(index)));
        let list = if size == 0 { vec![null()] } else { (0..size).map(each).collect() };
        Expr::InList { expr: Box::new(own), list, negated: false }
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
            return self.check_declared(table, ident);
        }
        refuse_on(
            table.qualified_name(),
            format!("a write to the column `{}`", ident.value),
            "declare the table's columns",
        )
    }

    /// Checks a written column, and quotes it.
    fn written_column(&self, table: &Table, ident: &mut Ident) -> Result<()> {
        self.check_written_column(table, ident)?;
        names::settle(self.engine, ident)
    }

    /// The same for the name of a column that stands alone in a list.
    fn written_name(&self, table: &Table, name: &mut ObjectName) -> Result<()> {
        match name.0.as_mut_slice() {
            [ObjectNamePart::Identifier(ident)] => self.written_column(table, ident),
            _ => insert::refuse_qualified(name),
        }
    }

    /// Records that `value`, written to the tenant column, must be the tenant; false when it is NULL or DEFAULT.
    ///
    /// `None` when the value cannot be known before the statement runs.
    fn check_tenant_value(&mut self, table: &Table, value: &Expr, kind: TenantCheckKind) -> Option<()> {
        let found = match value {
            Expr::Value(ValueWithSpan { value, span: _ }) => literal_or_placeholder(self.engine, value)?,
            Expr::Identifier(ident) if is_default(ident) => return Some(()),
            Expr::Nested(inner) => return self.check_tenant_value(table, inner, kind),
            _ => return None,
        };
        if found != Found::Literal(Literal::Null) {
            self.checks.push(TenantCheck { table: table.qualified_name().into(), found, kind });
        }
        Some(())
    }
}

/// A literal or a caller's value, as a check knows it.
fn literal_or_placeholder(engine: Engine, value: &Value) -> Option<Found> {
    match value {
        Value::Placeholder(text) => match read_placeholder(text)? {
            Bound::Caller(index) => Some(Found::Value(index)),
            Bound::Tenant(_) | Bound::TenantAt(_, _) => None,
        },
        Value::Number(digits, false) => Some(Found::Literal(Literal::Number(digits.clone()))),
        // A literal is known as it is written, quotes doubled, and what a backslash in it means depends on the session:
        // with either it may be another text to the engine.
        Value::SingleQuotedString(text)
            if !(text.contains('\'') || engine.backslash_depends_on_session() && text.contains('\\')) =>
        {
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

/// Joins the predicates and the caller's own, which comes last and in parentheses.
fn conjunction(predicates: Vec<Expr>, callers: Option<Expr>) -> Option<Expr> {
    predicates.into_iter().chain(callers.map(|expr| Expr::Nested(Box::new(expr)))).reduce(|left, right| {
        Expr::BinaryOp { left: Box::new(left), op: BinaryOperator::And, right: Box::new(right) }
    })
}
