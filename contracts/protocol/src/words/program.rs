//! Programmes, batches and settlement in words.

use super::{Line, duration, new_seat};
use crate::{
    batch::{Attestation, ExecuteBatch, Settled},
    bytes::{ManifestRoot, to_hex},
    language::program::{Action, Order},
    program::{AssetTerms, ChangeProgram, CreateProgram, Terms},
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
        Action::Except { manifest, from, up_to, amount, evidence } => vec![
            ("action", "except entries of a batch".into()),
            self::manifest(manifest),
            ("entries", range(*from, *up_to)),
            ("amount", format!("{amount}")),
            ("evidence", format!("sha256:{evidence}")),
        ],
    }
}

pub(super) fn create(new: &CreateProgram) -> Vec<Line> {
    let mut lines = vec![("action", "begin a programme".into()), ("programme", format!("{}", new.program))];
    lines.extend(terms(&new.terms));
    lines.extend(new.assets.iter().flat_map(asset));
    lines.push((
        "council",
        match new.seats.len() {
            0 => "the one that it has".into(),
            seats => format!("{seats} new seats"),
        },
    ));
    lines.extend(new.seats.iter().flat_map(new_seat));
    lines
}

pub(super) fn change(change: &ChangeProgram) -> Vec<Line> {
    let mut lines = vec![
        ("action", "change a programme".into()),
        ("programme", format!("{}", change.program)),
        ("replaces", format!("{}", change.previous)),
    ];
    lines.extend(terms(&change.terms));
    lines.extend(change.assets.iter().flat_map(asset));
    lines
}

/// A batch that is to be paid.
pub fn batch(batch: &ExecuteBatch) -> Vec<Line> {
    let mut lines = vec![
        ("programme", format!("{}", batch.program)),
        ("manifest", format!("{}", batch.manifest)),
        ("entries", format!("{}", batch.count)),
        ("total", format!("{}", batch.total)),
        ("asset", format!("sha256:{}", batch.asset)),
        ("payer", to_hex(&batch.payer)),
        ("rule set", format!("version {}", batch.rules)),
        ("rail", format!("{}", batch.rail)),
    ];
    match &batch.correction {
        None => lines.push(("corrects", "nothing".into())),
        Some(correction) => lines.extend([
            ("corrects", format!("{}", correction.parent)),
            ("excepted entries", range(correction.from, correction.up_to)),
            ("first payment void", format!("sha256:{}", correction.evidence)),
        ]),
    }
    lines
}

pub(super) fn manifest(manifest: &ManifestRoot) -> Line {
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
        ("rule set", format!("sha256:{}, version {}", terms.rules.hash, terms.rules.version)),
        ("in effect from", format!("{}", terms.rules.effective_from)),
        ("privacy", format!("{}", terms.privacy)),
        ("schedule", format!("sha256:{}", terms.schedule)),
    ]
}

/// An asset of a programme.
pub fn asset(terms: &AssetTerms) -> Vec<Line> {
    vec![
        ("asset", format!("sha256:{}", terms.asset)),
        ("budget", format!("{} in {}", terms.limits.budget, duration(terms.limits.period))),
        ("small up to", format!("{}", terms.limits.small)),
    ]
}
