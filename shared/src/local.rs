//! What the local stack and the tools that talk to it agree on, so that neither has to be told.
//!
//! Architecture Invariant: nothing here is a secret, and nothing here is used by a function. The local stack listens on the
//! loopback address only and believes everybody.

/// Where the local stack listens unless it is told otherwise: customers' software, DynamoDB and S3 (path style) on one port.
pub const URL: &str = "http://127.0.0.1:8080";

/// The port of [`URL`].
pub const PORT: u16 = 8080;

/// The table of the local stack.
pub const TABLE: &str = "latchkey";

/// The bucket of the local stack.
pub const BUCKET: &str = "latchkey-packages";

/// The queue of notifications of the local stack, as the end of its address.
pub const PUSH_QUEUE: &str = "/latchkey-pushes";

/// The queue of webhooks of the local stack, as the end of its address.
pub const WEBHOOK_QUEUE: &str = "/latchkey-webhooks";

/// The queue of mail of the local stack, as the end of its address.
pub const MAIL_QUEUE: &str = "/latchkey-mail";

/// The address that mail of the local stack comes from.
pub const MAIL_FROM: &str = "licenses@latchkey.localhost";

/// The access key that requests to the local stack are signed with.
pub const ACCESS_KEY: &str = "local";

/// The secret of [`ACCESS_KEY`], known to everybody.
pub const SECRET_KEY: &str = "local-secret";

/// The secret that the local stack digests API keys under, known to everybody: the operator's tool has to digest alike.
pub const CREDENTIAL_SECRET: &str = "local-credential-secret-known-to-everybody";

/// The secret that the local stack seals signature keys and webhooks' secrets under, known to everybody: the operator's tool has to seal alike.
pub const SEALING_SECRET: &str = "local-sealing-secret-known-to-everybody";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PublicUrl;

    #[test]
    fn the_address_names_the_port_and_can_stand_in_keys() {
        assert_eq!(PublicUrl::parse(URL).unwrap().host(), format!("127.0.0.1:{PORT}"));
    }
}
