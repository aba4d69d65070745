//! What people do in a story: propose, approve, execute, escalate, look.

use std::{fs, path::Path, time::Duration};

use greatseal_protocol::envelope::Envelope;
use serde_json::{Value, json};

use crate::{
    Outcome,
    program::{Answer, NoProgram},
    wait::eventually,
    world::World,
};

/// The papers that proposals refer to.
pub(crate) fn write_papers(folder: &Path) -> Outcome {
    let why = json!({
        "title": "Route 1",
        "rationale": "the rate feed was compromised",
        "impact": { "security": "stops the loss", "availability": "route 1 waits", "privacy": "none" },
        "risk": "low",
        "rollback": "a pause expires by itself; parameters are set back by another proposal",
        "expiry": { "then": "nothing changes; it can be proposed again" },
    });
    fs::write(folder.join("why.json"), serde_json::to_vec(&why)?)?;
    fs::write(folder.join("report.txt"), "The auditor has looked at route 1.\n")?;
    fs::write(folder.join("economics.json"), serde_json::to_vec(&economics())?)?;
    Ok(())
}

/// Bridge parameters that hang together.
pub fn economics() -> Value {
    json!({
        "source": "eip155:1/erc20:0x0000000000000000000000000000000000000001",
        "destination": "eip155:10/erc20:0x0000000000000000000000000000000000000002",
        "course": "to-public",
        "rate_num": "1", "rate_den": "1", "rate_from": "1700000000", "rate_until": "4000000000",
        "fee_bps": 25, "fee_min": "1", "fee_max": "1000",
        "tx_min": "10", "tx_max": "1000", "account_max": "10000", "aggregate_max": "1000000",
        "count_max": 500, "period": 3600, "large": "900", "lot_max": "0", "rate_band_bps": 0,
    })
}

impl World {
    /// A governance command that a seat signs without being asked.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn sign(&self, seat: &str, args: &[&str]) -> Result<Answer, NoProgram> {
        let pin = format!("pins/{seat}");
        let signer = ["--token", seat, "--pin-file", &pin, "--yes"];
        self.greatseal(&[&["governance"], args, &signer[..]].concat()).await
    }

    /// Opens a proposal.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn propose(&self, seat: &str, action: &[&str]) -> Result<Answer, NoProgram> {
        let pin = format!("pins/{seat}");
        let proposal = ["governance", "propose", "--document", "why.json"];
        self.greatseal(&[&proposal[..], &["--token", seat, "--pin-file", &pin, "--yes"], action].concat()).await
    }

    /// Any other command that a seat signs without being asked.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn order(&self, seat: &str, args: &[&str]) -> Result<Answer, NoProgram> {
        let pin = format!("pins/{seat}");
        self.greatseal(&[args, &["--token", seat, "--pin-file", &pin, "--yes"]].concat()).await
    }

    /// Proposes, approves, waits for the delay and executes; answers the proposal's id.
    ///
    /// # Errors
    /// All that the first refused command said.
    pub async fn decide(&self, author: &str, action: &[&str], approve: &[&str], delay: Duration) -> Outcome<String> {
        let id = self.opened(self.propose(author, action).await?).await?;
        self.all_approve(approve, &id).await?;
        self.node().pass(delay).await?;
        self.execute(&id).await?.done()?;
        Ok(id)
    }

    /// Opens a pause of a scope for an hour; answers its id.
    ///
    /// # Errors
    /// All that the command said.
    pub async fn propose_pause(&self, seat: &str, scope: &str) -> Outcome<String> {
        self.opened(self.propose(seat, &pause(scope)).await?).await
    }

    /// Opens the parameters in `economics.json` for route 1; answers its id.
    ///
    /// # Errors
    /// All that the command said.
    pub async fn propose_route(&self, seat: &str) -> Outcome<String> {
        self.opened(self.propose(seat, &ROUTE).await?).await
    }

    /// The id of a proposal that was opened, once the indexer knows it.
    ///
    /// # Errors
    /// Where it was not opened, or one of its contents is not kept.
    pub async fn opened(&self, answer: Answer) -> Outcome<String> {
        let answer = answer.done()?;
        let contents = answer["contents"].as_array().map(Vec::as_slice).unwrap_or_default();
        let kept = !contents.is_empty() && contents.iter().all(|content| content["kept_by"] == content["of"]);
        let (Some(id), true) = (answer["proposal"].as_str(), kept) else {
            return Err(format!("no proposal with its contents in {answer}").into());
        };
        let url = format!("{}/v1/proposals/{id}", self.indexer_url());
        let known = async || match reqwest::get(&url).await {
            Ok(found) if found.status().is_success() => Ok(()),
            other => Err(format!("{other:?}")),
        };
        eventually("the indexer knows the proposal", Duration::from_secs(30), known).await?;
        Ok(id.to_owned())
    }

    /// Approves.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn approve(&self, seat: &str, proposal: &str) -> Result<Answer, NoProgram> {
        self.sign(seat, &["approve", proposal]).await
    }

    /// Several seats approve.
    ///
    /// # Errors
    /// All that the first refused command said.
    pub async fn all_approve(&self, seats: &[&str], proposal: &str) -> Outcome {
        for seat in seats {
            self.approve(seat, proposal).await?.done()?;
        }
        Ok(())
    }

    /// Several seats approve a batch, whose manifest they have.
    ///
    /// # Errors
    /// All that the first refused command said.
    pub async fn all_approve_batch(&self, seats: &[&str], proposal: &str, manifest: &str) -> Outcome {
        for seat in seats {
            self.sign(seat, &["approve", proposal, "--manifest", manifest]).await?.done()?;
        }
        Ok(())
    }

    /// Signs an approval and keeps it instead of submitting it; answers the envelope in hexadecimal.
    ///
    /// # Errors
    /// All that the command said.
    pub async fn approval(&self, seat: &str, proposal: &str) -> Outcome<String> {
        let out = format!("approval-{seat}.hex");
        self.sign(seat, &["approve", proposal, "--envelope-out", &out]).await?.done()?;
        Ok(fs::read_to_string(self.file(&out))?.trim().to_owned())
    }

    /// Executes; the operator's seat signs.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn execute(&self, proposal: &str) -> Result<Answer, NoProgram> {
        self.sign("O0", &["execute", proposal]).await
    }

    /// Registers both assets of [`economics`], and lets two hours pass.
    ///
    /// # Errors
    /// All that the first refused command said.
    pub async fn register_assets(&self) -> Outcome {
        let economics = economics();
        for asset in ["source", "destination"].iter().filter_map(|end| economics[end].as_str()) {
            self.escalate("money").await?.done()?;
            let register = ["register", &format!("asset:{asset}")];
            self.decide("M0", &register, &["S0", "S1", "M0"], Duration::from_secs(3600)).await?;
        }
        Ok(())
    }

    /// The auditor records that somebody has looked at route 1.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn escalate(&self, scope: &str) -> Result<Answer, NoProgram> {
        self.sign("A0", &["escalate", "--scope", scope, "--report", "report.txt", "--allow-unknown"]).await
    }

    /// Pauses a scope, from the proposal to the execution.
    ///
    /// # Errors
    /// All that the first refused command said.
    pub async fn pause(&self, scope: &str) -> Outcome<Value> {
        let id = self.propose_pause("E0", scope).await?;
        self.all_approve(&["E0", "E1"], &id).await?;
        self.execute(&id).await?.done()
    }

    /// Gives the account of a seat's key its first money; answers the key.
    ///
    /// # Errors
    /// All that the commands said.
    pub async fn fund(&self, seat: &str) -> Outcome<String> {
        let pin = format!("pins/{seat}");
        let keys = self.greatseal(&["key", "list", "--token", seat, "--pin-file", &pin]).await?.done()?;
        let key = keys["keys"][0]["key"].as_str().ok_or("no key")?.to_owned();
        let [payer, _] = self.node().payers();
        self.greatseal(&["key", "fund", &key, "--amount", "10", "--account", &payer]).await?.done()?;
        Ok(key)
    }

    /// What a seat's key was used for, by its own journal.
    ///
    /// # Errors
    /// All that the command said.
    pub async fn used(&self, seat: &str) -> Outcome<Vec<String>> {
        let journal = self.greatseal(&["key", "journal", "--token", seat]).await?.done()?;
        let lines = journal["lines"].as_array().ok_or("no lines")?;
        let orders = lines.iter().filter_map(|line| line["entry"]["intended"]["order"].as_str());
        Ok(orders.map(str::to_owned).collect())
    }

    /// How many events the contract has emitted, as the chain tells.
    ///
    /// # Errors
    /// All that the command said.
    pub async fn events(&self) -> Outcome<u64> {
        let status = self.greatseal(&["status"]).await?.done()?;
        Ok(status["events"].as_str().unwrap_or_default().parse()?)
    }

    /// Gives an envelope to the relayer, and does not wait for its outcome; answers its state.
    ///
    /// # Errors
    /// Where the relayer does not answer.
    pub async fn post(&self, envelope: &str) -> Outcome<Value> {
        let url = format!("{}/v1/envelopes", self.relayer_url());
        Ok(reqwest::Client::new().post(url).json(&json!({ "envelope": envelope })).send().await?.json().await?)
    }

    /// State of an envelope in the relayer's journal.
    ///
    /// # Errors
    /// Where the relayer does not answer.
    pub async fn state(&self, envelope: &str) -> Outcome<Value> {
        let digest = Envelope::digest(&hex::decode(envelope)?);
        Ok(reqwest::get(format!("{}/v1/envelopes/{digest}", self.relayer_url())).await?.json().await?)
    }
}

/// The route of all stories.
pub const ROUTE: [&str; 5] = ["route", "--route", "1", "--economics", "economics.json"];

/// A pause of a scope for an hour, whether there is such a scope or not.
pub fn pause(scope: &str) -> [&str; 10] {
    ["pause", "--scope", scope, "--minutes", "60", "--severity", "1", "--reason", "compromised", "--allow-unknown"]
}
