//! The steps of the protocol, each as the people whose step it is take it.

mod closing;
mod emergency;
mod enrichment;
pub mod exclusion;
mod follow_up;
mod identity;
mod intake;
mod lio;
mod sharing_out;
mod urgent;
mod weighing3;
mod weighing4;
