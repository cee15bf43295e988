//! The ssh agent of this user, which the commands of a build may ask to sign.

use std::env;

use bollard_buildkit_proto::moby::sshforward::v1::ssh_server::Ssh;
use bollard_buildkit_proto::moby::sshforward::v1::{BytesMessage, CheckAgentRequest, CheckAgentResponse};
use futures::StreamExt;
use futures::stream::BoxStream;
use tonic::{Request, Response, Status, Streaming};

/// The agent of `SSH_AUTH_SOCK`.
pub struct Agent;

const MISSING: &str = "there is no ssh agent: SSH_AUTH_SOCK is not set";

#[tonic::async_trait]
impl Ssh for Agent {
    type ForwardAgentStream = BoxStream<'static, Result<BytesMessage, Status>>;

    async fn check_agent(
        &self,
        _: Request<CheckAgentRequest>,
    ) -> Result<Response<CheckAgentResponse>, Status> {
        let there = env::var_os("SSH_AUTH_SOCK").is_some_and(|path| !path.is_empty());
        if there {
            Ok(Response::new(CheckAgentResponse {}))
        } else {
            Err(Status::failed_precondition(MISSING))
        }
    }

    async fn forward_agent(
        &self,
        request: Request<Streaming<BytesMessage>>,
    ) -> Result<Response<Self::ForwardAgentStream>, Status> {
        let path = env::var_os("SSH_AUTH_SOCK").ok_or_else(|| Status::failed_precondition(MISSING))?;
        forward(path, request.into_inner()).await.map(|answers| Response::new(answers.boxed()))
    }
}

#[cfg(unix)]
async fn forward(
    path: std::ffi::OsString,
    mut asked: Streaming<BytesMessage>,
) -> Result<impl futures::Stream<Item = Result<BytesMessage, Status>> + Send + 'static, Status> {
    use tokio::io::AsyncWriteExt;
    use tokio_util::io::ReaderStream;

    let agent = tokio::net::UnixStream::connect(path).await;
    let agent =
        agent.map_err(|error| Status::unavailable(format!("the ssh agent does not answer: {error}")))?;
    let (answers, mut questions) = agent.into_split();
    tokio::spawn(async move {
        while let Ok(Some(message)) = asked.message().await {
            if questions.write_all(&message.data).await.is_err() {
                break;
            }
        }
        // Whoever asks is gone, and the agent need not wait.
        let _ = questions.shutdown().await;
    });
    Ok(ReaderStream::new(answers).map(|read| match read {
        Ok(bytes) => Ok(BytesMessage { data: bytes.to_vec() }),
        Err(error) => Err(Status::unavailable(error.to_string())),
    }))
}

#[cfg(not(unix))]
async fn forward(
    _: std::ffi::OsString,
    _: Streaming<BytesMessage>,
) -> Result<futures::stream::Empty<Result<BytesMessage, Status>>, Status> {
    Err(Status::unimplemented("the ssh agent of this system cannot be handed on"))
}
