//! A scope tells row-level security its tenant.

use crate::{
    error::TenancyError,
    scope::{TenantScope, hold::Hold},
    tenant_setting::{
        TenantSetting,
        lent::{Former, Lent, TAKEN, next_act},
    },
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};

impl<C: ConnectionTrait, T> TenantScope<C, T> {
    /// The setting, where the engine has row-level security.
    fn setting(&self) -> Option<&TenantSetting> {
        let setting = self.context.shared.setting()?;
        (self.connection.get_database_backend() == DbBackend::Postgres).then_some(setting)
    }

    /// Runs one statement with its tenant told.
    pub(super) async fn told<R>(
        &self,
        statement: impl Future<Output = Result<R, DbErr>>,
    ) -> Result<R, DbErr> {
        if let Hold::Unsaid | Hold::Own = self.hold {
            return statement.await;
        }
        let Some(setting) = self.setting() else { return statement.await };
        match &self.hold {
            Hold::Unsaid | Hold::Own => statement.await,
            Hold::Pool => Err(self.outside(setting)?.into()),
            Hold::Lent(_) => {
                let tenant = TenantSetting::value(&self.context.bound)?;
                let _turn = self.hold.turn().await;
                self.around(setting, &tenant, statement).await
            }
        }
    }

    /// Sets the tenant, runs the statement, and puts back what was set before.
    async fn around<R>(
        &self,
        setting: &TenantSetting,
        tenant: &str,
        statement: impl Future<Output = Result<R, DbErr>>,
    ) -> Result<R, DbErr> {
        let former = self.former(setting).await?;
        let Lent { before, after } = setting.lent(tenant, next_act(), &former);
        if let Err(error) = self.connection.execute_unprepared(&before).await {
            return Err(self.not_set(setting, error).await);
        }
        let outcome = statement.await;
        // After an error of the engine this fails as well, and the rollback undoes what was set; after one of the client's, as
        // for a value of another type, the transaction goes on.
        let put_back = self.connection.execute_unprepared(&after).await;
        let value = outcome?;
        match put_back {
            Ok(_) => Ok(value),
            Err(error) if error.to_string().contains(TAKEN) => {
                Err(TenancyError::SettingTaken { setting: setting.name().to_owned() }.into())
            }
            Err(error) => Err(error),
        }
    }

    /// What is set now, where it must be known to be put back.
    async fn former(&self, setting: &TenantSetting) -> Result<Former, DbErr> {
        let Some(read) = setting.read_former() else { return Ok(Former::default()) };
        match self.connection.query_one_raw(read).await? {
            Some(row) => {
                Ok(Former { tenant: row.try_get("", "tenant")?, propagated: row.try_get("", "propagated")? })
            }
            None => Ok(Former::default()),
        }
    }

    /// The error when the tenant could not be set. In a transaction it has ended the transaction for all but a rollback.
    async fn not_set(&self, setting: &TenantSetting, error: DbErr) -> DbErr {
        match self.connection.execute_unprepared("SELECT 1").await {
            Ok(_) => TenancyError::SettingOutsideTransaction { setting: setting.name().to_owned() }.into(),
            Err(_) => error,
        }
    }

    /// The refusal of a statement outside a transaction.
    fn outside(&self, setting: &TenantSetting) -> Result<TenancyError, TenancyError> {
        TenantSetting::value(&self.context.bound)?;
        Ok(TenancyError::SettingOutsideTransaction { setting: setting.name().to_owned() })
    }

    /// Refuses a stream where the setting could not be put back behind its last row.
    pub(super) fn may_stream(&self) -> Result<(), TenancyError> {
        let Some(setting) = self.setting() else { return Ok(()) };
        match &self.hold {
            Hold::Unsaid | Hold::Own => Ok(()),
            Hold::Pool => Err(self.outside(setting)?),
            Hold::Lent(_) => Err(TenancyError::SettingOfStream { setting: setting.name().to_owned() }),
        }
    }

    /// Refuses a transaction for a set of tenants, before it begins.
    pub(super) fn may_begin(&self) -> Result<(), TenancyError> {
        self.setting().map_or(Ok(()), |_| TenantSetting::value(&self.context.bound).map(drop))
    }

    /// The scope in a transaction that has begun; when it cannot be told its tenant, it is rolled back by being dropped.
    ///
    /// One that begins on a lent connection may be a savepoint of a transaction that others use: its statements tell their
    /// tenant one by one.
    pub(super) async fn within<D: ConnectionTrait>(
        &self,
        transaction: D,
    ) -> Result<TenantScope<D, T>, DbErr> {
        let (Some(setting), Hold::Pool | Hold::Own) = (self.setting(), &self.hold) else {
            return Ok(self.over(transaction, self.hold.clone()));
        };
        for statement in setting.statements(&self.context.bound)? {
            transaction.execute_raw(statement).await?;
        }
        Ok(self.over(transaction, Hold::Own))
    }
}
