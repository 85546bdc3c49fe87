//! A scoped statement's description of itself, as plain data: the judges compare it with the text.

/// A table that a scope knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the statement calls it where it says which tables it names.
    pub declared: String,
    /// The schema, where statements must name it.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
    /// The tenant column; `None` for a shared table.
    pub tenant_column: Option<String>,
    /// Whether scopes also read the rows whose tenant column is NULL.
    pub has_global_rows: bool,
    /// The columns; empty where they are not known. An INSERT without a column list uses them in this order.
    pub columns: Vec<String>,
    /// Whether a scope may write it.
    pub writable: bool,
}

/// The kind of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// SELECT, VALUES.
    Select,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

/// A value that is sent with the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The caller's value with this index, from 0.
    Value(usize),
    /// The tenant.
    Tenant,
    /// The tenant with this index in a set.
    TenantAt(usize),
}

/// A scoped statement: its text, and its description.
#[derive(Debug, Clone, Copy)]
pub struct Description<'a> {
    /// The text that is sent.
    pub sent: &'a str,
    /// The text that the caller wrote.
    pub callers: &'a str,
    /// The kind of the statement.
    pub kind: Kind,
    /// The tables that it names, with their schemas, separated by a dot.
    pub tables: &'a [String],
    /// The values that are sent, in order.
    pub bound: &'a [Bound],
    /// The indexes of the caller's values whose conditions on the tenant column were left out.
    pub repeated: &'a [usize],
    /// Whether it is for a set of tenants, so that inserted rows name their tenants themselves.
    pub for_set: bool,
}

/// Removes the comment with the types of the values, which PostgreSQL texts have.
///
/// ```
/// use sea_orm_multitenant_judges::unsigned;
///
/// assert_eq!(unsigned("SELECT $1 /*l*/"), "SELECT $1");
/// assert_eq!(unsigned("SELECT ' /*l*/'"), "SELECT ' /*l*/'");
/// ```
pub fn unsigned(sent: &str) -> &str {
    match sent.rsplit_once(" /*") {
        Some((text, types)) if types.ends_with("*/") && !types.contains('\'') => text,
        Some(_) | None => sent,
    }
}

/// The database's tables and allowed functions.
pub struct Known<'a> {
    /// All tables that the scope knows.
    pub tables: &'a [Table],
    /// Whether statements may call the function with this lower-case name.
    pub may_call: &'a (dyn Fn(&str) -> bool + Sync),
}

impl std::fmt::Debug for Known<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { tables, may_call: _ } = self;
        f.debug_struct("Known").field("tables", tables).finish_non_exhaustive()
    }
}

impl<'a> Known<'a> {
    /// The table of this schema and name.
    pub(crate) fn table(&self, schema: Option<&str>, name: &str) -> Option<&'a Table> {
        self.tables.iter().find(|table| table.name == name && table.schema.as_deref() == schema)
    }
}

/// How a statement without complaints was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// It was compared with the caller's text as well.
    Compared,
    /// It was judged alone, for this reason.
    Alone(&'static str),
}
