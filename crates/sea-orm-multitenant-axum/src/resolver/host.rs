//! The host that a request is for, in one form.

use super::{ResolveError, single_value};
use http::{HeaderName, header::HOST, request::Parts};
use std::net::Ipv6Addr;

/// Something given as the name of a host that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{host}` is not the name of a host; give it without scheme, port and path")]
pub struct InvalidHost {
    host: String,
}

/// A host in its ASCII form, in lower case, without port and trailing dot; or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Host {
    Name(String),
    Address,
}

/// Where to read the host from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HostSource {
    /// The URI's authority, or the `Host` header; both, when they agree.
    Request,
    /// A header that a proxy sets.
    Header(HeaderName),
}

impl HostSource {
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
    /// Reads `name[:port]`.
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
        if is_numeric(name) { Ok(Self::Address) } else { to_ascii(name).map(Self::Name) }
    }

    /// A host of the application's own configuration.
    pub(crate) fn configured(name: &str) -> Result<String, InvalidHost> {
        let invalid = || InvalidHost { host: name.to_owned() };
        match Self::parse(name) {
            Ok(Self::Name(ascii)) if !name.contains(':') => Ok(ascii),
            _ => Err(invalid()),
        }
    }
}

fn check_port(port: &str) -> Result<(), ResolveError> {
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    if digits && port.len() <= 5 { Ok(()) } else { Err(ResolveError::Malformed) }
}

/// An address of IPv4 in any of its notations: what browsers take for one ends in a label that is a number.
fn is_numeric(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let decimal = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    decimal || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The name as DNS has it: lower case, and punycode for what is not ASCII.
fn to_ascii(name: &str) -> Result<String, ResolveError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_plain = name.bytes().all(plain) && !name.to_ascii_lowercase().contains("xn--");
    let ascii = if is_plain {
        name.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii_strict(name).map_err(|_| ResolveError::Malformed)?
    };
    let labels = ascii.len() <= 253 && ascii.split('.').all(|label| (1..=63).contains(&label.len()));
    if labels { Ok(ascii) } else { Err(ResolveError::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("acme.example.org", "acme.example.org")]
    #[case("ACME.Example.ORG.", "acme.example.org")]
    #[case("acme.example.org:8080", "acme.example.org")]
    #[case("bücher.example.org", "xn--bcher-kva.example.org")]
    #[case("XN--BCHER-KVA.example.org", "xn--bcher-kva.example.org")]
    #[case("BÜCHER.example.org:1", "xn--bcher-kva.example.org")]
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
            "acme%2eexample.org"
        )]
        text: &str,
    ) {
        assert_eq!(Host::parse(text), Err(ResolveError::Malformed));
    }

    #[test]
    fn labels_and_names_have_their_limits() {
        assert!(Host::parse(&format!("{}.org", "a".repeat(63))).is_ok());
        assert_eq!(Host::parse(&format!("{}.org", "a".repeat(64))), Err(ResolveError::Malformed));
        assert_eq!(Host::parse(&["abc"; 64].join(".")), Err(ResolveError::Malformed));
    }

    #[test]
    fn a_configured_host_is_a_name_alone() {
        assert_eq!(Host::configured("Bücher.example").as_deref(), Ok("xn--bcher-kva.example"));
        for wrong in ["https://example.org", "example.org:80", "127.0.0.1", "", "*.example.org"] {
            assert!(Host::configured(wrong).is_err(), "{wrong}");
        }
    }
}
