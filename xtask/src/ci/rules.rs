//! What may lean on what, and what each crate may pull.
//!
//! A change here is a change of the house: `docs/architecture.md` has the reasons and changes
//! with it.

/// What the manifest of each crate lists for itself.
#[rustfmt::skip]
pub(super) const DIRECT: &[(&str, &[&str])] = &[
    ("tracking-core", &["chrono", "serde", "serde_json", "thiserror"]),
    ("tracking-testkit", &[
        "chrono", "flate2", "parking_lot", "proptest", "serde", "serde_json", "thiserror", "tracing", "tracking-core",
    ]),
    ("tracking-btree", &["parking_lot", "siphasher", "smallvec", "tracking-core"]),
    ("tracking-sqlite", &["parking_lot", "rusqlite", "rusqlite_migration", "serde_json", "tracing", "tracking-core"]),
    ("tracking-postgres", &[
        "bytes", "futures-util", "parking_lot", "rustls", "rustls-native-certs", "serde_json", "tokio", "tokio-postgres",
        "tokio-postgres-rustls", "tracing", "tracking-core",
    ]),
    ("tracking-logfile", &[
        "chrono", "flate2", "flexi_logger", "serde", "serde_json", "thiserror", "tracing", "tracking-core",
    ]),
    ("tracking-loader", &[
        "blake3", "chrono", "flate2", "regex", "serde", "serde_json", "thiserror", "tracing", "tracking-core",
        "tracking-logfile",
    ]),
    ("tracking-tokio", &[
        "axum", "bytes", "futures-core", "http", "http-body", "pin-project-lite", "serde", "serde_json",
        "thiserror", "tokio", "tower-layer", "tower-service", "tracing", "tracking-core", "tracking-logfile",
    ]),
    ("tracking-views", &[
        "askama", "chrono", "csv", "serde", "serde_json", "thiserror", "tracking-core", "unicode-width",
    ]),
    ("tracking-cli", &[
        "anyhow", "chrono", "chrono-tz", "clap", "clap_complete", "clap_mangen", "ctrlc", "humantime", "indicatif",
        "serde", "serde_json", "tempfile", "terminal_size", "tracking-btree", "tracking-core", "tracking-loader", "tracking-postgres",
        "tracking-sqlite", "tracking-views", "woothee",
    ]),
    ("tracking-bench", &[
        "anyhow", "clap", "hashbrown", "parking_lot", "rusqlite", "rustc-hash", "serde", "serde_json",
        "tempfile", "tracking-btree", "tracking-core", "tracking-loader", "tracking-sqlite", "tracking-views",
    ]),
    ("xtask", &[
        "anyhow", "cargo_metadata", "clap", "serde_json", "tempfile", "tracking-btree", "tracking-core",
        "tracking-logfile", "tracking-postgres", "tracking-sqlite", "tracking-testkit", "tracking-views",
    ]),
];

/// All that comes with a crate that is picked without features, macros that are gone when they
/// run included.
#[rustfmt::skip]
pub(super) const PULLED: &[(&str, &[&str])] = &[
    ("tracking-core", &[
        "chrono", "itoa", "memchr", "num_traits", "proc_macro2", "quote", "serde", "serde_core", "serde_derive",
        "serde_json", "syn", "thiserror", "thiserror_impl", "unicode_ident", "zmij",
    ]),
    ("tracking-tokio", &[
        "chrono", "itoa", "memchr", "num_traits", "proc_macro2", "quote", "serde", "serde_core", "serde_derive",
        "serde_json", "syn", "thiserror", "thiserror_impl", "tracking_core", "unicode_ident", "zmij",
    ]),
    ("tracking-btree", &[
        "chrono", "itoa", "libc", "lock_api", "memchr", "num_traits", "parking_lot", "parking_lot_core", "proc_macro2",
        "quote", "scopeguard", "serde", "serde_core", "serde_derive", "serde_json", "siphasher", "smallvec", "syn",
        "thiserror", "thiserror_impl", "tracking_core", "unicode_ident", "zmij",
    ]),
    ("tracking-logfile", &[
        "chrono", "flexi_logger", "iana_time_zone", "itoa", "log", "memchr", "num_traits", "proc_macro2", "quote", "serde",
        "serde_core", "serde_derive", "serde_json", "syn", "thiserror", "thiserror_impl", "tracking_core", "unicode_ident",
        "zmij",
    ]),
];

/// What a feature of a crate adds to what the crate pulls without any.
#[rustfmt::skip]
pub(super) const FEATURES: &[(&str, &str, &[&str])] = &[
    ("tracking-logfile", "gzip", &["adler2", "cfg_if", "crc32fast", "flate2", "miniz_oxide", "simd_adler32"]),
    ("tracking-logfile", "tracing", &["once_cell", "pin_project_lite", "tracing", "tracing_core"]),
    ("tracking-tokio", "handle", &["futures_core", "pin_project_lite", "tokio"]),
    ("tracking-tokio", "recorder", &[]),
    ("tracking-tokio", "recorder,tracing", &["once_cell", "pin_project_lite", "tracing", "tracing_core"]),
    ("tracking-tokio", "tower", &[
        "bytes", "http", "http_body", "pin_project_lite", "tower_layer", "tower_service",
    ]),
];

/// Features that are checked alone, whatever they pull.
pub(super) const CHECKED_ALONE: &[(&str, &str)] = &[
    ("tracking-sqlite", "tracing"),
    ("tracking-postgres", "tls"),
    ("tracking-postgres", "tracing"),
    ("tracking-loader", "tracing"),
    ("tracking-logfile", "gzip"),
    ("tracking-logfile", "tracing"),
    ("tracking-tokio", "handle"),
    ("tracking-tokio", "recorder"),
    ("tracking-tokio", "logfile"),
    ("tracking-tokio", "tower"),
    ("tracking-tokio", "axum"),
    ("tracking-tokio", "recorder,logfile"),
    ("tracking-tokio", "recorder,handle"),
    ("tracking-tokio", "recorder,tracing"),
];

/// Crates that have default features, checked without them: `SQLite` is then the system's.
pub(super) const CHECKED_WITHOUT_DEFAULTS: &[&str] = &["tracking-sqlite", "tracking-cli"];

/// All that is seen at the top.
pub(super) const TOP: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "crates",
    "docs",
    "target",
    "xtask",
];

/// How long a file may be, tests aside.
pub(super) const MAX_LINES: usize = 600;

/// How long a line of prose may be in a document.
pub(super) const MAX_PROSE_WIDTH: usize = 120;

/// Words that documents and comments no longer use, each with the standard term.
pub(super) const RETIRED_WORDS: &[(&str, &str)] = &[
    ("anew", "again"),
    ("beside", "next to"),
    ("breaks off", "stops"),
    ("broke off", "stopped"),
    ("held against", "compared with"),
    ("lent", "borrowed"),
    ("one's own", "your own"),
    ("passed over", "skipped"),
    ("told apart", "distinguished"),
];

/// Names that the code no longer uses, each with the standard term.
pub(super) const RETIRED_NAMES: &[(&str, &str)] = &[
    ("UnderWay", "LoadSession"),
    ("empty_log", "truncate_wal"),
    ("held_names", "name_cache"),
    ("into_told", "into_core"),
    ("odd_row", "corrupt_row"),
    ("read_at_once", "read_snapshot"),
    ("run_hint", "session_id"),
    ("under_way", "load_session"),
];

/// Names of files that do not say what is in them, each with a better one.
pub(super) const RETIRED_FILES: &[(&str, &str)] = &[
    ("begun", "peeked_log"),
    ("calm", "sanitize"),
    ("dense", "bitmap_sort"),
    ("gather", "queries"),
    ("held_names", "name_cache"),
    ("kept", "persistent"),
    ("known", "write_cache"),
    ("lent", "result_set"),
    ("look", "query_session"),
    ("looking", "query_args"),
    ("moving", "transfer"),
    ("nearby", "rowid_scan"),
    ("odd_row", "corrupt_row"),
    ("pairs", "task_user_index"),
    ("quiet", "idle_polls"),
    ("rest", "residual_filter"),
    ("shapes", "schema"),
    ("shown", "format"),
    ("told", "load_report"),
    ("under_way", "load_session"),
    ("ways", "access_path"),
];
