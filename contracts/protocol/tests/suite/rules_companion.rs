//! Hybrid-AND: an envelope counts in a hybrid council where its seat's key and its companion have both signed it.

use crate::{
    rules_phase::hybrid,
    world::{HOUR, World, approve, pause, seal_as, signer},
};
use greatseal_protocol::{
    action::Action,
    command::{Command, Order},
    companion::{CompanionKey, Companioned, NotCompanioned, Sent},
    council::Phase,
    digest::Domain,
    envelope::Envelope,
    hash::sha256,
    key::Key,
    language::{council, phase},
    phase::{CompanionHash, KEY_BYTES, SIGNATURE_BYTES},
    refusal::Refusal,
    scale::Encode,
    scope::Scope,
};

/// The companion of a name: the same on every machine.
pub(crate) fn companion(who: &str) -> CompanionKey {
    CompanionKey::from_seed(&sha256(&[b"greatseal/test-companion/", who.as_bytes()]))
}

fn approval(world: &mut World) -> Command {
    let open = world.opening("S0", &pause(Scope::Everything, HOUR));
    let proposal = world.clone().open_as("S0", open);
    world.command("S0", approve(&proposal))
}

fn sealed(world: &World, who: &str, command: &Command) -> Envelope {
    Envelope::parse(&seal_as(&world.domain, who, command.clone())).unwrap()
}

fn admit(
    bytes: &[u8],
    domain: &Domain,
    phase: Phase,
    named: Option<CompanionHash>,
) -> Result<Envelope, NotCompanioned> {
    Sent::parse(bytes).map_err(NotCompanioned::Envelope)?.admit(domain, phase, named)
}

const PHASES: [Phase; 4] = [Phase::Classical, Phase::Optional, Phase::Hybrid, Phase::PostQuantum];

/// Both, where both are asked; and where one is enough, none that is wrong.
#[test]
fn hybrid_and_asks_for_both_signatures() {
    let mut world = hybrid();
    let command = approval(&mut world);
    let (envelope, mine) = (sealed(&world, "S0", &command), companion("S0"));
    let both = mine.accompany(&world.domain, &envelope).unwrap().to_bytes();
    let bare = envelope.to_bytes();
    for phase in PHASES {
        let asked = phase >= Phase::Hybrid;
        let alone = admit(&bare, &world.domain, phase, Some(mine.name()));
        assert_eq!(alone.err(), asked.then_some(NotCompanioned::Missing), "classical only in {phase}");
        assert_eq!(admit(&both, &world.domain, phase, Some(mine.name())).as_ref(), Ok(&envelope), "both in {phase}");
        // What is there must hold, even where it is not asked for.
        let other = admit(&both, &world.domain, phase, Some(companion("S1").name()));
        assert_eq!(other, Err(NotCompanioned::OtherKey), "{phase}");
        assert_eq!(admit(&both, &world.domain, phase, None), Err(NotCompanioned::NotNamed), "{phase}");
    }
}

/// Another key, another command, another contract, another context, one bit: none of them holds.
#[test]
fn hybrid_and_refuses_what_was_not_signed() {
    let mut world = hybrid();
    let command = approval(&mut world);
    let envelope = sealed(&world, "S0", &command);
    let (mine, other) = (companion("S0"), companion("S1"));
    let refused = |companioned: Companioned| {
        admit(&companioned.to_bytes(), &world.domain, Phase::Hybrid, Some(mine.name())).unwrap_err()
    };
    let sound = mine.accompany(&world.domain, &envelope).unwrap();
    assert_eq!(refused(other.accompany(&world.domain, &envelope).unwrap()), NotCompanioned::OtherKey);
    // The other's signature under the key that was named.
    let theirs = other.accompany(&world.domain, &envelope).unwrap().signature;
    assert_eq!(refused(Companioned { signature: theirs, ..sound.clone() }), NotCompanioned::BadSignature);
    // A signature of the same companion for another command; for another seat's key.
    let later = Command { expiry: command.expiry + 1, ..command.clone() };
    for message in [sealed(&world, "S0", &later), sealed(&world, "S1", &command)] {
        let signature = mine.accompany(&world.domain, &message).unwrap().signature;
        assert_eq!(refused(Companioned { signature, ..sound.clone() }), NotCompanioned::BadSignature);
    }
    for at in [0, 47, 48, 3_000, SIGNATURE_BYTES - 1] {
        let mut altered = sound.clone();
        altered.signature[at] ^= 1;
        assert_eq!(refused(altered), NotCompanioned::BadSignature, "byte {at}");
    }
    let mut altered = sound.clone();
    altered.key[KEY_BYTES - 1] ^= 1;
    assert_eq!(refused(altered), NotCompanioned::OtherKey);
    // The seat's own signature is asked for as before: in phase 3 as well.
    let mut forged = envelope.to_bytes();
    *forged.last_mut().unwrap() ^= 1;
    for phase in PHASES {
        let bytes = Companioned { envelope: forged.clone(), ..sound.clone() }.to_bytes();
        let refusal = admit(&bytes, &world.domain, phase, Some(mine.name())).unwrap_err();
        assert_eq!(refusal, NotCompanioned::Envelope(Refusal::BadSignature), "post-quantum only, in {phase}");
    }
    // Of another deployment.
    let elsewhere = Domain { chain_id: world.domain.chain_id + 1, ..world.domain };
    assert_eq!(mine.accompany(&elsewhere, &envelope).err(), Some(Refusal::WrongDomain));
    let refusal = admit(&sound.to_bytes(), &elsewhere, Phase::Hybrid, Some(mine.name())).unwrap_err();
    assert_eq!(refusal, NotCompanioned::Envelope(Refusal::WrongDomain));
}

/// Two members' signatures exchanged; and the parts of one in another order.
#[test]
fn hybrid_and_has_one_order() {
    let mut world = hybrid();
    let command = approval(&mut world);
    let sound = |who: &str| companion(who).accompany(&world.domain, &sealed(&world, who, &command)).unwrap();
    let (one, two) = (sound("S0"), sound("S1"));
    for (envelope, of) in [(&one, &two), (&two, &one)] {
        let crossed = Companioned { envelope: envelope.envelope.clone(), ..of.clone() };
        for who in ["S0", "S1"] {
            let named = companion(who).name();
            let refused = admit(&crossed.to_bytes(), &world.domain, Phase::Hybrid, Some(named));
            assert!(matches!(refused, Err(NotCompanioned::OtherKey | NotCompanioned::BadSignature)), "{refused:?}");
        }
    }
    let bytes = one.to_bytes();
    let swapped = [&[2][..], &one.envelope.encode()[..], &*one.signature, &*one.key].concat();
    assert_eq!(swapped.len(), bytes.len());
    let refused = admit(&swapped, &world.domain, Phase::Hybrid, Some(companion("S0").name()));
    assert_eq!(refused, Err(NotCompanioned::OtherKey));
    let last = [&[2][..], &*one.key, &*one.signature, &one.envelope.encode()[..]].concat();
    assert!(Sent::parse(&last).is_err() || admit(&last, &world.domain, Phase::Hybrid, None).is_err());
}

/// One byte string a value, bounded; the contract refuses the wrapper by its version.
#[test]
fn companioned_bytes_are_exact() {
    let mut world = hybrid();
    let command = approval(&mut world);
    let sound = companion("S0").accompany(&world.domain, &sealed(&world, "S0", &command)).unwrap();
    let bytes = sound.to_bytes();
    assert_eq!(Companioned::parse(&bytes).as_ref(), Ok(&sound));
    assert_eq!(Companioned::parse(&bytes[..bytes.len() - 1]), Err(Refusal::Decode));
    assert_eq!(Companioned::parse(&[&bytes[..], &[0]].concat()), Err(Refusal::Decode));
    assert_eq!(Companioned::parse(&sound.envelope), Err(Refusal::WrongVersion));
    assert_eq!(Companioned::parse(&[]), Err(Refusal::Decode));
    let largest = Companioned { envelope: vec![1; Envelope::MAX], ..sound.clone() }.to_bytes();
    assert!(largest.len() <= Companioned::MAX && Companioned::MAX - largest.len() < 4, "{}", largest.len());
    let more = [&[2][..], &vec![0; Companioned::MAX]].concat();
    assert_eq!(Companioned::parse(&more), Err(Refusal::TooLarge));
    assert_eq!(Sent::parse(&vec![1; Envelope::MAX + 1]), Err(Refusal::TooLarge));
    world.ignored_bytes(&bytes, 102);
    world.submit(&sound.envelope);
}

/// Whoever names a companion shows that it holds the key, in every phase; whoever takes or gives up a seat shows nothing.
#[test]
fn a_companion_is_shown_when_it_is_named() {
    let world = World::new();
    let (mine, other) = (companion("S0"), companion("S1"));
    let naming = world.command("S0", Order::Phase(phase::Order::NameCompanion { companion: mine.name() }));
    let envelope = sealed(&world, "S0", &naming);
    for phase in PHASES {
        let bare = admit(&envelope.to_bytes(), &world.domain, phase, None);
        assert_eq!(bare.err(), Some(NotCompanioned::Missing));
        let by = |key: &CompanionKey| key.accompany(&world.domain, &envelope).unwrap().to_bytes();
        assert!(admit(&by(&mine), &world.domain, phase, None).is_ok());
        assert_eq!(admit(&by(&other), &world.domain, phase, None).err(), Some(NotCompanioned::OtherKey));
        for order in [
            Order::Council(council::Order::AcceptSeat { seat: crate::world::seat("S0"), previous: None }),
            Order::Council(council::Order::SuspendSelf),
        ] {
            let envelope = sealed(&world, "S0", &world.command("S0", order));
            assert!(admit(&envelope.to_bytes(), &world.domain, phase, None).is_ok());
        }
    }
}

/// The whole way: the companions of a council are named with proof, its phase rises, and both signatures are asked for.
#[test]
fn a_council_becomes_hybrid_with_real_companions() {
    let mut world = World::new();
    let says = |world: &mut World, who: &str, order: Order| {
        let envelope = sealed(world, who, &world.command(who, order));
        let id = world.seat_of(who).unwrap();
        let named: Option<greatseal_protocol::phase::Companion> =
            greatseal_protocol::cells::Cells::cell(&world.cells, &greatseal_protocol::cells::CellKey::Companion(id))
                .unwrap();
        let sent = companion(who).accompany(&world.domain, &envelope).unwrap().to_bytes();
        let phase = greatseal_protocol::state::State::council(&world.cells, id.council).unwrap().phase;
        let sent = Sent::parse(&sent).unwrap();
        let named = named.map(|named| named.companion);
        assert_eq!(
            sent.admit(&world.domain, phase, named).map(|it| it.key),
            Ok(Key::Ed25519(signer(who).verifying_key().to_bytes()))
        );
        world.submit(sent.envelope())
    };
    for who in ["E0", "E1", "E2"] {
        let outcome =
            says(&mut world, who, Order::Phase(phase::Order::NameCompanion { companion: companion(who).name() }));
        assert_eq!(crate::world::code_of(&outcome), (None, true));
    }
    for (previous, next) in [(Phase::Classical, Phase::Optional), (Phase::Optional, Phase::Hybrid)] {
        let change = crate::rules_phase::step(&world, greatseal_protocol::council::Council::Emergency, previous, next);
        world.enact("C0", &Action::Phase(phase::Action::SetPhase(change)));
    }
    let outcome = says(&mut world, "E1", Order::Council(council::Order::Heartbeat { nonce: 1 }));
    assert_eq!(crate::world::code_of(&outcome), (None, true));
    world.folds();
}
