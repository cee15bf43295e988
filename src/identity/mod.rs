//! Users, passwords, sessions and invite codes.
