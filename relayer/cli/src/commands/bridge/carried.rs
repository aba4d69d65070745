//! What was carried out, in files: the leaves behind a statement.

use crate::{
    answers::{Text, bridge::CarriedSums},
    error::CliError,
    file,
    manifest::quoted,
    number::whole,
    text,
};
use greatseal_protocol::{
    bytes::ReferenceHash,
    conversion::Carried,
    hash,
    merkle::{Sha256, TreeHead},
    spelling,
};
use serde::Deserialize;
use std::path::Path;

const HELP: &str = "a line is JSON with account, amount, fee, result, reference and check: the account in its one spelling, amounts as decimal strings, reference the transaction in its one spelling, check the hash of the compliance check";
const SHA256: Sha256<'static> = &|parts| hash::sha256(parts);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    account: String,
    amount: String,
    fee: String,
    result: String,
    reference: String,
    check: String,
}

/// Count, sums and root of a file.
///
/// # Errors
///
/// [`CliError::Input`], with the line.
pub(super) fn load(path: &Path) -> Result<CarriedSums, CliError> {
    let content = file::text(path, HELP)?;
    let (mut leaves, mut amount, mut fees, mut result) = (Vec::new(), 0_u128, 0_u128, 0_u128);
    for (number, line) in (1..).zip(content.lines()) {
        let wrong = |reason: String| CliError::file(path, format!("line {number}: {reason}"), HELP);
        let carried = read(line).map_err(wrong)?;
        let add = |sum: u128, more: u128| sum.checked_add(more).ok_or_else(|| wrong("the sum has no number".into()));
        (amount, fees, result) = (add(amount, carried.amount)?, add(fees, carried.fee)?, add(result, carried.result)?);
        leaves.push(carried.leaf(SHA256));
    }
    let tree = TreeHead::of(&leaves, SHA256).filter(|tree| tree.size > 0);
    let tree = tree.ok_or_else(|| CliError::file(path, "nothing was carried out", "say so with `bridge release`"))?;
    let (amount, fees, result) = (Text(amount), Text(fees), Text(result));
    Ok(CarriedSums { count: tree.size, amount, fees, result, root: Text(ReferenceHash(tree.root)) })
}

fn read(line: &str) -> Result<Carried, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let amount =
        |name: &str, text: &str| whole::<u128>(text).map_err(|reason| format!("{name} {} {reason}", quoted(text)));
    let carried = Carried {
        account: text::account_bytes(&line.account)
            .ok_or_else(|| format!("{} is no account in its one spelling", quoted(&line.account)))?,
        amount: amount("amount", &line.amount)?,
        fee: amount("fee", &line.fee)?,
        result: amount("result", &line.result)?,
        reference: spelling::transaction(&line.reference)
            .map(ReferenceHash)
            .map_err(|_| format!("{} is no transaction in its one spelling", quoted(&line.reference)))?,
        check: line.check.parse().map_err(|_| format!("check {} is no hash", quoted(&line.check)))?,
    };
    if carried.amount == 0 || carried.fee > carried.amount {
        return Err("it moves nothing, or its fee exceeds it".into());
    }
    Ok(carried)
}
