//! `worker-mail`: sends mail.

use latchkey_core::aws;
use latchkey_core::config::{AwsConfig, MailConfig, ProcessEnvironment, SealingSecrets};
use latchkey_core::ops::deliver_mail::Sending;
use latchkey_core::ops::signing_key::SignatureKeys;
use latchkey_core::post::{Ses, Transport};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let MailConfig { from, configuration_set, endpoint } = MailConfig::read(&ProcessEnvironment)?;
    let keys = SignatureKeys::new(&SealingSecrets::read(&ProcessEnvironment)?);
    let sdk = aws::at(&aws::of_function(&AwsConfig::read(&ProcessEnvironment)?), endpoint.as_deref());
    let transport = Transport::Ses(Ses::new(aws::ses(&sdk), Some(configuration_set)));
    let sending = Sending { transport, from, keys, link: latchkey_worker::PACKAGE_LINK };
    latchkey_core::lambda::run_on_messages(move |core, queue, event| latchkey_worker::deliver_mails(core, sending.clone(), queue, event))
        .await
}
