//! Uploads over TLS through a proxy.

use std::fs;

use super::{
    authority::{Authority, Validity},
    files,
    proxy::Behaviour,
    site::{Plan, Site},
    terminator::Terminator,
};
use crate::lab::Lab;

#[test]
fn a_put_goes_through_the_proxy_and_nowhere_else() {
    let site = Site::new();
    // The endpoint's name cannot be resolved: whoever goes around the proxy gets nowhere.
    site.holds(&Lab::run(site.put_through(&["sample.bam"])));
    assert_eq!(
        site.tunnels(),
        [
            "control-storage-omics.test.example:443",
            "storage-omics.test.example:443",
            "tags-omics.test.example:443",
        ]
    );
    assert_eq!(site.proxy.asked().len(), site.terminator.hellos().len());
}

#[test]
fn the_host_prefix_can_be_left_out() {
    let site = Site::new();
    let mut command = site.put_through(&["sample.bam"]);
    command.env("AWS_DISABLE_HOST_PREFIX_INJECTION", "true");
    site.holds(&Lab::run(command));
    assert_eq!(site.tunnels(), ["omics.test.example:443"]);
}

#[test]
fn variables_in_small_letters_count_and_a_bare_host_is_a_proxy() {
    let site = Site::new();
    let mut command = site.put(&["sample.bam"]);
    command.env("https_proxy", site.proxy.address.to_string());
    site.holds(&Lab::run(command));
    assert_eq!(site.tunnels().len(), 3);
}

#[test]
fn all_proxy_serves_https() {
    let site = Site::new();
    let mut command = site.put(&["sample.bam"]);
    command.env("ALL_PROXY", site.proxy.url(""));
    site.holds(&Lab::run(command));
    assert_eq!(site.tunnels().len(), 3);
}

/// A proxy that is itself behind TLS, so that the login is not sent in the clear.
#[test]
fn a_proxy_may_speak_tls() {
    let site = Site::new();
    let authority = Authority::new();
    let front = site.lab.block_on(async {
        let config = authority.server(&["localhost"], Validity::Now);
        Terminator::start(config, site.proxy.address).await
    });
    let site_authority = fs::read_to_string(site.lab.path("ca.pem")).unwrap();
    fs::write(site.lab.path("ca.pem"), authority.pem() + &site_authority).unwrap();
    let mut command = site.put(&["sample.bam"]);
    command.env("HTTPS_PROXY", format!("https://localhost:{}", front.address.port()));
    site.holds(&Lab::run(command));
    assert_eq!(site.tunnels().len(), 3);
    let names: Vec<_> = front.hellos().into_iter().map(|hello| hello.name.unwrap()).collect();
    assert_eq!(names.len(), site.proxy.asked().len());
    assert!(names.iter().all(|name| name == "localhost"), "{names:?}");
}

#[test]
fn no_proxy_leads_around_the_proxy() {
    let site = Site::of(&Plan {
        proxy: Behaviour::Refusing(403),
        names: &["localhost"],
        ..Plan::default()
    });
    for excluded in ["localhost", "a.example, localhost ,b.example", "*"] {
        for variable in ["NO_PROXY", "no_proxy"] {
            let mut command = site.put_through(&["sample.bam"]);
            let url = format!("https://localhost:{}", site.terminator.address.port());
            command.env("AWS_ENDPOINT_URL_OMICS", url).env(variable, excluded);
            site.holds(&Lab::run(command));
        }
    }
    assert_eq!(site.proxy.asked(), []);
}

#[test]
fn the_login_reaches_the_proxy_and_is_shown_nowhere() {
    let site = Site::of(&Plan {
        proxy: Behaviour::Login("Basic YW5uOnNAZmUtZG9vcg=="),
        ..Plan::default()
    });
    let log = site.lab.path("put.log");
    let mut command = site.put(&[
        "sample.bam",
        "-v",
        "--progress",
        "lines",
        "--log-file",
        &log.to_string_lossy(),
    ]);
    command.env("HTTPS_PROXY", site.proxy.url("ann:s%40fe-door@"));
    let said = Lab::run(command);
    site.holds(&said);
    let log = fs::read_to_string(log).unwrap();
    assert!(log.len() > 100, "{log}");
    for text in [&said.stderr, &said.stdout, &log] {
        for secret in ["fe-door", "YW5uOnNAZmUtZG9vcg"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    // The service behind the proxy is not told either.
    let requests = serde_json::to_string(&site.lab.requests()).unwrap();
    assert!(!requests.contains("fe-door") && !requests.contains("YW5uOnNA"), "{requests}");
}

/// A server that offers HTTP/2 would otherwise get all parts through one connection.
#[test]
fn every_part_in_flight_has_a_connection_of_its_own() {
    // Parts last long enough to meet each other.
    let site = Site::of(&Plan { faults: &["UploadReadSetPart:latency:3s"], ..Plan::default() });
    let content = files::fastq_gz(40 * 1024 * 1024);
    site.lab.file("eight.fastq.gz", &content);
    let command =
        site.put_through(&["eight.fastq.gz", "--part-size", "5MiB", "--concurrency", "8"]);
    let said = Lab::run(command);
    let id = said.expect(0).line();
    assert!(site.lab.read_back(id, "SOURCE1") == content);
    let hellos = site.terminator.hellos();
    assert!(hellos.iter().all(|hello| hello.protocol.as_deref() == Some("http/1.1")), "{hellos:?}");
    assert!(site.terminator.most() >= 8, "{} connections", site.terminator.most());
    let for_parts = hellos
        .iter()
        .filter(|hello| hello.name.as_deref() == Some("storage-omics.test.example"))
        .count();
    // Eight at once, each used again.
    assert_eq!(for_parts, 8);
    assert!(site.proxy.sent() > content.len() as u64);
}
