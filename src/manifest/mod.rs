//! Graph to Kubernetes objects: one compiler behind `render`, `plan`, `validate` and `run`.
