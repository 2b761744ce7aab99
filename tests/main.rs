//! The test suite above single modules: one binary, a file a command or a law.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod algorithm_laws;
mod backtest;
mod backtest_open_sets;
mod cases;
mod chain_truth;
mod command;
mod conformance;
mod crash;
mod demo;
mod determinism;
mod identity;
mod identity_gate;
mod identity_laws;
mod identity_run;
mod identity_without_keys;
mod planted;
mod planted_chart;
mod query;
mod query_golden;
mod query_laws;
mod query_memory;
mod readme;
mod scale;
mod service;
mod store_crash;
mod support;
mod tidy;
mod wrong_arguments;

mod exports;
mod graph_laws;
mod graph_reference;
mod graph_threads;
mod ingest_csv;
mod ingest_parquet;
mod ingest_properties;
mod ingest_rdf;
mod ingest_real_data;
mod mapping;
mod real_data;

/// Counts the bytes in use, for the test that holds a query's memory limit against them.
#[global_allocator]
static HEAP: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;
