//! The declaration of a resource.

use crate::{
    authorize::{Access, Authorizing},
    rejection::TARGET,
    resource::{
        action::Action, answer::answer, declared::Resource, entity::ResourceEntity, error::ResourceError,
        key, settings::Settings,
    },
};
use axum::{
    Router,
    extract::Request,
    response::IntoResponse,
    routing::{MethodFilter, MethodRouter, any, on},
};
use http::request::Parts;
use sea_orm::Select;
use std::{fmt, num::NonZeroU32, sync::Arc};

#[doc = include_str!("../docs/resource.md")]
pub struct TenantResource<E: ResourceEntity> {
    settings: Settings<E>,
}

impl<E: ResourceEntity> TenantResource<E> {
    /// Creates the resource with all actions, no filters, and the primary key as the only order.
    #[must_use]
    pub fn new() -> Self {
        Self { settings: Settings::default() }
    }

    /// Sets the actions, instead of all of them.
    ///
    /// ```
    /// use sea_orm_multitenant_axum::{Action, ResourceEntity, TenantResource};
    ///
    /// fn read_only<E: ResourceEntity>() -> TenantResource<E> {
    ///     TenantResource::new().actions([Action::List, Action::Get])
    /// }
    /// ```
    #[must_use]
    pub fn actions(mut self, actions: impl IntoIterator<Item = Action>) -> Self {
        self.settings.actions = actions.into_iter().collect();
        self
    }

    /// Declares columns that lists can be filtered by.
    #[must_use]
    pub fn filter_by(mut self, columns: impl IntoIterator<Item = E::Column>) -> Self {
        self.settings.filter_by.extend(columns);
        self
    }

    /// Declares columns that lists can be ordered by, in addition to the primary key.
    #[must_use]
    pub fn order_by(mut self, columns: impl IntoIterator<Item = E::Column>) -> Self {
        self.settings.order_by.extend(columns);
        self
    }

    /// Declares columns that clients see and cannot write.
    #[must_use]
    pub fn read_only(mut self, columns: impl IntoIterator<Item = E::Column>) -> Self {
        self.settings.read_only.extend(columns);
        self
    }

    /// Declares columns that clients neither see nor write, such as the hash of a password.
    #[must_use]
    pub fn hidden(mut self, columns: impl IntoIterator<Item = E::Column>) -> Self {
        self.settings.hidden.extend(columns);
        self
    }

    /// Adds the tenant column to answers.
    #[must_use]
    pub fn with_tenant_column(mut self) -> Self {
        self.settings.with_tenant = true;
        self
    }

    /// Sets the number of rows of a page, if the request does not tell, and the largest that it can ask for. By default
    /// 50 and 100.
    #[must_use]
    pub fn page_size(mut self, usual: NonZeroU32, most: NonZeroU32) -> Self {
        self.settings.limits.page_size = usual;
        self.settings.limits.max_page_size = most;
        self
    }

    /// Sets how many filters one request can have. By default 10.
    #[must_use]
    pub fn max_filters(mut self, most: usize) -> Self {
        self.settings.limits.max_filters = most;
        self
    }

    /// Sets how many bytes a body can have. By default 262,144 (256 KiB). axum's `DefaultBodyLimit` applies too.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.settings.limits.max_body = bytes;
        self
    }

    /// Sets the secret by which cursors are authenticated; the same in all processes of the application.
    ///
    /// Without one a cursor is only protected against mistakes: a client can make its own. It then reaches no row that
    /// the list would not show, but it compares values of the columns that lists can be ordered by.
    #[must_use]
    pub fn cursor_key(mut self, secret: impl Into<Vec<u8>>) -> Self {
        self.settings.cursor_key = secret.into();
        self
    }

    /// Adds a hook that is asked whether the request may do this: for [`Action::List`] and [`Action::Create`] without a
    /// row, for the other actions with the row as it is before. If not, the answer is 403. All hooks must allow it.
    ///
    /// The hook takes what it needs from the request and the row, and returns a future that no longer borrows them, of
    /// a `bool` or an [`Access`].
    #[must_use]
    pub fn authorize<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(Action, &Parts, Option<&E::Model>) -> R + Send + Sync + 'static,
        R: Future<Output: Into<Access>> + Send + 'static,
    {
        self.settings.hooks.authorize.push(Box::new(move |action, request, row| -> Authorizing {
            let access = hook(action, request, row);
            Box::pin(async move { access.await.into() })
        }));
        self
    }

    /// Adds a hook that narrows the rows that the request reaches, for every action. A row outside is answered with 404.
    /// A new or changed row must be inside, or the answer is 403 and nothing is written.
    ///
    /// An order, a limit or an offset that the hook sets has no effect.
    #[must_use]
    pub fn query<F>(mut self, hook: F) -> Self
    where
        F: Fn(Action, &Parts, Select<E>) -> Result<Select<E>, ResourceError> + Send + Sync + 'static,
    {
        self.settings.hooks.query.push(Box::new(hook));
        self
    }

    /// Adds a hook that sets columns of a row before it is inserted or updated, such as its author. It runs after the
    /// body was read into the row, and before [`validate`](Self::validate).
    ///
    /// A value for the tenant column has no effect on a new row. Setting a column of the key, or the tenant column, of an
    /// existing row is answered with 500.
    #[must_use]
    pub fn prepare<F>(mut self, hook: F) -> Self
    where
        F: Fn(Action, &Parts, &mut E::ActiveModel) -> Result<(), ResourceError> + Send + Sync + 'static,
    {
        self.settings.hooks.prepare.push(Box::new(hook));
        self
    }

    /// Adds a hook that validates a row before it is inserted, updated or deleted. Of an existing row the columns that
    /// the request does not write are `Unchanged`.
    #[must_use]
    pub fn validate<F>(mut self, hook: F) -> Self
    where
        F: Fn(Action, &E::ActiveModel) -> Result<(), ResourceError> + Send + Sync + 'static,
    {
        self.settings.hooks.validate.push(Box::new(hook));
        self
    }

    /// Sets how errors of the resource are answered, instead of with their own bodies.
    #[must_use]
    pub fn respond_with<F, R>(mut self, respond: F) -> Self
    where
        F: Fn(ResourceError) -> R + Send + Sync + 'static,
        R: IntoResponse,
    {
        self.settings.respond = Some(Box::new(move |error| respond(error).into_response()));
        self
    }

    /// Describes the resource for OpenAPI, as it is served below a path such as `/projects`.
    ///
    /// The schemas are `{table}` for answers and `{table}_create`, `{table}_replace` and `{table}_update` for bodies.
    /// Merge it with the application's own description. Errors are described in their own form, whatever
    /// [`respond_with`](Self::respond_with) makes of them.
    ///
    /// ```
    /// use sea_orm_multitenant_axum::TenantResource;
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
    ///         pub id: i32,
    ///         pub account_id: i64,
    ///         pub title: String,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let described = TenantResource::<project::Entity>::new().openapi("/projects");
    /// let paths: Vec<_> = described.paths.paths.keys().collect();
    /// assert_eq!(paths, ["/projects", "/projects/{project_id}"]);
    /// assert!(!described.to_json()?.contains("account_id"));
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "utoipa")]
    pub fn openapi(&self, path: &str) -> utoipa::openapi::OpenApi {
        super::openapi::describe(&self.settings, path)
    }

    /// Makes the routes: the collection at `/`, and a row at `/{key}`, with one segment for each column of the primary
    /// key except the tenant column. Nest it where the collection is to be, inside of a
    /// [`TenantLayer`](crate::TenantLayer).
    ///
    /// Declarations that are wrong, such as a filter by the tenant column, are logged here at `error`; every request is
    /// then answered with 500.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        match Resource::of(self.settings) {
            Ok(resource) => routes(resource),
            Err(mistakes) => {
                let table = E::default();
                tracing::error!(
                    target: TARGET,
                    table = table.table_name(),
                    "a `TenantResource` is declared wrongly: {}",
                    mistakes.join("; "),
                );
                let refuse = || any(async || ResourceError::Failed);
                Router::new().route("/", refuse()).route("/{*key}", refuse())
            }
        }
    }
}

fn routes<E: ResourceEntity, S: Clone + Send + Sync + 'static>(resource: Resource<E>) -> Router<S> {
    let row = key::pattern(&resource.fields);
    let resource = Arc::new(resource);
    let collection = [(MethodFilter::GET, Action::List), (MethodFilter::POST, Action::Create)];
    let of_row = [
        (MethodFilter::GET, Action::Get),
        (MethodFilter::PUT, Action::Replace),
        (MethodFilter::PATCH, Action::Update),
        (MethodFilter::DELETE, Action::Delete),
    ];
    let with = |router: Router<S>, path: &str, methods: &[(MethodFilter, Action)]| {
        let methods = methods.iter().filter(|(_, action)| resource.allows(*action));
        let handlers = methods.map(|(method, action)| handler(&resource, *method, *action));
        match handlers.reduce(MethodRouter::merge) {
            Some(handlers) => router.route(path, handlers),
            None => router,
        }
    };
    with(with(Router::new(), "/", &collection), &row, &of_row)
}

fn handler<E: ResourceEntity, S: Clone + Send + Sync + 'static>(
    resource: &Arc<Resource<E>>,
    method: MethodFilter,
    action: Action,
) -> MethodRouter<S> {
    let resource = Arc::clone(resource);
    on(method, move |request: Request| {
        let resource = Arc::clone(&resource);
        async move { answer(&resource, action, request).await }
    })
}

impl<E: ResourceEntity> Default for TenantResource<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: ResourceEntity> fmt::Debug for TenantResource<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = E::default();
        f.debug_struct("TenantResource").field("table", &table.table_name()).finish_non_exhaustive()
    }
}
