// Package log has the pages of the log: all events, one event, and the history of a course
// or a student.
package log
