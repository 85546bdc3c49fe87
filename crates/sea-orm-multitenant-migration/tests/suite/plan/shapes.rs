//! Shapes of tables that conversions meet.
