//! Every byte of a log, changed by itself, and many changes at random: whatever is evidence is found.

use crate::history::verified;
use greatseal_log::files::File;
use greatseal_made::{Log, Made};

fn honest() -> Log {
    let log = Made::golden("micronode-records", "micronode-envelopes").log();
    assert!(verified(&log).is_ok());
    log
}

/// What metadata say no block proves: a verdict names their hash.
fn evidence(log: &Log) -> Vec<File> {
    log.files.keys().copied().filter(|file| !matches!(file, File::Metadata { .. })).collect()
}

fn changed(log: &Log, file: File, change: impl FnOnce(&mut Vec<u8>)) -> Log {
    let mut log = log.clone();
    change(log.files.get_mut(&file).unwrap());
    log
}

/// Whether there is time for all of it.
fn long() -> bool {
    std::env::var_os("GREATSEAL_LONG").is_some()
}

#[test]
fn rule_26_every_byte_of_leaves_tiles_headers_and_evidence_is_looked_at() {
    let log = honest();
    // All of them where there is time, else every third.
    let step = if long() { 1 } else { 3 };
    let (mut tried, mut unseen) = (0, Vec::new());
    for file in evidence(&log) {
        let length = log.files[&file].len();
        for at in (0..length).step_by(step) {
            if verified(&changed(&log, file, |bytes| bytes[at] ^= 1 << (at % 8))).is_ok() {
                unseen.push(format!("{} at {at} of {length}", file.path()));
            }
            tried += 1;
        }
        for change in [
            (|bytes| bytes.push(0)) as fn(&mut Vec<u8>),
            |bytes| bytes.truncate(bytes.len() - 1),
            |bytes| bytes.clear(),
            |bytes| bytes.extend(bytes.clone()),
        ] {
            assert!(verified(&changed(&log, file, change)).is_err(), "{}", file.path());
        }
        let mut without = log.clone();
        without.files.remove(&file);
        assert!(verified(&without).is_err(), "{}", file.path());
    }
    assert!(unseen.is_empty(), "{unseen:?}");
    assert!(tried > 15_000 / step, "{tried}");
}

/// Numbers that look like chance, the same in every run (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// Two places, the first not behind the second.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let (one, other) = (self.below(length), self.below(length));
        one.min(other)..one.max(other) + 1
    }

    /// Changes bytes, or a piece: leaves it out, doubles it, turns it around, overwrites it with another.
    fn tamper(&mut self, bytes: &mut Vec<u8>) {
        let piece = self.range(bytes.len());
        match self.below(6) {
            0 => drop(bytes.drain(piece)),
            1 => {
                let doubled = bytes[piece.clone()].to_vec();
                drop(bytes.splice(piece.end..piece.end, doubled));
            }
            2 => bytes[piece].reverse(),
            3 => {
                let (from, to) = (piece, self.below(bytes.len()));
                let end = from.end.min(from.start + bytes.len() - to);
                bytes.copy_within(from.start..end, to);
            }
            4 => bytes.truncate(piece.start),
            _ => {
                for _ in 0..=self.below(8) {
                    let at = self.below(bytes.len());
                    bytes[at] = u8::try_from(self.below(256)).unwrap();
                }
            }
        }
    }
}

#[test]
fn rule_26_changes_at_random_are_found() {
    let (log, mut chance) = (honest(), Chance(17));
    let files = evidence(&log);
    let (mut tried, many) = (0, if long() { 10_000 } else { 1_000 });
    while tried < many {
        let mut forged = log.clone();
        for _ in 0..=chance.below(3) {
            let file = files[chance.below(files.len())];
            chance.tamper(forged.files.get_mut(&file).unwrap());
        }
        // Some changes change nothing.
        if forged.files != log.files {
            assert!(verified(&forged).is_err(), "change {tried}");
            tried += 1;
        }
    }
}
