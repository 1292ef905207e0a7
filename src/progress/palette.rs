//! Whether there is colour, and what it is used for. Knows no text.

use std::{env, io::IsTerminal as _};

use console::Style;

use super::options::Color;

/// What colour is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Confirmed,
    InFlight,
    Label,
    Faint,
    Warning,
    Error,
}

/// Colours text for standard error, or leaves it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Palette {
    colored: bool,
}

impl Palette {
    #[cfg(test)]
    pub(super) const PLAIN: Self = Self { colored: false };

    /// What the user, the environment and standard error allow.
    pub(super) fn detect(color: Color) -> Self {
        let environment = ColorEnvironment {
            no_color: env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
            force: env::var_os("CLICOLOR_FORCE")
                .is_some_and(|value| value != "0" && !value.is_empty()),
            clicolor: env::var_os("CLICOLOR").is_none_or(|value| value != "0"),
            terminal: std::io::stderr().is_terminal() && !is_dumb(),
        };
        Self { colored: environment.decide(color) }
    }

    pub(super) fn paint(self, paint: Paint, text: &str) -> String {
        if !self.colored || text.is_empty() {
            return text.to_owned();
        }
        let style = Style::new().force_styling(true);
        let style = match paint {
            Paint::Confirmed => style.green(),
            Paint::InFlight => style.yellow(),
            Paint::Label => style.bold(),
            Paint::Faint => style.dim(),
            Paint::Warning => style.yellow().bold(),
            Paint::Error => style.red().bold(),
        };
        style.apply_to(text).to_string()
    }
}

/// What <https://no-color.org> and <https://bixense.com/clicolors/> ask about.
struct ColorEnvironment {
    no_color: bool,
    force: bool,
    clicolor: bool,
    terminal: bool,
}

impl ColorEnvironment {
    const fn decide(&self, color: Color) -> bool {
        match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !self.no_color && (self.force || (self.clicolor && self.terminal)),
        }
    }
}

/// A terminal that does nothing but print, such as an editor's shell window.
pub(super) fn is_dumb() -> bool {
    env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_decides_then_the_environment_then_the_terminal() {
        let environment = |no_color, force, clicolor, terminal| ColorEnvironment {
            no_color,
            force,
            clicolor,
            terminal,
        };
        for (color, environment, colored) in [
            (Color::Auto, environment(false, false, true, true), true),
            (Color::Auto, environment(false, false, true, false), false),
            (Color::Auto, environment(true, false, true, true), false),
            (Color::Auto, environment(true, true, true, true), false),
            (Color::Auto, environment(false, true, true, false), true),
            (Color::Auto, environment(false, false, false, true), false),
            (Color::Always, environment(true, false, false, false), true),
            (Color::Never, environment(false, true, true, true), false),
        ] {
            assert_eq!(environment.decide(color), colored);
        }
    }

    #[test]
    fn plain_is_plain_and_colour_is_taken_back() {
        assert_eq!(Palette::PLAIN.paint(Paint::Error, "x"), "x");
        let palette = Palette { colored: true };
        assert_eq!(palette.paint(Paint::Confirmed, "x"), "\u{1b}[32mx\u{1b}[0m");
        assert_eq!(palette.paint(Paint::Confirmed, ""), "");
    }
}
