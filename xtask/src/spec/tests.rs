//! The scenario passes on stores that are right, and fails on those that are not.

use std::sync::Arc;

use tracking_testkit::{Model, faulty};

use super::*;

fn failures(store: Store) -> (u64, String) {
    let mut report = String::new();
    let counts = run_on(store, &mut |line| report.push_str(line)).unwrap();
    assert_eq!(counts.passed + counts.failed, 52);
    (counts.failed, report)
}

#[test]
fn every_example_passes_on_every_store() {
    for store in stores::chosen("all").unwrap() {
        let (failed, report) = failures(store);
        assert_eq!(failed, 0, "{report}");
    }
}

#[test]
fn a_broken_rule_makes_the_scenario_fail() {
    const BROKEN: &str = "ReusesIds";
    let store = Store {
        name: "broken",
        make: |clock| {
            let fault = faulty::faults()
                .iter()
                .find(|fault| fault.name() == BROKEN)
                .unwrap();
            Ok(fault.wrap(Arc::new(Model::new(clock))))
        },
    };
    let (failed, report) = failures(store);
    assert!(failed > 0, "{report}");
    assert!(report.contains("expected '0000005'"), "{report}");
}

#[test]
fn an_unknown_store_is_a_clear_error() {
    let error = stores::chosen("oracle").unwrap_err().to_string();
    assert!(
        error.starts_with("there is no store \"oracle\"; choose one of btree"),
        "{error}"
    );
}
