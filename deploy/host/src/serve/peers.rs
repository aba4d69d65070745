//! How many connections each peer has: one that opens many does not keep the others away.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU16,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Connections of all peers.
#[derive(Clone, Debug)]
pub(super) struct Peers {
    most: u16,
    counts: Arc<Mutex<BTreeMap<IpAddr, u16>>>,
}

/// A connection of a peer; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    peers: Peers,
    /// None for a peer that is not counted.
    peer: Option<IpAddr>,
}

impl Peers {
    pub(super) fn new(most: NonZeroU16) -> Self {
        Self { most: most.get(), counts: Arc::default() }
    }

    /// A place for one more connection of a peer; none where it has as many as it may. Whoever is on this machine may speak for
    /// many, as a proxy does, and is not counted.
    pub(super) fn take(&self, peer: IpAddr) -> Option<Place> {
        let peer = network(peer);
        if peer.is_loopback() {
            return Some(Place { peers: self.clone(), peer: None });
        }
        let mut counts = self.counts();
        let count = counts.entry(peer).or_default();
        if *count >= self.most {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Place { peers: self.clone(), peer: Some(peer) })
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<IpAddr, u16>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(peer) = self.peer else { return };
        let mut counts = self.peers.counts();
        if let Some(count) = counts.get_mut(&peer) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&peer);
            }
        }
    }
}

/// A peer, or the network that it has for itself: with IPv6 a machine has 2^64 addresses.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::Peers;
    use std::{net::IpAddr, num::NonZeroU16};

    #[test]
    fn a_peer_has_so_many_connections_and_others_have_theirs() -> Result<(), Box<dyn std::error::Error>> {
        let peers = Peers::new(NonZeroU16::new(2).ok_or("zero")?);
        let of = |text: &str| text.parse::<IpAddr>();
        // One machine, whichever of its addresses it uses.
        for (first, second, third) in [
            ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
            ("192.0.2.2", "::ffff:192.0.2.2", "192.0.2.2"),
            ("2001:db8::1", "2001:db8::2", "2001:db8:0:0:9::3"),
        ] {
            let held = (peers.take(of(first)?), peers.take(of(second)?));
            assert!(held.0.is_some() && held.1.is_some() && peers.take(of(third)?).is_none(), "{first}");
            drop(held.0);
            assert!(peers.take(of(third)?).is_some(), "{first}");
        }
        assert!(peers.take(of("2001:db8:0:1::1")?).is_some());
        let local: Vec<_> = (0..9).map(|_| of("127.0.0.1").map(|peer| peers.take(peer))).collect::<Result<_, _>>()?;
        assert!(local.iter().all(Option::is_some));
        // What ended is not remembered.
        assert!(peers.counts().is_empty());
        Ok(())
    }
}
