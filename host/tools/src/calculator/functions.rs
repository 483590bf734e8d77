//! The functions that an expression can call.

use Work::{Many, One, Two};

pub struct Function {
    pub name: &'static str,
    pub description: &'static str,
    work: Work,
}

enum Work {
    One(fn(f64) -> f64),
    Two(fn(f64, f64) -> f64),
    /// At least so many and at most so many.
    Many(usize, usize, fn(&[f64]) -> f64),
}

/// Each is done in a moment, whatever it is given.
pub const FUNCTIONS: &[Function] = &[
    f("abs", "without its sign", One(f64::abs)),
    f("acos", "arc cosine, in radians", One(f64::acos)),
    f("asin", "arc sine, in radians", One(f64::asin)),
    f("atan", "arc tangent, in radians", One(f64::atan)),
    f("atan2", "angle of the point (x, y), given as (y, x)", Two(f64::atan2)),
    f("avg", "mean", Many(1, MOST, mean)),
    f("cbrt", "cube root", One(f64::cbrt)),
    f("ceil", "next integer above", One(f64::ceil)),
    f("clamp", "(x, low, high): x, or the nearer bound", Many(3, 3, clamp)),
    f("cos", "cosine of radians", One(f64::cos)),
    f("cosh", "hyperbolic cosine", One(f64::cosh)),
    f("deg", "degrees of radians", One(f64::to_degrees)),
    f("exp", "e to the power", One(f64::exp)),
    f("factorial", "product of the integers up to it", One(factorial)),
    f("floor", "next integer below", One(f64::floor)),
    f("fract", "what is behind the point", One(f64::fract)),
    f("gcd", "greatest common divisor", Two(gcd)),
    f("hypot", "length of the vector (x, y)", Two(f64::hypot)),
    f("lcm", "least common multiple", Two(|a, b| if a == 0.0 { 0.0 } else { (a / gcd(a, b) * b).abs() })),
    f("ln", "natural logarithm", One(f64::ln)),
    f("log", "natural logarithm, or that to the base of a second argument", Many(1, 2, log)),
    f("log10", "logarithm to the base 10", One(f64::log10)),
    f("log2", "logarithm to the base 2", One(f64::log2)),
    f("max", "largest", Many(1, MOST, |all| all.iter().copied().fold(f64::NEG_INFINITY, f64::max))),
    f("mean", "mean", Many(1, MOST, mean)),
    f("median", "middle one of all in their order", Many(1, MOST, median)),
    f("min", "smallest", Many(1, MOST, |all| all.iter().copied().fold(f64::INFINITY, f64::min))),
    f("mod", "remainder with the sign of the divisor", Two(|a, b| ((a % b) + b) % b)),
    f("pow", "x to the power y", Two(f64::powf)),
    f("rad", "radians of degrees", One(f64::to_radians)),
    f("round", "nearest integer, or to so many digits behind the point", Many(1, 2, round)),
    f("sign", "-1, 0 or 1", One(|x| if x == 0.0 { 0.0 } else { x.signum() })),
    f("sin", "sine of radians", One(f64::sin)),
    f("sinh", "hyperbolic sine", One(f64::sinh)),
    f("sqrt", "square root", One(f64::sqrt)),
    f("sum", "sum", Many(1, MOST, |all| all.iter().sum())),
    f("tan", "tangent of radians", One(f64::tan)),
    f("tanh", "hyperbolic tangent", One(f64::tanh)),
    f("trunc", "without what is behind the point", One(f64::trunc)),
];

const MOST: usize = usize::MAX;

const fn f(name: &'static str, description: &'static str, work: Work) -> Function {
    Function { name, description, work }
}

impl Function {
    pub fn of(name: &str) -> Option<&'static Function> {
        FUNCTIONS.iter().find(|one| one.name == name)
    }

    /// How many it takes, for people.
    pub fn arguments(&self) -> String {
        match self.work {
            One(_) => "1".into(),
            Two(_) => "2".into(),
            Many(least, MOST, _) => format!("{least} or more"),
            Many(least, most, _) if least == most => least.to_string(),
            Many(least, most, _) => format!("{least} to {most}"),
        }
    }

    /// `None`: it does not take so many.
    pub fn call(&self, given: &[f64]) -> Option<f64> {
        match (&self.work, given) {
            (One(work), [x]) => Some(work(*x)),
            (Two(work), [x, y]) => Some(work(*x, *y)),
            (Many(least, most, work), _) if (*least..=*most).contains(&given.len()) => Some(work(given)),
            _ => None,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "an expression has fewer arguments than a float has integers")]
fn mean(all: &[f64]) -> f64 {
    all.iter().sum::<f64>() / all.len() as f64
}

fn median(all: &[f64]) -> f64 {
    let mut all = all.to_vec();
    all.sort_by(f64::total_cmp);
    let at = |place: usize| all.get(place).copied().unwrap_or(f64::NAN);
    let half = all.len() / 2;
    if all.len() % 2 == 1 { at(half) } else { f64::midpoint(at(half.saturating_sub(1)), at(half)) }
}

fn clamp(all: &[f64]) -> f64 {
    match all {
        [x, low, high] => x.max(*low).min(*high),
        _ => f64::NAN,
    }
}

fn log(all: &[f64]) -> f64 {
    match all {
        [x] => x.ln(),
        [x, base] => x.log(*base),
        _ => f64::NAN,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it is clamped to what is meant before")]
fn round(all: &[f64]) -> f64 {
    match all {
        [x] => x.round(),
        [x, digits] if x.is_finite() => {
            let scale = 10f64.powi(digits.clamp(-308.0, 308.0) as i32);
            let scaled = (x * scale).round() / scale;
            if scaled.is_finite() { scaled } else { *x }
        }
        [x, _] => *x,
        _ => f64::NAN,
    }
}

/// Of an integer; beyond 170 it is infinite.
fn factorial(x: f64) -> f64 {
    if x < 0.0 || x.fract() != 0.0 {
        return f64::NAN;
    }
    if x > 170.0 {
        return f64::INFINITY;
    }
    let mut product = 1.0;
    let mut factor = 2.0;
    while factor <= x {
        product *= factor;
        factor += 1.0;
    }
    product
}

/// Each second step halves the larger one, so 1,100 steps are more than a float can take.
fn gcd(a: f64, b: f64) -> f64 {
    let (mut a, mut b) = (a.abs(), b.abs());
    if a.fract() != 0.0 || b.fract() != 0.0 || !a.is_finite() || !b.is_finite() {
        return f64::NAN;
    }
    while b != 0.0 {
        (a, b) = (b, a % b);
    }
    a
}
