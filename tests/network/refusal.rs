//! Proxies that do not let anything through: what is said of them, how soon, and with what status.

use std::{fs, process::Command};

use super::{
    proxy::Behaviour,
    site::{Plan, Site},
};
use crate::lab::{Lab, Said};

const LOGIN: &str = "ann:secret-door@";

/// Patience enough for a test that would otherwise wait for ever, and far more than a refusal at
/// once takes.
const LONG: [&str; 3] = ["sample.bam", "--give-up-after", "10m"];
const SHORT: [&str; 3] = ["sample.bam", "--give-up-after", "1s"];

fn site(status: u16) -> Site {
    Site::of(&Plan { proxy: Behaviour::Refusing(status), ..Plan::default() })
}

/// Runs a command that has to fail, and gives what it says from `error:` on.
#[track_caller]
fn failure(command: Command, status: i32) -> String {
    let said = Lab::run(command);
    said.expect(status);
    for secret in ["secret-door", "YW5uOnNlY3JldC1kb29y"] {
        assert!(!said.stderr.contains(secret), "{}", said.stderr);
    }
    from_error(&said)
}

#[track_caller]
fn from_error(said: &Said) -> String {
    let start = said.stderr.find("error: ").expect("an error is told");
    said.stderr[start..].to_owned()
}

const NAMED: &str = "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names";

#[test]
fn a_proxy_that_refuses_is_told_at_once() {
    for (refusal, reason) in [
        (407, "407 Proxy Authentication Required"),
        (403, "403 Forbidden"),
        (405, "405 Method Not Allowed"),
    ] {
        let site = site(refusal);
        let mut command = site.put(&LONG);
        command.env("HTTPS_PROXY", site.proxy.url(LOGIN));
        assert_eq!(
            failure(command, 1),
            format!(
                "error: `sample.bam`: the service cannot be reached\n  \
                 caused by: ListMultipartReadSetUploads failed\n  \
                 caused by: the proxy `{}` refused to connect to \
                 `control-storage-omics.test.example:443`: it answered with status {reason}\n\n\
                 hint: {NAMED} the proxy (with a login: `http://USER:PASSWORD@HOST:PORT`), and \
                 NO_PROXY the hosts that are reached without one; the proxy has to allow the hosts \
                 `storage-omics.REGION.amazonaws.com` and \
                 `control-storage-omics.REGION.amazonaws.com`\n",
                site.proxy.address
            )
        );
        assert_eq!(site.proxy.asked().len(), 1);
        assert!(site.lab.requests().is_empty());
    }
}

#[test]
fn a_proxy_in_trouble_is_waited_for() {
    let site = site(502);
    let mut command = site.put(&SHORT);
    command.env("HTTPS_PROXY", site.proxy.url(LOGIN));
    assert_eq!(
        failure(command, 75),
        format!(
            "error: `sample.bam`: nothing got through for 1s\n  \
             caused by: ListMultipartReadSetUploads failed\n  \
             caused by: the proxy `{}` refused to connect to \
             `control-storage-omics.test.example:443`: it answered with status 502 Bad Gateway\n\n\
             hint: {NAMED} this proxy, and NO_PROXY the hosts that are reached without one; \
             `--give-up-after` sets the patience\n",
            site.proxy.address
        )
    );
    assert!(site.proxy.asked().len() > 1);
}

#[test]
fn a_proxy_that_is_not_there_is_waited_for() {
    let site = Site::new();
    let mut command = site.put(&SHORT);
    command.env("HTTPS_PROXY", format!("http://{LOGIN}127.0.0.1:1"));
    let text = failure(command, 75);
    let start = "error: `sample.bam`: nothing got through for 1s\n  \
                 caused by: ListMultipartReadSetUploads failed\n  \
                 caused by: the proxy `127.0.0.1:1` cannot be reached\n  caused by: ";
    assert!(text.starts_with(start), "{text}");
    assert!(text.contains(&format!("hint: {NAMED} this proxy, and NO_PROXY")), "{text}");
    // One that only plain requests go through, too.
    let mut command = site.lab.put_command(&SHORT);
    command.env("HTTP_PROXY", format!("http://{LOGIN}127.0.0.1:1"));
    let text = failure(command, 75);
    assert!(text.starts_with(start), "{text}");
}

#[test]
fn a_proxy_that_cannot_be_used_is_told_before_anything_is_sent() {
    let site = Site::new();
    for (name, value) in [
        ("HTTPS_PROXY", "socks5://ann:secret-door@127.0.0.1:1"),
        ("https_proxy", "http://ann:secret-door@pro xy:1"),
        ("ALL_PROXY", "https//ann:secret-door@127.0.0.1:1"),
    ] {
        let mut command = site.put(&LONG);
        command.env(name, value);
        assert_eq!(
            failure(command, 2),
            format!(
                "error: {name} does not name a proxy that can be used\n\n\
                 hint: a proxy is given as `http://HOST:PORT` or `http://USER:PASSWORD@HOST:PORT`, \
                 with `%40` for an `@` in the password; SOCKS proxies cannot be used\n"
            )
        );
    }
}

/// The page of a proxy or of a sign-in portal is no answer of the service.
#[test]
fn the_page_of_a_proxy_is_not_taken_for_the_service() {
    for refusal in [407, 403, 404] {
        let site = site(refusal);
        let mut command = site.lab.put_command(&LONG);
        command.env("HTTP_PROXY", site.proxy.url(LOGIN));
        let text = failure(command, 1);
        let start = format!(
            "error: `sample.bam`: the service cannot be reached\n  \
             caused by: ListMultipartReadSetUploads failed: somebody on the way to the service \
             answered with status {refusal}\n"
        );
        assert!(text.starts_with(&start), "{text}");
        assert!(text.contains(&format!("hint: {NAMED} the proxy")), "{text}");
        assert_eq!(site.proxy.asked().len(), 1);
    }
}

/// A page with a status that passes is waited for, as the service's own trouble is.
#[test]
fn a_page_of_trouble_is_tried_again() {
    let site = site(503);
    let mut command = site.lab.put_command(&["sample.bam", "--attempts", "3"]);
    command.env("HTTP_PROXY", site.proxy.url(LOGIN));
    let text = failure(command, 75);
    assert!(text.contains("somebody on the way to the service answered with status 503"), "{text}");
    assert_eq!(site.proxy.asked().len(), 3);
}

#[test]
fn the_document_and_the_log_say_the_same_without_the_password() {
    let site = site(407);
    let log = site.lab.path("put.log");
    let log_file = log.to_string_lossy();
    let mut command = site.put(&["sample.bam", "-v", "--output", "json", "--log-file", &log_file]);
    command.env("HTTPS_PROXY", site.proxy.url(LOGIN));
    let said = Lab::run(command);
    let error = &said.expect(1).json()["read_sets"][0]["error"];
    assert_eq!(error["kind"], "cut_off");
    assert!(
        error["message"].as_str().unwrap().ends_with("status 407 Proxy Authentication Required")
    );
    let log = fs::read_to_string(log).unwrap();
    for text in [&said.stdout, &said.stderr, &log] {
        assert!(!text.contains("secret-door") && !text.contains("YW5uOnNl"), "{text}");
    }
}
