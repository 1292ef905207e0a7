//! Certificates that are not to be trusted, and whose word is taken for them.

use std::fs;

use super::{
    authority::{Authority, Validity},
    site::{NAMES, Plan, Site},
};
use crate::lab::Lab;

/// Long enough that a refusal that is tried again shows.
const LONG: [&str; 3] = ["sample.bam", "--give-up-after", "10m"];

/// What is told of a certificate, and what to do about it.
#[track_caller]
fn refused(site: &Site, bundle: Option<&str>, flaw: &str, hint: &str) {
    let mut command = site.put_through(&LONG);
    match bundle {
        Some(bundle) => command.env("AWS_CA_BUNDLE", site.lab.path(bundle)),
        None => command.env_remove("AWS_CA_BUNDLE"),
    };
    let said = Lab::run(command);
    let text = &said.expect(1).stderr;
    let error = format!(
        "error: `sample.bam`: the service cannot be reached\n  \
         caused by: ListMultipartReadSetUploads failed\n  \
         caused by: the certificate of `control-storage-omics.test.example` is refused: {flaw}\n\n\
         hint: {hint}"
    );
    assert!(text.contains(&error), "{text}");
    // It was not tried again, and nothing was sent to whoever that was.
    assert_eq!(site.proxy.asked().len(), 1);
    assert!(site.lab.requests().is_empty());
}

const UNKNOWN: &str = "it is signed by an authority that is not trusted here";
const BUNDLE: &str = "if a proxy of your own looks into TLS, or the endpoint has a private \
                      authority, let AWS_CA_BUNDLE name a PEM file";

#[test]
fn a_private_authority_is_not_trusted_by_itself() {
    refused(&Site::new(), None, UNKNOWN, BUNDLE);
}

#[test]
fn the_bundle_takes_the_place_of_the_systems_certificates() {
    let site = Site::new();
    // The system trusts the site's authority, which must not help here.
    fs::write(site.lab.path("other.pem"), Authority::new().pem()).unwrap();
    let mut command = site.put_through(&LONG);
    command
        .env("SSL_CERT_FILE", site.lab.path("ca.pem"))
        .env("AWS_CA_BUNDLE", site.lab.path("other.pem"));
    let said = Lab::run(command);
    assert!(said.expect(1).stderr.contains(UNKNOWN), "{}", said.stderr);
    assert!(site.lab.requests().is_empty());
    // Without a bundle the system's do.
    let mut command = site.put_through(&LONG);
    command.env("SSL_CERT_FILE", site.lab.path("ca.pem")).env_remove("AWS_CA_BUNDLE");
    site.holds(&Lab::run(command));
}

#[test]
fn a_bundle_may_hold_several_authorities_and_words() {
    let site = Site::new();
    let ours = fs::read_to_string(site.lab.path("ca.pem")).unwrap();
    let bundle = format!("# our authorities\n{}\n{ours}\n", Authority::new().pem());
    fs::write(site.lab.path("ca.pem"), bundle).unwrap();
    site.holds(&Lab::run(site.put_through(&LONG)));
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let site = Site::of(&Plan { names: &["omics.test.example"], ..Plan::default() });
    let hint = "look at the endpoint: its certificate has to cover the host name, with its prefix \
                `storage-` or `control-storage-`; AWS_DISABLE_HOST_PREFIX_INJECTION=true leaves the \
                prefix out\n";
    refused(&site, Some("ca.pem"), "it is for another name", hint);
    // And the hint is true.
    let mut command = site.put_through(&LONG);
    command.env("AWS_DISABLE_HOST_PREFIX_INJECTION", "true");
    site.holds(&Lab::run(command));
}

#[test]
fn a_certificate_out_of_its_time_is_refused() {
    let clock = "look at this machine's clock; if it is right, whoever runs the endpoint or the \
                 proxy has to renew the certificate\n";
    for (validity, flaw) in
        [(Validity::Expired, "it has expired"), (Validity::NotYet, "it is not valid yet")]
    {
        let site = Site::of(&Plan { names: &NAMES, validity, ..Plan::default() });
        refused(&site, Some("ca.pem"), flaw, clock);
    }
}

#[test]
fn an_endpoint_without_tls_is_told_at_once() {
    let site = Site::new();
    let mut command = site.put(&LONG);
    command.env("AWS_ENDPOINT_URL_OMICS", site.lab.url().replace("http:", "https:"));
    let said = Lab::run(command);
    let text = &said.expect(1).stderr;
    let wanted = "  caused by: `127.0.0.1` does not speak TLS\n\nhint: look at the endpoint: it may \
                  have to begin with `http://`\n";
    assert!(text.contains(wanted), "{text}");
}

#[test]
fn a_bundle_that_cannot_be_used_is_told_before_anything_is_sent() {
    let site = Site::new();
    let junk = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n";
    for (content, reason) in [
        (None, "cannot read the CA bundle `PATH` named by AWS_CA_BUNDLE"),
        (Some(""), "the CA bundle `PATH` named by AWS_CA_BUNDLE holds no usable certificate"),
        (Some(junk), "the CA bundle `PATH` named by AWS_CA_BUNDLE holds no usable certificate"),
    ] {
        let path = site.lab.path("bundle.pem");
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let mut command = site.put_through(&LONG);
        command.env("AWS_CA_BUNDLE", &path);
        let said = Lab::run(command);
        let text = &said.expect(2).stderr;
        let error = format!("error: {}\n", reason.replace("PATH", &path.to_string_lossy()));
        assert!(text.starts_with(&error), "{text}");
        let hint = "hint: AWS_CA_BUNDLE must name a file with certificates in PEM form\n";
        assert!(text.ends_with(hint), "{text}");
    }
    assert_eq!(site.proxy.asked(), []);
}
