//! The two doors of the contract. A command goes in as an envelope, through the relayer, or as a transaction of the key's own
//! account.

mod direct;
mod relayed;

pub use direct::Direct;
pub use relayed::{Relayed, submit};

use crate::{
    error::CliError,
    file::{read, write},
    foresee,
    output::line,
    place::Place,
    screen::{About, Screen},
    services::Services,
    session::Session,
};
use greatseal_protocol::{
    bytes::to_hex,
    command::{Capacity, Command, Order},
    event::Record,
    key::Key,
};
use greatseal_signing::{Companion, Intent, Keyring, Signer, Source};
use std::path::{Path, PathBuf};

/// Seconds until an envelope expires; protective rows take 15 minutes at most, block time may be a little behind.
const LIFE: u64 = 40 * 60;
const PROTECTIVE_LIFE: u64 = 10 * 60;

/// How a command is signed, and where it goes then.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the key is.
    pub source: Source,
    /// Label of the key.
    pub label: String,
    /// The seat's post-quantum companion, which signs beside the key.
    pub companion: Option<CompanionKey>,
    /// Whether the person agreed beforehand.
    pub agreed: bool,
    /// Epoch of the seat's council that the signature is for, where it is not the current one.
    pub epoch: Option<u32>,
    /// Whether an approval may be taken back.
    pub withdraws: bool,
    /// Where it goes.
    pub channel: Channel,
}

/// A post-quantum companion's key.
#[derive(Clone, Debug)]
pub struct CompanionKey {
    /// Where it is.
    pub source: Source,
    /// Its label.
    pub label: String,
}

/// Where a signed command goes.
#[derive(Clone, Debug)]
pub enum Channel {
    /// To the relayer, which submits it.
    Relayer,
    /// Into a file, for later.
    File(PathBuf),
    /// To the chain, from the key's own account.
    Direct,
}

/// What became of a signed command.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// It took effect; the relayer brought it.
    Relayed(Box<Relayed>),
    /// It took effect; the key's own account brought it.
    Direct(Direct),
    /// It is signed, and in a file.
    NotSubmitted,
}

impl Delivery {
    /// The records of the command, read from the chain's own block; `None` where it was not submitted.
    pub fn records(&self) -> Option<&[Record]> {
        match self {
            Self::Relayed(relayed) => Some(&relayed.records),
            Self::Direct(direct) => Some(&direct.records),
            Self::NotSubmitted => None,
        }
    }

    /// Whether a fee was paid.
    pub fn fee_paid(&self) -> bool {
        match self {
            Self::Relayed(relayed) => relayed.state.fee_paid,
            Self::Direct(direct) => direct.fee_paid,
            Self::NotSubmitted => false,
        }
    }
}

impl CompanionKey {
    /// Opens it.
    ///
    /// # Errors
    ///
    /// [`CliError::Signing`].
    pub async fn open(&self) -> Result<Companion, CliError> {
        Ok(Keyring::open(self.source.clone()).await?.companion(&self.label).await?)
    }
}

/// A seat's key in front of a contract.
pub struct Door<'a> {
    place: &'a Place,
    services: &'a Services,
    signer: Signer,
    options: Options,
}

impl<'a> Door<'a> {
    /// Opens the seat's key.
    ///
    /// # Errors
    ///
    /// [`CliError::Signing`].
    pub async fn open(session: &'a Session, options: Options) -> Result<Self, CliError> {
        let signer = Keyring::open(options.source.clone()).await?.signer(&options.label).await?;
        Ok(Self { place: &session.place, services: &session.services, signer, options })
    }

    /// The key.
    pub fn key(&self) -> Key {
        self.signer.key()
    }

    /// Shows the command in words with its digest, asks, signs, sends it where it goes and waits for the outcome.
    ///
    /// # Errors
    ///
    /// [`CliError::NotConfirmed`], [`CliError::Refused`], or what kept it from the chain.
    pub async fn send(
        &self,
        capacity: Capacity,
        order: Order,
        protective: bool,
        about: impl Into<About>,
    ) -> Result<Delivery, CliError> {
        let life = if protective { PROTECTIVE_LIFE } else { LIFE };
        let clock = self.place.clock().await?;
        let capacity = match (capacity, self.options.epoch) {
            (Capacity::Seat { seat, .. }, Some(epoch)) => Capacity::Seat { seat, epoch },
            (capacity, _) => capacity,
        };
        let command = Command { capacity, expiry: clock.saturating_add(life), order };
        let order = command.order.clone();
        let delivered = match &self.options.channel {
            Channel::Direct => self.act(command, about.into()).await.map(Delivery::Direct),
            Channel::File(path) => {
                replaceable(path)?;
                // What is kept for later may be for what is not there yet: the rules are not asked.
                let envelope = self.sign(command, about.into()).await?;
                write(path, format!("{}\n", to_hex(&envelope)).as_bytes())?;
                return Ok(Delivery::NotSubmitted);
            }
            Channel::Relayer => {
                foresee::check(self.place, self.key(), &command, clock).await?;
                let envelope = self.sign(command, about.into()).await?;
                let relayed = submit(self.place, self.services, &envelope).await;
                relayed.map(|relayed| Delivery::Relayed(Box::new(relayed)))
            }
        };
        match delivered {
            Ok(delivery) => Ok(delivery),
            Err(error) => Err(foresee::explained(self.place, self.key(), &order, error).await),
        }
    }

    /// An envelope, with the companion's signature where one is named.
    async fn sign(&self, command: Command, about: About) -> Result<Vec<u8>, CliError> {
        let mut screen = Screen::new(about, &command);
        let intent = Intent::new(self.place.deployment.domain(), command, self.key());
        screen.signed(&intent.words());
        screen.show(line("envelope digest", to_hex(&intent.digest())));
        let confirmation = screen.ask(self.options.agreed)?;
        let authorized = intent.confirm(confirmation);
        let authorized = if self.options.withdraws { authorized.withdrawing() } else { authorized };
        let envelope = self.signer.sign(&authorized).await?;
        Ok(match &self.options.companion {
            Some(companion) => companion.open().await?.accompany(&authorized, &envelope)?.to_bytes(),
            None => envelope.to_bytes(),
        })
    }
}

/// An envelope may take the place of another one, and of no other file. Looked at before the key signs.
fn replaceable(path: &Path) -> Result<(), CliError> {
    const ELSEWHERE: &str = "choose another file with --envelope-out";
    if !path.is_file() {
        return Ok(());
    }
    match read(path, ELSEWHERE)?.iter().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace()) {
        true => Ok(()),
        false => Err(CliError::file(path, "holds something else than an envelope", ELSEWHERE)),
    }
}
