//! The expression that yields a value if it names a row of the tenant's own, and fails otherwise.
//!
//! `CASE WHEN <fails unless value IS NULL OR EXISTS (SELECT 1 FROM parent WHERE tenant AND key = value)> THEN value END`:
//! the value is left out of nothing in silence, and whether another tenant has such a row makes no difference.

use crate::{
    catalogue::{links::ParentCheck, table::Table},
    refusal::{Result, refuse_on},
    rewrite::{
        build::{
            binary, call, case_when, cast, conjunction, equal, number, plain_table, query_of, selecting,
            unless_failing,
        },
        parents::asked::{Asked, Leaf, is_tenant, is_tenant_value, leaf, refuse_unsettled},
        rewriter::Rewriter,
    },
};
use sqlparser::ast::{
    BinaryOperator, DataType, Distinct, Expr, Ident, LimitClause, ObjectName, Query, Select, SelectItem,
    TableAlias, TableFactor, TableWithJoins, Value, ValueWithSpan,
};

/// The name of the tenant's rows of a parent, where a check must not bring the parent's columns into sight.
const OWN_PARENTS: &str = "own_parents";

/// What the names of their columns begin with.
const OWN_KEY: &str = "own_key";

impl Rewriter<'_> {
    /// The values to store, one for each column of the key, of which the `carrier` fails unless they name a row of the
    /// tenant's own.
    ///
    /// All values are leaves.
    pub(super) fn checked(
        &mut self,
        check: &ParentCheck<'_>,
        written: &Table,
        values: Vec<Expr>,
        carrier: usize,
    ) -> Result<Vec<Expr>> {
        let Some(parent) = check.parent else { return refuse_unknown_parent(check) };
        if self.is_for_set() {
            return refuse_in_set(check);
        }
        self.queries += 1;
        self.tables.insert(parent.qualified_name());
        let is_hidden = self.engine.hides_target_from_subqueries() && std::ptr::eq(parent, written);
        let names = values.iter().filter(|value| leaf(value) == Some(Leaf::Column));
        names.into_iter().try_for_each(|value| self.check_names(check, value))?;
        let types = check.key_types();
        let asked: Vec<_> =
            values.into_iter().zip(types).map(|(value, ty)| Asked::new(self.engine, value, ty)).collect();
        refuse_unsettled(check, &asked)?;
        let own_row = if asked.iter().any(|asked| asked.is_column) {
            self.own_row_beside(check, parent, &asked, is_hidden)
        } else {
            self.own_row(check, parent, &asked, is_hidden)
        };
        let exists = Expr::Exists { subquery: Box::new(own_row), negated: false };
        let nulls = check.key.columns().iter().zip(&asked).filter(|(column, asked)| {
            // What the database makes of NULL there may be another tenant's id.
            may_be_null(&asked.stored) && !check.table.is_whole_key(column)
        });
        let nulls = nulls.map(|(_, asked)| Expr::IsNull(Box::new(asked.stored.clone())));
        let is_own = nulls.chain([exists]).reduce(|left, right| binary(left, BinaryOperator::Or, right));
        let mut stored: Vec<_> = asked.iter().map(|asked| asked.stored.clone()).collect();
        let (Some(is_own), Some(value)) = (is_own, stored.get_mut(carrier)) else { return Ok(stored) };
        let holds = unless_failing(self.engine.failure(), is_own, &check.key.failure(check.table));
        // An untyped literal takes the type of the other branch, which is never come to.
        let of_type = self.engine.settles_literals_in_case() && is_text_literal(value);
        let otherwise = of_type.then(|| self.own_key(check, parent, &asked)).flatten();
        *value = case_when(holds, value.clone(), otherwise);
        Ok(stored)
    }

    /// `SELECT 1 FROM parent WHERE tenant AND key = value`, for values without columns.
    fn own_row(&self, check: &ParentCheck<'_>, parent: &Table, asked: &[Asked], is_hidden: bool) -> Query {
        let select = self.select_own(parent, vec![number("1")], self.names_row(check, parent, asked));
        if !is_hidden {
            return query_of(select);
        }
        let mut rows = query_of(select);
        // With a limit it is materialised.
        let limit = LimitClause::LimitOffset { limit: Some(number("1")), offset: None, limit_by: Vec::new() };
        rows.limit_clause = Some(limit);
        let from = vec![TableWithJoins { relation: self.own_parents(rows), joins: Vec::new() }];
        query_of(selecting(vec![SelectItem::UnnamedExpr(number("1"))], from, None))
    }

    /// `SELECT 1 FROM (SELECT key AS own_key FROM parent WHERE tenant) AS own_parents WHERE own_key = value`: a column
    /// in the value keeps its meaning, since the parent's own columns are not in sight.
    fn own_row_beside(
        &self,
        check: &ParentCheck<'_>,
        parent: &Table,
        asked: &[Asked],
        is_hidden: bool,
    ) -> Query {
        let qualifier = self.quoted(parent.name());
        let columns = check.key.parent_columns().iter().enumerate();
        let keys = columns.map(|(index, column)| SelectItem::ExprWithAlias {
            expr: self.tenant_column_of(&qualifier, column),
            alias: self.own_key_name(index),
        });
        let mut rows = self.select_own(parent, Vec::new(), Vec::new());
        rows.projection = keys.collect();
        rows.distinct = is_hidden.then_some(Distinct::Distinct);
        let from = vec![TableWithJoins { relation: self.own_parents(query_of(rows)), joins: Vec::new() }];
        let own_parents = self.quoted(OWN_PARENTS);
        let equalities = asked.iter().enumerate().flat_map(|(index, value)| {
            let key = Expr::CompoundIdentifier(vec![own_parents.clone(), self.own_key_name(index)]);
            self.equal_key(key, value)
        });
        let selection = conjunction(equalities.collect(), None);
        query_of(selecting(vec![SelectItem::UnnamedExpr(number("1"))], from, selection))
    }

    /// `(SELECT key FROM parent WHERE tenant AND key = value)`.
    fn own_key(&self, check: &ParentCheck<'_>, parent: &Table, asked: &[Asked]) -> Option<Expr> {
        let [column] = check.key.parent_columns() else { return None };
        let key = self.tenant_column_of(&self.quoted(parent.name()), column);
        let select = self.select_own(parent, vec![key], self.names_row(check, parent, asked));
        Some(Expr::Subquery(Box::new(query_of(select))))
    }

    /// `key = value`, for each column of the key.
    fn names_row(&self, check: &ParentCheck<'_>, parent: &Table, asked: &[Asked]) -> Vec<Expr> {
        let qualifier = self.quoted(parent.name());
        let pairs = check.key.parent_columns().iter().zip(asked);
        pairs
            .flat_map(|(column, value)| {
                let key = self.tenant_column_of(&qualifier, column);
                self.equal_key(key, value)
            })
            .collect()
    }

    /// `key = value`, which holds only where the value is stored as that key.
    ///
    /// Where values of two types may be compared as a third, and the key's is not known, both are the same text as well.
    /// So they are on MySQL whatever the type, where a number equals every text that begins with it.
    fn equal_key(&self, key: Expr, asked: &Asked) -> Vec<Expr> {
        if is_tenant(&asked.stored) {
            // The tenant on the right would be a predicate of the column on the left.
            return vec![equal(asked.stored.clone(), key)];
        }
        let plain = equal(key.clone(), asked.compared(self.engine));
        if self.engine.compares_numbers_with_texts() {
            let is_whole = asked.is_column || !asked.is_exact;
            let key = if is_whole { call("CONCAT", [key]) } else { key };
            let text = equal(key, asked.concatenated());
            return if text == plain { vec![plain] } else { vec![text, plain] };
        }
        if asked.is_exact {
            return vec![plain];
        }
        vec![plain, equal(cast(key, DataType::Text), cast(asked.stored.clone(), DataType::Text))]
    }

    /// `SELECT items FROM parent WHERE tenant AND conditions`.
    pub(super) fn select_own(&self, parent: &Table, items: Vec<Expr>, conditions: Vec<Expr>) -> Select {
        let qualifier = self.quoted(parent.name());
        let mut predicates = self.read_predicates(parent, &qualifier);
        predicates.extend(conditions);
        let schema = parent.schema().map(|schema| self.quoted(schema));
        let name = ObjectName::from(schema.into_iter().chain([qualifier]).collect::<Vec<_>>());
        let from = vec![TableWithJoins { relation: plain_table(name, Vec::new()), joins: Vec::new() }];
        let items = items.into_iter().map(SelectItem::UnnamedExpr).collect();
        selecting(items, from, conjunction(predicates, None))
    }

    /// `(rows) AS own_parents`.
    fn own_parents(&self, rows: Query) -> TableFactor {
        let name = self.quoted(OWN_PARENTS);
        let alias = TableAlias { explicit: true, name, columns: Vec::new(), at: None };
        TableFactor::Derived { lateral: false, subquery: Box::new(rows), alias: Some(alias), sample: None }
    }

    fn own_key_name(&self, index: usize) -> Ident {
        let name = if index == 0 { OWN_KEY.to_owned() } else { format!("{OWN_KEY}_{}", index + 1) };
        self.quoted(&name)
    }
}

/// Refuses a write of a value whose parent may be any tenant's.
fn refuse_unknown_parent<T>(check: &ParentCheck<'_>) -> Result<T> {
    let (columns, parent) = (check.key.columns().join(", "), check.key.parent());
    refuse_on(
        check.table.qualified_name(),
        format!("a value of `{columns}`, whose parent `{parent}` is not in the catalogue,"),
        "derive `TenantModel` on the parent's entity, `#[tenant(shared)]` for a reference table; or leave the value to the database by `TenancyBuilder::without_parent_check`",
    )
}

/// Refuses a value whose parent must be of the row's own tenant, in a scope where that may be any of a set.
fn refuse_in_set<T>(check: &ParentCheck<'_>) -> Result<T> {
    refuse_on(
        check.table.qualified_name(),
        format!("a value of `{}` in a scope of several tenants", check.key.columns().join(", ")),
        "use a scope for each tenant, or a foreign key that includes the tenant column",
    )
}

impl Rewriter<'_> {
    /// Refuses a column whose name may mean a column of the check.
    fn check_names(&self, check: &ParentCheck<'_>, value: &Expr) -> Result<()> {
        match value {
            Expr::Identifier(ident) => self.check_name(check, ident),
            Expr::CompoundIdentifier(idents) => {
                idents.iter().try_for_each(|ident| self.check_name(check, ident))
            }
            Expr::Nested(inner)
            | Expr::Cast { expr: inner, kind: _, data_type: _, format: _ }
            | Expr::UnaryOp { op: _, expr: inner } => self.check_names(check, inner),
            _ => Ok(()),
        }
    }

    /// Engines skip some characters that are no ASCII, and MySQL ignores accents: of such a name, not even a part may
    /// read as one of the check's.
    fn check_name(&self, check: &ParentCheck<'_>, ident: &Ident) -> Result<()> {
        let lower = ident.value.to_ascii_lowercase();
        let is_folded = ident.quote_style.is_none() || self.engine.ignores_accents_in_names();
        let may_be_another = is_folded && !ident.value.is_ascii();
        if may_be_another || lower.contains(OWN_PARENTS) || lower.contains(OWN_KEY) {
            return refuse_on(
                check.table.qualified_name(),
                format!("the name `{}` in a value that is checked", ident.value),
                "use another alias, of ASCII characters, or select the parent's key",
            );
        }
        Ok(())
    }
}

/// Whether a leaf may be NULL.
fn may_be_null(value: &Expr) -> bool {
    match value {
        Expr::Value(ValueWithSpan { value, span: _ }) => {
            !matches!(value, Value::Number(..) | Value::SingleQuotedString(_)) && !is_tenant_value(value)
        }
        Expr::TypedString(_) => false,
        _ => true,
    }
}

fn is_text_literal(value: &Expr) -> bool {
    matches!(value, Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(_), span: _ }))
}
