//! The families of SeaORM's calls. This folder is compiled once for each style of keys.

mod rows;

/// What every family uses.
mod prelude {
    pub(super) use super::super::entities::*;
    pub(super) use super::rows::*;
    pub(super) use crate::harness::{Outcome, TestDb};
    pub(super) use sea_orm::{entity::prelude::*, *};
}

pub(crate) use rows::*;

mod delete;
mod find;
mod insert;
mod joins;
mod junctions;
mod loaders;
mod locks;
mod nested;
mod paging;
mod projections;
mod raw;
mod relations;
mod sets;
mod streams;
mod transactions;
mod update;
mod upsert;
