//! What is mounted into a container.

use crate::compose::{Grant, Mount, MountKind, Service, Source};
use crate::dev::converge::body::Kitchen;
use crate::dev::converge::error::Error;
use crate::docker::Api;
use crate::docker::models::{
    HostConfig, Mount as Mounted, MountBindOptions, MountBindOptionsPropagationEnum, MountImageOptions,
    MountTmpfsOptions, MountType, MountVolumeOptions,
};

const SUBPATH: Api = Api(1, 45);
const IMAGE: Api = Api(1, 48);
const READ_ONLY_RECURSION: Api = Api(1, 44);

/// Adds the mounts of a service, and its configs and secrets that are files.
pub(super) fn add(
    host: &mut HostConfig,
    service: &Service,
    name: &str,
    kitchen: &Kitchen<'_>,
) -> Result<(), Error> {
    let mut binds = Vec::new();
    let mut mounts = Vec::new();
    for mount in &service.volumes {
        match mount.kind {
            MountKind::Bind if is_plain(mount) => binds.push(bind(mount)),
            MountKind::Bind
            | MountKind::Volume
            | MountKind::Tmpfs
            | MountKind::Image
            | MountKind::Cluster
            | MountKind::Npipe => mounts.push(mounted(mount, name, kitchen)?),
        }
    }
    let stack = &kitchen.desired.stack;
    for (grants, sources, folder) in
        [(&service.configs, &stack.configs, "/"), (&service.secrets, &stack.secrets, "/run/secrets/")]
    {
        for grant in grants {
            let file = sources.get(&grant.source).and_then(|source: &Source| source.file.clone());
            if let Some(file) = file {
                mounts.push(Mounted {
                    typ: Some(MountType::BIND),
                    source: Some(file),
                    target: Some(place(grant, folder)),
                    read_only: Some(true),
                    ..Default::default()
                });
            }
        }
    }
    host.binds = super::some(binds);
    host.mounts = super::some(mounts);
    Ok(())
}

/// Where a config or a secret is in the container.
pub(super) fn place(grant: &Grant, folder: &str) -> String {
    match grant.target.as_deref() {
        Some(target) if target.starts_with('/') => target.to_owned(),
        Some(target) => format!("{folder}{target}"),
        None => format!("{folder}{}", grant.source),
    }
}

/// Whether the old form can say it, which alone makes the folder of the host on every engine.
fn is_plain(mount: &Mount) -> bool {
    let source = mount.source.as_deref().unwrap_or_default();
    mount.bind.create_host_path
        && mount.bind.recursive.is_none()
        && !source.contains(':')
        && !mount.target.contains(':')
}

fn bind(mount: &Mount) -> String {
    let access = if mount.read_only { "ro" } else { "rw" };
    let options = [Some(access), mount.bind.selinux.as_deref(), mount.bind.propagation.as_deref()];
    let options: Vec<&str> = options.into_iter().flatten().collect();
    format!("{}:{}:{}", mount.source.as_deref().unwrap_or_default(), mount.target, options.join(","))
}

fn mounted(mount: &Mount, name: &str, kitchen: &Kitchen<'_>) -> Result<Mounted, Error> {
    let too_old = |what: &str, since: Api| Error::TooOld {
        what: format!("{what} of the service {name}"),
        needs: since,
        has: kitchen.api,
    };
    let mut made = Mounted {
        target: Some(mount.target.clone()),
        source: mount.source.clone(),
        read_only: mount.read_only.then_some(true),
        ..Default::default()
    };
    match mount.kind {
        MountKind::Bind => {
            made.typ = Some(MountType::BIND);
            let recursive = mount.bind.recursive.as_deref();
            let new = kitchen.api >= READ_ONLY_RECURSION;
            made.bind_options = Some(MountBindOptions {
                propagation: mount.bind.propagation.as_deref().map(propagation),
                non_recursive: (recursive == Some("disabled")).then_some(true),
                read_only_non_recursive: (new && recursive == Some("writable")).then_some(true),
                read_only_force_recursive: (new && recursive == Some("readonly")).then_some(true),
                create_mountpoint: (mount.bind.create_host_path && kitchen.api >= Api(1, 42)).then_some(true),
            });
        }
        MountKind::Volume => {
            made.typ = Some(MountType::VOLUME);
            let full =
                |key: &String| kitchen.desired.stack.volumes.get(key).map(|volume| volume.name.clone());
            made.source = mount.source.as_ref().and_then(full);
            if mount.volume.subpath.is_some() && kitchen.api < SUBPATH {
                return Err(too_old("volume.subpath", SUBPATH));
            }
            let options = MountVolumeOptions {
                no_copy: mount.volume.nocopy.then_some(true),
                labels: super::some_map(&mount.volume.labels),
                driver_config: None,
                subpath: mount.volume.subpath.clone(),
            };
            made.volume_options = (options != MountVolumeOptions::default()).then_some(options);
        }
        MountKind::Tmpfs => {
            made.typ = Some(MountType::TMPFS);
            made.tmpfs_options = Some(MountTmpfsOptions {
                size_bytes: mount.tmpfs.size,
                mode: mount.tmpfs.mode.map(i64::from),
                options: None,
            });
        }
        MountKind::Image => {
            if kitchen.api < IMAGE {
                return Err(too_old("a mount of an image", IMAGE));
            }
            made.typ = Some(MountType::IMAGE);
            made.image_options = Some(MountImageOptions { subpath: mount.image.subpath.clone() });
        }
        MountKind::Npipe => made.typ = Some(MountType::NPIPE),
        MountKind::Cluster => made.typ = Some(MountType::CLUSTER),
    }
    Ok(made)
}

fn propagation(word: &str) -> MountBindOptionsPropagationEnum {
    word.parse().unwrap_or(MountBindOptionsPropagationEnum::RPRIVATE)
}
