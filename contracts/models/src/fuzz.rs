//! What the fuzz targets do with bytes. Each body panics where a promise of the protocol is broken.

pub mod decode;
pub mod input;
pub mod money;
pub mod plan;
pub mod policy;
pub mod scene;
pub mod seeds;
pub mod sequence;
pub mod texts;

/// What a target does with the bytes that a fuzzer found.
pub type Body = fn(&[u8]);

/// Every target by name; `contracts/protocol/fuzz` has a program and a folder of the corpus for each.
pub const TARGETS: [(&str, Body); 8] = [
    ("decode_envelope", decode::envelope),
    ("decode_act", decode::act),
    ("decode_cells", decode::cells),
    ("decode_events", decode::events),
    ("decode_genesis", decode::genesis),
    ("decode_texts", decode::texts),
    ("command_sequence", sequence::run),
    ("policy_table", policy::run),
];
