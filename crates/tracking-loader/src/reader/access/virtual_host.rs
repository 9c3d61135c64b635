//! The virtual host that some servers write in front of a line.

use std::net::IpAddr;

use super::Scan;

/// A virtual host and its port: `www.example.org:443`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VirtualHost<'a> {
    pub(super) name: &'a str,
    pub(super) port: Option<u16>,
}

impl<'a> VirtualHost<'a> {
    /// Takes a word for one.
    pub(super) fn of(word: &'a str) -> Self {
        let with_port = word.rsplit_once(':').and_then(|(name, port)| {
            let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            let port = digits.then(|| port.parse().ok()).flatten();
            port.filter(|_| !name.is_empty()).map(|port| (name, port))
        });
        match with_port {
            Some((name, port)) => Self {
                name,
                port: Some(port),
            },
            None => Self {
                name: word,
                port: None,
            },
        }
    }

    /// Takes one where there is one for sure: with one word more than usual before the time, and
    /// with a port, or else with the client and its identity after it.
    pub(super) fn before(scan: &mut Scan<'a>) -> Option<Self> {
        let rest = scan.rest();
        let time = rest.find(" [")?;
        let mut words = rest.get(..time)?.split(' ').filter(|word| !word.is_empty());
        let (word, client, ident) = (words.next()?, words.next()?, words.next()?);
        let _user = words.next()?;
        if words.next().is_some() {
            return None;
        }
        let found = Self::of(word);
        // An IPv6 address looks as if it had a port.
        let is_it = match found.port {
            Some(_) => !is_address(word),
            None => !is_address(word) && client != "-" && (ident == "-" || is_address(client)),
        };
        let length = rest.get(word.len()..)?.find(|c| c != ' ')?;
        is_it.then(|| {
            scan.skip(word.len() + length);
            found
        })
    }
}

fn is_address(word: &str) -> bool {
    word.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_what_comes_after_the_last_colon() {
        let of = |word| {
            let found = VirtualHost::of(word);
            (found.name, found.port)
        };
        assert_eq!(of("www.example.org:443"), ("www.example.org", Some(443)));
        assert_eq!(of("[::1]:80"), ("[::1]", Some(80)));
        assert_eq!(of("www.example.org"), ("www.example.org", None));
        assert_eq!(of("a:b"), ("a:b", None));
        assert_eq!(of("a:99999"), ("a:99999", None));
        assert_eq!(of(":80"), (":80", None));
        assert_eq!(of("a:"), ("a:", None));
        assert_eq!(of("a:+8"), ("a:+8", None));
    }
}
