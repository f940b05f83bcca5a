// Package log has the pages of the log: all events ([Pages.All]), one event ([Pages.Event]),
// and the history of a course or a student ([Pages.History]), which stands on its page.
//
// All of them read the log itself, one page at a time, so they cost the same on a log of any
// length.
package log
