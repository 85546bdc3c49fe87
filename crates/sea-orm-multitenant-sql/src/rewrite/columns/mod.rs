//! Names resolve: what a reference to a column means, or that it means nothing that is known.
//!
//! A reference must be a column of a relation in sight, by the rules of the engine. What it could mean otherwise is not
//! asked: PostgreSQL takes `x.f` for a call of `f` where `x` has no column `f` (manual, 38.5.3 and 8.16.5), SQLite takes
//! an unknown name in double quotes for a text, and every engine has columns that no table declares.

mod calls;
pub(super) mod outputs;
pub(super) mod relation;
mod words;

use crate::{
    catalogue::table::Table,
    functions::Position,
    limits::limit,
    names,
    refusal::{Refusal, Result, refuse, refuse_on, refuse_with},
    rewrite::{
        columns::relation::{Column, Columns, Has, table_has},
        frame::{Frame, InSight},
        rewriter::{Relation, Rewriter},
    },
};

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, Ident, JsonTableColumn, ObjectName, ObjectNamePart,
    SelectItem, TableAlias,
};

/// Most names that are compared for one statement, so that the work is bounded whatever the text is: 2,048 columns, each
/// looked up among as many.
const MAX_COMPARED: usize = 1 << 22;

/// The way out of most refusals of a name.
const DECLARE: &str = "write the name as it is declared; columns that an entity leaves out are declared by `TenancyBuilder::columns`";

/// What a reference means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A column of a relation in sight.
    Column,
    /// A result of the select list, by its name.
    Result,
    /// All columns of a relation in sight, as one value (PostgreSQL).
    Row,
    /// A word that stands for a value by itself, such as DEFAULT; in quotes it would be a column.
    Word,
}

impl<'a> Rewriter<'a> {
    /// What a reference means.
    ///
    /// # Errors
    /// When it is no column of a relation in sight, or may be more than that.
    pub(super) fn resolve(&self, idents: &[Ident]) -> Result<Meaning> {
        idents.iter().try_for_each(names::plain)?;
        match idents {
            [name] => self.unqualified(name),
            [qualifier, name] => self.qualified(qualifier, name),
            [schema, table, name] => self.in_schema(schema, table, name),
            _ => refuse("a name of four parts"),
        }
    }

    /// `name`: a column of the innermost FROM that has one, a result, a whole row.
    fn unqualified(&self, name: &Ident) -> Result<Meaning> {
        if words::is_value(self.engine, name) {
            return Ok(Meaning::Word);
        }
        let is_system = self.is_system_column(name);
        let mut may_be_column = false;
        for frame in self.frames.iter().rev() {
            match self.in_frame(frame, name)? {
                // The engine may not see all of a FROM that is being read, and go on to the system column of another.
                Has::Yes if frame.is_open && is_system => continue,
                Has::Yes => return Ok(Meaning::Column),
                Has::Maybe => may_be_column = true,
                Has::No => {}
            }
            if is_system && !frame.sources.is_empty() {
                break;
            }
            if self.is_result(frame, name)? {
                return Ok(Meaning::Result);
            }
            if self.is_row(frame, name) {
                return Ok(Meaning::Row);
            }
        }
        if words::may_call(self.engine, name) {
            self.check_function_name(&ObjectName::from(vec![name.clone()]), Position::Expression)?;
            return Ok(Meaning::Word);
        }
        if is_system {
            return refuse_system_column(name);
        }
        if may_be_column { Ok(Meaning::Column) } else { self.refuse_unknown(name) }
    }

    /// `qualifier.name`: a column of the innermost relation of that name.
    ///
    /// While a FROM is being read, an engine does not see all of it, and goes on to a relation of the same name around it:
    /// then each relation of the name must have the column.
    fn qualified(&self, qualifier: &Ident, name: &Ident) -> Result<Meaning> {
        let is_strict = self.engine.calls_functions_as_columns() || self.is_system_column(name);
        let (mut found, mut lacking) = (false, None);
        for frame in self.frames.iter().rev() {
            let Some(source) = self.source_named(frame, qualifier)? else { continue };
            if matches!(source.columns, Columns::Pending) {
                continue;
            }
            match self.look_up(source, name)? {
                Has::No if frame.is_open && !is_strict => {
                    lacking = lacking.or(Some(source));
                    continue;
                }
                Has::Maybe if !is_strict => {}
                Has::Yes => {}
                Has::No | Has::Maybe => return self.refuse_no_column(source, qualifier, name),
            }
            if !frame.is_open {
                return Ok(Meaning::Column);
            }
            found = true;
        }
        if found {
            return Ok(Meaning::Column);
        }
        if let Some(source) = lacking {
            return self.refuse_no_column(source, qualifier, name);
        }
        refuse_with(
            format!(
                "`{}.{}`, whose `{}` is no relation in sight,",
                qualifier.value, name.value, qualifier.value
            ),
            "name the relation as FROM does, by its alias if it has one",
        )
    }

    /// `schema.table.name`: a column of a table in sight that is declared in the schema.
    fn in_schema(&self, schema: &Ident, qualifier: &Ident, name: &Ident) -> Result<Meaning> {
        let unknown = || Refusal::not_declared(&format!("{schema}.{qualifier}"));
        let table = self.catalogue.resolve(self.engine, Some(schema), qualifier).ok_or_else(unknown)?;
        let is_it = |source: &InSight<'_>| source.table.is_some_and(|found| std::ptr::eq(found, table));
        if !self.frames.iter().flat_map(|frame| &frame.sources).any(is_it) {
            return Err(unknown());
        }
        self.count(table.columns().len())?;
        let is_strict = self.engine.calls_functions_as_columns() || self.is_system_column(name);
        match table_has(table, self.engine.column_folding(), name) {
            Has::Yes => Ok(Meaning::Column),
            Has::Maybe if !is_strict => Ok(Meaning::Column),
            Has::Maybe | Has::No => self.refuse_not_declared(table, name),
        }
    }

    /// Whether a relation of a FROM has a column of this name.
    fn in_frame(&self, frame: &Frame<'a>, name: &Ident) -> Result<Has> {
        let mut best = Has::No;
        for source in &frame.sources {
            match self.look_up(source, name)? {
                Has::Yes => return Ok(Has::Yes),
                Has::Maybe => best = Has::Maybe,
                Has::No => {}
            }
        }
        Ok(best)
    }

    /// The relation of this name in a FROM.
    fn source_named<'f>(&self, frame: &'f Frame<'a>, name: &Ident) -> Result<Option<&'f InSight<'a>>> {
        self.count(frame.sources.len())?;
        Ok(frame.sources.iter().find(|source| source.is_named(self.engine, name)))
    }

    pub(super) fn look_up(&self, source: &InSight<'a>, name: &Ident) -> Result<Has> {
        let limit = MAX_COMPARED.saturating_sub(self.compared.get());
        let (has, compared) = source.columns.has(self.engine.column_folding(), name, limit);
        self.count(compared)?;
        Ok(has)
    }

    /// Counts names that are compared.
    fn count(&self, compared: usize) -> Result<()> {
        self.compared.set(self.compared.get() + compared);
        limit("comparisons of names", self.compared.get(), MAX_COMPARED)
    }

    /// Whether a name is that of a result of the select list that is in sight.
    fn is_result(&self, frame: &Frame<'a>, name: &Ident) -> Result<bool> {
        self.count(frame.results.len())?;
        Ok(frame.results.iter().any(|item| match item {
            SelectItem::ExprWithAlias { expr: _, alias } => {
                names::are_same(self.engine.column_folding(), alias, name)
            }
            _ => false,
        }))
    }

    /// Whether a name is that of a relation whose row may be a value. It holds what the relation yields and calls nothing.
    fn is_row(&self, frame: &Frame<'a>, name: &Ident) -> bool {
        self.engine.calls_functions_as_columns()
            && frame.sources.iter().any(|source| source.is_named(self.engine, name))
    }

    /// Whether every table has a column of this name without declaring it.
    pub(super) fn is_system_column(&self, ident: &Ident) -> bool {
        self.engine.system_columns().iter().any(|column| self.is_column(ident, column))
    }

    /// Checks the relation of `relation.*`.
    pub(super) fn check_wildcard(&self, name: &ObjectName) -> Result<()> {
        let parts = names::parts(name)?;
        let is_it = |source: &InSight<'a>| match parts[..] {
            [qualifier] => source.is_named(self.engine, qualifier),
            [schema, table] => {
                let found = self.catalogue.resolve(self.engine, Some(schema), table);
                found.is_some_and(|found| source.table.is_some_and(|table| std::ptr::eq(table, found)))
            }
            _ => false,
        };
        let mut compared = 0;
        for frame in self.frames.iter().rev() {
            compared += frame.sources.len();
            if frame.sources.iter().any(is_it) {
                return self.count(compared);
            }
        }
        refuse_with(
            format!("`{name}.*`, whose `{name}` is no relation in sight,"),
            "name the relation as FROM does, by its alias if it has one",
        )
    }

    /// Checks a column of JOIN … USING.
    pub(super) fn check_joined_column(&self, column: &Ident) -> Result<()> {
        names::plain(column)?;
        let Some(frame) = self.frames.last() else { return Ok(()) };
        match self.in_frame(frame, column)? {
            Has::No => self.refuse_unknown(column),
            Has::Maybe if self.is_system_column(column) => refuse_system_column(column),
            Has::Yes | Has::Maybe => Ok(()),
        }
    }

    /// Whether an argument of a function is a word of the function's own, such as the unit of TIMESTAMPDIFF.
    pub(super) fn is_argument_word(&self, function: &ObjectName, index: usize, arg: &FunctionArg) -> bool {
        let FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(ident))) = arg else { return false };
        let ObjectName(parts) = function;
        let [ObjectNamePart::Identifier(name)] = parts.as_slice() else { return false };
        let words = words::argument_words(self.engine, &name.value, index);
        ident.quote_style.is_none() && words.iter().any(|word| ident.value.eq_ignore_ascii_case(word))
    }

    /// The columns of a function in FROM.
    pub(super) fn columns_of_call(
        &self,
        function: &ObjectName,
        alias: Option<&TableAlias>,
        with_ordinality: bool,
    ) -> Result<Columns<'a>> {
        match names::parts(function)?[..] {
            [name] => Ok(calls::columns_of_call(self.engine, name, alias, with_ordinality)),
            _ => Ok(Columns::list(vec![Column::Unknown])),
        }
    }

    /// Whether the results of a function have a column of this name, of those that are the same whatever it is given.
    pub(super) fn yields(&self, function: &Function, name: &Ident) -> bool {
        match function.name.0.as_slice() {
            [ObjectNamePart::Identifier(called)] => calls::has_column(self.engine, called, name),
            _ => false,
        }
    }

    /// Whether the results of a function are rows of columns that are the same whatever it is given.
    pub(super) fn yields_row(&self, function: &Function) -> bool {
        match function.name.0.as_slice() {
            [ObjectNamePart::Identifier(called)] => !calls::columns_of_row(self.engine, called).is_empty(),
            _ => false,
        }
    }

    /// The columns of JSON_TABLE.
    pub(super) fn columns_of_json_table(
        &self,
        columns: &[JsonTableColumn],
        alias: Option<&TableAlias>,
    ) -> Columns<'a> {
        calls::columns_of_json_table(self.engine, columns, alias)
    }

    fn refuse_unknown<T>(&self, name: &Ident) -> Result<T> {
        let instead = if self.engine.reads_unknown_names_as_texts() && name.quote_style == Some('"') {
            "write texts in single quotes, and names as they are declared"
        } else {
            DECLARE
        };
        refuse_with(format!("the name `{}`, which is no column of a relation in sight,", name.value), instead)
    }

    fn refuse_no_column<T>(&self, source: &InSight<'a>, qualifier: &Ident, name: &Ident) -> Result<T> {
        match source.table {
            Some(table) => self.refuse_not_declared(table, name),
            None if self.is_system_column(name) => refuse_system_column(name),
            None if self.engine.calls_functions_as_columns() => refuse_with(
                format!(
                    "`{}.{}`, which is not known to be a column and may call a function,",
                    qualifier.value, name.value
                ),
                "give each column of a query or function in FROM a name, `AS x (a, b)`, or leave the relation's name out",
            ),
            None => refuse_with(
                format!("`{}.{}`, which is no column of the relation,", qualifier.value, name.value),
                "name a column that the query in FROM yields",
            ),
        }
    }

    /// Refuses a name that is not among a table's columns.
    fn refuse_not_declared<T>(&self, table: &Table, name: &Ident) -> Result<T> {
        if self.is_system_column(name) {
            return refuse_system_column(name);
        }
        let column = format!("`{}.{}`, which is not among the declared columns", table.name(), name.value);
        if self.engine.calls_functions_as_columns() {
            return refuse_with(
                format!("{column} and may call a function,"),
                "declare the table's columns by `TenancyBuilder::columns`, or name the column without its table",
            );
        }
        refuse_with(format!("{column},"), DECLARE)
    }

    /// Refuses a written column that is not among the declared ones.
    pub(super) fn check_declared(&self, table: &Table, ident: &Ident) -> Result<()> {
        self.count(table.columns().len())?;
        match table_has(table, self.engine.column_folding(), ident) {
            Has::Yes | Has::Maybe => Ok(()),
            Has::No => refuse_on(
                table.qualified_name(),
                format!("a write to the column `{}`, which is not declared,", ident.value),
                DECLARE,
            ),
        }
    }

    /// What a name in FROM yields, under its alias.
    pub(super) fn columns_of_relation(
        &self,
        relation: Relation<'a>,
        alias: Option<&TableAlias>,
    ) -> Result<(Option<&'a Table>, Columns<'a>)> {
        Ok(match relation {
            Relation::Table(table) => {
                let is_renamed = alias.is_some_and(|alias| !alias.columns.is_empty());
                ((!is_renamed).then_some(table), self.renamed(Columns::Table(table), alias)?)
            }
            Relation::Cte { owner: _, shared: _, columns } => (None, self.renamed(columns, alias)?),
        })
    }

    /// The columns of a relation under its alias.
    pub(super) fn renamed(&self, columns: Columns<'a>, alias: Option<&TableAlias>) -> Result<Columns<'a>> {
        if alias.is_some_and(|alias| !alias.columns.is_empty()) {
            self.count(columns.cost())?;
        }
        Ok(columns.renamed(self.engine.column_folding(), alias))
    }
}

fn refuse_system_column<T>(name: &Ident) -> Result<T> {
    refuse_with(
        format!("the system column `{}`", name.value),
        "select the table's own columns, or declare it among them if it is one",
    )
}
