//! Tables in derived tables, where a join leaves no other place for their predicate.

use sqlparser::ast::{Join, JoinConstraint, JoinOperator, TableFactor, TableWithJoins};

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
