//! A process dies, or its disk is full, at each step between the wish and the envelope.

use super::sandbox::{Sandbox, both, decision, domain, sign, story};
use greatseal_protocol::{key::Signature, proposal_id::Decision};
use greatseal_signing::{Confirmation, Entry, Error, FileJournal, Intent, Journal, Purpose, Receipt, Result, Use};
use std::{fs, io, os::unix::process::ExitStatusExt as _, process::Stdio};

/// What happens between two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    BeforeIntention,
    AfterIntention,
    BeforeRelease,
    AfterRelease,
}

const POINTS: [Point; 4] = [Point::BeforeIntention, Point::AfterIntention, Point::BeforeRelease, Point::AfterRelease];
const SIGABRT: i32 = 6;

/// A journal that dies, or fails, at one point.
#[derive(Debug)]
struct Doomed {
    inner: FileJournal,
    point: Point,
    dies: bool,
}

impl Doomed {
    fn reach(&self, point: Point) -> Result<()> {
        match self.point == point {
            true if self.dies => std::process::abort(),
            true => Err(Error::JournalUnwritable { path: "doomed".into(), reason: io::Error::other("told to") }),
            false => Ok(()),
        }
    }
}

impl Journal for Doomed {
    fn ready(&self, first: bool) -> Result<()> {
        self.inner.ready(first)
    }

    fn intend(&self, used: &Use) -> Result<Receipt> {
        self.reach(Point::BeforeIntention)?;
        let receipt = self.inner.intend(used)?;
        self.reach(Point::AfterIntention).map(|()| receipt)
    }

    fn release(&self, receipt: Receipt, signature: &Signature) -> Result<()> {
        self.reach(Point::BeforeRelease)?;
        self.inner.release(receipt, signature)?;
        self.reach(Point::AfterRelease)
    }
}

both!(whoever_dies_has_released_nothing_that_is_not_on_record, async |sandbox| {
    if sandbox.phase() == 0 {
        let (keyring, signer) = sandbox.signer("seat").await;
        keyring.close().await.unwrap();
        for (number, point) in (1..).zip(POINTS) {
            fs::remove_file(sandbox.path("journal")).unwrap();
            FileJournal::start(&sandbox.path("journal")).unwrap();
            let output = sandbox.again(number, Stdio::null());
            assert_eq!(output.status.signal(), Some(SIGABRT), "{point:?}: {output:?}");
            assert!(!sandbox.path("envelope").exists(), "{point:?}");
            // What the dead one may have signed binds the living.
            let (lines, unreleased) = recorded(sandbox);
            let rejected = decide(&signer, Decision::Reject).await;
            match point {
                Point::BeforeIntention => {
                    assert_eq!((lines, unreleased), (1, 0));
                    rejected.unwrap();
                }
                Point::AfterIntention | Point::BeforeRelease => {
                    assert_eq!((lines, unreleased), (2, 1));
                    assert!(matches!(rejected, Err(Error::OtherDecision { .. })), "{point:?}: {rejected:?}");
                    decide(&signer, Decision::Approve).await.unwrap();
                }
                Point::AfterRelease => {
                    assert_eq!((lines, unreleased), (3, 0));
                    assert!(matches!(rejected, Err(Error::OtherDecision { .. })), "{point:?}: {rejected:?}");
                }
            }
        }
    } else {
        let point = POINTS[usize::try_from(sandbox.phase() - 1).unwrap()];
        let keyring = sandbox.open_with(Doomed { inner: sandbox.journal(), point, dies: true }).await;
        let signer = keyring.signer("seat").await.unwrap();
        decide(&signer, Decision::Approve).await.unwrap();
        fs::write(sandbox.path("envelope"), "").unwrap();
    }
});

both!(what_cannot_be_written_down_is_not_released, async |sandbox| {
    let (_keyring, _) = sandbox.signer("seat").await;
    for (point, lines, unreleased) in [
        (Point::BeforeIntention, 1, 0),
        (Point::AfterIntention, 2, 1),
        (Point::BeforeRelease, 3, 2),
        (Point::AfterRelease, 5, 2),
    ] {
        let keyring = sandbox.open_with(Doomed { inner: sandbox.journal(), point, dies: false }).await;
        let signer = keyring.signer("seat").await.unwrap();
        assert!(matches!(sign(&signer, 1).await, Err(Error::JournalUnwritable { .. })), "{point:?}");
        assert_eq!(recorded(sandbox), (lines, unreleased), "{point:?}");
    }
});

both!(
    /// The limit on a file's size stands for a full disk: part of a line is written, the rest is not.
    a_full_disk_signs_nothing_more_and_leaves_a_journal_that_holds,
    async |sandbox| {
        if sandbox.phase() == 0 {
            let (keyring, signer) = sandbox.signer("seat").await;
            keyring.close().await.unwrap();
            for blocks in 1..8 {
                fs::remove_file(sandbox.path("journal")).unwrap();
                FileJournal::start(&sandbox.path("journal")).unwrap();
                let output = sandbox.started_by(1, &format!("trap '' XFSZ; ulimit -f {blocks}"));
                assert!(output.status.success(), "{output:?}");
                let length = fs::metadata(sandbox.path("journal")).unwrap().len();
                assert!(length <= blocks * 512, "{length}");
                let report = FileJournal::read(&sandbox.path("journal")).unwrap();
                assert_eq!(report.torn, 0, "what was written in part is cut at once");
                sign(&signer, 1).await.unwrap();
            }
        } else {
            let signer = sandbox.open().await.signer("seat").await.unwrap();
            let mut signed = 0;
            let refused = loop {
                match sign(&signer, signed).await {
                    Ok(_) => signed += 1,
                    Err(error) => break error,
                }
            };
            assert!(matches!(refused, Error::JournalUnwritable { .. }), "{refused:?}");
            let released = |line: &greatseal_signing::Line| matches!(line.entry, Entry::Released { .. });
            let report = FileJournal::read(&sandbox.path("journal")).unwrap();
            let released = report.lines.iter().filter(|line| released(line)).count();
            assert_eq!(released, usize::try_from(signed).unwrap());
        }
    }
);

story!(sealed a_full_disk_leaves_no_part_of_a_key, async |sandbox| {
    if sandbox.phase() == 0 {
        FileJournal::start(&sandbox.path("journal")).unwrap();
        let output = sandbox.started_by(1, "trap '' XFSZ; ulimit -f 0");
        assert!(sandbox.path("refused").exists(), "{output:?}");
        assert_eq!(fs::read_dir(sandbox.path("keys")).unwrap().count(), 0);
        sandbox.signer("seat").await;
    } else {
        let refused = sandbox.open().await.generate("seat", Purpose::Seat).await;
        assert!(matches!(refused, Err(Error::SealedUnwritable { .. })), "{refused:?}");
        fs::create_dir(sandbox.path("refused")).unwrap();
    }
});

async fn decide(signer: &greatseal_signing::Signer, word: Decision) -> Result<()> {
    let intent = Intent::new(domain(), decision(word, 1, 1_800_000_000), signer.key());
    signer.sign(&intent.confirm(Confirmation::Person)).await.map(|_| ())
}

/// How many lines the journal has, and how many of them are intentions without a release.
fn recorded(sandbox: &Sandbox) -> (usize, usize) {
    let report = FileJournal::read(&sandbox.path("journal")).unwrap();
    (report.lines.len(), report.unreleased.len())
}
