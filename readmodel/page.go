package readmodel

// A Cursor is a place in a list, to go on from. Lists are in the order of positions
// of the log, which nothing that happens later changes: paging neither skips a row
// nor repeats one. The zero Cursor is where the list begins. With Before other than
// zero, After counts for nothing.
type Cursor struct {
	After  int64 // the page behind this position
	Before int64 // the page in front of this position
}

// A Page is a part of a list.
type Page[R any] struct {
	Rows     []R
	Previous *Cursor // the page in front of this one, or nil when there is none
	Next     *Cursor // the page behind this one, or nil when there is none
}

// PageOf makes a page of rows in the order of positions, which were asked for with a
// cursor, one more than the page is long: whether that came tells if there is more in
// the direction of reading. In the other one there is, if somebody came from there.
func PageOf[R any](rows []R, at Cursor, size int, position func(R) int64) Page[R] {
	more := len(rows) > size
	hasPrevious, hasNext := at.After > 0, more
	if at.Before > 0 {
		hasPrevious, hasNext = more, true
	}
	switch {
	case more && at.Before > 0:
		rows = rows[1:]
	case more:
		rows = rows[:size]
	}
	page := Page[R]{Rows: rows}
	if len(rows) == 0 {
		return page
	}
	if hasPrevious {
		page.Previous = &Cursor{Before: position(rows[0])}
	}
	if hasNext {
		page.Next = &Cursor{After: position(rows[len(rows)-1])}
	}
	return page
}
