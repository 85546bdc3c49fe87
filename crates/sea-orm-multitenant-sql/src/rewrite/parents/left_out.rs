//! Columns of a key that a statement leaves to their DEFAULT, which may name another tenant's row: NULL is written.

use crate::{
    catalogue::{foreign_key::ForeignKey, links::ParentCheck, table::Table},
    engine::KeyConversion,
    names::single_ident,
    refusal::{Result, refuse, refuse_on},
    rewrite::{
        build::{cast, null, query_of},
        insert::{rows_of_defaults, single_row},
        parents::place::is_default_value,
        rewriter::Rewriter,
    },
};
use sqlparser::{
    ast::{
        Assignment, AssignmentTarget, Expr, ObjectName, Parens, Query, SelectItem, SetExpr, Value,
        ValueWithSpan, Values,
    },
    tokenizer::Span,
};

impl Rewriter<'_> {
    /// Writes NULL for what the rows to insert leave to a DEFAULT; `filled` are the keys of which no column was written.
    pub(in crate::rewrite) fn complete_rows(
        &mut self,
        table: &Table,
        columns: &mut Vec<ObjectName>,
        source: &mut Option<Box<Query>>,
        filled: &mut Vec<ForeignKey>,
    ) -> Result<()> {
        let checks = self.catalogue.parent_checks(table);
        if checks.is_empty() || columns.is_empty() && !leaves_out_all(source) {
            return Ok(());
        }
        let source = source.get_or_insert_with(|| Box::new(single_row(Vec::new())));
        if columns.is_empty() {
            rows_of_defaults(source).into_iter().flatten().for_each(|row| row.clear());
        }
        for check in checks {
            let places = self.own_places(&check, columns)?;
            if places.is_empty() {
                self.fill(&check, columns, &mut source.body)?;
                filled.push(check.key.clone());
            }
            for (index, name) in places {
                self.replace_defaults(&check, name, index, &mut source.body)?;
            }
        }
        Ok(())
    }

    /// The columns of a key that a column list has, and where.
    fn own_places<'c>(
        &self,
        check: &ParentCheck<'c>,
        columns: &[ObjectName],
    ) -> Result<Vec<(usize, &'c String)>> {
        let mut places = Vec::new();
        for name in self.own_columns(check) {
            for (index, column) in columns.iter().enumerate() {
                if self.is_column(single_ident(column)?, name) {
                    places.push((index, name));
                }
            }
        }
        Ok(places)
    }

    /// Adds the columns of a key, with NULL in each row.
    fn fill(
        &mut self,
        check: &ParentCheck<'_>,
        columns: &mut Vec<ObjectName>,
        body: &mut SetExpr,
    ) -> Result<()> {
        for name in self.own_columns(check) {
            self.check_left_out(check, name)?;
            columns.push(ObjectName::from(vec![self.quoted(name)]));
            let index = check.key.columns().iter().position(|column| column == name);
            self.append_null(check, index.unwrap_or_default(), body)?;
        }
        Ok(())
    }

    /// Writes NULL for what `INSERT … SET` leaves to a DEFAULT.
    pub(in crate::rewrite) fn complete_assignments(
        &self,
        table: &Table,
        assignments: &mut Vec<Assignment>,
    ) -> Result<()> {
        for check in self.catalogue.parent_checks(table) {
            let is_set = |name: &str| {
                assignments.iter().any(|Assignment { target, value: _ }| self.is_target(target, name))
            };
            if self.own_columns(&check).any(|name| is_set(name)) {
                continue;
            }
            for name in self.own_columns(&check) {
                self.check_left_out(&check, name)?;
                let target = AssignmentTarget::ColumnName(ObjectName::from(vec![self.quoted(name)]));
                assignments.push(Assignment { target, value: null() });
            }
        }
        Ok(())
    }

    /// Writes NULL where a SET list says DEFAULT.
    pub(super) fn settle_defaults(
        &self,
        check: &ParentCheck<'_>,
        assignments: &mut [Assignment],
    ) -> Result<()> {
        for Assignment { target, value } in assignments {
            for name in check.key.columns() {
                if self.is_target(target, name) && is_default_value(value) {
                    self.check_left_out(check, name)?;
                    *value = null();
                }
            }
        }
        Ok(())
    }

    /// The columns of a key but for the tenant's, which the scope fills.
    fn own_columns<'c>(&self, check: &ParentCheck<'c>) -> impl Iterator<Item = &'c String> + use<'c> {
        let tenant = check.table.tenant_column().map(|(column, _)| column);
        check.key.columns().iter().filter(move |column| Some(column.as_str()) != tenant)
    }

    /// Whether an assignment sets this column by itself.
    fn is_target(&self, target: &AssignmentTarget, column: &str) -> bool {
        match target {
            AssignmentTarget::ColumnName(name) => {
                let last = name.0.last().and_then(|part| part.as_ident());
                last.is_some_and(|ident| self.is_column(ident, column))
            }
            // Refused where a column of it is checked.
            AssignmentTarget::Tuple(_) => false,
        }
    }

    /// Refuses to leave out a column for which NULL would not do as well.
    fn check_left_out(&self, check: &ParentCheck<'_>, column: &str) -> Result<()> {
        if !check.table.has_default(column) && !check.table.is_whole_key(column) {
            return Ok(());
        }
        refuse_on(
            check.table.qualified_name(),
            format!(
                "a DEFAULT of `{column}`, which may name another tenant's row of `{}`,",
                check.key.parent()
            ),
            "give the column a value, or NULL",
        )
    }

    /// Adds NULL to each row that a source yields.
    fn append_null(&mut self, check: &ParentCheck<'_>, index: usize, body: &mut SetExpr) -> Result<()> {
        match body {
            SetExpr::Values(Values { explicit_row: _, value_keyword: _, rows }) => {
                for Parens { opening_token: _, content, closing_token: _ } in rows {
                    content.push(null());
                }
                Ok(())
            }
            SetExpr::Select(select) => {
                select.projection.push(SelectItem::UnnamedExpr(self.null_of_key(check, index)));
                Ok(())
            }
            SetExpr::Query(query) => self.append_null(check, index, &mut query.body),
            SetExpr::SetOperation { left, op: _, set_quantifier: _, right } => {
                self.append_null(check, index, left)?;
                self.append_null(check, index, right)
            }
            SetExpr::Insert(_)
            | SetExpr::Update(_)
            | SetExpr::Delete(_)
            | SetExpr::Merge(_)
            | SetExpr::Table(_) => refuse("INSERT from another write"),
        }
    }

    /// NULL of the type of a key's column, where a select list would make a text of it.
    fn null_of_key(&mut self, check: &ParentCheck<'_>, index: usize) -> Expr {
        if !self.engine.settles_null_in_select_list() {
            return null();
        }
        let ty = check.key_types().get(index).copied().flatten();
        if let Some(KeyConversion::Cast(data_type)) = ty.map(|ty| self.engine.key_conversion(ty)) {
            return cast(null(), data_type);
        }
        let (Some(parent), Some(column)) = (check.parent, check.key.parent_columns().get(index)) else {
            return null();
        };
        self.tables.insert(parent.qualified_name());
        let key = self.tenant_column_of(&self.quoted(parent.name()), column);
        let never = Expr::Value(ValueWithSpan { value: Value::Boolean(false), span: Span::empty() });
        Expr::Subquery(Box::new(query_of(self.select_own(parent, vec![key], vec![never]))))
    }

    /// Writes NULL where a row says DEFAULT.
    fn replace_defaults(
        &self,
        check: &ParentCheck<'_>,
        column: &str,
        index: usize,
        body: &mut SetExpr,
    ) -> Result<()> {
        let SetExpr::Values(Values { explicit_row: _, value_keyword: _, rows }) = body else { return Ok(()) };
        for Parens { opening_token: _, content, closing_token: _ } in rows {
            if let Some(value) = content.get_mut(index).filter(|value| is_default_value(value)) {
                self.check_left_out(check, column)?;
                *value = null();
            }
        }
        Ok(())
    }
}

/// Whether an INSERT without a column list gives no values.
fn leaves_out_all(source: &mut Option<Box<Query>>) -> bool {
    source.as_mut().is_none_or(|source| rows_of_defaults(source).is_some())
}
