//! The seed's own examples (seed 003), and the comparison with them.

use std::fmt;

use latchkey_tests::exchange::Exchange;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

pub(super) const ACTIVATE_A: &str = r#"{"success":true,"message":"","License_key_valid":true,"Activation_ok":true,"Activation_count":"1","Maximum_activations":"1","Product_name":"Sellcodes sample wordpress plugin","Username":"Sam","Purchase_date":1511782193,"Expiry_date":"Unlimited","Refunded":false}"#;
pub(super) const ACTIVATE_B: &str = r#"{"success":true,"message":"","License_key_valid":false}"#;
pub(super) const ACTIVATE_C: &str = r#"{"success":false,"message":"Invalid or missing license key "}"#;
pub(super) const ACTIVATE_D: &str = r#"{"success":false,"license":"invalid","item_name":"","message":"Invalid or missing Product Id, "}"#;
pub(super) const ACTIVATE_E: &str = r#"{"success":true,"message":"","License_key_valid":true,"Activation_ok":false,"Activation_count":"1","Maximum_activations":"1","Product_name":"Sellcodes sample wordpress plugin","Username":"Sam","Purchase_date":1519117810,"Expiry_date":"Unlimited","Refunded":false}"#;

pub(super) const CHECK_A: &str = r#"{"success":true,"license":"valid","item_name":"Sellcodes sample wordpress plugin","message":"License is active","Purchase_date":"2018-02-20 02:10:10","expires":"Unlimited","slug":"sellcodes-sample-wordpress-plugin","customer_name":"Sam","customer_email":"[email protected]","license_limit":"1","site_count":"1","is_wordpress_product":"1","offering_automatic_updates":"1","activations_left":0}"#;
pub(super) const CHECK_B: &str = r#"{"success":false,"license":"site_inactive","item_name":"Sellcodes sample wordpress plugin","message":"License is not active for the given site","Purchase_date":"2018-02-20 02:10:10","expires":"Unlimited","slug":"sellcodes-sample-wordpress-plugin","customer_name":"sam","customer_email":"[email protected]","license_limit":"1","site_count":"0","is_wordpress_product":"1","offering_automatic_updates":"1","activations_left":1}"#;
pub(super) const CHECK_C: &str = r#"{"success":false,"license":"no_activations_left","item_name":"Sellcodes sample wordpress plugin","message":"License activation counts reached to max activation counts","expires":"Unlimited","slug":"sellcodes-sample-wordpress-plugin","customer_name":"sam","customer_email":"[email protected]","license_limit":"1","site_count":"1","is_wordpress_product":"1","offering_automatic_updates":"1","activations_left":0}"#;
pub(super) const CHECK_D: &str = r#"{"success":false,"license":"invalid","item_name":"","message":" Invalid or missing License Key, "}"#;
pub(super) const CHECK_E: &str = r#"{"success":false,"license":"invalid","item_name":"","message":"Invalid or missing Product Id, "}"#;

pub(super) const DEACTIVATE_A: &str = r#"{"success":true,"license":"deactivated","item_name":"Sellcodes sample wordpress plugin","expires":"Unlimited","customer_name":"sam","customer_email":"[email protected]"}"#;
pub(super) const DEACTIVATE_B: &str = r#"{"success":false,"license":"site_inactive","item_name":"Sellcodes sample wordpress plugin","message":"License is not active for the given site","expires":"Unlimited","slug":"sellcodes-sample-wordpress-plugin","customer_name":"sam","customer_email":"[email protected]","license_limit":"1","site_count":"0","activations_left":1}"#;

/// `get_version`, without the ends of its links and of its sections.
pub(super) const VERSION: &str = r#"{"name":"Sellcodes sample wordpress plugin","tags":["licensing","sellcodes","referral"],"requires_at_least":"3.0","tested_up_to":"4.9.4","stable_tag":"1.0","contributors":["sellcodes"],"donate_link":null,"short_description":"License: GPLv2","screenshots":[],"remaining_content":"Short Description","upgrade_notice":[],"url":"https://sellcodes.com/api/v1/licenses/changelog?product_id=jJPUX40f","homepage":"https://sellcodes.com/Ultimatelysocial/sellcodes-sample-wordpress-plugin","new_version":"1.0","last_updated":"1 hour ago","stable_version":"1.0","expires":"Unlimited","slug":"sellcodes-sample-wordpress-plugin","package":"https://sellcodes.com/push-file?file=","download_link":"https://sellcodes.com/push-file?file=","sections":"a:4:{}"}"#;

/// What differs by who bought, and when.
pub(super) const WHO_AND_WHEN: [&str; 3] = ["Purchase_date", "customer_name", "customer_email"];

/// An object's members, in their order.
pub(super) struct Members(pub(super) Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

pub(super) fn members(json: &[u8]) -> Vec<(String, Value)> {
    serde_json::from_slice::<Members>(json).unwrap().0
}

/// Which of JSON's types, a text, a number, a truth …
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Status, members, their order and types are the example's, and so are the values but for those that are named.
pub(super) fn assert_seed(exchange: &Exchange, status: u16, example: &str, but: &[&str]) {
    assert_eq!(exchange.status.as_u16(), status, "{}", String::from_utf8_lossy(&exchange.body));
    assert_eq!(exchange.header("content-type"), Some("application/json"));
    let (ours, theirs) = (members(&exchange.body), members(example.as_bytes()));
    let shape = |members: &[(String, Value)]| members.iter().map(|(name, value)| (name.clone(), kind(value))).collect::<Vec<_>>();
    assert_eq!(shape(&ours), shape(&theirs));
    for ((name, ours), (_, theirs)) in ours.iter().zip(&theirs) {
        assert!(but.contains(&name.as_str()) || ours == theirs, "{name}: {ours} instead of {theirs}");
    }
}

#[test]
fn an_answer_in_another_order_is_not_the_examples() {
    let names = |json: &str| members(json.as_bytes()).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(r#"{"b":1,"a":2}"#), ["b", "a"]);
    assert_eq!(names(ACTIVATE_B), ["success", "message", "License_key_valid"]);
}
