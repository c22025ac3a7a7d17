//! What the console says when the stack is up: where it is, the demo vendor's keys, and commands to paste.

use std::fmt::Write as _;

use crate::seed::{Demo, DemoApiKey, DemoUser, PLUGIN, Variant};
use crate::stack::Stack;
use latchkey_core::local::{ACCESS_KEY, BUCKET, SECRET_KEY, TABLE};

/// The site that the commands are for: a live one, as far as its name tells, so that it takes a seat.
const SITE: &str = "https://shop.example.com";

/// The whole text.
pub fn guide(stack: &Stack, demo: &Demo) -> String {
    let url = stack.url();
    let data = stack.data().map_or_else(|| "in memory: all is gone at the end".to_owned(), |path| format!("in {}", path.display()));
    let mut text = format!(
        "Latchkey is at {url}   data {data}   Ctrl-C ends it\n\
         AWS tools: AWS_ENDPOINT_URL={url} AWS_ACCESS_KEY_ID={ACCESS_KEY} AWS_SECRET_ACCESS_KEY={SECRET_KEY} AWS_DEFAULT_REGION=us-east-1\n\
         \x20          table {TABLE}, bucket {BUCKET}\n"
    );
    if stack.data().is_some() {
        let _ = writeln!(text, "Mail is a file each in {}, and goes to a mail server as well with --smtp", stack.mail_folder().display());
    }
    if let Some(DemoApiKey { user, key }) = &demo.api_key {
        let _ = writeln!(text, "The demo vendor's API key: {key}   user {user}");
    }
    if let Some(DemoUser { name, password }) = &demo.user {
        let _ = writeln!(text, "Its administrator: {name}   password {password}");
    }
    keys(&mut text, demo);
    let host = url.trim_start_matches("http://");
    if demo.host != host {
        let _ =
            write!(text, "\nThe keys of {PLUGIN} name {}, where they were made: plugins that follow them call that address.\n", demo.host);
    }
    if let Some(key) = demo.plugin_key(Variant::Active) {
        commands(&mut text, &format!("{url}/wp-json/lmn/v1"), key);
        if let Some(code) = demo.plugin_code() {
            sellcodes_commands(&mut text, &format!("{url}/v2/licenses"), key, code);
        }
        if let Some(api_key) = &demo.api_key {
            cscart_commands(&mut text, &format!("{url}/api/4.0/licenses"), key, api_key);
            bytex_commands(&mut text, &format!("{url}/API/Public/v1"), key, api_key);
            babel_commands(&mut text, &format!("{url}/v1"), api_key, demo.user.as_ref());
        }
    }
    text
}

fn keys(text: &mut String, demo: &Demo) {
    for product in &demo.products {
        let code = if product.code.is_empty() { String::new() } else { format!(", product id {}", product.code) };
        let _ = write!(text, "\n{} ({}{code})\n", product.slug, product.key_format);
        for license in &product.licenses {
            let _ = writeln!(text, "  {:<14}{}", license.variant, license.key);
        }
    }
}

/// One line each, good for any POSIX shell with curl: over Woosa's API.
fn commands(text: &mut String, api: &str, key: &str) {
    let json = format!(r#"{{"key":"{key}","package":"{PLUGIN}","site_url":"{SITE}"}}"#);
    let post = |endpoint: &str| format!("curl -sS {api}/{endpoint} -H 'content-type: application/json' -d '{json}'");
    let get = |endpoint: &str| format!("curl -sSG {api}/{endpoint} -d key={key}");
    let token = format!(r#"$({} | sed 's/.*"access_token":"\([^"]*\)".*/\1/')"#, post("software/update/prepare"));
    let steps = [
        ("Activate it on a site", post("license/activate")),
        ("Look at it", format!("{} -d package={PLUGIN}", get("license/info"))),
        ("Ask for the current release", format!("{} -d package={PLUGIN} -d site_url={SITE}", get("software/info"))),
        ("Prepare a download", post("software/update/prepare")),
        ("Prepare, then download", format!(r#"{} -d "access_token={token}" -L -o {PLUGIN}.zip"#, get("software/update/download"))),
        ("Give the seat back", post("license/deactivate")),
    ];
    show(text, &steps);
}

/// The same over Sellcodes's.
fn sellcodes_commands(text: &mut String, api: &str, key: &str, code: &str) {
    let verb = |verb: &str| format!("curl -sS {api}/{verb} -d product_id={code} -d license_key={key} -d baseurl={SITE}");
    let link = format!(r#"$({} | sed 's/.*"package":"\([^"]*\)".*/\1/')"#, verb("get_version"));
    let steps = [
        ("Sellcodes: activate it on a site", verb("activate_license")),
        ("Check it", verb("check_license")),
        ("Ask for the current release", verb("get_version")),
        ("Ask, then follow the link", format!(r#"curl -sSL "{link}" -o {PLUGIN}.zip"#)),
        ("Give the seat back", verb("deactivate_license")),
    ];
    show(text, &steps);
}

/// The vendor's own, over CS-Cart's.
fn cscart_commands(text: &mut String, api: &str, key: &str, api_key: &DemoApiKey) {
    let DemoApiKey { user, key: secret } = api_key;
    let get = |query: &str| format!("curl -sS -u {user}:{secret} '{api}{query}'");
    let json = r#"{"domain_name":["shop.example.com","blog.example.net"]}"#;
    let id = format!(r#"$({} | sed 's/.*"purchase_id":\([0-9]*\).*/\1/')"#, get(&format!("?license_number={key}")));
    let link = format!(r#"$({} | sed 's/.*"url":"\([^"]*\)".*/\1/')"#, get(&format!("?license_number={key}&get_all_packages=1")));
    let put = format!("curl -sS -u {user}:{secret} -X PUT \"{api}/{id}\" -H 'content-type: application/json' -d '{json}'");
    let steps = [
        ("CS-Cart: list the vendor's licences", get("?items_per_page=50")),
        ("Find one, with its packages", get(&format!("?license_number={key}&get_all_packages=1"))),
        ("Find it, then set its domains", put),
        ("Find it, then follow a package's link", format!(r#"curl -sSL "{link}" -o {PLUGIN}.zip"#)),
    ];
    show(text, &steps);
}

/// What the vendor's own service asks, over BYTEX's.
fn bytex_commands(text: &mut String, api: &str, key: &str, DemoApiKey { key: secret, .. }: &DemoApiKey) {
    let ask = |endpoint: &str| format!("curl -sS -H 'Authorization: {secret}' '{api}/{endpoint}'");
    let steps = [
        ("BYTEX: ask what a key is good for", ask(&format!("Licenses/r1/GetPublic?LicenseKey={key}"))),
        ("Ask for its licence", ask(&format!("Licenses/r1/Get?LicenseKey={key}"))),
        ("Make a discount", format!("{} -d Percentage=10 -d MaxUses=5", ask("Discounts/r1/Create"))),
        ("List the discounts", ask("Discounts/r1/List")),
    ];
    show(text, &steps);
}

/// What the vendor's staff ask, over the Babel Licensing Service's.
fn babel_commands(text: &mut String, api: &str, DemoApiKey { key, .. }: &DemoApiKey, user: Option<&DemoUser>) {
    let ask = |query: &str| format!("curl -sSG -H 'x-api-key: {key}' {api}/{query}");
    let mut steps = vec![
        ("Babel: list the users, the newest first", format!("{} --data-urlencode 'sort=CreatedAt desc'", ask("users"))),
        (
            "List the API keys that may delete, by name alone",
            format!("{} --data-urlencode 'filter=Permissions >= 4' -d select=Name", ask("api-keys")),
        ),
        (
            "List what the log has of errors: as it stands, a quotation mark is in no address",
            format!("{} --data-urlencode 'filter=Level = \"Error\"'", ask("log")),
        ),
    ];
    if let Some(DemoUser { name, password }) = user {
        let json = format!(r#"{{"userName":"{name}","password":"{password}"}}"#);
        let login = format!("curl -sS {api}/login -H 'content-type: application/json' -d '{json}'");
        let bearer = format!(r#"$({login} | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')"#);
        steps.push(("Log in, then list the roles", format!("curl -sS {api}/roles -H \"Authorization: Bearer {bearer}\"")));
    }
    show(text, &steps);
}

fn show(text: &mut String, steps: &[(&str, String)]) {
    for (what, command) in steps {
        let _ = write!(text, "\n# {what}\n{command}\n");
    }
}
