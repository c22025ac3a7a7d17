//! What licences cost, as counts: eight write units at most to make one, one read unit beside authentication to get one.

use latchkey_tests::world::World;
use serde_json::json;

use super::{EMAIL, LICENSES, key, license, product, sold, template};

#[tokio::test]
async fn a_licence_costs_eight_write_units_at_most_to_make_and_one_read_unit_to_get() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let product = product(&world, &staff, "ACME").await;
    let signer = key(&world, &staff, "Ed25519").await;
    let usual = template(&world, &staff, product, json!({"signatureKeysId": signer})).await;
    let (customer, order) = sold(&world, &staff).await;
    // A signature key notes its first signature, once for all.
    license(&world, &staff, json!({"templateId": usual})).await;
    for said in [
        json!({"templateId": usual, "customerId": customer}),
        json!({"templateId": usual, "orderId": order}),
        json!({"templateId": usual, "orderId": order, "customerId": customer, "licenseeName": "Erika Mustermann", "licenseeEmail": EMAIL}),
        json!({"product": {"id": "ACME"}, "customerId": customer, "orderId": order}),
    ] {
        world.table.reset_calls();
        let answer = staff.post(LICENSES, &json!({"license": said})).send(&world).await.done();
        let calls = world.table.calls();
        if world.engines.is_embedded {
            let reads = ["GetItem", "BatchGetItem", "Query"];
            let written: f64 = calls.iter().filter(|call| !reads.contains(&call.operation.as_str())).map(|call| call.capacity.total).sum();
            assert!(written <= 8.0, "{said}: {written} units");
        }
        world.table.reset_calls();
        let filter = format!("Id = {}", answer["licenseId"]);
        staff.get(LICENSES, &[("filter", &filter)]).send(&world).await.done();
        // The user beside the Bearer is half a unit.
        assert_eq!(world.table.calls().len(), 2, "{said}");
        if world.engines.is_embedded {
            let read = world.table.capacity().total;
            assert!(read <= 1.5, "{said}: {read} units");
        }
    }
}
