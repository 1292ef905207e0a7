//! Hosts and regions as names, the prefixes of hosts, and who we say we are.
//!
//! The SDK puts an operation's prefix in front of every endpoint, a custom one included. A host without dots
//! or an IP address cannot have such names beside it, so there the prefix is taken off again,
//! before the request is signed.

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept, context::BeforeTransmitInterceptorContextMut, dyn_dispatch_hint,
        },
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

#[derive(Debug, Clone)]
pub(crate) struct Hosts {
    /// Those of the service.
    pub(crate) prefixes: &'static [&'static str],
    /// `AWS_DISABLE_HOST_PREFIX_INJECTION=true`.
    pub(crate) never_prefixed: bool,
}

#[dyn_dispatch_hint]
impl Intercept for Hosts {
    fn name(&self) -> &'static str {
        "Hosts"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        if let Some(uri) = without_prefix(request.uri(), self.prefixes, self.never_prefixed) {
            request.set_uri(uri)?;
        }
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.request_mut().headers_mut();
        let sdk = headers.get("user-agent").unwrap_or_default();
        let ours = format!("omics-upload/{} {sdk}", env!("CARGO_PKG_VERSION"));
        headers.insert("user-agent", ours);
        Ok(())
    }
}

/// The scheme, the host with its port, and the rest.
fn split(uri: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = uri.split_once("://")?;
    let (host, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    Some((scheme, host, rest))
}

fn without_port(host: &str) -> &str {
    host.rsplit_once(':').map_or(host, |(host, _port)| host)
}

/// Whether an endpoint is one of AWS's, such as one inside a private network.
pub(crate) fn is_of_aws(url: &str) -> bool {
    const DOMAINS: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"];
    split(url).is_some_and(|(_, host, _)| {
        let host = without_port(host).to_ascii_lowercase();
        DOMAINS.iter().any(|domain| host.ends_with(domain))
    })
}

/// Whether requests can be made to a URL.
pub(super) fn is_url(url: &str) -> bool {
    let parsed = url.parse::<hyper::Uri>().ok();
    parsed.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    })
}

/// Whether something can be the name of a region: it becomes a part of host names.
pub(crate) fn is_region(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// The URI without its host's prefix, if it must not have one.
fn without_prefix(uri: &str, prefixes: &[&str], never: bool) -> Option<String> {
    let (scheme, host, rest) = split(uri)?;
    let bare = prefixes.iter().find_map(|prefix| host.strip_prefix(prefix))?;
    let host = without_port(bare);
    let is_address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
    (never || is_address || !host.contains('.')).then(|| format!("{scheme}://{bare}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIXES: [&str; 3] = ["control-storage-", "storage-", "tags-"];

    #[test]
    fn only_hosts_that_can_have_names_beside_them_keep_the_prefix() {
        for (uri, wanted) in [
            ("http://storage-localhost:4566/a?b=c", Some("http://localhost:4566/a?b=c")),
            ("http://control-storage-127.0.0.1:80/x", Some("http://127.0.0.1:80/x")),
            ("http://storage-[::1]:80/x", Some("http://[::1]:80/x")),
            ("http://control-storage-[::1]/x", Some("http://[::1]/x")),
            ("https://storage-proxy/x", Some("https://proxy/x")),
            ("http://tags-localhost?x", Some("http://localhost?x")),
            ("https://storage-omics.us-east-1.amazonaws.com/x", None),
            ("https://control-storage-omics.example.org:8443/x", None),
            ("http://localhost/storage-x", None),
        ] {
            assert_eq!(without_prefix(uri, &PREFIXES, false).as_deref(), wanted, "{uri}");
        }
        assert_eq!(
            without_prefix("https://storage-omics.example.org/x", &PREFIXES, true).as_deref(),
            Some("https://omics.example.org/x")
        );
    }

    #[test]
    fn the_endpoints_of_aws_are_known_by_their_domain() {
        for (url, ours) in [
            ("https://omics.eu-west-1.amazonaws.com", true),
            ("https://vpce-1-2.storage-omics.eu-west-1.vpce.amazonaws.com/", true),
            ("https://Omics.us-east-1.API.aws:443", true),
            ("http://127.0.0.1:4566", false),
            ("http://[::1]:4566/x", false),
            ("https://omics.example.org/?x=.amazonaws.com", false),
            ("https://notamazonaws.com", false),
            ("omics.eu-west-1.amazonaws.com", false),
        ] {
            assert_eq!(is_of_aws(url), ours, "{url}");
        }
    }

    #[test]
    fn a_region_is_a_part_of_a_host_name() {
        assert!(is_region("us-east-1") && is_region("mars-1"));
        for bad in ["", "us east 1", "US-EAST-1", "a.b", "a/b", &"x".repeat(64)] {
            assert!(!is_region(bad), "{bad}");
        }
    }
}
