//! Instructions, counted by callgrind.
//!
//! A program answers requests within its process, a few of them and many of them, in two processes
//! that are alike otherwise; the difference is what the requests take.

use std::env;
use std::process::{Command, Stdio};

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::Answer;
use crate::variant::{Program, Variant};

/// Starts this program with `--perform VARIANT TIMES` to answer so many requests.
pub(crate) const PERFORM: &str = "--perform";

/// Of the recorder, whole batches are saved.
const TIMES: (u32, u32) = (2_000, 12_000);

pub(crate) fn print() -> Answer<()> {
    let mut valgrind = Command::new("valgrind");
    let is_there = valgrind.arg("--version").stdout(Stdio::null()).status();
    if !is_there.is_ok_and(|status| status.success()) {
        println!("\nSKIPPED: no instructions counted, valgrind is missing");
        return Ok(());
    }
    let without = counted(Variant::NoLayer)?;
    println!("\nInstructions a request, in all threads; without the layer {without}:\n");
    for variant in Variant::ALL {
        let added = counted(variant)? - without;
        println!("{variant:44} {added:>7}");
    }
    Ok(())
}

/// Instructions a request.
fn counted(variant: Variant) -> Answer<i64> {
    let (few, many) = TIMES;
    let taken = total(variant, many)? - total(variant, few)?;
    Ok(taken / i64::from(many - few))
}

fn total(variant: Variant, times: u32) -> Answer<i64> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(env::current_exe()?).arg(PERFORM);
    let output = command.arg(variant.to_string()).arg(times.to_string());
    let report = String::from_utf8(output.output()?.stderr)?;
    let line = report.lines().find(|line| line.contains("Collected :"));
    let count = line.and_then(|line| line.rsplit(' ').next()?.parse().ok());
    count.ok_or_else(|| format!("callgrind shows no count: {report}").into())
}

pub(crate) fn perform(variant: &str, times: u32) -> Answer<()> {
    let variant = Variant::named(variant).ok_or("there is no such variant")?;
    let program = Program::new(variant)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        for _ in 0..times {
            let response = program.with.clone().oneshot(request()?).await?;
            response.into_body().collect().await?;
        }
        Answer::Ok(())
    })?;
    program.flush()?;
    // Freeing what is stored would count.
    std::mem::forget(program);
    Ok(())
}

fn request() -> Answer<Request<Body>> {
    let request = Request::get("/lesson/3")
        .header("host", "localhost")
        .header("user-agent", "layer_cost")
        .header("accept", "*/*")
        .header("x-user", "anna")
        .header("x-request-id", "0123456789abcdef");
    Ok(request.body(Body::empty())?)
}
