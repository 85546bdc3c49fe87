//! Compares a request through the layer with the same request through an empty layer. No database is queried: the
//! tenant is known.
//!
//! Run with `cargo bench -p sea-orm-multitenant-axum`. Compare within one run only: results of different runs vary with
//! the machine's load.

use axum::{Router, body::Body, routing::get};
use divan::{Bencher, black_box};
use http::{HeaderName, Request};
use sea_orm::Database;
use sea_orm_multitenant::{Tenancy, TenantType};
use sea_orm_multitenant_axum::{Cached, Chain, Cookie, Header, Scope, StaticStore, Subdomain, TenantLayer};
use tokio::runtime::{Builder, Runtime};
use tower::{Layer, Service, layer::util::Identity};

fn main() {
    divan::main();
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn tenancy(runtime: &Runtime) -> Tenancy {
    let db = runtime.block_on(Database::connect("sqlite::memory:")).expect("a database");
    let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db);
    tenancy.expect("no conflicts")
}

fn request() -> Request<Body> {
    let request = Request::get("/").header("x-tenant", "tenant7").header("host", "tenant7.example.org");
    request.body(Body::empty()).expect("a request")
}

fn store() -> StaticStore<()> {
    StaticStore::of_ids((0..1_000_i64).map(|id| (format!("tenant{id}"), id)))
}

fn header() -> Header {
    Header::new(HeaderName::from_static("x-tenant"))
}

/// Sends one request at a time through a layer around a router.
fn bench<L>(bencher: Bencher<'_, '_>, runtime: &Runtime, layer: &L)
where
    L: Layer<Router, Service: Service<Request<Body>, Response = axum::response::Response>>,
    <L::Service as Service<Request<Body>>>::Error: std::fmt::Debug,
{
    let mut service = layer.layer(Router::new().route("/", get(async || "hello")));
    bencher.with_inputs(request).bench_local_values(|request| {
        let response = runtime.block_on(service.call(black_box(request))).expect("an answer");
        assert!(response.status().is_success());
        response
    });
}

#[divan::bench]
fn empty_layer(bencher: Bencher<'_, '_>) {
    bench(bencher, &runtime(), &Identity::new());
}

#[divan::bench]
fn header_and_static_map(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    bench(bencher, &runtime, &TenantLayer::new(tenancy(&runtime), header(), store()));
}

#[divan::bench]
fn header_and_cache(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    bench(bencher, &runtime, &TenantLayer::new(tenancy(&runtime), header(), Cached::new(store())));
}

#[divan::bench]
fn chain_of_three_and_cache(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let subdomain = Subdomain::of("example.org").expect("a host");
    let chain = Chain::new().then(Cookie::new("tenant")).then(subdomain).then(header());
    bench(bencher, &runtime, &TenantLayer::new(tenancy(&runtime), chain, Cached::new(store())));
}

/// The same, with a handler that takes the scope and does not use it.
#[divan::bench]
fn header_and_static_map_and_scope(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let layer = TenantLayer::new(tenancy(&runtime), header(), store());
    let take = get(async |Scope(scope): Scope| {
        black_box(scope);
        "hello"
    });
    let mut service = layer.layer(Router::<()>::new().route("/", take));
    bencher.with_inputs(request).bench_local_values(|request| {
        let response = runtime.block_on(Service::<Request<Body>>::call(&mut service, black_box(request)));
        assert!(response.as_ref().is_ok_and(|response| response.status().is_success()));
        response
    });
}
