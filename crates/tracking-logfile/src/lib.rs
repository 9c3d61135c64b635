//! The rotating access log of `tracking`: writer, readers, loader.
