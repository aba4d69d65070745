//! `codec`: decode∘encode = id, and one byte string a value. `bounded`: no cell over 416 bytes.

use crate::{arbitrary, sequences::run};
use greatseal_protocol::{
    action::{Economics, Scope},
    bytes::{AssetHash, Label, to_hex},
    cells::{CellKey, Escalation, Head, MAX_CELL, Paused, Route},
    command::{Command, ProposalId},
    council::{Council, CouncilHead, Seat, SeatId},
    envelope::Envelope,
    event::Record,
    genesis::Genesis,
    key::{Key, Signature},
    proposal::Proposal,
    refusal::Refusal,
    row::{Minima, Row},
    scale::{Decode, DecodeAll, Encode, MaxEncodedLen},
    words,
};
use proptest::{prelude::*, sample::Index};
use std::fmt::Debug;

/// A change of the bytes: flip, insert, remove, or cut off.
fn damage() -> impl Strategy<Value = Vec<(u8, Index, u8)>> {
    prop::collection::vec((0_u8..5, any::<Index>(), any::<u8>()), 0..4)
}

fn damaged(mut bytes: Vec<u8>, changes: &[(u8, Index, u8)]) -> Vec<u8> {
    for (kind, at, value) in changes {
        let at = at.index(bytes.len() + 1).min(bytes.len().saturating_sub(1));
        match kind {
            _ if bytes.is_empty() => bytes.push(*value),
            0 => bytes[at] ^= value,
            1 => bytes[at] ^= 1 << (value % 8),
            2 => bytes.insert(at, *value),
            3 => drop(bytes.remove(at)),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

fn one_byte_string<T: Encode + Decode + PartialEq + Debug>(value: &T, changes: &[(u8, Index, u8)]) {
    let bytes = value.encode();
    assert_eq!(T::decode_all(&mut &*bytes).as_ref(), Ok(value));
    let other = damaged(bytes.clone(), changes);
    if let Ok(decoded) = T::decode_all(&mut &*other) {
        assert_eq!(decoded.encode(), other, "{decoded:?} has a second byte string");
        assert_eq!(decoded == *value, other == bytes, "two values, one byte string");
    }
}

macro_rules! codec {
    ($($name:ident: $strategy:expr;)*) => {$(
        #[test]
        fn $name() {
            run(1_500, &($strategy, damage()), |(value, changes)| {
                one_byte_string(&value, &changes);
                Ok(())
            });
        }
    )*};
}

codec! {
    codec_command: arbitrary::command();
    codec_record: arbitrary::record();
    codec_genesis: arbitrary::genesis();
    codec_cell_key: arbitrary::cell_key();
    codec_head: arbitrary::head();
    codec_row: arbitrary::row();
    codec_council_head: arbitrary::council_head();
    codec_seat: arbitrary::seat();
    codec_seat_id: arbitrary::seat_id();
    codec_proposal: arbitrary::proposal();
    codec_paused: arbitrary::paused();
    codec_route: arbitrary::route();
    codec_escalation: arbitrary::escalation();
}

#[test]
fn codec_envelope() {
    run(3_000, &(arbitrary::envelope(), damage()), |(envelope, changes)| {
        let bytes = envelope.to_bytes();
        assert_eq!(Envelope::parse(&bytes).as_ref(), Ok(&envelope));
        let other = damaged(bytes, &changes);
        if let Ok(parsed) = Envelope::parse(&other) {
            assert_eq!(parsed.to_bytes(), other);
        }
        Ok(())
    });
}

#[test]
fn codec_of_any_bytes() {
    fn exact<T: Encode + Decode>(bytes: &[u8]) {
        if let Ok(value) = T::decode_all(&mut &*bytes) {
            assert_eq!(value.encode(), bytes);
        }
    }
    run(20_000, &prop::collection::vec(prop_oneof![0_u8..12, any::<u8>()], 0..300), |bytes| {
        if let Ok(envelope) = Envelope::parse(&bytes) {
            assert_eq!(envelope.to_bytes(), bytes);
        }
        exact::<Command>(&bytes);
        exact::<Record>(&bytes);
        exact::<Genesis>(&bytes);
        exact::<CellKey>(&bytes);
        exact::<Head>(&bytes);
        exact::<Row>(&bytes);
        exact::<CouncilHead>(&bytes);
        exact::<Seat>(&bytes);
        exact::<SeatId>(&bytes);
        exact::<Proposal>(&bytes);
        exact::<Paused>(&bytes);
        exact::<Route>(&bytes);
        exact::<Escalation>(&bytes);
        exact::<Refusal>(&bytes);
        exact::<Signature>(&bytes);
        Ok(())
    });
}

#[test]
fn rule_13_sets_are_sorted_and_without_duplicates_in_bytes() {
    use Council::{Emergency, Sovereign, Treasury};
    let decode = |list: Vec<(Council, u8)>| Minima::decode_all(&mut &*list.encode()).is_ok();
    assert!(decode(vec![(Sovereign, 1), (Treasury, 1)]));
    assert!(decode(vec![(Council::Program(1), 1), (Council::Program(2), 1)]));
    for bad in [vec![], vec![(Treasury, 1), (Sovereign, 1)], vec![(Sovereign, 1), (Sovereign, 2)]] {
        assert!(!decode(bad));
    }
    let five = [Sovereign, Council::Policy, Council::Technical, Emergency, Treasury].map(|council| (council, 1));
    assert!(!decode(five.to_vec()) && decode(five[..4].to_vec()));
    for bad in ["", "A", "a b", "a_b", "é", &"a".repeat(33)] {
        assert!(Label::decode_all(&mut &*bad.encode()).is_err(), "{bad:?}");
    }
}

#[test]
fn bounded_the_largest_cells() {
    let label = Label::new(&"z".repeat(Label::MAX)).unwrap();
    let id =
        ProposalId { serial: u32::MAX, author: SeatId { council: Council::Program(u32::MAX), index: 255 }, slot: 3 };
    let fixed = [
        ("head", Head::max_encoded_len()),
        ("council", CouncilHead::max_encoded_len()),
        ("key", SeatId::max_encoded_len()),
        ("paused", Paused::max_encoded_len()),
        ("route", Route::max_encoded_len()),
        ("escalation", Escalation::max_encoded_len()),
        ("address", CellKey::max_encoded_len()),
    ];
    fixed.into_iter().for_each(|(name, size)| assert!(size <= MAX_CELL, "{name}: {size}"));
    // Those with lists: the longest lists of the longest entries.
    run(2_000, &(arbitrary::proposal(), arbitrary::seat(), arbitrary::row()), move |(mut proposal, mut seat, row)| {
        let program = |at| Council::Program(u32::MAX - at);
        proposal.author = Key::P256([255; 33]);
        proposal.stage = greatseal_protocol::proposal::Stage::Approved { quorum_at: u64::MAX };
        let tally = |at| greatseal_protocol::proposal::Tally {
            council: program(at),
            epoch: u32::MAX,
            approve: u32::MAX,
            reject: u32::MAX,
        };
        proposal.tallies = (0..4).map(tally).collect();
        (seat.key, seat.organisation) = (proposal.author, label.clone());
        let minima = Minima::new((0..4).rev().map(|at| (program(at), 255)).collect()).unwrap();
        let sizes = [proposal.encoded_size(), seat.encoded_size(), Row { minima, ..row }.encoded_size()];
        assert!(sizes.iter().all(|size| *size <= MAX_CELL), "{sizes:?}");
        assert_eq!(proposal.id(id.author, id.slot).author, id.author);
        Ok(())
    });
}

/// What a signer reads shows every bit of what is signed: two commands never read alike.
#[test]
fn rule_01_words_show_every_field() {
    run(10_000, &(arbitrary::command(), any::<Index>(), 1_u8..=255), |(command, at, flip)| {
        let bytes = command.encode();
        let mut other = bytes.clone();
        other[at.index(bytes.len())] ^= flip;
        if let Ok(decoded) = Command::decode_all(&mut &*other) {
            assert_ne!(words::command(&command), words::command(&decoded), "{command:?} and {decoded:?} read alike");
        }
        Ok(())
    });
}

#[test]
fn text_forms_read_back() {
    let all = (arbitrary::seat_id(), arbitrary::proposal_id(), arbitrary::scope(), arbitrary::key(), ".{0,24}");
    run(5_000, &all, |(seat, proposal, scope, key, text)| {
        assert_eq!(seat.to_string().parse(), Ok(seat));
        assert_eq!(proposal.to_string().parse(), Ok(proposal));
        assert_eq!(scope.to_string().parse(), Ok(scope));
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!(AssetHash([7; 32]).to_string().parse(), Ok(AssetHash([7; 32])));
        if let Ok(seat) = text.parse::<SeatId>() {
            assert_eq!(seat.to_string(), text);
        }
        if let Ok(id) = text.parse::<ProposalId>() {
            assert_eq!(id.to_string(), text);
        }
        let _ = (text.parse::<Scope>(), text.parse::<Key>());
        Ok(())
    });
    for text in ["", "S", "S00", "S-0", "s0", "Pr7-1", "Pr:7-01", "Pr:-1", "S256", "S+1", "S0 "] {
        assert!(text.parse::<SeatId>().is_err(), "{text:?}");
    }
    for text in ["1.S0", "1.S0.4", "1.S0.0.0", "01.S0.0", "-1.S0.0", "1.S0.", ".S0.1"] {
        assert!(text.parse::<ProposalId>().is_err(), "{text:?}");
    }
    assert_eq!(to_hex(&[0, 255, 16]), "00ff10");
}

/// Tightening is an order: nothing is gained by going in steps, and there and back is never free.
#[test]
fn rule_11_tightening_steps_never_loosen() {
    let near = (arbitrary::economics(), any::<[u8; 8]>(), any::<[u8; 8]>()).prop_map(|(a, first, second)| {
        let step = |old: Economics, by: [u8; 8]| {
            let less = |value: u128, by: u8| value.saturating_sub(u128::from(by % 3));
            Economics {
                tx_min: old.tx_min.saturating_add(u128::from(by[0] % 3)),
                tx_max: less(old.tx_max, by[1]),
                account_max: less(old.account_max, by[2]),
                aggregate_max: less(old.aggregate_max, by[3]),
                large: less(old.large, by[4]),
                count_max: old.count_max.saturating_sub(u32::from(by[5] % 3)),
                rate_from: old.rate_from.saturating_add(u64::from(by[6] % 3)),
                rate_until: old.rate_until.saturating_sub(u64::from(by[7] % 3)),
                ..old
            }
        };
        let b = step(a, first);
        (a, b, step(b, second))
    });
    run(3_000, &near, |(a, b, c)| {
        assert!(a.tightens_to(&a) && a.tightens_to(&b) && b.tightens_to(&c) && a.tightens_to(&c));
        assert!(!b.tightens_to(&a) || a == b);
        Ok(())
    });
}
