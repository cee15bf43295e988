//! From arguments to what is wanted: everything that is wrong with them is found here, before anything is touched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::arguments::{Arguments, Protocol};
use super::place::Place;
use super::usage;
use crate::cli::args::Global;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::install::with_means;
use crate::cli::prompt::Prompter;
use crate::compose;
use crate::dev::init::{Source, Wanted, conflict, official};
use crate::dev::registry::Contents;
use crate::dev::settings::Service;
use crate::dev::tools::Tools;
use crate::docker::discover::Environment;
use crate::git::{self, Access, Ask, EXAMPLE, Identifier, Question, Token, Usual, check_reference};

/// What the arguments want of the project at `place`.
pub fn wanted(
    arguments: &Arguments,
    place: Place,
    global: &Global,
    user: &Contents,
    prompter: &Prompter,
) -> Result<Wanted, Failure> {
    let Place { here, root, ui, core } = place;
    let host = user.git.host.clone().unwrap_or_else(|| "github.com".to_owned());
    let by_user = user.defaults.git_protocol.as_deref() == Some("ssh");
    let protocol = match arguments.git_protocol {
        Some(Protocol::Ssh) => git::Protocol::Ssh,
        None if by_user => git::Protocol::Ssh,
        Some(Protocol::Https) | None => git::Protocol::Https,
    };
    let usual = Usual { host: &host, protocol };
    let asked = [
        Asked {
            service: Service::Ui,
            flag: "--ui-path",
            official: &ui,
            other: &core,
            id: arguments.fork_ui.as_deref(),
            path: arguments.ui_path.as_deref(),
            reference: arguments.ui_ref.as_deref(),
        },
        Asked {
            service: Service::Core,
            flag: "--core-path",
            official: &core,
            other: &ui,
            id: arguments.fork_core.as_deref(),
            path: arguments.core_path.as_deref(),
            reference: arguments.core_ref.as_deref(),
        },
    ];
    // The identifiers first: what is wrong with them needs no look at the disk.
    let mut named = Vec::new();
    for asked in asked {
        if asked.id.is_some() || asked.path.is_some() {
            let repository = asked.repository(usual, arguments.insecure)?;
            named.push((asked, repository));
        } else if asked.reference.is_some() {
            let name = asked.service.as_str();
            return Err(usage(format!("--{name}-ref needs --fork-{name}"))
                .hint(format!("--fork-{name} --{name}-ref …")));
        }
    }
    if let [(_, Some(ui)), (_, Some(core))] = &named[..]
        && ui.repository.is(&core.repository)
    {
        return Err(invalid(format!("the UI and Core cannot both be {}", ui.repository)));
    }
    let mut sources = Vec::new();
    for (asked, repository) in named {
        sources.push(asked.source(repository, (&here, &root), usual, arguments.force)?);
    }
    Ok(Wanted {
        settings: settings(arguments, &sources, &root)?,
        sources,
        depth: Some(arguments.depth).filter(|depth| *depth > 0),
        fetch_upstream: !arguments.no_upstream_fetch && !global.work.offline,
        push_upstream: arguments.allow_upstream_push,
        dependencies: !arguments.skip_deps,
        force: arguments.force,
        offline: global.work.offline,
        ports: BTreeMap::new(),
        adopted: None,
        access: access(global, user, ask(prompter)),
        tools: tools(arguments, global, user, prompter)?,
        root,
    })
}

/// A service that is to run from source.
struct Asked<'a> {
    service: Service,
    flag: &'static str,
    official: &'a str,
    other: &'a str,
    /// The repository; empty is the official one.
    id: Option<&'a str>,
    path: Option<&'a Path>,
    reference: Option<&'a str>,
}

impl Asked<'_> {
    fn repository(&self, usual: Usual<'_>, insecure: bool) -> Result<Option<Identifier>, Failure> {
        let Some(id) = self.id else { return Ok(None) };
        let id = if id.is_empty() { self.official } else { id };
        let mut found = Identifier::parse(id, usual, insecure)
            .map_err(|error| invalid(error.to_string()).hint(format!("write {EXAMPLE}")))?;
        if let Some(reference) = self.reference {
            check_reference(reference).map_err(invalid)?;
            found.reference = Some(reference.to_owned());
        }
        Ok(Some(found))
    }

    fn source(
        &self,
        found: Option<Identifier>,
        (here, root): (&Path, &Path),
        usual: Usual<'_>,
        force: bool,
    ) -> Result<Source, Failure> {
        let name = self.service.as_str();
        let repository = found.as_ref().map(|found| found.repository.clone());
        let named = |id| official(id, repository.as_ref(), usual).map_err(|error| invalid(error.to_string()));
        let own = named(self.official)?;
        let is_other = repository.as_ref().is_some_and(|repository| {
            let other = official(self.other, Some(repository), usual);
            other.is_ok_and(|other| other.is(repository) && !other.is(&own))
        });
        if is_other && !force {
            let hint = format!("--fork-{name}={}, or --force", self.official);
            return Err(invalid(format!("{} is not the repository of {name}", self.other)).hint(hint));
        }
        let path = self.path.map_or_else(|| root.join(name), |path| here.join(path));
        let path: PathBuf = match path.to_str() {
            Some(path) => compose::join("/", path).into(),
            None => path.components().collect(),
        };
        let found_there = conflict(&path, repository.as_ref()).map_err(|why| {
            let (flag, place) = (self.flag, path.display());
            Failure::new(ExitCode::Conflict, Code::DirExists, why).hint(format!(
                "{flag} DIR puts the checkout elsewhere; or move {place} away; or take it as it is: \
                 orchcli config set services.{name}.path {place}"
            ))
        })?;
        let source = Source {
            service: self.service,
            reference: found.and_then(|found| found.reference),
            repository,
            official: own,
            path,
            found: found_there,
        };
        if source.is_fork() && source.lacks_marker() && !force {
            let (place, file) = (source.path.display(), source.marker());
            let failure = invalid(format!("{place} is no checkout of {name}: it has no {file}"));
            return Err(failure.hint("name another folder or repository, or take it all the same: --force"));
        }
        Ok(source)
    }
}

/// What `orchcli.yaml` is to say: what was asked for, and no default.
fn settings(
    arguments: &Arguments,
    sources: &[Source],
    root: &Path,
) -> Result<Vec<(Vec<String>, Value)>, Failure> {
    let mut settings = Vec::new();
    let mut set = |path: &[&str], value: Value| {
        settings.push((path.iter().map(|part| (*part).to_owned()).collect(), value));
    };
    for source in sources {
        let name = source.service.as_str();
        if source.path != root.join(name) {
            let path = source.path.strip_prefix(root).unwrap_or(&source.path);
            let path = path.to_str().ok_or_else(|| usage("a path is not UTF-8 text"))?;
            set(&["services", name, "path"], json!(path));
        }
        if let Some(reference) = &source.reference {
            set(&["services", name, "ref"], json!(reference));
        }
    }
    for (name, provider) in [("core", arguments.core), ("ui", arguments.ui)] {
        if let Some(provider) = provider {
            set(&["services", name, "provider"], json!(provider.as_str()));
        }
    }
    if let Some(tag) = &arguments.image_tag {
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        if tag.is_empty() || tag.len() > 128 || tag.starts_with(['.', '-']) || !tag.bytes().all(safe) {
            return Err(usage(format!("{tag:?} is no tag of an image")));
        }
        for name in ["core", "ui"] {
            set(&["services", name, "tag"], json!(tag));
        }
    }
    for (name, image) in &arguments.image {
        set(&["services", name, "image"], json!(image));
    }
    for (name, port) in &arguments.port {
        set(&["services", name, "port"], json!(port));
    }
    if let Some(bind) = arguments.bind {
        set(&["bind"], json!(bind.to_string()));
    }
    Ok(settings)
}

/// The programs of this machine, with the means to get more where they are needed.
fn tools(
    arguments: &Arguments,
    global: &Global,
    user: &Contents,
    prompter: &Prompter,
) -> Result<Tools, Failure> {
    let environment = Environment::of_process();
    let tools = Tools::new(&environment, global.work.offline).through(user.proxy.variables(), &environment);
    if arguments.skip_deps {
        return Ok(tools);
    }
    let usual = user.defaults.install_tools.as_deref();
    with_means(tools, arguments.install, global, (usual, &user.proxy), prompter)
}

/// How Git hosts are reached, as the flags and the user's file say.
pub fn access(global: &Global, user: &Contents, ask: Ask) -> Access {
    let tokens = user.git.credentials.iter().filter_map(|(host, credential)| {
        let variable = credential.token_env.clone()?;
        Some(Token { host: host.clone(), user: credential.username.clone(), variable })
    });
    Access {
        tokens: tokens.collect(),
        proxy: user.proxy.https.clone().or_else(|| user.proxy.http.clone()),
        authorities: global.work.ca_file.clone(),
        offline: global.work.offline,
        ask,
    }
}

/// Questions of Git, which come from threads of their own.
fn ask(prompter: &Prompter) -> Ask {
    let prompter = prompter.clone();
    let runtime = tokio::runtime::Handle::current();
    Arc::new(move |question: &Question| {
        if !prompter.may_ask() {
            return None;
        }
        let answer = runtime.block_on(async {
            let token = "ORCHCLI_GIT_TOKEN or a credential helper";
            match question {
                Question::User { host } => {
                    let name = prompter.input(&format!("User at {host}"), None, token, |_| Ok(())).await;
                    name.map(SecretString::from)
                }
                Question::Password { host, user } => {
                    prompter.password(&format!("Token or password of {user} at {host}"), token).await
                }
                Question::Passphrase { key } => {
                    let question = format!("Passphrase of {}", key.display());
                    prompter.password(&question, "ORCHCLI_SSH_PASSPHRASE").await
                }
                Question::Trust { host, fingerprint } => {
                    let question = format!("{host} shows the key {fingerprint}. Is it the right one?");
                    let yes = prompter.confirm(&question, false, "~/.ssh/known_hosts").await?;
                    if yes { Ok(SecretString::from("yes")) } else { Err(usage("no").into()) }
                }
            }
        });
        answer.ok()
    })
}

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new(ExitCode::Invalid, Code::RepoInvalid, message)
}
