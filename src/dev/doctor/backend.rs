//! What core needs to be told (cli.md 3.12, 5.5).

use super::{Finding, Group, Job, Kind, Scene, http};

/// Variables core does not work without, under the names it reads.
const NEEDED: [&str; 2] = ["KUBEORCH_MONGO_URI", "KUBEORCH_JWT_SECRET"];
/// What servers that stand before others call themselves.
const PROXIES: [&str; 5] = ["nginx", "haproxy", "squid", "envoy", "varnish"];
/// Shortest secret, in bytes.
const SHORTEST: usize = 32;

pub(super) fn jobs(scene: &Scene) -> Vec<Job<'_>> {
    let jobs = [
        Job::new("core.env", Group::Backend, Kind::Configuration, async move { variables(scene) }),
        Job::new("core.secrets", Group::Backend, Kind::Configuration, async move { secrets(scene) }),
        Job::new("cors", Group::Backend, Kind::Unhealthy, cors(scene)),
        Job::new("sse", Group::Backend, Kind::Unhealthy, streams(scene)),
    ];
    jobs.into_iter().map(|job| job.about(scene, &["core"])).collect()
}

fn variables(scene: &Scene) -> Finding {
    let Some(core) = scene.running("core") else { return scene.silence("core") };
    let missing: Vec<&str> =
        NEEDED.into_iter().filter(|name| !core.environment.contains_key(*name)).collect();
    if missing.is_empty() {
        return Finding::ok(format!("{} are set", NEEDED.join(", ")));
    }
    let bare = missing.iter().filter_map(|name| name.strip_prefix("KUBEORCH_"));
    let bare: Vec<&str> = bare.filter(|name| core.environment.contains_key(*name)).collect();
    let summary = format!("not set: {}", missing.join(", "));
    let finding = if bare.is_empty() { Finding::fail(summary) } else { Finding::warn(summary) };
    let why = if bare.is_empty() {
        String::new()
    } else {
        format!("set without the prefix, which the published image does not read: {}", bare.join(", "))
    };
    finding.detail(why).fix("add them to the environment of core")
}

fn secrets(scene: &Scene) -> Finding {
    let Some(core) = scene.running("core") else { return scene.silence("core") };
    let value = |names: [&str; 2]| names.iter().find_map(|name| core.environment.get(*name));
    let secrets = [
        ("JWT_SECRET", value(["KUBEORCH_JWT_SECRET", "JWT_SECRET"])),
        ("ENCRYPTION_KEY", value(["KUBEORCH_ENCRYPTION_KEY", "ENCRYPTION_KEY"])),
    ];
    let weak = secrets.iter().filter_map(|(name, value)| match value {
        None => Some(format!("{name} is not set")),
        Some(value) if value.len() < SHORTEST => Some(format!("{name} is shorter than {SHORTEST} bytes")),
        Some(value) if is_default(value) => Some(format!("{name} is one that everybody knows")),
        Some(_) => None,
    });
    let weak: Vec<String> = weak.collect();
    if weak.is_empty() {
        return Finding::ok("set, long enough, and not the usual ones");
    }
    Finding::fail(weak.join("; ")).fix("openssl rand -hex 32 makes one")
}

fn is_default(value: &str) -> bool {
    let lower = value.to_lowercase();
    ["changeme", "change-me", "your-secret", "default", "example"].iter().any(|word| lower.contains(word))
        || value.bytes().all(|byte| Some(byte) == value.bytes().next())
}

async fn cors(scene: &Scene) -> Finding {
    if scene.running("core").is_none() {
        return scene.silence("core");
    }
    let (Some((host, port)), Some((_, ui))) = (scene.reached("core", 3000), scene.reached("ui", 3001)) else {
        return Finding::skip("core and ui are not both published");
    };
    let origin = format!("http://localhost:{ui}");
    let headers = format!("Origin: {origin}\r\nAccess-Control-Request-Method: GET\r\n");
    match http::ask("OPTIONS", &host, port, "/v1/api/profile", &headers).await {
        Ok(answer) => match answer.header("access-control-allow-origin") {
            Some(allowed) if allowed == origin || allowed == "*" => {
                Finding::ok(format!("{origin} may call core"))
            }
            Some(allowed) => Finding::fail(format!("core lets {allowed} call it, not {origin}"))
                .fix(format!("KUBEORCH_CORS_ALLOWED_ORIGINS={origin}")),
            None => Finding::warn(format!("core does not say that {origin} may call it"))
                .fix(format!("KUBEORCH_CORS_ALLOWED_ORIGINS={origin}")),
        },
        Err(error) => Finding::skip(error),
    }
}

/// A stream that something on its way gathers before it hands it on comes late or never. Only who signed in has one to
/// look at, so the way is looked at: whether the answers of core come through somebody else.
async fn streams(scene: &Scene) -> Finding {
    if scene.running("core").is_none() {
        return scene.silence("core");
    }
    let Some((host, port)) = scene.reached("core", 3000) else {
        return Finding::skip("its port is not published");
    };
    let answer = match http::ask("GET", &host, port, "/v1/", "Accept: text/event-stream\r\n").await {
        Ok(answer) => answer,
        Err(error) => return Finding::skip(error),
    };
    let through = answer.header("via").map(str::to_owned).or_else(|| {
        let server = answer.header("server")?;
        PROXIES.iter().any(|proxy| server.to_lowercase().contains(proxy)).then(|| server.to_owned())
    });
    match (through, answer.header("x-accel-buffering")) {
        (Some(through), Some("no")) => Finding::ok(format!("{through} hands streams on at once")),
        (Some(through), _) => {
            Finding::warn(format!("answers come through {through}, which may hold streams of events back"))
                .fix("turn its buffering off for /v1/api: proxy_buffering off in nginx")
        }
        (None, _) => Finding::ok("nothing stands before core"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_everybody_knows_is_none() {
        for known in ["your-secret-key-change-in-production", "00000000000000000000000000000000", "ChangeMe"]
        {
            assert!(is_default(known), "{known}");
        }
        assert!(!is_default("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"));
    }
}
