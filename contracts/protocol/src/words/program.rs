//! Programmes, batches and settlement in words.

use super::{Line, duration, new_seat};
use crate::{
    batch::{Attestation, Header, Settled},
    bytes::{ManifestHash, to_hex},
    digest,
    language::program::{Action, Order},
    line::SetLine,
    program::{ChangeProgram, CreateAuthority, CreateProgram, RulesChange, Terms},
};
use alloc::{format, string::String, vec, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
        Order::RecordSettlement { manifest, from, settled } => {
            lines.push(self::manifest(manifest));
            lines.extend(self::settled(*from, settled));
        }
        Order::AttestSettlement(attestation) => lines.extend(self::attestation(attestation)),
        Order::Reconcile { manifest } => lines.push(self::manifest(manifest)),
        Order::HoldEntry { manifest, index, until, reason, nonce } => lines.extend([
            self::manifest(manifest),
            ("entry", format!("{index}")),
            ("not before", format!("{until}")),
            ("reason", format!("sha256:{reason}")),
            ("nonce", format!("{nonce}")),
        ]),
        Order::FreeEntry { manifest, index, nonce } => {
            lines.extend([self::manifest(manifest), ("entry", format!("{index}")), ("nonce", format!("{nonce}"))])
        }
    }
}

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::Create(new) => create(new),
        Action::Change(change) => self::change(change),
        Action::ExecuteBatch(batch) => {
            let mut lines = vec![("action", "pay a batch".into())];
            lines.extend(self::batch(batch));
            lines
        }
        Action::CreateAuthority(new) => create_authority(new),
        Action::Stop { header, reason } => {
            let mut lines = vec![("action", "stop a batch".into()), ("reason", format!("sha256:{reason}"))];
            lines.extend(batch(header));
            lines
        }
        Action::Except { manifest, from, up_to, amount, evidence } => vec![
            ("action", "except entries of a batch".into()),
            self::manifest(manifest),
            ("entries", range(*from, *up_to)),
            ("amount", format!("{amount}")),
            ("evidence", format!("sha256:{evidence}")),
        ],
    }
}

fn create_authority(new: &CreateAuthority) -> Vec<Line> {
    let mut lines = vec![("action", "begin an authority".into()), ("authority", format!("{}", new.authority))];
    lines.extend(new.seats.iter().flat_map(new_seat));
    lines
}

fn create(new: &CreateProgram) -> Vec<Line> {
    let mut lines = vec![("action", "begin a programme".into()), ("programme", format!("{}", new.program))];
    lines.extend(terms(&new.terms));
    lines.extend(new.rules.iter().flat_map(rules));
    lines.extend(new.lines.iter().flat_map(line));
    lines
}

fn change(change: &ChangeProgram) -> Vec<Line> {
    let mut lines = vec![("action", "change a programme".into()), ("programme", format!("{}", change.program))];
    if let Some((previous, terms)) = &change.terms {
        lines.push(("replaces", format!("terms of version {previous}")));
        lines.extend(self::terms(terms));
    }
    lines.extend(change.rules.iter().flat_map(rules));
    lines.extend(change.lines.iter().flat_map(line));
    lines
}

/// A batch that is to be paid.
pub fn batch(batch: &Header) -> Vec<Line> {
    vec![
        ("programme", format!("{}", batch.program)),
        manifest(&digest::manifest_hash(batch)),
        ("entries", format!("{}", batch.count)),
        ("total", format!("{}", batch.total)),
        ("asset", format!("sha256:{}", batch.asset)),
        ("payer", to_hex(&batch.payer)),
        ("pay on", format!("{}", batch.pay_on)),
        ("budget line", format!("{}", batch.line)),
        ("rule set", format!("version {}", batch.rules)),
        ("rail", format!("{}", batch.rail)),
        ("root of the entries", format!("sha256:{}", batch.root)),
        ("pays again", batch.parent.map_or("nothing".into(), |parent| format!("entries of {parent}"))),
        ("form", format!("version {} for deployment {}", batch.version, batch.deployment)),
    ]
}

pub(super) fn manifest(manifest: &ManifestHash) -> Line {
    ("manifest", format!("{manifest}"))
}

/// Entries of a batch.
pub fn range(from: u32, up_to: u32) -> String {
    format!("[{from}, {up_to})")
}

/// Ranges that are recorded as settled.
pub fn settled(mut from: u32, settled: &[Settled]) -> Vec<Line> {
    let mut lines = vec![("ranges", format!("{} from entry {from}", settled.len()))];
    for Settled { up_to, amount, reference } in settled {
        lines.extend([
            ("entries", range(from, *up_to)),
            ("amount", format!("{amount}")),
            ("reference", format!("sha256:{reference}")),
        ]);
        from = *up_to;
    }
    lines
}

/// What an auditor has seen.
pub fn attestation(attestation: &Attestation) -> Vec<Line> {
    let mut lines = vec![
        manifest(&attestation.manifest),
        ("first entry", format!("{}", attestation.from)),
        ("entries", format!("{}", attestation.entries())),
        ("amount", format!("{}", attestation.amount)),
        ("chain", format!("sha256:{}", attestation.chain)),
    ];
    for seen in &attestation.seen {
        let logs: Vec<String> = seen.logs.iter().map(|log| format!("{log}")).collect();
        lines.extend([("transaction", format!("{}", seen.tx)), ("logs", logs.join(", "))]);
    }
    lines
}

/// Terms of a programme.
pub fn terms(terms: &Terms) -> Vec<Line> {
    vec![
        ("authority", format!("{}", terms.authority)),
        ("privacy", format!("{}", terms.privacy)),
        ("schedule", format!("sha256:{}", terms.schedule)),
        ("auditors", format!("{}", terms.auditors)),
        ("challenge", duration(terms.challenge)),
    ]
}

/// A rule set that begins or ends.
pub fn rules(change: &RulesChange) -> Vec<Line> {
    match change {
        RulesChange::Begin { version, rules } => vec![
            ("rule set begins", format!("version {version}, sha256:{}", rules.hash)),
            ("in effect", span(rules.effective_from, rules.effective_until)),
        ],
        RulesChange::End { version, previous, until } => vec![
            ("rule set ends", format!("version {version}")),
            ("ended before", end(*previous)),
            ("ends", end(Some(*until))),
        ],
    }
}

/// A budget line that is new or changes.
pub fn line(set: &SetLine) -> Vec<Line> {
    let replaces = match set.previous {
        0 => "new".into(),
        version => format!("replaces version {version}"),
    };
    vec![
        ("budget line", format!("{}, {replaces}", set.line)),
        ("asset", format!("sha256:{}", set.asset)),
        ("open", span(set.from, Some(set.terms.until))),
        ("limit", format!("{}", set.terms.limit)),
        ("credit up to", format!("{}", set.terms.credit_max)),
        ("small batch up to", format!("{}", set.terms.small_one)),
        ("small batches up to", format!("{}", set.terms.small_all)),
    ]
}

fn span(from: u64, until: Option<u64>) -> String {
    format!("from {from} until {}", end(until))
}

fn end(until: Option<u64>) -> String {
    until.map_or_else(|| "further notice".into(), |until| format!("{until}"))
}
