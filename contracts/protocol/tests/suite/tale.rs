//! A random story told to a world: what each step says, and what came of it.

use crate::steps::{Plan, SEATS, Step};
use crate::world::{
    HOUR, INCIDENT, Opened, World, cancel, decide, economics, execute, execute_with, label, pause, pause_for, seal_for,
    seat, set_route, signer,
};
use greatseal_protocol::{
    action::{Action, Economics, Scope},
    bytes::{IncidentId, ReferenceHash},
    cells::{CellKey, Cells, Paused},
    command::{Capacity, Command, Decision, DeploymentLog, Execute, LIFE, Open, Order, PROTECTIVE_LIFE},
    council::SeatId,
    event::Event,
    proposal::Stage,
    submit::Outcome,
};
use proptest::sample::Index;

/// What has happened besides the records.
#[derive(Clone, Debug)]
pub(crate) struct Tale {
    pub(crate) world: World,
    pub(crate) proposals: Vec<Opened>,
    pub(crate) envelopes: Vec<Vec<u8>>,
    pub(crate) outcomes: Vec<(&'static str, Outcome)>,
}

impl Tale {
    pub(crate) fn new() -> Self {
        Self { world: World::new(), proposals: Vec::new(), envelopes: Vec::new(), outcomes: Vec::new() }
    }

    pub(crate) fn tell(mut self, steps: &[Step]) -> Self {
        steps.iter().for_each(|step| self.step(step));
        self
    }

    fn submit(&mut self, what: &'static str, bytes: Vec<u8>) {
        let outcome = self.world.submit(&bytes);
        if let Some(Event::Opened(opened)) = self.world.records.last().map(|record| &record.event)
            && self.proposals.iter().all(|proposal| proposal.id != opened.id)
        {
            let (id, digest, action) = (opened.id, opened.digest, opened.action.clone());
            self.proposals.push(Opened { id, digest, action });
        }
        self.envelopes.push(bytes);
        self.outcomes.push((what, outcome));
    }

    fn order(&mut self, what: &'static str, who: SeatId, order: Order) {
        let bytes = self.world.envelope(who, order);
        self.submit(what, bytes);
    }

    /// One of the last four proposals: older ones are mostly over.
    fn pick(&self, which: &Index) -> Option<Opened> {
        let recent = &self.proposals[self.proposals.len().saturating_sub(4)..];
        (!recent.is_empty()).then(|| which.get(recent).clone())
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Wait(seconds) => self.world.wait(u64::from(*seconds)),
            Step::Until(which, edge, offset) => self.until(which, *edge, *offset),
            Step::Storm(at, seconds) => {
                self.whole(["E2", "E0", "E1"], &pause_of(*at, *seconds));
            }
            Step::Calm(at) => self.whole(["S0", "S1", "S2"], &self.lift(*at)),
            Step::Open(who, plan, clocks) => self.open(who, plan, *clocks),
            Step::Push(which, seats) => (0..*seats).for_each(|_| self.push(which)),
            Step::Decide(who, which, decision) => {
                let Some(proposal) = self.pick(which) else { return };
                self.order("decide", seat(who.get::<&str>(&SEATS[..])), decide(&proposal, *decision));
            }
            Step::Cancel(which, author) => {
                let Some(proposal) = self.pick(which) else { return };
                let who = if *author { proposal.id.author } else { seat("S0") };
                self.order("cancel", who, cancel(&proposal));
            }
            Step::Execute(which, stranger, other) => self.execute(which, *stranger, *other),
            Step::Escalate(operator, route) => {
                let who = if *operator { "O0" } else { "A1" };
                let scope = if *route { Scope::Route(1) } else { Scope::Everything };
                let order = self.world.escalation(who, scope);
                self.order("escalate", seat(who), order);
            }
            Step::Replay(which) => {
                if !self.envelopes.is_empty() {
                    self.submit("replay", which.get(&self.envelopes).clone());
                }
            }
            Step::Misdirected(which, at) => self.misdirected(which, *at),
            Step::State(which, who, state) => {
                self.world.poke(self.seated(which, who), |seat| seat.state = *state);
            }
            Step::Rotate(which, who) => {
                let who = self.seated(which, who);
                self.world.rotate(who, who);
            }
        }
    }

    fn seated(&self, which: &Index, who: &Index) -> &'static str {
        let cell = self.pick(which).and_then(|proposal| self.world.cells.proposal(proposal.id).ok());
        let approves =
            |text: &&str| cell.as_ref().is_some_and(|cell| cell.decision(seat(text)) == Some(Decision::Approve));
        let approving: Vec<&str> = SEATS.into_iter().filter(approves).collect();
        who.get::<&str>(if approving.is_empty() { &SEATS[..] } else { &approving })
    }

    /// Time never goes back.
    fn until(&mut self, which: &Index, edge: u8, offset: i8) {
        let Some(proposal) = self.pick(which) else { return };
        let Ok(cell) = self.world.cells.proposal(proposal.id) else { return };
        let edges = match (edge, cell.stage) {
            (0, _) => Some(cell.approve_by),
            (1, Stage::Approved { quorum_at }) => Some(cell.execution(quorum_at).0),
            (2, Stage::Approved { quorum_at }) => Some(cell.execution(quorum_at).1),
            (3, _) => self.paused_until(),
            _ => None,
        };
        if let Some(edge) = edges {
            self.world.now = self.world.now.max(edge.saturating_add_signed(offset.into()));
        }
    }

    fn pause_cell(&self, at: u8) -> Option<Paused> {
        self.world.cells.cell(&CellKey::Pause(scope(at))).unwrap()
    }

    fn paused_until(&self) -> Option<u64> {
        (0..3).filter_map(|at| self.pause_cell(at)).map(|pause| pause.until).max()
    }

    /// A lift of the pause as it is now; by the time of its execution the pause may be another incident's.
    fn lift(&self, at: u8) -> Action {
        let incident = self.pause_cell(at).map_or(INCIDENT, |pause| pause.incident);
        Action::Lift { scope: scope(at), incident }
    }

    fn open(&mut self, who: &Index, plan: &Plan, clocks: Option<(u32, u32)>) {
        let current = self.world.cells.route(1).unwrap();
        let base = current.map_or_else(economics, |route| route.economics);
        let action = match plan {
            Plan::Pause(at, seconds) => pause_of(*at, *seconds),
            Plan::Lift(at) => self.lift(*at),
            Plan::Loosen(by) => {
                let count_max = base.count_max.saturating_add(*by);
                set_route(1, current, Economics { count_max, ..base })
            }
            Plan::Tighten(by) => {
                let count_max = base.count_max.saturating_sub(*by);
                set_route(1, current, Economics { count_max, ..base })
            }
            Plan::Stray(tx_max) => set_route(2, current, Economics { tx_max: *tx_max, ..base }),
        };
        // Mostly a seat that may, sometimes any.
        let authors: &[&str] = match plan {
            Plan::Pause(..) => &["E0", "E1", "E2", "E0", "E1", "E2", "E0", "E1", "S0"],
            Plan::Lift(_) => &["S0", "S1", "S2", "S0", "S1", "S2", "M0"],
            _ => &["S0", "S1", "S2", "M0", "M1", "S0", "M0", "O0"],
        };
        if matches!(plan, Plan::Loosen(by) if by % 4 != 0) {
            self.order("escalate", seat("A0"), self.world.escalation("A0", Scope::Route(1)));
        }
        let who = seat(who.get::<&str>(authors));
        let open = self.world.opening(who, &action);
        let (approve_within, execute_within) = clocks.unwrap_or((open.approve_within, open.execute_within));
        self.order("open", who, Order::Open(Open { approve_within, execute_within, ..open }));
    }

    fn whole(&mut self, seats: [&str; 3], action: &Action) {
        let (before, [author, ..]) = (self.proposals.len(), seats.map(seat));
        self.order("open", author, Order::Open(self.world.opening(author, action)));
        let Some(proposal) = self.proposals.get(before).cloned() else { return };
        for who in seats {
            self.order("decide", seat(who), decide(&proposal, Decision::Approve));
        }
        self.order("execute", seat("O0"), execute(&proposal));
    }

    fn push(&mut self, which: &Index) {
        let Some(proposal) = self.pick(which) else { return };
        let Ok(cell) = self.world.cells.proposal(proposal.id) else { return };
        let row = self.world.cells.row(cell.row).unwrap();
        let undecided = SEATS.iter().map(|text| seat(text)).filter(|who| row.minima.has(who.council));
        // From both ends in turn, so that no council's seats always come first.
        let undecided: Vec<_> = undecided.filter(|who| cell.decision(*who).is_none()).collect();
        let who = if proposal.id.serial.is_multiple_of(2) { undecided.first() } else { undecided.last() };
        if let Some(who) = who {
            self.order("decide", *who, decide(&proposal, Decision::Approve));
        }
    }

    fn execute(&mut self, which: &Index, stranger: bool, other: bool) {
        let Some(proposal) = self.pick(which) else { return };
        let order = match other {
            true => execute_with(&proposal, pause(Scope::Everything, HOUR - 3)),
            false => execute(&proposal),
        };
        if !stranger {
            return self.order("execute", seat("O1"), order);
        }
        // Sometimes too long for a protective row.
        let life = if proposal.id.serial.is_multiple_of(2) { LIFE } else { PROTECTIVE_LIFE };
        let command = Command { capacity: Capacity::Anyone, expiry: self.world.now + life, order };
        let bytes = self.world.seal(&signer("stranger"), command);
        self.submit("execute", bytes);
    }

    /// Sealed for another chain, or with a byte changed: never takes effect.
    fn misdirected(&mut self, which: &Index, at: u8) {
        let log = DeploymentLog { operator: label("x"), version: label("1"), sbom: ReferenceHash([0; 32]) };
        let Some(proposal) = self.pick(which) else { return };
        let command = Command {
            capacity: Capacity::Anyone,
            expiry: self.world.now + PROTECTIVE_LIFE,
            order: Order::Execute(Execute { id: proposal.id, action: proposal.action, log }),
        };
        let mut bytes = self.world.seal(&signer("O0"), command.clone());
        let at = usize::from(at) % bytes.len();
        bytes[at] ^= 0x40;
        self.submit("altered", bytes);
        let domain = greatseal_protocol::digest::Domain { chain_id: 1, ..self.world.domain };
        self.submit("altered", seal_for(&domain, &signer("O0"), command));
    }
}

/// Two incidents by turns.
fn pause_of(at: u8, seconds: u32) -> Action {
    let incident = if seconds.is_multiple_of(2) { INCIDENT } else { IncidentId([6; 16]) };
    pause_for(incident, scope(at), u64::from(seconds))
}

fn scope(at: u8) -> Scope {
    match at {
        0 => Scope::Everything,
        1 => Scope::Route(1),
        _ => Scope::Upgrades,
    }
}
