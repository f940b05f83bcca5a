package nearby

import (
	"fmt"
	"strconv"
)

// A Place is a place in the write-ahead log, which PostgreSQL calls an LSN. The zero Place is before
// everything. A failover may lose the end of the log, and then its places are given again.
type Place int64

// ParsePlace reads what [Place.String] writes.
func ParsePlace(text string) (Place, error) {
	place, err := strconv.ParseInt(text, 16, 64)
	if err != nil || place < 0 {
		return 0, fmt.Errorf("%q is not a place in a log", text)
	}
	return Place(place), nil
}

// String writes the place in hexadecimal digits.
func (p Place) String() string { return strconv.FormatInt(int64(p), 16) }
