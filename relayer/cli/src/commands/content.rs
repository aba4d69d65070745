//! `greatseal content`: what stands on chain as a hash, fetched, brought, and looked for.

use super::{
    bridge::{AccountList, carried},
    governance::{document::attached, show},
};
use crate::{
    answers::{
        Text,
        content::{ContentGot, ContentHeld, ContentPut, ContentsListed, ContentsPut, Held, IndexerHolds},
    },
    cli::{self, List},
    contents::{Fetched, Holder, MOST, Privacy, Reading, TEXT, bring, fetch, held, text_of, write_to},
    error::CliError,
    manifest::{self, outcome},
    services::Service,
    session::Session,
};
use greatseal_api::wire::EventRow;
use greatseal_protocol::{
    bytes::parse_hex_bytes,
    content::{Address, Content, Kind},
    event::Record,
    scale::DecodeAll as _,
};
use std::{collections::BTreeSet, path::Path};

/// `greatseal content …`
///
/// # Errors
///
/// [`CliError::Nowhere`], [`CliError::NotPut`], [`CliError::Input`].
pub async fn run(session: &Session, command: &cli::ContentCommand) -> Result<(), CliError> {
    match command {
        cli::ContentCommand::Get { address, out, read } => get(session, address, out.as_deref(), &read.reading()).await,
        cli::ContentCommand::Put(command) => put(session, command).await,
        cli::ContentCommand::List { proposal, seq, read } => {
            let named = match (proposal, seq) {
                (Some(id), _) => of_proposal(session, id, &read.reading()).await?,
                (None, seq) => of_record(session, seq.unwrap_or_default()).await?,
            };
            list(session, named).await
        }
    }
}

async fn get(session: &Session, text: &str, out: Option<&Path>, reading: &Reading) -> Result<(), CliError> {
    const HELP: &str = "an address is sha256:, entries:, outcomes:, carried: or accounts: and 64 hexadecimal digits";
    let wrong = |_| CliError::input(text, "is no address of a content", HELP);
    let address: Address = text.parse().map_err(wrong)?;
    let source = match fetch(session, &address, reading, MOST).await? {
        Fetched::Here(source) => source,
        Fetched::Nowhere(reason) => return Err(CliError::Nowhere { address, reason }),
    };
    let text = match out {
        Some(_) => None,
        None => text_of(&source, TEXT)?,
    };
    if let Some(path) = out {
        write_to(path, &source)?;
    }
    session.output.answer(&ContentGot {
        address: Text(address),
        bytes: Text(source.length()),
        text,
        file: out.map(|path| path.display().to_string()),
    })
}

async fn put(session: &Session, command: &cli::ContentPut) -> Result<(), CliError> {
    let mut files = Vec::new();
    for path in &command.files {
        let (content, program) = named(session, path, command.list)?;
        let privacy = match program {
            Some(program) => Privacy::of_program(session, program).await?,
            None => Privacy::Public,
        };
        let kept =
            bring(session, [content], privacy, &command.encrypt.bring(&[]), false).await.map_err(CliError::of_put)?;
        files.extend(kept.into_iter().map(|kept| ContentPut {
            file: path.display().to_string(),
            address: Text(kept.content.address),
            keeping: kept.into(),
        }));
    }
    session.output.answer(&ContentsPut { files })
}

/// What a file is, whose bytes are then at hand, and the programme that it says it is about.
fn named(session: &Session, path: &Path, list: Option<List>) -> Result<(Content, Option<u32>), CliError> {
    const HELP: &str = "give a file with something in it";
    let at_hand = &session.at_hand;
    let mut program = None;
    let content = match list {
        None => Kind::Evidence.hashed(at_hand.file(path, HELP)?),
        Some(List::Entries) => {
            let checked = manifest::kept(at_hand, path, None)?;
            program = checked.header.map(|header| header.program);
            Kind::Entries.at(Address::Entries(checked.root().0))
        }
        Some(List::Outcomes) => Kind::Outcomes.at(Address::Outcomes(outcome::kept(at_hand, path)?.0)),
        Some(List::Carried) => Kind::Carried.at(Address::Carried(carried::kept(at_hand, path)?.root.0.0)),
        Some(List::Served) => {
            Kind::Served.at(Address::Accounts(AccountList::load(path, false)?.kept(at_hand, path)?.root))
        }
        Some(List::Excluded) => {
            Kind::Excluded.at(Address::Accounts(AccountList::load(path, true)?.kept(at_hand, path)?.root))
        }
    };
    let content = content.ok_or_else(|| CliError::file(path, "names nothing", HELP))?;
    Ok((content, program))
}

/// What a proposal names: its document, the attachments of that, and what its action names.
async fn of_proposal(session: &Session, id: &str, reading: &Reading) -> Result<BTreeSet<Content>, CliError> {
    let seen = show::look(session, id, None, reading).await?;
    let document = Kind::Document.hashed(seen.proposal.document.0);
    let attached = seen.document.document().map(attached).unwrap_or_default();
    Ok(document.into_iter().chain(attached).chain(seen.action.contents()).collect())
}

/// What a record names, as the first indexer has it.
async fn of_record(session: &Session, seq: u64) -> Result<BTreeSet<Content>, CliError> {
    let row: EventRow = session.indexer()?.get(&format!("/v1/events/{seq}")).await?;
    let unreadable = || CliError::Contradiction(format!("the indexer's record {seq} cannot be decoded"));
    let bytes = parse_hex_bytes(&row.record).map_err(|_| unreadable())?;
    let record = Record::decode_all(&mut bytes.as_slice()).map_err(|_| unreadable())?;
    Ok(record.event.contents().into_iter().collect())
}

async fn list(session: &Session, named: BTreeSet<Content>) -> Result<(), CliError> {
    let mut found = Vec::with_capacity(named.len());
    for Content { kind, address } in named {
        let mut indexers = Vec::new();
        for (url, service) in session.services.indexers.iter().zip(session.services.every_indexer()) {
            indexers.push(holds(url, service, &address).await);
        }
        found.push(ContentHeld { kind: Text(kind), address: Text(address), indexers });
    }
    session.output.answer(&ContentsListed { named: found })
}

async fn holds(url: &str, service: Result<Service, CliError>, address: &Address) -> IndexerHolds {
    let asked = async { held(&service?, address).await };
    let (held, error) = match asked.await {
        Ok(Holder::Public) => (Some(Held::Public), None),
        Ok(Holder::Restricted) => (Some(Held::Restricted), None),
        Ok(Holder::Nobody) => (Some(Held::None), None),
        Err(error) => (None, Some(error.to_string())),
    };
    IndexerHolds { indexer: url.to_owned(), held, error }
}
