//! The steps as jobs of a real Slurm: a controller and three nodes on this machine.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{is_whole, planned, step};
use crate::lab::{Lab, Said, skipped};

/// A cluster, until it is dropped: one at a time, for its ports are its own.
pub(super) struct Slurm {
    folder: TempDir,
    _only: MutexGuard<'static, ()>,
}

static ONLY: Mutex<()> = Mutex::new(());

impl Slurm {
    /// Starts a cluster, where that can be done.
    pub(super) fn start() -> Option<Self> {
        let is_there = |program: &str| {
            Command::new("sh")
                .args(["-c", &format!("command -v {program}")])
                .output()
                .unwrap()
                .status
                .success()
        };
        if !["slurmctld", "slurmd", "munged", "sbatch", "runuser"].into_iter().all(is_there) {
            skipped("Slurm and munge are not installed");
            return None;
        }
        if fs::metadata("/proc/self").unwrap().uid() != 0 {
            skipped("Slurm's daemons need root");
            return None;
        }
        let only = ONLY.lock().unwrap_or_else(PoisonError::into_inner);
        let slurm = Self { folder: tempfile::tempdir().unwrap(), _only: only };
        fs::write(slurm.conf(), slurm.settings()).unwrap();
        for name in ["ctld", "d.n1", "d.n2", "d.n3"] {
            fs::create_dir(slurm.folder.path().join(name)).unwrap();
        }
        let munge = "mkdir -p /run/munge && chown munge: /run/munge && \
                     { [ -S /run/munge/munge.socket.2 ] && munge -n >/dev/null 2>&1 || \
                     runuser -u munge -- munged --force --pid-file=/run/munge/munged.pid; }";
        slurm.run("sh", &["-c", munge]);
        slurm.run("slurmctld", &[]);
        for node in ["n1", "n2", "n3"] {
            slurm.run("slurmd", &["-N", node]);
        }
        slurm.wait("the nodes are idle", Duration::from_secs(30), |slurm| {
            slurm.run("sinfo", &["-h", "-N", "-o", "%t"]).lines().filter(|it| *it == "idle").count()
                == 3
        });
        Some(slurm)
    }

    fn conf(&self) -> PathBuf {
        self.folder.path().join("slurm.conf")
    }

    fn settings(&self) -> String {
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
        let (host, folder) = (host.trim(), self.folder.path().display());
        let nodes = (1..=3).map(|node| {
            format!(
                "NodeName=n{node} NodeHostname={host} NodeAddr=127.0.0.1 Port=1700{node} CPUs=4\n"
            )
        });
        format!(
            "ClusterName=one\nSlurmctldHost={host}(127.0.0.1)\nSlurmUser=root\nAuthType=auth/munge\n\
             ProctrackType=proctrack/linuxproc\nReturnToService=2\nStateSaveLocation={folder}/ctld\n\
             SlurmdSpoolDir={folder}/d.%n\nSlurmctldPidFile={folder}/ctld.pid\n\
             SlurmdPidFile={folder}/d.%n.pid\nSlurmctldLogFile={folder}/ctld.log\n\
             SlurmdLogFile={folder}/d.%n.log\nSelectType=select/cons_tres\n\
             SelectTypeParameters=CR_Core\nSlurmdParameters=config_overrides\n\
             SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1\n\
             RequeueExit=75\nMaxArraySize=10001\nKillWait=5\nSlurmdTimeout=10\n{}\
             PartitionName=debug Nodes=ALL Default=YES\n",
            nodes.collect::<String>()
        )
    }

    pub(super) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        command.args(arguments).env("SLURM_CONF", self.conf()).stdin(Stdio::null());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    }

    pub(super) fn wait(&self, what: &str, most: Duration, is_so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(
                begun.elapsed() < most,
                "not so after {most:?}: {what}\n{}",
                self.run("squeue", &[])
            );
            thread::sleep(Duration::from_millis(300));
        }
    }

    /// Waits until no job is left. What is back in the queue need not wait for two minutes.
    pub(super) fn wait_for_all(&self) {
        self.wait_for("create,send,verify,complete");
    }

    /// The same of the jobs of some steps.
    pub(super) fn wait_for(&self, steps: &str) {
        let names: Vec<_> = steps.split(',').map(|step| format!("omics-upload-{step}")).collect();
        let names = format!("--name={}", names.join(","));
        self.wait("all jobs have ended", Duration::from_secs(150), |slurm| {
            let waiting = ["-h", "-r", "-t", "PD", "-o", "%i %r", &names];
            for job in slurm.run("squeue", &waiting).lines() {
                let (id, reason) = job.split_once(' ').unwrap();
                if reason == "BeginTime" {
                    slurm.run("scontrol", &["update", &format!("JobId={id}"), "StartTime=now"]);
                }
            }
            slurm.run("squeue", &["-h", &names]).is_empty()
        });
    }

    /// Kills the daemon of a node and those of its jobs; what these run goes on.
    fn kill_node(&self, node: &str) {
        let spool = self.folder.path().join(format!("d.{node}"));
        let pid = fs::read_to_string(self.folder.path().join(format!("d.{node}.pid"))).unwrap();
        self.kill("slurmd", pid.trim());
        for process in processes_with(&spool) {
            self.kill("slurmstepd", &process);
        }
    }

    /// Kills a process of this name; its number may be that of another by now, or of a thread.
    pub(super) fn kill(&self, name: &str, process: &str) {
        let now = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
        if now.trim() == name {
            self.run("kill", &["-9", process]);
        }
    }
}

/// Processes with an open file below a folder.
fn processes_with(folder: &Path) -> Vec<String> {
    let all = fs::read_dir("/proc").unwrap().flatten();
    let ids = all.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let has = |id: &String| {
        let name = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
        let open = fs::read_dir(format!("/proc/{id}/fd")).into_iter().flatten().flatten();
        let mut places = open.filter_map(|entry| fs::read_link(entry.path()).ok());
        name.starts_with("slurmstepd") && places.any(|place| place.starts_with(folder))
    };
    ids.filter(|id| id.bytes().all(|it| it.is_ascii_digit())).filter(has).collect()
}

impl Drop for Slurm {
    fn drop(&mut self) {
        self.run("scancel", &["--full", "--user=root"]);
        for (file, name) in
            [("ctld", "slurmctld"), ("d.n1", "slurmd"), ("d.n2", "slurmd"), ("d.n3", "slurmd")]
        {
            let pid = fs::read_to_string(self.folder.path().join(format!("{file}.pid")));
            if let Ok(pid) = pid {
                self.kill(name, pid.trim());
            }
        }
    }
}

/// Submits what is left of a run; its jobs have no keys in their environment.
pub(super) fn submit(lab: &Lab, slurm: &Slurm, arguments: &[&str]) -> Said {
    lab.home_file(
        "credentials",
        "[default]\naws_access_key_id = AKID\naws_secret_access_key = s\n",
    );
    let mut command = lab.command([&["batch", "submit", "run7"], arguments].concat());
    command
        .env("SLURM_CONF", slurm.conf())
        .env("AWS_SHARED_CREDENTIALS_FILE", lab.home().join("credentials"));
    Lab::run(command)
}

/// The process that is at work on a share.
pub(super) fn process_of(lab: &Lab, share: &str) -> Option<String> {
    let mut alive = fs::read_dir(lab.path("run7/alive")).ok()?.flatten();
    alive.find_map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let rest = name.strip_prefix(&format!("{share}."))?.strip_suffix(".json")?;
        // Others are over.
        let at_work = (!rest.contains(".over")).then_some(rest)?;
        at_work.rsplit('-').nth(1).map(str::to_owned)
    })
}

/// A task that is put back, one that is cancelled, one whose process is killed, and a node that dies with
/// its orphans: the run ends with one read set a row, and every byte right.
#[test]
fn a_run_on_a_cluster_survives_what_happens_there() {
    let Some(slurm) = Slurm::start() else { return };
    let lab = Lab::with_faults(&["UploadReadSetPart:latency:4s"]);
    let contents = planned(&lab, &[11, 6, 11, 16, 11, 6]);
    let dry = submit(&lab, &slurm, &["--tasks=8", "--dry-run"]);
    assert!(dry.expect(0).stdout.contains("--dependency=afterok:ID_OF_CREATE"), "{}", dry.stdout);
    let refused = submit(&lab, &slurm, &["--tasks=8", "--", "--array=1-3"]);
    assert!(refused.expect(2).stderr.contains("sets it itself"), "{}", refused.stderr);
    let said =
        submit(&lab, &slurm, &["--tasks=8", "--requests-per-second=8", "--", "--comment=omics"]);
    let jobs: Vec<_> =
        said.expect(0).stdout.lines().map(|line| line.split_once(' ').unwrap()).collect();
    assert_eq!(
        jobs.iter().map(|(step, _)| *step).collect::<Vec<_>>(),
        ["create", "send", "complete"]
    );
    let again = submit(&lab, &slurm, &["--tasks=8"]);
    assert!(again.expect(75).stderr.contains("queued or running"), "{}", again.stderr);
    let send = jobs[1].1;
    slurm.wait("shares are sent", Duration::from_mins(1), |_| {
        (1..=6).all(|share| process_of(&lab, &format!("{share}-of-8")).is_some())
    });
    slurm.run("scontrol", &["requeue", &format!("{send}_1")]);
    slurm.run("scancel", &[&format!("{send}_2")]);
    slurm.kill("omics-upload", &process_of(&lab, "3-of-8").unwrap());
    slurm.kill_node("n1");
    slurm.wait_for_all();
    if lab.read_sets() < contents.len() {
        let rest = submit(&lab, &slurm, &["--tasks=8"]);
        let rest: Vec<_> =
            rest.expect(0).stdout.lines().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(rest, ["send", "complete"]);
        slurm.wait_for_all();
    }
    is_whole(&lab, &step(&lab, "complete", &[]), &contents);
    let parts: usize = contents.iter().map(|content| content.len().div_ceil(5 << 20)).sum();
    let twice = lab.count("UploadReadSetPart") - parts;
    assert!(twice <= parts / 2, "{twice} of {parts} parts were sent twice");
    for log in fs::read_dir(lab.path("run7/jobs")).unwrap() {
        let path = log.unwrap().path();
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(!text.contains("panicked") && !text.contains("secret-that"), "{}", path.display());
    }
    let nothing = submit(&lab, &slurm, &["--tasks=8"]);
    assert!(nothing.expect(0).stderr.contains("nothing is left"), "{}", nothing.stderr);
}
