//! The current tenant, for code that the request's tenant is not passed to.
//!
//! It is a tokio task-local: it follows a future wherever the future is polled, ends with it, and is not inherited by
//! spawned tasks. It is used only to make scopes; a scope stores its tenant by value.

use crate::{
    borrowed::Borrowed, error::TenancyError, scope::TenantScope, tenancy::Tenancy, tenant_id::TenantId,
};
use pin_project_lite::pin_project;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use std::{
    pin::Pin,
    task::{Context, Poll},
};
use tokio::task::{JoinHandle, futures::TaskLocalFuture};

tokio::task_local! {
    /// `None` within [`without_tenant`], which hides the tenant of the code around it.
    static CURRENT: Option<TenantId>;
}

pin_project! {
    /// A future with a current tenant, or with none. Made by [`with_tenant`], [`without_tenant`] and
    /// [`TenantFutureExt::in_tenant`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct InTenant<F> {
        #[pin]
        future: TaskLocalFuture<Option<TenantId>, F>,
    }
}

impl<F: Future> Future for InTenant<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

/// Runs `future` with `tenant` as its current tenant.
///
/// In a nested `with_tenant` the inner tenant applies until the inner future completes, is dropped or panics; then the
/// outer tenant applies again. A task that the future spawns has no current tenant, unless it is spawned with
/// [`spawn`].
///
/// ```
/// use sea_orm_multitenant::{TenancyError, TenantId, current_tenant, with_tenant};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// with_tenant(1, async {
///     let inner = with_tenant(2, async { current_tenant() }).await;
///     assert_eq!(inner, Ok(TenantId::from(2)));
///     assert_eq!(current_tenant(), Ok(TenantId::from(1)));
/// })
/// .await;
/// assert_eq!(current_tenant(), Err(TenancyError::NoTenant));
/// # }
/// ```
pub fn with_tenant<F: Future>(tenant: impl Into<TenantId>, future: F) -> InTenant<F> {
    InTenant { future: CURRENT.scope(Some(tenant.into()), future) }
}

/// Runs `future` without a current tenant, even inside [`with_tenant`]: for work that belongs to no tenant but may be
/// started while one is current.
///
/// ```
/// use sea_orm_multitenant::{TenancyError, TenantId, current_tenant, with_tenant, without_tenant};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// with_tenant(1, async {
///     assert_eq!(without_tenant(async { current_tenant() }).await, Err(TenancyError::NoTenant));
///     assert_eq!(current_tenant(), Ok(TenantId::from(1)));
/// })
/// .await;
/// # }
/// ```
pub fn without_tenant<F: Future>(future: F) -> InTenant<F> {
    InTenant { future: CURRENT.scope(None, future) }
}

/// Runs `work`, a synchronous closure, with `tenant` as its current tenant.
///
/// ```
/// use sea_orm_multitenant::{TenantId, current_tenant, with_tenant_sync};
///
/// assert_eq!(with_tenant_sync(1, current_tenant), Ok(TenantId::from(1)));
/// ```
pub fn with_tenant_sync<R>(tenant: impl Into<TenantId>, work: impl FnOnce() -> R) -> R {
    CURRENT.sync_scope(Some(tenant.into()), work)
}

/// Returns the current tenant.
///
/// # Errors
/// [`TenancyError::NoTenant`] outside of [`with_tenant`] and the functions like it, and inside [`without_tenant`].
pub fn current_tenant() -> Result<TenantId, TenancyError> {
    CURRENT.try_with(Option::clone).ok().flatten().ok_or(TenancyError::NoTenant)
}

/// Runs a future with a current tenant.
pub trait TenantFutureExt: Future + Sized {
    /// Wraps this future so that it runs with `tenant` as its current tenant, as [`with_tenant`] does.
    ///
    /// ```
    /// use sea_orm_multitenant::{TenantFutureExt, TenantId, current_tenant};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tokio::task::JoinError> {
    /// let job = tokio::spawn(async { current_tenant() }.in_tenant("acme"));
    /// assert_eq!(job.await?, Ok(TenantId::from("acme")));
    /// # Ok(())
    /// # }
    /// ```
    fn in_tenant(self, tenant: impl Into<TenantId>) -> InTenant<Self> {
        with_tenant(tenant, self)
    }
}

impl<F: Future> TenantFutureExt for F {}

/// Spawns a task that has the caller's current tenant; if the caller has none, the task has none.
///
/// # Panics
/// Outside of a tokio runtime, as [`tokio::spawn`] does.
///
/// ```
/// use sea_orm_multitenant::{TenancyError, TenantId, current_tenant, spawn, with_tenant};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tokio::task::JoinError> {
/// let task = with_tenant(1, async { spawn(async { current_tenant() }) }).await;
/// assert_eq!(task.await?, Ok(TenantId::from(1)));
/// assert_eq!(spawn(async { current_tenant() }).await?, Err(TenancyError::NoTenant));
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    match current_tenant() {
        Ok(tenant) => tokio::spawn(with_tenant(tenant, future)),
        Err(_) => tokio::spawn(future),
    }
}

/// Runs `work` on a thread for blocking work, with the caller's current tenant.
///
/// # Panics
/// Outside of a tokio runtime, as [`tokio::task::spawn_blocking`] does.
///
/// ```
/// use sea_orm_multitenant::{TenantId, current_tenant, spawn_blocking, with_tenant};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tokio::task::JoinError> {
/// let task = with_tenant(1, async { spawn_blocking(current_tenant) }).await;
/// assert_eq!(task.await?, Ok(TenantId::from(1)));
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn spawn_blocking<W, R>(work: W) -> JoinHandle<R>
where
    W: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    match current_tenant() {
        Ok(tenant) => tokio::task::spawn_blocking(move || with_tenant_sync(tenant, work)),
        Err(_) => tokio::task::spawn_blocking(work),
    }
}

impl Tenancy {
    /// Makes the scope of the current tenant, over this tenancy's connection pool.
    ///
    /// The scope keeps its tenant, whatever tenant is current later.
    ///
    /// # Errors
    /// [`TenancyError::NoTenant`] where no tenant is current; otherwise as [`scope`](Self::scope).
    ///
    /// ```
    /// use sea_orm::Database;
    /// use sea_orm_multitenant::{Tenancy, TenancyError, TenantId, with_tenant};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
    /// let scope = with_tenant(42, async { tenancy.current() }).await?;
    /// assert_eq!(scope.tenant(), &TenantId::from(42));
    /// assert_eq!(tenancy.current().err(), Some(TenancyError::NoTenant));
    /// # Ok(())
    /// # }
    /// ```
    pub fn current(&self) -> Result<TenantScope<DatabaseConnection>, TenancyError> {
        self.scope(current_tenant()?)
    }

    /// Makes the scope of the current tenant, over a connection or transaction that the caller keeps.
    ///
    /// # Errors
    /// As [`current`](Self::current).
    pub fn current_on<'a, C: ConnectionTrait>(
        &self,
        connection: &'a C,
    ) -> Result<TenantScope<Borrowed<'a, C>>, TenancyError> {
        self.scope_on(connection, current_tenant()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::{panic::AssertUnwindSafe, time::Duration};

    fn current() -> Option<TenantId> {
        current_tenant().ok()
    }

    fn id(tenant: i32) -> Option<TenantId> {
        Some(TenantId::from(tenant))
    }

    #[tokio::test]
    async fn a_tenant_is_current_only_inside() {
        assert_eq!(current(), None);
        assert_eq!(with_tenant(1, async { current() }).await, id(1));
        assert_eq!(current(), None);
    }

    #[tokio::test]
    async fn a_panic_restores_the_outer_tenant() {
        with_tenant(1, async {
            let inner = tokio::spawn(with_tenant(2, async { panic!("inside") }));
            assert!(inner.await.is_err());
            let caught =
                std::panic::catch_unwind(AssertUnwindSafe(|| with_tenant_sync(2, || panic!("inside"))));
            assert!(caught.is_err());
            assert_eq!(current(), id(1));
        })
        .await;
        assert_eq!(current(), None);
    }

    #[tokio::test]
    async fn a_panic_between_two_awaits_restores_the_outer_tenant_of_the_same_task() {
        with_tenant(1, async {
            let inner = with_tenant(2, async {
                tokio::task::yield_now().await;
                panic!("inside of {:?}", current());
            });
            assert!(AssertUnwindSafe(inner).catch_unwind().await.is_err());
            assert_eq!(current(), id(1));
            tokio::task::yield_now().await;
            assert_eq!(current(), id(1));
        })
        .await;
    }

    #[tokio::test]
    async fn a_cancelled_future_restores_the_outer_tenant() {
        with_tenant(1, async {
            let endless = with_tenant(2, std::future::pending::<()>());
            assert!(tokio::time::timeout(Duration::from_millis(5), endless).await.is_err());
            assert_eq!(current(), id(1));
        })
        .await;
    }

    #[tokio::test]
    async fn tasks_spawned_within_without_tenant_have_no_tenant() {
        with_tenant(1, async {
            let inside = without_tenant(async {
                tokio::task::yield_now().await;
                let spawned = spawn(async { current() }).await.expect("it ends");
                let blocking = spawn_blocking(current).await.expect("it ends");
                let again = with_tenant(2, async { current() }).await;
                (current(), spawned, blocking, again)
            });
            assert_eq!(inside.await, (None, None, None, id(2)));
            assert_eq!(current(), id(1));
        })
        .await;
    }

    #[tokio::test]
    async fn futures_interleaved_on_one_thread_keep_their_own_tenants() {
        let turn = |tenant: i32| {
            with_tenant(tenant, async move {
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                    assert_eq!(current(), id(tenant));
                }
            })
        };
        tokio::join!(turn(1), turn(2), turn(3));
        assert_eq!(current(), None);
    }

    #[tokio::test]
    async fn a_future_created_inside_and_awaited_outside_has_no_tenant() {
        let made = with_tenant_sync(1, || async { current() });
        assert_eq!(made.await, None);
    }

    #[tokio::test]
    async fn a_task_spawned_with_tokio_spawn_has_no_tenant() {
        let task = with_tenant_sync(1, || tokio::spawn(async { current() }));
        assert_eq!(task.await.expect("it ends"), None);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_thousand_tasks_on_two_threads_keep_their_own_tenants() {
        let tasks: Vec<_> = (0..1_000)
            .map(|tenant| {
                tokio::spawn(with_tenant(tenant, async move {
                    tokio::task::yield_now().await;
                    let child = spawn(async { current() });
                    (current() == id(tenant)) && child.await.expect("it ends") == id(tenant)
                }))
            })
            .collect();
        for task in tasks {
            assert!(task.await.expect("it ends"));
        }
    }
}
