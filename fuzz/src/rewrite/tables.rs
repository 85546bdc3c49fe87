//! The tables that statements are about, known to the rewriter by its catalogue and to the checker by this list.

use super::keys::{self, Foreign};
use sea_orm_multitenant_sql::{Catalogue, ForeignKey, Table, TenantType};
use std::sync::OnceLock;

/// How much the catalogue knows, and of what type the tenants of `p`, `q` and `r` are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tables {
    /// Columns in order and composite keys; integers.
    Known,
    /// Names only; integers.
    Unknown,
    /// Columns in order and composite keys; texts.
    KnownTexts,
    /// Names only; texts.
    UnknownTexts,
}

/// To whom a table belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// To the tenant in a column, which is the first.
    Tenant(&'static str, TenantType),
    /// It holds the tenants; their ids are in this column.
    Root(&'static str, TenantType),
    /// To nobody, and nobody in a scope writes it.
    Shared,
    /// To nobody, and everybody writes it.
    Writable,
}

impl Owner {
    /// The tenant column and its type.
    pub(super) fn tenant(self) -> Option<(&'static str, TenantType)> {
        match self {
            Self::Tenant(column, ty) | Self::Root(column, ty) => Some((column, ty)),
            Self::Shared | Self::Writable => None,
        }
    }
}

/// One table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// Its schema, where statements must name it.
    pub(super) schema: Option<&'static str>,
    /// Its name.
    pub(super) name: &'static str,
    /// To whom it belongs.
    pub(super) owner: Owner,
    /// Its columns, in order.
    columns: &'static [&'static str],
    /// Its primary key.
    key: &'static [&'static str],
    /// Its foreign keys.
    pub(super) foreign: &'static [Foreign],
    /// Whether it is declared that each of its unique keys contains the tenant column.
    pub(super) tenant_in_every_key: bool,
    /// Whether rows without a tenant are everybody's to read.
    pub(super) global_rows: bool,
}

/// The columns and key of the small tables.
const SMALL: (&[&str], &[&str]) = (&["t", "id", "x", "name"], &["t", "id"]);

/// The columns and key of the table with all kinds of foreign keys.
const CHILD: (&[&str], &[&str]) = (
    &[
        "t", "id", "x", "name", "p_id", "old_p_id", "child_id", "q_a", "q_b", "r_id", "friend", "far_id",
        "ref_id", "kind_id", "u_id",
    ],
    &["t", "id"],
);

impl Tables {
    const ALL: [Self; 4] = [Self::Known, Self::Unknown, Self::KnownTexts, Self::UnknownTexts];

    /// Chooses by a number.
    pub(super) fn choose(number: u8) -> Self {
        Self::ALL[usize::from(number) % Self::ALL.len()]
    }

    /// The tenants' type.
    fn ty(self) -> TenantType {
        match self {
            Self::Known | Self::Unknown => TenantType::BigInt,
            Self::KnownTexts | Self::UnknownTexts => TenantType::Text,
        }
    }

    /// Whether columns and keys are known.
    pub(super) fn knows_columns(self) -> bool {
        match self {
            Self::Known | Self::KnownTexts => true,
            Self::Unknown | Self::UnknownTexts => false,
        }
    }

    /// The tables.
    pub(super) fn list(self) -> &'static [Known] {
        static ALL: [OnceLock<Vec<Known>>; 4] = [const { OnceLock::new() }; 4];
        ALL[self as usize].get_or_init(|| self.made())
    }

    fn made(self) -> Vec<Known> {
        let table = |name, owner, (columns, key)| Known {
            schema: None,
            name,
            owner,
            columns,
            key,
            foreign: &[],
            tenant_in_every_key: false,
            global_rows: false,
        };
        let kept = |known| Known { tenant_in_every_key: true, ..known };
        let small = |name| table(name, Owner::Tenant("t", self.ty()), SMALL);
        let of_account =
            |name, columns, key| table(name, Owner::Tenant("account_id", TenantType::BigInt), (columns, key));
        vec![
            small("p"),
            small("q"),
            small("r"),
            Known {
                global_rows: true,
                foreign: keys::COMMON,
                ..table(
                    "common",
                    Owner::Tenant("t", self.ty()),
                    (&["t", "id", "x", "name", "common_id"], &["id"]),
                )
            },
            table("loose", Owner::Tenant("tenant_id", TenantType::Int), (&["tenant_id", "id", "x"], &["id"])),
            table("word", Owner::Tenant("t", TenantType::Text), SMALL),
            table("thing", Owner::Tenant("t", TenantType::Uuid), SMALL),
            Known { schema: Some("app"), ..small("far") },
            table("root", Owner::Root("id", self.ty()), (&["id", "name"], &["id"])),
            table("ref_", Owner::Shared, (&["id", "x", "name"], &["id"])),
            Known {
                foreign: keys::LOG,
                ..table("log", Owner::Writable, (&["id", "x", "name", "p_id"], &["id"]))
            },
            table("kind", Owner::Writable, (&["id", "x", "name"], &["id"])),
            kept(small("kept")),
            kept(Known { foreign: keys::CHILD, ..table("child", Owner::Tenant("t", self.ty()), CHILD) }),
            table("account", Owner::Root("id", TenantType::BigInt), (&["id", "name", "note"], &["id"])),
            of_account(
                "project",
                &["account_id", "id", "name", "note", "manager_id", "country_code"],
                &["account_id", "id"],
            ),
            Known {
                foreign: keys::TASK,
                ..of_account(
                    "task",
                    &["account_id", "id", "project_id", "title", "note", "points"],
                    &["account_id", "id"],
                )
            },
            of_account("manager", &["account_id", "id", "name", "note"], &["account_id", "id"]),
            of_account("tag", &["account_id", "id", "name", "note"], &["account_id", "id"]),
            kept(of_account(
                "task_tag",
                &["account_id", "task_id", "tag_id"],
                &["account_id", "task_id", "tag_id"],
            )),
            table("country", Owner::Shared, (&["code", "name"], &["code"])),
        ]
    }

    /// The catalogue that the rewriter goes by.
    pub fn catalogue(self) -> &'static Catalogue {
        static ALL: [OnceLock<Catalogue>; 4] = [const { OnceLock::new() }; 4];
        ALL[self as usize].get_or_init(|| {
            let tables = self.list().iter().map(|known| {
                let table = match known.owner {
                    Owner::Tenant(column, ty) => Table::tenant(known.name, column, ty),
                    Owner::Root(column, ty) => Table::root(known.name, column, ty),
                    Owner::Shared => Table::shared(known.name, false),
                    Owner::Writable => Table::shared(known.name, true),
                };
                let table = table.in_schema(known.schema);
                let table = if known.global_rows { table.with_global_rows() } else { table };
                let table = if known.tenant_in_every_key { table.with_tenant_in_every_key() } else { table };
                let table = known.foreign.iter().fold(table, |table, key| {
                    let columns = (key.columns.iter().copied(), key.parent_columns.iter().copied());
                    let key = ForeignKey::new(columns.0, key.parent, columns.1).to_schema(key.parent_schema);
                    table.with_foreign_key(key)
                });
                if !self.knows_columns() {
                    return table;
                }
                let table = table.with_columns_in_order(known.columns.iter().copied());
                let table = table.with_primary_key(known.key.iter().copied());
                match known.owner {
                    Owner::Tenant(column, _) if known.tenant_in_every_key => {
                        table.with_unique_key([column, "name"])
                    }
                    Owner::Tenant(column, _) => {
                        table.with_unique_key([column, "name"]).with_unique_key(["x"])
                    }
                    Owner::Root(..) | Owner::Shared | Owner::Writable => table,
                }
            });
            Catalogue::new(tables).expect("the tables have no conflicts")
        })
    }

    /// The same tables with everything known of them.
    pub(super) fn known(self) -> Self {
        match self {
            Self::Known | Self::Unknown => Self::Known,
            Self::KnownTexts | Self::UnknownTexts => Self::KnownTexts,
        }
    }

    /// The primary keys: tables, and the columns of each.
    pub(super) fn keys(self) -> Vec<(&'static str, &'static [&'static str])> {
        self.list().iter().map(|known| (known.name, known.key)).collect()
    }

    /// The table that a name may mean, without regard to case, quotes and schema.
    pub(super) fn named(self, name: &str) -> Option<&'static Known> {
        self.list().iter().find(|known| known.name.eq_ignore_ascii_case(name))
    }
}
