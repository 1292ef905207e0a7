//! Documents say what the program says: the README, the pages in `docs/`, the completions.

mod markdown;
mod shell;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use clap::CommandFactory as _;
use clap_complete::Shell;
use omics_upload::{
    cli::{Cli, EXIT_STATUS},
    commands,
};

use self::markdown::Page;
use crate::written;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    let path = root().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The pages for people: those at the top, all of `docs/`, and those of the examples.
fn pages() -> Vec<Page> {
    let markdown = |folder: &str| {
        let entries = fs::read_dir(root().join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let mut paths: Vec<PathBuf> =
            paths.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
        paths.sort();
        paths
    };
    let examples =
        fs::read_dir(root().join("examples")).unwrap().map(|entry| entry.unwrap().path());
    let mut examples: Vec<_> = examples.map(|path| path.join("README.md")).collect();
    examples.retain(|path| path.exists());
    examples.sort();
    let paths = [markdown(""), markdown("docs"), markdown("examples"), examples].concat();
    assert!(paths.len() > 15, "only {} pages found", paths.len());
    paths.iter().map(|path| Page::read(root(), path)).collect()
}

fn page(name: &str) -> Page {
    Page::read(root(), &root().join(name))
}

#[test]
fn completions_are_what_the_binary_generates() {
    for (shell, file) in [
        (Shell::Bash, "omics-upload.bash"),
        (Shell::Zsh, "_omics-upload"),
        (Shell::Fish, "omics-upload.fish"),
        (Shell::Elvish, "omics-upload.elv"),
        (Shell::PowerShell, "_omics-upload.ps1"),
    ] {
        let generated = String::from_utf8(commands::completions(shell)).unwrap();
        assert!(
            generated == read(&format!("completions/{file}")),
            "completions/{file} is out of date: \
             `cargo run -- completions {shell} > completions/{file}`"
        );
    }
}

/// `docs/commands.md` is the help of every command; `UPDATE_EXPECT=1` writes it.
#[test]
fn the_page_of_commands_is_their_help() {
    fn visible(command: &clap::Command, path: &str, found: &mut Vec<String>) {
        found.push(path.to_owned());
        for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
            visible(sub, &format!("{path} {}", sub.get_name()), found);
        }
    }
    let mut page = "\
# Commands

The help of every command, as `--help` prints it. A test writes this page.
"
    .to_owned();
    let mut paths = Vec::new();
    visible(&Cli::command(), "omics-upload", &mut paths);
    for path in paths {
        let line = path.split(' ').chain(["--help"]);
        let help = Cli::command().term_width(100).try_get_matches_from(line).unwrap_err();
        let help = help.to_string();
        let lines: Vec<_> = help.lines().map(str::trim_end).collect();
        let _ = write!(page, "\n## {path}\n\n```text\n{}\n```\n", lines.join("\n").trim_end());
    }
    written::hold("docs/commands.md", &page);
}

#[test]
fn one_page_has_the_exit_statuses() {
    let table = format!("```text\n{EXIT_STATUS}\n```");
    let with: Vec<_> = pages().into_iter().filter(|page| page.text.contains(&table)).collect();
    assert_eq!(with.iter().map(|page| page.name.as_str()).collect::<Vec<_>>(), ["docs/output.md"]);
    assert!(read("README.md").contains("(docs/output.md)"));
}

#[test]
fn command_lines_can_be_run() {
    let mut count = 0;
    for page in pages() {
        for block in page.blocks().filter(|block| matches!(block.language, "sh" | "bash")) {
            for line in shell::ours(block.text) {
                count += 1;
                if let Err(error) = Cli::command().try_get_matches_from(&line) {
                    let shown = matches!(
                        error.kind(),
                        clap::error::ErrorKind::DisplayHelp
                            | clap::error::ErrorKind::DisplayVersion
                    );
                    assert!(shown, "{}: `{}`: {error}", page.name, line.join(" "));
                }
            }
        }
    }
    assert!(count > 40, "only {count} command lines found");
}

/// `put --verify` in the middle of a sentence, and `--verify` alone.
#[test]
fn commands_and_options_in_sentences_exist() {
    let mut command = Cli::command();
    command.build();
    for page in pages() {
        for span in page.spans() {
            if let Err(what) = shell::known(&command, span) {
                panic!("{}: `{span}`: no {what}", page.name);
            }
        }
    }
}

#[test]
fn data_in_pages_can_be_parsed() {
    let command = Cli::command();
    let put = command.find_subcommand("put").unwrap();
    for page in pages() {
        for block in page.blocks() {
            match block.language {
                "json" => {
                    serde_json::from_str::<serde_json::Value>(block.text)
                        .unwrap_or_else(|error| panic!("{}: {error}: {}", page.name, block.text));
                }
                "toml" => {
                    let table: toml::Table = block.text.parse().unwrap();
                    for key in table.keys() {
                        let known = put.get_arguments().any(|arg| arg.get_long() == Some(key));
                        assert!(known, "{}: no key `{key}` of the config file", page.name);
                    }
                }
                _ => {}
            }
        }
    }
}

#[test]
fn links_lead_to_pages_and_headings() {
    for page in pages() {
        for link in page.links() {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').map_or((link, None), |(f, a)| (f, Some(a)));
            let target = if file.is_empty() { page.path.clone() } else { page.beside(file) };
            assert!(target.exists(), "{} links to `{link}`, which does not exist", page.name);
            if let Some(anchor) = anchor {
                let anchors = Page::read(root(), &target).anchors();
                assert!(
                    anchors.iter().any(|known| known == anchor),
                    "{} links to `{link}`, and the page has only {anchors:?}",
                    page.name
                );
            }
        }
    }
}

/// What the page of troubles quotes is said somewhere.
#[test]
fn troubles_quote_messages_that_exist() {
    let catalogue = read("tests/data/messages.txt");
    let page = page("docs/troubleshooting.md");
    let tables = page.text.split("| message contains |").skip(1);
    let rows = tables.flat_map(|table| table.lines().skip(2).take_while(|l| l.starts_with('|')));
    let mut count = 0;
    for row in rows {
        let cell = row.split('|').nth(1).unwrap_or_default();
        for quoted in cell.split('`').skip(1).step_by(2) {
            count += 1;
            assert!(catalogue.contains(quoted), "nothing says `{quoted}`");
        }
    }
    assert!(count > 5, "only {count} quotes found");
}

/// The page of the house has every room, and no others.
#[test]
fn the_house_has_the_rooms_of_its_page() {
    let page = page("docs/architecture.md");
    for span in page.spans().chain(self::page("CONTRIBUTING.md").spans()) {
        let is_path = span.starts_with("src/") || span.starts_with("tests/");
        assert!(!is_path || root().join(span).exists(), "there is no `{span}`");
    }
    let diagram = page.blocks().find(|block| block.language == "mermaid").unwrap();
    let drawn = |room: &str| diagram.text.split_whitespace().any(|word| word.starts_with(room));
    let named: Vec<_> = page.spans().collect();
    let library = read("src/lib.rs");
    let modules = library.lines().filter_map(|line| line.strip_prefix("pub mod "));
    for room in modules.map(|line| line.trim_end_matches(';')) {
        let [folder, file] = [format!("src/{room}"), format!("src/{room}.rs")];
        let is_named = named.contains(&folder.as_str()) || named.contains(&file.as_str());
        assert!(is_named && drawn(room), "docs/architecture.md has no room `{room}`");
    }
}

#[test]
fn every_page_is_linked_from_the_readme() {
    let linked = |page: &Page| page.links().map(|link| page.beside(link)).collect::<Vec<_>>();
    let readme = page("README.md");
    let (from_readme, from_examples) = (linked(&readme), linked(&page("examples/README.md")));
    for page in pages() {
        let is_linked = from_readme.contains(&page.path)
            || page.name.starts_with("examples/") && from_examples.contains(&page.path);
        assert!(page.name == readme.name || is_linked, "README.md does not link to {}", page.name);
    }
}

#[test]
fn the_readme_is_for_five_minutes() {
    let readme = read("README.md");
    let lines: Vec<_> = readme.lines().collect();
    assert!(lines.len() <= 250, "{} lines", lines.len());
    for command in [
        "cargo run --release -- put --sandbox tests/data/pysam-tests/test_unaligned.bam",
        "cargo test --locked",
    ] {
        assert!(lines[..32].contains(&command), "`{command}` is not on the first screen");
    }
}

#[test]
fn ci_runs_the_command_of_the_readme() {
    assert!(read("README.md").contains("cargo test --locked"));
    assert!(read(".ci/run").lines().any(|line| line == "cargo test --locked"));
}

#[test]
fn nothing_is_left_to_do() {
    fn visit(folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                for word in ["TODO", "FIXME", "XXX", "todo!", "unimplemented!", "dbg!"] {
                    let here = path.ends_with("tests/documents.rs");
                    assert!(here || !text.contains(word), "{word} in {}", path.display());
                }
            }
        }
    }
    visit(&root().join("src"));
    visit(&root().join("tests"));
}

/// Texts of the catalogue that are a piece of a hint, which has its row by other words.
const PIECES: [&str; 8] = [
    "| awk '/[!-~]/{for(;n;n--)print\"\";print;c=NR;next}{n++}END{for(;c%4;c++)print\"\"}'",
    "hint: {hint}",
    "PROGRAM | {line}",
    "is {seconds} seconds ahead of the service's",
    "is {} seconds behind the service's",
    "differs too much from the service's",
    "set AWS_PROFILE,",
    "hint: what it should have held: {lines}",
];

#[test]
fn troubleshooting_has_a_row_for_every_hint() {
    let catalogue = read("tests/data/messages.txt");
    let hints = catalogue.split("# ").find(|section| section.starts_with("Hints (")).unwrap();
    let hints = hints.lines().filter_map(|line| Some(line.strip_prefix("  ")?.split_once(": ")?.1));
    let hints: Vec<_> = hints.filter(|hint| !PIECES.contains(hint)).collect();
    assert!(hints.len() > 100, "only {} hints found", hints.len());
    let page = read("docs/troubleshooting.md");
    let (_, rows) = page.split_once("\n## By hint\n").unwrap();
    let rows = rows.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" | "));
    let words: Vec<_> = rows.flat_map(|(first, _)| first.split('`').step_by(2)).collect();
    for hint in &hints {
        assert!(words.iter().any(|words| hint.contains(words)), "no row for the hint: {hint}");
    }
    for words in words {
        let is_said = hints.iter().any(|hint| hint.contains(words));
        assert!(is_said, "no hint contains `{words}` any more");
    }
}
