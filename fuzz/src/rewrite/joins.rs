//! Whether each table of a FROM has its predicate where the meaning of its joins is kept.

use super::tables::{Known, Tables};
use sea_orm_multitenant_sql::{Argument, Engine, TenantType};
use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, Expr, Ident, Join, JoinConstraint, JoinOperator,
    ObjectName, ObjectNamePart, TableFactor, TableWithJoins, Value,
};

/// A tenant that is bound: its place in a set, and its type.
pub(super) type Tenant = (Option<usize>, TenantType);

/// Which of the values that are bound are the tenant.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    /// How many tenants the statement is for, when it is for a set.
    pub(super) set: Option<usize>,
    /// As far as predicates are concerned.
    pub(super) in_predicates: Vec<Option<Tenant>>,
    /// As far as rows to insert are concerned.
    pub(super) in_rows: Vec<Option<Tenant>>,
    /// Which of the caller's values each is, if it is one.
    pub(super) values: Vec<Option<usize>>,
}

impl Bound {
    /// What is bound by a scoped statement for this many tenants.
    pub(super) fn new(set: Option<usize>, arguments: &[Argument]) -> Self {
        let tenants: Vec<_> = arguments.iter().map(|argument| tenant(*argument)).collect();
        let values = arguments.iter().map(|argument| callers(*argument)).collect();
        Self { set, in_predicates: tenants.clone(), in_rows: tenants, values }
    }

    /// A name for what is bound at a place, which is the same for all places of one value.
    pub(super) fn name(&self, placeholder: &str) -> String {
        let index = super::reread::number(placeholder).and_then(|number| number.checked_sub(1));
        let at = |index: usize| {
            (self.in_rows.get(index).copied().flatten(), self.values.get(index).copied().flatten())
        };
        match index.map(at) {
            Some((Some(tenant), _)) => format!(":tenant {tenant:?}"),
            Some((None, Some(value))) => format!(":value {value}"),
            Some((None, None)) | None => placeholder.to_owned(),
        }
    }
}

/// The tenant that is bound.
pub(super) fn tenant(argument: Argument) -> Option<Tenant> {
    match argument {
        Argument::Value(_) => None,
        Argument::Tenant(ty) => Some((None, ty)),
        Argument::TenantAt(index, ty) => Some((Some(index), ty)),
    }
}

/// The index of a value of the caller's.
pub(super) fn callers(argument: Argument) -> Option<usize> {
    match argument {
        Argument::Value(index) => Some(index),
        Argument::Tenant(_) | Argument::TenantAt(..) => None,
    }
}

/// A tenant table under the name by which the statement speaks of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) known: &'static Known,
    pub(super) qualifier: &'t Ident,
    /// Whether its global rows may be reached: they may be read.
    pub(super) global: bool,
}

/// What has been seen of one FROM.
#[derive(Debug, Default)]
pub(super) struct Seen<'t> {
    /// The names of tables that were met, each at its own place in the tree.
    pub(super) met: Vec<&'t ObjectName>,
    /// The names by which the statement speaks of its sources.
    pub(super) qualifiers: Vec<&'t Ident>,
    /// The names under which sources are written.
    pub(super) written: Vec<String>,
}

/// The rules by which a FROM is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'a> {
    pub(super) engine: Engine,
    pub(super) tables: Tables,
    pub(super) bound: &'a Bound,
}

impl Judge<'_> {
    /// The table of a name, if the catalogue has it.
    pub(super) fn table(&self, name: &ObjectName) -> Result<Option<&'static Known>, String> {
        let idents = idents(name)?;
        let Some(last) = idents.last() else { return Err("an empty name".to_owned()) };
        let Some(known) = self.tables.named(&last.value) else { return Ok(None) };
        let schema = match idents[..] {
            [_] => None,
            [schema, _] => Some(schema.value.as_str()),
            _ => return Err(format!("`{name}` has too many parts")),
        };
        let same = |a: &str, b: &str| a == b || self.engine == Engine::Sqlite && a.eq_ignore_ascii_case(b);
        let is_its = match (schema, known.schema) {
            (Some(written), Some(own)) => same(written, own),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !is_its {
            return Err(format!("`{name}` is of another schema than `{}`", known.name));
        }
        if idents.iter().any(|ident| ident.quote_style.is_none()) {
            return Err(format!("`{name}` is not quoted"));
        }
        Ok(Some(known))
    }

    /// The tenant tables of one element of FROM whose predicate must still come, from further outside.
    pub(super) fn joined<'t>(
        &self,
        joined: &'t TableWithJoins,
        from: &mut Seen<'t>,
    ) -> Result<Vec<Source<'t>>, String> {
        let mut pending = self.factor(&joined.relation, from)?;
        for Join { relation, global: _, join_operator } in &joined.joins {
            let right = self.factor(relation, from)?;
            use JoinOperator as J;
            match join_operator {
                J::Join(on) | J::Inner(on) | J::CrossJoin(on) | J::StraightJoin(on) => {
                    pending.extend(right);
                    pending.retain(|source| !self.is_held(source, &conditions(on)));
                }
                J::Left(on) | J::LeftOuter(on) => self.all_held(&right, on, "LEFT JOIN")?,
                J::Right(on) | J::RightOuter(on) => {
                    self.all_held(&pending, on, "RIGHT JOIN")?;
                    pending = right;
                }
                J::FullOuter(_) if pending.is_empty() && right.is_empty() => {}
                J::FullOuter(_) => return Err("a table beside a FULL JOIN".to_owned()),
                other => return Err(format!("a join that should have been refused: {other:?}")),
            }
        }
        Ok(pending)
    }

    fn factor<'t>(&self, factor: &'t TableFactor, from: &mut Seen<'t>) -> Result<Vec<Source<'t>>, String> {
        match factor {
            TableFactor::Table { name, alias, args: None, .. } => {
                let qualifier = match alias {
                    Some(alias) => &alias.name,
                    None => idents(name)?.pop().ok_or("an empty name")?,
                };
                from.qualifiers.push(qualifier);
                let Some(known) = self.table(name)? else { return Ok(Vec::new()) };
                from.met.push(name);
                let renamed = alias.as_ref().is_some_and(|alias| !alias.columns.is_empty());
                match known.owner.tenant() {
                    Some(_) if renamed => Err(format!("`{name}` has renamed columns")),
                    Some(_) => {
                        let is_written = from.written.contains(&qualifier.value);
                        Ok(vec![Source { known, qualifier, global: known.global_rows && !is_written }])
                    }
                    None => Ok(Vec::new()),
                }
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => self.joined(table_with_joins, from),
            TableFactor::NestedJoin { table_with_joins, alias: Some(alias) } => {
                from.qualifiers.push(&alias.name);
                let mut inner = Seen::default();
                let pending = self.joined(table_with_joins, &mut inner)?;
                from.met.extend(inner.met);
                match pending.first() {
                    Some(source) => Err(format!("`{}` is hidden by an alias", source.qualifier)),
                    None => Ok(Vec::new()),
                }
            }
            TableFactor::Derived { alias: Some(alias), .. }
            | TableFactor::Table { alias: Some(alias), .. }
            | TableFactor::Function { alias: Some(alias), .. }
            | TableFactor::JsonTable { alias: Some(alias), .. }
            | TableFactor::UNNEST { alias: Some(alias), .. } => {
                from.qualifiers.push(&alias.name);
                Ok(Vec::new())
            }
            TableFactor::Derived { .. }
            | TableFactor::Table { .. }
            | TableFactor::Function { .. }
            | TableFactor::JsonTable { .. }
            | TableFactor::UNNEST { .. } => Ok(Vec::new()),
            other => Err(format!("a source that should have been refused: {other}")),
        }
    }

    fn all_held(&self, sources: &[Source<'_>], on: &JoinConstraint, join: &str) -> Result<(), String> {
        let conditions = conditions(on);
        match sources.iter().find(|source| !self.is_held(source, &conditions)) {
            Some(source) => Err(format!("`{}` has no predicate in the ON of its {join}", source.qualifier)),
            None => Ok(()),
        }
    }

    /// Demands the predicate of each source among the conditions.
    pub(super) fn hold(&self, sources: &[Source<'_>], condition: Option<&Expr>) -> Result<(), String> {
        let conditions = condition.map(conjuncts).unwrap_or_default();
        match sources.iter().find(|source| !self.is_held(source, &conditions)) {
            Some(source) => Err(format!("`{}` has no predicate", source.qualifier)),
            None => Ok(()),
        }
    }

    /// Demands that the row that is there is of the tenant of the one to insert.
    pub(super) fn hold_upsert(&self, target: &Source<'_>, condition: Option<&Expr>) -> Result<(), String> {
        let conditions = condition.map(conjuncts).unwrap_or_default();
        if self.bound.set.is_none() {
            return self.hold(std::slice::from_ref(target), condition);
        }
        let Some((column, _)) = target.known.owner.tenant() else { return Ok(()) };
        let names = |expr: &Expr, qualifier: &str| match expr {
            Expr::CompoundIdentifier(idents) => {
                matches!(idents.as_slice(), [table, own] if table.value == qualifier && own.value == column)
            }
            _ => false,
        };
        let is_new = |expr: &Expr| {
            let text = expr.to_string();
            names(expr, "excluded") || text == format!("VALUES(`{column}`)")
        };
        let is_same_tenant = |condition: &&Expr| match condition {
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => {
                names(left, &target.qualifier.value) && is_new(right)
            }
            _ => false,
        };
        if conditions.iter().any(is_same_tenant) {
            Ok(())
        } else {
            Err(format!("an upsert of `{}` has no guard", target.qualifier))
        }
    }

    /// Whether one of the conditions, all of which hold, is the predicate of the source.
    fn is_held(&self, source: &Source<'_>, conditions: &[&Expr]) -> bool {
        let Some((column, ty)) = source.known.owner.tenant() else { return true };
        let is_own = |expr: &Expr| match expr {
            Expr::CompoundIdentifier(idents) => match idents.as_slice() {
                [qualifier, ident] => {
                    qualifier.value == source.qualifier.value
                        && qualifier.quote_style == source.qualifier.quote_style
                        && qualifier.quote_style.is_some()
                        && ident.value == column
                        && ident.quote_style.is_some()
                }
                _ => false,
            },
            _ => false,
        };
        let is_own_bytes = |expr: &Expr| text_of_bytes(self.engine, expr).is_some_and(is_own);
        let is_tenant = |expr: &Expr, index| is_bound(expr, (index, ty), &self.bound.in_predicates);
        let compares = |condition: &Expr, is_left: &dyn Fn(&Expr) -> bool| match (condition, self.bound.set) {
            (Expr::BinaryOp { left, op: BinaryOperator::Eq, right }, None) => {
                is_left(left) && is_tenant(right, None)
            }
            (Expr::InList { expr, list, negated: false }, Some(tenants)) => {
                let is_whole = list.len() == tenants;
                is_left(expr)
                    && is_whole
                    && list.iter().enumerate().all(|(at, each)| is_tenant(each, Some(at)))
            }
            _ => false,
        };
        let compares_bytes = |condition: &&Expr| match (self.engine, condition) {
            (Engine::Postgres, Expr::IsNotNull(case)) => {
                only_case(case).is_some_and(|condition| compares(condition, &is_own_bytes))
            }
            (Engine::Postgres, _) => false,
            (Engine::Sqlite | Engine::MySql, condition) => compares(condition, &is_own_bytes),
        };
        let is_kept = |conditions: &[&Expr]| {
            conditions.iter().any(|condition| compares(condition, &is_own))
                && (ty != TenantType::Text || conditions.iter().any(compares_bytes))
        };
        let is_kept_or_global = |condition: &&Expr| match condition {
            Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
                matches!(&**right, Expr::IsNull(column) if is_own(column)) && is_kept(&conjuncts(left))
            }
            _ => false,
        };
        is_kept(conditions) || source.global && conditions.iter().any(is_kept_or_global)
    }
}

/// The text that an expression makes comparable by bytes.
fn text_of_bytes(engine: Engine, expr: &Expr) -> Option<&Expr> {
    match (engine, expr) {
        (Engine::Sqlite, Expr::Collate { expr, collation }) if collation.to_string() == "`BINARY`" => {
            Some(expr)
        }
        (
            Engine::MySql,
            Expr::Cast { kind: CastKind::Cast, expr, data_type: DataType::Binary(None), format: None },
        ) => match &**expr {
            Expr::Convert { is_try: false, expr, data_type: None, charset: Some(charset), .. }
                if charset.to_string() == "`utf8mb4`" =>
            {
                Some(expr)
            }
            _ => None,
        },
        (Engine::Postgres, Expr::Collate { expr, collation }) if collation.to_string() == "\"C\"" => {
            match &**expr {
                Expr::Cast { kind: CastKind::Cast, expr, data_type: DataType::Text, format: None } => {
                    Some(expr)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The condition of `CASE WHEN condition THEN 1 END`.
fn only_case(expr: &Expr) -> Option<&Expr> {
    let Expr::Case { operand: None, conditions, else_result: None, .. } = expr else { return None };
    match conditions.as_slice() {
        [CaseWhen { condition, result }] if result.to_string() == "1" => Some(condition),
        _ => None,
    }
}

/// Whether an expression is a place for this tenant.
pub(super) fn is_bound(expr: &Expr, tenant: Tenant, tenants: &[Option<Tenant>]) -> bool {
    match expr {
        Expr::Cast { expr, .. } => is_bound(expr, tenant, tenants),
        Expr::Value(value) => match &value.value {
            Value::Placeholder(text) => {
                let index = super::reread::number(text).and_then(|number| number.checked_sub(1));
                index.and_then(|index| tenants.get(index).copied().flatten()) == Some(tenant)
            }
            _ => false,
        },
        _ => false,
    }
}

/// The conditions that hold wherever this one holds.
pub(super) fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    let (mut found, mut left) = (Vec::new(), vec![expr]);
    while let Some(expr) = left.pop() {
        match expr {
            Expr::Nested(inner) => left.push(inner),
            Expr::BinaryOp { left: one, op: BinaryOperator::And, right: other } => {
                left.extend([&**one, &**other])
            }
            other => found.push(other),
        }
    }
    found
}

fn conditions(constraint: &JoinConstraint) -> Vec<&Expr> {
    match constraint {
        JoinConstraint::On(on) => conjuncts(on),
        JoinConstraint::Using(_) | JoinConstraint::Natural | JoinConstraint::None => Vec::new(),
    }
}

/// The words of a dotted name.
pub(super) fn idents(name: &ObjectName) -> Result<Vec<&Ident>, String> {
    let idents = name.0.iter().map(|part| match part {
        ObjectNamePart::Identifier(ident) => Ok(ident),
        ObjectNamePart::Function(_) => Err(format!("`{name}` is computed")),
    });
    idents.collect()
}
