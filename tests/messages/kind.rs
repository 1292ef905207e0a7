//! Which kind of text a macro, a function or a type takes, by its name.

/// What a text is to the person who reads it. Where several apply, the first one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Error,
    Hint,
    Note,
    Progress,
    Help,
    Output,
    /// Parts of sentences whose use cannot be seen in the syntax, what bugs say, protocols.
    Other,
}

impl Kind {
    pub(crate) const fn heading(self) -> &'static str {
        match self {
            Self::Error => "Errors",
            Self::Hint => "Hints",
            Self::Note => "Warnings and notes",
            Self::Progress => "Progress",
            Self::Help => "Help",
            Self::Output => "Output",
            Self::Other => "Other",
        }
    }
}

/// A macro's.
pub(crate) fn of_macro(name: &str) -> Option<Kind> {
    Some(match name {
        "anyhow" | "bail" | "ensure" => Kind::Error,
        "print" | "println" => Kind::Output,
        "eprint" | "eprintln" => Kind::Note,
        "panic" | "unreachable" => Kind::Other,
        name if name.contains("assert") => Kind::Other,
        _ => return None,
    })
}

/// Whether a macro's first text is a format.
pub(crate) fn is_format(name: &str) -> bool {
    of_macro(name).is_some()
        || matches!(name, "format" | "format_args" | "write" | "writeln" | "concat")
}

/// That of what a function or method is called with.
pub(crate) fn of_call(name: &str) -> Option<Kind> {
    Some(match name {
        "context" | "with_context" | "Err" | "ok_or" | "ok_or_else" | "map_err" | "broken" => {
            Kind::Error
        }
        "hint" | "advice" => Kind::Hint,
        "note" | "warn" | "warning" => Kind::Note,
        "print" | "line" | "complain" => Kind::Output,
        "expect" | "expect_err" => Kind::Other,
        _ => return None,
    })
}

/// Whether a method looks for what it is called with.
pub(crate) fn is_search(name: &str) -> bool {
    name.starts_with("strip_")
        || name.starts_with("split")
        || matches!(
            name,
            "contains" | "starts_with" | "ends_with" | "find" | "replace" | "is_ident"
        )
}

/// That of what a function says, or a variable or field of such a name holds.
pub(crate) fn of_name(name: &str) -> Option<Kind> {
    Some(match name {
        "error" | "problem" | "problems" => Kind::Error,
        "hint" | "hints" | "advice" => Kind::Hint,
        "note" | "notes" | "warning" | "warnings" => Kind::Note,
        _ => return None,
    })
}

/// That of a text which says itself what it is.
pub(crate) fn of_label(text: &str) -> Option<Kind> {
    let (label, _) = text.trim_start().split_once(": ")?;
    matches!(label, "error" | "hint" | "note" | "warning").then(|| of_name(label))?
}

/// Whether a method adds what it is called with to others of the same kind.
pub(crate) fn is_collecting(name: &str) -> bool {
    matches!(name, "push" | "extend" | "chain" | "insert")
}

/// What a value of a type is, or what is made of one.
pub(crate) fn of_type(name: &str) -> Option<Kind> {
    Some(match name {
        "Problem" | "Invalid" | "Failure" | "Abort" | "Damage" | "Defect" | "Refused" => {
            Kind::Error
        }
        "Advice" => Kind::Hint,
        "Note" | "Warning" => Kind::Note,
        "Event" | "Phase" | "Reason" | "Snapshot" | "Tally" => Kind::Progress,
        "Finding" => Kind::Output,
        name if name.ends_with("Error") => Kind::Error,
        _ => return None,
    })
}
