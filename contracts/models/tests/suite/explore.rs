//! A small world as a model: its transition function is `decide` and `evolve`, not a copy of them.
//!
//! Time moves to the moments at which anything can change, and to the last second before each; between two of them all
//! comparisons with the clock have the same answers. Two states are one if they differ only in what no rule reads:
//! numbers of events and proposals, nonces, the absolute time ([`State::seen`]).

pub(crate) mod canonical;
pub(crate) mod ghost;
pub(crate) mod life;
pub(crate) mod look_ahead;
pub(crate) mod stored;

use self::{
    ghost::{Ghost, Stop},
    life::{Fate, Life},
    stored::Stored,
};
use greatseal_models::town::{self, DAY, Keys};
use greatseal_protocol::{
    action::Action,
    bytes::{DocumentHash, ReferenceHash},
    clock::PROTECTIVE_LIFE,
    command::{Capacity, Command, Order},
    council::SeatId,
    decide::{self, Via},
    event::{Door, Event, Record},
    evolve,
    genesis::Genesis,
    key::Key,
    language::{
        council, emergency,
        proposal::{self, Execute, Open},
    },
    proposal_id::{Decision, ProposalId},
    refusal::Refusal,
    row::RowId,
    scope::Scope,
    state::State as _,
};
use stateright::{Checker, HasDiscoveries, Model, Property};
use std::{
    fmt,
    hash::{Hash, Hasher},
    time::{Duration, Instant},
};

/// How long one world is explored with `GREATSEAL_LONG=1`.
const LONG: Duration = Duration::from_secs(5 * 60);
/// Report of every review.
const REPORT: ReferenceHash = ReferenceHash([4; 32]);

/// Something that can be proposed in a world.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) name: &'static str,
    pub(crate) author: &'static str,
    pub(crate) row: RowId,
    /// Made when it is opened: what it builds on is read from the cells.
    pub(crate) action: fn(&State) -> Action,
    /// How often it may be proposed at most.
    pub(crate) times: u8,
    /// Seats that approve at once, where their votes are not what the world is about.
    pub(crate) at_once: &'static [&'static str],
    /// Whether it is executed in the same second, where its time is not what the world is about.
    pub(crate) executed: bool,
}

/// A small world.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) name: &'static str,
    pub(crate) genesis: Genesis,
    pub(crate) plans: Vec<Plan>,
    /// Proposals in all.
    pub(crate) opens: u8,
    /// Seats that vote, veto, accept, execute.
    pub(crate) actors: Vec<SeatId>,
    pub(crate) executors: Vec<SeatId>,
    /// Seats that may set themselves aside.
    pub(crate) self_suspenders: Vec<SeatId>,
    /// Seats of a council that differ in nothing but their number.
    pub(crate) alike: Vec<SeatId>,
    /// Whether seats reject, veto and cancel.
    pub(crate) against: bool,
    /// Whether reviews are filed and attested.
    pub(crate) reviews: bool,
    pub(crate) reached: &'static [&'static str],
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Open(&'static str),
    Decide(SeatId, usize, Decision),
    Veto(SeatId, usize),
    Cancel(usize),
    Execute(SeatId, usize),
    Accept(SeatId),
    SuspendSelf(SeatId),
    File(SeatId, Scope),
    Attest(SeatId, Scope),
    /// So many seconds.
    Wait(u64),
}

/// Cells, and what is known about how they came about.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) cells: Stored,
    pub(crate) now: u64,
    /// Whether something happened in this second.
    pub(crate) acted: bool,
    pub(crate) ghost: Ghost,
    /// What no rule may allow, and one did.
    pub(crate) broken: Option<String>,
    /// What the next states depend on, and nothing else.
    pub(crate) seen: Vec<u8>,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.seen.hash(hasher);
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.seen == other.seen
    }
}

impl fmt::Debug for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = |moment: u64| moment.saturating_sub(town::START);
        writeln!(out, "second {}: {:?}", since(self.now), self.broken)?;
        for life in &self.ghost.lives {
            let (opened, quorum) = (since(life.opened_at), life.quorum_since.map(since));
            writeln!(out, "  {} {:?}, opened {opened}, quorum since {quorum:?}", life.plan, life.fate)?;
            let decisions = life.decisions.iter().map(|(seat, (_, decision))| format!("{seat} {decision:?}"));
            writeln!(out, "    {:?} vetoed by {:?}", decisions.collect::<Vec<_>>(), life.vetoes.keys())?;
        }
        for (id, seat) in self.ghost.seats.iter().filter(|(_, seat)| seat.suspended_until > 0) {
            writeln!(out, "  {id} set aside until {} by {:?}", since(seat.suspended_until), seat.by)?;
        }
        for stop in &self.ghost.stops {
            writeln!(out, "  {} stopped from {} until {}: {stop:?}", stop.scope, since(stop.from), since(stop.until))?;
        }
        write!(out, "  reviews owed: {:?}", self.ghost.owed)
    }
}

impl World {
    fn plan(&self, name: &str) -> &Plan {
        self.plans.iter().find(|plan| plan.name == name).expect("a plan of this world")
    }
}

impl State {
    pub(crate) fn nonce(&self, who: SeatId) -> u64 {
        self.cells.seat(who).unwrap().nonce + 1
    }

    pub(crate) fn key(&self, who: SeatId) -> Key {
        self.cells.seat(who).unwrap().key
    }

    /// Gives the order to the rules, and applies what they answer.
    pub(crate) fn order(&mut self, who: SeatId, order: Order) -> Result<Vec<Event>, Refusal> {
        let epoch = self.cells.council(who.council).unwrap().epoch;
        let expiry = self.now + PROTECTIVE_LIFE;
        let command = Command { capacity: Capacity::Seat { seat: who, epoch }, expiry, order };
        let key = self.key(who);
        let events = decide::decide(&self.cells, &key, &command, Via::Envelope, self.now)?;
        let mut seq = self.cells.head().unwrap().seq;
        for event in &events {
            let door = Door::Direct;
            let record = Record { seq, at: self.now, door, actor: Some(key), event: event.clone() };
            evolve::evolve(&mut self.cells, &record).expect("what was decided fits");
            seq += 1;
        }
        Ok(events)
    }

    /// The order that a step is, with who gives it.
    pub(crate) fn spoken(&self, world: &World, step: Step) -> Option<(SeatId, Order)> {
        let life = |at: usize| self.ghost.lives.get(at);
        Some(match step {
            Step::Wait(_) => return None,
            Step::Open(plan) => {
                let plan = world.plan(plan);
                let row = self.cells.row(plan.row).ok()?;
                let author = town::seat(plan.author);
                let open = Open {
                    row: row.id,
                    action: (plan.action)(self),
                    document: DocumentHash([9; 32]),
                    approve_within: row.approve_by,
                    execute_within: row.window,
                    nonce: self.nonce(author),
                    approve: world.plan(plan.name).at_once.contains(&plan.author),
                };
                (author, Order::Proposal(proposal::Order::Open(Box::new(open))))
            }
            Step::Decide(who, at, decision) => {
                let life = life(at)?;
                (who, Order::Proposal(proposal::Order::Decide { id: life.id, digest: life.digest, decision }))
            }
            Step::Veto(who, at) => {
                (who, Order::Proposal(proposal::Order::Veto { id: life(at)?.id, digest: life(at)?.digest }))
            }
            Step::Cancel(at) => (life(at)?.id.author, Order::Proposal(proposal::Order::Cancel { id: life(at)?.id })),
            Step::Execute(who, at) => (who, execute(life(at)?)),
            Step::Accept(who) => {
                let previous = self.cells.seat(who).ok()?.previous;
                (who, Order::Council(council::Order::AcceptSeat { seat: who, previous }))
            }
            Step::SuspendSelf(who) => (who, Order::Council(council::Order::SuspendSelf)),
            Step::File(who, scope) => {
                let duty = self.cells.duty(scope).ok()??;
                let (set_by, incident, severity) = (duty.set_by, duty.incident, duty.severity);
                let version = self.cells.report(scope, who, set_by).ok()?.map_or(0, |report| report.version) + 1;
                let report = REPORT;
                let file = emergency::Order::FileReview { scope, set_by, incident, version, severity, report };
                (who, Order::Emergency(file))
            }
            Step::Attest(who, scope) => {
                let duty = self.cells.duty(scope).ok()??;
                let (set_by, incident, report) = (duty.set_by, duty.incident, REPORT);
                let filed = |of: &SeatId| self.cells.report(scope, *of, set_by).is_ok_and(|report| report.is_some());
                let of = self.ghost.seats.keys().copied().find(filed)?;
                let version = self.cells.report(scope, of, set_by).ok()??.version;
                let attest = emergency::Order::AttestReview { scope, set_by, incident, of, version, report };
                (who, Order::Emergency(attest))
            }
        })
    }

    /// Nothing where the rules refuse.
    fn step(&self, world: &World, step: Step) -> Option<Self> {
        let mut next = self.clone();
        if let Step::Wait(seconds) = step {
            next.now += seconds;
            next.acted = false;
            next.ghost.passed(next.now);
        } else {
            next.act(world, step)?;
            if let Step::Open(plan) = step {
                let opened = next.ghost.lives.len() - 1;
                next.ghost.lives[opened].plan = plan;
                for who in world.plan(plan).at_once {
                    next.act(world, Step::Decide(town::seat(who), opened, Decision::Approve));
                }
                if world.plan(plan).executed {
                    next.act(world, Step::Execute(world.executors[0], opened))?;
                }
            }
            next.acted = true;
        }
        next.seen = canonical::of(world, &next);
        Some(next)
    }

    fn act(&mut self, world: &World, step: Step) -> Option<()> {
        let (who, order) = self.spoken(world, step)?;
        let before = self.key(who);
        let events = self.order(who, order).ok()?;
        let broken = self.ghost.heard(self.now, who, before, &events);
        self.broken = self.broken.take().or(broken);
        Some(())
    }

    /// Moments at which a comparison with the clock changes its answer.
    fn moments(&self) -> Vec<u64> {
        let mut moments = Vec::new();
        for life in self.ghost.lives.iter().filter(|life| life.fate == Fate::Live) {
            moments.push(life.approve_by);
            // The rules know a quorum that was taken away and came back by two moments: both count.
            for since in [life.quorum_since, life.called_at].into_iter().flatten() {
                let eta = since + u64::from(life.delay);
                moments.extend([eta, eta + u64::from(life.window) / 2, eta + u64::from(life.window)]);
            }
        }
        for seat in self.ghost.seats.values() {
            moments.extend([seat.suspended_until, seat.valid_until, seat.accepted.map_or(0, |at| at + 1)]);
        }
        let prolonged = |stop: &Stop| self.ghost.stops.iter().any(|next| stop.goes_on_in(next));
        moments.extend(self.ghost.stops.iter().filter(|stop| !prolonged(stop)).map(|stop| stop.until));
        if let Ok(Some(mode)) = self.cells.mode(self.now) {
            moments.push(mode.until);
        }
        moments.extend(self.ghost.stops.iter().filter(|stop| stop.capped).map(|stop| stop.forgotten()));
        moments.retain(|moment| (self.now + 1..self.now + 40 * DAY).contains(moment));
        moments.sort_unstable();
        moments.dedup();
        moments
    }
}

pub(crate) fn execute(life: &Life) -> Order {
    execute_as(life.id, &life.action)
}

pub(crate) fn execute_as(id: ProposalId, action: &Action) -> Order {
    let (version, sbom) = (town::label("v1"), REPORT);
    Order::Proposal(proposal::Order::Execute(Box::new(Execute { id, action: action.clone(), version, sbom })))
}

impl Model for World {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let (records, cells) = town::found(self.genesis.clone());
        let ghost = Ghost::new(&self.genesis);
        let now = records[0].at + 1;
        let mut state = State { cells: Stored::new(cells), now, acted: true, ghost, broken: None, seen: Vec::new() };
        state.seen = canonical::of(self, &state);
        vec![state]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        if state.broken.is_some() {
            return;
        }
        for plan in &self.plans {
            let opened = state.ghost.lives.iter().filter(|life| life.plan == plan.name).count();
            if opened < plan.times.into() && state.ghost.lives.len() < self.opens.into() {
                steps.push(Step::Open(plan.name));
            }
        }
        // What is over is tried as well: nothing that is over may take effect.
        for (at, life) in state.ghost.lives.iter().enumerate() {
            let votes = |who: &SeatId| life.epochs.iter().any(|(council, _)| *council == who.council);
            for who in self.actors.iter().copied().filter(votes) {
                steps.push(Step::Decide(who, at, Decision::Approve));
                if self.against {
                    steps.extend([Step::Decide(who, at, Decision::Reject), Step::Veto(who, at)]);
                }
            }
            if self.against {
                steps.push(Step::Cancel(at));
            }
            steps.extend(self.executors.iter().map(|who| Step::Execute(*who, at)));
        }
        steps.extend(
            self.actors.iter().filter(|who| state.ghost.seats[who].accepted.is_none()).map(|who| Step::Accept(*who)),
        );
        steps.extend(self.self_suspenders.iter().map(|who| Step::SuspendSelf(*who)));
        if self.reviews {
            for (scope, _) in state.cells.duties().unwrap() {
                steps.extend([Step::File(town::seat("E0"), scope), Step::Attest(town::seat("A0"), scope)]);
            }
        }
        let next = state.moments().first().map_or(0, |moment| moment - state.now);
        let mut waits = vec![u64::from(state.acted), next.saturating_sub(1), next];
        waits.retain(|seconds| *seconds > 0);
        waits.sort_unstable();
        waits.dedup();
        steps.extend(waits.into_iter().map(Step::Wait));
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        state.step(self, step)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("no rule is broken", |_, state: &State| state.broken.is_none()),
            Property::always("what is paused can be lifted", look_ahead::can_be_lifted),
            Property::always("a standing quorum takes effect or expires", look_ahead::takes_effect_or_expires),
            Property::always("no cell is too large", |_, state: &State| state.cells.largest() <= 416),
        ];
        let named = |name: &&'static str| REACHED.iter().find(|(known, _)| known == name).expect("a known name");
        let reached = self.reached.iter().map(|name| named(name));
        properties.extend(reached.map(|(name, holds)| Property::sometimes(name, *holds)));
        properties
    }
}

type Holds = fn(&World, &State) -> bool;

fn some(state: &State, holds: impl Fn(&Life) -> bool) -> bool {
    state.ghost.lives.iter().any(holds)
}

/// What some world reaches: a property of states that do not exist proves nothing.
const REACHED: &[(&str, Holds)] = &[
    ("executed", |_, state| some(state, |life| life.fate == Fate::Executed)),
    ("two executed", |_, state| state.ghost.lives.iter().filter(|life| life.fate == Fate::Executed).count() >= 2),
    ("cancelled", |_, state| some(state, |life| life.fate == Fate::Cancelled)),
    ("rejected", |_, state| some(state, |life| life.fate == Fate::Rejected)),
    ("vetoed", |_, state| some(state, |life| life.fate == Fate::Vetoed)),
    ("waiting", |_, state| some(state, |life| life.eta().is_some_and(|eta| state.now < eta))),
    ("executable", |_, state| some(state, |life| life.window().is_some_and(|window| window.contains(&state.now)))),
    ("expired without a quorum", |_, state| {
        some(state, |life| life.fate == Fate::Live && life.quorum_since.is_none() && state.now >= life.approve_by)
    }),
    ("expired after its quorum", |_, state| {
        some(state, |life| life.fate == Fate::Live && life.window().is_some_and(|window| state.now >= window.end))
    }),
    ("stale", |_, state| some(state, |life| life.fate == Fate::Live && state.ghost.stale(life))),
    ("stale with its quorum", |_, state| {
        some(state, |life| life.fate == Fate::Live && life.called_at.is_some() && state.ghost.stale(life))
    }),
    ("quorum taken away", |_, state| some(state, |life| life.lost && life.quorum_since.is_none())),
    ("quorum back", |_, state| some(state, |life| life.lost && life.quorum_since.is_some())),
    ("executed after the quorum came back", |_, state| some(state, |life| life.lost && life.fate == Fate::Executed)),
    ("seat taken", |_, state| state.ghost.seats.values().any(|seat| seat.accepted.is_some_and(|at| at > 0))),
    ("paused", |_, state| state.ghost.blocked(Scope::Everything, state.now)),
    ("lifted", |_, state| state.ghost.stops.iter().any(|stop| stop.cut)),
    ("prolonged", |_, state| state.ghost.stops.windows(2).any(|pair| pair[0].until == pair[1].from)),
    ("reviewed", |_, state| state.ghost.reviewed > 0),
    ("paused again by consent", |_, state| state.ghost.consents_used > 0),
    // Seven seconds less: a pause is prolonged a second before its end at the latest.
    ("the cap used up", |_, state| state.ghost.emergency_seconds(Scope::Everything, state.now) >= 4 * 3_600 - 7),
    ("two hours used", |_, state| state.ghost.emergency_seconds(Scope::Everything, state.now) >= 2 * 3_600 - 7),
    ("reinstated", |_, state| state.ghost.reinstated > 0),
];

/// Explores a world: all that can be reached in `depth` steps; with `GREATSEAL_LONG=1` as deep as five minutes allow.
/// Prints what it saw.
pub(crate) fn explore(world: World, depth: usize) {
    let long = std::env::var("GREATSEAL_LONG").is_ok_and(|value| value == "1");
    let depth = if long { usize::MAX } else { depth };
    let name = world.name;
    // With one thread the numbers are the same each time.
    let threads = if long { std::thread::available_parallelism().map_or(1, usize::from) } else { 1 };
    let begun = Instant::now();
    let checker = world.checker().threads(threads).finish_when(HasDiscoveries::AnyFailures);
    let checker = match long {
        true => checker.timeout(LONG),
        false => checker.target_max_depth(depth),
    };
    let checker = checker.spawn_bfs().join();
    let (unique, all, deepest) = (checker.unique_state_count(), checker.state_count(), checker.max_depth());
    let whole = deepest < depth && !(long && begun.elapsed() >= LONG);
    let whole = if whole { ", which is all there are" } else { "" };
    println!("{name}: {unique} states, {all} steps, {deepest} deep{whole}, {} s", begun.elapsed().as_secs());
    checker.assert_properties();
}

/// Genesis with the rows of these councils only.
pub(crate) fn small(councils: &[town::Seats], change: impl FnOnce(&mut Vec<greatseal_protocol::row::Row>)) -> Genesis {
    use greatseal_protocol::{genesis::Profile, table::default_rows};
    let mut rows = default_rows(Profile::Standard);
    change(&mut rows);
    rows.retain(|row| row.minima.iter().all(|(council, _)| councils.iter().any(|(known, _)| *known == council)));
    town::genesis(councils, rows, Profile::Standard, Keys::Envelopes)
}
