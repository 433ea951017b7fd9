//! The steps of the protocol, each as the people whose step it is take it.

mod enrichment;
mod lio;
mod urgent;
