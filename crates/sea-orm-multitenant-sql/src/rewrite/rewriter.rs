//! The state of one rewrite, and what every part of it needs: names, tenants, checks.

use crate::{
    catalogue::{
        table::{Ownership, Table},
        tables::Catalogue,
    },
    engine::Engine,
    limits::MAX_VALUES,
    names,
    outcome::{Found, Literal, TenantCheck, TenantCheckKind},
    placeholder::{Bound, SET_BASE, TENANT_BASE, read_placeholder, tenant_placeholder},
    read::output_names::ItemTexts,
    refusal::{Refusal, Result, refuse_on, refuse_with},
    rewrite::{
        build::{equal, is_default, null, placeholder},
        bytes::exactly,
        columns::relation::Columns,
        frame::Frame,
        named::Named,
        owner::{ComputedWhole, Level, Owner},
    },
    tenant_type::TenantType,
    whom::Whom,
};
use sqlparser::ast::{
    CastKind, DataType, ExactNumberInfo, Expr, Ident, ObjectName, ObjectNamePart, Value, ValueWithSpan,
};
use std::{cell::Cell, collections::BTreeSet};

/// The state of one rewrite.
pub(super) struct Rewriter<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) engine: Engine,
    pub(super) whom: Whom,
    /// The texts of select lists, where the engine names results after them.
    pub(super) texts: ItemTexts<'a>,
    /// Whether the query at hand has names of results that anybody sees: a subquery in an expression has none.
    pub(super) names_results: bool,
    /// The common table expressions in sight, innermost last.
    pub(super) ctes: Vec<CommonTable<'a>>,
    /// The tables of each FROM in sight, innermost last.
    pub(super) frames: Vec<Frame<'a>>,
    /// What a subquery in each expression around meets, innermost last; for a set of tenants.
    pub(super) levels: Vec<Level>,
    /// What is asked of the query that is read next.
    pub(super) asked: Asked,
    /// The columns of the query that was read last, if they were asked for.
    pub(super) outputs: Option<Columns<'a>>,
    /// Whether the columns of RETURNING are asked for.
    pub(super) asks_returned: bool,
    /// How many names have been compared.
    pub(super) compared: Cell<usize>,
    /// How many tenants the predicates for a set list together.
    pub(super) tenants_written: Cell<usize>,
    /// Whether the rows of the query at hand are those of the statement.
    pub(super) delivers: bool,
    /// What the statement's rows are ordered by.
    pub(super) ordered: Named,
    /// How many queries have been met.
    pub(super) queries: usize,
    /// Whether the next query is what an INSERT inserts, so that nobody sees the names of its columns.
    pub(super) is_inserted: bool,
    /// How many references to tenant tables in FROM have been met.
    pub(super) tenant_tables: usize,
    pub(super) computed_whole: ComputedWhole,
    /// The tables met with rows that no scope writes, once a reference.
    pub(super) shared_tables: Vec<&'a Table>,
    /// Whether a table with USE, FORCE or IGNORE INDEX has been met.
    pub(super) has_index_hints: bool,
    /// Whether the statement locks rows: by a locking clause, or because it writes.
    pub(super) locks_rows: bool,
    pub(super) checks: Vec<TenantCheck>,
    pub(super) repeated: Vec<usize>,
    pub(super) tables: BTreeSet<String>,
}

/// What is asked of a query.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asked {
    /// Which columns it yields.
    pub(super) outputs: bool,
    /// The index of the common table expression that it defines, whose columns its first arm tells.
    pub(super) defines: Option<usize>,
}

/// A common table expression.
pub(super) struct CommonTable<'a> {
    /// Its name, as the engine stores it.
    pub(super) name: String,
    /// Whose rows it yields.
    pub(super) owner: Owner,
    pub(super) columns: Columns<'a>,
    /// A table that it reads, with rows that no scope writes.
    pub(super) shared: Option<&'a Table>,
    /// Its columns that hold the tenant in each row.
    pub(super) carried: Vec<Ident>,
}

/// What a name in FROM stands for.
pub(super) enum Relation<'a> {
    Cte { owner: Owner, shared: Option<&'a Table>, columns: Columns<'a> },
    Table(&'a Table),
}

impl<'a> Rewriter<'a> {
    /// Whether a name in FROM is the word that stands for no table.
    pub(super) fn is_dual(&self, name: &ObjectName) -> bool {
        let is_dual = |ident: &Ident| ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("dual");
        let ObjectName(parts) = name;
        self.engine.supports_dual()
            && matches!(parts.as_slice(), [ObjectNamePart::Identifier(ident)] if is_dual(ident))
    }

    /// Finds what a name in FROM means.
    pub(super) fn relation(&self, name: &ObjectName) -> Result<Relation<'a>> {
        let parts = names::parts(name)?;
        if let [single] = parts[..] {
            let stored = names::folded(self.engine.table_folding(), single);
            if let Some(cte) = self.ctes.iter().rfind(|cte| cte.name == stored) {
                return Ok(Relation::Cte {
                    owner: cte.owner.clone(),
                    shared: cte.shared,
                    columns: cte.columns.clone(),
                });
            }
        }
        self.table(name).map(Relation::Table)
    }

    /// Finds the table of a name that cannot be a common table expression.
    pub(super) fn table(&self, name: &ObjectName) -> Result<&'a Table> {
        let unknown = || {
            let reason = self.catalogue.unknown_reason(self.engine, name);
            Refusal::UnknownTable { table: name.to_string(), reason }
        };
        let (schema, table) = match names::parts(name)?[..] {
            [table] => (None, table),
            [schema, table] => (Some(schema), table),
            _ => return Err(unknown()),
        };
        self.catalogue.resolve(self.engine, schema, table).ok_or_else(unknown)
    }

    /// Finds the table that a statement writes to, if a scope may write it.
    pub(super) fn written_table(&mut self, name: &ObjectName) -> Result<&'a Table> {
        let Relation::Table(table) = self.relation(name)? else {
            return refuse_with("a write to a common table expression", "write to the table itself");
        };
        self.tables.insert(table.qualified_name());
        check_is_no_view(table)?;
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
    pub(super) fn quoted(&self, name: &str) -> Ident {
        Ident::with_quote(self.engine.identifier_quote(), name)
    }

    /// The tenant as a bound value.
    pub(super) fn tenant(&self, ty: TenantType) -> Expr {
        placeholder(tenant_placeholder(self.engine, TENANT_BASE + ty as usize))
    }

    /// `qualifier.tenant = <tenant>` or `qualifier.tenant IN (<tenants>)`; nothing for a shared table, and nothing for all
    /// tenants, except `qualifier.tenant IS NOT NULL` where the table has global rows.
    ///
    /// For texts a second comparison, of bytes, follows the first, which an index serves.
    pub(super) fn predicates(&self, table: &Table, qualifier: &Ident) -> Vec<Expr> {
        let Some((column, ty)) = table.tenant_column() else { return Vec::new() };
        let own = self.tenant_column_of(qualifier, column);
        if self.whom == Whom::All {
            return if table.has_global_rows() { vec![Expr::IsNotNull(Box::new(own))] } else { Vec::new() };
        }
        exactly(self.engine, ty, own, |own| self.is_tenants(own, ty))
    }

    /// `own = <tenant>`, `own IN (<tenants>)` or `own IS NOT NULL`; no value is in an empty set.
    pub(super) fn is_tenants(&self, own: Expr, ty: TenantType) -> Expr {
        let size = match self.whom {
            Whom::One | Whom::OneWithRepeats => return equal(own, self.tenant(ty)),
            Whom::All => return Expr::IsNotNull(Box::new(own)),
            Whom::Set(size) => size,
        };
        let number = |index: usize| SET_BASE + index * TenantType::ALL.len() + ty as usize;
        let each = |index| placeholder(tenant_placeholder(self.engine, number(index)));
        self.tenants_written.set(self.tenants_written.get().saturating_add(size));
        // The lists of a statement that will be refused are not made: they could be as large as the text times the set.
        let is_refused = self.tenants_written.get() > MAX_VALUES;
        let list = if size == 0 || is_refused { vec![null()] } else { (0..size).map(each).collect() };
        Expr::InList { expr: Box::new(own), list, negated: false }
    }

    /// `qualifier.column`.
    pub(super) fn tenant_column_of(&self, qualifier: &Ident, column: &str) -> Expr {
        Expr::CompoundIdentifier(vec![qualifier.clone(), self.quoted(column)])
    }

    /// Whether `ident` names this column of a table.
    pub(super) fn is_column(&self, ident: &Ident, column: &str) -> bool {
        names::is_same(self.engine.column_folding(), ident, column)
    }

    /// Refuses a written column that may be the tenant column by another name: a system column, which may stand for
    /// the primary key; a name that is not ASCII, as MySQL ignores accents; one named like its table, which commands a
    /// full-text table of SQLite.
    pub(super) fn check_written_column(&self, table: &Table, ident: &Ident) -> Result<()> {
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
    pub(super) fn written_column(&self, table: &Table, ident: &mut Ident) -> Result<()> {
        self.check_written_column(table, ident)?;
        names::settle(self.engine, ident)
    }

    /// The same for the name of a column that stands alone in a list.
    pub(super) fn written_name(&self, table: &Table, name: &mut ObjectName) -> Result<()> {
        match name.0.as_mut_slice() {
            [ObjectNamePart::Identifier(ident)] => self.written_column(table, ident),
            _ => names::refuse_qualified(name),
        }
    }

    /// Records that `value`, written to the tenant column, must be the tenant; false when it is NULL or DEFAULT.
    ///
    /// `None` when the value cannot be known before the statement runs.
    pub(super) fn check_tenant_value(
        &mut self,
        table: &Table,
        value: &Expr,
        kind: TenantCheckKind,
    ) -> Option<()> {
        let found = match value {
            Expr::Value(ValueWithSpan { value, span: _ }) => literal_or_placeholder(self.engine, value)?,
            Expr::Identifier(ident) if is_default(ident) => return Some(()),
            Expr::Nested(inner) => return self.check_tenant_value(table, inner, kind),
            Expr::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr, data_type, format: None }
                if table.tenant_column().is_some_and(|(_, ty)| keeps_tenants(self.engine, ty, data_type)) =>
            {
                return self.check_tenant_value(table, expr, kind);
            }
            _ => return None,
        };
        if found != Found::Literal(Literal::Null) {
            self.checks.push(TenantCheck { table: table.qualified_name().into(), found, kind });
        }
        Some(())
    }
}

/// Whether a cast to this type leaves each tenant's id as it is, so that the value before the cast tells the one behind it.
fn keeps_tenants(engine: Engine, ty: TenantType, data_type: &DataType) -> bool {
    use DataType as T;
    match (ty, data_type) {
        (
            TenantType::Int | TenantType::BigInt,
            T::BigInt(None)
            | T::Int8(None)
            | T::Signed
            | T::SignedInteger
            | T::Numeric(ExactNumberInfo::None),
        )
        | (TenantType::Int, T::Int(None) | T::Integer(None) | T::Int4(None)) => true,
        (TenantType::BigInt, T::Int(None) | T::Integer(None)) => engine.has_one_integer_size(),
        (TenantType::Uuid, T::Uuid) => engine.has_uuids(),
        (TenantType::Text, T::Text | T::Varchar(None) | T::CharacterVarying(None)) => true,
        _ => false,
    }
}

/// Refuses a write to a view: which rows of which tables it would change, the view alone tells.
pub(super) fn check_is_no_view(table: &Table) -> Result<()> {
    if table.is_view() {
        return refuse_on(table.qualified_name(), "a write to a view", "write to the tables that it reads");
    }
    Ok(())
}

/// A literal or a caller's value, as a check knows it.
pub(super) fn literal_or_placeholder(engine: Engine, value: &Value) -> Option<Found> {
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
