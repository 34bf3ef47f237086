//! `rollcast init`: a scenario to begin with, for each question.

use crate::cli::args::{self, Template};
use crate::cli::exit::{Failure, print};

pub(super) fn init(args: &args::Init) -> Result<(), Failure> {
    print(args.template.text())
}

impl Template {
    /// The scenario file.
    pub(super) fn text(self) -> &'static str {
        match self {
            Template::Rollout => include_str!("templates/rollout.toml"),
            Template::Percentages => include_str!("templates/percentages.toml"),
            Template::Link => include_str!("templates/link.toml"),
            Template::Nights => include_str!("templates/nights.toml"),
            Template::Offline => include_str!("templates/offline.toml"),
            Template::Canary => include_str!("templates/canary.toml"),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::Template;
    use crate::scenario::{Problems, Scenario, ScenarioFile};
    use crate::study::expect::expectations;
    use crate::study::lint;

    /// The text with its comments that are keys and tables made such.
    fn uncommented(text: &str) -> String {
        let lines = text.lines().map(|line| match line.strip_prefix("# ") {
            Some(key) if key.starts_with("[[") || is_key(key) => key,
            _ => line,
        });
        lines.collect::<Vec<&str>>().join("\n")
    }

    /// Whether a line gives a key a value.
    fn is_key(line: &str) -> bool {
        let key = line.split_once(" = ").map(|(key, _)| key);
        key.is_some_and(|key| key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
    }

    /// A sound scenario that nothing is to be said of.
    fn sound(text: String) -> (ScenarioFile, Scenario) {
        let file = ScenarioFile::parse("template.toml", text, "".into())
            .unwrap_or_else(|e| panic!("{}", e.render(false)));
        let (scenario, warnings) = file
            .check(&[])
            .unwrap_or_else(|found| panic!("{}", found.render(false)));
        assert_eq!(warnings, Problems::default());
        (file, scenario)
    }

    #[test]
    fn what_the_template_has_in_comments_is_sound_too() {
        let (file, scenario) = sound(uncommented(Template::Rollout.text()));
        let mut problems = Problems::default();
        let limits = expectations(&file, Some(&scenario), &mut problems);
        assert_eq!((limits.len(), problems), (3, Problems::default()));
        assert_eq!(scenario.profiles[0].world.links.len(), 1);
    }

    #[test]
    fn every_template_is_a_sound_scenario_without_certain_trouble() {
        for template in Template::value_variants() {
            let (file, scenario) = sound(template.text().to_owned());
            let findings = lint(&file, &scenario, &Problems::default());
            assert!(
                findings.iter().all(|finding| !finding.is_error()),
                "{findings:#?}"
            );
            let value = template.to_possible_value().expect("no template is hidden");
            assert_eq!(scenario.name, value.get_name());
        }
    }
}
