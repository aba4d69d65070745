//! The released contract hears what a world is told, and answers alike: so every drill is played on the real pallets too.

use crate::{
    differential::heard,
    world::{START, World},
};
use greatseal_lab::Lab;
use greatseal_protocol::{
    bytes::ContractAddress,
    event::{Door, Event},
    refusal::Refusal,
    submit::Outcome,
};

/// The first contract of the lab's payer; the same in every lab.
pub(crate) const CONTRACT: ContractAddress = ContractAddress([
    0xc3, 0xc8, 0x02, 0x09, 0x81, 0xb7, 0xfb, 0xaf, 0x00, 0xab, 0xca, 0xe3, 0x1c, 0x2b, 0x5c, 0x8a, 0x6b, 0x14, 0x70,
    0x19,
]);

/// Hears everything that a world was told, from its beginning.
pub(crate) fn hears(world: &World) {
    let Event::Deployed { genesis, .. } = &world.records[0].event else { panic!("a world begins with a deployment") };
    let mut lab = Lab::deploy(genesis, START);
    assert_eq!(lab.domain.contract, CONTRACT);
    let mut records = Vec::new();
    for (step, told) in world.submitted.iter().enumerate() {
        lab.wait(told.at - lab.now());
        let stranger = matches!(told.outcome, Outcome::Ignored { refusal: Refusal::NotTheCaller });
        let direct = (told.door == Door::Direct).then_some(!stranger);
        let (outcome, emitted) = heard(&mut lab, &told.bytes, direct);
        assert_eq!(outcome, told.outcome, "step {step}");
        records.extend(emitted);
    }
    assert_eq!(records, world.records[1..]);
    assert_eq!(lab.differences(), []);
    assert_eq!(lab.model, world.cells);
}
