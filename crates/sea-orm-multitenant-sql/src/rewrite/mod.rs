//! Puts the tenant into a syntax tree, or refuses it.
//!
//! One statement kind or concern a file. Every function takes a node apart without `..`, so that a new field of the
//! parser's tree is met at compile time.

mod build;
mod bytes;
mod carried;
mod columns;
mod conflict_index;
mod delete;
mod derived_table;
mod engine_syntax;
mod explain;
mod expr;
mod frame;
mod from;
mod function;
mod global_rows;
mod group_by;
mod grouping;
mod insert;
mod insert_named;
mod joined_write;
mod json_table;
mod locks;
mod named;
mod node;
mod owner;
mod parents;
mod query;
mod reference;
mod repeats;
mod replacing;
mod rewriter;
mod search;
mod select;
mod shared_keys;
mod shared_parent;
mod stored;
mod target;
mod tenant_equality;
mod types;
mod unread;
mod update;
mod upsert;

use crate::{
    catalogue::tables::Catalogue,
    engine::Engine,
    limits::{MAX_VALUES, limit},
    outcome::{Outcome, StatementKind},
    read::{output_names::ItemTexts, statement_names},
    refusal::{Result, refuse_with},
    rewrite::{
        named::Named,
        owner::ComputedWhole,
        rewriter::{Asked, Rewriter},
    },
    whom::Whom,
};
use sqlparser::ast::Statement;
use std::{cell::Cell, collections::BTreeSet};
pub use stored::failed_strictness;

/// Rewrites `statement` in place.
pub(crate) fn statement(
    catalogue: &Catalogue,
    engine: Engine,
    whom: Whom,
    texts: ItemTexts<'_>,
    statement: &mut Statement,
) -> Result<Outcome> {
    let mut rewriter = Rewriter {
        catalogue,
        engine,
        whom,
        texts,
        names_results: true,
        ctes: Vec::new(),
        frames: Vec::new(),
        levels: Vec::new(),
        asked: Asked::default(),
        outputs: None,
        asks_returned: false,
        compared: Cell::new(0),
        tenants_written: Cell::new(0),
        delivers: false,
        ordered: Named::default(),
        queries: 0,
        is_inserted: false,
        tenant_tables: 0,
        computed_whole: ComputedWhole::default(),
        shared_tables: Vec::new(),
        has_index_hints: false,
        locks_rows: false,
        checks: Vec::new(),
        repeated: Vec::new(),
        tables: BTreeSet::new(),
    };
    let kind = rewriter.statement(statement)?;
    rewriter.check_index_hints()?;
    limit("tenants in its conditions", rewriter.tenants_written.get(), MAX_VALUES)?;
    let Rewriter { tables, checks, repeated, locks_rows, .. } = rewriter;
    Ok(Outcome { kind, tables: tables.into_iter().collect(), checks, repeated, locks_rows })
}

impl<'a> Rewriter<'a> {
    fn statement(&mut self, statement: &mut Statement) -> Result<StatementKind> {
        match statement {
            Statement::Query(query) => {
                self.delivers = true;
                if self.has_several_tenants() {
                    self.ordered = Named::in_order(query.order_by.as_ref());
                }
                self.nested_query(query, false)
            }
            Statement::Insert(insert) => self.writing().insert(insert).map(|()| StatementKind::Insert),
            Statement::Update(update) => self.writing().update(update).map(|()| StatementKind::Update),
            Statement::Delete(delete) => self.writing().delete(delete).map(|()| StatementKind::Delete),
            Statement::Explain {
                describe_alias: _,
                analyze: _,
                verbose: _,
                query_plan: _,
                estimate,
                statement,
                format: _,
                options,
            } => self.explain(*estimate, options.as_deref().unwrap_or_default(), statement),
            other => Err(statement_names::refusal(other)),
        }
    }

    /// The same, for a statement that writes.
    fn writing(&mut self) -> &mut Self {
        self.locks_rows = true;
        self
    }

    /// Refuses an index hint where rows are locked: InnoDB locks each row that it reads of the index, also those that the
    /// conditions leave out, and in a write those of the tables that are only read (MySQL manual, 17.7.3).
    fn check_index_hints(&self) -> Result<()> {
        if self.has_index_hints && self.locks_rows {
            return refuse_with(
                "an index hint in a statement that locks rows or writes, which may lock the rows of all tenants,",
                "leave the hint out: an index that begins with the tenant column is found without it",
            );
        }
        Ok(())
    }
}
