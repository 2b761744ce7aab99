//! The least value of a smooth function of a few numbers, without derivatives (Nelder and Mead, 1965).
//!
//! Comes in: a function and where to begin. Leaves: the best point found. Costs: a few hundred calls.

/// At most so many steps.
const STEPS: usize = 400;

/// A simplex whose values differ by less has arrived.
const NEAR: f64 = 1e-7;

/// How far the first corners lie from the beginning.
const FIRST_STEP: f64 = 0.5;

/// The point with the least value that was found.
pub fn least<const N: usize>(of: impl Fn(&[f64; N]) -> f64, begin: [f64; N]) -> [f64; N] {
    let mut corners: Vec<([f64; N], f64)> = vec![(begin, of(&begin))];
    for at in 0..N {
        let mut corner = begin;
        corner[at] += FIRST_STEP;
        corners.push((corner, of(&corner)));
    }
    for _ in 0..STEPS {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (best, worst) = (corners[0].1, corners[N].1);
        if (worst - best).abs() <= NEAR * (best.abs() + NEAR) {
            break;
        }
        step(&of, &mut corners);
    }
    corners.sort_by(|a, b| a.1.total_cmp(&b.1));
    corners[0].0
}

fn step<const N: usize>(of: &impl Fn(&[f64; N]) -> f64, corners: &mut [([f64; N], f64)]) {
    let (best, worst) = (corners[0], corners[N]);
    let centre: [f64; N] = std::array::from_fn(|at| corners[..N].iter().map(|it| it.0[at]).sum::<f64>() / N as f64);
    let towards = |share: f64| -> ([f64; N], f64) {
        let point = std::array::from_fn(|at| centre[at] + share * (worst.0[at] - centre[at]));
        (point, of(&point))
    };
    let reflected = towards(-1.0);
    if reflected.1 < best.1 {
        let expanded = towards(-2.0);
        corners[N] = if expanded.1 < reflected.1 { expanded } else { reflected };
    } else if reflected.1 < corners[N - 1].1 {
        corners[N] = reflected;
    } else {
        let contracted = towards(if reflected.1 < worst.1 { -0.5 } else { 0.5 });
        if contracted.1 < worst.1.min(reflected.1) {
            corners[N] = contracted;
        } else {
            for corner in &mut corners[1..] {
                let point = std::array::from_fn(|at| f64::midpoint(best.0[at], corner.0[at]));
                *corner = (point, of(&point));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_a_curved_valley_is_found() {
        let valley = |it: &[f64; 2]| (1.0 - it[0]).powi(2) + 100.0 * (it[1] - it[0] * it[0]).powi(2);
        let found = least(valley, [-1.2, 1.0]);
        assert!((found[0] - 1.0).abs() < 0.01 && (found[1] - 1.0).abs() < 0.02, "{found:?}");
    }
}
