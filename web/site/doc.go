// Package site has what all pages share: the request, the frame around the content, and the
// answers to errors.
//
// A [Visit] is one request. It knows who the visitor is, what the address and the form say, and
// from which page the form was sent. It renders the answer. A handler begins its page with
// [Visit.Page] or, if the page can show an earlier position of the log, with [Visit.PageAsOf].
// Both return the [Layout] that the view of the page embeds. A handler that can't answer returns
// an error.
//
// The package does not know the rooms that are built on it. It is handed their [Rooms].
//
// # Where to find what
//
//	site             what the site needs, and the middleware in its order
//	route, mux       from an address to its handler; ways_back, from a form to the page above it
//	visit            the request: address (what stands in it), form, visitor, access
//	answer, problem  the table from an error to its answer; breakdown for errors of our own
//	page, layout     how a page begins, and the frame around it; render sends it
//	moment           a page as of an earlier position of the log
//	live, topic      what a page wants news of
//	notice           what the last command did, on the next page; say and repetition word it
//	session          what a browser keeps, in cookies: acting, runner, stage_mode, steps
//	registrar        signing in and out; passcode
//	once, madefor    a form is carried out once, and only for the visitor it was made for
//	wait, costly     limits on forms and on costly pages; resend shows the form again
//	names, log       what pages read besides the read model
//	list, keeping    parts of a long list; how long something is kept; csv for spreadsheets
//	asset, source, health
package site
