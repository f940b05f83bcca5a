// Package idempotency places an order once, however often the request for it arrives.
//
// The client makes a token when it shows the form, and sends it with each attempt. The server makes
// the id of the order, a new one each time. The fact carries the tags of both, and the boundary
// is the token: of two requests with one token, at once or hours apart and on any server, one places
// the order, and the other one is told which order that was.
//
// It guards against repetition by accident, not against fraud. A request with other content under a
// token that was used is answered with the first order, too. Package domain/courses also keeps what a
// request asked for, and refuses such a request.
package idempotency
