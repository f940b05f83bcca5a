package intake_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/intake"
)

// inUTF16 encodes a text with two bytes for a character, the given byte first.
func inUTF16(text string, bigEndian bool) string {
	var encoded strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		low, high := byte(unit), byte(unit>>8)
		if bigEndian {
			low, high = high, low
		}
		encoded.Write([]byte{low, high})
	}
	return encoded.String()
}

func TestAFileIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	const text = "Zoë,z1\nJosé Müller,j2\n"
	for name, test := range map[string]struct{ file, encoding, separator string }{
		"UTF-8":                           {text, "UTF-8", "commas"},
		"UTF-8 with a mark":               {"\ufeff" + text, "UTF-8 with a byte order mark", "commas"},
		"UTF-16 with a mark":              {inUTF16("\ufeff"+text, false), "UTF-16", "commas"},
		"UTF-16 with a mark, big endian":  {inUTF16("\ufeff"+text, true), "UTF-16", "commas"},
		"UTF-16 without a mark":           {inUTF16("Anna,z0\n"+text, false), "UTF-16", "commas"},
		"UTF-16 without one, big endian":  {inUTF16("Anna,z0\n"+text, true), "UTF-16", "commas"},
		"Windows-1252":                    {"Zo\xeb,z1\nJos\xe9 M\xfcller,j2\n", "Windows-1252", "commas"},
		"semicolons":                      {strings.ReplaceAll(text, ",", ";"), "UTF-8", "semicolons"},
		"tabs":                            {strings.ReplaceAll(text, ",", "\t"), "UTF-8", "tabs"},
		"line ends of Windows":            {strings.ReplaceAll(text, "\n", "\r\n"), "UTF-8", "commas"},
		"line ends of old Macs":           {strings.ReplaceAll(text, "\n", "\r"), "UTF-8", "commas"},
		"no line end at the end":          {strings.TrimSpace(text), "UTF-8", "commas"},
		"quotes":                          {`"Zoë","z1"` + "\n" + `"José Müller",j2` + "\n", "UTF-8", "commas"},
		"empty lines and empty cells":     {"\n\nZoë,z1\n , \nJosé Müller,j2,,\n\n", "UTF-8", "commas"},
		"spaces around cells":             {"  Zoë , z1\nJosé Müller\u00a0,\tj2\n", "UTF-8", "commas"},
		"a header":                        {"Name,ID\n" + text, "UTF-8", "commas"},
		"a header in another order":       {"Student-ID;Mail;Full name\nz1;z@x;Zoë\nj2;;José Müller\n", "UTF-8", "semicolons"},
		"commas in what stands in quotes": {`"Zoë";z1;"a,b,c"` + "\n", "UTF-8", "semicolons"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := intake.Read("abc", intake.Students, []byte(test.file), ids)
			require.NoError(t, err)
			assert.Equal(t, test.encoding, list.Encoding)
			assert.Equal(t, test.separator, list.Separator)
			var names []string
			for _, line := range list.Lines {
				names = append(names, line.Text+" "+string(line.Student))
			}
			switch {
			case strings.HasPrefix(name, "commas in"):
				assert.Equal(t, intake.Refused, list.Lines[0].State, "there is no third column")
			case strings.Contains(name, "without"):
				assert.Equal(t, []string{"Anna z0", "Zoë z1", "José Müller j2"}, names)
			default:
				assert.Equal(t, []string{"Zoë z1", "José Müller j2"}, names)
			}
			assert.Equal(t, strings.HasPrefix(name, "a header"), list.Header)
		})
	}
}

func TestALineWithoutAnIDGetsOne(t *testing.T) {
	t.Parallel()
	list, err := intake.Read("abc", intake.Students, []byte("Zoë\nAnna\n"), ids)
	require.NoError(t, err)
	assert.Equal(t, intake.OneColumn, list.Separator)
	assert.Equal(t, courses.StudentID("of-import-abc-1"), list.Lines[0].Student)
	assert.Equal(t, courses.StudentID("of-import-abc-2"), list.Lines[1].Student)
	list, err = intake.Read("abc", intake.Courses, []byte("title,seats\nType Theory,20"), ids)
	require.NoError(t, err)
	assert.Equal(t, []intake.Line{{Number: 2, Course: "type-theory", Text: "Type Theory", Capacity: 20, Verdict: intake.Verdict{State: intake.New}, IDOfTitle: true}}, list.Lines)
}

func TestAFileThatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("Zoë\n", intake.MaxLines)
	for name, test := range map[string]struct {
		kind intake.Kind
		file string
		says string // "" if it can be read
	}{
		"nothing but spaces":       {intake.Students, " \n\t\n", "There is no line to import."},
		"only a header":            {intake.Students, "name,id\n", "There is no line to import."},
		"a spreadsheet":            {intake.Students, "PK\x03\x04...", "This is a spreadsheet and not CSV. In the spreadsheet program choose to save it as CSV."},
		"an old spreadsheet":       {intake.Students, "\xd0\xcf\x11\xe0...", "This is a spreadsheet and not CSV. In the spreadsheet program choose to save it as CSV."},
		"a picture":                {intake.Students, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "This is not a text file. Save the list as CSV."},
		"a mark that is not true":  {intake.Students, "\ufeffZo\xeb\n", "The file says that it is UTF-8, and it is not. Save it anew as CSV UTF-8."},
		"as many lines as one may": {intake.Students, "name\n" + many, ""},
		"a line too many":          {intake.Students, many + "Zoë", "The file has more than 2,000 lines. Cut it into several files."},
		"far too many":             {intake.Students, many + many, "The file has more than 2,000 lines. Cut it into several files."},
		"too large":                {intake.Students, strings.Repeat("Z", intake.MaxBytes+1), "The file is larger than 1 MB. Cut it into several files."},
		"a column that is missing": {intake.Courses, "title,id\nLogic,l1\n", "The first line names no column “capacity”. Add it."},
		"the name is missing":      {intake.Students, "id,email\n1,a@b\n", "The first line names no column “name”. Add it."},
		"a column twice":           {intake.Courses, "title,name,seats\na,b,3\n", "The first line names the column “title” twice. Leave one of them out."},
		"a course called Course":   {intake.Courses, "Course,3\n", ""},
		"a quote that never ends":  {intake.Students, "Zoë\n\"Anna\nBert\nCarl\n", "A quote opens in line 2 and is never closed, so nothing after it can be read. Close it, or leave it out."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := intake.Read("abc", test.kind, []byte(test.file), ids)
			if test.says == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, intake.Problem(test.says), err)
		})
	}
}
