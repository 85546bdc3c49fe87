//! Conversions while others write.
