//! Which proxy a request goes through, and tunnels through proxies.
//!
//! A proxy's URL may hold a password: it is sent to the proxy, and shown nowhere.

use aws_smithy_runtime_api::box_error::BoxError;
use bytes::Bytes;
use http_body_util::Empty;
use hyper::{
    Method, Request, StatusCode, Uri,
    client::conn::http1,
    header::{HOST, PROXY_AUTHORIZATION},
    upgrade::Upgraded,
};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::link::Transport;
use crate::types::{Escaped, keep_url};

/// Why a proxy did not let a request through.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    #[error("the proxy `{}` cannot be reached", Escaped::new(proxy))]
    Unreachable {
        proxy: String,
        #[source]
        error: BoxError,
    },
    #[error("the proxy `{}` hung up", Escaped::new(proxy))]
    HungUp {
        proxy: String,
        #[source]
        error: hyper::Error,
    },
    #[error(
        "the proxy `{}` refused to connect to `{to}`: it answered with status {status}",
        Escaped::new(proxy)
    )]
    Refused { proxy: String, to: String, status: StatusCode },
}

impl ProxyError {
    pub(crate) fn unreachable(proxy: &Intercept, error: BoxError) -> Self {
        Self::Unreachable { proxy: name(proxy), error }
    }

    /// Whether it will be no different the next time. A 5xx is the proxy's trouble of the moment.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if status.is_client_error())
    }
}

/// Host and port; the login is not part of it.
fn name(proxy: &Intercept) -> String {
    proxy.uri().authority().map(ToString::to_string).unwrap_or_default()
}

/// A variable that does not name a proxy that can be used. What it holds may be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnusableProxy {
    #[error("{0} does not name a proxy that can be used")]
    Proxy(&'static str),
    #[error(
        "the user name or the password in {0} contains a character that must be percent-encoded"
    )]
    Login(&'static str),
}

/// The proxies of the environment, in the order in which their variables are looked at.
const FOR_HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const FOR_HTTP: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
const FOR_ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];
const FOR_NONE: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Which proxy serves which URL.
#[derive(Debug)]
pub(crate) struct Proxies(Matcher);

impl Proxies {
    pub(crate) fn none() -> Self {
        Self(Matcher::builder().build())
    }

    /// As the environment says. A proxy that is named, but cannot be used, is an error: going
    /// around it in silence is not what it was named for.
    pub(crate) fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Self, UnusableProxy> {
        let first = |names: [&'static str; 2]| {
            let set = |name| variable(name).filter(|value| !value.trim().is_empty());
            names.into_iter().find_map(|name| Some((name, set(name)?)))
        };
        let proxy = |names| match first(names) {
            Some((name, value)) => {
                keep_url(&value);
                // Without a scheme it may be one that is misspelled.
                if !has_plain_login(&value) && value.contains("://") {
                    return Err(UnusableProxy::Login(name));
                }
                let is_usable = has_plain_login(&value) && is_proxy(&value);
                if is_usable { Ok(value) } else { Err(UnusableProxy::Proxy(name)) }
            }
            None => Ok(String::new()),
        };
        let (all, http, https) = (proxy(FOR_ALL)?, proxy(FOR_HTTP)?, proxy(FOR_HTTPS)?);
        let excluded = first(FOR_NONE).map(|(_, value)| value).unwrap_or_default();
        // The matcher takes a star for all names, but not for addresses.
        if excluded.split(',').any(|entry| entry.trim() == "*") {
            return Ok(Self::none());
        }
        Ok(Self(Matcher::builder().all(all).http(http).https(https).no(excluded).build()))
    }

    pub(super) fn toward(&self, to: &Uri) -> Option<Intercept> {
        self.0.intercept(to)
    }
}

/// Whether what stands before the last `@` is a user name and a password, and nothing else: an
/// `@`, `/`, `?` or `#` of a password would make a piece of it a host, a path or a fragment.
fn has_plain_login(value: &str) -> bool {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let Some((login, _)) = rest.rsplit_once('@') else { return true };
    let login = login.as_bytes();
    login.iter().enumerate().all(|(at, byte)| match byte {
        // Two digits have to follow.
        b'%' => {
            let digits = login.get(at + 1..at + 3);
            digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        }
        byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:".contains(byte),
    })
}

/// SOCKS is not spoken here.
fn is_proxy(value: &str) -> bool {
    let anywhere = Uri::from_static("http://example.org");
    let proxy = Matcher::builder().all(value.to_owned()).build().intercept(&anywhere);
    proxy.is_some_and(|proxy| matches!(proxy.uri().scheme_str(), Some("http" | "https")))
}

/// Asks a proxy for a connection to a host, and gives it.
pub(super) async fn tunnel(
    pipe: Transport,
    to: &Uri,
    proxy: &Intercept,
) -> Result<Upgraded, ProxyError> {
    let hung_up = |error| ProxyError::HungUp { proxy: name(proxy), error };
    let to = format!("{}:{}", to.host().unwrap_or_default(), to.port_u16().unwrap_or(443));
    let (mut sender, connection) = http1::handshake(pipe).await.map_err(hung_up)?;
    tokio::spawn(connection.with_upgrades());
    let mut request = Request::builder().method(Method::CONNECT).uri(&to).header(HOST, &to);
    if let Some(login) = proxy.basic_auth() {
        request = request.header(PROXY_AUTHORIZATION, login);
    }
    let refused = |status| ProxyError::Refused { proxy: name(proxy), to: to.clone(), status };
    let request =
        request.body(Empty::<Bytes>::new()).map_err(|_| refused(StatusCode::BAD_REQUEST))?;
    let answer = sender.send_request(request).await.map_err(hung_up)?;
    if !answer.status().is_success() {
        return Err(refused(answer.status()));
    }
    hyper::upgrade::on(answer).await.map_err(hung_up)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Result<Proxies, UnusableProxy> {
        Proxies::of(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_says_which_proxy_serves_which_url() {
        let to = "https://storage-omics.us-east-1.amazonaws.com/x";
        for (variables, url, wanted) in [
            (&[][..], to, None),
            (&[("HTTPS_PROXY", "http://p:1")][..], to, Some("p:1")),
            (&[("https_proxy", "http://p:1")], to, Some("p:1")),
            (&[("HTTPS_PROXY", "http://p:1"), ("https_proxy", "http://q:1")], to, Some("p:1")),
            (&[("HTTPS_PROXY", " "), ("https_proxy", "http://q:1")], to, Some("q:1")),
            (&[("HTTPS_PROXY", "p:1")], to, Some("p:1")),
            (&[("ALL_PROXY", "http://a:1"), ("HTTP_PROXY", "http://p:1")], to, Some("a:1")),
            (&[("HTTP_PROXY", "http://p:1")], to, None),
            (&[("HTTP_PROXY", "http://p:1")], "http://localhost:1/x", Some("p:1")),
            (&[("HTTPS_PROXY", "p:1"), ("NO_PROXY", "amazonaws.com")], to, None),
            (&[("HTTPS_PROXY", "p:1"), ("no_proxy", "a.org, .amazonaws.com")], to, None),
            (&[("HTTPS_PROXY", "p:1"), ("NO_PROXY", "naws.com")], to, Some("p:1")),
            (&[("HTTPS_PROXY", "p:1"), ("NO_PROXY", "*")], to, None),
            (&[("HTTP_PROXY", "p:1"), ("NO_PROXY", "a, *")], "http://127.0.0.1:9/", None),
            (&[("HTTP_PROXY", "p:1"), ("NO_PROXY", "127.0.0.0/8")], "http://127.0.0.1:9/", None),
            (&[("HTTP_PROXY", "p:1"), ("NO_PROXY", "::1")], "http://[::1]:9/", None),
        ] {
            let proxy = proxies(variables).unwrap().toward(&url.parse().unwrap());
            let proxy = proxy.as_ref().map(name);
            assert_eq!(proxy.as_deref(), wanted, "{variables:?} {url}");
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_not_gone_around() {
        for (name, value) in [
            ("HTTPS_PROXY", "http://pro xy:1"),
            ("https_proxy", "socks5://p:1"),
            ("ALL_PROXY", "ftp://p:1"),
            ("http_proxy", "/etc/proxy"),
        ] {
            assert_eq!(proxies(&[(name, value)]).unwrap_err(), UnusableProxy::Proxy(name));
        }
    }

    #[test]
    fn a_password_that_is_not_encoded_is_refused_and_not_repeated() {
        for login in
            ["u:a#b", "u:a/b", "u:a?b", "u:a@b", "u#a:b", "u:a%zz", "u:a%4", "ü:a", "u:a b"]
        {
            let unusable = proxies(&[("HTTPS_PROXY", &format!("http://{login}@p:1"))]).unwrap_err();
            assert_eq!(unusable, UnusableProxy::Login("HTTPS_PROXY"), "{login}");
            let unusable = proxies(&[("HTTPS_PROXY", &format!("{login}@p:1/"))]).unwrap_err();
            assert_eq!(unusable, UnusableProxy::Proxy("HTTPS_PROXY"), "{login}");
        }
        for login in ["u", "u:", "u:a%23b%2f", "u:a!$&'()*+,;=:b-._~"] {
            assert!(proxies(&[("HTTPS_PROXY", &format!("http://{login}@p:1"))]).is_ok(), "{login}");
        }
    }

    #[test]
    fn a_login_is_for_the_proxy_only() {
        let proxies = proxies(&[("HTTPS_PROXY", "http://ann:s%40fe@p:1")]).unwrap();
        let proxy = proxies.toward(&Uri::from_static("https://a.org")).unwrap();
        assert_eq!(proxy.basic_auth().unwrap(), "Basic YW5uOnNAZmU=");
        let error = ProxyError::unreachable(&proxy, "no".into()).to_string();
        assert_eq!(error, "the proxy `p:1` cannot be reached");
        assert!(!format!("{proxies:?}").contains("fe"));
    }
}
