// Package query is the second step: a decision reads what is about the course or about the student.
package query

import "go-crablet/dcb"

// Boundary returns the query for everything that a subscription depends on: all that happened to the
// course, and all that happened to the student.
func Boundary(course, student dcb.Tag) dcb.Query {
	//workshop:write what is about the course, and what is about the student
	return dcb.NewQuery(dcb.Tags{course}).Or(dcb.NewQuery(dcb.Tags{student}))
	//workshop:instead
	// return dcb.NewQuery(dcb.Tags{course, student})
	//workshop:end
}
