//! Before a command is signed, what it names by hash is brought to the indexers.

use super::{
    Filed, Patience, Privacy, Source,
    about::{confirms, protects},
    hold::{Holder, held, upload},
    patience::telling,
    secret::Readers,
};
use crate::{
    error::CliError,
    output::{Line, line, note},
    services::Service,
    session::Session,
};
use greatseal_protocol::{
    command::Order,
    content::{Address, Content},
};
use std::{collections::BTreeSet, path::PathBuf};

/// How the contents of a command are brought.
#[derive(Clone, Debug, Default)]
pub struct Bring {
    /// Files that hold contents which the command line names by their hashes only.
    pub offered: Vec<PathBuf>,
    /// Whether the command is signed where nobody keeps them.
    pub unkept: bool,
    /// Whether they are encrypted, whatever they are about.
    pub restricted: bool,
    /// The recipients of what is encrypted.
    pub readers: Option<PathBuf>,
}

/// Who keeps a content of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The content.
    pub content: Content,
    /// Whether it is kept encrypted.
    pub restricted: bool,
    /// How many indexers keep it.
    pub kept_by: u32,
    /// How many were asked to.
    pub of: u32,
    /// Why one of them does not.
    pub reason: Option<String>,
}

impl Kept {
    /// What a person is told before the command is signed, where not every indexer keeps it. Indexers may have written the reason: it
    /// does not stand in the warning, which is shown below what is signed.
    pub fn lines(&self) -> Vec<Line> {
        let Self { content: Content { kind, address }, kept_by, of, reason, .. } = self;
        let warning = match kept_by {
            0 => format!("nobody keeps the {kind} {address}"),
            kept_by if kept_by < of => format!("{kept_by} of {of} indexers keep the {kind} {address}"),
            _ => return Vec::new(),
        };
        reason.iter().map(|reason| line("not kept", reason)).chain([line("warning", warning)]).collect()
    }
}

/// Whether an indexer has said what it holds.
enum Asked {
    /// At least one.
    Somebody,
    /// None of them.
    Nobody,
}

/// The indexers that contents are brought to.
struct Targets<'a> {
    session: &'a Session,
    /// Each, or why it cannot be asked.
    services: Vec<Result<Service, String>>,
    patience: Patience,
}

/// Brings what an order names to every indexer, and `more` that it names through others. What it only confirms is not published
/// where others have filed it for some readers. `privacy` is known where the order alone does not say what it is about.
///
/// # Errors
///
/// Those of [`bring`], [`CliError::Chain`].
pub async fn bring_order(
    session: &Session,
    order: &Order,
    more: &[Content],
    privacy: Option<Privacy>,
    how: &Bring,
) -> Result<Vec<Kept>, CliError> {
    let named = order.contents();
    if confirms(order) {
        named.iter().for_each(|content| session.at_hand.note_filed(content.address, Filed::Surely));
    }
    let privacy = match privacy {
        Some(privacy) => privacy,
        None => Privacy::of_order(session, order).await?,
    };
    bring(session, named.into_iter().chain(more.iter().copied()), privacy, how, protects(order)).await
}

/// Brings the contents that a command names to every indexer.
///
/// Where the command `protects`, it does not wait long, and what nobody keeps is no error, and stands in the answer.
///
/// # Errors
///
/// [`CliError::NoContent`] where nobody has the bytes, [`CliError::NotKept`] where no indexer keeps them, or none can be asked
/// whether it does, [`CliError::Input`] where the programme is confidential and nobody is named who can read.
pub async fn bring(
    session: &Session,
    contents: impl IntoIterator<Item = Content>,
    privacy: Privacy,
    how: &Bring,
    protects: bool,
) -> Result<Vec<Kept>, CliError> {
    let contents: BTreeSet<Content> = contents.into_iter().collect();
    if contents.is_empty() {
        return Ok(Vec::new());
    }
    for path in &how.offered {
        session.at_hand.offer(path)?;
    }
    let may_go_on = protects || how.unkept;
    let mut cipher = Cipher { privacy, how, readers: None };
    let services = session.services.every_indexer().into_iter();
    let services = services.map(|service| service.map_err(|error| error.to_string())).collect();
    let patience = if protects { Patience::brake() } else { Patience::default() };
    let targets = Targets { session, services, patience };
    let of = u32::try_from(session.services.indexers.len()).unwrap_or(u32::MAX);
    let mut all = Vec::with_capacity(contents.len());
    for content in contents {
        let mut kept = Kept { content, restricted: false, kept_by: 0, of, reason: None };
        let asked = match targets.keep(&mut cipher, &mut kept).await {
            // Whoever brakes need not know who reads.
            Err(error @ CliError::Input { .. }) if may_go_on => {
                kept.reason = Some(error.to_string());
                Asked::Somebody
            }
            ended => ended?,
        };
        if kept.kept_by == 0 && !may_go_on {
            let reason = kept.reason.unwrap_or_else(|| "no indexer is named".to_owned());
            return Err(match (session.at_hand.find(&content.address)?, asked) {
                (None, Asked::Somebody) => CliError::NoContent { content, reason },
                (Some(_), _) | (None, Asked::Nobody) => CliError::NotKept { content, reason },
            });
        }
        all.push(kept);
    }
    Ok(all)
}

/// Whether what is brought is encrypted, and to whom: asked only where something is brought.
struct Cipher<'a> {
    privacy: Privacy,
    how: &'a Bring,
    readers: Option<Readers>,
}

impl Cipher<'_> {
    fn encrypts(&self) -> bool {
        self.how.restricted || self.privacy != Privacy::Public
    }

    fn encrypt(&mut self, source: &Source) -> Result<Source, CliError> {
        const UNKNOWN: &str = "missing: the chain does not say yet whose batch or proposal this is about, and whether its contents are kept encrypted";
        const NAMED: &str = "name the proposal, as proposal:ID, so that its programme is known, or those who may read with --readers FILE (`greatseal key reader`)";
        const HELP: &str = "name those who may read with --readers FILE: an age recipients file, a line for each reader's key (`greatseal key reader`)";
        let readers = match (&mut self.readers, &self.how.readers, self.privacy) {
            (Some(readers), ..) => readers,
            (unread, Some(path), _) => unread.insert(Readers::load(path)?),
            (_, None, Privacy::Confidential(id)) => {
                let reason = format!("missing: programme {id} is confidential, and its contents are kept encrypted");
                return Err(CliError::input("--readers", reason, HELP));
            }
            (_, None, Privacy::Unknown) => return Err(CliError::input("--readers", UNKNOWN, NAMED)),
            (_, None, Privacy::Public) => return Err(CliError::input("--readers", "missing", HELP)),
        };
        readers.encrypt(source)
    }
}

impl Targets<'_> {
    /// Brings one content to every indexer that does not hold it.
    async fn keep(&self, cipher: &mut Cipher<'_>, kept: &mut Kept) -> Result<Asked, CliError> {
        let Content { kind, address } = kept.content;
        let at_hand = &self.session.at_hand;
        let source = at_hand.find(&address)?;
        let holders = self.holders(&address, kept).await;
        let asked = if holders.iter().any(Option::is_some) { Asked::Somebody } else { Asked::Nobody };
        let withheld = !cipher.encrypts() && withheld(at_hand.filed(&address), &holders);
        let mut ciphertext: Option<Source> = None;
        let mut after = self.services.len();
        for (service, there) in self.services.iter().zip(holders) {
            after = after.saturating_sub(1);
            let (Ok(service), Some(there)) = (service, there) else { continue };
            // Anybody may have brought something encrypted: where everybody may read, that is no reason to keep the content back.
            let enough = match there {
                Holder::Public => true,
                Holder::Restricted => cipher.encrypts() || withheld || source.is_none(),
                Holder::Nobody => false,
            };
            if enough {
                kept.kept_by = kept.kept_by.saturating_add(1);
                kept.restricted |= there == Holder::Restricted;
                continue;
            }
            let Some(source) = &source else {
                kept.reason = Some(format!("{} does not hold it", service.url()));
                continue;
            };
            if withheld {
                let url = service.url();
                kept.reason = Some(format!(
                    "{url} does not hold it, and others may have filed it for some readers: --restricted --readers FILE brings it encrypted"
                ));
                continue;
            }
            let bytes = match (cipher.encrypts(), &ciphertext) {
                (false, _) => source.clone(),
                (true, Some(ciphertext)) => ciphertext.clone(),
                // One ciphertext for all of them: its name is the same everywhere.
                (true, None) => ciphertext.insert(cipher.encrypt(source)?).clone(),
            };
            let sent = upload(service, &kept.content, &bytes, cipher.encrypts());
            match self.patience.ask(self.session, service, after, sent).await {
                Ok(()) => {
                    kept.kept_by = kept.kept_by.saturating_add(1);
                    kept.restricted |= cipher.encrypts();
                }
                Err(error) => {
                    note(&format!("{kind} {address}: {error}"));
                    kept.reason = Some(error.to_string());
                }
            }
        }
        Ok(asked)
    }

    /// In which form each indexer holds a content; `None` of one that does not say.
    async fn holders(&self, address: &Address, kept: &mut Kept) -> Vec<Option<Holder>> {
        let mut holders = Vec::with_capacity(self.services.len());
        let mut after = self.services.len();
        for service in &self.services {
            after = after.saturating_sub(1);
            let asked = match service {
                Ok(service) => {
                    let asked = telling(service, held(service, address));
                    self.patience.ask(self.session, service, after, asked).await.map_err(|error| error.to_string())
                }
                Err(reason) => Err(reason.clone()),
            };
            holders.push(match asked {
                Ok(there) => Some(there),
                Err(reason) => {
                    kept.reason = Some(reason);
                    None
                }
            });
        }
        holders
    }
}

/// Whether a content is not published by this command: others have filed it, and for some readers only.
fn withheld(filed: Option<Filed>, holders: &[Option<Holder>]) -> bool {
    let restricted = holders.contains(&Some(Holder::Restricted));
    let withheld = match filed {
        None => false,
        Some(Filed::Perhaps) => restricted,
        // Whoever does not answer may hold it encrypted.
        Some(Filed::Surely) => restricted || holders.contains(&None),
        Some(Filed::Encrypted) => true,
    };
    withheld && !holders.contains(&Some(Holder::Public))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_have_filed_encrypted_is_not_published() {
        const NOBODY: Option<Holder> = Some(Holder::Nobody);
        const RESTRICTED: Option<Holder> = Some(Holder::Restricted);
        let all = [None, Some(Filed::Perhaps), Some(Filed::Surely), Some(Filed::Encrypted)];
        let of = |holders: &[Option<Holder>]| all.map(|filed| withheld(filed, holders));
        assert_eq!(of(&[NOBODY, RESTRICTED]), [false, true, true, true]);
        assert_eq!(of(&[NOBODY, None]), [false, false, true, true]);
        assert_eq!(of(&[NOBODY, NOBODY]), [false, false, false, true]);
        assert_eq!(of(&[RESTRICTED, Some(Holder::Public)]), [false; 4], "everybody can read it already");
    }
}
