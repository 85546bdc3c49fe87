//! The planner: findings, and conversions of an existing schema.

mod distribution;
mod failures;
mod findings;
mod keeps;
mod names_taken;
mod offline;
mod online;
mod past_policies;
mod sample;
mod shapes;
