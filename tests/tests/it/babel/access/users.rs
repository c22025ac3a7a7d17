//! Users: made, changed by administrators and by themselves, put into roles, deleted.

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::role::Role;
use latchkey_tests::exchange::{get, post_json};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{PASSWORD, make_user, user};
use crate::babel::{code, members};

#[tokio::test]
async fn everything_that_is_said_of_a_user_is_read_back() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let said = json!({
        "userName": "Erika", "email": "Erika@Example.com", "phoneNumber": "1", "title": "Dr.", "firstName": "Erika",
        "lastName": "Mustermann", "department": "Sales", "birthDate": "1964-08-12T00:00:00Z", "lastDismissMessages": "2026-01-01T00:00:00Z",
        "rank": -7, "image": "https://example.com/e.png", "address": "Street 1", "postalCode": "12345", "region": "BE", "city": "Berlin",
        "country": "Germany", "countryCode": "DE", "mobile": "2", "notes": "two\nlines", "customerId": 0, "roles": ["sales", "Customer"],
        "id": "ignored", "createdAt": "2019-08-24T14:15:22Z", "apiKeys": [{"id": 1}], "settings": [], "unknown": {"a": [1]},
    });
    let made = administrator.post("/v1/users", &json!({"user": said})).send(&world).await.done();
    assert_eq!(members(&made), ["code", "message", "success", "userId"]);
    let id = made["userId"].as_str().unwrap();
    let mut expected = said.clone();
    let changes = json!({
        "id": id, "email": "erika@example.com", "createdAt": "2026-11-22T06:00:00Z", "updatedAt": null, "lastLogIn": null,
        "apiKeys": [], "roles": ["Sales", "Customer"],
    });
    for (member, value) in changes.as_object().unwrap() {
        expected[member] = value.clone();
    }
    expected.as_object_mut().unwrap().remove("unknown");
    assert_eq!(user(&world, &administrator, id).await, expected);
    // What is missing stays, what is empty goes.
    let put = json!({"user": {"id": id, "title": "", "email": null, "city": "Bonn", "birthDate": null}});
    administrator.put("/v1/users", &put).send(&world).await.done();
    for (member, value) in [("title", json!("")), ("email", json!("")), ("city", json!("Bonn")), ("birthDate", json!(null))] {
        expected[member] = value;
    }
    expected["updatedAt"] = json!("2026-11-22T06:00:00Z");
    assert_eq!(user(&world, &administrator, id).await, expected);
}

#[tokio::test]
async fn users_are_found_by_name_address_and_role() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    for (name, email, role) in [("erika", "erika@example.com", "Sales"), ("Max", "", "Customer"), ("moritz", "", "Customer")] {
        // Ids are in the order of time.
        world.clock.advance_seconds(1);
        let body = json!({"user": {"userName": name, "email": email, "roles": [role]}});
        administrator.post("/v1/users", &body).send(&world).await.done();
    }
    let names = async |query: &[(&str, &str)]| {
        let answer = administrator.get("/v1/users", query).send(&world).await.done();
        let names: Vec<String> =
            answer["users"].as_array().unwrap().iter().map(|user| user["userName"].as_str().unwrap().to_owned()).collect();
        assert_eq!(answer["totalUsersCount"].as_u64().unwrap(), names.len() as u64);
        names
    };
    let own = administrator.user.profile.user_name.as_str();
    assert_eq!(names(&[("roles", "customer")]).await, ["Max", "moritz"]);
    assert_eq!(names(&[("roles", "Customer, Sales"), ("sort", "UserName desc")]).await, ["moritz", "erika", "Max"]);
    assert_eq!(names(&[("filter", "UserName = \"Max\"")]).await, ["Max"]);
    assert!(names(&[("filter", "UserName = \"max\"")]).await.is_empty(), "texts compare with their case");
    assert_eq!(names(&[("filter", "Email = \"erika@example.com\"")]).await, ["erika"]);
    assert_eq!(names(&[("filter", "Email = \"\"")]).await, ["Max", "moritz"]);
    assert_eq!(names(&[("filter", "UserName.ToLower().StartsWith(\"m\") or Email != \"\"")]).await, [own, "erika", "Max", "moritz"]);
    assert_eq!(code(&administrator.get("/v1/users", &[("roles", "Root")]).send(&world).await), 40003);
}

#[tokio::test]
async fn a_user_changes_themselves_and_nobody_else_nor_their_roles() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let erika = make_user(&world, &administrator, "erika", &["Sales"]).await;
    let login = json!({"userName": "erika", "password": PASSWORD});
    let logged_in = post_json("/v1/login", &login).send(&world).await.done();
    let bearer = logged_in["accessToken"].as_str().unwrap().to_owned();
    world.keep_secret(&bearer);
    let put = |body: Value| post_json("/v1/users", &body).method(http::Method::PUT).bearer(&bearer);
    let seen = get("/v1/users", &[]).bearer(&bearer).send(&world).await.done();
    assert_eq!((seen["users"].as_array().unwrap().len(), &seen["totalUsersCount"]), (1, &json!(1)));
    // The whole object goes back, as clients do it.
    let mut whole = seen["users"][0].clone();
    whole["city"] = json!("Berlin");
    put(json!({"user": whole})).send(&world).await.done();
    for (member, value) in [("roles", json!(["Administrator"])), ("customerId", json!(7))] {
        assert_eq!(code(&put(json!({"user": {"id": erika, member: value}})).send(&world).await), 40301, "{member}");
    }
    let other = administrator.user.id.to_string();
    assert_eq!(code(&put(json!({"user": {"id": other, "city": "Bonn"}})).send(&world).await), 40301);
    let of_other = [
        get(&format!("/v1/users/{other}/roles"), &[]),
        get(&format!("/v1/users/{other}/settings"), &[]),
        post_json(&format!("/v1/users/{other}/settings"), &json!({"setting": {"name": "x"}})),
    ];
    for ask in of_other {
        assert_eq!(code(&ask.bearer(&bearer).send(&world).await), 40301);
    }
    let roles = get(&format!("/v1/users/{erika}/roles"), &[]).bearer(&bearer).send(&world).await.done();
    assert_eq!((&roles["roles"][0]["name"], &roles["totalRolesCount"]), (&json!("Sales"), &json!(1)));
}

#[tokio::test]
async fn another_password_needs_the_present_one_and_ends_every_login() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let erika = make_user(&world, &administrator, "erika", &["Sales"]).await;
    let enter = async |password: &str| post_json("/v1/login", &json!({"userName": "erika", "password": password})).send(&world).await;
    let bearer = enter(PASSWORD).await.done()["accessToken"].as_str().unwrap().to_owned();
    world.keep_secret(&bearer);
    let put = async |current: &str, new: &str| {
        let body = json!({"user": {"id": erika}, "currentPassword": current, "newPassword": new});
        post_json("/v1/users", &body).method(http::Method::PUT).bearer(&bearer).send(&world).await
    };
    let new = "another password of mine";
    world.keep_secret(new);
    assert_eq!(code(&put("", new).await), 40302);
    assert_eq!(code(&put("wrong password", new).await), 40302);
    assert_eq!(code(&put(PASSWORD, "short").await), 40002);
    put(PASSWORD, new).await.done();
    assert_eq!(code(&get("/v1/users", &[]).bearer(&bearer).send(&world).await), 40101);
    assert_eq!(code(&enter(PASSWORD).await), 40102);
    enter(new).await.done();
    // An administrator sets another's without knowing the present one, a key without every permission does not.
    let body = json!({"user": {"id": erika}, "newPassword": PASSWORD});
    let writing = world.staff_key(&administrator, Permissions::from_bits(7).unwrap()).await;
    let by_key = post_json("/v1/users", &body).method(http::Method::PUT).keyed(&writing).send(&world).await;
    assert_eq!(code(&by_key), 40301);
    administrator.put("/v1/users", &body).send(&world).await.done();
    enter(PASSWORD).await.done();
}

#[tokio::test]
async fn roles_are_given_and_taken_and_end_logins() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let sales = world.staff(administrator.account, Role::Sales).await;
    let path = format!("/v1/users/{}/roles", sales.user.id);
    administrator.post(&path, &json!({"roles": "LicenseManager; administrator"})).send(&world).await.done();
    assert_eq!(code(&sales.get("/v1/users", &[]).send(&world).await), 40101, "other roles, another era");
    let roles = administrator.get(&path, &[("sort", "Name"), ("select", "name")]).send(&world).await.done();
    assert_eq!(roles["roles"], json!([{"name": "Administrator"}, {"name": "LicenseManager"}, {"name": "Sales"}]));
    let all = administrator.get("/v1/roles", &[("filter", "Name = \"Sales\"")]).send(&world).await.done();
    let id = all["roles"][0]["id"].as_str().unwrap();
    let delete = |roles: &str| administrator.post(&path, &json!({"roles": roles})).method(http::Method::DELETE);
    delete(&format!("Administrator,{id}")).send(&world).await.done();
    let left = administrator.get(&path, &[]).send(&world).await.done();
    assert_eq!((&left["roles"][0]["name"], &left["totalRolesCount"]), (&json!("LicenseManager"), &json!(1)));
    assert_eq!(code(&delete("Root").send(&world).await), 40002);
    assert_eq!(code(&administrator.post("/v1/users/nobody/roles", &json!({"roles": "Sales"})).send(&world).await), 40402);
    let all = administrator.get("/v1/roles", &[]).send(&world).await.done();
    assert_eq!(all["totalRolesCount"], 5);
    assert_eq!(members(&all["roles"][0]), ["description", "id", "name"]);
}

#[tokio::test]
async fn a_deleted_user_is_stopped_at_once_with_all_their_keys() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let sales = world.staff(administrator.account, Role::Sales).await;
    let key = world.staff_key(&sales, Permissions::ALL).await;
    get("/v1/users", &[]).keyed(&key).send(&world).await.done();
    let path = format!("/v1/users/{}", sales.user.id);
    administrator.delete(&path).send(&world).await.done();
    assert_eq!(code(&sales.get("/v1/users", &[]).send(&world).await), 40101);
    assert_eq!(code(&get("/v1/users", &[]).keyed(&key).send(&world).await), 40101);
    assert_eq!(code(&administrator.delete(&path).send(&world).await), 40402);
    let name = sales.user.profile.user_name.as_str();
    administrator.post("/v1/users", &json!({"user": {"userName": name}})).send(&world).await.done();
}

#[tokio::test]
async fn a_user_who_cannot_be_is_not_made() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    for (body, expected) in [
        (json!({"user": {}}), 40002),
        (json!({"user": {"userName": "two words"}}), 40002),
        (json!({"user": {"userName": "x", "email": "nonsense"}}), 40002),
        (json!({"user": {"userName": "x", "customerId": 7}}), 40402),
        (json!({"user": {"userName": "x", "customerId": -7}}), 40402),
        (json!({"user": {"userName": "x", "roles": ["Root"]}}), 40002),
        (json!({"user": {"userName": "x"}, "password": "short"}), 40002),
        (json!({"user": {"userName": "x"}, "password": "x".repeat(129)}), 40002),
        (json!({"user": {"userName": "x", "birthDate": "yesterday"}}), 40002),
    ] {
        let answer = administrator.post("/v1/users", &body).send(&world).await;
        assert_eq!(code(&answer), expected, "{body}: {}", answer.json());
    }
}
