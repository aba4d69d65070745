//! Programmes, batches and disputes in words.

use super::{
    event::{Line, line, sha256},
    pairs,
};
use greatseal_protocol::{batch::Executed, bytes::ManifestHash, settlement::Final, words};

/// Every field of a batch that was executed.
pub(super) fn executed(batch: &Executed) -> Vec<Line> {
    let mut lines = pairs(words::batch(&batch.header));
    lines.extend([
        sha256("rule set pinned", &batch.rules.hash),
        line("in effect", words::span(batch.rules.effective_from, batch.rules.effective_until)),
        line("number", batch.number),
        line("previous", batch.previous.map_or_else(|| "none: the first".to_owned(), |root| root.to_string())),
        line("small", batch.small),
        line("auditors", batch.auditors),
        line("challenge", words::duration(batch.challenge)),
    ]);
    lines
}

/// Every field of a statement that is final.
pub(super) fn finalised(manifest: &ManifestHash, last: &Final) -> Vec<Line> {
    vec![
        line("manifest", manifest),
        line("recorder", last.recorder),
        line("version", last.version),
        line("statement", last.commitment),
        line("stated", last.stated_at),
        line("final", last.at),
        line("closed entries", last.closed),
        line("paid", last.paid),
        line("unpaid", last.unpaid),
        line("debited", last.debited),
        line("credit", last.credit),
    ]
}
