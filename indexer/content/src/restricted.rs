//! Restricted contents: encrypted to the audit keys of their readers, in the age format (<https://age-encryption.org/v1>).
//!
//! Readers are a standard recipients file: one `age1…` a line, `#` before a comment. An identity is a standard identity file,
//! plain or encrypted with a passphrase, as `age -p` and `rage -p` write and read it. Everything streams: memory does not depend
//! on a content's size.

use age::{
    Decryptor, Encryptor,
    secrecy::{ExposeSecret as _, SecretString},
    x25519,
};
use std::{
    io::{self, BufRead, BufReader, Chain, Cursor, Read, Write},
    str::FromStr as _,
};
use zeroize::Zeroizing;

/// What every ciphertext begins with.
pub const MAGIC: &[u8] = b"age-encryption.org/v1\n";
/// Longest file of readers or of an identity in bytes.
pub const LONGEST_FILE: u64 = 64 * 1024;
/// Most readers of a content.
const MOST: usize = 64;
/// Longest header of a ciphertext in bytes; 64 readers take a tenth of it.
pub(crate) const LONGEST_HEADER: usize = 64 * 1024;
/// Most lines of a header: `age` parses all of it again for each.
const MOST_LINES: usize = 1024;
/// What the last line of a header begins with; nothing else in it does.
const HEADER_ENDS: &[u8] = b"---";
/// Bytes between the header and what is encrypted.
pub(crate) const NONCE: usize = 16;
/// Bytes that are moved at a time.
const STEP: usize = 64 * 1024;

/// Who may read: public halves of audit readers' keys.
#[derive(Clone)]
pub struct Readers(Vec<x25519::Recipient>);

/// A reader's key.
pub struct Identity(Vec<x25519::Identity>);

/// What does not work out with restricted contents.
#[derive(Debug, thiserror::Error)]
pub enum RestrictedError {
    /// A line of a file of readers is no recipient.
    #[error("line {line} of the readers is no age recipient of X25519 (age1…)")]
    NoRecipient {
        /// The line, from 1.
        line: usize,
    },
    /// There is no reader, or there are too many.
    #[error("there are {0} readers; there must be one to {MOST}")]
    Count(usize),
    /// A file of an identity holds none.
    #[error("the file holds no age identity of X25519 (AGE-SECRET-KEY-1…)")]
    NoIdentity,
    /// An identity is encrypted with a passphrase, and none was given.
    #[error("the identity is encrypted with a passphrase")]
    Locked,
    /// The passphrase is another one.
    #[error("the passphrase does not open the identity")]
    Passphrase,
    /// The file of an identity asks for more work than is sensible.
    #[error("the identity asks for too much work: scrypt with 2^{0}")]
    Work(u8),
    /// The bytes are no file in the age format.
    #[error("the bytes are no file in the age format, or it was changed")]
    Malformed,
    /// It is encrypted to other readers.
    #[error("it is not encrypted to this identity")]
    NotForUs,
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl RestrictedError {
    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoRecipient { .. } => "give one age1… a line; `greatseal key reader` prints it",
            Self::Count(_) => "name at least one reader, and not the same crowd for everything",
            Self::NoIdentity => "give the file that `greatseal key reader`, `age-keygen` or `rage-keygen` wrote",
            Self::Locked => "give its passphrase",
            Self::Passphrase => "type it again; nothing opens the identity without it",
            Self::Work(_) => "have it encrypted again by its owner: this one would keep the machine busy",
            Self::Malformed => "ask another indexer for it, or whoever encrypted it",
            Self::NotForUs => "use another identity; those whom it is encrypted to were chosen when it was brought",
            Self::Io(_) => "look at the file, the disk and the connection",
        }
    }
}

impl Readers {
    /// Reads a recipients file.
    ///
    /// # Errors
    ///
    /// [`RestrictedError::NoRecipient`], [`RestrictedError::Count`].
    pub fn parse(text: &str) -> Result<Self, RestrictedError> {
        let lines = (1..).zip(text.lines()).map(|(number, line)| (number, line.trim()));
        let said = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let read = |(line, text)| x25519::Recipient::from_str(text).map_err(|_| RestrictedError::NoRecipient { line });
        let readers = said.map(read).collect::<Result<Vec<_>, _>>()?;
        match readers.len() {
            1..=MOST => Ok(Self(readers)),
            count => Err(RestrictedError::Count(count)),
        }
    }

    /// Their texts, `age1…` each.
    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

impl Identity {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        Self(vec![x25519::Identity::generate()])
    }

    /// Reads an identity file; `passphrase` is asked for where it is encrypted.
    ///
    /// # Errors
    ///
    /// [`RestrictedError`]; [`RestrictedError::Locked`] where `passphrase` gives none.
    pub fn parse(
        bytes: &[u8],
        passphrase: impl FnOnce() -> Option<Zeroizing<String>>,
    ) -> Result<Self, RestrictedError> {
        if !bytes.starts_with(MAGIC) {
            return Self::plain(bytes);
        }
        let decryptor = decryptor(bytes)?;
        if !decryptor.is_scrypt() {
            return Err(RestrictedError::NoIdentity);
        }
        let passphrase = passphrase().ok_or(RestrictedError::Locked)?;
        let key = age::scrypt::Identity::new(SecretString::from(passphrase.as_str().to_owned()));
        let opened = decryptor.decrypt(std::iter::once(&key as &dyn age::Identity));
        let opened = opened.map_err(|error| match of_decryption(error) {
            RestrictedError::NotForUs | RestrictedError::Malformed => RestrictedError::Passphrase,
            other => other,
        })?;
        let mut text = Zeroizing::new(Vec::new());
        opened.take(LONGEST_FILE).read_to_end(&mut text).map_err(|_| RestrictedError::Malformed)?;
        Self::plain(&text)
    }

    fn plain(bytes: &[u8]) -> Result<Self, RestrictedError> {
        let text = std::str::from_utf8(bytes).map_err(|_| RestrictedError::NoIdentity)?;
        let said = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let identities = said.map(|line| x25519::Identity::from_str(line).map_err(|_| RestrictedError::NoIdentity));
        let identities = identities.collect::<Result<Vec<_>, _>>()?;
        if identities.is_empty() { Err(RestrictedError::NoIdentity) } else { Ok(Self(identities)) }
    }

    /// An identity file, encrypted with a passphrase; `age` and `rage` read it.
    ///
    /// # Errors
    ///
    /// [`RestrictedError::Io`].
    pub fn sealed(&self, passphrase: &str) -> Result<Vec<u8>, RestrictedError> {
        let encryptor = Encryptor::with_user_passphrase(SecretString::from(passphrase.to_owned()));
        let mut sealed = Vec::new();
        let mut writer = encryptor.wrap_output(&mut sealed)?;
        for identity in &self.0 {
            let secret = identity.to_string();
            writer.write_all(format!("# public key: {}\n", identity.to_public()).as_bytes())?;
            writer.write_all(secret.expose_secret().as_bytes())?;
            writer.write_all(b"\n")?;
        }
        writer.finish()?;
        Ok(sealed)
    }

    /// Public halves: whom to encrypt to.
    pub fn readers(&self) -> Readers {
        Readers(self.0.iter().map(x25519::Identity::to_public).collect())
    }
}

/// Encrypts to the readers, whoever they are: each of them can read it alone.
///
/// # Errors
///
/// [`RestrictedError::Io`].
pub fn encrypt(readers: &Readers, from: &mut impl Read, to: &mut impl Write) -> Result<(), RestrictedError> {
    let recipients = readers.0.iter().map(|recipient| recipient as &dyn age::Recipient);
    // Fails only where recipients do not go together; these are of one kind, and at least one.
    let encryptor = Encryptor::with_recipients(recipients).map_err(|_| RestrictedError::Count(readers.0.len()))?;
    let mut writer = encryptor.wrap_output(to)?;
    pipe(from, &mut writer)?;
    writer.finish()?;
    Ok(())
}

/// Decrypts with an identity. What was written before an error must not be used: every 64 KiB is authenticated by itself, and
/// only the end tells that nothing is missing.
///
/// # Errors
///
/// [`RestrictedError::NotForUs`], [`RestrictedError::Malformed`], [`RestrictedError::Io`].
pub fn decrypt(identity: &Identity, from: &mut impl Read, to: &mut impl Write) -> Result<(), RestrictedError> {
    let decryptor = decryptor(from)?;
    let identities = identity.0.iter().map(|identity| identity as &dyn age::Identity);
    let mut reader = decryptor.decrypt(identities).map_err(of_decryption)?;
    let mut buffer = Zeroizing::new(vec![0; STEP]);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => to.write_all(buffer.get(..length).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(of_reading(error)),
        }
    }
}

/// A ciphertext whose header was read already.
type Begun<R> = Chain<Cursor<Vec<u8>>, BufReader<R>>;

/// Reads a header. `age` has no limit for one, and would keep whoever opens a stranger's file busy for as long as that is.
pub(crate) fn decryptor<R: Read>(from: R) -> Result<Decryptor<Begun<R>>, RestrictedError> {
    let mut from = BufReader::with_capacity(STEP, from);
    let mut begins = header(&mut from)?;
    let mut nonce = [0; NONCE];
    from.read_exact(&mut nonce).map_err(of_reading)?;
    begins.extend(nonce);
    // A header that goes on behind its last line ends here: it is not read on into what follows.
    Decryptor::new_buffered(begins.as_slice()).map_err(of_decryption)?;
    Decryptor::new_buffered(Cursor::new(begins).chain(from)).map_err(of_decryption)
}

/// The bytes of a header, up to its last line.
fn header(from: &mut impl BufRead) -> Result<Vec<u8>, RestrictedError> {
    let mut from = from.take(u64::try_from(LONGEST_HEADER).unwrap_or(u64::MAX));
    let mut header = Vec::new();
    for _ in 0..MOST_LINES {
        let begins = header.len();
        from.read_until(b'\n', &mut header).map_err(of_reading)?;
        match header.get(begins..) {
            Some(line) if !line.ends_with(b"\n") => break,
            Some(line) if line.starts_with(HEADER_ENDS) => return Ok(header),
            _ => {}
        }
    }
    Err(RestrictedError::Malformed)
}

fn pipe(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut buffer = Zeroizing::new(vec![0; STEP]);
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => to.write_all(buffer.get(..length).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// A stream that does not authenticate, or ends early, is told by these kinds.
fn of_reading(error: io::Error) -> RestrictedError {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => RestrictedError::Malformed,
        _ => RestrictedError::Io(error),
    }
}

fn of_decryption(error: age::DecryptError) -> RestrictedError {
    match error {
        age::DecryptError::NoMatchingKeys => RestrictedError::NotForUs,
        age::DecryptError::ExcessiveWork { required, .. } => RestrictedError::Work(required),
        age::DecryptError::Io(error) => of_reading(error),
        // The rest says in which place the file is wrong, and the list is open.
        _ => RestrictedError::Malformed,
    }
}
