package lab

import "go-crablet/dcb"

// These strategies need nothing but a log, so they can be tried on a log of any kind.

// Unconditional returns the log as the strategy without a condition uses it: no append has one.
func Unconditional(log dcb.Log) dcb.Log { return unconditional{log} }

// Flattening returns the log as the strategy or-as-and uses it: every OR of a query is an AND.
func Flattening(log dcb.Log) dcb.Log { return flattening{log} }

// Streams returns the log as the strategy with one stream per course uses it.
func Streams(log dcb.Log) dcb.Log { return streams{log} }
