//! The endpoint: a request of HTTP becomes an operation, and its answer what goes back.
//!
//! It knows of no connections: whoever holds those hands in a method, a target and a body.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use serde::Serialize;

use crate::serve::advance::Advance;
use crate::serve::service::Service;
use crate::serve::snapshot::Snapshot;
use crate::wire::robomaker::{Exception, ExceptionKind, Operation};

/// Where the clock is.
const CLOCK: &str = "/rollcast/clock";
const ADVANCE: &str = "/rollcast/advance";

/// What goes back: a status, headers and a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// A service that answers requests, one at a time.
pub struct Endpoint {
    service: Mutex<Service>,
    requests: AtomicU64,
}

impl Endpoint {
    pub fn new(service: Service) -> Endpoint {
        Endpoint {
            service: Mutex::new(service),
            requests: AtomicU64::new(0),
        }
    }

    /// Answers a request; its target is the path with the query, as they were sent.
    pub fn reply(&self, method: &str, target: &str, body: &[u8]) -> Reply {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let request_id = format!("00000000-0000-4000-8000-{number:012x}");
        let (status, error, body) = match self.answer(method, target, body) {
            Ok(json) => (200, None, json.into_bytes()),
            Err(exception) => {
                let name = exception.kind.name().to_owned();
                (exception.kind.status(), Some(name), exception.body())
            }
        };
        let headers = [
            ("Content-Type", "application/json".to_owned()),
            ("x-amzn-RequestId", request_id),
        ];
        let error = error.map(|name| (Exception::HEADER, name));
        Reply {
            status,
            headers: headers.into_iter().chain(error).collect(),
            body,
        }
    }

    /// All that a page shows now.
    ///
    /// # Errors
    /// The log does not take the time.
    pub fn snapshot(&self) -> Result<Snapshot, Exception> {
        self.service()?.snapshot()
    }

    /// Puts into the log when the server stops.
    ///
    /// # Errors
    /// The log does not take it.
    pub fn stop(&self) -> Result<(), Exception> {
        self.service()?.stop()
    }

    fn answer(&self, method: &str, target: &str, body: &[u8]) -> Result<String, Exception> {
        let path = target.split_once('?').map_or(target, |(path, _)| path);
        match (method, path) {
            ("GET", CLOCK) => Ok(json(&self.service()?.clock()?)),
            ("POST", ADVANCE) => {
                let advance = Advance::read(body)?;
                Ok(json(&self.service()?.advance(advance)?))
            }
            _ => {
                let input = Operation::of(method, target)?.read(body)?;
                self.service()?.answer(&input)
            }
        }
    }

    fn service(&self) -> Result<MutexGuard<'_, Service>, Exception> {
        self.service.lock().map_err(|_| {
            Exception::new(
                ExceptionKind::InternalServer,
                "a bug of rollcast: an earlier request failed midway, and what it left behind is not told",
            )
        })
    }
}

fn json(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).expect("a bug: what the clock shows is JSON")
}
