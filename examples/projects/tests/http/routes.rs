//! All routes that require a login.

use crate::site::Ids;
use hyper::Method;
use projects::client::{Answer, Client};
use serde_json::{Value, json};

/// A request that would have an effect if it were permitted.
#[derive(Debug, Clone)]
pub(crate) enum Call {
    /// A page.
    Get(String),
    /// A form of a page.
    Post(String, Vec<(&'static str, String)>),
    /// The API.
    Api(Method, String, Option<Value>),
}

impl Call {
    pub(crate) async fn by(&self, client: &Client) -> Answer {
        match self {
            Self::Get(path) => client.get(path).await,
            Self::Post(path, fields) => {
                let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                client.post(path, &fields).await
            }
            Self::Api(method, path, body) => client.api(method.clone(), path, body.as_ref()).await,
        }
        .unwrap()
    }
}

fn get(path: impl Into<String>) -> Call {
    Call::Get(path.into())
}

/// Requests for pages that have no id.
pub(crate) fn pages() -> Vec<Call> {
    ["/projects", "/projects/new", "/tasks"].map(get).into()
}

/// Requests to the API that have no id and read.
pub(crate) fn api() -> Vec<Call> {
    ["/api/account", "/api/managers", "/api/projects", "/api/tasks"]
        .map(|path| Call::Api(Method::GET, path.to_owned(), None))
        .into()
}

/// Requests for pages with ids.
pub(crate) fn pages_of(ids: Ids) -> Vec<Call> {
    let Ids { project, task, import, .. } = ids;
    vec![
        get(format!("/imports/{import}")),
        get(format!("/projects/{project}/imports")),
        get(format!("/projects/{project}")),
        get(format!("/projects/{project}/edit")),
        get(format!("/tasks/{task}/edit")),
    ]
}

/// Requests to the API with ids that read.
pub(crate) fn api_of(ids: Ids) -> Vec<Call> {
    let Ids { project, task, import, .. } = ids;
    [
        format!("/api/imports/{import}"),
        format!("/api/projects/{project}"),
        format!("/api/projects/{project}/tasks"),
        format!("/api/tasks/{task}"),
    ]
    .map(|path| Call::Api(Method::GET, path, None))
    .into()
}

/// Forms with ids.
pub(crate) fn forms_of(ids: Ids) -> Vec<Call> {
    let Ids { project, manager, other_manager, task, .. } = ids;
    let named = || vec![("name", "Taken over".to_owned())];
    vec![
        Call::Post(format!("/projects/{project}/managers"), vec![("manager_id", other_manager.to_string())]),
        Call::Post(format!("/projects/{project}/managers/{manager}/remove"), Vec::new()),
        Call::Post(format!("/projects/{project}/tasks"), named()),
        Call::Post(format!("/projects/{project}/imports"), vec![("lines", "Planted".to_owned())]),
        Call::Post(format!("/tasks/{task}"), named()),
        Call::Post(format!("/tasks/{task}/delete"), Vec::new()),
        Call::Post(format!("/projects/{project}"), named()),
        Call::Post(format!("/projects/{project}/delete"), Vec::new()),
    ]
}

/// Requests to the API with ids that write.
pub(crate) fn api_writes_of(ids: Ids) -> Vec<Call> {
    let Ids { project, manager, other_manager, task, .. } = ids;
    let named = || Some(json!({ "name": "Taken over" }));
    vec![
        Call::Api(Method::PUT, format!("/api/projects/{project}/managers/{other_manager}"), None),
        Call::Api(Method::DELETE, format!("/api/projects/{project}/managers/{manager}"), None),
        Call::Api(Method::POST, format!("/api/projects/{project}/tasks"), named()),
        Call::Api(
            Method::POST,
            format!("/api/projects/{project}/imports"),
            Some(json!({ "lines": "Planted" })),
        ),
        Call::Api(Method::PUT, format!("/api/tasks/{task}"), named()),
        Call::Api(Method::DELETE, format!("/api/tasks/{task}"), None),
        Call::Api(Method::PUT, format!("/api/projects/{project}"), named()),
        Call::Api(Method::DELETE, format!("/api/projects/{project}"), None),
    ]
}

/// Requests to the API with a manager's id.
pub(crate) fn managers_of(ids: Ids) -> Vec<Call> {
    let read = Call::Api(Method::GET, format!("/api/managers/{}", ids.manager), None);
    [vec![read], manager_writes_of(ids)].concat()
}

/// Requests to the API with a manager's id that write.
pub(crate) fn manager_writes_of(ids: Ids) -> Vec<Call> {
    let path = || format!("/api/managers/{}", ids.manager);
    let named = || Some(json!({ "name": "Taken over" }));
    vec![
        Call::Api(Method::PUT, path(), named()),
        Call::Api(Method::PATCH, path(), named()),
        Call::Api(Method::DELETE, path(), None),
    ]
}

/// Every route with the id of a project, task or import in its path, with every method that it supports.
pub(crate) fn all_of(ids: Ids) -> Vec<Call> {
    [pages_of(ids), forms_of(ids), api_of(ids), api_writes_of(ids)].concat()
}
