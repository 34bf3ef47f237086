//! `rollcast serve` from the outside: its address, its page, how it is stopped, and what it refuses to begin with.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command};

use crate::common::sandbox::{Sandbox, piped, signal, text};

/// A server of the small scenario with a clock that stands still.
struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: String,
}

impl Server {
    fn start(sandbox: &Sandbox, flags: &[&str]) -> Server {
        let flags = [
            &["serve", "small.toml", "--clock", "manual", "--set", START],
            flags,
        ]
        .concat();
        let mut child = piped(hearing(sandbox.command().args(flags)));
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line
            .strip_prefix("http://")
            .and_then(|line| line.strip_suffix('\n'));
        Server {
            address: address.unwrap_or_else(|| panic!("{line:?}")).to_owned(),
            child,
            stdout,
        }
    }

    /// The status, the head and the body that a request gets on a connection of its own.
    fn ask(&self, method: &str, target: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        // A number keeps to its unit on the page.
        let answer = answer.replace('\u{a0}', " ");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head[9..12].parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    fn page(&self) -> String {
        let answer = self.ask("GET", "/", "");
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// Creates a job for all robots as the scenario has it.
    fn deploy(&self) {
        let found = |operation: &str, list: &str| -> serde_json::Value {
            let answer = self.ask("POST", operation, "{}");
            serde_json::from_str::<serde_json::Value>(&answer.body).unwrap()[list][0].clone()
        };
        let fleet = found("/listFleets", "fleetDetails");
        let application = found("/listRobotApplications", "robotApplicationSummaries");
        let request = serde_json::json!({
            "clientRequestToken": "a",
            "fleet": fleet["arn"],
            "deploymentApplicationConfigs": [{
                "application": application["arn"],
                "applicationVersion": "12",
                "launchConfig": { "packageName": "p", "launchFile": "l", "preLaunchFile": "a", "postLaunchFile": "b" },
            }],
        });
        let answer = self.ask("POST", "/createDeploymentJob", &request.to_string());
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Stops it by a signal; what it said to standard error.
    fn stop(mut self, name: &str) -> String {
        signal(&self.child, name);
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "the address is all of the output");
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        let status = self.child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{name}: {said}");
        said
    }
}

/// A test that fails leaves no server.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

const START: &str = "start=2026-03-02T08:00:00Z";

/// A command that hears of SIGHUP, as it would not where the tests themselves were started by nohup.
fn hearing(command: &mut Command) -> &mut Command {
    // SAFETY: the call may be made between fork and exec.
    unsafe {
        command.pre_exec(|| {
            libc::signal(libc::SIGHUP, libc::SIG_DFL);
            Ok(())
        })
    }
}

#[test]
fn the_address_is_the_first_line_and_signals_stop_it() {
    let sandbox = Sandbox::new("tests/cli");
    for name in ["TERM", "INT", "HUP"] {
        let server = Server::start(&sandbox, &[]);
        assert!(
            server.address.starts_with("127.0.0.1:"),
            "{}",
            server.address
        );
        // A client that keeps its connection does not keep the server.
        let _idle = TcpStream::connect(&server.address).unwrap();
        assert_eq!(server.ask("GET", "/rollcast/clock", "").status, 200);
        let said = server.stop(name);
        assert!(said.contains("time stands still"), "{said}");
        assert!(
            said.contains("not checked: every program of this machine"),
            "{said}"
        );
    }
    let server = Server::start(&sandbox, &["--quiet"]);
    assert_eq!(server.stop("TERM"), "");
}

#[test]
fn what_a_scenario_has_beside_its_job_is_left_to_clients() {
    let sandbox = Sandbox::new("tests/cli");
    let server = Server::start(&sandbox, &["--set", "campaign.recovery={}"]);
    let said = server.stop("TERM");
    assert!(
        said.contains("the scenario's recovery is left to clients"),
        "{said}"
    );
}

#[test]
fn two_servers_run_beside_each_other_but_not_on_one_port() {
    let sandbox = Sandbox::new("tests/cli");
    let (one, other) = (Server::start(&sandbox, &[]), Server::start(&sandbox, &[]));
    let port = one.address.rsplit(':').next().unwrap();
    let third = sandbox.rollcast(&["serve", "small.toml", "--port", port]);
    assert_eq!(third.status.code(), Some(4));
    assert_eq!(text(&third.stdout), "");
    let said = text(&third.stderr);
    assert!(
        said.contains(&format!("cannot listen on 127.0.0.1, port {port}")),
        "{said}"
    );
    assert!(said.contains("give another --port"), "{said}");
    one.deploy();
    assert!(!one.page().contains("No job yet"));
    assert!(other.page().contains("No job yet"));
    one.stop("TERM");
    other.stop("TERM");
}

#[test]
fn flags_that_make_no_server_are_refused() {
    let sandbox = Sandbox::new("tests/cli");
    let cases: [(&[&str], i32, &str); 8] = [
        (&[], 2, "<FILE>"),
        (&["small.toml", "--speed", "0"], 2, "above 0 and at most"),
        (&["small.toml", "--speed", "-1"], 2, "above 0 and at most"),
        (&["small.toml", "--speed", "NaN"], 2, "above 0 and at most"),
        (
            &["small.toml", "--speed", "2", "--clock", "manual"],
            2,
            "cannot be used with",
        ),
        (&["small.toml", "--profile", "worse"], 2, "worse"),
        (
            &["small.toml", "--host", "192.0.2.1"],
            4,
            "no address of this machine",
        ),
        (&["small.toml", "--json"], 2, "cannot be used with"),
    ];
    for (flags, code, message) in cases {
        let output = sandbox.rollcast(&[&["serve"], flags].concat());
        assert_eq!(
            output.status.code(),
            Some(code),
            "{flags:?}: {}",
            text(&output.stderr)
        );
        assert!(
            text(&output.stderr).contains(message),
            "{flags:?}: {}",
            text(&output.stderr)
        );
        assert_eq!(text(&output.stdout), "");
    }
}

#[test]
fn the_operations_are_listed() {
    let sandbox = Sandbox::empty();
    let listed = sandbox.rollcast(&["serve", "--operations"]);
    assert_eq!(listed.status.code(), Some(0));
    let listed = text(&listed.stdout).to_owned();
    let json = sandbox.rollcast(&["serve", "--operations", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let names: Vec<&str> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    let first = |line: &str| line.split(' ').next().unwrap().to_owned();
    assert_eq!(listed.lines().map(first).collect::<Vec<_>>(), names);
    assert!(names.contains(&"CreateDeploymentJob"));
}

#[test]
fn the_page_shows_fleets_jobs_and_the_clock() {
    let sandbox = Sandbox::new("tests/cli");
    let server = Server::start(&sandbox, &[]);
    let page = server.page();
    for shown in [
        "<h1>small: rollcast serve</h1>",
        "2026-03-02 08:00:00 UTC",
        "0 s after the beginning; time stands still",
        "No job yet",
        "<td>40</td>",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    server.deploy();
    let advanced = server.ask("POST", "/", "by=2+min");
    assert_eq!(advanced.status, 303, "{advanced:?}");
    assert!(
        advanced.head.contains("\r\nlocation: /?by=2%20min"),
        "{advanced:?}"
    );
    let page = server.ask("GET", "/?by=2%20min", "").body;
    for shown in [
        "2026-03-02 08:02:00 UTC",
        "2 min after",
        "value=\"2 min\"",
        "InProgress",
        "<th scope=\"col\">Deploying</th>",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    let parts = server.ask("GET", "/rollcast/page", "").body;
    assert!(parts.starts_with("<div id=\"time\">"), "{parts}");
    let (time, state) = parts.split_once("</div><div id=\"state\">").unwrap();
    assert!(
        page.contains(time) && page.contains(state),
        "the parts are those of the page"
    );
    server.stop("TERM");
}

#[test]
fn the_form_goes_from_change_to_change_until_there_is_none() {
    let sandbox = Sandbox::new("tests/cli");
    let server = Server::start(&sandbox, &[]);
    server.deploy();
    let mut pages = vec![server.page()];
    loop {
        let advanced = server.ask("POST", "/", "by=10min&next=1");
        assert_eq!(advanced.status, 303, "{advanced:?}");
        if advanced.head.contains("\r\nlocation: /?nothing") {
            break;
        }
        pages.push(server.page());
        assert!(pages.len() < 1000, "changes without end");
    }
    let last = server.ask("GET", "/?nothing", "").body;
    assert!(last.contains("Nothing changes any more"), "{last}");
    assert!(
        last.contains("<td>Succeeded</td>") || last.contains("<td>Failed</td>"),
        "{last}"
    );
    let n = pages.len();
    pages.dedup();
    assert_eq!(pages.len(), n, "each change is one");
    server.stop("TERM");
}

#[test]
fn what_the_form_cannot_do_is_said_beside_it_as_text() {
    let sandbox = Sandbox::new("tests/cli");
    let server = Server::start(&sandbox, &[]);
    let cases = [
        ("by=10", "has no unit"),
        ("by=400d", "360 days"),
        ("by=%3Cscript%3Ealert(1)%3C%2Fscript%3E", "&lt;script&gt;"),
    ];
    for (form, said) in cases {
        let answer = server.ask("POST", "/", form);
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.body.contains(said), "{said} in {}", answer.body);
        assert!(answer.body.contains("role=\"alert\""));
        assert!(!answer.body.contains("<script>alert"));
        assert!(
            answer.body.contains("0 s after the beginning"),
            "time did not go on"
        );
    }
    server.stop("TERM");
}

/// A page may run its own script and ask where it came from; nobody may frame it.
#[test]
fn the_page_is_held_to_what_it_brings() {
    use base64::Engine;
    use sha2::{Digest, Sha256};

    let sandbox = Sandbox::new("tests/cli");
    let server = Server::start(&sandbox, &[]);
    let answer = server.ask("GET", "/", "");
    let policy = answer
        .head
        .split("\r\ncontent-security-policy: ")
        .nth(1)
        .unwrap();
    let policy = policy.split("\r\n").next().unwrap();
    for rule in [
        "default-src 'none'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    for (element, rule) in [("style", "style-src"), ("script", "script-src")] {
        let allowed = policy.split("; ").find(|it| it.starts_with(rule)).unwrap();
        let begin = format!("<{element}>");
        let parts = answer.body.split(begin.as_str()).skip(1);
        let parts: Vec<&str> = parts
            .map(|part| part.split(&format!("</{element}>")).next().unwrap())
            .collect();
        assert!(!parts.is_empty());
        for part in parts {
            let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(part));
            assert!(allowed.contains(&format!("'sha256-{hash}'")), "{allowed}");
        }
    }
    for field in [
        "x-content-type-options: nosniff",
        "cache-control: no-store",
        "content-type: text/html; charset=utf-8",
    ] {
        assert!(answer.head.contains(field), "{answer:?}");
    }
    server.stop("TERM");
}

#[test]
fn a_server_goes_on_from_its_log() {
    let sandbox = Sandbox::new("tests/cli");
    let server = Server::start(&sandbox, &["--log", "log"]);
    server.deploy();
    server.ask("POST", "/", "by=3min");
    let page = server.page();
    server.stop("TERM");
    let again = Server::start(&sandbox, &["--log", "log"]);
    assert_eq!(again.page(), page);
    let said = again.stop("TERM");
    assert!(
        said.contains("the log has 1 command; it goes on 3 min after the beginning"),
        "{said}"
    );
    let other = sandbox.rollcast(&[
        "serve",
        "small.toml",
        "--clock",
        "manual",
        "--set",
        START,
        "--seed",
        "9",
        "--log",
        "log",
    ]);
    assert_eq!(other.status.code(), Some(2));
    assert!(
        text(&other.stderr).contains("seed"),
        "{}",
        text(&other.stderr)
    );
    assert_eq!(text(&other.stdout), "");
}
