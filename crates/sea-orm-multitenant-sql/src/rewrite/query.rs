//! Queries: WITH, set operations, ORDER BY, LIMIT, locks.

use crate::{
    limits::limit,
    names,
    outcome::StatementKind,
    read::spelling,
    refusal::{Result, refuse, refuse_if, refuse_with},
    rewrite::{
        columns::{
            outputs::outputs_of_values,
            relation::{Column, Columns},
        },
        frame::{Frame, InSight},
        locks::Locks,
        owner::{Level, Owner},
        rewriter::{Asked, CommonTable, Rewriter},
        unread,
    },
    syntax,
};
use sqlparser::ast::{
    Cte, Expr, Fetch, Ident, LimitClause, Offset, OffsetRows, OrderBy, OrderByExpr, OrderByKind,
    OrderByOptions, OrderBySort, Parens, Query, SetExpr, SetOperator, SetQuantifier, Statement, TableAlias,
    TableAliasColumnDef, Value, Values, With,
};

/// Most common table expressions in a WITH and those around it: each name in FROM is looked up among them.
const MAX_CTES: usize = 250;

impl<'a> Rewriter<'a> {
    /// A query in any position, with the names it defines in sight for its own length.
    pub(super) fn query(&mut self, query: &mut Query) -> Result<StatementKind> {
        self.query_in_from(query, false)
    }

    /// A query in FROM, whose rows may be locked by the query around.
    pub(super) fn query_in_from(&mut self, query: &mut Query, is_locked: bool) -> Result<StatementKind> {
        let delivers = std::mem::replace(&mut self.delivers, false);
        let kind = self.nested_query(query, is_locked);
        self.delivers = delivers;
        kind
    }

    /// A query whose rows are the statement's if those of the query around are.
    pub(super) fn nested_query(&mut self, query: &mut Query, is_locked: bool) -> Result<StatementKind> {
        self.queries += 1;
        let (ctes, frames) = (self.ctes.len(), self.frames.len());
        let is_inserted = std::mem::take(&mut self.is_inserted);
        let names_values = !is_inserted && self.engine.names_values_from_text();
        let names = if names_values { check_value_names(&query.body) } else { Ok(()) };
        let kind = self.query_in_sight(query, is_locked);
        self.ctes.truncate(ctes);
        self.frames.truncate(frames);
        kind.and_then(|kind| names.map(|()| kind))
    }

    /// Reads a query whose names of results are seen: a derived table, a common table expression.
    pub(super) fn named_query<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let named = std::mem::replace(&mut self.names_results, true);
        let result = read(self);
        self.names_results = named;
        result
    }

    /// The columns of a common table expression's query.
    fn outputs_of_part(&mut self, query: &mut Query) -> Result<Columns<'a>> {
        self.outputs(|this| this.named_query(|this| this.at(Level::Apart, |this| this.query(query))))
    }

    /// A query in an expression.
    pub(super) fn subquery(&mut self, query: &mut Query) -> Result<()> {
        let met = self.tenant_tables;
        let named = std::mem::replace(&mut self.names_results, false);
        let result = self.query(query);
        self.names_results = named;
        result?;
        self.check_met(met)
    }

    /// The columns of the query that `walk` reads.
    pub(super) fn outputs<T>(&mut self, walk: impl FnOnce(&mut Self) -> Result<T>) -> Result<Columns<'a>> {
        self.asked = Asked { outputs: true, ..self.asked };
        walk(self)?;
        Ok(self.outputs.take().unwrap_or_else(|| Columns::list(vec![Column::Unknown])))
    }

    fn query_in_sight(&mut self, query: &mut Query, is_locked: bool) -> Result<StatementKind> {
        let unread = unread::unread(self.engine, query);
        let Query {
            with,
            body,
            order_by,
            limit_clause,
            fetch,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators,
        } = query;
        refuse_if(for_clause.is_some(), "FOR XML, JSON or BROWSE")?;
        refuse_if(settings.is_some(), "SETTINGS")?;
        refuse_if(format_clause.is_some(), "FORMAT")?;
        refuse_if(!pipe_operators.is_empty(), "a pipe operator")?;
        let asked = std::mem::take(&mut self.asked);
        if let Some(with) = with {
            self.with(with)?;
        }
        let is_select = matches!(body.as_ref(), SetExpr::Select(_));
        let outputs = asked.outputs || order_by.is_some() && !is_select;
        self.asked = Asked { outputs, ..asked };
        let held = Locks::of(locks)?;
        syntax::ROW_LOCK.check_if(held != Locks::Free, self.engine)?;
        self.locks_rows |= held.are_own();
        let kind = self.set_expr(body, &held.within(is_locked))?;
        locks
            .iter_mut()
            .filter_map(|lock| lock.of.as_mut())
            .try_for_each(|of| names::settle_all(self.engine, of))?;
        let outputs = self.outputs.take();
        self.at(Level::Mixed, |this| {
            if let Some(order_by) = order_by {
                this.among_results(body, outputs.as_ref(), |this| this.order_by(order_by))?;
            }
            if let Some(limit) = limit_clause {
                this.limit(limit)?;
            }
            if let Some(fetch) = fetch {
                this.fetch(fetch)?;
            }
            Ok(())
        })?;
        self.outputs = outputs;
        unread::check(with.as_ref(), &unread)?;
        Ok(kind)
    }

    /// Walks what may name the results of a query: those of its select list, or of the first arm of a set operation.
    fn among_results(
        &mut self,
        body: &mut SetExpr,
        outputs: Option<&Columns<'a>>,
        walk: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        if let SetExpr::Select(select) = body {
            return self.with_results(&mut select.projection, walk);
        }
        let frames = self.frames.len();
        if let Some(outputs) = outputs {
            self.frames.push(Frame::of(InSight::unnamed(outputs.clone())));
        }
        walk(self)?;
        self.frames.truncate(frames);
        Ok(())
    }

    fn fetch(&mut self, fetch: &mut Fetch) -> Result<()> {
        let Fetch { with_ties: _, percent, quantity } = fetch;
        syntax::FETCH.check(self.engine)?;
        syntax::FETCH_PERCENT.check_if(*percent, self.engine)?;
        self.optional(quantity.as_mut())
    }

    fn with(&mut self, with: &mut With) -> Result<()> {
        let With { with_token: _, recursive, cte_tables } = with;
        limit("common table expressions", self.ctes.len() + cte_tables.len(), MAX_CTES)?;
        for cte in cte_tables {
            self.cte(cte, *recursive)?;
        }
        Ok(())
    }

    /// A common table expression: in sight of the ones after it, and of itself when RECURSIVE. Engines that let it see
    /// more than that meet a name that is refused as unknown.
    fn cte(&mut self, cte: &mut Cte, recursive: bool) -> Result<()> {
        let Cte { alias, query, from, materialized, closing_paren_token: _ } = cte;
        syntax::MATERIALIZED.check_if(materialized.is_some(), self.engine)?;
        refuse_if(from.is_some(), "FROM after a common table expression")?;
        let name = self.settled_alias(alias)?;
        if !name.value.is_ascii() {
            return refuse_with("a common table expression whose name is not ASCII", "rename it");
        }
        if self.catalogue.mentions(&name.value) {
            return refuse_with(
                format!("the common table expression `{}`, named like a table of the catalogue,", name.value),
                "rename it: engines differ in what the name means",
            );
        }
        let name = names::folded(self.engine.table_folding(), &name);
        let (met, index, folding) = (self.tenant_tables, self.ctes.len(), self.engine.column_folding());
        let shared = self.shared_tables.len();
        if recursive {
            let owner = if self.is_for_set() { Owner::Unnamed } else { Owner::Nobody };
            let columns = Columns::Pending.renamed(folding, Some(alias));
            self.ctes.push(CommonTable { name, owner, columns, shared: None, carried: Vec::new() });
            self.asked.defines = Some(index);
            let columns = self.outputs_of_part(query)?;
            self.ctes[index].columns = with_added(query, self.renamed(columns, Some(alias))?);
        } else {
            let columns = self.outputs_of_part(query)?;
            let columns = with_added(query, self.renamed(columns, Some(alias))?);
            let carried = if alias.columns.is_empty() { self.carried(query) } else { Vec::new() };
            let owner = self.owner_since(met);
            self.ctes.push(CommonTable { name, owner, columns, shared: None, carried });
        }
        if let Some(cte) = self.ctes.get_mut(index) {
            cte.shared = self.shared_tables.get(shared).copied();
        }
        Ok(())
    }

    /// Quotes the name of an alias, and returns it.
    pub(super) fn settled_alias(&self, alias: &mut TableAlias) -> Result<Ident> {
        let TableAlias { explicit: _, name, columns, at } = alias;
        refuse_if(at.is_some(), "AT in an alias")?;
        names::settle(self.engine, name)?;
        for TableAliasColumnDef { name, data_type } in columns {
            names::settle(self.engine, name)?;
            if let Some(data_type) = data_type {
                syntax::TYPED_COLUMN_ALIASES.check(self.engine)?;
                self.data_type(data_type)?;
            }
        }
        Ok(alias.name.clone())
    }

    /// Refuses a set operation that the engine does not have, or groups otherwise.
    fn check_set_operation(
        &self,
        operator: SetOperator,
        quantifier: SetQuantifier,
        right: &SetExpr,
    ) -> Result<()> {
        syntax::MINUS.check_if(operator == SetOperator::Minus, self.engine)?;
        match quantifier {
            SetQuantifier::None => {}
            SetQuantifier::All => {
                syntax::ALL_OF_SET_OPERATION.check_if(operator != SetOperator::Union, self.engine)?;
            }
            SetQuantifier::Distinct => syntax::DISTINCT_SET_OPERATION.check(self.engine)?,
            SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName => {
                syntax::BY_NAME.check(self.engine)?;
            }
        }
        if self.engine.groups_set_operations_from_left() && matches!(right, SetExpr::SetOperation { .. }) {
            return refuse_with(
                "INTERSECT after another set operation, which the engine applies first,",
                "put the INTERSECT into a subquery in FROM",
            );
        }
        Ok(())
    }

    /// The rows of VALUES.
    fn values(&mut self, values: &mut Values) -> Result<()> {
        let Values { explicit_row, value_keyword, rows } = values;
        syntax::VALUES_ROW.check_if(*explicit_row, self.engine)?;
        syntax::VALUE.check_if(*value_keyword, self.engine)?;
        for Parens { opening_token: _, content, closing_token: _ } in rows {
            self.at(Level::Mixed, |this| this.exprs(content))?;
        }
        Ok(())
    }

    pub(super) fn set_expr(&mut self, body: &mut SetExpr, locks: &Locks) -> Result<StatementKind> {
        let asked = std::mem::take(&mut self.asked);
        match body {
            SetExpr::Select(select) => {
                self.select(select, locks, asked.outputs).map(|()| StatementKind::Select)
            }
            SetExpr::Query(query) => {
                refuse_if(locks.are_own(), "a row lock on a query in parentheses")?;
                self.asked = asked;
                self.nested_query(query, *locks == Locks::Around)
            }
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                refuse_if(locks.are_own(), "a row lock on a set operation")?;
                self.check_set_operation(*op, *set_quantifier, right)?;
                let (frames, met) = (self.frames.len(), self.tenant_tables);
                self.asked = asked;
                self.set_expr(left, locks)?;
                self.frames.truncate(frames);
                let outputs = self.outputs.take();
                self.define(asked, outputs.as_ref());
                let kind = self.set_expr(right, locks)?;
                self.frames.truncate(frames);
                self.outputs = outputs;
                if *op != SetOperator::Union {
                    self.computed_whole.comparisons += 1;
                    self.check_compared(met)?;
                }
                if is_set_operation(right) || is_in_parentheses(left) {
                    self.check_nested_set_operation(met)?;
                }
                Ok(kind)
            }
            SetExpr::Values(values) => {
                self.outputs = asked.outputs.then(|| outputs_of_values(self.engine, values));
                self.values(values).map(|()| StatementKind::Select)
            }
            SetExpr::Insert(statement) | SetExpr::Update(statement) | SetExpr::Delete(statement) => {
                self.write_in_query(statement, asked)
            }
            SetExpr::Merge(_) => refuse("MERGE"),
            SetExpr::Table(_) => refuse_with("TABLE", "write SELECT * FROM it"),
        }
    }

    /// `WITH … INSERT`, `WITH … UPDATE`, `WITH … DELETE`, at the top or, on PostgreSQL, in a common table expression.
    fn write_in_query(&mut self, statement: &mut Statement, asked: Asked) -> Result<StatementKind> {
        match statement {
            Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) => {
                let around = std::mem::replace(&mut self.asks_returned, asked.outputs);
                let kind = self.statement(statement)?;
                self.asks_returned = around;
                Ok(kind)
            }
            other => Err(crate::read::statement_names::refusal(other)),
        }
    }

    /// Says what a common table expression yields, which its first arm tells, so that the others may name its columns.
    fn define(&mut self, asked: Asked, outputs: Option<&Columns<'a>>) {
        if let (Some(cte), Some(outputs)) =
            (asked.defines.and_then(|index| self.ctes.get_mut(index)), outputs)
            && matches!(cte.columns, Columns::Pending)
        {
            cte.columns = outputs.clone();
        }
    }

    pub(super) fn order_by(&mut self, order_by: &mut OrderBy) -> Result<()> {
        let OrderBy { kind, interpolate } = order_by;
        refuse_if(interpolate.is_some(), "INTERPOLATE")?;
        match kind {
            OrderByKind::All(_) => refuse("ORDER BY ALL"),
            OrderByKind::Expressions(exprs) => self.order_by_exprs(exprs),
        }
    }

    pub(super) fn order_by_exprs(&mut self, exprs: &mut [OrderByExpr]) -> Result<()> {
        for OrderByExpr { expr, options, with_fill } in exprs {
            refuse_if(with_fill.is_some(), "WITH FILL")?;
            let OrderByOptions { sort, nulls_first } = options;
            syntax::NULLS_FIRST.check_if(nulls_first.is_some(), self.engine)?;
            match sort {
                Some(OrderBySort::Using(_)) => return refuse("ORDER BY USING"),
                Some(OrderBySort::Asc | OrderBySort::Desc) | None => self.expr(expr)?,
            }
        }
        Ok(())
    }

    fn limit(&mut self, limit: &mut LimitClause) -> Result<()> {
        match limit {
            LimitClause::LimitOffset { limit, offset, limit_by } => {
                refuse_if(!limit_by.is_empty(), "LIMIT BY")?;
                if let Some(limit) = limit {
                    self.expr(limit)?;
                }
                match offset {
                    Some(Offset { value, rows }) => {
                        syntax::OFFSET_ROWS.check_if(*rows != OffsetRows::None, self.engine)?;
                        self.expr(value)
                    }
                    None => Ok(()),
                }
            }
            LimitClause::OffsetCommaLimit { offset, limit } => {
                syntax::LIMIT_COMMA.check(self.engine)?;
                self.expr(offset)?;
                self.expr(limit)
            }
        }
    }
}

/// The columns of a common table expression, with those that SEARCH and CYCLE add.
fn with_added<'a>(query: &Query, columns: Columns<'a>) -> Columns<'a> {
    if !query.locks.iter().any(|lock| lock.of.as_ref().is_some_and(spelling::is_no_lock)) {
        return columns;
    }
    let mut list = Vec::new();
    columns.append_to(&mut list);
    list.push(Column::Unknown);
    Columns::list(list)
}

/// Refuses VALUES whose columns are named after expressions, which may be written otherwise than they were.
fn check_value_names(body: &SetExpr) -> Result<()> {
    let is_plain = |expr: &Expr| match expr {
        Expr::Value(value) => !matches!(value.value, Value::Boolean(_)),
        _ => false,
    };
    match body {
        SetExpr::Values(values) => {
            let first = values.rows.first();
            if first.is_none_or(|first| first.content.iter().all(is_plain)) {
                return Ok(());
            }
            refuse_with("VALUES that names a column after an expression", "write SELECT … AS name")
        }
        SetExpr::Query(query) => check_value_names(&query.body),
        SetExpr::SetOperation { left, op: _, set_quantifier: _, right: _ } => check_value_names(left),
        SetExpr::Select(_)
        | SetExpr::Insert(_)
        | SetExpr::Update(_)
        | SetExpr::Delete(_)
        | SetExpr::Merge(_)
        | SetExpr::Table(_) => Ok(()),
    }
}

fn is_set_operation(body: &SetExpr) -> bool {
    match body {
        SetExpr::SetOperation { .. } => true,
        SetExpr::Query(query) => is_set_operation(&query.body),
        _ => false,
    }
}

/// Whether a set operation is written in parentheses.
fn is_in_parentheses(body: &SetExpr) -> bool {
    matches!(body, SetExpr::Query(query) if is_set_operation(&query.body))
}
