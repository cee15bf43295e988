//! Short forms: ports, mounts, devices, commands.

use std::net::IpAddr;

use super::path;

/// One published port, as it is written in the long form.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Port {
    pub host_ip: Option<String>,
    pub target: u16,
    pub published: Option<String>,
    pub protocol: String,
}

/// `[[ip:]host[-range]:]container[-range][/protocol]`.
pub(super) fn ports(text: &str) -> Result<Vec<Port>, String> {
    let (rest, protocol) = text.rsplit_once('/').unwrap_or((text, "tcp"));
    let protocol = protocol.to_ascii_lowercase();
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return Err("the protocol must be tcp, udp or sctp".to_owned());
    }
    let mut parts = rest.rsplitn(3, ':');
    let container = parts.next().unwrap_or_default();
    let host = parts.next().filter(|host| !host.is_empty());
    let ip =
        parts.next().map(|ip| ip.trim_start_matches('[').trim_end_matches(']')).filter(|ip| !ip.is_empty());
    if let Some(ip) = ip
        && ip.parse::<IpAddr>().is_err()
    {
        return Err(format!("{} is no address: ports are [ip:]host:container", super::place::shown(ip)));
    }
    let targets = range(container)?;
    let published = host.map(range).transpose()?;
    let same = published.as_ref().is_none_or(|published| published.len() == targets.len());
    if !same && targets.len() != 1 {
        return Err("the ranges of host and container must be of one length".to_owned());
    }
    let port = |(at, target): (usize, u16)| Port {
        host_ip: ip.map(str::to_owned),
        target,
        published: match &published {
            None => None,
            Some(_) if !same => host.map(str::to_owned),
            Some(published) => published.get(at).map(u16::to_string),
        },
        protocol: protocol.clone(),
    };
    Ok(targets.into_iter().enumerate().map(port).collect())
}

fn range(text: &str) -> Result<Vec<u16>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let port =
        |text: &str| text.parse::<u16>().map_err(|_| format!("{} is no port", super::place::shown(text)));
    let (first, last) = (port(first)?, port(last)?);
    if first > last {
        Err("the range ends before it begins".to_owned())
    } else {
        Ok((first..=last).collect())
    }
}

/// A mount, as it is written in the long form.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mount {
    pub source: Option<String>,
    pub target: String,
    pub read_only: bool,
    pub selinux: Option<String>,
    pub propagation: Option<String>,
    pub nocopy: bool,
}

impl Mount {
    /// Whether the source is a path of the host.
    pub(super) fn is_bind(&self) -> bool {
        self.source
            .as_deref()
            .is_some_and(|source| source.starts_with(['.', '/', '~']) || path::is_windows(source))
    }
}

/// `[source:]target[:modes]`.
pub(super) fn mount(text: &str) -> Result<Mount, String> {
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = text;
    loop {
        // The colon of a drive divides nothing.
        let from = if path::is_windows(rest) && !rest.starts_with('\\') { 2 } else { 0 };
        match rest[from..].find(':') {
            Some(at) => {
                parts.push(&rest[..from + at]);
                rest = &rest[from + at + 1..];
            }
            None => {
                parts.push(rest);
                break;
            }
        }
    }
    let (source, target, modes) = match parts[..] {
        [target] => (None, target, ""),
        [source, target] => (Some(source), target, ""),
        [source, target, modes] => (Some(source), target, modes),
        _ => return Err("has too many colons: volumes are [source:]target[:modes]".to_owned()),
    };
    if target.is_empty() || source == Some("") {
        return Err("has nothing beside a colon: volumes are [source:]target[:modes]".to_owned());
    }
    let mut mount =
        Mount { source: source.map(str::to_owned), target: path::clean_slashes(target), ..Mount::default() };
    for mode in modes.split(',').filter(|mode| !mode.is_empty()) {
        match mode {
            "ro" => mount.read_only = true,
            "rw" => mount.read_only = false,
            "nocopy" => mount.nocopy = true,
            "z" | "Z" => mount.selinux = Some(mode.to_owned()),
            "rprivate" | "private" | "rshared" | "shared" | "rslave" | "slave" => {
                mount.propagation = Some(mode.to_owned());
            }
            // The rest is for other platforms, and Compose passes it by.
            _ => {}
        }
    }
    Ok(mount)
}

/// Whether a part of a mount begins with a drive, which surprises everywhere but on Windows.
pub(super) fn has_drive(text: &str) -> bool {
    path::is_windows(text) && !text.starts_with('\\')
}

/// `source[:target[:permissions]]`.
pub(super) fn device(text: &str) -> Option<(String, String, String)> {
    let parts: Vec<&str> = text.split(':').collect();
    let (source, target, permissions) = match parts[..] {
        [source] => (source, source, "rwm"),
        [source, target] => (source, target, "rwm"),
        [source, target, permissions] => (source, target, permissions),
        _ => return None,
    };
    (!source.is_empty()).then(|| (source.to_owned(), target.to_owned(), permissions.to_owned()))
}

/// Words as a shell splits them: blanks, quotes and backslashes, nothing else.
pub(super) fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => {
                let Some(next) = chars.next() else { return Err("ends in a backslash".to_owned()) };
                let word = word.get_or_insert_default();
                if quote.is_some() && !matches!(next, '"' | '\\' | '$' | '`') {
                    word.push('\\');
                }
                word.push(next);
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("has a quote that is never closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Vec<String> {
        let port = |port: Port| {
            let published = port.published.unwrap_or_default();
            format!("{}|{published}|{}|{}", port.host_ip.unwrap_or_default(), port.target, port.protocol)
        };
        ports(text).unwrap().into_iter().map(port).collect()
    }

    #[test]
    fn ports_have_addresses_ranges_and_protocols() {
        assert_eq!(written("80"), ["||80|tcp"]);
        assert_eq!(written("8080:80/udp"), ["|8080|80|udp"]);
        assert_eq!(written("127.0.0.1:8080:80"), ["127.0.0.1|8080|80|tcp"]);
        assert_eq!(written("127.0.0.1::80"), ["127.0.0.1||80|tcp"]);
        assert_eq!(written("[::1]:8080:80"), ["::1|8080|80|tcp"]);
        assert_eq!(written("3000-3001"), ["||3000|tcp", "||3001|tcp"]);
        assert_eq!(written("9000-9001:80-81"), ["|9000|80|tcp", "|9001|81|tcp"]);
        assert_eq!(written("8000-8010:80"), ["|8000-8010|80|tcp"]);
        for wrong in ["", "x", "80:90-91", "99999", "80/icmp", "90-80", "host:80:80"] {
            assert!(ports(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn mounts_tell_paths_from_names() {
        let both = |text| mount(text).map(|mount| (mount.is_bind(), mount.source, mount.target));
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(both("/data"), Ok((false, None, "/data".into())));
        assert_eq!(both("data:/data"), Ok((false, some("data"), "/data".into())));
        assert_eq!(both("./x:/data:ro"), Ok((true, some("./x"), "/data".into())));
        assert_eq!(both("C:\\x:/data"), Ok((true, some("C:\\x"), "/data".into())));
        assert_eq!(both("v:/data"), Ok((false, None, "v:/data".into())));
        assert!(both("a:b:c:d").is_err() && both(":/x").is_err());
        let modes = mount("data:/b:ro,Z,rshared,nocopy,cached").unwrap();
        assert!(modes.read_only && modes.nocopy);
        assert_eq!((modes.selinux, modes.propagation), (some("Z"), some("rshared")));
    }

    #[test]
    fn commands_are_split_like_a_shell_does() {
        assert_eq!(
            words(r#"a "b c" 'd "e' f\ g "" "x\n""#).unwrap(),
            ["a", "b c", "d \"e", "f g", "", "x\\n"]
        );
        assert!(words("a 'b").is_err() && words("a\\").is_err());
        assert!(words("  ").unwrap().is_empty());
    }
}
