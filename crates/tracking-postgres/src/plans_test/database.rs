//! The large stores whose plans are read, one of them with partitions.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use tokio_postgres::types::Type;

use crate::PostgresStorage;
use crate::ranges::IdRange;
use crate::statement::Sql;

#[path = "../../tests/tools/server.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
pub(crate) mod server;
#[path = "../../tests/faults/session.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
pub(crate) mod session;

use server::Server;
use session::Session;

/// What makes the store `main` large.
const LARGE_STORE: &str = include_str!("../../tests/tools/large_store.sql");
pub(super) const STORE: &str = "main";
/// The lock under which one of the processes of a test run makes the database.
const LOCK: u32 = 20_261_127;

/// How many tracks the store has, and how many ids a partition covers.
const TRACKS: u64 = 50_000;
pub(super) const PARTITION: u64 = 10_000;

/// Creates the stores, with the ranges that their tracks will need.
fn create_stores(url: &str, session: &Session, partition_every: Option<u64>) {
    let builder = PostgresStorage::builder(url);
    let Some(size) = partition_every else {
        return drop(builder.open().unwrap());
    };
    // No program ends the last range, which an empty one would follow.
    for name in [STORE, "small"] {
        let builder = builder.clone().store(name.parse().unwrap());
        drop(builder.partition_every(10 * size).open().unwrap());
    }
    let mut range = IdRange::ALL;
    for end in (size + 1..TRACKS).step_by(usize::try_from(size).unwrap()) {
        let end = i64::try_from(end).unwrap();
        session.execute(&format!("begin; {}; commit", range.end_before(STORE, end)));
        range.first = end;
    }
}

/// The index of the table of tracks that one of a partition is a part of, by what its name ends in.
const INDEXES_OF_PARTITIONS: &[(&str, &str)] = &[
    ("_part_pkey", "track_pkey"),
    ("_part_store_time_id_idx", "track_time"),
    ("_part_store_task_time_id_idx", "track_task"),
    ("_part_store_username_time_id_idx", "track_user"),
    ("_part_store_run_time_id_idx", "track_run"),
    ("_part_store_task_username_run_time_id_idx", "track_pair"),
    ("_part_left_time_id_idx", "track_field_main_1"),
    ("_part_number_time_id_idx", "track_number_main_1"),
    ("_part", "track"),
];

/// A line of a plan with the names of the whole table instead of those of partitions.
fn without_partitions(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        let is_of_partition = word.starts_with("track_main_") || word.starts_with("track_small_");
        let mut ends = INDEXES_OF_PARTITIONS.iter().filter(|_| is_of_partition);
        ends.find_map(|(end, name)| word.ends_with(end).then_some(*name))
            .unwrap_or(word)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A plan with the names of the whole table, in which what merges sorted partitions is no sort.
fn of_whole_table(plan: Vec<String>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut merges = false;
    for line in plan {
        if !(merges && line.contains("Sort Key")) {
            lines.push(without_partitions(&line));
        }
        merges = line.contains("Merge Append");
    }
    lines
}

/// A large store with an index on `page`.
pub(crate) struct Plans {
    pub(super) store: PostgresStorage,
    /// How many partitions it has.
    pub(super) partitions: u64,
    _server: Server,
}

impl Plans {
    /// Runs a test with a store without partitions and with one that has some; not where no server is
    /// installed.
    pub(crate) fn each(test: impl Fn(&Self)) {
        for partition_every in [None, Some(PARTITION)] {
            if let Some(plans) = Self::open(partition_every) {
                test(&plans);
            }
        }
    }

    /// Opens the store, which the first test makes; nothing where no server is installed.
    pub(super) fn open(partition_every: Option<u64>) -> Option<Self> {
        let server = Server::shared()?;
        let mut hasher = DefaultHasher::new();
        let tables = (
            include_str!("../schema/v4.sql"),
            include_str!("../schema/partitioned.sql"),
        );
        (LARGE_STORE, tables, partition_every).hash(&mut hasher);
        let name = format!("plans_{:x}", hasher.finish());
        let url = format!("postgres://app@127.0.0.1:{}/{name}", server.port());
        let session = Session::open(&server, "postgres");
        session.execute(&format!("select pg_advisory_lock({LOCK})"));
        let is_complete = session.numbers(&format!(
            "select count(*) from pg_shdescription as d join pg_database as b on b.oid = d.objoid \
             where b.datname = '{name}'"
        ));
        if is_complete == [0] {
            session.execute(&format!("drop database if exists {name} with (force)"));
            session.execute(&format!("create database {name}"));
            let own = Session::open(&server, &name);
            create_stores(&url, &own, partition_every);
            own.execute(LARGE_STORE);
            drop(PostgresStorage::builder(&url).index("page").open().unwrap());
            own.execute("vacuum analyze");
            session.execute(&format!("comment on database {name} is 'complete'"));
        }
        let store = PostgresStorage::builder(url)
            .max_connections(1)
            .open()
            .unwrap();
        Some(Self {
            store,
            partitions: partition_every.map_or(1, |size| TRACKS.div_ceil(size)),
            _server: server,
        })
    }

    pub(crate) fn lines(&self, sql: Sql) -> Vec<String> {
        let inner = self.store.inner();
        let rows = self.store.wait_for(async move {
            let connection = inner.connection().await?;
            connection.query(&sql).await
        });
        of_whole_table(rows.unwrap().iter().map(|row| row.get(0)).collect())
    }

    /// The plan for the values of a statement, as the server makes it for one that is not prepared.
    pub(super) fn plan(&self, sql: Sql) -> Vec<String> {
        self.lines(sql.explain("costs off"))
    }

    /// How many pages a statement looks at.
    pub(super) fn pages(&self, sql: Sql) -> u64 {
        let lines = self.lines(sql.explain("analyze, buffers, costs off, timing off, summary off"));
        let buffers = lines
            .iter()
            .find_map(|line| line.trim().strip_prefix("Buffers: shared "));
        let counts = buffers.unwrap_or_else(|| panic!("{lines:?}")).split(' ');
        let counts = counts.filter_map(|count| count.split_once('=')?.1.parse::<u64>().ok());
        counts.sum()
    }

    /// The plan for any values of a statement, as the server may make it for a prepared one.
    pub(super) fn general_plan(&self, sql: &Sql) -> Vec<String> {
        assert!(sql.is_reusable());
        let text = sql.text();
        let types: Vec<String> = sql.types().iter().map(Type::to_string).collect();
        let types = if types.is_empty() {
            String::new()
        } else {
            format!("({})", types.join(", "))
        };
        let values = match sql.types().len() {
            0 => String::new(),
            _ => format!("({})", some_values(sql).join(", ")),
        };
        let prepare = format!(
            "set plan_cache_mode = force_generic_plan; deallocate all; prepare p {types} as {text}"
        );
        let inner = self.store.inner();
        let explain = Sql::composed(format!("explain (costs off) execute p {values}"));
        let rows = self.store.wait_for(async move {
            let connection = inner.pool.extra().await?;
            connection.execute(&prepare).await?;
            connection.query(&explain).await
        });
        of_whole_table(rows.unwrap().iter().map(|row| row.get(0)).collect())
    }
}

/// Values for which some partitions are looked at.
fn some_values(sql: &Sql) -> Vec<&'static str> {
    let types = sql.types();
    let values = types.iter().map(|of| match *of {
        Type::INT8 => "25000",
        Type::INT8_ARRAY => "'{1,25000}'",
        Type::TEXT => "'main'",
        Type::TEXT_ARRAY => "'{main}'",
        Type::TIMESTAMPTZ => "'2026-01-02'",
        _ => "null",
    });
    values.collect()
}
