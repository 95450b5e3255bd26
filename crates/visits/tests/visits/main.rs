//! What bodies, orders, addresses and settings become.

mod dialects;
mod orders;
mod site;
mod urls;
