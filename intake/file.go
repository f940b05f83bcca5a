package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// The limits of a file.
const (
	MaxBytes = 1 << 20
	MaxLines = 2000
)

// A Problem is why a file can't be read at all. Its text is a sentence for the person who sent
// the file.
type Problem string

// Error implements error.
func (p Problem) Error() string { return string(p) }

// Written is how a file is written.
type Written struct {
	Encoding  string // in words, such as "UTF-8"
	Separator string // in words, such as "semicolons"
	Header    bool   // the first line names the columns
	Unused    string // the columns that are not used, or ""
}

// A row is a line of a file, cut into cells.
type row struct {
	line  int // in the file, from 1
	lines int // more than 1 if a text in quotes goes on in the next line
	cells []string
	wrong string // why the line can't be cut into cells, or ""
}

// decode returns the text of a file, and the words for its encoding. A file that says nothing
// of its encoding is UTF-8 if it can be, and otherwise Windows-1252, as Excel writes it.
func decode(file []byte) (text, words string, err error) {
	utf16 := func(order unicode.Endianness) encoding.Encoding { return unicode.UTF16(order, unicode.UseBOM) }
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(file, []byte("\xef\xbb\xbf")):
		file, words = file[3:], "UTF-8 with a byte order mark"
		if !utf8.Valid(file) {
			return "", "", Problem("The file says that it is UTF-8, and it is not. Save it anew as CSV UTF-8.")
		}
		return string(file), words, nil
	case bytes.HasPrefix(file, []byte("\xff\xfe")), looksLikeUTF16(file, 1):
		from, words = utf16(unicode.LittleEndian), "UTF-16"
	case bytes.HasPrefix(file, []byte("\xfe\xff")), looksLikeUTF16(file, 0):
		from, words = utf16(unicode.BigEndian), "UTF-16"
	case bytes.HasPrefix(file, []byte("PK\x03\x04")), bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		return "", "", Problem("This is a spreadsheet and not CSV. In the spreadsheet program choose to save it as CSV.")
	case bytes.ContainsRune(file, 0):
		return "", "", Problem("This is not a text file. Save the list as CSV.")
	case utf8.Valid(file):
		return string(file), "UTF-8", nil
	default:
		from, words = charmap.Windows1252, "Windows-1252"
	}
	decoded, err := from.NewDecoder().Bytes(file)
	if err != nil {
		return "", "", fmt.Errorf("decode %s: %w", words, err)
	}
	return string(decoded), words, nil
}

// looksLikeUTF16 reports whether a file without a mark has a zero in every second byte of its
// beginning, from an index on.
func looksLikeUTF16(file []byte, from int) bool {
	const enough = 8
	if len(file) < enough || len(file)%2 != 0 {
		return false
	}
	for i := range enough {
		if (file[i] == 0) != (i%2 == from) {
			return false
		}
	}
	return true
}

// OneColumn is the separator, in words, of a list that has none.
const OneColumn = "one column"

// separators are what may stand between two cells. The first of those that fit a file equally
// well is chosen.
var separators = []struct {
	char  rune
	words string
}{{'\t', "tabs"}, {';', "semicolons"}, {',', "commas"}}

// separatorOf guesses the separator. It counts each candidate in the first line, and returns
// the one that most other lines have as often. For a list of one column it returns the comma.
func separatorOf(text string) (char rune, words string) {
	most := 0
	char, words = ',', OneColumn
	for _, separator := range separators {
		fit, first := 0, -1
		for line := range strings.Lines(text) {
			n := countOutsideQuotes(line, separator.char)
			if strings.TrimSpace(line) == "" {
				continue
			}
			if first < 0 {
				first = n
			}
			if n > 0 && n == first {
				fit++
			}
		}
		if fit > most {
			most, char, words = fit, separator.char, separator.words
		}
	}
	return char, words
}

func countOutsideQuotes(line string, char rune) (n int) {
	quoted := false
	for _, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == char && !quoted:
			n++
		}
	}
	return n
}

// rowsOf cuts a text into rows. Rows without any text are left out.
func rowsOf(text string, separator rune) ([]row, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator, -1
	lastLine := strings.Count(text, "\n") + 1
	var rows []row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		next, err := rowOf(r, cells, err, lastLine)
		if err != nil {
			return nil, err
		}
		if next.wrong != "" || slices.ContainsFunc(next.cells, func(cell string) bool { return cell != "" }) {
			rows = append(rows, next)
		}
		if len(rows) > MaxLines+1 { // one of them may name the columns
			return nil, tooManyLines
		}
	}
}

const tooManyLines = Problem("The file has more than 2,000 lines. Cut it into several files.")

// rowOf returns the row that r has just read. The error is a problem of the whole file: a quote
// that is never closed, which hides all lines after it.
func rowOf(r *csv.Reader, cells []string, err error, lastLine int) (row, error) {
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		lines := wrong.Line - wrong.StartLine + 1
		if lines > 1 && wrong.Line >= lastLine-1 {
			return row{}, Problem(fmt.Sprintf("A quote opens in line %d and is never closed, so nothing after it can be read. Close it, or leave it out.", wrong.StartLine))
		}
		return row{line: wrong.StartLine, lines: lines, wrong: "the quotes can't be understood: put quotes around the whole cell, and write each quote inside it twice"}, nil
	}
	if err != nil {
		return row{}, err
	}
	line, _ := r.FieldPos(0)
	next := row{line: line, lines: 1}
	for _, cell := range cells {
		next.lines += strings.Count(cell, "\n")
		next.cells = append(next.cells, strings.TrimSpace(cell))
	}
	return next, nil
}

// oneLineEnd makes one kind of line end of the three kinds.
var oneLineEnd = strings.NewReplacer("\r\n", "\n", "\r", "\n")
