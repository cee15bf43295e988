//! `orchcli serve` on a fresh folder: from its start to the first answer, and what it holds when nobody asks.
//!
//!     cargo bench --bench start
#![allow(clippy::print_stdout, reason = "the outcome is what it prints")]

#[path = "support/mod.rs"]
mod support;

use std::time::Duration;

use support::{Server, mebibytes, quantile};

const STARTS: usize = 21;
/// How long a server is left alone before it is weighed.
const REST: Duration = Duration::from_secs(3);

fn main() {
    let (mut first_answers, mut weights) = (Vec::new(), Vec::new());
    for start in 0..STARTS {
        let server = Server::start();
        first_answers.push(server.first_answer);
        if start < 3 {
            std::thread::sleep(REST);
            weights.push(server.memory());
        }
    }
    first_answers.sort_unstable();
    weights.sort_unstable_by_key(|weight| weight.resident);
    let weight = quantile(&weights, 0.5);
    println!(
        "start to first answer, {STARTS} fresh stores: median {:?}, slowest {:?}",
        quantile(&first_answers, 0.5),
        quantile(&first_answers, 1.0)
    );
    println!(
        "memory, idle for {} s: {} resident, of which {} of its own",
        REST.as_secs(),
        mebibytes(weight.resident),
        mebibytes(weight.anonymous)
    );
}
