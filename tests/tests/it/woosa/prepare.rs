//! `POST software/update/prepare`.

use latchkey_tests::world::World;

use super::{KEY, SITE, STOPPED, activate, assert_recorded, one_license, prepare, stop};

#[tokio::test]
async fn an_activated_site_is_given_a_token() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    world.publish(&vendor, "1.0.0").await;
    activate(KEY, SITE).send(&world).await;
    let answer = prepare(KEY, SITE).send(&world).await;
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    world.keep_secret(&token);
    assert!(token.len() == 100 && token.bytes().all(|c| c.is_ascii_alphanumeric()), "{token}");
    let mut recorded = answer.clone();
    recorded.body = String::from_utf8(recorded.body).unwrap().replace(&token, "[token]").into_bytes();
    recorded.headers.remove("content-length");
    assert_recorded("prepare", &recorded);
}

#[tokio::test]
async fn nobody_else_is() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    assert_eq!(prepare("NO-SUCH-KEY", SITE).send(&world).await.code().unwrap(), "invalid_license_key");
    assert_eq!(prepare(KEY, SITE).send(&world).await.code().unwrap(), "site_not_registered");
    activate(KEY, SITE).send(&world).await;
    assert_eq!(prepare(KEY, SITE).send(&world).await.code().unwrap(), "software_not_found");
    for (how, code) in STOPPED {
        let key = format!("KEY-{how}");
        let license = world.license_with(&vendor, &key, Some(1)).await;
        activate(&key, SITE).send(&world).await;
        stop(&world, &license, how).await;
        assert_eq!(prepare(&key, SITE).send(&world).await.code().unwrap(), code);
    }
}
