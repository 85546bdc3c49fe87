//! Many requests of many tenants at once, over real sockets.

use crate::harness::{account, get_with, insert, projects, tenancy_over, tenant_header};
use axum::{Router, routing::get};
use http::StatusCode;
use http_body_util::BodyExt;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use sea_orm_multitenant_axum::{Cached, EntityCatalog, TenantLayer};
use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};
use tokio::net::{TcpListener, TcpStream};

const TENANTS: usize = 1_000;
const REQUESTS: usize = 10_000;
const CONNECTIONS: usize = 200;
/// Every eleventh request names no tenant or a wrong one, on the same connections.
const WRONG_EACH: usize = 11;

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
    let catalog = EntityCatalog::<account::Entity>::new(&tenancy, account::Column::Name).expect("the root");
    let layer = TenantLayer::new(tenancy, tenant_header(), Cached::new(catalog));
    let app = Router::new().route("/projects", get(projects)).layer(layer);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Sends every request of one connection, one after the other, and checks each answer. How many tenants' answers.
async fn connection(address: SocketAddr, requests: impl Iterator<Item = usize>) -> usize {
    let stream = TcpStream::connect(address).await.expect("it listens");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
    tokio::spawn(connection);
    let mut own = 0;
    for number in requests {
        let tenant = (number * 7919) % TENANTS + 1;
        let name = format!("tenant{tenant}");
        let wrong = number % WRONG_EACH == 0;
        let headers: &[(&str, &str)] = match number % (2 * WRONG_EACH) {
            0 => &[],
            WRONG_EACH => &[("x-tenant", "nobody")],
            _ => &[("x-tenant", &name)],
        };
        sender.ready().await.expect("it stays open");
        let response = sender.send_request(get_with("/projects", headers)).await.expect("an answer");
        let status = response.status();
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        let body = std::str::from_utf8(&body).expect("text");
        if wrong {
            assert!(status.is_client_error() && !body.contains("first of"), "{status} {body}");
        } else {
            assert_eq!(status, StatusCode::OK, "{body}");
            assert_eq!(body, format!("{tenant} first of {tenant}\n{tenant} second of {tenant}"));
            own += 1;
        }
    }
    own
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_requests_of_a_thousand_tenants_get_their_own_rows_only() {
    let directory = tempfile::tempdir().expect("a directory");
    let address = serve(&directory.path().join("load.sqlite")).await;
    let began = Instant::now();
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|client| tokio::spawn(connection(address, (client..REQUESTS).step_by(CONNECTIONS))))
        .collect();
    let mut own = 0;
    for client in clients {
        own +=
            tokio::time::timeout(Duration::from_secs(60), client).await.expect("in time").expect("all right");
    }
    assert_eq!(own, REQUESTS - REQUESTS.div_ceil(WRONG_EACH));
    println!(
        "{REQUESTS} requests of {TENANTS} tenants over {CONNECTIONS} connections in {:?}",
        began.elapsed()
    );
}
