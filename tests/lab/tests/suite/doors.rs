//! The released contract answers through both doors.

use greatseal_lab::{
    Lab,
    genesis::{default_genesis, key_of},
};
use greatseal_protocol::{
    command::{Capacity, Command, Order},
    council::{Council, SeatId},
    event::{Door, Event},
    language::council,
    outcome::{Outcome, Undone},
    refusal::Refusal,
};

const NOW: u64 = 1_800_000_000;
const E0: SeatId = SeatId { council: Council::Emergency, index: 0 };

fn heartbeat(nonce: u64) -> Command {
    let capacity = Capacity::Seat { seat: E0, epoch: 0 };
    Command { capacity, expiry: NOW + 600, order: Order::Council(council::Order::Heartbeat { nonce }) }
}

#[test]
fn a_heartbeat_comes_in_by_envelope_and_by_account() {
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let key = key_of(E0, 0);
    let envelope = lab.envelope(&key, heartbeat(1));
    let by_envelope = lab.submit(&[envelope]);
    assert!(matches!(by_envelope.result.as_deref(), Ok([Outcome::Applied { .. }])), "{by_envelope:?}");
    let by_account = lab.act(&key, &heartbeat(2));
    assert!(matches!(by_account.result, Ok(Outcome::Applied { .. })));
    assert!(
        matches!(by_account.records[..], [ref record] if record.door == Door::Direct && matches!(record.event, Event::Council(council::Event::Heartbeat { nonce: 2, .. })))
    );
    assert_eq!(lab.differences(), []);
}

#[test]
fn nobody_acts_from_another_account() {
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let bytes = {
        use parity_scale_codec::Encode;
        let key = greatseal_protocol::key::Key::Ed25519(key_of(E0, 0).verifying_key().to_bytes());
        (key, heartbeat(1)).encode()
    };
    let thief = lab.act_as([3; 32], &bytes);
    let ignored = [Outcome::Ignored { refusal: Refusal::NotTheCaller }];
    assert!(matches!(thief.result, Err(Undone::NothingAuthentic(ref outcomes)) if *outcomes == ignored), "{thief:?}");
}
