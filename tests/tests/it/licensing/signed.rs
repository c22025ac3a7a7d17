//! Signed licences: made from what is stored, verified as anybody would.

use latchkey_core::domain::license::{License, Licensee};
use latchkey_core::domain::terms::{Content, Feature, Format, Restriction};
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::ops::sign_license::{content_of, sign_license};
use latchkey_core::random::Random;
use latchkey_core::signing::{Form, KeyKind, SigningKey, look, verify};
use latchkey_tests::world::World;

use super::{content, from_template, template, wording};

const PEM: &str = include_str!("../../../../shared/src/signing/vectors/rsa.pem");

fn full() -> Content {
    let restriction = Restriction {
        id: wording("domain"),
        properties: [("host", "example.com"), ("alias", "www")].map(|(name, value)| (wording(name), wording(value))).into(),
        ..Restriction::default()
    };
    let feature =
        Feature { id: wording("export"), until: latchkey_core::domain::time::Timestamp::parse("2030-01-01"), ..Feature::default() };
    Content {
        licensee_url: Some(wording("https://customer-site.com")),
        features: vec![feature],
        restrictions: vec![restriction],
        ..content()
    }
}

async fn license(world: &World) -> License {
    let vendor = world.vendor().await;
    let template = template(world, &vendor).await;
    let mut license = from_template(world, &template, |_| {}).await;
    license.licensee = Some(Licensee { name: "Erika Mustermann".parse().unwrap(), email: super::EMAIL.parse().ok() });
    license.terms.company = "Mustermann GmbH".parse().ok();
    world.keep_secret(super::EMAIL);
    license
}

#[tokio::test]
async fn every_form_says_what_is_stored_and_is_verified_with_the_public_key() {
    let world = World::new().await;
    let license = license(&world).await;
    let random = Random::seeded(5);
    let keys = [SigningKey::from_pem(PEM).unwrap(), SigningKey::generate(KeyKind::Ed25519, &random).unwrap()];
    for (format, rsa, ed25519) in [
        (Format::Xml, Some(Form::Xml), Form::File),
        (Format::XmlDsig, Some(Form::XmlDsig), Form::File),
        (Format::Ascii, Some(Form::Ascii), Form::Ascii),
        (Format::Base32, Some(Form::Base32), Form::Base32),
        (Format::File, None, Form::File),
    ] {
        let mut license = license.clone();
        license.terms.format = format;
        for (key, form) in keys.iter().zip([rsa, Some(ed25519)]) {
            let signed = sign_license(&license, &full(), key, &random);
            let Some(form) = form else {
                assert!(matches!(signed, Err(Rejected::SignatureKey { .. })), "{format:?}");
                continue;
            };
            let signed = signed.unwrap();
            assert_eq!(look(signed.as_bytes()).unwrap().form, form, "{format:?}");
            let said = verify(signed.as_bytes(), &key.public()).unwrap();
            assert_eq!(said, content_of(&license, &full()).unwrap(), "{format:?}");
            // Another process, another time: the same bytes.
            world.clock.advance_seconds(86_400);
            assert_eq!(sign_license(&license, &full(), key, &Random::System).unwrap(), signed, "{format:?}");
        }
    }
}

#[tokio::test]
async fn a_signed_licence_names_who_what_and_until_when() {
    let world = World::new().await;
    let license = license(&world).await;
    let said = content_of(&license, &full()).unwrap();
    let licensee = said.licensee.as_ref().unwrap();
    let shown = |text: &Option<latchkey_core::signing::content::Text>| text.as_ref().map(ToString::to_string).unwrap_or_default();
    assert_eq!(
        [shown(&licensee.name), shown(&licensee.company), shown(&licensee.contact_info), shown(&licensee.url)],
        ["Erika Mustermann", "Mustermann GmbH", super::EMAIL, "https://customer-site.com"]
    );
    assert_eq!(said.expire_date.unwrap().to_string(), "2027-11-22T06:00:00Z");
    assert_eq!(said.support_expire_date.unwrap().to_string(), "2027-02-20T06:00:00Z");
    assert_eq!((said.max_sites, said.restrictions[0].properties.len()), (Some(12), 2));
    assert_eq!(said.kind.to_string(), "Professional");
}
