//! Any cell, and its address.

use super::*;
use greatseal_protocol::{
    cells::{CellKey, Escalation, Head, Paused, Route},
    council::{CouncilHead, Seat, SeatState},
    digest::Domain,
    proposal::{Proposal, Stage, Tally},
    row::{Executors, Minima, Row},
};
use proptest::collection::vec;

pub(crate) fn row() -> impl Strategy<Value = Row> {
    let minima = vec((council(), any::<u8>()), 1..=Minima::MAX).prop_map(|mut list| {
        list.sort();
        list.dedup_by_key(|(council, _)| *council);
        Minima::new(list).unwrap()
    });
    let numbers = any::<(u8, u32, u8, u32, u32, u32, bool, bool, bool)>();
    (minima, numbers).prop_map(|(minima, numbers)| {
        let (id, version, m, delay, approve_by, window, operator, protective, escalation) = numbers;
        let executors = if operator { Executors::Operator } else { Executors::Anyone };
        Row { id: RowId(id), version, m, minima, delay, approve_by, window, executors, protective, escalation }
    })
}

pub(crate) fn proposal() -> impl Strategy<Value = Proposal> {
    let tally = (council(), any::<(u32, u32, u32)>()).prop_map(|(council, (epoch, approve, reject))| Tally {
        council,
        epoch,
        approve,
        reject,
    });
    let finished = [Stage::Open, Stage::Executed, Stage::Cancelled, Stage::Rejected];
    let approved = any::<u64>().prop_map(|quorum_at| Stage::Approved { quorum_at });
    let stage = prop_oneof![select(finished.to_vec()), approved];
    let hashes = (proposal_digest(), action_hash(), document_hash());
    let numbers = any::<(u32, u8, u32, u64, u64, u64, u32, u32)>();
    (key(), hashes, stage, vec(tally, 0..=4), numbers).prop_map(|(author, hashes, stage, tallies, numbers)| {
        let (digest, action, document) = hashes;
        let (serial, row, row_version, nonce, opened_at, approve_by, delay, window) = numbers;
        Proposal {
            serial,
            digest,
            row: RowId(row),
            row_version,
            author,
            nonce,
            action,
            document,
            opened_at,
            approve_by,
            delay,
            window,
            stage,
            tallies,
        }
    })
}

pub(crate) fn head() -> impl Strategy<Value = Head> {
    (deployment_id(), chain_genesis(), any::<([u8; 20], u64, u64, u32)>()).prop_map(|(deployment, chain, numbers)| {
        let (contract, chain_id, seq, serial) = numbers;
        Head { domain: Domain { deployment, contract: ContractAddress(contract), chain_id }, chain, seq, serial }
    })
}

pub(crate) fn seat() -> impl Strategy<Value = Seat> {
    let state = select(vec![SeatState::Pending, SeatState::Active, SeatState::Suspended]);
    (key(), holder_hash(), label(), any::<(u64, u32, u64)>(), state).prop_map(
        |(key, holder, organisation, (valid_until, since, nonce), state)| Seat {
            key,
            holder,
            organisation,
            valid_until,
            state,
            since,
            nonce,
        },
    )
}

pub(crate) fn paused() -> impl Strategy<Value = Paused> {
    (any::<(u64, u64)>(), proposal_id(), incident(), severity(), reference_hash()).prop_map(
        |((until, since), proposal, incident, severity, reason)| Paused {
            until,
            since,
            proposal,
            incident,
            severity,
            reason,
        },
    )
}

pub(crate) fn route() -> impl Strategy<Value = Route> {
    (any::<u32>(), economics()).prop_map(|(version, economics)| Route { version, economics })
}

pub(crate) fn escalation() -> impl Strategy<Value = Escalation> {
    (any::<u64>(), seat_id(), reference_hash(), any::<bool>()).prop_map(|(at, seat, reference, used)| Escalation {
        at,
        seat,
        reference,
        used,
    })
}

pub(crate) fn council_head() -> impl Strategy<Value = CouncilHead> {
    any::<(u32, u8)>().prop_map(|(epoch, size)| CouncilHead { epoch, size })
}

pub(crate) fn cell_key() -> impl Strategy<Value = CellKey> {
    prop_oneof![
        Just(CellKey::Head),
        any::<u8>().prop_map(|row| CellKey::Row(RowId(row))),
        council().prop_map(CellKey::Council),
        seat_id().prop_map(CellKey::Seat),
        key().prop_map(CellKey::KeySeat),
        (seat_id(), any::<u8>()).prop_map(|(seat, slot)| CellKey::Proposal(seat, slot)),
        scope().prop_map(CellKey::Pause),
        any::<u32>().prop_map(CellKey::Route),
        scope().prop_map(CellKey::Escalation),
    ]
}
