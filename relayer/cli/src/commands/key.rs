//! Keys in tokens and in sealed files, and the journal of their use.

use crate::{
    answers::{
        Text,
        key::{Funded, KeyShown, Keys, ReaderMade, SigningJournal, Vkey},
    },
    cli::{self, JournalOf},
    error::CliError,
    file::{PRIVATE, Part},
    output::{Output, note},
    place::read_deployment,
    session::Settings,
    text,
};
use greatseal_audit::checkpoint::origin;
use greatseal_client::{Chain, DevAccount, address, parse_address};
use greatseal_content::restricted::{Identity, RestrictedError};
use greatseal_protocol::key::Key;
use greatseal_signing::{Asked, Error, FileJournal, KeyInfo, Keyring, Purpose, SecretSource};
use greatseal_trail::{
    cosignature::WitnessKey,
    note::{KeyError, KeyName, VerifierKey},
};
use std::{
    io::{self, Write as _},
    path::Path,
};

/// `greatseal key …`
///
/// # Errors
///
/// [`CliError::Signing`].
pub async fn run(command: cli::Key, settings: &Settings) -> Result<(), CliError> {
    let (node, output) = (settings.node.as_str(), settings.output);
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
        cli::Key::Vkey { keys, key, name } => return vkey(&keys, &key, name, settings).await,
        cli::Key::Reader { out, passphrase_file, passphrase_fd } => {
            let asked = Asked { what: "passphrase of the reader's key", twice: true };
            return reader(&out, &cli::secret(&passphrase_file, passphrase_fd, asked), output);
        }
        cli::Key::Fund { to, amount, account } => return fund(node, &to, amount, &account, output).await,
        cli::Key::Journal { of, start, old } => return journal(&of, start, old.as_deref(), output),
    };
    output.answer(&Keys { keys: keys.iter().map(|info| KeyShown::of(info, account(info))).collect() })
}

/// The key's chain account: a payer pays from it, a seat acts from it with `--direct`.
fn account(info: &KeyInfo) -> Option<String> {
    match (info.purpose, info.key?) {
        (Purpose::Seat | Purpose::Payer, Key::Ed25519(account)) => Some(address(account)),
        (Purpose::Companion | Purpose::Audit | Purpose::Witness, _) | (_, Key::P256(_)) => None,
    }
}

async fn vkey(keys: &cli::Keys, label: &str, name: Option<String>, settings: &Settings) -> Result<(), CliError> {
    const HELP: &str = "make one with `greatseal key generate --purpose audit`, or --purpose witness";
    const NAME: &str = "give a witness its name, a URL without its scheme: --name audit.example.org/witness";
    let info = Keyring::open_without_journal(keys.source()?.store).await?.proved(label).await?;
    let Some(Key::Ed25519(public)) = info.key else { return Err(CliError::input(label, "is no Ed25519 key", HELP)) };
    let named = |name: String| KeyName::new(name).map_err(|error| CliError::input("--name", error, NAME));
    let of = |error: KeyError| CliError::input(label, error, HELP);
    let (name, vkey) = match info.purpose {
        Purpose::Audit => {
            let origin = origin(&read_deployment(&settings.deployment)?);
            let origin = origin.map_err(|error| CliError::file(&settings.deployment, error, HELP))?;
            if name.as_ref().is_some_and(|name| name != origin.as_str()) {
                let help = "leave --name out: an audit key has the name of the deployment's log";
                return Err(CliError::input("--name", format!("is not {origin}"), help));
            }
            let key = VerifierKey::new(named(origin.to_string())?, &public).map_err(of)?;
            (key.name().to_string(), key.to_string())
        }
        Purpose::Witness => {
            let name = name.ok_or_else(|| CliError::input("--name", "missing", NAME))?;
            let key = WitnessKey::new(named(name)?, &public).map_err(of)?;
            (key.name().to_string(), key.to_string())
        }
        Purpose::Seat | Purpose::Payer | Purpose::Companion => {
            return Err(CliError::input(label, format!("is a {}'s key", info.purpose), HELP));
        }
    };
    settings.output.answer(&Vkey { label: info.label, purpose: Text(info.purpose), name, vkey })
}

/// A key that opens contents. It is in no store of ours: it signs nothing, and other programs of its format read it.
fn reader(out: &Path, passphrase: &SecretSource, output: Output) -> Result<(), CliError> {
    const HELP: &str = "choose a file that is not there yet, in a folder that can be written";
    let failed = |error: io::Error| CliError::file(out, error, HELP);
    // Before anybody types: what is there is never replaced.
    if out.symlink_metadata().is_ok() {
        return Err(CliError::file(out, "exists already", HELP));
    }
    let passphrase = passphrase.text()?;
    let identity = Identity::generate();
    let unwritten = |error: RestrictedError| CliError::file(out, &error, error.help());
    let sealed = identity.sealed(&passphrase).map_err(unwritten)?;
    let mut part = Part::new(out, PRIVATE).map_err(failed)?;
    part.write_all(&sealed).map_err(failed)?;
    part.place().map_err(failed)?;
    let recipient = identity.readers().texts().join(" ");
    output.answer(&ReaderMade { file: out.display().to_string(), recipient })
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
    output.answer(&Funded {
        account: to.to_owned(),
        amount: Text(amount),
        unit: (&units).into(),
        block_number: Text(block.number),
    })
}

fn journal(of: &JournalOf, start: bool, old: Option<&Path>, output: Output) -> Result<(), CliError> {
    let path = of.path()?;
    let broken = |error| match error {
        Error::JournalBroken { .. } => CliError::NotVerified(error.to_string()),
        error => error.into(),
    };
    match old {
        Some(old) => FileJournal::start_from(old, &path).map_err(broken)?,
        None if start => FileJournal::start(&path)?,
        None => {}
    }
    let report = FileJournal::read(&path).map_err(broken)?;
    output.answer(&SigningJournal::of(path.display().to_string(), report))
}
