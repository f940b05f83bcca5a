package site

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// checkQuery rejects a query string that can't be parsed. Otherwise net/url would drop the bad
// parameters, and the rest would be answered as if they had never been sent.
func checkQuery(r *http.Request) error {
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return BadRequest(http.StatusBadRequest, "The part of the address after the question mark could not be read. Leave it out, or write a percent sign as %25 and a semicolon as %3B.")
	}
	return nil
}

// Once returns an error if one of these parameters is more than once in the address.
func (v *Visit) Once(parameters ...string) error {
	for _, name := range parameters {
		if len(v.R.URL.Query()[name]) > 1 {
			return BadRequest(http.StatusBadRequest, "The address has "+name+" in it more than once. Leave only one.")
		}
	}
	return nil
}

// Only returns a parameter of the address, or "" if it has none of this name. The error is
// that of [Visit.Once].
func (v *Visit) Only(parameter string) (string, error) {
	return v.R.URL.Query().Get(parameter), v.Once(parameter)
}

// Search returns what a visitor looks for, in the parameter "find", without the white space
// around it.
func (v *Visit) Search() string {
	find := strings.TrimSpace(strings.ToValidUTF8(v.R.URL.Query().Get("find"), "\ufffd"))
	if utf8.RuneCountInString(find) > longestSearch {
		find = string([]rune(find)[:longestSearch])
	}
	return find
}

// longestSearch is longer than any title.
const longestSearch = 200

// asksForThePast reports whether a page is asked for as of an earlier position. A form is
// always carried out now, even if its address has such a position.
func (v *Visit) asksForThePast() bool {
	return v.R.Method != http.MethodPost && v.R.URL.Query().Has("as_of")
}

// AsOf returns the position that a page is asked for as of, or 0 for now.
func (v *Visit) AsOf() (int64, error) {
	if !v.asksForThePast() {
		return 0, nil
	}
	wanted, err := v.Only("as_of")
	if err != nil {
		return 0, err
	}
	position, err := PositionOf(wanted)
	if err != nil {
		return 0, BadRequest(http.StatusBadRequest, "There is no such as_of: "+err.Error()+".")
	}
	return position, nil
}

// onlyNow returns an error if the address asks for an earlier time. It is for pages that have
// no past.
func (v *Visit) onlyNow() error {
	if position, err := v.AsOf(); err != nil || position == 0 {
		return err
	}
	return BadRequest(http.StatusBadRequest, "This page shows only what is now. Leave as_of out of its address.")
}

// PositionOf reads a position as addresses have it.
func PositionOf(text string) (int64, error) {
	position, err := strconv.ParseInt(text, 10, 64)
	if err != nil || position < 1 || strconv.FormatInt(position, 10) != text {
		return 0, errors.New("a position in the log is a whole number, and the first is 1")
	}
	return position, nil
}

// ErrBeyond says where the log ends, to a visitor who asked for a later position.
func ErrBeyond(head int64) error {
	if head == 0 {
		return errors.New("nothing has happened yet: the log is empty")
	}
	return fmt.Errorf("the log ends at position %d", head)
}

// ReceiptID matches the ids that receipts can have. There need not be a receipt of the id.
var ReceiptID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// PathID returns the part of a path after a prefix, and whether there is one.
func PathID(path, prefix string) (string, bool) {
	id, found := strings.CutPrefix(path, prefix)
	return id, found && id != ""
}
