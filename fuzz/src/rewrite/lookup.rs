//! Whether an expression looks a value up among the tenant's own rows of a parent, and fails where it is not there.

use super::{
    joins::{Judge, Source, conjuncts, idents},
    keys::Foreign,
    parents::Place,
    tables::Known,
};
use sea_orm_multitenant_sql::Engine;
use sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Query, Select, SelectItem, SetExpr, TableFactor, UnaryOperator, Value, visit_expressions,
    visit_expressions_mut,
};
use std::ops::ControlFlow::{Break, Continue};

/// What each failure begins with.
const FAILURE: &str = "'sea_orm_multitenant: ";

/// A value that is looked up.
struct Asked {
    /// How it reads.
    text: String,
    /// Whether it is one of a column.
    is_column: bool,
    /// Whether it has a type on SQLite, which would convert the key.
    is_typed: bool,
    /// Whether it is of the key's type, or a literal.
    is_exact: bool,
}

impl Judge<'_> {
    /// Whether a CASE yields its result only where these values, that result among them, name a row of the tenant's.
    pub(super) fn is_looked_up(
        &self,
        key: &Foreign,
        known: &Known,
        values: &[&Expr],
        case: &Expr,
        place: Place<'_>,
    ) -> bool {
        let Expr::Case { operand: None, conditions, .. } = case else { return false };
        let [when] = conditions.as_slice() else { return false };
        let Some(parent) = key.parent_in(self.tables) else { return false };
        let columns = values.iter().any(|value| has_columns(value));
        let is_apart = match place {
            Place::Row => !columns,
            // What it sees of the rows to insert depends on the plan.
            Place::DuplicateKey(_) => !columns && !std::ptr::eq(parent, known),
            Place::List(_) | Place::Set(..) | Place::Conflict(_) => true,
        };
        let Some(condition) = self.fails_unless(&when.condition) else { return false };
        let texts: Vec<_> = values
            .iter()
            .map(|value| Asked {
                text: self.text(value),
                is_column: has_columns(value),
                is_typed: is_typed(value),
                is_exact: self.is_exact(value),
            })
            .collect();
        let parts = disjuncts(condition);
        let (rows, nulls): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|part| matches!(part, Expr::Exists { .. }));
        let are_nulls = nulls.iter().all(|part| match part {
            Expr::IsNull(value) => texts.iter().any(|asked| asked.text == self.text(value)),
            _ => false,
        });
        let is_row = match rows[..] {
            [Expr::Exists { subquery, negated: false }] => {
                self.names_row(key, parent, &texts, columns, subquery)
            }
            _ => false,
        };
        // For a set of tenants, which of them the parent must be of is not told.
        let is_one = self.bound.set.is_none();
        is_one && is_apart && are_nulls && is_row && values.iter().all(|value| is_leaf(value))
    }

    /// The condition without which an expression is an error; where it holds, the expression is true.
    fn fails_unless<'e>(&self, expr: &'e Expr) -> Option<&'e Expr> {
        match (self.engine, expr) {
            (Engine::Sqlite, Expr::IsNotNull(extract)) => {
                let Expr::Function(function) = &**extract else { return None };
                match (call(function), self.engine) {
                    ((name, Some(args)), _) if name == "json_extract" => match args[..] {
                        [empty, path] if empty.to_string() == "'{}'" => chosen(path, "'$'"),
                        _ => None,
                    },
                    _ => None,
                }
            }
            (Engine::Postgres, Expr::BinaryOp { left, op: BinaryOperator::Eq, right }) => match &**left {
                Expr::Cast {
                    kind: CastKind::Cast,
                    expr,
                    data_type: DataType::Integer(None),
                    format: None,
                } if right.to_string() == "0" => chosen(expr, "'0'"),
                _ => None,
            },
            (Engine::MySql, Expr::BinaryOp { left, op: BinaryOperator::Gt, right }) => {
                let Expr::BinaryOp { left: most, op: BinaryOperator::Plus, right: length } = &**left else {
                    return None;
                };
                let is_most = most.to_string() == i64::MAX.to_string() && right.to_string() == "0";
                let [repeat] = called(length, "length")?[..] else { return None };
                let [text, times] = called(repeat, "repeat")?[..] else { return None };
                match times {
                    Expr::UnaryOp { op: UnaryOperator::Not, expr } if is_most && is_failure(text) => {
                        matches!(**expr, Expr::Nested(_)).then_some(&**expr)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether a query yields a row only where one of the tenant's own parents has these values for its key.
    fn names_row(
        &self,
        key: &Foreign,
        parent: &'static Known,
        values: &[Asked],
        have_columns: bool,
        query: &Query,
    ) -> bool {
        let Some(select) = bare(query, "SELECT 1", "") else { return false };
        match (&select.from[0].relation, &select.selection) {
            (TableFactor::Table { .. }, Some(_)) => {
                !have_columns && self.names_parent(key, parent, values, select)
            }
            (
                TableFactor::Derived { lateral: false, subquery, alias: Some(alias), sample: None },
                condition,
            ) => {
                let name = &alias.name.value;
                if !alias.columns.is_empty() || name != "own_parents" {
                    return false;
                }
                let Some(condition) = condition else {
                    let inner = bare(subquery, "SELECT 1", " LIMIT 1");
                    return !have_columns
                        && inner.is_some_and(|inner| self.names_parent(key, parent, values, inner));
                };
                let Some(keys) = self.own_keys(key, parent, subquery) else { return false };
                let conditions = conjuncts(condition);
                !values.iter().any(|value| names_own_parents(&value.text))
                    && keys
                        .iter()
                        .zip(values)
                        .all(|(key, value)| self.equals(&conditions, [name, key], value))
            }
            _ => false,
        }
    }

    /// Whether a query over the parent alone asks for the tenant and each value.
    fn names_parent(&self, key: &Foreign, parent: &'static Known, values: &[Asked], select: &Select) -> bool {
        let conditions = select.selection.as_ref().map(conjuncts).unwrap_or_default();
        self.is_over(parent, select)
            && key
                .parent_columns
                .iter()
                .zip(values)
                .all(|(column, value)| self.equals(&conditions, [parent.name, column], value))
    }

    /// The names of the parent's key in a query that yields the keys of all of the tenant's own parents.
    fn own_keys(&self, key: &Foreign, parent: &'static Known, query: &Query) -> Option<Vec<String>> {
        let SetExpr::Select(select) = &*query.body else { return None };
        let items = select.projection.iter().zip(key.parent_columns).map(|(item, column)| match item {
            SelectItem::ExprWithAlias { expr, alias } if is_named(expr, [parent.name, column]) => {
                Some(alias.value.clone())
            }
            _ => None,
        });
        let keys = items.collect::<Option<Vec<_>>>()?;
        let shown: Vec<_> = select.projection.iter().map(ToString::to_string).collect();
        let start = |distinct: &str| format!("SELECT {distinct}{}", shown.join(", "));
        let inner = bare(query, &start(""), "").or_else(|| bare(query, &start("DISTINCT "), ""))?;
        let is_whole = shown.len() == key.parent_columns.len();
        (is_whole && self.is_over(parent, inner)).then_some(keys)
    }

    /// Whether a query is over the tenant's own rows of the parent and nothing else.
    fn is_over(&self, parent: &'static Known, select: &Select) -> bool {
        let TableFactor::Table { name, alias: None, args: None, .. } = &select.from[0].relation else {
            return false;
        };
        let is_parent = self.table(name).is_ok_and(|known| known.is_some_and(|k| std::ptr::eq(k, parent)));
        let qualifier = idents(name).ok().and_then(|idents| idents.last().copied());
        is_parent
            && qualifier.is_some_and(|qualifier| {
                self.hold(
                    &[Source { known: parent, qualifier, global: parent.global_rows }],
                    select.selection.as_ref(),
                )
                .is_ok()
            })
    }

    /// Whether the conditions say that a column is a value.
    fn equals(&self, conditions: &[&Expr], column: [&str; 2], value: &Asked) -> bool {
        let any = |is_it: &dyn Fn(&Expr, &Expr) -> bool| {
            conditions.iter().any(|condition| match condition {
                Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => is_it(left, right),
                _ => false,
            })
        };
        if value.text.starts_with(":tenant ") {
            return any(&|left, right| is_named(right, column) && self.text(left) == value.text);
        }
        // A number equals texts that only begin with it, and a text numbers that are only near it.
        let in_text = format!("CONCAT({})", value.text);
        let is_key = |expr: &Expr| match called(expr, "concat").as_deref() {
            Some([key]) => is_named(key, column),
            _ => !value.is_column && is_named(expr, column),
        };
        let beside_key = match (self.engine, value.is_typed) {
            (Engine::Sqlite, true) => format!("+{}", value.text),
            _ => value.text.clone(),
        };
        let is_concat = value.text.starts_with("CONCAT(");
        let in_text = if is_concat { value.text.clone() } else { in_text };
        let is_alike = |left: &Expr, right: &Expr| match self.engine {
            Engine::Sqlite => false,
            Engine::Postgres => {
                is_cast_to_text(left).is_some_and(|key| is_named(key, column))
                    && is_cast_to_text(right).is_some_and(|right| self.text(right) == value.text)
            }
            Engine::MySql => {
                matches!(called(left, "concat").as_deref(), Some([key]) if is_named(key, column))
                    && self.text(right) == in_text
            }
        };
        any(&|left, right| is_named(left, column) && self.text(right) == beside_key)
            && (self.engine != Engine::MySql
                || any(&|left, right| is_key(left) && self.text(right) == in_text))
            && (self.engine == Engine::Sqlite || value.is_exact || any(&is_alike))
    }

    /// Whether a value is of a type that the rewriter gives to values of keys of known types, or a literal that every
    /// type of key takes as it is.
    fn is_exact(&self, value: &Expr) -> bool {
        let is_number = |value: &Expr| match value {
            Expr::Value(value) => match &value.value {
                Value::Number(digits, _) => self.engine == Engine::Postgres || !digits.contains(['e', 'E']),
                _ => false,
            },
            _ => false,
        };
        match value {
            Expr::Nested(inner) => self.is_exact(inner),
            Expr::UnaryOp { expr, .. } => is_number(expr),
            Expr::Value(inner) if matches!(inner.value, Value::SingleQuotedString(_)) => {
                self.engine != Engine::MySql
            }
            Expr::Cast { kind: CastKind::Cast, data_type, .. } => {
                let types = ["BIGINT", "NUMERIC", "TEXT", "UUID", "SIGNED", "UNSIGNED", "DECIMAL(65,30)"];
                types.contains(&data_type.to_string().as_str())
            }
            Expr::Function(function) => call(function).0 == "concat",
            other => is_number(other),
        }
    }

    /// An expression as it reads when the places of one value are all written alike.
    fn text(&self, expr: &Expr) -> String {
        let mut expr = expr.clone();
        let _ = visit_expressions_mut(&mut expr, |expr| {
            if let Expr::Value(value) = expr
                && let Value::Placeholder(text) = &mut value.value
            {
                *text = self.bound.name(text);
            }
            Continue::<()>(())
        });
        expr.to_string()
    }
}

/// Whether a text has a name in it that the query of the tenant's own parents would hide.
fn names_own_parents(text: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    text.to_ascii_lowercase()
        .split(|c| !is_of_name(c))
        .any(|word| word == "own_parents" || word.starts_with("own_key"))
}

/// The select of a query that is nothing but this start, one thing without joins in FROM, a condition, and this end.
fn bare<'q>(query: &'q Query, start: &str, end: &str) -> Option<&'q Select> {
    let SetExpr::Select(select) = &*query.body else { return None };
    let [from] = select.from.as_slice() else { return None };
    let condition = select.selection.as_ref().map(|condition| format!(" WHERE {condition}"));
    let whole = format!("{start} FROM {}{}{end}", from.relation, condition.unwrap_or_default());
    (query.to_string() == whole).then_some(select)
}

/// The condition of `CASE WHEN condition THEN text ELSE failure END`.
fn chosen<'e>(case: &'e Expr, text: &str) -> Option<&'e Expr> {
    let Expr::Case { operand: None, conditions, else_result: Some(failure), .. } = case else { return None };
    match conditions.as_slice() {
        [when] if when.result.to_string() == text && is_failure(failure) => Some(&when.condition),
        _ => None,
    }
}

fn is_failure(text: &Expr) -> bool {
    matches!(text, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)))
        && text.to_string().starts_with(FAILURE)
}

/// The parts of which one holds where this condition holds.
fn disjuncts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Nested(inner) => disjuncts(inner),
        Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
            let mut parts = disjuncts(left);
            parts.extend(disjuncts(right));
            parts
        }
        other => vec![other],
    }
}

/// Whether an expression is this column of this source.
fn is_named(expr: &Expr, [source, column]: [&str; 2]) -> bool {
    match expr {
        Expr::CompoundIdentifier(idents) => {
            idents.iter().map(|ident| ident.value.as_str()).eq([source, column])
                && idents.iter().all(|ident| ident.quote_style.is_some())
        }
        _ => false,
    }
}

/// What is cast to a text.
fn is_cast_to_text(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Cast { expr, data_type: DataType::Text, .. } => Some(expr),
        _ => None,
    }
}

/// Whether a value has a type on SQLite: columns and casts.
fn is_typed(expr: &Expr) -> bool {
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Cast { .. } => true,
        Expr::Nested(inner) => is_typed(inner),
        _ => false,
    }
}

/// Whether an expression gives the same each time it is asked.
fn is_leaf(expr: &Expr) -> bool {
    match expr {
        Expr::Function(function) => match call(function) {
            (name, Some(args)) => name == "concat" && args.into_iter().all(is_leaf),
            _ => false,
        },
        Expr::Value(_) | Expr::TypedString(_) | Expr::Identifier(_) | Expr::CompoundIdentifier(_) => true,
        Expr::Nested(inner)
        | Expr::Cast { expr: inner, .. }
        | Expr::UnaryOp { op: UnaryOperator::Plus | UnaryOperator::Minus, expr: inner } => is_leaf(inner),
        _ => false,
    }
}

/// Whether an expression names a column.
pub(super) fn has_columns(expr: &Expr) -> bool {
    let found = visit_expressions(expr, |expr| match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => Break(()),
        _ => Continue(()),
    });
    found.is_break()
}

/// The arguments of a call of this function.
fn called<'e>(expr: &'e Expr, function: &str) -> Option<Vec<&'e Expr>> {
    match expr {
        Expr::Function(called) => match call(called) {
            (name, args) if name == function => args,
            _ => None,
        },
        _ => None,
    }
}

/// A function's name in lower case, and its arguments where they are plain expressions.
pub(super) fn call(function: &Function) -> (String, Option<Vec<&Expr>>) {
    let name = function.name.to_string().to_ascii_lowercase();
    let FunctionArguments::List(list) = &function.args else { return (name, None) };
    let args = list.args.iter().map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    (name, args.collect())
}
