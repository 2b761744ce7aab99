//! The token sort ratio, which the open sets are measured against.

use kagraph::identity::normalize::{fold, organisation};

/// A name in lower case without punctuation.
pub fn plain(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A name in Latin letters without legal form.
pub fn without_form(name: &str) -> Vec<String> {
    organisation::readings(name).into_iter().next().map_or_else(|| fold::words(name), |reading| reading.words)
}

/// The token sort ratio of two lists of words, 0 to 100: the share of letters in the longest common subsequence of the
/// sorted words, as `RapidFuzz` counts it.
pub fn token_sort_ratio(one: &[String], other: &[String]) -> f64 {
    let sorted = |words: &[String]| {
        let mut words = words.to_vec();
        words.sort_unstable();
        words.join(" ").into_bytes()
    };
    let (one, other) = (sorted(one), sorted(other));
    let n_letters = one.len() + other.len();
    if n_letters == 0 { 100.0 } else { 200.0 * longest_common(&one, &other) as f64 / n_letters as f64 }
}

fn longest_common(one: &[u8], other: &[u8]) -> usize {
    let mut row = vec![0; other.len() + 1];
    for &a in one {
        let mut diagonal = 0;
        for (at, &b) in other.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if a == b { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[other.len()]
}
