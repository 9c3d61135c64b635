//! Each example that `--help` gives of how logs are read can be meant.

use crate::tool::Place;

/// The text in backticks in the help of `load`.
fn examples(place: &Place) -> Vec<String> {
    let help = place.run(&["help", "load"]).out;
    // Examples may be broken into lines.
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    help.split('`')
        .skip(1)
        .step_by(2)
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn every_example_of_how_logs_are_read_can_be_meant() {
    let place = Place::with_log();
    let (mut maps, mut times, mut names) = (0, 0, 0);
    for example in examples(&place) {
        let options = if example.starts_with("task=") {
            maps += 1;
            vec!["--map".to_owned(), example]
        } else if example.contains('%')
            || ["rfc3339", "clf"].contains(&example.as_str())
            || example.starts_with("unix")
        {
            times += 1;
            vec![
                "--map".to_owned(),
                "task=a,time=b".to_owned(),
                "--time-format".to_owned(),
                example,
            ]
        } else if example.parse::<tracking_loader::Format>().is_ok() {
            names += 1;
            vec!["--log-format".to_owned(), example]
        } else {
            continue;
        };
        let options: Vec<_> = options.iter().map(String::as_str).collect();
        let ran = place.run(
            &[
                &["load", "access.log", "--store", "sqlite:x.db", "--dry-run"],
                &options[..],
            ]
            .concat(),
        );
        assert_ne!(ran.status, Some(2), "{options:?}: {}", ran.err);
    }
    assert_eq!((maps, names), (1, tracking_loader::Format::ALL.len()));
    assert!(times >= 5, "{times}");
}
