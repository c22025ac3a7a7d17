//! The page that `url` leads to.

use latchkey_tests::exchange::{Ask, get};
use latchkey_tests::world::World;

use super::version::README;
use super::{KEY, PRODUCT, SITE, activate, assert_recorded, one_license, publish, version};

fn page(code: &str) -> Ask {
    get("/v2/licenses/changelog", &[("product_id", code)])
}

#[tokio::test]
async fn the_readmes_changelog_is_shown_to_anybody() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    publish(&world, &vendor, "1.0", README).await;
    activate(KEY, SITE).send(&world).await;
    let url = version(KEY, SITE).send(&world).await.json()["url"].as_str().unwrap().to_owned();
    assert!(!url.contains(KEY));
    let shown = get(url.strip_prefix("https://licenses.example.com").unwrap(), &[]).send(&world).await;
    assert!(String::from_utf8_lossy(&shown.body).contains("<li>First release – größer</li>"));
    assert_recorded("changelog", &shown);
}

#[tokio::test]
async fn the_vendors_words_are_text_and_nothing_is_run_or_loaded() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    publish(&world, &vendor, "1.0", "=== Sample ===\n\nShort.\n").await;
    let shown = page(PRODUCT).send(&world).await;
    let text = String::from_utf8_lossy(&shown.body).into_owned();
    assert!(text.contains("<p>Some changes go here...</p>"), "{text}");
    assert_eq!(shown.header("content-security-policy"), Some("default-src 'none'; base-uri 'none'; form-action 'none'"));
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(shown.header("cache-control"), Some("public, max-age=60"));
    let hostile = "=== Sample ===\n\nShort.\n\n== Changelog ==\n\n<script>alert(1)</script><img src=x onerror=alert(1)><a href=\"javascript:alert(1)\">x</a>\n";
    publish(&world, &vendor, "1.1", hostile).await;
    world.clock.advance_seconds(60);
    let text = String::from_utf8(page(PRODUCT).send(&world).await.body).unwrap();
    for evil in ["<script", "<img", "onerror=", "javascript:"] {
        assert!(!text.contains(evil), "{evil} in {text}");
    }
}

#[tokio::test]
async fn an_unknown_product_and_one_without_a_release_have_no_page() {
    let world = World::new().await;
    one_license(&world).await;
    assert_recorded("changelog_unknown_product", &page("nothing").send(&world).await);
    for ask in [page(PRODUCT), page("<script>"), page(""), get("/v2/licenses/changelog", &[])] {
        let answer = ask.send(&world).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (404, Some("text/html; charset=utf-8")));
        assert!(!String::from_utf8_lossy(&answer.body).contains("<script"));
    }
}
