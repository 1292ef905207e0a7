//! What all trials share: a service that forgets what it gets, and a file that does not end soon.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use flate2::{Compression, Crc, write::DeflateEncoder};
use omics_upload::sandbox::{Options, Sandbox};
use tempfile::TempDir;
use tokio::sync::Semaphore;

use crate::grid::ROOM;

const BINARY: &str = env!("CARGO_BIN_EXE_omics-upload");

/// Longer than what any link moves in a trial; it is sparse, so that it takes no room.
const LENGTH: u64 = 100 << 30;

/// The block that a BGZF file ends with (SAM specification, 4.1.2).
const LAST_BLOCK: [u8; 28] = [
    0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0, 0x1b, 0, 0x03, 0, 0,
    0, 0, 0, 0, 0, 0, 0,
];

pub(crate) struct Rig {
    sandbox: Sandbox,
    pub(crate) service: SocketAddr,
    /// What the machine has room for.
    pub(crate) room: Semaphore,
    folder: TempDir,
}

impl Rig {
    pub(crate) async fn start() -> Self {
        // A hole in a file in memory is read without a disk and without filling the page cache.
        let memory = Path::new("/dev/shm");
        let folder =
            if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.unwrap();
        let dir = Some(folder.path().join("service"));
        let options = Options { dir, discard: true, ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let service = sandbox.url().trim_start_matches("http://").parse().unwrap();
        let room = Semaphore::new(ROOM as usize);
        let rig = Self { sandbox, service, room, folder };
        rig.make_file();
        rig
    }

    /// Reads that are not aligned: a header, an end, and between them a hole that nobody looks into.
    fn make_file(&self) {
        let mut header = b"BAM\x01".to_vec();
        let text = b"@HD\tVN:1.6\tSO:unsorted\n@RG\tID:1\tSM:sample\n";
        header.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        header.extend(text);
        header.extend(0_u32.to_le_bytes());
        let mut file = File::create(self.file()).unwrap();
        file.write_all(&block(&header, Compression::fast())).unwrap();
        // The end is looked at before anything is sent.
        let mut end = block(&vec![0; 32 << 10], Compression::none()).repeat(16);
        end.extend(LAST_BLOCK);
        file.seek(SeekFrom::Start(LENGTH - end.len() as u64)).unwrap();
        file.write_all(&end).unwrap();
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("reads.bam")
    }

    /// Begins to upload over a link, to be killed later.
    pub(crate) fn upload(&self, link: SocketAddr, concurrency: &str, log: &Path) -> Upload {
        let mut command = Command::new(BINARY);
        command
            .arg("put")
            .arg(self.file())
            .args([
                "--type",
                "ubam",
                "--store",
                self.sandbox.store_id(),
                "--fresh",
                "--no-fingerprint",
            ])
            .args(["-v", "--progress", "lines", "--concurrency", concurrency])
            // Should the benchmark be killed, its clients end soon.
            .args(["--give-up-after", "10s"])
            .arg("--state-dir")
            .arg(log.with_extension("state"))
            .env("AWS_ENDPOINT_URL_OMICS", format!("http://{link}"))
            .env("AWS_ACCESS_KEY_ID", "any")
            .env("AWS_SECRET_ACCESS_KEY", "any")
            .env("AWS_REGION", "us-east-1")
            .env_remove("AWS_PROFILE")
            .env_remove("AWS_CA_BUNDLE")
            .env("NO_PROXY", "127.0.0.1")
            .stdout(Stdio::null())
            .stderr(File::create(log).unwrap());
        Upload(command.spawn().unwrap())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// An upload that ends with this.
pub(crate) struct Upload(Child);

impl Upload {
    pub(crate) fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One block of BGZF.
fn block(bytes: &[u8], compression: Compression) -> Vec<u8> {
    let mut deflated = DeflateEncoder::new(Vec::new(), compression);
    deflated.write_all(bytes).unwrap();
    let deflated = deflated.finish().unwrap();
    let mut block = LAST_BLOCK[..16].to_vec();
    let length = u16::try_from(18 + deflated.len() + 8 - 1).unwrap();
    block.extend(length.to_le_bytes());
    block.extend(deflated);
    let mut crc = Crc::new();
    crc.update(bytes);
    block.extend(crc.sum().to_le_bytes());
    block.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    block
}
