//! The example, booted by Loco, and the guide.

mod boot;
mod guide;
