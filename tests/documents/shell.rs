//! As much of the shell as the pages use, to find the program's own command lines in it.

/// The program's command lines in a script, as `argv`. A variable or the output of a command counts as
/// an ID.
pub(crate) fn ours(script: &str) -> Vec<Vec<String>> {
    commands(script).into_iter().filter_map(own).collect()
}

fn own(words: Vec<String>) -> Option<Vec<String>> {
    let is_assignment =
        |word: &String| word.split_once('=').is_some_and(|(name, _)| !name.is_empty());
    let mut words = words.into_iter().skip_while(is_assignment);
    match words.next()?.as_str() {
        "omics-upload" => {}
        "cargo" if words.next()? == "run" => {
            words.by_ref().find(|word| word == "--")?;
        }
        _ => return None,
    }
    Some(std::iter::once("omics-upload".to_owned()).chain(words).collect())
}

/// The words of each command, without redirections.
fn commands(script: &str) -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    let mut is_target = false;
    for token in tokens(&script.replace("\\\n", " ")) {
        match token {
            Token::End => found.push(Vec::new()),
            Token::Redirect => is_target = true,
            Token::Word(_) if std::mem::take(&mut is_target) => {}
            Token::Word(word) => found.last_mut().unwrap().push(word),
        }
    }
    found
}

enum Token {
    Word(String),
    Redirect,
    /// The end of a command, or the beginning of one within another.
    End,
}

fn tokens(script: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut rest = script.chars().peekable();
    while let Some(c) = rest.next() {
        let begins = word.is_empty();
        match c {
            '#' if begins => while rest.next_if(|c| *c != '\n').is_some() {},
            '\'' | '"' => {
                let quoted: String = rest.by_ref().take_while(|end| *end != c).collect();
                word.push_str(if c == '"' && quoted.contains('$') {
                    "1234567890"
                } else {
                    &quoted
                });
                continue;
            }
            '$' if rest.next_if_eq(&'(').is_some() => word.clear(),
            ' ' | '\n' | '|' | '&' | ';' | '(' | ')' | '<' | '>' => {}
            _ => {
                word.push(c);
                continue;
            }
        }
        if !word.is_empty() {
            found.push(Token::Word(std::mem::take(&mut word)));
        }
        match c {
            ' ' => {}
            '<' | '>' => found.push(Token::Redirect),
            _ => found.push(Token::End),
        }
    }
    if !word.is_empty() {
        found.push(Token::Word(word));
    }
    found
}

/// Whether code in a sentence names commands and options that exist, if it is one of ours.
pub(crate) fn known(program: &clap::Command, span: &str) -> Result<(), String> {
    let mut words = span.split_whitespace().peekable();
    let named = words.next_if_eq(&"omics-upload").is_some() && words.peek().is_some();
    let mut command = program;
    while let Some(sub) = words.peek().and_then(|word| command.find_subcommand(word)) {
        command = sub;
        words.next();
    }
    let is_command = command.get_name() != program.get_name();
    // What follows `-- ` is for another program.
    let is_option = span.starts_with("--") && !span.starts_with("-- ");
    if named && !is_command && !words.peek().is_some_and(|word| word.starts_with('-')) {
        return Err(format!("command `{}`", words.next().unwrap_or_default()));
    }
    if !named && !is_command && !is_option {
        return Ok(());
    }
    for word in words.filter(|word| word.starts_with("--") && word.len() > 2) {
        let name = word.split(['=', '[']).next().unwrap_or(word).trim_start_matches('-');
        let found = if is_command { has(command, name) } else { anywhere(program, name) };
        if !found {
            return Err(format!("option `--{name}`"));
        }
    }
    Ok(())
}

fn has(command: &clap::Command, long: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_long() == Some(long))
}

fn anywhere(command: &clap::Command, long: &str) -> bool {
    has(command, long) || command.get_subcommands().any(|sub| anywhere(sub, long))
}

#[test]
fn command_lines_are_found() {
    let script = "\
set -o pipefail # omics-upload none
samtools view a.bam 2> log | omics-upload put - --name 'a b' > id.txt && omics-upload wait \"$(cat id.txt)\"
id=$(omics-upload put x.bam) || exit
A=1 cargo run --release -- check \\
  y.bam
";
    let found: Vec<_> = ours(script).iter().map(|words| words[1..].join(" ")).collect();
    assert_eq!(found, ["put - --name a b", "wait 1234567890", "put x.bam", "check y.bam"]);
}

#[test]
fn commands_and_options_are_known() {
    use clap::{Arg, Command};
    let put = Command::new("put").arg(Arg::new("verify").long("verify"));
    let other = Command::new("list").arg(Arg::new("all").long("all"));
    let uploads = Command::new("uploads").subcommand(other);
    let program = Command::new("omics-upload").subcommands([put, uploads]);
    for span in [
        "put",
        "put --verify",
        "omics-upload uploads list --all",
        "--verify",
        "--verify=yes",
        "omics-upload",
        "gzip --best",
        "uploads list --all",
    ] {
        assert_eq!(known(&program, span), Ok(()), "{span}");
    }
    for span in ["put --all", "omics-upload gut", "--none", "uploads list --verify"] {
        assert!(known(&program, span).is_err(), "{span}");
    }
}
