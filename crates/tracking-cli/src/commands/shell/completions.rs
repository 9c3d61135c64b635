//! `tracking completions` prints completions for a shell.

use anyhow::Result;
use clap::Args;
use clap_complete::Shell;
use tracking_core::Clock;

use crate::args;
use crate::commands::Action;
use crate::output;

/// Arguments of `tracking completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell; bash reads them with `source <(tracking completions bash)`
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Action for CompletionsArgs {
    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        // Written at once: the generator takes an error of its writer for a bug.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut args::command(), args::NAME, &mut script);
        output::write(None, |out| Ok(out.write_all(&script)?))
    }
}
