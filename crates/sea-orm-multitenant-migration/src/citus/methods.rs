//! The public methods that all steps have.

/// The field `required` of a step, and the public methods that are the same for all steps.
macro_rules! step_methods {
    ($step:ty) => {
        impl crate::citus::step::Requirement for $step {
            fn is_required(&self) -> bool {
                self.required
            }
        }

        impl $step {
            /// Makes it an error, [`MigrationError::CitusMissing`](crate::MigrationError::CitusMissing), if the
            /// database has no Citus.
            #[must_use]
            pub fn required(mut self) -> Self {
                self.required = true;
                self
            }

            /// The statements of `up`, one per message; none on an engine that cannot have Citus.
            ///
            /// # Errors
            /// [`MigrationError`](crate::MigrationError) if a name is unusable, the step contradicts itself, or it is
            /// required and the engine cannot have Citus.
            pub fn up_sql(
                &self,
                backend: sea_orm_migration::sea_orm::DbBackend,
            ) -> Result<Vec<String>, crate::error::MigrationError> {
                crate::citus::step::Step::sql(self, backend, crate::citus::step::Direction::Up)
            }

            /// The statements of `down`, as [`up_sql`](Self::up_sql).
            ///
            /// # Errors
            /// As [`up_sql`](Self::up_sql).
            pub fn down_sql(
                &self,
                backend: sea_orm_migration::sea_orm::DbBackend,
            ) -> Result<Vec<String>, crate::error::MigrationError> {
                crate::citus::step::Step::sql(self, backend, crate::citus::step::Direction::Down)
            }

            /// Executes the step; without Citus, emits an event at `info`.
            ///
            /// # Errors
            /// A wrapped [`MigrationError`](crate::MigrationError), as [`up_sql`](Self::up_sql), or
            /// [`MigrationError::Citus`](crate::MigrationError::Citus) with the rule that was broken; or an error of
            /// the engine.
            pub async fn up(
                &self,
                manager: &sea_orm_migration::SchemaManager<'_>,
            ) -> Result<(), sea_orm_migration::DbErr> {
                crate::citus::run::run(self, crate::citus::step::Direction::Up, manager).await
            }

            /// Undoes the step; without Citus, emits an event at `info`.
            ///
            /// # Errors
            /// As [`up`](Self::up).
            pub async fn down(
                &self,
                manager: &sea_orm_migration::SchemaManager<'_>,
            ) -> Result<(), sea_orm_migration::DbErr> {
                crate::citus::run::run(self, crate::citus::step::Direction::Down, manager).await
            }
        }
    };
}

pub(crate) use step_methods;
