//! Programmes, batches, settlement and disputes in words.

use super::{
    event::{Line, line, sha256},
    pairs,
};
use greatseal_protocol::{batch::Executed, event::Event, words};

/// The fields of an event about money or a dispute; nothing where it is about something else.
pub(super) fn event(event: &Event) -> Vec<Line> {
    match event {
        Event::ProgramChanged { program, version, terms, assets, .. } => {
            let mut lines = vec![line("programme", program), line("version", version)];
            lines.extend(pairs(words::terms(terms)));
            lines.extend(pairs(assets.iter().flat_map(words::asset).collect()));
            lines
        }
        Event::BatchExecuted { batch, .. } => executed(batch),
        Event::SettlementRecorded { seat, manifest, from, settled } => {
            let mut lines = vec![line("seat", seat), line("manifest", manifest)];
            lines.extend(pairs(words::settled(*from, settled)));
            lines
        }
        Event::EntryExcepted { manifest, from, up_to, amount, evidence, .. } => vec![
            line("manifest", manifest),
            line("entries", words::range(*from, *up_to)),
            line("amount", amount),
            sha256("evidence", evidence),
        ],
        Event::SettlementAttested { seat, attestation } => {
            let mut lines = vec![line("seat", seat)];
            lines.extend(pairs(words::attestation(attestation)));
            lines
        }
        Event::BatchReconciled { seat, manifest } => vec![line("seat", seat), line("manifest", manifest)],
        Event::DisputeOpened { seat, subject, reason } | Event::DisputeRetracted { seat, subject, reason } => {
            vec![line("seat", seat), line("subject", subject), sha256("reason", reason)]
        }
        Event::DisputeAcknowledged { seat, subject, late } => {
            vec![line("seat", seat), line("subject", subject), line("late", late)]
        }
        Event::DisputeTriaged { seat, subject, finding, decide_by, late } => vec![
            line("seat", seat),
            line("subject", subject),
            sha256("finding", finding),
            line("decision due", decide_by),
            line("late", late),
        ],
        Event::DisputeExtended { subject, until, reason, late, .. } => {
            vec![line("subject", subject), line("decision due", until), sha256("reason", reason), line("late", late)]
        }
        Event::DisputeResolved { subject, outcome, statement, .. } => vec![
            line("subject", subject),
            line("answer", format!("{outcome:?}").to_lowercase()),
            sha256("statement", statement),
        ],
        _ => Vec::new(),
    }
}

fn executed(batch: &Executed) -> Vec<Line> {
    let mut lines = pairs(words::batch(&batch.order));
    lines.extend([
        sha256("rule set pinned", &batch.rules.hash),
        line("number", batch.number),
        line("previous", batch.previous.map_or_else(|| "none: the first".to_owned(), |root| root.to_string())),
        line("period", batch.period),
        line("small", batch.small),
    ]);
    lines
}
