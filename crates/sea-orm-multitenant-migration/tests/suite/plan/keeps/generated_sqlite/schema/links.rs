//! The foreign keys of a random schema.

use super::{super::super::chance::Chance, Column, Kind, Legacy, Link, Table, quoted, space};

impl Legacy {
    /// A link to an earlier table, to the table itself, or to the shared table.
    pub(super) fn link(&self, chance: &mut Chance, table: &mut Table, first: bool) {
        let fills = first && table.fills;
        let fillers: Vec<_> = self.fillers().collect();
        let parent = match fills {
            true => fillers[chance.below(fillers.len())],
            false => 1 + chance.below(self.tables.len()),
        };
        let of_own = parent == self.tables.len();
        let keyed = if of_own { &*table } else { &self.tables[parent] };
        let targets: Vec<_> = keyed.columns.iter().filter(|c| c.is_target()).cloned().collect();
        if targets.is_empty() {
            return;
        }
        let to = &targets[chance.below(targets.len())];
        let name = format!("link{}", table.links.len());
        let required = fills || (!of_own && chance.one_in(4));
        let ty = if matches!(to.kind, Kind::Id) {
            chance.pick(&["bigint", "INT", ""])
        } else {
            chance.pick(&["TEXT", "varchar (8)"])
        };
        let null = if required { " NOT NULL" } else { chance.pick(&["", " DEFAULT NULL"]) };
        let shouted = chance.one_in(5);
        let parent_name = if shouted { keyed.name.to_uppercase() } else { keyed.name.clone() };
        let parent_name = quoted(chance, &parent_name);
        let primary = matches!(to.kind, Kind::Id | Kind::Code);
        let list = if primary && chance.one_in(2) {
            String::new()
        } else {
            format!("{}({})", chance.pick(&["", " "]), quoted(chance, &to.name))
        };
        let target =
            format!("REFERENCES{}{parent_name}{list}{}", space(chance), actions(chance, required, primary));
        let rule = if chance.one_in(2) {
            let named = chance.pick(&["", "CONSTRAINT \"a key\" "]);
            table.constraints.push(format!(
                "{named}FOREIGN KEY{}({}){}{target}",
                space(chance),
                quoted(chance, &name),
                space(chance)
            ));
            String::new()
        } else {
            format!(" {target}")
        };
        let text = format!("{ty}{null}{rule}");
        table.columns.push(Column { required, ..Column::new(&name, Kind::Link(table.links.len()), &text) });
        let sets = target.contains("SET");
        table.links.push(Link { parent, to: to.name.clone(), sets });
    }

    /// Adds a link from the root table, or an early table, to the last one.
    pub(super) fn circle(&mut self, chance: &mut Chance) {
        let last = self.tables.len() - 1;
        let from = if chance.one_in(2) { 0 } else { 2 };
        if last <= from.max(1) {
            return;
        }
        let Some(to) =
            self.tables[last].columns.iter().find(|c| matches!(c.kind, Kind::Id | Kind::Code)).cloned()
        else {
            return;
        };
        let parent = quoted(chance, &self.tables[last].name);
        let table = &mut self.tables[from];
        let text = format!("REFERENCES {parent}{}", actions(chance, false, true));
        table.columns.push(Column::new("back", Kind::Link(table.links.len()), &text));
        let sets = text.contains("SET");
        table.links.push(Link { parent: last, to: to.name, sets });
    }
}

fn actions(chance: &mut Chance, required: bool, primary: bool) -> String {
    let mut text = String::new();
    for on in ["DELETE", "UPDATE"] {
        let sets: &[&str] = if required || !primary { &["CASCADE"] } else { &["SET NULL", "SET DEFAULT"] };
        match chance.below(5) {
            0 => text += &format!(" ON {on} CASCADE"),
            1 => text += &format!(" ON {on} {}", chance.pick(sets)),
            2 => text += &format!(" on {on} {}", chance.pick(&["RESTRICT", "NO ACTION"])),
            _ => {}
        }
    }
    text += chance.pick(&["", "", " MATCH FULL", " MATCH simple"]);
    text += chance.pick(&[
        "",
        "",
        "",
        " DEFERRABLE INITIALLY DEFERRED",
        " NOT DEFERRABLE INITIALLY IMMEDIATE",
        " DEFERRABLE",
    ]);
    text
}
