//! The workflow graph as stored and drawn: nodes, edges, names, and every check that needs no cluster.
