//! Whether a request comes from a program on this machine that means this sandbox: not from a page in
//! a browser, nor by a name that was made to lead here, nor from another user.

use std::net::IpAddr;

use hyper::http::request::Parts;

use crate::sandbox::rules::ApiError;

/// What requests have to bring besides a signature.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// The one access key that is accepted; any is if there is none.
    pub(crate) access_key: Option<String>,
    /// Host names that are accepted besides those of loopback.
    pub(crate) hosts: Vec<String>,
}

impl Gate {
    /// Looks at what a browser cannot forge. The port is not looked at: it is another one where it is
    /// forwarded.
    pub(crate) fn check_origin(&self, head: &Parts) -> Result<(), ApiError> {
        let denied = |message: &str| Err(ApiError::unsigned("AccessDeniedException", message));
        if head.headers.contains_key("origin") {
            return denied("The sandbox does not answer pages in a browser ('Origin')");
        }
        let mut named = head.headers.get_all("host").iter().map(|host| host.to_str().ok());
        let (Some(Some(host)), None) = (named.next(), named.next()) else {
            return denied("The 'Host' header must be there once");
        };
        let of_target = head.uri.authority().map(hyper::http::uri::Authority::as_str);
        if [Some(host), of_target].into_iter().flatten().all(|host| self.is_known(host)) {
            return Ok(());
        }
        denied("The sandbox answers requests to 'localhost' and loopback addresses only ('Host')")
    }

    pub(crate) fn check_key(&self, access_key: &str) -> Result<(), ApiError> {
        if self.access_key.as_ref().is_none_or(|known| known == access_key) {
            return Ok(());
        }
        let message = "The security token included in the request is invalid.";
        Err(ApiError::unsigned("UnrecognizedClientException", message))
    }

    fn is_known(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        // What SDKs put before the name of an endpoint.
        let name = ["control-storage-", "storage-"]
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix))
            .unwrap_or(&name);
        let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let address = address.unwrap_or(name).parse::<IpAddr>();
        address.is_ok_and(|address| address.is_loopback())
            || matches!(name, "localhost" | "localhost.")
            || name.ends_with(".localhost")
            || self.hosts.iter().any(|known| known == name)
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    fn status(gate: &Gate, target: &str, headers: &[(&str, &str)]) -> u16 {
        let mut request = Request::builder().uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        gate.check_origin(&head).map_or_else(|error| error.status, |()| 200)
    }

    #[test]
    fn hosts_are_loopback_and_pages_are_refused() {
        let gate = Gate { hosts: vec!["omics.test.example".to_owned()], ..Gate::default() };
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "localhost.:1",
            "127.0.0.1:4000",
            "127.9.9.9",
            "[::1]:80",
            "storage-localhost:1",
            "control-storage-localhost:1",
            "storage-127.0.0.1:1",
            "storage-omics.localhost:1",
            "control-storage-omics.test.example",
        ] {
            assert_eq!(status(&gate, "/", &[("host", host)]), 200, "{host}");
        }
        for host in [
            "attacker.example:4000",
            "localhost.attacker.example",
            "127.0.0.1.attacker.example:80",
            "0.0.0.0:4000",
            "[::]:4000",
            "192.0.2.1",
            "user@attacker.example",
            "storage-",
            "localhost:x",
            "",
        ] {
            assert_eq!(status(&gate, "/", &[("host", host)]), 403, "{host}");
        }
        let local = ("host", "localhost:1");
        assert_eq!(status(&gate, "/", &[]), 403);
        assert_eq!(status(&gate, "/", &[local, local]), 403);
        assert_eq!(status(&gate, "http://attacker.example/", &[local]), 403);
        assert_eq!(status(&gate, "http://localhost:1/", &[local]), 200);
        for origin in ["null", "http://localhost:1", "https://attacker.example"] {
            assert_eq!(status(&gate, "/", &[local, ("origin", origin)]), 403);
        }
    }

    #[test]
    fn only_the_key_of_a_private_sandbox_is_accepted() {
        let open = Gate::default();
        let private = Gate { access_key: Some("ours".to_owned()), ..Gate::default() };
        assert!(open.check_key("any").is_ok() && private.check_key("ours").is_ok());
        assert_eq!(private.check_key("any").unwrap_err().code, "UnrecognizedClientException");
    }
}
