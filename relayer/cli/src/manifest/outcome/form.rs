//! An outcome as a file has it, and as its leaf has it.

use crate::{manifest::quoted, number::whole};
use greatseal_protocol::{
    bytes::{ChainHash, Label, ReferenceHash, TxHash, parse_hex},
    hash,
    settlement::{Outcome, Reference},
    spelling,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutcomeFile {
    index: u32,
    state: State,
    paid: String,
    excess: Option<String>,
    #[serde(default)]
    references: Vec<ReferenceFile>,
    reason: Option<String>,
    evidence: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Open,
    Closed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferenceFile {
    transaction: String,
    log: u32,
    amount: String,
    share: String,
}

/// A transfer as a file spells it.
pub(super) struct Transfer {
    pub(super) transaction: String,
    pub(super) log: u32,
}

impl OutcomeFile {
    /// The outcome with its transfers, or what is wrong with it.
    pub(super) fn outcome(self) -> Result<(Outcome, Vec<Transfer>), String> {
        let mut references = Vec::with_capacity(self.references.len());
        for found in &self.references {
            references.push(found.reference()?);
        }
        let label = |text: &str| Label::new(text).ok_or("reason is no label: 1 to 32 of a-z, 0-9 and -");
        let evidence = parse_hex(&self.evidence).map_err(|_| "evidence is not 64 hexadecimal digits")?;
        let outcome = Outcome {
            index: self.index,
            closed: matches!(self.state, State::Closed),
            paid: amount("paid", &self.paid)?,
            excess: self.excess.as_deref().map_or(Ok(0), |text| amount("excess", text))?,
            references,
            reason: self.reason.as_deref().map(label).transpose()?,
            evidence: ReferenceHash(evidence),
        };
        let transfer = |found: ReferenceFile| Transfer { transaction: found.transaction, log: found.log };
        Ok((outcome, self.references.into_iter().map(transfer).collect()))
    }
}

impl ReferenceFile {
    /// The chain stands in the transaction's name, up to the second colon.
    fn reference(&self) -> Result<Reference, String> {
        let text = &self.transaction;
        let none = || format!("transaction {} has not the one spelling", quoted(text));
        let transaction = spelling::transaction(text).map_err(|_| none())?;
        let second = text.match_indices(':').nth(1).map(|(at, _)| at).ok_or_else(none)?;
        let chain = text.get(..second).ok_or_else(none)?;
        Ok(Reference {
            chain: ChainHash(hash::sha256(&[chain.as_bytes()])),
            transaction: TxHash(transaction),
            log: self.log,
            amount: amount("amount", &self.amount)?,
            share: amount("share", &self.share)?,
        })
    }
}

fn amount(name: &str, text: &str) -> Result<u128, String> {
    whole::<u128>(text).map_err(|reason| format!("{name} {} {reason}", quoted(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(transaction: &str) -> Result<Reference, String> {
        let (transaction, amount) = (transaction.to_owned(), "5".to_owned());
        ReferenceFile { transaction, log: 3, share: amount.clone(), amount }.reference()
    }

    #[test]
    fn a_transaction_names_its_chain_in_its_one_spelling() {
        let hex = "a1".repeat(32);
        let taken = read(&format!("eip155:1:0x{hex}"));
        let chain = ChainHash(hash::sha256(&[b"eip155:1"]));
        let expected = Reference { chain, transaction: TxHash([0xA1; 32]), log: 3, amount: 5, share: 5 };
        assert_eq!(taken, Ok(expected));
        let rail = read("rtgs:national:E2E/4711:2").map(|reference| reference.chain);
        assert_eq!(rail, Ok(ChainHash(hash::sha256(&[b"rtgs:national"]))));
        for other in [
            hex.clone(),
            format!("0x{hex}"),
            format!("eip155:01:0x{hex}"),
            format!("eip155:1:{hex}"),
            format!("eip155:1:0x{}", hex.to_ascii_uppercase()),
            "a bank's rail".to_owned(),
            format!("polkadot:91b171bb158e2d3848fa23a9f1c25182:0x{hex}"),
            "rtgs:national:two//slashes".to_owned(),
        ] {
            assert!(read(&other).is_err_and(|reason| reason.contains("has not the one spelling")), "{other}");
        }
    }
}
