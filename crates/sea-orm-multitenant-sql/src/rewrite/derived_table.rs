//! Tables in derived tables, where a join leaves no other place for their predicate.

use super::query::plain_query;
use sqlparser::ast::{
    Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, Select, SelectFlavor,
    SelectItem, SetExpr, TableAlias, TableFactor, TableIndexHints, TableWithJoins, WildcardAdditionalOptions,
    helpers::attached_token::AttachedToken,
};

/// How a table is given its predicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The predicate stands beside the table, in ON or WHERE.
    Inline,
    /// The table becomes `(SELECT * FROM table WHERE predicate) AS name`.
    Derived,
}

/// The form that keeps the meaning of every join in this element of FROM.
pub(super) fn form_of(joined: &TableWithJoins) -> Form {
    let TableWithJoins { relation, joins } = joined;
    let here = joins.iter().map(|Join { relation, global: _, join_operator }| {
        if needs_derived_tables(join_operator) { Form::Derived } else { form_of_factor(relation) }
    });
    std::iter::once(form_of_factor(relation))
        .chain(here)
        .find(|form| *form == Form::Derived)
        .unwrap_or(Form::Inline)
}

fn form_of_factor(factor: &TableFactor) -> Form {
    match factor {
        TableFactor::NestedJoin { table_with_joins, alias: _ } => form_of(table_with_joins),
        // A query of its own, a function or something that is refused later.
        TableFactor::Table { .. }
        | TableFactor::Derived { .. }
        | TableFactor::TableFunction { .. }
        | TableFactor::Function { .. }
        | TableFactor::UNNEST { .. }
        | TableFactor::JsonTable { .. }
        | TableFactor::OpenJsonTable { .. }
        | TableFactor::Pivot { .. }
        | TableFactor::Unpivot { .. }
        | TableFactor::UnpivotExpr { .. }
        | TableFactor::MatchRecognize { .. }
        | TableFactor::XmlTable { .. }
        | TableFactor::SemanticView { .. } => Form::Inline,
    }
}

/// Whether a join has no ON that a predicate could go into, or must keep the rows of both sides.
fn needs_derived_tables(operator: &JoinOperator) -> bool {
    match operator {
        JoinOperator::FullOuter(_) => true,
        JoinOperator::Join(on)
        | JoinOperator::Inner(on)
        | JoinOperator::CrossJoin(on)
        | JoinOperator::StraightJoin(on) => {
            matches!(on, JoinConstraint::Using(_) | JoinConstraint::Natural)
        }
        JoinOperator::Left(on)
        | JoinOperator::LeftOuter(on)
        | JoinOperator::Right(on)
        | JoinOperator::RightOuter(on) => !matches!(on, JoinConstraint::On(_)),
        JoinOperator::Semi(_)
        | JoinOperator::LeftSemi(_)
        | JoinOperator::RightSemi(_)
        | JoinOperator::Anti(_)
        | JoinOperator::LeftAnti(_)
        | JoinOperator::RightAnti(_)
        | JoinOperator::CrossApply
        | JoinOperator::OuterApply
        | JoinOperator::AsOf { match_condition: _, constraint: _ }
        | JoinOperator::ArrayJoin
        | JoinOperator::LeftArrayJoin
        | JoinOperator::InnerArrayJoin => false,
    }
}

pub(super) fn plain_alias(name: Ident) -> TableAlias {
    TableAlias { explicit: true, name, columns: Vec::new(), at: None }
}

/// `(SELECT * FROM name WHERE predicate) AS alias`.
pub(super) fn derived_table(
    name: ObjectName,
    index_hints: Vec<TableIndexHints>,
    predicate: Expr,
    alias: TableAlias,
) -> TableFactor {
    let from = vec![TableWithJoins { relation: plain_table(name, index_hints), joins: Vec::new() }];
    let subquery = plain_query(SetExpr::Select(Box::new(select_all(from, Some(predicate)))));
    TableFactor::Derived { lateral: false, subquery: Box::new(subquery), alias: Some(alias), sample: None }
}

/// A table of FROM that is nothing but its name.
pub(super) fn plain_table(name: ObjectName, index_hints: Vec<TableIndexHints>) -> TableFactor {
    TableFactor::Table {
        name,
        alias: None,
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
