use std::{
    fs,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use sp_core::H256;
use sp_runtime::traits::Header as _;

use super::{LOG, Log, Step, Stored, Unusable, Wanted};
use crate::{
    runtime::{Header, genesis::Genesis},
    state::Changes,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const GENESIS: Genesis = Genesis { time: 1_700_000_000_000, seed: [7; 32] };

/// A folder that goes with the value.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Self, std::io::Error> {
        let path = std::env::temp_dir().join(format!("greatseal-devnet-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Ok(Self(path))
    }

    fn log(&self) -> PathBuf {
        self.0.join(LOG)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open(folder: &Path) -> Result<Log, Unusable> {
    open_wanting(folder, Wanted::default())
}

fn open_wanting(folder: &Path, wanted: Wanted) -> Result<Log, Unusable> {
    Log::open(folder, wanted, || Ok((GENESIS, H256::repeat_byte(1))))
}

fn steps(log: &mut Log) -> Result<Vec<Step>, Unusable> {
    let mut steps = Vec::new();
    log.replay(|step| {
        steps.push(step);
        Ok(())
    })?;
    Ok(steps)
}

fn step(number: u32) -> Step {
    let header = Header::new(number, H256::zero(), H256::zero(), H256::zero(), Default::default());
    let changes = Changes { written: vec![(vec![1, 2], vec![3; 40])], dropped: vec![vec![4]] };
    let stored = Stored { header, body: Vec::new(), inherents: 0, time: u64::from(number), changes };
    Step { blocks: vec![stored], finalized: number, clock: -1 }
}

/// A log of three steps; answers the length of the file after each of them.
fn three(folder: &Folder) -> Result<[u64; 4], Box<dyn std::error::Error>> {
    let mut log = open(&folder.0)?;
    steps(&mut log)?;
    let mut lengths = [fs::metadata(folder.log())?.len(); 4];
    for (number, length) in (1..).zip(&mut lengths[1..]) {
        log.write(&step(number))?;
        *length = fs::metadata(folder.log())?.len();
    }
    Ok(lengths)
}

#[test]
fn what_was_written_is_read_again_and_the_log_goes_on() -> Outcome {
    let folder = Folder::new("again")?;
    three(&folder)?;
    let mut log = open(&folder.0)?;
    assert_eq!(log.genesis(), GENESIS);
    assert_eq!(steps(&mut log)?, [step(1), step(2), step(3)]);
    log.write(&step(4))?;
    drop(log);
    assert_eq!(steps(&mut open(&folder.0)?)?.len(), 4);
    Ok(())
}

#[test]
fn founding_writes_through_no_link() -> Outcome {
    let folder = Folder::new("link")?;
    let elsewhere = folder.0.with_extension("elsewhere");
    fs::create_dir_all(&folder.0)?;
    fs::write(&elsewhere, "mine")?;
    std::os::unix::fs::symlink(&elsewhere, folder.0.join("chain.log.new"))?;
    drop(open(&folder.0)?);
    let kept = fs::read(&elsewhere)?;
    fs::remove_file(&elsewhere)?;
    assert_eq!(kept, b"mine");
    assert!(!folder.log().symlink_metadata()?.is_symlink());
    Ok(())
}

#[test]
fn a_torn_last_record_is_cut_at_every_byte() -> Outcome {
    let folder = Folder::new("torn")?;
    let [_, _, second, third] = three(&folder)?;
    let whole = fs::read(folder.log())?;
    for length in second..third {
        fs::write(folder.log(), &whole[..usize::try_from(length)?])?;
        let mut log = open(&folder.0)?;
        assert_eq!(steps(&mut log)?, [step(1), step(2)], "cut to {length} of {third} bytes");
        assert_eq!(fs::metadata(folder.log())?.len(), second, "the rest is cut off");
        log.write(&step(9))?;
        drop(log);
        assert_eq!(steps(&mut open(&folder.0)?)?, [step(1), step(2), step(9)]);
    }
    Ok(())
}

#[test]
fn a_last_record_with_any_other_byte_or_with_zeros_is_cut() -> Outcome {
    let folder = Folder::new("flipped")?;
    let [_, _, second, third] = three(&folder)?;
    let whole = fs::read(folder.log())?;
    for place in usize::try_from(second)?..usize::try_from(third)? {
        let mut flipped = whole.clone();
        flipped[place] ^= 0x10;
        let mut zeroed = whole.clone();
        zeroed[place..].fill(0);
        // A file that ends in a zero is as it was.
        for bytes in [flipped, zeroed].into_iter().filter(|bytes| *bytes != whole) {
            fs::write(folder.log(), &bytes)?;
            assert_eq!(steps(&mut open(&folder.0)?)?, [step(1), step(2)], "byte {place}");
        }
    }
    Ok(())
}

#[test]
fn damage_before_a_whole_record_is_refused_and_left_untouched() -> Outcome {
    let folder = Folder::new("damaged")?;
    let [_, first, second, _] = three(&folder)?;
    let whole = fs::read(folder.log())?;
    for place in usize::try_from(first)?..usize::try_from(second)? {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x10;
        fs::write(folder.log(), &damaged)?;
        let refused = steps(&mut open(&folder.0)?);
        assert!(matches!(refused, Err(Unusable::Damaged { at, .. }) if at == first), "byte {place}: {refused:?}");
        assert_eq!(fs::read(folder.log())?, damaged);
    }
    Ok(())
}

#[test]
fn a_folder_is_held_by_one() -> Outcome {
    let folder = Folder::new("held")?;
    let log = open(&folder.0)?;
    assert!(matches!(open(&folder.0), Err(Unusable::InUse(_))));
    drop(log);
    open(&folder.0)?;
    Ok(())
}

#[test]
fn another_chain_format_or_content_is_refused_and_left_untouched() -> Outcome {
    let folder = Folder::new("other")?;
    three(&folder)?;
    let whole = fs::read(folder.log())?;
    let seed = open_wanting(&folder.0, Wanted { seed: Some([8; 32]), time: None });
    assert!(matches!(seed, Err(Unusable::OtherGenesis { what: "seed", .. })), "{seed:?}");
    let time = open_wanting(&folder.0, Wanted { seed: None, time: Some(1) });
    assert!(matches!(time, Err(Unusable::OtherGenesis { what: "genesis time", .. })), "{time:?}");
    open_wanting(&folder.0, Wanted { seed: Some(GENESIS.seed), time: Some(GENESIS.time) })?;
    assert_eq!(fs::read(folder.log())?, whole);

    // Another format, an empty log, and one whose first record is not whole: this program never leaves such.
    let place = whole.iter().position(|byte| *byte == b'1').ok_or("no number of the format")?;
    fs::OpenOptions::new().write(true).open(folder.log())?.write_all_at(b"2", place as u64)?;
    assert!(matches!(open(&folder.0), Err(Unusable::NotOurs(_))));
    for length in [0, 10, 40] {
        fs::write(folder.log(), &whole[..length])?;
        assert!(matches!(open(&folder.0), Err(Unusable::NotOurs(_))), "{length} bytes");
        assert_eq!(fs::read(folder.log())?, &whole[..length]);
    }

    let foreign = Folder::new("foreign")?;
    fs::create_dir_all(&foreign.0)?;
    fs::write(foreign.0.join("letter.txt"), "dear")?;
    assert!(matches!(open(&foreign.0), Err(Unusable::NotOurs(_))));
    assert_eq!(fs::read_dir(&foreign.0)?.count(), 1, "nothing was added");
    Ok(())
}
