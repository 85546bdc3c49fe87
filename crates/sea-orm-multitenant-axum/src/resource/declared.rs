//! A resource whose declarations have been read.

use crate::resource::{
    action::Action,
    entity::ResourceEntity,
    error::{ResourceError, json_response},
    fields::{Field, Fields},
    hooks::Hooks,
    kind::to_json,
    settings::{Limits, Respond, Settings},
};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sea_orm::ModelTrait;
use serde_json::{Map, Value as Json};

/// A resource whose declarations have been read.
pub(super) struct Resource<E: ResourceEntity> {
    pub(super) fields: Fields<E>,
    pub(super) actions: Vec<Action>,
    pub(super) limits: Limits,
    pub(super) cursor_key: Vec<u8>,
    pub(super) hooks: Hooks<E>,
    respond: Option<Respond>,
}

impl<E: ResourceEntity> Resource<E> {
    /// Reads the declarations, or returns everything that is wrong with them.
    pub(super) fn of(settings: Settings<E>) -> Result<Self, Vec<String>> {
        let fields = Fields::of(&settings)?;
        let Settings { actions, limits, cursor_key, hooks, respond, .. } = settings;
        Ok(Self { fields, actions, limits, cursor_key, hooks, respond })
    }

    /// Returns whether requests can ask for an action.
    pub(super) fn allows(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }

    /// Answers with an error, in the application's form if it has one.
    pub(super) fn refuse(&self, error: ResourceError) -> Response {
        match &self.respond {
            Some(respond) => respond(error),
            None => error.into_response(),
        }
    }

    /// Writes a row as JSON, without hidden columns.
    pub(super) fn shown(&self, row: &E::Model) -> Result<Json, ResourceError> {
        let one = |name: &str, column| Some((name.to_owned(), to_json(&row.get(column))?));
        let of_field = |field: &Field<E::Column>| one(field.name, field.column);
        let tenant = self.fields.with_tenant.then(|| one(self.fields.tenant_name, self.fields.tenant));
        let members: Option<Map<_, _>> = self.fields.visible().map(of_field).chain(tenant).collect();
        members.map(Json::Object).ok_or(ResourceError::Failed)
    }

    /// Answers with a row.
    pub(super) fn with_row(&self, status: StatusCode, row: &E::Model) -> Result<Response, ResourceError> {
        Ok(json_response(status, &self.shown(row)?))
    }
}
