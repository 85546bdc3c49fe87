//! Foreign keys: a value that a statement writes names a row of the tenant's own, or the statement fails.
//!
//! For each key that the database does not keep within the tenant by itself, the written values are found: in rows of
//! VALUES, in select lists, in SET lists, and there in the branches of CASE and COALESCE and in scalar subqueries. What
//! is certainly the tenant's own, as the parent's key in a scoped FROM, is left; literals, bound values and columns are
//! checked; anything else is refused.

mod asked;
mod expression;
mod left_out;
mod own;
mod place;
pub(super) mod set_list;

use crate::{
    catalogue::{foreign_key::ForeignKey, links::ParentCheck, table::Table},
    names::single_ident,
    refusal::{Result, refuse, refuse_on},
    rewrite::{
        parents::place::{
            Place, Row, column_name, is_cast_null, is_default_value, is_null, keep_name, refuse_part,
            refuse_twice, refuse_uncertain, take,
        },
        rewriter::Rewriter,
    },
};

use asked::{Leaf, leaf};
use sqlparser::ast::{
    CaseWhen, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments,
    ObjectName, Parens, Query, SetExpr, SetOperator, Value, ValueWithSpan, Values,
};

impl<'a> Rewriter<'a> {
    /// The values of the rows to insert, of which the column list is complete; all but those of the keys that were
    /// `filled` with NULL.
    pub(super) fn parents_of_rows(
        &mut self,
        table: &'a Table,
        columns: &[ObjectName],
        source: Option<&mut Query>,
        filled: &[ForeignKey],
    ) -> Result<()> {
        let checks = self.catalogue.parent_checks(table);
        let Some(source) = source else { return Ok(()) };
        if checks.is_empty() {
            return Ok(());
        }
        if columns.is_empty() {
            return refuse_on(
                table.qualified_name(),
                "INSERT without a column list, into a table whose foreign keys are checked,",
                "name the columns",
            );
        }
        for check in checks.into_iter().filter(|check| !filled.contains(check.key)) {
            let Some(indices) = self.written_columns(&check, columns)? else { continue };
            // Rows to insert take the columns' types one by one, unless they are sorted or cut first.
            let is_plain =
                source.with.is_none() && source.order_by.is_none() && source.limit_clause.is_none();
            let check = if is_plain { check } else { of_rows(check, &source.body) };
            self.check_body(&check, table, &indices, &mut source.body)?;
        }
        Ok(())
    }

    /// The places of a key's columns in a column list; none when none is there.
    fn written_columns(&self, check: &ParentCheck<'_>, columns: &[ObjectName]) -> Result<Option<Vec<usize>>> {
        let mut indices = Vec::new();
        for name in check.key.columns() {
            let mut found = Vec::new();
            for (index, column) in columns.iter().enumerate() {
                if self.is_column(single_ident(column)?, name) {
                    found.push(index);
                }
            }
            match found[..] {
                [] => {}
                [index] => indices.push(index),
                _ => return refuse_twice(check),
            }
        }
        match indices.len() {
            0 => Ok(None),
            found if found == check.key.columns().len() => Ok(Some(indices)),
            _ => refuse_part(check),
        }
    }

    /// The values that a query yields at these places, for `written`.
    fn check_body(
        &mut self,
        check: &ParentCheck<'_>,
        written: &Table,
        indices: &[usize],
        body: &mut SetExpr,
    ) -> Result<()> {
        match body {
            SetExpr::Values(Values { explicit_row: _, value_keyword: _, rows }) => {
                rows.iter_mut().try_for_each(|Parens { opening_token: _, content, closing_token: _ }| {
                    self.check_row(check, written, indices, content, Place::Row)
                })
            }
            SetExpr::Select(select) => {
                let names: Vec<_> =
                    indices.iter().map(|index| column_name(&select.projection, *index)).collect();
                let (items, from) = (&mut select.projection, &select.from);
                self.check_row(check, written, indices, items, Place::List(from))?;
                for (index, name) in indices.iter().zip(names) {
                    keep_name(items, *index, name);
                }
                Ok(())
            }
            SetExpr::Query(query) => {
                self.check_body(&of_rows(*check, &query.body), written, indices, &mut query.body)
            }
            SetExpr::SetOperation { left, op, set_quantifier: _, right } => {
                let check = &check.among_others();
                self.check_body(check, written, indices, left)?;
                match op {
                    SetOperator::Union | SetOperator::Intersect => {
                        self.check_body(check, written, indices, right)
                    }
                    // What stands on the right is not written.
                    SetOperator::Except | SetOperator::Minus => Ok(()),
                }
            }
            SetExpr::Insert(_)
            | SetExpr::Update(_)
            | SetExpr::Delete(_)
            | SetExpr::Merge(_)
            | SetExpr::Table(_) => refuse("a value from another write"),
        }
    }

    /// The values of one row, for each column of a key.
    fn check_row(
        &mut self,
        check: &ParentCheck<'_>,
        written: &Table,
        indices: &[usize],
        row: &mut dyn Row,
        place: Place<'_>,
    ) -> Result<()> {
        if let [index] = indices {
            let Some(value) = row.value(*index) else { return refuse_uncertain(check) };
            return self.check_value(check, written, value, place);
        }
        let mut values = Vec::with_capacity(indices.len());
        for index in indices {
            let Some(value) = row.value(*index) else { return refuse_uncertain(check) };
            values.push(value.clone());
        }
        let own = check.table.tenant_column().map(|(column, _)| column);
        let carrier = check.key.columns().iter().position(|column| Some(column.as_str()) != own);
        let Some(carrier) = carrier else { return refuse_uncertain(check) };
        let Some(stored) = self.check_values(check, written, values, carrier, place)? else { return Ok(()) };
        for (index, stored) in indices.iter().zip(stored) {
            if let Some(value) = row.value(*index) {
                *value = stored;
            }
        }
        Ok(())
    }

    /// What to store of a key of several columns, which is checked where the `carrier` of them is written; nothing else
    /// than the values where one is NULL.
    fn check_values(
        &mut self,
        check: &ParentCheck<'_>,
        written: &Table,
        values: Vec<Expr>,
        carrier: usize,
        place: Place<'_>,
    ) -> Result<Option<Vec<Expr>>> {
        let mut pairs = check.key.columns().iter().zip(&values);
        if pairs.any(|(column, value)| is_null(value) && !check.table.is_whole_key(column)) {
            return Ok(None);
        }
        let may_check = |value: &Expr| match leaf(value) {
            Some(Leaf::Constant) => !self.is_seen_by_chance(check, place),
            Some(Leaf::Column) => place.has_columns() && !is_default_value(value),
            None => false,
        };
        if !values.iter().all(may_check) {
            return refuse_uncertain(check);
        }
        self.checked(check, written, values, carrier).map(Some)
    }

    /// The value of a key of one column.
    fn check_value(
        &mut self,
        check: &ParentCheck<'_>,
        written: &Table,
        value: &mut Expr,
        place: Place<'_>,
    ) -> Result<()> {
        // What the database makes of NULL in a primary key may be another tenant's id.
        let may_not_be_null = check.key.columns().iter().any(|column| check.table.is_whole_key(column));
        match value {
            Expr::Nested(inner) => return self.check_value(check, written, inner, place),
            Expr::Subquery(_) | Expr::Value(ValueWithSpan { value: Value::Null, span: _ })
                if may_not_be_null =>
            {
                return refuse_uncertain(check);
            }
            Expr::Case { case_token: _, end_token: _, operand: _, conditions, else_result } => {
                let check = &check.among_others();
                if else_result.is_none() && may_not_be_null {
                    return refuse_uncertain(check);
                }
                for CaseWhen { condition: _, result } in conditions {
                    self.check_value(check, written, result, place)?;
                }
                return else_result
                    .as_mut()
                    .map_or(Ok(()), |result| self.check_value(check, written, result, place));
            }
            Expr::Subquery(query) => {
                return self.check_body(&of_rows(*check, &query.body), written, &[0], &mut query.body);
            }
            Expr::Function(function) => {
                if let Some(args) = choices(function) {
                    let check = &check.among_others();
                    return args.iter_mut().try_for_each(|arg| match arg {
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)) => {
                            self.check_value(check, written, arg, place)
                        }
                        _ => refuse_uncertain(check),
                    });
                }
            }
            _ => {}
        }
        let is_nothing = is_null(value) || is_cast_null(value) && !check.is_among_others;
        if !may_not_be_null && (is_nothing || self.is_own(check, value, place)) {
            return Ok(());
        }
        let is_checkable = match leaf(value) {
            Some(Leaf::Constant) => !self.is_seen_by_chance(check, place),
            Some(Leaf::Column) => place.has_columns(),
            None => false,
        };
        if !is_checkable {
            return refuse_uncertain(check);
        }
        let taken = take(value);
        if let Some(stored) = self.checked(check, written, vec![taken], 0)?.pop() {
            *value = stored;
        }
        Ok(())
    }

    /// Whether what a check sees of the parent depends on the plan.
    fn is_seen_by_chance(&self, check: &ParentCheck<'_>, place: Place<'_>) -> bool {
        match place {
            Place::DuplicateKey(target) => {
                check.parent.is_some_and(|parent| std::ptr::eq(parent, target.table))
            }
            Place::Row | Place::List(_) | Place::Set(..) | Place::Conflict(_) => false,
        }
    }
}

/// The arguments of a function that yields one of them.
fn choices(function: &mut Function) -> Option<&mut Vec<FunctionArg>> {
    let name = function.name.to_string().to_ascii_lowercase();
    let FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses }) =
        &mut function.args
    else {
        return None;
    };
    let is_choice = matches!(name.as_str(), "coalesce" | "ifnull") && clauses.is_empty();
    (is_choice && function.filter.is_none() && function.over.is_none()).then_some(args)
}

/// The check of a value that a query yields: the rows of VALUES in it have types in common.
fn of_rows<'c>(check: ParentCheck<'c>, body: &SetExpr) -> ParentCheck<'c> {
    if matches!(body, SetExpr::Values(_)) { check.among_others() } else { check }
}
