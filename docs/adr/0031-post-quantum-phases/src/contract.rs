//! The contract: no ink!, an allocator that frees nothing, one verification.

extern crate alloc;

use core::{
    alloc::{GlobalAlloc, Layout},
    cell::UnsafeCell,
};
use ml_dsa::{MlDsa65, Signature, VerifyingKey};
use pallet_revive_uapi::{HostFn, HostFnImpl, ReturnFlags};

const KEY: usize = 1_952;
const SIGNATURE: usize = 3_309;
const CONTEXT: &[u8] = b"GREATSEAL-V1:companion";
const HEAP: usize = 512 * 1024;

/// Memory, and how much of it is given away.
struct Bump(UnsafeCell<([u8; HEAP], usize)>);

// SAFETY: a contract has one thread.
unsafe impl Sync for Bump {}

// SAFETY: each answer lies within the memory, is aligned as asked, and is never given twice.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread, and no reference outlives this call.
        let (memory, used) = unsafe { &mut *self.0.get() };
        let base = memory.as_mut_ptr();
        let start = (base as usize + *used).next_multiple_of(layout.align()) - base as usize;
        match start + layout.size() {
            end if end <= HEAP => {
                *used = end;
                // SAFETY: `start` is within the memory.
                unsafe { base.add(start) }
            }
            _ => core::ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static MEMORY: Bump = Bump(UnsafeCell::new(([0; HEAP], 0)));

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: traps.
    unsafe { core::arch::asm!("unimp", options(noreturn)) }
}

#[polkavm_derive::polkavm_export]
extern "C" fn deploy() {}

#[polkavm_derive::polkavm_export]
extern "C" fn call() {
    let mut data = alloc::vec![0; HostFnImpl::call_data_size() as usize];
    HostFnImpl::call_data_copy(&mut &mut data[..], 0);
    HostFnImpl::return_value(ReturnFlags::empty(), &[u8::from(verify(&data))]);
}

/// Without a message nothing is verified: the base of a call.
fn verify(data: &[u8]) -> bool {
    let Some((key, rest)) = data.split_at_checked(KEY) else { return false };
    let Some((signature, message)) = rest.split_at_checked(SIGNATURE).filter(|(_, message)| !message.is_empty()) else {
        return false;
    };
    let (Ok(key), Ok(signature)) = (key.try_into(), Signature::<MlDsa65>::try_from(signature)) else { return false };
    VerifyingKey::<MlDsa65>::decode(&key).verify_with_context(message, CONTEXT, &signature)
}
