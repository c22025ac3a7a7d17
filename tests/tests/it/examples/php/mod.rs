//! What is written in PHP. `.ci/run` runs these once more by their module's name, and says where they were skipped.

mod bytex;
mod cscart;
mod sellcodes;
mod woosa;

use std::ffi::OsStr;

use serde_json::Value;

use super::{Folder, root, run};

/// The plugin's main file, as WordPress knows it.
pub(crate) const PLUGIN: &str = "my-plugin/my-plugin.php";

/// A WordPress site with the example plugin of a dialect.
pub(crate) struct Site {
    folder: Folder,
    dialect: &'static str,
    /// The site's address.
    pub(crate) home: String,
    /// Where the plugin asks.
    pub(crate) server: String,
    /// How many seconds have gone by.
    pub(crate) later: u32,
}

/// What became of something that a site did.
#[derive(Debug)]
pub(crate) struct Done(pub(crate) Value);

impl Site {
    pub(crate) fn new(dialect: &'static str, server: &str) -> Self {
        let home = "https://shop.example.com/blog".to_owned();
        Self { folder: Folder::new(), dialect, home, server: server.to_owned(), later: 0 }
    }

    /// Lets the site do something (`tests/php/plugin.php` knows what); nothing where there is no PHP.
    pub(crate) async fn does(&self, what: &str, more: &str) -> Option<Done> {
        let plugins = root().join("functions").join(self.dialect).join("examples");
        let (state, later) = (self.folder.file("site"), self.later.to_string());
        let variables = [
            ("SITE_PLUGINS", plugins.as_os_str()),
            ("SITE_STATE", state.as_os_str()),
            ("SITE_HOME", OsStr::new(&self.home)),
            ("SITE_SERVER", OsStr::new(&self.server)),
            ("SITE_LATER", OsStr::new(&later)),
        ];
        let output = run("php", &["tests/php/plugin.php", PLUGIN, what, more], &variables).await?;
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{what}: {stdout}{stderr}");
        Some(Done(serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{what}: {error}: {stdout}{stderr}"))))
    }
}

impl Done {
    /// What was done, as such.
    pub(crate) fn result(&self) -> &Value {
        &self.0["result"]
    }

    /// Whether the plugin takes the licence for active.
    pub(crate) fn is_active(&self) -> bool {
        self.0["active"].as_bool().unwrap()
    }

    /// Why the licence is refused, as the plugin remembers it.
    pub(crate) fn message(&self) -> &str {
        self.0["state"]["message"].as_str().unwrap()
    }

    /// How many options the plugin has stored.
    pub(crate) fn options(&self) -> u64 {
        self.0["options"].as_u64().unwrap()
    }

    /// What was asked for meanwhile: methods and addresses.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = self.0["requests"].as_array().unwrap();
        requests.iter().map(|request| format!("{} {}", request[0].as_str().unwrap(), request[1].as_str().unwrap())).collect()
    }

    /// What is offered as an update of the plugin; nothing where nothing is.
    pub(crate) fn offered(&self) -> Option<&Value> {
        self.result()["response"].get(PLUGIN)
    }
}

#[tokio::test]
async fn every_file_of_php_is_good_php() {
    for file in super::documents::examples("php") {
        let Some(output) = run("php", &["-l", &file], &[]).await else { return };
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn what_is_copied_needs_no_more_than_php_7_4() {
    const NEWER: [&str; 11] = [
        " match (",
        " match(",
        "?->",
        "#[",
        "str_contains",
        "str_starts_with",
        "str_ends_with",
        "get_debug_type",
        "readonly ",
        "enum ",
        ": never",
    ];
    for file in super::documents::examples("php").iter().filter(|file| file.starts_with("functions/")) {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        let word = NEWER.into_iter().find(|word| text.contains(word));
        assert!(word.is_none(), "{file} says {word:?}, which PHP 7.4 does not know");
    }
}
