//! What standard error holds, and how grave it is what is said there.

use super::options::{Progress, Verbosity};

/// What standard error holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Bars,
    Lines,
    Json,
    Silent,
}

impl View {
    /// JSON stays JSON when quiet: whoever parses it gets the warnings as objects.
    pub(super) const fn choose(progress: Progress, verbosity: Verbosity, bars_fit: bool) -> Self {
        match (progress, verbosity) {
            (Progress::Json, _) => Self::Json,
            (_, Verbosity::Quiet) | (Progress::None, _) => Self::Silent,
            (Progress::Auto | Progress::Bars, _) if bars_fit => Self::Bars,
            (Progress::Auto | Progress::Bars | Progress::Lines, _) => Self::Lines,
        }
    }
}

/// How grave it is what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MessageKind {
    Note,
    Warning,
    Error,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_is_what_was_asked_for_where_it_can_be_had() {
        use Progress::{Auto, Bars, Json, Lines, None};
        use Verbosity::{Normal, Quiet, Verbose};
        for (progress, verbosity, bars_fit, view) in [
            (Auto, Normal, true, View::Bars),
            (Auto, Normal, false, View::Lines),
            (Auto, Verbose, true, View::Bars),
            (Auto, Quiet, true, View::Silent),
            (Bars, Normal, false, View::Lines),
            (Bars, Quiet, true, View::Silent),
            (Lines, Normal, true, View::Lines),
            (Lines, Quiet, true, View::Silent),
            (Json, Normal, true, View::Json),
            (Json, Quiet, false, View::Json),
            (None, Verbose, true, View::Silent),
        ] {
            assert_eq!(View::choose(progress, verbosity, bars_fit), view);
        }
    }
}
