//! The table of exit statuses, as `omics-upload help exit-status` prints it.

/// A contract with scripts: what is here is stable.
pub const EXIT_STATUS: &str = "\
0    all done: every read set is active (with --no-wait: completed), or was skipped as asked
1    failed for good: the service or the system refused, or the source changed or is damaged
2    usage, configuration or input is wrong; nothing was sent
3    several read sets: some failed, some succeeded
4    the service did not accept the data, or its ETag shows that it holds other data
5    completed, but not known to be active (not within --wait-timeout, or the caller may not
     look), or with --verify not known to hold what was sent; the read set ID is on stdout
75   temporary trouble outlasted the patience, or the credentials ran out; what was sent is kept,
     and the same command resumes
130  SIGINT: what was sent is kept, and the same command resumes
143  SIGTERM: what was sent is kept, and the same command resumes
129  SIGHUP: what was sent is kept, and the same command resumes";
