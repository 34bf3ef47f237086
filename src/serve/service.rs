//! The service: an account, the clock that takes it on, and the log that makes both last.
//!
//! A command is in the log, and on the disk, before it is answered; so is a time that a running clock tells, a second ahead of the wall at
//! most. A server that is started again applies the commands of its log to the same replication, and goes on at a time that is not before
//! any that was told. While it is down, time stands still.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::model::{Ms, Start};
use crate::scenario::{Profile, Scenario, io_problem};
use crate::serve::account::Account;
use crate::serve::advance::{Advance, ClockAnswer};
use crate::serve::clock::{Clock, Pace, TIME_MAX_MS, WallClock};
use crate::serve::log::{Found, Log, LogError};
use crate::serve::operations::Answer;
use crate::serve::record::{Command, Entry, Header};
use crate::serve::retired;
use crate::serve::snapshot::Snapshot;
use crate::wire::robomaker::{Exception, ExceptionKind, Input, Timestamp};

/// How far a log goes ahead of a running clock [of the wall].
const LEASE: Duration = Duration::from_secs(1);

/// How a replication is served.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    pub replication: u64,
    pub pace: Pace,
    /// Where its state is kept; it is forgotten when the server stops where there is no log.
    pub log: Option<&'a Path>,
    /// Whether deployments are refused as by the real service since its end.
    pub retired: bool,
}

/// What was found in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    pub commands: usize,
    /// How long a torn last line was that was dropped [bytes].
    pub torn: Option<usize>,
    /// The time at which the server goes on [ms after the beginning].
    pub time: Ms,
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.commands == 1 { "" } else { "s" };
        write!(f, "the log has {} command{s}", self.commands)?;
        if let Some(bytes) = self.torn {
            write!(
                f,
                "; its last line was cut off after {bytes} bytes and is dropped: nobody was answered to it"
            )?;
        }
        Ok(())
    }
}

/// See the module's description.
pub struct Service {
    account: Account,
    clock: Clock,
    wall: Box<dyn WallClock>,
    log: Option<Log>,
    /// No later time is told before the log has it.
    told_until: Ms,
    /// Why the log cannot be gone on with.
    broken: Option<String>,
    is_retired: bool,
}

impl Service {
    /// Serves a replication of a profile whose rules are RoboMaker's: from its beginning, or from where its log ends.
    ///
    /// # Errors
    /// The log cannot be used, or is of another replication.
    pub fn open(
        scenario: &Scenario,
        profile: &Profile,
        options: Options,
        wall: Box<dyn WallClock>,
    ) -> Result<(Service, Option<Replayed>), LogError> {
        let found = options.log.map(Log::open).transpose()?;
        let logged = found.as_ref().and_then(|found| found.header.as_ref());
        let start = match (profile.start, logged) {
            (Some(start), _) => Start::unix_ms(start),
            (None, Some(header)) => header.start_unix_ms,
            // A server's time begins with a second.
            (None, None) => wall.unix_ms().div_euclid(1000) * 1000,
        };
        let header = Header::new(scenario, profile, options.replication, start);
        let mut service = Service {
            account: Account::new(scenario, profile, options.replication, start),
            clock: Clock::new(options.pace, 0, wall.elapsed()),
            wall,
            log: None,
            told_until: 0,
            broken: None,
            is_retired: options.retired,
        };
        let replayed = match found {
            Some(found) => service.take(found, &header)?,
            None => None,
        };
        Ok((service, replayed))
    }

    /// Carries out an operation now.
    ///
    /// # Errors
    /// The service would have refused it, or the log does not take it.
    pub fn answer(&mut self, input: &Input) -> Result<String, Exception> {
        let retired = self.is_retired.then(|| retired::refuses(input));
        if let Some(exception) = retired.flatten() {
            return Err(exception);
        }
        let at_ms = self.time()?;
        let Answer { json, changed } = self.account.answer(input)?;
        if changed {
            self.write(&Entry::Command(Command {
                at_ms,
                command: input.clone(),
            }))?;
        }
        Ok(json)
    }

    /// What the clock shows.
    ///
    /// # Errors
    /// The log does not take it.
    pub fn clock(&mut self) -> Result<ClockAnswer, Exception> {
        self.time()?;
        Ok(self.clock_answer(None))
    }

    /// Advances the clock.
    ///
    /// # Errors
    /// To a time that is past or too far ahead, or the log does not take it.
    pub fn advance(&mut self, advance: Advance) -> Result<ClockAnswer, Exception> {
        let now = self.time()?;
        let start = self.account.names.start_unix_ms;
        let time = match advance {
            Advance::ToNextChange => {
                let changed = self.account.advance_to_next_change();
                self.go_on(self.account.now())?;
                return Ok(self.clock_answer(Some(changed)));
            }
            Advance::By(span) => now.saturating_add(span),
            Advance::To(unix_ms) => {
                let ahead = unix_ms.checked_sub(start);
                let time = ahead.and_then(|ahead| Ms::try_from(ahead).ok());
                time.filter(|time| *time >= now).ok_or_else(|| {
                    Exception::invalid("the clock is past that moment: time does not go back")
                })?
            }
        };
        if time > TIME_MAX_MS {
            return Err(Exception::invalid(format!(
                "that is more than {} days after the beginning, which is as far as a server's time goes",
                TIME_MAX_MS / 86_400_000
            )));
        }
        self.account.advance(time);
        self.go_on(time)?;
        Ok(self.clock_answer(None))
    }

    /// All that a page shows now.
    ///
    /// # Errors
    /// The log does not take the time.
    pub fn snapshot(&mut self) -> Result<Snapshot, Exception> {
        self.time()?;
        Ok(self.account.snapshot())
    }

    /// Puts into the log when the server stops: it goes on then and there.
    ///
    /// # Errors
    /// The log does not take it: the server will go on a little later than it stopped.
    pub fn stop(&mut self) -> Result<(), Exception> {
        let time = self.clock.time(self.wall.elapsed());
        if self.broken.is_none() && time != self.told_until {
            self.write(&Entry::Clock { clock_ms: time })?;
            self.told_until = time;
        }
        Ok(())
    }

    /// The time now, to which the account is taken.
    fn time(&mut self) -> Result<Ms, Exception> {
        if let Some(why) = &self.broken {
            return Err(broken(why));
        }
        let time = self.clock.time(self.wall.elapsed());
        if time > self.told_until {
            let until = time.saturating_add(self.clock.pace().span(LEASE));
            self.write(&Entry::Clock { clock_ms: until })?;
            self.told_until = until;
        }
        self.account.advance(time);
        Ok(time)
    }

    /// The clock has been advanced to a time.
    fn go_on(&mut self, time: Ms) -> Result<(), Exception> {
        self.clock.jump(time, self.wall.elapsed());
        if time > self.told_until {
            self.write(&Entry::Clock { clock_ms: time })?;
            self.told_until = time;
        }
        Ok(())
    }

    /// Writes to the log. Where the disk does not take it, what the account holds was not acknowledged and is not told.
    fn write(&mut self, entry: &Entry) -> Result<(), Exception> {
        let Some(log) = &mut self.log else {
            return Ok(());
        };
        log.append(entry).map_err(|error| {
            let problem = io_problem(&error);
            let why = format!(
                "cannot write to the log {}: {problem}",
                log.path().display()
            );
            let exception = broken(&why);
            self.broken = Some(why);
            exception
        })
    }

    fn clock_answer(&self, changed: Option<bool>) -> ClockAnswer {
        let time = self.account.now();
        let names = &self.account.names;
        let (clock, speed) = match self.clock.pace() {
            Pace::Manual => ("manual", None),
            Pace::Running(speed) => ("running", Some(speed)),
        };
        ClockAnswer {
            now: names.timestamp(time),
            start: Timestamp {
                unix_ms: names.start_unix_ms,
            },
            elapsed_seconds: time as f64 / 1e3,
            clock,
            speed,
            changed,
        }
    }

    /// Goes on with a log, or begins it.
    fn take(&mut self, found: Found, header: &Header) -> Result<Option<Replayed>, LogError> {
        let Found {
            mut log,
            header: logged,
            entries,
            torn,
        } = found;
        let Some(logged) = logged else {
            log.begin(header)?;
            self.log = Some(log);
            return Ok(None);
        };
        let differences = logged.differences(header);
        if !differences.is_empty() {
            return Err(LogError::Differs(log.path().to_owned(), differences));
        }
        let mut time = 0;
        let mut commands = 0;
        // The header is the first line.
        for (line, entry) in (2..).zip(&entries) {
            match entry {
                Entry::Clock { clock_ms } => time = *clock_ms,
                Entry::Command(command) => {
                    time = time.max(command.at_ms);
                    commands += 1;
                    self.apply(command)
                        .map_err(|what| LogError::Line(log.path().to_owned(), line, what))?;
                }
            }
        }
        time = time.max(self.account.now());
        self.account.advance(time);
        self.clock = Clock::new(self.clock.pace(), time, self.wall.elapsed());
        self.told_until = time;
        self.log = Some(log);
        Ok(Some(Replayed {
            commands,
            torn,
            time,
        }))
    }

    /// Applies a command that was accepted once.
    fn apply(&mut self, Command { at_ms, command }: &Command) -> Result<(), String> {
        if *at_ms < self.account.now() {
            return Err("is of an earlier time than a line before it".to_owned());
        }
        self.account.advance(*at_ms);
        match self.account.answer(command) {
            Ok(Answer { changed: true, .. }) => Ok(()),
            Ok(Answer { changed: false, .. }) => Err("changes nothing".to_owned()),
            Err(exception) => Err(format!("is refused now: {}", exception.message)),
        }
    }
}

fn broken(why: &str) -> Exception {
    Exception::new(
        ExceptionKind::InternalServer,
        format!("{why}: nothing is answered any more until the server is started again"),
    )
}
