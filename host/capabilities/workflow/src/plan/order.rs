//! Steps that depend on others: the order in which they can begin.

use std::collections::{HashMap, VecDeque};

use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::nearest::nearest;

use super::branches::concurrency;
use super::reader::{Common, Reader, join, wrong};
use super::{Graph, Shape};

impl Reader {
    /// Reads a "dag".
    pub fn dag(&mut self, path: &str, fields: &mut Fields, common: &mut Common) -> Result<Shape, Failure> {
        let list = self.body(path, fields, common)?;
        let concurrency = concurrency(fields)?;
        let names: Vec<&str> = common.steps.iter().map(|step| step.name.as_str()).collect();
        if names.len() != list.len() {
            // A step is wrong, which was told.
            return Ok(Shape::Dag(Graph { concurrency, needs: Vec::new(), order: Vec::new(), ranks: Vec::new() }));
        }
        let places: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
        let at_step = |at: usize| join(path, &format!("steps[{}]", at + 1));
        let mut needs = Vec::with_capacity(names.len());
        for (at, wanted) in common.needs.iter().enumerate() {
            let place = |name: &String| {
                places.get(name.as_str()).copied().ok_or_else(|| {
                    let hint = nearest(name, names.get(..names.len().min(20)).unwrap_or_default());
                    Failure::invalid(format!(
                        "{}: 'depends_on' names '{name}', and there is no such step{hint}",
                        at_step(at)
                    ))
                })
            };
            let mut found = wanted.iter().map(place).collect::<Result<Vec<usize>, Failure>>()?;
            found.sort_unstable();
            found.dedup();
            needs.push(found);
        }
        match sort(&needs) {
            Ok(order) => {
                let mut ranks = vec![0; order.len()];
                for (rank, at) in order.iter().enumerate() {
                    ranks.get_mut(*at).into_iter().for_each(|place| *place = rank);
                }
                Ok(Shape::Dag(Graph { concurrency, needs, order, ranks }))
            }
            Err(cycle) => {
                let named: Vec<&str> = cycle.into_iter().filter_map(|at| names.get(at).copied()).collect();
                let first = named.first().copied().unwrap_or_default();
                let message = format!("steps depend on each other in a circle: {} -> {first}", named.join(" -> "));
                Err(wrong(path, message))
            }
        }
    }
}

/// An order in which each comes after those that it needs, as they are defined where there is a choice. Or a circle.
fn sort(needs: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut waiting: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut needed_by = vec![Vec::new(); needs.len()];
    for (at, needs) in needs.iter().enumerate() {
        for need in needs {
            needed_by.get_mut(*need).into_iter().for_each(|list: &mut Vec<usize>| list.push(at));
        }
    }
    let mut ready: VecDeque<usize> =
        waiting.iter().enumerate().filter(|(_, count)| **count == 0).map(|(at, _)| at).collect();
    let mut order = Vec::with_capacity(needs.len());
    while let Some(at) = ready.pop_front() {
        order.push(at);
        for next in needed_by.get(at).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(*next) {
                *count -= 1;
                if *count == 0 {
                    ready.push_back(*next);
                }
            }
        }
    }
    if order.len() == needs.len() { Ok(order) } else { Err(circle(needs, &waiting)) }
}

/// Goes from one that never became ready to one that it waits for, until one comes up again.
fn circle(needs: &[Vec<usize>], waiting: &[usize]) -> Vec<usize> {
    let is_stuck = |at: usize| waiting.get(at).is_some_and(|count| *count > 0);
    let mut path = Vec::new();
    let mut seen = vec![usize::MAX; needs.len()];
    let mut at = (0..needs.len()).find(|at| is_stuck(*at));
    while let Some(here) = at {
        match seen.get_mut(here) {
            Some(place @ &mut usize::MAX) => *place = path.len(),
            Some(place) => return path.split_off(*place),
            None => break,
        }
        path.push(here);
        at = needs.get(here).and_then(|needs| needs.iter().copied().find(|need| is_stuck(*need)));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_or_a_circle() {
        assert_eq!(sort(&[vec![2], vec![], vec![1]]), Ok(vec![1, 2, 0]));
        assert_eq!(sort(&[vec![], vec![0], vec![0], vec![1, 2]]), Ok(vec![0, 1, 2, 3]));
        assert_eq!(sort(&[vec![], vec![2], vec![3], vec![1]]), Err(vec![1, 2, 3]));
        assert_eq!(sort(&[vec![0]]), Err(vec![0]));
        // What only waits for a circle is not in it.
        assert_eq!(sort(&[vec![1], vec![2], vec![1]]), Err(vec![1, 2]));
    }
}
