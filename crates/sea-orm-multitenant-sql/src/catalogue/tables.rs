//! All tables that a scope knows.

use crate::{
    catalogue::table::Table, engine::Engine, extensions::Extension, functions, limits::MAX_TEXT_BYTES, names,
    refusal::UnknownReason,
};
use sqlparser::ast::{Ident, ObjectName};
use std::collections::{HashMap, HashSet};

/// All tables that a scope knows. A table that is not in it cannot be reached.
///
/// ```
/// use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, scope_statement};
///
/// let catalogue = Catalogue::new([Table::tenant("project", "account_id", TenantType::BigInt)])
///     .expect("no conflicts")
///     .with_function("slug");
/// assert_eq!(catalogue.tables().len(), 1);
/// assert!(scope_statement(&catalogue, Engine::Postgres, "SELECT slug(name) FROM project").is_ok());
/// assert!(scope_statement(&catalogue, Engine::Postgres, "SELECT dblink(name) FROM project").is_err());
/// ```
#[derive(Debug, Clone)]
pub struct Catalogue {
    tables: Vec<Table>,
    by_lower_name: HashMap<String, Vec<usize>>,
    functions: HashSet<String>,
    /// Beginnings of names, in lower case.
    families: Vec<String>,
    max_statement_bytes: usize,
    default_schema: Option<String>,
    /// Whether any table has global rows.
    pub(crate) has_global_rows: bool,
}

impl Default for Catalogue {
    fn default() -> Self {
        Self {
            tables: Vec::new(),
            by_lower_name: HashMap::new(),
            functions: HashSet::new(),
            families: Vec::new(),
            max_statement_bytes: MAX_TEXT_BYTES,
            default_schema: None,
            has_global_rows: false,
        }
    }
}

impl Catalogue {
    /// Lets statements call a function of the user's own, or one that the list of known functions leaves out.
    ///
    /// `name` is compared without regard to case; that of a function of a schema is `schema.name`, and statements must then call it by
    /// both. The caller vouches that the function reads no tenant's rows.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, scope_statement};
    ///
    /// let catalogue = Catalogue::default().with_function("extensions.slug");
    /// let scoped = scope_statement(&catalogue, Engine::Postgres, "SELECT extensions.slug('a') AS s")?;
    /// assert_eq!(scoped.sql(), r#"SELECT "extensions"."slug"('a') AS "s""#);
    /// assert!(scope_statement(&catalogue, Engine::Postgres, "SELECT slug('a') AS s").is_err());
    /// # Ok::<(), sea_orm_multitenant_sql::Refusal>(())
    /// ```
    #[must_use]
    pub fn with_function(mut self, name: impl AsRef<str>) -> Self {
        self.functions.insert(name.as_ref().to_ascii_lowercase());
        self
    }

    /// Lets statements call all functions whose names begin as `pattern` says, such as `st_*` or `gis.st_*`.
    ///
    /// Functions that are refused by name, such as those that run SQL text or open files, stay refused. A pattern is at least three
    /// letters, digits or underscores of the name and then `*`; any other, and one for the engine's own `pg_*`, allows nothing. The
    /// caller vouches that none of the functions reads tenants' rows.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, scope_statement};
    ///
    /// let catalogue = Catalogue::default().with_functions_like("lo_*").with_functions_like("slug_*");
    /// assert!(scope_statement(&catalogue, Engine::Postgres, "SELECT slug_of('a') AS s").is_ok());
    /// assert!(scope_statement(&catalogue, Engine::Postgres, "SELECT lo_get(1) AS s").is_err());
    /// ```
    #[must_use]
    pub fn with_functions_like(mut self, pattern: impl AsRef<str>) -> Self {
        const SHORTEST: usize = 3;
        let pattern = pattern.as_ref().to_ascii_lowercase();
        if let Some(beginning) = pattern.strip_suffix('*') {
            let name = beginning.rsplit('.').next().unwrap_or_default();
            let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.len() >= SHORTEST && name.chars().all(is_of_name) && !name.starts_with("pg_") {
                self.families.push(beginning.to_owned());
            }
        }
        self
    }

    /// Lets statements call the functions of an extension of PostgreSQL; by the name of `schema` and their own, if it is given.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, Extension, scope_statement};
    ///
    /// let catalogue = Catalogue::default().with_extension(Extension::PgCrypto, Some("extensions"));
    /// let sql = "SELECT extensions.digest('a', 'sha256') AS d";
    /// assert!(scope_statement(&catalogue, Engine::Postgres, sql).is_ok());
    /// ```
    #[must_use]
    pub fn with_extension(mut self, extension: Extension, schema: Option<&str>) -> Self {
        let name = |function: &&str| match schema {
            Some(schema) => format!("{}.{function}", schema.to_ascii_lowercase()),
            None => (*function).to_owned(),
        };
        self.functions.extend(extension.functions().iter().map(name));
        self
    }

    /// Sets the longest statement in bytes that is read; [`MAX_TEXT_BYTES`] unless set.
    ///
    /// Time and memory of scoping a statement grow with its length: a program that takes statements from others sets
    /// what its own need.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, Refusal, scope_statement};
    ///
    /// let catalogue = Catalogue::default().with_max_statement_bytes(8);
    /// assert!(scope_statement(&catalogue, Engine::Sqlite, "SELECT 1").is_ok());
    /// let refused = scope_statement(&catalogue, Engine::Sqlite, "SELECT 10");
    /// assert_eq!(refused, Err(Refusal::TooLarge { what: "bytes", found: 9, limit: 8 }));
    /// ```
    #[must_use]
    pub fn with_max_statement_bytes(mut self, bytes: usize) -> Self {
        self.max_statement_bytes = bytes;
        self
    }

    /// Says in which schema (MySQL: database) the engine finds tables that are named without one: then `public.task`
    /// and `task` are the same table, whichever of the two is declared.
    ///
    /// `name` is the schema as the engine stores it: `public` on PostgreSQL unless the session's `search_path` begins
    /// with another, `main` on SQLite. The caller vouches that no schema before it has a table of the same name.
    /// Without it, statements must name tables as they are declared. A table that is declared both with the schema and
    /// without is then refused.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, scope_statement};
    ///
    /// let task = Table::tenant("task", "account_id", TenantType::BigInt);
    /// let catalogue = Catalogue::new([task]).expect("no conflicts");
    /// assert!(scope_statement(&catalogue, Engine::Postgres, "SELECT * FROM public.task").is_err());
    ///
    /// let catalogue = catalogue.with_default_schema("public");
    /// let scoped = scope_statement(&catalogue, Engine::Postgres, "SELECT * FROM public.task")?;
    /// assert_eq!(scoped.sql(), r#"SELECT * FROM "public"."task" WHERE "task"."account_id" = $1"#);
    /// assert!(scope_statement(&catalogue, Engine::Postgres, "SELECT * FROM other.task").is_err());
    /// # Ok::<(), sea_orm_multitenant_sql::Refusal>(())
    /// ```
    #[must_use]
    pub fn with_default_schema(mut self, name: impl Into<String>) -> Self {
        self.default_schema = Some(name.into());
        self
    }

    /// The schema in which the engine finds tables that are named without one, where that is declared.
    pub fn default_schema(&self) -> Option<&str> {
        self.default_schema.as_deref()
    }

    /// The longest statement in bytes that is read.
    pub fn max_statement_bytes(&self) -> usize {
        self.max_statement_bytes
    }

    /// The tables, in the order in which they were declared.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Whether the user has vouched for the function of this lower-case name, of a schema if there is a dot in it.
    pub(crate) fn allows_function(&self, lower_name: &str) -> bool {
        let own = lower_name.rsplit('.').next().unwrap_or_default();
        let is_of = |beginning: &String| {
            lower_name.strip_prefix(beginning.as_str()).is_some_and(|rest| !rest.contains('.'))
        };
        self.functions.contains(lower_name)
            || self.families.iter().any(is_of) && functions::refusal_reason(own).is_none()
    }

    /// The table that a statement means by these names, or none when that is not certain.
    pub(crate) fn resolve(&self, engine: Engine, schema: Option<&Ident>, name: &Ident) -> Option<&Table> {
        let folding = engine.table_folding();
        let default = self.default_schema();
        let is_it = |table: &&Table| {
            let same_schema = match (schema, table.schema()) {
                (Some(written), Some(declared)) => names::is_same(folding, written, declared),
                (None, None) => true,
                (Some(written), None) => {
                    default.is_some_and(|default| names::is_same(folding, written, default))
                }
                (None, Some(declared)) => default == Some(declared),
            };
            same_schema && names::is_same(folding, name, table.name())
        };
        let mut declared = self.bucket(&name.value).filter(is_it);
        let first = declared.next();
        // With the default schema and without, one table may be declared as two, of which one is shared.
        let is_certain = default.is_none() || declared.next().is_none();
        first.filter(|_| is_certain)
    }

    /// Why no table has this name.
    pub(crate) fn unknown_reason(&self, engine: Engine, name: &ObjectName) -> UnknownReason {
        let Ok(parts) = names::parts(name) else { return UnknownReason::NotDeclared };
        let (schema, table) = match parts[..] {
            [table] => (None, table),
            [schema, table] => (Some(schema.value.as_str()), table),
            _ => return UnknownReason::NotDeclared,
        };
        if engine.is_system_table(schema, &table.value) {
            return UnknownReason::SystemTable;
        }
        if self.tables.is_empty() {
            return UnknownReason::NothingDeclared;
        }
        match self.bucket(&table.value).next() {
            Some(declared) => UnknownReason::OtherSchema { declared: declared.qualified_name() },
            None => UnknownReason::NotDeclared,
        }
    }

    /// Whether any table, of any schema, has this name without regard to case.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        self.bucket(name).next().is_some()
    }

    /// The table that was declared by exactly these names.
    pub(crate) fn declared(&self, schema: Option<&str>, name: &str) -> Option<&Table> {
        self.bucket(name).find(|table| table.schema() == schema && table.name() == name)
    }

    pub(super) fn declared_mut(&mut self, schema: Option<&str>, name: &str) -> Option<&mut Table> {
        self.tables.iter_mut().find(|table| table.schema() == schema && table.name() == name)
    }

    fn bucket(&self, name: &str) -> impl Iterator<Item = &Table> {
        let indices = self.by_lower_name.get(&name.to_ascii_lowercase());
        indices.into_iter().flatten().filter_map(|index| self.tables.get(*index))
    }

    pub(super) fn insert(&mut self, table: Table) {
        self.has_global_rows |= table.has_global_rows();
        self.by_lower_name.entry(table.name.to_ascii_lowercase()).or_default().push(self.tables.len());
        self.tables.push(table);
    }
}
