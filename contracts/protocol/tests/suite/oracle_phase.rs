//! `phases`, from the records alone: one step up, with evidence, within the window; back only as it was allowed.

use crate::oracle::Findings;
use greatseal_protocol::{
    action::Action,
    bytes::CompanionHash,
    council::{Council, Phase, SeatId},
    event::{Door, Event, Record},
    key::Key,
    language::{council, phase},
    phase::{Way, WayBack},
    scale::Encode,
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub(crate) struct Phases {
    present: BTreeMap<Council, (u8, Option<WayBack>)>,
    companions: BTreeMap<SeatId, Key>,
    ever: BTreeSet<CompanionHash>,
}

/// 0 to 3.
fn number(phase: Phase) -> u8 {
    phase.encode()[0]
}

impl Phases {
    fn of(&self, council: Council) -> u8 {
        self.present.get(&council).map_or(0, |(phase, _)| *phase)
    }

    /// A step that an executed proposal makes, with the keys that sit in the council now.
    pub(crate) fn changed(&mut self, record: &Record, action: &Action, keys: &[Key], row: u8, found: &mut Findings) {
        let Event::Phase(phase::Event::PhaseChanged { council, from, to, way_back, .. }) = &record.event else {
            return;
        };
        let Action::Phase(phase::Action::SetPhase(change)) = action else {
            return found.must("phases", false, || format!("{action:?} changed a phase"));
        };
        let (old, new) = (number(*from), number(*to));
        let named = *council == change.council && *from == change.previous && *to == change.next;
        found.must("phases", named && *way_back == change.way_back && row == 16, || format!("{record:?}"));
        found.must("phases", self.of(*council) == old, || format!("{council} was not in {from}"));
        found.must("phases", new == old + 1 || new < old, || format!("{council} from {from} to {to}"));
        let evidence = [change.property_tests, change.performance].iter().all(|hash| hash.0 != [0; 32]);
        found.must("phases", evidence, || format!("{council} without evidence"));
        let in_time = (change.not_before..change.not_after).contains(&record.at);
        found.must("phases", in_time, || format!("{council} at {}", record.at));
        let back = match way_back {
            Some(way) => {
                let longest = change.not_after + 30 * 86_400;
                new > old && number(way.to) < new && (record.at + 1..=longest).contains(&way.until)
            }
            None => true,
        };
        found.must("phases", back, || format!("{council}: {way_back:?}"));
        let all =
            (0..).zip(keys).all(|(index, key)| self.companions.get(&SeatId { council: *council, index }) == Some(key));
        found.must("phases", new < 2 || all && !keys.is_empty(), || format!("{council}: a seat without companion"));
        self.present.insert(*council, (new, *way_back));
    }

    pub(crate) fn rolled_back(&mut self, record: &Record, found: &mut Findings) {
        let Event::Phase(phase::Event::PhaseRolledBack { seat, council, from, to, .. }) = &record.event else { return };
        let (phase, way) = self.present.get(council).copied().unwrap_or((0, None));
        let allowed = way.is_some_and(|way| way.to == *to && record.at < way.until) && phase == number(*from);
        let lower = number(*to) < number(*from) && seat.council == Council::Operator;
        found.must("phases", allowed && lower, || format!("{record:?} with {way:?}"));
        self.present.insert(*council, (number(*to), None));
    }

    pub(crate) fn closed(&mut self, way: &Way) {
        if let Way::Phase { council, .. } = way {
            self.present.entry(*council).and_modify(|(_, back)| *back = None);
        }
    }

    /// Once for each key, and never one that was named before.
    pub(crate) fn named(&mut self, record: &Record, found: &mut Findings) {
        let Event::Phase(phase::Event::CompanionNamed { seat, companion }) = &record.event else { return };
        let key = record.actor.unwrap();
        let before = self.companions.insert(*seat, key);
        let fresh = self.ever.insert(*companion);
        let envelope = matches!(record.door, Door::Envelope(_));
        found.must("phases", before != Some(key) && fresh && envelope, || format!("{record:?}"));
    }

    /// Whoever acts in a hybrid council has a companion, and signs an envelope.
    pub(crate) fn acts(&self, id: SeatId, record: &Record, found: &mut Findings) {
        let anyway = matches!(
            record.event,
            Event::Phase(phase::Event::CompanionNamed { .. })
                | Event::Council(council::Event::SeatAccepted { .. })
                | Event::Council(council::Event::SeatSuspended { id: None, .. })
        );
        if self.of(id.council) >= 2 && !anyway {
            let companion = self.companions.get(&id) == record.actor.as_ref();
            found.must("phases", companion && record.door != Door::Direct, || format!("{id} acts in {record:?}"));
        }
    }
}
