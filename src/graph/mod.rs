//! A snapshot's links seen as a graph of numbered nodes: layers, weights, decay, a day.
