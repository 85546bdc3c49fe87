//! What makes tree: expressions and queries that the rewriter writes itself.

use super::{derived_table::select_all, query::plain_query};
use sqlparser::{
    ast::{
        BinaryOperator, CaseWhen, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
        FunctionArgumentList, FunctionArguments, Ident, ObjectName, Query, Select, SelectItem, SetExpr,
        TableWithJoins, Value, ValueWithSpan, helpers::attached_token::AttachedToken,
    },
    tokenizer::Span,
};

fn value(value: Value) -> Expr {
    Expr::Value(ValueWithSpan { value, span: Span::empty() })
}

/// NULL.
pub(super) fn null() -> Expr {
    value(Value::Null)
}

/// A number.
pub(super) fn number(digits: &str) -> Expr {
    value(Value::Number(digits.to_owned(), false))
}

/// A text without quotes and backslashes.
pub(super) fn literal(text: &str) -> Expr {
    value(Value::SingleQuotedString(text.to_owned()))
}

/// `left op right`.
pub(super) fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// `left = right`.
pub(super) fn equal(left: Expr, right: Expr) -> Expr {
    binary(left, BinaryOperator::Eq, right)
}

/// `CAST(expr AS data_type)`.
pub(super) fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(expr), data_type, format: None }
}

/// `CASE WHEN condition THEN result ELSE otherwise END`.
pub(super) fn case_when(condition: Expr, result: Expr, otherwise: Option<Expr>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition, result }],
        else_result: otherwise.map(Box::new),
    }
}

/// `name(args)`.
pub(super) fn call<const N: usize>(name: &str, args: [Expr; N]) -> Expr {
    let args = args.map(|expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)));
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.into(),
            clauses: Vec::new(),
        }),
        within_group: Vec::new(),
        filter: None,
        null_treatment: None,
        over: None,
    })
}

/// `SELECT items FROM from WHERE selection`.
pub(super) fn selecting(
    items: Vec<SelectItem>,
    from: Vec<TableWithJoins>,
    selection: Option<Expr>,
) -> Select {
    let mut select = select_all(from, selection);
    select.projection = items;
    select
}

/// A query that is nothing but this SELECT.
pub(super) fn query_of(select: Select) -> Query {
    plain_query(SetExpr::Select(Box::new(select)))
}
