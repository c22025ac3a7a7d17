//! The examples of `functions/*/examples`, run as they are against the product, over HTTP.
//!
//! What an example is written for (WordPress, a shop) is played by `tests/php`; requests go out for real. Where an interpreter is not
//! there, the test says that it was skipped, and `.ci/run` lists it.

mod commands;
mod documents;
mod php;
mod programs;

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Output;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::response::IntoResponse;
use latchkey_core::config::PublicUrl;
use latchkey_core::table::Patience;
use latchkey_local::{Gateway, Parts, Server};
use latchkey_tests::engines;
use latchkey_tests::world::World;
use tokio::net::TcpListener;
use tokio::process::Command;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A world that gives up soon when its table is away, so that a client's own patience lasts.
pub(crate) async fn world() -> World {
    World::with_patience(Patience { attempt: Duration::from_secs(2), call: Duration::from_secs(4), attempts: 2 }).await
}

/// A world's product over HTTP, at an address of its own, which its links name.
pub(crate) struct Front {
    server: Server,
}

impl Front {
    pub(crate) async fn open(world: &World) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let mut core = world.core.clone();
        core.public_url = PublicUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let gateway = Gateway::new(latchkey_local::functions(&Parts { core, ..world.parts() }));
        Self { server: gateway.serve(listener).unwrap() }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }
}

/// Something that stands where the server should be, and answers everything with this.
pub(crate) async fn impostor(answer: impl IntoResponse + Clone + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(move || std::future::ready(answer.clone()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// A folder of one's own, which is gone when this is.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}-{}", engines::unique("example"), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a program to its end; nothing where it is not there, which is said.
pub(crate) async fn run<I: AsRef<OsStr>>(program: &str, arguments: &[I], variables: &[(&str, &OsStr)]) -> Option<Output> {
    let mut command = Command::new(program);
    command.args(arguments).envs(variables.iter().copied()).current_dir(root()).kill_on_drop(true);
    match command.output().await {
        Ok(output) => Some(output),
        Err(error) => {
            let name = std::thread::current().name().unwrap_or_default().to_owned();
            let _ = writeln!(std::io::stderr(), "skipped: {name} ({program}: {error})");
            None
        }
    }
}
