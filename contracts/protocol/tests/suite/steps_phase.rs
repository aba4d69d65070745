//! Post-quantum phases in a story: companions, changes, the way back, and rotations in between.

use crate::{
    tale::Tale,
    world::{DAY, HOUR, REASON, REPORT},
};
use greatseal_protocol::{
    action::Action,
    bytes::{CompanionHash, ReferenceHash},
    cells::CellKey,
    command::Order,
    council::{Council, Phase, SeatId},
    language::phase,
    phase::{Companion, SetPhase, Way, WayBack},
};

const PHASES: [Phase; 4] = [Phase::Classical, Phase::Optional, Phase::Hybrid, Phase::PostQuantum];

impl Tale {
    /// Seats name their companions, their council changes its phase, and perhaps goes back.
    pub(crate) fn phase(&mut self) {
        let council = self.any_council();
        let seats: Vec<SeatId> = self.seats(council).collect();
        for id in seats {
            let named: Option<Companion> = self.read(&CellKey::Companion(id));
            let has = named.is_some_and(|named| self.seat(id).is_some_and(|seat| seat.key == named.key));
            if self.dice.chance(if has { 3 } else { 93 }) {
                self.name_companion(id);
            }
        }
        for _ in 0..self.dice.below(3) + 1 {
            let action = self.plan_phase_of(council);
            let author = self.author_of(&action);
            let Some(proposal) = self.open(author, &action) else { continue };
            (0..3).for_each(|_| self.push(&proposal));
        }
        if self.dice.chance(40) {
            self.now += self.dice.weighted(&[(5, 1), (2, DAY), (1, 35 * DAY)]);
            self.roll_back_phase(council);
        }
    }

    /// Phases and rotations, and nothing else.
    pub(crate) fn tell_of_phases(&mut self, steps: u64) {
        for _ in 0..steps {
            type Step = fn(&mut Tale);
            let rotate: Step = |tale| {
                let action = tale.plan_rotate();
                let author = tale.author_of(&action);
                let Some(proposal) = tale.open(author, &action) else { return };
                (0..3).for_each(|_| tale.push(&proposal));
            };
            let steps: [(u64, Step); 5] =
                [(8, Self::phase), (4, rotate), (4, Self::accept_any), (3, Self::advance), (2, Self::wait)];
            self.dice.weighted(&steps)(self);
            self.now += self.dice.weighted(&[(5, 0), (5, 1), (3, 30)]);
        }
        self.ended();
    }

    fn name_companion(&mut self, id: SeatId) {
        let fresh = CompanionHash(self.dice.bytes());
        let used: Option<Companion> = self.read(&CellKey::Companion(SeatId { index: 0, ..id }));
        let companion = used.filter(|_| self.dice.chance(4)).map_or(fresh, |used| used.companion);
        self.say(id, Order::Phase(phase::Order::NameCompanion { companion }));
    }

    pub(crate) fn roll_back_phase(&mut self, council: Council) {
        let operator = self.acting(Council::Operator);
        let any = self.any_seat();
        let way: Option<WayBack> = self.read::<Option<WayBack>>(&CellKey::WayBack(council)).flatten();
        let from = if self.dice.chance(92) { self.council(council).phase } else { *self.dice.one(&PHASES) };
        let to = way.map_or(Phase::Optional, |way| way.to);
        let to = if self.dice.chance(92) { to } else { *self.dice.one(&PHASES) };
        let who = if self.dice.chance(90) { operator } else { any };
        let nonce = self.seat(who).map_or(0, |seat| seat.nonce) + 1;
        self.say(who, Order::Phase(phase::Order::RollBack { council, from, to, nonce }));
    }

    pub(crate) fn plan_phase(&mut self) -> Action {
        let council = if self.dice.chance(97) { self.any_council() } else { Council::Program(7) };
        self.plan_phase_of(council)
    }

    fn plan_phase_of(&mut self, council: Council) -> Action {
        let back: Option<WayBack> = self.read::<Option<WayBack>>(&CellKey::WayBack(council)).flatten();
        if let Some(back) = back.filter(|_| self.dice.chance(15)) {
            let until = back.until + u64::from(self.dice.chance(5));
            return Action::Phase(phase::Action::RevokeWayBack(Way::Phase {
                council,
                back: WayBack { until, ..back },
            }));
        }
        let previous = if self.dice.chance(95) { self.council(council).phase } else { *self.dice.one(&PHASES) };
        let at = PHASES.iter().position(|phase| *phase == previous).unwrap();
        let next = match self.dice.below(10) {
            0..=6 => PHASES[(at + 1).min(3)],
            7..=8 => PHASES[self.dice.index(at + 1)],
            _ => *self.dice.one(&PHASES),
        };
        let hash = |tale: &mut Self, hash| if tale.dice.chance(97) { hash } else { ReferenceHash([0; 32]) };
        let not_before = self.now + self.dice.weighted(&[(12, 0), (2, HOUR + 30), (1, 20 * DAY)]);
        let not_after = not_before + self.dice.weighted(&[(12, 5 * DAY), (1, HOUR), (1, 0)]);
        let until = not_after + self.dice.weighted(&[(12, 30 * DAY), (4, 0), (1, 30 * DAY + 1)]);
        let to = if next > previous && self.dice.chance(80) { PHASES[self.dice.index(at + 1)] } else { previous };
        let up = next > previous;
        let way_back = (up == self.dice.chance(97)).then_some(WayBack { to, until });
        let (property_tests, performance) = (hash(self, REPORT), hash(self, REASON));
        Action::Phase(phase::Action::SetPhase(SetPhase {
            council,
            previous,
            next,
            not_before,
            not_after,
            property_tests,
            performance,
            way_back,
        }))
    }
}
