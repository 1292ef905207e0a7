//! The page of a batch: what gets into it, what does not, and what a browser makes of it.

mod browser;
mod looks;
mod sample;

use omics_upload::page::{self, OutsideText, PageReport};
use proptest::prelude::*;

use self::sample::{hostile, report};

/// What gives a page its structure; names may add none of it.
fn structure(page: &str) -> Vec<usize> {
    let count = |c: char| page.matches(c).count();
    vec![count('<'), count('>'), count('"'), count('\''), count('\n')]
}

/// The page without the style and the script, in which nothing from outside is.
fn content(report: &PageReport) -> String {
    let page = page::html(report);
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (body, rest) = rest.split_once("<script>").unwrap();
    let (_, end) = rest.split_once("</script>").unwrap();
    [head, body, end].concat()
}

fn is_inert(text: &str) {
    let harmless = content(&hostile("x"));
    let page = content(&hostile(text));
    assert_eq!(structure(&page)[..3], structure(&harmless)[..3], "{text:?}");
    let hidden = |c: &char| c.is_control() || "\u{202e}\u{2066}\u{200b}\u{feff}".contains(*c);
    assert_eq!(page.chars().find(hidden), None, "{text:?}");
}

#[test]
fn hostile_names_are_text() {
    for text in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)' x=\"\"",
        "</title></style></script><svg onload=alert(1)>",
        "a\u{202e}gpj.bam\u{2066}",
        "\u{0}\u{1b}[31m\r\n\u{85}\u{2028}",
        "&lt;b&gt;&#x3c;",
        "--><!--<",
        "]]>{{x}}${x}`\u{0}",
    ] {
        is_inert(text);
        assert!(!content(&hostile(text)).contains(text), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_text_changes_the_structure(text in r#"[<>"'&`=a/\\!\-\u{0}-\u{1f}\u{202a}-\u{202e}]{0,12}<[<>"'a ]{0,4}"#) {
        is_inert(&text);
    }
}

#[test]
fn paths_hosts_and_users_are_left_out() {
    let mut report = report(60);
    report.hosts = vec!["node17.cluster.lab.example".into(), "node18".into()];
    report.users = vec!["annabel".into()];
    report.endpoint = Some("https://omics.internal.example:8443".into());
    report.notes = vec!["node18 stopped: /home/annabel/.aws/credentials: no profile".into()];
    let failure = report.rows.iter_mut().find_map(|row| row.failure.as_mut()).unwrap();
    failure.message = "cannot read `/archive/annabel/keys`: proxy.lab.example:3128 said no".into();
    failure.hint = Some("ask annabel@lab.example, or see https://wiki.lab.example/x".into());
    let private = [
        "node17",
        "node18",
        "annabel",
        "/home",
        "/archive",
        "lab.example",
        "internal.example",
        "credentials",
        "3128",
        "8443",
        "/data",
        "run-2026-11-27",
        "/mnt",
    ];
    let open = page::html(&report);
    report.redact = true;
    let redacted = page::html(&report);
    for text in private {
        assert!(open.contains(text), "{text}");
        assert!(!redacted.contains(text), "{text}");
    }
    for kept in ["samples.csv", "NA12878", "fastq.gz", "said no", "arn:aws:omics"] {
        assert!(redacted.contains(kept), "{kept}");
    }
    assert_eq!(structure(&open)[0].abs_diff(structure(&redacted)[0]) % 2, 0);
}

#[test]
fn nothing_of_the_page_lies_elsewhere() {
    let page = content(&report(60));
    for outside in
        [" src=", "url(", "@import", "http://", "https://", " style=", " on", "<link", "<base"]
    {
        assert!(!page.contains(outside) || outside == " on", "{outside}");
    }
    let mut links = page.match_indices(" href=").map(|(at, _)| &page[at..at + 8]);
    assert!(links.all(|link| link == " href=\"#"));
}

#[test]
fn a_page_grows_with_its_rows_and_stays_small() {
    let [some, many] = [500, 5000].map(|rows| page::html(&report(rows)).len());
    assert!(many < 9_000_000, "{many} bytes");
    assert!(many < some * 10, "{some} bytes of 500 rows, and {many} of 5,000");
}

#[test]
fn a_run_that_has_not_begun_has_a_page() {
    let mut empty = report(0);
    (empty.begun, empty.ended) = (None, None);
    empty.throughput = page::Throughput::new(empty.made);
    let page = page::html(&empty);
    assert!(page.contains("The sheet has no read sets.") && !page.contains("<svg"));
    assert_eq!(OutsideText::default(), OutsideText::new(""));
}
