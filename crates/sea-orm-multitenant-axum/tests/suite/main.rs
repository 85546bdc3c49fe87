//! The layer, its resolvers and its extractors, over tower, axum and real sockets.

mod agreement;
mod catalog;
mod extractors;
mod harness;
mod leaks;
mod load;
mod nested;
mod paths;
mod policy;
mod resolvers;
mod spans;
mod tower_service;
mod transaction;
mod vary;
