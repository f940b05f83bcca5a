// Package web is the web application: pages, forms and the session.
//
// A page is a handler, a view and a template side by side: course.go reads what
// there is to show into plain strings and numbers, course.templ is the markup. A
// command is a handler that decodes a form, lets package courses decide, and sends
// the visitor back (Post/Redirect/Get) with a receipt of the decision. Everything
// works without JavaScript.
//
// Pages about courses, students and the log can be looked at as of an earlier position
// (moment.go). They ask a term of then what they ask one of now, and offer no forms.
//
// Most pages change while one looks. A page names its topics (layout.Topics), marks the
// parts that change as areas (live.go), and hears at /live what is new: seats as they
// are drawn, for the rest an invitation to be fetched again (news.go). The scripts put
// new areas in the place of old ones and know nothing about courses.
//
// A decision can be looked at before it is sent (lens.go), held before its append
// (gap.go, held.go), and afterwards in its receipt (decision.go), from which each attempt
// can be copied as a test (scenario.go). The session keeps how much of that somebody has
// done, for the tour (tour.go).
//
// routes.go has the route table, which names who may use each route by a rule in
// access.go; [New] has the middleware; respond.go turns errors into answers;
// session.go and visitor.go know who is acting.
package web
