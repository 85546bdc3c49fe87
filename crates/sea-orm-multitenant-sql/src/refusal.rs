//! Why a statement was refused.

use std::{borrow::Cow, fmt};

/// The way out of several statements in one text.
const ONE_BY_ONE: &str =
    "send each by itself: `for statement in statements { scope.execute_unprepared(statement).await?; }`";

/// The way out of an assignment to the tenant column.
const LEAVE_OUT: &str = "leave it out of the SET list, or move the row with `Tenancy::unscoped`";

/// The way out of a write to a shared table.
const DECLARE_WRITABLE: &str =
    "declare it `#[tenant(shared, writable)]`, or write it through `Tenancy::unscoped`";

/// A statement that is not sent, because it cannot be proved to stay within the tenant.
///
/// Every variant names the construct and the way out. None carries a row's data; at most the caller's own text.
///
/// ```
/// use sea_orm_multitenant_sql::{Catalogue, Engine, Refusal, scope_statement};
///
/// let refused = scope_statement(&Catalogue::default(), Engine::Sqlite, "SELECT 1; SELECT 2");
/// assert_eq!(refused, Err(Refusal::ManyStatements));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The text is not SQL that the parser can read.
    #[error(
        "cannot read the statement at line {line}, column {column}: {message}. Only SQL that can be read can be scoped; rewrite it, or run it through `Tenancy::unscoped`"
    )]
    Parse {
        /// What the parser expected and found.
        message: String,
        /// Line of the text, from 1; 0 when the parser did not say.
        line: u64,
        /// Column in that line, in characters from 1; 0 when the parser did not say.
        column: u64,
    },
    /// The text holds no statement.
    #[error("the text holds no statement")]
    Empty,
    /// The text holds more than one statement.
    #[error("the text holds more than one statement; {}", ONE_BY_ONE)]
    ManyStatements,
    /// The text is larger or more deeply nested than can be read with a bounded stack.
    #[error("the statement has {found} {what}, the limit is {limit}; split it")]
    TooLarge {
        /// What was counted, in the plural.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A table that the catalogue does not know.
    #[error("table `{table}` is not in the catalogue{reason}")]
    UnknownTable {
        /// The table as the statement names it.
        table: String,
        /// Why it is not known.
        reason: UnknownReason,
    },
    /// A construct whose effect on other tenants' rows is not known.
    #[error("{construct}{} cannot be scoped; {instead}", table.as_deref().map(|t| format!(" on `{t}`")).unwrap_or_default())]
    Unsupported {
        /// The construct, in SQL's own words.
        construct: Cow<'static, str>,
        /// The table it stands on, when there is one.
        table: Option<String>,
        /// What to do instead.
        instead: Cow<'static, str>,
    },
    /// An assignment to the tenant column that is not provably the tenant's own value.
    #[error("the tenant column of `{table}` cannot be changed; {}", LEAVE_OUT)]
    TenantColumnUpdate {
        /// The table.
        table: String,
    },
    /// A write to a shared table that is not declared writable.
    #[error("table `{table}` is shared by all tenants and read-only in a scope; {}", DECLARE_WRITABLE)]
    SharedTableWrite {
        /// The table.
        table: String,
    },
}

impl Refusal {
    /// A code of the kind of refusal, for programs: it stays the same when messages change.
    ///
    /// One of `parse`, `empty`, `many-statements`, `too-large`, `unknown-table`, `unsupported`, `tenant-column-update`
    /// and `shared-table-write`; later versions may add others.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, scope_statement};
    ///
    /// let scoped = scope_statement(&Catalogue::default(), Engine::Sqlite, "SELECT 1; SELECT 2");
    /// assert_eq!(scoped.expect_err("two statements").code(), "many-statements");
    /// ```
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parse { message: _, line: _, column: _ } => "parse",
            Self::Empty => "empty",
            Self::ManyStatements => "many-statements",
            Self::TooLarge { what: _, found: _, limit: _ } => "too-large",
            Self::UnknownTable { table: _, reason: _ } => "unknown-table",
            Self::Unsupported { construct: _, table: _, instead: _ } => "unsupported",
            Self::TenantColumnUpdate { table: _ } => "tenant-column-update",
            Self::SharedTableWrite { table: _ } => "shared-table-write",
        }
    }

    /// The construct that was refused, in SQL's own words: with [`code`](Self::code), what refusals are grouped by.
    ///
    /// It has names of the statement, but neither the parser's message nor a literal.
    ///
    /// ```
    /// use sea_orm_multitenant_sql::{Catalogue, Engine, scope_statement};
    ///
    /// let refused = scope_statement(&Catalogue::default(), Engine::Sqlite, "SELECT 1; SELECT 2").expect_err("two");
    /// assert_eq!(refused.construct(), "more than one statement");
    /// assert!(refused.way_out().starts_with("send each by itself"));
    /// ```
    pub fn construct(&self) -> Cow<'_, str> {
        match self {
            Self::Parse { message: _, line: _, column: _ } => "a text that the parser cannot read".into(),
            Self::Empty => "a text without a statement".into(),
            Self::ManyStatements => "more than one statement".into(),
            Self::TooLarge { what, found: _, limit } => format!("more than {limit} {what}").into(),
            Self::UnknownTable { table, reason: _ } => format!("table `{table}`").into(),
            Self::Unsupported { construct, table: None, instead: _ } => construct.as_ref().into(),
            Self::Unsupported { construct, table: Some(table), instead: _ } => {
                format!("{construct} on `{table}`").into()
            }
            Self::TenantColumnUpdate { table } => {
                format!("an assignment to the tenant column of `{table}`").into()
            }
            Self::SharedTableWrite { table } => format!("a write to the shared table `{table}`").into(),
        }
    }

    /// What to do instead, as the message ends.
    pub fn way_out(&self) -> Cow<'_, str> {
        match self {
            Self::Parse { message: _, line: _, column: _ } => {
                "rewrite it, or run it through `Tenancy::unscoped`".into()
            }
            Self::Empty => "leave it out".into(),
            Self::ManyStatements => ONE_BY_ONE.into(),
            Self::TooLarge { what: _, found: _, limit: _ } => "split it".into(),
            Self::UnknownTable { table: _, reason } => {
                reason.to_string().trim_start_matches([';', ':', ',', ' ']).to_owned().into()
            }
            Self::Unsupported { construct: _, table: _, instead } => instead.as_ref().into(),
            Self::TenantColumnUpdate { table: _ } => LEAVE_OUT.into(),
            Self::SharedTableWrite { table: _ } => DECLARE_WRITABLE.into(),
        }
    }

    /// The refusal of a table that is not declared.
    pub(crate) fn not_declared(table: &impl ToString) -> Self {
        Self::UnknownTable { table: table.to_string(), reason: UnknownReason::NotDeclared }
    }
}

/// Why a table is not known. As text it ends the message of [`Refusal::UnknownTable`] with the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownReason {
    /// No entity and no call of the builder declares it.
    NotDeclared,
    /// The catalogue has no table at all: the crate with the entities is not linked into the program.
    NothingDeclared,
    /// A table of this name is declared, in another schema.
    OtherSchema {
        /// The declared table, with its schema if it has one.
        declared: String,
    },
    /// It is a table of the engine's own catalogue, which describes the objects and sessions of all tenants.
    SystemTable,
}

impl fmt::Display for UnknownReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDeclared => f.write_str(
                "; derive `TenantModel` on its entity, or name it with `TenancyBuilder::{tenant_table, root_table, shared_table}`",
            ),
            Self::NothingDeclared => f.write_str(
                ", which has no table at all; if the entities are in another crate, link it: a `use` of any of its items does, or \
                 `use the_crate as _;`",
            ),
            Self::OtherSchema { declared } => write!(
                f,
                ", which has `{declared}`; if that is the same table, declare its schema with `TenancyBuilder::default_schema`, \
                 otherwise name this one with `TenancyBuilder::{{tenant_table, root_table, shared_table}}`"
            ),
            Self::SystemTable => f.write_str(
                ": it is the engine's own, and describes what all tenants have; read it through `Tenancy::unscoped`",
            ),
        }
    }
}

/// Result of a rewrite step.
pub(crate) type Result<T> = std::result::Result<T, Refusal>;

/// The general way out of a construct that a scope does not take.
pub(crate) const UNSCOPED: &str = "rewrite the statement without it, or run it through `Tenancy::unscoped`";

/// The way out of what is bound to a connection: it must be one connection that also runs the scope's statements.
pub(crate) const ON_CONNECTION: &str = "do it on one connection that a scope runs on as well: `let transaction = tenancy.unscoped(\"…\").begin().await?`, then `tenancy.scope_on(&transaction, tenant)`";

/// A refusal of `construct`, with the general way out.
pub(crate) fn refuse<T>(construct: impl Into<Cow<'static, str>>) -> Result<T> {
    refuse_with(construct, UNSCOPED)
}

/// A refusal of `construct` that says what to do `instead`.
pub(crate) fn refuse_with<T>(
    construct: impl Into<Cow<'static, str>>,
    instead: impl Into<Cow<'static, str>>,
) -> Result<T> {
    Err(Refusal::Unsupported { construct: construct.into(), table: None, instead: instead.into() })
}

/// A refusal of `construct` on `table` that says what to do `instead`.
pub(crate) fn refuse_on<T>(
    table: impl Into<String>,
    construct: impl Into<Cow<'static, str>>,
    instead: impl Into<Cow<'static, str>>,
) -> Result<T> {
    Err(Refusal::Unsupported {
        construct: construct.into(),
        table: Some(table.into()),
        instead: instead.into(),
    })
}

/// Refuses `construct` when it is `present`.
pub(crate) fn refuse_if(present: bool, construct: &'static str) -> Result<()> {
    if present { refuse(construct) } else { Ok(()) }
}
