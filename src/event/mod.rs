//! Live events: stream keys, envelopes, and a hub whose subscribers are bounded and never block a publisher.
