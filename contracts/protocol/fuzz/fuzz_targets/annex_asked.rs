#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| greatseal_models::fuzz::decode::asked(bytes));
