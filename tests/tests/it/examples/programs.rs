//! What is written in Python and for a shell: a licensed program, and a shop's scripts, over the Babel Licensing Service.

use std::ffi::OsStr;

use latchkey_core::domain::api_key::Permissions;
use latchkey_core::domain::role::Role;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::staff::Staff;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{Folder, Front, run, world};

/// A vendor's staff, with a template whose licences are signed.
struct Office {
    staff: Staff,
    api_key: String,
    template: Value,
    public_key: String,
}

impl Office {
    async fn open(world: &World) -> Self {
        let vendor = world.vendor().await;
        let staff = world.staff(vendor.account, Role::Administrator).await;
        let api_key = world.staff_key(&world.staff(vendor.account, Role::LicenseManager).await, Permissions::ALL).await;
        let resource = json!({"resource": {"name": "Our key", "type": "Ed25519"}});
        let resource = staff.post("/v1/resources", &resource).send(world).await.done()["resourceId"].clone();
        let shown = staff.get("/v1/resources", &[("filter", &format!("Id = {resource}"))]).send(world).await.done();
        let public_key = shown["resources"][0]["data"].as_str().unwrap().to_owned();
        let mut template = json!({"name": "A seat", "productId": vendor.product.id.get(), "signatureKeysId": resource});
        template["licensingMode"] = 1.into();
        let made = staff.post("/v1/license-templates", &json!({"licenseTemplate": template})).send(world).await.done();
        Self { staff, api_key, template: made["templateId"].clone(), public_key }
    }

    /// A licence, as the answer that makes it has it.
    async fn license(&self, world: &World, change: Value) -> Value {
        let mut license = json!({"templateId": self.template, "licenseeName": "Erika Mustermann", "maxAllowedSites": 1});
        license.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let made = self.staff.post("/v1/licenses", &json!({"license": license})).send(world).await.done();
        world.keep_secret(made["userKey"].as_str().unwrap());
        made
    }

    async fn how_many(&self, world: &World) -> Value {
        self.staff.get("/v1/licenses", &[("countOnly", "true")]).send(world).await.done()["totalLicensesCount"].clone()
    }

    /// Stops a licence, or lets it be used again.
    async fn revoke(&self, world: &World, license: &Value, revoked: bool) {
        let change = json!({"license": {"id": license["licenseId"], "revoked": revoked}});
        self.staff.put("/v1/licenses", &change).send(world).await.done();
    }
}

/// A program on a machine.
struct Program {
    folder: Folder,
    server: String,
    public_key: String,
}

/// An exit status, and what was printed and complained of.
type Told = (Option<i32>, String, String);

impl Program {
    fn new(server: &str, public_key: &str) -> Self {
        Self { folder: Folder::new(), server: server.to_owned(), public_key: public_key.to_owned() }
    }

    async fn does(&self, arguments: &[&str]) -> Option<Told> {
        let state = self.folder.file("state");
        let variables = [
            ("LICENSE_SERVER", OsStr::new(&self.server)),
            ("LICENSE_PUBLIC_KEY", OsStr::new(&self.public_key)),
            ("LICENSE_STATE", state.as_os_str()),
        ];
        script("python3", &[&["functions/babel/examples/licensed_program.py"], arguments].concat(), &variables).await
    }

    fn state(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.folder.file("state")).unwrap()).unwrap()
    }

    fn set_state(&self, state: &Value) {
        std::fs::write(self.folder.file("state"), state.to_string()).unwrap();
    }
}

async fn script(program: &str, arguments: &[&str], variables: &[(&str, &OsStr)]) -> Option<Told> {
    let output = run(program, arguments, variables).await?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    Some((output.status.code(), text(&output.stdout), text(&output.stderr)))
}

fn ok(text: &str) -> Told {
    (Some(0), text.to_owned(), String::new())
}

#[tokio::test]
async fn a_program_takes_a_seat_asks_now_and_then_and_gives_it_back() {
    let world = world().await;
    let office = Office::open(&world).await;
    let license = office.license(&world, json!({})).await;
    let front = Front::open(&world).await;
    let mut program = Program::new(&front.url(), &office.public_key);
    let key = license["userKey"].as_str().unwrap();

    let Some(refused) = program.does(&["start", "NO-SUCH-KEY"]).await else { return };
    assert_eq!((refused.0, refused.2.split(':').next()), (Some(1), Some("LicenseKeyNotFound")), "{refused:?}");
    assert_eq!(program.does(&["start", key]).await.unwrap(), ok("seat 1 of 1"));
    assert_eq!(program.does(&["start", key]).await.unwrap(), ok("seat 1 of 1"), "the same machine, the same seat");
    assert_eq!(program.does(&["check"]).await.unwrap(), ok("valid"));
    let offline = program.does(&["offline"]).await.unwrap();
    assert!(offline.0 == Some(0) && offline.1.starts_with("lic") && offline.1.ends_with("never ends"), "{offline:?}");

    world.table.inject(Rule::every(Fault::Status(503)));
    let during = program.does(&["check"]).await.unwrap();
    assert!(during.0 == Some(0) && during.1.contains("the last answer counts; again in"), "{during:?}");
    assert_eq!(program.does(&["stop"]).await.unwrap().0, Some(1), "the seat is still held");
    world.table.clear();
    program.server = "http://127.0.0.1:1".to_owned();
    assert_eq!(program.does(&["check"]).await.unwrap().0, Some(0));
    let known = program.state();
    let mut long_ago = known.clone();
    long_ago["heard"] = (known["heard"].as_i64().unwrap() - 15 * 86_400).into();
    program.set_state(&long_ago);
    let gone = program.does(&["check"]).await.unwrap();
    assert!(gone.0 == Some(1) && gone.2.starts_with("NoAnswer"), "grace ends: {gone:?}");
    program.server = front.url();
    assert_eq!(program.does(&["check"]).await.unwrap(), ok("valid"));

    office.revoke(&world, &license, true).await;
    let stopped = program.does(&["check"]).await.unwrap();
    assert!(stopped.0 == Some(1) && stopped.2.starts_with("LicenseRevoked"), "{stopped:?}");
    world.table.inject(Rule::every(Fault::Status(503)));
    assert_eq!(program.does(&["check"]).await.unwrap().0, Some(1), "no fault undoes a definite no");
    world.table.clear();
    assert_eq!(program.does(&["stop"]).await.unwrap(), ok("given back"), "whatever became of the licence");
    assert_eq!(program.does(&["check"]).await.unwrap().0, Some(1));
    assert_eq!(program.does(&["dance"]).await.unwrap().0, Some(2));
}

#[tokio::test]
async fn a_program_borrows_a_floating_seat_and_keeps_it() {
    let world = world().await;
    let office = Office::open(&world).await;
    let license = office.license(&world, json!({"licensingMode": 2})).await;
    let front = Front::open(&world).await;
    let program = Program::new(&front.url(), &office.public_key);
    let Some(started) = program.does(&["start", license["userKey"].as_str().unwrap()]).await else { return };
    assert_eq!(started, ok("seat 1 of 1"));
    world.clock.advance_seconds(300);
    assert_eq!(program.does(&["beat"]).await.unwrap(), ok("next in 300 s"));
    world.clock.advance_seconds(901);
    assert_eq!(program.does(&["beat"]).await.unwrap(), ok("next in 300 s"), "one that was lost is borrowed anew");
    world.table.inject(Rule::every(Fault::Status(503)));
    assert_eq!(program.does(&["beat"]).await.unwrap().0, Some(0));
    world.table.clear();
    assert_eq!(program.does(&["stop"]).await.unwrap(), ok("given back"));
}

#[tokio::test]
async fn a_licence_file_is_believed_if_it_is_signed_with_our_key_and_not_over() {
    let world = world().await;
    let office = Office::open(&world).await;
    let signed = async |change| office.license(&world, change).await["licenseKey"].as_str().unwrap().to_owned();
    let good = signed(json!({"expireDate": "9998-01-01T00:00:00Z"})).await;
    let over = signed(json!({"issueDate": "2001-01-01T00:00:00Z", "expireDate": "2002-01-01T00:00:00Z"})).await;
    let others = Office::open(&world).await.license(&world, json!({})).await["licenseKey"].as_str().unwrap().to_owned();
    let program = Program::new("http://127.0.0.1:1", &office.public_key);

    let tampered = |member: &str, change: &dyn Fn(&str) -> String| {
        let mut file: Value = serde_json::from_str(&good).unwrap();
        file[member] = change(file[member].as_str().unwrap()).into();
        file.to_string()
    };
    let flipped = |text: &str| text.strip_prefix('A').map_or_else(|| format!("A{}", &text[1..]), |rest| format!("B{rest}"));
    for (what, file, expected) in [
        ("good", good.clone(), Ok(())),
        ("over", over, Err("LicenseExpired")),
        ("signed by others", others, Err("LicenseTampered")),
        ("nothing", String::new(), Err("LicenseTampered")),
        ("something else", "[1]".to_owned(), Err("LicenseTampered")),
        ("another payload", tampered("payload", &flipped), Err("LicenseTampered")),
        ("another signature", tampered("signature", &flipped), Err("LicenseTampered")),
        ("no signature", tampered("signature", &|_| String::new()), Err("LicenseTampered")),
        ("another algorithm", tampered("algorithm", &|_| "none".to_owned()), Err("LicenseTampered")),
    ] {
        program.set_state(&json!({"userKey": "K", "signed": file}));
        let Some((status, stdout, stderr)) = program.does(&["offline"]).await else { return };
        let told = if status == Some(0) { Ok(()) } else { Err(stderr.split(':').next().unwrap()) };
        assert_eq!(told, expected, "{what}: {stdout}{stderr}");
    }
}

#[tokio::test]
async fn a_shops_scripts_make_licences_and_one_an_order() {
    let world = world().await;
    let office = Office::open(&world).await;
    let front = Front::open(&world).await;
    let (url, template) = (front.url(), office.template.to_string());
    let variables = |api_key| {
        let variables = [("LATCHKEY_SERVER", url.as_str()), ("LATCHKEY_API_KEY", api_key), ("LATCHKEY_ORDER_SECRET", "of the tests")];
        variables.map(|(name, value)| (name, OsStr::new(value)))
    };
    let by_order = ["functions/babel/examples/make_license.py", &template, "Erika Mustermann", "erika@example.com", "4711"];

    world.table.inject(Rule::first(2, Fault::Status(503)));
    let Some((status, key, stderr)) = script("python3", &by_order, &variables(&office.api_key)).await else { return };
    assert_eq!((status, key.len()), (Some(0), 29), "a fault is waited out: {stderr}");
    assert_eq!(script("python3", &by_order, &variables(&office.api_key)).await.unwrap(), ok(&key));
    assert_eq!(office.how_many(&world).await, 1);
    let program = Program::new(&url, &office.public_key);
    assert_eq!(program.does(&["start", &key]).await.unwrap(), ok("seat 1 of 12"), "as many as the product has");

    let filter = format!("UserKey = \"{key}\"");
    let found = office.staff.get("/v1/licenses", &[("filter", &filter)]).send(&world).await.done();
    let id = &found["licenses"][0]["id"];
    office.revoke(&world, &json!({"licenseId": id}), true).await;
    assert_eq!(script("python3", &by_order, &variables(&office.api_key)).await.unwrap(), ok(&key), "it still is the order's");
    office.staff.delete(&format!("/v1/licenses/{id}")).send(&world).await.done();
    let (status, stdout, stderr) = script("python3", &by_order, &variables(&office.api_key)).await.unwrap();
    assert!(status == Some(1) && stdout.is_empty(), "a key that opens nothing: {stdout}");
    assert!(stderr.starts_with("LicenseKeyNotFound") && stderr.contains("4711"), "{stderr}");
    assert_eq!(office.how_many(&world).await, 0);

    if script("curl", &["--version"], &[]).await.is_none() {
        return;
    }
    let by_shell = ["functions/babel/examples/make_license.sh", &template, "Erika \"M\" Mustermann", "erika@example.com"];
    let Some((status, another, stderr)) = script("bash", &by_shell, &variables(&office.api_key)).await else { return };
    assert_eq!((status, another.is_empty()), (Some(0), false), "{stderr}");
    assert_eq!(office.how_many(&world).await, 1);

    for (program, arguments) in [("python3", &by_order[..]), ("bash", &by_shell[..])] {
        let (status, stdout, stderr) = script(program, arguments, &variables("wrong")).await.unwrap();
        assert!(status == Some(1) && stdout.is_empty() && stderr.contains("Unauthenticated"), "{program}: {stdout}{stderr}");
    }
}
