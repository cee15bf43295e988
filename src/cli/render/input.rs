//! What `render` reads: the three forms of a graph file, and files of run values.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cli::exit::ExitCode;
use crate::cli::failure::Failure;
use crate::graph::Graph;
use crate::id::WorkflowId;
use crate::manifest::{Discovery, Login, Registry, RegistryType, RunValues};

/// A graph and everything the file says about its run.
pub struct Input {
    pub graph: Graph,
    pub workflow: Option<WorkflowId>,
    /// Name of the cluster, for messages.
    pub cluster: String,
    pub values: RunValues,
    pub registries: Vec<Registry>,
    pub live: Vec<Value>,
    pub discovery: Option<Discovery>,
}

/// A bare graph, a workflow, or a workflow with the circumstances of a run.
#[derive(Deserialize)]
struct File {
    workflow: Option<Workflow>,
    #[serde(flatten)]
    bare: Workflow,
    trigger_data: Option<TriggerData>,
    registries: Option<Vec<RegistryRecord>>,
    live: Option<Vec<Value>>,
    discovery: Option<Discovery>,
}

#[derive(Deserialize)]
struct Workflow {
    id: Option<String>,
    #[serde(rename = "_id")]
    stored_id: Option<String>,
    cluster_id: Option<String>,
    nodes: Option<Vec<Value>>,
    edges: Option<Vec<Value>>,
}

/// The body of a run request, or its `trigger_data`.
#[derive(Deserialize)]
struct ValuesFile {
    trigger_data: Option<TriggerData>,
    #[serde(flatten)]
    bare: TriggerData,
}

type Values = BTreeMap<String, Option<BTreeMap<String, Option<Text>>>>;

#[derive(Default, Deserialize)]
struct TriggerData {
    secrets: Option<Values>,
    #[serde(rename = "envVars")]
    env_vars: Option<Values>,
}

/// A value somebody may have left unquoted.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Quoted(String),
    Bool(bool),
    Number(serde_json::Number),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegistryRecord {
    id: String,
    registry_type: RegistryType,
    #[serde(default)]
    registry_url: Option<String>,
    #[serde(default)]
    is_default: bool,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    credentials: Credentials,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Credentials {
    username: Option<String>,
    password: Option<SecretString>,
    service_account_json: Option<SecretString>,
    client_id: Option<String>,
    client_secret: Option<SecretString>,
}

/// Reads a graph file.
pub fn parse(name: &str, text: &str) -> Result<Input, Failure> {
    let file: File = read(name, text)?;
    let workflow = file.workflow.unwrap_or(file.bare);
    let Some(nodes) = workflow.nodes else { return Err(invalid(format!("{name} holds no graph"))) };
    let graph = Graph {
        nodes: each(name, "nodes", nodes)?,
        edges: each(name, "edges", workflow.edges.unwrap_or_default())?,
    };
    let id = workflow.id.or(workflow.stored_id).and_then(|id| id.parse().ok());
    Ok(Input {
        graph,
        workflow: id,
        cluster: workflow.cluster_id.unwrap_or_default(),
        values: file.trigger_data.unwrap_or_default().into(),
        registries: file.registries.unwrap_or_default().into_iter().map(Registry::from).collect(),
        live: file.live.unwrap_or_default(),
        discovery: file.discovery,
    })
}

/// Reads a file of run values.
pub fn parse_values(name: &str, text: &str) -> Result<RunValues, Failure> {
    let file: ValuesFile = read(name, text)?;
    Ok(file.trigger_data.unwrap_or(file.bare).into())
}

/// Reads the entries of a list, telling which one does not fit.
fn each<T: DeserializeOwned>(name: &str, key: &str, entries: Vec<Value>) -> Result<Vec<T>, Failure> {
    let read = |(at, entry)| {
        serde_json::from_value(entry).map_err(|error| invalid(format!("{name}: {key}[{at}]: {error}")))
    };
    entries.into_iter().enumerate().map(read).collect()
}

/// JSON when it looks like it, else YAML; both tell where they stop making sense.
fn read<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Failure> {
    let text = text.trim_start_matches('\u{feff}');
    let value: Value = if text.trim_start().starts_with(['{', '[']) {
        serde_json::from_str(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let why = error.to_string().replace(&format!(" at line {line} column {column}"), "");
            invalid(format!("{name}:{line}:{column}: {why}"))
        })?
    } else {
        serde_saphyr::from_str(text).map_err(|error| {
            let place =
                error.location().map(|at| format!(":{}:{}", at.line(), at.column())).unwrap_or_default();
            let why = error.without_snippet().to_string();
            invalid(format!("{name}{place}: {}", why.lines().next().unwrap_or_default()))
        })?
    };
    if !value.is_object() {
        return Err(invalid(format!("{name} holds no object")));
    }
    serde_json::from_value(value).map_err(|error| invalid(format!("{name}: {error}")))
}

fn invalid(message: String) -> Failure {
    Failure::new(ExitCode::Invalid, "CONFIG_INVALID", message)
        .hint("give JSON or YAML with nodes and edges, a workflow, or {workflow: …, trigger_data: …}")
}

impl From<TriggerData> for RunValues {
    fn from(data: TriggerData) -> Self {
        let values = |values: Option<Values>| {
            let nodes = values.into_iter().flatten();
            nodes
                .map(|(node, entries)| (node, entries.into_iter().flatten().filter_map(entry).collect()))
                .collect()
        };
        Self { secrets: values(data.secrets), env_vars: values(data.env_vars) }
    }
}

fn entry((key, value): (String, Option<Text>)) -> Option<(String, String)> {
    let text = match value? {
        Text::Quoted(text) => text,
        Text::Bool(value) => value.to_string(),
        Text::Number(number) => number.to_string(),
    };
    Some((key, text))
}

impl From<RegistryRecord> for Registry {
    fn from(record: RegistryRecord) -> Self {
        let Credentials { username, password, service_account_json, client_id, client_secret } =
            record.credentials;
        let (username, password) = match record.registry_type {
            RegistryType::Dockerhub | RegistryType::Ghcr | RegistryType::Custom => (username, password),
            RegistryType::Gcr => (Some("_json_key".to_owned()), service_account_json),
            RegistryType::Acr => (client_id, client_secret),
            // The token is made by AWS when a workflow runs; a file may bring one along.
            RegistryType::Ecr => (Some("AWS".to_owned()), password),
        };
        let login = username.zip(password).map(|(username, password)| Login { username, password });
        Self {
            id: record.id,
            kind: record.registry_type,
            url: record.registry_url.unwrap_or_default(),
            is_default: record.is_default,
            created_at: record.created_at.unwrap_or_default(),
            login: login.ok_or_else(|| "the registry record has no login".into()),
        }
    }
}
