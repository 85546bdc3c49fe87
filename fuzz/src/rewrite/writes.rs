//! Whether each row that is written is the tenant's, before and after.

use super::{
    joins::{Judge, Source, idents, is_bound},
    parents::Place,
    tables::{Known, Owner},
};
use sea_orm_multitenant_sql::{Engine, TenantType};
use sqlparser::ast::{
    Assignment, AssignmentTarget, BinaryOperator, DoUpdate, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, Ident, Insert, ObjectName, OnConflictAction, OnInsert, SelectItem, SetExpr,
    TableObject, UnaryOperator, Value,
};

impl Judge<'_> {
    /// The table that a statement writes, which a scope may write.
    pub(super) fn written(&self, name: &ObjectName) -> Result<&'static Known, String> {
        match self.table(name)? {
            Some(known) if known.owner == Owner::Shared => Err(format!("`{name}` is written")),
            Some(known) => Ok(known),
            None => Err(format!("`{name}` is written and not in the catalogue")),
        }
    }

    /// An INSERT; the table that it writes.
    pub(super) fn insert<'t>(&self, insert: &'t Insert) -> Result<(&'t ObjectName, &'static Known), String> {
        let TableObject::TableName(name) = &insert.table else {
            return Err("no table is written".to_owned());
        };
        let known = self.written(name)?;
        self.replaces(insert, known)?;
        let qualifier = match &insert.table_alias {
            Some(alias) => &alias.alias,
            None => idents(name)?.pop().ok_or("an empty name")?,
        };
        let target = Source { known, qualifier, global: false };
        self.parents_of_rows(known, &insert.columns, insert.source.as_deref())?;
        self.parents_of_assignments(known, &insert.assignments, Place::Row)?;
        if let Some((column, ty)) = known.owner.tenant() {
            self.tenant_of_rows(insert, column, ty)?;
        }
        match &insert.on {
            None => Ok((name, known)),
            Some(OnInsert::OnConflict(on)) => match &on.action {
                OnConflictAction::DoNothing => Ok((name, known)),
                OnConflictAction::DoUpdate(DoUpdate { assignments, selection }) => {
                    self.hold_upsert(&target, selection.as_ref())?;
                    self.parents_of_assignments(known, assignments, Place::Conflict(target))?;
                    self.assignments(assignments, target).map(|()| (name, known))
                }
            },
            Some(OnInsert::DuplicateKeyUpdate(assignments)) => {
                self.parents_of_assignments(known, assignments, Place::DuplicateKey(target))?;
                self.leaves_keys(known, assignments)?;
                self.on_duplicate_key(assignments, target).map(|()| (name, known))
            }
            Some(_) => Err("an ON of another kind".to_owned()),
        }
    }

    /// Demands the tenant in each row that an INSERT gives, whichever way.
    fn tenant_of_rows(&self, insert: &Insert, column: &str, ty: TenantType) -> Result<(), String> {
        if self.bound.set.is_some() {
            // Each row names its own tenant, which the values must bear out when they are bound.
        } else if insert.assignments.is_empty() {
            let named = insert.columns.iter().map(|name| idents(name).map(|idents| idents.last().copied()));
            let named = named.collect::<Result<Vec<_>, _>>()?;
            let is_tenant = |ident: &Option<&Ident>| ident.is_some_and(|ident| self.is_column(ident, column));
            let places: Vec<_> = (0..named.len()).filter(|index| is_tenant(&named[*index])).collect();
            let ([place], Some(source)) = (&places[..], &insert.source) else {
                return Err(format!("the tenant column stands {} times in the column list", places.len()));
            };
            self.rows(&source.body, *place, named.len(), ty)?;
        } else {
            let own = insert.assignments.iter().filter(|assignment| self.sets(assignment, column));
            let own: Vec<_> = own.collect();
            match own[..] {
                [Assignment { target: _, value }] if self.is_stored(value, ty) => {}
                _ => return Err("INSERT … SET does not set the tenant column to the tenant".to_owned()),
            }
        }
        Ok(())
    }

    /// Whether a value is the tenant, and on MySQL fails where the session would cut a text.
    fn is_stored(&self, expr: &Expr, ty: TenantType) -> bool {
        let is_cut = ty == TenantType::Text && self.engine == Engine::MySql;
        let id = if is_cut { id_unless_cut(expr) } else { Some(expr) };
        id.is_some_and(|id| is_bound(id, (None, ty), &self.bound.in_rows))
    }

    /// Demands the tenant in its place in every row.
    fn rows(&self, body: &SetExpr, place: usize, columns: usize, ty: TenantType) -> Result<(), String> {
        let is_tenant = |expr: &Expr| self.is_stored(expr, ty);
        match body {
            SetExpr::Values(values) => {
                let is_right =
                    |row: &Vec<Expr>| row.len() == columns && row.get(place).is_some_and(is_tenant);
                match values.rows.iter().find(|row| !is_right(&row.content)) {
                    Some(row) => Err(format!("a row without tenant: {:?}", row.content)),
                    None => Ok(()),
                }
            }
            SetExpr::Select(select) => {
                let is_one = |item: &SelectItem| {
                    matches!(item, SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. })
                };
                let items = &select.projection;
                // The engine refuses a row of another width than the column list.
                if items.len() != columns && items.iter().all(is_one) {
                    return Ok(());
                }
                let item = if items.iter().take(place).all(is_one) {
                    items.get(place)
                } else if place + 1 == columns {
                    items.last()
                } else {
                    None
                };
                match item {
                    Some(SelectItem::UnnamedExpr(expr)) if is_tenant(expr) => Ok(()),
                    _ => Err(format!("a select list without tenant: {select}")),
                }
            }
            SetExpr::Query(query) => self.rows(&query.body, place, columns, ty),
            SetExpr::SetOperation { left, right, .. } => {
                self.rows(left, place, columns, ty)?;
                self.rows(right, place, columns, ty)
            }
            other => Err(format!("rows of {other}")),
        }
    }

    /// A SET list, in which a tenant column may be set to itself alone.
    pub(super) fn assignments(&self, assignments: &[Assignment], target: Source<'_>) -> Result<(), String> {
        self.leaves_keys(target.known, assignments)?;
        let Some((column, _)) = target.known.owner.tenant() else { return Ok(()) };
        let own = assignments.iter().filter(|assignment| self.sets(assignment, column));
        let mut own = own.filter(|assignment| !is_own(&assignment.value, target, column));
        match own.next() {
            Some(assignment) => Err(format!("the tenant column is set: {assignment}")),
            None => Ok(()),
        }
    }

    /// Whether an assignment sets this column, or one of several that it is among.
    fn sets(&self, assignment: &Assignment, column: &str) -> bool {
        let names = |name: &ObjectName| {
            idents(name).is_ok_and(|idents| idents.iter().any(|ident| self.is_column(ident, column)))
        };
        match &assignment.target {
            AssignmentTarget::ColumnName(name) => names(name),
            AssignmentTarget::Tuple(columns) => columns.iter().any(names),
        }
    }

    /// `tenant = IF(9223372036854775807 + (NOT (predicate)) > 0, t.tenant, NULL)` first, then no other of that column.
    fn on_duplicate_key(&self, assignments: &[Assignment], target: Source<'_>) -> Result<(), String> {
        let Some((column, _)) = target.known.owner.tenant() else { return Ok(()) };
        let Some((first, others)) = assignments.split_first() else { return Err("no assignment".to_owned()) };
        if !self.sets(first, column) || others.iter().any(|assignment| self.sets(assignment, column)) {
            return Err("the tenant column is not the first and only once".to_owned());
        }
        let wrong = || format!("not the guard of an upsert: {first}");
        let Expr::Function(Function { name, args: FunctionArguments::List(list), .. }) = &first.value else {
            return Err(wrong());
        };
        let args = list.args.iter().map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
            _ => None,
        });
        let args: Option<Vec<_>> = args.collect();
        let Some([test, kept, otherwise]) = args.as_deref() else { return Err(wrong()) };
        let condition = overflows_unless(test).ok_or_else(wrong)?;
        let condition = match condition {
            Expr::Nested(condition) => condition,
            condition => condition,
        };
        let condition = match called(condition, "COALESCE") {
            // Of a global row the comparison is NULL, which would not overflow.
            Some([condition, zero]) if zero.to_string() == "0" => condition,
            Some(_) => return Err(wrong()),
            None if target.known.global_rows => return Err(wrong()),
            None => condition,
        };
        self.hold_upsert(&target, Some(condition))?;
        let is_null = matches!(otherwise, Expr::Value(value) if value.value == Value::Null);
        if name.to_string() == "IF" && is_own(kept, target, column) && is_null {
            Ok(())
        } else {
            Err(wrong())
        }
    }

    /// Whether a name, as written, is that of a column.
    pub(super) fn is_column(&self, ident: &Ident, column: &str) -> bool {
        match self.engine {
            Engine::Postgres if ident.quote_style.is_some() => ident.value == column,
            Engine::Postgres | Engine::Sqlite | Engine::MySql => ident.value.eq_ignore_ascii_case(column),
        }
    }
}

/// The two arguments of a call of this function.
fn called<'e>(expr: &'e Expr, called: &str) -> Option<[&'e Expr; 2]> {
    let Expr::Function(Function { name, args: FunctionArguments::List(list), .. }) = expr else {
        return None;
    };
    match list.args.as_slice() {
        [
            FunctionArg::Unnamed(FunctionArgExpr::Expr(first)),
            FunctionArg::Unnamed(FunctionArgExpr::Expr(second)),
        ] if name.to_string() == called => Some([first, second]),
        _ => None,
    }
}

/// The condition of `9223372036854775807 + (NOT (condition)) > 0`.
fn overflows_unless(expr: &Expr) -> Option<&Expr> {
    let Expr::BinaryOp { left, op: BinaryOperator::Gt, right } = expr else { return None };
    let Expr::BinaryOp { left: most, op: BinaryOperator::Plus, right: negated } = &**left else {
        return None;
    };
    let Expr::Nested(negated) = &**negated else { return None };
    let Expr::UnaryOp { op: UnaryOperator::Not, expr: condition } = &**negated else { return None };
    (most.to_string() == i64::MAX.to_string() && right.to_string() == "0").then_some(condition)
}

/// The id in `IF(9223372036854775807 + (NOT (<strict>)) > 0, CONVERT(id USING utf8mb4), NULL)`.
fn id_unless_cut(expr: &Expr) -> Option<&Expr> {
    const STRICT: &str =
        "FIND_IN_SET('STRICT_TRANS_TABLES', @@sql_mode) + FIND_IN_SET('STRICT_ALL_TABLES', @@sql_mode)";
    let Expr::Function(Function { name, args: FunctionArguments::List(list), .. }) = expr else {
        return None;
    };
    let args = list.args.iter().map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    let args: Option<Vec<_>> = args.collect();
    let Some([test, id, otherwise]) = args.as_deref() else { return None };
    let is_null = matches!(otherwise, Expr::Value(value) if value.value == Value::Null);
    let condition = match overflows_unless(test)? {
        Expr::Nested(condition) => condition,
        condition => condition,
    };
    let Expr::Convert { expr: id, charset: Some(charset), .. } = id else { return None };
    let is_kept = charset.to_string() == "`utf8mb4`" && condition.to_string() == STRICT;
    (name.to_string() == "IF" && is_null && is_kept).then_some(id.as_ref())
}

/// Whether an expression is the target's own tenant column.
fn is_own(expr: &Expr, target: Source<'_>, column: &str) -> bool {
    match expr {
        Expr::CompoundIdentifier(idents) => match idents.as_slice() {
            [qualifier, ident] => qualifier == target.qualifier && ident.value == column,
            _ => false,
        },
        _ => false,
    }
}
