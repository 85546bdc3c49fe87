//! Any declaration through the derive; see `declaration` in the library for what must hold.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sea_orm_multitenant_fuzz::declaration;

fuzz_target!(|input: &[u8]| declaration::check(input));
