//! What the flags of `rollcast oc` mean for a scenario.

use crate::cli::args;
use crate::model::ScriptStep;
use crate::numeric::math::{exp, ln};
use crate::rollout::Levels;
use crate::scenario::{BASE, Profile, Scenario};
use crate::study::{self, Hypotheses};
use crate::units::share;

/// What is asked for, checked.
pub(super) struct Asked {
    pub script: ScriptStep,
    pub hypotheses: Hypotheses,
    /// Pairs of concurrency and threshold beside those in the file.
    pub settings: Vec<(u8, u8)>,
    pub probabilities: Vec<f64>,
}

/// The most probabilities, each of which is a world of its own.
const PROBABILITIES_MAX: usize = 200;

/// What is compared with the setting in the file: the service's own sample, and a careful one.
const ALTERNATIVES: [(u8, u8); 2] = [(20, 25), (5, 5)];

/// Reads the flags for the one profile of `scenario` that is played; `all` are the profiles of the file.
///
/// # Errors
/// All that is wrong, a line each.
pub(super) fn read(args: &args::Oc, scenario: &Scenario, all: &[Profile]) -> Result<Asked, String> {
    let mut problems = Vec::new();
    let pairs = args.setting.iter();
    let mut settings: Vec<(u8, u8)> = pairs
        .filter_map(|text| keep(&mut problems, pair(text)))
        .collect();
    if args.setting.is_empty() {
        settings = ALTERNATIVES.to_vec();
    }
    let probabilities = keep(&mut problems, grid(&args.p));
    let error = keep(&mut problems, chance("--error", &args.error));
    if error.is_some_and(|error| error == 0.0 || error >= 1.0) {
        problems.push(
            "--error: a share of rollouts above 0 and below 100 %, as in --error 0.1%".to_owned(),
        );
    }
    if args.common.profile.len() > 1 {
        problems.push(
            "--profile: an operating characteristic is that of one profile; name one".to_owned(),
        );
    }
    let script = keep(&mut problems, script(args, &scenario.profiles[0], all));
    let hypotheses = script.and_then(|script| {
        let hypotheses = hypotheses(args, script, all, error.unwrap_or(0.001));
        keep(&mut problems, hypotheses)
    });
    match (script, hypotheses, probabilities) {
        (Some(script), Some(hypotheses), Some(mut probabilities)) if problems.is_empty() => {
            // A list is played as it is.
            if args.p.contains("..") {
                let profile = &scenario.profiles[0];
                let levels = levels(profile, &settings);
                probabilities = study::finer(profile, script, &levels, &probabilities);
                probabilities.truncate(PROBABILITIES_MAX);
            }
            Ok(Asked {
                script,
                hypotheses,
                settings,
                probabilities,
            })
        }
        _ => Err(problems.join("\nerror: ")),
    }
}

/// The levels in the file, and those of the pairs.
fn levels(profile: &Profile, pairs: &[(u8, u8)]) -> Vec<Levels> {
    let pairs = pairs.iter().map(|&(concurrency, threshold)| Levels {
        concurrency,
        threshold,
    });
    std::iter::once(profile.rules.levels())
        .chain(pairs)
        .collect()
}

fn keep<T>(problems: &mut Vec<String>, result: Result<T, String>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

fn script(args: &args::Oc, profile: &Profile, all: &[Profile]) -> Result<ScriptStep, String> {
    let scripts = study::scripts_of(profile);
    if scripts.is_empty() {
        let text = "no cohort has a script that could fail: give one a `download_condition`, `pre_launch` or `post_launch`";
        return Err(text.to_owned());
    }
    match &args.script {
        Some(name) => {
            let found = scripts.iter().copied().find(|script| script.name() == name);
            found.ok_or_else(|| {
                let names: Vec<&str> = scripts.iter().map(|script| script.name()).collect();
                let names = names.join(", ");
                format!("--script {name}: no cohort has such a script; there are: {names}")
            })
        }
        None => {
            let likeliest = study::likeliest_script(all).filter(|script| scripts.contains(script));
            Ok(likeliest.unwrap_or(scripts[0]))
        }
    }
}

/// A good release fails as the base does, a bad one as the first other profile, unless told otherwise.
fn hypotheses(
    args: &args::Oc,
    script: ScriptStep,
    all: &[Profile],
    error: f64,
) -> Result<Hypotheses, String> {
    let own = all
        .first()
        .and_then(|first| study::mean_failure(script, first));
    let worse = all
        .iter()
        .filter(|profile| profile.name != BASE)
        .map(|profile| study::mean_failure(script, profile))
        .find(|mean| *mean > own)
        .flatten();
    let good = args
        .good
        .as_ref()
        .map(|text| chance("--good", text))
        .transpose()?;
    let bad = args
        .bad
        .as_ref()
        .map(|text| chance("--bad", text))
        .transpose()?;
    let (good, bad) = (good.or(own), bad.or(worse));
    let name = script.name();
    let (Some(good), Some(bad)) = (good, bad) else {
        return Err(format!(
            "no profile of the file makes {name} fail more often; say when a release is bad, as in --bad 10%"
        ));
    };
    if good >= bad {
        let (good, bad) = (share(good, 2), share(bad, 2));
        return Err(format!(
            "a good release must fail less often than a bad one: {name} fails in {good} of the good and {bad} of the bad; see --good and --bad"
        ));
    }
    Ok(Hypotheses { good, bad, error })
}

/// A probability: 0.01 or 1%.
fn chance(flag: &str, text: &str) -> Result<f64, String> {
    let trimmed = text.trim();
    let (number, scale) = trimmed
        .strip_suffix('%')
        .map_or((trimmed, 1.0), |number| (number.trim_end(), 100.0));
    match number.parse::<f64>() {
        Ok(number) if (0.0..=scale).contains(&number) => Ok(number / scale),
        Ok(_) => Err(format!(
            "{flag} {text}: a probability lies between 0 and 1, or 0 % and 100 %"
        )),
        Err(_) => Err(format!(
            "{flag} {text}: not a probability; write 0.01 or 1%"
        )),
    }
}

/// CONCURRENCY/THRESHOLD, in percent.
fn pair(text: &str) -> Result<(u8, u8), String> {
    let pair = text.split_once('/');
    pair.and_then(|(concurrency, threshold)| Some((whole_percent(concurrency)?, whole_percent(threshold)?)))
        .ok_or_else(|| format!(
            "--setting {text}: write the concurrency and the threshold in whole percent from 1 to 100, as in --setting 20/25"
        ))
}

fn whole_percent(text: &str) -> Option<u8> {
    let percent = text.trim().parse::<u8>().ok()?;
    (1..=100).contains(&percent).then_some(percent)
}

/// Probabilities in a list, or a number of them at equal ratios in a range.
fn grid(text: &str) -> Result<Vec<f64>, String> {
    let probabilities = match text.split_once("..") {
        None => text
            .split(',')
            .map(|text| chance("--p", text))
            .collect::<Result<Vec<f64>, String>>()?,
        Some((low, rest)) => {
            let wrong = format!(
                "--p {text}: a range is LOW..HIGH/POINTS with 0 < LOW < HIGH and at least two points, as in --p 0.1%..50%/25"
            );
            let Some((high, points)) = rest.split_once('/') else {
                return Err(wrong);
            };
            let (low, high) = (chance("--p", low)?, chance("--p", high)?);
            match points.trim().parse::<u32>() {
                Ok(points @ 2..) if low > 0.0 && low < high => range(low, high, points),
                _ => return Err(wrong),
            }
        }
    };
    match probabilities.len() {
        ..=PROBABILITIES_MAX => Ok(probabilities),
        _ => Err(format!(
            "--p {text}: more than {PROBABILITIES_MAX} probabilities"
        )),
    }
}

/// Probabilities at equal ratios, one more than are allowed at most.
fn range(low: f64, high: f64, points: u32) -> Vec<f64> {
    let last = points.min(PROBABILITIES_MAX as u32 + 1) - 1;
    let between = (1..last).map(|i| {
        study::rounded(exp(
            ln(low) + (ln(high) - ln(low)) * f64::from(i) / f64::from(last)
        ))
    });
    std::iter::once(low).chain(between).chain([high]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_or_a_range_of_probabilities() {
        assert_eq!(grid("0.1%,1%, 0.05"), Ok(vec![0.001, 0.01, 0.05]));
        assert_eq!(grid("0.1%..10%/3"), Ok(vec![0.001, 0.01, 0.1]));
        assert_eq!(grid("0.001..0.5/25").unwrap().len(), 25);
        for wrong in [
            "",
            "x",
            "1",
            "-0.1",
            "101%",
            "0.1%..50%",
            "5%..1%/3",
            "0..1/5",
            "1%..2%/1",
            "0.1%..50%/900",
            "NaN",
        ] {
            assert!(grid(wrong).is_err() || wrong == "1", "{wrong}");
        }
    }

    #[test]
    fn a_pair_of_percentages() {
        assert_eq!(pair("20/25"), Ok((20, 25)));
        for wrong in ["20", "0/25", "20/101", "20/25/3", "a/b", "20.5/3", ""] {
            assert!(pair(wrong).is_err(), "{wrong}");
        }
    }
}
