//! Records as wire rows: the same words in the database's answers, at the prompt and in reports.

use crate::{
    link::{Row, RowHash},
    wire::EventRow,
};
use greatseal_protocol::{
    bytes::to_hex,
    cells::Route,
    digest,
    event::{Door, Event, Record},
    words,
};

/// An event row as it travels.
pub fn event_row(record: &Record, row: &Row, previous: RowHash, hash: RowHash) -> EventRow {
    EventRow {
        seq: record.seq.to_string(),
        at: record.at.to_string(),
        door: door(record.door).into(),
        envelope: envelope(record.door),
        actor: record.actor.map(|key| key.to_string()),
        kind: record.event.kind().into(),
        proposal: record.event.proposal().map(|id| id.to_string()),
        fields: event(&record.event),
        block_number: row.block_number,
        block_hash: to_hex(&row.block_hash),
        extrinsic_index: row.extrinsic,
        event_index: row.index,
        record: to_hex(&row.record),
        previous: previous.to_hex(),
        hash: hash.to_hex(),
    }
}

fn door(door: Door) -> &'static str {
    match door {
        Door::Envelope(_) => "envelope",
        Door::Constructor => "constructor",
    }
}

fn envelope(door: Door) -> Option<String> {
    match door {
        Door::Envelope(digest) => Some(digest.to_string()),
        Door::Constructor => None,
    }
}

/// Lines of words as owned pairs.
pub fn pairs(lines: Vec<words::Line>) -> Vec<(String, String)> {
    lines.into_iter().map(|(label, value)| (label.to_owned(), value)).collect()
}

/// The fields of an event in words.
pub fn event(event: &Event) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (label.to_owned(), value);
    match event {
        Event::Deployed { deployment, contract, genesis } => vec![
            line("deployment", deployment.to_string()),
            line("contract", format!("0x{contract}")),
            line("chain", format!("0x{}", genesis.chain)),
            line("seats", genesis.seats().count().to_string()),
            line("rows", genesis.rows.len().to_string()),
        ],
        Event::Refused { refusal } => vec![line("refusal", refusal.to_string())],
        Event::Opened(opened) => {
            let mut lines = vec![line("digest", opened.digest.to_string()), line("row", opened.row.to_string())];
            lines.extend(pairs(words::action(&opened.action)));
            lines.push(line("document", format!("sha256:{}", opened.document)));
            lines.push(line("approve by", opened.approve_by.to_string()));
            lines
        }
        Event::Decided { seat, decision, quorum, .. } => vec![
            line("seat", seat.to_string()),
            line("decision", format!("{decision:?}").to_lowercase()),
            line("quorum", quorum.to_string()),
        ],
        Event::QuorumReached { eta, execute_by, .. } => {
            vec![line("eta", eta.to_string()), line("execute by", execute_by.to_string())]
        }
        Event::Cancelled { .. } => Vec::new(),
        Event::Rejected { cause, .. } => vec![line("cause", format!("{cause:?}"))],
        Event::Executed { action, log, .. } => vec![
            line("action", action.to_string()),
            line("operator", log.operator.to_string()),
            line("version", log.version.to_string()),
            line("sbom", format!("sha256:{}", log.sbom)),
        ],
        Event::Paused { pause, until, .. } => {
            vec![line("scope", pause.scope.to_string()), line("until", until.to_string())]
        }
        Event::Lifted { scope, .. } => vec![line("scope", scope.to_string())],
        Event::Escalated { seat, scope, reference, .. } => vec![
            line("seat", seat.to_string()),
            line("scope", scope.to_string()),
            line("report", format!("sha256:{reference}")),
        ],
        Event::RouteChanged { route, version, economics, .. } => vec![
            line("route", route.to_string()),
            line("version", version.to_string()),
            line("hash", digest::route_hash(&Route { version: *version, economics: *economics }).to_string()),
        ],
    }
}
