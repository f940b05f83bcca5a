// Package catalogue has the pages of courses and students, and the forms about them.
//
// Begin with subscribe.go. Each command has a file named after it. Its handler reads the
// form into a command, lets package decisions decide, and sends the visitor back to the
// page of the form (Post/Redirect/Get). answer.go shows that page again with the reason if a
// command was refused; form.go does the same at the inputs of a form.
//
// The pages are courses.go, course.go, students.go and student.go. Each has its template
// beside it.
package catalogue
