//! The steps of the protocol, each as the people whose step it is take it.

mod enrichment;
mod intake;
mod lio;
mod urgent;
mod weighing3;
mod weighing4;
