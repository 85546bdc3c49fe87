//! Streams with a current tenant.

use crate::{ambient::current::with_tenant_sync, tenant_id::TenantId};
use futures_core::Stream;
use pin_project_lite::pin_project;
use std::{
    pin::Pin,
    task::{Context, Poll},
};

pin_project! {
    /// A stream with a current tenant. Made by [`TenantStreamExt::in_tenant`].
    #[derive(Debug)]
    #[must_use = "streams do nothing unless polled"]
    pub struct InTenantStream<S> {
        tenant: TenantId,
        // `None` only after the stream was dropped.
        #[pin]
        stream: Option<S>,
    }

    impl<S> PinnedDrop for InTenantStream<S> {
        // The stream is dropped with its tenant current, as a future is.
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            with_tenant_sync(&*this.tenant, || this.stream.set(None));
        }
    }
}

impl<S: Stream> Stream for InTenantStream<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let Some(stream) = this.stream.as_pin_mut() else { return Poll::Ready(None) };
        with_tenant_sync(&*this.tenant, || stream.poll_next(cx))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.as_ref().map_or((0, Some(0)), Stream::size_hint)
    }
}

/// Polls a stream with a current tenant.
pub trait TenantStreamExt: Stream + Sized {
    /// Wraps this stream so that it is polled with `tenant` as its current tenant, whoever polls it: for a response
    /// body, which is read after its handler has returned.
    ///
    /// Between the items the reader has its own current tenant, or none.
    ///
    /// ```
    /// use futures_util::{StreamExt, stream};
    /// use sea_orm_multitenant::{TenancyError, TenantId, TenantStreamExt, current_tenant};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut lines = stream::iter(0..2).then(async |_| current_tenant()).boxed().in_tenant(42);
    /// while let Some(seen) = lines.next().await {
    ///     assert_eq!(seen, Ok(TenantId::from(42)));
    ///     assert_eq!(current_tenant(), Err(TenancyError::NoTenant));
    /// }
    /// # }
    /// ```
    fn in_tenant(self, tenant: impl Into<TenantId>) -> InTenantStream<Self> {
        InTenantStream { tenant: tenant.into(), stream: Some(self) }
    }
}

impl<S: Stream> TenantStreamExt for S {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{current_tenant, with_tenant};
    use futures_util::{FutureExt, StreamExt, stream};
    use std::{
        panic::AssertUnwindSafe,
        sync::{Arc, Mutex},
    };

    fn current() -> Option<TenantId> {
        current_tenant().ok()
    }

    fn id(tenant: i32) -> Option<TenantId> {
        Some(TenantId::from(tenant))
    }

    /// Yields the current tenant at each of two items.
    fn seen() -> impl Stream<Item = Option<TenantId>> {
        stream::unfold(0, |number| async move {
            tokio::task::yield_now().await;
            (number < 2).then(|| (current(), number + 1))
        })
    }

    #[tokio::test]
    async fn a_stream_is_polled_with_its_tenant_in_any_task() {
        assert_eq!(seen().collect::<Vec<_>>().await, [None, None]);
        assert_eq!(seen().in_tenant(1).collect::<Vec<_>>().await, [id(1), id(1)]);
        with_tenant(2, async {
            let mut stream = Box::pin(seen().in_tenant(1));
            while let Some(seen) = stream.next().await {
                assert_eq!((seen, current()), (id(1), id(2)));
            }
        })
        .await;
        let task = with_tenant_sync(1, || tokio::spawn(seen().in_tenant(2).collect::<Vec<_>>()));
        assert_eq!(task.await.expect("it ends"), [id(2), id(2)]);
    }

    #[tokio::test]
    async fn interleaved_streams_keep_their_own_tenants() {
        let both = stream::select(seen().in_tenant(1), seen().in_tenant(2));
        let mut all: Vec<_> = both.map(|seen| seen.map(|tenant| tenant.to_string())).collect().await;
        all.sort();
        assert_eq!(all, ["1", "1", "2", "2"].map(|tenant| Some(tenant.to_owned())));
    }

    #[tokio::test]
    async fn a_stream_that_panics_restores_the_outer_tenant() {
        with_tenant(1, async {
            let mut broken = stream::poll_fn(|_| -> Poll<Option<()>> { panic!("inside") }).in_tenant(2);
            assert!(AssertUnwindSafe(broken.next()).catch_unwind().await.is_err());
            assert_eq!(current(), id(1));
        })
        .await;
    }

    struct Notes(Arc<Mutex<Option<TenantId>>>);

    impl Drop for Notes {
        fn drop(&mut self) {
            *self.0.lock().expect("no panic") = current();
        }
    }

    #[tokio::test]
    async fn a_stream_is_dropped_with_its_tenant_current() {
        let noted = Arc::default();
        let notes = Notes(Arc::clone(&noted));
        let endless = stream::poll_fn(move |_| {
            let _kept = &notes;
            Poll::<Option<()>>::Pending
        });
        with_tenant(1, async {
            let mut endless = endless.in_tenant(2);
            assert!(endless.next().now_or_never().is_none());
            drop(endless);
            assert_eq!(current(), id(1));
        })
        .await;
        assert_eq!(*noted.lock().expect("no panic"), id(2));
    }

    #[test]
    fn the_size_hint_is_that_of_the_inner_stream() {
        assert_eq!(stream::iter(0..3).in_tenant(1).size_hint(), (3, Some(3)));
    }
}
