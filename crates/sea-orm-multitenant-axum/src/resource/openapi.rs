//! The description of a resource for OpenAPI.

use crate::resource::{
    action::Action,
    body::is_writable,
    entity::ResourceEntity,
    fields::{Field, Fields},
    key,
    kind::{Kind, Width},
    query::filter::Operator,
    settings::{Limits, Settings},
};
use utoipa::openapi::{
    Components, Content, Info, KnownFormat, OpenApi, Paths, Ref, RefOr, Required, Response, ResponseBuilder,
    SchemaFormat,
    path::{HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
    request_body::{RequestBody, RequestBodyBuilder},
    schema::{
        AdditionalProperties, ArrayBuilder, ComponentsBuilder, Object, ObjectBuilder, Schema, SchemaType,
        Type,
    },
};

/// The name of the schema of errors, which all resources share.
const ERROR: &str = "resource_error";

/// Describes a resource; one that is declared wrongly has no routes, and no description.
pub(super) fn describe<E: ResourceEntity>(settings: &Settings<E>, path: &str) -> OpenApi {
    let path = path.trim_end_matches('/');
    let (paths, components) = match Fields::of(settings) {
        Ok(fields) => {
            let description = Description { fields, settings, table: E::default().table_name().to_owned() };
            (description.paths(path), description.components())
        }
        Err(_) => (Paths::new(), Components::new()),
    };
    let mut described = OpenApi::new(Info::new(E::default().table_name(), "1"), paths);
    described.components = Some(components);
    described
}

struct Description<'a, E: ResourceEntity> {
    fields: Fields<E>,
    settings: &'a Settings<E>,
    table: String,
}

impl<E: ResourceEntity> Description<'_, E> {
    fn paths(&self, path: &str) -> Paths {
        let mut paths = Paths::new();
        let collection = if path.is_empty() { "/" } else { path };
        let row = format!("{path}{}", key::pattern(&self.fields));
        let operations = [
            (collection, HttpMethod::Get, Action::List),
            (collection, HttpMethod::Post, Action::Create),
            (row.as_str(), HttpMethod::Get, Action::Get),
            (row.as_str(), HttpMethod::Put, Action::Replace),
            (row.as_str(), HttpMethod::Patch, Action::Update),
            (row.as_str(), HttpMethod::Delete, Action::Delete),
        ];
        for (path, method, action) in operations {
            if self.settings.actions.contains(&action) {
                paths.add_path_operation(path, vec![method], self.operation(action));
            }
        }
        paths
    }

    fn operation(&self, action: Action) -> Operation {
        let name = name(action);
        let operation = OperationBuilder::new()
            .operation_id(Some(format!("{}_{name}", self.table)))
            .tag(self.table.clone())
            .parameters(Some(self.parameters(action)))
            .request_body(self.body(action));
        let (status, answer) = self.answer(action);
        let errors = errors(action).iter().map(|(status, text)| (*status, with_schema(text, ERROR)));
        [(status, answer)]
            .into_iter()
            .chain(errors)
            .fold(operation, |operation, (status, response)| operation.response(status, response))
            .build()
    }

    /// The parameters of an action: the key of a row, or what a list is asked with.
    fn parameters(&self, action: Action) -> Vec<Parameter> {
        match action {
            Action::List => self.list_parameters(),
            Action::Create => Vec::new(),
            Action::Get | Action::Replace | Action::Update | Action::Delete => {
                let key = self.fields.key().zip(key::parameters(&self.fields));
                key.map(|(field, name)| parameter(&name, ParameterIn::Path, value(field), "")).collect()
            }
        }
    }

    fn list_parameters(&self) -> Vec<Parameter> {
        let Limits { max_page_size, .. } = self.settings.limits;
        let number = |most: Option<u32>| integer(1.0, most.map(f64::from)).build();
        let size = || number(Some(max_page_size.get()));
        let text = || ObjectBuilder::new().schema_type(Type::String).build();
        let ordered = self.fields.visible().filter(|field| field.ordered).map(|field| field.name);
        let order = format!(
            "Fields separated by commas, `-` before one for descending: {}.",
            ordered.collect::<Vec<_>>().join(", ")
        );
        let paging = [
            ("page", number(None), "The page, from 1."),
            ("per_page", size(), "The rows of a page."),
            ("after", text(), "The cursor `next` of the rows before."),
            ("limit", size(), "The rows after the cursor, or the first ones."),
            ("order", text(), order.as_str()),
        ];
        let paging =
            paging.into_iter().map(|(name, schema, text)| parameter(name, ParameterIn::Query, schema, text));
        paging.chain(self.filters()).collect()
    }

    fn filters(&self) -> impl Iterator<Item = Parameter> {
        let filtered = self.fields.visible().filter(|field| field.filtered);
        filtered.flat_map(|field| {
            let operators = Operator::ALL.into_iter().filter(|operator| operator.suits(field));
            operators.map(|operator| {
                let schema = match operator {
                    Operator::In | Operator::Contains | Operator::StartsWith => {
                        ObjectBuilder::new().schema_type(Type::String).build()
                    }
                    Operator::IsNull => ObjectBuilder::new().schema_type(Type::Boolean).build(),
                    _ => value(field),
                };
                let name = format!("{}{}", field.name, operator.suffix());
                parameter(&name, ParameterIn::Query, schema, "")
            })
        })
    }

    /// The body of a request.
    fn body(&self, action: Action) -> Option<RequestBody> {
        let schema = self.body_schema_name(action)?;
        let content = Content::new(Some(Ref::from_schema_name(schema)));
        let body = RequestBodyBuilder::new().content("application/json", content);
        Some(body.required(Some(Required::True)).build())
    }

    fn body_schema_name(&self, action: Action) -> Option<String> {
        match action {
            Action::Create | Action::Replace | Action::Update => {
                Some(format!("{}_{}", self.table, name(action)))
            }
            Action::List | Action::Get | Action::Delete => None,
        }
    }

    /// The answer to a request that succeeds.
    fn answer(&self, action: Action) -> (&'static str, Response) {
        match action {
            Action::List => ("200", with_schema("A part of the rows.", &format!("{}_list", self.table))),
            Action::Get => ("200", with_schema("The row.", &self.table)),
            Action::Create => ("201", with_schema("The new row.", &self.table)),
            Action::Replace | Action::Update => ("200", with_schema("The changed row.", &self.table)),
            Action::Delete => ("204", Response::new("The row is deleted.")),
        }
    }

    fn components(&self) -> Components {
        let mut components = ComponentsBuilder::new()
            .schema(self.table.clone(), self.row())
            .schema(format!("{}_list", self.table), self.list())
            .schema(ERROR, error());
        for action in [Action::Create, Action::Replace, Action::Update] {
            if let Some(name) = self.body_schema_name(action)
                && self.settings.actions.contains(&action)
            {
                components = components.schema(name, self.input(action));
            }
        }
        components.build()
    }

    /// A row in an answer.
    fn row(&self) -> Object {
        let mut row = ObjectBuilder::new();
        for field in self.fields.visible() {
            row = row.property(field.name, nullable(field)).required(field.name);
        }
        if self.fields.with_tenant {
            let tenant = ObjectBuilder::new().schema_type(SchemaType::AnyValue).read_only(true);
            row = row.property(self.fields.tenant_name, tenant).required(self.fields.tenant_name);
        }
        row.build()
    }

    /// A list: with the number of all rows for a page, with the next cursor otherwise.
    fn list(&self) -> Object {
        let items = ArrayBuilder::new().items(Ref::from_schema_name(self.table.clone())).build();
        let next = ObjectBuilder::new().schema_type(SchemaType::Array(vec![Type::String, Type::Null]));
        let list = ObjectBuilder::new().property("items", items).required("items").property("next", next);
        ["page", "per_page", "total"]
            .into_iter()
            .fold(list, |list, name| list.property(name, integer(0.0, None)))
            .build()
    }

    /// The body of a request that writes.
    fn input(&self, action: Action) -> Object {
        let closed = AdditionalProperties::<Schema>::FreeForm(false);
        let mut input = ObjectBuilder::new().additional_properties(Some(closed));
        for field in self.fields.visible().filter(|field| is_writable(field, action)) {
            input = input.property(field.name, nullable(field));
            if field.is_required(action) {
                input = input.required(field.name);
            }
        }
        input.build()
    }
}

/// The name of an action in those of operations and schemas.
fn name(action: Action) -> &'static str {
    match action {
        Action::List => "list",
        Action::Get => "get",
        Action::Create => "create",
        Action::Replace => "replace",
        Action::Update => "update",
        Action::Delete => "delete",
    }
}

/// The errors of an action that its own request can cause.
fn errors(action: Action) -> &'static [(&'static str, &'static str)] {
    const PARAMETER: (&str, &str) = ("400", "A parameter is not valid.");
    const JSON: (&str, &str) = ("400", "The body is not a JSON object.");
    const FORBIDDEN: (&str, &str) = ("403", "This is not allowed.");
    const NOT_FOUND: (&str, &str) = ("404", "There is no such row.");
    const CONFLICT: (&str, &str) = ("409", "A row with these values exists already.");
    const REFERENCED: (&str, &str) = ("409", "Other rows reference this row.");
    const TOO_LARGE: (&str, &str) = ("413", "The body is too large.");
    const MEDIA_TYPE: (&str, &str) = ("415", "The body is not declared as JSON.");
    const INVALID: (&str, &str) = ("422", "A field is not valid.");
    match action {
        Action::List => &[PARAMETER, FORBIDDEN],
        Action::Get => &[FORBIDDEN, NOT_FOUND],
        Action::Create => &[JSON, FORBIDDEN, CONFLICT, TOO_LARGE, MEDIA_TYPE, INVALID],
        Action::Replace | Action::Update => {
            &[JSON, FORBIDDEN, NOT_FOUND, CONFLICT, TOO_LARGE, MEDIA_TYPE, INVALID]
        }
        Action::Delete => &[FORBIDDEN, NOT_FOUND, REFERENCED, INVALID],
    }
}

fn with_schema(description: &str, schema: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name(schema)));
    ResponseBuilder::new().description(description).content("application/json", content).build()
}

fn parameter(name: &str, place: ParameterIn, schema: Object, description: &str) -> Parameter {
    let required = if place == ParameterIn::Path { Required::True } else { Required::False };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .schema(Some(schema))
        .description((!description.is_empty()).then_some(description))
        .build()
}

/// The value of a field, as in a parameter.
fn value<C>(field: &Field<C>) -> Object {
    field
        .kind
        .as_ref()
        .map_or_else(ObjectBuilder::new, |kind| of_kind(kind, false))
        .max_length(field.longest)
        .build()
}

/// The value of a field, or null, as in a body.
fn nullable<C>(field: &Field<C>) -> RefOr<Schema> {
    let kind = field.kind.as_ref();
    let value = kind.map_or_else(ObjectBuilder::new, |kind| of_kind(kind, field.nullable));
    value.max_length(field.longest).into()
}

fn of_kind(kind: &Kind, nullable: bool) -> ObjectBuilder {
    let of_type = |ty: Type| {
        let ty = if nullable { SchemaType::Array(vec![ty, Type::Null]) } else { ty.into() };
        ObjectBuilder::new().schema_type(ty)
    };
    let text = |format: &str| of_type(Type::String).format(Some(SchemaFormat::Custom(format.to_owned())));
    match kind {
        Kind::Bool => of_type(Type::Boolean),
        Kind::Integer(width) => of_type(Type::Integer).format(format(*width)),
        Kind::Float | Kind::Double => of_type(Type::Number),
        Kind::Text | Kind::Enum(_) => of_type(Type::String),
        Kind::Char => of_type(Type::String).min_length(Some(1)),
        Kind::Uuid => text("uuid"),
        Kind::Json => ObjectBuilder::new().schema_type(SchemaType::AnyValue),
        #[cfg(feature = "with-rust_decimal")]
        Kind::Decimal => text("decimal"),
        #[cfg(feature = "with-chrono")]
        Kind::Chrono(moment) => text(moment.format()),
    }
}

fn format(width: Width) -> Option<SchemaFormat> {
    match width {
        Width::I32 => Some(SchemaFormat::KnownFormat(KnownFormat::Int32)),
        Width::I64 => Some(SchemaFormat::KnownFormat(KnownFormat::Int64)),
        Width::I8 | Width::I16 | Width::U8 | Width::U16 | Width::U32 | Width::U64 => None,
    }
}

fn integer(least: f64, most: Option<f64>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least)).maximum(most)
}

/// The body of an error.
fn error() -> Object {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let error = ObjectBuilder::new()
        .property("code", text())
        .required("code")
        .property("message", text())
        .required("message")
        .property("field", text())
        .property("parameter", text());
    ObjectBuilder::new().property("error", error).required("error").build()
}
