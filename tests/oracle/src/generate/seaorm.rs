//! Statements that SeaORM sends to read, in the same form.

use super::{Generator, Text, text::Style};
use crate::schema::{Backend, ForeignKey, Role};

impl Generator<'_> {
    /// A statement of a finder, a loader, a paginator or a cursor.
    pub(super) fn seaorm_read(&mut self) -> Text {
        self.style = Style::Quoted;
        self.binds_all = true;
        let table = self.any_table();
        match self.choices.below(13) {
            0 => self.find(table),
            1 => self.find_by_id(table),
            2 | 3 => self.find_related(table),
            4 => self.has_related(table),
            5 => self.load(table),
            6 => self.count_rows(table),
            7 => self.page(table),
            8 => self.cursor(table),
            9 => self.in_subquery(table),
            10 => self.count_related(table),
            11 => self.chain(table),
            _ => self.find_for_update(table),
        }
    }

    pub(super) fn quoted(&self, name: &str) -> String {
        let quote = self.backend().quote();
        format!("{quote}{name}{quote}")
    }

    /// `"t"."c"`.
    pub(super) fn entity_column(&self, table: usize, column: &str) -> String {
        format!("{}.{}", self.quoted(&self.schema.tables[table].name), self.quoted(column))
    }

    pub(super) fn entity(&self, table: usize) -> String {
        self.quoted(&self.schema.tables[table].name)
    }

    /// Every column of an entity.
    pub(super) fn entity_columns(&self, table: usize) -> String {
        let columns = self.schema.cols(table);
        let columns: Vec<String> = columns.iter().map(|col| self.entity_column(table, &col.name)).collect();
        columns.join(", ")
    }

    /// Every column of an entity, named as in a select of two or three models.
    fn lettered_columns(&self, table: usize, source: &str, letter: char) -> String {
        let columns = self.schema.cols(table);
        let columns: Vec<String> = columns
            .iter()
            .map(|col| {
                let alias = self.quoted(&format!("{letter}_{}", col.name));
                format!("{}.{} AS {alias}", self.quoted(source), self.quoted(&col.name))
            })
            .collect();
        columns.join(", ")
    }

    fn key_column(&self, table: usize) -> String {
        self.entity_column(table, &self.key_name(table))
    }

    /// A filter as made by `Entity::find().filter(…)`.
    pub(super) fn entity_filter(&mut self, table: usize) -> String {
        let mut filters = Vec::new();
        while filters.is_empty() || filters.len() < 3 && self.choices.chance(35) {
            let plain = self.plain_columns(table);
            let column = if plain.is_empty() { None } else { Some(self.choices.pick(&plain).1.clone()) };
            let filter = match (column, self.choices.below(8)) {
                (None, _) | (_, 6) => format!("{} = {}", self.key_column(table), self.some_key(table)),
                (Some(col), 4) => format!("{} IS NULL", self.entity_column(table, &col.name)),
                (Some(col), 5) => {
                    let values: Vec<String> = (0..3).map(|_| self.value(col.ty)).collect();
                    format!("{} IN ({})", self.entity_column(table, &col.name), values.join(", "))
                }
                (Some(col), 7) if col.ty == super::scope::Ty::Text => {
                    format!("{} LIKE {}", self.entity_column(table, &col.name), self.write_text("n%"))
                }
                (Some(col), number) => {
                    let op = [">=", "<", "<>", "="][number as usize % 4];
                    format!("{} {op} {}", self.entity_column(table, &col.name), self.value(col.ty))
                }
            };
            filters.push(filter);
        }
        let joiner = *self.choices.pick(&[" AND ", " OR "]);
        filters.join(joiner)
    }

    fn find(&mut self, table: usize) -> Text {
        let filter = if self.choices.chance(70) {
            format!(" WHERE {}", self.entity_filter(table))
        } else {
            String::new()
        };
        let ordered = self.choices.chance(60);
        let order = if ordered { format!(" ORDER BY {} ASC", self.key_column(table)) } else { String::new() };
        let sql = format!("SELECT {} FROM {}{filter}{order}", self.entity_columns(table), self.entity(table));
        Text { sql, ordered }
    }

    fn find_by_id(&mut self, table: usize) -> Text {
        let columns = self.entity_columns(table);
        let condition = format!("{} = {}", self.key_column(table), self.some_key(table));
        let tenant = match &self.schema.tables[table].role {
            Role::Tenant { column } if self.choices.chance(40) => {
                let column = self.entity_column(table, column);
                format!("{column} = {} AND ", self.tenant())
            }
            _ => String::new(),
        };
        let limit = self.bind(sea_orm::Value::from(1_i64));
        Text {
            sql: format!(
                "SELECT {columns} FROM {} WHERE {tenant}{condition} LIMIT {limit}",
                self.entity(table)
            ),
            ordered: true,
        }
    }

    /// A reference of one table to another, of `table` if it has one.
    fn reference_of(&mut self, table: usize) -> Option<(usize, ForeignKey)> {
        let own = self.schema.tables[table].parents.clone();
        if !own.is_empty() {
            let key = self.choices.pick(&own).clone();
            return Some((table, key));
        }
        let all: Vec<(usize, ForeignKey)> = (0..self.schema.tables.len())
            .flat_map(|child| self.schema.tables[child].parents.iter().map(move |key| (child, key.clone())))
            .collect();
        if all.is_empty() { None } else { Some(self.choices.pick(&all).clone()) }
    }

    /// `child.fk = parent.id`, in either order.
    fn on_reference(&mut self, child: usize, key: &ForeignKey) -> String {
        let one = self.entity_column(child, &key.column);
        let other = self.key_column(key.parent);
        if self.choices.chance(50) { format!("{other} = {one}") } else { format!("{one} = {other}") }
    }

    /// `find_also_related` and `find_with_related`.
    fn find_related(&mut self, table: usize) -> Text {
        let Some((child, key)) = self.reference_of(table) else { return self.find(table) };
        let on = self.on_reference(child, &key);
        let (left, right) = if self.choices.chance(50) { (key.parent, child) } else { (child, key.parent) };
        let columns = format!(
            "{}, {}",
            self.lettered_columns(left, &self.schema.tables[left].name, 'A'),
            self.lettered_columns(right, &self.schema.tables[right].name, 'B')
        );
        let join = *self.choices.pick(&["LEFT JOIN", "LEFT JOIN", "INNER JOIN"]);
        let side = if self.choices.chance(50) { left } else { right };
        let filter = if self.choices.chance(60) {
            format!(" WHERE {}", self.entity_filter(side))
        } else {
            String::new()
        };
        let ordered = self.choices.chance(60);
        let order = if ordered {
            format!(" ORDER BY {} ASC, {} ASC", self.key_column(left), self.key_column(right))
        } else {
            String::new()
        };
        let sql = format!(
            "SELECT {columns} FROM {} {join} {} ON {on}{filter}{order}",
            self.entity(left),
            self.entity(right)
        );
        Text { sql, ordered }
    }

    /// Joins along references, the last table under an alias.
    fn chain(&mut self, table: usize) -> Text {
        let Some((child, key)) = self.reference_of(table) else { return self.find(table) };
        let on = self.on_reference(child, &key);
        let letters = format!(
            "{}, {}, {}",
            self.lettered_columns(key.parent, &self.schema.tables[key.parent].name, 'A'),
            self.lettered_columns(child, &self.schema.tables[child].name, 'B'),
            self.lettered_columns(child, "r1", 'C')
        );
        let again = format!(
            "LEFT JOIN {} AS {r} ON {} = {r}.{}",
            self.entity(child),
            self.key_column(key.parent),
            self.quoted(&key.column),
            r = self.quoted("r1"),
        );
        let filter = if self.choices.chance(60) {
            format!(" WHERE {}", self.entity_filter(child))
        } else {
            String::new()
        };
        let sql = format!(
            "SELECT {letters} FROM {} LEFT JOIN {} ON {on} {again}{filter}",
            self.entity(key.parent),
            self.entity(child)
        );
        Text::unordered(sql)
    }

    /// `has_related`.
    fn has_related(&mut self, table: usize) -> Text {
        let Some((child, key)) = self.reference_of(table) else { return self.find(table) };
        let on = self.on_reference(child, &key);
        let (outer, inner) = if self.choices.chance(70) { (key.parent, child) } else { (child, key.parent) };
        let not = *self.choices.pick(&["", "", "NOT "]);
        let exists = format!(
            "{not}EXISTS(SELECT 1 FROM {} WHERE {} AND {on})",
            self.entity(inner),
            self.entity_filter(inner)
        );
        let more = if self.choices.chance(30) {
            format!(" AND {}", self.entity_filter(outer))
        } else {
            String::new()
        };
        Text::unordered(format!(
            "SELECT {} FROM {} WHERE {exists}{more}",
            self.entity_columns(outer),
            self.entity(outer)
        ))
    }

    /// The statement of a loader.
    fn load(&mut self, table: usize) -> Text {
        let (table, column) = match self.reference_of(table) {
            Some((child, key)) if self.schema.tables[key.parent].role != Role::Root => (child, key.column),
            _ if self.schema.tables[table].role == Role::Root => return self.find(table),
            _ => (table, self.key_name(table)),
        };
        let column = self.entity_column(table, &column);
        let count = 1 + self.choices.below(5);
        let ids: Vec<String> = (0..count).map(|_| self.any_id()).collect();
        let condition = match self.backend() {
            Backend::Postgres if self.choices.chance(50) => {
                let rows: Vec<String> = ids.iter().map(|id| format!("({id})")).collect();
                format!("({column}) IN ({})", rows.join(", "))
            }
            _ => format!("{column} IN ({})", ids.join(", ")),
        };
        Text::unordered(format!(
            "SELECT {} FROM {} WHERE {condition}",
            self.entity_columns(table),
            self.entity(table)
        ))
    }

    fn count_rows(&mut self, table: usize) -> Text {
        let filter = self.entity_filter(table);
        let inner =
            format!("SELECT {} FROM {} WHERE {filter}", self.entity_columns(table), self.entity(table));
        Text {
            sql: format!(
                "SELECT COUNT(*) AS {} FROM ({inner}) AS {}",
                self.quoted("num_items"),
                self.quoted("sub_query")
            ),
            ordered: true,
        }
    }

    fn page(&mut self, table: usize) -> Text {
        let filter = if self.choices.chance(60) {
            format!(" WHERE {}", self.entity_filter(table))
        } else {
            String::new()
        };
        let (limit, offset) = (i64::from(1 + self.choices.below(4)), i64::from(self.choices.below(4)));
        let (limit, offset) = (self.bind(limit.into()), self.bind(offset.into()));
        let direction = *self.choices.pick(&["ASC", "DESC"]);
        let sql = format!(
            "SELECT {} FROM {}{filter} ORDER BY {} {direction} LIMIT {limit} OFFSET {offset}",
            self.entity_columns(table),
            self.entity(table),
            self.key_column(table)
        );
        Text { sql, ordered: true }
    }

    fn cursor(&mut self, table: usize) -> Text {
        let key = self.key_column(table);
        let plain = self.plain_columns(table);
        let after = self.some_key(table);
        let (condition, order) = match plain.first() {
            Some((_, col)) if self.choices.chance(50) => {
                let column = self.entity_column(table, &col.name);
                let (same, more) = (self.value(col.ty), self.value(col.ty));
                (
                    format!("({column} = {same} AND {key} > {after}) OR {column} > {more}"),
                    format!("{column} ASC, {key} ASC"),
                )
            }
            _ => (format!("{key} > {after}"), format!("{key} ASC")),
        };
        let limit = i64::from(1 + self.choices.below(4));
        let limit = self.bind(limit.into());
        let sql = format!(
            "SELECT {} FROM {} WHERE {condition} ORDER BY {order} LIMIT {limit}",
            self.entity_columns(table),
            self.entity(table)
        );
        Text { sql, ordered: true }
    }

    fn in_subquery(&mut self, table: usize) -> Text {
        let Some((child, key)) = self.reference_of(table) else { return self.find(table) };
        let op = *self.choices.pick(&["IN", "IN", "NOT IN"]);
        let sql = format!(
            "SELECT {} FROM {} WHERE {} {op} (SELECT {} FROM {} WHERE {})",
            self.entity_columns(key.parent),
            self.entity(key.parent),
            self.key_column(key.parent),
            self.entity_column(child, &key.column),
            self.entity(child),
            self.entity_filter(child)
        );
        Text::unordered(sql)
    }

    fn count_related(&mut self, table: usize) -> Text {
        let Some((child, key)) = self.reference_of(table) else { return self.find(table) };
        let on = self.on_reference(child, &key);
        let parent = self.key_column(key.parent);
        let count = format!("COUNT({})", self.key_column(child));
        let having = if self.choices.chance(40) {
            format!(" HAVING {count} >= {}", self.int_value())
        } else {
            String::new()
        };
        let sql = format!(
            "SELECT {parent} AS {}, {count} AS {} FROM {} LEFT JOIN {} ON {on} GROUP BY {parent}{having} ORDER BY {parent} ASC",
            self.quoted("id"),
            self.quoted("many"),
            self.entity(key.parent),
            self.entity(child)
        );
        Text { sql, ordered: true }
    }

    fn find_for_update(&mut self, table: usize) -> Text {
        if !self.is_owned(table) {
            return self.find(table);
        }
        let lock = match self.backend() {
            Backend::Sqlite => " ",
            Backend::Postgres => self.choices.pick(&[" FOR UPDATE", " FOR SHARE"]),
            Backend::MariaDb => self.choices.pick(&[" FOR UPDATE", " LOCK IN SHARE MODE"]),
        };
        Text::unordered(format!(
            "SELECT {} FROM {} WHERE {} = {}{lock}",
            self.entity_columns(table),
            self.entity(table),
            self.key_column(table),
            self.some_key(table)
        ))
    }
}
