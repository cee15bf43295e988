//! The doors of the server: routes behind the edge, answered until it stops.

use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::app::App;
use super::{connections, edge};

/// How often idle rate-limit buckets are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(30);

/// Answers connections from `routes` until `stop`, then lets open requests finish for at most `drain`.
///
/// Returns whether everything ended by itself.
pub async fn serve(
    app: App,
    routes: Router<App>,
    listener: TcpListener,
    stop: CancellationToken,
    drain: Duration,
) -> bool {
    let answering = connections::answer(listener, router(&app, routes), &stop, drain);
    let forgetting = async {
        let mut tick = tokio::time::interval(FORGET_EVERY);
        loop {
            tick.tick().await;
            app.limits.forget_idle();
        }
    };
    tokio::select! {
        ended = answering => ended,
        never = forgetting => never,
    }
}

fn router(app: &App, routes: Router<App>) -> Router {
    // The last layer is the first a request meets. A panic is caught before the headers, which its answer needs too.
    routes
        .layer(from_fn(edge::catch_panic))
        .layer(edge::cors(app))
        .layer(from_fn(edge::security))
        .layer(from_fn_with_state(app.clone(), edge::observe))
        .layer(from_fn_with_state(app.clone(), edge::resolve_client))
        .with_state(app.clone())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;
    use crate::clock::Clock;
    use crate::server::assemble::{assemble, collections};
    use crate::settings::{self, Fresh, Machine, Sources};
    use crate::store::Store;
    use crate::supervisor::Supervisor;

    fn app(dir: &tempfile::TempDir) -> App {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let environment =
            [("DATA_DIR", dir.path().to_str().unwrap()), ("CORS_ALLOWED_ORIGINS", "https://a.example")];
        let sources = Sources {
            flags: Vec::new(),
            environment: environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            file: None,
            machine: Machine::default(),
            fresh: Fresh { jwt_secret: "j".repeat(32).into(), encryption_key: "e".repeat(32).into() },
        };
        let settings = settings::load(&sources).unwrap().settings;
        let store = Store::open(dir.path(), Clock::system(), &collections()).unwrap();
        assemble(&settings, store, &Supervisor::new()).unwrap()
    }

    #[tokio::test]
    async fn the_answer_to_a_panic_has_the_headers_and_the_shape_of_every_other() {
        let dir = tempfile::TempDir::new().unwrap();
        let broken = get(|| async {
            panic!("a fault of ours");
            #[allow(unreachable_code)]
            ""
        });
        let routes = router(&app(&dir), Router::new().route("/", broken));
        let request = hyper::Request::get("/").header("origin", "https://a.example").body(Body::empty());
        let response = routes.oneshot(request.unwrap()).await.unwrap();
        assert_eq!(response.status(), 500);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("access-control-allow-origin", "https://a.example"),
        ] {
            assert_eq!(response.headers()[name], value);
        }
        assert!(response.headers().contains_key("x-request-id"));
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["code"], "internal");
        assert!(!body.to_string().contains("a fault of ours"));
    }
}
