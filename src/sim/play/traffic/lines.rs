//! All links of a play, and which of them has something to say next.
//!
//! Flows are numbered link by link, so that a link's memory is as large as its own traffic. The next completion of each link lies at
//! the leaf of a tree of minima: O(log L) to take note of a link on which something happened, O(1) to see the next completion.

use crate::model::{Instant, SharedLink};
use crate::sim::link::{Link, LinkStatistics, Rate, Work};

/// A flow: its link, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FlowId {
    pub(super) link: u16,
    number: u32,
}

/// The links of a play; see the module's description.
#[derive(Clone)]
pub(super) struct Lines {
    lines: Vec<Line>,
    /// A tree of minima over the lines' next completions, from node 1; the leaves are its second half.
    soonest: Vec<Instant>,
    /// Lines on which something happened since the tree last took note of it.
    touched: Vec<u16>,
    /// Lines on which something happened since their rates were last asked for.
    changed: Vec<u16>,
}

#[derive(Clone)]
struct Line {
    link: Link,
    /// The place whose download each number is.
    places: Vec<u32>,
    free: Vec<u32>,
    is_touched: bool,
    is_changed: bool,
}

impl Line {
    fn new(link: &SharedLink) -> Line {
        Line {
            link: Link::new(Rate::from_bits_per_s(link.capacity)),
            places: Vec::new(),
            free: Vec::new(),
            is_touched: false,
            is_changed: false,
        }
    }
}

impl Lines {
    pub(super) fn new(links: &[SharedLink]) -> Lines {
        Lines {
            lines: links.iter().map(Line::new).collect(),
            soonest: vec![Instant::NEVER; 2 * links.len().next_power_of_two()],
            touched: Vec::new(),
            changed: Vec::new(),
        }
    }

    /// The download of a place joins a link.
    pub(super) fn join(
        &mut self,
        now: Instant,
        link: u16,
        place: u32,
        cap: Rate,
        missing: Work,
    ) -> FlowId {
        let line = &mut self.lines[usize::from(link)];
        let number = line.free.pop().unwrap_or(line.places.len() as u32);
        match line.places.get_mut(number as usize) {
            Some(free) => *free = place,
            None => line.places.push(place),
        }
        line.link.join(now.ms(), number, cap, missing);
        self.touch(link);
        FlowId { link, number }
    }

    /// Takes a flow that is not complete off its link; what it is still missing.
    pub(super) fn leave(&mut self, now: Instant, flow: FlowId) -> Work {
        let line = &mut self.lines[usize::from(flow.link)];
        line.free.push(flow.number);
        let missing = line.link.leave(now.ms(), flow.number);
        self.touch(flow.link);
        missing
    }

    /// What a flow is missing at a time before which nothing happens on its link.
    pub(super) fn missing(&mut self, time: Instant, flow: FlowId) -> Work {
        self.lines[usize::from(flow.link)]
            .link
            .remaining(time.ms(), flow.number)
    }

    fn touch(&mut self, link: u16) {
        let line = &mut self.lines[usize::from(link)];
        if !std::mem::replace(&mut line.is_touched, true) {
            self.touched.push(link);
        }
        if !std::mem::replace(&mut line.is_changed, true) {
            self.changed.push(link);
        }
    }

    /// When a download is complete next; [`Instant::NEVER`] if none will be while nothing else happens.
    pub(super) fn next_completion(&mut self) -> Instant {
        for link in self.touched.drain(..) {
            let line = &mut self.lines[usize::from(link)];
            line.is_touched = false;
            let mut node = self.soonest.len() / 2 + usize::from(link);
            self.soonest[node] = line
                .link
                .next_completion()
                .map_or(Instant::NEVER, Instant::at);
            while node > 1 {
                node /= 2;
                self.soonest[node] = self.soonest[2 * node].min(self.soonest[2 * node + 1]);
            }
        }
        self.soonest[1]
    }

    /// Hands out the place of a download that is complete now, and its flow.
    pub(super) fn pop_complete(&mut self, now: Instant) -> Option<(u32, FlowId)> {
        while self.next_completion() == now {
            let mut node = 1;
            while node < self.soonest.len() / 2 {
                node = if self.soonest[2 * node] == now {
                    2 * node
                } else {
                    2 * node + 1
                };
            }
            let link = (node - self.soonest.len() / 2) as u16;
            let line = &mut self.lines[usize::from(link)];
            let number = line.link.pop_complete(now.ms());
            self.touch(link);
            if let Some(number) = number {
                let line = &mut self.lines[usize::from(link)];
                line.free.push(number);
                return Some((line.places[number as usize], FlowId { link, number }));
            }
        }
        None
    }

    /// The links on which something happened since this was last asked, each with its total rate from now on.
    pub(super) fn changed_rates(&mut self, now: Instant) -> Vec<(u16, Rate)> {
        let Lines { lines, changed, .. } = self;
        let rates = changed.drain(..).map(|link| {
            let line = &mut lines[usize::from(link)];
            line.is_changed = false;
            (link, line.link.rate(now.ms()))
        });
        rates.collect()
    }

    /// What each link did until a time before which nothing happens.
    pub(super) fn statistics(&mut self, time: Instant) -> Vec<LinkStatistics> {
        self.lines
            .iter_mut()
            .map(|line| line.link.statistics(time.ms()))
            .collect()
    }
}
