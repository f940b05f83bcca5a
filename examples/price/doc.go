// Package price orders products at the prices that the customer was shown.
//
// A price may change at any time. Whoever saw the price before has ten minutes left to order at it:
// valid is the price of ten minutes ago and each one since. An order names any number of products,
// each with the price that was shown, and is accepted or refused as a whole.
//
// The boundary is the prices of the products that are ordered. Which these are is known when the
// command comes, so they are one projection with a map ([dcb.ProjectAny]). If one of these prices
// changes meanwhile, the decision is taken again, and mostly comes to the same answer: the price
// that was shown is still valid for ten minutes. Other prices may change unnoticed, and so may
// what others order.
//
// How old a change is follows from two times, and neither is asked of the clock while the
// decision is taken: the command says what time it is, and the database said when it recorded the
// change ([dcb.OnEvent]).
package price
