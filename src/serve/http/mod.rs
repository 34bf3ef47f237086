//! An HTTP server for one program on one machine: it reads requests within limits, refuses those that a web page of another site has a browser send,
//! and leaves what they mean to a [`Handler`]. It knows nothing of rollouts, and its callers nothing of the library that speaks HTTP.
//!
//! | a client that | is answered |
//! |---|---|
//! | names another server in `Host`, or sends none | 421, 400 |
//! | sends an `Origin` of another site | 403 |
//! | has a body beyond [`Limits::body_bytes`] | 413, before the body is read where its length is told |
//! | has a head beyond [`Limits::head_bytes`] or 100 fields | 431 |
//! | takes longer than [`Limits::slowest`] to send a head or a body | 408 |
//! | connects when [`Limits::connections`] are open | 503 |
//!
//! All of these are closed after the answer. A connection on which nothing comes for [`Limits::slowest`] is closed without one.
//!
//! It stands on hyper and tokio's single-threaded runtime. What a server that answers with the length of a body adds to an empty program, built from
//! scratch with this package's release profile (x86-64 Linux, all in one run):
//!
//! | | packages | time of processors to build \[s\] | stripped binary \[kB\] |
//! |---|---|---|---|
//! | tiny_http 0.12 | 5 | 11 | 275 |
//! | hyper 1.12 | 20 | 29 | 438 |
//! | axum 0.8 | 40 | 73 | 596 |
//!
//! tiny_http is the lightest, but has no time limits on what it reads, none on connections, and had its last release in 2022. axum's routes and extractors
//! have nothing to do where a handler takes every request.

mod connection;
mod guard;
mod limits;
mod message;
mod server;

pub use limits::Limits;
pub use message::{Handler, Request, Response};
pub use server::{Server, ServerEnd};
