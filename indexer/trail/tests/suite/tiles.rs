//! Tiles: names, what a size needs, how they are made, and that none is believed unproved.

use std::collections::BTreeMap;

use crate::{
    Outcome,
    keys::{entry, head, leaf, tree},
};
use greatseal_trail::{
    tile::{Builder, Bundle, BundleError, Checked, PathError, Tile, TileError, Tiles, WIDTH},
    tree::{Hash, Head, Nodes as _, consistency, empty_root, inclusion, root, verify_consistency, verify_inclusion},
};
use proptest::prelude::*;

/// Tiles in memory, with the number of times that one was fetched.
#[derive(Clone, Default)]
pub(crate) struct Shelf {
    pub(crate) tiles: BTreeMap<Tile, Vec<u8>>,
    fetched: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no {0}")]
pub(crate) struct NotThere(Tile);

impl Tiles for Shelf {
    type Error = NotThere;

    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, NotThere> {
        self.fetched += 1;
        self.tiles.get(&tile).cloned().ok_or(NotThere(tile))
    }
}

/// All tiles of a tree, built leaf by leaf.
pub(crate) fn shelf(size: u64) -> Outcome<(Shelf, Head)> {
    let (mut builder, mut shelf) = (Builder::new(), Shelf::default());
    for number in 0..size {
        shelf.tiles.extend(builder.push(leaf(number))?.into_iter().map(|written| (written.tile, written.bytes)));
    }
    shelf.tiles.extend(builder.partial().into_iter().map(|written| (written.tile, written.bytes)));
    Ok((shelf, builder.frontier().head()))
}

fn tile(level: u8, index: u64, width: u16) -> Outcome<Tile> {
    Ok(Tile::new(level, index, width).ok_or("no tile")?)
}

#[test]
fn paths_have_one_spelling() -> Outcome {
    for (tile, path) in [
        (tile(0, 0, 256)?, "tile/0/000"),
        (tile(0, 0, 1)?, "tile/0/000.p/1"),
        (tile(1, 999, 255)?, "tile/1/999.p/255"),
        (tile(0, 1_000, 256)?, "tile/0/x001/000"),
        (tile(0, 1_234_067, 256)?, "tile/0/x001/x234/067"),
        (tile(0, 1_234, 56)?, "tile/0/x001/234.p/56"),
        (tile(0, (1 << 56) - 1, 255)?, "tile/0/x072/x057/x594/x037/x927/935.p/255"),
        (tile(7, 0, 255)?, "tile/7/000.p/255"),
    ] {
        assert_eq!(tile.to_string(), path);
        assert_eq!(path.parse(), Ok(tile));
    }
    let bundle = Bundle::new(1_234_067, 9).ok_or("a bundle")?;
    assert_eq!(bundle.to_string(), "tile/entries/x001/x234/067.p/9");
    assert_eq!("tile/entries/x001/x234/067.p/9".parse(), Ok(bundle));
    for wrong in [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "/tile/0/000",
        "tile/00/000",
        "tile/+0/000",
        "tile/0/000/",
        "tile/0/x000/000",
        "tile/0/x000",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/X001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/00",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/8/000.p/1",
        "tile/63/000",
        "tile/7/000",
        "tile/7/001",
        "tile/256/000",
        "tile/0/x072/x057/x594/x037/x927/935",
        "tile/0/x072/x057/x594/x037/x927/936",
        "tile/entries/000",
        "tile/0/٠٠٠",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/000?a",
        "tile/0/../0/000",
        "tile/0/000 ",
        "tile/0/x1234/567",
    ] {
        assert_eq!(wrong.parse::<Tile>(), Err(PathError), "{wrong}");
    }
    for wrong in ["tile/entries/", "tile/entries/0", "tile/0/000", "tile/entries/x072/x057/x594/x037/x927/935"] {
        assert_eq!(wrong.parse::<Bundle>(), Err(PathError), "{wrong}");
    }
    Ok(())
}

#[test]
fn tiles_that_no_tree_has_are_none() {
    for (level, index, width) in [
        (0, 0, 0),
        (0, 0, 257),
        (0, (1 << 56) - 1, 256),
        (0, 1 << 56, 1),
        (1, (1 << 48) - 1, 256),
        (7, 0, 256),
        (7, 1, 1),
        (8, 0, 1),
        (255, 0, 1),
        (0, u64::MAX, 1),
    ] {
        assert_eq!(Tile::new(level, index, width), None, "{level} {index} {width}");
    }
}

/// The specification counts the tiles of a tree of 70,000 leaves, and of 256.
#[test]
fn a_size_needs_the_tiles_that_the_specification_counts() -> Outcome {
    let count = |size, level, width: fn(u16) -> bool| {
        Tile::all(size).filter(|tile| tile.level() == level && width(tile.width())).count()
    };
    assert_eq!((count(70_000, 0, |width| width == WIDTH), count(70_000, 1, |width| width == WIDTH)), (273, 1));
    let partial: Vec<_> = Tile::partial(70_000).collect();
    assert_eq!(partial, [tile(0, 273, 112)?, tile(1, 1, 17)?, tile(2, 0, 1)?]);
    assert_eq!(Tile::all(70_000).count(), 273 + 1 + 3);
    assert_eq!(Tile::all(256).collect::<Vec<_>>(), [tile(0, 0, 256)?, tile(1, 0, 1)?]);
    assert_eq!(Tile::all(0).count(), 0);
    assert_eq!(Tile::partial(u64::MAX).count(), 8);
    let new: Vec<_> = Tile::between(255, 513).collect();
    assert_eq!(new, [tile(0, 0, 256)?, tile(0, 1, 256)?, tile(0, 2, 1)?, tile(1, 0, 2)?]);
    assert_eq!(Tile::between(513, 513).count(), 0);
    let bundles: Vec<_> = Bundle::between(255, 513).map(|bundle| bundle.to_string()).collect();
    assert_eq!(bundles, ["tile/entries/000", "tile/entries/001", "tile/entries/002.p/1"]);
    Ok(())
}

#[test]
fn a_builder_gives_exactly_the_tiles_of_every_size() -> Outcome {
    let (mut builder, mut full, mut nodes) = (Builder::new(), BTreeMap::new(), tree(66_100)?);
    for size in 0..66_100 {
        if size % 127 == 0 || size % 256 < 2 || size > 66_000 {
            let partial = builder.partial().into_iter().map(|written| (written.tile, written.bytes));
            let built: BTreeMap<_, _> =
                full.iter().map(|(tile, bytes): (&Tile, &Vec<u8>)| (*tile, bytes.clone())).chain(partial).collect();
            assert!(built.keys().copied().eq(sorted(Tile::all(size))), "{size}");
            assert!(built.keys().all(|tile| tile.is_of(size)));
            assert_eq!(builder.frontier().head(), head(&mut nodes, size)?);
        }
        full.extend(builder.push(leaf(size))?.into_iter().map(|written| (written.tile, written.bytes)));
    }
    // Each hash is that of its subtree.
    for (tile, bytes) in &full {
        let hashes = tile.decode(bytes).ok_or("hashes")?;
        for (place, hash) in (0..).zip(hashes) {
            assert_eq!(hash, nodes.node(tile.level() * 8, tile.index() * 256 + place)?, "{tile} {place}");
        }
    }
    Ok(())
}

fn sorted(tiles: impl Iterator<Item = Tile>) -> Vec<Tile> {
    let mut tiles: Vec<_> = tiles.collect();
    tiles.sort();
    tiles
}

#[test]
fn proofs_come_from_tiles_as_from_memory() -> Outcome {
    for size in [1, 2, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_537, 66_000] {
        let (shelf, head) = shelf(size)?;
        let (mut checked, mut nodes) = (Checked::open(shelf, head)?, tree(size)?);
        assert_eq!(root(&mut checked, size)?, head.root);
        for at in [0, 1, size / 3, size / 2, size.saturating_sub(2), size - 1] {
            let index = at.min(size - 1);
            let path = inclusion(&mut checked, index, size)?;
            assert_eq!(path, inclusion(&mut nodes, index, size)?);
            verify_inclusion(leaf(index), index, &head, &path)?;
            let old = Head { size: at, root: root(&mut checked, at)? };
            let path = consistency(&mut checked, at, size)?;
            assert_eq!(path, consistency(&mut nodes, at, size)?);
            verify_consistency(&old, &head, &path)?;
        }
        assert_eq!(checked.node(0, size), Err(TileError::Outside { size, level: 0, index: size }));
        assert_eq!(checked.node(64, 0), Err(TileError::Outside { size, level: 64, index: 0 }));
    }
    Ok(())
}

#[test]
fn a_builder_goes_on_from_the_tiles_of_others() -> Outcome {
    let (old, head) = shelf(700)?;
    let mut builder = Checked::open(old, head)?.builder();
    assert_eq!((builder.size(), builder.frontier().head()), (700, head));
    let mut new = BTreeMap::new();
    for number in 700..66_000 {
        new.extend(builder.push(leaf(number))?.into_iter().map(|written| (written.tile, written.bytes)));
    }
    new.extend(builder.partial().into_iter().map(|written| (written.tile, written.bytes)));
    assert!(new.keys().copied().eq(sorted(Tile::between(700, 66_000))));
    let (whole, _) = shelf(66_000)?;
    assert!(new.iter().all(|(tile, bytes)| whole.tiles.get(tile) == Some(bytes)));
    Ok(())
}

#[test]
fn no_tile_is_believed_that_the_root_does_not_prove() -> Outcome {
    let size = 66_000;
    let (shelf, head) = shelf(size)?;
    for (tile, bytes) in &shelf.tiles {
        let mut forged = shelf.clone();
        let mut changed = bytes.clone();
        changed[usize::from(tile.width()) * 16] ^= 1;
        forged.tiles.insert(*tile, changed);
        if tile.width() < WIDTH {
            let refused = Checked::open(forged, head).map(|_| ());
            assert_eq!(refused, Err(TileError::Root { size }), "{tile}");
        } else {
            let mut checked = Checked::open(forged, head)?;
            // Whatever is asked through it: its own hashes, and where it stands above others, theirs.
            let below = checked.node(tile.level() * 8, tile.index() * 256);
            assert_eq!(below, Err(TileError::Forged { tile: *tile }));
            if tile.level() == 1 {
                let leaf = checked.node(0, tile.index() * 65_536 + 700);
                assert_eq!(leaf, Err(TileError::Forged { tile: *tile }));
            }
        }
    }
    Ok(())
}

#[test]
fn tiles_of_the_wrong_length_and_missing_ones_are_said() -> Outcome {
    let size = 700;
    let (shelf, head) = shelf(size)?;
    for (tile, bytes) in &shelf.tiles {
        for length in [0, 1, bytes.len() - 1, bytes.len() + 1, bytes.len() + 32] {
            let mut wrong = shelf.clone();
            let mut changed = bytes.clone();
            changed.resize(length, 0);
            wrong.tiles.insert(*tile, changed);
            let read = Checked::open(wrong, head).and_then(|mut checked| checked.node(0, tile.index() * 256));
            assert_eq!(read, Err(TileError::Length { tile: *tile, length }));
        }
        let mut without = shelf.clone();
        without.tiles.remove(tile);
        let read = Checked::open(without, head).and_then(|mut checked| checked.node(0, tile.index() * 256));
        assert_eq!(read, Err(TileError::Source(NotThere(*tile))));
    }
    // Another root, another size.
    let forged = Head { root: leaf(0), ..head };
    assert_eq!(Checked::open(shelf, forged).map(|_| ()), Err(TileError::Root { size }));
    let empty = Checked::open(Shelf::default(), Head { size: 0, root: empty_root() })?;
    assert_eq!(empty.builder().size(), 0);
    let forged = Checked::open(Shelf::default(), Head { size: 0, root: leaf(0) }).map(|_| ());
    assert_eq!(forged, Err(TileError::Root { size: 0 }));
    Ok(())
}

/// Counts what is fetched: each tile once by whoever goes in order.
#[test]
fn each_tile_is_fetched_once_in_order() -> Outcome {
    let (mut shelf, head) = shelf(66_000)?;
    let mut checked = Checked::open(&mut shelf, head)?;
    for number in 0..66_000 {
        assert_eq!(checked.node(0, number)?, leaf(number));
    }
    drop(checked);
    assert_eq!(shelf.fetched, shelf.tiles.len());
    Ok(())
}

#[test]
fn bundles_are_the_entries_that_the_root_proves() -> Outcome {
    let (shelf, head) = shelf(300)?;
    let mut checked = Checked::open(shelf, head)?;
    let bundles: Vec<_> = Bundle::all(300).collect();
    let [full, partial] = bundles.as_slice() else { return Err("two bundles".into()) };
    assert_eq!((full.width(), partial.width()), (256, 44));
    for bundle in [full, partial] {
        let entries: Vec<_> = (0..u64::from(bundle.width())).map(|place| entry(bundle.index() * 256 + place)).collect();
        let bytes = bundle.encode(&entries)?;
        assert!(bytes.len() <= bundle.longest());
        assert_eq!(checked.entries(*bundle, &bytes)?, entries);
        let mut forged = entries.clone();
        forged[7] = b"forged".to_vec();
        let refused = checked.entries(*bundle, &bundle.encode(&forged)?).map(|_| ());
        assert_eq!(refused, Err(TileError::Bundle(BundleError::Leaf { place: 7 })));
        for (wrong, error) in [
            (&bytes[..bytes.len() - 1], BundleError::End),
            (&[bytes.as_slice(), &[0]].concat(), BundleError::End),
            (&bytes[..0], BundleError::Count { found: 0, wanted: bundle.width() }),
        ] {
            assert_eq!(bundle.decode(wrong), Err(error));
        }
        assert_eq!(
            bundle.encode(&entries[1..]),
            Err(BundleError::Count { found: entries.len() - 1, wanted: bundle.width() })
        );
        let mut long = entries.clone();
        long[1] = vec![0; 65_536];
        assert_eq!(bundle.encode(&long), Err(BundleError::Entry { length: 65_536 }));
        long[1].pop();
        assert_eq!(bundle.decode(&bundle.encode(&long)?)?, long);
    }
    let over = [&[0, 0].repeat(257)[..]].concat();
    assert_eq!(full.decode(&over), Err(BundleError::End));
    let strange = Bundle::new(1, 45).ok_or("a bundle")?;
    assert_eq!(checked.leaves(strange), Err(TileError::Outside { size: 300, level: 0, index: 256 }));
    Ok(())
}

proptest! {
    #[test]
    fn a_path_is_read_as_it_was_written(level in 0..=7_u8, index in any::<u64>(), shift in 0..64_u32, width in 1..=256_u16) {
        if let Some(tile) = Tile::new(level, index >> shift, width) {
            prop_assert_eq!(tile.to_string().parse(), Ok(tile));
        }
    }

    #[test]
    fn every_text_is_no_path_or_is_written_the_same(text in "tile/[0-9]{1,2}(/x[0-9]{1,4}){0,3}/[0-9]{1,4}(.p/[0-9]{1,3})?") {
        if let Ok(tile) = text.parse::<Tile>() {
            prop_assert_eq!(tile.to_string(), text);
        }
    }

    #[test]
    fn any_bytes_are_judged_as_a_bundle(bytes in proptest::collection::vec(0..3_u8, 0..600), width in 1..=256_u16) {
        if let Some(bundle) = Bundle::new(0, width) && let Ok(entries) = bundle.decode(&bytes) {
            prop_assert_eq!(bundle.encode(&entries), Ok(bytes.clone()));
        }
    }

    /// Names only: sizes of which no tree can be built.
    #[test]
    fn the_partial_tiles_of_any_size_are_of_it(size in any::<u64>()) {
        for tile in Tile::partial(size) {
            prop_assert!(tile.is_of(size));
            prop_assert_eq!(Tile::new(tile.level(), tile.index(), tile.width()), Some(tile));
        }
        let hashes: u32 = Tile::partial(size).map(|tile| u32::from(tile.width()).count_ones()).sum();
        prop_assert_eq!(hashes, size.count_ones());
    }
}

#[test]
fn hashes_of_a_tile_are_read_in_order() -> Outcome {
    let tile = tile(0, 0, 2)?;
    assert_eq!(tile.length(), 64);
    let bytes = [[1; 32], [2; 32]].concat();
    assert_eq!(tile.decode(&bytes), Some(vec![Hash::new([1; 32]), Hash::new([2; 32])]));
    Ok(())
}
