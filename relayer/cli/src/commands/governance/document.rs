//! The document that explains a proposal: from a file, or from an indexer that holds it. Either way it is believed for its hash
//! only, and compared with what the chain knows of the proposal.

use crate::{
    contents::{Fetched, Reading, fetch},
    error::CliError,
    file,
    session::Session,
};
use greatseal_api::document::{
    self, Changed, Claims, Differs, Document, Draft, NoChanges, NoDocument, NotFilled, canonical,
};
use greatseal_protocol::{
    action::Action,
    bytes::{DocumentHash, parse_hex},
    content::{Address, Content, Kind},
    digest,
};
use std::path::Path;

const HELP: &str = "give the document as a JSON file, as `greatseal governance propose --document` takes it";
const OTHER: &str =
    "give the file that the author gave to `governance propose --document`, or what `--document-out` wrote, unchanged";

/// What is known of a proposal's document.
#[derive(Clone, Debug)]
pub enum Held {
    /// It is here, hashes to what the chain says, and says what the proposal does.
    Here(Box<Document>),
    /// It is here, hashes to what the chain says, and says something else than the proposal.
    Differs(Box<Document>, Differs),
    /// Nobody who was asked has one that people can read, and why.
    Nowhere(String),
}

impl Held {
    /// That whoever approves has read a document of this proposal.
    ///
    /// # Errors
    ///
    /// [`CliError::NotApprovable`], [`CliError::NoDocument`].
    pub fn approvable(&self) -> Result<(), CliError> {
        match self {
            Self::Here(_) => Ok(()),
            Self::Differs(_, differs) => Err(CliError::NotApprovable(differs.clone())),
            Self::Nowhere(reason) => Err(CliError::NoDocument(reason.clone())),
        }
    }

    /// The document, whatever it says.
    pub fn document(&self) -> Option<&Document> {
        match self {
            Self::Here(document) | Self::Differs(document, _) => Some(document),
            Self::Nowhere(_) => None,
        }
    }
}

/// A document's file, in which what the chain knows may be left out.
///
/// # Errors
///
/// [`CliError::Input`] where a field is missing, empty, unknown, stands twice, or holds what people do not see.
pub fn load(path: &Path) -> Result<Draft, CliError> {
    Draft::parse(file::text(path, HELP)?.as_bytes()).map_err(|error| unusable(path, &error))
}

/// The document that a proposal names, made of its author's file and of what is proposed.
///
/// # Errors
///
/// [`CliError::OtherThanProposed`] where the file states something else; [`CliError::Input`].
pub fn filled(path: &Path, draft: Draft, claims: &Claims) -> Result<Document, CliError> {
    draft.fill(claims).map_err(|error| match error {
        NotFilled::Differs(differs) => CliError::OtherThanProposed { file: path.display().to_string(), differs },
        NotFilled::Past => CliError::file(path, error, OTHER),
        NotFilled::NoDocument(error) => unusable(path, &error),
    })
}

/// The document of a file that leaves nothing out.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn whole(path: &Path, draft: &Draft) -> Result<Document, CliError> {
    const HELP: &str =
        "name its proposal with --proposal ID, or give the file that `governance propose --document-out` wrote";
    let left_out = draft.left_out();
    if !left_out.is_empty() {
        return Err(CliError::file(path, format!("leaves out {}", left_out.join(", ")), HELP));
    }
    draft.whole().map_err(|error| unusable(path, &error))
}

/// The attachments of a document, as contents.
pub fn attached(document: &Document) -> Vec<Content> {
    let hashes = document.attachments.iter().filter_map(|attachment| parse_hex(&attachment.sha256).ok());
    hashes.filter_map(|hash| Kind::Evidence.hashed(hash)).collect()
}

/// A document's hash, which goes on chain.
pub fn hash(document: &Document) -> DocumentHash {
    digest::document_hash(&document.canonical())
}

/// The values that an action replaces, as they stand at the session's block.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn values(session: &Session, action: &Action) -> Result<Vec<Changed>, CliError> {
    let look = session
        .chain
        .look(session.deployment.contract(), &session.block, |known| known.answer(|cells| Changed::all(action, cells)));
    look.await?.map_err(no_changes)
}

/// [`NoChanges`] as an error of the command line.
pub fn no_changes(error: NoChanges) -> CliError {
    match error {
        NoChanges::Facts(fault) => CliError::not_told(fault),
        NoChanges::Cell(refusal) => refusal.into(),
    }
}

/// The document of a proposal: from the file where one is named, otherwise from the indexer.
///
/// # Errors
///
/// [`CliError::Input`] where the file is another document. What an indexer gives in its place is no error, nor are bytes that people
/// cannot read, and those that speak of something else: who rejects does not need them.
pub async fn of_proposal(
    session: &Session,
    named: Option<&Path>,
    expected: DocumentHash,
    claims: &Claims,
    reading: &Reading,
) -> Result<Held, CliError> {
    if let Some(path) = named {
        let bytes = of_file(path, expected, claims)?;
        return Ok(judged(&bytes, claims));
    }
    let most = u64::try_from(document::MAX).unwrap_or(u64::MAX);
    let source = match fetch(session, &Address::Sha256(expected.0), reading, most).await {
        Ok(Fetched::Here(source)) => source,
        Ok(Fetched::Nowhere(reason)) | Err(CliError::Contradiction(reason)) => return Ok(Held::Nowhere(reason)),
        Err(error @ CliError::Input { .. }) => return Ok(Held::Nowhere(error.to_string())),
        Err(error) => return Err(error),
    };
    Ok(match source.short(most) {
        Ok(Some(bytes)) => judged(&bytes, claims),
        Ok(None) => Held::Nowhere("what the proposal names is longer than any document".into()),
        Err(error) => Held::Nowhere(format!("the document cannot be read: {error}")),
    })
}

/// The bytes that a proposal names, from a file: as `propose` has written them, or with what the author left out filled in;
/// other programs may have hashed a file as it is.
fn of_file(path: &Path, expected: DocumentHash, claims: &Claims) -> Result<Vec<u8>, CliError> {
    let raw = file::text(path, HELP)?.into_bytes();
    let whole = Document::parse(&raw).map(|document| document.canonical()).ok();
    let filled = Draft::parse(&raw).ok().map(|draft| draft.fill(claims).map(|document| document.canonical()));
    let bare = canonical(&raw).map_err(|error| unusable(path, &error))?;
    let found = digest::document_hash(match (&whole, &filled) {
        (Some(whole), _) => whole,
        (None, Some(Ok(filled))) => filled,
        (None, _) => &bare,
    });
    let why = match &filled {
        Some(Err(error)) if whole.is_none() => format!("; {error}"),
        _ => String::new(),
    };
    let mut forms = whole.into_iter().chain(filled.and_then(Result::ok)).chain([bare]);
    forms
        .find(|bytes| digest::document_hash(bytes) == expected)
        .ok_or_else(|| CliError::file(path, format!("it hashes to {found}, the proposal names {expected}{why}"), OTHER))
}

/// What bytes say that the chain names: what looks different on another screen is not shown as a document.
fn judged(bytes: &[u8], claims: &Claims) -> Held {
    match Document::parse(bytes) {
        Ok(document) => match document.compare(claims) {
            Ok(()) => Held::Here(Box::new(document)),
            Err(differs) => Held::Differs(Box::new(document), differs),
        },
        Err(error) => Held::Nowhere(format!("what the proposal names is no document that people can read: {error}")),
    }
}

fn unusable(path: &Path, error: &NoDocument) -> CliError {
    CliError::file(path, error, error.help())
}
