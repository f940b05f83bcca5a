package site

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// byteOrderMark tells Excel that a file is UTF-8: without it, Excel reads José as JosÃ©. Other
// programs skip it.
const byteOrderMark = "\ufeff"

// SendCSV answers with a file for spreadsheet programs, as RFC 4180 says: commas between the
// cells, CRLF after a row. The first row names the columns. The name of the file needs no
// escaping. A spreadsheet program takes no cell for a formula.
func (v *Visit) SendCSV(name string, rows [][]string) error {
	h := v.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	_, err := v.W.Write(csvOf(rows))
	return err
}

func csvOf(rows [][]string) []byte {
	var file bytes.Buffer
	file.WriteString(byteOrderMark)
	w := csv.NewWriter(&file)
	w.UseCRLF = true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = safeCell(cell)
		}
		_ = w.Write(safe) // a buffer takes all
	}
	w.Flush()
	return file.Bytes()
}

// safeCell puts an apostrophe before a text that a spreadsheet would take for a formula, so
// that it is shown and not carried out. Anybody may choose such a name. The last four
// characters are the first four as some keyboards for Chinese and Japanese write them.
func safeCell(text string) string {
	const begins = "=+-@" + "＝＋－＠"
	if bare := strings.TrimSpace(text); bare != "" && strings.ContainsRune(begins, []rune(bare)[0]) {
		return "'" + text
	}
	return text
}
