//! Reads the body of a request completely, before anything else is done for it.

use crate::error::AppError;
use axum::{
    RequestExt,
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http_body_util::LengthLimitError;
use std::{error::Error, time::Duration};

/// The longest body in bytes: 500 lines to import, percent-encoded as in forms.
pub(crate) const MOST: usize = 256 * 1024;
/// How long a body may take to arrive.
pub(crate) const TIME: Duration = Duration::from_secs(10);

/// Reads the body, within the limit of `DefaultBodyLimit`. If handlers read it, they would have begun a transaction by
/// then: a few requests that send one byte a second would occupy all connections.
pub(crate) async fn read_first(
    State(time): State<Duration>,
    request: Request,
    next: Next,
) -> Result<Response, AppError> {
    let (parts, body) = request.with_limited_body().into_parts();
    let body = tokio::time::timeout(time, to_bytes(body, usize::MAX)).await;
    let body = body.map_err(|_| AppError::TooSlow)?.map_err(|error| {
        if is_too_large(&error) { AppError::TooLarge } else { AppError::invalid("the body cannot be read") }
    })?;
    Ok(next.run(Request::from_parts(parts, Body::from(body))).await)
}

fn is_too_large(error: &(dyn Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_large)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state, routing::post};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
    };

    /// Sends a request that announces this length and contains these bytes, and returns the first line of the response.
    async fn answer_to(length: usize, sent: &str) -> String {
        let router = Router::new()
            .route("/", post(async |body: String| body))
            .layer(from_fn_with_state(Duration::from_millis(200), read_first))
            .layer(DefaultBodyLimit::max(10));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let mut stream = TcpStream::connect(address).await.expect("a server");
        let head = format!(
            "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{sent}"
        );
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        let mut answer = vec![0; 1000];
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut answer)).await;
        answer.truncate(read.expect("an answer in time").expect("an answer"));
        server.abort();
        String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
    }

    #[tokio::test]
    async fn a_body_that_is_too_large_or_too_slow_does_not_reach_the_handler() {
        assert_eq!(answer_to(10, "0123456789").await, "HTTP/1.1 200 OK");
        assert_eq!(answer_to(11, "01234567890").await, "HTTP/1.1 413 Payload Too Large");
        assert_eq!(answer_to(10, "012345678").await, "HTTP/1.1 408 Request Timeout");
    }
}
