//! INSERT: every row carries the tenant.

use crate::{
    catalogue::table::Table,
    names::{self, single_ident},
    outcome::TenantCheckKind,
    read::spelling,
    refusal::{Result, refuse, refuse_if, refuse_on, refuse_with},
    rewrite::{
        build::plain_query,
        columns::relation::Columns,
        node::table_of,
        owner::Owner,
        parents::set_list::SetList,
        rewriter::{CommonTable, Relation, Rewriter},
        target::Target,
    },
    tenant_type::TenantType,
};
use sqlparser::ast::{
    Assignment, AssignmentTarget, CastKind, Cte, DataType, Expr, Ident, Insert, ObjectName, ObjectNamePart,
    Parens, Query, Select, SelectItem, SetExpr, TableAliasWithoutColumns, TableObject, TableWithJoins,
    Values, WildcardAdditionalOptions, With, helpers::attached_token::AttachedToken,
};

const OTHER_WIDTH: &str = "INSERT with another number of values than columns";

/// Where the tenant goes in each row.
#[derive(Clone, Copy)]
enum Slot {
    /// In place of what stands at this index.
    At(usize),
    /// After the last value.
    Append,
}

/// Accepts a partition that stands for OVERRIDING SYSTEM VALUE: then the values are stored as they are given. With OVERRIDING USER VALUE
/// the database stores others than those that are checked here.
fn check_partition(partition: Option<&[Expr]>) -> Result<()> {
    match partition.map(spelling::overridden) {
        None | Some(Some("OVERRIDING SYSTEM VALUE")) => Ok(()),
        Some(Some(kind)) => refuse_with(kind, "leave the generated columns out of the column list"),
        Some(None) => refuse("INSERT OVERWRITE"),
    }
}

impl Rewriter<'_> {
    pub(super) fn insert(&mut self, insert: &mut Insert) -> Result<()> {
        let Insert {
            insert_token: _,
            optimizer_hints,
            or,
            ignore,
            into: _,
            table,
            table_alias,
            columns,
            overwrite,
            source,
            assignments,
            partitioned,
            after_columns,
            has_table_keyword,
            on,
            returning,
            output,
            replace_into,
            priority,
            insert_alias,
            settings,
            format_clause,
            multi_table_insert_type,
            multi_table_into_clauses,
            multi_table_when_clauses,
            multi_table_else_clause,
        } = insert;
        refuse_if(!optimizer_hints.is_empty(), "an optimizer hint")?;
        check_partition(partitioned.as_deref())?;
        refuse_if(*overwrite || !after_columns.is_empty() || *has_table_keyword, "INSERT OVERWRITE")?;
        refuse_if(output.is_some(), "OUTPUT")?;
        refuse_if(priority.is_some(), "INSERT with a priority")?;
        if let Some(alias) = insert_alias.take() {
            self.name_inserted_row(table, &alias, on.as_mut())?;
        }
        refuse_if(settings.is_some() || format_clause.is_some(), "INSERT … FORMAT")?;
        let many_tables = multi_table_insert_type.is_some()
            || !multi_table_into_clauses.is_empty()
            || !multi_table_when_clauses.is_empty()
            || multi_table_else_clause.is_some();
        refuse_if(many_tables, "INSERT into several tables")?;
        let TableObject::TableName(name) = table else { return refuse("INSERT into a function or query") };
        let target_table = self.written_table(name)?;
        self.check_insert_or(target_table, *replace_into, *ignore, or.as_ref(), on.is_some())?;
        names::settle_all(self.engine, name)?;
        let target =
            Target { table: target_table, qualifier: self.insert_qualifier(name, table_alias.as_mut())? };
        let frames = self.frames.len();
        let has_rows = source.as_ref().is_none_or(|source| matches!(*source.body, SetExpr::Values(_)));
        if has_rows && self.engine.reads_target_in_values() {
            self.frames.push(target.frame());
        }
        if let Some(source) = source {
            if !self.is_for_set() && target_table.tenant_column().is_some() {
                self.write_out_wildcard(source);
            }
            self.is_inserted = true;
            self.query(source)?;
        }
        let mut filled = Vec::new();
        if !assignments.is_empty() {
            self.complete_assignments(target_table, assignments)?;
        } else if !columns.is_empty() {
            // Before the tenant, which stays the last.
            self.complete_rows(target_table, columns, source, &mut filled)?;
        }
        match (assignments.is_empty(), self.is_for_set()) {
            (true, false) => self.insert_rows(target_table, columns, source)?,
            (false, false) => self.insert_assignments(target_table, assignments)?,
            (true, true) => self.insert_named_rows(target_table, columns, source.as_deref())?,
            (false, true) => self.insert_named_assignments(target_table, assignments)?,
        }
        if assignments.is_empty() {
            self.complete_rows(target_table, columns, source, &mut filled)?;
        }
        self.parents_of_rows(target_table, columns, source.as_deref_mut(), &filled)?;
        self.parents_of_assignments(&target, assignments, SetList::Insert)?;
        self.store_tenants(target_table, columns, source.as_deref_mut(), assignments)?;
        self.frames.truncate(frames);
        self.frames.push(target.frame());
        let level = self.level(None, &self.owner(target.table, &target.qualifier));
        self.at(level, |this| {
            if let Some(on) = on {
                this.upsert(&target, on, source.as_deref())?;
            }
            this.returning(returning.as_mut())
        })?;
        self.frames.truncate(frames);
        Ok(())
    }

    /// The name by which the statement speaks of its target.
    fn insert_qualifier(
        &self,
        name: &ObjectName,
        alias: Option<&mut TableAliasWithoutColumns>,
    ) -> Result<Ident> {
        let qualifier = match (alias, names::parts(name)?.last()) {
            (Some(TableAliasWithoutColumns { explicit: _, alias }), _) => {
                names::settle(self.engine, alias)?;
                alias.clone()
            }
            (None, Some(last)) => (*last).clone(),
            (None, None) => return refuse("an empty name"),
        };
        // In an upsert `excluded` is the row to insert, whose tenant says nothing about the row that is there.
        refuse_if(qualifier.value.eq_ignore_ascii_case("excluded"), "a target named `excluded`")?;
        Ok(qualifier)
    }

    /// INSERT … VALUES, SELECT or DEFAULT VALUES.
    fn insert_rows(
        &mut self,
        table: &Table,
        columns: &mut Vec<ObjectName>,
        source: &mut Option<Box<Query>>,
    ) -> Result<()> {
        for column in columns.iter_mut() {
            self.written_name(table, column)?;
        }
        let Some((tenant, ty)) = table.tenant_column() else { return Ok(()) };
        let Some(query) = source else {
            refuse_if(!columns.is_empty(), "a column list without values")?;
            columns.push(ObjectName::from(vec![self.quoted(tenant)]));
            *source = Some(Box::new(single_row(vec![self.tenant(ty)])));
            return Ok(());
        };
        if columns.is_empty() {
            if let Some(rows) = rows_of_defaults(query) {
                columns.push(ObjectName::from(vec![self.quoted(tenant)]));
                for row in rows {
                    *row = vec![self.tenant(ty)];
                }
                return Ok(());
            }
            *columns = self.synthesised_columns(table, query)?;
        }
        refuse_if(!may_have_width(&query.body, columns.len()), OTHER_WIDTH)?;
        let slot = match self.positions(columns, tenant)?[..] {
            [] => {
                columns.push(ObjectName::from(vec![self.quoted(tenant)]));
                Slot::Append
            }
            [index] => Slot::At(index),
            _ => {
                return refuse_on(
                    table.qualified_name(),
                    "the tenant column twice in one column list",
                    "name it once",
                );
            }
        };
        self.set_tenant_in_query(table, ty, slot, query)
    }

    fn set_tenant_in_query(
        &mut self,
        table: &Table,
        ty: TenantType,
        slot: Slot,
        query: &mut Query,
    ) -> Result<()> {
        let ctes = self.ctes.len();
        self.see_common_tables(query);
        let result = self.set_tenant(table, ty, slot, &mut query.body);
        self.ctes.truncate(ctes);
        result
    }

    /// Brings the common table expressions of a query that is read already into sight, for what they carry. Each hides an outer one of
    /// its name from all of them, and carries nothing to those before it.
    fn see_common_tables(&mut self, query: &Query) {
        let Some(With { with_token: _, recursive, cte_tables }) = &query.with else { return };
        let first = self.ctes.len();
        for cte in cte_tables {
            let name = names::folded(self.engine.table_folding(), &cte.alias.name);
            let columns = Columns::list(Vec::new());
            self.ctes.push(CommonTable {
                name,
                owner: Owner::Nobody,
                columns,
                shared: None,
                carried: Vec::new(),
            });
        }
        for (index, Cte { alias, query, from: _, materialized: _, closing_paren_token: _ }) in
            cte_tables.iter().enumerate()
        {
            if !recursive && alias.columns.is_empty() {
                self.ctes[first + index].carried = self.carried(query);
            }
        }
    }

    /// Writes out `SELECT *` from one table or common table expression whose columns are known in their order, so that the tenant
    /// has its place among them.
    fn write_out_wildcard(&self, source: &mut Query) {
        let SetExpr::Select(select) = source.body.as_mut() else { return };
        let ([SelectItem::Wildcard(options)], [TableWithJoins { relation, joins }]) =
            (select.projection.as_slice(), select.from.as_slice())
        else {
            return;
        };
        let Some((name, alias)) = table_of(relation) else { return };
        let is_renamed = alias.is_some_and(|alias| !alias.columns.is_empty());
        if !joins.is_empty() || is_renamed || *options != WildcardAdditionalOptions::default() {
            return;
        }
        // One of the source itself is not known yet, and hides an outer one.
        if source.with.as_ref().is_some_and(|with| self.defines(with, name)) {
            return;
        }
        let Some(names) = self.columns_in_order(name) else { return };
        let item = |name: &String| SelectItem::UnnamedExpr(Expr::Identifier(self.quoted(name)));
        select.projection = names.iter().map(item).collect();
    }

    /// Whether a name stands for a common table expression of this WITH.
    fn defines(&self, with: &With, name: &ObjectName) -> bool {
        let [ObjectNamePart::Identifier(name)] = name.0.as_slice() else { return false };
        let folding = self.engine.table_folding();
        with.cte_tables.iter().any(|cte| names::are_same(folding, &cte.alias.name, name))
    }

    /// The columns of a table or common table expression, where all are known in their order.
    fn columns_in_order(&self, name: &ObjectName) -> Option<Vec<String>> {
        let columns = match self.relation(name).ok()? {
            Relation::Table(table) => return table.ordered_columns().map(<[String]>::to_vec),
            Relation::Cte { owner: _, shared: _, columns } => columns,
        };
        let mut list = Vec::new();
        columns.append_to(&mut list);
        list.iter().map(|column| column.name().map(str::to_owned)).collect()
    }

    pub(super) fn positions(&self, columns: &[ObjectName], tenant: &str) -> Result<Vec<usize>> {
        let mut found = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            if self.is_column(single_ident(column)?, tenant) {
                found.push(index);
            }
        }
        Ok(found)
    }

    /// The columns that an INSERT without a column list fills, which only the database's own order tells.
    fn synthesised_columns(&self, table: &Table, query: &Query) -> Result<Vec<ObjectName>> {
        let Some(columns) = table.ordered_columns() else {
            return refuse_on(
                table.qualified_name(),
                "INSERT without a column list",
                "name the columns, or declare the table with its columns in the database's order",
            );
        };
        let width = match query.body.as_ref() {
            SetExpr::Values(Values { explicit_row: _, value_keyword: _, rows }) => {
                rows.iter().map(|row| row.content.len()).max().unwrap_or_default()
            }
            SetExpr::Select(_)
            | SetExpr::Query(_)
            | SetExpr::SetOperation { .. }
            | SetExpr::Insert(_)
            | SetExpr::Update(_)
            | SetExpr::Delete(_)
            | SetExpr::Merge(_)
            | SetExpr::Table(_) => columns.len(),
        };
        let fits = width == columns.len() || width < columns.len() && self.engine.supports_short_rows();
        refuse_if(!fits, OTHER_WIDTH)?;
        Ok(columns.iter().take(width).map(|column| ObjectName::from(vec![self.quoted(column)])).collect())
    }

    /// Puts the tenant into every row that a source yields.
    fn set_tenant(&mut self, table: &Table, ty: TenantType, slot: Slot, body: &mut SetExpr) -> Result<()> {
        match body {
            SetExpr::Values(Values { explicit_row: _, value_keyword: _, rows }) => {
                for Parens { opening_token: _, content, closing_token: _ } in rows {
                    self.set_tenant_in_row(table, ty, slot, content)?;
                }
                Ok(())
            }
            SetExpr::Select(select) => self.set_tenant_in_select(table, ty, slot, select),
            SetExpr::Query(query) => self.set_tenant_in_query(table, ty, slot, query),
            SetExpr::SetOperation { left, op: _, set_quantifier: _, right } => {
                self.set_tenant(table, ty, slot, left)?;
                self.set_tenant(table, ty, slot, right)
            }
            SetExpr::Insert(_)
            | SetExpr::Update(_)
            | SetExpr::Delete(_)
            | SetExpr::Merge(_)
            | SetExpr::Table(_) => refuse("INSERT from another write"),
        }
    }

    fn set_tenant_in_row(
        &mut self,
        table: &Table,
        ty: TenantType,
        slot: Slot,
        row: &mut Vec<Expr>,
    ) -> Result<()> {
        let tenant = self.tenant(ty);
        match slot {
            Slot::Append => row.push(tenant),
            Slot::At(index) => match row.get_mut(index) {
                Some(value) => {
                    if self.check_tenant_value(table, value, TenantCheckKind::Insert).is_none() {
                        return refuse_computed(table);
                    }
                    *value = tenant;
                }
                None => {
                    return refuse_on(
                        table.qualified_name(),
                        "a row with fewer values than columns",
                        "give each column a value",
                    );
                }
            },
        }
        Ok(())
    }

    fn set_tenant_in_select(
        &mut self,
        table: &Table,
        ty: TenantType,
        slot: Slot,
        select: &mut Select,
    ) -> Result<()> {
        let tenant = self.cast_tenant(ty);
        match slot {
            Slot::Append => select.projection.push(SelectItem::UnnamedExpr(tenant)),
            Slot::At(index) => {
                let plain = |item: &SelectItem| {
                    matches!(item, SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. })
                };
                let is_certain = select.projection.iter().take(index).all(plain);
                let (
                    Some(
                        SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, alias: _ },
                    ),
                    true,
                ) = (select.projection.get(index), is_certain)
                else {
                    return refuse_computed(table);
                };
                let is_tenant = self.is_own_tenant(select, value)
                    || self.check_tenant_value(table, value, TenantCheckKind::Insert).is_some();
                if !is_tenant {
                    return refuse_computed(table);
                }
                select.projection[index] = SelectItem::UnnamedExpr(tenant);
            }
        }
        Ok(())
    }

    /// The tenant as a value of a select list, where PostgreSQL would take an uncast parameter for text.
    fn cast_tenant(&self, ty: TenantType) -> Expr {
        let tenant = self.tenant(ty);
        if !self.engine.needs_cast_in_select_list() {
            return tenant;
        }
        let data_type = match ty {
            TenantType::Int => DataType::Integer(None),
            TenantType::BigInt => DataType::BigInt(None),
            TenantType::Uuid => DataType::Uuid,
            TenantType::Text => DataType::Text,
        };
        Expr::Cast { kind: CastKind::DoubleColon, expr: Box::new(tenant), data_type, format: None }
    }

    /// `INSERT INTO t SET a = 1`.
    fn insert_assignments(&mut self, table: &Table, assignments: &mut Vec<Assignment>) -> Result<()> {
        let mut has_tenant = false;
        for Assignment { target, value } in assignments.iter_mut() {
            self.expr(value)?;
            let AssignmentTarget::ColumnName(name) = target else {
                return refuse("a row of columns in INSERT … SET");
            };
            self.written_name(table, name)?;
            let ident = single_ident(name)?;
            let Some((tenant, ty)) = table.tenant_column() else { continue };
            if !self.is_column(ident, tenant) {
                continue;
            }
            refuse_if(has_tenant, "the tenant column twice in one SET list")?;
            has_tenant = true;
            if self.check_tenant_value(table, value, TenantCheckKind::Insert).is_none() {
                return refuse_computed(table);
            }
            *value = self.tenant(ty);
        }
        if let (Some((tenant, ty)), false) = (table.tenant_column(), has_tenant) {
            let target = AssignmentTarget::ColumnName(ObjectName::from(vec![self.quoted(tenant)]));
            assignments.push(Assignment { target, value: self.tenant(ty) });
        }
        Ok(())
    }
}

/// Whether each row of a source may have that many values: what is added to a row behind them would else get into another column.
fn may_have_width(body: &SetExpr, width: usize) -> bool {
    match body {
        SetExpr::Values(Values { explicit_row: _, value_keyword: _, rows }) => {
            rows.iter().all(|row| row.content.len() == width)
        }
        SetExpr::Select(select) => {
            let is_one = |item: &SelectItem| {
                matches!(item, SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. })
            };
            let known = select.projection.iter().filter(|item| is_one(item)).count();
            if known == select.projection.len() { known == width } else { known <= width }
        }
        SetExpr::Query(query) => may_have_width(&query.body, width),
        SetExpr::SetOperation { left, op: _, set_quantifier: _, right } => {
            may_have_width(left, width) && may_have_width(right, width)
        }
        SetExpr::Insert(_)
        | SetExpr::Update(_)
        | SetExpr::Delete(_)
        | SetExpr::Merge(_)
        | SetExpr::Table(_) => true,
    }
}

fn refuse_computed<T>(table: &Table) -> Result<T> {
    refuse_on(
        table.qualified_name(),
        "a computed value in the tenant column",
        "leave the column out: the scope fills it",
    )
}

/// The rows of `VALUES (DEFAULT, …)` and `VALUES ()`, if the source is nothing else.
pub(super) fn rows_of_defaults(query: &mut Query) -> Option<Vec<&mut Vec<Expr>>> {
    let SetExpr::Values(Values { explicit_row: _, value_keyword: _, rows }) = query.body.as_mut() else {
        return None;
    };
    let is_default =
        |expr: &Expr| matches!(expr, Expr::Identifier(ident) if crate::rewrite::build::is_default(ident));
    let only_defaults = rows.iter().all(|row| row.content.iter().all(is_default));
    only_defaults.then(|| rows.iter_mut().map(|row| &mut row.content).collect())
}

/// `VALUES (…)`.
pub(super) fn single_row(content: Vec<Expr>) -> Query {
    let row =
        Parens { opening_token: AttachedToken::empty(), content, closing_token: AttachedToken::empty() };
    let rows = Values { explicit_row: false, value_keyword: false, rows: vec![row] };
    plain_query(SetExpr::Values(rows))
}
