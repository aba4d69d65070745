//! Keys in tokens and in sealed files, and the journal of their use.

use crate::{
    cli::{self, JournalOf},
    error::CliError,
    output::{Line, Output, line, note, object},
    text,
};
use greatseal_client::{Chain, DevAccount, address, parse_address};
use greatseal_protocol::{bytes::to_hex, key::Key};
use greatseal_signing::{Custody, Entry, Error, FileJournal, KeyInfo, Keyring, Purpose, Report};
use serde_json::{Value, json};
use std::path::Path;

/// `greatseal key …`
///
/// # Errors
///
/// [`CliError::Signing`].
pub async fn run(command: cli::Key, node: &str, output: Output) -> Result<(), CliError> {
    let keys = match command {
        cli::Key::Generate { keys, label, purpose, algorithm } => {
            let purpose = Purpose::from(purpose);
            let label = label.unwrap_or_else(|| purpose.to_string());
            vec![
                Keyring::open(keys.source_for_new_key()?)
                    .await?
                    .generate_with(&label, purpose, algorithm.into())
                    .await?,
            ]
        }
        cli::Key::List { keys } => Keyring::open(keys.source()?).await?.keys().await?,
        cli::Key::Fund { to, amount, account } => return fund(node, &to, amount, &account, output).await,
        cli::Key::Journal { of, start } => return journal(&of, start, output),
    };
    let lines: Vec<Line> = keys.iter().flat_map(lines).collect();
    output.answer(&lines, &json!({ "keys": keys.iter().map(value).collect::<Vec<_>>() }));
    Ok(())
}

fn lines(info: &KeyInfo) -> Vec<Line> {
    let mut lines = vec![
        line("label", &info.label),
        line("purpose", info.purpose),
        line("key", info.key.map_or_else(|| "none".to_owned(), |key| key.to_string())),
    ];
    lines.extend(info.companion.map(|name| line("companion", format!("ml-dsa-65 sha256:{name}"))));
    lines.extend(account(info).map(|account| line("account", account)));
    lines.extend(match &info.custody {
        Custody::Token(custody) => vec![
            line("id", to_hex(&custody.id)),
            line("never left the token", custody.never_extractable && custody.local),
        ],
        Custody::Sealed(work) => vec![line("sealed with", work)],
        Custody::Unknown => Vec::new(),
    });
    lines.extend(info.defect.iter().map(|defect| line("not usable", defect)));
    lines
}

fn value(info: &KeyInfo) -> Value {
    let mut value = json!({
        "label": info.label,
        "purpose": info.purpose.to_string(),
        "key": info.key.map(|key| key.to_string()),
        "account": account(info),
        "companion": info.companion.map(|name| name.to_string()),
        "defect": info.defect,
    });
    match &info.custody {
        Custody::Token(custody) => {
            value["id"] = json!(to_hex(&custody.id));
            value["never_extractable"] = json!(custody.never_extractable);
            value["local"] = json!(custody.local);
            value["sensitive"] = json!(custody.sensitive);
        }
        Custody::Sealed(work) => value["sealed_with"] = json!(work.to_string()),
        Custody::Unknown => {}
    }
    value
}

/// The key's chain account: a payer pays from it, a seat acts from it with `--direct`.
fn account(info: &KeyInfo) -> Option<String> {
    match info.key? {
        Key::Ed25519(account) => Some(address(account)),
        Key::P256(_) => None,
    }
}

async fn fund(node: &str, to: &str, amount: u64, from: &str, output: Output) -> Result<(), CliError> {
    const HELP: &str = "give the account, or the ed25519:HEX, that `greatseal key list` shows";
    let account = match to.parse::<Key>() {
        // What nobody can sign for would keep the money for ever.
        Ok(_) => match text::key(to)? {
            Key::Ed25519(account) => Some(account),
            Key::P256(_) => None,
        },
        Err(_) => parse_address(to),
    };
    let account = account.ok_or_else(|| CliError::input(to, "is no account", HELP))?;
    let from = DevAccount::named(from)?;
    let chain = Chain::connect(node).await?;
    let units = chain.units().await?;
    let amount = 10_u128.checked_pow(units.decimals.into()).and_then(|unit| unit.checked_mul(amount.into()));
    let amount = amount.ok_or_else(|| CliError::input("--amount", "is more than a chain has", HELP))?;
    note("paying");
    let block = chain.transfer(&from, account, amount).await?;
    let lines = [line("account", to), line("given", units.amount(amount)), line("block", block.number)];
    output.answer(&lines, &object(&lines));
    Ok(())
}

fn journal(of: &JournalOf, start: bool, output: Output) -> Result<(), CliError> {
    let path = of.path()?;
    if start {
        FileJournal::start(&path)?;
    }
    let report = FileJournal::read(&path).map_err(|error| match error {
        Error::JournalBroken { .. } => CliError::NotVerified(error.to_string()),
        error => error.into(),
    })?;
    output.answer(
        &told(&path, &report),
        &json!({
            "journal": path.display().to_string(),
            "lines": report.lines,
            "head": to_hex(&report.head),
            "unreleased": report.unreleased,
            "torn_bytes": report.torn,
        }),
    );
    Ok(())
}

fn told(path: &Path, report: &Report) -> Vec<Line> {
    let mut lines = vec![line("journal", path.display()), line("lines", format!("{}, all hold", report.lines.len()))];
    lines.push(line("head", to_hex(&report.head)));
    if report.torn > 0 {
        lines.push(line("torn", format!("{} bytes at the end; taken away by the next signature", report.torn)));
    }
    for entry in &report.lines {
        let what = match &entry.entry {
            Entry::Started { id, .. } => format!("started, {id}"),
            Entry::Intended(intended) => {
                let proposal = intended.words.iter().find(|(label, _)| label == "proposal");
                let proposal = proposal.map_or(String::new(), |(_, id)| format!(" {id}"));
                let released = if report.unreleased.contains(&entry.seq) { ", not released" } else { "" };
                format!(
                    "{}{proposal} by {}, confirmed: {}{released}",
                    intended.order, intended.key, intended.confirmation
                )
            }
            Entry::Released { of, .. } => format!("released {of}"),
            Entry::Torn { bytes, .. } => format!("took away a torn line of {bytes} bytes"),
        };
        lines.push(line(&format!("{} at {}", entry.seq, entry.at), what));
    }
    lines
}
