//! CreateDeploymentJob requests: the types, the constraints, and how a file is read as one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::robomaker::fault::{Fault, Mend};
use crate::wire::robomaker::model::{APPLICATION_CONFIGS, ARN, DEPLOYMENT_CONFIG, TAGS, TOKEN};
use crate::wire::robomaker::path::JsonPath;
use crate::wire::robomaker::pattern::Pattern;
use crate::wire::robomaker::shape::{Member, Shape, optional, required};
use crate::wire::robomaker::{notation, placeholder};

/// The robot deployment timeout that the service takes where a request has none: 5 hours [s].
pub const ROBOT_TIMEOUT_DEFAULT_S: u64 = 18_000;

/// A request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateDeploymentJobRequest {
    #[serde(default)]
    pub deployment_config: DeploymentConfig,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    pub fleet: String,
    pub deployment_application_configs: Vec<DeploymentApplicationConfig>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// How a job rolls out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrent_deployment_percentage: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_threshold_percentage: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robot_deployment_timeout_in_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download_condition_file: Option<S3Object>,
}

/// A file in S3.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct S3Object {
    pub bucket: String,
    pub key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

/// What a job deploys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentApplicationConfig {
    pub application: String,
    pub application_version: String,
    pub launch_config: LaunchConfig,
}

/// How the application is started on a robot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LaunchConfig {
    pub package_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_launch_file: Option<String>,
    pub launch_file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_launch_file: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment_variables: BTreeMap<String, String>,
}

const WORDS: Shape = Shape::Text {
    min: 0,
    max: 1024,
    pattern: Pattern::Anything,
};

/// A request as it stands in a file: clients fill in the token where it is missing.
const REQUEST: [Member; 5] = [
    optional("deploymentConfig", Shape::Structure(&DEPLOYMENT_CONFIG)),
    optional("clientRequestToken", TOKEN),
    required("fleet", ARN),
    required("deploymentApplicationConfigs", APPLICATION_CONFIGS),
    optional("tags", TAGS),
];

const PROGRESS_DETAIL: [Member; 4] = [
    optional("currentProgress", WORDS),
    optional("percentDone", Shape::Number),
    optional("estimatedTimeRemainingSeconds", Shape::Number),
    optional("targetResource", WORDS),
];

const ROBOT_DEPLOYMENT: [Member; 7] = [
    optional("arn", ARN),
    optional("deploymentStartTime", Shape::Timestamp),
    optional("deploymentFinishTime", Shape::Timestamp),
    optional("status", WORDS),
    optional("progressDetail", Shape::Structure(&PROGRESS_DETAIL)),
    optional("failureReason", WORDS),
    optional("failureCode", WORDS),
];

/// What Create, Sync and DescribeDeploymentJob answered: what was asked for, and what became of it.
const RESPONSE: [Member; 11] = [
    // What boto3 puts beside every answer.
    optional("ResponseMetadata", Shape::Anything),
    optional("arn", ARN),
    required("fleet", ARN),
    optional("status", WORDS),
    optional("deploymentConfig", Shape::Structure(&DEPLOYMENT_CONFIG)),
    required("deploymentApplicationConfigs", APPLICATION_CONFIGS),
    optional("failureReason", WORDS),
    optional("failureCode", WORDS),
    optional("createdAt", Shape::Timestamp),
    optional(
        "robotDeploymentSummary",
        Shape::List {
            member: &Shape::Structure(&ROBOT_DEPLOYMENT),
            min: 0,
            max: usize::MAX,
        },
    ),
    optional("tags", TAGS),
];

/// What a file says of a deployment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// None in a skeleton that is not filled in.
    pub fleet: Option<String>,
    /// None in a skeleton that is not filled in.
    pub application: Option<DeploymentApplicationConfig>,
    pub config: DeploymentConfig,
    pub tags: BTreeMap<String, String>,
    /// The robots that a description of the job lists.
    pub robots: Option<usize>,
    /// What is still as the skeleton has it.
    pub placeholders: Vec<JsonPath>,
    /// Whether such a skeleton says something of an application that it does not name.
    pub ignores_application: bool,
}

/// What is wrong with a file.
#[derive(Debug)]
pub struct Refused {
    /// Whether it was read as an answer of the service, and not as a request.
    pub answered: bool,
    pub faults: Vec<Fault>,
}

impl Refused {
    /// A file that is something else altogether.
    fn whole(answered: bool, what: String, help: &str) -> Refused {
        let fault = Fault {
            path: JsonPath::default(),
            of_key: false,
            what,
            mend: Mend::Help(help.to_owned()),
        };
        Refused {
            answered,
            faults: vec![fault],
        }
    }

    /// Refuses a request that has faults.
    fn unless_sound(answered: bool, faults: Vec<Fault>) -> Result<(), Refused> {
        match faults.is_empty() {
            true => Ok(()),
            false => Err(Refused { answered, faults }),
        }
    }
}

impl Request {
    /// Reads a request, what the service answered to one, or the skeleton of a request as the AWS CLI prints it.
    ///
    /// # Errors
    /// All that the service would not take.
    pub fn read(document: &Value) -> Result<Request, Refused> {
        let document = &notation::camel_case(document);
        let has = |key: &str| document.get(key).is_some();
        if has("deploymentJobs") {
            let n = document["deploymentJobs"].as_array().map_or(0, Vec::len);
            return Err(Refused::whole(
                true,
                format!("this is a list of {n} jobs, not one"),
                "write one element of `deploymentJobs` to a file of its own",
            ));
        }
        if !has("deploymentApplicationConfigs")
            && (has("jobExecutionsRolloutConfig") || has("targets"))
        {
            return Err(Refused::whole(
                false,
                "this is a CreateJob request of AWS IoT, another service".to_owned(),
                "a request here is RoboMaker's CreateDeploymentJob, with `fleet` and `deploymentApplicationConfigs`",
            ));
        }
        let is_config = |key: &String| DEPLOYMENT_CONFIG.iter().any(|member| member.name == key);
        if let Value::Object(members) = document
            && !members.is_empty()
            && members.keys().all(is_config)
        {
            return Request::bare_config(document);
        }
        if placeholder::is_untouched(document) {
            return Request::skeleton(document);
        }
        let answered = has("arn") || has("createdAt") || has("status");
        let members: &'static [Member] = if answered { &RESPONSE } else { &REQUEST };
        let faults = Shape::Structure(members).faults(document);
        Refused::unless_sound(answered, faults)?;
        let sent: CreateDeploymentJobRequest = parsed(document.clone());
        let application = sent.deployment_application_configs.into_iter().next();
        Ok(Request {
            fleet: Some(sent.fleet),
            application,
            config: sent.deployment_config,
            tags: sent.tags,
            robots: document
                .get("robotDeploymentSummary")
                .and_then(Value::as_array)
                .map(Vec::len),
            ..Request::default()
        })
    }

    /// The deploymentConfig of a request, by itself.
    fn bare_config(document: &Value) -> Result<Request, Refused> {
        let faults = Shape::Structure(&DEPLOYMENT_CONFIG).faults(document);
        Refused::unless_sound(false, faults)?;
        Ok(Request {
            config: parsed(document.clone()),
            ..Request::default()
        })
    }

    /// A skeleton of which at most what is optional has been filled in.
    fn skeleton(document: &Value) -> Result<Request, Refused> {
        let mut document = document.clone();
        let placeholders = placeholder::strip(&mut document);
        let mut faults = Shape::Structure(&REQUEST).faults(&document);
        // That something is missing is what makes it a skeleton.
        faults.retain(|fault| fault.mend != Mend::Supply);
        Refused::unless_sound(false, faults)?;
        Ok(Request {
            config: document
                .get("deploymentConfig")
                .cloned()
                .map_or_else(DeploymentConfig::default, parsed),
            tags: document
                .get("tags")
                .cloned()
                .map_or_else(BTreeMap::new, parsed),
            placeholders,
            ignores_application: document.get("deploymentApplicationConfigs").is_some(),
            ..Request::default()
        })
    }
}

fn parsed<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value)
        .expect("a bug: what has the shape of the service's model is one of its values")
}
