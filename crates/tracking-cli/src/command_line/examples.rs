//! Examples of every command, which its help shows and a test runs.

/// The examples of a command, as `run show` is one.
pub(super) fn of(path: &str) -> Vec<&'static str> {
    let found = EXAMPLES.iter().filter(|(command, _)| *command == path);
    found.map(|(_, example)| *example).collect()
}

/// Each command with an example. They can be run in a folder with a log, `access.log`, that was
/// loaded into `tracks.db`.
const EXAMPLES: &[(&str, &str)] = &[
    ("overview", "tracking overview access.log"),
    (
        "overview",
        "tracking overview --store sqlite:tracks.db --from 7d --without assets,robots",
    ),
    (
        "overview",
        "tracking overview --store sqlite:tracks.db --panel field:method",
    ),
    (
        "site",
        "tracking site --store sqlite:tracks.db --output www",
    ),
    (
        "site",
        "tracking site access.log --output www --without robots",
    ),
    (
        "list",
        "tracking list --store sqlite:tracks.db --user anna --limit 20",
    ),
    (
        "list",
        "tracking list access.log --status 4xx --format csv --output errors.csv",
    ),
    ("show", "tracking show 1 --store sqlite:tracks.db"),
    (
        "runs",
        "tracking runs --store sqlite:tracks.db --state unfinished --limit 20",
    ),
    ("run", "tracking run 1 --store sqlite:tracks.db"),
    ("run show", "tracking run 1 --store sqlite:tracks.db"),
    (
        "run start",
        "tracking run start lesson-1 --store sqlite:tracks.db",
    ),
    ("run stop", "tracking run stop 1 --store sqlite:tracks.db"),
    (
        "run expire",
        "tracking run expire --untouched 1h --store sqlite:tracks.db",
    ),
    (
        "run remove",
        "tracking run remove --empty --ended-before 90d --dry-run --store sqlite:tracks.db",
    ),
    ("task", "tracking task /lesson --store sqlite:tracks.db"),
    ("user", "tracking user anna --store sqlite:tracks.db"),
    ("tasks", "tracking tasks --store sqlite:tracks.db --top 10"),
    (
        "users",
        "tracking users --store sqlite:tracks.db --task /lesson",
    ),
    (
        "count",
        "tracking count --by user,day --store sqlite:tracks.db",
    ),
    ("count", "tracking count --by field:status access.log"),
    (
        "count",
        "tracking count --by day --distinct user --store sqlite:tracks.db",
    ),
    ("count", "tracking count --status 4xx access.log"),
    ("load", "tracking load --store sqlite:tracks.db access.log"),
    (
        "load",
        "tracking load --store sqlite:tracks.db --except-task '*.css' access.log",
    ),
    ("logs", "tracking logs list --store sqlite:tracks.db"),
    ("logs list", "tracking logs list --store sqlite:tracks.db"),
    ("check-format", "tracking check-format access.log"),
    ("report", "tracking report access.log"),
    (
        "report",
        "tracking report access.log --without assets,robots --html report.html",
    ),
    (
        "save",
        "tracking save lesson-1 anna '{\"page\": 2}' --store sqlite:tracks.db",
    ),
    (
        "update",
        "tracking update 1 '{\"checked\": true}' --store sqlite:tracks.db",
    ),
    (
        "remove",
        "tracking remove --task /start --dry-run --store sqlite:tracks.db",
    ),
    (
        "erase",
        "tracking erase anna --list-mentions --store sqlite:tracks.db",
    ),
    (
        "rename-user",
        "tracking rename-user anna anne --store sqlite:tracks.db",
    ),
    (
        "prune",
        "tracking prune --older-than 90d --dry-run --store sqlite:tracks.db",
    ),
    (
        "export",
        "tracking export --store sqlite:tracks.db tracks.jsonl",
    ),
    (
        "import",
        "tracking import --store sqlite:copy.db tracks.jsonl",
    ),
    (
        "copy",
        "tracking copy --store sqlite:tracks.db --to sqlite:other.db",
    ),
    (
        "backup",
        "tracking backup --store sqlite:tracks.db backup.db",
    ),
    (
        "restore",
        "tracking restore tracks.db --store sqlite:restored.db",
    ),
    (
        "restore",
        "tracking restore backup.db --replace --store sqlite:tracks.db",
    ),
    ("check", "tracking check --store sqlite:tracks.db"),
    (
        "changes",
        "tracking changes --enable --store sqlite:tracks.db",
    ),
    ("reindex", "tracking reindex --store sqlite:tracks.db"),
    (
        "index",
        "tracking index add status --store sqlite:tracks.db",
    ),
    (
        "index add",
        "tracking index add status --store sqlite:tracks.db",
    ),
    ("index list", "tracking index list --store sqlite:tracks.db"),
    (
        "index drop",
        "tracking index drop status --store sqlite:tracks.db",
    ),
    ("shrink", "tracking shrink --store sqlite:tracks.db"),
    ("stores", "tracking stores --store sqlite:tracks.db"),
    ("demo", "tracking demo"),
    (
        "demo",
        "tracking demo big --size large --seed 7 --until 2026-11-23",
    ),
    ("completions", "tracking completions bash"),
    ("man", "tracking man"),
];
