//! Vectors of chunks: all of them are compared with a query's, first in bytes, then the best exactly.

use pulp::Arch;
use serde::{Deserialize, Serialize};

/// How two vectors are compared. More is more alike, for each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The cosine of the angle between them: from -1 to 1, whatever their lengths.
    #[default]
    Cosine,
    /// Their inner product: any number.
    Dot,
    /// 1 / (1 + their distance): above 0, and 1 where they are the same.
    Euclidean,
}

impl Metric {
    /// Every metric, with its name.
    pub const ALL: [(&'static str, Metric); 3] =
        [("cosine", Metric::Cosine), ("dot", Metric::Dot), ("euclidean", Metric::Euclidean)];

    /// The name that stands for it.
    pub fn name(self) -> &'static str {
        Metric::ALL.iter().find(|(_, metric)| *metric == self).map_or("", |(name, _)| name)
    }
}

/// The most numbers of a vector.
const MOST_DIMENSIONS: usize = 8_192;

/// More than any model gives, and small enough that sums stay finite.
const LARGEST: f32 = 1e15;

/// What is wrong with a vector, if anything is.
pub fn check(vector: &[f32]) -> Result<(), String> {
    if vector.is_empty() || vector.len() > MOST_DIMENSIONS {
        return Err(format!("a vector has 1 to {MOST_DIMENSIONS} numbers, not {}", vector.len()));
    }
    if vector.iter().any(|number| !number.is_finite() || number.abs() > LARGEST) {
        return Err("a vector holds what is no number of ordinary size".into());
    }
    if dot(vector, vector) <= f32::MIN_POSITIVE {
        return Err("a vector is all zeros, so that it can't be compared".into());
    }
    Ok(())
}

/// Vectors of one length, by the numbers of their chunks.
pub struct Vectors {
    dimensions: usize,
    metric: Metric,
    exact: Vec<f32>,
    coarse: Vec<i8>,
    /// What a step of the coarse numbers stands for, and the square of the vector's length.
    scales: Vec<(f32, f32)>,
}

impl Vectors {
    pub fn new(dimensions: usize, metric: Metric) -> Vectors {
        Vectors { dimensions, metric, exact: Vec::new(), coarse: Vec::new(), scales: Vec::new() }
    }

    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Adds the vector of the next chunk, which was checked and has the right length.
    pub fn add(&mut self, vector: &[f32]) {
        let vector = self.normal(vector);
        let (coarse, scale) = coarse(&vector);
        self.scales.push((scale, dot(&vector, &vector)));
        self.coarse.extend(coarse);
        self.exact.extend(vector);
    }

    /// Overwrites the vector of a chunk that is gone.
    pub fn remove(&mut self, chunk: u32) {
        let at = chunk as usize * self.dimensions;
        if let Some(numbers) = self.exact.get_mut(at..at + self.dimensions) {
            numbers.fill(0.0);
        }
        if let Some(numbers) = self.coarse.get_mut(at..at + self.dimensions) {
            numbers.fill(0);
        }
    }

    /// As it was added; for the cosine of length 1.
    pub fn get(&self, chunk: u32) -> Option<&[f32]> {
        let at = chunk as usize * self.dimensions;
        self.exact.get(at..at + self.dimensions)
    }

    fn normal(&self, vector: &[f32]) -> Vec<f32> {
        let largest = vector.iter().fold(0.0f32, |most, number| most.max(number.abs()));
        if self.metric != Metric::Cosine || largest == 0.0 {
            return vector.to_vec();
        }
        // Divided by the largest number first: squares of very small ones would be zero.
        let scaled: Vec<f32> = vector.iter().map(|number| number / largest).collect();
        let length = dot(&scaled, &scaled).sqrt();
        scaled.iter().map(|number| number / length).collect()
    }

    /// The chunks most like the vector among these, the best first, with their likeness; of equals the older one.
    pub fn search(&self, vector: &[f32], among: &[u32], most: usize) -> Vec<(u32, f32)> {
        if vector.len() != self.dimensions {
            return Vec::new();
        }
        let vector = self.normal(vector);
        let (query, scale) = coarse(&vector);
        let dots = Arch::new().dispatch(|| coarse_dots(&query, &self.coarse, self.dimensions, among));
        let square = dot(&vector, &vector);
        let rough = |(chunk, product): (&u32, i32)| {
            let (own, length) = self.scales.get(*chunk as usize).copied().unwrap_or_default();
            (*chunk, self.likeness(product as f32 * own * scale, square, length))
        };
        let rough: Vec<(u32, f32)> = among.iter().zip(dots).map(rough).collect();
        let kept = best(rough, (10 * most).max(RESCORED));
        let exact = |(chunk, _)| {
            let (_, length) = self.scales.get(chunk as usize).copied().unwrap_or_default();
            (chunk, self.likeness(dot(&vector, self.get(chunk).unwrap_or_default()), square, length))
        };
        best(kept.into_iter().map(exact).collect(), most)
    }

    fn likeness(&self, product: f32, one: f32, other: f32) -> f32 {
        match self.metric {
            Metric::Cosine => product.clamp(-1.0, 1.0),
            Metric::Dot => product,
            Metric::Euclidean => 1.0 / (1.0 + (one + other - 2.0 * product).max(0.0).sqrt()),
        }
    }

    /// The cosine of two chunks, for their diversity.
    pub fn alike(&self, one: u32, other: u32) -> f64 {
        let (one, other) = (self.get(one).unwrap_or_default(), self.get(other).unwrap_or_default());
        let lengths = dot(one, one).sqrt() * dot(other, other).sqrt();
        if lengths > 0.0 { f64::from(dot(one, other) / lengths) } else { 0.0 }
    }

    pub fn bytes(&self) -> usize {
        self.exact.len() * 4 + self.coarse.len() + self.scales.len() * 8
    }
}

/// So many are compared exactly at least.
const RESCORED: usize = 100;

fn best(mut all: Vec<(u32, f32)>, most: usize) -> Vec<(u32, f32)> {
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if all.len() > most && most > 0 {
        all.select_nth_unstable_by(most - 1, order);
    }
    all.truncate(most);
    all.sort_unstable_by(order);
    all
}

/// The numbers in steps of 1/127 of the largest.
fn coarse(vector: &[f32]) -> (Vec<i8>, f32) {
    let largest = vector.iter().fold(0.0f32, |most, number| most.max(number.abs()));
    let scale = largest / 127.0;
    let step = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    (vector.iter().map(|number| (number * step).round() as i8).collect(), scale)
}

/// Whole numbers: the same on every machine, whatever instructions it has.
#[inline(always)]
fn coarse_dots(query: &[i8], rows: &[i8], dimensions: usize, among: &[u32]) -> Vec<i32> {
    let mut all = Vec::with_capacity(among.len());
    for chunk in among {
        let at = *chunk as usize * dimensions;
        let row = rows.get(at..at + dimensions).unwrap_or_default();
        all.push(query.iter().zip(row).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum());
    }
    all
}

/// Added up in eight columns, always in the same order.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (ones, others) = (one.chunks_exact(8), other.chunks_exact(8));
    let rest: f32 = ones.remainder().iter().zip(others.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in ones.zip(others) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that repeat from run to run.
    fn numbers(seed: u64) -> impl FnMut() -> f32 {
        let mut state = seed;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
        }
    }

    #[test]
    fn the_coarse_scan_is_the_same_with_and_without_vector_instructions() {
        let mut next = numbers(1);
        for dimensions in [1, 7, 8, 31, 384, 1_000] {
            let rows: Vec<i8> = (0..dimensions * 20).map(|_| (next() * 254.0) as i8).collect();
            let query: Vec<i8> = (0..dimensions).map(|_| (next() * 254.0) as i8).collect();
            let among: Vec<u32> = (0..20).collect();
            let scalar = coarse_dots(&query, &rows, dimensions, &among);
            let fast = Arch::new().dispatch(|| coarse_dots(&query, &rows, dimensions, &among));
            assert_eq!(scalar, fast);
        }
    }

    #[test]
    fn the_scan_finds_what_a_naive_one_does() {
        for (_, metric) in Metric::ALL {
            let mut next = numbers(7);
            let mut vectors = Vectors::new(48, metric);
            let all: Vec<Vec<f32>> = (0..2_000).map(|_| (0..48).map(|_| next()).collect()).collect();
            all.iter().for_each(|vector| vectors.add(vector));
            let among: Vec<u32> = (0..2_000).filter(|number| number % 3 != 0).collect();
            for _ in 0..20 {
                let query: Vec<f32> = (0..48).map(|_| next()).collect();
                let mut naive: Vec<(u32, f64)> =
                    among.iter().map(|n| (*n, naive(metric, &query, &all[*n as usize]))).collect();
                naive.sort_by(|a, b| b.1.total_cmp(&a.1));
                let found = vectors.search(&query, &among, 10);
                let right = found.iter().zip(&naive).filter(|(a, b)| a.0 == b.0).count();
                assert!(right >= 9, "{metric:?}: {found:?} {:?}", &naive[..10]);
            }
        }
    }

    fn naive(metric: Metric, one: &[f32], other: &[f32]) -> f64 {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
        match metric {
            Metric::Cosine => dot(one, other) / (dot(one, one).sqrt() * dot(other, other).sqrt()),
            Metric::Dot => dot(one, other),
            Metric::Euclidean => 1.0 / (1.0 + (dot(one, one) + dot(other, other) - 2.0 * dot(one, other)).sqrt()),
        }
    }

    #[test]
    fn what_can_not_be_compared_is_refused() {
        for bad in [vec![], vec![0.0; 4], vec![f32::NAN], vec![f32::INFINITY], vec![1e30], vec![1.0; 8_193]] {
            assert!(check(&bad).is_err());
        }
        assert!(check(&[0.0, -1.0]).is_ok());
    }
}
