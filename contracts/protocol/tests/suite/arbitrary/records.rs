//! Any genesis, and any record.

use super::*;
use greatseal_protocol::{
    event::{Cause, Door, Event, Opened, Record},
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    refusal::Refusal,
};
use proptest::collection::vec;

pub(crate) fn genesis() -> impl Strategy<Value = Genesis> {
    let seat = (key(), holder_hash(), label(), any::<u64>())
        .prop_map(|(key, holder, organisation, valid_until)| NewSeat { key, holder, organisation, valid_until });
    let councils = vec((council(), vec(seat, 0..4)), 0..4)
        .prop_map(|list| list.into_iter().map(|(council, seats)| CouncilSeats { council, seats }).collect());
    (chain_genesis(), any::<u64>(), councils, vec(row(), 0..4), salt()).prop_map(
        |(chain, chain_id, councils, rows, salt)| Genesis {
            chain,
            chain_id,
            profile: Profile::Standard,
            councils,
            rows,
            salt,
        },
    )
}

fn opened() -> impl Strategy<Value = Opened> {
    let epochs = vec((council(), any::<u32>()), 0..5);
    let hashes = (proposal_digest(), document_hash());
    let numbers = any::<(u8, u32, u64, u64, u32, u32)>();
    (proposal_id(), hashes, epochs, action(), numbers).prop_map(|(id, (digest, document), epochs, action, numbers)| {
        let (row, row_version, nonce, approve_by, delay, window) = numbers;
        let row = RowId(row);
        Opened { id, digest, row, row_version, epochs, action, document, nonce, approve_by, delay, window }
    })
}

fn event() -> impl Strategy<Value = Event> {
    let causes = vec![Cause::Decisions, Cause::ApproveByPassed, Cause::ExecuteByPassed, Cause::Stale];
    let deployed = (deployment_id(), any::<[u8; 20]>(), genesis());
    let changed = (proposal_id(), any::<(u32, u32, bool)>(), economics());
    prop_oneof![
        deployed.prop_map(|(deployment, contract, genesis)| {
            Event::Deployed { deployment, contract: ContractAddress(contract), genesis }
        }),
        select(Refusal::ALL).prop_map(|refusal| Event::Refused { refusal }),
        opened().prop_map(Event::Opened),
        (proposal_id(), seat_id(), decision(), any::<bool>()).prop_map(|(id, seat, decision, quorum)| Event::Decided {
            id,
            seat,
            decision,
            quorum
        }),
        (proposal_id(), any::<u64>(), any::<u64>()).prop_map(|(id, eta, execute_by)| Event::QuorumReached {
            id,
            eta,
            execute_by
        }),
        proposal_id().prop_map(|id| Event::Cancelled { id }),
        (proposal_id(), select(causes)).prop_map(|(id, cause)| Event::Rejected { id, cause }),
        (proposal_id(), action_hash(), log()).prop_map(|(id, action, log)| Event::Executed { id, action, log }),
        (proposal_id(), pause(), any::<u64>()).prop_map(|(id, pause, until)| Event::Paused { id, pause, until }),
        (proposal_id(), scope()).prop_map(|(id, scope)| Event::Lifted { id, scope }),
        (seat_id(), scope(), reference_hash(), any::<u64>())
            .prop_map(|(seat, scope, reference, nonce)| Event::Escalated { seat, scope, reference, nonce }),
        changed.prop_map(|(id, (route, version, escalation), economics)| {
            Event::RouteChanged { id, route, version, economics, escalation }
        }),
    ]
}

pub(crate) fn record() -> impl Strategy<Value = Record> {
    let door = prop_oneof![5 => envelope_digest().prop_map(Door::Envelope), 1 => Just(Door::Constructor)];
    (any::<u64>(), any::<u64>(), door, option::of(key()), event()).prop_map(|(seq, at, door, actor, event)| Record {
        seq,
        at,
        door,
        actor,
        event,
    })
}
