//! The contract, one test for each of its topics, and the recordings.

use std::collections::BTreeSet;

use tracking_testkit::{Context, cases};

use crate::database::{store, store_for_recordings};

/// Sees whether stores with partitions keep the rules about something.
#[expect(clippy::print_stdout, reason = "it names the rule that fails")]
fn check(topic: &str) {
    for case in cases().iter().filter(|case| case.topic() == topic) {
        println!("the rule {topic}::{}", case.name());
        case.run(&Context::plain(store));
    }
}

macro_rules! topics {
    ($($topic:ident)*) => {
        $(#[test]
        fn $topic() {
            check(stringify!($topic));
        })*

        #[test]
        fn no_topic_is_missing() {
            let tested = BTreeSet::from([$(stringify!($topic)),*]);
            let all: BTreeSet<&str> = cases().iter().map(|case| case.topic()).collect();
            assert_eq!(tested, all);
        }
    };
}

topics! {
    batch_ids batches by_id changes checkpoints concurrency counting data delayed errors exclusion expiry fields
    grouping indexes keys last names numbers orders patterns queries removal restore retention run_counts
    run_queries run_removal runs save sessions specification times transfer update users visits
}

tracking_testkit::trace_tests!(store_for_recordings);
