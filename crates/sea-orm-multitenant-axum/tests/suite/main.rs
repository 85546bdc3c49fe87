//! Tests of the layer, its resolvers and its extractors, over tower, axum and real sockets.

mod agreement;
mod extractors;
mod harness;
mod leaks;
mod load;
mod nested;
mod paths;
mod policy;
mod resolvers;
mod resource;
mod spans;
mod store;
mod tower_service;
mod transaction;
mod vary;
