//! Streams end with the session they were opened in.

use tokio::sync::broadcast::error::RecvError;

use crate::identity::Error;
use crate::server::App;
use crate::supervisor::Supervisor;

/// Ends, from now on, the open streams of every session that ends.
pub fn end_with_sessions(supervisor: &Supervisor, app: &App) {
    let app = app.clone();
    supervisor.spawn("streams of ended sessions", move |stop| {
        let app = app.clone();
        async move { stop.run_until_cancelled(follow(&app)).await.unwrap_or(Ok(())) }
    });
}

async fn follow(app: &App) -> Result<(), Error> {
    let mut ended = app.identity.on_revoked();
    loop {
        // Some may have ended while nobody listened.
        for session in app.audience.sessions() {
            if !app.identity.is_open(session).await? {
                app.audience.revoke(session);
            }
        }
        loop {
            match ended.recv().await {
                Ok(session) => app.audience.revoke(session),
                Err(RecvError::Lagged(_)) => break,
                Err(RecvError::Closed) => return Ok(()),
            }
        }
    }
}
