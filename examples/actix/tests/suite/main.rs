//! Tests of the example over HTTP, and of the guide.

mod guide;
mod http;
