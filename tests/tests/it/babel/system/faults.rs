//! Faults of the store below the system's operations: 503 in the envelope, and nothing half done that shows.

use latchkey_tests::proxy::{Fault, Rule};
use serde_json::json;

use super::outbox;

#[tokio::test]
async fn where_the_store_is_away_every_operation_says_so_in_the_envelope() {
    let world = crate::faults::world().await;
    let staff = world.administrator().await;
    let mail = json!({"to": [{"email": "erika@example.com"}], "subject": "x", "body": "x"});
    let settings = json!({"settings": [{"group": "Reports", "name": "Accept", "value": false}]});
    let asks = [
        (staff.get("/v1/reports", &[]), "Query"),
        (staff.delete("/v1/reports/1"), "DeleteItem"),
        (staff.get("/v1/log", &[]), "Query"),
        (staff.get("/v1/log/levels", &[]), "Query"),
        (staff.get("/v1/log", &[("deleteAll", "true")]).method(http::Method::DELETE), "Query"),
        (staff.get("/v1/log", &[("id", "1")]).method(http::Method::DELETE), "GetItem"),
        (staff.get("/v1/settings", &[]), "GetItem"),
        (staff.put("/v1/settings", &settings), "UpdateItem"),
        (staff.get("/v1/info", &[]), "Query"),
        (staff.post("/v1/email/send", &mail), "BatchWriteItem"),
        (staff.post("/v1/email/license", &json!({"licenseId": 1, "resourceId": 1})), "GetItem"),
    ];
    for (ask, operation) in asks {
        let shown = format!("{ask:?}");
        world.core.sink.settle().await;
        world.table.inject(Rule::every(Fault::AccessDenied).on(operation));
        let refused = ask.send(&world).await.refused();
        assert!([(500, 50001), (503, 50301)].contains(&(refused.0, refused.1)), "{shown}: {refused:?}");
        world.core.sink.settle().await;
        world.table.clear();
    }
    assert!(outbox(&world, &staff).await.is_empty());
}

#[tokio::test]
async fn a_lost_answer_sends_no_mail_twice() {
    let world = crate::faults::world().await;
    let staff = world.administrator().await;
    let mail = json!({"to": [{"email": "erika@example.com"}], "subject": "x", "body": "x"});
    for operation in ["BatchWriteItem", "TransactWriteItems", "UpdateItem"] {
        world.core.sink.settle().await;
        world.table.inject(Rule::once(Fault::DropAfter).on(operation));
        staff.post("/v1/email/send", &mail).send(&world).await.done();
        world.table.clear();
    }
    assert_eq!(outbox(&world, &staff).await.len(), 3);
}
