//! Copying and comparing memory, eight bytes at a time.
//!
//! The compiler's own routines go byte by byte where addresses are not aligned, which SCALE's hardly ever are: they were
//! three fifths of what an approval costs. PolkaVM reads and writes words at any address for the same price.
//!
//! These symbols take the place of weak ones in `compiler_builtins`. None of them may be written so that the compiler sees
//! a copy in it, and calls itself.

use core::ptr;

/// One read and one write of a `$word` at an offset.
macro_rules! copy {
    ($word:ty, $to:expr, $from:expr, $at:expr) => {
        ptr::write_unaligned($to.wrapping_add($at).cast::<$word>(), ptr::read_unaligned($from.wrapping_add($at).cast()))
    };
}

/// Copies `count` bytes between places that do not overlap.
///
/// # Safety
///
/// C's: `from` can be read and `to` be written for so many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    let (mut target, mut source, mut left) = (to, from, count);
    // SAFETY: every access begins and ends within the `count` bytes, because `left` counts what is not yet copied; the last
    // words may cover bytes for the second time, which is the same as once.
    unsafe {
        while left >= 32 {
            let four = ptr::read_unaligned(source.cast::<[u64; 4]>());
            ptr::write_unaligned(target.cast::<[u64; 4]>(), four);
            (target, source, left) = (target.wrapping_add(32), source.wrapping_add(32), left.wrapping_sub(32));
        }
        while left >= 8 {
            copy!(u64, target, source, 0);
            (target, source, left) = (target.wrapping_add(8), source.wrapping_add(8), left.wrapping_sub(8));
        }
        match left {
            0 => {}
            1 if count == 1 => copy!(u8, target, source, 0),
            _ if count >= 8 => {
                let back = left.wrapping_sub(8);
                copy!(u64, target, source, back);
            }
            4.. => {
                let back = left.wrapping_sub(4);
                copy!(u32, target, source, 0);
                copy!(u32, target, source, back);
            }
            _ => {
                copy!(u8, target, source, left / 2);
                copy!(u8, target, source, left.wrapping_sub(1));
                copy!(u8, target, source, 0);
            }
        }
    }
    to
}

/// Fills `count` bytes.
///
/// # Safety
///
/// C's: `to` can be written for so many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memset(to: *mut u8, byte: i32, count: usize) -> *mut u8 {
    let byte = u64::from(byte.to_le_bytes()[0]);
    let word = byte.wrapping_mul(0x0101_0101_0101_0101);
    let (mut target, mut left) = (to, count);
    // SAFETY: every write begins and ends within the `count` bytes, because `left` counts what is not yet filled.
    unsafe {
        while left >= 32 {
            // One by one: from an array they would be copied, and go to the stack first.
            ptr::write_unaligned(target.cast(), word);
            ptr::write_unaligned(target.wrapping_add(8).cast(), word);
            ptr::write_unaligned(target.wrapping_add(16).cast(), word);
            ptr::write_unaligned(target.wrapping_add(24).cast(), word);
            (target, left) = (target.wrapping_add(32), left.wrapping_sub(32));
        }
        while left > 0 {
            *target = byte.to_le_bytes()[0];
            (target, left) = (target.wrapping_add(1), left.wrapping_sub(1));
        }
    }
    to
}

/// Compares `count` bytes: negative, zero or positive, as the first that differ.
///
/// # Safety
///
/// C's: both can be read for so many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcmp(one: *const u8, two: *const u8, count: usize) -> i32 {
    let mut at = 0;
    // SAFETY: every read ends at or before `count`.
    unsafe {
        while count.wrapping_sub(at) >= 8 {
            let left = ptr::read_unaligned(one.wrapping_add(at).cast::<u64>());
            let right = ptr::read_unaligned(two.wrapping_add(at).cast::<u64>());
            if left != right {
                break;
            }
            at = at.wrapping_add(8);
        }
        while at < count {
            let (left, right) = (*one.wrapping_add(at), *two.wrapping_add(at));
            if left != right {
                return i32::from(left).wrapping_sub(i32::from(right));
            }
            at = at.wrapping_add(1);
        }
    }
    0
}

/// Whether `count` bytes differ.
///
/// # Safety
///
/// [`memcmp`]'s.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bcmp(one: *const u8, two: *const u8, count: usize) -> i32 {
    // SAFETY: the caller's.
    unsafe { memcmp(one, two, count) }
}
