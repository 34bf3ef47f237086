//! What is listed, in what order, and what a filter leaves.

use crate::report::AskedJob;
use crate::serve::account::Account;
use crate::serve::page_token::{Asked, Key};
use crate::study::JobFacts;
use crate::wire::robomaker::{Exception, FilterName, JobSummary, ListRequest};

/// The most items of a page, and what a page has that is not asked to be shorter.
const PAGE_MAX: usize = 200;

/// The same of applications.
const APPLICATIONS_PAGE_MAX: usize = 100;

/// Numbers of what is listed, with the token of the next page.
pub(super) type Page<T> = (Vec<T>, Option<String>);

impl Account {
    /// A page of the fleets, in the order in which they were created.
    pub(super) fn list_fleets(&self, request: &ListRequest) -> Result<Page<usize>, Exception> {
        let name = request.filter().map(|(_, name)| name);
        let fleets =
            self.fleets.iter().enumerate().filter(|(_, fleet)| {
                !fleet.is_deleted && name.is_none_or(|name| fleet.name == name)
            });
        self.page(
            "fleets",
            false,
            request,
            PAGE_MAX,
            fleets.map(|(it, _)| (key(it), it)),
        )
    }

    /// A page of the robots, in the order of their numbers.
    pub(super) fn list_robots(&mut self, request: &ListRequest) -> Result<Page<usize>, Exception> {
        let mut robots = Vec::new();
        for robot in 0..self.robots.len() {
            if self.is_there(robot) && self.passes_robot(robot, request) {
                robots.push((key(robot), robot));
            }
        }
        self.page("robots", false, request, PAGE_MAX, robots)
    }

    fn passes_robot(&mut self, robot: usize, request: &ListRequest) -> bool {
        match request.filter() {
            Some((FilterName::Status, status)) => self.status_of_robot(robot).name() == status,
            Some((FilterName::FleetName, name)) => {
                let fleet = self.robots[robot].fleet;
                fleet.is_some_and(|fleet| self.fleets[fleet].name == name)
            }
            Some((FilterName::Name, _)) | None => true,
        }
    }

    /// A page of the jobs, the newest first.
    pub(super) fn list_jobs(&self, request: &ListRequest) -> Result<Page<JobSummary>, Exception> {
        let jobs = (0..self.jobs.len()).rev();
        let jobs = jobs.filter(|job| !self.has_expired(*job)).map(|job| {
            let (asked, facts) = (&self.jobs[job].asked, self.facts(job));
            (key(job), self.summary(asked, &facts), job)
        });
        let passing = jobs.filter(|(_, summary, job)| match request.filter() {
            Some((FilterName::Status, status)) => summary.status.name() == status,
            Some((FilterName::FleetName, name)) => self.fleets[self.jobs[*job].fleet].name == name,
            Some((FilterName::Name, _)) | None => true,
        });
        let items = passing.map(|(key, summary, _)| (key, summary));
        self.page("jobs", true, request, PAGE_MAX, items)
    }

    pub(super) fn summary(&self, asked: &AskedJob, facts: &JobFacts) -> JobSummary {
        asked.summary(&self.names, facts, self.now)
    }

    /// A page of the applications, in the order in which they were created: each as it is, or with all of its versions. Of a version its
    /// place among those of the application.
    pub(super) fn list_applications(
        &self,
        request: &ListRequest,
    ) -> Result<Page<(usize, Option<usize>)>, Exception> {
        let name = request.filter().map(|(_, name)| name);
        let applications = self
            .applications
            .iter()
            .enumerate()
            .filter(|(_, it)| !it.is_deleted && name.is_none_or(|name| it.name == name));
        let items = applications.flat_map(|(number, application)| {
            let versions = application.versions.iter().enumerate();
            let versions =
                versions.filter(|(_, version)| request.all_versions() && !version.is_deleted);
            let versions = versions
                .map(move |(place, _)| ((number as u64, place as u64 + 1), (number, Some(place))));
            [((number as u64, 0), (number, None))]
                .into_iter()
                .chain(versions)
        });
        let list = match request.all_versions() {
            true => "versions",
            false => "applications",
        };
        self.page(list, false, request, APPLICATIONS_PAGE_MAX, items)
    }

    fn page<T>(
        &self,
        list: &str,
        newest_first: bool,
        request: &ListRequest,
        most: usize,
        items: impl IntoIterator<Item = (Key, T)>,
    ) -> Result<Page<T>, Exception> {
        let filter = match request.filter() {
            Some((FilterName::Status, value)) => format!("status {value}"),
            Some((FilterName::FleetName, value)) => format!("fleet {value}"),
            Some((FilterName::Name, value)) => format!("name {value}"),
            None => String::new(),
        };
        let asked = Asked {
            list: &self.names.id(&format!("list of {list}, {filter}")),
            newest_first,
            token: request.next_token.as_deref(),
            items_max: request.page_size(most),
        };
        asked.page(items)
    }
}

fn key(number: usize) -> Key {
    (number as u64, 0)
}
