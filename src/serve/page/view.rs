//! What the page shows of a server: the time, its fleets and its jobs.

use jiff::Timestamp;

use crate::report::{Page, Row, Table};
use crate::serve::clock::Pace;
use crate::serve::snapshot::{ByStatus, FleetView, JobView, Snapshot};
use crate::units::{count, duration};
use crate::wire::robomaker::RobotStatus;

/// The most jobs that are shown.
const JOBS_MAX: usize = 50;

/// Where there is nothing to show.
const NONE: &str = "–";

impl Snapshot {
    /// What time it is, and how it goes.
    pub(super) fn time(&self, pace: Pace) -> Page {
        let after = format!("{} after the beginning", duration(self.elapsed as f64));
        let pace = match pace {
            Pace::Manual => "time stands still until it is advanced".to_owned(),
            Pace::Running(1.0) => "time goes as on the wall".to_owned(),
            Pace::Running(speed) => format!("time goes {speed} times as fast as on the wall"),
        };
        let now = moment(self.start_unix_ms, self.elapsed);
        let mut page = Page::new(now.unwrap_or_else(|| after.clone()));
        page.asked(format!("{after}; {pace}"));
        page
    }

    /// The fleets with their robots by status.
    pub(super) fn fleets(&self) -> Page {
        let mut page = Page::new("");
        if self.fleets.is_empty() {
            page.text("There is no fleet.");
        }
        let statuses = present(self.fleets.iter().map(|fleet| &fleet.by_status));
        let heads = ["Fleet", "Robots"]
            .into_iter()
            .chain(statuses.iter().map(|it| it.name()));
        let heads = heads.chain(["Newest job", "Its status"]);
        let rows = self.fleets.iter().map(|fleet| fleet.row(&statuses));
        page.table(Table::new(heads).rows(rows));
        if self.robots_available > 0 {
            let n = count(u64::from(self.robots_available));
            page.text(format!("Robots in no fleet: {n}."));
        }
        page
    }

    /// The jobs, the newest first.
    pub(super) fn jobs(&self) -> Page {
        let mut page = Page::new("");
        if self.jobs.is_empty() {
            page.text("No job yet: a client creates one with CreateDeploymentJob.");
        }
        let shown = &self.jobs[..self.jobs.len().min(JOBS_MAX)];
        let statuses = present(shown.iter().map(|job| &job.by_status));
        let heads = ["Job", "Status", "Robots"]
            .into_iter()
            .chain(statuses.iter().map(|it| it.name()));
        let heads = heads.chain(["Created at", "Ended at", "Fleet", "Application", "Failure"]);
        let rows = shown.iter().map(|job| job.row(&statuses));
        page.table(Table::new(heads).rows(rows));
        if !shown.is_empty() {
            page.text("Times count from the beginning.");
        }
        if self.jobs.len() > shown.len() {
            let older = count((self.jobs.len() - shown.len()) as u64);
            page.text(format!("Older jobs, not shown here: {older}."));
        }
        page
    }
}

impl FleetView {
    fn row(&self, statuses: &[RobotStatus]) -> Row {
        let job = self.job.as_deref().map_or(NONE, id);
        let status = self.job_status.map_or(NONE, |status| status.name());
        let fields = [count(u64::from(self.robots))]
            .into_iter()
            .chain(counts(&self.by_status, statuses));
        Row::new(
            &self.name,
            fields.chain([job.to_owned(), status.to_owned()]),
        )
    }
}

impl JobView {
    fn row(&self, statuses: &[RobotStatus]) -> Row {
        let sync = if self.is_sync { " (sync)" } else { "" };
        let status = format!("{}{sync}", self.status.name());
        let robots = count(u64::from(self.robots));
        let fields = [status, robots]
            .into_iter()
            .chain(counts(&self.by_status, statuses));
        let ended = self
            .ended
            .map_or_else(|| NONE.to_owned(), |it| duration(it as f64));
        let failure = [&self.failure_code, &self.failure_reason]
            .into_iter()
            .flatten();
        let failure: Vec<&str> = failure.map(String::as_str).collect();
        let rest = [
            duration(self.created as f64),
            ended,
            self.fleet.clone(),
            format!("{} {}", self.application, self.version),
            failure.join(": "),
        ];
        Row::new(id(&self.arn), fields.chain(rest))
    }
}

/// The statuses that any of these have, in the service's order.
fn present<'a>(all: impl Iterator<Item = &'a ByStatus>) -> Vec<RobotStatus> {
    let mut statuses: Vec<RobotStatus> = all.flatten().map(|(status, _)| *status).collect();
    statuses.sort_by_key(|status| *status as usize);
    statuses.dedup();
    statuses
}

fn counts(by_status: &ByStatus, statuses: &[RobotStatus]) -> impl Iterator<Item = String> {
    statuses.iter().map(|status| {
        let found = by_status.iter().find(|(it, _)| it == status);
        found.map_or_else(|| NONE.to_owned(), |(_, n)| count(u64::from(*n)))
    })
}

/// What tells a resource from its like.
fn id(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// A moment as one writes it, to the second.
fn moment(start_unix_ms: i64, elapsed: u64) -> Option<String> {
    let unix_ms = start_unix_ms.checked_add_unsigned(elapsed)?;
    let moment = Timestamp::from_millisecond(unix_ms).ok()?;
    Some(moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}
