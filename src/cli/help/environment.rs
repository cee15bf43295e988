//! `help environment`: every variable that is read.

use std::fmt::Write as _;

use crate::settings::key;

/// What stands for options of every command.
const OPTIONS: &[(&str, &str)] = &[
    ("ORCHCLI_DIRECTORY", "as --directory"),
    ("ORCHCLI_OUTPUT", "as --output"),
    ("ORCHCLI_PROJECT", "as --project"),
    ("ORCHCLI_CONFIG", "as --user-config"),
    ("COMPOSE_FILE", "as --file; several are separated by : (; on Windows) or COMPOSE_PATH_SEPARATOR"),
    ("ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME", "as --project-name"),
    ("COMPOSE_PROFILES, COMPOSE_ENV_FILES", "as --profile and --env-file; several are separated by commas"),
    ("ORCHCLI_PROGRESS, ORCHCLI_NO_EMOJI", "as --progress and --no-emoji"),
    ("ORCHCLI_YES, ORCHCLI_NO_INPUT", "as --yes and --no-input; CI, unless it is false, is --no-input too"),
    ("ORCHCLI_OFFLINE, ORCHCLI_TIMEOUT, ORCHCLI_PARALLEL", "as --offline, --timeout and --parallel"),
    ("NO_COLOR, CLICOLOR_FORCE", "never, or always use colours; --color goes before them"),
    ("ORCHCLI_LOG", "which log lines serve writes, such as orchcli=debug,kube=info; instead of LOG_LEVEL"),
];

/// What else the commands for a local stack go by.
const STACK: &[(&str, &str)] = &[
    ("DOCKER_HOST, DOCKER_CONTEXT", "as --docker-host and --context"),
    ("DOCKER_CONFIG, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH", "as Docker's own programs read them"),
    ("ORCHCLI_IMAGE_CORE, _UI, _MONGODB, _GO", "a whole image reference, instead of the usual one"),
    ("ORCHCLI_TAG_CORE, _UI, _MONGODB", "another tag of the usual image"),
    ("ORCHCLI_BIND, ORCHCLI_PORT_CORE, _UI, _MONGODB", "where ports are published"),
    (
        "ORCHCLI_GIT_TOKEN, GH_TOKEN, GITHUB_TOKEN, GITLAB_TOKEN",
        "tokens for Git hosts; the first for every host",
    ),
    ("GIT_ASKPASS, SSH_ASKPASS, SSH_AUTH_SOCK", "as Git and ssh read them"),
    ("ORCHCLI_SSH_PASSPHRASE", "of an encrypted key"),
    ("ORCHCLI_NODE_DIST, ORCHCLI_GO_DIST", "mirrors of the vendors' download folders, for --install-tools"),
    ("HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY", "see orchcli help proxies"),
    ("SSL_CERT_FILE, SSL_CERT_DIR", "certificate authorities; see --ca-file"),
    ("VISUAL, EDITOR", "what config edit opens"),
];

/// The topic.
pub fn text() -> String {
    let mut text = "Environment of every command\n\n".to_owned();
    list(&mut text, OPTIONS);
    text += "\nEnvironment of a local stack\n\n";
    list(&mut text, STACK);
    text += "\nSettings of serve\n\nEach is read as KUBEORCH_<NAME>, then as <NAME>, then from config.yaml; flags go before all.\n\n";
    for key in key::ALL {
        let default = match key.default {
            None | Some("") => String::new(),
            Some(default) => format!(" [default: {default}]"),
        };
        let _ = writeln!(text, "  {}\n      {}{default}", key.variable(), key.about);
    }
    text
}

fn list(text: &mut String, variables: &[(&str, &str)]) {
    for (name, about) in variables {
        let _ = writeln!(text, "  {name}\n      {about}");
    }
}
