//! What happened to every robot of one replication, as CSV.

use crate::model::{Instant, Stage};
use crate::report::csv::{Table, name_cell, number, strings};
use crate::scenario::Profile;
use crate::sim::{RobotRecord, Verdict};
use crate::study::Traced;

/// The service's progress steps that `robots.csv` gives the start of.
const STEPS: [(&str, Stage); 6] = [
    ("validating_start_s", Stage::Validating),
    (
        "executing_download_condition_start_s",
        Stage::DownloadCondition,
    ),
    ("downloading_extracting_start_s", Stage::Downloading),
    ("executing_pre_launch_start_s", Stage::PreLaunch),
    ("launching_start_s", Stage::Launching),
    ("executing_post_launch_start_s", Stage::PostLaunch),
];

/// `robots.csv`: a row per profile, job and robot of one replication, in the order in which robots got their turn.
pub struct RobotsCsv {
    table: Table,
    replication: u64,
}

impl RobotsCsv {
    /// The header, for robots of this replication.
    pub fn new(replication: u64) -> RobotsCsv {
        let mut header = strings([
            "profile",
            "replication",
            "job",
            "turn",
            "cohort",
            "robot",
            "name",
            "link",
            "start_s",
            "contact_s",
        ]);
        header.extend(STEPS.map(|(name, _)| name.to_owned()));
        header.extend(strings([
            "end_s",
            "outcome",
            "status",
            "failure_code",
            "bytes",
        ]));
        header.extend(strings([
            "healing_contact_s",
            "healing_end_s",
            "healing_outcome",
        ]));
        RobotsCsv {
            table: Table::new(&header),
            replication,
        }
    }

    /// Adds a robot.
    pub fn add(
        &mut self,
        profile: &Profile,
        Traced {
            job,
            created,
            turn,
            record,
        }: &Traced,
    ) {
        let (cohort, index) = profile.world.fleet.member(record.robot);
        let mut row = vec![
            profile.name.clone(),
            self.replication.to_string(),
            job.name(),
            turn.to_string(),
        ];
        row.extend([cohort.name.clone(), index.to_string()]);
        row.push(
            cohort
                .listed(index)
                .map_or_else(String::new, |robot| name_cell(&robot.name)),
        );
        row.push(cohort.link_of(index).map_or_else(String::new, |link| {
            profile.world.links[usize::from(link)].name.clone()
        }));
        let seconds = |time: Instant| number(time.of_job(*created).ms() as f64 / 1000.0);
        match &record.deployment {
            None => row.extend(std::iter::repeat_n(String::new(), 2 + STEPS.len() + 1)),
            Some(journey) => {
                row.push(seconds(journey.start));
                row.push(journey.contact.map_or_else(String::new, seconds));
                row.extend(STEPS.map(|(_, stage)| {
                    let reached = journey.last >= stage && stage.is_of(cohort);
                    if reached {
                        seconds(journey.from(stage))
                    } else {
                        String::new()
                    }
                }));
                row.push(if record.is_open {
                    String::new()
                } else {
                    seconds(journey.end)
                });
            }
        }
        let (outcome, status, code) = outcome_of(record);
        row.extend(strings([outcome, status, code]));
        row.push(
            record
                .deployment
                .as_ref()
                .map_or(0, |journey| journey.bytes)
                .to_string(),
        );
        row.extend(match &record.healed {
            None => strings(["", "", ""]),
            Some(healing) => {
                let end = healing
                    .end
                    .map_or_else(String::new, |end| seconds(end.time));
                vec![seconds(healing.contact), end, healing.outcome().to_owned()]
            }
        });
        self.table.row(&row);
    }

    /// The bytes of the file.
    pub fn finish(self) -> Vec<u8> {
        self.table.finish()
    }
}

/// The class of a robot's end, its status as the service names it, and its failure code.
fn outcome_of(record: &RobotRecord) -> (&'static str, &'static str, &'static str) {
    let Some(journey) = &record.deployment else {
        if record.is_open {
            return ("open", "", "");
        }
        return (
            "never_started",
            "Failed",
            Verdict::Aborted
                .code()
                .expect("an aborted robot has a code")
                .name(),
        );
    };
    let code = journey.verdict.code().map_or("", |code| code.name());
    match journey.verdict {
        Verdict::Updated => ("updated", "InSync", code),
        Verdict::NoResponse => ("failed", "NoResponse", code),
        Verdict::Failed(_) | Verdict::TimedOut => ("failed", "Failed", code),
        Verdict::Aborted => ("aborted", "Failed", code),
        Verdict::Open => ("open", "", code),
    }
}
