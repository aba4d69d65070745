//! The cases: what was accepted, and one fault after the other.

use super::{By, Case, Original, replaced};
use crate::{
    rules_envelope::with_approval,
    world::{REPORT, START, World, genesis, key_named, key_of, label, seat, sign_p256, signer},
};
use greatseal_protocol::{
    cells::CellKey,
    command::{Capacity, Command, Order},
    conversion::{Conversion, ListProofs, Sharing, Transfer},
    digest::{self, Domain},
    envelope::Envelope,
    key::{Key, Signature},
    language::{bridge, council, operation},
    merkle::Inclusion,
    outcome::Outcome,
    refusal::Refusal,
    row::RowId,
    scale::Encode,
};

/// Order of Ed25519's group (RFC 8032), little-endian.
const ED25519_ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
/// Order of P-256's group and prime of its field (SP 800-186), big-endian.
const P256_ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const P256_FIELD: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";

/// Every case, and the domain of the envelopes.
pub(super) fn cases(world: &World) -> (Domain, Vec<Case>) {
    let (domain, mut originals) = envelopes();
    originals.extend(commands());
    originals.push(rows());
    originals.extend(stored());
    originals.extend(answers(world));
    originals.push(entries());
    originals.extend(keys());
    (domain, originals.into_iter().flat_map(|original| original.cases).collect())
}

/// An order as a command of anyone: it begins at byte 9.
fn command(order: Order) -> Vec<u8> {
    Command { capacity: Capacity::Anyone, expiry: START + 900, order }.encode()
}

/// Little-endian sum, which fits.
fn sum(left: [u8; 32], right: [u8; 32]) -> [u8; 32] {
    let mut carry = 0;
    std::array::from_fn(|at| {
        let sum = u16::from(left[at]) + u16::from(right[at]) + carry;
        carry = sum >> 8;
        sum.to_le_bytes()[0]
    })
}

/// Big-endian difference, which is not negative.
fn difference(left: [u8; 32], right: [u8; 32]) -> [u8; 32] {
    let mut borrow = 0;
    let mut out = [0; 32];
    for at in (0..32).rev() {
        let all = 256 + u16::from(left[at]) - u16::from(right[at]) - borrow;
        (out[at], borrow) = (all.to_le_bytes()[0], 1 - (all >> 8));
    }
    out
}

fn constant(hex: &str) -> [u8; 32] {
    ::hex::decode(hex).unwrap().try_into().unwrap()
}

fn envelopes() -> (Domain, Vec<Original>) {
    use Refusal::{BadSignature, TooLarge, WrongDomain, WrongVersion};
    let (world, good) = with_approval();
    // Version, tag (4), command (57), key (33), signature (65).
    assert_eq!(good.len(), 160);
    let changed = |at: usize, value: u8| replaced(&good, at, 1, &[value]);
    let s = sum(good[128..].try_into().unwrap(), constant(ED25519_ORDER));
    let padded = [&good[..], &vec![0; Envelope::MAX + 1 - good.len()]].concat();
    let other = Envelope { key: key_of(&signer("E2")), ..Envelope::parse(&good).unwrap() }.to_bytes();
    let foreign = [&good[..95], &[2], &[0; 96][..]].concat();
    let ed25519 = Original::new("Envelope", good.clone())
        .bad("it is empty", Vec::new())
        .cut_and_longer()
        .by(By::Decoding, Some(WrongVersion), "version 0", changed(0, 0))
        .by(By::Decoding, Some(WrongVersion), "version 2", changed(0, 2))
        .by(By::Decoding, Some(TooLarge), "12,289 bytes: the size is looked at first", padded)
        .set("the capacity has an unknown tag", 5, 2)
        .set("the council has an unknown tag", 6, 0x0B)
        .set("the order has an unknown subject", 20, 0x03)
        .set("the order has an unknown tag in its subject", 21, 0x07)
        .set("the decision has an unknown tag", 61, 0x00)
        .set("the key is a companion's, which is never in an envelope", 62, 0x03)
        .set("the signature has an unknown tag", 95, 0x03)
        .by(By::Verification, Some(WrongDomain), "the domain tag was changed", changed(1, good[1] ^ 1))
        .by(By::Verification, Some(BadSignature), "it rejects, and an approval was signed", changed(61, 0x02))
        .by(By::Verification, Some(BadSignature), "it has another key", other)
        .by(By::Verification, Some(BadSignature), "the signature is of another algorithm than the key", foreign)
        .by(By::Verification, Some(BadSignature), "R was changed", changed(96, good[96] ^ 1))
        .by(
            By::Verification,
            Some(BadSignature),
            "s is not canonical: the group's order was added",
            replaced(&good, 128, 32, &s),
        );
    let envelope = Envelope::parse(&good).unwrap();
    let key = key_named("p256-anna");
    let signature = sign_p256("p256-anna", &digest::signed_message(&world.domain, &key, &envelope.command));
    let good = Envelope::seal(&world.domain, envelope.command, key, signature).to_bytes();
    // The last 96 bytes are r, s and y.
    let at = good.len() - 96;
    let s = difference(constant(P256_ORDER), good[at + 32..at + 64].try_into().unwrap());
    let y = difference(constant(P256_FIELD), good[at + 64..].try_into().unwrap());
    let p256 = Original::new("Envelope", good.clone())
        .by(
            By::Verification,
            Some(BadSignature),
            "s is above half of the group's order",
            replaced(&good, at + 32, 32, &s),
        )
        .by(
            By::Verification,
            Some(BadSignature),
            "y belongs to the other point with this x",
            replaced(&good, at + 64, 32, &y),
        );
    (world.domain, vec![ed25519, p256])
}

fn commands() -> Vec<Original> {
    let drill =
        command(Order::Operation(operation::Order::FileDrill { kind: label("fail-over"), report: REPORT, nonce: 1 }));
    // Byte 11 is the length of the label, whose nine characters follow.
    assert_eq!(drill[9..12], [0x09, 0x02, 9 << 2]);
    let wide = |length: u8, byte: u8| [vec![length << 2], vec![byte; length.into()]].concat();
    let drill = Original::new("Command", drill)
        .cut_and_longer()
        .with("the length of the label takes two bytes where one is enough", 11, 1, &[(9 << 2) | 1, 0])
        .with("the length of the label takes four bytes where one is enough", 11, 1, &[(9 << 2) | 2, 0, 0, 0])
        .with("the label is empty", 11, 10, &[0])
        .with("the label has 33 characters", 11, 10, &wide(33, b'a'))
        .set("the label has a capital", 12, b'F')
        .set("the label has a space", 12, b' ')
        .set("the label is not UTF-8", 12, 0xFF);
    let accept = command(Order::Council(council::Order::AcceptSeat { seat: seat("S0"), previous: None }));
    let option = accept.len() - 1;
    let accept = Original::new("Command", accept).set("an option is neither 0 nor 1", option, 2);
    let transfer = Transfer {
        route: 1,
        count: 1,
        amount: 1,
        account: Some([0; 32]),
        versions: greatseal_protocol::conversion::Versions { economics: 1, compliance: 1, rate: 0, lists: 0 },
    };
    let conversion = Conversion { transfer, number: 1 };
    let proofs = ListProofs { allow: Some(Inclusion { index: 0, path: Vec::new() }), deny: None };
    let listed = command(Order::Bridge(bridge::Order::Authorize { conversion, proofs }));
    let count = listed.len() - 2;
    let listed = Original::new("Command", listed)
        .with("the count of a list takes two bytes where one is enough", count, 1, &[1, 0])
        .with("the list has fewer entries than its count says", count, 1, &[4]);
    vec![drill, accept, listed]
}

fn rows() -> Original {
    let row = genesis().rows.into_iter().find(|row| row.id == RowId::BRIDGE_LOOSEN).unwrap();
    let councils = row.minima.iter().count();
    let row = row.encode();
    // Number, version (4), m; then a count, and two bytes for each council of a default row.
    let minima = |list: &[(u8, u8)]| list.encode();
    let end = row.len() - 1;
    assert!(councils == 2 && usize::from(row[6]) == councils << 2, "{row:?}");
    let [first, second] = [(row[7], row[8]), (row[9], row[10])];
    Original::new("Row", row)
        .cut_and_longer()
        .with("the minima are not in order", 6, 5, &minima(&[second, first]))
        .with("a council has two minima", 6, 5, &minima(&[first, first]))
        .with("there are no minima", 6, 5, &minima(&[]))
        .with("five councils have minima", 6, 5, &minima(&[(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)]))
        .set("the executors have an unknown tag", end - 1, 0x03)
        .set("a bool is neither 0 nor 1", end, 2)
}

fn stored() -> Vec<Original> {
    let periods = |routes: &[u32]| {
        let periods: Vec<_> = routes.iter().map(|route| (*route, 3_600_u32)).collect();
        Sharing(periods).encode()
    };
    let many: Vec<u32> = (1..=17).collect();
    let sharing = Original::new("Sharing", periods(&[1, 2]))
        .cut_and_longer()
        .bad("the routes are not in order", periods(&[2, 1]))
        .bad("a route stands twice", periods(&[1, 1]))
        .bad("there are 17 routes", periods(&many));
    let key = Original::new("CellKey", CellKey::Route(1).encode()).cut_and_longer().set(
        "the key has a tag that is not given",
        0,
        0x13,
    );
    vec![sharing, key]
}

fn answers(world: &World) -> Vec<Original> {
    let refused = world.submitted.iter().find(|sent| matches!(sent.outcome, Outcome::Refused { .. })).unwrap();
    let outcome = Original::new("Outcome", refused.outcome.encode())
        .cut_and_longer()
        .set("the outcome has an unknown tag", 0, 0x03)
        .with("the refusal has a number that is not given", 33, 2, &[0xFF, 0xFF]);
    // Number (8), time (8), door (1 + 32), actor (1 + 33), event.
    let record = world.records.iter().find(|record| record.event.kind() == "Decided").unwrap().encode();
    let record = Original::new("Record", record)
        .cut_and_longer()
        .set("the door has an unknown tag", 16, 0x03)
        .set("an option is neither 0 nor 1", 49, 2)
        .set("the event has an unknown subject", 83, 0x0B)
        .set("the event has an unknown tag in its subject", 84, 0x09);
    vec![outcome, record]
}

fn entries() -> Original {
    let entry = crate::rules_manifest::entry(0).to_bytes();
    // Version, index (4), label (1 + 13), code (32), option, then the destination: two bytes of length, and 51 characters.
    let at = 1 + 4 + 14 + 32 + 1;
    assert_eq!(entry[at - 1..at + 3], [1, 51 << 2, b'e', b'i']);
    Original::new("ManifestEntry", entry)
        .cut_and_longer()
        .set("version 2", 0, 2)
        .set("the destination is not UTF-8", at + 1, 0xFF)
        .set("the destination is not CAIP-10: a capital in the namespace", at + 1, b'E')
}

fn keys() -> Vec<Original> {
    let sound = key_of(&signer("E0"));
    let of = |hex: &str| Key::Ed25519(constant(hex)).encode();
    let weak = |original: Original, why, bytes| original.by(By::Admission, Some(Refusal::WeakKey), why, bytes);
    let ed25519 = Original::new("Key", sound.encode())
        .cut_and_longer()
        .set("the algorithm has an unknown tag", 0, 0x00)
        .set("the algorithm is a companion's", 0, 0x03);
    let point = |bytes: &[u8; 32]| ed25519_dalek::VerifyingKey::from_bytes(bytes).unwrap().to_edwards();
    let order_8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
    let mixed = (point(sound.account().unwrap()) + point(&constant(order_8))).compress().to_bytes();
    let ed25519 = [
        ("the point is neutral", of("0100000000000000000000000000000000000000000000000000000000000000")),
        (
            "the point is written a second way: y is 1 + p",
            of("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        ),
        ("the point has order 8", of(order_8)),
        ("the point is outside the prime-order subgroup", Key::Ed25519(mixed).encode()),
        ("it is no point", of("0202020202020202020202020202020202020202020202020202020202020202")),
        ("the shape belongs to Ethereum accounts", {
            let mut bytes = *sound.account().unwrap();
            bytes[20..].fill(0xEE);
            Key::Ed25519(bytes).encode()
        }),
    ]
    .into_iter()
    .fold(ed25519, |original, (why, bytes)| weak(original, why, bytes));
    let p256 = key_named("p256-anna").encode();
    let first = |value: u8| replaced(&p256, 1, 1, &[value]);
    let outside = [&p256[..2], &constant(P256_FIELD)[..]].concat();
    let even = weak(Original::new("Key", p256.clone()), "the first byte is not 2 or 3", first(4));
    let p256 = weak(even, "x is not less than the field's prime", outside);
    let Key::Ed25519(bytes) = sound else { panic!() };
    let signature = Signature::Ed25519([&bytes[..], &bytes[..]].concat().try_into().unwrap());
    let signature =
        Original::new("Signature", signature.encode()).cut_and_longer().set("the algorithm is a companion's", 0, 0x03);
    vec![ed25519, p256, signature]
}
