use greatseal_block::{Malformed, era::Era};
use parity_scale_codec::Encode;
use proptest::prelude::*;
use sp_runtime::generic;

#[test]
fn every_pair_of_bytes_is_the_sdks_era() {
    for bits in 0..=u16::MAX {
        let bytes = bits.to_le_bytes();
        let theirs = <generic::Era as parity_scale_codec::Decode>::decode(&mut &bytes[..]);
        let bytes = if bytes[0] == 0 { &bytes[..1] } else { &bytes[..] };
        match (Era::decode(bytes), theirs) {
            (Ok(Era::Immortal), Ok(generic::Era::Immortal)) => {}
            (Ok(Era::Mortal { period, phase }), Ok(generic::Era::Mortal(their_period, their_phase))) => {
                assert_eq!((u64::from(period), u64::from(phase)), (their_period, their_phase));
            }
            (Err(Malformed::Form(_)), Err(_)) => {}
            (ours, theirs) => panic!("{bytes:?}: {ours:?}, and {theirs:?}"),
        }
    }
    assert_eq!(Era::decode(&[]), Err(Malformed::Short));
    assert_eq!(Era::decode(&[1]), Err(Malformed::Short));
    assert_eq!(Era::decode(&[0, 0]), Err(Malformed::Left(1)));
}

proptest! {
    #[test]
    fn a_birth_is_the_sdks(period in 0..100_000_u64, made in any::<u32>(), height in any::<u32>()) {
        let theirs = generic::Era::mortal(period, made.into());
        let ours = Era::decode(&theirs.encode()).unwrap();
        prop_assert_eq!(u64::from(ours.birth(height)), theirs.birth(height.into()));
        prop_assert_eq!(Era::Immortal.birth(height), 0);
    }
}
