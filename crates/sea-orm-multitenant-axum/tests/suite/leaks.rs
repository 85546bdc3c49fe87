//! The leaks known from other libraries, by class.

use crate::harness::{
    answer, ask, by_header, current, get_with, insert, project, projects, tenancy, tenant_header, whose,
};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    response::Response,
    routing::get,
};
use futures_util::{StreamExt, stream};
use sea_orm::EntityTrait;
use sea_orm_multitenant::{
    Tenancy, TenancyError, TenantContext, TenantStreamExt, current_tenant, spawn, spawn_blocking,
};
use sea_orm_multitenant_axum::{Policy, Scope, StaticStore, TenantLayer};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};
use tower::ServiceExt;

async fn two_tenants() -> (Tenancy, TenantLayer) {
    let tenancy = tenancy().await;
    insert(&tenancy, "project (id, account_id, name) VALUES (1, 1, 'Apollo'), (2, 2, 'Gemini')").await;
    let layer =
        TenantLayer::new(tenancy.clone(), tenant_header(), StaticStore::of_ids([("acme", 1), ("zeta", 2)]));
    (tenancy, layer)
}

const ACME: &[(&str, &str)] = &[("x-tenant", "acme")];
const ZETA: &[(&str, &str)] = &[("x-tenant", "zeta")];

/// Class 1: the tenant survives into the next request on the same thread and the same service.
#[tokio::test(flavor = "current_thread")]
async fn a_tenant_ends_with_its_request() {
    let app = Router::new()
        .route("/", get(whose))
        .route("/panic", get(async || -> String { panic!("in the handler of {}", current()) }))
        .layer(by_header().await.policy(Policy::default().allow_missing_below("/")));
    for _ in 0..3 {
        assert_eq!(ask(&app, get_with("/", ACME)).await.1, "1");
        assert_eq!(ask(&app, get_with("/", &[])).await.1, "none");
        let panicking = tokio::spawn(app.clone().oneshot(get_with("/panic", ZETA)));
        assert!(panicking.await.is_err());
        assert_eq!(ask(&app, get_with("/", &[])).await.1, "none");
        assert_eq!(ask(&app, get_with("/", &[("x-tenant", "nobody")])).await.0, 404);
        assert_eq!(current_tenant(), Err(TenancyError::NoTenant));
    }
}

/// Class 1: nothing remains of a request whose client disconnects either.
#[tokio::test(flavor = "current_thread")]
async fn a_tenant_ends_with_a_cancelled_request() {
    let endless = get(async || -> String { std::future::pending().await });
    let app = Router::new().route("/", endless).layer(by_header().await);
    let request = app.oneshot(get_with("/", ACME));
    assert!(tokio::time::timeout(std::time::Duration::from_millis(10), request).await.is_err());
    assert_eq!(current_tenant(), Err(TenancyError::NoTenant));
}

/// Classes 2 and 26: a worker keeps the last job's tenant; a job without a request has a tenant.
#[tokio::test]
async fn a_job_carries_its_tenant_and_the_worker_keeps_none() {
    let (tenancy, layer) = two_tenants().await;
    let (queue, mut jobs) = tokio::sync::mpsc::channel::<Option<TenantContext>>(8);
    let worker = tokio::spawn(async move {
        let mut done = Vec::new();
        while let Some(job) = jobs.recv().await {
            let work = async {
                let scope = tenancy.current().map_err(|error| error.to_string())?;
                let rows = project::Entity::find().all(&scope).await.map_err(|error| error.to_string())?;
                Ok::<_, String>(rows[0].name.clone())
            };
            done.push(match job {
                Some(context) => context.run(work).await,
                None => work.await,
            });
        }
        done
    });
    let enqueue = async |State(queue): State<tokio::sync::mpsc::Sender<Option<TenantContext>>>| {
        queue.send(TenantContext::current().ok()).await.map_err(|error| error.to_string())
    };
    let app = Router::new()
        .route("/", get(enqueue))
        .layer(layer.policy(Policy::default().allow_missing("/")))
        .with_state(queue);
    for headers in [ACME, &[], ZETA, &[]] {
        assert_eq!(ask(&app, get_with("/", headers)).await.0, 200);
    }
    drop(app);
    let done = worker.await.expect("it ends");
    let none = Err(TenancyError::NoTenant.to_string());
    assert_eq!(done, [Ok("Apollo".to_owned()), none.clone(), Ok("Gemini".to_owned()), none]);
}

/// Class 3: a child task loses the tenant and runs without one. Here it has none, or by `spawn` its parent's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_task_has_its_parents_tenant_or_none() {
    let handler = async |State(tenancy): State<Tenancy>| {
        let bare = tokio::spawn(async move { tenancy.current().map(|scope| scope.tenant().to_string()) });
        let carried = spawn(async { current() });
        let blocking = spawn_blocking(current);
        let (bare, carried, blocking) = tokio::join!(bare, carried, blocking);
        let bare = bare.expect("it ends").unwrap_or_else(|error| error.to_string());
        format!("{bare} | {} | {}", carried.expect("it ends"), blocking.expect("it ends"))
    };
    let (tenancy, layer) = two_tenants().await;
    let app = Router::new().route("/", get(handler)).layer(layer).with_state(tenancy);
    let expected = format!("{} | 2 | 2", TenancyError::NoTenant);
    assert_eq!(ask(&app, get_with("/", ZETA)).await, (200, expected));
}

/// Class 4: an exception for one request without a tenant applies to all. Here requests of both kinds alternate.
#[tokio::test(flavor = "current_thread")]
async fn a_request_without_tenant_does_not_affect_concurrent_requests() {
    let slow = async |scope: Option<Scope>| {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        format!("{} {}", scope.map_or("none".to_owned(), |scope| scope.tenant().to_string()), current())
    };
    let policy = Policy::default().allow_missing("/public").exclude("/excluded");
    let app = Router::new()
        .route("/public", get(slow))
        .route("/excluded", get(slow))
        .route("/", get(slow))
        .layer(by_header().await.policy(policy));
    let (public, excluded, acme, zeta, missing) = tokio::join!(
        ask(&app, get_with("/public", &[])),
        ask(&app, get_with("/excluded", ACME)),
        ask(&app, get_with("/", ACME)),
        ask(&app, get_with("/", ZETA)),
        ask(&app, get_with("/", &[])),
    );
    assert_eq!([public.1, excluded.1, acme.1, zeta.1], ["none none", "none none", "1 1", "2 2"]);
    assert_eq!(missing.0, 400);
}

/// A body that runs its query when it is polled, long after the handler has returned.
struct Lazy(Pin<Box<dyn Future<Output = String> + Send>>, bool);

impl http_body::Body for Lazy {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        if self.1 {
            return Poll::Ready(None);
        }
        let text = std::task::ready!(self.0.as_mut().poll(cx));
        self.1 = true;
        Poll::Ready(Some(Ok(http_body::Frame::data(text.into()))))
    }
}

/// Class 9: a lazy query runs outside its scope. Here the scope contains its tenant, and there is no other one outside.
#[tokio::test(flavor = "current_thread")]
async fn a_lazily_read_body_has_the_tenant_of_its_scope() {
    let handler = async |Scope(scope): Scope| {
        let query = async move {
            let rows = project::Entity::find().all(&scope).await.expect("it answers");
            format!("{} {}", rows[0].name, current())
        };
        Response::new(Body::new(Lazy(Box::pin(query), false)))
    };
    let (_, layer) = two_tenants().await;
    let app = Router::new().route("/", get(handler)).route("/now", get(projects)).layer(layer);
    let acme = app.clone().oneshot(get_with("/", ACME)).await.expect("an answer");
    let zeta = app.clone().oneshot(get_with("/", ZETA)).await.expect("an answer");
    assert_eq!(ask(&app, get_with("/now", ZETA)).await.1, "2 Gemini");
    assert_eq!(answer(zeta).await.1, "Gemini none");
    assert_eq!(answer(acme).await.1, "Apollo none");
}

/// Class 9: code in a streamed body uses the current tenant. It is an error, or the stream's own tenant.
#[tokio::test(flavor = "current_thread")]
async fn a_streamed_body_has_the_tenant_it_was_given() {
    let lines = |tenancy: Tenancy| {
        stream::once(async move {
            let scope = tenancy.current().map_err(|error| error.to_string())?;
            let rows = project::Entity::find().all(&scope).await.map_err(|error| error.to_string())?;
            Ok::<_, String>(rows[0].name.clone())
        })
        .map(|line| Ok::<_, Infallible>(line.unwrap_or_else(|error| error)))
    };
    let bare = async move |State(tenancy): State<Tenancy>| Body::from_stream(lines(tenancy));
    let carried = async move |State(tenancy): State<Tenancy>, scope: Scope| {
        Body::from_stream(lines(tenancy).in_tenant(scope.tenant()))
    };
    let (tenancy, layer) = two_tenants().await;
    let app = Router::new().route("/bare", get(bare)).route("/", get(carried)).layer(layer);
    let app = app.with_state(tenancy);
    let acme = app.clone().oneshot(get_with("/", ACME)).await.expect("an answer");
    let zeta = app.clone().oneshot(get_with("/", ZETA)).await.expect("an answer");
    assert_eq!(answer(zeta).await.1, "Gemini");
    assert_eq!(answer(acme).await.1, "Apollo");
    assert_eq!(ask(&app, get_with("/bare", ACME)).await.1, TenancyError::NoTenant.to_string());
}

/// A nested layer: the inner tenant applies inside, and if there is none, the outer scope is hidden.
#[tokio::test]
async fn a_nested_layer_does_not_fall_back_to_the_outer_tenant() {
    let (_, outer) = two_tenants().await;
    let inner = outer.clone().policy(Policy::default().exclude("/none"));
    let handler =
        async |scope: Option<Scope>| scope.map_or("none".to_owned(), |scope| scope.tenant().to_string());
    let app = Router::new().route("/none", get(handler)).route("/", get(handler)).layer(inner).layer(outer);
    assert_eq!(ask(&app, get_with("/", ACME)).await.1, "1");
    assert_eq!(ask(&app, get_with("/none", ACME)).await.1, "none");
}
