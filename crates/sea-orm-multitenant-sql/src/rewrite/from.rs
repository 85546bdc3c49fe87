//! FROM: every table in it gets its tenant predicate, in the one place where the join's meaning is kept.

use crate::{
    catalogue::table::{Ownership, Table},
    functions::Position,
    names::{self, qualifier, qualifier_of_name},
    refusal::{Result, refuse, refuse_if, refuse_on, refuse_with},
    rewrite::{
        build::{conjunction, derived_table, plain_alias},
        derived_table::{Form, form_of},
        frame::Frame,
        locks::Locks,
        owner::{Level, Owner, Side},
        rewriter::{Relation, Rewriter},
    },
    syntax,
};
use sqlparser::ast::{
    Expr, FunctionArg, Ident, Join, JoinConstraint, JoinOperator, TableAlias, TableFactor, TableFunctionArgs,
    TableWithJoins,
};

/// A FROM clause whose tables are scoped.
pub(super) struct Scoped<'a> {
    /// What must stand in WHERE.
    pub(super) predicates: Vec<Expr>,
    /// The tenant tables that stand in FROM themselves, not inside a derived table.
    pub(super) sources: Vec<Source<'a>>,
    /// Whose rows it yields, in a scope of several tenants.
    pub(super) owner: Owner,
    /// Whether a table in it has become a derived table.
    pub(super) has_derived: bool,
}

/// A part of a FROM clause whose tables are scoped.
struct Part {
    /// What must hold wherever its rows are used.
    predicates: Vec<Expr>,
    owner: Owner,
}

impl Part {
    /// A part without predicates of its own.
    fn of(owner: Owner) -> Self {
        Self { predicates: Vec::new(), owner }
    }
}

/// A tenant table under the name by which the statement speaks of it.
pub(super) struct Source<'a> {
    pub(super) qualifier: Ident,
    pub(super) table: &'a Table,
}

/// What a walk through one FROM clause knows and gathers.
struct Walk<'a, 'l> {
    locks: &'l Locks,
    sources: Vec<Source<'a>>,
    has_derived: bool,
}

impl<'a> Rewriter<'a> {
    /// Scopes a FROM clause, whose tables stay in sight. `beside` are those of the same level that stand outside of it:
    /// the target of an UPDATE.
    pub(super) fn from(
        &mut self,
        from: &mut [TableWithJoins],
        beside: Frame<'a>,
        locks: &Locks,
    ) -> Result<Scoped<'a>> {
        self.enter(from, beside)?;
        let mut walk = Walk { locks, sources: Vec::new(), has_derived: false };
        let mut all = Part::of(Owner::Nobody);
        for joined in from {
            let form = form_of(joined);
            let part = self.joined(joined, form, &mut walk)?;
            let (ties, owner) = self.meet(Side::Neither, &all.owner, &part.owner)?;
            all.predicates.extend(part.predicates.into_iter().chain(ties));
            all.owner = owner;
        }
        self.close();
        let Walk { locks: _, sources, has_derived } = walk;
        Ok(Scoped { predicates: all.predicates, sources, owner: all.owner, has_derived })
    }

    /// Scopes one element of FROM.
    fn joined(&mut self, joined: &mut TableWithJoins, form: Form, walk: &mut Walk<'a, '_>) -> Result<Part> {
        let TableWithJoins { relation, joins } = joined;
        let mut pending = self.factor(relation, form, walk)?;
        self.check_each_join_has_its_on(joins)?;
        for Join { relation, global, join_operator } in joins {
            refuse_if(*global, "GLOBAL JOIN")?;
            let (side, constraint) = self.kept_side(join_operator)?;
            let mut right = self.factor(relation, form, walk)?;
            match &mut *constraint {
                JoinConstraint::On(on) => {
                    let level = self.level_of_join(&pending.owner, &right.owner);
                    self.at(level, |this| this.expr(on))?;
                }
                JoinConstraint::Using(columns) => {
                    for column in columns {
                        names::parts(column)?
                            .into_iter()
                            .try_for_each(|ident| self.check_joined_column(ident))?;
                        names::settle_all(self.engine, column)?;
                    }
                }
                JoinConstraint::Natural | JoinConstraint::None => {}
            }
            let (ties, owner) = self.meet(side, &pending.owner, &right.owner)?;
            match side {
                Side::Neither => pending.predicates.extend(right.predicates.into_iter().chain(ties)),
                Side::Left => {
                    right.predicates.extend(ties);
                    guard_on(constraint, right.predicates)?;
                }
                Side::Right => {
                    pending.predicates.extend(ties);
                    guard_on(constraint, std::mem::replace(&mut pending.predicates, right.predicates))?;
                }
                Side::Both
                    if pending.predicates.is_empty() && right.predicates.is_empty() && ties.is_empty() => {}
                Side::Both => return refuse("FULL JOIN"),
            }
            pending.owner = owner;
        }
        Ok(pending)
    }

    fn kept_side<'t>(&self, operator: &'t mut JoinOperator) -> Result<(Side, &'t mut JoinConstraint)> {
        let (side, constraint) = match operator {
            JoinOperator::Join(on) | JoinOperator::Inner(on) => (Side::Neither, on),
            JoinOperator::CrossJoin(on) => {
                syntax::CROSS_JOIN_ON.check_if(*on != JoinConstraint::None, self.engine)?;
                (Side::Neither, on)
            }
            JoinOperator::StraightJoin(on) => {
                syntax::STRAIGHT_JOIN.check(self.engine)?;
                (Side::Neither, on)
            }
            JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => (Side::Left, on),
            JoinOperator::Right(on) | JoinOperator::RightOuter(on) => (Side::Right, on),
            JoinOperator::FullOuter(on) => (Side::Both, on),
            JoinOperator::Semi(_) | JoinOperator::LeftSemi(_) | JoinOperator::RightSemi(_) => {
                return refuse("SEMI JOIN");
            }
            JoinOperator::Anti(_) | JoinOperator::LeftAnti(_) | JoinOperator::RightAnti(_) => {
                return refuse("ANTI JOIN");
            }
            JoinOperator::CrossApply | JoinOperator::OuterApply => return refuse("APPLY"),
            JoinOperator::AsOf { match_condition: _, constraint: _ } => return refuse("ASOF JOIN"),
            JoinOperator::ArrayJoin | JoinOperator::LeftArrayJoin | JoinOperator::InnerArrayJoin => {
                return refuse("ARRAY JOIN");
            }
        };
        match side {
            Side::Right if !self.engine.supports_right_join() => {
                refuse_with("RIGHT JOIN on SQLite", "turn it into a LEFT JOIN")
            }
            Side::Both if !self.engine.supports_full_join() => {
                refuse_with("FULL JOIN on this engine", "write a LEFT JOIN and a UNION ALL of the rest")
            }
            Side::Neither | Side::Left | Side::Right | Side::Both => Ok((side, constraint)),
        }
    }

    /// Refuses a join without ON before another join where the engine would give it the other's.
    fn check_each_join_has_its_on(&self, joins: &[Join]) -> Result<()> {
        let is_last = |index: usize| index + 1 == joins.len();
        let takes_anothers_on = joins.iter().enumerate().any(|(index, join)| {
            let Join { relation, global: _, join_operator } = join;
            // The parser nests `p JOIN q JOIN r ON …` itself where it cannot read it flat.
            let is_nested = matches!(relation, TableFactor::NestedJoin { table_with_joins: _, alias: None });
            lacks_on(join_operator) && (is_nested || !is_last(index))
        });
        if self.engine.nests_joins_without_on() && takes_anothers_on {
            return refuse_with(
                "a JOIN without ON before another join",
                "write CROSS JOIN, or give it its ON",
            );
        }
        Ok(())
    }

    fn factor(&mut self, factor: &mut TableFactor, form: Form, walk: &mut Walk<'a, '_>) -> Result<Part> {
        match factor {
            TableFactor::Table { .. } => self.table_factor(factor, form, walk),
            TableFactor::Derived { lateral, subquery, alias, sample } => {
                syntax::LATERAL.check_if(*lateral, self.engine)?;
                refuse_if(sample.is_some(), "TABLESAMPLE")?;
                self.optional_alias(alias.as_mut())?;
                let met = self.tenant_tables;
                let is_locked = walk.locks.hold(alias.as_ref().map(|alias| &alias.name));
                let outputs = self.outputs(|this| {
                    this.named_query(|this| {
                        this.at(Level::Apart, |this| this.query_in_from(subquery, is_locked))
                    })
                })?;
                self.settle(outputs, alias.as_ref())?;
                Ok(Part::of(self.owner_since(met)))
            }
            TableFactor::NestedJoin { table_with_joins, alias } => {
                self.optional_alias(alias.as_mut())?;
                let Some(alias) = alias else { return self.joined(table_with_joins, form, walk) };
                let met = self.tenant_tables;
                self.enter(std::slice::from_ref(table_with_joins), Frame::default())?;
                let part = self.joined(table_with_joins, Form::Derived, walk)?;
                let columns = self.leave();
                self.settle(columns, Some(alias))?;
                // Its tables cannot be named from outside, so that nothing may be left to say about them.
                refuse_if(
                    !part.predicates.is_empty(),
                    "a nested join with an alias in a scope of several tenants",
                )?;
                Ok(Part::of(self.owner_since(met)))
            }
            TableFactor::Function { lateral, name, args, with_ordinality, alias } => {
                syntax::LATERAL.check_if(*lateral, self.engine)?;
                syntax::ORDINALITY.check_if(*with_ordinality, self.engine)?;
                self.optional_alias(alias.as_mut())?;
                self.check_function_name(name, Position::From)?;
                self.quote_function(name)?;
                self.function_in_from(args)
            }
            TableFactor::UNNEST {
                alias,
                array_exprs,
                with_offset,
                with_offset_alias,
                with_ordinality: _,
            } => {
                refuse_if(*with_offset || with_offset_alias.is_some(), "WITH OFFSET")?;
                syntax::UNNEST.check(self.engine)?;
                self.optional_alias(alias.as_mut())?;
                self.at(Level::Mixed, |this| this.exprs(array_exprs)).map(|()| Part::of(Owner::Nobody))
            }
            TableFactor::TableFunction { expr: _, alias: _ } => refuse("TABLE(…)"),
            TableFactor::JsonTable { json_expr, json_path, columns, alias } => {
                syntax::JSON_TABLE.check(self.engine)?;
                self.optional_alias(alias.as_mut())?;
                self.at(Level::Mixed, |this| this.json_table(json_expr, &json_path.value, columns))?;
                Ok(Part::of(Owner::Nobody))
            }
            TableFactor::OpenJsonTable { json_expr: _, json_path: _, columns: _, alias: _ } => {
                refuse("OPENJSON")
            }
            TableFactor::Pivot { .. } => refuse("PIVOT"),
            TableFactor::Unpivot { .. } | TableFactor::UnpivotExpr { .. } => refuse("UNPIVOT"),
            TableFactor::MatchRecognize { .. } => refuse("MATCH_RECOGNIZE"),
            TableFactor::XmlTable { .. } => refuse("XMLTABLE"),
            TableFactor::SemanticView { .. } => refuse("SEMANTIC_VIEW"),
        }
    }

    /// Takes note of a table with rows that no scope writes; refuses it where its rows are locked.
    fn meet_shared(&mut self, table: Option<&'a Table>, is_locked: bool) -> Result<()> {
        match table {
            Some(table) if is_locked && table.has_global_rows() => refuse_on(
                table.qualified_name(),
                "a row lock on global rows, which other tenants would wait for,",
                "lock the tenant's own rows: join `tenant column IS NOT NULL` to WHERE by AND, in the query that reads the table",
            ),
            Some(table) if is_locked => refuse_on(
                table.qualified_name(),
                "a row lock, which other tenants would wait for,",
                "lock with OF the tenant's own table, or on MariaDB, which has no OF, in a statement over the tenant's own tables alone",
            ),
            table => {
                self.shared_tables.extend(table);
                Ok(())
            }
        }
    }

    fn function_in_from(&mut self, args: &mut [FunctionArg]) -> Result<Part> {
        self.at(Level::Mixed, |this| this.function_args(args)).map(|()| Part::of(Owner::Nobody))
    }

    fn optional_alias(&self, alias: Option<&mut TableAlias>) -> Result<()> {
        let Some(alias) = alias else { return Ok(()) };
        syntax::COLUMN_ALIASES.check_if(!alias.columns.is_empty(), self.engine)?;
        self.settled_alias(alias).map(|_| ())
    }

    /// A name in FROM: a table, a common table expression, or a function with arguments.
    fn table_factor(
        &mut self,
        factor: &mut TableFactor,
        form: Form,
        walk: &mut Walk<'a, '_>,
    ) -> Result<Part> {
        let TableFactor::Table {
            name,
            alias,
            args,
            with_hints,
            version,
            with_ordinality,
            partitions,
            json_path,
            sample,
            index_hints,
        } = &mut *factor
        else {
            return refuse("a table expression");
        };
        refuse_if(!with_hints.is_empty(), "WITH hints")?;
        refuse_if(version.is_some(), "a table version")?;
        refuse_if(!partitions.is_empty(), "PARTITION")?;
        refuse_if(json_path.is_some(), "a path into a table")?;
        refuse_if(sample.is_some(), "TABLESAMPLE")?;
        syntax::INDEX_HINT.check_if(!index_hints.is_empty(), self.engine)?;
        if args.is_some() {
            syntax::ORDINALITY.check_if(*with_ordinality, self.engine)?;
        }
        self.optional_alias(alias.as_mut())?;
        if let Some(TableFunctionArgs { args, settings }) = args {
            refuse_if(settings.is_some(), "SETTINGS")?;
            self.check_function_name(name, Position::From)?;
            self.quote_function(name)?;
            return self.function_in_from(args);
        }
        let is_only = *with_ordinality;
        refuse_if(is_only && !self.engine.supports_only(), "WITH ORDINALITY on a table")?;
        if self.is_dual(name) {
            return Ok(Part::of(Owner::Nobody));
        }
        self.has_index_hints |= !index_hints.is_empty();
        for index in index_hints.iter_mut().flat_map(|hint| &mut hint.index_names) {
            names::settle_or(self.engine, index, "primary")?;
        }
        let relation = self.relation(name)?;
        names::settle_all(self.engine, name)?;
        let qualifier = qualifier(name, alias.as_ref())?.clone();
        let is_locked = walk.locks.hold(Some(&qualifier));
        let table = match relation {
            Relation::Table(table) => table,
            Relation::Cte { owner, shared, columns: _ } => {
                refuse_if(is_only, "ONLY before something that is not a table")?;
                // Read through it, tenants' rows are as much met as in their table.
                self.tenant_tables += usize::from(!matches!(owner, Owner::Nobody));
                self.meet_shared(shared, is_locked && self.engine.may_lock_through_common_tables())?;
                return Ok(Part::of(owner));
            }
        };
        self.tables.insert(table.qualified_name());
        let reads_global =
            self.reads_global_rows(table) && !self.reads_own_rows(table, &qualifier, is_locked);
        // A lock on rows of a view is one on those of its tables, whose tenants the view alone tells.
        let is_reference = *table.ownership() == (Ownership::Shared { writable: false }) || table.is_view();
        self.meet_shared((is_reference || reads_global).then_some(table), is_locked)?;
        let predicates = if reads_global {
            self.read_predicates(table, &qualifier)
        } else {
            self.predicates(table, &qualifier)
        };
        if table.tenant_column().is_none() {
            return Ok(Part::of(Owner::Nobody));
        }
        self.tenant_tables += 1;
        let renames_columns = alias.as_ref().is_some_and(|alias| !alias.columns.is_empty());
        let owner = if renames_columns && self.is_for_set() {
            Owner::Unnamed
        } else {
            self.owner_of_read(table, &qualifier, reads_global)
        };
        if form == Form::Inline && !renames_columns {
            walk.sources.push(Source { qualifier, table });
            return Ok(Part { predicates, owner });
        }
        if is_locked {
            return refuse_on(
                table.qualified_name(),
                "a row lock through a FULL, NATURAL or USING join or a renaming alias",
                "join with ON, or lock the rows in a statement of their own",
            );
        }
        let inner = qualifier_of_name(name)?.clone();
        let inner =
            if reads_global { self.read_predicates(table, &inner) } else { self.predicates(table, &inner) };
        if let Some(predicate) = conjunction(inner, None) {
            let alias = alias.take().unwrap_or_else(|| plain_alias(qualifier));
            walk.has_derived = true;
            let relation = TableFactor::Table {
                name: name.clone(),
                alias: None,
                args: None,
                with_hints: Vec::new(),
                version: None,
                with_ordinality: is_only,
                partitions: Vec::new(),
                json_path: None,
                sample: None,
                index_hints: std::mem::take(index_hints),
            };
            *factor = derived_table(relation, predicate, alias);
        }
        Ok(Part::of(owner))
    }
}

/// Puts predicates in front of a join's own condition.
fn guard_on(constraint: &mut JoinConstraint, predicates: Vec<Expr>) -> Result<()> {
    if predicates.is_empty() {
        return Ok(());
    }
    match std::mem::replace(constraint, JoinConstraint::None) {
        JoinConstraint::On(on) => {
            *constraint = conjunction(predicates, Some(on)).map_or(JoinConstraint::None, JoinConstraint::On);
            Ok(())
        }
        JoinConstraint::Using(_) | JoinConstraint::Natural | JoinConstraint::None => {
            refuse("an outer join without ON")
        }
    }
}

/// Whether an inner join that is not a CROSS JOIN has no condition.
fn lacks_on(operator: &JoinOperator) -> bool {
    match operator {
        JoinOperator::Join(on) | JoinOperator::Inner(on) | JoinOperator::StraightJoin(on) => {
            *on == JoinConstraint::None
        }
        JoinOperator::CrossJoin(_)
        | JoinOperator::Left(_)
        | JoinOperator::LeftOuter(_)
        | JoinOperator::Right(_)
        | JoinOperator::RightOuter(_)
        | JoinOperator::FullOuter(_)
        | JoinOperator::Semi(_)
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
