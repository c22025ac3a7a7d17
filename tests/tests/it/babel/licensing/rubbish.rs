//! Rubbish in bodies: told as such, and never a fault.

use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{LICENSES, TEMPLATES, product, template};

#[tokio::test]
async fn whatever_a_member_is_the_answer_is_a_success_or_a_refusal() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let template = template(&world, &staff, product, json!({})).await;
    let shown = staff.get(TEMPLATES, &[]).send(&world).await.done()["licenseTemplates"][0].clone();
    let license = super::license(&world, &staff, json!({"templateId": template})).await;
    let id = license["licenseId"].clone();
    let row = super::one(&world, &staff, id.as_i64().unwrap(), &[]).await;
    let rubbish = [
        json!(null),
        json!(-1),
        json!(2_147_483_648_i64),
        json!("x".repeat(5_000)),
        json!("\u{0}"),
        json!([null]),
        json!({}),
        json!(1.5),
        json!(true),
    ];
    for (path, object, members, key) in [(LICENSES, "license", &row, json!(id)), (TEMPLATES, "licenseTemplate", &shown, json!(template))] {
        for member in members.as_object().unwrap().keys() {
            for value in &rubbish {
                let mut body = json!({"id": key, "templateId": template});
                body[member.as_str()] = value.clone();
                let body = Value::Object([(object.to_owned(), body)].into_iter().collect());
                for ask in [staff.put(path, &body), staff.post(path, &body)] {
                    let answer = ask.send(&world).await;
                    assert!(answer.status.as_u16() < 500, "{member} = {value}: {}", String::from_utf8_lossy(&answer.body));
                    if answer.status != 200 {
                        let (status, _, message) = answer.refused();
                        assert!([400, 404, 409].contains(&status), "{member} = {value}: {status} {message}");
                    }
                }
            }
        }
    }
}
