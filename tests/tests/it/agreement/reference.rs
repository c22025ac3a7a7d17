//! The reference (`infra/openapi.json`, which infra/local's tests compare with the types) names every member as the wire has it: whoever
//! follows it sends what is read and reads what is sent.

use std::collections::BTreeSet;

use serde_json::Value;

use super::sources::sources;

/// Members that the contract's examples of requests have and that a request does not say (functions/babel/README.md, "What is sent"):
/// those that are read-only, other objects, and ids that the address has. By the member that they are members of.
const NOT_SAID: &[(&str, &[&str])] = &[
    ("", &["productId", "releaseId"]),
    ("apiKey", &["clientSecret", "createdDate"]),
    ("user", &["createdAt", "updatedAt", "lastLogIn", "apiKeys", "settings"]),
    ("setting", &["userId"]),
    ("license", &["createdAt", "updatedAt", "licenseKey", "hash", "order", "customer", "template"]),
    (
        "licenseToken",
        &[
            "id",
            "token",
            "issueDate",
            "expireDate",
            "lastHeartbeat",
            "hash",
            "licenseId",
            "license",
            "nodeLockedLicenseId",
            "nodeLockedLicense",
        ],
    ),
    ("customer", &["createdAt", "updatedAt", "contacts"]),
    ("product", &["createdAt", "signatureKeys", "productOrders"]),
    ("order", &["createdAt", "updatedAt", "customer"]),
    ("productOrder", &["productId", "orderId", "product", "order"]),
    ("resource", &["createdAt", "updatedAt"]),
];

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn reference() -> Value {
    parsed(include_str!("../../../../infra/openapi.json"))
}

/// A schema, and all that it refers to and consists of.
fn parts<'d>(document: &'d Value, schema: &'d Value, found: &mut Vec<&'d Value>) {
    if let Some(reference) = schema["$ref"].as_str() {
        return parts(document, document.pointer(reference.trim_start_matches('#')).unwrap(), found);
    }
    found.push(schema);
    for of in ["allOf", "anyOf", "oneOf"] {
        schema[of].as_array().into_iter().flatten().for_each(|part| parts(document, part, found));
    }
}

/// The members of `example` that none of `schemas` has, by their paths.
fn unnamed(document: &Value, schemas: &[&Value], example: &Value, at: &str, found: &mut BTreeSet<String>) {
    let mut known = Vec::new();
    for schema in schemas {
        parts(document, schema, &mut known);
    }
    let of = |member: &str| known.iter().filter_map(|part| part.get(member)).collect::<Vec<_>>();
    match example {
        Value::Object(members) => {
            let (named, others) = (of("properties"), of("additionalProperties"));
            // What says nothing of its members may have any.
            if named.is_empty() && others.is_empty() {
                return;
            }
            for (name, value) in members {
                let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                let below: Vec<&Value> = named.iter().filter_map(|named| named.get(name)).chain(others.iter().copied()).collect();
                if below.is_empty() {
                    found.insert(path);
                } else {
                    unnamed(document, &below, value, &path, found);
                }
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| unnamed(document, &of("items"), entry, at, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_member_of_the_contracts_examples_is_in_the_reference() {
    let (document, contract) = (reference(), parsed(include_str!("../../../contracts/babel-management.json")));
    let (mut wrong, mut not_said, mut looked_at) = (Vec::new(), BTreeSet::new(), 0);
    for stated in contract.as_array().unwrap() {
        let (method, path) = (stated["method"].as_str().unwrap(), stated["path"].as_str().unwrap());
        let operation = &document["paths"][path][method.to_lowercase()];
        let said = &operation["requestBody"]["content"]["application/json"]["schema"];
        let answered = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        for (way, schema, example) in [("is sent", said, &stated["body_example"]), ("answers", answered, &stated["response_example"])] {
            if example.is_null() {
                continue;
            }
            assert!(schema.is_object(), "{method} {path} {way} what the reference has no schema of");
            looked_at += 1;
            let mut missing = BTreeSet::new();
            unnamed(&document, &[schema], example, "", &mut missing);
            for member in missing {
                let (of, name) = member.rsplit_once('.').unwrap_or(("", &member));
                if way == "is sent" && NOT_SAID.iter().any(|(object, names)| *object == of && names.contains(&name)) {
                    not_said.insert(member);
                } else {
                    wrong.push(format!("{method} {path} {way} {member}"));
                }
            }
        }
    }
    assert!(looked_at > 83, "{looked_at} examples");
    assert!(wrong.is_empty(), "{} members are not in infra/openapi.json:\n{}", wrong.len(), wrong.join("\n"));
    let listed: usize = NOT_SAID.iter().map(|(_, names)| names.len()).sum();
    assert_eq!(not_said.len(), listed, "NOT_SAID has members that the reference has: only {not_said:?} are needed");
}

/// A recorded exchange whose answer is JSON: its method, path, JSON body, status and answer.
fn recorded(snapshot: &str) -> Option<(String, String, Option<Value>, String, Value)> {
    let text = snapshot.splitn(3, "---\n").nth(2)?;
    let (method, target) = text.lines().next()?.split_once(' ')?;
    let path = target.split('?').next()?.to_owned();
    let is_status = |line: &&str| line.split_once(' ').is_some_and(|(code, _)| code.len() == 3 && code.parse::<u16>().is_ok());
    let status = text.lines().find(is_status)?;
    let (asked, answer) = text.split_once(&format!("\n{status}\n"))?;
    let body = asked.split_once("\n\n").and_then(|(_, body)| serde_json::from_str(body.trim()).ok());
    let answer = serde_json::from_str(answer.lines().last()?).ok()?;
    Some((method.to_lowercase(), path, body, status[..3].to_owned(), answer))
}

/// Whether `path` is one of a template such as `/licenses/{id}`.
fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(&path).all(|(part, is)| part.starts_with('{') || part == is)
}

/// The other interfaces' exchanges as they are recorded, by their seeds' examples.
#[test]
fn every_member_of_a_recorded_exchange_is_in_the_reference() {
    let document = reference();
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for source in sources("tests/tests/snapshots", &[".snap"]) {
        let Some((method, path, body, status, answer)) = recorded(&source.text) else { continue };
        let paths = document["paths"].as_object().unwrap();
        let Some(operation) = paths.iter().find(|(template, _)| fits(template, &path)).and_then(|(_, methods)| methods.get(&method)) else {
            continue;
        };
        let mut missing = BTreeSet::new();
        let answered = &operation["responses"][&status]["content"]["application/json"]["schema"];
        assert!(answered.is_object(), "{}: the reference has no answer {status} of {method} {path}", source.path);
        unnamed(&document, &[answered], &answer, "", &mut missing);
        let said = &operation["requestBody"]["content"]["application/json"]["schema"];
        // What was refused may have members that there are not.
        if let Some(body) = body.filter(|_| status.starts_with('2')) {
            unnamed(&document, &[said], &body, "", &mut missing);
        }
        wrong.extend(missing.into_iter().map(|member| format!("{}: {member}", source.path)));
        seen.insert(operation["operationId"].as_str().unwrap().to_owned());
    }
    assert!(seen.len() > 15, "only {seen:?}");
    assert!(wrong.is_empty(), "not in infra/openapi.json:\n{}", wrong.join("\n"));
}

#[test]
fn a_member_that_is_not_named_is_found() {
    let document = parsed(
        r##"{"s": {"allOf": [{"$ref": "#/envelope"}, {"properties": {"rows": {"items": {"properties": {"user_id": {}}}}, "any": {}}}]},
            "envelope": {"properties": {"success": {}}}}"##,
    );
    let example = parsed(r#"{"success": true, "any": {"thing": 1}, "rows": [{"userId": 1}], "more": 1}"#);
    let mut found = BTreeSet::new();
    unnamed(&document, &[&document["s"]], &example, "", &mut found);
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["more", "rows.userId"]);
}
