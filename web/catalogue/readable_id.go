package catalogue

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// freeCourseID makes a readable id of a title that no course in the log has, and that differs
// from the ids of courses in more than case.
func (p *Pages) freeCourseID(ctx context.Context, title string) (courses.CourseID, error) {
	var failure error
	id := readableID(title, "course", func(id string) bool {
		taken, err := p.Happened(ctx, courses.CourseExists(courses.CourseID(id)).Query())
		if err == nil && !taken {
			taken, err = p.courseInAnotherCase(ctx, courses.CourseID(id))
		}
		failure = errors.Join(failure, err)
		return taken
	})
	return courses.CourseID(id), failure
}

// CourseIDOf makes a readable id of a title. A course may have the id already.
func CourseIDOf(title string) courses.CourseID {
	return courses.CourseID(readableID(title, "course", func(string) bool { return false }))
}

// Ids that forms make are in small letters, so that nobody has to ask whether Algebra and
// algebra are two courses. The forms write them so, and the domain does not refuse others:
// older ids with capitals stay what they are, and so do the ids that other programs append.
//
// A new id that differs from an older one only in case is refused. How sure that is: the
// decision itself looks at its own id alone, and the tables of the pages are asked about the
// older one. They may be some events late, so an id with capitals that another program appends
// in the same moment is missed. Two forms can't miss each other: they want the same id.

// courseInAnotherCase reports whether a course has an id that differs from this one only in
// case.
func (p *Pages) courseInAnotherCase(ctx context.Context, id courses.CourseID) (bool, error) {
	var ask readmodel.Questions
	var stored courses.CourseID
	ask.CourseInAnyCase(&stored, id)
	_, err := p.Terms.Ask(ctx, &ask)
	return stored != "" && stored != id, err
}

// studentInAnotherCase reports whether a student has an id that differs from this one only in
// case.
func (p *Pages) studentInAnotherCase(ctx context.Context, id courses.StudentID) (bool, error) {
	var ask readmodel.Questions
	var stored courses.StudentID
	ask.StudentInAnyCase(&stored, id)
	_, err := p.Terms.Ask(ctx, &ask)
	return stored != "" && stored != id, err
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

// plainWords returns the words of a text in the letters a to z and in digits, as search folds
// them, without apostrophes.
func plainWords(text string) []string {
	var words []string
	var word strings.Builder
	for _, c := range readmodel.Folded(text) + " " {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			word.WriteRune(c)
		case c == '\'': // an apostrophe: the word goes on
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
