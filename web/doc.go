// Package web is the web application: its routes, and the rooms that answer them.
//
// Read routes.go first. Each line is an address, who may use it, and the handler. The
// handlers stand in rooms, one package each:
//
//	catalogue  courses and students, and the forms about them
//	decisions  a form becomes a decision, and the decision leaves a receipt
//	held       decisions that are held open before their append
//	lens       what a decision would read, before it is sent
//	race       races, and strategies that break the append
//	log        the log, an event, a history
//	tour       what to do next
//	news       what is new, while somebody looks
//
// Below them are what they share: site (the request, the frame, the errors), story (what
// happened, in words and pictures), live (who looks), guard (who asks how much) and ui.
//
// A page is a handler, a view and a template side by side: course.go reads what there is to
// show into plain strings and numbers, course.templ is the markup. Everything works without
// JavaScript.
package web
