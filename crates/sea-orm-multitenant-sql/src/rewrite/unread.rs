//! Common table expressions that nothing reads.

use crate::{
    engine::Engine,
    names,
    refusal::{Result, refuse_with},
};
use sqlparser::ast::{Cte, Expr, Query, Value, With, visit_expressions, visit_relations};
use std::{collections::BTreeSet, ops::ControlFlow};

/// The places in WITH of common table expressions that nothing in the query reads, where the engine leaves such ones out.
pub(super) fn unread(engine: Engine, query: &Query) -> Vec<usize> {
    let Some(with) = query.with.as_ref().filter(|_| engine.skips_unread_common_tables()) else {
        return Vec::new();
    };
    let mut read = BTreeSet::new();
    let _: ControlFlow<()> = visit_relations(query, |relation| {
        let name = relation.0.last().and_then(|part| part.as_ident());
        read.extend(name.map(|name| names::folded(engine.table_folding(), name)));
        ControlFlow::Continue(())
    });
    let is_read = |cte: &Cte| read.contains(&names::folded(engine.table_folding(), &cte.alias.name));
    let all = with.cte_tables.iter().enumerate();
    all.filter(|(_, cte)| !is_read(cte)).map(|(index, _)| index).collect()
}

/// Refuses scoped common table expressions at these places if there are values in them. MySQL 9.7 describes such a value by
/// a type that the driver does not know, and the connection hangs.
pub(super) fn check(with: Option<&With>, unread: &[usize]) -> Result<()> {
    let unread =
        with.into_iter().flat_map(|with| unread.iter().filter_map(|index| with.cte_tables.get(*index)));
    for cte in unread {
        let has_value = visit_expressions(&cte.query, |expr| match expr {
            Expr::Value(value) if matches!(value.value, Value::Placeholder(_)) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        if has_value.is_break() {
            return refuse_with(
                format!("the common table expression `{}`, which nothing reads,", cte.alias.name.value),
                "leave it out",
            );
        }
    }
    Ok(())
}
