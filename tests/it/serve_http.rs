//! The HTTP server by raw sockets: each limit, whom it refuses, and how it stops.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rollcast::serve::http::{Handler, Limits, Request, Response, Server, ServerEnd};

/// Longer than any of these tests waits for what is to happen.
const LONG: Duration = Duration::from_secs(60);

/// Short enough to wait for.
const SHORT: Duration = Duration::from_millis(200);

/// Says what it was asked; waits or panics where it is asked to.
struct Echo {
    /// Told when `/wait` was reached.
    reached: Sender<()>,
    /// What `/wait` waits for.
    go_on: Mutex<Receiver<()>>,
}

impl Handler for Echo {
    fn answer(&self, request: &Request) -> Response {
        match request.path() {
            "/wait" => {
                self.reached.send(()).unwrap();
                self.go_on.lock().unwrap().recv().unwrap();
            }
            "/panic" => panic!("the handler of a test panics as it was asked to"),
            _ => {}
        }
        let text = format!(
            "{} {}|{}|{}|{}|{}",
            request.method,
            request.path(),
            request.query(),
            request.header("X-Test").unwrap_or("-"),
            request.body.len(),
            String::from_utf8_lossy(&request.body[..request.body.len().min(20)])
        );
        Response::new(200, "text/plain", text).with("x-echo", "yes")
    }
}

/// A server on a thread; dropped, it is asked to stop.
struct Running {
    address: SocketAddr,
    asked: Arc<AtomicBool>,
    reached: Receiver<()>,
    go_on: Sender<()>,
    thread: Option<JoinHandle<ServerEnd>>,
}

impl Running {
    fn start(limits: Limits) -> Running {
        let server = Server::bind("127.0.0.1", 0, limits).unwrap();
        let address = server.address();
        let asked = Arc::new(AtomicBool::new(false));
        let (reached, reached_at) = channel();
        let (go_on, going_on) = channel();
        let handler = Echo {
            reached,
            go_on: Mutex::new(going_on),
        };
        let flag = Arc::clone(&asked);
        let thread = std::thread::spawn(move || {
            server.run(handler, || flag.load(Ordering::SeqCst)).unwrap()
        });
        Running {
            address,
            asked,
            reached: reached_at,
            go_on,
            thread: Some(thread),
        }
    }

    /// One that waits long for everything, so that what it does at once is seen to be.
    fn patient() -> Running {
        Running::start(Limits {
            slowest: LONG,
            farewell: LONG,
            ..Limits::default()
        })
    }

    fn port(&self) -> u16 {
        self.address.port()
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream
    }

    /// A head with this server's name.
    fn head(&self, line: &str, fields: &str) -> String {
        format!(
            "{line} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{fields}\r\n",
            self.port()
        )
    }

    /// What is answered to bytes on a connection of their own.
    fn answer(&self, sent: impl AsRef<[u8]>) -> Answer {
        let mut stream = self.connect();
        stream.write_all(sent.as_ref()).unwrap();
        answer_on(&mut stream)
    }

    /// What is answered to a request with a Host field.
    fn answer_for_host(&self, host: &str) -> Answer {
        self.answer(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"))
    }

    fn stop(mut self) -> ServerEnd {
        self.asked.store(true, Ordering::SeqCst);
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.asked.store(true, Ordering::SeqCst);
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    /// Fails unless it is a refusal with a status and a message, after which the connection is closed.
    fn assert_refuses(&self, status: u16, message: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.head.contains("\r\nconnection: close"), "{self:?}");
        assert!(
            self.head.contains("\r\ncontent-type: application/json"),
            "{self:?}"
        );
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        let told = body["message"].as_str().unwrap();
        assert!(told.contains(message), "{told}");
    }
}

/// Reads one answer, whose length its head tells; the connection may stay open.
fn answer_on(stream: &mut TcpStream) -> Answer {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        let n = stream.read(&mut byte).unwrap();
        assert_eq!(n, 1, "closed after {:?}", String::from_utf8_lossy(&head));
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let head = head.trim_end().to_owned();
    let length = head
        .split("\r\n")
        .find_map(|field| field.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head,
        body: String::from_utf8(body).unwrap(),
    }
}

/// Whether the other side closes a connection without another word, in order or not.
fn is_closed(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 64]) {
        Ok(n) => n == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

#[test]
fn a_request_reaches_the_handler_as_it_was_sent() {
    let server = Running::patient();
    let head = server.head(
        "POST /a%20b?x=1&y=%3F?z",
        "X-Test: here\r\nContent-Length: 5\r\n",
    );
    let answer = server.answer(head + "hello");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, "POST /a%20b|x=1&y=%3F?z|here|5|hello");
    assert!(answer.head.contains("\r\nx-echo: yes"), "{answer:?}");
    assert!(
        answer.head.contains("\r\ncontent-type: text/plain"),
        "{answer:?}"
    );
}

#[test]
fn a_connection_serves_requests_one_after_another_also_sent_at_once() {
    let server = Running::patient();
    let mut stream = server.connect();
    for path in ["/1", "/2", "/3"] {
        stream
            .write_all(server.head(&format!("GET {path}"), "").as_bytes())
            .unwrap();
        assert_eq!(answer_on(&mut stream).body, format!("GET {path}||-|0|"));
    }
    let both = server.head("GET /4", "") + &server.head("GET /5", "");
    stream.write_all(both.as_bytes()).unwrap();
    assert_eq!(answer_on(&mut stream).body, "GET /4||-|0|");
    assert_eq!(answer_on(&mut stream).body, "GET /5||-|0|");
}

#[test]
fn a_chunked_body_is_put_together() {
    let server = Running::patient();
    let head = server.head("PUT /", "Transfer-Encoding: chunked\r\n");
    let answer = server.answer(head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    assert_eq!(answer.body, "PUT /||-|5|abcde");
}

#[test]
fn who_expects_to_be_told_to_continue_is_told() {
    let server = Running::patient();
    let mut stream = server.connect();
    let head = server.head("POST /", "Expect: 100-continue\r\nContent-Length: 5\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(answer_on(&mut stream).status, 100);
    stream.write_all(b"hello").unwrap();
    assert_eq!(answer_on(&mut stream).body, "POST /||-|5|hello");
}

#[test]
fn a_body_of_the_largest_size_is_taken_and_one_byte_more_is_not() {
    let server = Running::patient();
    let largest = Limits::default().body_bytes;
    assert_eq!(largest, 1_000_000);
    let sent = |length: usize| {
        let head = server.head("POST /", &format!("Content-Length: {length}\r\n"));
        server.answer([head.into_bytes(), vec![b'x'; length]].concat())
    };
    assert!(sent(largest).body.starts_with("POST /||-|1000000|xxx"));
    sent(largest + 1).assert_refuses(413, "larger than 1000000 bytes");
    // Much more than buffers between the two hold: the answer is there all the same when all of it is sent.
    sent(30 * largest).assert_refuses(413, "larger than 1000000 bytes");
}

#[test]
fn a_body_is_refused_before_it_is_sent_where_its_length_is_told() {
    let server = Running::patient();
    let fields = "Expect: 100-continue\r\nContent-Length: 1000001\r\n";
    let answer = server.answer(server.head("POST /", fields));
    answer.assert_refuses(413, "larger than 1000000 bytes");
}

#[test]
fn a_chunked_body_is_refused_once_it_is_too_large() {
    let server = Running::patient();
    let head = server.head("POST /", "Transfer-Encoding: chunked\r\n");
    let chunk = format!("{:x}\r\n{}\r\n", 600_000, "x".repeat(600_000));
    let answer = server.answer(head + &chunk + &chunk + "0\r\n\r\n");
    answer.assert_refuses(413, "larger than 1000000 bytes");
}

#[test]
fn a_body_that_is_not_as_announced_is_refused() {
    let server = Running::patient();
    let head = server.head("POST /", "Transfer-Encoding: chunked\r\n");
    let answer = server.answer(head + "no length\r\n");
    answer.assert_refuses(400, "not as its headers announce");
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let server = Running::patient();
    let field = |length| format!("X-Test: {}\r\n", "x".repeat(length));
    assert_eq!(
        server.answer(server.head("GET /", &field(30_000))).status,
        200
    );
    assert_eq!(
        server.answer(server.head("GET /", &field(40_000))).status,
        431
    );
    let long = server.head(&format!("GET /{}", "x".repeat(40_000)), "");
    assert_eq!(server.answer(long).status, 431);
    let many: String = (0..200).map(|n| format!("X-{n}: 1\r\n")).collect();
    assert_eq!(server.answer(server.head("GET /", &many)).status, 431);
}

#[test]
fn what_is_no_http_is_refused() {
    let server = Running::patient();
    for sent in [
        "nonsense\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /\u{1} HTTP/1.1\r\n\r\n",
    ] {
        assert_eq!(server.answer(sent).status, 400, "{sent:?}");
    }
    // A handshake of TLS.
    assert_eq!(
        server.answer([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]).status,
        400
    );
}

#[test]
fn who_sends_a_head_or_a_body_too_slowly_is_told() {
    let server = Running::start(Limits {
        slowest: SHORT,
        ..Limits::default()
    });
    server
        .answer("GET / HTTP/1.1\r\nHost: ")
        .assert_refuses(408, "the head of the request took longer than 0.20 s");
    let body = server.head("POST /", "Content-Length: 5\r\n") + "hel";
    server
        .answer(body)
        .assert_refuses(408, "the body of the request took longer than 0.20 s");
}

/// Each byte comes soon after the one before.
#[test]
fn a_trickle_is_too_slow() {
    let server = Running::start(Limits {
        slowest: SHORT,
        ..Limits::default()
    });
    let mut stream = server.connect();
    let head = server.head("GET /", &format!("X-Test: {}\r\n", "x".repeat(10_000)));
    let began = Instant::now();
    let mut bytes = head.bytes();
    stream.set_read_timeout(Some(SHORT / 10)).unwrap();
    loop {
        stream
            .write_all(&[bytes.next().expect("the server waits for ever")])
            .unwrap();
        if stream.peek(&mut [0]).is_ok() {
            break;
        }
    }
    assert!(began.elapsed() >= SHORT);
    answer_on(&mut stream).assert_refuses(408, "the head");
}

#[test]
fn an_idle_connection_is_closed_without_a_word() {
    let server = Running::start(Limits {
        slowest: SHORT,
        ..Limits::default()
    });
    let mut fresh = server.connect();
    assert!(is_closed(&mut fresh));
    let mut used = server.connect();
    used.write_all(server.head("GET /", "").as_bytes()).unwrap();
    assert_eq!(answer_on(&mut used).status, 200);
    assert!(is_closed(&mut used));
}

/// An answer that takes long is no fault of the client's.
#[test]
fn a_slow_answer_is_waited_for() {
    let server = Running::start(Limits {
        slowest: SHORT,
        ..Limits::default()
    });
    let mut stream = server.connect();
    stream
        .write_all(server.head("GET /wait", "").as_bytes())
        .unwrap();
    server.reached.recv().unwrap();
    stream.set_read_timeout(Some(2 * SHORT)).unwrap();
    let early = stream.peek(&mut [0]).unwrap_err().kind();
    assert!(
        matches!(early, ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{early:?}"
    );
    server.go_on.send(()).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    assert_eq!(answer_on(&mut stream).status, 200);
}

#[test]
fn connections_beyond_the_limit_are_turned_away_until_others_are_closed() {
    let server = Running::patient();
    let limit = Limits::default().connections;
    assert_eq!(limit, 256);
    let mut open: Vec<TcpStream> = (0..limit).map(|_| server.connect()).collect();
    for place in [0, 255] {
        let mut stream = open[place].try_clone().unwrap();
        stream
            .write_all(server.head("GET /", "").as_bytes())
            .unwrap();
        assert_eq!(answer_on(&mut stream).status, 200);
    }
    let refused = server.answer(server.head("POST /", "Content-Length: 5\r\n") + "hello");
    refused.assert_refuses(503, "256 connections");
    drop(open.pop());
    // The server hears of it in its own time.
    let began = Instant::now();
    while server.answer(server.head("GET /", "")).status != 200 {
        assert!(began.elapsed() < LONG);
    }
}

#[test]
fn a_request_for_another_host_is_refused() {
    let server = Running::patient();
    let port = server.port();
    let own = [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ];
    for host in own.map(|host| format!("{host}:{port}")) {
        assert_eq!(server.answer_for_host(&host).status, 200, "{host}");
    }
    let other_port = format!("127.0.0.1:{}", port ^ 1);
    let others = [
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("localhost.:{port}"),
        format!("user@127.0.0.1:{port}"),
        format!("10.0.0.1:{port}"),
        format!("0.0.0.0:{port}"),
        other_port,
        "127.0.0.1".to_owned(),
        "localhost".to_owned(),
        String::new(),
        "a b".to_owned(),
    ];
    for host in others {
        let told = if host.is_empty() { "" } else { &host };
        let answer = server.answer_for_host(&host);
        assert_eq!(answer.status, 421, "{host}: {answer:?}");
        answer.assert_refuses(421, told);
    }
}

#[test]
fn a_request_has_one_host() {
    let server = Running::patient();
    server
        .answer("GET / HTTP/1.1\r\n\r\n")
        .assert_refuses(400, "one Host");
    server
        .answer("GET / HTTP/1.0\r\n\r\n")
        .assert_refuses(400, "one Host");
    let twice = server.head("GET /", &format!("Host: 127.0.0.1:{}\r\n", server.port()));
    server.answer(twice).assert_refuses(400, "one Host");
    let elsewhere = server.head("GET http://evil.example/", "");
    server.answer(elsewhere).assert_refuses(421, "evil.example");
    let here = format!("GET http://localhost:{}/x?y", server.port());
    assert_eq!(server.answer(server.head(&here, "")).body, "GET /x|y|-|0|");
}

#[test]
fn a_request_from_a_page_of_another_site_is_refused() {
    let server = Running::patient();
    let port = server.port();
    let asked =
        |origin: &str| server.answer(server.head("POST /", &format!("Origin: {origin}\r\n")));
    for own in [
        format!("http://127.0.0.1:{port}"),
        format!("http://localhost:{port}"),
    ] {
        assert_eq!(asked(&own).status, 200, "{own}");
    }
    let others = [
        "null".to_owned(),
        "http://evil.example".to_owned(),
        format!("https://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{}", port ^ 1),
        "http://localhost".to_owned(),
        "file://".to_owned(),
        String::new(),
    ];
    for origin in others {
        asked(&origin).assert_refuses(403, &origin);
    }
}

#[test]
fn a_server_that_is_asked_to_stop_finishes_what_is_in_flight() {
    let server = Running::patient();
    let mut idle = server.connect();
    idle.write_all(server.head("GET /", "").as_bytes()).unwrap();
    assert_eq!(answer_on(&mut idle).status, 200);
    let mut busy = server.connect();
    busy.write_all(server.head("GET /wait", "").as_bytes())
        .unwrap();
    server.reached.recv().unwrap();
    server.asked.store(true, Ordering::SeqCst);
    assert!(is_closed(&mut idle));
    assert!(
        TcpStream::connect(server.address).is_err(),
        "a stopping server accepts nobody"
    );
    server.go_on.send(()).unwrap();
    let answer = answer_on(&mut busy);
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("\r\nconnection: close"), "{answer:?}");
    assert_eq!(server.stop(), ServerEnd::Asked);
}

#[test]
fn a_server_that_stops_does_not_wait_for_ever() {
    let server = Running::start(Limits {
        farewell: SHORT,
        ..Limits::default()
    });
    let mut stream = server.connect();
    stream
        .write_all(server.head("GET /wait", "").as_bytes())
        .unwrap();
    server.reached.recv().unwrap();
    let go_on = server.go_on.clone();
    assert_eq!(server.stop(), ServerEnd::Asked);
    go_on.send(()).unwrap();
    assert!(is_closed(&mut stream));
}

#[test]
fn a_panic_is_told_and_stops_the_server() {
    let mut server = Running::patient();
    let answer = server.answer(server.head("GET /panic", ""));
    answer.assert_refuses(500, "a bug in the server, which stops now");
    assert_eq!(
        server.thread.take().unwrap().join().unwrap(),
        ServerEnd::Broken
    );
}

#[test]
fn port_0_takes_a_free_port_and_a_taken_one_is_an_error() {
    let (one, other) = (Running::patient(), Running::patient());
    assert_ne!(one.port(), other.port());
    assert_eq!(one.answer(one.head("GET /", "")).status, 200);
    assert_eq!(other.answer(other.head("GET /", "")).status, 200);
    other
        .answer(one.head("GET /", ""))
        .assert_refuses(421, "127.0.0.1");
    let taken = Server::bind("127.0.0.1", one.port(), Limits::default()).unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AddrInUse);
}
