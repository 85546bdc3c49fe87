//! Scopes one statement.

use crate::{
    bind::{Bound, bind},
    error::TenancyError,
    scope::setting_mode::{ConnectionLock, ConnectionLocks, SettingMode},
    statement_cache::StatementCache,
    tenant_set::BoundTenants,
    tenant_setting::TenantSetting,
    values,
};
use sea_orm::{DatabaseConnection, DbBackend, Statement, Values};
use sea_orm_multitenant_sql::{Catalogue, Engine, ScopedStatement, StatementKind, TenantType, Whom};

/// The state that all scopes of a tenancy share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) catalogue: Catalogue,
    pub(crate) tenant_types: Vec<TenantType>,
    pub(crate) setting: Option<TenantSetting>,
    pub(crate) locks: ConnectionLocks,
    pub(crate) statements: StatementCache,
}

impl Shared {
    /// The catalogue.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The setting that carries a transaction's tenant to the database.
    pub(crate) fn setting(&self) -> Option<&TenantSetting> {
        self.setting.as_ref()
    }

    /// How a scope over a borrowed `connection` sets its tenant in the database.
    pub(crate) fn for_borrowed<C>(&self, connection: &C) -> SettingMode {
        match self.setting {
            None => SettingMode::Off,
            Some(_) => SettingMode::SharedConnection(self.locks.at(std::ptr::from_ref(connection).addr())),
        }
    }

    /// How a scope over a connection that it owns, and whose transaction others may use, sets its tenant in the
    /// database.
    pub(crate) fn for_owned(&self) -> SettingMode {
        self.setting
            .as_ref()
            .map_or(SettingMode::Off, |_| SettingMode::SharedConnection(ConnectionLock::default()))
    }

    /// How a scope over the pool sets its tenant in the database.
    pub(crate) fn for_pool(&self, pool: &DatabaseConnection) -> SettingMode {
        self.setting.as_ref().map_or(SettingMode::Off, |_| SettingMode::Pool(pool.clone()))
    }
}

pub(crate) fn engine(backend: DbBackend) -> Result<Engine, TenancyError> {
    match backend {
        DbBackend::Sqlite => Ok(Engine::Sqlite),
        DbBackend::Postgres => Ok(Engine::Postgres),
        DbBackend::MySql => Ok(Engine::MySql),
        other => Err(TenancyError::Backend { backend: format!("{other:?}") }),
    }
}

/// Whether a statement inserts rows by its first clause, or after its common table expressions.
///
/// A text that cannot be scoped for one tenant, or that begins with a comment, is taken for another statement, and then
/// refused as an INSERT without a tenant if it is one.
pub(crate) fn inserts(shared: &Shared, backend: DbBackend, sql: &str) -> bool {
    let word = sql.split_ascii_whitespace().next().unwrap_or_default();
    if !word.eq_ignore_ascii_case("WITH") {
        return word.eq_ignore_ascii_case("INSERT") || word.eq_ignore_ascii_case("REPLACE");
    }
    let kind = engine(backend).and_then(|engine| {
        shared.statements.with_statement(
            &shared.catalogue,
            engine,
            Whom::OneWithRepeats,
            &mut sql.to_owned(),
            |cached, _| -> Result<_, TenancyError> { Ok(cached.scoped.kind()) },
        )
    });
    kind.is_ok_and(|kind| kind == StatementKind::Insert)
}

/// Scopes one statement: [`TenantScope::rewrite`] and every SeaORM call go through this.
pub(crate) fn scoped_statement(
    shared: &Shared,
    tenants: &BoundTenants,
    backend: DbBackend,
    statement: Statement,
) -> Result<Statement, TenancyError> {
    #[cfg(feature = "testing")]
    let callers = crate::testing::watch::copy_for_watcher(&statement.sql);
    let report = |scoped: &ScopedStatement, _sent: &str, _values: Option<&Values>| {
        tracing::debug!(
            target: "sea_orm_multitenant",
            tenant = %tenants,
            statement = scoped.kind().as_str(),
            tables = ?scoped.tables(),
            "scoped",
        );
        #[cfg(feature = "testing")]
        if let Some(callers) = callers.as_deref() {
            crate::testing::watch::notify(&crate::testing::watch::Scoped {
                backend,
                callers,
                sent: _sent,
                values: _values.map_or(&[], |values| &values.0),
                statement: scoped,
                catalogue: &shared.catalogue,
            });
        }
    };
    scoped_with(shared, tenants, backend, statement, report).map(|(statement, ())| statement)
}

/// Scopes one statement, and calls `with` with the scoped statement, the text to send, and its values.
pub(crate) fn scoped_with<R>(
    shared: &Shared,
    tenants: &BoundTenants,
    backend: DbBackend,
    statement: Statement,
    mut with: impl FnMut(&ScopedStatement, &str, Option<&Values>) -> R,
) -> Result<(Statement, R), TenancyError> {
    let Statement { mut sql, mut values, db_backend: _ } = statement;
    let engine = engine(backend)?;
    values::check(engine, values.as_ref())?;
    let mut bind_as = |whom: Whom| {
        shared.statements.with_statement(
            &shared.catalogue,
            engine,
            whom,
            &mut sql,
            |cached, sql| -> Result<Option<R>, TenancyError> {
                if !tenants.may_write() && !cached.scoped.is_read_only() {
                    return Err(TenancyError::ReadOnly);
                }
                let bound = bind(engine, cached, sql, &mut values, tenants)?;
                Ok((bound == Bound::Done).then(|| with(&cached.scoped, sql, values.as_ref())))
            },
        )
    };
    let result = match bind_as(tenants.whom())? {
        Some(result) => Some(result),
        None => bind_as(Whom::OneWithRepeats)?,
    };
    // Nothing is left out of the second form, so that it applies to all values.
    let result = result.ok_or(TenancyError::ValueCount { expected: 0, found: 0 })?;
    Ok((Statement { sql, values, db_backend: backend }, result))
}
