//! The text of a table of SQLite, taken apart: what the pragmas do not tell is kept as it is written.

use crate::plan::{error::PlanError, schema::LiveTable};
use sqlparser::{
    ast::{ColumnOption, ColumnOptionDef, CreateTable, Ident, Statement, TableConstraint},
    dialect::SQLiteDialect,
    parser::Parser,
};

/// The parts of CREATE TABLE that stay.
pub(super) struct TableText {
    /// Name and definition of each column, without its unique and foreign keys.
    pub(super) columns: Vec<(String, String)>,
    /// Checks.
    pub(super) checks: Vec<String>,
    /// What stands behind the brackets.
    pub(super) suffix: &'static str,
    /// Whether a column says that it is the primary key, and keeps saying so.
    pub(super) primary_at_column: bool,
    /// DEFERRABLE of the foreign keys, by their columns.
    deferrable: Vec<(Vec<String>, String)>,
}

impl TableText {
    /// Takes the text of a table apart. `required` is a column that becomes NOT NULL.
    pub(super) fn read(table: &LiveTable, keeps_primary: bool, required: &str) -> Result<Self, PlanError> {
        let unreadable = |what: String| PlanError::Unconvertible {
            table: table.name.to_string(),
            what,
            way_out: "rebuild the table by a migration".to_owned(),
        };
        let parsed = Parser::parse_sql(&SQLiteDialect {}, &table.sql);
        let parsed =
            parsed.map_err(|error| unreadable(format!("its CREATE TABLE cannot be read: {error}")))?;
        let [Statement::CreateTable(create)] = parsed.as_slice() else {
            return Err(unreadable("it was not made by CREATE TABLE".to_owned()));
        };
        if create.query.is_some() || create.columns.is_empty() {
            return Err(unreadable("its CREATE TABLE has no columns".to_owned()));
        }
        let mut options = create.columns.iter().flat_map(|column| &column.options);
        if let Some(option) = options.find(|option| !is_known(option)) {
            return Err(unreadable(format!("its CREATE TABLE cannot be read: `{option}`")));
        }
        Ok(Self::of(create, keeps_primary, required))
    }

    fn of(create: &CreateTable, keeps_primary: bool, required: &str) -> Self {
        let at_column = create.columns.iter().any(|column| column.options.iter().any(is_primary));
        let keeps_primary = keeps_primary && at_column;
        let mut text = Self {
            columns: Vec::new(),
            checks: Vec::new(),
            suffix: suffix(create),
            primary_at_column: keeps_primary,
            deferrable: Vec::new(),
        };
        for column in &create.columns {
            let mut definition = format!("{} {}", quoted(&column.name.value), column.data_type);
            for option in &column.options {
                if let ColumnOption::ForeignKey(key) = &option.option {
                    let characteristics = key.characteristics.iter().map(|each| format!(" {each}")).collect();
                    text.deferrable.push((vec![column.name.value.clone()], characteristics));
                } else if stays(option, keeps_primary) {
                    definition.push_str(&format!(" {option}"));
                }
            }
            let is_not_null = column.options.iter().any(|option| option.option == ColumnOption::NotNull);
            if column.name.value == required && !is_not_null {
                definition = definition.replace(" NULL", "") + " NOT NULL";
            }
            text.columns.push((column.name.value.clone(), definition));
        }
        for constraint in &create.constraints {
            match constraint {
                TableConstraint::Check(check) => text.checks.push(check.to_string()),
                TableConstraint::ForeignKey(key) => {
                    let columns = key.columns.iter().map(|column: &Ident| column.value.clone()).collect();
                    let characteristics = key.characteristics.iter().map(|each| format!(" {each}")).collect();
                    text.deferrable.push((columns, characteristics));
                }
                // Keys come from the catalogue, which knows those of columns as well.
                _ => {}
            }
        }
        text
    }

    /// DEFERRABLE of the foreign key on these columns.
    pub(super) fn deferrable(&self, columns: &[String]) -> String {
        let found = self.deferrable.iter().find(|(of, _)| of == columns);
        found.map(|(_, characteristics)| characteristics.clone()).unwrap_or_default()
    }
}

fn suffix(create: &CreateTable) -> &'static str {
    match (create.without_rowid, create.strict) {
        (true, true) => " WITHOUT ROWID, STRICT",
        (true, false) => " WITHOUT ROWID",
        (false, true) => " STRICT",
        (false, false) => "",
    }
}

/// Whether a part of a column is one that this knows how to keep; what it does not, as ON CONFLICT, would be lost.
fn is_known(option: &ColumnOptionDef) -> bool {
    matches!(
        option.option,
        ColumnOption::Null
            | ColumnOption::NotNull
            | ColumnOption::Default(_)
            | ColumnOption::PrimaryKey(_)
            | ColumnOption::Unique(_)
            | ColumnOption::ForeignKey(_)
            | ColumnOption::Check(_)
            | ColumnOption::Collation(_)
            | ColumnOption::DialectSpecific(_)
            | ColumnOption::Generated { .. }
    )
}

fn is_primary(option: &ColumnOptionDef) -> bool {
    matches!(option.option, ColumnOption::PrimaryKey(_))
}

/// Whether a part of a column is not said elsewhere.
fn stays(option: &ColumnOptionDef, keeps_primary: bool) -> bool {
    match &option.option {
        ColumnOption::PrimaryKey(_) | ColumnOption::DialectSpecific(_) => keeps_primary,
        ColumnOption::Unique(_) | ColumnOption::ForeignKey(_) => false,
        _ => true,
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::TableText;
    use crate::{QualifiedName, plan::schema::LiveTable};

    fn table(sql: &str) -> LiveTable {
        let mut table = LiveTable::new(QualifiedName::from("t"));
        table.sql = sql.to_owned();
        table
    }

    #[test]
    fn checks_collations_and_defaults_stay() {
        let table = table(
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a bigint NULL, b text NOT NULL DEFAULT 'x' COLLATE NOCASE UNIQUE, \
             c int CHECK (c > 0) REFERENCES p (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, CHECK (b <> ''), UNIQUE (a, b)) STRICT",
        );
        let text = TableText::read(&table, true, "a").expect("it is read");
        let definitions: Vec<_> = text.columns.iter().map(|(_, definition)| definition.as_str()).collect();
        assert_eq!(
            definitions,
            [
                "\"id\" INTEGER PRIMARY KEY AUTOINCREMENT",
                "\"a\" BIGINT NOT NULL",
                "\"b\" TEXT NOT NULL DEFAULT 'x' COLLATE NOCASE",
                "\"c\" INT CHECK (c > 0)",
            ]
        );
        assert_eq!(text.checks, ["CHECK (b <> '')"]);
        assert_eq!(text.suffix, " STRICT");
        assert_eq!(text.deferrable(&["c".to_owned()]), " DEFERRABLE INITIALLY DEFERRED");
    }

    #[test]
    fn what_is_no_table_is_an_error() {
        assert!(TableText::read(&table("CREATE VIRTUAL TABLE t USING fts5 (body)"), true, "a").is_err());
        assert!(TableText::read(&table("CREATE TABLE t (a UNIQUE ON CONFLICT REPLACE)"), true, "a").is_err());
    }
}
