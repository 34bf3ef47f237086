//! DescribeDeploymentJob over loopback: how many a second the endpoint answers for a fleet of 200 robots that share a line, beside the same JSON served
//! from memory by the same server.
//!
//! `cargo bench --bench endpoint`; a number as argument is how long each is asked \[s\] (default 5).
//!
//! Eight connections ask one request after another, as fast as they are answered; clients and server share the machine's cores. *Still*: the clock
//! stands in the midst of the rollout. *Running*: it goes 600 times as fast as on the wall, so that nearly every answer is of another time. The three take
//! turns a second long, so that what else the machine does meets all of them.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rollcast::scenario::{BASE, ScenarioFile};
use rollcast::serve::http::{Handler, Limits, Request, Response, Server};
use rollcast::serve::{Endpoint, Options, Pace, Service, Site, SystemClock};
use serde_json::{Value, json};

const SCENARIO: &str = "scenarios/thin-uplink.toml";
const CONNECTIONS: usize = 8;
const TURN: Duration = Duration::from_secs(1);

/// The rollout takes about an hour.
const MIDST_S: u64 = 1200;

/// Serves the same bytes again and again.
struct Memory(Response);

impl Handler for Memory {
    fn answer(&self, _: &Request) -> Response {
        self.0.clone()
    }
}

fn main() {
    let seconds = std::env::args().find_map(|it| it.parse::<u64>().ok());
    let turns = seconds.unwrap_or(5).max(1);
    let (still, job) = deployed(Pace::Manual);
    let (running, running_job) = deployed(Pace::Running(600.0));
    let answer = ask(&still, "/describeDeploymentJob", &json!({ "job": job }));
    let bytes = answer.to_string().len();
    let memory = Memory(Response::new(200, "application/json", answer.to_string()));
    let mut asked = [
        Asked::new("from memory", memory, &job),
        Asked::new("still", Site::new("bench", Pace::Manual, still), &job),
        Asked::new(
            "running",
            Site::new("bench", Pace::Running(600.0), running),
            &running_job,
        ),
    ];
    for _ in 0..turns {
        for asked in &mut asked {
            asked.turn();
        }
    }
    println!(
        "DescribeDeploymentJob of 200 robots, {bytes} bytes, {CONNECTIONS} connections, {turns} s each"
    );
    println!(
        "{:<12} {:>10} {:>12} {:>12} {:>12}",
        "", "a second", "median [ms]", "p99 [ms]", "longest [ms]"
    );
    for Asked { name, took, .. } in &mut asked {
        took.sort_unstable();
        let at = |part: usize| took[(took.len() - 1) * part / 100].as_secs_f64() * 1e3;
        let rate = took.len() as f64 / (turns as f64 * TURN.as_secs_f64());
        println!(
            "{name:<12} {rate:>10.0} {:>12.2} {:>12.2} {:>12.2}",
            at(50),
            at(99),
            at(100)
        );
    }
}

/// An endpoint with a job in the midst of its rollout, and the job.
fn deployed(pace: Pace) -> (Arc<Endpoint>, String) {
    let file =
        ScenarioFile::read(Path::new(SCENARIO)).unwrap_or_else(|it| panic!("{}", it.render(false)));
    let checked = file.check(&[BASE.to_owned()]);
    let (scenario, _) = checked.unwrap_or_else(|it| panic!("{}", it.render(false)));
    let options = Options {
        replication: 0,
        pace,
        log: None,
        retired: false,
    };
    let wall = Box::new(SystemClock::default());
    let opened = Service::open(&scenario, &scenario.profiles[0], options, wall);
    let endpoint = Endpoint::new(opened.expect("a service without a log").0);
    let application =
        &ask(&endpoint, "/listRobotApplications", &json!({}))["robotApplicationSummaries"][0];
    let job = ask(
        &endpoint,
        "/createDeploymentJob",
        &json!({
            "clientRequestToken": "bench",
            "fleet": ask(&endpoint, "/listFleets", &json!({}))["fleetDetails"][0]["arn"],
            "deploymentApplicationConfigs": [{
                "application": application["arn"],
                "applicationVersion": "30",
                "launchConfig": { "packageName": "p", "launchFile": "l", "preLaunchFile": "a", "postLaunchFile": "b" },
            }],
        }),
    );
    ask(
        &endpoint,
        "/rollcast/advance",
        &json!({ "bySeconds": MIDST_S }),
    );
    let job = job["arn"].as_str().expect("a job has an ARN").to_owned();
    (Arc::new(endpoint), job)
}

fn ask(endpoint: &Endpoint, path: &str, body: &Value) -> Value {
    let reply = endpoint.reply("POST", path, body.to_string().as_bytes());
    let text = String::from_utf8_lossy(&reply.body);
    assert_eq!(reply.status, 200, "{path}: {text}");
    serde_json::from_str(&text).expect("the endpoint answers in JSON")
}

/// A server, its clients, and how long each of their requests took.
struct Asked {
    name: &'static str,
    clients: Vec<Client>,
    request: String,
    took: Vec<Duration>,
}

struct Client(BufReader<TcpStream>);

impl Asked {
    fn new(name: &'static str, handler: impl Handler, job: &str) -> Asked {
        let server = Server::bind("127.0.0.1", 0, Limits::default()).expect("a free port");
        let address = server.address();
        // The servers live as long as the program.
        static NEVER: AtomicBool = AtomicBool::new(false);
        thread::spawn(move || server.run(handler, || NEVER.load(Ordering::Relaxed)));
        let body = json!({ "job": job }).to_string();
        Asked {
            name,
            clients: (0..CONNECTIONS).map(|_| Client::connect(address)).collect(),
            request: format!(
                "POST /describeDeploymentJob HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
            took: Vec::new(),
        }
    }

    /// All clients ask for a second.
    fn turn(&mut self) {
        let until = Instant::now() + TURN;
        let request = self.request.as_bytes();
        thread::scope(|scope| {
            let asking = self
                .clients
                .iter_mut()
                .map(|client| scope.spawn(move || client.ask_until(request, until)));
            let asking: Vec<_> = asking.collect();
            for client in asking {
                self.took
                    .extend(client.join().expect("a client that is answered"));
            }
        });
    }
}

impl Client {
    fn connect(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).expect("a server that listens");
        stream.set_nodelay(true).expect("a socket");
        Client(BufReader::new(stream))
    }

    fn ask_until(&mut self, request: &[u8], until: Instant) -> Vec<Duration> {
        let mut took = Vec::new();
        while Instant::now() < until {
            let began = Instant::now();
            self.ask(request);
            took.push(began.elapsed());
        }
        took
    }

    /// Asks once, and reads the answer to its end.
    fn ask(&mut self, request: &[u8]) {
        self.0
            .get_mut()
            .write_all(request)
            .expect("a server that reads");
        let mut status = String::new();
        self.0
            .read_line(&mut status)
            .expect("a server that answers");
        assert!(status.starts_with("HTTP/1.1 200 "), "{status}");
        let mut length = 0;
        loop {
            let mut field = String::new();
            self.0.read_line(&mut field).expect("a whole head");
            if field == "\r\n" {
                break;
            }
            if let Some(told) = field.strip_prefix("content-length: ") {
                length = told.trim_end().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("a whole body");
    }
}
