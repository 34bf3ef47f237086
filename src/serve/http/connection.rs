//! One connection: its requests one after another, and how it ends.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::StatusCode;
use hyper::body::{Body, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use crate::serve::http::guard::Guard;
use crate::serve::http::limits::Limits;
use crate::serve::http::message::{Handler, Request, Response};
use crate::units::duration;

/// What the connections of a server share.
pub(super) struct Shared {
    pub handler: Box<dyn Handler>,
    pub guard: Guard,
    pub limits: Limits,
    /// Told when the handler panics.
    pub broken: Notify,
}

type Sent = hyper::Response<Full<Bytes>>;

/// What is read and thrown away of a client that goes on sending, at most [bytes]: closing a connection with unread bytes would make the system take
/// back an answer that the client has not read.
const SCRAP_BYTES_MAX: usize = 64_000_000;

/// Answers the requests of a connection until either side closes it, or the one in flight once `stop` says so.
pub(super) async fn serve(shared: Arc<Shared>, stream: TcpStream, mut stop: watch::Receiver<bool>) {
    let Ok(local) = stream.local_addr().map(|address| address.ip()) else {
        return;
    };
    let limits = shared.limits;
    let service = service_fn(|request| Box::pin(answer(Arc::clone(&shared), local, request)));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.slowest)
        .max_header_size(limits.head_bytes)
        .serve_connection(TokioIo::new(stream), service);
    let ended = {
        let mut stop = pin!(stop.wait_for(|stopping| *stopping));
        let mut stopping = false;
        poll_fn(|context| {
            if !stopping && stop.as_mut().poll(context).is_ready() {
                stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
            connection.poll_without_shutdown(context)
        })
        .await
    };
    let parts = connection.into_parts();
    let mut stream = parts.io.into_inner();
    let is_late = ended.is_err_and(|error| error.is_timeout());
    if is_late && !parts.read_buf.is_empty() {
        let _ = stream.write_all(&late_head(limits)).await;
    }
    tokio::select! {
        biased;
        () = close(stream, limits) => {}
        _ = stop.wait_for(|stopping| *stopping) => {}
    }
}

/// Tells a client that there are too many, and closes the connection.
pub(super) async fn turn_away(mut stream: TcpStream, limits: Limits) {
    let n = limits.connections;
    let message =
        format!("there are {n} connections, which is as many as this server takes; close some");
    let answer = bare("503 Service Unavailable", &message);
    let _ = stream.write_all(&answer).await;
    close(stream, limits).await;
}

/// The answer to a request, whose body has still to come.
async fn answer(
    shared: Arc<Shared>,
    local: IpAddr,
    request: hyper::Request<Incoming>,
) -> Result<Sent, Infallible> {
    let (head, body) = request.into_parts();
    let read = match shared.guard.admit(&head, local) {
        Ok(()) => read(body, shared.limits).await,
        Err(refusal) => Err(refusal),
    };
    let body = match read {
        Ok(body) => body,
        Err(refusal) => return Ok(refusal.sent_last()),
    };
    let request = Request::new(head, body);
    // On a thread of its own kind, so that a long answer does not keep others from being read, and a panic ends there.
    let asked = Arc::clone(&shared);
    let answered = tokio::task::spawn_blocking(move || asked.handler.answer(&request).sent());
    Ok(answered.await.unwrap_or_else(|_| {
        shared.broken.notify_one();
        let text = "this is a bug in the server, which stops now";
        Response::refusal(StatusCode::INTERNAL_SERVER_ERROR, text).sent_last()
    }))
}

/// The body of a request.
///
/// # Errors
/// The refusal of one that is too large, too slow or broken off.
async fn read(body: Incoming, limits: Limits) -> Result<Vec<u8>, Response> {
    let too_large = || {
        let text = format!("the body is larger than {} bytes", limits.body_bytes);
        Response::refusal(StatusCode::PAYLOAD_TOO_LARGE, &text)
    };
    if body.size_hint().lower() > limits.body_bytes as u64 {
        return Err(too_large());
    }
    let collected = Limited::new(body, limits.body_bytes).collect();
    match timeout(limits.slowest, collected).await {
        Ok(Ok(body)) => Ok(body.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => {
            let text = "the body is not as its headers announce it";
            Err(Response::refusal(StatusCode::BAD_REQUEST, text))
        }
        Err(_) => {
            let text = late("the body", limits);
            Err(Response::refusal(StatusCode::REQUEST_TIMEOUT, &text))
        }
    }
}

fn late(what: &str, limits: Limits) -> String {
    let slowest = duration(limits.slowest.as_secs_f64() * 1e3);
    format!("{what} of the request took longer than {slowest} to arrive")
}

/// The library closes a connection whose head is late without a word, so these are ours.
fn late_head(limits: Limits) -> Vec<u8> {
    bare("408 Request Timeout", &late("the head", limits))
}

/// The bytes of an answer to a request that was not read.
fn bare(status: &str, message: &str) -> Vec<u8> {
    let body = serde_json::json!({ "message": message }).to_string();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Closes a connection so that the client can read the answer: first our side, then the other when the client has.
async fn close(mut stream: TcpStream, limits: Limits) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let drained = async {
        let mut scrap = [0; 8192];
        let mut left = SCRAP_BYTES_MAX;
        while let Ok(n) = stream.read(&mut scrap).await
            && n > 0
            && left > n
        {
            left -= n;
        }
    };
    let _ = timeout(limits.farewell, drained).await;
}
