//! Who may do what: every operation, asked in every role and with every set of permissions, as the table of roles has it.

use http::Method;
use latchkey_babel::roles::{OPERATIONS, Operation, Who};
use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::role::{Role, Roles};
use latchkey_core::ops::customers::create_customer;
use latchkey_core::table::NewCustomer;
use latchkey_tests::exchange::{Ask, Exchange, get, post};
use latchkey_tests::staff::Staff;
use latchkey_tests::world::World;
use serde_json::{Value, json};

/// Codes of what is not there, whoever asks.
const NOWHERE: [u64; 2] = [40401, 40501];

/// A number that nothing has, so that nothing is changed or deleted.
const NOTHING: &str = "2147483647";

/// Who asks.
struct Asker {
    staff: Staff,
    role: Option<Role>,
}

/// The operation's path, about what is the asker's own or about nothing.
fn path(operation: &Operation, asker: &Asker) -> String {
    let own_user = matches!(operation.who, Who::Roles { own, .. } if !own.is_empty());
    let (user, customer) = (asker.staff.user.id.to_string(), asker.staff.user.profile.customer);
    let part = |part: &str| match part {
        "{userId}" if own_user => user.clone(),
        "{userId}" => "00000000-0000-0000-0000-000000000001".to_owned(),
        "{customerId}" if own_user => customer.map_or(NOTHING.to_owned(), |customer| customer.get().to_string()),
        variable if variable.starts_with('{') => NOTHING.to_owned(),
        literal => literal.to_owned(),
    };
    operation.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// A request that is right in form, and changes nothing.
fn ask(operation: &Operation, asker: &Asker) -> Ask {
    let path = path(operation, asker);
    if operation.method == Method::GET {
        return get(&path, &[]);
    }
    let body = if operation.path == "/v1/users" && operation.method == Method::PUT {
        json!({"user": {"id": asker.staff.user.id.to_string()}})
    } else {
        json!({})
    };
    post(&path, "application/json", body.to_string().as_bytes()).method(operation.method.clone())
}

/// The same with nothing right about it but method and path.
fn rubbish(operation: &Operation, asker: &Asker) -> Ask {
    let target = format!("{}?filter=((&take=x&skip=-1&select=%00", path(operation, asker));
    post(&target, "text/plain", b"{[").method(operation.method.clone())
}

/// Whether the operation is served: what is not is told by the test of the contracts.
fn is_served(answer: &Exchange) -> bool {
    !answer.json()["code"].as_u64().is_some_and(|code| NOWHERE.contains(&code))
}

fn is_in_role(operation: &Operation, role: Option<Role>) -> bool {
    match operation.who {
        Who::Anybody => true,
        Who::Roles { all, own } => role.is_some_and(|role| all.contains(&role) || own.contains(&role)),
    }
}

/// What came is what the table says.
fn check(operation: &Operation, what: &str, answer: &Exchange, is_allowed: bool) {
    let Operation { method, path, .. } = operation;
    let told = || format!("{method} {path} as {what}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    let body: Value = answer.json();
    for (member, is_right) in
        [("success", body["success"].is_boolean()), ("code", body["code"].is_u64()), ("message", body["message"].is_string())]
    {
        assert!(is_right, "{}: {member}", told());
    }
    assert!(answer.status.as_u16() < 500, "{}", told());
    assert_eq!(answer.status != 403 && answer.status != 401, is_allowed, "{}", told());
    if !is_allowed {
        assert_eq!(body["code"], 40301, "{}", told());
    }
}

async fn askers(world: &World) -> Vec<Asker> {
    let administrator = world.administrator().await;
    let account = administrator.account;
    let customer = create_customer(&world.core, account, NewCustomer::named("Erika Mustermann".parse().unwrap())).await.unwrap();
    let mut askers = vec![Asker { staff: administrator, role: Some(Role::Administrator) }];
    for role in [Role::LicenseManager, Role::Sales, Role::Application] {
        askers.push(Asker { staff: world.staff(account, role).await, role: Some(role) });
    }
    askers.push(Asker { staff: world.customer_staff(account, customer.id).await, role: Some(Role::Customer) });
    askers.push(Asker { staff: world.staff(account, Roles::NONE).await, role: None });
    askers
}

fn every_set() -> impl Iterator<Item = Permissions> {
    (1..=15).filter_map(Permissions::from_bits)
}

#[tokio::test]
async fn every_role_may_do_with_a_bearer_what_the_table_says_and_nothing_else() {
    let world = World::new().await;
    let askers = askers(&world).await;
    for operation in OPERATIONS {
        for asker in &askers {
            let answer = ask(operation, asker).bearer(&asker.staff.bearer).send(&world).await;
            let is_allowed = is_in_role(operation, asker.role);
            if is_served(&answer) || !is_allowed {
                check(operation, &format!("{:?}", asker.role), &answer, is_allowed || !is_served(&answer));
            }
        }
    }
}

#[tokio::test]
async fn every_set_of_permissions_of_a_key_allows_what_it_says_in_the_roles_that_may() {
    let world = World::new().await;
    for asker in askers(&world).await {
        for permissions in every_set() {
            let key = world.staff_key(&asker.staff, permissions).await;
            for operation in OPERATIONS.iter().filter(|operation| matches!(operation.who, Who::Roles { .. })) {
                let is_allowed = is_in_role(operation, asker.role) && permissions.contains(operation.permission());
                // What a role forbids it forbids whatever the permissions: two sets tell that. Roles that may are asked with each
                // permission alone and with all, an administrator with every set.
                let telling: &[u8] = match asker.role {
                    Some(Role::Administrator) => &[],
                    role if is_in_role(operation, role) => &[1, 2, 4, 8, 15],
                    _ => &[8, 15],
                };
                if !telling.is_empty() && !telling.contains(&permissions.bits()) {
                    continue;
                }
                let answer = ask(operation, &asker).keyed(&key).send(&world).await;
                if is_served(&answer) {
                    check(operation, &format!("{:?} with {permissions}", asker.role), &answer, is_allowed);
                }
            }
        }
    }
}

#[tokio::test]
async fn who_may_not_is_told_so_before_anything_of_the_request_is_looked_at() {
    let world = World::new().await;
    let askers = askers(&world).await;
    for operation in OPERATIONS.iter().filter(|operation| matches!(operation.who, Who::Roles { .. })) {
        let nobody = rubbish(operation, &askers[0]).send(&world).await;
        if !is_served(&nobody) {
            continue;
        }
        assert_eq!(nobody.refused().1, 40101, "{} {}", operation.method, operation.path);
        assert_eq!(nobody.header("www-authenticate"), Some("Bearer"));
        for asker in askers.iter().filter(|asker| !is_in_role(operation, asker.role)) {
            let answer = rubbish(operation, asker).bearer(&asker.staff.bearer).send(&world).await;
            check(operation, &format!("{:?} with rubbish", asker.role), &answer, false);
        }
    }
}

#[tokio::test]
async fn roles_add_up_and_a_key_is_bounded_by_its_own() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let both = world.staff(administrator.account, Roles::from(Role::Administrator).and(Role::Sales)).await;
    let (users, customers) = ("/v1/users", "/v1/customers");
    for path in [users, customers] {
        let answer = both.get(path, &[]).send(&world).await;
        assert!(answer.status == 200 || !is_served(&answer), "{path}: {}", answer.status);
    }
    let bounded = world.bounded_key(&both, Permissions::ALL, Some(Role::Sales.into())).await;
    let answer = get(users, &[]).keyed(&bounded).send(&world).await.done();
    assert_eq!(answer["totalUsersCount"], 1, "in sales, one sees oneself");
    let program = world.bounded_key(&both, Permissions::ALL, Some(Role::Application.into())).await;
    assert_eq!(get(users, &[]).keyed(&program).send(&world).await.refused().0, 403);
}

#[test]
fn every_operation_of_the_contract_has_one_row() {
    let contract: Value = serde_json::from_str(include_str!("../../../contracts/babel-management.json")).unwrap();
    let contract: Vec<(&str, &str)> = contract
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| (operation["method"].as_str().unwrap(), operation["path"].as_str().unwrap()))
        .collect();
    assert_eq!(contract.len(), 83);
    for (method, path) in &contract {
        let rows = OPERATIONS.iter().filter(|row| row.method.as_str() == *method && row.path == *path).count();
        assert_eq!(rows, 1, "{method} {path}");
    }
    let rows: std::collections::BTreeSet<_> = OPERATIONS.iter().map(|row| (row.method.as_str(), row.path)).collect();
    assert_eq!(rows.len(), OPERATIONS.len(), "an operation has two rows");
    let ours = rows.iter().filter(|row| !contract.contains(row)).map(|(_, path)| path);
    let documented = include_str!("../../../../functions/babel/README.md");
    for path in ours {
        assert!(documented.contains(&format!("{path}`")), "{path} is ours: the README of functions/babel says nothing of it");
    }
}
