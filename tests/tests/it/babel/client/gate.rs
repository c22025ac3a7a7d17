//! Who may ask as a licensed program: an application's key beside the user key, where the account asks for it.

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::license::LicenseMode;
use latchkey_core::domain::role::Role;
use latchkey_core::domain::setting::SettingValue;
use latchkey_core::ops::settings::{SettingChange, change_settings};
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;

use super::{ask, named, refused, signed, taken};

const ACTIVATED: [&str; 3] = ["activate", "validate", "deactivate"];
const FLOATING: [&str; 3] = ["floating/request", "floating/heartbeat", "floating/release"];

async fn require_key(world: &World, account: AccountId, is_required: bool) {
    let (group, name) = ("Licensing".to_owned(), "RequireApplicationKey".to_owned());
    let change = SettingChange { group, name, value: SettingValue::Boolean(is_required) };
    change_settings(&world.core, account, vec![change]).await.unwrap();
}

#[tokio::test]
async fn a_key_is_required_where_the_account_says_so_and_always_accepted() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let administrator = world.staff(vendor.account, Role::Administrator).await;
    let key = world.bounded_key(&administrator, Permissions::from_bits(1).unwrap(), Some(Role::Application.into())).await;
    for is_required in [false, true, false] {
        require_key(&world, vendor.account, is_required).await;
        for (operations, mode) in [(ACTIVATED, LicenseMode::Activation), (FLOATING, LicenseMode::Floating)] {
            let license = signed(&world, &vendor, mode, 3).await;
            for operation in operations {
                ask(operation, &license, "WITH").keyed(&key).send(&world).await.done();
            }
            if is_required {
                ask(operations[0], &license, "HELD").keyed(&key).send(&world).await.done();
            }
            for operation in operations {
                let answer = ask(operation, &license, if is_required { "HELD" } else { "WITHOUT" }).send(&world).await;
                if is_required {
                    assert_eq!(named(&answer), refused(401, "Unauthenticated"), "{operation}");
                    assert_eq!(taken(&world, &license).await, 1, "{operation}: nothing is taken and nothing given back");
                } else {
                    answer.done();
                }
            }
        }
    }
}

#[tokio::test]
async fn a_key_that_counts_for_nothing_is_refused_even_where_none_is_required() {
    let world = World::new().await;
    let (vendor, stranger) = (world.vendor().await, world.vendor_of(new_product("other")).await);
    let others = world.staff(stranger.account, Role::Administrator).await;
    let others_key = world.bounded_key(&others, Permissions::ALL, Some(Role::Application.into())).await;
    let staff = world.staff(vendor.account, Role::Sales).await;
    let sales_key = world.staff_key(&staff, Permissions::ALL).await;
    for (operations, mode) in [(ACTIVATED, LicenseMode::Activation), (FLOATING, LicenseMode::Floating)] {
        let license = signed(&world, &vendor, mode, 3).await;
        ask(operations[0], &license, "MACHINE").send(&world).await.done();
        for operation in operations {
            let asks = || ask(operation, &license, "MACHINE");
            // To another account's application the licence is none.
            assert_eq!(named(&asks().keyed(&others_key).send(&world).await), refused(404, "LicenseKeyNotFound"), "{operation}");
            assert_eq!(named(&asks().keyed(&sales_key).send(&world).await), refused(403, "Forbidden"), "{operation}");
            assert_eq!(named(&asks().bearer(&staff.bearer).send(&world).await), refused(403, "Forbidden"), "{operation}");
            for wrong in ["api_000000000000000000000000", "", "x"] {
                assert_eq!(named(&asks().keyed(wrong).send(&world).await), refused(401, "Unauthenticated"), "{operation}");
            }
            assert_eq!(named(&asks().bearer("x").send(&world).await), refused(401, "Unauthenticated"), "{operation}");
            assert_eq!(taken(&world, &license).await, 1, "{operation}");
        }
    }
}

#[tokio::test]
async fn who_manages_licences_may_ask_as_a_program_does() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    require_key(&world, vendor.account, true).await;
    let license = signed(&world, &vendor, LicenseMode::Activation, 3).await;
    for role in [Role::Administrator, Role::LicenseManager] {
        let staff = world.staff(vendor.account, role).await;
        ask("activate", &license, "MACHINE").bearer(&staff.bearer).send(&world).await.done();
    }
    for role in [Role::Sales, Role::Customer] {
        let staff = world.staff(vendor.account, role).await;
        let answer = ask("activate", &license, "MACHINE").bearer(&staff.bearer).send(&world).await;
        assert_eq!(named(&answer), refused(403, "Forbidden"), "{role:?}");
    }
}
