//! ORDER BY and LIMIT, only in a total order.

use super::{
    Generator,
    query::Place,
    scope::{Col, Rel, Ty},
};
use sea_orm::Value;

/// The clauses after the body of a query.
pub(super) struct Tail {
    pub(super) sql: String,
    /// Whether the rows have one correct order.
    pub(super) ordered: bool,
}

impl Generator<'_> {
    /// ORDER BY and LIMIT of a query that selects `cols` from `sources`, which may be ordered by more than it selects.
    pub(super) fn tail(&mut self, cols: &[Col], place: Place, sources: Option<&[Rel]>) -> Tail {
        let percent = match place {
            Place::Top => 45,
            Place::Scalar => 100,
            Place::Operand => 0,
            Place::List if !self.backend().limits_in_lists() => 0,
            Place::Derived | Place::List | Place::Exists => 14,
        };
        if percent < 100 && !self.choices.chance(percent) {
            return Tail { sql: String::new(), ordered: false };
        }
        let mut keys = Vec::new();
        if let Some(sources) = sources {
            if self.choices.chance(40) {
                keys.extend(self.qualified(Self::sort_key));
            }
            if self.choices.chance(40) {
                for named in sources.iter().flat_map(Rel::key_cols) {
                    let key = self.qualified(|this| this.reference(&named));
                    keys.push(self.directed(&key));
                }
                return self.limited(&keys, place);
            }
        }
        self.add_positions(&mut keys, cols);
        self.limited(&keys, place)
    }

    /// ORDER BY that begins with `first`.
    pub(super) fn tail_after(&mut self, first: &str, cols: &[Col], place: Place) -> Tail {
        let mut keys = vec![self.directed(first)];
        self.add_positions(&mut keys, cols);
        self.limited(&keys, place)
    }

    /// Every selected column: rows that agree in all of them are equal.
    fn add_positions(&mut self, keys: &mut Vec<String>, cols: &[Col]) {
        for position in 1..=cols.len() {
            keys.push(self.directed(&position.to_string()));
        }
    }

    fn directed(&mut self, key: &str) -> String {
        let nulls = if self.backend().has_nulls_first() && self.choices.chance(12) {
            *self.choices.pick(&[" NULLS FIRST", " NULLS LAST"])
        } else {
            ""
        };
        let direction = *self.choices.pick(&["", "", " ASC", " DESC"]);
        format!("{key}{direction}{nulls}")
    }

    /// A sort key that no engine takes for a position.
    fn sort_key(&mut self) -> Option<String> {
        let named = self.own_column(|col| col.ty == Ty::Int)?;
        let column = self.reference(&named);
        let key = match self.choices.below(7) {
            0 => column,
            1 => format!("({column} % 3)"),
            2 => format!("coalesce({column}, {})", self.int_value()),
            3 => format!("CASE WHEN {} THEN 0 ELSE {column} END", self.condition(1)),
            4 | 5 if self.spend() => format!("coalesce({}, {column})", self.scalar_subquery(Ty::Int, 1)),
            _ => format!("({column} IS NULL)"),
        };
        Some(self.directed(&key))
    }

    fn limited(&mut self, keys: &[String], place: Place) -> Tail {
        let limit = match place {
            Place::Scalar => self.limit_one(),
            Place::Top | Place::Operand => {
                if self.choices.chance(45) {
                    self.limit()
                } else {
                    String::new()
                }
            }
            Place::Derived | Place::List | Place::Exists => self.limit(),
        };
        Tail { sql: format!(" ORDER BY {}{limit}", keys.join(", ")), ordered: true }
    }

    fn limit_one(&mut self) -> String {
        if self.backend().has_fetch() && self.choices.chance(15) {
            return " FETCH FIRST ROW ONLY".to_owned();
        }
        " LIMIT 1".to_owned()
    }

    /// LIMIT and OFFSET in the engine's spellings.
    pub(super) fn limit(&mut self) -> String {
        let count = self.count(1);
        let sqlite = self.backend().is_sqlite();
        match self.choices.below(12) {
            6 | 7 => format!(" LIMIT {count} OFFSET {}", self.count(0)),
            8 if !self.backend().is_postgres() => format!(" LIMIT {}, {count}", self.count(0)),
            9 if self.backend().has_fetch() => {
                let many = 1 + self.choices.below(5);
                let ties = *self.choices.pick(&["ONLY", "ONLY", "WITH TIES"]);
                let word = *self.choices.pick(&["FIRST", "NEXT"]);
                format!(" FETCH {word} {many} ROWS {ties}")
            }
            10 if self.backend().is_postgres() => {
                let skipped = self.choices.below(3);
                format!(" OFFSET {skipped} ROWS FETCH NEXT {} ROWS ONLY", 1 + self.choices.below(4))
            }
            11 if (sqlite || self.backend().is_postgres()) && self.spend() => {
                let table = self.any_table();
                let (sql, _) = self.nested(|this| this.table_factor(table));
                format!(" LIMIT (SELECT count(*) FROM {sql})")
            }
            _ => format!(" LIMIT {count}"),
        }
    }

    fn count(&mut self, least: u32) -> String {
        let count = least + self.choices.below(6);
        if self.choices.chance(50) { self.bind(Value::from(i64::from(count))) } else { count.to_string() }
    }
}
