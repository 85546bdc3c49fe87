//! What a request asks of a resource.

/// What a request asks of a [`TenantResource`](crate::TenantResource).
///
/// ```
/// use sea_orm_multitenant_axum::Action;
///
/// let writing: Vec<_> = Action::ALL.into_iter().filter(|action| action.writes()).collect();
/// assert_eq!(writing, [Action::Create, Action::Replace, Action::Update, Action::Delete]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// `GET` of the collection: a page of the rows.
    List,
    /// `GET` of one row.
    Get,
    /// `POST` to the collection: a new row.
    Create,
    /// `PUT` of one row: all of its writable fields.
    Replace,
    /// `PATCH` of one row: some of its writable fields.
    Update,
    /// `DELETE` of one row.
    Delete,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 6] =
        [Self::List, Self::Get, Self::Create, Self::Replace, Self::Update, Self::Delete];

    /// Returns whether the action writes.
    pub fn writes(self) -> bool {
        match self {
            Self::List | Self::Get => false,
            Self::Create | Self::Replace | Self::Update | Self::Delete => true,
        }
    }
}
