//! Logging in, going on, logging out.

use latchkey_tests::exchange::{Exchange, get, post_json};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{PASSWORD, make_user};
use crate::babel::{code, members};

async fn enter(world: &World, name: &str, password: &str) -> Exchange {
    let answer = post_json("/v1/login", &json!({"userName": name, "password": password})).from_address("203.0.113.7").send(world).await;
    for member in ["accessToken", "refreshToken"] {
        if let Some(secret) = answer.json()[member].as_str() {
            world.keep_secret(secret);
        }
    }
    answer
}

async fn go_on(world: &World, logged_in: &Value) -> Exchange {
    let answer = post_json("/v1/login/refresh", &json!({"refreshToken": logged_in["refreshToken"]})).send(world).await;
    for member in ["accessToken", "refreshToken"] {
        if let Some(secret) = answer.json()[member].as_str() {
            world.keep_secret(secret);
        }
    }
    answer
}

async fn look(world: &World, logged_in: &Value) -> Exchange {
    get("/v1/users", &[]).bearer(logged_in["accessToken"].as_str().unwrap()).send(world).await
}

#[tokio::test]
async fn a_login_lasts_half_an_hour_goes_on_and_ends() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let erika = make_user(&world, &administrator, "erika", &["Sales"]).await;
    let first = enter(&world, "Erika", PASSWORD).await.done();
    let expected =
        ["accessToken", "code", "expireAt", "message", "refreshExpireAt", "refreshToken", "roles", "success", "tokenType", "userId"];
    assert_eq!(members(&first), expected);
    assert_eq!((&first["expireAt"], &first["tokenType"]), (&json!("2026-11-22T06:30:00Z"), &json!("Bearer")));
    assert_eq!((&first["userId"], &first["roles"]), (&json!(erika), &json!(["Sales"])));
    look(&world, &first).await.done();
    world.clock.advance_seconds(30 * 60);
    assert_eq!(code(&look(&world, &first).await), 40101);
    let second = go_on(&world, &first).await.done();
    look(&world, &second).await.done();
    post_json("/v1/logout", &json!({"refreshToken": second["refreshToken"]})).send(&world).await.done();
    assert_eq!(code(&go_on(&world, &second).await), 40102);
    post_json("/v1/logout", &json!({"refreshToken": "nonsense"})).send(&world).await.done();
}

#[tokio::test]
async fn a_refresh_token_that_is_used_again_ends_the_login() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    make_user(&world, &administrator, "erika", &["Sales"]).await;
    let first = enter(&world, "erika", PASSWORD).await.done();
    let second = go_on(&world, &first).await.done();
    assert_eq!(go_on(&world, &first).await.refused(), (401, 40102, "The login is over: please log in again.".to_owned()));
    assert_eq!(code(&go_on(&world, &second).await), 40102, "whoever has it, it is over");
}

#[tokio::test]
async fn nobody_is_told_whether_there_is_such_a_user_and_five_failures_block() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    make_user(&world, &administrator, "erika", &["Sales"]).await;
    // At the beginning of a window, so that all of this is in one.
    let into = world.clock.now().as_seconds().rem_euclid(300);
    world.clock.advance_seconds(300 - into);
    let mut told = Vec::new();
    for name in ["erika", "nobody"] {
        let mut answers = Vec::new();
        for _ in 0..5 {
            answers.push(enter(&world, name, "wrong password").await);
        }
        let blocked = enter(&world, name, PASSWORD).await;
        let seconds = blocked.header("retry-after").unwrap().to_owned();
        answers.push(blocked);
        told.push((answers.iter().map(Exchange::refused).collect::<Vec<_>>(), seconds));
    }
    assert_eq!(told[0], told[1], "who is not there is answered as who gives a wrong password");
    let (answers, seconds) = &told[0];
    let wrong = (401, 40102, "The user name or the password is not right.".to_owned());
    assert!(answers[..5].iter().all(|answer| *answer == wrong));
    assert_eq!((answers[5].0, answers[5].1, seconds.as_str()), (429, 42901, "300"));
    world.clock.advance_seconds(300);
    enter(&world, "erika", PASSWORD).await.done();
}

#[tokio::test]
async fn an_address_logs_in_beside_its_account() {
    let world = World::new().await;
    let administrator = world.administrator().await;
    world.keep_secret(PASSWORD);
    let user = json!({"user": {"userName": "erika", "email": "erika@example.com", "roles": ["Sales"]}, "password": PASSWORD});
    administrator.post("/v1/users", &user).send(&world).await.done();
    let with = async |account: Value| {
        let body = json!({"userName": "erika@example.com", "password": PASSWORD, "account": account});
        post_json("/v1/login", &body).send(&world).await
    };
    with(json!(administrator.account.get())).await.done();
    for account in [json!(null), json!(0), json!(administrator.account.get() + 1), json!(-1)] {
        assert_eq!(code(&with(account.clone()).await), 40102, "{account}");
    }
    assert_eq!(code(&with(json!("one")).await), 40002);
    for body in [json!({}), json!({"userName": "erika"}), json!({"userName": 1, "password": "x"})] {
        let answer = post_json("/v1/login", &body).send(&world).await;
        assert_eq!(code(&answer), 40002, "{body}");
        assert!(!answer.json()["message"].as_str().unwrap().contains(PASSWORD));
    }
}
