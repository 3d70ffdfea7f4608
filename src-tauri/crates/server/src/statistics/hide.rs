//! 小さい数を見せない: a cell of few cases could point at one person.
//!
//! A cell below [`LEAST`] is hidden. Where the sum over a line of cells is known (the same question asked more coarsely
//! gives it), one hidden cell could be computed from the others; so in every line the hidden cells are at least two and
//! together at least [`LEAST`], or further cells are hidden until that holds. Lines are taken along every dimension.
//!
//! What this does not prevent: asking for two periods that differ by one day, and subtracting. Who asks is a supervisor,
//! an administrator or an auditor, and every question stands in the audit.

use std::collections::BTreeMap;

/// The least number of cases a cell may show.
pub(super) const LEAST: u64 = 5;

/// Which cells to hide, in the order given. Each has its place along every dimension, and its cases.
pub(super) fn hidden(cells: &[(Vec<String>, u64)]) -> Vec<bool> {
    let mut hidden: Vec<bool> = cells.iter().map(|(_, cases)| *cases < LEAST).collect();
    let lines = lines(cells);
    loop {
        let mut more = false;
        for line in &lines {
            more |= tighten(cells, line, &mut hidden);
        }
        if !more {
            return hidden;
        }
    }
}

/// Whether the sum over all cells may be told.
pub(super) fn total_may_be_told(cells: &[(Vec<String>, u64)], hidden: &[bool]) -> bool {
    let of = |index: &usize| hidden.get(*index).copied().unwrap_or(true);
    let all: u64 = cells.iter().map(|(_, cases)| cases).sum();
    let line: Vec<usize> = (0..cells.len()).filter(of).collect();
    all >= LEAST && (line.is_empty() || is_safe(cells, &line))
}

fn cases(cells: &[(Vec<String>, u64)], at: usize) -> u64 {
    cells.get(at).map_or(0, |(_, cases)| *cases)
}

fn is_safe(cells: &[(Vec<String>, u64)], hidden: &[usize]) -> bool {
    hidden.len() >= 2 && hidden.iter().map(|at| cases(cells, *at)).sum::<u64>() >= LEAST
}

/// The cells that differ in one dimension only, for every dimension; and all of them together.
fn lines(cells: &[(Vec<String>, u64)]) -> Vec<Vec<usize>> {
    let dimensions = cells.first().map_or(0, |(of, _)| of.len());
    let mut lines: Vec<Vec<usize>> = vec![(0..cells.len()).collect()];
    for dimension in 0..dimensions {
        let mut by_rest: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
        for (at, (of, _)) in cells.iter().enumerate() {
            let rest =
                of.iter().enumerate().filter(|(one, _)| *one != dimension).map(|(_, name)| name.as_str());
            by_rest.entry(rest.collect()).or_default().push(at);
        }
        lines.extend(by_rest.into_values());
    }
    lines
}

/// Hides the smallest shown cell of a line that tells too much; whether it had to.
fn tighten(cells: &[(Vec<String>, u64)], line: &[usize], hidden: &mut [bool]) -> bool {
    let is_hidden = |at: &usize| hidden.get(*at).copied().unwrap_or(true);
    let (shut, shown): (Vec<usize>, Vec<usize>) = line.iter().copied().partition(is_hidden);
    let sum: u64 = line.iter().map(|at| cases(cells, *at)).sum();
    // A sum that is too small is itself never told.
    if shut.is_empty() || is_safe(cells, &shut) || sum < LEAST {
        return false;
    }
    let Some(smallest) = shown.into_iter().min_by_key(|at| (cases(cells, *at), *at)) else { return false };
    if let Some(one) = hidden.get_mut(smallest) {
        *one = true;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(cells: &[(&[&str], u64)]) -> Vec<(Vec<String>, u64)> {
        cells.iter().map(|(of, cases)| (of.iter().map(ToString::to_string).collect(), *cases)).collect()
    }

    #[test]
    fn 一つだけ隠しても引き算で分かるので_もう一つ隠す() {
        let cells = table(&[(&["市民課"], 40), (&["東支所"], 2), (&["西支所"], 9)]);
        assert_eq!(hidden(&cells), [false, true, true]);
        let cells = table(&[(&["市民課"], 40), (&["東支所"], 8), (&["西支所"], 9)]);
        assert_eq!(hidden(&cells), [false, false, false]);
    }

    #[test]
    fn 縦にも横にも引き算できない() {
        let cells = table(&[
            (&["市民課", "death"], 20),
            (&["市民課", "birth"], 30),
            (&["東支所", "death"], 1),
            (&["東支所", "birth"], 15),
        ]);
        assert_eq!(hidden(&cells), [true, true, true, true]);
        assert!(total_may_be_told(&cells, &hidden(&cells)));
    }

    proptest! {
        /// Whatever the table: along every line the hidden cells are none, or too many to compute.
        #[test]
        fn どの列でも_隠した値は一つに決まらない(
            counts in proptest::collection::vec((0_u8..4, 0_u8..4, 0_u8..3, 0_u64..30), 0..40)
        ) {
            let mut by: BTreeMap<Vec<String>, u64> = BTreeMap::new();
            for (a, b, c, cases) in counts {
                *by.entry(vec![a.to_string(), b.to_string(), c.to_string()]).or_default() += cases;
            }
            let cells: Vec<(Vec<String>, u64)> = by.into_iter().collect();
            let hidden = hidden(&cells);
            for (at, (_, cases)) in cells.iter().enumerate() {
                prop_assert!(*cases >= LEAST || hidden[at]);
            }
            for line in lines(&cells) {
                let shut: Vec<usize> = line.iter().copied().filter(|at| hidden[*at]).collect();
                let sum: u64 = line.iter().map(|at| cells[*at].1).sum();
                let all = shut.len() == line.len();
                prop_assert!(shut.is_empty() || is_safe(&cells, &shut) || sum < LEAST || all);
            }
        }
    }
}
