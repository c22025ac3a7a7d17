//! `POST Discounts/r1/Create` and `GET Discounts/r1/List`.

use latchkey_core::domain::discount::DiscountCode;
use latchkey_tests::exchange::{Exchange, post, post_json};
use latchkey_tests::world::World;
use serde_json::json;

use super::{CODE, CREATE, LIST, Shop, assert_recorded, refused, response};

#[tokio::test]
async fn a_discount_with_a_code_of_the_vendors() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let fields = [
        ("ProductSku", shop.sku()),
        ("Code", CODE),
        ("Amount", "9.9"),
        ("Currency", "eur"),
        ("ValidFrom", "2026-11-22T06:00:00"),
        ("ValidUntil", "2026-12-31T23:59:59.5"),
        ("MaxUses", "10"),
    ];
    assert_recorded("discount_create", &shop.post(CREATE, &fields).send(&world).await);
    assert_recorded("discount_list", &shop.get(LIST, &[]).send(&world).await);
}

#[tokio::test]
async fn a_discount_with_a_code_of_ours_for_all_products() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let answer = shop.post(CREATE, &[("Percentage", "12.50")]).send(&world).await;
    assert_recorded("discount_create_drawn", &answer);
    let code = response(&answer)["code"].as_str().unwrap().to_owned();
    assert_eq!(DiscountCode::parse(&code).unwrap().as_str(), code);
    let listed = response(&shop.get(LIST, &[]).send(&world).await)["discounts"][0].clone();
    let expected = json!({
        "code": code, "productSku": null, "percentage": "12.5", "amount": null, "currency": null,
        "validFrom": "2026-11-22T06:00:00", "validUntil": "9999-01-01T00:00:00", "maxUses": null, "uses": 0,
    });
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn a_code_is_unique_in_the_account_whatever_its_case() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    response(&shop.create_discount(&CODE.to_lowercase()).send(&world).await);
    assert_recorded("discount_code_in_use", &shop.create_discount(CODE).send(&world).await);
    let other = Shop::with_key(&world, "other-shops-product", None).await;
    response(&other.create_discount(CODE).send(&world).await);
}

#[tokio::test]
async fn of_many_who_make_one_code_at_once_one_does() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let send = || shop.create_discount(CODE).send(&world);
    let answers: [Exchange; 6] = tokio::join!(send(), send(), send(), send(), send(), send()).into();
    let made = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(made, 1);
}

#[tokio::test]
async fn every_field_is_validated() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let invalid = "InvalidParameter";
    let cases: Vec<(&[(&str, &str)], &str)> = vec![
        (&[], "MissingParameter"),
        (&[("Currency", "EUR")], "MissingParameter"),
        (&[("Amount", "5")], "MissingParameter"),
        (&[("Percentage", "0")], invalid),
        (&[("Percentage", "0.99")], invalid),
        (&[("Percentage", "100.01")], invalid),
        (&[("Percentage", "101")], invalid),
        (&[("Percentage", "-5")], invalid),
        (&[("Percentage", "NaN")], invalid),
        (&[("Percentage", "12.345")], invalid),
        (&[("Percentage", "10"), ("Amount", "5"), ("Currency", "EUR")], invalid),
        (&[("Percentage", "10"), ("Amount", "5")], invalid),
        (&[("Percentage", "10"), ("Currency", "EUR")], invalid),
        (&[("Amount", "0"), ("Currency", "EUR")], invalid),
        (&[("Amount", "-1"), ("Currency", "EUR")], invalid),
        (&[("Amount", "9.999"), ("Currency", "EUR")], invalid),
        (&[("Amount", "9.9"), ("Currency", "JPY")], invalid),
        (&[("Amount", "1e9"), ("Currency", "EUR")], invalid),
        (&[("Amount", "99999999999999999999"), ("Currency", "EUR")], invalid),
        (&[("Amount", "5"), ("Currency", "EURO")], invalid),
        (&[("Amount", "5"), ("Currency", "XXX")], invalid),
        (&[("Amount", "5"), ("Currency", "ZZZ")], invalid),
        (&[("Percentage", "10"), ("Code", "SUMMER")], invalid),
        (&[("Percentage", "10"), ("Code", "PFNHX-BDFZ8-L8PE!")], invalid),
        (&[("Percentage", "10"), ("ValidFrom", "tomorrow")], invalid),
        (&[("Percentage", "10"), ("ValidUntil", "2026-13-01")], invalid),
        (&[("Percentage", "10"), ("MaxUses", "0")], invalid),
        (&[("Percentage", "10"), ("MaxUses", "-1")], invalid),
        (&[("Percentage", "10"), ("MaxUses", "+1")], invalid),
        (&[("Percentage", "10"), ("MaxUses", "1.5")], invalid),
        (&[("Percentage", "10"), ("MaxUses", "2147483648")], invalid),
        (&[("Percentage", "10"), ("ValidFrom", "2027-01-02"), ("ValidUntil", "2027-01-02")], "NeverRedeemable"),
        (&[("Percentage", "10"), ("ValidFrom", "2027-01-03"), ("ValidUntil", "2027-01-02")], "NeverRedeemable"),
        (&[("Percentage", "10"), ("ValidUntil", "2026-11-22T06:00:00")], "NeverRedeemable"),
    ];
    for (fields, code) in cases {
        let answer = shop.post(CREATE, fields).send(&world).await;
        assert_eq!(refused(&answer), (400, code.to_owned()), "{fields:?}");
    }
    let unknown = shop.post(CREATE, &[("Percentage", "10"), ("ProductSku", "no such product")]).send(&world).await;
    assert_eq!(refused(&unknown), (404, "ProductNotFound".to_owned()));
    assert_recorded("discount_invalid", &shop.post(CREATE, &[("Percentage", "101")]).send(&world).await);
    assert_eq!(response(&shop.get(LIST, &[]).send(&world).await)["discounts"], json!([]), "nothing was made");
}

#[tokio::test]
async fn the_bounds_themselves_are_allowed() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let cases: [&[(&str, &str)]; 6] = [
        &[("percentage", "1")],
        &[("PERCENTAGE", "100"), ("maxuses", "1")],
        &[("Amount", "0.01"), ("Currency", "USD"), ("MaxUses", "2147483647")],
        &[("Amount", "999999999999"), ("Currency", "JPY")],
        &[("Percentage", "10"), ("ValidUntil", "2026-11-22T06:00:00.000001")],
        &[("Percentage", "10"), ("ValidUntil", "9999-01-01T00:00:00")],
    ];
    for fields in cases {
        response(&shop.post(CREATE, fields).send(&world).await);
    }
    let multipart = b"--x\r\nContent-Disposition: form-data; name=\"Percentage\"\r\n\r\n10\r\n--x--\r\n";
    let multipart = post(CREATE, "multipart/form-data; boundary=x", multipart).header("authorization", &shop.api_key);
    response(&multipart.send(&world).await);
    let body = json!({ "percentage": 10, "maxUses": 3 });
    response(&post_json(CREATE, &body).header("authorization", &shop.api_key).send(&world).await);
}

#[tokio::test]
async fn a_list_goes_on_where_its_page_ended() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    for number in 0..7 {
        response(&shop.create_discount(&format!("AAAAA-AAAAA-AAAA{number}")).send(&world).await);
    }
    let (mut after, mut codes, mut pages) = (None::<String>, Vec::new(), 0);
    loop {
        let mut query = vec![("Limit", "3")];
        query.extend(after.as_deref().map(|after| ("After", after)));
        let page = response(&shop.get(LIST, &query).send(&world).await);
        codes.extend(page["discounts"].as_array().unwrap().iter().map(|discount| discount["code"].as_str().unwrap().to_owned()));
        pages += 1;
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!((codes.len(), pages), (7, 3));
    assert!(codes.is_sorted());
    for (name, value) in [("Limit", "0"), ("Limit", "101"), ("Limit", "x"), ("After", "x")] {
        assert_eq!(refused(&shop.get(LIST, &[(name, value)]).send(&world).await), (400, "InvalidParameter".to_owned()), "{name}={value}");
    }
}
