//! The page and the endpoint under one roof: which request is whose.

use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::serve::clock::Pace;
use crate::serve::endpoint::{Endpoint, Reply};
use crate::serve::http::{Handler, Request, Response};
use crate::serve::page::document::{Note, document, parts, policy};
use crate::serve::page::form::{Asked, field};
use crate::serve::snapshot::Snapshot;

/// What is in the page without the document around it.
const PARTS: &str = "/rollcast/page";

const HTML: &str = "text/html; charset=utf-8";

/// Answers for both.
pub struct Site {
    name: String,
    pace: Pace,
    endpoint: Arc<Endpoint>,
}

impl Site {
    /// The site of an endpoint that serves a scenario of this name.
    pub fn new(name: &str, pace: Pace, endpoint: Arc<Endpoint>) -> Site {
        Site {
            name: name.to_owned(),
            pace,
            endpoint,
        }
    }

    fn now(&self) -> Result<Snapshot, String> {
        self.endpoint
            .snapshot()
            .map_err(|exception| exception.message)
    }

    fn page(&self, status: u16, note: &Note) -> Response {
        let now = self.now();
        let status = if now.is_err() { 500 } else { status };
        secured(Response::new(
            status,
            HTML,
            document(&self.name, self.pace, &now, note),
        ))
    }

    fn parts(&self) -> Response {
        let now = self.now();
        let status = if now.is_err() { 500 } else { 200 };
        secured(Response::new(status, HTML, parts(self.pace, &now)))
    }

    /// Does what the form asks for, and sends the browser back to the page, where reloading does not ask again.
    fn advance(&self, body: &[u8]) -> Response {
        let asked = match Asked::read(body) {
            Ok(asked) => asked,
            Err(refused) => return self.page(400, &refused.into()),
        };
        let (by, advance) = match asked {
            Asked::By(ms, by) => (by, json!({ "bySeconds": ms as f64 / 1e3 })),
            Asked::ToNextChange => (String::new(), json!({ "toNextChange": true })),
        };
        let reply =
            self.endpoint
                .reply("POST", "/rollcast/advance", advance.to_string().as_bytes());
        let answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        if reply.status != 200 {
            let said = answer["message"]
                .as_str()
                .unwrap_or("the clock was not advanced");
            let note = Note {
                by,
                said: said.to_owned(),
                is_error: true,
            };
            return self.page(reply.status, &note);
        }
        let query = match (answer["changed"].as_bool(), by.as_str()) {
            (Some(false), _) => "?nothing".to_owned(),
            (_, "") => String::new(),
            (_, by) => format!("?by={}", utf8_percent_encode(by, NON_ALPHANUMERIC)),
        };
        Response::new(303, "text/plain", "").with("location", format!("/{query}"))
    }
}

impl Handler for Site {
    fn answer(&self, request: &Request) -> Response {
        match (request.method.as_str(), request.path()) {
            ("GET" | "HEAD", "/") => self.page(200, &note(request.query())),
            ("GET" | "HEAD", PARTS) => self.parts(),
            ("POST", "/") => self.advance(&request.body),
            (method, _) => {
                let Reply {
                    status,
                    headers,
                    body,
                } = self.endpoint.reply(method, &request.target, &request.body);
                Response {
                    status,
                    headers,
                    body,
                }
            }
        }
    }
}

/// What the form said when it sent the browser here.
fn note(query: &str) -> Note {
    let nothing = "Nothing changes any more until a client asks for something.";
    Note {
        by: field(query, "by").unwrap_or_default(),
        said: field(query, "nothing").map_or_else(String::new, |_| nothing.to_owned()),
        is_error: false,
    }
}

fn secured(response: Response) -> Response {
    response
        .with("content-security-policy", policy())
        .with("x-content-type-options", "nosniff")
        .with("cache-control", "no-store")
}
