//! Literals and bound values.

use super::{Generator, scope::Ty};
use crate::schema::{ColumnType, OWN_IDS, Role, Tenant};
use sea_orm::Value;

impl Generator<'_> {
    /// An integer in the range of the columns, or slightly beyond.
    fn number(&mut self) -> i32 {
        let numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, -1];
        *self.choices.pick(&numbers)
    }

    /// A number as a literal or, as often, bound.
    pub(super) fn int_value(&mut self) -> String {
        let number = self.number();
        self.write_int(number)
    }

    pub(super) fn write_int(&mut self, number: i32) -> String {
        if self.binds() { self.bind(Value::from(number)) } else { number.to_string() }
    }

    /// A text as a literal or, as often, bound.
    pub(super) fn text_value(&mut self) -> String {
        let text = format!("n{}", self.choices.below(10));
        self.write_text(&text)
    }

    /// A text to compare with: sometimes one that only collations treat as equal to another.
    pub(super) fn text_operand(&mut self) -> String {
        let text = match self.choices.below(20) {
            18 => "N1".to_owned(),
            19 => String::new(),
            _ => format!("n{}", self.choices.below(10)),
        };
        self.write_text(&text)
    }

    pub(super) fn write_text(&mut self, text: &str) -> String {
        if self.binds() { self.bind(Value::from(text)) } else { format!("'{text}'") }
    }

    fn binds(&mut self) -> bool {
        let binds = self.choices.chance(50) || self.binds_all;
        binds && !self.literals_only
    }

    pub(super) fn value(&mut self, ty: Ty) -> String {
        match ty {
            Ty::Int | Ty::Fraction => self.int_value(),
            Ty::Text => self.text_value(),
            Ty::Bool => self.truth().to_owned(),
        }
    }

    pub(super) fn truth(&mut self) -> &'static str {
        if self.choices.chance(30) { "FALSE" } else { "TRUE" }
    }

    /// A bound NULL, or a literal one if `typed` does not matter.
    pub(super) fn null(&mut self, ty: Ty) -> String {
        if self.binds() {
            return self.bind(if ty == Ty::Text { Value::String(None) } else { Value::Int(None) });
        }
        "NULL".to_owned()
    }

    /// An id that rows of the tenant may have.
    pub(super) fn own_id(&mut self) -> i32 {
        let span = u32::try_from(OWN_IDS.end() - OWN_IDS.start() + 1).unwrap_or(1);
        OWN_IDS.start() + i32::try_from(self.choices.below(span)).unwrap_or(0)
    }

    /// An id that rows of any tenant may have.
    pub(super) fn any_id(&mut self) -> String {
        let id = if self.choices.chance(15) {
            let others = self.schema.other_ids();
            let span = u32::try_from(others.end() - others.start() + 1).unwrap_or(1);
            others.start() + i32::try_from(self.choices.below(span)).unwrap_or(0)
        } else {
            self.own_id()
        };
        self.write_int(id)
    }

    /// The tenant's id.
    pub(super) fn tenant(&mut self) -> String {
        self.write_tenant(self.schema.tenant())
    }

    /// Any tenant's id.
    pub(super) fn any_tenant(&mut self) -> String {
        let others = self.schema.others();
        if self.choices.chance(35) {
            let other = *self.choices.pick(&others);
            return self.write_tenant(other);
        }
        self.tenant()
    }

    fn write_tenant(&mut self, tenant: Tenant) -> String {
        if self.binds() { self.bind(tenant.value(self.schema.tenant_type)) } else { tenant.literal() }
    }

    /// A value that may be written to the column at `index` of a table without conflicting with keys of other tenants.
    pub(super) fn key_value(&mut self, table: usize, index: usize) -> Option<String> {
        let table = &self.schema.tables[table];
        let column = &table.columns[index];
        let parent = table.parents.iter().find(|parent| parent.column == column.name);
        let is_unique = table.unique.as_ref() == Some(&column.name);
        let is_tenant = index == 0 && table.role == Role::Root
            || parent.is_some_and(|parent| self.schema.tables[parent.parent].role == Role::Root);
        if is_tenant {
            return Some(self.tenant());
        }
        if index > 0 && parent.is_none() && !is_unique {
            return None;
        }
        if column.nullable && self.choices.chance(12) {
            return Some(self.null(if column.ty == ColumnType::Int { Ty::Int } else { Ty::Text }));
        }
        let id = self.own_id();
        Some(match column.ty {
            ColumnType::Int => self.write_int(id),
            ColumnType::Text => self.write_text(&format!("n{id}")),
        })
    }
}
