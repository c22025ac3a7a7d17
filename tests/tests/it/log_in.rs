//! Logging in, going on, and being stopped.

use latchkey_core::domain::failure_window::{FailureWindow, MOST_FAILED_LOG_INS, MOST_FAILED_LOG_INS_OF_ONE, WINDOW_SECONDS};
use latchkey_core::domain::password::Password;
use latchkey_core::domain::role::{Role, Roles};
use latchkey_core::domain::text::Email;
use latchkey_core::domain::user::{Profile, User};
use latchkey_core::ops::authenticate::AuthFailure;
use latchkey_core::ops::log_in::{LogIn, LoggedIn, log_in};
use latchkey_core::ops::refresh::{log_out, refresh};
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::ops::set_password::{change_password, set_password};
use latchkey_core::ops::stand::{Caller, stand_with_bearer};
use latchkey_core::ops::users::{NewUser, add_to_roles, create_user, delete_user, find_user};
use latchkey_core::tokens::{BEARER_SECONDS, BearerKeys, REFRESH_SECONDS, SESSION_SECONDS};
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::{BEARER_SECRET, World, bearer_keys};

use crate::users::{PASSWORD, account, enter, name, user};

const ROTATED: &str = "the-secret-after-the-rotation-0123456789-0123";

async fn erika(world: &World) -> User {
    let account = account(world).await;
    world.keep_secret("erika@example.com");
    let profile = Profile { email: Email::parse("erika@example.com").ok(), ..Profile::named(name("Erika")) };
    user(world, account, profile, Role::Sales).await
}

async fn stand(world: &World, bearer: &str) -> Result<Caller, AuthFailure> {
    stand_with_bearer(&world.core, &world.access.bearer, bearer).await
}

async fn go_on(world: &World, token: &str) -> Result<LoggedIn, AuthFailure> {
    let logged_in = refresh(&world.core, &world.access, token).await?;
    world.keep_secret(logged_in.bearer.expose());
    world.keep_secret(&logged_in.refresh.expose());
    Ok(logged_in)
}

fn is_unknown<T>(outcome: &Result<T, AuthFailure>) -> bool {
    matches!(outcome, Err(AuthFailure::Unknown))
}

/// To the beginning of the next window, so that none ends within a test.
fn next_window(world: &World) {
    let into = world.clock.now().as_seconds().rem_euclid(WINDOW_SECONDS);
    world.clock.advance_seconds(WINDOW_SECONDS - into);
}

#[tokio::test]
async fn a_login_is_a_bearer_for_half_an_hour_in_the_users_account_and_roles() {
    let world = World::new().await;
    let erika = erika(&world).await;
    let logged_in = enter(&world, " eRiKa ", PASSWORD).await.unwrap();
    assert_eq!((logged_in.account, logged_in.user), (erika.account, erika.id));
    assert_eq!(logged_in.expires, world.clock.now().plus_seconds(BEARER_SECONDS));
    world.table.reset_calls();
    let caller = stand(&world, logged_in.bearer.expose()).await.unwrap();
    assert_eq!((caller.account, caller.user, caller.roles, caller.key), (erika.account, Some(erika.id), Role::Sales.into(), None));
    assert_eq!(world.table.calls().len(), 1, "one read says that the user is still there");
    if world.engines.is_embedded {
        assert!(world.table.capacity().total <= 0.5);
    }
    assert_eq!(find_user(&world.core, erika.account, erika.id).await.unwrap().last_log_in, Some(world.clock.now()));
    world.clock.advance_seconds(BEARER_SECONDS - 1);
    assert!(stand(&world, logged_in.bearer.expose()).await.is_ok());
    world.clock.advance_seconds(1);
    world.table.reset_calls();
    assert!(is_unknown(&stand(&world, logged_in.bearer.expose()).await));
    assert!(world.table.calls().is_empty(), "nothing is read for what is too old");
}

#[tokio::test]
async fn an_address_logs_in_where_its_account_is_said_and_nobody_into_another_account() {
    let world = World::new().await;
    let (one, other) = (erika(&world).await, account(&world).await);
    let enter = async |name: &str, account| {
        let presented = LogIn { name, account, password: PASSWORD, address: None };
        log_in(&world.core, &world.access, &presented).await.map(|logged_in| logged_in.user)
    };
    assert_eq!(enter("Erika@Example.com", Some(one.account)).await.unwrap(), one.id);
    assert!(is_unknown(&enter("erika@example.com", None).await), "an address is one user's in an account only");
    assert!(is_unknown(&enter("erika@example.com", Some(other)).await));
    assert_eq!(enter("erika", Some(one.account)).await.unwrap(), one.id);
    assert!(is_unknown(&enter("erika", Some(other)).await));
}

#[tokio::test]
async fn who_is_unknown_is_answered_read_and_counted_as_whose_password_is_wrong() {
    let world = World::new().await;
    let erika = erika(&world).await;
    next_window(&world);
    let without = NewUser { profile: Profile::named(name("max")), roles: Roles::NONE, password: None };
    create_user(&world.core, erika.account, without).await.unwrap();
    let mut seen = Vec::new();
    for (who, password) in
        [("erika", "wrong password"), ("nobody", "wrong password"), ("max", PASSWORD), ("erika", "short"), ("no body", "")]
    {
        world.table.reset_calls();
        let refused = enter(&world, who, password).await;
        assert!(is_unknown(&refused), "{who}: {refused:?}");
        let mut operations: Vec<_> = world.table.calls().into_iter().map(|call| call.operation).collect();
        operations.sort();
        seen.push(operations);
    }
    // What is no user's name is looked for nowhere, which tells nothing of any user.
    let unnamed = seen.pop().unwrap();
    assert_eq!(unnamed.len() + 1, seen[0].len());
    assert!(seen.iter().all(|operations| *operations == seen[0]), "{seen:?}");
    let count = async |name: &str| {
        let askers = world.credentials.keys.log_in_askers("203.0.113.7".parse().ok(), name);
        world.core.table.attempts(askers.both).await.unwrap()
    };
    assert_eq!((count("erika").await, count("nobody").await, count("max").await), (2, 1, 1));
    enter(&world, "erika", PASSWORD).await.unwrap();
    assert_eq!(count("erika").await, 2, "a login that succeeds counts as none");
}

#[tokio::test]
async fn after_five_failures_nobody_enters_as_the_user_from_there_for_five_minutes() {
    let world = World::new().await;
    erika(&world).await;
    next_window(&world);
    world.clock.advance_seconds(100);
    for who in ["erika", "nobody"] {
        for attempt in 0..MOST_FAILED_LOG_INS {
            assert!(is_unknown(&enter(&world, who, "wrong password").await), "{who}, attempt {attempt}");
        }
        for password in ["wrong password", PASSWORD] {
            world.table.reset_calls();
            let refused = enter(&world, who, password).await;
            assert!(matches!(refused, Err(AuthFailure::RateLimited { retry_after: 300 })), "{who}: {refused:?}");
            assert_eq!(world.table.calls().len(), 3, "neither user nor password is looked at");
        }
    }
    let elsewhere = LogIn { name: "erika", account: None, password: PASSWORD, address: "203.0.113.8".parse().ok() };
    log_in(&world.core, &world.access, &elsewhere).await.unwrap();
    world.clock.advance_seconds(299);
    assert!(enter(&world, "erika", PASSWORD).await.is_err());
    world.clock.advance_seconds(1);
    enter(&world, "erika", PASSWORD).await.unwrap();
    // The five are counted anew, and whatever the clock's own five minutes are.
    world.clock.advance_seconds(250);
    for seconds in [0, 20, 20, 20, 20] {
        world.clock.advance_seconds(seconds);
        assert!(is_unknown(&enter(&world, "erika", "wrong password").await));
    }
    assert!(matches!(enter(&world, "erika", PASSWORD).await, Err(AuthFailure::RateLimited { retry_after: 300 })));
}

#[tokio::test]
async fn guesses_side_by_side_are_no_more_than_five() {
    let world = World::new().await;
    erika(&world).await;
    next_window(&world);
    let guess = || enter(&world, "erika", "wrong password");
    let three = async { tokio::join!(guess(), guess(), guess()) };
    let ((first, second, third), fourth, fifth, sixth, last) = tokio::join!(three, guess(), guess(), guess(), guess());
    let outcomes = [first, second, third, fourth, fifth, sixth, last];
    assert_eq!(outcomes.iter().filter(|outcome| is_unknown(outcome)).count(), 5, "{outcomes:?}");
}

#[tokio::test]
async fn guesses_from_everywhere_stop_at_some_time() {
    let world = World::new().await;
    erika(&world).await;
    next_window(&world);
    let askers = world.credentials.keys.log_in_askers(None, "erika");
    let window = FailureWindow::at(world.clock.now());
    for _ in 0..MOST_FAILED_LOG_INS_OF_ONE {
        world.core.table.note_failure(askers.name, window).await.unwrap();
    }
    let refused = enter(&world, "erika", PASSWORD).await;
    assert!(matches!(refused, Err(AuthFailure::RateLimited { retry_after: 300 })), "{refused:?}");
    let both = world.credentials.keys.log_in_askers("203.0.113.7".parse().ok(), "erika").both;
    assert_eq!(world.core.table.attempts(both).await.unwrap(), 0, "what was not looked at counts for nobody");
}

#[tokio::test]
async fn a_bearer_of_another_secret_or_that_was_touched_is_none_and_the_secret_can_be_rotated() {
    let world = World::new().await;
    erika(&world).await;
    let bearer = enter(&world, "erika", PASSWORD).await.unwrap().bearer;
    let under = async |keys: BearerKeys| stand_with_bearer(&world.core, &keys, bearer.expose()).await;
    assert!(under(bearer_keys(ROTATED, Some(BEARER_SECRET))).await.is_ok());
    assert!(is_unknown(&under(bearer_keys(ROTATED, None)).await));
    let (head, signature) = bearer.expose().rsplit_once('.').unwrap();
    let (_, claims) = head.split_once('.').unwrap();
    // {"alg":"none"}, with and without the signature.
    for touched in [format!("{head}."), format!("eyJhbGciOiJub25lIn0.{claims}."), format!("eyJhbGciOiJub25lIn0.{claims}.{signature}")] {
        assert!(is_unknown(&stand(&world, &touched).await), "{touched}");
    }
    for none in ["", "..", "Bearer", &"x".repeat(10_000)] {
        assert!(is_unknown(&stand(&world, none).await));
    }
}

#[tokio::test]
async fn who_is_deleted_or_changed_is_stopped_at_once_in_every_process() {
    let world = World::new().await;
    let erika = erika(&world).await;
    let other = world.another_process();
    let stands = async |bearer: &LoggedIn| stand_with_bearer(&other, &world.access.bearer, bearer.bearer.expose()).await;
    let first = enter(&world, "erika", PASSWORD).await.unwrap();
    assert!(stands(&first).await.is_ok());
    add_to_roles(&world.core, erika.account, erika.id, Role::Administrator.into()).await.unwrap();
    assert!(is_unknown(&stands(&first).await) && is_unknown(&go_on(&world, &first.refresh.expose()).await));
    let second = enter(&world, "erika", PASSWORD).await.unwrap();
    assert!(stands(&second).await.unwrap().is(Role::Administrator));
    delete_user(&world.core, erika.account, erika.id).await.unwrap();
    assert!(is_unknown(&stands(&second).await) && is_unknown(&go_on(&world, &second.refresh.expose()).await));
    assert!(is_unknown(&enter(&world, "erika", PASSWORD).await));
}

#[tokio::test]
async fn a_refresh_token_counts_once_and_one_that_is_used_again_ends_its_login() {
    let world = World::new().await;
    erika(&world).await;
    let (ours, others) = (enter(&world, "erika", PASSWORD).await.unwrap(), enter(&world, "erika", PASSWORD).await.unwrap());
    world.clock.advance_seconds(BEARER_SECONDS);
    world.table.reset_calls();
    let next = go_on(&world, &ours.refresh.expose()).await.unwrap();
    let operations: Vec<_> = world.table.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["GetItem", "GetItem", "UpdateItem"], "one conditional write");
    assert!(stand(&world, next.bearer.expose()).await.is_ok());
    let third = go_on(&world, &next.refresh.expose()).await.unwrap();
    assert!(is_unknown(&go_on(&world, &ours.refresh.expose()).await), "the first one was used");
    assert!(is_unknown(&go_on(&world, &third.refresh.expose()).await), "and so nobody goes on with what came of it");
    go_on(&world, &others.refresh.expose()).await.unwrap();
    for none in ["", "x.y", &"A".repeat(66)] {
        assert!(is_unknown(&go_on(&world, none).await));
    }
}

#[tokio::test]
async fn of_two_who_use_a_refresh_token_at_once_one_goes_on_at_most() {
    let world = World::new().await;
    erika(&world).await;
    let token = enter(&world, "erika", PASSWORD).await.unwrap().refresh.expose();
    let (one, other) = tokio::join!(go_on(&world, &token), go_on(&world, &token));
    let done: Vec<_> = [one, other].into_iter().flatten().collect();
    assert_eq!(done.len(), 1);
    assert!(is_unknown(&go_on(&world, &done[0].refresh.expose()).await), "nobody knows which of the two it was");
}

#[tokio::test]
async fn a_lost_answer_of_the_table_costs_no_login() {
    let world = World::new().await;
    erika(&world).await;
    world.table.inject(Rule::first(1, Fault::DropAfter).on("PutItem"));
    let logged_in = enter(&world, "erika", PASSWORD).await.unwrap();
    world.table.clear();
    world.table.inject(Rule::first(1, Fault::DropAfter).on("UpdateItem"));
    let next = go_on(&world, &logged_in.refresh.expose()).await.unwrap();
    world.table.clear();
    // A fault before the write leaves the token as it was.
    world.table.inject(Rule::every(Fault::AccessDenied).on("UpdateItem"));
    assert!(matches!(go_on(&world, &next.refresh.expose()).await, Err(AuthFailure::Fault(_))));
    world.table.clear();
    go_on(&world, &next.refresh.expose()).await.unwrap();
}

#[tokio::test]
async fn a_table_that_is_away_refuses_nobody() {
    let world = World::new().await;
    erika(&world).await;
    for operation in ["GetItem", "UpdateItem", "PutItem"] {
        // More often than somebody may fail.
        for _ in 0..=MOST_FAILED_LOG_INS {
            world.table.inject(Rule::every(Fault::AccessDenied).on(operation));
            assert!(matches!(enter(&world, "erika", PASSWORD).await, Err(AuthFailure::Fault(_))), "{operation}");
            world.table.clear();
        }
    }
    enter(&world, "erika", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_login_goes_on_for_fourteen_days_unused_ninety_in_all_or_until_it_is_ended() {
    let world = World::new().await;
    erika(&world).await;
    let [idle, ended] = [enter(&world, "erika", PASSWORD).await.unwrap(), enter(&world, "erika", PASSWORD).await.unwrap()];
    let mut used = enter(&world, "erika", PASSWORD).await.unwrap();
    let begun = world.clock.now();
    log_out(&world.core, &ended.refresh.expose()).await.unwrap();
    log_out(&world.core, "none").await.unwrap();
    assert!(is_unknown(&go_on(&world, &ended.refresh.expose()).await));
    loop {
        world.clock.advance_seconds(REFRESH_SECONDS - 1);
        match go_on(&world, &used.refresh.expose()).await {
            Ok(next) => used = next,
            Err(failure) => {
                assert!(matches!(failure, AuthFailure::Unknown), "{failure:?}");
                break;
            }
        }
        assert!(used.refresh_expires <= begun.plus_seconds(SESSION_SECONDS));
    }
    assert!(world.clock.now() >= begun.plus_seconds(SESSION_SECONDS));
    assert!(is_unknown(&go_on(&world, &idle.refresh.expose()).await));
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_or_by_an_administrator_and_ends_every_login() {
    let world = World::new().await;
    let erika = erika(&world).await;
    next_window(&world);
    let who = (erika.account, erika.id);
    let new = Password::parse("another good password").unwrap();
    world.keep_secret("another good password");
    let change = async |current: &str| change_password(&world.core, &world.credentials, who, (current, &new), None).await;
    let logged_in = enter(&world, "erika", PASSWORD).await.unwrap();
    for _ in 0..MOST_FAILED_LOG_INS {
        assert!(matches!(change("wrong password").await, Err(Rejected::WrongPassword)));
    }
    assert!(matches!(change(PASSWORD).await, Err(Rejected::TooManyAttempts { .. })));
    next_window(&world);
    change(PASSWORD).await.unwrap();
    assert!(is_unknown(&stand(&world, logged_in.bearer.expose()).await));
    assert!(is_unknown(&go_on(&world, &logged_in.refresh.expose()).await));
    assert!(is_unknown(&enter(&world, "erika", PASSWORD).await));
    enter(&world, "erika", "another good password").await.unwrap();
    world.table.inject(Rule::first(1, Fault::DropAfter).on("TransactWriteItems"));
    set_password(&world.core, erika.account, erika.id, &Password::parse(PASSWORD).unwrap()).await.unwrap();
    enter(&world, "erika", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn nothing_secret_is_in_the_table_or_the_log() {
    let world = World::new().await;
    let erika = erika(&world).await;
    let logged_in = enter(&world, "erika", PASSWORD).await.unwrap();
    enter(&world, "guesser@example.net", "wrong password").await.unwrap_err();
    world.keep_secret("guesser@example.net");
    let pages = world.dynamodb.scan().table_name(world.core.table.name()).into_paginator().items().send();
    let items: Vec<_> = pages.try_collect().await.unwrap();
    let text = format!("{items:?}");
    let refresh = logged_in.refresh.expose();
    let (_, bits) = refresh.split_once('.').unwrap();
    for hidden in [PASSWORD, logged_in.bearer.expose(), bits, "guesser@example.net", "wrong password", "203.0.113.7"] {
        assert!(!text.contains(hidden), "{hidden} is in the table");
    }
    assert!(text.contains("$argon2id$") && text.contains(&erika.id.to_string()), "the table was looked at");
    let with_hash: Vec<_> = items.iter().filter(|item| format!("{item:?}").contains("$argon2id$")).collect();
    assert_eq!(with_hash.len(), 1);
    assert_eq!(with_hash[0]["sk"].as_s().unwrap(), "PASSWORD", "no list reads it");
    let keys: Vec<_> = items.iter().map(|item| format!("{:?} {:?}", item["pk"], item["sk"])).collect();
    assert!(keys.iter().all(|key| !key.contains("erika") && !key.contains("Erika")), "{keys:?}");
    let debug = format!("{logged_in:?} {erika:?}");
    assert!(!debug.contains(bits) && !debug.contains("erika@") && !debug.contains(logged_in.bearer.expose()), "{debug}");
}
