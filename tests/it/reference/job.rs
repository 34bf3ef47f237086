//! The job: it starts robots as slots become free, hears of their ends, and stops.

use std::collections::BTreeSet;

use super::History;
use super::download::Download;
use super::fate::Fates;
use super::links::{Link, shares};
use super::robot::{Class, Deployment, Ending, Robot};
use super::walk::{Finish, Walk};
use rollcast::model::{FailureCode, Instant, Ms, WatchEnd};
use rollcast::model::{NEVER, Stage};
use rollcast::rollout::{Breach, EndedBy, OnStop, Pacing, RoboMaker, Rounding};
use rollcast::sim::HealingEnd;

/// Something that happens to one robot, unless it has ended before. A robot that ends at the moment of its timeout has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// It looks what there is to do; it may be woken for nothing.
    Wakes,
    TimesOut,
}

/// What rules may say beyond a window and one threshold.
#[derive(Clone, Debug)]
pub struct Beyond {
    /// At most so many turns in each interval [ms].
    pub rate: Option<(usize, Ms)>,
    /// Whether a robot that cannot be contacted waits without a slot.
    pub queues: bool,
    /// Numbers of failures that stop the job, looked at in this order, with what becomes of robots in flight.
    pub stops: Vec<(usize, OnStop)>,
    /// Whether nothing ends at the deadline, but nobody is watched any longer.
    pub stays_open: bool,
}

impl Beyond {
    /// Nothing but the threshold of rules.
    pub fn nothing(rules: &RoboMaker, n: usize) -> Beyond {
        let breached = |failed: &usize| {
            let (failures, limit) = (
                failed * 100,
                usize::from(rules.failure_threshold_percentage) * n,
            );
            match rules.breach {
                Breach::Reach => failures >= limit,
                Breach::Exceed => failures > limit,
            }
        };
        let failures = (1..=n).find(breached).unwrap_or(n + 1);
        Beyond {
            rate: None,
            queues: false,
            stops: vec![(failures, rules.on_stop)],
            stays_open: false,
        }
    }
}

/// The state of a job.
struct Job<'p, 'r> {
    rules: &'r RoboMaker,
    beyond: &'r Beyond,
    job_start: Ms,
    /// When further robots get their turn [ms].
    tick: Option<Ms>,
    /// The robots that wait without a slot, by place in the start order.
    queued: BTreeSet<usize>,
    window: usize,
    watch: WatchEnd,
    /// How and when the job ends if nothing else ends it.
    deadline: (EndedBy, Ms),
    /// In start order.
    robots: Vec<Robot<'p>>,
    links: Vec<Link>,
    /// Robots that had their turn.
    turns: usize,
    in_flight: usize,
    failed: usize,
    /// The robots in the middle of a download, by place in the start order.
    downloading: BTreeSet<usize>,
    /// By time, then by place in the start order.
    agenda: BTreeSet<(Ms, usize, Event)>,
    /// How and when the job ended.
    ended: Option<(EndedBy, Ms)>,
    /// When a deployment, or the job, ended last.
    last_end: Ms,
}

/// Plays a job whose robots start in the given `order`; `job_fault` is what strikes it while it prepares.
pub fn play<'p>(
    fates: &Fates<'p>,
    order: &[u32],
    rules: &RoboMaker,
    job_fault: Option<FailureCode>,
) -> History<'p> {
    play_beyond(
        fates,
        order,
        rules,
        &Beyond::nothing(rules, order.len()),
        job_fault,
    )
}

/// The same under rules that say more.
pub fn play_beyond<'p>(
    fates: &Fates<'p>,
    order: &[u32],
    rules: &RoboMaker,
    beyond: &Beyond,
    job_fault: Option<FailureCode>,
) -> History<'p> {
    let robots: Vec<Robot<'p>> = order
        .iter()
        .map(|robot| Robot::new(*robot, &fates.robots[*robot as usize]))
        .collect();
    let links = fates
        .capacities
        .iter()
        .map(|capacity| Link {
            capacity: *capacity,
            ..Link::default()
        })
        .collect();
    let deadline = match rules.cancel {
        _ if beyond.stays_open => (EndedBy::Never, rules.fleet_timeout),
        Some(cancel) if cancel <= rules.fleet_timeout => (EndedBy::Cancel, cancel),
        _ => (RoboMaker::FLEET_TIMEOUT, rules.fleet_timeout),
    };
    if deadline.1 < fates.job_start {
        let (ended_by, job_end) = deadline;
        return History {
            robots,
            links,
            ended_by,
            job_end,
            watch_end: job_end,
            waiting: 0,
        };
    }
    if let Some(code) = job_fault {
        let job_end = fates.job_start;
        return History {
            robots,
            links,
            ended_by: RoboMaker::job_fault(code),
            job_end,
            watch_end: job_end,
            waiting: 0,
        };
    }
    let job = Job {
        rules,
        beyond,
        job_start: fates.job_start,
        tick: beyond.rate.map(|(_, every)| fates.job_start + every),
        queued: BTreeSet::new(),
        window: window(rules, robots.len()),
        watch: fates.watch,
        deadline,
        robots,
        links,
        turns: 0,
        in_flight: 0,
        failed: 0,
        downloading: BTreeSet::new(),
        agenda: BTreeSet::new(),
        ended: None,
        last_end: 0,
    };
    job.run(fates.job_start)
}

/// The most robots that make up no more than the percentage of the fleet, or the fewest that make up no less; at least one.
fn window(rules: &RoboMaker, n: usize) -> usize {
    let percent = usize::from(rules.concurrent_deployment_percentage);
    let window = match rules.rounding {
        Rounding::Floor => (0..=n).rfind(|robots| robots * 100 <= n * percent),
        Rounding::Ceil => (0..=n).find(|robots| robots * 100 >= n * percent),
    };
    window.unwrap().max(1)
}

impl<'p> Job<'p, '_> {
    /// From instant to instant: rates hold in between; what happens at an instant happens one robot after another.
    fn run(mut self, job_start: Ms) -> History<'p> {
        let mut now = job_start;
        self.fill_slots(now);
        self.share_links();
        while let Some(instant) = self.next_instant() {
            self.receive(now, instant);
            now = instant;
            self.happen(now);
            self.share_links();
        }
        let watch_end = self.watch_end().expect("a job that ends");
        self.receive(now, watch_end);
        let (ended_by, job_end) = self.ended.expect("a job that ends");
        let waiting = self
            .robots
            .iter()
            .filter(|robot| robot.deployment.is_none())
            .count();
        History {
            robots: self.robots,
            links: self.links,
            ended_by,
            job_end,
            watch_end,
            waiting: if ended_by == EndedBy::Never {
                waiting
            } else {
                0
            },
        }
    }

    /// The next time at which anything can happen, until nobody watches any more.
    fn next_instant(&self) -> Option<Ms> {
        let event = self.agenda.first().map(|(time, ..)| *time);
        let completions = self
            .downloading
            .iter()
            .filter_map(|place| self.download(*place).completes_at());
        let deadline = self.ended.is_none().then_some(self.deadline.1);
        let tick = self
            .tick
            .filter(|_| self.ended.is_none() && self.turns < self.robots.len());
        let instant = completions.chain(event).chain(deadline).chain(tick).min()?;
        self.watch_end()
            .is_none_or(|end| instant <= end)
            .then_some(instant)
    }

    /// Until when robots are watched, once the job has drained.
    fn watch_end(&self) -> Option<Ms> {
        let over = self.ended.is_some() && self.in_flight == 0;
        over.then_some(match self.watch {
            WatchEnd::AtLeast(time) if time.ms() > self.last_end => time.ms(),
            WatchEnd::AtLeast(_) => self.last_end,
            WatchEnd::AfterDrained(wait) => self.last_end + wait,
        })
    }

    fn download(&self, place: usize) -> &Download {
        self.robots[place]
            .download()
            .expect("the robot is in the middle of a download")
    }

    fn download_mut(&mut self, place: usize) -> &mut Download {
        self.robots[place]
            .download_mut()
            .expect("the robot is in the middle of a download")
    }

    /// The robots that are online and download over a link, or over none.
    fn online_on(&self, link: Option<usize>) -> Vec<usize> {
        let on_it =
            |place: &usize| self.robots[*place].fate.link == link && self.download(*place).online;
        self.downloading.iter().copied().filter(on_it).collect()
    }

    /// Lets downloads run on; robots whose download is complete then wake.
    fn receive(&mut self, from: Ms, to: Ms) {
        for link in 0..self.links.len() {
            let places = self.online_on(Some(link));
            let rates: Vec<(u128, u128)> = places
                .iter()
                .map(|place| self.download(*place))
                .map(|download| (download.rate, download.cap))
                .collect();
            self.links[link].lasts(from, to, &rates);
        }
        for place in self.downloading.clone() {
            let received = self.download_mut(place).receive_until(to);
            if self.download(place).complete() {
                self.agenda.insert((to, place, Event::Wakes));
            }
            if let Some(link) = self.robots[place].fate.link {
                self.links[link].carried += received;
            }
        }
    }

    /// Shares out each link among those that are online and download over it. Without a link a robot has its own rate.
    fn share_links(&mut self) {
        for place in self.online_on(None) {
            let download = self.download_mut(place);
            download.rate = download.cap;
        }
        for link in 0..self.links.len() {
            let places = self.online_on(Some(link));
            let caps: Vec<u128> = places
                .iter()
                .map(|place| self.download(*place).cap)
                .collect();
            for (place, rate) in places
                .into_iter()
                .zip(shares(self.links[link].capacity, &caps))
            {
                self.download_mut(place).rate = rate;
            }
        }
    }

    fn happen(&mut self, now: Ms) {
        while let Some((_, place, event)) = self
            .agenda
            .first()
            .copied()
            .filter(|(time, ..)| *time == now)
        {
            self.agenda.pop_first();
            if self.queued.contains(&place) {
                self.look_for(place, now);
                continue;
            }
            match (event, self.robots[place].in_flight()) {
                (Event::Wakes, true) => self.wake(place, now),
                (Event::Wakes, false) => self.wake_in_healing(place, now),
                (Event::TimesOut, true) => self.time_out(place, now),
                (Event::TimesOut, false) => {}
            }
        }
        if self.tick == Some(now) {
            self.tick = self.beyond.rate.map(|(_, every)| now + every);
            if self.ended.is_none() {
                self.fill_slots(now);
                // Robots that start now may do something now.
                return self.happen(now);
            }
        }
        let (ended_by, deadline) = self.deadline;
        if self.ended.is_none() && now == deadline {
            match self.beyond.stays_open {
                true => self.stay_open(now),
                false => self.stop(ended_by, self.beyond.stops[0].1, now),
            }
        }
    }

    /// Starts robots while there are free slots. In batches, there are none until all are free.
    fn fill_slots(&mut self, now: Ms) {
        if self.rules.pacing == Pacing::Batches && self.in_flight > 0 {
            return;
        }
        // Robots without a slot take none: how many get their turn is known before the first does.
        let free = self.window.saturating_sub(self.in_flight);
        let allowed = self.beyond.rate.map_or(usize::MAX, |(robots, every)| {
            let intervals = ((now - self.job_start) / every) as usize + 1;
            (intervals * robots).saturating_sub(self.turns)
        });
        for _ in 0..free.min(allowed).min(self.robots.len() - self.turns) {
            let place = self.turns;
            self.turns += 1;
            let is_refused =
                self.robots[place].fate.draws.mishap[Stage::CloudCheck as usize].is_some();
            if self.beyond.queues && !is_refused {
                self.queued.insert(place);
                self.look_for(place, now);
            } else {
                self.start(place, now);
            }
        }
    }

    /// Starts a robot that waits without a slot, if it can be contacted; else looks again when that may be so.
    fn look_for(&mut self, place: usize, now: Ms) {
        let fate = &self.robots[place].fate;
        let spell = fate.path.spell_at(now);
        if spell.online && fate.open_at(now) {
            self.queued.remove(&place);
            self.start(place, now);
            return;
        }
        let again = if spell.online {
            fate.opens_after(now)
        } else {
            Some(spell.until)
        };
        self.agenda.extend(
            again
                .filter(|time| *time < NEVER)
                .map(|time| (time, place, Event::Wakes)),
        );
    }

    fn start(&mut self, place: usize, now: Ms) {
        self.in_flight += 1;
        let robot = &mut self.robots[place];
        let walk = Walk::begin(&robot.fate, Stage::CloudCheck, now);
        self.agenda
            .extend(walk.wakes(now).map(|time| (time, place, Event::Wakes)));
        self.agenda.insert((
            now + self.rules.robot_deployment_timeout,
            place,
            Event::TimesOut,
        ));
        robot.deployment = Some(Deployment {
            start: now,
            walk,
            ending: None,
        });
        self.note_download(place);
    }

    /// Takes note of whether a robot is in the middle of a download, whenever it has done something.
    fn note_download(&mut self, place: usize) {
        if self.robots[place].download().is_some() {
            self.downloading.insert(place);
        } else {
            self.downloading.remove(&place);
        }
    }

    fn wake(&mut self, place: usize, now: Ms) {
        let walk = &mut self.robots[place].deployment_mut().walk;
        walk.go_on(now);
        let ending = |class, code| Ending {
            time: now,
            class,
            code,
            timed_out: false,
        };
        match walk.finish(now) {
            Some(Finish::Updated) => self.end(place, ending(Class::Updated, None)),
            Some(Finish::Fails(code)) => self.end(place, ending(Class::Failed, Some(code))),
            None => self
                .agenda
                .extend(walk.wakes(now).map(|time| (time, place, Event::Wakes))),
        }
        self.note_download(place);
    }

    /// A robot that is offline at its timeout is silent, and left to itself.
    fn time_out(&mut self, place: usize, now: Ms) {
        let silent = !self.robots[place].fate.path.online_at(now);
        let code = if silent {
            FailureCode::RobotDeploymentNoResponse
        } else {
            FailureCode::RobotDeploymentAborted
        };
        self.end(
            place,
            Ending {
                time: now,
                class: Class::Failed,
                code: Some(code),
                timed_out: true,
            },
        );
        if silent {
            let robot = &mut self.robots[place];
            let walk = Walk::begin(&robot.fate, Stage::Contact, now);
            self.agenda
                .extend(walk.wakes(now).map(|time| (time, place, Event::Wakes)));
            robot.healing = Some(walk);
        }
        self.note_download(place);
    }

    fn wake_in_healing(&mut self, place: usize, now: Ms) {
        let robot = &mut self.robots[place];
        let Some(walk) = robot.healing.as_mut().filter(|_| robot.healed.is_none()) else {
            return;
        };
        walk.go_on(now);
        match walk.finish(now) {
            Some(finish) => {
                robot.healed = Some(HealingEnd {
                    time: Instant::at(now),
                    updated: finish == Finish::Updated,
                });
            }
            None => self
                .agenda
                .extend(walk.wakes(now).map(|time| (time, place, Event::Wakes))),
        }
        self.note_download(place);
    }

    /// Takes note of an end. While the job goes on, a failure may stop it; if none does, the slot is filled again.
    fn end(&mut self, place: usize, ending: Ending) {
        self.robots[place].end(ending);
        self.in_flight -= 1;
        self.last_end = ending.time;
        if self.ended.is_some() {
            return;
        }
        if ending.class == Class::Failed {
            self.failed += 1;
            if let Some((_, on_stop)) = self
                .beyond
                .stops
                .iter()
                .find(|(failures, _)| self.failed >= *failures)
            {
                self.stop(RoboMaker::BREACH, *on_stop, ending.time);
                return;
            }
        }
        self.fill_slots(ending.time);
        if self.in_flight == 0 && self.queued.is_empty() && self.turns == self.robots.len() {
            self.ended = Some((EndedBy::Success, ending.time));
        }
    }

    fn stop(&mut self, ended_by: EndedBy, on_stop: OnStop, now: Ms) {
        self.ended = Some((ended_by, now));
        self.last_end = now;
        self.queued.clear();
        if on_stop == OnStop::Abort {
            let code = Some(FailureCode::RobotDeploymentAborted);
            self.cut_all(Ending {
                time: now,
                class: Class::Aborted,
                code,
                timed_out: false,
            });
        }
    }

    /// Nobody is watched any longer.
    fn stay_open(&mut self, now: Ms) {
        self.ended = Some((EndedBy::Never, now));
        self.last_end = now;
        self.watch = WatchEnd::AtLeast(Instant::CREATION);
        self.cut_all(Ending {
            time: now,
            class: Class::Open,
            code: None,
            timed_out: false,
        });
    }

    fn cut_all(&mut self, ending: Ending) {
        for place in 0..self.turns {
            if self.robots[place].in_flight() {
                self.cut(place, ending);
            }
        }
    }

    /// Cuts a robot. Where a stage is over at this very moment, the robot is in the next one already.
    fn cut(&mut self, place: usize, ending: Ending) {
        self.robots[place].deployment_mut().walk.go_on(ending.time);
        self.robots[place].end(ending);
        self.in_flight -= 1;
        self.note_download(place);
    }
}
