//! `codec`: decode∘encode = id, and one byte string a value. `bounded`: no cell over 416 bytes.

use crate::{
    arbitrary::{Any, largest},
    dice::{Dice, throw},
};
use greatseal_edwards::Prepared;
use greatseal_protocol::{
    action::Action,
    batch::{Batch, Header},
    bytes::{AssetHash, HolderHash, Label, MAX_CELL, to_hex},
    cells::{CellKey, Head, ROOT},
    command::Command,
    conversion::{Carried, Reservation, Sharing, Traffic, Word},
    council::{Council, CouncilHead, Organisation, Seat, SeatId},
    daily::{Daily, DayRate, Following, Said},
    dispute::{Dispute, Disputed, OpenDisputes},
    emergency::{Duty, InMode, MOST_DUTIES, Paused, Report, Use},
    envelope::{Envelope, MOST_REMEMBERED, Remembered},
    event::{Event, Record},
    genesis::Genesis,
    key::{Key, Signature},
    line::Line,
    manifest,
    outcome::{NotDeployed, Outcome, Records, Undone},
    parameter::{Parameter, Tuning},
    phase::{Companion, SetPhase, WayBack},
    program::{Program, RuleSet},
    proposal::{MOST_RECOVERIES, Proposal},
    proposal_id::ProposalId,
    refusal::Refusal,
    registry::{Deployment, EntryKey, Registered},
    route::{Economics, Route, Served},
    row::{Minima, Row},
    scale::{Decode, DecodeAll, Encode, MaxEncodedLen},
    scope::{Escalation, Scope, Watched},
    settlement::{Outcome as EntryOutcome, Stated, Voted},
    succession::Import,
    window::{Meter, Window},
    words,
};
use std::{collections::BTreeSet, fmt::Debug};

/// Some changes of the bytes: flip, insert, remove, or cut off.
fn damaged(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    for _ in 0..dice.below(4) {
        let at = dice.index(bytes.len() + 1).min(bytes.len().saturating_sub(1));
        let [value] = dice.bytes();
        match dice.below(5) {
            _ if bytes.is_empty() => bytes.push(value),
            0 => bytes[at] ^= value,
            1 => bytes[at] ^= 1 << (value % 8),
            2 => bytes.insert(at, value),
            3 => drop(bytes.remove(at)),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// Reads back; cut short or made longer it is nothing; altered it is nothing, or another value with just these bytes.
fn one_byte_string<T: Any + Encode + Decode + PartialEq + Debug>(dice: &mut Dice) {
    let value = T::any(dice);
    let bytes = value.encode();
    assert_eq!(bytes.len(), value.encoded_size());
    assert_eq!(T::decode_all(&mut &*bytes).as_ref(), Ok(&value));
    let shorter = dice.index(bytes.len());
    assert!(T::decode_all(&mut &bytes[..shorter]).is_err(), "{shorter} bytes of {value:?}");
    let longer = [&bytes[..], &[dice.bytes::<1>()[0]]].concat();
    assert!(T::decode_all(&mut &*longer).is_err(), "more bytes than {value:?}");
    let mut flipped = bytes.clone();
    flipped[dice.index(bytes.len())] ^= 1 << dice.below(8);
    for other in [flipped, damaged(bytes.clone(), dice)] {
        if let Ok(decoded) = T::decode_all(&mut &*other) {
            assert_eq!(decoded.encode(), other, "{decoded:?} has a second byte string");
            assert_eq!(decoded == value, other == bytes, "two values, one byte string");
        }
    }
}

macro_rules! codec {
    ($($name:ident: $type:ty;)*) => {
        $(#[test] fn $name() { throw(1_500, one_byte_string::<$type>); })*

        /// Every type once more, from bytes that nobody encoded.
        fn exact_all(bytes: &[u8]) {
            $(exact::<$type>(bytes);)*
        }
    };
}

codec! {
    codec_command: Command;
    codec_action: Action;
    codec_event: Event;
    codec_record: Record;
    codec_genesis: Genesis;
    codec_cell_key: CellKey;
    codec_head: Head;
    codec_import: Import;
    codec_row: Row;
    codec_council_head: CouncilHead;
    codec_seat: Seat;
    codec_seat_id: SeatId;
    codec_proposal: Proposal;
    codec_paused: Paused;
    codec_route: Route;
    codec_escalation: Escalation;
    codec_organisation: Organisation;
    codec_duty: Option<Duty>;
    codec_duties: Vec<(Scope, u64)>;
    codec_use: Use;
    codec_mode: InMode;
    codec_registered: Registered;
    codec_deployment: Deployment;
    codec_tuning: Tuning;
    codec_dispute: Dispute;
    codec_served: Served;
    codec_window: Window;
    codec_sharing: Sharing;
    codec_carried: Carried;
    codec_traffic: Traffic;
    codec_reservation: Reservation;
    codec_word: Word;
    codec_meter: Meter;
    codec_daily: Daily;
    codec_companion: Companion;
    codec_set_phase: SetPhase;
    codec_way_back: Option<WayBack>;
    codec_program: Program;
    codec_line: Line;
    codec_rule_set: RuleSet;
    codec_header: Header;
    codec_batch: Batch;
    codec_stated: Stated;
    codec_voted: Voted;
    codec_entry_outcome: EntryOutcome;
    codec_manifest_entry: manifest::Entry;
    codec_refusal: Refusal;
    codec_signature: Signature;
    codec_outcome: Outcome;
    codec_undone: Undone;
    codec_not_deployed: NotDeployed;
    codec_envelope: Envelope;
}

#[test]
fn codec_envelope_parses_exactly() {
    throw(3_000, |dice| {
        let envelope = Envelope::any(dice);
        let bytes = envelope.to_bytes();
        assert_eq!(Envelope::parse(&bytes).as_ref(), Ok(&envelope));
        let other = damaged(bytes, dice);
        if let Ok(parsed) = Envelope::parse(&other) {
            assert_eq!(parsed.to_bytes(), other);
        }
        if other.first() == Some(&Envelope::VERSION) {
            assert_eq!(Envelope::parse(&other).ok(), Envelope::decode_all(&mut &*other).ok());
        }
    });
}

fn exact<T: Encode + Decode>(bytes: &[u8]) {
    if let Ok(value) = T::decode_all(&mut &*bytes) {
        assert_eq!(value.encode(), bytes);
    }
}

#[test]
fn codec_of_any_bytes() {
    throw(10_000, |dice| {
        let byte = |dice: &mut Dice| if dice.chance(50) { dice.bytes::<1>()[0] } else { dice.bytes::<1>()[0] % 12 };
        let bytes: Vec<u8> = (0..dice.below(300)).map(|_| byte(dice)).collect();
        if let Ok(envelope) = Envelope::parse(&bytes) {
            assert_eq!(envelope.to_bytes(), bytes);
        }
        exact_all(&bytes);
    });
}

/// The head lies where ink! keeps a contract's own value, every other cell under the bytes of its key.
#[test]
fn codec_every_cell_has_its_own_place() {
    assert_eq!(CellKey::Head.place(), [0; 4]);
    assert_eq!(ROOT, [0; 4]);
    throw(1_500, |dice| {
        let key = CellKey::any(dice);
        let wants = if key == CellKey::Head { vec![0; 4] } else { key.encode() };
        assert_eq!(key.place(), wants, "{key:?}");
        assert!(key == CellKey::Head || key.place() != ROOT, "{key:?} lies where the head does");
    });
}

/// The contract emits each record in its parts, after its topics: the bytes are those of the whole.
#[test]
fn codec_records_of_a_command_are_told_one_by_one() {
    throw(500, |dice| {
        let events: Vec<Event> = (0..=dice.below(4)).map(|_| Any::any(dice)).collect();
        let seq = dice.below(1 << 40);
        let (at, door, actor) = (Any::any(dice), Any::any(dice), Any::any(dice));
        let records = Records { seq, at, door, actor, events: events.clone() };
        let (Records { at, door, actor, .. }, topics) = (records.clone(), ([1_u8; 32], [2_u8; 32]));
        let told: Vec<Vec<u8>> =
            records.iter().map(|(seq, event)| (topics, seq, at, door, actor, event).encode()).collect();
        let each = records.into_vec();
        assert_eq!(told, each.iter().map(|record| (topics, record).encode()).collect::<Vec<_>>());
        let wants = (seq..).zip(events).map(|(seq, event)| Record { seq, at, door, actor, event });
        assert_eq!(each, wants.collect::<Vec<_>>());
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

/// The most bytes that the cell of this key can have: all that the rules let into it, whatever its numbers.
fn largest_cell(key: &CellKey) -> usize {
    fn of<T: Any + Encode>() -> usize {
        largest::<T>().encoded_size()
    }
    match key {
        CellKey::Head => of::<Head>(),
        CellKey::Row(_) => of::<Row>(),
        CellKey::Council(_) => of::<CouncilHead>(),
        CellKey::Seat(_) => of::<Seat>(),
        // A key is prepared where it is Ed25519.
        CellKey::KeySeat(_) => largest::<SeatId>().encoded_size() + 1 + Prepared::max_encoded_len(),
        // Four tallies: the councils of a row.
        CellKey::Proposal(..) => of::<Proposal>(),
        CellKey::Pause(_) => of::<Paused>(),
        CellKey::Route(_) => of::<Route>(),
        CellKey::Escalation(_) => of::<Escalation>(),
        CellKey::Organisation(_) => of::<Organisation>(),
        CellKey::Holder(_) => of::<Option<SeatId>>(),
        CellKey::Duty(_) => of::<Option<Duty>>(),
        // No single accounts among them.
        CellKey::Duties => vec![(Scope::Program(u32::MAX), u64::MAX); MOST_DUTIES].encoded_size(),
        CellKey::Use(_) => of::<Use>(),
        CellKey::Mode => of::<InMode>(),
        CellKey::Entry(_) => of::<Registered>(),
        CellKey::Running(_) => of::<Deployment>(),
        CellKey::Parameter(_) => of::<Tuning>(),
        CellKey::Dispute(_) => of::<Dispute>(),
        CellKey::Compliance(_) => of::<Served>(),
        CellKey::Window(_) => of::<Meter>(),
        CellKey::Aggregate(_) => of::<Meter>(),
        // Sixteen routes.
        CellKey::Sharing(_) => of::<Sharing>(),
        CellKey::Traffic(_) => of::<Traffic>(),
        CellKey::Reservation(..) => of::<Reservation>(),
        CellKey::Word(..) => of::<Option<Word>>(),
        CellKey::Report(..) => of::<Report>(),
        // Eight of them.
        CellKey::Refusals(_) => MOST_REMEMBERED * of::<Remembered>() + 1,
        CellKey::SaidRate(..) => of::<Option<Said<DayRate>>>(),
        CellKey::SaidLists(..) => of::<Option<Said<Following>>>(),
        CellKey::Daily(_) => of::<Daily>(),
        CellKey::WayBack(_) => of::<Option<WayBack>>(),
        CellKey::Companion(_) => of::<Companion>(),
        CellKey::CompanionSeat(_) => of::<SeatId>(),
        CellKey::Program(_) => of::<Program>(),
        CellKey::Line(..) => of::<Line>(),
        CellKey::Rules(..) => of::<RuleSet>(),
        CellKey::Stopped(_) => of::<u64>(),
        CellKey::Batch(_) => of::<Batch>(),
        CellKey::Statement(..) => of::<Stated>(),
        CellKey::Vote(..) => of::<Voted>(),
        CellKey::OpenDisputes(_) => of::<OpenDisputes>(),
        CellKey::Disputed(_) => of::<Disputed>(),
        CellKey::Recoveries => vec![largest::<(ProposalId, u64)>(); MOST_RECOVERIES].encoded_size(),
        CellKey::Import => of::<Import>(),
    }
}

#[test]
fn bounded_the_largest_cells() {
    let mut kinds = BTreeSet::new();
    throw(2_000, |dice| {
        let key = CellKey::any(dice);
        assert!(key.encoded_size() <= largest::<CellKey>().encoded_size());
        let size = largest_cell(&key);
        assert!(size <= MAX_CELL, "{key:?}: {size} bytes");
    });
    let mut dice = Dice::seeded(0);
    (0..2_000).for_each(|_| {
        kinds.insert(CellKey::any(&mut dice).encode()[0]);
    });
    assert_eq!(kinds.len(), 45, "every kind of cell was looked at");
    let address = largest::<CellKey>().encoded_size();
    assert!(address <= 128, "{address} bytes of address");
    // As large as it is said to be: a label of 32, a P-256 key, a programme's council, four tallies.
    let proposal: Proposal = largest();
    assert!(matches!(proposal.author, Key::P256(_)) && proposal.tallies.len() == 4 && proposal.tie.is_some());
    assert!(proposal.tallies.iter().all(|tally| matches!(tally.council, Council::Program(u32::MAX))));
    let seat: Seat = largest();
    assert!(seat.successor.is_some() && seat.suspension.is_some() && seat.role.as_str().len() == Label::MAX);
}

/// No value that is found at random is larger than the one that is said to be the largest.
#[test]
fn bounded_nothing_is_larger_than_the_largest() {
    fn within<T: Any + Encode + Debug>(dice: &mut Dice) {
        let value = T::any(dice);
        assert!(value.encoded_size() <= largest::<T>().encoded_size(), "{value:?}");
    }
    throw(500, |dice| {
        within::<Seat>(dice);
        within::<Proposal>(dice);
        within::<Row>(dice);
        within::<Registered>(dice);
        within::<Deployment>(dice);
        within::<Option<Duty>>(dice);
        within::<CellKey>(dice);
        within::<Head>(dice);
        within::<Batch>(dice);
        within::<Line>(dice);
        within::<Program>(dice);
        within::<Dispute>(dice);
        within::<Action>(dice);
    });
}

/// What a signer reads shows every bit of what is signed: two commands never read alike.
#[test]
fn rule_01_words_show_every_field() {
    throw(10_000, |dice| {
        let command = Command::any(dice);
        let mut other = command.encode();
        let at = dice.index(other.len());
        other[at] ^= u8::try_from(dice.below(255) + 1).unwrap();
        if let Ok(decoded) = Command::decode_all(&mut &*other) {
            assert_ne!(words::command(&command), words::command(&decoded), "{command:?} and {decoded:?} read alike");
        }
    });
}

#[test]
fn text_forms_read_back() {
    throw(5_000, |dice| {
        fn reads_back<T: Any + std::str::FromStr + ToString + PartialEq + Debug>(dice: &mut Dice) {
            let value = T::any(dice);
            assert_eq!(value.to_string().parse().ok(), Some(value));
        }
        reads_back::<SeatId>(dice);
        reads_back::<ProposalId>(dice);
        reads_back::<Scope>(dice);
        reads_back::<Watched>(dice);
        reads_back::<Key>(dice);
        reads_back::<EntryKey>(dice);
        reads_back::<Parameter>(dice);
        reads_back::<AssetHash>(dice);
        reads_back::<HolderHash>(dice);
        let text: String =
            (0..dice.below(24)).map(|_| *dice.one(&[' ', '.', ':', '-', '0', '1', '7', 'S', 'P', 'r', 'é'])).collect();
        if let Ok(seat) = text.parse::<SeatId>() {
            assert_eq!(seat.to_string(), text);
        }
        if let Ok(id) = text.parse::<ProposalId>() {
            assert_eq!(id.to_string(), text);
        }
        let _ = (text.parse::<Scope>(), text.parse::<Key>(), text.parse::<EntryKey>());
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
    fn step(old: Economics, dice: &mut Dice) -> Economics {
        let mut by = || dice.below(3);
        let less = |value: u128, by: u64| value.saturating_sub(u128::from(by));
        Economics {
            tx_min: old.tx_min.saturating_add(u128::from(by())),
            tx_max: less(old.tx_max, by()),
            account_max: less(old.account_max, by()),
            aggregate_max: less(old.aggregate_max, by()),
            large: less(old.large, by()),
            lot_max: less(old.lot_max, by()),
            rate_band_bps: old.rate_band_bps.saturating_sub(u16::try_from(by()).unwrap()),
            count_max: old.count_max.saturating_sub(u32::try_from(by()).unwrap()),
            rate_from: old.rate_from.saturating_add(by()),
            rate_until: old.rate_until.saturating_sub(by()),
            ..old
        }
    }
    throw(3_000, |dice| {
        let a = Economics::any(dice);
        let b = step(a, dice);
        let c = step(b, dice);
        assert!(a.tightens_to(&a) && a.tightens_to(&b) && b.tightens_to(&c) && a.tightens_to(&c));
        assert!(!b.tightens_to(&a) || a == b);
    });
}
