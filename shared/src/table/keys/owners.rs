//! Whose an item is, by its key.

use super::Key;
use crate::domain::ids::AccountId;
use crate::domain::key::KeyDigest;

/// Whose an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::table) enum Owner {
    /// An account's.
    Account(AccountId),
    /// The account's that its attribute `account` names.
    Attribute,
    /// The account's whose licence has this key.
    License(KeyDigest),
    /// Nobody's, and needed wherever accounts are: which number the last account has, and of which version the table is.
    Everybody,
    /// The deployment's own, and of no use elsewhere: failures, logins that are over, how far something has come.
    Deployment,
}

/// Whose the item at `key` is.
pub(in crate::table) fn owner(key: &Key) -> Owner {
    let mut parts = key.pk.split('#');
    let (word, next) = (parts.next().unwrap_or_default(), parts.next());
    let numbered = || next.and_then(|number| number.parse().ok()).and_then(AccountId::new);
    let of_license =
        |digest: Option<&str>| digest.and_then(|digest| KeyDigest::parse(digest).ok()).map_or(Owner::Deployment, Owner::License);
    match word {
        "COUNTERS" => numbered().map_or(Owner::Everybody, Owner::Account),
        "LICENSE" => of_license(next),
        // Under the hour of its end lies a licence.
        "ENDING" => of_license(key.sk.split('#').nth(1)),
        "CODE" | "APIKEY" | "USERNAME" | "SESSION" => Owner::Attribute,
        "TABLE" if key.sk == "VERSION" => Owner::Everybody,
        "TABLE" | "FAILURES" | "LOGIN" | "ENDINGS" | "WARMUP" => Owner::Deployment,
        _ => numbered().map_or(Owner::Deployment, Owner::Account),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::key::LicenseKey;

    fn of(pk: &str, sk: &str) -> Owner {
        owner(&Key::new(pk.to_owned(), sk.to_owned()))
    }

    #[test]
    fn keys_tell_whose_an_item_is() {
        let ours = Owner::Account(AccountId::new(7).unwrap());
        for word in ["ACCOUNT", "LOG", "SUMMARY", "COUNTERS"] {
            assert_eq!(of(&format!("{word}#0000000007"), "X"), ours, "{word}");
        }
        for word in ["PRODUCT", "USER", "SITE", "REPORT", "MAIL", "DISCOUNT", "WEBHOOK", "NOTIFICATION"] {
            assert_eq!(of(&format!("{word}#0000000007#more"), "X"), ours, "{word}");
        }
        assert_eq!(of("ACCOUNT#0000000007", "DELETED_LICENSE#0000000012"), ours);
        assert_eq!((of("COUNTERS", "ACCOUNT"), of("TABLE", "VERSION")), (Owner::Everybody, Owner::Everybody));
        assert_eq!(of("CODE#acme", "CODE"), Owner::Attribute);
        let digest = LicenseKey::parse("a-key").unwrap().digest();
        assert_eq!(of(&format!("LICENSE#{}", digest.to_text()), "GRANT"), Owner::License(digest));
        assert_eq!(of("ENDING#0000500000", &format!("LICENSE#{}#0000", digest.to_text())), Owner::License(digest));
        assert_eq!((of("FAILURES#abc", "ATTEMPTS"), of("ENDINGS", "HOUR")), (Owner::Deployment, Owner::Deployment));
        assert_eq!(of("TABLE", "RESTORE#abc"), Owner::Deployment, "restores are this table's");
    }
}
