//! What makes tree: expressions and queries that the rewriter writes itself.

use crate::engine::Failure;
use sqlparser::ast::UnaryOperator;
use sqlparser::{
    ast::{
        BinaryOperator, CaseWhen, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
        FunctionArgumentList, FunctionArguments, GroupByExpr, Ident, ObjectName, Query, Select, SelectFlavor,
        SelectItem, SetExpr, TableAlias, TableFactor, TableIndexHints, TableWithJoins, Value, ValueWithSpan,
        WildcardAdditionalOptions, helpers::attached_token::AttachedToken,
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

/// Whether a name is the keyword DEFAULT.
pub(super) fn is_default(ident: &Ident) -> bool {
    ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("default")
}

/// A placeholder of the tree.
pub(super) fn placeholder(text: String) -> Expr {
    Expr::Value(ValueWithSpan { value: Value::Placeholder(text), span: Span::empty() })
}

/// Joins the predicates and the caller's own, which comes last and in parentheses.
pub(super) fn conjunction(predicates: Vec<Expr>, callers: Option<Expr>) -> Option<Expr> {
    predicates.into_iter().chain(callers.map(|expr| Expr::Nested(Box::new(expr)))).reduce(|left, right| {
        Expr::BinaryOp { left: Box::new(left), op: BinaryOperator::And, right: Box::new(right) }
    })
}

/// A query that is nothing but its body.
pub(super) fn plain_query(body: SetExpr) -> Query {
    Query {
        with: None,
        body: Box::new(body),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}

pub(super) fn plain_alias(name: Ident) -> TableAlias {
    TableAlias { explicit: true, name, columns: Vec::new(), at: None }
}

/// `(SELECT * FROM name WHERE predicate) AS alias`.
pub(super) fn derived_table(relation: TableFactor, predicate: Expr, alias: TableAlias) -> TableFactor {
    let from = vec![TableWithJoins { relation, joins: Vec::new() }];
    let subquery = plain_query(SetExpr::Select(Box::new(select_all(from, Some(predicate)))));
    TableFactor::Derived { lateral: false, subquery: Box::new(subquery), alias: Some(alias), sample: None }
}

/// A table of FROM that is nothing but its name.
pub(super) fn plain_table(name: ObjectName, index_hints: Vec<TableIndexHints>) -> TableFactor {
    plain_table_as(name, None, index_hints)
}

/// A table of FROM with a name and perhaps an alias.
pub(super) fn plain_table_as(
    name: ObjectName,
    alias: Option<TableAlias>,
    index_hints: Vec<TableIndexHints>,
) -> TableFactor {
    TableFactor::Table {
        name,
        alias,
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints,
    }
}

/// `SELECT * FROM from WHERE selection`.
pub(super) fn select_all(from: Vec<TableWithJoins>, selection: Option<Expr>) -> Select {
    Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection: vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())],
        exclude: None,
        into: None,
        from,
        lateral_views: Vec::new(),
        prewhere: None,
        selection,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    }
}

/// `IF(9223372036854775807 + (NOT (condition)) > 0, value, NULL)`: the value, or an error where the condition does not
/// hold, as the sum is then out of the range of a BIGINT (MySQL manual, 11.1.7), whatever the session's settings.
pub(super) fn unless_out_of_range(condition: Expr, value: Expr) -> Expr {
    let nested = |expr| Expr::Nested(Box::new(expr));
    let is_foreign = nested(Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(nested(condition)) });
    let sum = binary(number("9223372036854775807"), BinaryOperator::Plus, is_foreign);
    call("IF", [binary(sum, BinaryOperator::Gt, number("0")), value, null()])
}

/// A condition that is true where `condition` is, and an error with this text in it where it is false.
pub(super) fn unless_failing(failure: Failure, condition: Expr, text: &str) -> Expr {
    let text = || literal(text);
    match failure {
        Failure::CastToInteger => {
            let digits = case_when(condition, literal("0"), Some(text()));
            equal(cast(digits, DataType::Integer(None)), number("0"))
        }
        Failure::JsonPath => {
            let path = case_when(condition, literal("$"), Some(text()));
            Expr::IsNotNull(Box::new(call("json_extract", [literal("{}"), path])))
        }
        Failure::OutOfRange => {
            let nested = Expr::Nested(Box::new(condition));
            let fails = Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(nested) };
            let length = call("LENGTH", [call("REPEAT", [text(), fails])]);
            let sum = binary(number("9223372036854775807"), BinaryOperator::Plus, length);
            binary(sum, BinaryOperator::Gt, number("0"))
        }
    }
}

/// `CONVERT(text USING utf8mb4)`.
pub(super) fn in_utf8mb4(text: Expr) -> Expr {
    Expr::Convert {
        is_try: false,
        expr: Box::new(text),
        data_type: None,
        charset: Some(ObjectName::from(vec![Ident::with_quote('`', "utf8mb4")])),
        target_before_value: false,
        styles: Vec::new(),
    }
}
