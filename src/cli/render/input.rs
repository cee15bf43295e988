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
    nodes: Option<Vec<crate::graph::Node>>,
    edges: Option<Vec<crate::graph::Edge>>,
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
    let (Some(nodes), edges) = (workflow.nodes, workflow.edges) else {
        let message = format!("{name} holds no graph");
        let hint = "give an object with nodes and edges, a workflow, or {workflow: …, trigger_data: …}";
        return Err(Failure::new(ExitCode::Invalid, "CONFIG_INVALID", message).hint(hint));
    };
    let id = workflow.id.or(workflow.stored_id).and_then(|id| id.parse().ok());
    Ok(Input {
        graph: Graph { nodes, edges: edges.unwrap_or_default() },
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

/// JSON when it looks like it, else YAML; both tell where they stop making sense.
fn read<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Failure> {
    let place =
        |line: u64, column: u64| if line == 0 { name.to_owned() } else { format!("{name}:{line}:{column}") };
    let invalid = |place: String, why: String| {
        Failure::new(ExitCode::Invalid, "CONFIG_INVALID", format!("{place}: {why}"))
            .hint("give JSON or YAML with nodes and edges, a workflow, or {workflow: …, trigger_data: …}")
    };
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['{', '[']) {
        let value = serde_json::from_str::<Value>(text).and_then(serde_json::from_value);
        return value.map_err(|error| {
            let position = format!(" at line {} column {}", error.line(), error.column());
            invalid(
                place(error.line() as u64, error.column() as u64),
                error.to_string().replace(&position, ""),
            )
        });
    }
    let value: Value = serde_saphyr::from_str(text).map_err(|error| {
        let (line, column) = error.location().map_or((0, 0), |at| (at.line(), at.column()));
        let why = error.without_snippet().to_string();
        invalid(place(line, column), why.lines().next().unwrap_or_default().to_owned())
    })?;
    serde_json::from_value(value).map_err(|error| invalid(place(0, 0), error.to_string()))
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
