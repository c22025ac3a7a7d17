//! The document of all operations: `OpenAPI` 3.1.

use std::collections::BTreeMap;

use http::Method;
use latchkey_core::domain::role::Role;
use utoipa::openapi::path::{Operation as Documented, OperationBuilder, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{PartialSchema as _, ToSchema};

use super::types::{ENVELOPE, Operation, int32};
use crate::code::Code;
use crate::roles::{Operation as Row, Who};
use crate::wire::{LicenseProduct, Licensee, ReportProperty};
use crate::{access, catalog, client, licensing, sales, system};

/// The schema of an answer to what was not done.
const ERROR: &str = "Error";

/// The document of the management interface and of what licensed programs call.
pub fn document() -> OpenApi {
    let operations = [
        access::routes().operations(),
        licensing::routes().operations(),
        sales::routes().operations(),
        catalog::routes().operations(),
        system::routes().operations(),
        client::routes().operations(),
    ]
    .concat();
    let mut components: BTreeMap<String, RefOr<Schema>> = BTreeMap::from([(ENVELOPE.to_owned(), envelope()), (ERROR.to_owned(), error())]);
    let mut paths = Paths::new();
    for operation in operations {
        for (name, schema) in operation.components.clone() {
            // Of an object that a list has as well, what a list may leave out counts.
            if !components.contains_key(&name) || requires_nothing(&schema) {
                components.insert(name, schema);
            }
        }
        paths.add_path_operation(operation.path, vec![method(&operation.method)], documented(operation));
    }
    // No list is of these: they are met inside others alone.
    for (name, schema) in [named::<LicenseProduct>(), named::<Licensee>(), named::<ReportProperty>()] {
        components.entry(name).or_insert(schema);
    }
    let components = ComponentsBuilder::new()
        .schemas_from_iter(components)
        .security_scheme("apiKey", SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("x-api-key"))))
        .security_scheme("bearer", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build()))
        .build();
    let info = InfoBuilder::new().title("Babel Licensing Service").version(env!("CARGO_PKG_VERSION"));
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build()
}

fn named<T: ToSchema>() -> (String, RefOr<Schema>) {
    (T::name().into_owned(), T::schema())
}

fn requires_nothing(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if object.required.is_empty())
}

fn method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn documented(operation: Operation) -> Documented {
    let Operation { method, path, variables, parameters, body, answer, components: _ } = operation;
    let row = Row::find(&method, path);
    let area = path.split('/').nth(2).unwrap_or_default().to_owned();
    let mut documented = OperationBuilder::new().operation_id(Some(id(&method, path))).tag(area);
    if let Some(row) = row {
        documented = documented.summary(Some(row.summary)).description(Some(who(row)));
    }
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    for (name, schema) in names.zip(variables) {
        let variable = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True).schema(Some(schema));
        documented = documented.parameter(variable);
    }
    for parameter in parameters {
        documented = documented.parameter(parameter);
    }
    if let Some(body) = body {
        let content = || ContentBuilder::new().schema(Some(body.clone())).build();
        let both = RequestBodyBuilder::new().content("application/json", content()).content("application/json-patch+json", content());
        documented = documented.request_body(Some(both.required(Some(Required::True)).build()));
    }
    let json = |schema: RefOr<Schema>| ContentBuilder::new().schema(Some(schema)).build();
    documented = documented.response("200", ResponseBuilder::new().description("It was done.").content("application/json", json(answer)));
    let refused = ResponseBuilder::new().description("It was not done: `code` and `message` say why.");
    documented = documented.response("default", refused.content("application/json", json(Ref::from_schema_name(ERROR).into())));
    if row.is_some_and(|row| matches!(row.who, Who::Roles { .. })) {
        let nothing: [&str; 0] = [];
        documented =
            documented.securities(Some([SecurityRequirement::new("apiKey", nothing), SecurityRequirement::new("bearer", nothing)]));
    }
    documented.build()
}

/// `get_v1_users_userId_roles`: unique, and a name in every language that clients are generated in.
fn id(method: &Method, path: &str) -> String {
    let path = path.replace(['{', '}'], "").replace(['/', '-'], "_");
    format!("{}{path}", method.as_str().to_lowercase())
}

fn who(row: &Row) -> String {
    let names = |roles: &[Role]| roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(", ");
    match row.who {
        Who::Anybody => "Needs neither an API key nor a Bearer.".to_owned(),
        Who::Roles { all, own: [] } => format!("Roles: {}.", names(all)),
        Who::Roles { all, own } => format!("Roles: {}; for what is their own: {}.", names(all), names(own)),
    }
}

fn envelope() -> RefOr<Schema> {
    let envelope = ObjectBuilder::new().property("success", bool::schema()).required("success").property("code", int32()).required("code");
    envelope.property("message", String::schema()).required("message").into()
}

fn error() -> RefOr<Schema> {
    let codes = Code::ALL.iter().skip(1);
    let rows: Vec<String> = codes.clone().map(|code| format!("{} {}", code.number(), code.name())).collect();
    let names = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes.map(|code| code.name())));
    let code = int32().description(Some(rows.join(", ")));
    let error = ObjectBuilder::new().property("success", bool::schema()).required("success").property("code", code).required("code");
    error.property("message", String::schema()).required("message").property("error", names).required("error").into()
}
