//! The kinds of items, by their keys: the chart of `table/mod.rs` as data.

/// Each kind: its name in the chart, and what its partition and sort keys begin with, up to the first `#`. Nothing stands for any sort
/// key.
pub const KINDS: &[(&str, &str, Option<&str>)] = &[
    ("counter", "COUNTERS", None),
    ("account", "ACCOUNT", Some("ACCOUNT")),
    ("product", "ACCOUNT", Some("PRODUCT")),
    ("product's record", "ACCOUNT", Some("PRODUCT_RECORD")),
    ("slug", "ACCOUNT", Some("SLUG")),
    ("code", "CODE", Some("CODE")),
    ("release", "PRODUCT", Some("RELEASE")),
    ("version", "PRODUCT", Some("VERSION")),
    ("readme", "PRODUCT", Some("README")),
    ("notification", "PRODUCT", Some("NOTIFICATION")),
    ("push", "NOTIFICATION", Some("SITE")),
    ("site that was not told", "NOTIFICATION", Some("FAILED")),
    ("counts of pushes", "NOTIFICATION", Some("COUNT")),
    ("customer", "ACCOUNT", Some("CUSTOMER")),
    ("licence", "ACCOUNT", Some("LICENSE")),
    ("number of a deleted licence", "ACCOUNT", Some("DELETED_LICENSE")),
    ("order", "ACCOUNT", Some("ORDER")),
    ("lines of an order", "ACCOUNT", Some("ORDER_LINES")),
    ("licence that came to an order", "ACCOUNT", Some("ORDER_LICENSE")),
    ("product of an order", "ACCOUNT", Some("ORDER_PRODUCT")),
    ("contact", "ACCOUNT", Some("CONTACT")),
    ("assembly", "ACCOUNT", Some("ASSEMBLY")),
    ("resource", "ACCOUNT", Some("RESOURCE")),
    ("resource's body", "ACCOUNT", Some("RESOURCE_BODY")),
    ("unique text", "ACCOUNT", Some("UNIQUE")),
    ("template", "ACCOUNT", Some("TEMPLATE")),
    ("templates of a product", "ACCOUNT", Some("PRODUCT_TEMPLATES")),
    ("content", "ACCOUNT", Some("TERMS")),
    ("discount", "ACCOUNT", Some("DISCOUNT")),
    ("discount's use", "DISCOUNT", Some("USE")),
    ("login", "LOGIN", Some("LOGIN")),
    ("API key", "ACCOUNT", Some("APIKEY")),
    ("admission", "APIKEY", Some("APIKEY")),
    ("user", "ACCOUNT", Some("USER")),
    ("user's name", "USERNAME", Some("USERNAME")),
    ("user's address", "ACCOUNT", Some("USEREMAIL")),
    ("password", "USER", Some("PASSWORD")),
    ("user's setting", "USER", Some("SETTING")),
    ("session", "SESSION", Some("SESSION")),
    ("failures", "FAILURES", Some("WINDOW")),
    ("attempts", "FAILURES", Some("ATTEMPTS")),
    ("grant", "LICENSE", Some("GRANT")),
    ("seat", "LICENSE", Some("SEAT")),
    ("floating seat", "LICENSE", Some("FLOAT")),
    ("trace", "LICENSE", Some("TRACE")),
    ("seats that went into the grant", "LICENSE", Some("WENT")),
    ("webhook", "ACCOUNT", Some("WEBHOOK")),
    ("webhooks", "ACCOUNT", Some("WEBHOOKS")),
    ("delivery", "WEBHOOK", Some("DELIVERY")),
    ("end of a licence", "ENDING", Some("LICENSE")),
    ("hour of ends", "ENDINGS", Some("HOUR")),
    ("licence in short", "SUMMARY", Some("LICENSE")),
    ("log entry", "LOG", Some("ENTRY")),
    ("head of a log entry", "LOG", Some("AT")),
    ("report", "ACCOUNT", Some("REPORT")),
    ("what is heavy in it", "REPORT", Some("BODY")),
    ("mail in the outbox", "ACCOUNT", Some("MAIL")),
    ("part of a letter", "MAIL", Some("PART")),
    ("settings", "ACCOUNT", Some("SETTINGS")),
    ("site entry", "SITE", Some("LICENSE")),
    ("site memory", "LICENSE", Some("SITE")),
    ("table's version", "TABLE", Some("VERSION")),
    ("restore", "TABLE", Some("RESTORE")),
];

/// The name of the kind of item that has these keys; nothing where this code writes none such.
pub fn kind_of(pk: &str, sk: &str) -> Option<&'static str> {
    let word = |key: &str| key.split('#').next().unwrap_or_default().to_owned();
    let (pk, sk) = (word(pk), word(sk));
    let found = KINDS.iter().find(|(_, partition, sort)| *partition == pk && sort.is_none_or(|sort| sort == sk));
    found.map(|(name, ..)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chart's rows: name, and the words of the keys.
    fn chart() -> Vec<(String, String, Option<String>)> {
        let chart = include_str!("../mod.rs").lines().skip_while(|line| !line.starts_with("//! | item |")).skip(2);
        let rows = chart.take_while(|line| line.starts_with("//! |"));
        let word = |cell: &str| cell.trim().strip_prefix('`').map(|key| key.split(['#', '`']).next().unwrap_or_default().to_owned());
        let rows = rows.map(|row| row.split('|').map(str::to_owned).collect::<Vec<_>>());
        rows.map(|cells| (cells[1].trim().to_owned(), word(&cells[2]).unwrap(), word(&cells[3]))).collect()
    }

    #[test]
    fn the_kinds_are_those_of_the_chart() {
        let kinds: Vec<_> = KINDS.iter().map(|(name, pk, sk)| ((*name).to_owned(), (*pk).to_owned(), sk.map(str::to_owned))).collect();
        assert_eq!(kinds, chart());
    }

    #[test]
    fn a_kind_is_known_by_its_keys() {
        assert_eq!(kind_of("ACCOUNT#0000000007", "LICENSE#0000000012"), Some("licence"));
        assert_eq!(kind_of("LICENSE#4zY1", "SITE#COUNTED#x"), Some("site memory"));
        assert_eq!(kind_of("COUNTERS#0000000007", "TRACE"), Some("counter"));
        assert_eq!(kind_of("ACCOUNT#0000000007", "GRANT"), None);
        assert_eq!(kind_of("", ""), None);
    }
}
