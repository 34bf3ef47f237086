//! The inputs of the service's operations, from its model 2018-06-29 as it came with botocore 1.35.
//!
//! Where the model leaves open what the documentation says, the documentation has the word: the range of a robot deployment timeout and
//! of a page of a list, and which filters there are.

use crate::wire::robomaker::pattern::Pattern;
use crate::wire::robomaker::shape::{Member, Shape, optional, required};

const fn text(min: usize, max: usize, pattern: Pattern) -> Shape {
    Shape::Text { min, max, pattern }
}

const fn structure(members: &'static [Member]) -> Shape {
    Shape::Structure(members)
}

/// As many as one likes.
const fn list(member: &'static Shape) -> Shape {
    Shape::List {
        member,
        min: 0,
        max: usize::MAX,
    }
}

/// Exactly one.
const fn one(member: &'static Shape) -> Shape {
    Shape::List {
        member,
        min: 1,
        max: 1,
    }
}

pub(super) const ARN: Shape = text(1, 1224, Pattern::Arn);
pub(super) const TOKEN: Shape = text(1, 64, Pattern::Token);
const PATH: Shape = text(1, 1024, Pattern::Line);
const COMMAND: Shape = text(1, 1024, Pattern::Command);
const NAME: Shape = text(1, 255, Pattern::Name);
const BUCKET: Shape = text(3, 63, Pattern::Bucket);
const ETAG: Shape = text(0, usize::MAX, Pattern::Anything);
const VERSION: Shape = text(1, 255, Pattern::Version);
const PERCENTAGE: Shape = Shape::Integer { min: 1, max: 100 };
const ARCHITECTURE: Shape = Shape::Word(&["X86_64", "ARM64", "ARMHF"]);

const TAG_KEY: Shape = text(1, 128, Pattern::Tag);
pub(super) const TAGS: Shape = Shape::Map {
    key: &TAG_KEY,
    value: &text(0, 256, Pattern::Tag),
    max: 50,
};

const DOWNLOAD_CONDITION_FILE: [Member; 3] = [
    required("bucket", BUCKET),
    required("key", PATH),
    optional("etag", ETAG),
];

pub(super) const DEPLOYMENT_CONFIG: [Member; 4] = [
    optional("concurrentDeploymentPercentage", PERCENTAGE),
    optional("failureThresholdPercentage", PERCENTAGE),
    // The documentation: a minute to seven days.
    optional(
        "robotDeploymentTimeoutInSeconds",
        Shape::Integer {
            min: 60,
            max: 604_800,
        },
    ),
    optional("downloadConditionFile", structure(&DOWNLOAD_CONDITION_FILE)),
];

const ENVIRONMENT_VARIABLES: Shape = Shape::Map {
    key: &text(1, 1024, Pattern::Variable),
    value: &PATH,
    max: 20,
};

const LAUNCH_CONFIG: [Member; 5] = [
    required("packageName", COMMAND),
    optional("preLaunchFile", PATH),
    required("launchFile", COMMAND),
    optional("postLaunchFile", PATH),
    optional("environmentVariables", ENVIRONMENT_VARIABLES),
];

const APPLICATION_CONFIG: [Member; 3] = [
    required("application", ARN),
    required("applicationVersion", text(1, 255, Pattern::Digits)),
    required("launchConfig", structure(&LAUNCH_CONFIG)),
];

pub(super) const APPLICATION_CONFIGS: Shape = one(&structure(&APPLICATION_CONFIG));

pub(super) const CREATE_DEPLOYMENT_JOB: [Member; 5] = [
    optional("deploymentConfig", structure(&DEPLOYMENT_CONFIG)),
    required("clientRequestToken", TOKEN),
    required("fleet", ARN),
    required("deploymentApplicationConfigs", APPLICATION_CONFIGS),
    optional("tags", TAGS),
];

pub(super) const SYNC_DEPLOYMENT_JOB: [Member; 2] = [
    required("clientRequestToken", TOKEN),
    required("fleet", ARN),
];

pub(super) const JOB: [Member; 1] = [required("job", ARN)];
pub(super) const FLEET: [Member; 1] = [required("fleet", ARN)];
pub(super) const ROBOT: [Member; 1] = [required("robot", ARN)];
pub(super) const REGISTRATION: [Member; 2] = [required("fleet", ARN), required("robot", ARN)];

const PAGE_TOKEN: Member = optional("nextToken", text(1, 2048, Pattern::Page));

const fn page_size(max: i64) -> Member {
    optional("maxResults", Shape::Integer { min: 1, max })
}

/// The member that takes one filter, of a name that the documentation has.
const fn filters(filter: &'static Shape) -> Member {
    optional("filters", one(filter))
}

const fn filter_name(names: &'static [&'static str]) -> Member {
    required("name", Shape::Word(names))
}

const FILTER_VALUES: Member = required("values", one(&NAME));

pub(super) const FILTER_BY_STATUS_OR_FLEET: [Member; 2] =
    [filter_name(&["status", "fleetName"]), FILTER_VALUES];
pub(super) const FILTER_BY_NAME: [Member; 2] = [filter_name(&["name"]), FILTER_VALUES];

pub(super) const LIST_JOBS_OR_ROBOTS: [Member; 3] = [
    filters(&structure(&FILTER_BY_STATUS_OR_FLEET)),
    PAGE_TOKEN,
    page_size(200),
];

pub(super) const LIST_FLEETS: [Member; 3] = [
    filters(&structure(&FILTER_BY_NAME)),
    PAGE_TOKEN,
    page_size(200),
];

pub(super) const LIST_APPLICATIONS: [Member; 4] = [
    optional("versionQualifier", text(1, 255, Pattern::All)),
    filters(&structure(&FILTER_BY_NAME)),
    PAGE_TOKEN,
    page_size(100),
];

pub(super) const CREATE_FLEET: [Member; 2] = [required("name", NAME), optional("tags", TAGS)];

pub(super) const CREATE_ROBOT: [Member; 4] = [
    required("name", NAME),
    required("architecture", ARCHITECTURE),
    required("greengrassGroupId", text(1, 1224, Pattern::Line)),
    optional("tags", TAGS),
];

const SOURCE: [Member; 3] = [
    optional("s3Bucket", BUCKET),
    optional("s3Key", PATH),
    optional("architecture", ARCHITECTURE),
];

const SOFTWARE_SUITE: [Member; 2] = [
    optional("name", Shape::Word(&["ROS", "ROS2", "General"])),
    optional(
        "version",
        Shape::Word(&["Kinetic", "Melodic", "Dashing", "Foxy"]),
    ),
];

const ENVIRONMENT: [Member; 1] = [optional("uri", text(1, 1024, Pattern::SomeLine))];

pub(super) const CREATE_APPLICATION: [Member; 5] = [
    required("name", NAME),
    optional("sources", list(&structure(&SOURCE))),
    required("robotSoftwareSuite", structure(&SOFTWARE_SUITE)),
    optional("tags", TAGS),
    optional("environment", structure(&ENVIRONMENT)),
];

pub(super) const CREATE_APPLICATION_VERSION: [Member; 4] = [
    required("application", ARN),
    optional("currentRevisionId", text(1, 40, Pattern::Command)),
    optional("s3Etags", list(&ETAG)),
    optional("imageDigest", text(0, 72, Pattern::ImageDigest)),
];

/// Also of DeleteRobotApplication.
pub(super) const DESCRIBE_APPLICATION: [Member; 2] = [
    required("application", ARN),
    optional("applicationVersion", VERSION),
];

const RESOURCE_ARN: Member = required("resourceArn", ARN);

pub(super) const TAG_RESOURCE: [Member; 2] = [RESOURCE_ARN, required("tags", TAGS)];
pub(super) const UNTAG_RESOURCE: [Member; 2] = [RESOURCE_ARN, required("tagKeys", list(&TAG_KEY))];
pub(super) const LIST_TAGS: [Member; 1] = [RESOURCE_ARN];
