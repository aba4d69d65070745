//! The two doors of the contract. A command goes in as an envelope, through the relayer, or as a transaction of the key's own
//! account.

mod direct;
mod relayed;
mod seat_key;

pub use direct::Direct;
pub use relayed::{Relayed, submit};

use crate::{
    contents::{Bring, Kept, bring_order},
    error::CliError,
    file::{read, write},
    foresee::{self, Foreseen},
    output::line,
    place::{Member, Place},
    screen::{About, Screen},
    services::Services,
    session::Session,
};
use greatseal_protocol::{
    ask::{Wish, Wisher},
    bytes::to_hex,
    command::{Capacity, Command},
    decide::Via,
    event::Record,
    key::Key,
};
use greatseal_signing::{Companion, Intent, Keyring, Signer, Source};
use seat_key::SeatKey;
use std::path::{Path, PathBuf};

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
    /// How its contents are brought before it is signed.
    pub bring: Bring,
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

    /// The block that holds it.
    pub fn block(&self) -> Option<u64> {
        match self {
            Self::Relayed(relayed) => relayed.state.block_number,
            Self::Direct(direct) => Some(direct.block),
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
    session: &'a Session,
    place: &'a Place,
    services: &'a Services,
    key: SeatKey,
    options: Options,
}

/// A command that was signed.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The command.
    pub command: Command,
    /// What became of it.
    pub delivery: Delivery,
    /// Who keeps its contents.
    pub contents: Vec<Kept>,
}

impl<'a> Door<'a> {
    /// Finds the seat's key, which is opened when something is to be signed.
    ///
    /// # Errors
    ///
    /// [`CliError::Signing`].
    pub async fn find(session: &'a Session, options: Options) -> Result<Self, CliError> {
        let key = SeatKey::find(&options.source, &options.label).await?;
        Ok(Self { session, place: &session.place, services: &session.services, key, options })
    }

    /// The key.
    pub fn key(&self) -> Key {
        self.key.public()
    }

    /// Finds the command that fulfils a wish, shows it in words with its digest and what will happen, asks, signs, sends it
    /// where it goes and waits for the outcome. What a rule refuses is told before the key is opened.
    ///
    /// # Errors
    ///
    /// [`CliError::NotConfirmed`], [`CliError::Refused`], or what kept it from the chain.
    pub async fn send(&self, member: Option<&Member>, wish: Wish, about: impl Into<About>) -> Result<Signed, CliError> {
        let Foreseen { command, lines } = self.foresee(member, &wish).await?;
        let mut about: About = about.into();
        about.expected = lines;
        // No hash goes on chain whose content nobody holds.
        let Options { bring, .. } = &self.options;
        let contents = bring_order(self.session, &command.order, &about.contents, about.privacy, bring).await?;
        about.lines.extend(contents.iter().flat_map(Kept::lines));
        match self.deliver(command.clone(), about).await {
            Ok(delivery) => Ok(Signed { command, delivery, contents }),
            Err(error) => Err(foresee::explained(self.place, self.key(), &command, error).await),
        }
    }

    /// Whether the person agreed beforehand.
    pub fn agreed(&self) -> bool {
        self.options.agreed
    }

    /// Whether the rules allow what a member wishes: asked where a person has much to read before signing.
    ///
    /// # Errors
    ///
    /// [`CliError::Refused`].
    pub async fn allowed(&self, member: &Member, wish: &Wish) -> Result<(), CliError> {
        self.command(member, wish).await.map(|_| ())
    }

    /// The command that fulfils a member's wish now, for whoever has to know it before signing.
    ///
    /// # Errors
    ///
    /// [`CliError::Refused`].
    pub async fn command(&self, member: &Member, wish: &Wish) -> Result<Command, CliError> {
        Ok(self.foresee(Some(member), wish).await?.command)
    }

    async fn foresee(&self, member: Option<&Member>, wish: &Wish) -> Result<Foreseen, CliError> {
        let epoch = |member: &Member| self.options.epoch.unwrap_or(member.head.epoch);
        let seat = member.map(|member| Capacity::Seat { seat: member.id, epoch: epoch(member) });
        let (via, keep) = match &self.options.channel {
            Channel::Direct => (Via::Account, false),
            Channel::Relayer => (Via::Envelope, false),
            // What is kept for later may be for what is not there yet.
            Channel::File(_) => (Via::Envelope, true),
        };
        let wisher = Wisher { actor: self.key(), seat, via, now: self.place.clock().await? };
        foresee::foresee(self.place, wish, wisher, keep).await
    }

    async fn deliver(&self, command: Command, about: About) -> Result<Delivery, CliError> {
        match &self.options.channel {
            Channel::Direct => self.act(command, about).await.map(Delivery::Direct),
            Channel::File(path) => {
                replaceable(path)?;
                let envelope = self.sign(command, about).await?;
                write(path, format!("{}\n", to_hex(&envelope)).as_bytes())?;
                Ok(Delivery::NotSubmitted)
            }
            Channel::Relayer => {
                let envelope = self.sign(command, about).await?;
                let relayed = submit(self.place, self.services, &envelope).await?;
                Ok(Delivery::Relayed(Box::new(relayed)))
            }
        }
    }

    /// Opens the key.
    async fn signer(&self) -> Result<Signer, CliError> {
        self.key.open(&self.options.source, &self.options.label).await
    }

    /// An envelope, with the companion's signature where one is named.
    async fn sign(&self, command: Command, about: About) -> Result<Vec<u8>, CliError> {
        let mut screen = Screen::new(about, &command);
        let intent = Intent::new(self.place.deployment.domain(), command, self.key());
        screen.signed(&intent.words());
        screen.show(line("envelope digest", to_hex(&intent.digest())));
        screen.show(line("if it is refused", crate::text::NOT_YET));
        let confirmation = screen.ask(self.options.agreed)?;
        let authorized = intent.confirm(confirmation);
        let authorized = if self.options.withdraws { authorized.withdrawing() } else { authorized };
        let envelope = self.signer().await?.sign(&authorized).await?;
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
