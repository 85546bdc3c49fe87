//! The host of a request, in one normal form.

use crate::{
    reads::Reads,
    resolver::resolve::{ResolveError, single_value},
};
use http::{HeaderName, header::HOST, request::Parts};
use std::net::Ipv6Addr;

/// A configured host that is not a valid host name, or one host with two tenants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{host}` {what}")]
pub struct InvalidHost {
    host: String,
    what: &'static str,
}

impl InvalidHost {
    fn no_host(host: &str) -> Self {
        let what = "is not a valid host name; write it without scheme, port and path";
        Self { host: host.to_owned(), what }
    }

    pub(super) fn listed_twice(host: &str) -> Self {
        Self { host: host.to_owned(), what: "is listed with two tenants; remove one" }
    }
}

/// A host as DNS has it: ASCII in lower case, without port and trailing dot; or an IP address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Host {
    Name(String),
    Address,
}

/// Where to read the host from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HostSource {
    /// The URI's authority, or the `Host` header; if both are present they must agree.
    Request,
    /// A header that a proxy sets.
    Header(HeaderName),
}

impl HostSource {
    /// The header that the host is read from. A URI's authority takes the place of `Host`.
    pub(crate) fn reads(&self) -> Reads {
        match self {
            Self::Request => Reads::headers([HOST]),
            Self::Header(name) => Reads::headers([name.clone()]),
        }
    }

    pub(crate) fn host(&self, request: &Parts) -> Result<Option<Host>, ResolveError> {
        match self {
            Self::Header(name) => single_value(request, name)?.map(Host::parse).transpose(),
            Self::Request => {
                let header = single_value(request, &HOST)?.map(Host::parse).transpose()?;
                let uri =
                    request.uri.authority().map(|authority| Host::parse(authority.as_str())).transpose()?;
                match (uri, header) {
                    (Some(uri), Some(header)) if uri != header => Err(ResolveError::Ambiguous),
                    (uri, header) => Ok(uri.or(header)),
                }
            }
        }
    }
}

impl Host {
    /// Parses `name[:port]`. The name must be in DNS's form except for the case of ASCII letters and one trailing dot:
    /// another form would be read differently by other programs that see the same request.
    fn parse(text: &str) -> Result<Self, ResolveError> {
        if let Some(bracketed) = text.strip_prefix('[') {
            let (address, port) = bracketed.split_once(']').ok_or(ResolveError::Malformed)?;
            address.parse::<Ipv6Addr>().map_err(|_| ResolveError::Malformed)?;
            return match port.strip_prefix(':') {
                Some(port) => check_port(port).map(|()| Self::Address),
                None if port.is_empty() => Ok(Self::Address),
                None => Err(ResolveError::Malformed),
            };
        }
        let name = match text.split_once(':') {
            Some((name, port)) => check_port(port).map(|()| name)?,
            None => text,
        };
        let name = name.strip_suffix('.').unwrap_or(name);
        if is_numeric(name) { Ok(Self::Address) } else { canonical(name).map(Self::Name) }
    }

    /// Parses a host of the application's own configuration, which may be written in Unicode: `bücher.example`.
    pub(crate) fn configured(name: &str) -> Result<String, InvalidHost> {
        let invalid = || InvalidHost::no_host(name);
        if name.contains(':') {
            return Err(invalid());
        }
        let ascii = if name.is_ascii() { name.to_owned() } else { punycode(name).ok_or_else(invalid)? };
        match Self::parse(&ascii) {
            Ok(Self::Name(host)) => Ok(host),
            Ok(Self::Address) | Err(_) => Err(invalid()),
        }
    }
}

/// Converts a name to ASCII if the name is its own Unicode form except for case. Soft hyphens, full-width letters and
/// the like, which IDNA removes or maps, make a name that is not what it seems to be.
fn punycode(name: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(name).ok()?;
    let (unicode, valid) = idna::domain_to_unicode(&ascii);
    (valid.is_ok() && unicode == name.to_lowercase()).then_some(ascii)
}

fn check_port(port: &str) -> Result<(), ResolveError> {
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    let none = port.is_empty();
    if none || (digits && port.parse::<u16>().is_ok()) { Ok(()) } else { Err(ResolveError::Malformed) }
}

/// Whether a host is an IPv4 address in any notation: browsers treat a host whose last label is a number as one.
fn is_numeric(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let decimal = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    decimal || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Converts the name to lower case, if it is a valid DNS name.
fn canonical(name: &str) -> Result<String, ResolveError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let name = name.to_ascii_lowercase();
    let valid = name.len() <= 253 && name.bytes().all(plain) && name.split('.').all(is_canonical_label);
    if valid { Ok(name) } else { Err(ResolveError::Malformed) }
}

/// Whether a label has a valid length and, if it is punycode, is the encoding of its Unicode form.
fn is_canonical_label(label: &str) -> bool {
    let is_punycode = label.starts_with("xn--");
    (1..=63).contains(&label.len())
        && (!is_punycode || idna::domain_to_ascii_strict(label).is_ok_and(|ascii| ascii == label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("acme.example.org", "acme.example.org")]
    #[case("ACME.Example.ORG.", "acme.example.org")]
    #[case("acme.example.org:8080", "acme.example.org")]
    #[case("XN--BCHER-KVA.example.org", "xn--bcher-kva.example.org")]
    #[case("acme.example.org:", "acme.example.org")]
    #[case("acme.example.org.:65535", "acme.example.org")]
    #[case("xn--fa-hia.example.org", "xn--fa-hia.example.org")]
    #[case("my_tenant.example.org", "my_tenant.example.org")]
    fn a_name_has_one_form(#[case] text: &str, #[case] name: &str) {
        assert_eq!(Host::parse(text), Ok(Host::Name(name.to_owned())));
    }

    #[rstest]
    fn an_address_is_no_name(
        #[values(
            "127.0.0.1",
            "127.0.0.1:80",
            "127.1",
            "2130706433",
            "0x7f.1",
            "acme.0x7f",
            "[::1]",
            "[::1]:80"
        )]
        text: &str,
    ) {
        assert_eq!(Host::parse(text), Ok(Host::Address));
    }

    #[rstest]
    fn other_text_is_malformed(
        #[values(
            "",
            ".",
            "acme..example.org",
            "acme.example.org..",
            ".example.org",
            "user@acme.example.org",
            "a b.example.org",
            "acme.example.org:port",
            "acme.example.org:1:2",
            "acme/example",
            "[::1",
            "[acme]",
            "[::1]x",
            "xn--\u{80}.org",
            "acme\0.example.org",
            "acme%2eexample.org",
            "%61cme.example.org",
            "acme.example.org:65536",
            "acme.example.org:+80",
            // IDNA would map these to `acme`, or to another tenant's name.
            "ac\u{ad}me.example.org",
            "ac\u{200b}me.example.org",
            "\u{feff}acme.example.org",
            "\u{ff41}\u{ff43}\u{ff4d}\u{ff45}.example.org",
            "ACM\u{ff25}.example.org",
            "acme\u{3002}example.org",
            "acme\u{ff0e}example.org",
            "\u{24d0}cme.example.org",
            "\u{212a}ey.example.org",
            "\u{fb01}x.example.org",
            "bücher.example.org",
            "BÜCHER.example.org",
            "bu\u{308}cher.example.org",
            // Punycode of text that IDNA maps, of ASCII, and of nothing.
            "xn--acme-.example.org",
            "xn--acme-zzz.example.org",
            "xn--a.example.org",
            "xn--.example.org",
            "xn--bcher-kvA\u{ad}.example.org"
        )]
        text: &str,
    ) {
        assert_eq!(Host::parse(text), Err(ResolveError::Malformed));
    }

    #[rstest]
    #[case("Example.ORG", Some("example.org"))]
    #[case("example.org.", Some("example.org"))]
    #[case("bücher.example", Some("xn--bcher-kva.example"))]
    #[case("BÜCHER.example", Some("xn--bcher-kva.example"))]
    #[case("XN--BCHER-KVA.example", Some("xn--bcher-kva.example"))]
    #[case("straße.example", Some("xn--strae-oqa.example"))]
    #[case("bu\u{308}cher.example", None)]
    #[case("ac\u{ad}me.example", None)]
    #[case("\u{ff41}cme.example", None)]
    #[case("acme\u{3002}example", None)]
    #[case("example.org:80", None)]
    #[case("127.0.0.1", None)]
    #[case("http://example.org", None)]
    #[case("", None)]
    fn a_configured_host_may_be_written_as_people_do(#[case] name: &str, #[case] host: Option<&str>) {
        assert_eq!(Host::configured(name).ok().as_deref(), host);
    }

    #[test]
    fn labels_and_names_have_maximum_lengths() {
        assert!(Host::parse(&format!("{}.org", "a".repeat(63))).is_ok());
        assert_eq!(Host::parse(&format!("{}.org", "a".repeat(64))), Err(ResolveError::Malformed));
        assert_eq!(Host::parse(&["abc"; 64].join(".")), Err(ResolveError::Malformed));
    }

    #[test]
    fn a_configured_host_has_no_scheme_port_or_path() {
        assert_eq!(Host::configured("Bücher.example").as_deref(), Ok("xn--bcher-kva.example"));
        for wrong in ["https://example.org", "example.org:80", "127.0.0.1", "", "*.example.org"] {
            assert!(Host::configured(wrong).is_err(), "{wrong}");
        }
    }
}
