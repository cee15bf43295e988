//! The one place where secrets are taken out of texts that leave the server.
