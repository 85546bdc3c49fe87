//! Any text through the rewriter; see `rewrite` in the library for what must hold.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use sea_orm_multitenant_fuzz::rewrite;

fuzz_target!(|input: &[u8]| rewrite::check(input));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    rewrite::mutate(data, size, max_size, seed)
        .unwrap_or_else(|| libfuzzer_sys::fuzzer_mutate(data, size, max_size))
});
