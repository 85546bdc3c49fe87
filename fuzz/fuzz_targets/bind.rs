//! Any values and tenants through the binding; see `binding` in the library for what must hold.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sea_orm_multitenant_fuzz::binding::{self, Input};

fuzz_target!(|input: Input| binding::check(input));
