// Package idempotency places an order once, however often the request for it arrives.
//
// The client makes a token when it shows the form, and sends it with each attempt. The server makes
// the id of the order, a new one each time. The fact carries the tags of both, and the boundary
// is the token: of two requests with one token, at once or hours apart and on any server, one places
// the order, and the other one is told which order that was.
//
// It guards against a repetition, and not against a client who means harm. A client who sends
// other content under a token that was used is told of the first order, too; package
// domain/courses keeps what a request asked for, and refuses that.
package idempotency
