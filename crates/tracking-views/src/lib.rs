//! Tracks, runs and counts of `tracking` as text and HTML.
