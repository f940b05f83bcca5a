// Package examples has the other examples of https://dcb.events as small packages, beside
// course subscriptions, which are domain/courses. Each has at most sixty lines of rules, the
// cases of the site as tests, a runnable example, and a race on a real PostgreSQL.
//
//   - username: a name that nobody else has, and that is free again some days after it was
//     given up
//   - invoice: numbers without a gap, for which one event is read
//   - optin: a code that confirms an address, once, and within an hour
//   - price: an order at the prices that the customer was shown, for any number of products
//   - idempotency: a request that arrives twice and is carried out once
//   - aggregate: an aggregate, for whoever comes from there
//
// Read the file that is named like its package, from top to bottom: the facts, the projections,
// the command. Each command is tested with [go-crablet/dcb/dcbtest]: what follows, what is
// refused, and what it conflicts with. Its race is held twice, as it is and without the
// condition of its appends, and so shows what the condition is for.
package examples
