//! One binary: a developer CLI and the platform it deploys to.
//!
//! Calls go down only; a floor never imports one above it.
//!
//! | floor | modules |
//! |---|---|
//! | edges | [`cli`] reads arguments and prints; [`server`] translates HTTP |
//! | use cases | [`workflow`] documents, versions and rules of saving; [`deploy`] a run; [`live`] status; [`identity`] users and sessions; [`connection`] clusters a user connected; [`dev`] the local stack; [`plugin`] what a user enabled |
//! | pure | [`compose`] Compose files to one model; [`graph`] the workflow document; [`manifest`] graph to Kubernetes objects; [`catalogue`] palette and plugins |
//! | doors | [`cluster`] the Kubernetes API; [`docker`] the Docker Engine; [`git`] Git hosts and repositories; [`outbound`] other HTTP hosts; [`registry`] container registries; [`store`] documents; [`event`] live subscribers |
//! | ground | [`id`] typed ids; [`clock`] time; [`redact`] secrets out of texts; [`archive`] files into tar archives; [`settings`] what the server is told |

pub mod archive;
pub mod backoff;
pub mod catalogue;
pub mod cli;
pub mod clock;
pub mod cluster;
pub mod compose;
pub mod connection;
pub mod deploy;
pub mod dev;
pub mod docker;
pub mod event;
pub mod git;
pub mod graph;
pub mod id;
pub mod identity;
pub mod live;
pub mod manifest;
pub mod outbound;
pub mod plugin;
pub mod redact;
pub mod registry;
pub mod server;
pub mod settings;
pub mod store;
pub mod supervisor;
pub mod workflow;
