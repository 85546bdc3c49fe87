//! Rows of three tenants, which only reference rows of the same tenant.

use super::{
    super::chance::Chance,
    schema::{Column, Kind, Legacy, Table, quote},
};
use crate::harness::texts;
use sea_orm::{ConnectionTrait, DatabaseConnection};

pub(super) const TENANTS: [usize; 3] = [1, 2, 3];

impl Legacy {
    /// The id of a tenant as a literal.
    pub(super) fn tenant(&self, who: usize) -> String {
        if self.text_tenants { format!("'t{who}'") } else { who.to_string() }
    }

    /// Fills the tables; rows that violate a constraint are skipped.
    pub(super) async fn fill(&self, db: &DatabaseConnection, chance: &mut Chance) {
        let mut number = 0;
        for table in &self.tables {
            let rows = if matches!(table.name.as_str(), "account" | "country") { 1 } else { 4 };
            for who in TENANTS.into_iter().cycle().take(3 * rows) {
                number += 1 + chance.below(3);
                let mut values = Vec::new();
                for column in table.written() {
                    values.push(self.value(db, chance, table, column, who, number).await);
                }
                let names: Vec<_> = table.written().map(|column| quote(&column.name)).collect();
                let sql = format!(
                    "INSERT INTO {} ({}) VALUES ({})",
                    quote(&table.name),
                    names.join(", "),
                    values.join(", ")
                );
                let _ = db.execute_unprepared(&sql).await;
            }
            if table.name != "account" && table.name != "country" {
                let sql =
                    format!("DELETE FROM {} WHERE abs(random()) % 9 = 0 AND who > 5", quote(&table.name));
                let _ = db.execute_unprepared(&sql).await;
            }
        }
        self.close_circles(db, chance).await;
        self.delete_some(db, chance).await;
    }

    pub(super) async fn value(
        &self,
        db: &DatabaseConnection,
        chance: &mut Chance,
        table: &Table,
        column: &Column,
        who: usize,
        number: usize,
    ) -> String {
        match column.kind {
            Kind::Id => (number * 3).to_string(),
            Kind::Code => format!("'k{number}'"),
            Kind::Tenant if table.fills => chance.pick(&["NULL", "own"]).replace("own", &self.tenant(who)),
            Kind::Tenant => self.tenant(who),
            Kind::Who => who.to_string(),
            Kind::Number => chance.pick(&["0", "16", "255", "-1"]).to_owned(),
            Kind::Text if column.unique => format!("'U{number}'"),
            Kind::Text => match chance.below(4) {
                0 => "NULL".to_owned(),
                1 => format!("'{number}  '"),
                2 => "CAST(x'610062' AS TEXT)".to_owned(),
                _ => format!("'Text {number}'"),
            },
            Kind::Link(link) => {
                let found = self.parents(db, table, link, who).await;
                if found.is_empty() || (!column.required && chance.one_in(3)) {
                    return "NULL".to_owned();
                }
                found[chance.below(found.len())].clone()
            }
            Kind::Computed => unreachable!("computed columns are not written"),
        }
    }

    /// The values by which rows of a tenant can reference a parent.
    pub(super) async fn parents(
        &self,
        db: &DatabaseConnection,
        table: &Table,
        link: usize,
        who: usize,
    ) -> Vec<String> {
        let link = &table.links[link];
        let parent = self.tables.get(link.parent).unwrap_or(table);
        let to = quote(&link.to);
        let of = if parent.name == "country" { String::new() } else { format!(" AND who = {who}") };
        texts(
            db,
            &format!("SELECT quote({to}) FROM {} WHERE {to} IS NOT NULL{of} ORDER BY 1", quote(&parent.name)),
        )
        .await
    }

    /// Links to later tables were NULL until now.
    async fn close_circles(&self, db: &DatabaseConnection, chance: &mut Chance) {
        for table in &self.tables {
            for column in table.columns.iter().filter(|column| column.name == "back") {
                let Kind::Link(link) = column.kind else { continue };
                for who in TENANTS {
                    let found = self.parents(db, table, link, who).await;
                    if !found.is_empty() && !chance.one_in(3) {
                        let sql = format!(
                            "UPDATE {} SET back = {} WHERE who = {who}",
                            quote(&table.name),
                            found[chance.below(found.len())]
                        );
                        let _ = db.execute_unprepared(&sql).await;
                    }
                }
            }
        }
    }

    /// Makes rowids and counters differ from those of a new table.
    async fn delete_some(&self, db: &DatabaseConnection, chance: &mut Chance) {
        for table in self.tables.iter().skip(2) {
            let key = quote(&table.columns[0].name);
            let keys =
                texts(db, &format!("SELECT quote({key}) FROM {} ORDER BY 1", quote(&table.name))).await;
            if !keys.is_empty() {
                let sql = format!(
                    "DELETE FROM {} WHERE {key} = {}",
                    quote(&table.name),
                    keys[chance.below(keys.len())]
                );
                let _ = db.execute_unprepared(&sql).await;
            }
        }
    }
}
