//! The queue of one subscription.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::time::Instant;

use super::draft::{Event, Priority};

/// Bounded in number and bytes: where it is full, the least important goes, the oldest of them first.
#[derive(Debug)]
pub struct Queue {
    /// By priority, the lowest first.
    waiting: [VecDeque<Arc<Event>>; Priority::ALL.len()],
    most: usize,
    count: usize,
    bytes: usize,
    pub dropped: u64,
    pub expired: u64,
}

pub const MOST_EVENTS: usize = 1_000;
pub const MOST_BYTES: usize = 8 << 20;

impl Queue {
    pub fn new(most: usize) -> Queue {
        Queue { waiting: Default::default(), most, count: 0, bytes: 0, dropped: 0, expired: 0 }
    }

    /// `room` is what all queues of the run may still take, in bytes. Whether it was put in.
    pub fn push(&mut self, event: Arc<Event>, room: usize) -> bool {
        let (bytes, mut room) = (event.bytes, room);
        while self.count >= self.most || self.bytes + bytes > MOST_BYTES || bytes > room {
            match self.drop_least(event.draft.priority) {
                Some(freed) => room += freed,
                None => {
                    self.dropped += 1;
                    return false;
                }
            }
        }
        self.count += 1;
        self.bytes += bytes;
        if let Some(waiting) = self.waiting.get_mut(event.draft.priority as usize) {
            waiting.push_back(event);
        }
        true
    }

    /// The next one's priority and sequence. What is too old is gone.
    pub fn peek(&mut self, now: Instant) -> Option<(Priority, u64)> {
        for priority in Priority::ALL.into_iter().rev() {
            while let Some(first) = self.waiting.get(priority as usize)?.front() {
                if !first.is_over(now) {
                    return Some((priority, first.sequence));
                }
                self.expired += 1;
                self.take(priority);
            }
        }
        None
    }

    pub fn pop(&mut self, now: Instant) -> Option<Arc<Event>> {
        let (priority, _) = self.peek(now)?;
        self.take(priority)
    }

    /// How many went.
    pub fn clear(&mut self, matches: impl Fn(&str) -> bool) -> u64 {
        let before = self.count;
        for waiting in &mut self.waiting {
            waiting.retain(|event| !matches(&event.draft.name));
        }
        self.count = self.waiting.iter().map(VecDeque::len).sum();
        self.bytes = self.waiting.iter().flatten().map(|event| event.bytes).sum();
        (before - self.count) as u64
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Makes room for an event of this priority; gives the bytes.
    fn drop_least(&mut self, newest: Priority) -> Option<usize> {
        let least = Priority::ALL
            .into_iter()
            .find(|priority| self.waiting.get(*priority as usize).is_some_and(|queue| !queue.is_empty()))?;
        if least > newest {
            return None;
        }
        self.dropped += 1;
        self.take(least).map(|event| event.bytes)
    }

    fn take(&mut self, priority: Priority) -> Option<Arc<Event>> {
        let event = self.waiting.get_mut(priority as usize)?.pop_front()?;
        self.count -= 1;
        self.bytes -= event.bytes;
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::draft::Draft;

    fn event(sequence: u64, priority: Priority, bytes: usize) -> Arc<Event> {
        let draft = Draft { name: format!("e{sequence}"), priority, ..Draft::default() };
        Arc::new(Event { draft, sequence, timestamp: 0, expires: None, depth: 0, replayed: false, bytes })
    }

    fn all(queue: &mut Queue) -> Vec<u64> {
        std::iter::from_fn(|| queue.pop(Instant::now()).map(|event| event.sequence)).collect()
    }

    #[test]
    fn the_important_come_first_and_the_oldest_of_the_others_go() {
        let mut queue = Queue::new(4);
        let room = usize::MAX / 2;
        for (sequence, priority) in Priority::ALL.into_iter().chain(Priority::ALL).enumerate() {
            queue.push(event(sequence as u64, priority, 1), room);
        }
        // 0 and 4 are low, 3 and 7 critical.
        assert_eq!(queue.dropped, 4);
        assert_eq!(all(&mut queue), [3, 7, 2, 6]);
        assert_eq!((queue.len(), queue.bytes()), (0, 0));
    }

    #[test]
    fn what_matters_less_than_all_that_waits_does_not_get_in() {
        let mut queue = Queue::new(1);
        assert!(queue.push(event(1, Priority::High, 1), 10));
        assert!(!queue.push(event(2, Priority::Low, 1), 10));
        assert!(queue.push(event(3, Priority::High, 1), 10));
        assert_eq!((all(&mut queue), queue.dropped), (vec![3], 2));
    }

    #[test]
    fn bytes_are_bounded_in_the_queue_and_in_the_run() {
        let mut queue = Queue::new(1000);
        for sequence in 1..=20 {
            queue.push(event(sequence, Priority::Normal, 1 << 20), usize::MAX / 2);
        }
        assert_eq!((queue.len(), queue.bytes()), (8, 8 << 20));
        // Its own make room, those of other queues don't.
        assert!(queue.push(event(21, Priority::Normal, 3 << 20), 0));
        assert_eq!(all(&mut queue), [16, 17, 18, 19, 20, 21]);
        assert!(!queue.push(event(22, Priority::Normal, 1), 0));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_too_old_is_not_handed_out() {
        let mut queue = Queue::new(10);
        let mut old = (*event(1, Priority::High, 1)).clone();
        old.expires = Some(Instant::now());
        queue.push(Arc::new(old), 10);
        queue.push(event(2, Priority::Normal, 1), 10);
        assert_eq!((all(&mut queue), queue.expired, queue.len()), (vec![2], 1, 0));
    }
}
