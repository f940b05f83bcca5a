// Package imports has the pages on which the registrar imports lists of students, courses and
// enrolments: a form, a preview of every line, the progress, and the result as a file. Package
// intake does the work.
package imports
