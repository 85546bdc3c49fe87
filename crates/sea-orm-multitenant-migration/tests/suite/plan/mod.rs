//! The planner: findings, and conversions of a schema that is there.

mod distribution;
mod findings;
mod keeps;
mod offline;
mod online;
mod past_policies;
mod sample;
mod shapes;
