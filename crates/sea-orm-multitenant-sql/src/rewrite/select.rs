//! SELECT.

use crate::{
    names,
    refusal::{Result, refuse, refuse_if, refuse_with},
    rewrite::{
        frame::Frame, global_rows::required, locks::Locks, named::Named, owner::Level, rewriter::Rewriter,
    },
    syntax,
};
use sqlparser::ast::{
    Distinct, Expr, Ident, NamedWindowDefinition, NamedWindowExpr, Select, SelectFlavor, SelectItem,
    SelectItemQualifiedWildcardKind, SelectModifiers, WildcardAdditionalOptions,
    helpers::attached_token::AttachedToken,
};
use sqlparser::tokenizer::TokenWithSpan;

/// Unquoted aliases that an engine reads as an operator, not as a name (`a ISNULL`).
const OPERATOR_WORDS: [&str; 22] = [
    "and", "between", "binary", "collate", "div", "escape", "glob", "in", "is", "isnull", "like", "match",
    "member", "mod", "not", "notnull", "or", "overlaps", "regexp", "rlike", "sounds", "xor",
];

impl Rewriter<'_> {
    pub(super) fn select(&mut self, select: &mut Select, locks: &Locks, asks_outputs: bool) -> Result<()> {
        let Select {
            select_token,
            optimizer_hints,
            distinct,
            select_modifiers,
            top,
            top_before_distinct: _,
            projection,
            exclude,
            into,
            from,
            lateral_views,
            prewhere,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify,
            window_before_qualify: _,
            value_table_mode,
            flavor,
        } = select;
        refuse_if(into.is_some(), "SELECT INTO")?;
        refuse_if(!optimizer_hints.is_empty(), "an optimizer hint")?;
        refuse_if(top.is_some(), "TOP")?;
        refuse_if(exclude.is_some(), "EXCLUDE")?;
        refuse_if(!lateral_views.is_empty(), "LATERAL VIEW")?;
        refuse_if(prewhere.is_some(), "PREWHERE")?;
        refuse_if(!connect_by.is_empty(), "CONNECT BY")?;
        refuse_if(
            !cluster_by.is_empty() || !distribute_by.is_empty() || !sort_by.is_empty(),
            "CLUSTER, DISTRIBUTE or SORT BY",
        )?;
        refuse_if(qualify.is_some(), "QUALIFY")?;
        refuse_if(value_table_mode.is_some(), "SELECT AS STRUCT or VALUE")?;
        refuse_if(*flavor != SelectFlavor::Standard, "FROM before SELECT")?;
        if let Some(modifiers) = select_modifiers {
            self.modifiers(modifiers)?;
        }
        syntax::DISTINCT_ON.check_if(matches!(distinct, Some(Distinct::On(_))), self.engine)?;
        let required = if *locks == Locks::Free { Vec::new() } else { required(selection.as_ref()) };
        let mut scoped = self.from(from, Frame { required, ..Frame::default() }, locks)?;
        let outer = self.levels.last().cloned();
        scoped.predicates.extend(self.relate(outer.as_ref(), &scoped.owner)?);
        self.at(Level::Mixed, |this| this.select_items(projection))?;
        let AttachedToken(TokenWithSpan { token: _, span }) = select_token;
        if self.names_results {
            self.texts.keep_names(span.start, projection)?;
        }
        if scoped.has_derived && self.engine.names_columns_as_written() {
            self.keep_spellings(projection);
        }
        let level = self.level(outer.as_ref(), &scoped.owner);
        let (in_where, in_having) =
            (self.engine.names_results_in_where(), self.engine.names_results_in_having());
        self.compare_searches(selection.as_mut());
        self.with_results_if(in_where, projection, |this| {
            this.at(level, |this| this.optional(selection.as_mut()))
        })?;
        self.at(Level::Mixed, |this| {
            this.with_results(projection, |this| {
                if let Some(Distinct::On(exprs)) = distinct {
                    this.exprs(exprs)?;
                }
                this.group_by(group_by, &scoped.sources)
            })?;
            this.with_results_if(in_having, projection, |this| this.optional(having.as_mut()))?;
            this.named_windows(named_window)
        })?;
        let callers = self.checks_keys().then(|| Named::of_rows(projection, selection.as_ref()));
        self.guard(selection, scoped.predicates);
        callers.map_or(Ok(()), |named| self.keep_keys_apart(&named, selection))?;
        self.outputs = if asks_outputs { Some(self.outputs_of(projection)?) } else { None };
        Ok(())
    }

    /// Walks what may name the results of a select list.
    pub(super) fn with_results(
        &mut self,
        items: &mut Vec<SelectItem>,
        walk: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let innermost = self.frames.len().checked_sub(1);
        let Some(innermost) = innermost else { return walk(self) };
        self.frames[innermost].results = std::mem::take(items);
        walk(self)?;
        *items = std::mem::take(&mut self.frames[innermost].results);
        Ok(())
    }

    fn with_results_if(
        &mut self,
        condition: bool,
        items: &mut Vec<SelectItem>,
        walk: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        if condition { self.with_results(items, walk) } else { walk(self) }
    }

    fn modifiers(&self, modifiers: &SelectModifiers) -> Result<()> {
        let SelectModifiers {
            high_priority: _,
            straight_join: _,
            sql_small_result: _,
            sql_big_result: _,
            sql_buffer_result: _,
            sql_no_cache: _,
            sql_calc_found_rows,
        } = modifiers;
        syntax::SELECT_MODIFIER.check(self.engine)?;
        refuse_if(*sql_calc_found_rows, "SQL_CALC_FOUND_ROWS")
    }

    /// The expressions of a select list or of RETURNING.
    pub(super) fn select_items(&mut self, items: &mut [SelectItem]) -> Result<()> {
        items.iter_mut().try_for_each(|item| match item {
            SelectItem::UnnamedExpr(expr) => self.expr(expr),
            SelectItem::ExprWithAlias { expr, alias } => {
                check_result_alias(alias)?;
                names::settle_label(self.engine, alias)?;
                self.expr(expr)
            }
            SelectItem::ExprWithAliases { expr: _, aliases: _ } => refuse("a list of aliases"),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                self.check_wildcard(name)?;
                names::settle_all(self.engine, name)?;
                plain_wildcard(options)
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(_), _) => {
                refuse("a wildcard of an expression")
            }
            SelectItem::Wildcard(options) => plain_wildcard(options),
        })
    }

    /// Gives columns their names as written, where the engine takes a derived table's own spelling instead.
    fn keep_spellings(&self, items: &mut [SelectItem]) {
        for item in items {
            let SelectItem::UnnamedExpr(expr) = &*item else { continue };
            let alias = match expr {
                Expr::Identifier(ident) => self.quoted(&ident.value),
                Expr::CompoundIdentifier(idents) => match idents.last() {
                    Some(ident) => self.quoted(&ident.value),
                    None => continue,
                },
                _ => continue,
            };
            *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
        }
    }

    /// RETURNING.
    pub(super) fn returning(&mut self, items: Option<&mut Vec<SelectItem>>) -> Result<()> {
        let Some(items) = items else { return Ok(()) };
        self.select_items(items)?;
        self.texts.keep_returned_names(items)?;
        if self.asks_returned {
            self.outputs = Some(self.outputs_of(items)?);
        }
        Ok(())
    }

    fn named_windows(&mut self, windows: &mut [NamedWindowDefinition]) -> Result<()> {
        windows.iter_mut().try_for_each(|NamedWindowDefinition(name, window)| {
            names::settle(self.engine, name)?;
            match window {
                NamedWindowExpr::NamedWindow(other) => names::settle(self.engine, other),
                NamedWindowExpr::WindowSpec(spec) => self.window_spec(spec),
            }
        })
    }

    /// Expressions, each in a place of its own.
    pub(super) fn exprs(&mut self, exprs: &mut [Expr]) -> Result<()> {
        exprs.iter_mut().try_for_each(|expr| self.expr(expr))
    }
}

fn check_result_alias(alias: &Ident) -> Result<()> {
    if alias.quote_style.is_none() && OPERATOR_WORDS.contains(&alias.value.to_ascii_lowercase().as_str()) {
        return refuse_with(
            format!("`{}` after an expression", alias.value),
            "quote it if it is an alias; write IS NULL for ISNULL",
        );
    }
    Ok(())
}

fn plain_wildcard(options: &WildcardAdditionalOptions) -> Result<()> {
    let WildcardAdditionalOptions {
        wildcard_token: _,
        opt_ilike,
        opt_exclude,
        opt_except,
        opt_replace,
        opt_rename,
        opt_alias,
    } = options;
    let plain = opt_ilike.is_none()
        && opt_exclude.is_none()
        && opt_except.is_none()
        && opt_replace.is_none()
        && opt_rename.is_none()
        && opt_alias.is_none();
    refuse_if(!plain, "a wildcard with options")
}
