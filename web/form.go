package web

import (
	"strconv"
	"strings"

	"go-crablet/domain/courses"
)

// number returns the field as a number, written 10000 or 10,000, and says so in the
// field when it is none.
func (f *field) number() int {
	n, err := strconv.Atoi(strings.ReplaceAll(f.Value, ",", ""))
	if err != nil || !numberPattern.MatchString(f.Value) { // 1,5 is not fifteen
		f.Error = sentence("a whole number is needed here: " + courses.ErrCapacityOutOfRange.Error())
	}
	return n
}
