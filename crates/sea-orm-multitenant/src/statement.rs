//! One statement, scoped by what all scopes of a tenancy share.

use crate::{
    bind::{Bound, bind},
    error::TenancyError,
    plan_cache::PlanCache,
    scope::hold::{Hold, Turn, Turns},
    tenant_set::BoundTenants,
    tenant_setting::TenantSetting,
    values,
};
use sea_orm::{DbBackend, Statement};
use sea_orm_multitenant_sql::{Catalogue, Engine, TenantType, Whom};

/// What all scopes of a tenancy share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) catalogue: Catalogue,
    pub(crate) tenant_types: Vec<TenantType>,
    pub(crate) setting: Option<TenantSetting>,
    pub(crate) turns: Turns,
    pub(crate) plans: PlanCache,
}

impl Shared {
    /// The catalogue.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The setting that says a transaction's tenant to the database.
    pub(crate) fn setting(&self) -> Option<&TenantSetting> {
        self.setting.as_ref()
    }

    /// How a scope over `connection`, which somebody lends, says its tenant to the database.
    pub(crate) fn lent<C>(&self, connection: &C) -> Hold {
        match self.setting {
            None => Hold::Unsaid,
            Some(_) => Hold::Lent(self.turns.at(std::ptr::from_ref(connection).addr())),
        }
    }

    /// The same for a connection that the scope takes, and whose transaction others may use.
    pub(crate) fn taken(&self) -> Hold {
        self.setting.as_ref().map_or(Hold::Unsaid, |_| Hold::Lent(Turn::default()))
    }

    /// The same for the pool.
    pub(crate) fn pooled(&self) -> Hold {
        self.setting.as_ref().map_or(Hold::Unsaid, |_| Hold::Pool)
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

/// One statement, scoped: what [`TenantScope::rewrite`] and every call of SeaORM go through.
pub(crate) fn scoped_statement(
    shared: &Shared,
    tenants: &BoundTenants,
    backend: DbBackend,
    statement: Statement,
) -> Result<Statement, TenancyError> {
    let Statement { mut sql, mut values, db_backend: _ } = statement;
    let engine = engine(backend)?;
    values::check(engine, values.as_ref())?;
    #[cfg(feature = "testing")]
    let callers = crate::testing::watch::to_be_told(&sql);
    let mut bind_as = |whom: Whom| {
        shared.plans.with_plan(
            &shared.catalogue,
            engine,
            whom,
            &mut sql,
            |planned, sql| -> Result<Bound, TenancyError> {
                let bound = bind(engine, planned, sql, &mut values, tenants)?;
                if bound == Bound::Done {
                    tracing::debug!(
                        target: "sea_orm_multitenant",
                        tenant = %tenants,
                        statement = planned.plan.kind().as_str(),
                        tables = ?planned.plan.tables(),
                        "scoped",
                    );
                    #[cfg(feature = "testing")]
                    if let Some(callers) = callers.as_deref() {
                        crate::testing::watch::tell(&crate::testing::watch::Scoped {
                            backend,
                            callers,
                            sent: sql,
                            values: values.as_ref().map_or(&[], |values| &values.0),
                            plan: &planned.plan,
                            catalogue: &shared.catalogue,
                        });
                    }
                }
                Ok(bound)
            },
        )
    };
    if bind_as(tenants.whom())? == Bound::NotThese {
        bind_as(Whom::OneWithRepeats)?;
    }
    Ok(Statement { sql, values, db_backend: backend })
}
