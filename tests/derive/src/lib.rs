//! Has tests only: what the derive accepts, and its message for each mistake.
