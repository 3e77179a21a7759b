//! `completions`: what a shell needs to complete commands and flags. In: the shell. Out: its script on stdout.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Context, Exit, Stop};

/// For which shell.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch completions bash > ~/.local/share/bash-completion/completions/govwatch\n  govwatch completions zsh > ~/.zfunc/_govwatch\n  govwatch completions fish > ~/.config/fish/completions/govwatch.fish"
)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Runs `completions`.
pub fn run(context: &Context, completions: &Completions) -> Result<Exit, Stop> {
    // Into memory first: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Cli::command(), "govwatch", &mut script);
    context.out.text(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
