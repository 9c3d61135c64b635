//! What a sample speaks of.

/// The lessons of the course, and how many pages each has.
pub(super) const LESSONS: [(&str, u64); 12] = [
    ("01-getting-started", 5),
    ("02-variables", 7),
    ("03-control-flow", 8),
    ("04-ownership", 12),
    ("05-structs", 8),
    ("06-enums-and-matching", 9),
    ("07-collections", 10),
    ("08-error-handling", 9),
    ("09-generics-and-traits", 12),
    ("10-lifetimes", 11),
    ("11-closures-and-iterators", 10),
    ("12-concurrency", 12),
];

/// The first names of learners.
pub(super) const NAMES: [&str; 40] = [
    "aiko", "amina", "anna", "ben", "carlos", "chen", "clara", "david", "elena", "emil", "farah",
    "felix", "fatou", "george", "hana", "igor", "ines", "jonas", "julia", "kofi", "lena", "liam",
    "lucia", "maja", "marco", "maria", "mehmet", "mia", "nadia", "nils", "nora", "olu", "paul",
    "priya", "rosa", "sam", "sofia", "tom", "wei", "yara",
];

/// The pages of the site, with their weights as the first and as a later page of a visit.
pub(super) const PAGES: [(&str, u64); 18] = [
    ("/", 30),
    ("/courses/", 18),
    ("/courses/rust/", 22),
    ("/courses/rust/ownership", 14),
    ("/courses/rust/lifetimes", 8),
    ("/courses/rust/concurrency", 7),
    ("/courses/sql/", 9),
    ("/blog/", 8),
    ("/blog/why-we-teach-rust", 12),
    ("/blog/learning-in-small-steps", 7),
    ("/blog/reading-error-messages", 10),
    ("/pricing", 9),
    ("/about", 4),
    ("/contact", 2),
    ("/login", 12),
    ("/signup", 5),
    ("/search", 4),
    ("/feed.xml", 2),
];

/// The resources that a page loads, with their sizes in bytes.
pub(super) const ASSETS: [(&str, u64); 6] = [
    ("/assets/site.css", 18_432),
    ("/assets/site.js", 41_210),
    ("/assets/logo.svg", 3_120),
    ("/assets/inter.woff2", 98_868),
    ("/assets/hero.webp", 184_320),
    ("/favicon.ico", 1_150),
];

/// Where visits come from.
pub(super) const REFERRERS: [(&str, u64); 9] = [
    ("-", 40),
    ("https://www.google.com/", 28),
    ("https://duckduckgo.com/", 7),
    ("https://www.bing.com/", 5),
    ("https://github.com/rust-lang/rust", 4),
    ("https://users.rust-lang.org/t/learning/12", 5),
    ("https://news.example/item?id=4711", 6),
    ("https://forum.example/thread/beginners", 3),
    ("https://www.example.edu/links.html", 2),
];

/// The user agents of people.
#[rustfmt::skip]
pub(super) const BROWSERS: [(&str, u64); 9] = [
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", 30),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", 12),
    ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36", 16),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1", 17),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15", 8),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", 6),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", 7),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", 6),
    ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", 2),
];

/// The user agents of robots.
#[rustfmt::skip]
pub(super) const ROBOTS: [(&str, u64); 6] = [
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 40),
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", 20),
    ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", 15),
    ("Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers)", 12),
    ("UptimeRobot/2.0 (http://www.uptimerobot.com/)", 8),
    ("curl/8.5.0", 5),
];

/// What scanners look for.
pub(super) const SCANNED: [&str; 6] = [
    "/wp-login.php",
    "/wp-admin/",
    "/.env",
    "/administrator/",
    "/phpmyadmin/",
    "/courses/python/",
];

/// How busy each hour of the day is.
#[rustfmt::skip]
pub(super) const HOURS: [(u64, u64); 24] = [
    (0, 3), (1, 2), (2, 1), (3, 1), (4, 1), (5, 2), (6, 4), (7, 8), (8, 14), (9, 18), (10, 20), (11, 19),
    (12, 16), (13, 18), (14, 19), (15, 18), (16, 17), (17, 16), (18, 18), (19, 24), (20, 27), (21, 22),
    (22, 13), (23, 7),
];
