//! Whether a write leaves every item that it makes with the version of its form.

use serde_json::Value;

/// The item's attribute that says so.
const VERSION: &str = "v";

/// What of a DynamoDB request makes an item that does not say of which version it is, or may.
pub(super) fn unversioned(operation: &str, body: &Value) -> Option<String> {
    let members = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let writes: Vec<Value> = match operation {
        "PutItem" => vec![body["Item"].clone()],
        "UpdateItem" => return (!is_versioned(body)).then(|| body.to_string()),
        "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().into_iter().flat_map(serde_json::Map::values);
            tables.flat_map(members).map(|request| request["PutRequest"]["Item"].clone()).collect()
        }
        "TransactWriteItems" => {
            let writes = members(&body["TransactItems"]);
            if let Some(update) = writes.iter().map(|write| &write["Update"]).find(|update| !update.is_null() && !is_versioned(update)) {
                return Some(update.to_string());
            }
            writes.iter().map(|write| write["Put"]["Item"].clone()).collect()
        }
        _ => Vec::new(),
    };
    writes.iter().find(|item| !item.is_null() && item[VERSION]["N"].is_null()).map(Value::to_string)
}

/// Whether an update sets the version, or cannot make an item: nothing is compared as equal, smaller or larger with what is not there.
fn is_versioned(update: &Value) -> bool {
    let names = update["ExpressionAttributeNames"].as_object().into_iter().flat_map(serde_json::Map::values);
    if names.into_iter().any(|name| name == VERSION) {
        return true;
    }
    let condition = update["ConditionExpression"].as_str().unwrap_or_default();
    let holds_for_nothing = |term: &str| ["attribute_not_exists", "<>", "NOT "].iter().any(|word| term.contains(word));
    let is_about_an_item = |term: &String| !term.is_empty() && (term.contains("attribute_exists(#pk)") || !holds_for_nothing(term));
    conjunction(condition).iter().any(is_about_an_item)
}

/// The terms of a condition that have to hold together; one, where it is enough that one of several holds.
fn conjunction(condition: &str) -> Vec<String> {
    let (mut terms, mut depth) = (vec![String::new()], 0);
    for word in condition.split_inclusive(' ') {
        let is_outside = depth == 0;
        depth += word.matches('(').count();
        depth -= word.matches(')').count();
        match (word.trim(), terms.last_mut()) {
            ("OR", _) if is_outside => return vec![condition.to_owned()],
            ("AND", _) if is_outside => terms.push(String::new()),
            (_, Some(last)) => last.push_str(word),
            (_, None) => {}
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_refused(operation: &str, body: &Value) -> bool {
        unversioned(operation, body).is_some()
    }

    #[test]
    fn an_item_without_a_version_is_found_however_it_is_written() {
        let item = json!({"pk": {"S": "a"}});
        assert!(is_refused("PutItem", &json!({"Item": item})));
        assert!(is_refused("BatchWriteItem", &json!({"RequestItems": {"t": [{"PutRequest": {"Item": item}}]}})));
        assert!(is_refused("TransactWriteItems", &json!({"TransactItems": [{"Put": {"Item": item}}]})));
        for condition in ["attribute_not_exists(#count) OR #count < :most", "#state <> :off", ""] {
            let update = json!({"UpdateExpression": "ADD #last :one", "ConditionExpression": condition});
            assert!(is_refused("UpdateItem", &update), "{condition}");
            assert!(is_refused("TransactWriteItems", &json!({"TransactItems": [{"Update": update}]})), "{condition}");
        }
    }

    #[test]
    fn what_says_its_version_or_makes_no_item_is_right() {
        let item = json!({"pk": {"S": "a"}, "v": {"N": "1"}});
        assert!(!is_refused("PutItem", &json!({"Item": item})));
        let batch = json!({"RequestItems": {"t": [{"PutRequest": {"Item": item}}, {"DeleteRequest": {"Key": {}}}]}});
        assert!(!is_refused("BatchWriteItem", &batch));
        assert!(!is_refused("TransactWriteItems", &json!({"TransactItems": [{"Put": {"Item": item}}, {"Delete": {}}]})));
        assert!(!is_refused("UpdateItem", &json!({"ExpressionAttributeNames": {"#v": "v"}})));
        assert!(!is_refused("UpdateItem", &json!({"ConditionExpression": "attribute_exists(#pk) AND attribute_not_exists(#a)"})));
        assert!(!is_refused("UpdateItem", &json!({"ConditionExpression": "#revision = :seen"})));
        let both = "#state = :pending AND (attribute_not_exists(#due) OR #due <= :now)";
        assert!(!is_refused("UpdateItem", &json!({"ConditionExpression": both})));
        assert!(!is_refused("GetItem", &json!({})));
    }
}
