//! `undoable`: whatever one hostile seat of those that act alone has done, the others reach what they reached before.
//!
//! At the end of a story one seat of the Operator, Treasury, Auditor or Identity council or of an authority turns against
//! all others. They have begun something. It says whatever it can say alone, for up to an hour. They set it aside, and go
//! on. What they reach where it said nothing, they reach in spite of it, at once or after the clocks.

use crate::{
    dice::Dice,
    others::Fork,
    tale::Tale,
    world::{DAY, HOUR},
};
use greatseal_protocol::{
    batch::Header,
    bytes::{CodeHash, Label, ManifestHash},
    cells::CellKey,
    council::{Council, SeatId},
    memory::Memory,
    parameter::{Parameter, Tuning},
    program::Program,
    registry::Deployment,
    state::State,
};

/// The longest that a dispute holds anything; and longer than any period of a story's routes counts.
const WAITS: [u64; 3] = [0, 2 * DAY + 1, 16 * DAY];
/// What the hostile seat tries.
const TRIES: u64 = 16;

/// What the others want to reach.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Aim {
    /// A statement about the batch is final.
    Final(ManifestHash),
    /// A batch of this programme is executed.
    Paid(Header),
    /// The batch is stopped for good.
    Stopped(Header),
    /// Somebody converts over the route, and it is stated.
    Converted(u32),
    /// The route lets more through.
    Widened(u32),
    /// The route has other lists of the day.
    Lists(u32),
    /// The programme has another rule set.
    Changed(u32),
    /// The parameter is at its baseline.
    Tuned(Parameter),
    /// The component runs what it ran.
    Released(Label, CodeHash),
    /// A dispute has an answer.
    Answered,
}

impl Tale {
    /// Every aim that makes sense at the end of the story.
    pub(crate) fn undoable(&mut self) {
        let alone = [Council::Operator, Council::Treasury, Council::Auditor, Council::Program(1), Council::Identity];
        let council = *self.dice.one(&alone);
        let acting: Vec<SeatId> = self.seats(council).filter(|id| self.acts(*id)).collect();
        let Some(hostile) = self.dice.maybe(&acting).copied() else { return };
        let mut reached = Vec::new();
        for aim in self.aims() {
            let mut dice = Dice::seeded(self.dice.word());
            reached.extend(undone(self.cells(), self.now, hostile, aim, &mut dice).map(|found| (aim, found)));
        }
        for (aim, found) in reached {
            let holds = found.reached;
            self.oracle.found.must("undoable", holds, || format!("{hostile} keeps the others from {aim:?}"));
            *self.seen.entry(format!("undoable {}", aim.name())).or_default() += 1;
            *self.seen.entry("hindered".into()).or_default() += u64::from(found.hindered);
        }
    }

    fn aims(&mut self) -> Vec<Aim> {
        let mut aims = vec![Aim::Answered];
        let batches = self.batches();
        aims.extend(self.dice.maybe(&batches).map(|(manifest, _)| Aim::Final(*manifest)));
        let programs: Vec<(u32, Program)> = self.all(|key| match key {
            CellKey::Program(number) => Some(*number),
            _ => None,
        });
        if let Some((program, _)) = self.dice.maybe(&programs).copied() {
            let header = self.plan_header();
            aims.extend([Aim::Paid(header), Aim::Stopped(header), Aim::Changed(program)]);
        }
        if self.cells().route(1).unwrap().is_some() {
            aims.extend([Aim::Converted(1), Aim::Widened(1), Aim::Lists(1)]);
        }
        if self.read::<Tuning>(&CellKey::Parameter(Parameter::Inflight)).is_some() {
            aims.push(Aim::Tuned(Parameter::Inflight));
        }
        let components = self.components();
        let runs = |name| self.read::<Deployment>(&CellKey::Running(name)).map(|runs| (name, runs.current.code));
        aims.extend(components.into_iter().find_map(runs).map(|(name, code)| Aim::Released(name, code)));
        aims
    }
}

/// What came of an aim that the others reach where the hostile seat says nothing.
struct Found {
    /// They reach it all the same.
    reached: bool,
    /// If they had not set the seat aside, what they began would have come to nothing at first.
    hindered: bool,
}

/// `None` where the others do not reach it even if the seat says nothing.
fn undone(cells: &Memory, now: u64, hostile: SeatId, aim: Aim, dice: &mut Dice) -> Option<Found> {
    let mut before = Fork { cells: cells.clone(), now, hostile, opened: None, statement: None, doubt: None };
    before.begin(&aim);
    let mut after = before.clone();
    let pause = dice.below(HOUR);
    for at in 0..TRIES {
        let orders = after.hostilities(&aim, dice);
        if let Some(order) = dice.maybe(&orders).cloned() {
            drop(after.say(hostile, order));
        }
        after.now += if at == TRIES / 2 { pause } else { 0 };
    }
    before.now = after.now;
    let goes_on = |fork: &Fork| fork.clone().go_on(&aim);
    let hindered = dice.chance(25) && goes_on(&before) && !goes_on(&after);
    if !before.set_aside() {
        return None;
    }
    let ends = |fork: &Fork, wait: u64| {
        let mut fork = fork.clone();
        fork.now += wait;
        fork.end(&aim)
    };
    if after.set_aside() && WAITS.into_iter().any(|wait| ends(&after, wait)) {
        return Some(Found { reached: true, hindered });
    }
    WAITS.into_iter().all(|wait| ends(&before, wait)).then_some(Found { reached: false, hindered })
}

impl Aim {
    fn name(&self) -> &'static str {
        match self {
            Self::Final(_) => "final",
            Self::Paid(_) => "paid",
            Self::Stopped(_) => "stopped",
            Self::Converted(_) => "converted",
            Self::Widened(_) => "widened",
            Self::Lists(_) => "lists",
            Self::Changed(_) => "changed",
            Self::Tuned(_) => "tuned",
            Self::Released(..) => "released",
            Self::Answered => "answered",
        }
    }
}
