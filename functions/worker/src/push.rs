//! Telling sites of releases, as the queue's messages say.

use std::time::Duration;

use http::header::LOCATION;
use latchkey_core::core::Core;
use latchkey_core::domain::destination::{Destination, Reach};
use latchkey_core::domain::notification::PushState;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::lambda::{MessagesAnswer, MessagesEvent, ToldMessage};
use latchkey_core::metrics::along;
use latchkey_core::ops::notify_sites::PushJob;
use latchkey_core::ops::spread_notification::spread_notification;
use latchkey_core::ops::tell_site::{self, Tell, Telling, Told};
use latchkey_core::outbound::{Answer, Limits, NoRoots, Outbound, Roots, Unsent};
use latchkey_core::queue::Queue;
use latchkey_woosa::notification::{Spelling, body, destination, headers};
use tokio::task::JoinSet;

/// The function that tells sites of releases.
pub const PUSH: &str = "worker-push";

/// With what is read and written before and after, well within the function's time, and that within the time that a push is held for.
const LIMITS: Limits = Limits { connect: Duration::from_secs(3), total: Duration::from_secs(10), turn: Duration::from_secs(4) };

/// The client that sites are called by.
pub fn client(reach: Reach) -> Result<Outbound, NoRoots> {
    Ok(Outbound::new(reach, &Roots::System)?.with_limits(LIMITS))
}

/// Does what a batch of messages asks for, side by side. What failed for a fault of ours is told again; so is what is no job at all,
/// until the queue puts it aside.
pub async fn push_updates(core: Core, queue: Queue<PushJob>, client: Outbound, event: MessagesEvent) -> MessagesAnswer {
    let count = event.messages.len();
    let mut tasks = JoinSet::new();
    for message in event.messages {
        let (core, queue, client) = (core.clone(), queue.clone(), client.clone());
        tasks.spawn(along(async move {
            let done = work(&core, &queue, &client, &message).await;
            (message.id, done)
        }));
    }
    let (mut told, mut failed) = (0, Vec::new());
    for (id, done) in tasks.join_all().await {
        match done {
            Ok(Some(PushState::Sent)) => told += 1,
            Ok(_) => {}
            Err(fault) => {
                tracing::error!(function = PUSH, message = id, %fault);
                failed.push(id);
            }
        }
    }
    tracing::info!(function = PUSH, messages = count, told, failed = failed.len());
    MessagesAnswer::failed(failed)
}

/// What came of telling a site, where one was told.
async fn work(core: &Core, queue: &Queue<PushJob>, client: &Outbound, message: &ToldMessage) -> Result<Option<PushState>, Fault> {
    let job = message.job().map_err(|error| Fault::caused(FaultKind::Corrupt, "reading a message", error))?;
    match job {
        PushJob::Spread(subject) => spread_notification(core, queue, subject).await.map(|()| None),
        PushJob::Tell { subject, site, attempt } => {
            let Some(telling) = tell_site::begin(core, queue, Tell { subject, site, attempt }).await? else { return Ok(None) };
            let told = tell(core, client, &telling).await;
            tell_site::end(core, queue, telling, told).await.map(Some)
        }
    }
}

async fn tell(core: &Core, client: &Outbound, telling: &Telling) -> Told {
    let answered = match ask(client, telling, Spelling::Kept).await {
        // Sites are kept without `www.`. One that only answers with it is asked there, and nowhere else that it may name.
        Ok(answer) if leads_to_www(&answer, telling, client.reach()) => ask(client, telling, Spelling::Www).await,
        answered => answered,
    };
    match answered {
        Ok(answer) => Told::Answered { status: answer.status.as_u16(), retry_after: answer.retry_after(core.now()) },
        Err(Unsent::NotCalled(why)) => Told::NotCalled(why),
        Err(unsent) => Told::Unanswered(unsent.name()),
    }
}

async fn ask(client: &Outbound, telling: &Telling, spelling: Spelling) -> Result<Answer, Unsent> {
    let malformed = Unsent::NotCalled("malformed");
    let to = address(telling, spelling, client.reach()).ok_or(malformed)?;
    let headers = headers(&telling.key).ok_or(malformed)?;
    client.post(&to, headers, body(&telling.product, &telling.release).into()).await
}

fn address(telling: &Telling, spelling: Spelling, reach: Reach) -> Option<Destination> {
    destination(&telling.site, &telling.product.slug, spelling, reach).ok()
}

fn leads_to_www(answer: &Answer, telling: &Telling, reach: Reach) -> bool {
    let location = answer.headers.get(LOCATION).and_then(|location| location.to_str().ok());
    let location = location.filter(|_| answer.status.is_redirection()).and_then(|location| Destination::parse(location, reach).ok());
    location.is_some() && location == address(telling, Spelling::Www, reach)
}
