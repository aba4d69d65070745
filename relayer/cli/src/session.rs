//! One command's view: the deployment file, the chain that it names, and the seat of the key that signs.

use crate::{
    cli::{self, Globals},
    error::CliError,
    file, foresee, keys,
    output::{Output, line, note},
    screen::{About, Screen},
    services::Service,
};
use greatseal_api::{
    deployment::Deployment,
    wire::{EnvelopeState, Submission},
};
use greatseal_chain::{BlockRef, Chain, Remote};
use greatseal_protocol::{
    bytes::{EnvelopeDigest, parse_hex, to_hex},
    cells::{CellKey, Cells},
    command::{Capacity, Command, Order},
    companion::Sent,
    council::{CouncilHead, Seat, SeatId},
    envelope::Envelope,
    event::{Door, Event, Record},
    key::Key,
    language::contract,
    refusal::Refusal,
};
use greatseal_signing::{Asked, Companion, Intent, Keyring, Sealed, Signer, Source, Store};
use std::{
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

pub use crate::file::{read, write};

/// Seconds until an envelope expires; protective rows take 15 minutes at most, block time may be a little behind.
const LIFE: u64 = 40 * 60;
const PROTECTIVE_LIFE: u64 = 10 * 60;
/// Seconds by which the chain's clock may differ from this machine's without being looked at: less than any life.
const NEAR: u64 = 4 * 60;
/// How long a block is waited for where the chain's clock is far behind.
const NEXT_BLOCK: Duration = Duration::from_secs(7);
const ELSEWHERE: &str = "choose another file with --envelope-out";
/// How long our node may be behind the relayer's.
const LAG: Duration = Duration::from_secs(60);
/// How long to wait for an outcome.
const PATIENCE: Duration = Duration::from_secs(120);

/// One command's view.
pub struct Session {
    /// Which contract on which chain.
    pub deployment: Deployment,
    /// The chain.
    pub chain: Chain,
    /// The last finalised block when the command began: everything is read there.
    pub block: BlockRef,
    /// Its time in seconds.
    pub now: u64,
    /// Where the answer goes.
    pub output: Output,
    globals: Globals,
}

/// A seat that a key has.
pub struct Member {
    /// Its address.
    pub id: SeatId,
    /// The seat.
    pub seat: Seat,
    /// Its council.
    pub head: CouncilHead,
}

impl Session {
    /// Reads the deployment file and refuses any other chain, code or deployment.
    ///
    /// # Errors
    ///
    /// [`CliError::WrongDeployment`] before anything is signed.
    pub async fn open(globals: &Globals) -> Result<Self, CliError> {
        let mut deployment = read_deployment(&globals.deployment)?;
        let chain = Chain::connect(&globals.node).await?;
        let wrong = |what: String| CliError::WrongDeployment(what);
        if chain.genesis() != deployment.chain() {
            let (found, expected) = (chain.genesis(), deployment.chain());
            return Err(wrong(format!("the node serves the chain 0x{found}, the deployment is on 0x{expected}")));
        }
        let block = chain.finalized().await?;
        let code = chain.code_hash(deployment.contract(), &block).await?;
        if code != deployment.code_hash {
            return Err(wrong(format!("the contract runs the code 0x{}, not the deployed one", to_hex(&code))));
        }
        let head = chain.head(deployment.contract(), &block).await?;
        if head.domain != deployment.domain() {
            return Err(wrong(format!("the address holds the deployment {}", head.domain.deployment)));
        }
        // The deployment file names the history; where it goes on, the chain says.
        let present = chain.present(deployment.contract(), &block).await?;
        if present != deployment.contract() {
            deployment.contract = present.0;
            deployment.code_hash = chain.code_hash(present, &block).await?;
        }
        let now = chain.time(&block).await?;
        let output = Output { json: globals.json };
        Ok(Self { deployment, chain, block, now, output, globals: globals.clone() })
    }

    /// The deployment as its file has it: where the history begins, whichever contract goes on with it.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`].
    pub fn origin(&self) -> Result<Deployment, CliError> {
        read_deployment(&self.globals.deployment)
    }

    /// The indexer.
    ///
    /// # Errors
    ///
    /// [`CliError::Unreachable`].
    pub fn indexer(&self) -> Result<Service, CliError> {
        Service::new("indexer", &self.globals.indexer, self.globals.ca.as_deref())
    }

    /// The relayer.
    ///
    /// # Errors
    ///
    /// [`CliError::Unreachable`].
    pub fn relayer(&self) -> Result<Service, CliError> {
        Service::new("relayer", &self.globals.relayer, self.globals.ca.as_deref())
    }

    /// Cells of the contract at the session's block.
    ///
    /// # Errors
    ///
    /// [`CliError::Chain`].
    pub async fn cells(&self, keys: impl IntoIterator<Item = CellKey>) -> Result<Remote, CliError> {
        Ok(self.chain.cells(self.deployment.contract(), keys, &self.block).await?)
    }

    /// The seat of a key.
    ///
    /// # Errors
    ///
    /// [`CliError::Refused`] with 200 where it has none.
    pub async fn member(&self, key: Key) -> Result<Member, CliError> {
        let refused = |refusal| CliError::Refused { refusal, fee_paid: false };
        let at = self.cells([CellKey::KeySeat(key)]).await?;
        let id: SeatId = at.seat_of(&key).map_err(refused)?.ok_or_else(|| refused(Refusal::UnknownKey))?;
        let at = self.cells([CellKey::Seat(id), CellKey::Council(id.council)]).await?;
        Ok(Member { id, seat: *at.seat(id).map_err(refused)?, head: at.council(id.council).map_err(refused)? })
    }

    /// Shows the command in words with its digest, asks, signs, submits and waits for the outcome; from the member's own
    /// account where the person wants that.
    ///
    /// # Errors
    ///
    /// [`CliError::NotConfirmed`], [`CliError::Refused`], or what kept it from the chain.
    pub async fn sign_and_submit(
        &self,
        signer: &Signer,
        how: &cli::Signer,
        capacity: Capacity,
        order: Order,
        protective: bool,
        about: impl Into<About>,
    ) -> Result<Option<EnvelopeState>, CliError> {
        let life = if protective { PROTECTIVE_LIFE } else { LIFE };
        let clock = self.clock().await?;
        let expiry = clock.saturating_add(life);
        let capacity = match (capacity, how.epoch) {
            (Capacity::Seat { seat, .. }, Some(epoch)) => Capacity::Seat { seat, epoch },
            (capacity, _) => capacity,
        };
        let command = Command { capacity, expiry, order };
        let (key, order) = (signer.key(), command.order.clone());
        if how.direct {
            return match self.act(signer, how, command, about.into()).await {
                Ok(state) => Ok(Some(state)),
                Err(error) => Err(foresee::explained(self, key, &order, error).await),
            };
        }
        if let Some(path) = how.envelope_out.as_deref().filter(|path| path.is_file()) {
            // Looked at before the key signs: an envelope may take the place of another one, and of nothing else.
            let there = read(path, ELSEWHERE)?;
            if !there.iter().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace()) {
                return Err(CliError::file(path, "holds something else than an envelope", ELSEWHERE));
            }
        }
        // What is kept for later may be for what is not there yet.
        if how.envelope_out.is_none() {
            foresee::check(self, key, &command, clock).await?;
        }
        let mut screen = Screen::new(about.into(), &command);
        let intent = Intent::new(self.deployment.domain(), command, signer.key());
        screen.signed(&intent.words());
        screen.show(line("envelope digest", to_hex(&intent.digest())));
        let confirmation = screen.ask(how.yes)?;
        let authorized = intent.confirm(confirmation);
        let authorized = if how.withdraws { authorized.withdrawing() } else { authorized };
        let envelope = signer.sign(&authorized).await?;
        let envelope = match open_companion(how).await? {
            Some(companion) => companion.accompany(&authorized, &envelope)?.to_bytes(),
            None => envelope.to_bytes(),
        };
        if let Some(path) = &how.envelope_out {
            write(path, format!("{}\n", to_hex(&envelope)).as_bytes())?;
            return Ok(None);
        }
        match self.submit(&envelope).await {
            Ok(state) => Ok(Some(state)),
            Err(error) => Err(foresee::explained(self, key, &order, error).await),
        }
    }

    /// The time at which the next block is expected, in seconds.
    ///
    /// A chain that makes blocks only for transactions may have been idle: its next block comes at this machine's time.
    /// A chain that makes them anyway goes by its own clock, however far behind that is.
    async fn clock(&self) -> Result<u64, CliError> {
        let here = system_time();
        if self.now.saturating_add(NEAR) >= here {
            return Ok(self.now.max(here));
        }
        let since = tokio::time::Instant::now();
        while since.elapsed() < NEXT_BLOCK {
            let block = self.chain.finalized().await?;
            if block.number > self.block.number {
                let now = self.chain.time(&block).await?;
                // A block that somebody's transaction brought shows this machine's time, or nearly.
                return Ok(if now.saturating_add(NEAR) >= here { now.max(here) } else { now });
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(here)
    }

    /// Gives an envelope to the relayer and waits for its outcome. What the contract would refuse now is not left with the
    /// relayer: a person who is told of a refusal must not find later that it took effect after all.
    ///
    /// # Errors
    ///
    /// [`CliError::Refused`] where the contract would refuse it now, or has; [`CliError::RefusedForNow`] where the relayer
    /// has it already and tries again; [`CliError::Failed`].
    pub async fn submit(&self, envelope: &[u8]) -> Result<EnvelopeState, CliError> {
        let relayer = self.relayer()?;
        let sent = Sent::parse(envelope).map_err(|refusal| CliError::Refused { refusal, fee_paid: false })?;
        let digest = Envelope::digest(sent.envelope());
        let submission = Submission { envelope: to_hex(envelope), keep: false };
        let posted = relayer.post("/v1/envelopes", &submission).await;
        let state: EnvelopeState = match posted {
            Err(CliError::Service { problem, .. }) if problem.code.starts_with("refusal_") => {
                let code = problem.code.trim_start_matches("refusal_").parse().ok();
                let refusal = code.and_then(Refusal::from_code).unwrap_or(Refusal::Decode);
                return Err(CliError::Refused { refusal, fee_paid: false });
            }
            other => other?,
        };
        let mut state = about(state, digest)?;
        note("submitted; waiting until it is final");
        let since = tokio::time::Instant::now();
        let mut told = None;
        loop {
            let waiting = state.waiting.take();
            match state.state.as_str() {
                "applied" => return self.witnessed(state, None).await,
                "refused" => {
                    let number = state.refusal;
                    // What cost a fee stands in a block.
                    let state = if state.fee_paid { self.witnessed(state, number).await? } else { state };
                    let refusal = state.refusal.and_then(Refusal::from_code).unwrap_or(Refusal::Decode);
                    return Err(CliError::Refused { refusal, fee_paid: state.fee_paid });
                }
                "failed" => return Err(CliError::Failed(state.reason.unwrap_or_default())),
                _ => {}
            }
            if let Some(refusal) = waiting.as_ref().and_then(|waiting| Refusal::from_code(waiting.refusal?)) {
                let until = state.expires.and_then(|seconds| seconds.parse().ok());
                return Err(CliError::RefusedForNow { refusal, until });
            }
            let reason = waiting.map(|waiting| waiting.reason);
            if since.elapsed() > PATIENCE {
                return Err(CliError::TimeOut { seconds: PATIENCE.as_secs(), reason });
            }
            if let Some(reason) = reason.filter(|reason| told.as_ref() != Some(reason)) {
                note(&format!("waiting: {reason}"));
                told = Some(reason);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            state = about(relayer.get(&format!("/v1/envelopes/{digest}")).await?, digest)?;
        }
    }

    /// An outcome that the chain's own block holds: a relayer can claim another.
    async fn witnessed(&self, state: EnvelopeState, refusal: Option<u16>) -> Result<EnvelopeState, CliError> {
        let number = state.block_number.unwrap_or(u64::MAX);
        let since = tokio::time::Instant::now();
        // Our node may be a little behind the relayer's.
        while self.chain.finalized().await?.number < number {
            if since.elapsed() > LAG {
                let reason = format!("it names block {number}, which this node does not have");
                return Err(CliError::Unwitnessed(reason));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let unseen = |_| CliError::Unwitnessed("the block that it names does not hold the command".into());
        let records = self.record(&state).await.map_err(unseen)?;
        let found = records.first().map(|record| match record.event {
            Event::Contract(contract::Event::Refused { refusal }) => Some(refusal.code()),
            _ => None,
        });
        match found {
            Some(found) if found == refusal => Ok(state),
            _ => Err(CliError::Unwitnessed("the block that it names does not hold this outcome".into())),
        }
    }

    /// The records of a command that took effect, read from the chain's own block.
    ///
    /// # Errors
    ///
    /// [`CliError::Contradiction`] where the block does not hold it.
    pub async fn record(&self, state: &EnvelopeState) -> Result<Vec<Record>, CliError> {
        let missing = || CliError::Contradiction("the block that the relayer names does not hold the event".into());
        let number = state.block_number.ok_or_else(missing)?;
        let transaction = state.transaction.as_deref().and_then(|text| parse_hex(text).ok()).ok_or_else(missing)?;
        let records = self.records_of(number, &transaction).await?;
        let digest = &state.envelope;
        Ok(records
            .into_iter()
            .filter(|record| match record.door {
                Door::Envelope(envelope) => envelope.to_string() == *digest,
                // One transaction, one command.
                Door::Direct => digest.is_empty(),
                Door::Constructor => false,
            })
            .collect())
    }
}

/// The relayer's answer, which must be about the envelope that was asked about.
fn about(state: EnvelopeState, digest: EnvelopeDigest) -> Result<EnvelopeState, CliError> {
    match state.envelope == digest.to_string() {
        true => Ok(state),
        false => Err(CliError::Unwitnessed("it answers for another envelope".into())),
    }
}

impl Member {
    /// What the key claims to be.
    pub fn capacity(&self) -> Capacity {
        Capacity::Seat { seat: self.id, epoch: self.head.epoch }
    }

    /// A nonce that the key has not used.
    pub fn next_nonce(&self) -> u64 {
        self.seat.nonce.saturating_add(1)
    }
}

/// Opens the seat's key.
///
/// # Errors
///
/// [`CliError::Signing`].
pub async fn open_signer(how: &cli::Signer) -> Result<Signer, CliError> {
    Ok(how.keys.open().await?.signer(&how.key).await?)
}

/// Opens the seat's companion, where one is named.
///
/// # Errors
///
/// [`CliError::Signing`].
pub async fn open_companion(how: &cli::Signer) -> Result<Option<Companion>, CliError> {
    let (Some(label), Some(folder)) = (&how.companion, &how.companion_sealed) else { return Ok(None) };
    let asked = Asked { what: "passphrase of the companion", twice: false };
    let passphrase = keys::secret(&how.companion_passphrase_file, None, asked);
    let store = Store::Sealed(Sealed::new(folder, passphrase));
    Ok(Some(Keyring::open(Source::new(store)?).await?.companion(label).await?))
}

/// Reads a deployment file.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn read_deployment(path: &Path) -> Result<Deployment, CliError> {
    const HELP: &str = "give the file that `greatseal deploy` wrote, with --deployment FILE";
    file::json(path, HELP)
}

/// Seconds since the Unix epoch by this machine's clock.
pub fn system_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
