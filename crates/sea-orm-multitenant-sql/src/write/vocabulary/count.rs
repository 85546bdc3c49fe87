//! How often the words that make a statement's structure occur: in a text, and in a tree.

use crate::{
    engine::Engine,
    read::spelling,
    refusal::Result,
    write::vocabulary::{lexer::Kind, tokens::read},
};
use sqlparser::ast::{
    ConflictTarget, Delete, Expr, FromTable, Function, FunctionArgumentClause, FunctionArguments, Ident,
    Insert, Join, JoinConstraint, JoinOperator, JsonTableColumn, LimitClause, LockClause, LockType,
    OnConflictAction, OnInsert, Query, Select, SetExpr, SetOperator, Statement, TableFactor, TableIndexHints,
    TableWithJoins, Update, UpdateTableFromKind, Visit, Visitor,
};
use std::ops::ControlFlow;

/// The words, in the order in which they are counted.
const WORDS: [&str; 18] = [
    "SELECT",
    "FROM",
    "JOIN",
    "INTO",
    "WHERE",
    "HAVING",
    "LIMIT",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "VALUES",
    "RETURNING",
    "USING",
    "FOR",
    "INSERT",
    "UPDATE",
    "DELETE",
    "SET",
];

/// How often each of [`WORDS`] occurs.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Counts([usize; WORDS.len()]);

impl Counts {
    /// Counts one word of a text that stands after `before`.
    ///
    /// Not the FROM of IS DISTINCT FROM, for which SQLite's text has IS, nor the SET of CHARACTER SET.
    pub(super) fn add_word(&mut self, word: &str, before: Option<&str>) {
        let follows = |other: &str| before.is_some_and(|before| before.eq_ignore_ascii_case(other));
        let is_part = word.eq_ignore_ascii_case("FROM") && follows("DISTINCT")
            || word.eq_ignore_ascii_case("SET") && follows("CHARACTER");
        if !is_part {
            self.add(word, 1);
        }
    }

    /// Counts a word that occurs `times`, if it is one of [`WORDS`].
    fn add(&mut self, word: &str, times: usize) {
        if let Some(index) = WORDS.iter().position(|each| each.eq_ignore_ascii_case(word)) {
            self.0[index] += times;
        }
    }

    /// Counts a word if `occurs`.
    fn add_if(&mut self, occurs: bool, word: &str) {
        self.add(word, usize::from(occurs));
    }

    /// What the text of a tree has.
    ///
    /// # Errors
    /// When the text of a stand-in in it cannot be read.
    pub(super) fn of_tree(engine: Engine, statement: &Statement) -> Result<Self> {
        let mut census = Census { engine, counts: Self::default(), failed: None };
        let _ = statement.visit(&mut census);
        match census.failed {
            Some(refusal) => Err(refusal),
            None => Ok(census.counts),
        }
    }
}

/// A walk that counts.
struct Census {
    engine: Engine,
    counts: Counts,
    failed: Option<crate::refusal::Refusal>,
}

impl Census {
    fn select(&mut self, select: &Select) {
        let counts = &mut self.counts;
        counts.add("SELECT", 1);
        counts.add_if(!select.from.is_empty(), "FROM");
        counts.add_if(select.selection.is_some(), "WHERE");
        counts.add_if(select.having.is_some(), "HAVING");
        counts.add_if(select.into.is_some(), "INTO");
        select.from.iter().for_each(|joined| self.joins(joined));
    }

    fn joins(&mut self, joined: &TableWithJoins) {
        for Join { relation: _, global: _, join_operator } in &joined.joins {
            self.counts.add_if(!matches!(join_operator, JoinOperator::StraightJoin(_)), "JOIN");
            let uses = matches!(constraint(join_operator), Some(JoinConstraint::Using(_)));
            self.counts.add_if(uses, "USING");
        }
    }

    /// The body of a query, without the queries in parentheses in it, which are visited by themselves.
    fn body(&mut self, body: &SetExpr) {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::SetOperation { op, left, right, set_quantifier: _ } => {
                self.counts.add(set_operator(*op), 1);
                self.body(left);
                self.body(right);
            }
            SetExpr::Values(values) => self.counts.add_if(!values.value_keyword, "VALUES"),
            SetExpr::Query(_)
            | SetExpr::Insert(_)
            | SetExpr::Update(_)
            | SetExpr::Delete(_)
            | SetExpr::Merge(_)
            | SetExpr::Table(_) => {}
        }
    }

    fn lock(&mut self, lock: &LockClause) {
        let LockClause { lock_type, of, nonblock: _ } = lock;
        match of.as_ref().and_then(spelling::written_lock) {
            // LOCK IN SHARE MODE, or SEARCH and CYCLE of a common table expression.
            Some(written) => self.text(&written),
            None => {
                self.counts.add("FOR", 1);
                self.counts.add_if(*lock_type == LockType::Update, "UPDATE");
            }
        }
    }

    /// A text that a stand-in holds.
    fn text(&mut self, text: &str) {
        match read(self.engine, text) {
            Ok(tokens) => {
                for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Word)
                {
                    self.counts.add_word(token.text, index.checked_sub(1).map(|before| tokens[before].text));
                }
            }
            Err(refusal) => self.failed = Some(refusal),
        }
    }

    fn insert(&mut self, insert: &Insert) {
        let counts = &mut self.counts;
        counts.add_if(!insert.replace_into, "INSERT");
        counts.add_if(insert.into || insert.or.is_some(), "INTO");
        counts.add_if(insert.source.is_none() && !insert.assignments.is_empty(), "SET");
        let is_default =
            insert.source.is_none() && insert.assignments.is_empty() && insert.columns.is_empty();
        counts.add_if(is_default, "VALUES");
        counts.add_if(insert.returning.is_some(), "RETURNING");
        match &insert.on {
            Some(OnInsert::DuplicateKeyUpdate(_)) => counts.add("UPDATE", 1),
            Some(OnInsert::OnConflict(on)) => {
                if let OnConflictAction::DoUpdate(update) = &on.action {
                    counts.add("UPDATE", 1);
                    counts.add("SET", 1);
                    counts.add_if(update.selection.is_some(), "WHERE");
                }
                if let Some(ConflictTarget::Columns(columns)) = &on.conflict_target {
                    self.conflict_columns(columns);
                }
            }
            Some(_) | None => {}
        }
    }

    fn conflict_columns(&mut self, columns: &[Ident]) {
        if let Some(text) = spelling::written_target(self.engine, columns) {
            self.text(&text);
        }
    }

    fn update(&mut self, update: &Update) {
        let counts = &mut self.counts;
        counts.add("UPDATE", 1);
        counts.add_if(!update.assignments.is_empty(), "SET");
        counts.add_if(update.selection.is_some(), "WHERE");
        counts.add_if(update.returning.is_some(), "RETURNING");
        counts.add_if(update.limit.is_some(), "LIMIT");
        self.joins(&update.table);
        if let Some(UpdateTableFromKind::AfterSet(from) | UpdateTableFromKind::BeforeSet(from)) = &update.from
        {
            self.counts.add("FROM", 1);
            from.iter().for_each(|joined| self.joins(joined));
        }
    }

    fn delete(&mut self, delete: &Delete) {
        let counts = &mut self.counts;
        counts.add("DELETE", 1);
        counts.add_if(matches!(delete.from, FromTable::WithFromKeyword(_)), "FROM");
        counts.add_if(delete.using.is_some(), "USING");
        counts.add_if(delete.selection.is_some(), "WHERE");
        counts.add_if(delete.returning.is_some(), "RETURNING");
        counts.add_if(delete.limit.is_some(), "LIMIT");
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        from.iter().chain(delete.using.iter().flatten()).for_each(|joined| self.joins(joined));
    }

    fn function(&mut self, function: &Function) {
        let name = function.name.to_string();
        self.counts.add(&name, 1);
        self.counts.add_if(function.filter.is_some(), "WHERE");
        let FunctionArguments::List(list) = &function.args else { return };
        for clause in &list.clauses {
            match clause {
                FunctionArgumentClause::Limit(_) => self.counts.add("LIMIT", 1),
                FunctionArgumentClause::Where(_) => self.counts.add("WHERE", 1),
                FunctionArgumentClause::Having(_) => self.counts.add("HAVING", 1),
                FunctionArgumentClause::JsonReturningClause(_) => self.counts.add("RETURNING", 1),
                FunctionArgumentClause::IgnoreOrRespectNulls(_)
                | FunctionArgumentClause::OrderBy(_)
                | FunctionArgumentClause::OnOverflow(_)
                | FunctionArgumentClause::Separator(_)
                | FunctionArgumentClause::JsonNullClause(_) => {}
            }
        }
    }

    fn index_hint(&mut self, hint: &TableIndexHints) {
        let Some(used_for) = &hint.for_clause else { return };
        self.counts.add("FOR", 1);
        self.counts.add(&used_for.to_string(), 1);
    }

    fn json_columns(&mut self, columns: &[JsonTableColumn]) {
        for column in columns {
            match column {
                JsonTableColumn::ForOrdinality(_) => self.counts.add("FOR", 1),
                JsonTableColumn::Nested(nested) => self.json_columns(&nested.columns),
                JsonTableColumn::Named(_) => {}
            }
        }
    }
}

impl Visitor for Census {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.body(&query.body);
        query.locks.iter().for_each(|lock| self.lock(lock));
        self.counts.add_if(has_limit(query.limit_clause.as_ref()), "LIMIT");
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::NestedJoin { table_with_joins, alias: _ } => self.joins(table_with_joins),
            TableFactor::Table { name, args, index_hints, .. } => {
                self.counts.add_if(args.is_some(), &name.to_string());
                index_hints.iter().for_each(|hint| self.index_hint(hint));
            }
            TableFactor::JsonTable { columns, .. } => self.json_columns(columns),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(function) => self.function(function),
            Expr::Extract { field: _, syntax, expr: _ } => {
                self.counts.add_if(*syntax == sqlparser::ast::ExtractSyntax::From, "FROM");
            }
            Expr::Substring { expr: _, substring_from, substring_for, special, shorthand: _ } => {
                self.counts.add_if(!special && substring_from.is_some(), "FROM");
                self.counts.add_if(!special && substring_for.is_some(), "FOR");
            }
            Expr::Trim { trim_what, .. } => self.counts.add_if(trim_what.is_some(), "FROM"),
            Expr::Overlay { overlay_for, .. } => {
                self.counts.add("FROM", 1);
                self.counts.add_if(overlay_for.is_some(), "FOR");
            }
            Expr::Convert { data_type: None, charset, .. } => self.counts.add_if(charset.is_some(), "USING"),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn set_operator(operator: SetOperator) -> &'static str {
    match operator {
        SetOperator::Union => "UNION",
        SetOperator::Except => "EXCEPT",
        SetOperator::Intersect => "INTERSECT",
        SetOperator::Minus => "MINUS",
    }
}

fn has_limit(limit: Option<&LimitClause>) -> bool {
    match limit {
        Some(LimitClause::LimitOffset { limit, offset: _, limit_by: _ }) => limit.is_some(),
        Some(LimitClause::OffsetCommaLimit { offset: _, limit: _ }) => true,
        None => false,
    }
}

fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    match operator {
        JoinOperator::Join(on)
        | JoinOperator::Inner(on)
        | JoinOperator::CrossJoin(on)
        | JoinOperator::StraightJoin(on)
        | JoinOperator::Left(on)
        | JoinOperator::LeftOuter(on)
        | JoinOperator::Right(on)
        | JoinOperator::RightOuter(on)
        | JoinOperator::FullOuter(on) => Some(on),
        // Refused by the rewriter.
        _ => None,
    }
}
