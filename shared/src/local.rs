//! What the local stack and the tools that talk to it agree on, so that neither has to be told.
//!
//! Architecture Invariant: nothing here is a secret, and nothing here is used by a function. The local stack listens on the
//! loopback address only and believes everybody.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, Region, SharedCredentialsProvider};

use crate::aws::{Trust, http_client};

/// Where the local stack listens unless it is told otherwise: customers' software, DynamoDB and S3 (path style) on one port.
pub const URL: &str = "http://127.0.0.1:8080";

/// The port of [`URL`].
pub const PORT: u16 = 8080;

/// The table of the local stack.
pub const TABLE: &str = "latchkey";

/// The bucket of the local stack.
pub const BUCKET: &str = "latchkey-packages";

/// The region that requests to the local stack are signed for.
pub const REGION: &str = "us-east-1";

/// The access key that requests to the local stack are signed with.
pub const ACCESS_KEY: &str = "local";

/// The secret of [`ACCESS_KEY`], known to everybody.
pub const SECRET_KEY: &str = "local-secret-key";

/// The SDK's configuration for the engine at `endpoint`. Neither the environment nor a file has a say in it: a tool that is
/// pointed at the local stack never reaches AWS.
pub fn sdk_config(endpoint: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static(REGION))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "local")))
        .endpoint_url(endpoint)
        .http_client(http_client(Trust::System))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PublicUrl;

    #[test]
    fn the_address_names_the_port_and_can_stand_in_keys() {
        assert_eq!(PublicUrl::parse(URL).unwrap().host(), format!("127.0.0.1:{PORT}"));
    }

    #[test]
    fn the_configuration_points_at_the_endpoint_alone() {
        let config = sdk_config("http://127.0.0.1:9");
        assert_eq!(config.endpoint_url(), Some("http://127.0.0.1:9"));
        assert_eq!(config.region().map(Region::as_ref), Some(REGION));
    }
}
