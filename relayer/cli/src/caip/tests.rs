//! Vectors of the standards, the cases that were taken once, and properties over all addresses.

use super::{AccountId, Asset, ChainId, NotAccount, NotCaip, eip55};
use crate::number::NotWhole;
use greatseal_protocol::{bytes::to_hex, spelling};
use proptest::prelude::*;

/// EIP-55, "Test Cases": all capitals, all lower, normal.
const EIP55: [&str; 8] = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
];
const POLKADOT: &str = "polkadot:91b171bb158e2d3848fa23a9f1c25182";
const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

/// The public key behind [`ALICE`].
const KEY: &str = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

fn account(address: &str) -> Result<AccountId, NotAccount> {
    AccountId::parse(&format!("eip155:1:{address}"))
}

#[test]
fn addresses_of_eip_55_are_told_their_one_spelling() {
    for address in EIP55 {
        let lower = address.to_ascii_lowercase();
        let one = format!("eip155:1:{lower}");
        assert_eq!(account(&lower).map(|account| account.to_string()), Ok(one.clone()));
        if lower != address {
            assert_eq!(account(address), Err(NotAccount::Spelled(one)));
        }
        let bytes = eip55::parse(&lower);
        assert_eq!(bytes.map(|bytes| format!("0x{}", eip55::checksummed(&bytes))), Ok(address.to_owned()));
    }
    // Capitals only, where EIP-55 has others.
    assert_eq!(account("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED"), Err(NotCaip::Capitals.into()));
}

#[test]
fn what_nobody_can_be_paid_to_is_no_account() {
    let long = format!("{}d", EIP55[4]);
    for (text, reason) in [
        ("eip155:1:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeE".to_owned(), NotCaip::Capitals),
        ("eip155:1:0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".to_owned(), NotCaip::Capitals),
        (format!("eip155:1:{long}"), NotCaip::Length(41)),
        ("eip155:1:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe".to_owned(), NotCaip::Length(39)),
        ("eip155:1:5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".to_owned(), NotCaip::Prefix),
        ("eip155:1:0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".to_owned(), NotCaip::Prefix),
        ("eip155:1:payee.eth".to_owned(), NotCaip::Digits),
        (format!("eip155:1:0x{}", "0".repeat(40)), NotCaip::Zero),
        (format!("eip155:01:{}", EIP55[4]), NotCaip::ChainNumber),
        (format!("eip155:0:{}", EIP55[4]), NotCaip::ChainNumber),
        (format!("eip155:mainnet:{}", EIP55[4]), NotCaip::ChainNumber),
        (format!("EIP155:1:{}", EIP55[4]), NotCaip::Account),
        (format!("eip155:{}", EIP55[4]), NotCaip::Account),
        (format!(" eip155:1:{}", EIP55[4]), NotCaip::Account),
        (format!("eip155:1:{} ", EIP55[4]), NotCaip::Account),
        (format!("{POLKADOT}:5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ"), NotCaip::Ss58),
        (format!("{POLKADOT}:{}", &ALICE[..47]), NotCaip::Ss58),
        (format!("{POLKADOT}:{ALICE}Y"), NotCaip::Ss58),
        (format!("{POLKADOT}:{}", ALICE.to_ascii_lowercase()), NotCaip::Ss58),
        // The account of zeros, with its checksum.
        (format!("{POLKADOT}:5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM"), NotCaip::Zero),
        (format!("polkadot:91B171bb158e2d3848fa23a9f1c25182:{ALICE}"), NotCaip::Genesis),
        (format!("polkadot:relay:{ALICE}"), NotCaip::Genesis),
        ("nowhere".to_owned(), NotCaip::Account),
        (String::new(), NotCaip::Account),
    ] {
        assert_eq!(AccountId::parse(&text), Err(reason.into()), "{text}");
    }
}

#[test]
fn an_account_has_the_one_spelling_of_its_namespace() {
    let key = format!("{POLKADOT}:{KEY}");
    assert_eq!(AccountId::parse(&format!("{POLKADOT}:{ALICE}")), Err(NotAccount::Spelled(key.clone())));
    assert_eq!(AccountId::parse(&key).map(|account| account.form_only()), Ok(false));
    let rail = AccountId::parse("rtgs:national:central-bank");
    assert_eq!(
        rail.map(|account| (account.form_only(), account.chain().namespace().to_owned())),
        Ok((true, "rtgs".into()))
    );
    // Examples of CAIP-10 whose namespaces are rails of their own here.
    for text in [
        "bip122:000000000019d6689c085ae165831e93:128Lkh3S7CkDTBZ8W7BbpsN3YYizJMp8p6",
        "cosmos:cosmoshub-3:cosmos1t2uflqwqe0fsj0shcfkrvpukewcw40yjj6hdc0",
        "hedera:mainnet:0.0.1234567890-zbhlt",
    ] {
        assert_eq!(AccountId::parse(text), Err(NotAccount::Label), "{text}");
    }
}

#[test]
fn an_asset_has_one_hash_however_it_is_written() -> Result<(), NotCaip> {
    let written = Asset::parse("eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7")?;
    let lower = Asset::parse("eip155:1/erc20:0xdac17f958d2ee523a2206206994597c13d831ec7")?;
    assert_eq!(written, lower);
    assert_eq!(written.hash(), lower.hash());
    assert_eq!(written.to_string(), "eip155:1/erc20:0xdac17f958d2ee523a2206206994597c13d831ec7");
    // CAIP-19's own examples.
    for text in [
        "eip155:1/slip44:60",
        "bip122:000000000019d6689c085ae165831e93/slip44:0",
        "cosmos:cosmoshub-3/slip44:118",
        "cosmos:Binance-Chain-Tigris/slip44:714",
        "eip155:1/erc721:0x06012c8cf97bead5deae237070f9587f8e7a266d",
        "eip155:1/erc721:0x06012c8cf97bead5deae237070f9587f8e7a266d/771769",
        "hedera:mainnet/nft:0.0.55492/12",
    ] {
        assert_eq!(Asset::parse(text)?.to_string(), text);
    }
    for (text, reason) in [
        ("eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec8", NotCaip::Capitals),
        ("eip155:1/erc20:0xdac17f958d2ee523a2206206994597c13d831ec", NotCaip::Length(39)),
        ("eip155:1/erc20:usdt", NotCaip::Prefix),
        ("eip155:56/bep20:0XdAC17F958D2ee523a2206206994597C13D831ec7", NotCaip::Prefix),
        ("eip155:1/slip44:060", NotCaip::Number(NotWhole::LeadingZero)),
        ("eip155:1/slip44:eth", NotCaip::Number(NotWhole::Digits)),
        ("eip155:01/slip44:60", NotCaip::ChainNumber),
        ("eip155:1/erc721:0x06012c8cf97bead5deae237070f9587f8e7a266d/01", NotCaip::Number(NotWhole::LeadingZero)),
        ("eip155:1/ERC20:0xdac17f958d2ee523a2206206994597c13d831ec7", NotCaip::Asset),
        ("eip155:1/slip44", NotCaip::Asset),
        ("eip155:1/slip44:60/", NotCaip::Asset),
        ("eip155:1/slip44:60/1/2", NotCaip::Asset),
        ("ether", NotCaip::Asset),
    ] {
        assert_eq!(Asset::parse(text), Err(reason), "{text}");
    }
    Ok(())
}

/// How many of all changes of one digit are taken, and how many changes there are.
fn missed(address: &str) -> (usize, usize) {
    let digits = (2..address.len()).flat_map(|at| "0123456789abcdefABCDEF".chars().map(move |digit| (at, digit)));
    let others = digits.map(|(at, digit)| {
        let mut other = address.to_owned();
        other.replace_range(at..=at, &digit.to_string());
        other
    });
    let others: Vec<_> = others.filter(|other| other != address).collect();
    let taken = |other: &&String| matches!(account(other), Ok(_) | Err(NotAccount::Spelled(_)));
    (others.iter().filter(taken).count(), others.len())
}

/// EIP-55 has a bit of checksum for each letter: an address with few of them is protected less, and one without any not at
/// all.
#[test]
fn another_digit_in_an_address_with_capitals_is_found() {
    for address in &EIP55[4..] {
        assert_eq!(missed(address), (0, 40 * 21), "{address}");
    }
    for address in &EIP55[..2] {
        let (missed, tried) = missed(address);
        assert!(missed * 50 < tried, "{address}: {missed} of {tried}");
    }
}

fn capitals(text: &str) -> usize {
    text.chars().filter(char::is_ascii_uppercase).count()
}

proptest! {
    #[test]
    fn an_account_is_read_as_it_is_written(bytes in any::<[u8; 20]>(), chain in 1..=u64::MAX) {
        prop_assume!(bytes != [0; 20]);
        for digits in [to_hex(&bytes), eip55::checksummed(&bytes)] {
            let text = format!("eip155:{chain}:0x{digits}");
            let one = format!("eip155:{chain}:0x{}", to_hex(&bytes));
            match AccountId::parse(&text) {
                Ok(account) => prop_assert_eq!((account.as_str(), &text), (&*one, &one)),
                Err(reason) => prop_assert_eq!(reason, NotAccount::Spelled(one)),
            }
        }
    }

    #[test]
    fn a_letter_in_the_other_case_is_refused(bytes in any::<[u8; 20]>(), at in any::<prop::sample::Index>()) {
        let right = eip55::checksummed(&bytes);
        prop_assume!(bytes != [0; 20] && capitals(&right) > 1);
        let letters: Vec<usize> = right.match_indices(|digit: char| digit.is_ascii_alphabetic()).map(|(at, _)| at).collect();
        let at = *at.get(&letters);
        let letter = &right[at..=at];
        let turned = if capitals(letter) > 0 { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() };
        let mut other = right.clone();
        other.replace_range(at..=at, &turned);
        prop_assert_eq!(account(&format!("0x{other}")), Err(NotCaip::Capitals.into()));
    }

    #[test]
    fn an_asset_is_read_as_it_is_written(bytes in any::<[u8; 20]>(), chain in 1..=u64::MAX, token in proptest::option::of(any::<u128>())) {
        prop_assume!(bytes != [0; 20]);
        let token = token.map(|token| format!("/{token}")).unwrap_or_default();
        let lower = format!("eip155:{chain}/erc1155:0x{}{token}", to_hex(&bytes));
        let written = format!("eip155:{chain}/erc1155:0x{}{token}", eip55::checksummed(&bytes));
        let read = Asset::parse(&written);
        prop_assert_eq!(read.as_ref().map(ToString::to_string), Ok(lower.clone()));
        prop_assert_eq!(read, Asset::parse(&lower));
    }

    /// A chain by itself has the spelling that it has in the name of a transaction.
    #[test]
    fn a_chain_is_spelled_as_in_a_transaction(text in "(eip155|polkadot|rtgs|EIP155|x)?:?[0-9a-f_.:-]{0,33}", hash in any::<[u8; 32]>()) {
        let names = [format!("0x{}", to_hex(&hash)), "7-2".to_owned(), "E2E/4711".to_owned()];
        let spelled = names.iter().any(|name| spelling::transaction(&format!("{text}:{name}")).is_ok());
        prop_assert_eq!(ChainId::parse(&text).is_ok(), spelled && text.matches(':').count() == 1);
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in ".{0,80}", digits in "eip155:[0-9a-z:/0x]{0,60}") {
        for text in [text, digits] {
            let chain = ChainId::parse(&text).map(|read| read.to_string());
            let account = AccountId::parse(&text).map(|read| read.to_string());
            for read in chain.into_iter().chain(account) {
                prop_assert_eq!(&read, &text);
            }
            if let Ok(read) = Asset::parse(&text) {
                prop_assert_eq!(Asset::parse(&read.to_string()), Ok(read));
            }
        }
    }
}
