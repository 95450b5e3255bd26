//! Unification: who may become one, what one of two holds, and that it can be taken back.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "unify/attacks.rs"]
mod attacks;
#[path = "unify/graph.rs"]
mod graph;
#[path = "unify/meet.rs"]
mod meet;
#[path = "unify/plan.rs"]
mod plan;
