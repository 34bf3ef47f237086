//! Answers quoted on a page against what the program prints. A line of `...` stands for some left out; without any, the answer is quoted
//! whole.

/// What is left out.
const ELLIPSIS: &str = "...";

/// Whether a quote is the answer, or lines of it in their order.
pub fn holds(quoted: &[&str], said: &str) -> Result<(), String> {
    if !quoted.contains(&ELLIPSIS) {
        let whole = said.lines().map(str::trim_end).eq(quoted.iter().copied());
        return if whole {
            Ok(())
        } else {
            Err(format!("the answer is\n{said}"))
        };
    }
    let mut rest = said.lines();
    for line in quoted.iter().filter(|line| **line != ELLIPSIS) {
        if !rest.any(|said| said.trim_end() == *line) {
            return Err(format!("it does not say\n{line}\nbut\n{said}"));
        }
    }
    Ok(())
}

/// The quote as the program says it now. A line is found again by what stands in its first column, or, where it is a sentence, by its
/// first words; one that is not found stays as it is.
pub fn renewed(quoted: &[&str], said: &str) -> Vec<String> {
    if !quoted.contains(&ELLIPSIS) {
        return said
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect();
    }
    let lines: Vec<&str> = said.lines().map(str::trim_end).collect();
    let mut next = 0;
    let mut renewed = Vec::new();
    for quote in quoted {
        let likenesses: [fn(&str, &str) -> bool; 3] = [|a, b| a == b, has_label, begins_alike];
        let found = likenesses.iter().find_map(|alike| {
            let place = lines[next..].iter().position(|said| alike(quote, said))?;
            Some(next + place)
        });
        match found.filter(|_| *quote != ELLIPSIS) {
            Some(place) => {
                renewed.push(lines[place].to_owned());
                next = place + 1;
            }
            None => renewed.push((*quote).to_owned()),
        }
    }
    renewed
}

/// Whether a line has the indentation and the first column of the quote.
fn has_label(quote: &str, said: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let label = quote.trim().split("  ").next().expect("a text");
    let rest = said.trim_start().strip_prefix(label);
    !label.is_empty()
        && indent(quote) == indent(said)
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("  "))
}

/// Whether two lines begin with the same words, whatever their numbers are.
fn begins_alike(quote: &str, said: &str) -> bool {
    let words = |line: &str| -> Vec<String> {
        let words = line.split_whitespace().take(4);
        words
            .map(|word| word.replace(|c: char| c.is_ascii_digit() || ",.".contains(c), ""))
            .collect()
    };
    !quote.trim().is_empty() && words(quote) == words(said)
}

#[test]
fn a_quote_is_renewed_line_by_line() {
    let said = "title\n\nbroken       3   4\nbroken by x  5   6\n  pass  a <= 2\n4 settings meet all limits\n";
    assert!(holds(&["...", "broken       3   4", "..."], said).is_ok());
    assert!(holds(&["broken       3   5", "..."], said).is_err());
    assert!(holds(&["broken       3   4"], said).is_err());
    assert_eq!(
        renewed(
            &[
                "...",
                "broken   1   1",
                "3 settings meet all limits; more",
                "gone  1"
            ],
            said
        ),
        [
            "...",
            "broken       3   4",
            "4 settings meet all limits",
            "gone  1"
        ]
    );
    assert_eq!(renewed(&["old"], "new\n"), ["new"]);
}
