//! A small HTTP client for the self-check and the tests. It behaves like a browser, but follows no redirects.

use crate::tenants::{DOMAIN, HEADER, SCHEME};
use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1,
    header::{self, HeaderName, HeaderValue},
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpStream;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A visitor, with the cookie that the server set.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    host: String,
    tenant: Option<String>,
    cookie: Option<String>,
    /// Headers that tell which page sends a request, if it is not a page of the same host.
    sender: Option<HeaderMap>,
}

/// The response of the server.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The address that it redirects to.
    pub location: Option<String>,
    /// The cookie it sets, with its attributes.
    pub set_cookie: Option<String>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Returns the body as JSON, or null if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Client {
    /// Creates a visitor without a cookie, at the domain itself.
    pub fn new(address: SocketAddr) -> Self {
        let host = format!("{DOMAIN}:{}", address.port());
        Self { address, host, tenant: None, cookie: None, sender: None }
    }

    /// The same visitor at the subdomain of an account, with the same cookie, which no browser would send.
    #[must_use]
    pub fn at(self, subdomain: &str) -> Self {
        let host = format!("{subdomain}.{DOMAIN}:{}", self.address.port());
        self.at_host(&host)
    }

    /// The same visitor at this host.
    #[must_use]
    pub fn at_host(self, host: &str) -> Self {
        Self { host: host.to_owned(), ..self }
    }

    /// Returns the visitor's cookie.
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// Returns the host that the visitor sends requests to.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The same visitor, with a header that names an account.
    #[must_use]
    pub fn with_tenant(self, tenant: &str) -> Self {
        Self { tenant: Some(tenant.to_owned()), ..self }
    }

    /// The same visitor on a page that makes the browser send these headers; without headers, a program that sends
    /// none.
    #[must_use]
    pub fn sent_by(self, headers: &[(HeaderName, &'static str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        let sender = headers.collect();
        Self { sender: Some(sender), ..self }
    }

    /// The same visitor with this `Cookie` header, whatever the server set.
    #[must_use]
    pub fn with_cookies(self, cookies: &str) -> Self {
        Self { cookie: Some(cookies.to_owned()), ..self }
    }

    /// Creates a visitor of an account's subdomain who is logged in through the API.
    ///
    /// # Errors
    /// When the login fails.
    pub async fn logged_in(
        address: SocketAddr,
        subdomain: &str,
        email: &str,
        password: &str,
    ) -> anyhow::Result<Self> {
        let mut client = Self::new(address).at(subdomain);
        let login = json!({ "email": email, "password": password });
        let answer = client.api(Method::POST, "/api/login", Some(&login)).await?;
        anyhow::ensure!(answer.status.is_success(), "{email} cannot log in: {}", answer.body);
        client.keep_cookie(&answer);
        Ok(client)
    }

    /// Stores the cookie that a response sets.
    pub fn keep_cookie(&mut self, answer: &Answer) {
        let pair = answer.set_cookie.as_deref().and_then(|cookie| cookie.split(';').next());
        self.cookie = pair.map(str::to_owned);
    }

    /// Requests a page.
    ///
    /// # Errors
    /// When there is no response.
    pub async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.send(Method::GET, path, None).await
    }

    /// Sends a form.
    ///
    /// # Errors
    /// When there is no response.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Some((FORM, form))).await
    }

    /// Calls the API.
    ///
    /// # Errors
    /// When there is no response.
    pub async fn api(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Answer> {
        self.send(method, path, body.map(|body| (JSON, body.to_string()))).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<(&str, String)>) -> anyhow::Result<Answer> {
        let stream = TcpStream::connect(self.address).await.context("the server does not listen")?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let mut request = Request::builder().uri(path).header(header::HOST, &self.host);
        match (&self.sender, request.headers_mut()) {
            (Some(sender), Some(headers)) => headers.extend(sender.clone()),
            // As browsers do for every method that may change something.
            _ if !method.is_safe() => {
                request = request.header(header::ORIGIN, format!("{SCHEME}://{}", self.host));
            }
            _ => {}
        }
        request = request.method(method);
        if let Some(tenant) = &self.tenant {
            request = request.header(HEADER, tenant);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some((content_type, _)) = &body {
            request = request.header(header::CONTENT_TYPE, *content_type);
        }
        let body = body.map(|(_, body)| Bytes::from(body)).unwrap_or_default();
        let response = sender.send_request(request.body(Full::new(body))?).await?;
        let (head, body) = response.into_parts();
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (location, set_cookie) = (text(header::LOCATION), text(header::SET_COOKIE));
        let body = String::from_utf8(body.collect().await?.to_bytes().to_vec())?;
        Ok(Answer { status: head.status, headers: head.headers, location, set_cookie, body })
    }
}
