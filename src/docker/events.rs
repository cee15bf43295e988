//! What happens at the engine, while it happens.

use std::collections::HashMap;

use bollard::models::EventMessage;
use bollard::query_parameters::EventsOptions;
use futures::{Stream, TryStreamExt};

use super::{Engine, Error};

impl Engine {
    /// What happens to containers that have this label with this value, from now on.
    pub fn container_events(
        &self,
        label: &str,
        value: &str,
    ) -> impl Stream<Item = Result<EventMessage, Error>> + use<> {
        let filters = HashMap::from([
            ("type".to_owned(), vec!["container".to_owned()]),
            ("label".to_owned(), vec![format!("{label}={value}")]),
        ]);
        let options = EventsOptions { since: None, until: None, filters: Some(filters) };
        self.client.events(Some(options)).map_err(Error::from)
    }
}
