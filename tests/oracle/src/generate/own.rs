//! Writes to a table with global rows: a scope writes its own rows only, so that alone the statement must say so.

use super::Generator;

/// Delimit what only the database of the tenant alone gets.
const OPEN: char = '\u{2}';
const CLOSE: char = '\u{3}';

impl Generator<'_> {
    /// Restricts a written table, by its name in the statement, to the tenant's own rows; `filter` is empty or begins with
    /// ` WHERE`.
    pub(super) fn only_own(&self, table: usize, name: &str, filter: String) -> String {
        let Some(condition) = self.is_not_global(table, name) else { return filter };
        match filter.strip_prefix(" WHERE ") {
            Some(condition_of_it) => {
                format!(" WHERE {OPEN}{condition} AND ({CLOSE}{condition_of_it}{OPEN}){CLOSE}")
            }
            None => format!("{OPEN} WHERE {condition}{CLOSE}"),
        }
    }

    /// `name.tenant IS NOT NULL`, of a table with global rows.
    pub(super) fn is_not_global(&self, table: usize, name: &str) -> Option<String> {
        let table = &self.schema.tables[table];
        let tenant = table.tenant_column().filter(|_| table.global)?;
        let quote = self.backend().quote();
        Some(format!("{quote}{name}{quote}.{quote}{tenant}{quote} IS NOT NULL"))
    }
}

/// The text for the scope, and the one for the database of the tenant alone.
pub(super) fn split(text: &str) -> (String, String) {
    let (mut scoped, mut alone, mut is_shared) = (String::new(), String::new(), true);
    for c in text.chars() {
        match c {
            OPEN | CLOSE => is_shared = c == CLOSE,
            c => {
                alone.push(c);
                scoped.extend(is_shared.then_some(c));
            }
        }
    }
    (scoped, alone)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn only_the_tenant_alone_gets_the_condition() {
        let (scoped, alone) =
            split("UPDATE t SET a = 1 WHERE \u{2}t.o IS NOT NULL AND (\u{3}b = 2\u{2})\u{3}");
        assert_eq!(scoped, "UPDATE t SET a = 1 WHERE b = 2");
        assert_eq!(alone, "UPDATE t SET a = 1 WHERE t.o IS NOT NULL AND (b = 2)");
    }
}
