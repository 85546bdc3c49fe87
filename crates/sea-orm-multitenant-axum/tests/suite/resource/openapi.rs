//! The description for OpenAPI.

use super::{member, ticket::Column, tickets};
use sea_orm_multitenant_axum::{Action, TenantResource};
use serde_json::{Value as Json, json};

fn described(resource: &TenantResource<super::ticket::Entity>) -> Json {
    serde_json::to_value(resource.openapi("/tickets/")).expect("JSON")
}

fn names(object: &Json) -> Vec<&str> {
    object.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

#[test]
fn each_action_is_described_at_its_path() {
    let api = described(&tickets());
    assert_eq!(names(&api["paths"]), ["/tickets", "/tickets/{ticket_id}"]);
    let mut methods = names(&api["paths"]["/tickets"]);
    methods.extend(names(&api["paths"]["/tickets/{ticket_id}"]));
    methods.sort_unstable();
    assert_eq!(methods, ["delete", "get", "get", "patch", "post", "put"]);
    let get = &api["paths"]["/tickets/{ticket_id}"]["get"];
    assert_eq!(get["operationId"], "ticket_get");
    assert_eq!(
        (&get["parameters"][0]["name"], &get["parameters"][0]["in"]),
        (&json!("ticket_id"), &json!("path"))
    );
    let mut answers = names(&get["responses"]);
    answers.sort_unstable();
    assert_eq!(answers, ["200", "403", "404"]);
    let api = described(&tickets().actions([Action::List]));
    assert_eq!(names(&api["paths"]["/tickets"]), ["get"]);
    assert_eq!(names(&api["paths"]), ["/tickets"]);
}

#[test]
fn the_schemas_have_what_each_request_can_write_and_read() {
    let api = described(&tickets().read_only([Column::Points]));
    let schemas = &api["components"]["schemas"];
    let sorted = |schema: &str, part: &str| {
        let part = &schemas[schema][part];
        let mut names: Vec<_> = match part.as_array() {
            Some(list) => list.iter().filter_map(Json::as_str).collect(),
            None => names(part),
        };
        names.sort_unstable();
        names
    };
    assert_eq!(
        sorted("ticket", "properties"),
        ["code", "cost", "done", "due_on", "id", "labels", "points", "project_id", "state", "title"]
    );
    assert_eq!(
        sorted("ticket_create", "properties"),
        ["code", "cost", "done", "due_on", "labels", "project_id", "state", "title"]
    );
    assert_eq!(sorted("ticket_create", "required"), ["code", "project_id", "state", "title"]);
    assert_eq!(sorted("ticket_replace", "required"), ["code", "done", "project_id", "state", "title"]);
    assert_eq!(sorted("ticket_update", "required"), [] as [&str; 0]);
    assert_eq!(schemas["ticket_update"]["additionalProperties"], json!(false));
    let due_on = json!({ "type": ["string", "null"], "format": "date" });
    assert_eq!(schemas["ticket_create"]["properties"]["due_on"], due_on);
    assert_eq!(schemas["ticket"]["properties"]["title"], json!({ "type": "string", "maxLength": 20 }));
}

#[test]
fn a_list_is_described_with_its_declared_filters() {
    let api = described(&tickets());
    let parameters = api["paths"]["/tickets"]["get"]["parameters"].as_array().expect("parameters").clone();
    let names: Vec<_> = parameters.iter().filter_map(|parameter| parameter["name"].as_str()).collect();
    for name in [
        "page",
        "per_page",
        "after",
        "limit",
        "order",
        "title",
        "title__contains",
        "points__gte",
        "due_on__isnull",
        "id__in",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    for name in ["points__isnull", "points__contains", "code", "account_id", "secret"] {
        assert!(!names.contains(&name), "{name}");
    }
}

#[test]
fn neither_the_tenant_nor_hidden_columns_are_described() {
    let text = described(&tickets()).to_string();
    assert!(!text.contains("account") && !text.contains("secret"), "{text}");
    let with_tenant = described(&tickets().with_tenant_column());
    assert_eq!(
        with_tenant["components"]["schemas"]["ticket"]["properties"]["account_id"]["readOnly"],
        json!(true)
    );
    assert!(with_tenant["components"]["schemas"]["ticket_create"]["properties"].get("account_id").is_none());
}

#[test]
fn a_composite_key_is_described_by_its_parts() {
    let api = TenantResource::<member::Entity>::new().openapi("/members");
    let paths: Vec<_> = api.paths.paths.keys().map(String::as_str).collect();
    assert_eq!(paths, ["/members", "/members/{member_person}/{member_team}"]);
}
