//! The guarded HTTP client: every request the server makes to a host somebody named goes through here.
