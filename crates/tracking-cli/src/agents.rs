//! Classifies user agents: a browser on an operating system, or a robot.

use std::collections::HashMap;
use std::sync::OnceLock;

use woothee::parser::Parser;

/// The kind of program that a user agent names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Agent {
    /// A browser on an operating system.
    Browser { browser: String, system: String },
    /// Any other program, by its name: a crawler, a feed reader, a monitor, a library.
    Robot(String),
    /// The request has no user agent.
    Unknown,
}

/// The longest part of a user agent that is examined, in bytes.
const MAX_LENGTH: usize = 1000;
/// The most user agents in the cache; the cache is cleared when it is full.
const MAX_KNOWN: usize = 20_000;

/// Parts of the names of robots, in lower case. The parser knows the older ones by name; robots of
/// today mostly say that they are one, or where to read about them.
const ROBOTS: [&str; 21] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "fetch",
    "feed",
    "scrap",
    "monitor",
    "preview",
    "archive",
    "http://",
    "https://",
    "headless",
    "curl",
    "wget",
    "python",
    "java/",
    "libwww",
    "go-http",
    "okhttp",
    "httpclient",
];

/// Names of programming languages and libraries that robots use, in lower case. They are compared
/// with whole words, since they also occur within names of devices.
const ROBOT_WORDS: [&str; 5] = ["axios", "node", "ruby", "perl", "rss"];

/// Names of devices that contain a part of the name of a robot, in lower case.
const DEVICES: [&str; 1] = ["cubot"];

/// Classifies a user agent.
pub(crate) fn agent(text: &str) -> Agent {
    let text = text
        .get(..text.floor_char_boundary(MAX_LENGTH))
        .unwrap_or(text);
    if matches!(text.trim(), "" | "-") {
        return Agent::Unknown;
    }
    let found = parser().parse(text).unwrap_or_default();
    let is_robot = matches!(found.category, "crawler" | "misc") || names_robot(text);
    if is_robot {
        let is_known =
            found.category == "crawler" && ![UNKNOWN, "misc crawler"].contains(&found.name);
        let name = if is_known { found.name } else { product(text) };
        return Agent::Robot(name.to_owned());
    }
    Agent::Browser {
        browser: browser(found.name).to_owned(),
        system: system(found.os).to_owned(),
    }
}

/// Whether a text contains the name of a robot.
fn names_robot(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_word_end = |c: char| !c.is_ascii_alphanumeric();
    lower
        .split(is_word_end)
        .any(|word| ROBOT_WORDS.contains(&word))
        || ROBOTS.iter().any(|part| {
            let mut found = lower.match_indices(part);
            found.any(|(start, _)| !is_in_device(&lower, start))
        })
}

/// Whether what starts at a place is within the name of a device.
fn is_in_device(lower: &str, start: usize) -> bool {
    DEVICES.iter().any(|device| {
        let mut devices = lower.match_indices(device);
        devices.any(|(from, _)| (from..from + device.len()).contains(&start))
    })
}

/// The name that the parser gives to anything it does not know.
const UNKNOWN: &str = "UNKNOWN";

fn parser() -> &'static Parser {
    static PARSER: OnceLock<Parser> = OnceLock::new();
    PARSER.get_or_init(Parser::new)
}

fn browser(name: &str) -> &str {
    match name {
        UNKNOWN | "" => "Other",
        name => name,
    }
}

/// The family of an operating system.
fn system(name: &str) -> &str {
    match name {
        UNKNOWN | "" => "Other",
        "Mac OSX" | "Mac OS Classic" => "macOS",
        "iPhone" | "iPad" | "iPod" | "iOS" => "iOS",
        name if name.starts_with("Windows Phone") => "Windows Phone",
        name if name.starts_with("Windows") => "Windows",
        name => name,
    }
}

/// The product name of a robot: `Googlebot` for `Mozilla/5.0 (compatible;
/// Googlebot/2.1; …)`.
fn product(text: &str) -> &str {
    let words = || text.split([' ', ';', '(', ')', ',', '+']);
    let name = |word: &'_ str| -> bool {
        let is_address = word.contains("://") || word.contains('@');
        !is_address && names_robot(word)
    };
    let robot = words().find(|word| name(word));
    let first = || words().find(|word| !word.is_empty() && !word.starts_with("Mozilla/"));
    let word = robot.or_else(first).unwrap_or(text);
    word.split('/')
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or(word)
}

/// A cache of classified user agents.
#[derive(Debug, Default)]
pub(crate) struct KnownAgents(HashMap<Box<str>, Agent>);

impl KnownAgents {
    /// Classifies a user agent that is given as canonical JSON.
    pub(crate) fn of_json(&mut self, json: &str) -> &Agent {
        static UNKNOWN_AGENT: Agent = Agent::Unknown;
        if !self.0.contains_key(json) {
            if self.0.len() >= MAX_KNOWN {
                self.0.clear();
            }
            let text: Result<String, _> = serde_json::from_str(json);
            let agent = text.map_or(Agent::Unknown, |text| agent(&text));
            self.0.insert(json.into(), agent);
        }
        self.0.get(json).unwrap_or(&UNKNOWN_AGENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(text: &str) -> String {
        match agent(text) {
            Agent::Browser { browser, system } => format!("{browser} on {system}"),
            Agent::Robot(name) => format!("robot {name}"),
            Agent::Unknown => "unknown".into(),
        }
    }

    #[test]
    fn browsers_and_their_systems_are_known() {
        for (text, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
                "Safari on iOS",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
                "Internet Explorer on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Linux; Android 13; ruby1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("Something/1.0", "Other on Other"),
        ] {
            assert_eq!(described(text), expected, "{text}");
        }
    }

    #[test]
    fn robots_have_their_names_and_new_ones_are_known_by_what_they_say() {
        for (text, expected) in [
            (
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "robot Googlebot",
            ),
            (
                "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
                "robot GPTBot",
            ),
            (
                "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36 (compatible; NewBot/1.0)",
                "robot NewBot",
            ),
            ("node-fetch/1.0", "robot node-fetch"),
            ("curl/8.5.0", "robot curl"),
            ("python-requests/2.31.0", "robot python-requests"),
            ("Tiny Tiny RSS/1.11 (http://tt-rss.org/)", "robot RSS"),
            ("", "unknown"),
            ("-", "unknown"),
        ] {
            assert_eq!(described(text), expected, "{text}");
        }
    }

    #[test]
    fn whatever_a_user_agent_says_has_an_answer() {
        let long = "ü".repeat(5000);
        for text in [
            "\u{0}",
            "(((((",
            "Mozilla/",
            "/",
            "+",
            long.as_str(),
            "bot",
            "://bot",
        ] {
            assert!(!described(text).is_empty(), "{text}");
        }
    }
}
