//! Two tenants over a real socket.

use ::http::{Request, StatusCode};
use actix_example::{entity::*, handlers::configure, tenants::Tenants};
use actix_web::{App, HttpServer, web::Data};
use http_body_util::{BodyExt, Full};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, Schema};
use sea_orm_multitenant::Tenancy;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Serves two accounts on a free port.
async fn serve() -> SocketAddr {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let tenancy = Tenancy::new(Database::connect(options).await.expect("a database")).expect("no conflicts");
    let db = tenancy.unscoped("create the tables and two accounts");
    let schema = Schema::new(db.get_database_backend());
    db.execute(&schema.create_table_from_entity(account::Entity)).await.expect("a table");
    db.execute(&schema.create_table_from_entity(project::Entity)).await.expect("a table");
    db.execute_unprepared("INSERT INTO account VALUES (1, 'acme'), (2, 'zeta'), (3, 'admin')")
        .await
        .expect("rows");

    let tenants = Data::new(Tenants::new(tenancy).expect("a catalogue"));
    let server = HttpServer::new(move || App::new().configure(|config| configure(config, tenants.clone())));
    let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).expect("a port");
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    address
}

/// A request to a host, with headers `x-tenant`.
async fn ask(
    address: SocketAddr,
    host: &str,
    tenants: &[&str],
    path: &str,
    body: Option<&str>,
) -> (StatusCode, String) {
    let stream = TcpStream::connect(address).await.expect("a server");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("a connection");
    actix_web::rt::spawn(connection);
    let method = if body.is_some() { "POST" } else { "GET" };
    let mut request = Request::builder().method(method).uri(path).header("host", host);
    for tenant in tenants {
        request = request.header("x-tenant", *tenant);
    }
    let body = Full::new(Bytes::from(body.unwrap_or_default().to_owned()));
    let response = sender.send_request(request.body(body).expect("a request")).await.expect("an answer");
    let status = response.status();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8(body.to_vec()).expect("a text"))
}

#[actix_web::test]
async fn each_tenant_has_its_own_rows() {
    let address = serve().await;
    let (acme, zeta) = ("acme.example.org", "ZETA.example.org:8080");
    let (status, apollo) = ask(address, acme, &[], "/projects", Some("Apollo")).await;
    assert_eq!(status, 201);
    assert_eq!(ask(address, zeta, &[], "/projects", Some("Zebra")).await.0, 201);

    for (host, tenants, rows) in [
        (acme, &[][..], r#"["Apollo"]"#),
        (zeta, &[], r#"["Zebra"]"#),
        ("127.0.0.1", &["acme"], r#"["Apollo"]"#),
        ("localhost", &["zeta"], r#"["Zebra"]"#),
        (acme, &["acme"], r#"["Apollo"]"#),
    ] {
        assert_eq!(
            ask(address, host, tenants, "/projects", None).await,
            (StatusCode::OK, rows.to_owned()),
            "{host}"
        );
    }
    let path = format!("/projects/{apollo}");
    assert_eq!(ask(address, acme, &[], &path, None).await, (StatusCode::OK, "Apollo".to_owned()));
    assert_eq!(ask(address, zeta, &[], &path, None).await.0, 404);
    assert_eq!(ask(address, zeta, &[], "/projects/tenant", None).await, (StatusCode::OK, "2".to_owned()));
}

#[actix_web::test]
async fn a_request_without_one_tenant_is_refused() {
    let address = serve().await;
    for (host, tenants, status, code) in [
        ("nobody.example.org", &[][..], 404, "unknown_tenant"),
        ("admin.example.org", &[], 404, "unknown_tenant"),
        ("localhost", &["nobody"], 404, "unknown_tenant"),
        ("example.org", &[], 400, "missing_tenant"),
        ("127.0.0.1:80", &[], 400, "missing_tenant"),
        ("acme.example.org", &["zeta"], 400, "ambiguous_tenant"),
        ("localhost", &["acme", "zeta"], 400, "ambiguous_tenant"),
        ("localhost", &[""], 400, "malformed_tenant"),
    ] {
        for body in [None, Some("Planted")] {
            let (answered, text) = ask(address, host, tenants, "/projects", body).await;
            assert_eq!(answered, status, "{host} {tenants:?}: {text}");
            assert!(text.contains(code), "{host} {tenants:?}: {text}");
        }
    }
    for host in ["acme.example.org", "zeta.example.org"] {
        assert_eq!(ask(address, host, &[], "/projects", None).await.1, "[]");
    }
    assert_eq!(ask(address, "example.org", &[], "/health", None).await, (StatusCode::OK, "ok".to_owned()));
}
