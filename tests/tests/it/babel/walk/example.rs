//! The contract's examples, made real: ids of what is there, and a text that means something where any text would not.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::contract::Operation;

/// The parameters of a list or a deletion that need a value.
pub(super) fn query(operation: &Operation) -> Vec<(&'static str, &'static str)> {
    let mut query = Vec::new();
    if operation.name() == "DELETE /v1/log" {
        query.push(("deleteAll", "true"));
    }
    if operation.takes("take") {
        query.push(("take", "50"));
    }
    query
}

/// The body of an operation.
pub(super) fn real(name: &str, example: &Value, ids: &BTreeMap<String, Value>) -> Value {
    let Value::Object(members) = example else { return example.clone() };
    Value::Object(members.iter().map(|(member, value)| (member.clone(), outer(name, member, value, ids))).collect())
}

/// A member of the body itself: most bodies are one object in an envelope.
fn outer(name: &str, member: &str, value: &Value, ids: &BTreeMap<String, Value>) -> Value {
    match value {
        Value::Object(object) => Value::Object(inner(name, member, object, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => plain(name, "", member, value, ids),
    }
}

/// The object that an operation is about.
fn inner(name: &str, object: &str, members: &Map<String, Value>, ids: &BTreeMap<String, Value>) -> Map<String, Value> {
    members.iter().map(|(member, value)| (member.clone(), plain(name, object, member, value, ids))).collect()
}

fn plain(name: &str, object: &str, member: &str, value: &Value, ids: &BTreeMap<String, Value>) -> Value {
    let id = |name: &str| ids.get(name).cloned().unwrap_or(json!(0));
    match (object, member) {
        // Which object is changed.
        ("apiKey", "id") if name.starts_with("PUT") => id("apiKeyId"),
        ("user", "id") if name.starts_with("PUT") => id("userId"),
        ("setting", "id") if name.starts_with("PUT") => id("settingId"),
        ("assembly", "id") if name.starts_with("PUT") => id("assemblyId"),
        ("license", "id") if name.starts_with("PUT") => id("licenseId"),
        ("licenseTemplate", "id") if name.starts_with("PUT") => id("templateId"),
        ("customer", "id") if name.starts_with("PUT") => id("customerId"),
        ("contact", "id") if name.starts_with("PUT") => id("contactId"),
        ("product", "id") if name.starts_with("PUT") => id("productId"),
        ("release", "id") if name.starts_with("PUT") => id("releaseId"),
        ("order", "id") if name.starts_with("PUT") => id("orderId"),
        ("resource", "id") if name.starts_with("PUT") => id("resourceId"),
        // A text, unlike all else of that name.
        ("license", "licenseId") => value.clone(),
        // What it refers to.
        ("user", "customerId") | (_, "resellerId" | "nodeLockedLicenseId") => json!(0),
        ("apiKey", "ownerId") => id("userId"),
        (_, "signatureKeysId" | "mappingFileId") => id("resourceId"),
        ("", "resourceId") => id("mailResourceId"),
        (_, "customerId" | "orderId" | "productId" | "releaseId" | "templateId" | "licenseId" | "userId" | "traceId") => id(member),
        ("licenseTemplate" | "license", "assemblies") | ("", "settings") => json!([]),
        // What has to mean something.
        ("apiKey", "expireDate") | ("license" | "licenseToken", "expireDate" | "supportExpireDate") => json!("2039-08-24T14:15:22Z"),
        ("apiKey" | "license", "revoked") => json!(false),
        ("apiKey", "permissions") => json!(15),
        ("license" | "licenseTemplate", "licensingMode") => json!(1),
        ("license", "maxAllowedSites") => json!(5),
        ("license" | "licenseTemplate", "userKey") => json!("{TOKEN:5}-{TOKEN:5}-{TOKEN:5}-{TOKEN:5}"),
        ("license" | "licenseTemplate", "features" | "restrictions") => dated(value),
        (_, "email" | "licenseeEmail") => json!("erika.mustermann@example.org"),
        (_, "to") => json!([{"name": "Erika Mustermann", "email": "erika.mustermann@example.org"}]),
        (_, "attachments") => json!([{"fileName": "licence.txt", "content": "bGljZW5jZQ==", "contentType": "text/plain"}]),
        ("", "password" | "newPassword" | "currentPassword") => json!("correct horse battery"),
        ("", "roles") => json!("Sales"),
        ("user", "roles") => json!(["LicenseManager"]),
        ("apiKey", "key") => json!("walked-key-of-ours"),
        ("licenseToken", "address") => json!("203.0.113.7"),
        (_, "currency") => json!("EUR"),
        (_, "countryCode") => json!("DE"),
        (_, "url" | "website") => json!("https://example.org/"),
        ("release" | "assembly", "version") => json!("1.0.0"),
        ("resource", "type") => json!("RSA"),
        ("resource", "dataFormat") => json!("PEM"),
        ("resource", "data" | "password") | (_, "filter") => json!(""),
        _ => value.clone(),
    }
}

/// The same with dates that lie ahead.
fn dated(value: &Value) -> Value {
    serde_json::from_str(&value.to_string().replace("2019-08-24T14:15:22Z", "2039-08-24T14:15:22Z")).unwrap()
}
