//! Tests of the example, booted by Loco, and of the guide.

mod boot;
mod guide;
mod tenant_entity;
