//! Files of PEM (RFC 7468): each is read whole, or refused.

use crate::check::regular;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use std::{io::Read as _, os::unix::fs::MetadataExt as _, path::Path};

/// Most bytes of a file.
const MOST: u64 = 1024 * 1024;

/// The bytes of a file, and its mode: that of the file that was read, wherever its name leads by then.
///
/// # Errors
///
/// Why it cannot be read, in words.
pub(crate) fn bytes(path: &Path) -> Result<(Vec<u8>, u32), String> {
    let (file, about) = regular(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(MOST.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    match u64::try_from(bytes.len()).is_ok_and(|length| length <= MOST) {
        true => Ok((bytes, about.mode() & 0o7777)),
        false => Err("larger than 1 MiB".to_owned()),
    }
}

/// The certificates of a file, in its order; there may be none.
///
/// # Errors
///
/// Why they cannot be read, in words.
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let (bytes, _) = bytes(path)?;
    let read = CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>();
    read.map_err(|_| "it is no list of certificates in PEM".to_owned())
}
