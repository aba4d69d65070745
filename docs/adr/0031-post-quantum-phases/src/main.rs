//! For PolkaVM: a contract that verifies one ML-DSA-65 signature; call data is key (1,952), signature (3,309), message.
//! For the host: links that ELF file, `greatseal-companion-probe ELF BLOB`.

#![cfg_attr(target_arch = "riscv64", no_std, no_main)]

#[cfg(target_arch = "riscv64")]
mod contract;

/// Stack in bytes: the matrix and its vectors lie there before they are boxed.
#[cfg(not(target_arch = "riscv64"))]
const STACK: u32 = 256 * 1024;

#[cfg(not(target_arch = "riscv64"))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use polkavm_linker::{Config, TargetInstructionSet, program_from_elf};
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [elf, blob] = arguments.as_slice() else { return Err("usage: greatseal-companion-probe ELF BLOB".into()) };
    let mut config = Config::default();
    config.set_strip(true);
    config.set_optimize(true);
    config.set_min_stack_size(STACK);
    let linked = program_from_elf(config, TargetInstructionSet::ReviveV1, &std::fs::read(elf)?);
    Ok(std::fs::write(blob, linked.map_err(|error| error.to_string())?)?)
}
