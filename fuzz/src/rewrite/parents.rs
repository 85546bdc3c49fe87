//! Whether each value of a foreign key is looked up among the tenant's own rows of the parent, unless it is certainly
//! one of theirs, or what the row has already.

use super::{
    joins::{Judge, Source, conjuncts, idents},
    keys::Foreign,
    lookup::{call, has_columns},
    tables::Known,
};
use sea_orm_multitenant_sql::Engine;
use sqlparser::ast::{
    Assignment, AssignmentTarget, Expr, Ident, ObjectName, Query, Select, SelectItem, SetExpr, SetOperator,
    TableFactor, Value,
};

/// Where a value is written.
#[derive(Clone, Copy)]
pub(super) enum Place<'p> {
    /// In a row of VALUES or of INSERT … SET.
    Row,
    /// In the select list of this.
    List(&'p Select),
    /// In an UPDATE of this, beside others; those without a name are no tables.
    Set(Source<'p>, &'p [Option<(&'p Ident, &'p ObjectName)>]),
    /// In ON CONFLICT.
    Conflict(Source<'p>),
    /// In ON DUPLICATE KEY UPDATE.
    DuplicateKey(Source<'p>),
}

impl Judge<'_> {
    /// The rows of an INSERT with this column list.
    pub(super) fn parents_of_rows(
        &self,
        known: &Known,
        columns: &[ObjectName],
        source: Option<&Query>,
    ) -> Result<(), String> {
        let mut left_out = None;
        let Some(source) = source else { return Ok(()) };
        if columns.is_empty() && known.looked_up(self.tables).next().is_some() {
            return Err(format!("values for columns that are not named: {source}"));
        }
        for key in known.looked_up(self.tables) {
            let mut places = Vec::new();
            for column in key.columns {
                for (index, name) in columns.iter().enumerate() {
                    if idents(name)?.last().is_some_and(|ident| self.is_column(ident, column)) {
                        places.push(index);
                    }
                }
            }
            if places.is_empty() {
                left_out.get_or_insert(key);
                continue;
            }
            if places.len() != key.columns.len() {
                return Err(format!("a part of {:?} is written, or one twice", key.columns));
            }
            self.body(key, known, &places, &source.body)?;
        }
        left_out.map_or(Ok(()), left_to_default)
    }

    /// What a query yields at these places.
    fn body(&self, key: &Foreign, known: &Known, places: &[usize], body: &SetExpr) -> Result<(), String> {
        match body {
            SetExpr::Values(values) => values.rows.iter().try_for_each(|row| {
                let row = places.iter().map(|place| row.content.get(*place)).collect::<Option<Vec<_>>>();
                self.row(key, known, row, Place::Row)
            }),
            SetExpr::Select(select) => {
                let plain = |item: &SelectItem| match item {
                    SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
                        Some(expr.clone())
                    }
                    _ => None,
                };
                let until = places.iter().max().map_or(0, |last| last + 1);
                let items: Option<Vec<_>> = select.projection.iter().take(until).map(plain).collect();
                let items = items.unwrap_or_default();
                let row = places.iter().map(|place| items.get(*place)).collect::<Option<Vec<_>>>();
                self.row(key, known, row, Place::List(select))
            }
            SetExpr::Query(query) => self.body(key, known, places, &query.body),
            SetExpr::SetOperation { left, op, set_quantifier: _, right } => {
                self.body(key, known, places, left)?;
                match op {
                    SetOperator::Except | SetOperator::Minus => Ok(()),
                    SetOperator::Union | SetOperator::Intersect => self.body(key, known, places, right),
                }
            }
            other => Err(format!("a foreign key from {other}")),
        }
    }

    /// The values of one key in one row.
    fn row(
        &self,
        key: &Foreign,
        known: &Known,
        row: Option<Vec<&Expr>>,
        place: Place<'_>,
    ) -> Result<(), String> {
        match row.as_deref() {
            None => Err(format!("no telling what is written to {:?}", key.columns)),
            Some([value]) => self.value(key, known, value, place),
            Some(values) => self.several(key, known, values, place),
        }
    }

    /// The SET list of an UPDATE, an upsert or INSERT … SET.
    pub(super) fn parents_of_assignments(
        &self,
        known: &Known,
        assignments: &[Assignment],
        place: Place<'_>,
    ) -> Result<(), String> {
        for key in known.looked_up(self.tables) {
            let written = key.columns.iter().map(|column| self.assigned(column, assignments));
            let written = written.collect::<Result<Vec<_>, _>>()?;
            if matches!(place, Place::Row) && !assignments.is_empty() && written.iter().all(Option::is_none) {
                left_to_default(key)?;
            }
            match written.as_slice() {
                [None] => {}
                [Some(value)] => self.value(key, known, value, place)?,
                several if several.iter().all(Option::is_none) => {}
                several => {
                    let own = |column: &str| match place {
                        Place::Row => Err(format!("a part of {:?} is written", key.columns)),
                        Place::List(_) => Err("a SET list of a query".to_owned()),
                        Place::Set(target, ..) | Place::Conflict(target) | Place::DuplicateKey(target) => {
                            let quoted = Ident { value: column.to_owned(), ..target.qualifier.clone() };
                            Ok(Expr::CompoundIdentifier(vec![target.qualifier.clone(), quoted]))
                        }
                    };
                    let mut values = Vec::new();
                    for (column, value) in key.columns.iter().zip(several) {
                        values.push(value.cloned().map_or_else(|| own(column), Ok)?);
                    }
                    let values: Vec<_> = values.iter().collect();
                    self.several(key, known, &values, place)?;
                    self.stay_as_they_are(key, several, place)?;
                }
            }
        }
        Ok(())
    }

    /// Demands that no value of a key becomes another between its look-up and its own assignment, where MySQL assigns
    /// from left to right.
    fn stay_as_they_are(
        &self,
        key: &Foreign,
        written: &[Option<&Expr>],
        place: Place<'_>,
    ) -> Result<(), String> {
        let values =
            || key.columns.iter().zip(written).filter_map(|(column, value)| Some((column, (*value)?)));
        let changes = |value: &Expr| has_columns(result_of(value).unwrap_or(value));
        let may_differ = values().any(|(column, value)| {
            let stays = self.is_unchanged(column, value, place) || self.inserted(value, place).is_some();
            changes(value) && !stays
        });
        let is_null = values().any(|(_, value)| is_null(value));
        if self.engine == Engine::MySql && values().count() > 1 && may_differ && !is_null {
            return Err(format!("{:?} may change after it is looked up", key.columns));
        }
        Ok(())
    }

    /// What a column is set to.
    fn assigned<'e>(&self, column: &str, assignments: &'e [Assignment]) -> Result<Option<&'e Expr>, String> {
        let is_it = |name: &ObjectName| {
            idents(name).is_ok_and(|idents| idents.last().is_some_and(|ident| self.is_column(ident, column)))
        };
        let mut found = None;
        for Assignment { target, value } in assignments {
            match target {
                AssignmentTarget::ColumnName(name) if is_it(name) => {
                    if found.replace(value).is_some() {
                        return Err(format!("`{column}` is set twice"));
                    }
                }
                AssignmentTarget::Tuple(names) if names.iter().any(is_it) => {
                    return Err(format!("`{column}` is set in a row of columns"));
                }
                AssignmentTarget::ColumnName(_) | AssignmentTarget::Tuple(_) => {}
            }
        }
        Ok(found)
    }

    /// The values of a key of several columns: the first that is not the tenant's carries the look-up.
    fn several(
        &self,
        key: &Foreign,
        known: &Known,
        values: &[&Expr],
        place: Place<'_>,
    ) -> Result<(), String> {
        let pairs = || key.columns.iter().zip(values);
        let unchanged = pairs().all(|(column, value)| self.is_unchanged(column, value, place));
        let inserted = pairs().all(|(column, value)| {
            self.inserted(value, place).is_some_and(|ident| self.is_column(ident, column))
        });
        if unchanged || inserted || values.iter().any(|value| is_null(value)) {
            return Ok(());
        }
        let is_carrier = |index: &usize| {
            let Some(result) = result_of(values[*index]) else { return false };
            let mut looked_up = values.to_vec();
            looked_up[*index] = result;
            self.is_looked_up(key, known, &looked_up, values[*index], place)
        };
        if (0..values.len()).any(|index| is_carrier(&index)) {
            return Ok(());
        }
        let shown: Vec<_> = values.iter().map(ToString::to_string).collect();
        Err(format!("{:?} is not looked up: {}", key.columns, shown.join(", ")))
    }

    /// The value of a key of one column.
    fn value(&self, key: &Foreign, known: &Known, value: &Expr, place: Place<'_>) -> Result<(), String> {
        let again = |value: &Expr| self.value(key, known, value, place);
        match value {
            Expr::Nested(inner) => return again(inner),
            Expr::Subquery(query) => return self.body(key, known, &[0], &query.body),
            Expr::Case { conditions, else_result, .. } => {
                let looked_up = result_of(value)
                    .is_some_and(|result| self.is_looked_up(key, known, &[result], value, place));
                if !looked_up {
                    conditions.iter().try_for_each(|when| again(&when.result))?;
                }
                return else_result.as_deref().map_or(Ok(()), again);
            }
            Expr::Function(function) => {
                if let (name, Some(args)) = call(function)
                    && (name == "coalesce" || name == "ifnull")
                {
                    return args.into_iter().try_for_each(again);
                }
            }
            _ => {}
        }
        if is_null(value) || self.is_own(key, known, value, place) {
            Ok(())
        } else {
            Err(format!("{:?} is not looked up: {value}", key.columns))
        }
    }

    /// Whether a value is certainly a key of the tenant's own, or what the row has already.
    fn is_own(&self, key: &Foreign, known: &Known, value: &Expr, place: Place<'_>) -> bool {
        let ([column], [of_parent]) = (key.columns, key.parent_columns) else { return false };
        let inserted = self.inserted(value, place).is_some_and(|ident| {
            known.looked_up(self.tables).any(|other| {
                let same = (other.parent, other.parent_schema, other.parent_columns);
                same == (key.parent, key.parent_schema, key.parent_columns)
                    && matches!(other.columns, [other] if self.is_column(ident, other))
            })
        });
        inserted
            || self.is_unchanged(column, value, place)
            || match place {
                Place::List(select) => {
                    let factors = select.from.iter().flat_map(|joined| {
                        std::iter::once(&joined.relation)
                            .chain(joined.joins.iter().map(|join| &join.relation))
                    });
                    let named: Vec<_> = factors.map(named).collect();
                    self.is_key_of(key, of_parent, extreme(value), &named)
                }
                Place::Set(target, beside) => {
                    // By its own name alone it may be that of the row.
                    let itself =
                        key.parent_in(self.tables).is_some_and(|parent| std::ptr::eq(parent, target.known));
                    let is_its = |of: &Ident| itself && self.is_same_name(of, target.qualifier);
                    match value {
                        Expr::CompoundIdentifier(idents) if idents.len() == 2 && is_its(&idents[0]) => {
                            self.is_column(&idents[1], of_parent)
                        }
                        Expr::CompoundIdentifier(_) => self.is_key_of(key, of_parent, value, beside),
                        _ => false,
                    }
                }
                Place::Row | Place::Conflict(_) | Place::DuplicateKey(_) => false,
            }
    }

    /// Whether a value is the parent's own column, of a source that is the parent.
    fn is_key_of(
        &self,
        key: &Foreign,
        column: &str,
        value: &Expr,
        sources: &[Option<(&Ident, &ObjectName)>],
    ) -> bool {
        let is_parent = |name: &ObjectName| match (self.table(name), key.parent_in(self.tables)) {
            (Ok(Some(known)), Some(parent)) => std::ptr::eq(known, parent),
            _ => false,
        };
        match value {
            Expr::Identifier(ident) => {
                matches!(sources, [Some((_, name))] if is_parent(name)) && self.is_column(ident, column)
            }
            Expr::CompoundIdentifier(idents) => match idents.as_slice() {
                [of, ident] => {
                    let mut sources = sources.iter().flatten();
                    sources.any(|(qualifier, name)| self.is_same_name(of, qualifier) && is_parent(name))
                        && self.is_column(ident, column)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a value is this column of the row that is there.
    fn is_unchanged(&self, column: &str, value: &Expr, place: Place<'_>) -> bool {
        let (target, is_alone) = match place {
            Place::Set(target, beside) => (target, beside.is_empty()),
            Place::Conflict(target) | Place::DuplicateKey(target) => (target, true),
            Place::Row | Place::List(_) => return false,
        };
        match value {
            Expr::Identifier(ident) => is_alone && self.is_column(ident, column),
            Expr::CompoundIdentifier(idents) => match idents.as_slice() {
                [of, ident] => self.is_same_name(of, target.qualifier) && self.is_column(ident, column),
                _ => false,
            },
            _ => false,
        }
    }

    /// The column of the row to insert that a value is.
    fn inserted<'e>(&self, value: &'e Expr, place: Place<'_>) -> Option<&'e Ident> {
        match (place, value) {
            (Place::Conflict(_) | Place::DuplicateKey(_), Expr::CompoundIdentifier(idents)) => {
                match idents.as_slice() {
                    [of, ident] => of.value.eq_ignore_ascii_case("excluded").then_some(ident),
                    _ => None,
                }
            }
            (Place::DuplicateKey(_), Expr::Function(function)) => match call(function) {
                (name, Some(args)) if name == "values" => match args[..] {
                    [Expr::Identifier(ident)] => Some(ident),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether two names of sources are the same to the engine.
    fn is_same_name(&self, one: &Ident, other: &Ident) -> bool {
        let folded = |ident: &Ident| match self.engine {
            Engine::Sqlite => ident.value.to_ascii_lowercase(),
            Engine::Postgres if ident.quote_style.is_none() => ident.value.to_ascii_lowercase(),
            Engine::Postgres | Engine::MySql => ident.value.clone(),
        };
        folded(one) == folded(other)
    }
}

/// The column's DEFAULT may name another tenant's row.
fn left_to_default(key: &Foreign) -> Result<(), String> {
    Err(format!("{:?} is left to its DEFAULT, which is not looked up", key.columns))
}

/// The name and table of a factor that is a table under its own column names.
pub(super) fn named(factor: &TableFactor) -> Option<(&Ident, &ObjectName)> {
    match factor {
        TableFactor::Table { name, alias, args: None, .. } => {
            let renames = alias.as_ref().is_some_and(|alias| !alias.columns.is_empty());
            let own = || idents(name).ok().and_then(|idents| idents.last().copied());
            let qualifier = alias.as_ref().map(|alias| &alias.name).or_else(own)?;
            (!renames).then_some((qualifier, name))
        }
        _ => None,
    }
}

/// The argument of `MIN(argument)` or `MAX(argument)`; any other value itself.
fn extreme(value: &Expr) -> &Expr {
    match value {
        Expr::Function(function) => match call(function) {
            (name, Some(args)) if name == "min" || name == "max" => match args[..] {
                [argument] => argument,
                _ => value,
            },
            _ => value,
        },
        _ => value,
    }
}

/// The only result of a CASE that asks one question.
fn result_of(value: &Expr) -> Option<&Expr> {
    match value {
        Expr::Case { operand: None, conditions, .. } => match conditions.as_slice() {
            [when] => Some(&when.result),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a value is NULL: by itself, as a type, or as the key of no row.
fn is_null(value: &Expr) -> bool {
    match value {
        Expr::Value(value) => value.value == Value::Null,
        Expr::Cast { expr, .. } => is_null(expr),
        Expr::Subquery(query) => match &*query.body {
            SetExpr::Select(select) => select
                .selection
                .as_ref()
                .is_some_and(|condition| conjuncts(condition).iter().any(|part| part.to_string() == "false")),
            _ => false,
        },
        _ => false,
    }
}
