//! Reads a journal from its first line on, believes nothing, and knows what has been decided.

use super::{
    entry::{APPROVE, Decides, Entry, Intended, LONGEST, Line, REJECT, VERSION, VETO},
    second,
    tail::{self, Damage, Tail},
};
use crate::{Error, Result};
use greatseal_protocol::hash::sha256;
use greatseal_trail::tree::Frontier;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom},
    path::Path,
};

/// What the lines read so far say.
pub(super) struct Replay {
    /// Where the next line begins.
    pub(super) end: u64,
    /// Its number.
    pub(super) next: u64,
    /// The tree over all lines: its root stands in the last one.
    pub(super) trail: Frontier,
    /// Intentions whose signature was not released.
    pub(super) unreleased: BTreeSet<u64>,
    decided: BTreeMap<Place, (String, String)>,
}

/// What a crash has left behind the last line break.
pub(super) enum Left {
    /// A whole line without its line break; it has been read, and counts.
    Unbroken,
    /// The beginning of a line.
    Torn { bytes: u64, sha256: [u8; 32] },
}

/// Key, deployment, contract, chain id, proposal: where there is one decision.
type Place = (String, String, String, u64, String);

impl Replay {
    pub(super) fn new() -> Self {
        Self { end: 0, next: 0, trail: Frontier::new(), unreleased: BTreeSet::new(), decided: BTreeMap::new() }
    }

    /// Reads on to the end; `seen` gets every line.
    pub(super) fn read(&mut self, mut file: &File, path: &Path, mut seen: impl FnMut(Line)) -> Result<Option<Left>> {
        let unreadable = |reason| Error::JournalUnreadable { path: path.into(), reason };
        let length = file.metadata().map_err(unreadable)?.len();
        if length < self.end {
            return Err(self.broken(path, 0, "lines were taken away from its end"));
        }
        file.seek(SeekFrom::Start(self.end)).map_err(unreadable)?;
        let mut reader = BufReader::new(file);
        let most = u64::try_from(LONGEST).unwrap_or(u64::MAX);
        loop {
            let mut bytes = Vec::new();
            let count = reader.by_ref().take(most).read_until(b'\n', &mut bytes).map_err(unreadable)?;
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            if let Some(line) = bytes.strip_suffix(b"\n") {
                let (line, trail) = Line::read(line, &self.trail).map_err(|reason| self.unread(path, line, reason))?;
                self.accept(path, &line, trail, count)?;
                seen(line);
                continue;
            }
            if bytes.is_empty() && self.next > 0 {
                return Ok(None);
            }
            let tail = tail::read(&bytes, self.next, &self.trail);
            return match tail.map_err(|Damage { at, reason }| self.broken(path, at, reason))? {
                Tail::Torn => Ok(Some(Left::Torn { bytes: count, sha256: sha256(&[&bytes]) })),
                Tail::Whole(line, trail) => {
                    self.accept(path, &line, trail, count)?;
                    seen(*line);
                    Ok(Some(Left::Unbroken))
                }
            };
        }
    }

    fn accept(&mut self, path: &Path, line: &Line, trail: Frontier, bytes: u64) -> Result<()> {
        self.follow(line).map_err(|reason| self.broken(path, 0, reason))?;
        (self.end, self.next, self.trail) = (self.end.saturating_add(bytes), self.next.saturating_add(1), trail);
        Ok(())
    }

    /// Takes the next line of a journal of any form into account; says why it cannot stand here.
    pub(super) fn next_is(&mut self, line: &Line) -> std::result::Result<(), &'static str> {
        self.follow(line)?;
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    /// Refuses a decision that contradicts an earlier one.
    pub(super) fn guard(&self, intended: &Intended) -> Result<()> {
        intended.decides.iter().try_for_each(|decides| self.guard_one(intended, decides))
    }

    fn guard_one(&self, intended: &Intended, decides: &Decides) -> Result<()> {
        let Some((digest, before)) = self.decided.get(&place(intended, decides)) else { return Ok(()) };
        let proposal = decides.proposal.clone();
        if *digest != decides.proposal_digest {
            return Err(Error::OtherProposal { proposal });
        }
        // Against it is against it: a rejection and a veto do not contradict each other.
        let against = |word: &str| word == REJECT || word == VETO;
        let turned = against(&decides.decision) && (against(before) || before == APPROVE && decides.withdraws);
        match *before == decides.decision || turned {
            true => Ok(()),
            false => Err(Error::OtherDecision { proposal, before: before.clone(), now: decides.decision.clone() }),
        }
    }

    fn follow(&mut self, line: &Line) -> std::result::Result<(), &'static str> {
        if line.seq != self.next {
            return Err("its number does not follow");
        }
        match (&line.entry, line.seq) {
            (Entry::Started { version: VERSION, .. }, 0) => {}
            (_, 0) => return Err("it does not start a journal of this version"),
            (Entry::Started { .. }, _) => return Err("it starts a journal within a journal"),
            (Entry::Intended(intended), seq) => {
                self.guard(intended).map_err(|_| "it contradicts an earlier decision")?;
                for decides in &intended.decides {
                    let decision = (decides.proposal_digest.clone(), decides.decision.clone());
                    self.decided.insert(place(intended, decides), decision);
                }
                self.unreleased.insert(seq);
            }
            (Entry::Released { of, .. }, _) => {
                if !self.unreleased.remove(of) {
                    return Err("it releases what was not intended, or was released before");
                }
            }
            (Entry::Torn { .. }, _) => {}
        }
        Ok(())
    }

    /// The line that is read now does not hold, or it begins a journal of the version before.
    fn unread(&self, path: &Path, line: &[u8], reason: &'static str) -> Error {
        match self.next == 0 && second::begins(line) {
            true => Error::JournalOld { path: path.into() },
            false => self.broken(path, 0, reason),
        }
    }

    /// The line that is read now does not hold, from its byte `at` on.
    fn broken(&self, path: &Path, at: usize, reason: &'static str) -> Error {
        let byte = self.end.saturating_add(u64::try_from(at).unwrap_or(u64::MAX));
        Error::JournalBroken { path: path.into(), line: self.next, byte, reason }
    }
}

fn place(intended: &Intended, decides: &Decides) -> Place {
    let Decides { deployment, contract, chain_id, proposal, .. } = decides;
    (intended.key.clone(), deployment.clone(), contract.clone(), *chain_id, proposal.clone())
}
