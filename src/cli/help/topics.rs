//! Topics that are text and nothing else.

/// Which Compose files are used, and what is done with them.
pub const COMPOSE: &str = "\
Compose files

Which files
  --file, or COMPOSE_FILE      these, relative to the current folder; the later ones are laid on the earlier;
                               - is standard input, whose paths count from the current folder
  compose.files                of orchcli.yaml, relative to it
  otherwise                    docker/docker-compose.{prod,dev,hybrid-ui,hybrid-core}.yml, by the mode, and on it
                               docker/docker-compose.override.yml and orchcli.override.yaml, where they are there

Variables, the first before the others
  the environment, --env-file or COMPOSE_ENV_FILES, compose.env_files of orchcli.yaml, .env of the project

  ORCHCLI_BIND                       address that ports are published on [127.0.0.1]
  ORCHCLI_PORT_CORE, _UI, _MONGODB   ports on this machine [3000, 3001, 27017]
  ORCHCLI_IMAGE_CORE, _UI, _MONGODB  images, whole, with tag or digest
  ORCHCLI_TAG_CORE, _UI, _MONGODB    tags alone
  ORCHCLI_IMAGE_GO                   image that builds Core from its checkout
  ORCHCLI_DATABASE                   database of Core [kubeorchestra]

  ORCHCLI_PORT_UI_CONTAINER is set by orchcli alone: the port of the UI's container, which makes room for the gateway at
  the port of the UI. Without it, and so with docker compose, the container has the port of the UI itself.

  The others are keys of orchcli.yaml too: orchcli config list --show-origin tells what is in effect and who says so.

The files in docker/ are made by orchcli and begin with a line that says so. One that you edit is left alone, and what
a newer version would write is put beside it as *.new; changes of yours are better off in an override file.
They work with docker compose as well: docker compose -f docker/docker-compose.prod.yml up

What the files mean together, in Compose's canonical form: orchcli config compose
";

/// How other hosts are reached.
pub const PROXIES: &str = "\
Proxies

  HTTPS_PROXY, HTTP_PROXY, ALL_PROXY   proxy for https, for http, for both
  NO_PROXY                             hosts that are reached without one, separated by commas
  proxy.https, proxy.http, proxy.no_proxy
                                       the same in the user configuration, when no variable is set:
                                       orchcli config set proxy.https http://proxy.example.com:3128
  http.proxy, http.<url>.proxy         of Git's own configuration, for Git alone

  SSL_CERT_FILE, SSL_CERT_DIR, --ca-file
                                       further certificate authorities

Images are pulled by the engine, which has a proxy of its own: see the settings of your Docker, Colima or Podman.
The engine itself is never reached through a proxy.

  --offline, or ORCHCLI_OFFLINE        no network but loopback and the engine; what is missing is an error (exit 8)
";

/// What is different where nobody sits at a terminal.
pub const CI: &str = "\
In CI

  CI=true, or --no-input   nothing is asked; a question without its answer on the command line ends with exit 10
  --yes                    every confirmation is yes
  -o json                  one document on standard output, also when it fails; -o ndjson: events while it works
  --progress plain         a line at the start and the end of each step; the default where there is no terminal
  --timeout 10m            longest time the whole command may take
  --lock-timeout 0         fail at once when another command works on the project
  --offline                no network

Standard output has what was asked for, standard error everything else. Exit codes: orchcli help exit-codes
";
