//! Endpoints without TLS.

use std::fs;

use omics_upload::sandbox::{Options, Sandbox};

use super::{
    proxy::{Behaviour, Proxy},
    site::sandbox,
};
use crate::lab::Lab;

/// A lab with a file, and a proxy to its sandbox.
fn lab(behaviour: Behaviour) -> (Lab, Proxy) {
    let lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "sample.bam");
    let proxy = lab.block_on(Proxy::start(behaviour, sandbox(&lab)));
    (lab, proxy)
}

#[test]
fn a_plain_endpoint_is_reached_through_http_proxy() {
    for variable in ["HTTP_PROXY", "http_proxy"] {
        let (lab, proxy) = lab(Behaviour::Login("Basic YW5uOnNlY3JldA=="));
        let mut command = lab.put_command(&["sample.bam"]);
        command
            .env("AWS_ENDPOINT_URL_OMICS", "http://omics.test.example")
            .env(variable, proxy.url("ann:secret@"))
            .env("HTTPS_PROXY", "http://127.0.0.1:1");
        let said = Lab::run(command);
        let id = said.expect(0).line();
        let asked = proxy.asked();
        assert_eq!(asked.len(), lab.requests().len());
        let create = &asked[0];
        assert_eq!(create.method, "POST");
        let prefix = "http://control-storage-omics.test.example/sequencestore/";
        assert!(create.target.starts_with(prefix), "{create:?}");
        let part = asked.iter().find(|asked| asked.method == "PUT").unwrap();
        assert!(part.target.starts_with("http://storage-omics.test.example/"), "{part:?}");
        let file = fs::read(lab.path("sample.bam")).unwrap();
        assert_eq!(lab.read_back(id, "SOURCE1"), file);
    }
}

#[test]
fn no_proxy_leads_around_it() {
    let (lab, proxy) = lab(Behaviour::Refusing(403));
    for excluded in ["127.0.0.1", "127.0.0.0/8", "localhost,127.0.0.1", "*"] {
        let mut command = lab.put_command(&["sample.bam"]);
        command.env("HTTP_PROXY", proxy.url("")).env("NO_PROXY", excluded);
        Lab::run(command).expect(0);
    }
    assert_eq!(proxy.asked(), []);
}

#[test]
fn the_sandbox_inside_needs_no_proxy() {
    let (lab, proxy) = lab(Behaviour::Refusing(403));
    let mut command = lab.command(["put", "--sandbox", "sample.bam"]);
    command.env("HTTP_PROXY", proxy.url("")).env("HTTPS_PROXY", "no proxy at all");
    Lab::run(command).expect(0);
    assert_eq!(proxy.asked(), []);
}

#[test]
#[expect(clippy::print_stdout, reason = "says that it was skipped")]
fn an_endpoint_may_be_an_ipv6_address() {
    let (lab, _proxy) = lab(Behaviour::Willing);
    let listen = "[::1]:0".parse().unwrap();
    let Ok(six) = lab.block_on(Sandbox::start(Options { listen, ..Options::default() })) else {
        println!("skipped: this machine has no IPv6");
        return;
    };
    let mut command = lab.command(["put", "--store", six.store_id(), "sample.bam"]);
    command.env("AWS_ENDPOINT_URL_OMICS", six.url());
    assert!(six.url().starts_with("http://[::1]:"), "{}", six.url());
    Lab::run(command).expect(0);
}
