//! The gateway before the UI: whether there is one, and what it stands between (cli.md 5.5).

use std::net::{IpAddr, Ipv4Addr};

use super::ServiceStatus;
use super::ports;
use super::published::host;
use super::ready::reachable;
use super::settings::{Provider, Service, Settings};
use crate::compose::Stack;

/// Where the container of the UI is published, counted from where the UI is: out of the way of other stacks.
const AWAY: u16 = 10_000;

/// A gateway that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// The address it listens on.
    pub bind: IpAddr,
    /// Its port, which is the UI's.
    pub port: u16,
    /// Where people reach it.
    pub url: String,
    /// Host of core.
    core_host: String,
    /// Port of core.
    core_port: u16,
    /// Whether core runs in a container.
    has_core_container: bool,
    /// What it stands before.
    pub behind: Behind,
}

/// What a gateway stands before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// The console of this program.
    Console,
    /// The UI's container, at this host and port.
    Container(String),
}

/// What decides about a gateway.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// What is set for the project.
    pub settings: &'a Settings,
    /// What provides the UI.
    pub ui: Provider,
    /// Whether core runs in a container.
    pub has_core_container: bool,
    /// The containers.
    pub stack: Option<&'a Stack>,
    /// The port that the UI's container was given for the gateway.
    pub container_port: u16,
    /// Where the UI's container is by the gateway that stands now, for when the UI is not among the containers.
    pub known: Option<&'a str>,
    /// The machine of the engine, when it is another one.
    pub remote: Option<&'a str>,
}

impl Gateway {
    /// The one that is wanted. A UI that runs from its checkout knows where core is, and a file that publishes the UI
    /// by itself has no place for one.
    pub fn of(scene: Scene<'_>) -> Option<Self> {
        let Scene { settings, ui, has_core_container, stack, container_port, known, remote } = scene;
        let behind = match ui {
            Provider::Source | Provider::None => return None,
            Provider::Embedded => Behind::Console,
            Provider::Image => {
                let (stack, name) = (stack?, Service::Ui.as_str());
                let mut ours = ports::wanted(stack).into_iter().filter(|port| port.service == name);
                match ours.find(|port| port.port == container_port) {
                    Some(at) => {
                        let bind = at.bind.map(|bind| bind.to_string()).unwrap_or_default();
                        Behind::Container(authority(&reached(&bind, remote), at.port))
                    }
                    None if stack.services.contains_key(name) => return None,
                    None => Behind::Container(known?.to_owned()),
                }
            }
        };
        let core = if has_core_container { settings.bind.to_string() } else { String::new() };
        // Of another machine an address means nothing here.
        let bind = if remote.is_some() { Ipv4Addr::LOCALHOST.into() } else { settings.bind };
        let port = settings.service(Service::Ui).port;
        Some(Self {
            bind,
            port,
            url: format!("http://{}:{port}", host(&bind.to_string())),
            core_host: reached(&core, remote.filter(|_| has_core_container)),
            core_port: settings.service(Service::Core).port,
            has_core_container,
            behind,
        })
    }

    /// Host and port of core.
    pub fn core(&self) -> String {
        authority(&self.core_host, self.core_port)
    }

    /// Goes to where the UI's container is, whatever was wanted of it, on the engine's machine when that is another one.
    /// Says whether there is room: a container that has the UI's own port leaves none.
    pub fn follow(&mut self, services: &[ServiceStatus], remote: Option<&str>) -> bool {
        if let Some(remote) = remote {
            self.bind = Ipv4Addr::LOCALHOST.into();
            self.url = format!("http://localhost:{}", self.port);
            if self.has_core_container {
                remote.clone_into(&mut self.core_host);
            }
        }
        let Behind::Container(at) = &mut self.behind else { return true };
        let ui = services.iter().filter(|service| service.name == Service::Ui.as_str());
        let mut ports = ui.flat_map(|service| &service.ports);
        let Some(port) = ports.find(|port| port.container == Service::Ui.inner_port()) else { return true };
        *at = authority(&reached(&port.bind, remote), port.host);
        port.host != self.port
    }

    /// How the UI is provided behind it.
    pub fn provider(&self) -> Provider {
        match self.behind {
            Behind::Console => Provider::Embedded,
            Behind::Container(_) => Provider::Image,
        }
    }
}

/// Where the UI's container is published while a gateway stands at the UI's own port, as long as nobody else is there.
pub fn container_port(ui: u16) -> u16 {
    ui.checked_add(AWAY).unwrap_or_else(|| ui - AWAY)
}

/// The host to reach what listens at an address, of this machine or of another.
fn reached(bind: &str, remote: Option<&str>) -> String {
    remote.map_or_else(|| reachable(bind), str::to_owned)
}

fn authority(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::{Port, Service as Modelled};
    use crate::dev::published::PublishedPort;
    use crate::dev::settings::{File, Overrides, Resolver};
    use serde_json::Value;

    fn settings(yaml: &str) -> Settings {
        let (file, state) = (File::parse(yaml).unwrap(), std::collections::BTreeMap::new());
        let (flags, variable) = (Overrides::NONE, |_: &str| None);
        let resolver =
            Resolver { flags: &flags, variable: &variable, state: &state, file: &file, user: &Value::Null };
        Settings::of(&resolver).unwrap()
    }

    fn stack(published: &str) -> Stack {
        let port = Port {
            host_ip: Some("127.0.0.1".to_owned()),
            target: 3001,
            published: Some(published.to_owned()),
            protocol: "tcp".to_owned(),
        };
        let ui = Modelled { ports: vec![port], ..Modelled::default() };
        Stack { services: [("ui".to_owned(), ui)].into_iter().collect(), ..Stack::default() }
    }

    fn scene<'a>(settings: &'a Settings, ui: Provider, stack: &'a Stack) -> Scene<'a> {
        let stack = Some(stack);
        Scene {
            settings,
            ui,
            has_core_container: true,
            stack,
            container_port: 13001,
            known: None,
            remote: None,
        }
    }

    #[test]
    fn it_stands_before_the_container_that_made_room_for_it() {
        let (settings, away, there) = (settings("version: 1\n"), stack("13001"), stack("3001"));
        let gateway = Gateway::of(scene(&settings, Provider::Image, &away)).unwrap();
        assert_eq!((gateway.port, gateway.url.as_str()), (3001, "http://localhost:3001"));
        assert_eq!(gateway.core(), "127.0.0.1:3000");
        assert_eq!(gateway.behind, Behind::Container("127.0.0.1:13001".to_owned()));
        assert_eq!(Gateway::of(scene(&settings, Provider::Image, &there)), None, "it has the port itself");
        assert_eq!(Gateway::of(Scene { stack: None, ..scene(&settings, Provider::Image, &away) }), None);
    }

    #[test]
    fn it_goes_to_where_the_container_is_and_makes_way_for_one_at_its_port() {
        let (settings, away) = (settings("version: 1\n"), stack("13001"));
        let mut gateway = Gateway::of(scene(&settings, Provider::Image, &away)).unwrap();
        let at = |host| {
            let port = PublishedPort {
                bind: "127.0.0.1".to_owned(),
                host,
                container: 3001,
                protocol: "tcp".to_owned(),
            };
            [ServiceStatus { ports: vec![port], ..ServiceStatus::missing("ui") }]
        };
        assert!(gateway.follow(&at(13002), None));
        assert_eq!(gateway.behind, Behind::Container("127.0.0.1:13002".to_owned()));
        assert!(gateway.follow(&[], Some("far")));
        assert_eq!((gateway.core().as_str(), gateway.bind.is_loopback()), ("far:3000", true));
        assert!(!gateway.follow(&at(3001), None));
    }

    #[test]
    fn where_only_others_are_started_it_stays_before_what_it_stood_before() {
        let settings = settings("version: 1\n");
        let none = Stack::default();
        let only_core = Scene { known: Some("127.0.0.1:13001"), ..scene(&settings, Provider::Image, &none) };
        assert!(Gateway::of(only_core).is_some());
        assert_eq!(Gateway::of(Scene { known: None, ..only_core }), None);
        let there = stack("3001");
        assert_eq!(Gateway::of(Scene { stack: Some(&there), ..only_core }), None);
    }

    #[test]
    fn a_console_needs_no_container_and_a_checkout_no_gateway() {
        let (settings, away) = (settings("version: 1\nservices:\n  ui: {port: 4000}\n"), stack("13001"));
        let console = Gateway::of(Scene { stack: None, ..scene(&settings, Provider::Embedded, &away) });
        assert_eq!(console.map(|gateway| (gateway.port, gateway.behind)), Some((4000, Behind::Console)));
        assert_eq!(Gateway::of(scene(&settings, Provider::Source, &away)), None);
        assert_eq!(Gateway::of(scene(&settings, Provider::None, &away)), None);
    }

    #[test]
    fn what_an_engine_elsewhere_runs_is_reached_there() {
        let (settings, away) = (settings("version: 1\nbind: 0.0.0.0\n"), stack("13001"));
        let far = Scene { remote: Some("far"), ..scene(&settings, Provider::Image, &away) };
        let gateway = Gateway::of(far).unwrap();
        assert_eq!((gateway.core().as_str(), gateway.url.as_str()), ("far:3000", "http://localhost:3001"));
        assert!(gateway.bind.is_loopback(), "it listens here");
        let local = Gateway::of(Scene { has_core_container: false, ..far }).unwrap();
        assert_eq!(local.core(), "127.0.0.1:3000");
        assert_eq!(local.behind, Behind::Container("far:13001".to_owned()));
    }

    #[test]
    fn the_port_of_the_container_is_a_port() {
        assert_eq!([3001, 60000].map(container_port), [13001, 50000]);
    }
}
