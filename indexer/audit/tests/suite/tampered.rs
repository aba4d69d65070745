//! Every byte of a log, changed by itself: whatever is evidence is found.

use crate::history::verified;
use greatseal_audit::Fault;
use greatseal_log::files::File;
use greatseal_made::{Log, Made};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The verdict; a file that is not there is found as well.
fn found(log: &Log) -> bool {
    catch_unwind(AssertUnwindSafe(|| verified(log).map(|_| ()))).unwrap_or(Err(Fault::Empty)).is_err()
}

fn changed(log: &Log, file: File, change: impl FnOnce(&mut Vec<u8>)) -> Log {
    let mut log = log.clone();
    change(log.files.get_mut(&file).unwrap());
    log
}

#[test]
fn rule_26_every_byte_of_leaves_headers_and_evidence_is_looked_at() {
    std::panic::set_hook(Box::new(|_| {}));
    let log = Made::golden("micronode-records", "micronode-envelopes").log();
    assert!(verified(&log).is_ok());
    // All of them where there is time (GREATSEAL_LONG=1), else every third.
    let step = if std::env::var_os("GREATSEAL_LONG").is_some() { 1 } else { 3 };
    let (mut tried, mut unseen) = (0, Vec::new());
    for (file, bytes) in &log.files {
        // Tiles follow from the leaves and are not asked for; what metadata say is named by its hash.
        if matches!(file, File::Tile { .. } | File::Metadata { .. }) {
            continue;
        }
        for at in (0..bytes.len()).step_by(step) {
            let flipped = changed(&log, *file, |bytes| bytes[at] ^= 1 << (at % 8));
            if !found(&flipped) {
                unseen.push(format!("{} at {at} of {}", file.path(), bytes.len()));
            }
            tried += 1;
        }
        for change in [
            (|bytes| bytes.push(0)) as fn(&mut Vec<u8>),
            |bytes| bytes.truncate(bytes.len() - 1),
            |bytes| bytes.clear(),
            |bytes| bytes.extend(bytes.clone()),
        ] {
            assert!(found(&changed(&log, *file, change)), "{}", file.path());
        }
    }
    let _ = std::panic::take_hook();
    assert!(unseen.is_empty(), "{unseen:?}");
    assert!(tried > 15_000 / step, "{tried}");
}
