package site

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A moment is an earlier position of the log. A page of a moment shows everything as if the log
// ended there, and offers nothing to do.
type moment struct {
	Position int64            // of the last event that the page shows
	First    int64            // position of the first event of the same append
	Head     int64            // position of the last event in the log
	At       time.Time        // when the event at Position was recorded
	Words    story.EventWords // of the event at Position
	Path     string           // of the page
	With     url.Values       // the parameters of its address that mean the same at every moment

	past  *readmodel.Past
	table *table // of the routes; it knows which other pages have a past
}

// keptOverTime are the parameters that mean the same at every moment.
var keptOverTime = []string{"find", "order", "type", "tags"}

// keptOverTime returns the parameters of the address that mean the same at every moment.
func (v *Visit) keptOverTime() url.Values {
	kept := url.Values{}
	for _, name := range keptOverTime {
		if values, ok := v.R.URL.Query()[name]; ok {
			kept[name] = values
		}
	}
	return kept
}

// momentOf describes the event that the log ended with at a past moment.
func (v *Visit) momentOf(past *readmodel.Past) (*moment, error) {
	m := &moment{Position: past.Position, Head: past.Head, Path: v.R.URL.Path, With: v.keptOverTime(), past: past, table: v.table}
	var err error
	if m.First, _, err = v.LogOf(v.Context()).AppendOf(v.Context(), m.Position); err != nil {
		return nil, err
	}
	last, err := v.eventAt(v.Context(), m.Position)
	if last == nil || err != nil {
		return m, err
	}
	names, err := m.names(v.Context(), last.Tags)
	if err != nil {
		return nil, err
	}
	m.At, m.Words = last.RecordedAt.UTC(), story.Words(names, last.Type, last.Data)
	return m, nil
}

// fullTitle is the title of the page, with the moment that it shows.
func (l Layout) fullTitle() string {
	if l.Past() {
		return l.Title + ", as of " + strconv.FormatInt(l.Moment.Position, 10)
	}
	if len(l.Promoted) > 0 {
		return l.promotedTitle() + l.Title
	}
	return l.Title
}

// Missing is the error of a page about something that is not there: the refusal itself, or
// on a page of the past, that it was not there at that moment.
func (l Layout) Missing(refusal error) error {
	if l.Past() {
		return BadRequest(http.StatusNotFound, ui.Sentence(refusal.Error()+" as of position "+strconv.FormatInt(l.Moment.Position, 10)))
	}
	return refusal
}

// Now is the address of the page as it is now.
func (m moment) Now() string { return m.address(m.With) }

// Earlier is the address of the page as of the append before, or "".
func (m moment) Earlier() string { return m.at(m.First - 1) }

// Later is the address of the page as of the append after, or "".
func (m moment) Later() string { return m.at(m.Position + 1) }

func (m moment) at(position int64) string {
	if 1 <= position && position <= m.Head {
		return AsOfURL(m.address(m.With), position)
	}
	return ""
}

// AtOnce says how many events the last append stored, if there are several.
func (m moment) AtOnce() string {
	if m.First == m.Position {
		return ""
	}
	return "One append stored " + strconv.FormatInt(m.Position-m.First+1, 10) + " events, so the log never ended between " +
		strconv.FormatInt(m.First, 10) + " and " + strconv.FormatInt(m.Position, 10) + "."
}

func (m moment) address(query url.Values) string {
	address := url.URL{Path: m.Path, RawQuery: query.Encode()}
	return address.String()
}

// EventURL is the address of the last event, as of the moment.
func (m moment) EventURL() string { return AsOfURL(story.EventURL(m.Position), m.Position) }

// AsOfURL returns the address of a page as of a position.
func AsOfURL(address string, position int64) string {
	page, err := url.Parse(address)
	if err != nil {
		return address
	}
	query := page.Query()
	query.Set("as_of", strconv.FormatInt(position, 10))
	page.RawQuery = query.Encode()
	return page.String()
}
