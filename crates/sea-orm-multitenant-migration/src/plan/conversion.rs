//! A planned conversion.

use crate::plan::{
    convert::snapshot::planned::Planned,
    error::PlanError,
    mode::Mode,
    options::Options,
    progress::{Progress, Report},
    run::{Job, run},
    step::{Step, StepKind},
};
use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_multitenant::Tenancy;

/// The steps of a conversion, in order. Nothing is executed before [`run`](Self::run).
#[derive(Debug, Clone)]
pub struct Conversion {
    pub(crate) steps: Vec<Step>,
    pub(crate) planned: Planned,
    pub(crate) mode: Mode,
    pub(crate) tenancy: Tenancy,
    pub(crate) options: Options,
    pub(crate) backend: DbBackend,
}

impl Conversion {
    /// The steps; none if there is nothing to do.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether a failure rolls everything back: offline on PostgreSQL and SQLite. MySQL has no transactions for schema
    /// changes.
    pub fn is_one_transaction(&self) -> bool {
        self.mode == Mode::Offline && self.backend != DbBackend::MySql
    }

    /// The numbers of the first and the last step between which some foreign key is not enforced; `None` if all are
    /// enforced throughout.
    pub fn unenforced(&self) -> Option<(usize, usize)> {
        if self.is_one_transaction() {
            return None;
        }
        let of = |kind| {
            let steps = self.steps.iter().enumerate().filter(move |(_, step)| step.kind == kind);
            steps.map(|(at, _)| at + 1)
        };
        let last = of(StepKind::Resume).next_back()?;
        // After an interruption the keys may already be dropped.
        Some((of(StepKind::Suspend).next().unwrap_or(1), last))
    }

    /// Executes the steps, if the schema is unchanged since planning and no other conversion of the database runs.
    ///
    /// # Errors
    /// [`PlanError::Running`], [`Outdated`](PlanError::Outdated) and the errors of planning, before anything is
    /// changed; then [`PlanError::Session`], [`Step`](PlanError::Step), [`Audit`](PlanError::Audit),
    /// [`Verify`](PlanError::Verify), [`Lost`](PlanError::Lost) and [`Interrupted`](PlanError::Interrupted), each with
    /// the state in which the database is left.
    pub async fn run(&self, progress: &mut dyn Progress) -> Result<Report, PlanError> {
        let db = self.tenancy.unscoped("convert the schema");
        let job = Job {
            steps: &self.steps,
            planned: &self.planned,
            mode: self.mode,
            transactional: self.is_one_transaction(),
            declared: self.tenancy.catalogue().tables(),
            options: &self.options,
        };
        run(&job, db, progress).await
    }
}
