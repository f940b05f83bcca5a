// Package site has what all pages share: the request, the frame around the content, and the
// answers to errors.
//
// A [Visit] is one request. It knows who asks, which form was sent and from which page, and
// it renders the answer. A page begins with [Visit.Page] or, if it can show an earlier
// position of the log, with [Visit.PageAsOf]: both return the [Layout] to embed in the
// page's view.
//
// A [Route] says all about an address. A handler returns an error if it can't answer;
// answer.go has the one table of what becomes of errors.
//
// Nothing in here knows the rooms that are built on it. What it has to know of them, it is
// handed as [Rooms].
package site
