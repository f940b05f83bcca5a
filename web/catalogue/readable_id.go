package catalogue

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/site"
)

// decideWithReadableID decides a command that gives something an id of our making.
// next makes the command: with an id that is free, or with the one of the given fact,
// when that is what the request brought about before.
func (p *Pages) decideWithReadableID(v *site.Visit, title string, taken courses.Refusal, next func(ctx context.Context, before dcb.Fact) (dcb.Command, error)) (receipt.Result, error) {
	return p.decisions.Held.Hold(v, title, func(v *site.Visit) (receipt.Result, error) {
		return p.tryReadableIDs(v, title, taken, next)
	})
}

func (p *Pages) tryReadableIDs(v *site.Visit, title string, taken courses.Refusal, next func(ctx context.Context, before dcb.Fact) (dcb.Command, error)) (receipt.Result, error) {
	for {
		before, found, err := p.decisions.CarriedOut(v.Context(), v.Key())
		if err != nil {
			return receipt.Result{}, err
		}
		cmd, err := next(v.Context(), before)
		if err != nil {
			return receipt.Result{}, err
		}
		record, err := p.decisions.Take(v, cmd, title)
		switch {
		case errors.Is(err, taken): // by somebody else, a moment ago
		case errors.Is(err, courses.ErrRequestReused) && !found: // by this request, a moment ago
		default:
			return p.decisions.Settle(v, record, err)
		}
	}
}

// readableID makes an id of a title or a name: "Type Theory" becomes type-theory,
// or type-theory-2 when that is taken, and "Zoë" becomes zoe. What has no letters
// that an address can show gets the given word and a random end. So does the tenth of a
// name, for each look whether an id is taken costs a read of the log.
func readableID(from, otherwise string, taken func(id string) bool) string {
	var words []string
	var word strings.Builder
	for _, c := range norm.NFD.String(strings.ToLower(from)) + " " {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			word.WriteRune(c)
		case unicode.Is(unicode.Mn, c) || c == '\'' || c == '’': // an accent, an apostrophe: no new word
		case word.Len() > 0:
			words = append(words, word.String())
			word.Reset()
		}
	}
	id := strings.Trim(firstBytes(strings.Join(words, "-"), 50), "-")
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

// mostNumbered is the highest number at the end of a readable id.
const mostNumbered = 9

func randomEnd() string { return strings.ToLower(rand.Text()[:6]) }

// freeID makes a readable id that nothing has which a query finds in the log.
func (p *Pages) freeID(ctx context.Context, from, otherwise string, finds func(id string) dcb.Query) (string, error) {
	var failure error
	id := readableID(from, otherwise, func(id string) bool {
		taken, err := p.Happened(ctx, finds(id))
		failure = errors.Join(failure, err)
		return taken
	})
	return id, failure
}

// firstBytes returns the first n bytes of a text in ASCII.
func firstBytes(text string, n int) string { return text[:min(len(text), n)] }
