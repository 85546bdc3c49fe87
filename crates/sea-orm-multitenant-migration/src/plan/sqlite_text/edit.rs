//! Changes the text of a table token by token: every byte that is not part of a change stays as written.

use crate::{
    engine::Engine,
    plan::sqlite_text::table::{Column, Key, Reference, Rule, RuleKind, TableText},
};
use std::ops::Range;

/// The quoted tenant columns for a constraint.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tenant<'a> {
    pub(crate) column: &'a str,
    pub(crate) parent_column: &'a str,
}

/// Pending changes of a text.
#[derive(Debug)]
pub(crate) struct Editor<'e, 't> {
    table: &'e TableText<'t>,
    edits: Vec<(Range<usize>, String)>,
    moved: Vec<String>,
    appended: Vec<String>,
}

impl<'e, 't> Editor<'e, 't> {
    pub(crate) fn new(table: &'e TableText<'t>) -> Self {
        Self { table, edits: Vec::new(), moved: Vec::new(), appended: Vec::new() }
    }

    /// Appends a column.
    pub(crate) fn add_column(&mut self, definition: &str) {
        let at = self.table.columns.last().map_or(self.table.close, |column| column.all.end);
        self.insert_after(at - 1, format!(", {definition}"));
    }

    /// Makes a column NOT NULL.
    pub(crate) fn require(&mut self, column: &Column) {
        let nulls = column.rules.iter().filter(|rule| matches!(rule.kind, RuleKind::Null));
        for rule in nulls {
            self.insert_before(rule.named.end, "NOT ");
        }
        if !column.rules.iter().any(|rule| matches!(rule.kind, RuleKind::Null)) {
            self.insert_after(column.head.end - 1, " NOT NULL".to_owned());
        }
    }

    /// Prepends the tenant column to the columns of a primary key or unique key.
    pub(crate) fn prepend_to_key(
        &mut self,
        column: Option<&Column>,
        rule: &Rule,
        key: &Key,
        words: &str,
        tenant: &str,
    ) {
        match column {
            Some(column) => self.move_key(column, rule, key, words, &format!("{tenant}, ")),
            None => self.insert_after(key.open, format!("{tenant}, ")),
        }
    }

    /// Turns a column's key into a key of the table, with `before` before the column.
    pub(crate) fn move_key(&mut self, column: &Column, rule: &Rule, key: &Key, words: &str, before: &str) {
        let named = self.before(rule.named.clone());
        let order = self.behind(key.order.clone());
        let behind = self.behind(key.behind.clone());
        let name = Engine::Sqlite.quote(&column.name);
        self.moved.push(format!("{named}{words} ({before}{name}{order}){behind}"));
        self.remove(rule.all.clone());
    }

    /// Prepends the tenant columns to those of a foreign key. `to` are the parent's columns, which the text may omit.
    pub(crate) fn prepend_to_reference(
        &mut self,
        column: Option<&Column>,
        rule: &Rule,
        key: &Reference,
        tenant: Tenant<'_>,
        to: &[String],
    ) {
        let (Some(open), None) = (key.open, column) else {
            let named = self.before(rule.named.clone());
            let behind = self.behind(key.behind.clone());
            let tenant_first = self.reference_with_tenant(&named, column, key, tenant, to, &behind);
            self.moved.push(tenant_first);
            self.remove(rule.all.clone());
            return;
        };
        self.insert_after(open, format!("{}, ", tenant.column));
        match key.parent_open {
            Some(open) => self.insert_after(open, format!("{}, ", tenant.parent_column)),
            None => {
                let list = format!(" ({}, {})", tenant.parent_column, Engine::Sqlite.list(to));
                self.insert_after(key.parent_token, list);
            }
        }
    }

    /// Adds a foreign key with the tenant columns next to one that stays for its actions; in the new key actions that
    /// set columns become NO ACTION.
    pub(crate) fn add_tenant_reference(
        &mut self,
        column: Option<&Column>,
        key: &Reference,
        tenant: Tenant<'_>,
        to: &[String],
    ) {
        let words = key.behind.clone().map(|at| {
            if key.sets.contains(&at) {
                "NO"
            } else if at > 0 && key.sets.contains(&(at - 1)) {
                "ACTION"
            } else {
                self.table.tokens[at].text
            }
        });
        let behind: String = words.map(|word| format!(" {word}")).collect();
        let tenant_first = self.reference_with_tenant("", column, key, tenant, to, &behind);
        self.append(tenant_first);
    }

    /// Turns a column's foreign key into one of the table. `to` are the parent's columns, if the text must name them.
    pub(crate) fn move_reference(
        &mut self,
        column: &Column,
        rule: &Rule,
        key: &Reference,
        to: Option<&[String]>,
    ) {
        let named = self.before(rule.named.clone());
        let own = Engine::Sqlite.quote(&column.name);
        let parent = self.table.words(key.parent_token..key.behind.start);
        let list = to.filter(|_| key.parent_open.is_none());
        let list = list.map_or_else(String::new, |to| format!(" ({})", Engine::Sqlite.list(to)));
        let behind = self.behind(key.behind.clone());
        self.moved.push(format!("{named}FOREIGN KEY ({own}) REFERENCES {parent}{list}{behind}"));
        self.remove(rule.all.clone());
    }

    /// Adds the columns that a foreign key references, if the text omits them.
    pub(crate) fn name_parent_columns(&mut self, key: &Reference, to: &[String]) {
        if key.parent_open.is_none() {
            self.insert_after(key.parent_token, format!(" ({})", Engine::Sqlite.list(to)));
        }
    }

    fn reference_with_tenant(
        &self,
        named: &str,
        column: Option<&Column>,
        key: &Reference,
        tenant: Tenant<'_>,
        to: &[String],
        behind: &str,
    ) -> String {
        let own = column.map_or_else(|| key.columns.clone(), |column| vec![column.name.clone()]);
        let parent = self.table.tokens[key.parent_token].text;
        format!(
            "{named}FOREIGN KEY ({}, {}) REFERENCES {parent} ({}, {}){behind}",
            tenant.column,
            Engine::Sqlite.list(&own),
            tenant.parent_column,
            Engine::Sqlite.list(to)
        )
    }

    /// Changes SET NULL and SET DEFAULT to NO ACTION.
    pub(crate) fn replace_set_actions(&mut self, key: &Reference) {
        for at in &key.sets {
            self.edits.push((self.table.tokens[*at].at.clone(), "NO".to_owned()));
            self.edits.push((self.table.tokens[at + 1].at.clone(), "ACTION".to_owned()));
        }
    }

    /// Appends a constraint.
    pub(crate) fn append(&mut self, constraint: String) {
        self.appended.push(constraint);
    }

    /// The changed text. Constraints that were moved come before those of the table: foreign keys fire, and keys are
    /// checked, in the order of the text.
    pub(crate) fn finish(mut self) -> String {
        let last = self.table.columns.last().map_or(self.table.close, |column| column.all.end);
        for constraint in std::mem::take(&mut self.moved) {
            self.insert_after(last - 1, format!(", {constraint}"));
        }
        for constraint in std::mem::take(&mut self.appended) {
            self.insert_after(self.table.close - 1, format!(", {constraint}"));
        }
        self.edits.sort_by_key(|(at, _)| (at.start, at.end));
        let (mut text, mut done) = (String::new(), 0);
        for (at, replacement) in &self.edits {
            text.push_str(&self.table.text[done..at.start]);
            text.push_str(replacement);
            done = at.end;
        }
        text + &self.table.text[done..]
    }

    fn insert_after(&mut self, token: usize, text: String) {
        let at = self.table.tokens[token].at.end;
        self.edits.push((at..at, text));
    }

    fn insert_before(&mut self, token: usize, text: &str) {
        let at = self.table.tokens[token].at.start;
        self.edits.push((at..at, text.to_owned()));
    }

    /// Removes tokens, each with the white space before it; comments stay.
    fn remove(&mut self, range: Range<usize>) {
        for number in range {
            let (before, at) = (&self.table.tokens[number - 1].at, &self.table.tokens[number].at);
            let is_space = self.table.text[before.end..at.start].trim().is_empty();
            let start = if is_space { before.end } else { at.start };
            self.edits.push((start..at.end, String::new()));
        }
    }

    /// Tokens followed by a space.
    fn before(&self, range: Range<usize>) -> String {
        if range.is_empty() { String::new() } else { self.table.words(range) + " " }
    }

    /// Tokens preceded by a space.
    fn behind(&self, range: Range<usize>) -> String {
        if range.is_empty() { String::new() } else { format!(" {}", self.table.words(range)) }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::table::{RuleKind, TableText},
        Editor, Tenant,
    };

    const TENANT: Tenant<'_> = Tenant { column: "\"t\"", parent_column: "\"pt\"" };

    /// Adds the tenant column to each key and foreign key.
    fn with_tenant_first(text: &str) -> String {
        let table = TableText::read(text).expect("it is read");
        let mut editor = Editor::new(&table);
        for (column, rule) in table.all_rules() {
            match &rule.kind {
                RuleKind::Primary(key) => {
                    editor.prepend_to_key(column, rule, key, "PRIMARY KEY", TENANT.column)
                }
                RuleKind::Unique(key) => editor.prepend_to_key(column, rule, key, "UNIQUE", TENANT.column),
                RuleKind::References(key) => {
                    editor.prepend_to_reference(column, rule, key, TENANT, &["id".to_owned()])
                }
                RuleKind::Null | RuleKind::NotNull | RuleKind::Collate(_) | RuleKind::Other => {}
            }
        }
        let tenant_first = editor.finish();
        TableText::read(&tenant_first).expect("the result is read");
        tenant_first
    }

    #[test]
    fn table_constraints_are_changed_in_place() {
        assert_eq!(
            with_tenant_first(
                "CREATE TABLE x(a DEFAULT 0x10 CHECK(a <= 0xFF) -- a\n, CONSTRAINT k PRIMARY KEY(a COLLATE nocase DESC), UNIQUE (a) ON CONFLICT REPLACE,\n\
                 FOREIGN KEY (a) REFERENCES p ON DELETE SET NULL MATCH FULL, FOREIGN KEY(a)REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED /* end */) STRICT -- x"
            ),
            "CREATE TABLE x(a DEFAULT 0x10 CHECK(a <= 0xFF) -- a\n, CONSTRAINT k PRIMARY KEY(\"t\", a COLLATE nocase DESC), UNIQUE (\"t\", a) ON CONFLICT REPLACE,\n\
                 FOREIGN KEY (\"t\", a) REFERENCES p (\"pt\", \"id\") ON DELETE SET NULL MATCH FULL, \
                 FOREIGN KEY(\"t\", a)REFERENCES p(\"pt\", id) DEFERRABLE INITIALLY DEFERRED /* end */) STRICT -- x"
        );
    }

    #[test]
    fn column_constraints_become_table_constraints() {
        assert_eq!(
            with_tenant_first(
                "CREATE TABLE x(\n  a TEXT CONSTRAINT k PRIMARY /* so */ KEY DESC ON CONFLICT REPLACE NOT NULL, -- the key\n  \
                 b int UNIQUE REFERENCES [p q] ON UPDATE CASCADE NOT DEFERRABLE CHECK (b <> 0X1) -- b\n)"
            ),
            "CREATE TABLE x(\n  a TEXT /* so */  NOT NULL, -- the key\n  b int CHECK (b <> 0X1), \
             CONSTRAINT k PRIMARY KEY (\"t\", \"a\" DESC) ON CONFLICT REPLACE, UNIQUE (\"t\", \"b\"), \
             FOREIGN KEY (\"t\", \"b\") REFERENCES [p q] (\"pt\", \"id\") ON UPDATE CASCADE NOT DEFERRABLE -- b\n)"
        );
    }

    #[test]
    fn column_is_made_not_null_or_added() {
        let table = TableText::read(
            "CREATE TABLE x(a int NULL ON CONFLICT ABORT, b CONSTRAINT r REFERENCES p, c int -- c\n)",
        );
        let table = table.expect("it is read");
        let mut editor = Editor::new(&table);
        editor.append("UNIQUE (a)".to_owned());
        editor.add_column("\"t\" int NOT NULL");
        table.columns[..2].iter().for_each(|column| editor.require(column));
        assert_eq!(
            editor.finish(),
            "CREATE TABLE x(a int NOT NULL ON CONFLICT ABORT, b NOT NULL CONSTRAINT r REFERENCES p, c int, \"t\" int NOT NULL, UNIQUE (a) -- c\n)"
        );
    }

    #[test]
    fn key_that_sets_columns_gets_a_tenant_key() {
        let table =
            TableText::read("CREATE TABLE x(a REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE)");
        let table = table.expect("it is read");
        let mut editor = Editor::new(&table);
        for (column, rule) in table.all_rules() {
            if let RuleKind::References(key) = &rule.kind {
                editor.add_tenant_reference(column, key, TENANT, &["id".to_owned()]);
            }
        }
        assert_eq!(
            editor.finish(),
            "CREATE TABLE x(a REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE, \
             FOREIGN KEY (\"t\", \"a\") REFERENCES p (\"pt\", \"id\") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE)"
        );
    }
}
