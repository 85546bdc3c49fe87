//! What an application declares about a resource.

use crate::resource::{action::Action, error::ResourceError, hooks::Hooks};
use axum::response::Response;
use sea_orm::EntityTrait;
use std::num::NonZeroU32;

pub(super) type Respond = Box<dyn Fn(ResourceError) -> Response + Send + Sync>;

/// The declarations of a resource, as given.
pub(super) struct Settings<E: EntityTrait> {
    pub(super) actions: Vec<Action>,
    pub(super) filter_by: Vec<E::Column>,
    pub(super) order_by: Vec<E::Column>,
    pub(super) read_only: Vec<E::Column>,
    pub(super) hidden: Vec<E::Column>,
    pub(super) with_tenant: bool,
    pub(super) limits: Limits,
    /// The key of the code that authenticates cursors.
    pub(super) cursor_key: Vec<u8>,
    pub(super) hooks: Hooks<E>,
    pub(super) respond: Option<Respond>,
}

/// The limits of a resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Rows of a page, if the request does not tell.
    pub(super) page_size: NonZeroU32,
    /// Rows of the largest page.
    pub(super) max_page_size: NonZeroU32,
    pub(super) max_filters: usize,
    /// Values of one `__in`.
    pub(super) max_values: usize,
    /// Bytes of a body.
    pub(super) max_body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let size = |rows| NonZeroU32::new(rows).unwrap_or(NonZeroU32::MIN);
        Self {
            page_size: size(50),
            max_page_size: size(100),
            max_filters: 10,
            max_values: 100,
            max_body: 256 * 1024,
        }
    }
}

impl<E: EntityTrait> Default for Settings<E> {
    fn default() -> Self {
        Self {
            actions: Action::ALL.to_vec(),
            filter_by: Vec::new(),
            order_by: Vec::new(),
            read_only: Vec::new(),
            hidden: Vec::new(),
            with_tenant: false,
            limits: Limits::default(),
            cursor_key: Vec::new(),
            hooks: Hooks::default(),
            respond: None,
        }
    }
}
