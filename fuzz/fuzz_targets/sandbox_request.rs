//! A sandbox answers any bytes, or hangs up, and goes on serving.

#![no_main]

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::LazyLock,
    time::Duration,
};

use libfuzzer_sys::fuzz_target;
use omics_upload::sandbox::{Options, Sandbox};
use tokio::runtime::Runtime;

static SANDBOX: LazyLock<(Runtime, Sandbox, SocketAddr)> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start(Options::default())).unwrap();
    let address = sandbox.url().trim_start_matches("http://").parse().unwrap();
    (runtime, sandbox, address)
});

fuzz_target!(|bytes: &[u8]| {
    let mut stream = TcpStream::connect(SANDBOX.2).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.take(1 << 20).read_to_end(&mut answer);
});
