// Package examples lists small packages for the examples of https://dcb.events. (The largest
// example, course subscriptions, is in domain/courses.) Each has at most sixty lines of rules,
// the cases of the site as tests, a runnable example, and a race on a real PostgreSQL.
//
//   - username: a unique name, which is free again some days after it was given up
//   - invoice: numbers without a gap, for which only one event is read
//   - optin: a code that confirms an address once, before it expires
//   - price: an order at the prices that the customer was shown, for any number of products
//   - idempotency: a request that arrives twice and is carried out once
//   - aggregate: an event-sourced aggregate, whose boundary is the same for every command
//
// Read the file named like its package from top to bottom: the facts, the projections, the
// command. The tests say with [go-crablet/dcb/dcbtest] what follows from the command, why it
// is refused, and what it conflicts with. Each race runs twice: as it is, and without the
// conditions of its appends. The second run breaks the rule: it shows what the conditions do.
package examples
