//! `tracking completions` prints completions for a shell.

use anyhow::Result;
use clap::Args;
use clap_complete::Shell;

use crate::commands::{Action, Environment};
use crate::output;

/// Arguments of `tracking completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell; bash reads them with `source <(tracking completions bash)`
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Action for CompletionsArgs {
    fn run(&self, environment: Environment<'_>) -> Result<()> {
        // The generator panics if its writer fails, so it writes into memory.
        let mut script = Vec::new();
        let mut command = (environment.command_line)();
        let name = command.get_name().to_owned();
        clap_complete::generate(self.shell, &mut command, name, &mut script);
        output::write(None, |out| Ok(out.write_all(&script)?))
    }
}
