//! Which network addresses the world may send us to: everything that is not an ordinary public host is refused.
//!
//! The lists are IANA's registries of special-purpose addresses, whole, whether an entry is said to be globally reachable or not
//! (<https://www.iana.org/assignments/iana-ipv4-special-registry>, <https://www.iana.org/assignments/iana-ipv6-special-registry>),
//! and multicast. What embeds an IPv4 address in an IPv6 one is refused whatever it embeds: nobody publishes such an address for a host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A block of addresses that no request of ours goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserved {
    first: IpAddr,
    bits: u8,
    /// What it is for.
    pub purpose: &'static str,
}

impl Reserved {
    /// The block that `address` is in, or nothing where it is an ordinary public host's.
    pub fn of(address: IpAddr) -> Option<Self> {
        if let Some(block) = BLOCKS.iter().find(|block| block.contains(address)) {
            return Some(*block);
        }
        match address {
            // RFC 3513 and its successors: only this eighth of the space has been given out for unicast.
            IpAddr::V6(v6) if v6.segments()[0] & 0xe000 != 0x2000 => Some(UNASSIGNED),
            IpAddr::V4(_) | IpAddr::V6(_) => None,
        }
    }

    /// Whether it is this machine's own address, in its plain forms `127.0.0.0/8` and `::1`.
    pub fn is_loopback(self) -> bool {
        self.purpose == LOOPBACK
    }

    fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => same(first.to_bits().into(), address.to_bits().into(), self.bits, 32),
            (IpAddr::V6(first), IpAddr::V6(address)) => same(first.to_bits(), address.to_bits(), self.bits, 128),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

fn same(first: u128, address: u128, bits: u8, width: u8) -> bool {
    let rest = u32::from(width - bits);
    first.checked_shr(rest) == address.checked_shr(rest)
}

const LOOPBACK: &str = "loopback";

const UNASSIGNED: Reserved = v6([0; 8], 0, "not given out");

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8, purpose: &'static str) -> Reserved {
    Reserved { first: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), bits, purpose }
}

const fn v6(segments: [u16; 8], bits: u8, purpose: &'static str) -> Reserved {
    let s = segments;
    Reserved { first: IpAddr::V6(Ipv6Addr::new(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7])), bits, purpose }
}

const BLOCKS: [Reserved; 44] = [
    v4(0, 0, 0, 0, 8, "this network"),
    v4(10, 0, 0, 0, 8, "private"),
    v4(100, 64, 0, 0, 10, "shared between a provider and its customers"),
    v4(127, 0, 0, 0, 8, LOOPBACK),
    // Cloud metadata (169.254.169.254, 169.254.170.2) and what Lambda has inside.
    v4(169, 254, 0, 0, 16, "link-local"),
    // A cloud's metadata under a public number.
    v4(168, 63, 129, 16, 32, "metadata"),
    v4(172, 16, 0, 0, 12, "private"),
    v4(192, 0, 0, 0, 24, "protocol assignments"),
    v4(192, 0, 2, 0, 24, "documentation"),
    v4(192, 31, 196, 0, 24, "AS112"),
    v4(192, 52, 193, 0, 24, "AMT"),
    v4(192, 88, 99, 0, 24, "6to4 relay"),
    v4(192, 168, 0, 0, 16, "private"),
    v4(192, 175, 48, 0, 24, "AS112"),
    v4(198, 18, 0, 0, 15, "benchmarking"),
    v4(198, 51, 100, 0, 24, "documentation"),
    v4(203, 0, 113, 0, 24, "documentation"),
    v4(224, 0, 0, 0, 4, "multicast"),
    v4(240, 0, 0, 0, 4, "reserved and broadcast"),
    v6([0; 8], 128, "unspecified"),
    v6([0, 0, 0, 0, 0, 0, 0, 1], 128, LOOPBACK),
    v6([0; 8], 96, "IPv4-compatible"),
    v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, "IPv4-mapped"),
    v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96, "IPv4-translated"),
    v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "IPv4 behind NAT64"),
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "IPv4 behind local NAT64"),
    v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "discarded"),
    v6([0x100, 0, 0, 1, 0, 0, 0, 0], 64, "dummy"),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, "Teredo"),
    v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48, "benchmarking"),
    v6([0x2001, 3, 0, 0, 0, 0, 0, 0], 32, "AMT"),
    v6([0x2001, 4, 0x112, 0, 0, 0, 0, 0], 48, "AS112"),
    v6([0x2001, 0x10, 0, 0, 0, 0, 0, 0], 28, "ORCHID"),
    v6([0x2001, 0x20, 0, 0, 0, 0, 0, 0], 28, "ORCHIDv2"),
    v6([0x2001, 0x30, 0, 0, 0, 0, 0, 0], 28, "drone identifiers"),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "protocol assignments"),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "documentation"),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "6to4"),
    v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48, "AS112"),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "documentation"),
    v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16, "segment routing"),
    // A cloud's metadata (fd00:ec2::254) too.
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "unique local"),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 9, "link-local and site-local"),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "multicast"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn purpose(text: &str) -> Option<&'static str> {
        Reserved::of(text.parse().unwrap()).map(|block| block.purpose)
    }

    #[test]
    fn the_ends_of_every_block_are_in_it_and_its_neighbours_are_judged_for_themselves() {
        for block in BLOCKS {
            let (first, last) = match block.first {
                IpAddr::V4(first) => {
                    let last = first.to_bits() | u32::MAX.checked_shr(block.bits.into()).unwrap_or(0);
                    (IpAddr::V4(first), IpAddr::V4(Ipv4Addr::from_bits(last)))
                }
                IpAddr::V6(first) => {
                    let last = first.to_bits() | u128::MAX.checked_shr(block.bits.into()).unwrap_or(0);
                    (IpAddr::V6(first), IpAddr::V6(Ipv6Addr::from_bits(last)))
                }
            };
            for address in [first, last] {
                assert!(block.contains(address), "{address} is {}", block.purpose);
                assert!(Reserved::of(address).is_some(), "{address}");
            }
        }
    }

    #[test]
    fn each_class_is_refused_in_every_form() {
        let cases = [
            ("0.0.0.0", "this network"),
            ("0.1.2.3", "this network"),
            ("10.0.0.1", "private"),
            ("172.16.0.1", "private"),
            ("172.31.255.255", "private"),
            ("192.168.1.1", "private"),
            ("100.64.0.1", "shared between a provider and its customers"),
            ("100.100.100.200", "shared between a provider and its customers"),
            ("127.0.0.1", LOOPBACK),
            ("127.255.0.9", LOOPBACK),
            ("169.254.169.254", "link-local"),
            ("169.254.170.2", "link-local"),
            ("169.254.79.1", "link-local"),
            ("168.63.129.16", "metadata"),
            ("192.0.0.170", "protocol assignments"),
            ("192.0.2.1", "documentation"),
            ("198.51.100.7", "documentation"),
            ("203.0.113.7", "documentation"),
            ("198.18.0.1", "benchmarking"),
            ("198.19.255.255", "benchmarking"),
            ("192.31.196.1", "AS112"),
            ("192.175.48.1", "AS112"),
            ("192.52.193.1", "AMT"),
            ("192.88.99.1", "6to4 relay"),
            ("224.0.0.1", "multicast"),
            ("239.255.255.250", "multicast"),
            ("240.0.0.1", "reserved and broadcast"),
            ("255.255.255.255", "reserved and broadcast"),
            ("::", "unspecified"),
            ("::1", LOOPBACK),
            ("::127.0.0.1", "IPv4-compatible"),
            ("::ffff:127.0.0.1", "IPv4-mapped"),
            ("::ffff:10.0.0.1", "IPv4-mapped"),
            ("::ffff:169.254.169.254", "IPv4-mapped"),
            ("::ffff:8.8.8.8", "IPv4-mapped"),
            ("::ffff:0:127.0.0.1", "IPv4-translated"),
            ("64:ff9b::7f00:1", "IPv4 behind NAT64"),
            ("64:ff9b::a9fe:a9fe", "IPv4 behind NAT64"),
            ("64:ff9b:1::1", "IPv4 behind local NAT64"),
            ("100::1", "discarded"),
            ("100:0:0:1::1", "dummy"),
            ("2001::1", "Teredo"),
            ("2001:2::1", "benchmarking"),
            ("2001:3::1", "AMT"),
            ("2001:4:112::1", "AS112"),
            ("2001:10::1", "ORCHID"),
            ("2001:20::1", "ORCHIDv2"),
            ("2001:30::1", "drone identifiers"),
            ("2001:1ff::1", "protocol assignments"),
            ("2001:db8::1", "documentation"),
            ("2002:7f00:1::1", "6to4"),
            ("2620:4f:8000::1", "AS112"),
            ("3fff:fff::1", "documentation"),
            ("5f00::1", "segment routing"),
            ("fc00::1", "unique local"),
            ("fd00:ec2::254", "unique local"),
            ("fe80::1", "link-local and site-local"),
            ("fec0::1", "link-local and site-local"),
            ("ff02::1", "multicast"),
            ("4000::1", "not given out"),
            ("1::1", "not given out"),
        ];
        for (address, expected) in cases {
            assert_eq!(purpose(address), Some(expected), "{address}");
        }
    }

    #[test]
    fn public_hosts_are_not_refused() {
        let public = [
            "8.8.8.8",
            "1.1.1.1",
            "93.184.216.34",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2003::1",
            "2606:4700:4700::1111",
            "2a00:1450:4001:830::200e",
            "2620:4f:8001::1",
        ];
        for address in public {
            assert_eq!(purpose(address), None, "{address}");
        }
    }

    #[test]
    fn loopback_is_known_in_its_plain_forms_alone() {
        let is_loopback = |text: &str| Reserved::of(text.parse().unwrap()).is_some_and(Reserved::is_loopback);
        assert!(is_loopback("127.0.0.1") && is_loopback("::1"));
        for other in ["::ffff:127.0.0.1", "::127.0.0.1", "0.0.0.0", "::", "10.0.0.1", "64:ff9b::7f00:1"] {
            assert!(!is_loopback(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_form_that_embeds_an_ipv4_address_is_let_through(bits: u32) {
            let v4 = Ipv4Addr::from_bits(bits);
            let low = u128::from(bits);
            let mapped = v4.to_ipv6_mapped();
            let compatible = Ipv6Addr::from_bits(low);
            let nat64 = Ipv6Addr::from_bits((0x0064_ff9b_u128 << 96) | low);
            let six_to_four = Ipv6Addr::from_bits((0x2002_u128 << 112) | (low << 80));
            for address in [mapped, compatible, nat64, six_to_four] {
                prop_assert!(Reserved::of(address.into()).is_some(), "{address}");
            }
        }

        // The standard library's own words for the classes that it knows agree with the list.
        #[test]
        fn what_the_standard_library_calls_special_is_refused(bits: u32) {
            let v4 = Ipv4Addr::from_bits(bits);
            let special = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast()
                || v4.is_documentation() || v4.is_unspecified();
            if special {
                prop_assert!(Reserved::of(v4.into()).is_some(), "{v4}");
            }
        }
    }
}
