//! Many concurrent requests of many tenants, over real sockets.

use crate::harness::{account, current, get_with, insert, projects, tenancy_over, tenant_header};
use axum::{
    Router,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use http_body_util::BodyExt;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use sea_orm_multitenant_axum::{Cached, EntityStore, Scope, TenantLayer};
use std::{
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Barrier,
};

const TENANTS: usize = 1_000;
/// The number of requests that are inside their tenant at the same moment.
const REQUESTS: usize = 10_000;
/// The number of requests that name no tenant or a wrong one, on the same connections.
const WRONG: usize = 1_000;
/// The number of HTTP/2 connections, which share the requests.
const CONNECTIONS: usize = 100;
const PATIENCE: Duration = Duration::from_secs(240);

/// Waits until the requests of all tenants have arrived, then reads its own tenant's rows.
async fn projects_of_all_at_once(State(all): State<Arc<Barrier>>, scope: Scope) -> Response {
    all.wait().await;
    let tenant = scope.tenant().to_string();
    if tenant != current() {
        return format!("scope {tenant}, current {}", current()).into_response();
    }
    projects(scope).await
}

async fn serve(database: &Path) -> SocketAddr {
    let tenancy = tenancy_over(&format!("sqlite://{}?mode=rwc", database.display()), 8).await;
    let accounts: Vec<_> = (1..=TENANTS).map(|id| format!("({id}, 'tenant{id}', 0)")).collect();
    insert(&tenancy, &format!("account (id, name, suspended) VALUES {}", accounts.join(", "))).await;
    let projects_of_all: Vec<_> = (1..=TENANTS)
        .flat_map(|id| {
            [format!("({id}, {id}, 'first of {id}')"), format!("({}, {id}, 'second of {id}')", id + TENANTS)]
        })
        .collect();
    insert(&tenancy, &format!("project (id, account_id, name) VALUES {}", projects_of_all.join(", "))).await;
    let store = EntityStore::<account::Entity>::new(&tenancy, account::Column::Name).expect("the root");
    let layer = TenantLayer::new(tenancy, tenant_header(), Cached::new(store));
    let app = Router::new()
        .route("/projects", get(projects_of_all_at_once))
        .layer(layer)
        .with_state(Arc::new(Barrier::new(REQUESTS)));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn connect(address: SocketAddr) -> SendRequest<Body> {
    let stream = TcpStream::connect(address).await.expect("it listens");
    let (sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    tokio::spawn(connection);
    sender
}

async fn ask(mut connection: SendRequest<Body>, headers: &[(&str, &str)]) -> (StatusCode, String) {
    let request = get_with("http://127.0.0.1/projects", headers);
    let response = connection.send_request(request).await.expect("an answer");
    let status = response.status();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

async fn ask_as_a_tenant(connection: SendRequest<Body>, number: usize) {
    let tenant = (number * 7919) % TENANTS + 1;
    let name = format!("tenant{tenant}");
    let answer = ask(connection, &[("x-tenant", &name)]).await;
    assert_eq!(answer, (StatusCode::OK, format!("{tenant} first of {tenant}\n{tenant} second of {tenant}")));
}

async fn ask_wrongly(connection: SendRequest<Body>, number: usize) {
    let (headers, expected) = match number % 2 {
        0 => (&[][..], StatusCode::BAD_REQUEST),
        _ => (&[("x-tenant", "nobody")][..], StatusCode::NOT_FOUND),
    };
    let (status, body) = ask(connection, headers).await;
    assert_eq!(status, expected);
    assert!(!body.contains("first of"), "{body}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_concurrent_requests_get_only_their_tenants_rows() {
    let directory = tempfile::tempdir().expect("a directory");
    let address = serve(&directory.path().join("load.sqlite")).await;
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(connect(address).await);
    }
    let connection = |number: usize| connections[number % CONNECTIONS].clone();
    let began = Instant::now();
    let mut requests: Vec<_> =
        (0..WRONG).map(|number| tokio::spawn(ask_wrongly(connection(number), number))).collect();
    requests.extend((0..REQUESTS).map(|number| tokio::spawn(ask_as_a_tenant(connection(number), number))));
    for request in requests {
        tokio::time::timeout(PATIENCE, request).await.expect("in time").expect("all right");
    }
    println!("{REQUESTS} requests of {TENANTS} tenants at once in {:?}", began.elapsed());
}
