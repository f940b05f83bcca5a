package catalogue

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"go-crablet/domain/courses"
)

// freeCourseID makes a readable id of a title that no course in the log has.
func (p *Pages) freeCourseID(ctx context.Context, title string) (courses.CourseID, error) {
	var failure error
	id := readableID(title, "course", func(id string) bool {
		taken, err := p.Happened(ctx, courses.CourseExists(courses.CourseID(id)).Query())
		failure = errors.Join(failure, err)
		return taken
	})
	return courses.CourseID(id), failure
}

// CourseIDOf makes a readable id of a title. A course may have the id already.
func CourseIDOf(title string) courses.CourseID {
	return courses.CourseID(readableID(title, "course", func(string) bool { return false }))
}

// mostNumbered is the highest number at the end of a readable id.
const mostNumbered = 9

// readableID makes an id of a title or a name: "Type Theory" becomes type-theory, or
// type-theory-2 if that is taken, and "Zoë" becomes zoe. A text without letters that an
// address can show becomes the word otherwise with a random end. A name that is taken nine
// times gets a random end, too: each call of taken costs a read of the log.
func readableID(from, otherwise string, taken func(id string) bool) string {
	id := strings.Trim(firstBytes(strings.Join(plainWords(from), "-"), 50), "-")
	if id == "" {
		id = otherwise + "-" + randomEnd()
	}
	candidate := id
	for n := 2; taken(candidate); n++ {
		if n <= mostNumbered {
			candidate = id + "-" + strconv.Itoa(n)
		} else {
			candidate = id + "-" + randomEnd()
		}
	}
	return candidate
}

// plainWords returns the words of a text in the letters a to z and in digits, without
// accents and apostrophes.
func plainWords(text string) []string {
	var words []string
	var word strings.Builder
	for _, c := range norm.NFD.String(strings.ToLower(text)) + " " {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			word.WriteRune(c)
		case unicode.Is(unicode.Mn, c) || c == '\'' || c == '’': // an accent, an apostrophe: the word goes on
		case word.Len() > 0:
			words = append(words, word.String())
			word.Reset()
		}
	}
	return words
}

func randomEnd() string { return strings.ToLower(rand.Text()[:6]) }

// firstBytes returns the first n bytes of a text in ASCII.
func firstBytes(text string, n int) string { return text[:min(len(text), n)] }
