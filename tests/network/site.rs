//! A service behind TLS and a proxy, as a company has it: a sandbox, a terminator in front of it
//! with a certificate of a private authority, and a proxy as the only way there.

use std::{fs, net::SocketAddr, process::Command};

use super::{
    authority::{Authority, Validity},
    proxy::{Behaviour, Proxy},
    terminator::Terminator,
};
use crate::lab::{Lab, Said};

/// A host that no resolver knows.
pub(crate) const ENDPOINT: &str = "https://omics.test.example";

/// The names that the SDK makes of it.
pub(crate) const NAMES: [&str; 4] = [
    "omics.test.example",
    "storage-omics.test.example",
    "control-storage-omics.test.example",
    "tags-omics.test.example",
];

pub(crate) struct Site {
    pub(crate) lab: Lab,
    pub(crate) terminator: Terminator,
    pub(crate) proxy: Proxy,
}

/// How a site is to be set up.
pub(crate) struct Plan {
    pub(crate) proxy: Behaviour,
    pub(crate) names: &'static [&'static str],
    pub(crate) validity: Validity,
    pub(crate) faults: &'static [&'static str],
}

impl Default for Plan {
    fn default() -> Self {
        Self { proxy: Behaviour::Willing, names: &NAMES, validity: Validity::Now, faults: &[] }
    }
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::of(&Plan::default())
    }

    pub(crate) fn of(plan: &Plan) -> Self {
        let lab = Lab::with_faults(plan.faults);
        lab.copy("pysam-tests/test_unaligned.bam", "sample.bam");
        let authority = Authority::new();
        fs::write(lab.path("ca.pem"), authority.pem()).unwrap();
        let (terminator, proxy) = lab.block_on(async {
            let config = authority.server(plan.names, plan.validity);
            let terminator = Terminator::start(config, sandbox(&lab)).await;
            let proxy = Proxy::start(plan.proxy, terminator.address).await;
            (terminator, proxy)
        });
        Self { lab, terminator, proxy }
    }

    /// `put` at the endpoint, with the authority trusted and nothing said of proxies.
    pub(crate) fn put(&self, arguments: &[&str]) -> Command {
        let mut command = self.lab.put_command(arguments);
        command
            .env("AWS_ENDPOINT_URL_OMICS", ENDPOINT)
            .env("AWS_CA_BUNDLE", self.lab.path("ca.pem"));
        command
    }

    /// The same through the proxy.
    pub(crate) fn put_through(&self, arguments: &[&str]) -> Command {
        let mut command = self.put(arguments);
        command.env("HTTPS_PROXY", self.proxy.url(""));
        command
    }

    /// The hosts that the proxy was asked for tunnels to, each once.
    pub(crate) fn tunnels(&self) -> Vec<String> {
        let asked = self.proxy.asked();
        assert!(asked.iter().all(|asked| asked.method == "CONNECT"), "{asked:?}");
        let mut targets: Vec<_> = asked.into_iter().map(|asked| asked.target).collect();
        targets.sort();
        targets.dedup();
        targets
    }

    /// Holds that a read set is there, and equals the file.
    #[track_caller]
    pub(crate) fn holds(&self, said: &Said) {
        let id = said.expect(0).line();
        let file = fs::read(self.lab.path("sample.bam")).unwrap();
        assert_eq!(self.lab.read_back(id, "SOURCE1"), file);
    }
}

/// Where a lab's sandbox is.
pub(crate) fn sandbox(lab: &Lab) -> SocketAddr {
    lab.url().strip_prefix("http://").unwrap().parse().unwrap()
}
