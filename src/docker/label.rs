//! The labels of Compose, by which its own programs know our containers, and ours know theirs (cli.md 8.4).

/// Name of the project.
pub const PROJECT: &str = "com.docker.compose.project";
/// Name of the service.
pub const SERVICE: &str = "com.docker.compose.service";
/// Number of the container among those of its service, from 1.
pub const NUMBER: &str = "com.docker.compose.container-number";
/// `True` for a container of a single command, else `False`.
pub const ONEOFF: &str = "com.docker.compose.oneoff";
/// Folder of the first Compose file.
pub const WORKING_DIR: &str = "com.docker.compose.project.working_dir";
/// The Compose files, separated by commas.
pub const CONFIG_FILES: &str = "com.docker.compose.project.config_files";
/// What `--env-file` named.
pub const ENVIRONMENT_FILE: &str = "com.docker.compose.project.environment_file";
/// What the service depends on: `service:condition:restart`, separated by commas.
pub const DEPENDS_ON: &str = "com.docker.compose.depends_on";
/// Id of the image it was made from.
pub const IMAGE: &str = "com.docker.compose.image";
/// Hash of the service; without it Compose passes a container by.
pub const CONFIG_HASH: &str = "com.docker.compose.config-hash";
/// Version of the program that made it.
pub const VERSION: &str = "com.docker.compose.version";
/// The container that this one replaces, while it does.
pub const REPLACE: &str = "com.docker.compose.replace";
/// Random part of the name of a container of a single command.
pub const SLUG: &str = "com.docker.compose.slug";
/// Key of a network.
pub const NETWORK: &str = "com.docker.compose.network";
/// Key of a volume.
pub const VOLUME: &str = "com.docker.compose.volume";

/// `true` on what we made.
pub const MANAGED: &str = "dev.orchcli.managed";
/// Our version.
pub const OUR_VERSION: &str = "dev.orchcli.version";
/// The mode the stack was started in.
pub const MODE: &str = "dev.orchcli.mode";
/// Our hash of the service: `1:<sha256>`.
pub const HASH: &str = "dev.orchcli.hash";
