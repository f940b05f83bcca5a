package ui

import "time"

// When writes a moment as people read it in a list: the day and the time, and the year if it
// is not the one of now. All times are UTC.
func When(at, now time.Time) string {
	at = at.UTC()
	if at.Year() == now.UTC().Year() {
		return at.Format("2 Jan 15:04:05")
	}
	return at.Format("2 Jan 2006 15:04:05")
}
