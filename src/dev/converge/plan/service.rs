//! Whether a container is as it should be, and why not.

use std::collections::BTreeSet;

use crate::compose::{Namespace, Service};
use crate::dev::converge::body::Recipe;
use crate::dev::converge::compare;
use crate::dev::converge::desired::Desired;
use crate::dev::converge::error::Error;
use crate::dev::converge::observed::Observed;
use crate::dev::converge::seen::Seen;
use crate::docker::label;

/// The name of the project must not be that of a project of another folder (cli.md 8.3).
pub(super) fn check_owner(desired: &Desired, observed: &Observed) -> Result<(), Error> {
    let other = observed.containers.iter().find(|seen| {
        let folder = seen.label(label::WORKING_DIR);
        !folder.is_empty() && folder != desired.origin.directory
    });
    other.map_or(Ok(()), |seen| {
        let folder = seen.label(label::WORKING_DIR);
        let why = format!("it is that of {folder}: stop that one, or choose another with --project-name");
        Err(Error::NameTaken { kind: "project", name: desired.stack.name.clone(), why })
    })
}

/// What a judgement is made from.
pub(super) struct Judge<'a, 'r> {
    pub desired: &'a Desired,
    pub observed: &'a Observed,
    /// Keys of networks that are made anew.
    pub replaced: &'r BTreeSet<String>,
    /// Services whose containers are made anew, as far as it is known.
    pub renewed: &'r BTreeSet<String>,
}

impl Judge<'_, '_> {
    /// Why a container is made anew; nothing when it is as it should be.
    pub(super) fn why(&self, name: &str, service: &Service, recipe: &Recipe, seen: &Seen) -> Option<String> {
        let image = self.observed.images.get(&recipe.image);
        if let Some(image) = image.filter(|image| image.id.as_deref().is_some_and(|id| id != seen.image_id()))
        {
            let differs = self.differs(name, recipe, seen, Some(image));
            let first = format!("the image {} is another one now", recipe.image);
            return Some(differs.map_or(first.clone(), |more| format!("{first}, {more}")));
        }
        if let Some(why) = self.differs(name, recipe, seen, image) {
            return Some(why);
        }
        if let Some(key) = service.networks.keys().find(|key| self.replaced.contains(*key)) {
            return Some(format!("the network {key} is made anew"));
        }
        if let Some(other) = shared(service).into_iter().find(|other| self.renewed.contains(*other)) {
            return Some(format!("it shares a namespace of {other}, which is made anew"));
        }
        // Never started means perhaps not finished: files may be missing in it.
        if seen.is_ours() && never_started(seen) {
            return Some("it was never started".to_owned());
        }
        let moved = compare::placement(recipe, seen, image, self.observed);
        (!moved.is_empty()).then(|| compare::sentence(&moved))
    }

    fn differs(
        &self,
        name: &str,
        recipe: &Recipe,
        seen: &Seen,
        image: Option<&crate::docker::models::ImageInspect>,
    ) -> Option<String> {
        let hash = self.desired.hashes.get(name).map(|hash| format!("1:{hash}")).unwrap_or_default();
        if seen.label(label::HASH) == hash {
            return self.shares_another(name, seen);
        }
        let differences = compare::differences(recipe, seen, image, self.observed);
        match (seen.is_ours(), differences.is_empty()) {
            (_, false) => Some(compare::sentence(&differences)),
            (true, true) => Some("what its configs, its secrets or its options say changed".to_owned()),
            (false, true) => None,
        }
    }

    /// A namespace is that of a container, and that one may be another one now.
    fn shares_another(&self, name: &str, seen: &Seen) -> Option<String> {
        let service = self.desired.stack.services.get(name)?;
        let host = seen.0.host_config.as_ref()?;
        for (namespace, mode) in [
            (&service.network_mode, &host.network_mode),
            (&service.pid, &host.pid_mode),
            (&service.ipc, &host.ipc_mode),
        ] {
            let Some(Namespace::Service(other)) = namespace else { continue };
            let now = self.observed.container_of(other)?;
            if mode.as_deref() != Some(format!("container:{now}").as_str()) {
                return Some(format!("it shares a namespace of {other}, which is another container now"));
            }
        }
        None
    }
}

/// The services whose namespaces it is in.
fn shared(service: &Service) -> Vec<&str> {
    let mut names = Vec::new();
    for namespace in [&service.network_mode, &service.pid, &service.ipc] {
        match namespace {
            Some(Namespace::Service(other)) => names.push(other.as_str()),
            Some(Namespace::Container(_) | Namespace::Named(_)) | None => {}
        }
    }
    names
}

/// Whether it was made and never ran.
pub(super) fn never_started(seen: &Seen) -> bool {
    let started = seen.0.state.as_ref().and_then(|state| state.started_at.as_deref()).unwrap_or_default();
    seen.state() == crate::dev::converge::seen::State::Created && started.starts_with("0001-")
}
