//! Nodes of the tree, read as a whole: each function names every field of its node, so that a field that a new version
//! of the parser adds does not compile until it is decided here.

use sqlparser::ast::{
    Delete, Expr, FromTable, Function, FunctionArg, FunctionArguments, Insert, ObjectName, SelectItem,
    Statement, TableAlias, TableFactor, TableFunctionArgs, TableObject, TableWithJoins, Update,
};

/// The name and alias of a table in a FROM; `None` for anything else, a function included.
///
/// The other fields are those of syntax that the walk of the FROM itself accepts or refuses.
pub(super) fn table_of(factor: &TableFactor) -> Option<(&ObjectName, Option<&TableAlias>)> {
    match named(factor)? {
        (name, alias, Called::Table) => Some((name, alias)),
        (_, _, Called::Function { with_ordinality: _ }) => None,
    }
}

/// The name and alias of a function in a FROM, and whether it is WITH ORDINALITY; `None` for anything else.
pub(super) fn function_in_from(factor: &TableFactor) -> Option<(&ObjectName, Option<&TableAlias>, bool)> {
    match named(factor)? {
        (name, alias, Called::Function { with_ordinality }) => Some((name, alias, with_ordinality)),
        (_, _, Called::Table) => None,
    }
}

/// What a name in a FROM calls.
enum Called {
    Table,
    Function { with_ordinality: bool },
}

fn named(factor: &TableFactor) -> Option<(&ObjectName, Option<&TableAlias>, Called)> {
    match factor {
        TableFactor::Table {
            name,
            alias,
            args,
            with_hints: _,
            version: _,
            with_ordinality,
            partitions: _,
            json_path: _,
            sample: _,
            index_hints: _,
        } => {
            let called = match args {
                None => Called::Table,
                Some(TableFunctionArgs { args: _, settings: _ }) => {
                    Called::Function { with_ordinality: *with_ordinality }
                }
            };
            Some((name, alias.as_ref(), called))
        }
        TableFactor::Function { lateral: _, name, args: _, with_ordinality, alias } => {
            Some((name, alias.as_ref(), Called::Function { with_ordinality: *with_ordinality }))
        }
        _ => None,
    }
}

/// The name and arguments of a call that has a list of arguments; `None` for any other expression.
///
/// The walk of the expression accepts or refuses the other fields.
pub(super) fn call_of(expr: &Expr) -> Option<(&ObjectName, &[FunctionArg])> {
    let Expr::Function(Function {
        name,
        uses_odbc_syntax: _,
        parameters: _,
        args,
        within_group: _,
        filter: _,
        null_treatment: _,
        over: _,
    }) = expr
    else {
        return None;
    };
    match args {
        FunctionArguments::List(list) => Some((name, &list.args)),
        FunctionArguments::None | FunctionArguments::Subquery(_) => None,
    }
}

/// The tables that a write changes, and what it returns; `None` for a write that names other tables too.
pub(super) fn written_alone(statement: &Statement) -> Option<(Written<'_>, Option<&[SelectItem]>)> {
    let (written, returning) = match statement {
        Statement::Delete(Delete {
            delete_token: _,
            optimizer_hints: _,
            tables: _,
            from: FromTable::WithFromKeyword(from),
            using: None,
            selection: _,
            returning,
            output: _,
            order_by: _,
            limit: _,
        }) => (Written::From(from), returning),
        Statement::Update(Update {
            update_token: _,
            optimizer_hints: _,
            table,
            assignments: _,
            from: None,
            selection: _,
            returning,
            output: _,
            or: _,
            order_by: _,
            limit: _,
        }) => (Written::From(std::slice::from_ref(table)), returning),
        Statement::Insert(insert) => inserted(insert)?,
        _ => return None,
    };
    Some((written, returning.as_deref()))
}

/// What a statement writes.
pub(super) enum Written<'s> {
    /// The tables of an UPDATE or DELETE.
    From(&'s [TableWithJoins]),
    /// The table of an INSERT.
    Table(&'s ObjectName),
}

fn inserted(insert: &Insert) -> Option<(Written<'_>, &Option<Vec<SelectItem>>)> {
    let Insert {
        insert_token: _,
        optimizer_hints: _,
        or: _,
        ignore: _,
        into: _,
        table: TableObject::TableName(name),
        table_alias: None,
        columns: _,
        overwrite: _,
        source: _,
        assignments: _,
        partitioned: _,
        after_columns: _,
        has_table_keyword: _,
        on: _,
        returning,
        output: _,
        replace_into: _,
        priority: _,
        insert_alias: _,
        settings: _,
        format_clause: _,
        multi_table_insert_type: _,
        multi_table_into_clauses: _,
        multi_table_when_clauses: _,
        multi_table_else_clause: _,
    } = insert
    else {
        return None;
    };
    Some((Written::Table(name), returning))
}
