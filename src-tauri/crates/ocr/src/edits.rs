//! How far two rows of letters are from each other.

/// The fewest letters to change, add or take away (Levenshtein), where `same` says which two count as one.
pub(crate) fn edits<A, B>(a: &[A], b: &[B], same: impl Fn(&A, &B) -> bool) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let (mut before, mut left) = (i, i + 1);
        for (cell, y) in row.iter_mut().skip(1).zip(b) {
            let change = before + usize::from(!same(x, y));
            before = *cell;
            left = change.min(before + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 替えた字と足した字と落ちた字を数える() {
        let far = |a: &str, b: &str| edits(a.as_bytes(), b.as_bytes(), u8::eq);
        assert_eq!((far("abc", "abc"), far("abc", "axc"), far("abc", "ac"), far("", "abc")), (0, 1, 1, 3));
    }
}
