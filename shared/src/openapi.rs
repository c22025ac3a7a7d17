//! Endpoints described for `OpenAPI` documents, from the types that they answer with; behind the feature `openapi`.
//!
//! A dialect whose handlers read parameters by name states them here once more, beside the types of its answers; what the endpoints
//! really say is compared with the document by a fuzzer (`infra/checks`).

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{AnyOfBuilder, ComponentsBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, ContentBuilder, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ResponseBuilder};

/// The name of an endpoint's only security scheme.
const CREDENTIAL: &str = "credential";

/// An endpoint.
pub struct Endpoint {
    method: HttpMethod,
    path: &'static str,
    operation: OperationBuilder,
    components: Vec<(String, RefOr<Schema>)>,
}

/// A field of a form, or a member of a JSON object that says the same.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Whether it may not be left out.
    pub is_required: bool,
}

/// A field that may not be left out.
pub const fn required(name: &'static str, meaning: &'static str) -> Field {
    Field { name, meaning, is_required: true }
}

/// A field that may be left out.
pub const fn optional(name: &'static str, meaning: &'static str) -> Field {
    Field { name, meaning, is_required: false }
}

impl Endpoint {
    /// An endpoint, and what it is for.
    pub fn new(method: HttpMethod, path: &'static str, summary: &str) -> Self {
        Self { method, path, operation: OperationBuilder::new().summary(Some(summary)), components: Vec::new() }
    }

    /// A GET.
    pub fn get(path: &'static str, summary: &str) -> Self {
        Self::new(HttpMethod::Get, path, summary)
    }

    /// A POST.
    pub fn post(path: &'static str, summary: &str) -> Self {
        Self::new(HttpMethod::Post, path, summary)
    }

    /// With a number in its path.
    #[must_use]
    pub fn number(mut self, name: &str) -> Self {
        let schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(i32::MAX));
        let variable = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
        self.operation = self.operation.parameter(variable.schema(Some(schema)));
        self
    }

    /// With parameters of its query.
    #[must_use]
    pub fn query(mut self, fields: &[Field]) -> Self {
        for Field { name, meaning, is_required } in fields {
            let required = if *is_required { Required::True } else { Required::False };
            let parameter = ParameterBuilder::new().name(*name).parameter_in(ParameterIn::Query).required(required);
            self.operation = self.operation.parameter(parameter.description(Some(*meaning)).schema(Some(text())));
        }
        self
    }

    /// With a body of these fields, in each of these types.
    #[must_use]
    pub fn body(mut self, fields: &[Field], types: &[&str]) -> Self {
        let mut object = ObjectBuilder::new();
        for Field { name, meaning, is_required } in fields {
            object = object.property(*name, text().description(Some(*meaning)));
            if *is_required {
                object = object.required(*name);
            }
        }
        let object = object.build();
        let mut body = RequestBodyBuilder::new().required(Some(Required::True));
        for kind in types {
            body = body.content(*kind, ContentBuilder::new().schema(Some(object.clone())).build());
        }
        self.operation = self.operation.request_body(Some(body.build()));
        self
    }

    /// Answers, with one of these statuses, a type's object.
    #[must_use]
    pub fn answers<T: ToSchema>(mut self, statuses: &[u16], meaning: &str) -> Self {
        let schema = self.refer::<T>();
        self.answer(statuses, meaning, schema)
    }

    /// Answers one of two types' objects.
    #[must_use]
    pub fn answers_either<A: ToSchema, B: ToSchema>(mut self, statuses: &[u16], meaning: &str) -> Self {
        let (one, other) = (self.refer::<A>(), self.refer::<B>());
        // Not exactly one of them: what has all members of one may have those of the other.
        self.answer(statuses, meaning, AnyOfBuilder::new().item(one).item(other).into())
    }

    /// The same in an envelope.
    #[must_use]
    pub fn answers_in<T: ToSchema>(mut self, envelope: fn(RefOr<Schema>) -> RefOr<Schema>, statuses: &[u16], meaning: &str) -> Self {
        let schema = envelope(self.refer::<T>());
        self.answer(statuses, meaning, schema)
    }

    /// Answers something else than JSON: a page, or a redirection to a file.
    #[must_use]
    pub fn answers_otherwise(mut self, status: u16, kind: Option<&str>, meaning: &str) -> Self {
        let mut response = ResponseBuilder::new().description(meaning);
        if let Some(kind) = kind {
            response = response.content(kind, ContentBuilder::new().schema(Some(text())).build());
        }
        self.operation = self.operation.response(status.to_string(), response);
        self
    }

    /// Needs the dialect's credential.
    #[must_use]
    pub fn secured(mut self) -> Self {
        let nothing: [&str; 0] = [];
        self.operation = self.operation.securities(Some([SecurityRequirement::new(CREDENTIAL, nothing)]));
        self
    }

    fn answer(mut self, statuses: &[u16], meaning: &str, schema: RefOr<Schema>) -> Self {
        let content: Content = ContentBuilder::new().schema(Some(schema)).build();
        for status in statuses {
            let response = ResponseBuilder::new().description(meaning).content("application/json", content.clone());
            self.operation = self.operation.response(status.to_string(), response);
        }
        self
    }

    fn refer<T: ToSchema>(&mut self) -> RefOr<Schema> {
        T::schemas(&mut self.components);
        self.components.push((T::name().into_owned(), T::schema()));
        Ref::from_schema_name(T::name()).into()
    }
}

/// Any text.
fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// The document of a dialect.
pub fn document(dialect: &str, credential: Option<SecurityScheme>, endpoints: Vec<Endpoint>) -> OpenApi {
    let mut components: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    let mut paths = Paths::new();
    for endpoint in endpoints {
        let Endpoint { method, path, operation, components: named } = endpoint;
        components.extend(named);
        let id = path.replace(['{', '}', '.'], "").replace(['/', '-'], "_");
        let operation = operation.operation_id(Some(format!("{}{id}", shown(&method)))).tag(dialect).build();
        paths.add_path_operation(path, vec![method], operation);
    }
    let mut parts = ComponentsBuilder::new().schemas_from_iter(components);
    if let Some(credential) = credential {
        parts = parts.security_scheme(CREDENTIAL, credential);
    }
    let info = InfoBuilder::new().title(dialect).version(env!("CARGO_PKG_VERSION"));
    OpenApiBuilder::new().info(info).paths(paths).components(Some(parts.build())).build()
}

fn shown(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Get => "get",
        HttpMethod::Post => "post",
        HttpMethod::Put => "put",
        HttpMethod::Delete => "delete",
        HttpMethod::Options => "options",
        HttpMethod::Head => "head",
        HttpMethod::Patch => "patch",
        HttpMethod::Trace => "trace",
    }
}

/// One document of several dialects. What each calls its schemas and credentials is put behind the dialect's name, for most have a
/// `License`.
pub fn merged(title: &str, dialects: Vec<OpenApi>) -> Result<Value, serde_json::Error> {
    let mut whole = serde_json::json!({
        "openapi": "3.1.0",
        "info": {"title": title, "version": env!("CARGO_PKG_VERSION")},
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    });
    for dialect in dialects {
        let prefix = dialect.info.title.split_whitespace().next().unwrap_or_default().to_owned();
        let mut document = serde_json::to_value(dialect)?;
        rename(&mut document, &prefix);
        for at in ["/paths", "/components/schemas", "/components/securitySchemes"] {
            let Some(Value::Object(members)) = document.pointer_mut(at).map(Value::take) else { continue };
            if let Some(Value::Object(into)) = whole.pointer_mut(at) {
                into.extend(
                    members.into_iter().map(|(name, value)| (if at == "/paths" { name } else { format!("{prefix}.{name}") }, value)),
                );
            }
        }
    }
    Ok(whole)
}

/// Puts `prefix` before whatever is referred to.
fn rename(value: &mut Value, prefix: &str) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get_mut("$ref")
                && let Some(name) = target.strip_prefix("#/components/schemas/")
            {
                *target = format!("#/components/schemas/{prefix}.{name}");
            }
            if let Some(Value::Array(needs)) = members.get_mut("security") {
                for need in needs.iter_mut().filter_map(Value::as_object_mut) {
                    *need = std::mem::take(need).into_iter().map(|(name, scopes)| (format!("{prefix}.{name}"), scopes)).collect();
                }
            }
            members.values_mut().for_each(|value| rename(value, prefix));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| rename(value, prefix)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "its schema is all that is wanted")]
    struct License {
        key: String,
    }

    #[test]
    fn two_dialects_with_one_name_stay_apart() {
        let dialect = |name, path| document(name, None, vec![Endpoint::get(path, "Tells.").answers::<License>(&[200], "It.")]);
        let whole = merged("All", vec![dialect("One's own", "/one"), dialect("Two", "/two")]).unwrap();
        let schemas: Vec<&String> = whole["components"]["schemas"].as_object().unwrap().keys().collect();
        assert_eq!(schemas, ["One's.License", "Two.License"]);
        let refers = |path: &str| whole["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].clone();
        assert_eq!([refers("/one"), refers("/two")], ["#/components/schemas/One's.License", "#/components/schemas/Two.License"]);
    }
}
