//! One module for each command.

pub mod audit;
pub mod canary;
pub mod config;
pub mod doctor;
pub mod healthcheck;
pub mod migrate;
pub mod privacy;
pub mod serve;
pub mod setup;
