//! 1xx: bytes, signatures and clocks of envelopes.

use crate::world::{
    CHAIN_ID, CONTRACT, DAY, HOUR, MINUTE, START, World, approve, cancel, code_of, economics, execute, first, genesis,
    key_named, key_of, pause, reject, seal_for, seat, set_route, signer,
};
use greatseal_protocol::{
    bytes::{ContractAddress, DeploymentId, ReferenceHash},
    command::{Capacity, Command, Order},
    digest::{self, Domain},
    envelope::Envelope,
    hash,
    key::{Key, Signature},
    language::{operation, proposal},
    outcome::Outcome,
    policy::{self, Broken},
    refusal::Refusal,
    scope::{Scope, Watched},
};

/// A world with an open pause proposal, and the envelope of E1's approval.
pub(crate) fn with_approval() -> (World, Vec<u8>) {
    let mut world = World::new();
    let proposal = world.open("E0", &pause(Scope::Route(1), HOUR));
    let bytes = world.envelope(seat("E1"), approve(&proposal));
    (world, bytes)
}

#[test]
fn decode_100_what_is_not_an_envelope() {
    let (mut world, good) = with_approval();
    world.ignored_bytes(&[], 100);
    world.ignored_bytes(&[1], 100);
    for length in 1..good.len() {
        world.ignored_bytes(&good[..length], 100);
    }
    world.ignored_bytes(&[&good[..], &[0]].concat(), 100);
    world.ignored_bytes(&[&good[..], &good[..]].concat(), 100);
}

#[test]
fn too_large_101_before_anything_is_decoded() {
    let mut world = World::new();
    world.ignored_bytes(&vec![1; Envelope::MAX + 1], 101);
    world.ignored_bytes(&vec![1; Envelope::MAX], 100);
}

#[test]
fn wrong_version_102() {
    let (mut world, mut bytes) = with_approval();
    for version in [0, 2, 255] {
        bytes[0] = version;
        world.ignored_bytes(&bytes, 102);
    }
}

#[test]
fn rule_08_wrong_domain_103_other_contract_chain_or_deployment() {
    let (mut world, good) = with_approval();
    let envelope = Envelope::parse(&good).unwrap();
    let here = world.domain;
    let elsewhere = [
        Domain { contract: ContractAddress([0xC1; 20]), ..here },
        Domain { chain_id: here.chain_id + 1, ..here },
        Domain { deployment: DeploymentId([0; 32]), ..here },
    ];
    for domain in elsewhere {
        let mut bytes = seal_for(&domain, &signer("E1"), envelope.command.clone());
        world.ignored_bytes(&bytes, 103);
        // With this contract's tag pasted in, the signature itself must not verify.
        bytes[1..5].copy_from_slice(&here.tag().0);
        world.ignored_bytes(&bytes, 104);
    }
    assert!(matches!(world.submit(&good), Outcome::Applied { .. }));
}

#[test]
fn bad_signature_104_other_key_other_algorithm_other_message() {
    let (mut world, good) = with_approval();
    let envelope = Envelope::parse(&good).unwrap();
    let Signature::Ed25519(bytes) = envelope.signature else { panic!() };
    let forge = |key, signature| Envelope { key, signature, ..envelope.clone() }.to_bytes();
    world.ignored_bytes(&forge(key_of(&signer("E2")), envelope.signature), 104);
    let mut longer = [0; 96];
    longer[..64].copy_from_slice(&bytes);
    world.ignored_bytes(&forge(envelope.key, Signature::P256(longer)), 104);
    world.ignored_bytes(&forge(envelope.key, Signature::Ed25519([0; 64])), 104);
    let prefixless = ed25519_dalek::Signer::sign(&signer("E1"), b"GREATSEAL-V1:").to_bytes();
    world.ignored_bytes(&forge(envelope.key, Signature::Ed25519(prefixless)), 104);
}

/// Adding the group order to `s` gives a second signature that lax verifiers take.
#[test]
fn bad_signature_104_malleable_scalar() {
    const ORDER: [u8; 32] = [
        0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let (mut world, good) = with_approval();
    let mut envelope = Envelope::parse(&good).unwrap();
    let Signature::Ed25519(bytes) = &mut envelope.signature else { panic!() };
    let mut carry = 0;
    for (byte, order) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    world.ignored_bytes(&envelope.to_bytes(), 104);
}

#[test]
fn weak_key_105_is_never_admitted() {
    let identity = std::array::from_fn(|at| u8::from(at == 0));
    let mut non_canonical = [0xFF; 32];
    (non_canonical[0], non_canonical[31]) = (0xEE, 0x7F); // y = 1 + p: the identity, written a second way
    let mut ethereum = [0; 32];
    ethereum[20..].fill(0xEE);
    // An element of order 8, and a sound key with it added: a point outside the prime-order subgroup.
    let order_8 = hex::decode("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05").unwrap();
    let order_8: [u8; 32] = order_8.try_into().unwrap();
    let point = |bytes| ed25519_dalek::VerifyingKey::from_bytes(bytes).unwrap().to_edwards();
    let sound = signer("E0").verifying_key().to_bytes();
    let mixed_order = (point(&sound) + point(&order_8)).compress().to_bytes();
    assert!(!ed25519_dalek::VerifyingKey::from_bytes(&mixed_order).unwrap().is_weak(), "only the subgroup tells");
    let not_a_point = [0x02; 32];
    for bytes in [identity, non_canonical, ethereum, order_8, mixed_order, not_a_point, [0; 32]] {
        assert_eq!(Key::Ed25519(bytes).admit(), Err(Refusal::WeakKey), "{}", hex::encode(bytes));
        let mut genesis = genesis();
        genesis.councils[1].seats[1].key = Key::Ed25519(bytes);
        assert_eq!(policy::check(&genesis), Err(Broken { invariant: 14, row: 0 }));
    }
    // A P-256 key: even or odd, and a coordinate of the field. Whether there is such a point shows when it accepts.
    let Key::P256(sound) = key_named("p256-somebody") else { panic!() };
    assert_eq!(Key::P256(sound).admit(), Ok(()));
    for tag in [0, 1, 4, 0xFF] {
        let mut bytes = sound;
        bytes[0] = tag;
        assert_eq!(Key::P256(bytes).admit(), Err(Refusal::WeakKey), "tag {tag}");
    }
    let field = hex::decode("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff").unwrap();
    for (last, sound) in [(0xFE, true), (0xFF, false)] {
        let mut bytes = [2; 33];
        bytes[1..].copy_from_slice(&field);
        bytes[32] = last;
        assert_eq!(Key::P256(bytes).admit().is_ok(), sound, "{last:#x}");
    }
    assert_eq!(key_of(&signer("E0")).admit(), Ok(()));
}

#[test]
fn rule_04_expired_106_and_life_too_long_107_half_open() {
    let (world, good) = with_approval();
    let command = Envelope::parse(&good).unwrap().command;
    // (expiry, refusal) of an approval under a protective row, whose life is 15 minutes.
    let cases = [
        (START - 1, Some(106)),
        (START, Some(106)),
        (START + 1, None),
        (START + 15 * MINUTE, None),
        (START + 15 * MINUTE + 1, Some(107)),
        (u64::MAX, Some(107)),
        (0, Some(106)),
    ];
    for (expiry, code) in cases {
        let mut world = world.clone();
        let bytes = world.seal(&signer("E1"), Command { expiry, ..command.clone() });
        let outcome = world.submit(&bytes);
        assert_eq!(code_of(&outcome), (code, code.is_none()), "{expiry}");
    }
    // The same envelope later: half-open at its expiry.
    let mut late = world.clone();
    late.wait(15 * MINUTE - 1);
    assert!(matches!(late.submit(&good), Outcome::Applied { .. }));
    let mut later = world;
    later.wait(15 * MINUTE);
    later.ignored_bytes(&good, 106);
}

/// Whoever holds an envelope out of its time could otherwise put refusals on record in a member's name again and again.
#[test]
fn rule_04_expired_106_and_life_too_long_107_are_not_on_record_and_other_refusals_are() {
    let (mut world, good) = with_approval();
    world.submit(&good);
    world.refused_bytes(&good, 402);
    world.wait(30 * DAY);
    let before = world.clone();
    (0..100).for_each(|_| world.ignored_bytes(&good, 106));
    let command = Command { expiry: u64::MAX, ..Envelope::parse(&good).unwrap().command };
    let early = world.seal(&signer("E1"), command);
    (0..100).for_each(|_| world.ignored_bytes(&early, 107));
    assert_eq!((&world.records, &world.cells), (&before.records, &before.cells));
}

#[test]
fn life_too_long_107_at_60_minutes_for_other_rows() {
    let mut world = World::new();
    world.escalate("O0", Watched::Route(1));
    let open = world.opening(seat("S0"), &set_route(1, None, economics()));
    let command = world.command(seat("S0"), Order::Proposal(proposal::Order::Open(Box::new(open))));
    let over = world.seal(&signer("S0"), Command { expiry: START + HOUR + 1, ..command.clone() });
    world.ignored_bytes(&over, 107);
    let exact = world.seal(&signer("S0"), Command { expiry: START + HOUR, ..command });
    assert!(matches!(world.submit(&exact), Outcome::Applied { .. }));
    // Opening under a protective row: 15 minutes.
    let open = world.opening(seat("E0"), &pause(Scope::Everything, HOUR));
    let command = world.command(seat("E0"), Order::Proposal(proposal::Order::Open(Box::new(open))));
    let over = world.seal(&signer("E0"), Command { expiry: START + 15 * MINUTE + 1, ..command });
    world.ignored_bytes(&over, 107);
}

/// Section 2: protective rows take fresh envelopes only, whatever the order and whoever gives it.
#[test]
fn rule_04_life_too_long_107_at_15_minutes_for_every_order_under_a_protective_row() {
    let mut world = World::new();
    let waiting = world.open("E0", &pause(Scope::Upgrades, HOUR));
    let approved = world.open("E0", &pause(Scope::Everything, HOUR));
    world.approve(&["E0", "E1"], &approved);
    let (over, exact) = (START + 15 * MINUTE + 1, START + 15 * MINUTE);
    let orders = [approve(&waiting), reject(&waiting), cancel(&waiting), execute(&approved)];
    for order in orders {
        let command = world.command(seat("E0"), order);
        let bytes = world.seal(&signer("E0"), Command { expiry: over, ..command.clone() });
        world.ignored_bytes(&bytes, 107);
        let bytes = world.seal(&signer("E0"), Command { expiry: exact, ..command });
        assert!(matches!(world.clone().submit(&bytes), Outcome::Applied { .. }));
    }
    let anyone = Command { capacity: Capacity::Anyone, expiry: over, order: execute(&approved) };
    let bytes = world.seal(&signer("stranger"), anyone.clone());
    world.ignored_bytes(&bytes, 107);
    let bytes = world.seal(&signer("stranger"), Command { expiry: exact, ..anyone });
    assert!(matches!(world.submit(&bytes), Outcome::Applied { .. }));
    // Not under other rows: an hour.
    let mut world = World::new();
    let loosening = world.loosening(economics());
    world.wait(HOUR);
    let command = world.command(seat("O0"), execute(&loosening));
    let bytes = world.seal(&signer("O0"), Command { expiry: world.now + HOUR, ..command });
    assert!(matches!(world.submit(&bytes), Outcome::Applied { .. }));
}

#[test]
fn rule_08_replayed_108_nonces_only_rise() {
    let mut world = World::new();
    let bytes = world.envelope(
        seat("E0"),
        Order::Proposal(proposal::Order::Open(Box::new(world.opening(seat("E0"), &pause(Scope::Upgrades, HOUR))))),
    );
    assert!(matches!(world.submit(&bytes), Outcome::Applied { .. }));
    world.refused_bytes(&bytes, 108);
    let mut open = world.opening(seat("E0"), &pause(Scope::Upgrades, HOUR));
    for nonce in [0, 1] {
        open.nonce = nonce;
        world.refused("E0", Order::Proposal(proposal::Order::Open(Box::new(open.clone()))), 108);
    }
    open.nonce = 7;
    world.applied("E0", Order::Proposal(proposal::Order::Open(Box::new(open.clone()))));
    open.nonce = 6;
    world.refused("E0", Order::Proposal(proposal::Order::Open(Box::new(open))), 108);
    // Escalations share the key's nonce.
    let escalate = |nonce| {
        Order::Operation(operation::Order::Escalate {
            watched: Watched::Route(1),
            reference: ReferenceHash([4; 32]),
            nonce,
        })
    };
    world.refused("O0", escalate(0), 108);
    world.applied("O0", escalate(3));
    world.refused("O0", escalate(3), 108);
    // Another seat of the same council has a nonce of its own.
    world.applied("O1", escalate(1));
}

#[test]
fn rule_08_altered_envelope_no_single_byte_can_change() {
    let mut world = World::with_route();
    let proposal = world.open("S0", &set_route(1, Some(first()), economics()));
    let envelopes = [
        world.envelope(seat("S1"), approve(&proposal)),
        world.envelope(seat("S0"), cancel(&proposal)),
        world.envelope(seat("O0"), world.escalation("O0", Watched::Route(1))),
        world.envelope(
            seat("E0"),
            Order::Proposal(proposal::Order::Open(Box::new(
                world.opening(seat("E0"), &pause(Scope::Everything, HOUR)),
            ))),
        ),
    ];
    for good in envelopes {
        for at in 0..good.len() {
            for flip in [0x01, 0x02, 0x10, 0x80, 0xFF] {
                let mut bytes = good.clone();
                bytes[at] ^= flip;
                let outcome = world.submit(&bytes);
                assert!(matches!(outcome, Outcome::Ignored { .. }), "byte {at} ^ {flip:#x}: {outcome:?}");
            }
        }
        assert!(matches!(world.clone().submit(&good), Outcome::Applied { .. }));
    }
}

#[test]
fn the_signature_covers_prefix_domain_key_and_command() {
    let (world, good) = with_approval();
    let envelope = Envelope::parse(&good).unwrap();
    let message = digest::signed_message(&world.domain, &envelope.key, &envelope.command);
    assert_eq!(message[..13], *b"GREATSEAL-V1:");
    // Written out by hand: tag, deployment, contract, chain id (LE), then key and command.
    use greatseal_protocol::scale::Encode as _;
    let mut bytes = vec![0x01];
    bytes.extend(world.domain.deployment.0);
    bytes.extend(CONTRACT.0);
    bytes.extend(CHAIN_ID.to_le_bytes());
    assert_eq!(bytes.len(), 61);
    assert_eq!(world.domain.tag().0, hash::sha256(&[&bytes])[..4]);
    bytes.extend(envelope.key.encode());
    bytes.extend(envelope.command.encode());
    assert_eq!(message[13..], hash::sha256(&[&bytes]));
}
