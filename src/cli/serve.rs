//! `rollcast serve`: one replication of a scenario, for clients of RoboMaker's API.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::cli::args;
use crate::cli::exit::{Failure, print, say, warn};
use crate::cli::signals;
use crate::model::Ms;
use crate::scenario::{Problems, Profile, io_problem};
use crate::serve::http::{Limits, Server, ServerEnd};
use crate::serve::{Endpoint, LogError, Options, Pace, Service, Site, SystemClock};
use crate::units::duration;
use crate::wire::robomaker::{operations_json, operations_list};

pub(super) fn serve(args: &args::Serve) -> Result<(), Failure> {
    let Some(file) = args.file.as_deref().filter(|_| !args.operations) else {
        return print(&match args.json {
            true => format!("{:#}\n", operations_json()),
            false => operations_list(),
        });
    };
    let common = args.common(file);
    let (_, scenario, warnings) = common.read(Problems::default())?;
    warn(&warnings, args.quiet);
    let profile = &scenario.profiles[0];
    Failure::unless_robomaker(profile)?;
    signals::ask_first();

    let server = Server::bind(&args.host, args.port, Limits::default());
    let server = server.map_err(|error| unbound(args, &error))?;
    let options = Options {
        replication: args.replication,
        pace: args.pace(),
        log: args.log.as_deref(),
        retired: args.retired,
    };
    let opened = Service::open(
        &scenario,
        profile,
        options,
        Box::new(SystemClock::default()),
    );
    let (service, replayed) = opened.map_err(|error| match error {
        LogError::InUse(_) | LogError::Disk(..) => Failure::Disk(error.to_string()),
        LogError::NotALog(_) | LogError::Line(..) | LogError::Differs(..) => {
            Failure::Flag(error.to_string())
        }
    })?;
    let endpoint = Arc::new(Endpoint::new(service));
    let address = server.address();
    print(&format!("http://{address}\n"))?;
    if !args.quiet {
        let found = replayed.map(|found| (found.to_string(), found.time));
        for note in notes(args, profile, address, found) {
            say(&format!("note: {note}"));
        }
    }

    let site = Site::new(&scenario.name, args.pace(), Arc::clone(&endpoint));
    match server.run(site, signals::is_asked) {
        Ok(ServerEnd::Asked) => {
            let stopped = endpoint.stop();
            stopped.map_err(|exception| Failure::Disk(exception.message))
        }
        Ok(ServerEnd::Broken) => {
            let kept = match args.log {
                Some(_) => "what was answered before is in the log",
                None => "what it held is lost",
            };
            Err(Failure::Bug(format!(
                "a request failed midway, and the server stopped; {kept}"
            )))
        }
        Err(error) => Err(Failure::Disk(format!(
            "cannot serve: {}",
            io_problem(&error)
        ))),
    }
}

impl args::Serve {
    fn pace(&self) -> Pace {
        match self.clock {
            Some(args::ServeClock::Manual) => Pace::Manual,
            None => Pace::Running(self.speed),
        }
    }
}

fn unbound(args: &args::Serve, error: &io::Error) -> Failure {
    let args::Serve { host, port, .. } = args;
    let problem = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there: give another --port, or 0 for a free one".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            "this is no address of this machine: give one that is as --host".to_owned()
        }
        _ => io_problem(error).to_string(),
    };
    Failure::Disk(format!("cannot listen on {host}, port {port}: {problem}"))
}

/// What one should know of a server; `found` is what its log has, and when it goes on.
fn notes(
    args: &args::Serve,
    profile: &Profile,
    address: SocketAddr,
    found: Option<(String, Ms)>,
) -> Vec<String> {
    let mut notes = vec![clock(args.pace())];
    if let Some((found, time)) = found {
        let time = duration(time as f64);
        notes.push(format!("{found}; it goes on {time} after the beginning"));
    }
    notes.push(reached(address));
    notes.extend(left_to_clients(profile));
    if args.retired {
        notes.push(
            "deployments, fleets and robots are refused, as by the service since 2022".to_owned(),
        );
    }
    notes
}

fn clock(pace: Pace) -> String {
    match pace {
        Pace::Manual => {
            r#"time stands still until the page or a request advances it: POST /rollcast/advance with {"bySeconds": 60} or {"toNextChange": true}"#.to_owned()
        }
        Pace::Running(1.0) => "time goes as on the wall; --speed 600 makes it faster".to_owned(),
        Pace::Running(speed) => format!("time goes {speed} times as fast as on the wall"),
    }
}

fn reached(address: SocketAddr) -> String {
    let signatures = "signatures of requests are taken and not checked";
    match address.ip().is_loopback() {
        true => format!("{signatures}: every program of this machine is served"),
        false => format!("{signatures}: every program that reaches {address} is served"),
    }
}

/// The jobs of a campaign, which a client creates or not.
fn left_to_clients(profile: &Profile) -> Option<String> {
    let campaign = profile.campaign.as_ref()?;
    let parts = [
        ("canary", campaign.canary.is_some()),
        ("sync", campaign.sync.is_some()),
        ("recovery", campaign.recovery.is_some()),
    ];
    let parts = parts
        .into_iter()
        .filter_map(|(part, is_there)| is_there.then_some(part));
    let parts: Vec<&str> = parts.collect();
    let (last, others) = parts.split_last()?;
    let named = match others {
        [] => (*last).to_owned(),
        _ => format!("{} and {last}", others.join(", ")),
    };
    let are = if parts.len() == 1 { "is" } else { "are" };
    Some(format!(
        "the scenario's {named} {are} left to clients: only jobs that they ask for are created"
    ))
}
