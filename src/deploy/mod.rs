//! A run: check, plan, preflight, apply, record; and the removal of what a graph no longer holds.
