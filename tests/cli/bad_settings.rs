//! Flags, variables and config files that cannot be used.

use expect_test::expect;

use super::refusals::{Refusals, shown};
use crate::lab::Lab;

#[test]
fn stores_and_flags_that_cannot_be_used() {
    let mut refusals = Refusals::new();
    refusals.lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    for arguments in [
        &["put", "a.bam"][..],
        &["put", "a.bam", "--store", "mystore"],
        &["put", "a.bam", "--store", "12345"],
        &["put", "a.bam", "--store", "arn:aws:omics:us-east-1:123456789012:runGroup/1234567890"],
        &["put", "--store", "1234567890"],
        &["put", "a.bam", "--store", "1234567890", "--quiet", "--verbose"],
        &["put", "a.bam", "--store", "1234567890", "--concurrency", "65"],
        &["put", "a.bam", "--store", "1234567890", "--requests-per-second", "0"],
        &["put", "a.bam", "--store", "1234567890", "--max-bandwidth", "40"],
        &["put", "a.bam", "--store", "1234567890", "--max-bandwidth", "1B/s"],
        &["put", "a.bam", "--store", "1234567890", "--attempts", "0"],
        &["put", "a.bam", "--store", "1234567890", "--wait-timeout", "soon"],
        &["put", "a.bam", "--store", "1234567890", "--give-up-after", "5"],
        &["put", "a.bam", "--store", "1234567890", "--color", "blue"],
        &["put", "a.bam", "--store", "1234567890", "--type", "sam"],
        &["put", "a.bam", "--store", "1234567890", "--log-file", "missing/log"],
        &["put", "a.bam", "--store", "1234567890", "--no-such-option"],
        &["put", "a.bam", "--sandbox=a.bam"],
        &["wait"],
        &["wait", "9876543210"],
        &["wait", "readset", "--store", "1234567890"],
        &["sandbox", "--fault", "x\u{1b}:y", "--fault", "quotas", "--fault", "*:explode"],
        &["sandbox", "--listen", "0.0.0.0:0"],
        &["sandbox", "--dir", "a.bam"],
        &["upload"],
        &[],
    ] {
        let command = refusals.lab.command(arguments);
        refusals.run(command, &shown(arguments));
    }
    refusals.say(&expect![[r#"
        $ put a.bam
        error: no sequence store is given

        hint: give its ID or ARN with `--store`, set OMICS_UPLOAD_STORE, or write `store` into the config file; `--sandbox` needs none
        $ put a.bam --store mystore
        error: invalid value 'mystore' for '--store <ID>': `mystore` is not a sequence store: its ID (10 to 36 digits) or its ARN (`arn:aws:omics:REGION:ACCOUNT:sequenceStore/ID`) is needed

        For more information, try '--help'.
        $ put a.bam --store 12345
        error: invalid value '12345' for '--store <ID>': `12345` is not a sequence store ID: 10 to 36 digits are needed

        For more information, try '--help'.
        $ put a.bam --store arn:aws:omics:us-east-1:123456789012:runGroup/1234567890
        error: invalid value 'arn:aws:omics:us-east-1:123456789012:runGroup/1234567890' for '--store <ID>': `arn:aws:omics:us-east-1:123456789012:runGroup/1234567890` is not a sequence store ARN: the form is `arn:aws:omics:REGION:ACCOUNT:sequenceStore/ID`

        For more information, try '--help'.
        $ put --store 1234567890
        error: the following required arguments were not provided:
          <FILE>...

        Usage: omics-upload put --store <ID> <FILE>...

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --quiet --verbose
        error: the argument '--quiet' cannot be used with '--verbose'

        Usage: omics-upload put --store <ID> --quiet <FILE>...

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --concurrency 65
        error: invalid value '65' for '--concurrency <N>': a number from 1 to 64, or `auto`, is needed

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --requests-per-second 0
        error: invalid value '0' for '--requests-per-second <N>': a number such as `10` or `2.5`, from 0.001 to 10000, or `auto`, is needed

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --max-bandwidth 40
        error: invalid value '40' for '--max-bandwidth <RATE>': a rate such as `40MB/s`, `500kB/s`, `1.5MiB/s` or `100Mbit/s` is needed, with its unit

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --max-bandwidth 1B/s
        error: invalid value '1B/s' for '--max-bandwidth <RATE>': at least 1kB/s is needed, or the parts in flight would starve

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --attempts 0
        error: invalid value '0' for '--attempts <N>': a number from 1 to 1000 is needed

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --wait-timeout soon
        error: invalid value 'soon' for '--wait-timeout <DURATION>': a duration such as `90s`, `5m` or `2h 30m` is needed

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --give-up-after 5
        error: invalid value '5' for '--give-up-after <DURATION>': a duration such as `90s`, `5m` or `2h 30m` is needed

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --color blue
        error: invalid value 'blue' for '--color <COLOR>'
          [possible values: auto, always, never]

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --type sam
        error: invalid value 'sam' for '--type <TYPE>': one of `fastq`, `bam`, `cram` and `ubam` is needed

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --log-file missing/log
        error: cannot open the log file `missing/log`
          caused by: No such file or directory (os error 2)
        $ put a.bam --store 1234567890 --no-such-option
        error: unexpected argument '--no-such-option' found

          tip: to pass '--no-such-option' as a value, use '-- --no-such-option'

        Usage: omics-upload put --store <ID> <FILE>...

        For more information, try '--help'.
        $ put a.bam --sandbox=a.bam
        error: cannot use `a.bam` for a sandbox
          caused by: File exists (os error 17)
        $ wait
        error: the following required arguments were not provided:
          <READ_SET_ID>...

        Usage: omics-upload wait <READ_SET_ID>...

        For more information, try '--help'.
        $ wait 9876543210
        error: no sequence store is given

        hint: give its ID or ARN with `--store`, set OMICS_UPLOAD_STORE, or write `store` into the config file; `--sandbox` needs none
        $ wait readset --store 1234567890
        error: invalid value 'readset' for '<READ_SET_ID>...': `readset` is not a read set ID: 10 to 36 digits are needed

        For more information, try '--help'.
        $ sandbox --fault 'x\u{1b}:y' --fault quotas --fault '*:explode'
        error: `x\u{1b}:y` is not a fault: `x\u{1b}` is neither an operation that is served nor `*`

        hint: docs/sandbox.md lists the faults

        error: `*:explode` is not a fault: `explode` is not an action

        hint: docs/sandbox.md lists the faults
        $ sandbox --listen 0.0.0.0:0
        error: `0.0.0.0:0` is not a loopback address, and the sandbox serves this machine only
        $ sandbox --dir a.bam
        error: cannot use `a.bam` for a sandbox
          caused by: File exists (os error 17)
        $ upload
        error: unrecognized subcommand 'upload'

          tip: a similar subcommand exists: 'uploads'

        Usage: omics-upload <COMMAND>

        For more information, try '--help'.
        $ 
        Upload FASTQ, BAM, CRAM and unmapped BAM files into AWS HealthOmics sequence stores

        Usage: omics-upload <COMMAND>

        Commands:
          put          Upload files, and wait until their read sets are there
          batch        Upload every row of a sample sheet
          resume       Finish what was interrupted on this machine: all of it, or one upload
          uploads      List, look at and give up unfinished uploads
          wait         Wait until read sets are active
          check        Look at files, and say what they are, whether they are sound, and what `put` would
                       make of them
          verify       See whether a read set holds what files hold, at any time after the upload
          receipts     Show what was sent from this machine, when, and how it is known that it arrived
          vault        Store files bit by bit in an S3 Glacier vault, and manage its unfinished uploads
          sandbox      Serve the storage API of HealthOmics on loopback, for trying things out and for tests
          completions  Print the completion script of a shell
          man          Print the manual page
          help         Print this message or the help of the given subcommand(s)

        Options:
          -h, --help     Print help
          -V, --version  Print version

        Credentials, region, profile, endpoint, proxies and CA bundle come from where AWS's tools have them.
        `omics-upload help exit-status` lists the exit statuses.
    "#]]);
}

#[test]
fn settings_of_aws_that_are_missing() {
    let mut refusals = Refusals::new();
    refusals.lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    refusals.file("empty.pem", b"").file("bad.pem", b"-----BEGIN CERTIFICATE-----\nx\n");
    for (shown, removed, added) in [
        ("env -u AWS_REGION", &["AWS_REGION"][..], &[][..]),
        (
            "env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY",
            &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
            &[],
        ),
        (
            "env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY AWS_PROFILE=lab",
            &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
            &[("AWS_PROFILE", "lab")],
        ),
        ("env AWS_CA_BUNDLE=missing.pem", &[], &[("AWS_CA_BUNDLE", "missing.pem")]),
        ("env AWS_CA_BUNDLE=empty.pem", &[], &[("AWS_CA_BUNDLE", "empty.pem")]),
        ("env AWS_CA_BUNDLE=bad.pem", &[], &[("AWS_CA_BUNDLE", "bad.pem")]),
    ] {
        let mut command = refusals.lab.put_command(&["a.bam"]);
        for name in removed {
            command.env_remove(name);
        }
        command.envs(added.iter().copied());
        refusals.run(command, &format!("{shown} put a.bam"));
    }
    refusals.say(&expect![[r#"
        $ env -u AWS_REGION put a.bam
        error: no AWS region is configured

        hint: set AWS_REGION, or `region` in the AWS profile, or give the store's ARN with `--store`
        $ env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY put a.bam
        error: no AWS credentials can be used
          caused by: the credential provider was not enabled
          caused by: no credentials found in chain. Attempted:
            Environment: the credential provider was not enabled: environment variable not set
            Profile: the credential provider was not enabled
            WebIdentityToken: the credential provider was not enabled: $AWS_WEB_IDENTITY_TOKEN_FILE was not set
            EcsContainer: the credential provider was not enabled: ECS provider not configured
            Ec2InstanceMetadata: the credential provider was not enabled: IMDS disabled by AWS_EC2_METADATA_DISABLED env var set to `true`

        hint: set AWS_PROFILE, log in with `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; without an account, try `--sandbox`
        $ env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY AWS_PROFILE=lab put a.bam
        error: no AWS credentials can be used
          caused by: the credential provider was not enabled
          caused by: no credentials found in chain. Attempted:
            Environment: the credential provider was not enabled: environment variable not set
            Profile: the credential provider was not enabled
            WebIdentityToken: the credential provider was not enabled: $AWS_WEB_IDENTITY_TOKEN_FILE was not set
            EcsContainer: the credential provider was not enabled: ECS provider not configured
            Ec2InstanceMetadata: the credential provider was not enabled: IMDS disabled by AWS_EC2_METADATA_DISABLED env var set to `true`

        hint: AWS_PROFILE is `lab`: look whether `aws configure list` agrees; or log in with `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; without an account, try `--sandbox`
        $ env AWS_CA_BUNDLE=missing.pem put a.bam
        error: cannot read the CA bundle `missing.pem` named by AWS_CA_BUNDLE
          caused by: No such file or directory (os error 2)

        hint: AWS_CA_BUNDLE must name a file with certificates in PEM form
        $ env AWS_CA_BUNDLE=empty.pem put a.bam
        error: the CA bundle `empty.pem` named by AWS_CA_BUNDLE holds no usable certificate

        hint: AWS_CA_BUNDLE must name a file with certificates in PEM form
        $ env AWS_CA_BUNDLE=bad.pem put a.bam
        error: the CA bundle `bad.pem` named by AWS_CA_BUNDLE holds no usable certificate

        hint: AWS_CA_BUNDLE must name a file with certificates in PEM form
    "#]]);
}

#[test]
fn settings_of_our_own_that_cannot_be_used() {
    let mut refusals = Refusals::new();
    refusals.lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    for (name, value) in [
        ("OMICS_UPLOAD_PART_SIZE", "1MiB"),
        ("OMICS_UPLOAD_STORE", "mystore"),
        ("OMICS_UPLOAD_OUTPUT", "xml"),
        ("OMICS_UPLOAD_TAG", "novalue"),
    ] {
        let mut command = refusals.lab.command(["put", "a.bam"]);
        command.env(name, value);
        refusals.run(command, &format!("env {name}={value} put a.bam"));
    }
    for config in [
        "store =",
        "stor = '1'",
        "part-size = '1MiB'",
        "tag = ['x']",
        "store = 1.5",
        "attempts = 0",
        "output = 'xml'",
    ] {
        refusals.lab.config(config);
        let command = refusals.lab.put_command(&["a.bam"]);
        refusals.run(command, &format!("echo {config:?} > config.toml; put a.bam"));
    }
    refusals.say(&expect![[r#"
        $ env OMICS_UPLOAD_PART_SIZE=1MiB put a.bam
        error: invalid value '1MiB' for '--part-size <SIZE>': `1MiB` is not a part size: it is 1048576 bytes, and a part has 5242880 bytes (5 MiB) to 104857600 bytes (100 MiB)

          tip: the value is that of OMICS_UPLOAD_PART_SIZE

        For more information, try '--help'.
        $ env OMICS_UPLOAD_STORE=mystore put a.bam
        error: invalid value 'mystore' for '--store <ID>': `mystore` is not a sequence store: its ID (10 to 36 digits) or its ARN (`arn:aws:omics:REGION:ACCOUNT:sequenceStore/ID`) is needed

          tip: the value is that of OMICS_UPLOAD_STORE

        For more information, try '--help'.
        $ env OMICS_UPLOAD_OUTPUT=xml put a.bam
        error: invalid value 'xml' for '--output <OUTPUT>'
          [possible values: text, json]

          tip: the value is that of OMICS_UPLOAD_OUTPUT

        For more information, try '--help'.
        $ env OMICS_UPLOAD_TAG=novalue put a.bam
        error: invalid value 'novalue' for '--tag <KEY=VALUE>': `novalue` is not a tag: the form is `KEY=VALUE`

          tip: the value is that of OMICS_UPLOAD_TAG

        For more information, try '--help'.
        $ echo "store =" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: it is not TOML
          caused by: TOML parse error at line 1, column 8
            |
          1 | store =
            |        ^
          string values must be quoted, expected literal string
        $ echo "stor = '1'" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `put` has no option `--stor`
        $ echo "part-size = '1MiB'" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `part-size` cannot have this value
          caused by: `1MiB` is not a part size: it is 1048576 bytes, and a part has 5242880 bytes (5 MiB) to 104857600 bytes (100 MiB)
        $ echo "tag = ['x']" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `tag` cannot have this value
          caused by: `x` is not a tag: the form is `KEY=VALUE`
        $ echo "store = 1.5" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `store` cannot have this value
          caused by: `1.5` is not a sequence store: its ID (10 to 36 digits) or its ARN (`arn:aws:omics:REGION:ACCOUNT:sequenceStore/ID`) is needed
        $ echo "attempts = 0" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `attempts` cannot have this value
          caused by: a number from 1 to 1000 is needed
        $ echo "output = 'xml'" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `output` cannot have this value
          caused by: it is one of `text`, `json`
    "#]]);
    // What does not need it does not care.
    for arguments in [&["completions", "bash"][..], &["--help"], &["help", "put"], &["--version"]] {
        Lab::run(refusals.lab.command(arguments)).expect(0);
    }
}
