//! What may help a service in trouble, by how it ended and by what it wrote (cli.md 3.9).

use super::Why;

/// What a log says, and what to do about it.
const LINES: [(&str, &str); 6] = [
    (
        "address already in use",
        "something else listens on its port inside the container: look at its configuration",
    ),
    (
        "jwt_secret not configured",
        "KUBEORCH_JWT_SECRET is missing: run orchcli init, which makes .orchcli/secrets.env",
    ),
    (
        "exec format error",
        "the image is for another processor: set platform, or take an image for this machine",
    ),
    ("no space left on device", "the disk is full: free some, or remove unused images and volumes"),
    ("connection refused", "what it connects to does not listen: look at the services that it depends on"),
    ("permission denied", "a file or folder that is mounted does not belong to the user in the container"),
];

/// What an engine says of a container that it does not start, and what to do about it; the first that fits.
const REFUSALS: [(&str, &str); 10] = [
    ("cannot access path", "a folder of a volume that it mounts is not there: look at subpath"),
    ("bind source path does not exist", "a folder that it mounts is not there: make it, or change volumes"),
    ("error mounting", "what it mounts does not fit: a folder onto a file, or a file onto a folder"),
    ("error while mounting volume", "one of its volumes cannot be mounted: look at its driver_opts"),
    ("device driver", "the engine has no such devices: look at gpus and devices"),
    ("device information", "a device that it wants is not there: look at devices"),
    ("unable to find user", "the image has no such user: look at user"),
    (
        "exec format error",
        "the image is for another processor: set platform, or take an image for this machine",
    ),
    ("executable file not found", "its program is not in the image: look at command and entrypoint"),
    ("no such file or directory", "its program is not in the image: look at command and entrypoint"),
];

/// The hint for a container that the engine does not start, if there is one.
pub fn of_refusal(words: &str) -> Option<&'static str> {
    let words = words.to_ascii_lowercase();
    REFUSALS.iter().find(|(text, _)| words.contains(text)).map(|(_, hint)| *hint)
}

/// The hint, if there is one.
pub fn of(why: &Why, lines: &[String]) -> Option<&'static str> {
    match why {
        Why::Exited { oom: true, .. } => {
            return Some("give it more memory: raise mem_limit, or that of the engine");
        }
        Why::Exited { code: 132, .. } | Why::Restarts { code: 132, .. } => {
            return Some("the processor lacks AVX, which MongoDB 5 and later need: take an older image");
        }
        Why::Exited { code: 137, .. } | Why::Restarts { code: 137, .. } => {
            return Some("it was killed: perhaps for want of memory, or by somebody");
        }
        Why::Exited { code: 126, .. } | Why::Restarts { code: 126, .. } => {
            return Some(
                "its program may not be executed: look at its mode, or at the processor it is made for",
            );
        }
        Why::Exited { code: 127, .. } | Why::Restarts { code: 127, .. } => {
            return Some("its program is not in the image: look at command and entrypoint");
        }
        Why::NoHealthCheck => return Some("give it a healthcheck, or wait for service_started"),
        Why::Exited { .. }
        | Why::Restarts { .. }
        | Why::Unhealthy
        | Why::TimedOut { .. }
        | Why::Gone
        | Why::Engine(_) => {}
    }
    let found = lines.iter().rev().find_map(|line| {
        let line = line.to_ascii_lowercase();
        LINES.iter().find(|(text, _)| line.contains(text)).map(|(_, hint)| *hint)
    });
    let late = matches!(why, Why::TimedOut { .. });
    found.or(late.then_some("give it more time with --wait-timeout, or look at its log"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_goes_before_the_log() {
        let lines = ["listen: Address already in use".to_owned()];
        assert!(of(&Why::Exited { code: 137, oom: true }, &lines).unwrap().contains("mem_limit"));
        assert!(of(&Why::Exited { code: 1, oom: false }, &lines).unwrap().contains("listens on its port"));
        assert_eq!(of(&Why::Exited { code: 1, oom: false }, &[]), None);
    }

    #[test]
    fn a_mount_that_is_not_there_is_no_missing_program() {
        let mount = "OCI runtime create failed: error mounting \"/a\" to rootfs: no such file or directory";
        assert!(of_refusal(mount).unwrap().contains("mounts"));
        assert!(of_refusal("exec: \"a\": executable file not found in $PATH").unwrap().contains("command"));
        assert_eq!(of_refusal("No such container: 12ab"), None);
    }
}
