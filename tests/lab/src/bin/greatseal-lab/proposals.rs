//! What opening, approving and executing cost early and late in the life of an author's slot, and among many seats that
//! have nothing to do with it.

use crate::{Flat, HISTORY, act, executed, proposed, seat};
use greatseal_lab::Lab;
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
    proposal_id::{Decision, ProposalId},
    route::{Economics, SetRoute},
    row::RowId,
    state::State,
};
use sp_runtime::Weight;

/// Seats of one council, at most.
const SEATS: u32 = 16;

/// After ten proposals of the same author, and after ten thousand; then beside ten more seats of other councils, and beside ten
/// thousand.
pub(crate) fn measure(lab: &mut Lab) {
    let author = seat(Council::Treasury, 1);
    let mut nonce = 0;
    let mut flat = Flat::default();
    for past in HISTORY {
        while nonce < past {
            nonce += 1;
            let (_, (id, _), _) = tighten(lab, author, nonce);
            act(lab, author, Order::Proposal(proposal::Order::Cancel { id }));
        }
        nonce += 1;
        rows(lab, &mut flat, author, nonce, past, "proposals");
    }
    let mut seats = 0;
    for others in HISTORY {
        while u64::from(seats) < others {
            sit(lab, seats);
            seats += 1;
        }
        nonce += 1;
        rows(lab, &mut flat, author, nonce, others, "seats of other councils");
    }
}

fn rows(lab: &mut Lab, flat: &mut Flat, author: SeatId, nonce: u64, past: u64, of: &str) {
    let (action, (id, digest), opening) = tighten(lab, author, nonce);
    let mut approve =
        |who| act(lab, who, Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve })).1;
    let approval = approve(author);
    approve(seat(Council::Treasury, 0));
    approve(seat(Council::Sovereign, 0));
    let executing = executed(lab, author, id, action);
    flat.row("opening", past, of, opening);
    flat.row("an approval", past, of, approval);
    flat.row("executing", past, of, executing);
}

/// Opens a change of route 1 that makes its largest transaction smaller by one.
fn tighten(lab: &mut Lab, author: SeatId, nonce: u64) -> (Action, (ProposalId, ProposalDigest), Weight) {
    let present = lab.model.route(1).ok().flatten().expect("the route of the flow before");
    let economics = Economics { tx_max: present.economics.tx_max - 1, ..present.economics };
    let action = Action::Bridge(bridge::Action::SetRoute(SetRoute {
        route: 1,
        previous: Some(route_hash(&present)),
        economics,
    }));
    let open = Open {
        row: RowId::BRIDGE_TIGHTEN,
        action: action.clone(),
        document: DocumentHash([2; 32]),
        approve_within: 86_400,
        execute_within: 86_400,
        nonce,
        approve: false,
    };
    let (answer, weight) = act(lab, author, Order::Proposal(proposal::Order::Open(Box::new(open))));
    (action, proposed(&answer), weight)
}

/// What decisions with a delay would leave behind: one more seat in the councils of programmes from the second on.
fn sit(lab: &mut Lab, number: u32) {
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
