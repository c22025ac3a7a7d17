//! Users: made, found by one name each, put into roles, deleted; their settings and API keys. How they log in: `log_in.rs`.

use latchkey_core::domain::api_key::{Permission, Permissions};
use latchkey_core::domain::ids::{AccountId, ApiKeyId, CustomerId};
use latchkey_core::domain::password::Password;
use latchkey_core::domain::role::{Role, Roles};
use latchkey_core::domain::text::{Email, Line, Prose};
use latchkey_core::domain::user::{Profile, User, UserId, UserName};
use latchkey_core::domain::user_setting::SettingContent;
use latchkey_core::ops::authenticate::{AuthFailure, Presented, authenticate};
use latchkey_core::ops::change_api_key::{ApiKeyChange, change_api_key, delete_api_key};
use latchkey_core::ops::create_api_key::{CreatedApiKey, NewApiKey, create_api_key};
use latchkey_core::ops::log_in::{LogIn, LoggedIn, log_in};
use latchkey_core::ops::rejected::{Rejected, Thing, Unique};
use latchkey_core::ops::stand::{Caller, stand_with_key};
use latchkey_core::ops::user_settings::{change_user_setting, create_user_setting, delete_user_setting, list_user_settings};
use latchkey_core::ops::users::{NewUser, add_to_roles, change_user, create_user, delete_user, find_user, remove_from_roles};
use latchkey_core::table::Freshness;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::vendor::new_api_key;
use latchkey_tests::world::World;

/// Every user's password here.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) fn name(text: &str) -> UserName {
    UserName::parse(text).unwrap()
}

fn named(text: &str) -> Profile {
    Profile::named(name(text))
}

fn with_email(text: &str, email: &str) -> Profile {
    Profile { email: Email::parse(email).ok(), ..named(text) }
}

pub(crate) async fn account(world: &World) -> AccountId {
    world.core.table.create_account(Line::parse("Acme").unwrap(), world.core.now()).await.unwrap().id
}

async fn make(world: &World, account: AccountId, profile: Profile, roles: impl Into<Roles>) -> Result<User, Rejected> {
    create_user(&world.core, account, NewUser { profile, roles: roles.into(), password: None }).await
}

/// A user with [`PASSWORD`].
pub(crate) async fn user(world: &World, account: AccountId, profile: Profile, roles: impl Into<Roles>) -> User {
    world.keep_secret(PASSWORD);
    let password = Password::parse(PASSWORD).ok();
    create_user(&world.core, account, NewUser { profile, roles: roles.into(), password }).await.unwrap()
}

pub(crate) async fn enter(world: &World, name: &str, password: &str) -> Result<LoggedIn, AuthFailure> {
    let presented = LogIn { name, account: None, password, address: "203.0.113.7".parse().ok() };
    let logged_in = log_in(&world.core, &world.access, &presented).await?;
    world.keep_secret(logged_in.bearer.expose());
    world.keep_secret(&logged_in.refresh.expose());
    Ok(logged_in)
}

#[tokio::test]
async fn a_name_is_one_users_in_the_deployment_and_an_address_one_users_in_the_account() {
    let world = World::new().await;
    let (one, other) = (account(&world).await, account(&world).await);
    let erika = make(&world, one, with_email("Erika", "erika@example.com"), Role::Sales).await.unwrap();
    for account in [one, other] {
        let refused = make(&world, account, with_email("eRIKA", "else@example.com"), Role::Sales).await;
        assert!(matches!(refused, Err(Rejected::InUse(Unique::UserName))), "{refused:?}");
    }
    let refused = make(&world, one, with_email("max", "Erika@Example.com"), Role::Sales).await;
    assert!(matches!(refused, Err(Rejected::InUse(Unique::UserEmail))), "{refused:?}");
    make(&world, other, with_email("max", "erika@example.com"), Role::Customer).await.unwrap();

    // What a user gives up is free again, and what somebody has is not.
    let refused = change_user(&world.core, one, erika.id, named("MAX"), None).await;
    assert!(matches!(refused, Err(Rejected::InUse(Unique::UserName))), "{refused:?}");
    let renamed = change_user(&world.core, one, erika.id, with_email("Erika2", "new@example.com"), None).await.unwrap();
    assert_eq!((renamed.revision, renamed.era, renamed.roles), (2, 1, Role::Sales.into()));
    make(&world, one, with_email("erika", "erika@example.com"), Role::Sales).await.unwrap();
    assert_eq!(change_user(&world.core, one, erika.id, renamed.profile.clone(), None).await.unwrap(), renamed, "nothing changed");
}

#[tokio::test]
async fn what_is_said_of_a_user_is_read_back_and_listed_by_account() {
    let world = World::new().await;
    let (one, other) = (account(&world).await, account(&world).await);
    let mut profile = with_email("erika", "erika@example.com");
    profile.rank = -7;
    profile.birth_date = Some(world.clock.now());
    profile.notes = Prose::parse("two\nlines").ok();
    profile.customer = CustomerId::new(99);
    let refused = make(&world, one, profile.clone(), Role::Customer).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::Customer))), "{refused:?}");
    profile.customer = None;
    let mut made = Vec::new();
    for number in 0..3 {
        world.clock.advance_seconds(1);
        let profile = Profile { user_name: name(&format!("erika{number}")), email: None, ..profile.clone() };
        made.push(make(&world, one, profile, Role::Sales).await.unwrap());
    }
    assert_eq!(find_user(&world.core, one, made[0].id).await.unwrap(), made[0]);
    let first = world.core.table.users(one, None, 2).await.unwrap();
    assert_eq!((first.items.as_slice(), first.next), (&made[..2], Some(made[1].id)));
    let second = world.core.table.users(one, first.next, 2).await.unwrap();
    assert_eq!((second.items.as_slice(), second.next), (&made[2..], None));
    assert!(world.core.table.users(other, None, 10).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn nothing_of_a_user_is_found_or_changed_from_another_account() {
    let world = World::new().await;
    let (one, other) = (account(&world).await, account(&world).await);
    let erika = make(&world, one, named("erika"), Role::Sales).await.unwrap();
    let not_found = |outcome: Result<User, Rejected>| matches!(outcome, Err(Rejected::NotFound(Thing::User)));
    assert!(not_found(find_user(&world.core, other, erika.id).await));
    assert!(not_found(change_user(&world.core, other, erika.id, named("max"), None).await));
    assert!(not_found(add_to_roles(&world.core, other, erika.id, Role::Administrator.into()).await));
    assert!(matches!(delete_user(&world.core, other, erika.id).await, Err(Rejected::NotFound(Thing::User))));
    let content = SettingContent::default;
    assert!(matches!(create_user_setting(&world.core, other, erika.id, content()).await, Err(Rejected::NotFound(Thing::User))));
    let setting = create_user_setting(&world.core, one, erika.id, content()).await.unwrap();
    let refused = change_user_setting(&world.core, other, erika.id, setting.id, content()).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::UserSetting))), "{refused:?}");
    assert!(matches!(delete_user_setting(&world.core, other, erika.id, setting.id).await, Err(Rejected::NotFound(Thing::UserSetting))));
    let key = NewApiKey { owner: Some(erika.id), ..new_api_key(Permissions::ALL) };
    let refused = create_api_key(&world.core, &world.credentials, other, key).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::User))), "{refused:?}");
    assert_eq!(find_user(&world.core, one, erika.id).await.unwrap(), erika);
    let nobody = AccountId::new(999).unwrap();
    let refused = make(&world, nobody, named("max"), Role::Sales).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::Account))), "{refused:?}");
}

#[tokio::test]
async fn a_write_is_done_once_where_its_answer_is_lost() {
    let world = World::new().await;
    let account = account(&world).await;
    let lose = || world.table.inject(Rule::first(1, Fault::DropAfter).on("TransactWriteItems"));
    lose();
    let erika = make(&world, account, named("erika"), Role::Sales).await.unwrap();
    world.table.clear();
    lose();
    let changed = add_to_roles(&world.core, account, erika.id, Role::Customer.into()).await.unwrap();
    assert_eq!((changed.revision, changed.era), (2, 2));
    world.table.clear();
    lose();
    delete_user(&world.core, account, erika.id).await.unwrap();
    world.table.clear();
    assert!(world.core.table.user(account, erika.id, Freshness::Strong).await.unwrap().is_none());
    make(&world, account, named("erika"), Role::Sales).await.unwrap();
}

#[tokio::test]
async fn changes_side_by_side_are_all_made() {
    let world = World::new().await;
    let account = account(&world).await;
    let erika = make(&world, account, named("erika"), Roles::NONE).await.unwrap();
    let add = |role: Role| add_to_roles(&world.core, account, erika.id, role.into());
    let (a, b, c) = tokio::join!(add(Role::Sales), add(Role::Customer), add(Role::Administrator));
    for outcome in [a, b, c] {
        outcome.unwrap();
    }
    let all = Roles::from(Role::Sales).and(Role::Customer).and(Role::Administrator);
    assert_eq!(find_user(&world.core, account, erika.id).await.unwrap().roles, all);
    let less = remove_from_roles(&world.core, account, erika.id, Role::Sales.into()).await.unwrap();
    assert_eq!(less.roles, all.without(Role::Sales));
}

#[tokio::test]
async fn settings_are_a_users_own() {
    let world = World::new().await;
    let account = account(&world).await;
    let erika = make(&world, account, named("erika"), Role::Sales).await.unwrap();
    let max = make(&world, account, named("max"), Role::Sales).await.unwrap();
    let content = SettingContent { name: Line::parse("theme").ok(), value: Prose::parse("dark").unwrap(), ..SettingContent::default() };
    let setting = create_user_setting(&world.core, account, erika.id, content.clone()).await.unwrap();
    let list = async |user: UserId| list_user_settings(&world.core, account, user, None, 10).await.unwrap().items;
    assert_eq!((list(erika.id).await, list(max.id).await), (vec![setting.clone()], vec![]));
    let light = SettingContent { value: Prose::parse("light").unwrap(), read_only: true, ..content };
    assert!(change_user_setting(&world.core, account, max.id, setting.id, light.clone()).await.is_err());
    change_user_setting(&world.core, account, erika.id, setting.id, light.clone()).await.unwrap();
    assert_eq!(list(erika.id).await[0].content, light);
    assert!(delete_user_setting(&world.core, account, max.id, setting.id).await.is_err());
    delete_user_setting(&world.core, account, erika.id, setting.id).await.unwrap();
    assert!(delete_user_setting(&world.core, account, erika.id, setting.id).await.is_err());
    create_user_setting(&world.core, account, erika.id, light).await.unwrap();
    delete_user(&world.core, account, erika.id).await.unwrap();
    assert!(world.core.table.user_settings(account, erika.id, None, 10).await.unwrap().items.is_empty());
}

async fn accepted(world: &World, key: &CreatedApiKey) -> Option<Caller> {
    let presented = Presented { secret: key.secret.clone(), email: None, address: None };
    match authenticate(&world.core, &world.credentials, &presented).await {
        Ok(principal) => Some(stand_with_key(&world.core, &principal).await.unwrap()),
        Err(AuthFailure::Unknown) => None,
        Err(failure) => panic!("{failure:?}"),
    }
}

fn change(key: &CreatedApiKey) -> ApiKeyChange {
    let key = key.key.clone();
    let (name, description, owner, roles) = (key.name, key.description, key.owner, key.roles);
    ApiKeyChange { name, description, owner, roles, permissions: key.permissions, expires: key.expires, is_revoked: false }
}

#[tokio::test]
async fn a_key_has_its_owners_roles_for_as_long_as_the_owner_has_them() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let erika = make(&world, vendor.account, named("erika"), Role::Sales).await.unwrap();
    let of_erika = |roles| NewApiKey { owner: Some(erika.id), roles, ..new_api_key(Permissions::ALL) };
    let whole = world.create_api_key(&vendor, of_erika(None)).await;
    let program = world.create_api_key(&vendor, of_erika(Some(Role::Application.into()))).await;
    let script = world.create_api_key(&vendor, new_api_key(Permissions::ALL)).await;
    let roles = async |key: &CreatedApiKey| accepted(&world, key).await.map(|caller| caller.roles);
    assert_eq!(roles(&whole).await, Some(Role::Sales.into()));
    assert_eq!(roles(&program).await, Some(Role::Application.into()));
    assert_eq!(roles(&script).await, Some(Roles::NONE));
    let refused = create_api_key(&world.core, &world.credentials, vendor.account, of_erika(Some(Roles::ALL))).await;
    assert!(matches!(refused, Err(Rejected::RolesBeyondOwner)), "{refused:?}");

    add_to_roles(&world.core, vendor.account, erika.id, Role::Administrator.into()).await.unwrap();
    assert_eq!(roles(&whole).await, Some(Roles::from(Role::Sales).and(Role::Administrator)));
    delete_user(&world.core, vendor.account, erika.id).await.unwrap();
    assert_eq!((roles(&whole).await, roles(&program).await), (None, None), "the keys of whoever is gone open nothing");
    assert_eq!(roles(&script).await, Some(Roles::NONE));
}

#[tokio::test]
async fn keys_are_numbered_paged_changed_and_deleted() {
    let world = World::new().await;
    let (vendor, other) = (world.vendor().await, world.vendor().await);
    let mut keys = Vec::new();
    for _ in 0..3 {
        keys.push(world.create_api_key(&vendor, new_api_key(Permissions::ALL)).await);
    }
    let ids: Vec<u32> = keys.iter().map(|key| key.key.id.get()).collect();
    assert_eq!(ids, [1, 2, 3]);
    let page = world.core.table.api_key_page(vendor.account, None, 2, Freshness::Strong).await.unwrap();
    assert_eq!((page.items.len(), page.next), (2, ApiKeyId::new(2)));
    let page = world.core.table.api_key_page(vendor.account, page.next, 2, Freshness::Eventual).await.unwrap();
    assert_eq!((page.items[0].key.id.get(), page.next), (3, None));

    let account = vendor.account;
    let read_only = ApiKeyChange { permissions: Permission::Read.into(), name: Line::parse("Renamed").unwrap(), ..change(&keys[0]) };
    let foreign = change_api_key(&world.core, other.account, keys[0].key.id, read_only.clone()).await;
    assert!(matches!(foreign, Err(Rejected::NotFound(Thing::ApiKey))), "{foreign:?}");
    world.table.inject(Rule::first(1, Fault::DropAfter).on("TransactWriteItems"));
    let changed = change_api_key(&world.core, account, keys[0].key.id, read_only).await.unwrap();
    world.table.clear();
    assert_eq!((changed.name.as_str(), changed.revision), ("Renamed", 2));
    let caller = accepted(&world, &keys[0]).await.unwrap();
    assert!(caller.may(Permission::Read) && !caller.may(Permission::Write));

    let expires = ApiKeyChange { expires: Some(world.clock.now().plus_seconds(60)), ..change(&keys[0]) };
    change_api_key(&world.core, account, keys[0].key.id, expires).await.unwrap();
    assert!(accepted(&world, &keys[0]).await.is_some());
    world.clock.advance_seconds(60);
    assert!(accepted(&world, &keys[0]).await.is_none());
    change_api_key(&world.core, account, keys[0].key.id, change(&keys[0])).await.unwrap();
    assert!(accepted(&world, &keys[0]).await.is_some(), "a key may live longer than it was to");

    let revoked = ApiKeyChange { is_revoked: true, ..change(&keys[1]) };
    change_api_key(&world.core, account, keys[1].key.id, revoked.clone()).await.unwrap();
    change_api_key(&world.core, account, keys[1].key.id, revoked).await.unwrap();
    assert!(accepted(&world, &keys[1]).await.is_none());
    let refused = change_api_key(&world.core, account, keys[1].key.id, change(&keys[1])).await;
    assert!(matches!(refused, Err(Rejected::ApiKeyRevoked)), "{refused:?}");

    assert!(delete_api_key(&world.core, other.account, keys[2].key.id).await.is_err());
    delete_api_key(&world.core, account, keys[2].key.id).await.unwrap();
    assert!(accepted(&world, &keys[2]).await.is_none());
    assert!(matches!(delete_api_key(&world.core, account, keys[2].key.id).await, Err(Rejected::NotFound(Thing::ApiKey))));
    let brought = NewApiKey { secret: Some(keys[2].secret.clone()), ..new_api_key(Permissions::ALL) };
    let refused = create_api_key(&world.core, &world.credentials, account, brought).await;
    assert!(matches!(refused, Err(Rejected::InUse(Unique::ApiKey))), "{refused:?}");
}
