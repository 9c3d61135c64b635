//! `tracking man` writes manual pages.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use clap_mangen::Man;

use crate::commands::{Action, Environment};
use crate::output;

/// Arguments of `tracking man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Write a page for each command into this folder, which must be there; `man` looks in
    /// `share/man/man1`
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

impl Action for ManArgs {
    fn run(&self, environment: Environment<'_>) -> Result<()> {
        // So that all commands have their full names, as in `tracking run show`.
        let mut command = (environment.command_line)().disable_help_subcommand(true);
        command.build();
        match &self.output {
            None => output::write(None, |out| Ok(Man::new(command).render(out)?)),
            Some(folder) => write_pages(&command, folder),
        }
    }
}

fn write_pages(command: &clap::Command, folder: &Path) -> Result<()> {
    let man = Man::new(command.clone());
    let page = folder.join(man.get_filename());
    output::write_file(&page, |out| Ok(man.render(out)?))?;
    command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .try_for_each(|command| write_pages(command, folder))
}
