// Package web is the web application: its routes, and the packages with their handlers.
//
// Read routes.go first. Each line is an address, who may use it, and the handler. Every subject
// has its handlers in a package of its own, a room:
//
//	catalogue  courses and students, and the forms about them
//	decisions  a form becomes a decision, and the decision leaves a receipt
//	held       decisions that are held open before their append
//	rival      who can get in the way of a decision
//	lens       what a decision would read, before it is sent
//	race       races, and strategies that try to break the append
//	stage      two decisions, step by step, on a log of their own
//	log        the log, an event, a history
//	imports    lists of students, courses and enrolments
//	workshop   the steps of the workshop, and rooms for groups
//	tour       what to do next
//	news       what is new, sent to pages that somebody looks at
//
// The rooms share five packages: site has the request, the frame of a page and the answers to
// errors; story tells what happened, in words and pictures; live knows which pages somebody
// looks at; guard limits what clients may ask for; ui has the smallest parts of a page.
//
// A page is a handler, a view and a template side by side: course.go puts what the page shows
// into plain strings and numbers, and course.templ is the markup. Everything works without
// JavaScript.
package web
