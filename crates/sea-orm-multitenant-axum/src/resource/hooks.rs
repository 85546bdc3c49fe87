//! What the application adds to the actions of a resource.

use crate::{
    authorize::{Access, Authorizing},
    rejection::TARGET,
    resource::{action::Action, error::ResourceError},
};
use http::request::Parts;
use sea_orm::{EntityTrait, QueryTrait, Select};

type Result<T = ()> = std::result::Result<T, ResourceError>;

type Authorize<E> =
    Box<dyn Fn(Action, &Parts, Option<&<E as EntityTrait>::Model>) -> Authorizing + Send + Sync>;
type Narrow<E> = Box<dyn Fn(Action, &Parts, Select<E>) -> Result<Select<E>> + Send + Sync>;
type Prepare<E> = Box<dyn Fn(Action, &Parts, &mut <E as EntityTrait>::ActiveModel) -> Result + Send + Sync>;
type Validate<E> = Box<dyn Fn(Action, &<E as EntityTrait>::ActiveModel) -> Result + Send + Sync>;

/// The hooks of a resource. All of a kind are called, in the order in which they were added, until one refuses.
pub(super) struct Hooks<E: EntityTrait> {
    pub(super) authorize: Vec<Authorize<E>>,
    pub(super) query: Vec<Narrow<E>>,
    pub(super) prepare: Vec<Prepare<E>>,
    pub(super) validate: Vec<Validate<E>>,
}

impl<E: EntityTrait> Default for Hooks<E> {
    fn default() -> Self {
        Self { authorize: Vec::new(), query: Vec::new(), prepare: Vec::new(), validate: Vec::new() }
    }
}

impl<E: EntityTrait> Hooks<E> {
    /// Asks whether the request may do this with a row, or at all.
    pub(super) async fn authorize(&self, action: Action, request: &Parts, row: Option<&E::Model>) -> Result {
        for hook in &self.authorize {
            let access = hook(action, request, row);
            match access.await {
                Access::Allowed => {}
                Access::Refused => return Err(ResourceError::Forbidden),
                Access::Failed(error) => {
                    tracing::error!(target: TARGET, %error, ?action, "a hook of a resource failed");
                    return Err(ResourceError::Unavailable);
                }
            }
        }
        Ok(())
    }

    /// Narrows a selection to the rows that the request may reach. Which of them are returned, and in which order, is left
    /// to the action.
    pub(super) fn narrowed(&self, action: Action, request: &Parts, select: Select<E>) -> Result<Select<E>> {
        let narrowed = self.query.iter().try_fold(select, |select, hook| hook(action, request, select));
        let mut select = narrowed?;
        QueryTrait::query(&mut select).clear_order_by().reset_limit().reset_offset();
        Ok(select)
    }

    /// Whether the rows are narrowed at all.
    pub(super) fn narrow(&self) -> bool {
        !self.query.is_empty()
    }

    /// Lets the application fill in columns.
    pub(super) fn prepare(&self, action: Action, request: &Parts, row: &mut E::ActiveModel) -> Result {
        self.prepare.iter().try_for_each(|hook| hook(action, request, row))
    }

    /// Validates what would be written.
    pub(super) fn validate(&self, action: Action, row: &E::ActiveModel) -> Result {
        self.validate.iter().try_for_each(|hook| hook(action, row))
    }
}
