//! Checkpoints.

use crate::{
    Outcome,
    keys::{Secret, head, leaf, tree},
};
use greatseal_trail::{
    checkpoint::{Checkpoint, CheckpointError, Origin, Signed, SignedError},
    note::{NoteError, OpenError},
    tree::{Head, empty_root},
};

/// The example of the specifications.
const TEXT: &str = "example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
";
const COSIGNED: &str = "example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
";

#[test]
fn the_specifications_example_is_read_and_written() -> Outcome {
    let checkpoint: Checkpoint = TEXT.parse()?;
    assert_eq!(checkpoint.to_string(), TEXT);
    assert_eq!((checkpoint.origin().as_str(), checkpoint.head().size), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(checkpoint.head().root.to_string(), "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62");
    let signed = Signed::parse(COSIGNED.as_bytes())?;
    assert_eq!(signed.note().to_string(), COSIGNED);
    assert_eq!(signed.checkpoint(), &checkpoint);
    // A cosignature begins with its time.
    let time = signed.note().signatures().get(1).and_then(|cosignature| cosignature.bytes().first_chunk());
    assert_eq!(time.map(|time| u64::from_be_bytes(*time)), Some(1_679_315_147));
    Ok(())
}

#[test]
fn a_checkpoint_has_one_spelling() -> Outcome {
    let root = leaf(0).to_base64();
    let good = [
        format!("o\n0\n{root}\n"),
        format!("o\n18446744073709551615\n{root}\n"),
        format!("an origin+with é\n1\n{root}\none\ntwo\n"),
    ];
    for text in good {
        assert_eq!(text.parse::<Checkpoint>()?.to_string(), text);
    }
    let wrong = [
        (String::new(), CheckpointError::Lines),
        ("o\n1\n".into(), CheckpointError::Lines),
        (format!("o\n1\n{root}"), CheckpointError::Lines),
        (format!("\n1\n{root}\n"), CheckpointError::Origin),
        (format!("o\t\n1\n{root}\n"), CheckpointError::Origin),
        (format!("o\n\n{root}\n"), CheckpointError::Size),
        (format!("o\n01\n{root}\n"), CheckpointError::Size),
        (format!("o\n+1\n{root}\n"), CheckpointError::Size),
        (format!("o\n18446744073709551616\n{root}\n"), CheckpointError::Size),
        (format!("o\n1\n{root} \n"), CheckpointError::Root),
        (format!("o\n1\n{}\n", &root[..40]), CheckpointError::Root),
        (format!("o\n1\n{root}\n\n"), CheckpointError::Extension),
        (format!("o\n1\n{root}\n\nmore\n"), CheckpointError::Extension),
    ];
    for (text, error) in wrong {
        assert_eq!(text.parse::<Checkpoint>(), Err(error), "{text:?}");
    }
    let checkpoint = Checkpoint::new(Origin::new("o")?, Head { size: 0, root: empty_root() });
    assert_eq!(checkpoint.clone().extended("a\nb"), Err(CheckpointError::Extension));
    assert_eq!(checkpoint.clone().extended("a")?.extensions(), ["a"]);
    assert_eq!(Origin::new("a\nb"), Err(CheckpointError::Origin));
    Ok(())
}

#[test]
fn a_checkpoint_is_believed_with_its_logs_signature_only() -> Outcome {
    let (log, other) = (Secret::new("log.example/a", 1)?, Secret::new("log.example/b", 2)?);
    let signed = log.checkpoint(head(&mut tree(5)?, 5)?)?;
    let bytes = signed.note().to_string().into_bytes();
    assert_eq!(Signed::open(&bytes, &log.log()?)?, signed);
    let wanted = SignedError::Origin { found: log.log()?.origin, wanted: other.log()?.origin };
    assert_eq!(Signed::open(&bytes, &other.log()?), Err(wanted));
    // The right origin, signed by somebody else.
    let mut known = log.log()?;
    known.keys = vec![other.verifier()?];
    assert_eq!(Signed::open(&bytes, &known), Err(SignedError::Open(OpenError::Unknown)));
    // Either key does while one is replaced.
    known.keys.push(log.verifier()?);
    assert_eq!(Signed::open(&bytes, &known)?, signed);
    // Another size.
    let altered = signed.note().to_string().replacen("\n5\n", "\n6\n", 1);
    let wrong = Err(SignedError::Open(OpenError::Wrong(log.name.clone())));
    assert_eq!(Signed::open(altered.as_bytes(), &log.log()?), wrong);
    assert_eq!(Signed::parse(b"x"), Err(CheckpointError::Note(NoteError::Unsigned)));
    Ok(())
}
