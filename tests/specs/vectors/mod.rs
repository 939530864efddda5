//! The shared vectors of `tests/vectors`: read, replayed against a fresh deployment, and complete.

mod coverage;
mod file;
mod matching;
mod replay;

use file::Scenario;

#[tokio::test]
async fn every_vector_holds() {
    for scenario in Scenario::all() {
        eprintln!("{}: {} steps", scenario.file, scenario.steps.len());
        replay::replay(&scenario).await;
    }
}
