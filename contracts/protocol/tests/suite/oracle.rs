//! A second opinion: reads the records only, keeps no cell, knows the default rows from section 4 of the protocol.

use greatseal_protocol::{
    action::{Action, Economics, Scope},
    bytes::IncidentId,
    command::{Decision, ProposalId},
    council::{Council, SeatId},
    digest,
    event::{Cause, Event, Opened, Record},
    row::RowId,
    scale::Encode,
};
use std::collections::BTreeMap;

/// The specification's table, written down a second time: m, minima, delay, protective, needs an escalation.
struct Rule {
    m: usize,
    minima: &'static [(Council, usize)],
    size: &'static [(Council, usize)],
    delay: u64,
    blockable: bool,
    escalation: bool,
}

fn rule(row: RowId) -> Rule {
    use Council::{Emergency, Sovereign, Treasury};
    let money: &[_] = &[(Sovereign, 1), (Treasury, 1)];
    let both: &[_] = &[(Sovereign, 3), (Treasury, 2)];
    let (m, minima, size, delay, blockable, escalation): (_, &[_], &[_], _, _, _) = match row.0 {
        5 => (2, &[(Emergency, 2)], &[(Emergency, 3)], 0, false, false),
        10 => (2, &[(Sovereign, 2)], &[(Sovereign, 3)], 0, false, false),
        12 => (3, money, both, 3_600, true, true),
        14 => (3, money, both, 0, false, false),
        other => panic!("no row {other}"),
    };
    Rule { m, minima, size, delay, blockable, escalation }
}

struct Life {
    opened: Opened,
    decisions: BTreeMap<SeatId, Decision>,
    quorum_since: Option<u64>,
    over: bool,
}

impl Life {
    fn count(&self, council: Council, decision: Decision) -> usize {
        self.decisions.iter().filter(|(seat, given)| seat.council == council && **given == decision).count()
    }

    fn quorum(&self) -> bool {
        let rule = rule(self.opened.row);
        let minima = rule.minima.iter().all(|(council, k)| self.count(*council, Decision::Approve) >= *k);
        let total: usize = rule.minima.iter().map(|(council, _)| self.count(*council, Decision::Approve)).sum();
        minima && total >= rule.m
    }

    fn hopeless(&self) -> bool {
        let rule = rule(self.opened.row);
        let left = |council: Council, n: usize| n - self.count(council, Decision::Reject);
        let total: usize = rule.size.iter().map(|(council, n)| left(*council, *n)).sum();
        let short = rule.minima.iter().zip(rule.size).any(|((_, k), (council, n))| left(*council, *n) < *k);
        total < rule.m || short
    }
}

/// What the records say, rule by rule. Panics where they could not have come about.
#[derive(Default)]
pub(crate) struct Oracle {
    lives: BTreeMap<ProposalId, Life>,
    pauses: BTreeMap<Scope, (u64, IncidentId)>,
    /// By route: when, unless it was used up.
    escalations: BTreeMap<u32, Option<u64>>,
    route: Option<(u32, Economics)>,
    nonces: BTreeMap<SeatId, u64>,
    pub(crate) executed: usize,
}

impl Oracle {
    pub(crate) fn read(records: &[Record]) -> Self {
        let mut oracle = Self::default();
        for (at, record) in records.iter().enumerate() {
            assert_eq!(record.seq, u64::try_from(at).unwrap(), "seq is contiguous");
            oracle.record(record, records.get(at + 1));
        }
        oracle
    }

    fn record(&mut self, record: &Record, next: Option<&Record>) {
        match &record.event {
            Event::Deployed { .. } => {}
            Event::Refused { refusal } => {
                assert!(![106, 107].contains(&refusal.code()), "an envelope out of its time leaves no record");
            }
            Event::Opened(opened) => self.opened(opened, record),
            Event::Decided { id, seat, decision, quorum } => {
                let life = self.live(*id);
                let before = life.decisions.insert(*seat, *decision);
                let grows = before.is_none() || (before, *decision) == (Some(Decision::Approve), Decision::Reject);
                assert!(grows, "a decision only grows: {before:?} to {decision:?}");
                assert!(*decision == Decision::Reject || record.at < life.opened.approve_by, "approved too late");
                let stood = life.quorum_since;
                assert_eq!(*quorum, life.quorum(), "quorum of {id} by {:?}", life.decisions);
                life.quorum_since = quorum.then(|| stood.unwrap_or(record.at));
                let (reached, rejected) = (*quorum && stood.is_none(), life.hopeless());
                let next = next.map(|next| &next.event);
                assert_eq!(matches!(next, Some(Event::QuorumReached { id: it, .. }) if it == id), reached);
                assert_eq!(
                    matches!(next, Some(Event::Rejected { id: it, cause: Cause::Decisions }) if it == id),
                    rejected
                );
            }
            Event::QuorumReached { id, eta, execute_by } => {
                let life = self.live(*id);
                assert_eq!(*eta, record.at + rule(life.opened.row).delay);
                assert_eq!(*execute_by, eta + u64::from(life.opened.window));
            }
            Event::Cancelled { id } => {
                let life = self.live(*id);
                assert!(!life.quorum() && record.actor.is_some());
                life.over = true;
            }
            Event::Rejected { id, .. } => self.live(*id).over = true,
            Event::Executed { id, action, .. } => self.executed(*id, action.0, record.at),
            Event::Paused { pause, until, .. } => {
                let running = self.pauses.get(&pause.scope).map_or(0, |(until, _)| *until);
                assert_eq!(*until, running.max(record.at + u64::from(pause.seconds)));
                // A pause that runs keeps its name however it is prolonged.
                let running = self.pauses.get(&pause.scope).filter(|(until, _)| record.at < *until);
                let incident = running.map_or(pause.incident, |(_, incident)| *incident);
                self.pauses.insert(pause.scope, (*until, incident));
            }
            Event::Lifted { scope, .. } => {
                assert!(self.paused(*scope, record.at), "lifted what was not paused");
                self.pauses.entry(*scope).and_modify(|pause| pause.0 = record.at);
            }
            Event::Escalated { seat, scope, nonce, .. } => {
                assert!(matches!(seat.council, Council::Operator | Council::Auditor));
                self.nonce(*seat, *nonce);
                let Scope::Route(route) = scope else { panic!("looked at {scope}") };
                self.escalations.insert(*route, Some(record.at));
            }
            Event::RouteChanged { route, version, economics, .. } => {
                if *route == 1 {
                    assert_eq!(*version, self.route.map_or(1, |(version, _)| version + 1));
                    self.route = Some((*version, *economics));
                }
            }
        }
    }

    fn opened(&mut self, opened: &Opened, record: &Record) {
        self.nonce(opened.id.author, opened.nonce);
        assert!(opened.id.slot < 4);
        assert!(self.lives.keys().all(|id| id.serial < opened.id.serial), "a serial is never given twice");
        let occupied = |id: &ProposalId| (id.author, id.slot) == (opened.id.author, opened.id.slot);
        for life in self.lives.iter().filter(|(id, _)| occupied(id)).map(|(_, life)| life) {
            assert!(life.over, "a slot is given away only after the record says how its proposal ended");
        }
        let rule = rule(opened.row);
        assert!(rule.minima.iter().any(|(council, _)| *council == opened.id.author.council));
        assert_eq!(u64::from(opened.delay), rule.delay);
        assert!(opened.approve_by > record.at);
        let (decisions, quorum_since, over) = (BTreeMap::new(), None, false);
        self.lives.insert(opened.id, Life { opened: opened.clone(), decisions, quorum_since, over });
    }

    fn executed(&mut self, id: ProposalId, hash: [u8; 32], at: u64) {
        let (everything, route) = (self.paused(Scope::Everything, at), self.paused(Scope::Route(1), at));
        let life = self.live(id);
        let rule = rule(life.opened.row);
        assert!(life.quorum(), "executed without a quorum");
        let since = life.quorum_since.unwrap();
        let window = u64::from(life.opened.window);
        assert!((since + rule.delay..since + rule.delay + window).contains(&at), "executed outside its time");
        assert_eq!(hash, digest::sha256(&[&[3], &life.opened.action.encode()]), "another action");
        life.over = true;
        assert!(!(rule.blockable && (everything || route)), "executed though paused");
        if rule.escalation {
            let record = self.escalations.get_mut(&1).and_then(Option::take);
            assert!(record.is_some_and(|given| at < given + 7 * 86_400), "loosened without an escalation");
        }
        let life = &self.lives[&id];
        if let Action::SetRoute(change) = &life.opened.action
            && change.route == 1
        {
            let now = self.route.map(|(version, economics)| digest::sha256(&[&[5], &(version, economics).encode()]));
            assert_eq!(change.previous.map(|hash| hash.0), now, "built on another value");
        }
        if let Action::Lift { scope, incident } = &life.opened.action {
            assert_eq!(self.pauses[scope].1, *incident, "lifted another incident's pause");
        }
        self.executed += 1;
    }

    /// Over is over: executed, cancelled or rejected once.
    fn live(&mut self, id: ProposalId) -> &mut Life {
        let life = self.lives.get_mut(&id).expect("a proposal that was opened");
        assert!(!life.over, "{id} was over");
        life
    }

    fn paused(&self, scope: Scope, at: u64) -> bool {
        self.pauses.get(&scope).is_some_and(|(until, _)| at < *until)
    }

    fn nonce(&mut self, seat: SeatId, nonce: u64) {
        let before = self.nonces.insert(seat, nonce);
        assert!(before.unwrap_or(0) < nonce, "a nonce works once");
    }
}
