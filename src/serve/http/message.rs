//! Requests and responses as plain data, whole in memory.

use hyper::body::Bytes;
use hyper::header::{CONNECTION, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{HeaderMap, StatusCode};

use http_body_util::Full;

/// Answers requests. It is asked from several threads.
pub trait Handler: Send + Sync + 'static {
    /// The answer to a request. If it panics the client is told of a bug and the server stops.
    fn answer(&self, request: &Request) -> Response;
}

/// A request that kept to the limits.
#[derive(Clone, Debug)]
pub struct Request {
    /// As it was sent: `GET`, `POST` and so on.
    pub method: String,
    /// Path and query as they were sent, percent signs and all.
    pub target: String,
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Request {
    pub(super) fn new(head: Parts, body: Vec<u8>) -> Request {
        let target = head.uri.path_and_query().map_or("/", |it| it.as_str());
        Request {
            method: head.method.as_str().to_owned(),
            target: target.to_owned(),
            body,
            headers: head.headers,
        }
    }

    /// The target up to its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// What follows the first question mark of the target; empty where there is none.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The first value of a field, unless it has other characters than visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    /// All but those of the transport: length, date and connection.
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Response {
        Response {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
        }
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Response {
        self.headers.push((name, value.into()));
        self
    }

    /// A refusal in the form of the service's exceptions.
    pub(super) fn refusal(status: StatusCode, message: &str) -> Response {
        let body = serde_json::json!({ "message": message }).to_string();
        Response::new(status.as_u16(), "application/json", body)
    }

    /// As the library sends it.
    ///
    /// # Panics
    /// A status or a field is not one of HTTP.
    pub(super) fn sent(self) -> hyper::Response<Full<Bytes>> {
        let mut response = hyper::Response::new(Full::new(Bytes::from(self.body)));
        *response.status_mut() =
            StatusCode::from_u16(self.status).expect("a bug: a status that HTTP does not have");
        let headers = response.headers_mut();
        for (name, value) in self.headers {
            let name = HeaderName::try_from(name).expect("a bug: a field that has no name");
            let value = HeaderValue::try_from(value).expect("a bug: a field with a line break");
            headers.append(name, value);
        }
        response
    }

    /// As the library sends it to a client whose connection is closed then, since some of its request may be unread.
    pub(super) fn sent_last(self) -> hyper::Response<Full<Bytes>> {
        let mut response = self.sent();
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
        response
    }
}
