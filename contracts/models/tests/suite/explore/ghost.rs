//! A second opinion: hears the events, reads no cell, and counts by sections 6 to 8 of the protocol.

use super::life::{Fate, Life};
use greatseal_models::town::DAY;
use greatseal_protocol::{
    council::{Council, SeatId, Suspender},
    event::Event,
    genesis::{Genesis, Profile},
    key::Key,
    language::{council, emergency, policy, proposal},
    proposal::Cause,
    proposal_id::Decision,
    row::{Row, RowId},
    scope::{Mode, Scope},
};
use std::{collections::BTreeMap, sync::Arc};

/// Rows that a pause blocks; all others are never blocked (section 7).
const BLOCKED: [u8; 12] = [1, 2, 3, 4, 12, 13, 16, 17, 18, 19, 20, 21];
/// Rows that protect: proposals survive one epoch.
const PROTECTIVE: [u8; 8] = [5, 6, 7, 8, 9, 14, 15, 22];
const RECOVER: [u8; 2] = [36, 37];
/// Most seconds of emergency in seven days, and of one pause: standard, micronode.
const CAPS: [(u64, u64); 2] = [(4 * 3_600, 3_600), (2 * 3_600, 1_800)];

#[derive(Clone, Debug)]
pub(crate) struct Sitting {
    pub(crate) key: Key,
    pub(crate) accepted: Option<u64>,
    pub(crate) since: u32,
    pub(crate) valid_until: u64,
    pub(crate) suspended_until: u64,
    /// Epoch in which the Emergency council set it aside.
    pub(crate) set_aside_in: Option<u32>,
    pub(crate) by: Option<Suspender>,
}

/// A stretch of time in which something is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) scope: Scope,
    pub(crate) from: u64,
    pub(crate) until: u64,
    pub(crate) capped: bool,
    /// What it stops: whatever can be blocked, or only what loosens.
    pub(crate) mode: Option<Mode>,
    /// Whether it was ended early.
    pub(crate) cut: bool,
}

impl Stop {
    /// Whether another prolongs it.
    pub(crate) fn goes_on_in(&self, next: &Self) -> bool {
        self.until == next.from && self.scope == next.scope && self.mode.is_some() == next.mode.is_some()
    }

    /// When the rules have certainly forgotten its use: nine buckets after its planned end.
    pub(crate) fn forgotten(&self) -> u64 {
        let bucket = 7 * DAY / 8;
        (self.until / bucket + 9) * bucket
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Ghost {
    micronode: bool,
    pub(crate) seats: Arc<BTreeMap<SeatId, Sitting>>,
    pub(crate) epochs: BTreeMap<Council, u32>,
    pub(crate) rows: Arc<BTreeMap<u8, Row>>,
    pub(crate) lives: Vec<Life>,
    pub(crate) stops: Vec<Stop>,
    /// Scopes whose review is owed, and whether the Sovereign consents to the next pause.
    pub(crate) owed: Vec<(Scope, bool)>,
    pub(crate) reviewed: u8,
    pub(crate) consents_used: u8,
    pub(crate) reinstated: u8,
}

impl Ghost {
    pub(crate) fn new(genesis: &Genesis) -> Self {
        let sitting = |seat: &greatseal_protocol::genesis::NewSeat| Sitting {
            key: seat.key,
            accepted: Some(0),
            since: 0,
            valid_until: seat.valid_until,
            suspended_until: 0,
            set_aside_in: None,
            by: None,
        };
        Self {
            micronode: matches!(genesis.profile, Profile::Micronode { .. }),
            seats: Arc::new(genesis.seats().map(|(id, seat)| (id, sitting(seat))).collect()),
            epochs: genesis.councils.iter().map(|entry| (entry.council, 0)).collect(),
            rows: Arc::new(genesis.rows.iter().map(|row| (row.id.0, row.clone())).collect()),
            lives: Vec::new(),
            stops: Vec::new(),
            owed: Vec::new(),
            reviewed: 0,
            consents_used: 0,
            reinstated: 0,
        }
    }

    /// Seats whose approval counts: there, with the same key, since before the proposal, active, not set aside.
    fn counted(&self, life: &Life, council: Council, epoch: u32, now: u64) -> usize {
        let moved = self.epochs[&council] - epoch;
        let survives = RECOVER.contains(&life.row.0) || moved <= u32::from(PROTECTIVE.contains(&life.row.0));
        let counts = |id: &SeatId, seat: &Sitting| {
            let there = seat.accepted.is_some_and(|at| at < now) && now >= seat.suspended_until;
            id.council == council && there && seat.since <= epoch && life.approved_by(*id, seat.key)
        };
        self.seats.iter().filter(|(id, seat)| survives && counts(id, seat)).count()
    }

    pub(crate) fn quorum(&self, life: &Life, now: u64) -> bool {
        let row = &self.rows[&life.row.0];
        let counted = |council, epoch| self.counted(life, council, epoch, now);
        let minima =
            life.epochs.iter().all(|(council, epoch)| counted(*council, *epoch) >= row.minima.of(*council).into());
        let all: usize = life.epochs.iter().map(|(council, epoch)| counted(*council, *epoch)).sum();
        minima && all >= row.m.into()
    }

    pub(crate) fn stale(&self, life: &Life) -> bool {
        let moved = life.epochs.iter().any(|(council, epoch)| self.epochs[council] != *epoch);
        let survives = PROTECTIVE.contains(&life.row.0) || RECOVER.contains(&life.row.0);
        self.rows[&life.row.0].version != life.row_version || moved && !survives
    }

    /// Time goes on: quorums come and go with suspensions.
    pub(crate) fn passed(&mut self, now: u64) {
        for at in 0..self.lives.len() {
            let stands = self.quorum(&self.lives[at], now);
            let life = &mut self.lives[at];
            life.lost |= life.quorum_since.is_some() && !stands;
            life.quorum_since = stands.then(|| life.quorum_since.unwrap_or(now));
        }
        // What no longer counts against any cap is forgotten.
        self.stops.retain(|stop| now < stop.forgotten());
    }

    /// Whether a pause is in the way of an ordinary row of this scope.
    pub(crate) fn blocked(&self, scope: Scope, now: u64) -> bool {
        self.stops.iter().any(|stop| {
            let overlaps = stop.scope == Scope::Everything || stop.scope == scope;
            overlaps && (stop.from..stop.until).contains(&now)
        })
    }

    /// Seconds of the seven days before `at` that the Emergency council stopped a scope, each second once.
    pub(crate) fn emergency_seconds(&self, scope: Scope, at: u64) -> u64 {
        let overlaps = |stop: &&Stop| {
            let single = matches!(stop.scope, Scope::Account(_));
            stop.capped && !single && (scope == Scope::Everything || [scope, Scope::Everything].contains(&stop.scope))
        };
        let mut stretches: Vec<(u64, u64)> = self
            .stops
            .iter()
            .filter(overlaps)
            .map(|stop| (stop.from.max(at.saturating_sub(7 * DAY)), stop.until.min(at)))
            .filter(|(from, until)| from < until)
            .collect();
        stretches.sort_unstable();
        let (mut sum, mut end) = (0, 0);
        for (from, until) in stretches {
            sum += until.saturating_sub(from.max(end));
            end = end.max(until);
        }
        sum
    }

    /// Takes in what a command caused; says what may not be.
    pub(crate) fn heard(&mut self, now: u64, who: SeatId, key: Key, events: &[Event]) -> Option<String> {
        let mut broken = None;
        for event in events {
            let wrong = self.event(now, who, key, event);
            broken = broken.or(wrong.map(|wrong| format!("{wrong}: {event:?}")));
        }
        self.passed(now);
        broken
    }

    fn event(&mut self, now: u64, who: SeatId, key: Key, event: &Event) -> Option<&'static str> {
        if let Some(id) = event.proposal()
            && !matches!(event, Event::Proposal(proposal::Event::Opened(_)))
            && let Some(at) = self.lives.iter().position(|life| life.id == id)
        {
            return self.about(now, at, who, key, event);
        }
        match event {
            Event::Proposal(proposal::Event::Opened(opened)) => self.lives.push(Life {
                plan: "",
                id: opened.id,
                digest: opened.digest,
                row: opened.row,
                row_version: opened.row_version,
                epochs: opened.epochs.clone(),
                action: opened.action.clone(),
                opened_at: now,
                approve_by: opened.approve_by,
                delay: opened.delay,
                window: opened.window,
                decisions: BTreeMap::new(),
                vetoes: BTreeMap::new(),
                quorum_since: None,
                called_at: None,
                lost: false,
                fate: Fate::Live,
            }),
            Event::Council(council::Event::SeatAccepted { seat, .. }) => self.sitting(*seat).accepted = Some(now),
            Event::Council(council::Event::SeatSuspended { seat, by, until, .. }) => {
                return self.suspended(now, *seat, *by, *until);
            }
            Event::Emergency(emergency::Event::ReviewFiled { scope, .. }) if self.blocked_exactly(*scope, now) => {
                return Some("reviewed while it runs");
            }
            Event::Emergency(emergency::Event::ReviewAttested { scope, .. }) => {
                self.owed.retain(|(owed, _)| owed != scope);
                self.reviewed += 1;
            }
            _ => {}
        }
        None
    }

    fn about(&mut self, now: u64, at: usize, who: SeatId, key: Key, event: &Event) -> Option<&'static str> {
        let over = self.lives[at].fate != Fate::Live;
        let stale = self.stale(&self.lives[at]);
        let life = &mut self.lives[at];
        match event {
            Event::Proposal(proposal::Event::Decided { seat, decision, .. }) => {
                let grows = match life.decisions.get(seat) {
                    Some((_, Decision::Reject)) => false,
                    Some((before, Decision::Approve)) => *decision == Decision::Reject || *before == key,
                    None => true,
                };
                let late = *decision == Decision::Approve && now >= life.approve_by;
                life.decisions.insert(*seat, (key, *decision));
                let wrong = over || stale || late || !grows || *seat != who;
                wrong.then_some("decided what was over, too late or again")
            }
            Event::Proposal(proposal::Event::QuorumReached { .. }) => {
                life.called_at = Some(now);
                let stands = self.quorum(&self.lives[at], now);
                (!stands || over).then_some("a quorum that does not stand")
            }
            Event::Proposal(proposal::Event::Cancelled { .. }) => {
                life.fate = Fate::Cancelled;
                let wrong = over || life.quorum_since.is_some() || who != life.id.author;
                wrong.then_some("cancelled by another, or after its quorum")
            }
            Event::Proposal(proposal::Event::Vetoed { seat, .. }) => {
                life.vetoes.insert(*seat, key);
                over.then_some("vetoed what was over")
            }
            Event::Proposal(proposal::Event::Rejected { cause, .. }) => {
                life.fate = match cause {
                    Cause::Decisions => Fate::Rejected,
                    Cause::Veto => Fate::Vetoed,
                    _ => Fate::Ended,
                };
                over.then_some("rejected what was over")
            }
            Event::Proposal(proposal::Event::Executed { .. }) => self.executed(now, at),
            Event::Emergency(emergency::Event::Paused { pause, until, capped, .. }) => {
                self.stop(now, pause.scope, *until, *capped, None)
            }
            Event::Emergency(emergency::Event::ModeChanged { set: Some(set), until, capped, .. }) => {
                self.stop(now, Scope::Everything, *until, *capped, Some(set.mode))
            }
            Event::Emergency(emergency::Event::Lifted { scope, .. }) => {
                self.cut(now, |stop| stop.mode.is_none() && stop.scope == *scope)
            }
            Event::Emergency(emergency::Event::ModeChanged { set: None, .. }) => {
                self.cut(now, |stop| stop.mode.is_some())
            }
            Event::Emergency(emergency::Event::OverrideUsed { scope, .. }) => {
                self.owed.iter_mut().filter(|(owed, _)| owed == scope).for_each(|(_, consent)| *consent = true);
                None
            }
            Event::Council(council::Event::SeatSuspended { seat, by, until, .. }) => {
                self.suspended(now, *seat, *by, *until)
            }
            Event::Council(council::Event::SeatReinstated { seat, .. }) => {
                self.reinstated += 1;
                self.sitting(*seat).suspended_until = now;
                None
            }
            Event::Council(council::Event::SeatReplaced { seat, new, epoch, .. }) => {
                let rises = *epoch == self.epochs[&seat.council] + 1;
                self.epochs.insert(seat.council, *epoch);
                *self.sitting(*seat) = Sitting {
                    key: new.key,
                    accepted: None,
                    since: *epoch,
                    valid_until: new.valid_until,
                    suspended_until: 0,
                    set_aside_in: None,
                    by: None,
                };
                (!rises).then_some("an epoch rises by one")
            }
            Event::Policy(policy::Event::RowChanged { row, .. }) => {
                let before = Arc::make_mut(&mut self.rows).insert(row.id.0, row.clone()).map_or(0, |row| row.version);
                (row.version != before + 1).then_some("a row's version rises by one")
            }
            _ => None,
        }
    }

    /// The heart: what must be true of an execution.
    fn executed(&mut self, now: u64, at: usize) -> Option<&'static str> {
        let life = &self.lives[at];
        let blockable = BLOCKED.contains(&life.row.0);
        let narrowed = self.blocked(life.action.scope(), now) && blockable;
        let wrong = match life.fate {
            Fate::Executed => Some("executed twice"),
            Fate::Cancelled | Fate::Rejected | Fate::Vetoed | Fate::Ended => Some("executed though it was over"),
            Fate::Live if self.stale(life) => Some("executed though stale"),
            Fate::Live if !self.quorum(life, now) => Some("executed without a quorum"),
            Fate::Live if life.eta().is_none_or(|eta| now < eta) => Some("executed before its delay was over"),
            Fate::Live if life.end().is_none_or(|end| now >= end) => Some("executed too late"),
            Fate::Live if narrowed => Some("executed while paused"),
            Fate::Live => None,
        };
        self.lives[at].fate = Fate::Executed;
        wrong
    }

    fn stop(&mut self, now: u64, scope: Scope, until: u64, capped: bool, mode: Option<Mode>) -> Option<&'static str> {
        let running = self.stops.iter().filter(|stop| {
            stop.scope == scope && stop.mode.is_some() == mode.is_some() && (stop.from..stop.until).contains(&now)
        });
        let running = running.map(|stop| stop.until).max();
        let from = running.unwrap_or(now);
        let overlapping = |other: Scope| [scope, other].contains(&Scope::Everything) || scope == other;
        let runs =
            |due: Scope| self.stops.iter().any(|stop| stop.scope == due && (stop.from..stop.until).contains(&now));
        let ended: Vec<Scope> =
            self.owed.iter().map(|(owed, _)| *owed).filter(|owed| overlapping(*owed) && !runs(*owed)).collect();
        if from < until {
            self.stops.push(Stop { scope, from, until, capped, mode, cut: false });
        } else if from > until {
            return Some("a pause was shortened");
        }
        // What adds nothing is not counted, and owes nothing.
        if !capped || from == until {
            return None;
        }
        let (most, each) = CAPS[usize::from(self.micronode)];
        let due = self.owed.iter().any(|(owed, consent)| ended.contains(owed) && !consent);
        // A consent is for one pause.
        for (_, consent) in self.owed.iter_mut().filter(|(owed, _)| running.is_none() && ended.contains(owed)) {
            self.consents_used += u8::from(*consent);
            *consent = false;
        }
        if self.owed.iter().all(|(owed, _)| *owed != scope) {
            self.owed.push((scope, false));
        }
        let everywhere = self.emergency_seconds(scope, until);
        match () {
            () if until - from > each && from == now => Some("one pause beyond its cap"),
            () if everywhere > most => Some("the emergency power beyond its cap"),
            () if running.is_none() && due => Some("paused again though the review is due"),
            () => None,
        }
    }

    fn cut(&mut self, now: u64, which: impl Fn(&Stop) -> bool) -> Option<&'static str> {
        let mut some = false;
        for stop in self.stops.iter_mut().filter(|stop| which(stop) && now < stop.until) {
            some = true;
            (stop.from, stop.until, stop.cut) = (stop.from.min(now), now, true);
        }
        (!some).then_some("lifted what was not paused")
    }

    fn blocked_exactly(&self, scope: Scope, now: u64) -> bool {
        self.stops.iter().any(|stop| stop.scope == scope && stop.capped && (stop.from..stop.until).contains(&now))
    }

    fn suspended(&mut self, now: u64, id: SeatId, by: Suspender, until: u64) -> Option<&'static str> {
        let epoch = self.epochs[&id.council];
        let another = self.seats.iter().any(|(other, seat)| {
            let emergency = seat.by == Some(Suspender::Emergency) && now < seat.suspended_until;
            other.council == id.council && *other != id && emergency
        });
        let seat = self.sitting(id);
        let again = seat.set_aside_in == Some(epoch);
        (seat.suspended_until, seat.by) = (until, Some(by));
        match by {
            Suspender::Emergency => {
                seat.set_aside_in = Some(epoch);
                let wrong = another || again || id.council == Council::Emergency || until > now + 7 * DAY;
                wrong.then_some("the Emergency council set more aside than it may")
            }
            Suspender::Sovereign => {
                (id.council == Council::Sovereign).then_some("the Sovereign set its own seat aside")
            }
            Suspender::Itself => None,
        }
    }

    fn sitting(&mut self, id: SeatId) -> &mut Sitting {
        Arc::make_mut(&mut self.seats).get_mut(&id).expect("a seat of this world")
    }

    /// Rows that a pause blocks.
    pub(crate) fn blockable(row: RowId) -> bool {
        BLOCKED.contains(&row.0)
    }
}
