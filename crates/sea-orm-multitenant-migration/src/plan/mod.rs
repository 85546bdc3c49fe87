//! The planner: audits an existing schema, and converts it to one that is safe for several tenants.

mod check;
mod conversion;
mod convert;
mod error;
mod exclusion;
mod failure;
mod finding;
mod mode;
mod options;
mod planning;
mod progress;
mod record;
mod run;
mod schema;
mod sqlite_text;
mod status;
mod step;
mod world;

pub use conversion::Conversion;
pub use error::{Left, PlanError};
pub use finding::{Finding, Severity, kind::FindingKind};
pub use mode::Mode;
pub use progress::{Counted, Progress, Report};
pub use status::{Status, TableStatus};
pub use step::{Blocks, Step, StepKind};

use crate::plan::{
    convert::snapshot::planned::Planned, options::Options, schema::live::Schema, world::World,
};
use sea_orm_migration::sea_orm::DatabaseConnection;
use sea_orm_multitenant::{Table, Tenancy};

/// Compares the tables of a database with the catalogue of a [`Tenancy`], reports what is unsafe for several tenants,
/// and plans a conversion.
///
/// It uses the connection of the tenancy, outside all scopes. It needs only read privileges until a conversion runs.
///
/// ```
/// use sea_orm::{ConnectionTrait, Database};
/// use sea_orm_multitenant::{Tenancy, TenantType};
/// use sea_orm_multitenant_migration::{Mode, TenancyPlan};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// for sql in [
///     "CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
///     "CREATE TABLE project (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL REFERENCES account (id), name TEXT UNIQUE)",
///     "CREATE TABLE task (id INTEGER PRIMARY KEY, project_id BIGINT NOT NULL REFERENCES project (id))",
///     "INSERT INTO account VALUES (1, 'Acme'), (2, 'Zeta')",
///     "INSERT INTO project VALUES (7, 1, 'Apollo'), (8, 2, 'Gemini')",
///     "INSERT INTO task VALUES (1, 7), (2, 8)",
/// ] {
///     db.execute_unprepared(sql).await?;
/// }
/// let tenancy = Tenancy::builder()
///     .without_entities()
///     .root_table("account", "id", TenantType::BigInt)
///     .tenant_table("project", "account_id", TenantType::BigInt)
///     .tenant_table("task", "account_id", TenantType::BigInt)
///     .build(db.clone())?;
///
/// let plan = TenancyPlan::new(&tenancy);
/// let findings = plan.check().await?;
/// assert!(findings.iter().any(|finding| finding.to_string().starts_with("error: task: there is no tenant column `account_id`")));
///
/// let report = plan.convert(Mode::Offline).await?.run(&mut ()).await?;
/// assert_eq!(report.tables.len(), 3);
/// assert!(plan.check().await?.is_empty());
/// assert!(db.execute_unprepared("INSERT INTO task VALUES (3, 7, 2)").await.is_err(), "project 7 is another tenant's");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TenancyPlan {
    tenancy: Tenancy,
    options: Options,
}

impl TenancyPlan {
    /// A plan for the database of this tenancy.
    pub fn new(tenancy: &Tenancy) -> Self {
        Self { tenancy: tenancy.clone(), options: Options::default() }
    }

    /// Ignores a table that is not in the catalogue.
    #[must_use]
    pub fn ignore(mut self, table: impl Into<String>) -> Self {
        self.options.ignored.push(table.into());
        self
    }

    /// Keeps a unique key on these columns, which must be unique across all tenants, such as the address with which a
    /// user logs in. Citus refuses such a key on a distributed table: there it stays a finding, unless the table is a
    /// reference table.
    #[must_use]
    pub fn allow_across_tenants<S: Into<String>>(
        mut self,
        table: impl Into<String>,
        columns: impl IntoIterator<Item = S>,
    ) -> Self {
        let columns = columns.into_iter().map(Into::into).collect();
        self.options.across_tenants.push((table.into(), columns));
        self
    }

    /// Accepts that a conversion changes SET NULL or SET DEFAULT of the foreign key on these columns to NO ACTION,
    /// where the engine would set the tenant column too: on MySQL, MariaDB, Citus, and PostgreSQL before 15, which set
    /// all columns of a key.
    ///
    /// Without it, [`convert`](Self::convert) returns [`PlanError::Unaccepted`]. With NO ACTION, a parent with
    /// children cannot be deleted: the program must set the column first.
    #[must_use]
    pub fn accept_no_action<S: Into<String>>(
        mut self,
        table: impl Into<String>,
        columns: impl IntoIterator<Item = S>,
    ) -> Self {
        let columns = columns.into_iter().map(Into::into).collect();
        self.options.no_actions.push((table.into(), columns));
        self
    }

    /// Reports missing row-level security as an error instead of a note.
    #[must_use]
    pub fn require_row_level_security(mut self) -> Self {
        self.options.row_level_security = true;
        self
    }

    /// Ignores Citus, even if the database has it.
    #[must_use]
    pub fn without_distribution(mut self) -> Self {
        self.options.undistributed = true;
        self
    }

    /// Everything that makes the database unsafe for several tenants, the most severe first; empty if there is
    /// nothing.
    ///
    /// Each relation without the tenant column is checked with a join that counts the rows which reference another
    /// tenant.
    ///
    /// # Errors
    /// [`PlanError::Read`].
    pub async fn check(&self) -> Result<Vec<Finding>, PlanError> {
        let schema = self.read().await?;
        let world = World::new(&schema, self.declared(), &self.options);
        Ok(check::all(self.connection(), &world).await?)
    }

    /// The steps from the current schema to one without findings, except for those that need a decision of the user:
    /// sizes of ids, tables without a key, row-level security.
    ///
    /// # Errors
    /// [`PlanError`] if the schema cannot be converted; nothing is changed.
    pub async fn convert(&self, mode: Mode) -> Result<Conversion, PlanError> {
        exclusion::wait(self.connection()).await?;
        let planning::Planning { steps, planned, backend } =
            planning::plan(self.connection(), self.declared(), &self.options, mode).await?;
        Ok(Conversion {
            steps,
            planned,
            mode,
            tenancy: self.tenancy.clone(),
            options: self.options.clone(),
            backend,
        })
    }

    /// The steps that distribute tables whose keys already have the tenant column first; none without Citus.
    ///
    /// # Errors
    /// As [`convert`](Self::convert), and [`PlanError::Unconvertible`] if a key must be converted first.
    pub async fn distribute(&self, mode: Mode) -> Result<Conversion, PlanError> {
        let schema = self.read().await?;
        let world = World::new(&schema, self.declared(), &self.options);
        if !world.distributes() {
            return Ok(Conversion {
                steps: Vec::new(),
                planned: Planned::default(),
                mode,
                tenancy: self.tenancy.clone(),
                options: self.options.clone(),
                backend: schema.backend,
            });
        }
        convert::is_ready(&world)?;
        self.convert(mode).await
    }

    /// A summary of each table.
    ///
    /// # Errors
    /// [`PlanError::Read`].
    pub async fn status(&self) -> Result<Status, PlanError> {
        let schema = self.read().await?;
        let world = World::new(&schema, self.declared(), &self.options);
        let findings = check::all(self.connection(), &world).await?;
        Ok(status::of(&world, &findings))
    }

    async fn read(&self) -> Result<Schema, PlanError> {
        Ok(planning::read(self.connection(), self.declared()).await?)
    }

    fn declared(&self) -> &[Table] {
        self.tenancy.catalogue().tables()
    }

    fn connection(&self) -> &DatabaseConnection {
        self.tenancy.unscoped("compare the schema with the catalogue")
    }
}
