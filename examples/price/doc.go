// Package price orders products at the prices that the customer was shown.
//
// A price may change at any time. A customer who saw the old price may order at it for ten
// more minutes: the price of ten minutes ago is valid, and each price since. An order names
// any number of products, each with the price that was shown, and is accepted or refused as a
// whole.
//
// The boundary is the prices of the ordered products. The command names the products, so their
// prices are one projection with a map ([dcb.ProjectAny]). If one of these prices changes
// meanwhile, the decision is taken again, and usually comes to the same answer, because the
// price that was shown is valid for ten more minutes. Changes of other prices and other orders
// are not conflicts.
//
// The age of a change follows from two times: the command says what time it is, and the
// database said when it recorded the change ([dcb.OnEvent]). The decision never looks at the
// clock.
package price
