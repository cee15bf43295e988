//! Workflow documents, their versions, and the rules of saving them.
