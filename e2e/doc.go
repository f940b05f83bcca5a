// Package e2e tests the real program: the binary that "go build" makes, a real
// PostgreSQL, a real browser, real signals and real faults. It has no code but its
// tests; package browser has the hands and eyes.
package e2e
