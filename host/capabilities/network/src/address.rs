//! Which addresses a request may go to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is, as far as it matters who may reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere on the Internet.
    Public,
    /// This machine.
    Loopback,
    /// A network that is somebody's own.
    Private,
    /// No server of anybody's that a spell could mean: what it is.
    Never(&'static str),
}

use Reach::{Loopback, Never, Private, Public};

/// Clouds hand out credentials there, to whoever asks.
const METADATA: &[IpAddr] = &[
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// What the address is; of one that carries an IPv4 address in it, what that is.
pub fn reach(address: IpAddr) -> Reach {
    if METADATA.contains(&address) {
        return Never("where clouds hand out credentials");
    }
    match address {
        IpAddr::V4(address) => of_v4(address),
        IpAddr::V6(address) => of_v6(address),
    }
}

/// The registry of special-purpose addresses, as of 2026.
fn of_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [0, ..] => Never("an address of no machine"),
        [127, ..] => Loopback,
        [10, ..] | [192, 168, ..] => Private,
        [172, second, ..] if second & 0xf0 == 16 => Private,
        [100, second, ..] if second & 0xc0 == 64 => Private,
        [169, 254, ..] => Never("link-local"),
        [192, 0, 0, _] => Never("reserved for protocols"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Never("reserved for examples"),
        [192, 88, 99, _] => Never("a relay to IPv6"),
        [198, 18 | 19, ..] => Never("reserved for measurements"),
        [224..=239, ..] => Never("multicast"),
        [240..=255, ..] => Never("reserved"),
        _ => Public,
    }
}

fn of_v6(address: Ipv6Addr) -> Reach {
    if address == Ipv6Addr::LOCALHOST {
        return Loopback;
    }
    if let Some(inner) = address.to_ipv4_mapped() {
        return reach(inner.into());
    }
    let [a, b, c, d, e, f, g, h] = address.segments();
    let last = Ipv4Addr::from((u32::from(g) << 16) | u32::from(h));
    match (a, b) {
        // NAT64 as every network may have it: what it leads to has to be public.
        (0x64, 0xff9b) if (c, d, e, f) == (0, 0, 0, 0) => match reach(last.into()) {
            Public => Public,
            _ => Never("translated to an IPv4 address that is not public"),
        },
        (0x64, 0xff9b) => Never("translated as a network likes it"),
        (0x2001, 0) => Never("a tunnel (Teredo)"),
        (0x2001, 0xdb8) => Never("reserved for examples"),
        (0x2001, second) if second < 0x200 => Never("reserved for protocols"),
        (0x2002, _) => Never("a tunnel (6to4)"),
        (0x3fff, second) if second < 0x1000 => Never("reserved for examples"),
        _ if (e & 0xfdff, f) == (0, 0x5efe) => Never("a tunnel (ISATAP)"),
        (0x2000..=0x3fff, _) => Public,
        (0xfc00..=0xfdff, _) => Private,
        (0xfe80..=0xfebf, _) => Never("link-local"),
        (0xff00.., _) => Never("multicast"),
        _ => Never("an address of no machine"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_what_they_lead_to() {
        for (addresses, expected) in [
            (
                &[
                    "8.8.8.8",
                    "1.1.1.1",
                    "172.32.0.1",
                    "100.128.0.1",
                    "2606:4700::1111",
                    "64:ff9b::8.8.8.8",
                    "::ffff:8.8.8.8",
                ][..],
                "Public",
            ),
            (&["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"], "Loopback"),
            (
                &[
                    "10.0.0.1",
                    "172.16.0.1",
                    "172.31.255.255",
                    "192.168.1.1",
                    "100.64.0.1",
                    "fc00::1",
                    "fdff::1",
                    "::ffff:10.1.2.3",
                ],
                "Private",
            ),
            (
                &[
                    "0.0.0.0",
                    "0.1.2.3",
                    "169.254.0.1",
                    "169.254.169.254",
                    "100.100.100.200",
                    "168.63.129.16",
                    "192.0.0.192",
                    "192.0.2.1",
                    "198.18.0.1",
                    "203.0.113.9",
                    "192.88.99.1",
                    "224.0.0.1",
                    "255.255.255.255",
                    "240.0.0.1",
                    "::",
                    "::127.0.0.1",
                    "::10.0.0.1",
                    "::ffff:169.254.169.254",
                    "::ffff:0:127.0.0.1",
                    "64:ff9b::127.0.0.1",
                    "64:ff9b::a00:1",
                    "64:ff9b:1::7f00:1",
                    "2002:7f00:1::",
                    "2002:808:808::",
                    "2001::1",
                    "2001:db8::1",
                    "fe80::1",
                    "fec0::1",
                    "ff02::1",
                    "fd00:ec2::254",
                    "100::1",
                    "2606:4700::5efe:10.0.0.1",
                    "2606:4700::200:5efe:a00:1",
                    "5f00::1",
                    "3fff::1",
                ],
                "Never",
            ),
        ] {
            for text in addresses {
                let found = format!("{:?}", reach(text.parse().unwrap()));
                assert!(found.starts_with(expected), "{text}: {found}");
            }
        }
    }
}
