//! Aggregates and GROUP BY.

use super::{
    Generator,
    query::{Place, Query},
    scope::{Col, Named, Rel, Ty},
};

/// A grouping key.
struct Key {
    sql: String,
    ty: Ty,
    /// The column, if the key is one.
    named: Option<Named>,
}

impl Generator<'_> {
    /// An aggregate over the innermost sources.
    pub(super) fn aggregate(&mut self, ty: Ty) -> String {
        let Some(filtered) = self.own_column(|col| col.ty == Ty::Int || col.ty == Ty::Text) else {
            return match ty {
                Ty::Text => format!("CAST(count(*) AS {})", self.backend().text_type()),
                Ty::Bool => "(count(*) > 1)".to_owned(),
                Ty::Int | Ty::Fraction => "count(*)".to_owned(),
            };
        };
        let call = match ty {
            Ty::Int => self.int_aggregate(),
            Ty::Text => self.text_aggregate(),
            Ty::Fraction => match self.own_int() {
                Some(column) => format!("avg({column})"),
                None => "count(*)".to_owned(),
            },
            Ty::Bool => return format!("({} > {})", self.int_aggregate(), self.int_value()),
        };
        let is_plain = !call.starts_with("coalesce(") && !call.starts_with("CAST(");
        if !self.backend().has_filter() || !is_plain || !self.choices.chance(12) {
            return call;
        }
        // A column of this query makes the aggregate belong to this query.
        let column = self.reference(&filtered);
        let more =
            if self.choices.chance(50) { format!(" AND {}", self.condition(1)) } else { String::new() };
        format!("{call} FILTER (WHERE {column} IS NOT NULL{more})")
    }

    fn own_int(&mut self) -> Option<String> {
        let named = self.own_column(|col| col.ty == Ty::Int)?;
        Some(self.reference(&named))
    }

    fn int_aggregate(&mut self) -> String {
        let Some(column) = self.own_int() else { return "count(*)".to_owned() };
        let argument = match self.choices.below(10) {
            6 => format!("({column} + {})", self.int(0)),
            7 => format!("CASE WHEN {} THEN {column} END", self.condition(1)),
            8 => format!("coalesce({column}, {})", self.int_value()),
            9 if self.spend() && !self.backend().is_mariadb() => {
                format!("coalesce({column}, {})", self.scalar_subquery(Ty::Int, 1))
            }
            _ => column,
        };
        match self.choices.below(9) {
            0 | 1 => "count(*)".to_owned(),
            2 => format!("count({argument})"),
            3 => format!("count(DISTINCT {argument})"),
            4 => format!("min({argument})"),
            5 => format!("max({argument})"),
            6 => format!("sum(DISTINCT {argument})"),
            7 => format!("coalesce(sum({argument}), 0)"),
            _ => format!("sum({argument})"),
        }
    }

    fn text_aggregate(&mut self) -> String {
        let Some(named) = self.own_column(|col| col.ty == Ty::Text) else {
            let count = self.int_aggregate();
            return format!("CAST({count} AS {})", self.backend().text_type());
        };
        let column = self.reference(&named);
        match self.choices.below(8) {
            0..=2 => format!("min({column})"),
            3..=5 => format!("max({column})"),
            _ => match self.backend() {
                crate::schema::Backend::Sqlite => format!("group_concat({column}, ',' ORDER BY {column})"),
                crate::schema::Backend::MariaDb => {
                    let distinct = *self.choices.pick(&["", "DISTINCT "]);
                    format!("group_concat({distinct}{column} ORDER BY {column} SEPARATOR ',')")
                }
                crate::schema::Backend::Postgres => match self.choices.below(3) {
                    0 => format!("string_agg({column}, ',' ORDER BY {column})"),
                    1 => format!("CAST(array_agg({column} ORDER BY {column}) AS text)"),
                    _ => format!("CAST(json_agg({column} ORDER BY {column}) AS text)"),
                },
            },
        }
    }

    /// SELECT with aggregates, grouped or not.
    pub(super) fn aggregate_select(&mut self, types: &[Ty], place: Place, depth: u32) -> Query {
        let types = if types.is_empty() { self.some_types(place) } else { types.to_vec() };
        let from = self.sources(depth);
        self.qualified(|this| {
            this.scopes.push(from.rels.clone());
            let filter = this.where_clause();
            let keys = if this.choices.chance(20) { Vec::new() } else { this.keys() };
            if !keys.is_empty() && this.choices.chance(12) {
                return this.grouped_by_position(&types, place, &from.sql, &filter);
            }
            let grouped = grouped_sources(&from.rels, &keys);
            let items: Vec<String> = types
                .iter()
                .enumerate()
                .map(|(index, ty)| {
                    let item = this.grouped_item(*ty, &keys, &grouped);
                    this.named_item(&item, place, index)
                })
                .collect();
            let having = if this.choices.chance(30) { this.having(&keys, &grouped) } else { String::new() };
            let (mut group, is_rollup) = this.group_by(&keys);
            if !is_rollup && !keys.is_empty() && this.may_group_by_queries() {
                let more = this.compared_with_count();
                group = format!("{group}, CASE WHEN {more} THEN 1 ELSE 0 END");
            }
            this.scopes.pop();
            let cols = named_cols(&types);
            // MariaDB does not support ORDER BY together with WITH ROLLUP.
            let place_of_tail = if is_rollup && this.backend().is_mariadb() { Place::Operand } else { place };
            // With WITH ROLLUP, MariaDB 10.11 loses the result of group_concat, and loses groups with a subquery in
            // HAVING.
            let loses_groups = this.backend().is_mariadb()
                && (having.contains("SELECT") || items.iter().any(|item| item.contains("group_concat")));
            if is_rollup && (loses_groups || place == Place::Scalar) {
                let count = format!("SELECT {}", this.values_of(&types, place));
                return Query { sql: count, cols, ordered: true };
            }
            let distinct = if this.choices.chance(5) { "DISTINCT " } else { "" };
            let tail = this.tail(&cols, place_of_tail, None);
            let sql = format!(
                "SELECT {distinct}{} FROM {}{filter}{group}{having}{}",
                items.join(", "),
                from.sql,
                tail.sql
            );
            Query { sql, cols, ordered: tail.ordered }
        })
    }

    fn values_of(&mut self, types: &[Ty], place: Place) -> String {
        let items: Vec<String> = types
            .iter()
            .enumerate()
            .map(|(index, ty)| {
                let value = self.value(*ty);
                self.named_item(&value, place, index)
            })
            .collect();
        items.join(", ")
    }

    /// GROUP BY the position of a select list item.
    fn grouped_by_position(&mut self, types: &[Ty], place: Place, from: &str, filter: &str) -> Query {
        let mut items = Vec::new();
        for (index, ty) in types.iter().enumerate() {
            let item = if index == 0 { self.expr(*ty, 1) } else { self.aggregate(*ty) };
            items.push(self.named_item(&item, place, index));
        }
        self.scopes.pop();
        let cols = named_cols(types);
        let tail = self.tail(&cols, place, None);
        let sql = format!("SELECT {} FROM {from}{filter} GROUP BY 1{}", items.join(", "), tail.sql);
        Query { sql, cols, ordered: tail.ordered }
    }

    fn keys(&mut self) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::new();
        while keys.is_empty() || keys.len() < 3 && self.choices.chance(30) {
            let Some(named) = self.own_column(|col| col.ty != Ty::Fraction) else { break };
            let column = self.reference(&named);
            let ty = named.col.ty;
            let key = match (ty, self.choices.below(8)) {
                (Ty::Int, 6) => Key { sql: format!("({column} % 3)"), ty, named: None },
                (Ty::Int, 7) => Key { sql: format!("coalesce({column}, 0)"), ty, named: None },
                (Ty::Text, 6) => Key { sql: format!("upper({column})"), ty, named: None },
                (Ty::Int | Ty::Text, 5) => {
                    Key { sql: format!("({column} IS NULL)"), ty: Ty::Bool, named: None }
                }
                _ => Key { sql: column, ty, named: Some(named) },
            };
            keys.push(key);
        }
        keys
    }

    /// An expression of keys and aggregates.
    fn grouped_item(&mut self, ty: Ty, keys: &[Key], grouped: &[Rel]) -> String {
        let fitting: Vec<&Key> = keys.iter().filter(|key| key.ty == ty).collect();
        match self.choices.below(10) {
            0..=4 if !fitting.is_empty() => self.choices.pick(&fitting).sql.clone(),
            8 if self.spend() && !keys.is_empty() => self.among(grouped, |this| this.scalar_subquery_of(ty)),
            9 => {
                let (one, other) = (self.aggregate(ty), self.aggregate(ty));
                format!("CASE WHEN count(*) > {} THEN {one} ELSE {other} END", self.int_value())
            }
            _ => self.aggregate(ty),
        }
    }

    fn scalar_subquery_of(&mut self, ty: Ty) -> String {
        if ty == Ty::Bool {
            return format!("({})", self.subquery_condition(0));
        }
        self.scalar_subquery(ty, 0)
    }

    /// `(SELECT count(*) …)` of all rows of a table: it would change with other tenants' rows.
    fn count_of_rows(&mut self) -> String {
        let counted = self.any_table();
        let (table, _) = self.nested(|this| this.table_factor(counted));
        format!("(SELECT count(*) FROM {table})")
    }

    /// A condition on a column of this query that would change with other tenants' rows.
    fn compared_with_count(&mut self) -> String {
        let column = self.own_int().unwrap_or_else(|| "1".to_owned());
        format!("{column} > {}", self.count_of_rows())
    }

    /// Whether a query groups by a subquery, at which MariaDB 10.11 crashes.
    fn may_group_by_queries(&mut self) -> bool {
        !self.backend().is_mariadb() && self.choices.chance(12) && self.spend()
    }

    fn having(&mut self, keys: &[Key], grouped: &[Rel]) -> String {
        let mut having = format!(" HAVING {} >= {}", self.int_aggregate(), self.int_value());
        if self.choices.chance(30) && self.spend() {
            having = format!(" HAVING {} <= {}", self.int_aggregate(), self.count_of_rows());
        }
        if self.choices.chance(30) && !keys.is_empty() && self.spend() {
            let op = *self.choices.pick(&["AND", "OR"]);
            let condition = self.among(grouped, |this| this.subquery_condition(0));
            having = format!("{having} {op} {condition}");
        }
        having
    }

    /// Runs `inner` with only the groups' keys in scope.
    fn among<T>(&mut self, grouped: &[Rel], inner: impl FnOnce(&mut Self) -> T) -> T {
        let all = self.scopes.pop();
        self.scopes.push(grouped.to_vec());
        let out = inner(self);
        self.scopes.pop();
        self.scopes.extend(all);
        out
    }

    /// ` GROUP BY …`, and whether it makes more groups than one per key.
    fn group_by(&mut self, keys: &[Key]) -> (String, bool) {
        if keys.is_empty() {
            return (String::new(), false);
        }
        let list: Vec<&str> = keys.iter().map(|key| key.sql.as_str()).collect();
        let list = list.join(", ");
        if self.backend().is_sqlite() || !self.choices.chance(15) {
            return (format!(" GROUP BY {list}"), false);
        }
        if self.backend().is_mariadb() {
            return (format!(" GROUP BY {list} WITH ROLLUP"), true);
        }
        let sets = match self.choices.below(3) {
            0 => format!("ROLLUP ({list})"),
            1 => format!("CUBE ({list})"),
            _ => format!("GROUPING SETS (({list}), ({}), ())", keys[0].sql),
        };
        (format!(" GROUP BY {sets}"), true)
    }
}

fn named_cols(types: &[Ty]) -> Vec<Col> {
    types.iter().enumerate().map(|(index, ty)| Col::new(format!("c{}", index + 1), *ty)).collect()
}

/// The sources with only those columns that are grouped by.
fn grouped_sources(rels: &[Rel], keys: &[Key]) -> Vec<Rel> {
    let is_key = |rel: &Rel, col: &Col| {
        keys.iter()
            .filter_map(|key| key.named.as_ref())
            .any(|named| named.source == rel.name && named.col.name == col.name)
    };
    rels.iter()
        .map(|rel| Rel {
            cols: rel.cols.iter().filter(|col| is_key(rel, col)).cloned().collect(),
            table: None,
            key: None,
            ..rel.clone()
        })
        .collect()
}
