//! A story in which every kind of event occurs.

use crate::world::{
    DAY, HOUR, World, approve, cancel, economics, execute, first, lift, pause, reject, seat, set_route, signer,
};
use greatseal_protocol::{
    action::{Action, Economics, Scope},
    bytes::IncidentId,
    command::{Capacity, Command, Order, PROTECTIVE_LIFE},
    event::Event,
    submit::Outcome,
};

/// A story in which every kind of event occurs, with every envelope that was submitted.
pub(crate) struct Story {
    pub(crate) world: World,
    pub(crate) submitted: Vec<(u64, Vec<u8>, Outcome)>,
}

impl Story {
    fn order(&mut self, who: &str, order: Order) {
        let bytes = self.world.envelope(seat(who), order);
        self.submit(bytes);
    }

    fn submit(&mut self, bytes: Vec<u8>) {
        let outcome = self.world.submit(&bytes);
        self.submitted.push((self.world.now, bytes, outcome));
    }

    fn open(&mut self, who: &str, action: &Action) -> crate::world::Opened {
        let open = self.world.opening(seat(who), action);
        self.order(who, Order::Open(open));
        match &self.world.records.last().unwrap().event {
            Event::Opened(opened) => {
                crate::world::Opened { id: opened.id, digest: opened.digest, action: action.clone() }
            }
            other => panic!("{other:?}"),
        }
    }

    fn approve(&mut self, who: &[&str], proposal: &crate::world::Opened) {
        who.iter().for_each(|who| self.order(who, approve(proposal)));
    }

    pub(crate) fn told() -> Self {
        let mut story = Self { world: World::new(), submitted: Vec::new() };
        // A pause, and a stranger who executes it.
        let pause_route = story.open("E0", &pause(Scope::Route(1), HOUR));
        story.approve(&["E0"], &pause_route);
        story.order("E0", approve(&pause_route)); // refused: once
        story.approve(&["E1"], &pause_route);
        let command = Command {
            capacity: Capacity::Anyone,
            expiry: story.world.now + PROTECTIVE_LIFE,
            order: execute(&pause_route),
        };
        let bytes = story.world.seal(&signer("stranger"), command.clone());
        story.submit(bytes);
        let mut altered = story.world.seal(&signer("stranger"), command);
        *altered.last_mut().unwrap() ^= 1;
        story.submit(altered); // ignored
        // Lifted: that incident's pause, and no other.
        let other = Action::Lift { scope: Scope::Route(1), incident: IncidentId([6; 16]) };
        let other = story.world.opening(seat("S0"), &other);
        story.order("S0", Order::Open(other)); // refused: another incident
        let lift = story.open("S0", &lift(Scope::Route(1)));
        story.approve(&["S0", "S2"], &lift);
        story.order("S1", execute(&lift));
        // A new route, after a look.
        let looked = story.world.escalation("A0", Scope::Route(1));
        story.order("A0", looked);
        let route = story.open("M0", &set_route(1, None, economics()));
        story.approve(&["M0", "S0", "S1"], &route);
        story.world.wait(HOUR);
        story.order("O0", execute(&route));
        // Tightened; a twin taken back, another rejected, another left to expire.
        let tighter = set_route(1, Some(first()), Economics { tx_max: 9_000, ..economics() });
        let (change, twin) = (story.open("S0", &tighter), story.open("S0", &tighter));
        story.order("S0", cancel(&twin));
        story.approve(&["S0", "M0", "M1"], &change);
        story.order("O1", execute(&change));
        let unwanted = story.open("E1", &pause(Scope::Everything, 30 * 60));
        story.order("E0", reject(&unwanted));
        story.order("E2", reject(&unwanted));
        story.open("E2", &pause(Scope::Account([0xAC; 32]), 60));
        let old = story.submitted.last().unwrap().1.clone();
        story.world.wait(DAY);
        story.submit(old); // ignored: expired
        story.open("E2", &pause(Scope::Program(7), 60));
        story.world.folds();
        story
    }
}
