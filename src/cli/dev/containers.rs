//! The containers of a run: which, how they are brought up, and what becomes of them at its end (cli.md 3.2).

use std::collections::BTreeSet;

use futures::future::join_all;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::cli::args::WorkFlags;
use crate::cli::failure::{Ended, Failure};
use crate::cli::output::Output;
use crate::cli::runtime::Interrupt;
use crate::cli::stack;
use crate::dev::Reporter;
use crate::dev::converge::down::{Down, Found};
use crate::dev::converge::{Desired, Options, State, containers};
use crate::dev::images;
use crate::dev::logs::Query;
use crate::dev::project::Project;
use crate::dev::settings::Wait;
use crate::dev::start::{self, Start, Started};
use crate::dev::stop::stop;
use crate::docker::Engine;

/// The containers of a run.
#[derive(Debug)]
pub struct Containers {
    /// Where they are.
    pub engine: Engine,
    /// What they are.
    pub desired: Desired,
    /// The services that had containers running before.
    before: BTreeSet<String>,
}

impl Containers {
    /// What is wanted, and what runs already.
    pub async fn look(engine: Engine, desired: Desired) -> Result<Self, Failure> {
        let found = containers(&engine, &desired.stack.name).await.map_err(|error| stack::failure(&error))?;
        let running = found.iter().filter(|seen| match seen.state() {
            State::Running | State::Paused | State::Restarting => true,
            State::Created | State::Exited | State::Gone => false,
        });
        let before = running.map(|seen| seen.service().to_owned()).collect();
        Ok(Self { engine, desired, before })
    }

    /// The services.
    pub fn services(&self) -> impl Iterator<Item = &String> {
        self.desired.stack.services.keys()
    }

    /// Brings them up, and waits until they are ready.
    pub async fn up(
        &self,
        project: &Project,
        images: &images::Plan,
        wait: &Wait,
        work: &WorkFlags,
        interrupt: &Interrupt,
        output: &mut Output,
    ) -> Result<Started, Ended> {
        let how = Start {
            options: Options::default(),
            wait: true,
            budgets: start::budgets(wait.timeout, wait),
            parallel: stack::parallel(work),
        };
        let (engine, desired) = (&self.engine, &self.desired);
        let up = stack::Up { command: "dev", project, engine, desired, images, how: &how };
        let started = stack::bring_up(&up, work, interrupt, output).await?;
        if started.interrupted { Err(interrupt.ended().into()) } else { Ok(started) }
    }

    /// What is read to show what they write.
    pub fn query(&self, since: Timestamp) -> Query {
        Query {
            project: self.desired.stack.name.clone(),
            services: self.services().cloned().collect(),
            since: Some(since),
            ..Query::default()
        }
    }

    /// Ends those that did not run before at once.
    pub async fn kill(&self) {
        let name = &self.desired.stack.name;
        // An engine that does not answer kills nothing either.
        let found = self.engine.of_project(name).await.unwrap_or_default();
        let new = found.iter().filter(|container| {
            let service = &container.service;
            self.services().any(|ours| ours == service) && !self.before.contains(service)
        });
        join_all(new.map(|container| self.engine.kill(&container.id))).await;
    }

    /// Stops those that did not run before; what cannot be stopped comes back.
    pub async fn end(&self) -> Vec<Failure> {
        let new = self.services().filter(|service| !self.before.contains(*service));
        let services: Vec<String> = new.cloned().collect();
        if services.is_empty() {
            return Vec::new();
        }
        let found = match Found::look(&self.engine, &self.desired.stack.name).await {
            Ok(found) => found,
            Err(error) => return vec![stack::failure(&error)],
        };
        let steps = found.plan(&Down { services, keep_containers: true, ..Down::default() });
        // The end has begun: only a second signal cuts it short, and that ends the command.
        let (silent, never) = (Reporter::new(drop), CancellationToken::new());
        let stopped = stop(&self.engine, &steps, None, steps.len(), &silent, &never).await;
        stack::of_steps(&steps, &stopped.outcomes).into_iter().collect()
    }
}
