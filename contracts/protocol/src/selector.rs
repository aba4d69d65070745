//! Selectors of the contract's constructors and messages: the first four bytes of BLAKE2-256 of a name, as in the contract's
//! metadata.

/// Constructor `new`.
pub const NEW: [u8; 4] = [0x9b, 0xae, 0x9d, 0x5e];
/// Constructor `succeed`.
pub const SUCCEED: [u8; 4] = [0xc6, 0x87, 0x37, 0xa5];
/// Message `submit`.
pub const SUBMIT: [u8; 4] = [0x8e, 0xac, 0x2b, 0xaf];
/// Message `act`.
pub const ACT: [u8; 4] = [0xcd, 0xce, 0xbd, 0x21];
/// Message `import`.
pub const IMPORT: [u8; 4] = [0x03, 0xf3, 0x66, 0x8f];
