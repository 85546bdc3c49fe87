//! The example over HTTP, and the guide.

mod guide;
mod http;
