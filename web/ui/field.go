package ui

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Field is one input of a form: what was put in, and what is wrong with it.
type Field struct {
	Value string
	Error string // a sentence, or ""
	Focus bool   // it is the first that is wrong
}

// describedBy returns the ids of what describes the input of a name: the reason why it
// was not accepted, and its hint.
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

// Count returns the field as a number. It says so in the field when there is none, or
// one that is too large to be compared with any limit.
func (f *Field) Count() int {
	if !numberPattern.MatchString(f.Value) {
		f.Error = "A whole number is needed here."
		return 0
	}
	n, err := strconv.Atoi(strings.ReplaceAll(f.Value, ",", ""))
	if err != nil { // it is a number, so it can only be out of range
		f.farOff()
	}
	return n
}

func (f *Field) Milliseconds() time.Duration {
	n := f.Count()
	d := time.Duration(n) * time.Millisecond
	if int(d/time.Millisecond) != n { // it is some hundred years
		f.farOff()
	}
	return d
}

// farOff says of a number that it is beyond all limits.
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

// FocusFirst puts the focus on the first field that is wrong, and reports whether
// there is one.
func FocusFirst(fields ...*Field) bool {
	for _, f := range fields {
		if f.Error != "" {
			f.Focus = true
			return true
		}
	}
	return false
}

// Sentence makes a refusal's text stand on its own.
func Sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// Number returns the field as a number, written 10000 or 10,000. When it is none, the field
// says what is wrong.
func (f *Field) Number(wrong string) int {
	n, err := strconv.Atoi(strings.ReplaceAll(f.Value, ",", ""))
	if err != nil || !numberPattern.MatchString(f.Value) { // 1,5 is not fifteen
		f.Error = wrong
	}
	return n
}
