//! Hosts of the network, as flags, policies and calls name them: "example.org", "example.org:8443", "*.example.org",
//! "127.0.0.1:8080", "[::1]:8080".

use std::net::Ipv4Addr;

use url::Host;

/// A pattern in the spelling that names of requests have. Refuses what means another host than it seems to.
pub fn canonical(text: &str) -> Result<String, String> {
    let quoted = || format!("'{}'", text.escape_debug());
    if text == "*" {
        return Ok(text.into());
    }
    if text.contains(['/', '@', '?', '#']) {
        return Err(format!(
            "{} is an address: name its host alone, as in \"example.org\" or \"example.org:8443\"",
            quoted()
        ));
    }
    let (host, port) = split_port(text);
    if !text.starts_with('[') && text.matches(':').count() > 1 {
        return Err(format!("{}: an IPv6 address stands in brackets, as in \"[::1]:8080\"", quoted()));
    }
    let port = match port {
        None => String::new(),
        Some(port) => match port.parse::<u16>() {
            Ok(number) if number > 0 && number.to_string() == port => format!(":{number}"),
            _ => return Err(format!("{}: a port is a number from 1 to 65535; without one, all are meant", quoted())),
        },
    };
    let (star, name) = host.strip_prefix("*.").map_or(("", host), |rest| ("*.", rest));
    if name.contains('*') {
        return Err(format!("{}: a '*' stands for names in front, as in \"*.example.org\"", quoted()));
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    let host = Host::parse(name).map_err(|_| format!("{} is no host", quoted()))?;
    match host {
        Host::Ipv4(address) if address.to_string() != name => {
            Err(format!("{} is the address {address}: write it so", quoted()))
        }
        Host::Ipv4(_) | Host::Ipv6(_) if !star.is_empty() => {
            Err(format!("{}: an address has no names in front", quoted()))
        }
        host => Ok(format!("{star}{host}{port}")),
    }
}

/// First the port, or a star for any; then the name from its end on. An address is one part.
pub fn parts(name: &str) -> Vec<&str> {
    if name == "*" {
        return vec!["*"];
    }
    let (host, port) = split_port(name);
    let mut parts = vec![port.unwrap_or("*")];
    match is_address(host) {
        true => parts.push(host),
        false => parts.extend(host.rsplit('.')),
    }
    parts
}

/// Whether a pattern names one address, or this machine: only so may it be a private one without saying more.
pub fn is_literal(pattern: &str) -> bool {
    let (host, _) = split_port(pattern);
    is_address(host) || host == "localhost"
}

fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok()
}

fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_spelling() {
        for (text, expected) in [
            ("Example.ORG", "example.org"),
            ("example.org.", "example.org"),
            ("bücher.example:443", "xn--bcher-kva.example:443"),
            ("*.example.org", "*.example.org"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("[0:0::1]:80", "[::1]:80"),
            ("*", "*"),
        ] {
            assert_eq!(canonical(text).as_deref(), Ok(expected), "{text}");
        }
        for (text, part) in [
            ("https://example.org", "name its host alone"),
            ("example.org/path", "name its host alone"),
            ("u@example.org", "name its host alone"),
            ("::1", "in brackets"),
            ("example.org:0", "a port is"),
            ("example.org:*", "a port is"),
            ("example.org:", "a port is"),
            ("example.org:+80", "a port is"),
            ("0x7f.1", "is the address 127.0.0.1"),
            ("2130706433", "is the address 127.0.0.1"),
            ("*.127.0.0.1", "no names in front"),
            ("a.*.org", "names in front"),
            ("a b", "is no host"),
            ("*.", "is no host"),
        ] {
            let problem = canonical(text).unwrap_err();
            assert!(problem.contains(part), "{text}: {problem}");
        }
    }
}
