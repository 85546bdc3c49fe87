//! Row-level security: a second layer of isolation, inside the database.

use crate::{
    engine::Engine,
    error::MigrationError,
    names::{self, QualifiedName},
    tables::send,
};
use sea_orm_migration::{DbErr, SchemaManager, sea_orm::DbBackend};
use sea_orm_multitenant::{TenantSetting, TenantType};

/// The name of the policy; policies are named within their table.
const POLICY: &str = "tenant_isolation";

/// The name of the policy that lets every tenant read global rows.
const GLOBAL_POLICY: &str = "tenant_global_rows";

/// Row-level security of a table on PostgreSQL: a session that has not set its tenant reads no row and writes none.
///
/// It is a second layer beneath the scope, for statements that bypass the scope but run as a role that policies bind:
/// functions and triggers without SECURITY DEFINER, views with `security_invoker`, and other programs. A transaction
/// sets its tenant with `SELECT set_config('app.tenant_id', '42', true)`. The policy compares the tenant column with
/// the setting, for reads and for writes, and binds the owner of the table too (FORCE). No row matches if the setting
/// is missing or empty.
///
/// It does not bind superusers, roles with BYPASSRLS, TRUNCATE, or the checks of foreign and unique keys. Another
/// permissive policy on the table widens it.
///
/// Other engines have no equivalent: on them the methods do nothing and emit a `tracing` event at `info`, unless it is
/// [`required`](Self::required).
///
/// ```
/// use sea_orm_migration::sea_orm::DbBackend;
/// use sea_orm_multitenant::TenantType;
/// use sea_orm_multitenant_migration::RowLevelSecurity;
///
/// let security = RowLevelSecurity::new("task", "account_id", TenantType::BigInt);
/// let [enable, force, policy] = security.enable_sql(DbBackend::Postgres)?.try_into().unwrap();
/// assert_eq!(enable, r#"ALTER TABLE "task" ENABLE ROW LEVEL SECURITY"#);
/// assert_eq!(force, r#"ALTER TABLE "task" FORCE ROW LEVEL SECURITY"#);
/// let own = r#""account_id" = nullif(current_setting('app.tenant_id', true), '')::bigint"#;
/// assert_eq!(policy, format!(r#"CREATE POLICY "tenant_isolation" ON "task" USING ({own}) WITH CHECK ({own})"#));
///
/// assert!(security.enable_sql(DbBackend::Sqlite)?.is_empty());
/// assert!(security.required().enable_sql(DbBackend::Sqlite).is_err());
/// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLevelSecurity {
    table: QualifiedName,
    tenant: String,
    cast: &'static str,
    setting: TenantSetting,
    global_rows: bool,
    required: bool,
}

impl RowLevelSecurity {
    /// Row-level security of a table by its tenant column, or of the root table by its primary key.
    pub fn new(table: impl Into<QualifiedName>, tenant: impl Into<String>, ty: TenantType) -> Self {
        let cast = match ty {
            TenantType::Int => "integer",
            TenantType::BigInt => "bigint",
            TenantType::Uuid => "uuid",
            TenantType::Text => "text",
        };
        Self::with_cast(table, tenant, cast)
    }

    pub(crate) fn with_cast(
        table: impl Into<QualifiedName>,
        tenant: impl Into<String>,
        cast: &'static str,
    ) -> Self {
        let (table, tenant, setting) = (table.into(), tenant.into(), TenantSetting::default());
        Self { table, tenant, cast, setting, global_rows: false, required: false }
    }

    /// Lets everybody read the rows whose tenant column is NULL, and nobody write them.
    ///
    /// An upsert that finds such a row by its key fails on PostgreSQL, rather than leave it as it is: policies treat it as
    /// a row that may not be updated.
    ///
    /// ```
    /// use sea_orm_migration::sea_orm::DbBackend;
    /// use sea_orm_multitenant::TenantType;
    /// use sea_orm_multitenant_migration::RowLevelSecurity;
    ///
    /// let security = RowLevelSecurity::new("tag", "account_id", TenantType::BigInt).with_global_rows();
    /// assert_eq!(
    ///     security.enable_sql(DbBackend::Postgres)?.last().map(String::as_str),
    ///     Some(r#"CREATE POLICY "tenant_global_rows" ON "tag" FOR SELECT USING ("account_id" IS NULL)"#)
    /// );
    /// # Ok::<(), sea_orm_multitenant_migration::MigrationError>(())
    /// ```
    #[must_use]
    pub fn with_global_rows(mut self) -> Self {
        self.global_rows = true;
        self
    }

    /// Reads the tenant from another setting than `app.tenant_id`: two names separated by a dot.
    #[must_use]
    pub fn setting(mut self, setting: impl Into<String>) -> Self {
        self.setting = TenantSetting::new(setting);
        self
    }

    /// Makes it an error, [`MigrationError::RowLevelSecurity`], if the engine has no row-level security.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The statements that enable it; none if the engine has no row-level security.
    ///
    /// # Errors
    /// [`MigrationError`] if a name or the setting is unusable, or if it is required and the engine has none.
    pub fn enable_sql(&self, backend: DbBackend) -> Result<Vec<String>, MigrationError> {
        let Some((table, policy, engine)) = self.on(backend)? else { return Ok(Vec::new()) };
        let (tenant, setting) = (engine.quote(&self.tenant), engine.literal(self.setting.name()));
        let own = format!("{tenant} = nullif(current_setting({setting}, true), '')::{}", self.cast);
        // In this order no row is exposed between two statements.
        let mut statements = vec![
            format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
            format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
            format!("CREATE POLICY {policy} ON {table} USING ({own}) WITH CHECK ({own})"),
        ];
        if self.global_rows {
            let policy = engine.quote(GLOBAL_POLICY);
            statements.push(format!("CREATE POLICY {policy} ON {table} FOR SELECT USING ({tenant} IS NULL)"));
        }
        Ok(statements)
    }

    /// The statements that disable it; none if the engine has no row-level security.
    ///
    /// # Errors
    /// As [`enable_sql`](Self::enable_sql).
    pub fn disable_sql(&self, backend: DbBackend) -> Result<Vec<String>, MigrationError> {
        let Some((table, policy, engine)) = self.on(backend)? else { return Ok(Vec::new()) };
        let global = self.global_rows.then(|| engine.quote(GLOBAL_POLICY));
        let policies = global.into_iter().chain([policy]);
        let drops = policies.map(|policy| format!("DROP POLICY {policy} ON {table}"));
        Ok(drops
            .chain([
                format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"),
                format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
            ])
            .collect())
    }

    /// The quoted table and policy; `None` if the engine has no row-level security.
    fn on(&self, backend: DbBackend) -> Result<Option<(String, String, Engine)>, MigrationError> {
        let engine = Engine::of(backend)?;
        self.table.check(engine)?;
        names::check(&self.tenant, engine)?;
        self.setting
            .check()
            .map_err(|_| MigrationError::UnusableSetting { setting: self.setting.name().to_owned() })?;
        if engine.has_row_level_security() {
            return Ok(Some((self.table.quoted(engine), engine.quote(POLICY), engine)));
        }
        let (table, engine) = (self.table.to_string(), engine.name());
        if self.required { Err(MigrationError::RowLevelSecurity { table, engine }) } else { Ok(None) }
    }

    async fn send(&self, manager: &SchemaManager<'_>, statements: Vec<String>) -> Result<(), DbErr> {
        if statements.is_empty() {
            let engine = Engine::of(manager.get_database_backend())?.name();
            tracing::info!(
                target: "sea_orm_multitenant_migration",
                table = %self.table,
                engine,
                "skipped: the engine has no row-level security",
            );
        }
        send::all(manager, &self.table, &statements).await
    }
}

/// Enables the row-level security of a table; for `up`.
///
/// # Errors
/// A wrapped [`MigrationError`], as [`RowLevelSecurity::enable_sql`], or an error of the engine, such as when it is
/// already enabled.
///
/// ```
/// use sea_orm_migration::{SchemaManager, schema::big_integer, sea_orm::Database};
/// use sea_orm_multitenant_migration::{TenantTable, disable_row_level_security, enable_row_level_security};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let manager = SchemaManager::new(&db);
/// let task = TenantTable::new("task", big_integer("account_id")).id(big_integer("id"));
/// task.create(&manager).await?;
///
/// let security = task.row_level_security()?;
/// enable_row_level_security(&manager, &security).await?; // an event on SQLite
/// assert!(enable_row_level_security(&manager, &security.clone().required()).await.is_err());
///
/// disable_row_level_security(&manager, &security).await?; // in `down`
/// # Ok(())
/// # }
/// ```
pub async fn enable_row_level_security(
    manager: &SchemaManager<'_>,
    table: &RowLevelSecurity,
) -> Result<(), DbErr> {
    let statements = table.enable_sql(manager.get_database_backend())?;
    table.send(manager, statements).await
}

/// Disables the row-level security of a table; for `down`.
///
/// # Errors
/// As [`enable_row_level_security`], or an error of the engine, such as when it is not enabled.
pub async fn disable_row_level_security(
    manager: &SchemaManager<'_>,
    table: &RowLevelSecurity,
) -> Result<(), DbErr> {
    let statements = table.disable_sql(manager.get_database_backend())?;
    table.send(manager, statements).await
}
