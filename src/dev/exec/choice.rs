//! Which container of a service is meant.

use crate::docker::{Found, State};

/// A container that is meant.
pub type Choice<'c> = Result<&'c Found, NotThere>;

/// Why no container can run a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotThere {
    /// The service has no container.
    None,
    /// It has none of this number.
    Number {
        /// The numbers it has.
        known: Vec<u32>,
    },
    /// Its container does not run.
    Not {
        /// Its name.
        container: String,
        /// What it does instead.
        state: State,
    },
}

/// The container of a service with this number, or its first one that runs.
pub fn choose<'c>(containers: &'c [Found], service: &str, number: Option<u32>) -> Choice<'c> {
    let mut of: Vec<&Found> = containers.iter().filter(|container| container.service == service).collect();
    if of.is_empty() {
        return Err(NotThere::None);
    }
    if let Some(number) = number {
        let known = of.iter().map(|container| container.number).collect();
        of.retain(|container| container.number == number);
        if of.is_empty() {
            return Err(NotThere::Number { known });
        }
    }
    match of.iter().find(|container| container.state == State::Running) {
        Some(container) => Ok(container),
        None => Err(NotThere::Not { container: of[0].name.clone(), state: of[0].state }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(service: &str, number: u32, state: State) -> Found {
        Found {
            id: format!("{service}{number}"),
            name: format!("shop-{service}-{number}"),
            service: service.to_owned(),
            number,
            state,
            labels: std::collections::HashMap::new(),
        }
    }

    #[test]
    fn the_first_that_runs_is_meant_unless_a_number_says_otherwise() {
        let all = [
            container("core", 1, State::Exited),
            container("core", 2, State::Running),
            container("core", 3, State::Running),
            container("ui", 1, State::Paused),
        ];
        let name = |service, number| choose(&all, service, number).map(|found| found.name.as_str());
        assert_eq!(name("core", None), Ok("shop-core-2"));
        assert_eq!(name("core", Some(3)), Ok("shop-core-3"));
        assert_eq!(name("core", Some(4)), Err(NotThere::Number { known: vec![1, 2, 3] }));
        assert_eq!(
            name("core", Some(1)),
            Err(NotThere::Not { container: "shop-core-1".to_owned(), state: State::Exited })
        );
        assert_eq!(
            name("ui", None),
            Err(NotThere::Not { container: "shop-ui-1".to_owned(), state: State::Paused })
        );
        assert_eq!(name("db", None), Err(NotThere::None));
    }
}
