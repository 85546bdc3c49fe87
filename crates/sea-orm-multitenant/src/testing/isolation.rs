//! Checks whether code in one tenant's scope reached the other tenant's rows.

use crate::{
    scope::TenantScope,
    testing::{
        fixture::TwoTenants,
        recorder::{carries, is_scoped},
        replica::answer,
        rows::Which,
    },
};
use sea_orm::{DatabaseConnection, DbErr, Statement};
use std::fmt;

/// The ways in which code was not isolated; `Display` prints one finding per line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaks {
    findings: Vec<String>,
}

impl Leaks {
    /// Returns the findings.
    pub fn findings(&self) -> &[String] {
        &self.findings
    }
}

impl fmt::Display for Leaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the code is not isolated:")?;
        self.findings.iter().try_for_each(|finding| write!(f, "\n  {finding}"))
    }
}

impl std::error::Error for Leaks {}

impl TwoTenants {
    /// Runs code in the first tenant's scope, and checks that it was isolated.
    /// [`assert_isolated!`](crate::assert_isolated) panics with the findings.
    ///
    /// 1. Every row that is not the first tenant's must be unchanged.
    /// 2. Every statement on a tenant table must have the first tenant among its values, and not the second.
    /// 3. The statements are run again on two new databases, one with the rows of both tenants and one with those of
    ///    the first alone: both must give the same results, so that no row of the second tenant was returned, counted
    ///    or tested for.
    ///
    /// # Errors
    /// [`Leaks`], with all findings; also when a check could not be run.
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, DbBackend, Statement};
    /// use sea_orm_multitenant::two_tenants;
    ///
    /// mod project {
    ///     use sea_orm::entity::prelude::*;
    ///     use sea_orm_multitenant::TenantModel;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    ///     #[sea_orm(table_name = "project")]
    ///     #[tenant(column = "account_id")]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key)]
    ///         pub id: i64,
    ///         pub account_id: i64,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenants = two_tenants![project::Entity].await?;
    /// let count = Statement::from_string(DbBackend::Sqlite, "SELECT COUNT(*) AS n FROM project");
    /// let scoped = count.clone();
    /// tenants.check(|scope| async move { scope.query_one_raw(scoped).await }).await??;
    ///
    /// let tenancy = tenants.tenancy().clone();
    /// let unscoped = tenants.check(|_| async move { tenancy.unscoped("a mistake").query_one_raw(count).await }).await;
    /// let Err(leaks) = unscoped else { panic!("it counts the other's rows") };
    /// assert_eq!(leaks.findings()[0], "sent without the tenant among its values: SELECT COUNT(*) AS n FROM project");
    /// assert!(leaks.findings()[1].starts_with("the result differs without the other tenant's rows: SELECT COUNT(*)"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check<F, R>(&self, work: F) -> Result<R::Output, Leaks>
    where
        F: FnOnce(TenantScope<DatabaseConnection>) -> R,
        R: Future,
    {
        let failed =
            |error: DbErr| Leaks { findings: vec![format!("the isolation could not be checked: {error}")] };
        let before = self.unrecorded_rows().await.map_err(failed)?;
        let earlier = self.recorder.statements().len();
        let output = self.run(work).await;
        let sent = self.recorder.statements();
        let mut findings = Vec::new();
        for statement in &sent[earlier..] {
            if !is_scoped(&self.scope, statement) {
                findings.push(format!("sent without the tenant among its values: {}", statement.sql));
            }
            if carries(statement, &self.second) {
                findings.push(format!("sent with the other tenant among its values: {}", statement.sql));
            }
        }
        let after = self.unrecorded_rows().await.map_err(failed)?;
        let differences = |kind: &str, these: &[String], those: &[String]| {
            let only = these.iter().filter(|row| !those.contains(row));
            only.map(|row| format!("{kind} of another tenant: {row}")).collect::<Vec<_>>()
        };
        findings.extend(differences("changed or deleted a row", &before, &after));
        findings.extend(differences("wrote a row", &after, &before));
        findings.extend(self.influenced(&sent, earlier).await.map_err(failed)?);
        if findings.is_empty() { Ok(output) } else { Err(Leaks { findings }) }
    }

    async fn run<F, R>(&self, work: F) -> R::Output
    where
        F: FnOnce(TenantScope<DatabaseConnection>) -> R,
        R: Future,
    {
        let scope = self.scope();
        #[cfg(feature = "tokio")]
        let output =
            crate::ambient::current::with_tenant(self.first(), async move { work(scope).await }).await;
        #[cfg(not(feature = "tokio"))]
        let output = work(scope).await;
        output
    }

    /// Reads the rows of the other tenants without recording the statements.
    async fn unrecorded_rows(&self) -> Result<Vec<String>, DbErr> {
        let recorded = self.recorder.pause();
        let rows = self.replica.others_rows(&self.connection, self.first()).await;
        drop(recorded);
        rows
    }

    /// Returns findings for the statements from `earlier` on whose results depend on the second tenant's rows.
    async fn influenced(&self, sent: &[Statement], earlier: usize) -> Result<Vec<String>, DbErr> {
        let both = self.replica.open(&[Which::Second, Which::First]).await?;
        let alone = self.replica.open(&[Which::First]).await?;
        let mut findings = Vec::new();
        for (index, statement) in sent.iter().enumerate() {
            let (with, without) = (answer(&both, statement).await, answer(&alone, statement).await);
            if with != without && index >= earlier {
                findings.push(format!(
                    "the result differs without the other tenant's rows: {} ({with:?}, without {without:?})",
                    statement.sql
                ));
            }
        }
        Ok(findings)
    }
}
