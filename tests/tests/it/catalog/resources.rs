//! Resources: signature keys above all.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::resource::{MOST_DATA, Resource, ResourceContent};
use latchkey_core::fault::FaultKind;
use latchkey_core::ops::delete_resource::delete_resource;
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::ops::resources::{
    EditResource, ResourceCard, ResourceData, change_resource, create_resource, data_of, find_resource, resource_data,
};
use latchkey_core::ops::signing_key::signing_key;
use latchkey_core::signing::PublicKey;
use latchkey_tests::world::{SEALING_SECRET, World, signature_keys};

const PEM: &str = include_str!("../../../../shared/src/signing/vectors/rsa.pem");
const PUBLIC: &[u8] = include_bytes!("../../../../shared/src/signing/vectors/rsa.pub.pem");
const PFX: &[u8] = include_bytes!("../../../../shared/src/signing/vectors/rsa.pfx");
const PFX_PASSWORD: &str = "a-password";

fn card(sort: &str) -> ResourceCard {
    ResourceCard {
        name: "Keys of 2026".parse().unwrap(),
        sort: sort.parse().ok(),
        code: None,
        description: None,
        source: None,
        data_format: None,
        meta: None,
    }
}

fn data(data: &str) -> ResourceData {
    ResourceData { data: data.to_owned(), password: String::new() }
}

async fn resource(world: &World, account: AccountId, sort: &str, text: &str) -> Resource {
    create_resource(&world.core, &world.signature_keys, account, card(sort), &data(text)).await.unwrap()
}

fn edit(resource: &Resource) -> EditResource {
    EditResource { account: resource.account, resource: resource.id, seen: None }
}

/// All that is stored of it, as text.
async fn stored(world: &World) -> String {
    let items = world.dynamodb.scan().table_name(world.core.table.name()).send().await.unwrap();
    format!("{:?}", items.items())
}

#[tokio::test]
async fn a_key_is_made_or_brought_along_and_only_its_public_part_comes_back() {
    let world = World::new().await;
    let account = world.vendor().await.account;
    let pfx = ResourceData { data: STANDARD.encode(PFX), password: PFX_PASSWORD.to_owned() };
    let from_pfx = create_resource(&world.core, &world.signature_keys, account, card("RSA"), &pfx).await.unwrap();
    for brought in [resource(&world, account, "rsa", PEM).await, from_pfx] {
        assert_eq!(resource_data(&world.core, &brought).await.unwrap().as_bytes(), PUBLIC);
        let opened = signing_key(&world.core, &world.signature_keys, account, brought.id).await.unwrap();
        assert_eq!(opened.public(), PublicKey::parse(PUBLIC).unwrap());
    }
    let made = resource(&world, account, "Ed25519", "").await;
    let public = resource_data(&world.core, &made).await.unwrap();
    let opened = signing_key(&world.core, &world.signature_keys, account, made.id).await.unwrap();
    assert_eq!(opened.public(), PublicKey::parse(public.as_bytes()).unwrap());

    let stored = stored(&world).await;
    let lines: Vec<&str> = PEM.lines().filter(|line| line.len() == 64).collect();
    assert!(lines.len() > 10 && lines.iter().all(|line| !stored.contains(line)), "a private key is stored as it is");
    let base64 = STANDARD.encode(PFX);
    assert!(!stored.contains(&base64[..64]) && !stored.contains(PFX_PASSWORD));
}

#[tokio::test]
async fn what_is_no_key_of_the_type_is_refused_and_leaves_nothing_behind() {
    let world = World::new().await;
    let account = world.vendor().await.account;
    for (sort, text) in [("RSA", "no key"), ("Ed25519", PEM), ("RSA", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")] {
        let refused = create_resource(&world.core, &world.signature_keys, account, card(sort), &data(text)).await;
        assert!(matches!(refused, Err(Rejected::KeyFile(_))), "{refused:?}");
    }
    let wrong = ResourceData { data: STANDARD.encode(PFX), password: "another".to_owned() };
    let refused = create_resource(&world.core, &world.signature_keys, account, card("RSA"), &wrong).await;
    assert!(matches!(&refused, Err(Rejected::KeyFile(problem)) if problem.contains("password")), "{refused:?}");
    let heavy = create_resource(&world.core, &world.signature_keys, account, card("email"), &data(&"x".repeat(MOST_DATA + 1))).await;
    assert!(matches!(heavy, Err(Rejected::TooMuchData { .. })), "{heavy:?}");
    assert!(!stored(&world).await.contains("RESOURCE#"));
}

#[tokio::test]
async fn a_key_that_signed_stays_and_one_that_did_not_may_be_replaced_and_deleted() {
    let world = World::new().await;
    let account = world.vendor().await.account;
    let (signs, idle) = (resource(&world, account, "RSA", PEM).await, resource(&world, account, "RSA", PEM).await);
    signing_key(&world.core, &world.signature_keys, account, signs.id).await.unwrap();

    let anew = data("");
    let kept = change_resource(&world.core, &world.signature_keys, edit(&signs), Ok, Some(&anew)).await.unwrap();
    assert_eq!((kept.content, kept.revision), (signs.content.clone(), 2), "without data the key stays");
    let shown = data(std::str::from_utf8(PUBLIC).unwrap());
    change_resource(&world.core, &world.signature_keys, edit(&signs), Ok, Some(&shown)).await.unwrap();
    let pfx = ResourceData { data: STANDARD.encode(PFX), password: PFX_PASSWORD.to_owned() };
    let refused = change_resource(&world.core, &world.signature_keys, edit(&signs), Ok, Some(&pfx)).await;
    assert!(matches!(refused, Err(Rejected::KeyHasSigned)), "{refused:?}");
    let refused = delete_resource(&world.core, edit(&signs)).await;
    assert!(matches!(refused, Err(Rejected::KeyHasSigned)), "{refused:?}");
    signing_key(&world.another_process(), &signature_keys(SEALING_SECRET, None), account, signs.id).await.unwrap();

    change_resource(&world.core, &world.signature_keys, edit(&idle), Ok, Some(&pfx)).await.unwrap();
    delete_resource(&world.core, edit(&idle)).await.unwrap();
    assert!(matches!(find_resource(&world.core, account, idle.id).await, Err(Rejected::NotFound(Thing::Resource))));
    let gone = signing_key(&world.core, &world.signature_keys, account, idle.id).await;
    assert!(matches!(gone, Err(Rejected::NotFound(Thing::Resource))), "{gone:?}");
}

#[tokio::test]
async fn a_resource_does_not_become_a_key_nor_stop_being_one() {
    let world = World::new().await;
    let account = world.vendor().await.account;
    let (key, mail) = (resource(&world, account, "RSA", PEM).await, resource(&world, account, "email", "<p>Hello</p>").await);
    for (resource, sort) in [(&key, "email"), (&mail, "RSA"), (&key, "Ed25519")] {
        let change = |card: ResourceCard| Ok(ResourceCard { sort: sort.parse().ok(), ..card });
        let refused = change_resource(&world.core, &world.signature_keys, edit(resource), change, None).await;
        assert!(matches!(refused, Err(Rejected::ResourceType)), "{refused:?}");
    }
    let refused = signing_key(&world.core, &world.signature_keys, account, mail.id).await;
    assert!(matches!(refused, Err(Rejected::NoSignatureKey)), "{refused:?}");
}

#[tokio::test]
async fn data_comes_back_as_it_was_given_and_is_another_accounts_no_matter_what_is_asked() {
    let world = World::new().await;
    let (account, other) = (world.vendor().await.account, world.vendor().await.account);
    let text = "<p>Grüße,\r\n\tErika</p>".repeat(5_000);
    let mail = resource(&world, account, "email", &text).await;
    assert_eq!(mail.content, ResourceContent::Data { bytes: u32::try_from(text.len()).unwrap() });
    assert_eq!(resource_data(&world.core, &mail).await.unwrap(), text);
    let empty = resource(&world, account, "note", "").await;
    let key = resource(&world, account, "RSA", PEM).await;
    let all = data_of(&world.core, account, &[empty.id, mail.id, key.id]).await.unwrap();
    assert_eq!(all, ["", text.as_str(), ""]);

    let changed = change_resource(&world.core, &world.signature_keys, edit(&mail), Ok, Some(&data(""))).await.unwrap();
    assert_eq!(changed.content, ResourceContent::Nothing);
    assert_eq!(resource_data(&world.core, &changed).await.unwrap(), "");

    let theirs = EditResource { account: other, ..edit(&key) };
    assert!(matches!(find_resource(&world.core, other, key.id).await, Err(Rejected::NotFound(Thing::Resource))));
    assert!(matches!(delete_resource(&world.core, theirs).await, Err(Rejected::NotFound(Thing::Resource))));
    let opened = signing_key(&world.core, &world.signature_keys, other, key.id).await;
    assert!(matches!(opened, Err(Rejected::NotFound(Thing::Resource))), "{opened:?}");
}

/// The secret after the tests' own.
const NEXT: &str = "the-next-secret-of-the-tests-sealing-0123456789";

#[tokio::test]
async fn a_key_is_sealed_anew_after_the_secret_was_changed_and_lost_with_it_otherwise() {
    let world = World::new().await;
    let account = world.vendor().await.account;
    let key = resource(&world, account, "Ed25519", "").await;
    let lost = signing_key(&world.core, &signature_keys(NEXT, None), account, key.id).await;
    assert!(matches!(&lost, Err(Rejected::Fault(fault)) if fault.kind == FaultKind::Corrupt), "{lost:?}");
    let during = signing_key(&world.core, &signature_keys(NEXT, Some(SEALING_SECRET)), account, key.id).await.unwrap();
    let after = signing_key(&world.core, &signature_keys(NEXT, None), account, key.id).await.unwrap();
    assert_eq!(during.public(), after.public());
}

#[tokio::test]
async fn a_key_is_opened_by_one_read_and_remembered() {
    let world = World::new().await;
    let account = world.vendor().await.account;
    let key = resource(&world, account, "Ed25519", "").await;
    let keys = &world.signature_keys;
    signing_key(&world.core, keys, account, key.id).await.unwrap();
    let first = signing_key(&world.core, keys, account, key.id).await.unwrap();
    world.table.reset_calls();
    let again = signing_key(&world.core, keys, account, key.id).await.unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    assert_eq!(world.table.calls().len(), 0);
    world.clock.advance_seconds(60);
    signing_key(&world.core, keys, account, key.id).await.unwrap();
    assert_eq!(world.table.calls().len(), 1);
}
