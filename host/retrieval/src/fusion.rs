//! Lists of chunks become one: by their ranks, and with diversity.

use std::collections::HashMap;

/// A chunk and its score in a list.
pub type Ranked = (u32, f64);

/// The usual constant of reciprocal rank fusion.
const K: f64 = 60.0;

/// Chunks by the sum of weight / (60 + rank) over the lists, the best first; of equals the older one. Scores of
/// different lists can't be compared; ranks can.
pub fn fuse(lists: &[(f64, &[u32])]) -> Vec<Ranked> {
    let mut scores = HashMap::<u32, f64>::new();
    for (weight, list) in lists {
        for (rank, chunk) in list.iter().enumerate() {
            *scores.entry(*chunk).or_default() += weight / (K + 1.0 + rank as f64);
        }
    }
    let mut all: Vec<Ranked> = scores.into_iter().collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all
}

/// Maximal marginal relevance: `most` of these, one after the other, each the one with the most of
/// `weight` × its score - (1 - `weight`) × its likeness to the most alike of those before. Scores are scaled to 0 to 1.
pub fn vary(all: Vec<Ranked>, most: usize, weight: f64, alike: &dyn Fn(u32, u32) -> f64) -> Vec<Ranked> {
    let (top, bottom) = (all.first().map_or(0.0, |one| one.1), all.last().map_or(0.0, |one| one.1));
    let scale = if top > bottom { top - bottom } else { 1.0 };
    // The likeness to the most alike of those that are taken.
    let mut rest: Vec<(Ranked, f64)> = all.into_iter().map(|one| (one, 0.0)).collect();
    let mut taken: Vec<Ranked> = Vec::new();
    while taken.len() < most && !rest.is_empty() {
        let worth = |((_, score), like): &(Ranked, f64)| weight * (score - bottom) / scale - (1.0 - weight) * like;
        let mut best = 0;
        for (place, one) in rest.iter().enumerate() {
            if rest.get(best).is_none_or(|now| worth(one) > worth(now)) {
                best = place;
            }
        }
        let (one, _) = rest.remove(best);
        for (other, like) in &mut rest {
            *like = like.max(alike(one.0, other.0));
        }
        taken.push(one);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_lists_have_comes_first() {
        let order = |lists: &[(f64, &[u32])]| fuse(lists).iter().map(|one| one.0).collect::<Vec<_>>();
        assert_eq!(order(&[(1.0, &[1, 2, 3]), (1.0, &[4, 3])]), [3, 1, 4, 2]);
        assert_eq!(order(&[(1.0, &[1]), (2.0, &[2])]), [2, 1]);
    }

    #[test]
    fn of_two_that_say_the_same_one_is_enough() {
        let alike = |a: u32, b: u32| if a + b == 3 { 1.0 } else { 0.0 };
        let all = vec![(1, 1.0), (2, 0.9), (3, 0.5)];
        let order = |weight| vary(all.clone(), 2, weight, &alike).iter().map(|one| one.0).collect::<Vec<_>>();
        assert_eq!(order(0.5), [1, 3]);
        assert_eq!(order(1.0), [1, 2]);
    }
}
