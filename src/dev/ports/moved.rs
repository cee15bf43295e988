//! Where services go whose ports somebody has (cli.md 3.3.1).

use std::collections::{BTreeMap, BTreeSet};

use super::free::first_free_of_all;
use super::{Conflict, Wanted};

/// Ports of services beside their first, by the ones that their files say.
pub type Further = BTreeMap<String, BTreeMap<u16, u16>>;

/// The ports that are used instead.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// The first one of a service, which is what `--port` is about.
    pub first: BTreeMap<String, u16>,
    /// The others.
    pub further: Further,
}

impl Moved {
    /// The next free port for each that somebody has, or nothing when there is none. `all` are those that are wanted now,
    /// `before` says where further ones were put before.
    pub fn choose(conflicts: &[Conflict], all: &[Wanted], before: &Further) -> Option<Self> {
        let mut taken: BTreeSet<u16> = all.iter().map(|port| port.port).collect();
        let mut moved = Self::default();
        let mut done = BTreeSet::new();
        for Conflict { wanted: Wanted { service, port, .. }, .. } in conflicts {
            if !done.insert((service, port)) {
                continue;
            }
            let mut of_service = all.iter().filter(|other| other.service == *service).peekable();
            let is_first = of_service.peek().is_some_and(|first| first.port == *port);
            // The same number of another protocol or address moves along.
            let together: Vec<Wanted> = of_service.filter(|other| other.port == *port).cloned().collect();
            let to = first_free_of_all(&together, &taken)?;
            taken.insert(to);
            if is_first {
                moved.first.insert(service.clone(), to);
                continue;
            }
            let put = before.get(service).and_then(|ports| ports.iter().find(|(_, at)| *at == port));
            let said = put.map_or(*port, |(said, _)| *said);
            moved.further.entry(service.clone()).or_default().insert(said, to);
        }
        Some(moved)
    }

    /// Whether all stay where they are.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty() && self.further.is_empty()
    }
}

/// Adds what was chosen to what was chosen before.
pub fn add_further(further: &mut Further, more: &Further) {
    for (service, ports) in more {
        further.entry(service.clone()).or_default().extend(ports);
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::dev::ports::{Owner, Protocol};

    fn conflicts(wanted: &[Wanted]) -> Vec<Conflict> {
        let owner = Owner::Service("other".to_owned());
        wanted.iter().map(|port| Conflict { wanted: port.clone(), owner: owner.clone() }).collect()
    }

    #[test]
    fn each_port_of_a_service_goes_to_one_of_its_own() {
        let [one, two] = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [first, second] = [&one, &two].map(|held| held.local_addr().unwrap().port());
        let all = [Wanted::here("web", first), Wanted::here("web", second)];
        let moved = Moved::choose(&conflicts(&all), &all, &Further::new()).unwrap();
        let (to, further) = (moved.first["web"], moved.further["web"][&second]);
        assert!(to > first && further > second && to != further && to != second, "{moved:?}");
    }

    #[test]
    fn a_further_port_that_moves_again_is_known_by_what_its_files_say() {
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = held.local_addr().unwrap().port();
        let all = [Wanted::here("web", 1), Wanted::here("web", port)];
        let before = Further::from([("web".to_owned(), BTreeMap::from([(81, port)]))]);
        let moved = Moved::choose(&conflicts(&all[1..]), &all, &before).unwrap();
        assert!(moved.first.is_empty(), "{moved:?}");
        assert_eq!(moved.further["web"].keys().collect::<Vec<_>>(), [&81]);
    }

    #[test]
    fn one_number_of_two_protocols_stays_one() {
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let tcp = Wanted::here("dns", held.local_addr().unwrap().port());
        let all = [tcp.clone(), Wanted { protocol: Protocol::Udp, ..tcp }];
        let moved = Moved::choose(&conflicts(&all), &all, &Further::new()).unwrap();
        assert_eq!((moved.first.len(), moved.further.len()), (1, 0));
    }
}
