package ui

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Field is one input of a form.
type Field struct {
	Value string // as the visitor sent it
	Error string // a sentence that says what is wrong, or ""
	Focus bool   // it is the first field with an error
}

// describedBy returns the ids of the elements that describe an input: its error and its hint,
// if it has these.
func (f Field) describedBy(name, hint string) string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, name+"-error")
	}
	if hint != "" {
		ids = append(ids, name+"-hint")
	}
	return strings.Join(ids, " ")
}

var numberPattern = regexp.MustCompile(`^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)$`)

// Number returns the field as a number, written 10000 or 10,000. If it is not a number, the
// error is set to wrong.
func (f *Field) Number(wrong string) int {
	n, err := strconv.Atoi(strings.ReplaceAll(f.Value, ",", ""))
	if err != nil || !numberPattern.MatchString(f.Value) { // 1,5 does not mean 15
		f.Error = wrong
	}
	return n
}

// Count returns the field as a number. It sets the error if the field is not a number, or if
// the number is too large for an int.
func (f *Field) Count() int {
	if !numberPattern.MatchString(f.Value) {
		f.Error = "A whole number is needed here."
		return 0
	}
	n, err := strconv.Atoi(strings.ReplaceAll(f.Value, ",", ""))
	if err != nil { // the pattern matched, so it is out of range
		f.farOff()
	}
	return n
}

// Milliseconds returns the field as a duration. It sets the error as Count does.
func (f *Field) Milliseconds() time.Duration {
	n := f.Count()
	d := time.Duration(n) * time.Millisecond
	if int(d/time.Millisecond) != n { // longer than a duration can be, some 292 years
		f.farOff()
	}
	return d
}

// farOff sets the error for a number that is beyond all limits.
func (f *Field) farOff() {
	const most = 24 // digits to repeat
	sent, far := f.Value, "large"
	if strings.HasPrefix(sent, "-") {
		far = "small"
	}
	if len(sent) > most {
		sent = sent[:most] + "…"
	}
	f.Error = fmt.Sprintf("%s is far too %s.", sent, far)
}

// FocusFirst puts the focus on the first field that has an error, and reports whether there is
// one.
func FocusFirst(fields ...*Field) bool {
	for _, f := range fields {
		if f.Error != "" {
			f.Focus = true
			return true
		}
	}
	return false
}
