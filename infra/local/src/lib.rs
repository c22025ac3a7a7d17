//! The whole of Latchkey in one process, behind one port: every function as the Lambdas build it, an embedded DynamoDB
//! engine, an S3 server and a queue.
//!
//! | request | goes to |
//! |---|---|
//! | with the header `x-amz-target: DynamoDB…` | the engine |
//! | with the header `x-amz-target: AmazonSQS…` | the queues of notifications and of webhooks |
//! | with an AWS signature in a header or the query; or below `/latchkey-packages` | the S3 server |
//! | `GET /` | a page that says what this is |
//! | `/reference`, `/openapi.json` | the `OpenAPI` document of all dialects |
//! | everything else | the [`Gateway`], which picks a function as API Gateway does |
//!
//! Architecture Invariant: no handler and no second store lives here. What a function answers locally, it answers in Lambda.
//!
//! Architecture Invariant: nothing listens on any address but 127.0.0.1, for the credentials are public.

pub mod demo;
pub mod guide;
pub mod seed;

mod client;
mod engine;
mod events;
mod feed;
mod folder;
mod front;
mod functions;
mod gateway;
mod hooks;
mod images;
mod mail;
mod objects;
mod pushes;
pub mod queues;
pub mod reference;
mod route;
mod server;
mod stack;
mod tap;

pub use self::client::HttpError;
pub use self::functions::{Parts, consumers, functions, scheduled, workers};
pub use self::gateway::Gateway;
pub use self::server::Server;
pub use self::stack::{Options, Stack, StackError, Storage};
