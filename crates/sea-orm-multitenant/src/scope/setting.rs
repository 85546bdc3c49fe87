//! Sets the scope's tenant for row-level security.

use crate::{
    error::TenancyError,
    scope::{TenantScope, setting_mode::SettingMode},
    tenant_setting::{
        TenantSetting,
        around_statement::{CHANGED, Messages, Previous, next_number},
    },
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, TransactionTrait};

impl<C: ConnectionTrait, T> TenantScope<C, T> {
    /// Returns the setting, if the engine has row-level security.
    fn setting(&self) -> Option<&TenantSetting> {
        let setting = self.context.shared.setting()?;
        (self.connection.get_database_backend() == DbBackend::Postgres).then_some(setting)
    }

    /// Runs one statement with the tenant set.
    pub(super) async fn told<R>(
        &self,
        statement: impl Future<Output = Result<R, DbErr>>,
    ) -> Result<R, DbErr> {
        let (SettingMode::SharedConnection(_), Some(setting)) = (&self.mode, self.setting()) else {
            return statement.await;
        };
        let tenant = TenantSetting::value(&self.context.bound)?;
        let _locked = self.mode.lock().await;
        self.around(setting, &tenant, statement).await
    }

    /// Returns the pool, where a statement needs a transaction of its own.
    ///
    /// # Errors
    /// [`TenancyError::SettingOfManyTenants`], and [`TenancyError::SettingOutsideTransaction`] where the setting is
    /// [for transactions only](TenantSetting::in_transactions_only).
    pub(super) fn pool(&self) -> Result<Option<&DatabaseConnection>, TenancyError> {
        let SettingMode::Pool(pool) = &self.mode else { return Ok(None) };
        let Some(setting) = self.setting() else { return Ok(None) };
        TenantSetting::value(&self.context.bound)?;
        if setting.is_in_transactions_only() {
            return Err(TenancyError::SettingOutsideTransaction { setting: setting.name().to_owned() });
        }
        Ok(Some(pool))
    }

    /// Begins the transaction of one statement, with the tenant set.
    pub(super) async fn begun(&self, pool: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
        let transaction = pool.begin().await?;
        self.set_in(&transaction).await?;
        Ok(transaction)
    }

    /// Sets the tenant in a transaction that has begun.
    async fn set_in(&self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        let Some(setting) = self.setting() else { return Ok(()) };
        for statement in setting.statements(&self.context.bound)? {
            transaction.execute_raw(statement).await?;
        }
        Ok(())
    }

    /// Sets the tenant, runs the statement, and restores what was set before.
    async fn around<R>(
        &self,
        setting: &TenantSetting,
        tenant: &str,
        statement: impl Future<Output = Result<R, DbErr>>,
    ) -> Result<R, DbErr> {
        let previous = self.previous(setting).await?;
        let Messages { before, after } = setting.messages(tenant, next_number(), &previous);
        if let Err(error) = self.connection.execute_unprepared(&before).await {
            return Err(self.not_set(setting, error).await);
        }
        let outcome = statement.await;
        // After an error of the engine this fails as well, and the rollback undoes the setting. After an error of the
        // client, such as a value of the wrong type, the transaction goes on.
        let put_back = self.connection.execute_unprepared(&after).await;
        let value = outcome?;
        match put_back {
            Ok(_) => Ok(value),
            Err(error) if error.to_string().contains(CHANGED) => {
                Err(TenancyError::SettingChanged { setting: setting.name().to_owned() }.into())
            }
            Err(error) => Err(error),
        }
    }

    /// Reads the current setting, where it must be known to be restored.
    async fn previous(&self, setting: &TenantSetting) -> Result<Previous, DbErr> {
        let Some(read) = setting.read_previous() else { return Ok(Previous::default()) };
        match self.connection.query_one_raw(read).await? {
            Some(row) => Ok(Previous {
                tenant: row.try_get("", "tenant")?,
                propagated: row.try_get("", "propagated")?,
            }),
            None => Ok(Previous::default()),
        }
    }

    /// Converts the error of setting the tenant. In a transaction the error has made a rollback the only way on.
    async fn not_set(&self, setting: &TenantSetting, error: DbErr) -> DbErr {
        match self.connection.execute_unprepared("SELECT 1").await {
            Ok(_) => TenancyError::SettingOutsideTransaction { setting: setting.name().to_owned() }.into(),
            Err(_) => error,
        }
    }

    /// Refuses a stream where the setting could not be restored after its last row.
    pub(super) fn may_stream(&self) -> Result<(), TenancyError> {
        match (&self.mode, self.setting()) {
            (SettingMode::SharedConnection(_), Some(setting)) => {
                Err(TenancyError::SettingOfStream { setting: setting.name().to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Refuses a transaction for a set of tenants, before it begins.
    pub(super) fn may_begin(&self) -> Result<(), TenancyError> {
        self.setting().map_or(Ok(()), |_| TenantSetting::value(&self.context.bound).map(drop))
    }

    /// Makes the scope in a transaction that has begun. If its tenant cannot be set, the transaction is dropped and
    /// thereby rolled back.
    ///
    /// A transaction that begins on a borrowed connection may be a savepoint of a transaction that others use: there
    /// each statement sets the tenant.
    pub(super) async fn within<D: ConnectionTrait>(
        &self,
        transaction: D,
    ) -> Result<TenantScope<D, T>, DbErr> {
        match &self.mode {
            SettingMode::Off | SettingMode::SharedConnection(_) => {
                Ok(self.over(transaction, self.mode.clone()))
            }
            SettingMode::Pool(_) | SettingMode::OwnTransaction => {
                self.set_in(&transaction).await?;
                Ok(self.over(transaction, SettingMode::OwnTransaction))
            }
        }
    }
}
