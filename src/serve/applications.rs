//! Applications, their versions, and the tags of whatever has an ARN.

use crate::serve::account::{Account, not_found};
use crate::serve::resources::{Application, Resource, Tags, Version, successor};
use crate::wire::robomaker::{CreateRobotApplicationRequest, Exception, ExceptionKind, Source};

/// The most versions of an application.
const VERSIONS_MAX: usize = 40;

/// The most applications: a bound of ours.
const APPLICATIONS_MAX: usize = 1000;

impl Account {
    /// The application that an ARN names.
    pub(super) fn application(&self, arn: &str) -> Result<usize, Exception> {
        match self.resource(arn) {
            Some(Resource::Application(application)) => Ok(application),
            _ => Err(not_found("robot application", arn)),
        }
    }

    /// A version of an application.
    pub(super) fn version(&self, application: usize, number: &str) -> Result<&Version, Exception> {
        let application = &self.applications[application];
        application.version(number).ok_or_else(|| {
            Exception::not_found(format!(
                "the robot application {} has no version {number}",
                application.arn
            ))
        })
    }

    pub(super) fn create_application(
        &mut self,
        new: CreateRobotApplicationRequest,
    ) -> Result<usize, Exception> {
        let CreateRobotApplicationRequest {
            name,
            robot_software_suite: suite,
            sources,
            environment,
            tags,
        } = new;
        Account::check_tags(&tags)?;
        let there = || self.applications.iter().filter(|it| !it.is_deleted);
        if let Some(other) = there().find(|other| other.name == name) {
            return Err(Exception::new(
                ExceptionKind::ResourceAlreadyExists,
                format!("the robot application {} has the name {name}", other.arn),
            ));
        }
        if there().count() >= APPLICATIONS_MAX {
            return Err(Exception::new(
                ExceptionKind::LimitExceeded,
                format!("there are {APPLICATIONS_MAX} robot applications: delete one first"),
            ));
        }
        let application = self.applications.len();
        let resource = Resource::Application(application);
        let arn = self.issue("robot-application", &name, resource);
        self.applications.push(Application {
            latest: self.revision(&arn),
            arn,
            name,
            suite,
            sources,
            environment,
            tags,
            versions: Vec::new(),
            next_version: "1".to_owned(),
            is_deleted: false,
        });
        Ok(application)
    }

    /// Makes a numbered snapshot of an application; its place among the versions.
    pub(super) fn create_version(
        &mut self,
        application: usize,
        current_revision: Option<&str>,
        image_digest: Option<&str>,
    ) -> Result<usize, Exception> {
        let Application {
            arn,
            latest,
            next_version,
            sources,
            versions,
            ..
        } = &self.applications[application];
        if let Some(wanted) = current_revision.filter(|wanted| *wanted != latest.id) {
            return Err(Exception::invalid(format!(
                "currentRevisionId is {wanted}, and the robot application {arn} is at {}",
                latest.id
            )));
        }
        let there = versions.iter().filter(|version| !version.is_deleted);
        if there.count() >= VERSIONS_MAX {
            return Err(Exception::new(
                ExceptionKind::LimitExceeded,
                format!(
                    "the robot application {arn} has {VERSIONS_MAX} versions, which is as many as it may have: delete one first"
                ),
            ));
        }
        let version = Version {
            number: next_version.clone(),
            sources: sources.iter().map(|source| self.fetched(source)).collect(),
            revision: self.revision(&format!("{arn} {next_version}")),
            image_digest: image_digest.map(str::to_owned),
            is_deleted: false,
        };
        let application = &mut self.applications[application];
        application.next_version = successor(&version.number);
        application.versions.push(version);
        Ok(application.versions.len() - 1)
    }

    /// A source as a version has it: with the ETag of what is there, of which nothing is known but where it is.
    fn fetched(&self, source: &Source) -> Source {
        let (bucket, key) = (&source.s3_bucket, &source.s3_key);
        let place = [bucket.as_deref(), key.as_deref()].map(Option::unwrap_or_default);
        Source {
            etag: Some(self.names.id(&format!("bundle {}", place.join("/")))),
            ..source.clone()
        }
    }

    /// Deletes a version of an application, or the application with all of them.
    pub(super) fn delete_application(&mut self, application: usize, version: Option<&str>) {
        let numbers: Vec<String> = self.applications[application]
            .versions
            .iter_mut()
            .filter(|it| !it.is_deleted && version.is_none_or(|version| it.number == version))
            .map(|it| {
                it.is_deleted = true;
                it.number.clone()
            })
            .collect();
        for number in &numbers {
            self.fail_jobs_of_version(application, number);
        }
        if version.is_none() {
            self.applications[application].is_deleted = true;
        }
    }

    /// The tags of what an ARN names.
    pub(super) fn tags(&mut self, arn: &str) -> Result<&mut Tags, Exception> {
        match self.resource(arn) {
            Some(Resource::Fleet(fleet)) => Ok(&mut self.fleets[fleet].tags),
            Some(Resource::Robot(robot)) => Ok(&mut self.robots[robot].tags),
            Some(Resource::Application(it)) => Ok(&mut self.applications[it].tags),
            Some(Resource::Job(job)) => Ok(&mut self.jobs[job].asked.tags),
            None => Err(not_found("resource", arn)),
        }
    }

    pub(super) fn tag(&mut self, arn: &str, tags: Tags) -> Result<(), Exception> {
        let all = self.tags(arn)?;
        let mut more = all.clone();
        more.extend(tags);
        Account::check_tags(&more)?;
        *all = more;
        Ok(())
    }

    pub(super) fn untag(&mut self, arn: &str, keys: &[String]) -> Result<(), Exception> {
        let tags = self.tags(arn)?;
        tags.retain(|key, _| !keys.contains(key));
        Ok(())
    }
}
