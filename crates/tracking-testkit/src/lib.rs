//! The contract of `tracking` as tests for any store: conformance suite, naive model, trace replay.
