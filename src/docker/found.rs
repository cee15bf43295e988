//! The containers of a Compose project, found by their labels (cli.md 8.4).

use std::collections::{BTreeSet, HashMap};

use bollard::models::{ContainerSummary, ContainerSummaryStateEnum as Word};
use bollard::query_parameters::{EventsOptions, ListContainersOptionsBuilder};
use futures::StreamExt;
use futures::stream::BoxStream;

use super::{Engine, Error, State, label};

/// A container as the list of the engine shows it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Name of its service.
    pub service: String,
    /// Its number among those of its service.
    pub number: u32,
    /// What it does.
    pub state: State,
    /// Its labels.
    pub labels: HashMap<String, String>,
}

impl Engine {
    /// The containers of a project, running or not, by service and number; those of single commands are left out.
    pub async fn of_project(&self, project: &str) -> Result<Vec<Found>, Error> {
        let label = format!("{}={project}", label::PROJECT);
        let filters = HashMap::from([("label", vec![label])]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let listed = self.client.list_containers(Some(options)).await?;
        let mut found: Vec<Found> = listed.into_iter().filter_map(found).collect();
        found.sort_by(|a, b| (&a.service, a.number, &a.id).cmp(&(&b.service, b.number, &b.id)));
        Ok(found)
    }

    /// What a label says on the containers that run, each once.
    pub async fn running_with(&self, label: &str) -> Result<BTreeSet<String>, Error> {
        let filters = HashMap::from([("label", vec![label.to_owned()])]);
        let options = ListContainersOptionsBuilder::new().filters(&filters).build();
        let listed = self.client.list_containers(Some(options)).await?;
        Ok(listed.into_iter().filter_map(|summary| summary.labels?.remove(label)).collect())
    }

    /// The ids of the containers of a project, whenever something happens to one.
    pub fn stirs(&self, project: &str) -> BoxStream<'static, Result<String, Error>> {
        let filters = HashMap::from([
            ("type".to_owned(), vec!["container".to_owned()]),
            ("label".to_owned(), vec![format!("{}={project}", label::PROJECT)]),
        ]);
        let options = EventsOptions { since: None, until: None, filters: Some(filters) };
        let events = self.client.events(Some(options));
        events.map(|event| Ok(event?.actor.and_then(|actor| actor.id).unwrap_or_default())).boxed()
    }
}

fn found(summary: ContainerSummary) -> Option<Found> {
    let labels = summary.labels.unwrap_or_default();
    if labels.get(label::ONEOFF).is_some_and(|oneoff| oneoff == "True") {
        return None;
    }
    let name = summary.names.unwrap_or_default().into_iter().next().unwrap_or_default();
    Some(Found {
        id: summary.id?,
        name: name.trim_start_matches('/').to_owned(),
        service: labels.get(label::SERVICE)?.clone(),
        number: labels.get(label::NUMBER).and_then(|number| number.parse().ok()).unwrap_or(1),
        state: state(summary.state?),
        labels,
    })
}

fn state(word: Word) -> State {
    match word {
        Word::CREATED | Word::EMPTY => State::Created,
        Word::RUNNING | Word::STOPPING => State::Running,
        Word::PAUSED => State::Paused,
        Word::RESTARTING => State::Restarting,
        Word::EXITED => State::Exited,
        Word::REMOVING | Word::DEAD => State::Gone,
    }
}
