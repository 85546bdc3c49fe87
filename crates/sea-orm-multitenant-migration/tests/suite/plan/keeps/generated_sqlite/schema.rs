//! A random legacy schema of SQLite.

mod links;

use super::super::chance::Chance;

/// The purpose of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The key: a number or a string.
    Id,
    Code,
    /// The tenant column.
    Tenant,
    /// The number of the tenant, as data: the expected value of the tenant column.
    Who,
    Number,
    Text,
    /// A foreign key of the table.
    Link(usize),
    Computed,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    /// Distinct values.
    pub(super) unique: bool,
    text: String,
}

#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) parent: usize,
    /// The column of the parent.
    pub(super) to: String,
    /// Whether its actions set the column.
    pub(super) sets: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) links: Vec<Link>,
    pub(super) has_tenant: bool,
    /// Whether its rows have no tenant yet, and get it from the parent of the first link.
    pub(super) fills: bool,
    constraints: Vec<String>,
    options: &'static str,
    pub(super) indexes: Vec<String>,
}

/// The tables: the root table first, then a shared table.
#[derive(Debug, Clone)]
pub(super) struct Legacy {
    pub(super) tables: Vec<Table>,
    pub(super) text_tenants: bool,
    pub(super) programs: Vec<String>,
}

/// Names with the different quotes of SQLite.
const NAMES: [&str; 10] = [
    "task",
    "Order",
    "select",
    "a b",
    "its",
    "two quotes",
    "Tags_2",
    "on(",
    "CHECK",
    "a_name_of_sixty_three_bytes_that_postgres_would_take_just_barely",
];

const COLUMNS: [&str; 10] =
    ["title", "rowid", "oid", "_rowid_", "Group", "a,b", "q\"q", "flags", "unique", "seq -- not a comment"];

pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn quoted(chance: &mut Chance, name: &str) -> String {
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let reserved = ["select", "order", "check", "group", "unique"];
    match chance.below(4) {
        0 if is_plain && !reserved.contains(&name.to_lowercase().as_str()) => name.to_owned(),
        1 => format!("`{}`", name.replace('`', "``")),
        2 => format!("[{name}]"),
        _ => quote(name),
    }
}

fn space(chance: &mut Chance) -> &'static str {
    chance.pick(&[" ", " ", " ", "\n  ", "\t", " /* ( ' */ ", " -- UNIQUE (\n"])
}

impl Legacy {
    pub(super) fn draw(chance: &mut Chance) -> Self {
        let text_tenants = chance.one_in(4);
        let mut legacy = Self { tables: Vec::new(), text_tenants, programs: Vec::new() };
        legacy.root(chance);
        legacy.shared();
        for at in 0..2 + chance.below(4) {
            legacy.table(chance, at);
        }
        if chance.one_in(3) {
            legacy.circle(chance);
        }
        legacy.programs(chance);
        legacy
    }

    fn tenant_type(&self, chance: &mut Chance) -> &'static str {
        if self.text_tenants {
            chance.pick(&["TEXT", "varchar(9)"])
        } else {
            chance.pick(&["bigint", "INTEGER"])
        }
    }

    fn root(&mut self, chance: &mut Chance) {
        let id = if self.text_tenants {
            "TEXT PRIMARY KEY NOT NULL"
        } else {
            chance.pick(&["INTEGER PRIMARY KEY", "bigint PRIMARY KEY"])
        };
        let columns = vec![
            Column::new("id", Kind::Tenant, id),
            Column::new("who", Kind::Who, "INT"),
            Column { unique: true, ..Column::new("name", Kind::Text, "TEXT UNIQUE") },
        ];
        self.tables.push(Table::new("account", columns));
    }

    fn shared(&mut self) {
        let columns =
            vec![Column::new("code", Kind::Code, "TEXT PRIMARY KEY"), Column::new("who", Kind::Who, "INT")];
        self.tables.push(Table::new("country", columns));
    }

    fn table(&mut self, chance: &mut Chance, at: usize) {
        let name = NAMES[(at * 3 + chance.below(3)) % NAMES.len()];
        if self.tables.iter().any(|table| table.name.eq_ignore_ascii_case(name)) {
            return;
        }
        let mut table = Table::new(name, Vec::new());
        table.key(chance);
        self.tenant_column(chance, &mut table);
        table.columns.push(Column::new("who", Kind::Who, "INT NOT NULL"));
        table.data(chance);
        for number in 0..chance.below(3) + usize::from(table.fills) {
            self.link(chance, &mut table, number == 0);
        }
        table.table_rules(chance);
        table.options(chance);
        table.indexes(chance, at);
        self.tables.push(table);
    }

    fn tenant_column(&self, chance: &mut Chance, table: &mut Table) {
        table.fills = self.fillers().next().is_some() && chance.one_in(3);
        table.has_tenant = !table.fills || chance.one_in(2);
        if !table.has_tenant {
            return;
        }
        let ty = self.tenant_type(chance);
        let null = if table.fills {
            chance.pick(&["", " NULL", " DEFAULT NULL"])
        } else {
            chance.pick(&["", " NOT NULL", " NOT NULL ON CONFLICT FAIL"])
        };
        let to = chance.pick(&[
            "",
            " REFERENCES account",
            " CONSTRAINT of_account REFERENCES \"account\"(id) ON DELETE CASCADE",
        ]);
        table.columns.push(Column::new("account_id", Kind::Tenant, &format!("{ty}{null}{to}")));
    }

    /// The tables that can give other rows their tenant.
    fn fillers(&self) -> impl Iterator<Item = usize> {
        let tables = self.tables.iter().enumerate().skip(2);
        tables.filter(|(_, table)| table.columns.iter().any(Column::is_target)).map(|(at, _)| at)
    }

    fn programs(&mut self, chance: &mut Chance) {
        self.programs.push("CREATE TABLE log (line TEXT)".to_owned());
        for (number, table) in self.tables.iter().enumerate().skip(2) {
            let name = quote(&table.name);
            let key = quote(&table.columns[0].name);
            let shouted = quote(&table.name.to_uppercase());
            let who = format!("who = NEW.who AND {key} IS NEW.{key}");
            if chance.one_in(3) {
                self.programs.push(format!("CREATE TRIGGER \"t{number} after\" AFTER UPDATE ON {shouted} BEGIN INSERT INTO log VALUES ('updated ' || NEW.who); END"));
            }
            if chance.one_in(4) {
                self.programs.push(format!("CREATE TRIGGER before{number} BEFORE INSERT ON {name} WHEN NEW.who > 9 BEGIN SELECT RAISE(IGNORE); END"));
            }
            if chance.one_in(4) {
                self.programs.push(format!("CREATE TRIGGER made{number} AFTER INSERT ON {name} BEGIN UPDATE {name} SET who = NEW.who WHERE {who}; END"));
            }
            if chance.one_in(3) {
                self.programs.push(format!(
                    "CREATE VIEW view{number} AS SELECT {key} AS k, who FROM {name} -- all of them"
                ));
                self.programs.push(format!(
                    "CREATE VIEW \"of view{number}\" AS SELECT k FROM view{number} WHERE who > 0"
                ));
                self.programs.push(format!("CREATE TRIGGER instead{number} INSTEAD OF DELETE ON view{number} BEGIN DELETE FROM {name} WHERE {key} = OLD.k AND who = OLD.who; END"));
            }
        }
    }
}

impl Column {
    fn new(name: &str, kind: Kind, text: &str) -> Self {
        let required = matches!(kind, Kind::Who);
        Self { name: name.to_owned(), kind, required, unique: false, text: text.to_owned() }
    }

    /// Whether a foreign key can reference it.
    fn is_target(&self) -> bool {
        matches!(self.kind, Kind::Id | Kind::Code) || (self.unique && self.kind == Kind::Text)
    }
}

impl Table {
    fn new(name: &str, columns: Vec<Column>) -> Self {
        Self {
            name: name.to_owned(),
            columns,
            links: Vec::new(),
            has_tenant: name == "account",
            fills: false,
            constraints: Vec::new(),
            options: "",
            indexes: Vec::new(),
        }
    }

    fn key(&mut self, chance: &mut Chance) {
        let id = chance.pick(&["id", "ID", "the key"]);
        let (kind, text) = match chance.below(9) {
            0 => (Kind::Id, "INTEGER PRIMARY KEY"),
            1 => (Kind::Id, "INTEGER CONSTRAINT pk PRIMARY KEY AUTOINCREMENT NOT NULL"),
            2 => (Kind::Id, "INTEGER PRIMARY KEY DESC"),
            3 => (Kind::Id, "bigint NOT NULL PRIMARY KEY"),
            4 => (Kind::Code, "TEXT PRIMARY KEY"),
            5 => (Kind::Code, "varchar(20) CONSTRAINT pk PRIMARY KEY ASC ON CONFLICT FAIL NOT NULL"),
            6 => (Kind::Code, "TEXT COLLATE NOCASE NOT NULL"),
            7 => (Kind::Id, "INTEGER"),
            _ => (Kind::Id, "INTEGER NOT NULL"),
        };
        self.columns.push(Column { required: true, ..Column::new(id, kind, text) });
        if !text.contains("PRIMARY") {
            let behind = if text == "INTEGER" {
                chance.pick(&[" AUTOINCREMENT", ""])
            } else {
                chance.pick(&["", " DESC", " ASC"])
            };
            let named = chance.pick(&["", "CONSTRAINT [the pk] "]);
            self.constraints.push(format!(
                "{named}PRIMARY KEY{}({}{behind})",
                space(chance),
                quoted(chance, id)
            ));
        }
    }

    fn data(&mut self, chance: &mut Chance) {
        let mut at = chance.below(COLUMNS.len());
        for _ in 0..1 + chance.below(4) {
            at = (at + 1 + chance.below(2)) % COLUMNS.len();
            if self.columns.iter().any(|column| column.name == COLUMNS[at]) {
                continue;
            }
            let column = self.data_column(chance, COLUMNS[at]);
            self.columns.push(column);
        }
    }

    fn data_column(&self, chance: &mut Chance, name: &str) -> Column {
        let own = quote(name);
        match chance.below(8) {
            0 => Column::new(name, Kind::Number, &format!("INT DEFAULT 0x10 CHECK ({own} <= 0xFF)")),
            1 => Column {
                required: true,
                ..Column::new(name, Kind::Number, "INTEGER NOT NULL ON CONFLICT ABORT DEFAULT -7")
            },
            2 => Column { unique: true, ..Column::new(name, Kind::Text, "TEXT UNIQUE") },
            3 => Column {
                unique: true,
                ..Column::new(
                    name,
                    Kind::Text,
                    "TEXT COLLATE NOCASE CONSTRAINT \"u u\" UNIQUE ON CONFLICT ABORT",
                )
            },
            4 => Column::new(name, Kind::Computed, "INT GENERATED ALWAYS AS (who * 0x2) STORED"),
            5 => Column::new(name, Kind::Computed, "AS (who || ')') VIRTUAL CHECK (who <> 77)"),
            6 => Column::new(name, Kind::Text, "TEXT DEFAULT 'it''s (' COLLATE RTRIM"),
            _ => Column::new(
                name,
                Kind::Text,
                &format!("TEXT DEFAULT (x'41' || 'b') CHECK (length({own}) < 40)"),
            ),
        }
    }

    fn table_rules(&mut self, chance: &mut Chance) {
        let text = self.columns.iter().find(|c| c.kind == Kind::Text && !c.unique).map(|c| c.name.clone());
        if let Some(name) = text.filter(|_| chance.one_in(2)) {
            let own = quoted(chance, &name);
            let own =
                format!("{own}{}", chance.pick(&["", " COLLATE NOCASE", " DESC", " COLLATE RTRIM ASC"]));
            let others = chance.pick(&["", ", who"]);
            let named = chance.pick(&["", "CONSTRAINT u2 "]);
            self.constraints.push(format!("{named}UNIQUE{}({own}{others})", space(chance)));
        }
        if chance.one_in(3) {
            self.constraints.push(format!("CONSTRAINT c CHECK ({}.who < 0x64)", quote(&self.name)));
        }
    }

    fn options(&mut self, chance: &mut Chance) {
        let increments = self.columns.iter().any(|c| c.text.contains("AUTOINCREMENT"))
            || self.constraints.iter().any(|c| c.contains("AUTOINCREMENT"));
        let keyed = self.columns[0].text.contains("PRIMARY") || self.constraints[0].contains("PRIMARY");
        if !increments && keyed && chance.one_in(4) {
            self.options = chance.pick(&[" WITHOUT ROWID", "\nwithout rowid"]);
        }
    }

    fn indexes(&mut self, chance: &mut Chance, at: usize) {
        for number in 0..chance.below(3) {
            let columns: Vec<_> = self.columns.iter().filter(|c| !matches!(c.kind, Kind::Tenant)).collect();
            let name = columns[chance.below(columns.len())].name.clone();
            let unique = if chance.one_in(3) { "UNIQUE " } else { "" };
            let on = if chance.one_in(4) { self.name.to_uppercase() } else { self.name.clone() };
            let own = quoted(chance, &name);
            let key = quoted(chance, &self.columns[0].name);
            let column = match chance.below(5) {
                0 => format!("lower({own})"),
                1 => format!("{own} COLLATE NOCASE DESC"),
                2 if self.has_tenant => format!("account_id, {own}"),
                _ => own,
            };
            let last = if unique.is_empty() { String::new() } else { format!(", {key}") };
            let filter = chance.pick(&["", "", " WHERE who > 0x0", "\nwhere (who in (1, 2))"]);
            let word = chance.pick(&["_", " on (", ""]);
            let index = quoted(chance, &format!("i{at}{word}{number}"));
            self.indexes.push(format!(
                "CREATE {unique}INDEX {index}{}ON{}{}{}({column}{last}){filter}",
                space(chance),
                space(chance),
                quoted(chance, &on),
                space(chance)
            ));
        }
    }

    /// CREATE TABLE.
    pub(super) fn text(&self, chance: &mut Chance) -> String {
        let mut parts: Vec<String> = Vec::new();
        for column in &self.columns {
            parts.push(format!("{}{}{}", quoted(chance, &column.name), space(chance), column.text));
        }
        parts.extend(self.constraints.iter().cloned());
        let between = chance.pick(&[", ", ",\n  ", " /* , */ , ", ", -- )\n"]);
        format!(
            "CREATE TABLE {}{}({}{}){}",
            quoted(chance, &self.name),
            space(chance),
            parts.join(between),
            space(chance),
            self.options
        )
    }

    /// The name of a rowid that no column has and hides.
    pub(super) fn row_id(&self) -> Option<&'static str> {
        let hides = |name: &&str| self.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        ["rowid", "_rowid_", "oid"].into_iter().find(|name| !hides(name)).filter(|_| self.options.is_empty())
    }

    /// The columns that statements write.
    pub(super) fn written(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.kind != Kind::Computed)
    }
}
