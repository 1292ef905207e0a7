//! Documents say what the program says.

use std::{fs, path::Path};

use clap_complete::Shell;
use omics_upload::{cli::EXIT_STATUS, commands, settings};

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
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

#[test]
fn the_readme_has_the_exit_statuses() {
    assert!(read("README.md").contains(&format!("```text\n{EXIT_STATUS}\n```")));
}

#[test]
fn the_readme_names_only_options_that_exist() {
    let (command, _) = settings::command();
    let known: Vec<String> = command
        .get_subcommands()
        .flat_map(clap::Command::get_arguments)
        .filter_map(clap::Arg::get_long)
        .map(|long| format!("--{long}"))
        .collect();
    let readme = read("README.md");
    let blocks = readme.split("```").skip(1).step_by(2);
    let lines = blocks.flat_map(str::lines).filter(|line| line.contains("omics-upload "));
    for line in lines {
        let ours = line.split("omics-upload ").last().unwrap_or_default();
        for word in ours.split_whitespace().take_while(|word| *word != "|") {
            let option = word.split('=').next().unwrap_or(word);
            if option.starts_with("--") {
                assert!(known.iter().any(|known| known == option), "`{option}` in `{line}`");
            }
        }
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
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    visit(&root.join("src"));
    visit(&root.join("tests"));
}
