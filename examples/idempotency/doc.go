// Package idempotency places an order once, however often the request for it arrives.
//
// The client makes a token when it shows the form, and sends it with each attempt. The server
// makes a new order id each time. The fact carries the tags of both, and the boundary is the
// token. Of two requests with one token, at once or hours apart and on any server, one places
// the order, and the other learns which order that was.
//
// This protects against repetition by accident, and not against fraud. A request with a used
// token and other content also gets the first order. Package domain/courses stores what a
// request asked for, and refuses such a request.
package idempotency
