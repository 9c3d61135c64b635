//! Measures what recording adds to a request of an axum program.
//!
//! `cargo run --release -p tracking-tokio --all-features --example layer_cost [REQUESTS] [ROUNDS]`
//!
//! - **Processor time**, over loopback, as the kernel accounts for it (Linux): of the thread that
//!   serves, and apart from it of the thread that saves. One server on one thread answers with the
//!   layer and without it in turns, over the same connections. A round is REQUESTS with the layer
//!   and as many without it, next to each other in time; the difference of each round counts.
//! - **Instructions**, of the whole process without its kernel, where valgrind is installed. They
//!   do not depend on the load of the machine.
//!
//! The first row is a layer of axum that does nothing: any layer costs as much.
#![expect(clippy::print_stdout, reason = "it is a program")]

mod instructions;
mod server;
mod variant;

use std::env;
use std::error::Error;

use server::Server;
use variant::{Program, Variant};

type Answer<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Answer<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    if let [perform, variant, times] = args.as_slice()
        && perform == instructions::PERFORM
    {
        return instructions::perform(variant, times.parse()?);
    }
    let number = |index: usize, default| args.get(index).map_or(Ok(default), |text| text.parse());
    let (requests, rounds) = (number(0, 1_000)?, number(1, 61)?);
    print_times(requests, rounds)?;
    instructions::print()
}

fn print_times(requests: u32, rounds: u32) -> Answer<()> {
    println!("Processor time in µs a request, median and quartiles of {rounds} rounds:\n");
    let head = [
        "",
        "without the layer",
        "added where it serves",
        "added where it saves",
    ];
    print_row(head.map(str::to_owned));
    for variant in Variant::ALL {
        let program = Program::new(variant)?;
        let mut server = Server::start(&program)?;
        let (mut without, mut serving, mut saving) = (Vec::new(), Vec::new(), Vec::new());
        // One more round than is counted warms up.
        for round in 0..=rounds {
            let (plain, recorded) = server.round(requests, round % 2 == 0, &program)?;
            if round > 0 {
                without.push(plain.serving);
                serving.push(recorded.serving - plain.serving);
                saving.push(recorded.others - plain.others);
            }
        }
        program.check(u64::from(server.recorded()))?;
        let [without, serving, saving] = [without, serving, saving].map(quartiles);
        print_row([variant.to_string(), without, serving, saving]);
    }
    Ok(())
}

fn print_row([name, without, serving, saving]: [String; 4]) {
    println!("{name:44} {without:>22} {serving:>22} {saving:>22}");
}

fn quartiles(mut values: Vec<f64>) -> String {
    values.sort_by(f64::total_cmp);
    let at = |quarter| values.get(values.len() * quarter / 4).copied();
    let at = |quarter| at(quarter).unwrap_or_default();
    format!("{:.2} ({:.2} to {:.2})", at(2), at(1), at(3))
}
