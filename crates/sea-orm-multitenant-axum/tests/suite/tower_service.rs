//! The layer around services that are not axum's.

use crate::harness::{answer, by_header, current};
use axum::response::Response;
use http::Request;
use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};
use tower::{Layer, Service, ServiceExt, service_fn};

/// A body type that axum does not know.
struct OwnBody(u8);

fn request(tenant: &str) -> Request<OwnBody> {
    Request::get("/").header("x-tenant", tenant).body(OwnBody(7)).expect("a request")
}

#[tokio::test]
async fn any_service_with_any_body_runs_for_the_tenant() {
    let inner = service_fn(async |request: Request<OwnBody>| {
        let text = format!("{} {}", current(), request.body().0);
        Ok::<_, Infallible>(Response::new(text))
    });
    let service = by_header().await.layer(inner);
    let response = service.clone().oneshot(request("acme")).await.expect("an answer");
    assert_eq!(answer(response).await, (200, "1 7".to_owned()));
    let response = service.oneshot(request("nobody")).await.expect("an answer");
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn an_error_of_the_inner_service_passes_through() {
    let inner = service_fn(async |_: Request<OwnBody>| Err::<Response<String>, _>("broken"));
    let error = by_header().await.layer(inner).oneshot(request("acme")).await.expect_err("broken");
    assert_eq!(error, "broken");
}

/// A service of which each clone must be polled ready before it is called, as tower requires.
struct Strict {
    ready: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self { ready: false }
    }
}

impl Service<Request<OwnBody>> for Strict {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<OwnBody>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called before it was ready");
        // Code that a service runs before its future is polled has the current tenant too.
        ready(Ok(Response::new(current())))
    }
}

#[tokio::test]
async fn the_service_that_was_polled_ready_is_called() {
    let mut service = by_header().await.layer(Strict { ready: false });
    for (tenant, expected) in [("acme", "1"), ("zeta", "2")] {
        let response =
            ServiceExt::<Request<OwnBody>>::ready(&mut service).await.expect("ready").call(request(tenant));
        assert_eq!(answer(response.await.expect("an answer")).await.1, expected);
    }
}
