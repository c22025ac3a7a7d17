//! Whatever speaks against a licence, each verb says so in 200 or 400 and never 403, which clients take for a firewall; and no
//! refused activation takes a seat.

use latchkey_core::table::Freshness;
use latchkey_tests::world::World;

use super::{KEY, OTHER_SITE, PRODUCT, SITE, VERBS, activate, ask, license, one_license, publish, version::README};
use crate::woosa::{STOPPED, stop};

#[tokio::test]
async fn the_matrix() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    publish(&world, &vendor, "1.0", README).await;
    activate(KEY, SITE).send(&world).await;
    let mut lines = Vec::new();
    let mut add = async |what: &str, product: &str, key: &str, site: &str| {
        for verb in VERBS {
            let answer = ask(verb, product, key, site).send(&world).await;
            let json = answer.json();
            assert!([200, 400].contains(&answer.status.as_u16()), "{verb} {what}");
            let shown = ["success", "license", "License_key_valid", "Activation_ok", "message"];
            let shown = shown.into_iter().filter_map(|name| Some(format!("{name}={}", json.get(name)?)));
            let package = if json.get("package").is_some() { "package" } else { "" };
            lines.push(
                format!("{what}, {verb}: {} {} {package}", answer.status.as_u16(), shown.collect::<Vec<_>>().join(" "))
                    .trim_end()
                    .to_owned(),
            );
        }
    };
    add("unknown product", "nothing", KEY, SITE).await;
    add("unknown key", PRODUCT, "NO-SUCH-KEY", SITE).await;
    add("no seat left", PRODUCT, KEY, OTHER_SITE).await;
    for (how, _) in STOPPED {
        let key = &format!("KEY-{how}");
        let stopped = license(&world, &vendor, key, Some(2)).await;
        activate(key, SITE).send(&world).await;
        stop(&world, &stopped, how).await;
        add(how, PRODUCT, key, OTHER_SITE).await;
        let grant = world.core.table.grant(stopped.key.digest(), Freshness::Strong).await.unwrap().unwrap();
        assert_eq!(grant.seats.taken(), 1, "{how}");
    }
    add("active", PRODUCT, KEY, SITE).await;
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("../../snapshots/sellcodes");
    settings.bind(|| insta::assert_snapshot!("refusals", lines.join("\n")));
}

#[tokio::test]
async fn a_licence_that_was_renewed_is_valid_at_once() {
    let world = World::new().await;
    let (_, license) = one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    stop(&world, &license, "ended").await;
    assert_eq!(ask("check_license", PRODUCT, KEY, SITE).send(&world).await.json()["license"], "expired");
    let edit = latchkey_core::ops::edit_license::Edit { account: license.account, license: license.id, seen: None };
    let always = latchkey_core::domain::license::Validity::ALWAYS;
    latchkey_core::ops::change_validity::change_validity(&world.core, edit, always).await.unwrap();
    assert_eq!(ask("check_license", PRODUCT, KEY, SITE).send(&world).await.json()["license"], "valid");
}
