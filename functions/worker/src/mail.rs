//! Sending mail, as the queue's messages say, and noting what SES says of it afterwards, which comes by the same queue.

use latchkey_core::core::Core;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::lambda::{MessagesAnswer, MessagesEvent, ToldMessage};
use latchkey_core::ops::deliver_mail::{Delivered, Sending, deliver_mail, note_feedback};
use latchkey_core::ops::send_mail::MailJob;
use latchkey_core::ops::write_license_mail::PackageLink;
use latchkey_core::post::Feedback;
use latchkey_core::queue::Queue;
use tokio::task::JoinSet;

/// The function that sends mail.
pub const MAIL: &str = "worker-mail";

/// Where a licence's packages are fetched by its key alone.
pub const PACKAGE_LINK: PackageLink = latchkey_cscart::package_url;

/// Does what a batch of messages asks for, side by side. What failed for a fault of ours is told again; so is what nobody here understands,
/// until the queue puts it aside.
pub async fn deliver_mails(core: Core, sending: Sending, queue: Queue<MailJob>, event: MessagesEvent) -> MessagesAnswer {
    let count = event.messages.len();
    let mut tasks = JoinSet::new();
    for message in event.messages {
        let (core, sending, queue) = (core.clone(), sending.clone(), queue.clone());
        tasks.spawn(async move {
            let done = work(&core, &sending, &queue, &message).await;
            (message.id, done)
        });
    }
    let (mut sent, mut given_up, mut failed) = (0, 0, Vec::new());
    for (id, done) in tasks.join_all().await {
        match done {
            Ok(Delivered::Sent) => sent += 1,
            Ok(Delivered::GivenUp) => given_up += 1,
            Ok(Delivered::Nothing | Delivered::PutOff) => {}
            Err(fault) => {
                tracing::error!(function = MAIL, message = id, %fault);
                failed.push(id);
            }
        }
    }
    tracing::info!(function = MAIL, messages = count, sent, given_up, failed = failed.len());
    MessagesAnswer::failed(failed)
}

async fn work(core: &Core, sending: &Sending, queue: &Queue<MailJob>, message: &ToldMessage) -> Result<Delivered, Fault> {
    let not_a_job = match message.job() {
        Ok(job) => return deliver_mail(core, sending, queue, job).await,
        Err(error) => error,
    };
    let feedback = Feedback::read(&message.body).ok_or_else(|| Fault::caused(FaultKind::Corrupt, "reading a message", not_a_job))?;
    note_feedback(core, feedback);
    Ok(Delivered::Nothing)
}
