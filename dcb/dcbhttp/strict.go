package dcbhttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// decode reads a text that is one JSON value. Unlike encoding/json it never replaces a broken
// character with U+FFFD: it returns an error.
func decode(text []byte, into any) error {
	if !utf8.Valid(text) {
		return errors.New("it is not UTF-8")
	}
	if err := json.Unmarshal(text, into); err != nil {
		return explained(err)
	}
	if escape, found := loneSurrogate(text); found {
		return fmt.Errorf("%s is half of a surrogate pair, which stands for no character", escape)
	}
	return nil
}

// members are the variables for the values of a JSON object, by name. encoding/json would also
// accept Tags for tags, and the last of two tags. members accept only exact names, each once.
type members map[string]any

func (m members) decode(object []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return fmt.Errorf("%.40s stands where an object belongs", object)
	}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		into, expected := m[name]
		if !expected {
			return fmt.Errorf("the field %.40q is unknown there, or given twice", name)
		}
		delete(m, name)
		if err := decoder.Decode(into); err != nil {
			return fmt.Errorf("%q: %w", name, explained(err))
		}
	}
	return nil
}

// explained names the kinds of JSON where encoding/json names types of Go.
func explained(err error) error {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return err
	}
	belongs := map[reflect.Kind]string{
		reflect.String: "a string",
		reflect.Slice:  "an array",
		reflect.Bool:   "true or false",
		reflect.Int:    "a whole number of 64 bits",
		reflect.Int64:  "a whole number of 64 bits",
	}
	return fmt.Errorf("%s stands where %s belongs", wrong.Value, belongs[wrong.Type.Kind()])
}

// loneSurrogate finds an escape in valid JSON that is half of a surrogate pair.
func loneSurrogate(text []byte) (escape []byte, found bool) {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		i++ // to the escaped character
		if first := escapedRune(text[i:]); utf16.IsSurrogate(first) {
			second := rune(-1)
			if i+5 < len(text) && text[i+5] == '\\' {
				second = escapedRune(text[i+6:])
			}
			if utf16.DecodeRune(first, second) == utf8.RuneError {
				return text[i-1 : i+5], true
			}
			i += 6
		}
	}
	return nil, false
}

// escapedRune returns the rune of an escape such as u00e9, or -1.
func escapedRune(escape []byte) rune {
	if len(escape) < 5 || escape[0] != 'u' {
		return -1
	}
	code, err := strconv.ParseUint(string(escape[1:5]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(code)
}
