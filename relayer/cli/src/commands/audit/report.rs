//! What a verification says: what was looked at, what was not, and by its exit code whether anything that a yes needs is open.

use super::companions::Check;
use crate::{
    answers::{
        Text,
        audit::{
            AuditVerified, BundleChecked, ChainCompared, Checkpoint, Companions, ContentsChecked, Cosigned, Headers,
            Metadata, Money, NoPoint, NotChecked, Rests, Signed, Unchecked, Verdict, Why, Witnessed,
        },
        files::FilesChecked,
    },
    error::CliError,
    money::record::OnRecord,
    output::Output,
};
use greatseal_audit::{Bases, Held, Resting, Verified, checkpoint::Attested};
use greatseal_bundle::manifest::Listed;
use greatseal_protocol::bytes::to_hex;
use greatseal_trail::tree::Head;

/// What was found out about a history in which nothing is wrong.
pub(super) struct Report {
    head: Head,
    cells: usize,
    headers: Headers,
    signed: Signed,
    metadata: Vec<Metadata>,
    no_points: Vec<NoPoint>,
    companions: Companions,
    /// What agrees with the chain.
    chain: Option<ChainCompared>,
    /// Number of events up to the head that was expected.
    expected: Option<u64>,
    /// The log's checkpoint, where keys were given.
    checkpoint: Option<Checkpoint>,
    /// How much on record has files.
    money: Money,
    files: Option<FilesChecked>,
    bundle: Option<BundleChecked>,
    contents: Option<ContentsChecked>,
}

impl Report {
    pub(super) fn new(verified: &Verified, companions: &Check<'_>) -> Self {
        Self {
            head: verified.head,
            cells: verified.state.len(),
            headers: Headers {
                linked: Text(verified.headers),
                last: Text(verified.end.0),
                hash: to_hex(&verified.end.1),
            },
            signed: signed(&verified.bases),
            metadata: verified.metadata.iter().map(metadata).collect(),
            no_points: verified
                .no_points
                .iter()
                .map(|(seq, key)| NoPoint { event: Text(*seq), key: Text(*key) })
                .collect(),
            companions: companions.facts(),
            chain: None,
            expected: None,
            checkpoint: None,
            money: Money::default(),
            files: None,
            bundle: None,
            contents: None,
        }
    }

    /// With the files of money, where a folder was given.
    pub(super) fn with_files(self, on: &OnRecord, files: Option<FilesChecked>) -> Self {
        let count = |number: usize| Text(u64::try_from(number).unwrap_or(u64::MAX));
        let money =
            Money { batches: count(on.batches.len()), bridge_statements: count(on.statements_of_bridge().count()) };
        Self { money, files, ..self }
    }

    /// So many blocks and all cells agree with the chain, which has so many events more.
    pub(super) fn chain(&mut self, blocks: u64, later: u64) {
        self.chain = Some(ChainCompared { blocks: Text(blocks), later_events: Text(later) });
    }

    /// The bundle's parts are what the events say, its contents what their names say, and its files are the manifest's.
    pub(super) fn bundle(&mut self, held: Option<&Held>) {
        self.bundle = held.map(|held| bundle(&held.listed));
        self.contents = held.map(|held| ContentsChecked::of(&held.contents));
    }

    /// The log had the head that somebody has from elsewhere.
    pub(super) fn expected(&mut self, kept: Option<Head>) {
        self.expected = kept.map(|head| head.size);
    }

    /// The log had the head of a checkpoint with these signatures.
    pub(super) fn attested(&mut self, attested: Option<&Attested>) {
        self.checkpoint = attested.map(checkpoint);
    }

    /// Says it.
    ///
    /// # Errors
    ///
    /// [`CliError::Found`] where files contradict what is on record, [`CliError::NotAllChecked`] where something is open that
    /// could have been looked at.
    pub(super) fn answer(&self, output: Output) -> Result<(), CliError> {
        let not_checked = self.open();
        let blocking: Vec<Unchecked> = not_checked.iter().filter(|open| open.blocking).map(|open| open.what).collect();
        let open = blocking.first().map(|first| CliError::NotAllChecked {
            what: blocking.iter().map(|what| what.word()).collect::<Vec<_>>().join(", "),
            help: how(*first),
        });
        let found = self.files.as_ref().and_then(FilesChecked::verdict);
        let (verified, failure) = match (found, open) {
            (Some(what), _) => (Verdict::No, Some(CliError::Found { what, help: FOUND })),
            (None, Some(open)) => (Verdict::InPart, Some(open)),
            (None, None) => (Verdict::Yes, None),
        };
        output.answer(&AuditVerified {
            verified,
            events: Text(self.head.size),
            cells: Text(u64::try_from(self.cells).unwrap_or(u64::MAX)),
            head: format!("{}:{}", self.head.size, self.head.root),
            headers: self.headers.clone(),
            signed: self.signed.clone(),
            metadata: self.metadata.clone(),
            companions: self.companions,
            chain: self.chain,
            expected_head_at: self.expected.map(Text),
            checkpoint: self.checkpoint.clone(),
            no_points: self.no_points.clone(),
            money: self.money,
            files: self.files.clone(),
            bundle: self.bundle.clone(),
            contents: self.contents.clone(),
            not_checked,
            exit_code: failure.as_ref().map_or(0, CliError::exit_code),
            help: failure.as_ref().map(CliError::help),
        })?;
        failure.map_or(Ok(()), Err)
    }

    /// Whether something on record has files at which nobody looked.
    fn files_open(&self) -> bool {
        let Money { batches, bridge_statements } = self.money;
        match &self.files {
            Some(files) => files.open() > 0,
            None => batches.0 > 0 || bridge_statements.0 > 0,
        }
    }

    /// What nobody looked at.
    fn open(&self) -> Vec<NotChecked> {
        let last = self.chain.is_some_and(|chain| chain.later_events.0 == 0);
        let witnessed = self.checkpoint.as_ref().filter(|checkpoint| checkpoint.witnessed.is_some());
        let seen = witnessed.is_some_and(|checkpoint| checkpoint.events.0 == self.head.size);
        let complete = self.expected == Some(self.head.size) || last || seen;
        let open = [
            (!complete, Unchecked::Completeness, true),
            (self.checkpoint.is_none(), Unchecked::Checkpoint, false),
            (self.checkpoint.is_some() && witnessed.is_none(), Unchecked::Witnesses, false),
            (self.companions.unchecked.0 > 0, Unchecked::SecondSignatures, true),
            (self.chain.is_none(), Unchecked::Chain, false),
            (self.files_open(), Unchecked::Files, self.files.is_some()),
            (self.contents.as_ref().is_none_or(ContentsChecked::open), Unchecked::Contents, false),
            (!self.signed.by_block.is_empty(), Unchecked::Signatures, false),
            (true, Unchecked::Metadata, false),
        ];
        let open = open.into_iter().filter(|(is, ..)| *is);
        open.map(|(_, what, blocking)| NotChecked { what, blocking }).collect()
    }
}

const FOUND: &str = "the history itself holds; keep the files as they are, and ask who made them and who stated them";

/// How to have something looked at that this program can look at.
fn how(what: Unchecked) -> &'static str {
    match what {
        Unchecked::Completeness => {
            "give --expect-head SIZE:ROOT from a source of your own, or the keys of log and witnesses, or verify a new export without --offline"
        }
        Unchecked::Checkpoint => "give --log-key VKEY, and --witness VKEY for each witness that you know",
        Unchecked::Witnesses => "give --witness VKEY for each witness that you know",
        Unchecked::SecondSignatures => "give --companions FILE, as `greatseal audit export --companions FILE` wrote it",
        Unchecked::Chain => "verify it without --offline",
        Unchecked::Files => "ask for the files that are not there, put them into the folder, and verify again",
        Unchecked::Contents => {
            "give --identity FILE of a reader, ask whoever made the bundle for what is missing, and verify it again"
        }
        Unchecked::Signatures => "ask an archive node of the chain for these transactions",
        Unchecked::Metadata => "compare their SHA-256 with those of a node that you trust",
    }
}

pub(super) fn checkpoint(attested: &Attested) -> Checkpoint {
    let count = |number: usize| Text(u64::try_from(number).unwrap_or(u64::MAX));
    let cosigned = |(witness, at): &(String, u64)| Cosigned { witness: witness.clone(), at: Text(*at) };
    Checkpoint {
        events: Text(attested.head.size),
        signed_by: attested.signed_by.clone(),
        witnessed: attested.witnessed.as_ref().map(|witnessed| Witnessed {
            needed: count(witnessed.needed),
            known: count(witnessed.known),
            cosigned: witnessed.cosigned.iter().map(cosigned).collect(),
            agreed_at: Text(witnessed.agreed),
        }),
    }
}

/// On whose signature the records rest: under envelopes, under transactions, on the block, and the first of these.
pub(super) fn signed(bases: &Bases) -> Signed {
    let first = |why| bases.first(why).map(Text);
    let rests =
        |(of, count): (&Resting, &u64)| Some(Rests { why: Why::of(*of)?, events: Text(*count), first: first(*of) });
    Signed {
        by_envelope: Text(bases.by_envelope),
        by_transaction: Text(bases.by_transaction),
        by_block: bases.by_block.iter().filter_map(rests).collect(),
    }
}

/// Files of a bundle, as its manifest lists them.
pub(super) fn bundle(listed: &Listed) -> BundleChecked {
    BundleChecked { listed_files: Text(listed.files), manifest_sha256: to_hex(&listed.sha256) }
}

pub(super) fn metadata((spec_version, sha256): &(u32, [u8; 32])) -> Metadata {
    Metadata { spec_version: *spec_version, sha256: to_hex(sha256) }
}
