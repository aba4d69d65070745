//! Opening, approving and executing: an author who changes a route again and again.

use crate::{act, executed, proposed, scale::Steps, seat};
use greatseal_lab::{Answer, Lab};
use greatseal_protocol::{
    action::Action,
    bytes::{DocumentHash, ProposalDigest},
    cells::CellKey,
    command::Order,
    council::{Council, CouncilHead, Seat, SeatId, Seated},
    digest::route_hash,
    hash::sha256,
    key::Key,
    language::{
        bridge,
        proposal::{self, Open},
    },
    outcome::Outcome,
    proposal_id::{Decision, ProposalId},
    route::{Economics, SetRoute},
    row::RowId,
    state::State,
};

/// Seats of one council, at most.
const SEATS: u32 = 16;

/// Who opens.
pub(crate) struct Author {
    seat: SeatId,
    /// Proposals so far.
    nonce: u64,
}

impl Author {
    pub(crate) fn new() -> Self {
        Self { seat: seat(Council::Treasury, 1), nonce: 0 }
    }

    /// Opens proposals and takes them back until there were `past`.
    pub(crate) fn live(&mut self, lab: &mut Lab, past: u64) {
        while self.nonce < past {
            let (_, (id, _), _) = self.tighten(lab);
            act(lab, self.seat, Order::Proposal(proposal::Order::Cancel { id }));
        }
    }

    /// One more, carried out.
    pub(crate) fn steps(&mut self, lab: &mut Lab) -> Steps {
        let (action, (id, digest), opening) = self.tighten(lab);
        let mut approve =
            |who| act(lab, who, Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve }));
        let approval = approve(self.seat);
        approve(seat(Council::Treasury, 0));
        approve(seat(Council::Sovereign, 0));
        vec![("opening", opening), ("an approval", approval), ("executing", executed(lab, self.seat, id, action))]
    }

    /// Opens a change of route 1 that makes its largest transaction smaller by one.
    fn tighten(&mut self, lab: &mut Lab) -> (Action, (ProposalId, ProposalDigest), Answer<Outcome>) {
        self.nonce += 1;
        let present = lab.model.route(1).ok().flatten().expect("the route of the flow before");
        let economics = Economics { tx_max: present.economics.tx_max - 1, ..present.economics };
        let previous = Some(route_hash(&present));
        let action = Action::Bridge(bridge::Action::SetRoute(SetRoute { route: 1, previous, economics }));
        let open = Open {
            row: RowId::BRIDGE_TIGHTEN,
            action: action.clone(),
            document: DocumentHash([2; 32]),
            approve_within: 86_400,
            execute_within: 86_400,
            nonce: self.nonce,
            approve: false,
        };
        let answer = act(lab, self.seat, Order::Proposal(proposal::Order::Open(Box::new(open))));
        (action, proposed(&answer), answer)
    }
}

/// What decisions with a delay would leave behind: one more seat in the councils of programmes from the second on.
pub(crate) fn sit(lab: &mut Lab, number: u32) {
    let council = Council::Program(2 + number / SEATS);
    let index = u8::try_from(number % SEATS).expect("sixteen seats");
    let one: Seat = *lab.model.seat(seat(Council::Program(1), 0)).expect("a seat of the first programme");
    let head = lab.model.council(Council::Program(1)).expect("its council");
    let mut bytes = [0; 33];
    bytes[0] = 2;
    bytes[1..].copy_from_slice(&sha256(&[b"seat", &number.to_le_bytes()]));
    let key = Key::P256(bytes);
    let id = SeatId { council, index };
    lab.write(&CellKey::Council(council), &CouncilHead { size: index + 1, ..head });
    lab.write(&CellKey::Seat(id), &Seat { key, ..one });
    lab.write(&CellKey::KeySeat(key), &Seated { seat: id, prepared: None });
}
