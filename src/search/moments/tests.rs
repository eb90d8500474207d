//! Moments and rises over made-up footage.
