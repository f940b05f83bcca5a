// Package examples lists the examples of https://dcb.events that are small packages here. (Course
// subscriptions, the largest one, are in domain/courses.) Each has at most sixty lines of rules, the
// cases of the site as tests, a runnable example, and a race on a real PostgreSQL.
//
//   - username: a name that nobody else has, and that is free again some days after it was
//     given up
//   - invoice: numbers without a gap, for which one event is read
//   - optin: a code that confirms an address once, before it expires
//   - price: an order at the prices that the customer was shown, for any number of products
//   - idempotency: a request that arrives twice and is carried out once
//   - aggregate: an event-sourced aggregate, which is a boundary that never varies
//
// Read the file that is named like its package, from top to bottom: the facts, the projections,
// the command. The tests say with [go-crablet/dcb/dcbtest] what follows from the command, what it is
// refused for, and what it conflicts with. The race is held twice: once as it is, and once without the
// condition of the appends. The second one breaks the rule, which shows what the condition is for.
package examples
