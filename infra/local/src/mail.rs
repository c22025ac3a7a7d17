//! Mail in the local stack: its queue, and who works it off, into a folder of `.eml` files and to a mail server where there is one.

use std::path::PathBuf;
use std::sync::Arc;

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::text::Email;
use latchkey_core::fault::Fault;
use latchkey_core::local::MAIL_FROM;
use latchkey_core::ops::deliver_mail::Sending;
use latchkey_core::ops::send_mail::{MailJob, resume_mail};
use latchkey_core::ops::signing_key::SignatureKeys;
use latchkey_core::post::{Folder, Smtp, Transport};
use latchkey_core::queue::Queue;
use tokio::task::JoinHandle;

use crate::queues::{self, InProcess};
use crate::stack::StackError;

/// What sends mail.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) messages: InProcess,
    pub(crate) folder: PathBuf,
    tasks: Vec<JoinHandle<()>>,
}

impl Post {
    /// Begins with what waited when the stack ended.
    pub(crate) fn start(
        core: &Core,
        messages: InProcess,
        folder: PathBuf,
        smtp: Option<Smtp>,
        keys: SignatureKeys,
    ) -> Result<Self, StackError> {
        let files = Folder::new(&folder);
        let transport = match smtp {
            Some(smtp) => Transport::FolderAndSmtp(files, smtp),
            None => Transport::Folder(files),
        };
        let from = Email::parse(MAIL_FROM).map_err(|error| StackError::Mail(error.to_string()))?;
        let sending = Sending { transport, from, keys, link: latchkey_worker::PACKAGE_LINK };
        let queue = queue(&messages);
        let resume = {
            let (core, queue) = (core.clone(), queue.clone());
            tokio::spawn(async move {
                if let Err(fault) = resume_all(&core, &queue).await {
                    tracing::warn!(%fault, "not all mail goes on");
                }
            })
        };
        let deliver = {
            let core = core.clone();
            queues::serve(messages.clone(), move |event| {
                latchkey_worker::deliver_mails(core.clone(), sending.clone(), queue.clone(), event)
            })
        };
        Ok(Self { messages, folder, tasks: vec![resume, deliver] })
    }

    pub(crate) fn abort(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// The queue, for putting jobs into it.
pub(crate) fn queue(messages: &InProcess) -> Queue<MailJob> {
    Queue::inbox(Arc::new(messages.clone()))
}

async fn resume_all(core: &Core, queue: &Queue<MailJob>) -> Result<(), Fault> {
    let last = core.table.last_account().await?.map_or(0, AccountId::get);
    for account in (1..=last).filter_map(AccountId::new) {
        resume_mail(core, queue, account).await?;
    }
    Ok(())
}
