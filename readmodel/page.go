package readmodel

// A Cursor is a place in a list, to go on from: that of the row which began at a position of the
// log. Most lists are in the order of these positions, which never changes, so paging neither
// skips a row nor repeats one. In a list by name, a row may move while somebody turns pages.
// The zero Cursor is the beginning of the list. If Before is not zero, After is ignored.
type Cursor struct {
	After  int64 // the page after this position
	Before int64 // the page before this position
}

// A Page is a part of a list.
type Page[R any] struct {
	Rows     []R
	Previous *Cursor // the page before this one, or nil if there is none
	Next     *Cursor // the page after this one, or nil if there is none
}

// PageOf cuts a page of size rows out of a query for size+1 rows at a cursor. The extra row
// shows that there is another page in the direction of reading. In the other direction
// there is one if the cursor is not zero.
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
