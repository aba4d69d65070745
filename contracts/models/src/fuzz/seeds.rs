//! The corpus from which fuzzing starts: from stories that chance tells, one example of everything that happens.

use super::{scene::Scene, sequence, texts};
use crate::town::{Keys, START, default_genesis};
use greatseal_protocol::{
    cells::CellKey,
    command::{Capacity, Command, Order},
    envelope::Envelope,
    event::Event,
    genesis::Profile,
    hash,
    key::Key,
    language::{contract, council, proposal},
    scale::Encode,
    state::State,
    table::default_rows,
};
use std::collections::BTreeMap;

/// Files by target and name.
pub type Files = BTreeMap<(&'static str, String), Vec<u8>>;

/// One seed for every kind of cell, event, command, outcome; `stories` are told to find them.
pub fn files(stories: u32) -> Files {
    let mut files = Files::new();
    let mut put = |target, name: String, bytes: Vec<u8>| {
        files.entry((target, name)).or_insert(bytes);
    };
    for number in 0..stories {
        let story = chance(number);
        let scene = sequence::tell(&story);
        for record in &scene.records {
            let mut bytes = vec![story.first().copied().unwrap_or(0)];
            record.encode_to(&mut bytes);
            let name = match &record.event {
                Event::Contract(contract::Event::Refused { refusal, .. }) => {
                    put("command_sequence", format!("refused-{}", refusal.code()), story.clone());
                    "Refused".into()
                }
                event => event.kind().to_owned(),
            };
            put("command_sequence", name.clone(), story.clone());
            if let Event::Proposal(proposal::Event::Opened(opened)) = &record.event {
                let action = format!("{:?}", opened.action);
                let action = action.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
                put("decode_events", format!("Opened-{action}"), bytes.clone());
                put("command_sequence", format!("Opened-{action}"), story.clone());
            }
            if bytes.len() < 4_000 {
                put("decode_events", name, bytes);
            }
        }
        for (key, cell) in &scene.cells.cells {
            let kind = key.encode().first().copied().unwrap_or(0);
            put("decode_cells", format!("{kind:02}"), [&[kind], &**cell].concat());
            if let CellKey::Proposal(..) = key {
                put("decode_cells", format!("{kind:02}-{:?}", cell.last()), [&[kind], &**cell].concat());
            }
        }
    }
    for kind in 0..super::plan::KINDS {
        commands(kind, &mut put);
    }
    for micronode in [false, true] {
        put("decode_genesis", format!("{micronode}"), default_genesis(micronode, Keys::Accounts).encode());
        let profile = if micronode { Profile::Micronode { until: START } } else { Profile::Standard };
        let head = [u8::from(micronode) | 2, 3, 2, 3, 3, 3, 2, 3, 3];
        put("policy_table", format!("read-{micronode}"), [&head, &*default_rows(profile).encode()].concat());
        let head = [u8::from(micronode), 3, 2, 3, 3, 3, 2, 3, 3];
        put("policy_table", format!("default-{micronode}"), head.to_vec());
        put("policy_table", format!("altered-{micronode}"), [&head, &chance(9)[..20]].concat());
    }
    for (number, text) in (0..).zip(texts::EXAMPLES) {
        put("decode_texts", format!("{number:02}"), text.as_bytes().to_vec());
    }
    files
}

/// A command of every kind, through both doors.
fn commands(kind: u8, put: &mut impl FnMut(&'static str, String, Vec<u8>)) {
    for door in [0, 2] {
        let mut scene = Scene::new(door);
        let who = crate::town::seat("S0");
        let open = super::plan::opening(&mut scene, who, kind, &mut super::input::Input(&[]));
        let mut orders = vec![("open", Order::Proposal(proposal::Order::Open(Box::new(open))))];
        orders.extend(super::plan::simple_orders(&scene, who).into_iter().map(|order| ("simple", order)));
        for (number, (name, order)) in (0..).zip(orders) {
            let command = scene.command(who, order);
            let name = if number == 0 { format!("{name}-{kind:02}") } else { format!("{name}-{number:02}") };
            write(&scene, scene.key(who), command, name, put);
        }
        let nobody =
            Command { capacity: Capacity::Anyone, ..scene.command(who, Order::Council(council::Order::SuspendSelf)) };
        write(&scene, scene.keys.number(u32::MAX), nobody, "anyone".into(), put);
    }
}

fn write(scene: &Scene, key: Key, command: Command, name: String, put: &mut impl FnMut(&'static str, String, Vec<u8>)) {
    match key {
        Key::Ed25519(_) => put("decode_act", name, (key, command).encode()),
        Key::P256(_) => {
            let domain = scene.cells.head().expect("the head is there").domain;
            put("decode_envelope", name, Envelope::seal(&domain, command, key, Scene::signature(&key)).to_bytes());
        }
    }
}

/// A story of 400 bytes by chance, the same on every machine.
fn chance(number: u32) -> Vec<u8> {
    (0..13_u32).flat_map(|part| hash::sha256(&[&number.to_le_bytes(), &part.to_le_bytes()])).take(400).collect()
}
