//! What was carried out, in files: the leaves behind a statement.

use crate::{
    answers::{Text, bridge::CarriedSums},
    contents::{AtHand, Source, Spool},
    error::CliError,
    file::lines::{Bounds, Lines, MOST, parsed},
    manifest::{Faults, quoted, tree::Tree},
    number::whole,
    text,
};
use greatseal_protocol::{
    bytes::ReferenceHash, content::Address, conversion::Carried, hash, scale::Encode as _, spelling,
};
use serde::Deserialize;
use std::path::Path;

const HELP: &str = "a line is JSON with account, amount, fee, result, reference and check: the account in its one spelling, amounts as decimal strings, reference the transaction in its one spelling, check the hash of the compliance check";
const BOUNDS: Bounds = Bounds { bytes: 4 * 1024, lines: MOST };

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
/// [`CliError::Faults`], with all lines that are not right.
pub(crate) fn load(path: &Path) -> Result<CarriedSums, CliError> {
    read(path, None).map(|(sums, _)| sums)
}

/// Count, sums and root of a file, whose leaves are kept at hand: they are a content, by their root.
///
/// # Errors
///
/// Those of [`load`].
pub(crate) fn kept(at_hand: &AtHand, path: &Path) -> Result<CarriedSums, CliError> {
    let (sums, items) = read(path, Some(Spool::default()))?;
    items.into_iter().for_each(|items| at_hand.list(Address::Carried(sums.root.0.0), items));
    Ok(sums)
}

fn read(path: &Path, mut items: Option<Spool>) -> Result<(CarriedSums, Option<Source>), CliError> {
    let (mut faults, mut tree, mut sums) = (Faults::default(), Tree::default(), Some([0_u128; 3]));
    let lines = Lines::open(path, BOUNDS, HELP)?;
    let ended = lines.each(|line, text| {
        let carried = text.and_then(|text| parsed::<Line>(line, text)).map_err(|bad| bad.to_string());
        match carried.and_then(|carried| carried.carried()) {
            Ok(carried) => {
                sums = sums.and_then(|sums| add(sums, &carried));
                if sums.is_none() || tree.push(carried.leaf(&hash::sha256)).is_none() {
                    faults.add(line, "with it a sum has no number, or there are too many");
                }
                let kept = items.as_mut().map_or(Ok(()), |items| items.push(&carried.encode()));
                kept.unwrap_or_else(|error| faults.add(line, error));
            }
            Err(reason) => faults.add(line, reason),
        }
    });
    ended.map_err(|error| CliError::file(path, error, HELP))?;
    let failed = |faults| CliError::Faults { what: path.display().to_string(), faults, help: HELP };
    if !faults.is_empty() {
        return Err(failed(faults));
    }
    let (Some(tree), Some([amount, fees, result])) = (tree.head(), sums) else {
        return Err(CliError::file(path, "nothing was carried out", "say so with `bridge release`"));
    };
    let (amount, fees, result) = (Text(amount), Text(fees), Text(result));
    let sums = CarriedSums { count: tree.size, amount, fees, result, root: Text(ReferenceHash(tree.root)) };
    Ok((sums, items.map(Spool::end).transpose()?))
}

fn add([amount, fees, result]: [u128; 3], carried: &Carried) -> Option<[u128; 3]> {
    let (amount, fees) = (amount.checked_add(carried.amount)?, fees.checked_add(carried.fee)?);
    Some([amount, fees, result.checked_add(carried.result)?])
}

impl Line {
    fn carried(&self) -> Result<Carried, String> {
        let amount =
            |name: &str, text: &str| whole::<u128>(text).map_err(|reason| format!("{name} {} {reason}", quoted(text)));
        let carried = Carried {
            account: text::account_bytes(&self.account)
                .ok_or_else(|| format!("{} is no account in its one spelling", quoted(&self.account)))?,
            amount: amount("amount", &self.amount)?,
            fee: amount("fee", &self.fee)?,
            result: amount("result", &self.result)?,
            reference: spelling::transaction(&self.reference)
                .map(ReferenceHash)
                .map_err(|_| format!("{} is no transaction in its one spelling", quoted(&self.reference)))?,
            check: self.check.parse().map_err(|_| format!("check {} is no hash", quoted(&self.check)))?,
        };
        if carried.amount == 0 || carried.fee > carried.amount {
            return Err("it moves nothing, or its fee exceeds it".into());
        }
        Ok(carried)
    }
}
