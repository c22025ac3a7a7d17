//! Seats as tokens: of one licence and of a whole account, whatever dialect they were taken through.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use latchkey_core::core::Core;
use latchkey_core::domain::ids::LicenseId;
use latchkey_core::domain::lease::LEASE_SECONDS;
use latchkey_core::domain::license::{License, LicenseMode};
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat::{Device, SeatLimit};
use latchkey_core::domain::seat_token::SeatToken;
use latchkey_core::domain::summary::Figures;
use latchkey_core::ops::change_seat_limit::change_seat_limit;
use latchkey_core::ops::count_licenses::count_licenses;
use latchkey_core::ops::delete_license::delete_license;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::import_licenses::{Imported, import_licenses};
use latchkey_core::ops::index_sites::reindex_sites;
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::ops::seat_tokens::{NewToken, create_token, delete_token, tokens_of_account, tokens_of_license};
use latchkey_core::table::seats::MAX_SEATS_READ;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;

use crate::floating::{Office, floating};
use crate::imports;
use crate::woosa::{activate, software_info, stop};

fn machine(name: &str) -> NewToken {
    NewToken { machine: name.parse().unwrap(), client: "studio".parse().ok(), name: "Studio".parse().ok(), address: None }
}

async fn tokens(core: &Core, license: &License) -> Vec<SeatToken> {
    tokens_of_license(core, license.account, license.id).await.unwrap()
}

/// What the stream's worker does when it is told of these licences.
async fn index(world: &World, licenses: &[&License]) {
    for license in licenses {
        world.index(&license.key).await;
    }
}

async fn of_account(core: &Core, vendor: &Vendor, licenses: u16) -> Vec<SeatToken> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = tokens_of_account(core, vendor.account, after, licenses).await.unwrap();
        all.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

#[tokio::test]
async fn every_seat_is_a_token_in_every_layout_and_can_be_taken_away_by_its_number() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (key, seats) in [("SMALL", Some(3)), ("LARGE", Some(100))] {
        let license = world.license_with(&vendor, key, seats).await;
        for site in ["https://example.com/shop", "https://shop.test"] {
            assert_eq!(activate(key, site).send(&world).await.status, 200);
            world.clock.advance_seconds(1);
        }
        let made = create_token(&world.core, vendor.account, license.id, machine("MACHINE")).await.unwrap();
        let again = create_token(&world.core, vendor.account, license.id, machine("MACHINE")).await.unwrap();
        assert_eq!(made, again, "a machine that holds a seat keeps it");
        assert!(made.text.starts_with("actk_") && made.text.len() == 17 && made.expires().is_none());
        assert_eq!((made.machine().unwrap().as_str(), made.client().unwrap().as_str()), ("MACHINE", "studio"));
        let listed = tokens(&world.core, &license).await;
        let sites: Vec<_> = listed.iter().map(SeatToken::site).collect();
        assert_eq!(sites, [Some("example.com/shop"), Some("shop.test"), None], "{key}");
        assert_eq!(listed[2], made);
        // A change of the layout changes no token.
        change_seat_limit(&world.core, Edit { account: vendor.account, license: license.id, seen: None }, SeatLimit::Unlimited)
            .await
            .unwrap();
        assert_eq!(tokens(&world.core, &license).await, listed);
        for token in &listed {
            delete_token(&world.core, vendor.account, license.id, token.id).await.unwrap();
            let gone = delete_token(&world.core, vendor.account, license.id, token.id).await;
            assert!(matches!(gone, Err(Rejected::NotFound(Thing::SeatToken))), "{gone:?}");
        }
        assert!(tokens(&world.core, &license).await.is_empty());
        assert_eq!(software_info(key, "https://example.com/shop").send(&world).await.code().unwrap(), "site_not_registered");
    }
}

#[tokio::test]
async fn floating_seats_are_tokens_that_end() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = floating(&world, &vendor, "KEY", Some(2)).await;
    let office = Office::of(world.core.clone(), &license);
    office.request(0).await.unwrap();
    let made = create_token(&world.core, vendor.account, license.id, machine("MACHINE")).await.unwrap();
    assert!(made.text.starts_with("fltk_"));
    assert_eq!(made.expires().unwrap().as_seconds(), world.core.now().as_seconds() + LEASE_SECONDS);
    let full = create_token(&world.core, vendor.account, license.id, machine("ANOTHER")).await;
    assert!(matches!(full, Err(Rejected::Refused(Refusal::NoSeatsLeft))), "{full:?}");
    let nameless = create_token(&world.core, vendor.account, license.id, NewToken { client: None, ..machine("ANOTHER") }).await;
    assert!(matches!(nameless, Err(Rejected::NoClient)), "{nameless:?}");
    let of_client = tokens(&world.core, &license).await.into_iter().find(|token| token.id != made.id).unwrap();
    assert_eq!(of_client.address(), "203.0.113.7".parse().ok());
    delete_token(&world.core, vendor.account, license.id, of_client.id).await.unwrap();
    assert_eq!(office.beat(0).await.err(), Some(Refusal::NotActivatedHere), "its seat was taken away");
    world.clock.advance_seconds(LEASE_SECONDS);
    let left = tokens(&world.core, &license).await;
    assert!(left.len() == 1 && left[0].is_over(world.core.now()));
}

#[tokio::test]
async fn a_licence_of_another_account_has_no_tokens_and_takes_none() {
    let world = World::new().await;
    let (vendor, stranger) = (world.vendor().await, world.vendor_of(latchkey_tests::vendor::new_product("other")).await);
    let license = world.license_with(&vendor, "KEY", Some(3)).await;
    let made = create_token(&world.core, vendor.account, license.id, machine("MACHINE")).await.unwrap();
    let not_found = |outcome: Option<Rejected>| assert!(matches!(outcome, Some(Rejected::NotFound(Thing::License))), "{outcome:?}");
    not_found(tokens_of_license(&world.core, stranger.account, license.id).await.err());
    not_found(create_token(&world.core, stranger.account, license.id, machine("MACHINE")).await.err());
    not_found(delete_token(&world.core, stranger.account, license.id, made.id).await.err());
    index(&world, &[&license]).await;
    assert!(of_account(&world.core, &stranger, 10).await.is_empty());
    assert_eq!(tokens(&world.core, &license).await, [made]);
}

#[tokio::test]
async fn an_accounts_tokens_and_figures_follow_its_licences() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let small = world.license_with(&vendor, "SMALL", Some(3)).await;
    let empty = world.license_with(&vendor, "EMPTY", Some(7)).await;
    let large = world.license_with(&vendor, "LARGE", None).await;
    let float = floating(&world, &vendor, "FLOAT", Some(5)).await;
    let file = world.license(&vendor, |new| (new.mode, new.trace) = (LicenseMode::File, true)).await;
    for site in ["https://one.example.com", "https://shop.test"] {
        activate("SMALL", site).send(&world).await;
        activate("LARGE", site).send(&world).await;
    }
    create_token(&world.core, vendor.account, large.id, machine("MACHINE")).await.unwrap();
    let office = Office::of(world.core.clone(), &float);
    for number in 0..3 {
        office.request(number).await.unwrap();
    }
    stop(&world, &empty, "revoked").await;
    assert!(of_account(&world.core, &vendor, 10).await.is_empty(), "nothing was told to the index yet");
    index(&world, &[&small, &empty, &large, &float, &file]).await;
    let all = of_account(&world.core, &vendor, 10).await;
    let licenses: Vec<LicenseId> = all.iter().map(|token| token.license).collect();
    assert_eq!(licenses, [vec![small.id; 2], vec![large.id; 3], vec![float.id; 3]].concat());
    assert_eq!(of_account(&world.core, &vendor, 1).await, all, "page by page the same");
    let figures = Figures {
        licenses: 5,
        revoked: 1,
        traced: 1,
        file: 1,
        activation: 3,
        floating: 1,
        activated_seats: 5,
        floating_seats: 3,
        expired_seats: 0,
        most_seats: 15,
        unlimited: 1,
    };
    assert_eq!(count_licenses(&world.another_process(), vendor.account).await.unwrap(), figures);
    world.clock.advance_seconds(LEASE_SECONDS - 1);
    office.beat(0).await.unwrap();
    world.clock.advance_seconds(1);
    let later = Figures { floating_seats: 1, expired_seats: 2, ..figures };
    assert_eq!(count_licenses(&world.another_process(), vendor.account).await.unwrap(), later);
    // Told twice, late and in any order: what is stored is what is entered.
    delete_token(&world.core, vendor.account, small.id, all[0].id).await.unwrap();
    index(&world, &[&small, &float, &small]).await;
    assert_eq!(of_account(&world.core, &vendor, 10).await.len(), 7);
}

#[tokio::test]
async fn floating_seats_that_nobody_needs_any_more_are_freed_by_healing() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let license = floating(&world, &vendor, "KEY", None).await;
    let office = Office::of(world.core.clone(), &license);
    for number in 0..95 {
        office.request(number).await.unwrap();
    }
    world.clock.advance_seconds(LEASE_SECONDS + 24 * 60 * 60 - 1);
    office.request(0).await.unwrap();
    office.request(95).await.unwrap();
    reindex_sites(&world.core, vendor.account, None, 10).await.unwrap();
    assert_eq!(office.stored().await.len(), 96, "not yet a day");
    world.clock.advance_seconds(1);
    reindex_sites(&world.core, vendor.account, None, 10).await.unwrap();
    assert_eq!(office.stored().await, [crate::floating::name(0), crate::floating::name(95)].into());
}

#[tokio::test]
async fn what_is_missing_or_left_over_is_healed() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let mut licenses = Vec::new();
    for number in 0..5 {
        let key = format!("KEY-{number}");
        licenses.push(world.license_with(&vendor, &key, Some(3)).await);
        activate(&key, "https://example.com").send(&world).await;
    }
    index(&world, &licenses.iter().take(2).collect::<Vec<_>>()).await;
    // A licence that is gone, and was entered.
    for (pk, sk) in [
        (format!("LICENSE#{}", licenses[1].key.digest().to_text()), "GRANT".to_owned()),
        (format!("ACCOUNT#{:010}", vendor.account.get()), format!("LICENSE#{:010}", licenses[1].id.get())),
    ] {
        let value = aws_sdk_dynamodb::types::AttributeValue::S;
        let delete = world.dynamodb.delete_item().table_name(world.core.table.name()).key("pk", value(pk)).key("sk", value(sk));
        delete.send().await.unwrap();
    }
    let mut after = None;
    loop {
        after = reindex_sites(&world.core, vendor.account, after, 2).await.unwrap().next;
        if after.is_none() {
            break;
        }
    }
    let entered = world.core.table.summaries(vendor.account, None, 100).await.unwrap().items;
    let entered: Vec<LicenseId> = entered.iter().map(|summary| summary.license).collect();
    assert_eq!(entered, [licenses[0].id, licenses[2].id, licenses[3].id, licenses[4].id]);
    assert_eq!(of_account(&world.core, &vendor, 3).await.len(), 4);
}

#[tokio::test]
async fn a_licence_with_more_seats_than_lists_show_is_in_nobodys_way() {
    let world = World::unhurried().await;
    let vendor = world.vendor().await;
    let most = usize::try_from(MAX_SEATS_READ).unwrap();
    let crowded = imports::license(&vendor, "CROWDED", SeatLimit::Unlimited, most + 40);
    let made = import_licenses(&world.core, vendor.account, vec![crowded.clone()]).await.unwrap();
    let Imported::New { license, left_out: 0 } = made[0] else { panic!("{made:?}") };
    let small = world.license_with(&vendor, "SMALL", Some(3)).await;
    assert_eq!(activate("SMALL", "https://example.com").send(&world).await.status, 200);
    world.index(&crowded.key).await;
    world.index(&small.key).await;

    let listed = tokens_of_license(&world.core, vendor.account, license).await.unwrap();
    let shown: BTreeSet<String> = listed.iter().map(|token| token.seat.to_string()).collect();
    assert_eq!((listed.len(), shown.len()), (most, most));
    let of_all = of_account(&world.core, &vendor, 10).await;
    assert_eq!((of_all[..most] == listed[..], of_all.len(), of_all[most].license), (true, most + 1, small.id));

    // A seat that no list shows is taken, and taken away, as any other.
    let last = shown.last().unwrap();
    let is_hidden = |name: &String| Device::parse(&format!("#{name}")).unwrap().digest().to_string() > *last;
    let hidden = (0..1_000_000).map(|number| format!("MACHINE-{number}")).find(is_hidden).unwrap();
    let made = create_token(&world.core, vendor.account, license, machine(&hidden)).await.unwrap();
    assert_eq!(create_token(&world.core, vendor.account, license, machine(&hidden)).await.unwrap(), made);
    assert_eq!(made.machine().unwrap().as_str(), hidden);
    assert_eq!(tokens_of_license(&world.core, vendor.account, license).await.unwrap(), listed);
    assert_eq!(delete_token(&world.core, vendor.account, license, made.id).await.unwrap(), made);
    let gone = delete_token(&world.core, vendor.account, license, made.id).await;
    assert!(matches!(gone, Err(Rejected::NotFound(Thing::SeatToken))), "{gone:?}");
}

#[tokio::test]
async fn a_seat_is_shown_to_who_took_it_without_reading_the_others() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let large = world.license_with(&vendor, "LARGE", None).await;
    let floats = floating(&world, &vendor, "FLOATS", None).await;
    for license in [&large, &floats] {
        // As many as there may be, of which no list could be made.
        let pk = AttributeValue::S(format!("LICENSE#{}", license.key.digest().to_text()));
        let update = world.dynamodb.update_item().table_name(world.core.table.name());
        let update = update.key("pk", pk).key("sk", AttributeValue::S("GRANT".to_owned())).update_expression("SET taken = :taken");
        update.expression_attribute_values(":taken", AttributeValue::N("123456".to_owned())).send().await.unwrap();
        let made = create_token(&world.core, vendor.account, license.id, machine("MACHINE")).await.unwrap();
        assert_eq!(create_token(&world.core, vendor.account, license.id, machine("MACHINE")).await.unwrap(), made);
        assert_eq!(made.client().unwrap().as_str(), "studio");
        assert_eq!(tokens(&world.core, license).await, [made]);
    }
}

#[tokio::test]
async fn a_licence_that_is_deleted_while_its_accounts_tokens_are_listed_has_none() {
    let world = World::unhurried().await;
    let vendor = world.vendor().await;
    let (gone, stays) = (world.license_with(&vendor, "GONE", None).await, world.license_with(&vendor, "STAYS", Some(3)).await);
    for license in [&gone, &stays] {
        assert_eq!(activate(license.key.expose(), "https://example.com").send(&world).await.status, 200);
    }
    index(&world, &[&gone, &stays]).await;
    world.table.reset_calls();
    world.table.inject(Rule::once(Fault::DelayAnswer(Duration::from_secs(2))).on("BatchGetItem"));
    let between = async {
        // The grants were read, and nobody has heard of it yet.
        while !world.table.calls().iter().any(|call| call.operation == "BatchGetItem") {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let edit = Edit { account: vendor.account, license: gone.id, seen: None };
        delete_license(&world.direct(), edit).await.unwrap();
    };
    let (page, ()) = tokio::join!(tokens_of_account(&world.core, vendor.account, None, 10), between);
    let licenses: Vec<LicenseId> = page.unwrap().items.iter().map(|token| token.license).collect();
    assert_eq!(licenses, [stays.id]);
}
