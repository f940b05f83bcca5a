package site

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"go-crablet/dcb"
	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A moment is an earlier end of the log, which a page shows everything as of. Such a
// page is for looking only: what it shows is over.
type moment struct {
	First    int64 // of the append that the moment ends with
	Position int64 // of its last event
	Head     int64
	At       time.Time        // when the event at the position was recorded
	Words    story.EventWords // of that event
	Path     string           // of the page
	With     url.Values       // what else its address asks for, whatever the moment

	past  *readmodel.Past
	table *table // of the routes, which knows what else has a past
}

// keptOverTime are the parameters of addresses that mean the same at every moment.
var keptOverTime = []string{"find", "type", "tags"}

// AsOf returns the position that a page is wanted as of, or 0 for now. What is sent by
// a form is done now, whatever its address says.
func (v *Visit) AsOf() (int64, error) {
	wanted := v.R.URL.Query()["as_of"]
	if len(wanted) == 0 || v.R.Method != http.MethodGet && v.R.Method != http.MethodHead {
		return 0, nil
	}
	if err := v.Once("as_of"); err != nil {
		return 0, err
	}
	position, err := PositionOf(wanted[0])
	if err != nil {
		return 0, BadRequest(http.StatusBadRequest, "There is no such as_of: "+err.Error()+".")
	}
	return position, nil
}

// onlyNow says that a page shows nothing but what is now, if its address asks for an
// earlier time.
func (v *Visit) onlyNow() error {
	if position, err := v.AsOf(); err != nil || position == 0 {
		return err
	}
	return BadRequest(http.StatusBadRequest, "This page shows only what is now. Leave as_of out of its address.")
}

// PageAsOf is visit for a page that can also be shown as of an earlier position, if
// its address asks for one.
func (v *Visit) PageAsOf(title, section string, ofPage questions) (Layout, error) {
	position, err := v.AsOf()
	if err != nil {
		return Layout{}, err
	}
	if position == 0 {
		l, err := v.Page(title, section, ofPage)
		l.LooksBack = true
		return l, err
	}
	past, err := readmodel.AsOf(v.Context(), v.PageLog(), v.Keys, position)
	if err != nil {
		return Layout{}, err
	}
	if past.Position < position {
		return Layout{}, BadRequest(http.StatusNotFound, ui.Sentence(ErrBeyond(past.Head).Error()+", so nothing is known as of a later one"))
	}
	l := Layout{
		Title: title, Section: section, Path: v.R.URL.Path, Bars: v.bars(),
		OpenDemo: v.openDemo(), Database: v.Database, Position: past.Position, LooksBack: true,
	}
	if l.Moment, err = v.momentOf(past); err != nil {
		return l, err
	}
	l.Done = StepsOf(v.Notes())
	var ask readmodel.Questions
	who := Visitor{Acting: Acting(v.Who())} // whatever their role, there is nothing to do in the past
	ask.Student(&l.Acting, who.Acting)
	if ofPage != nil {
		ofPage(&ask, who)
	}
	if err := past.Ask(v.Context(), &ask); err != nil {
		return l, err
	}
	if l.Position < l.Moment.Head {
		v.Did(&l, LookedBack)
	}
	return l, nil
}

// momentOf tells of the event that the log ended with.
func (v *Visit) momentOf(past *readmodel.Past) (*moment, error) {
	m := &moment{Position: past.Position, Head: past.Head, Path: v.R.URL.Path, With: url.Values{}, past: past, table: v.table}
	for _, name := range keptOverTime {
		if values, ok := v.R.URL.Query()[name]; ok {
			m.With[name] = values
		}
	}
	var err error
	if m.First, _, err = v.Log.AppendOf(v.Context(), m.Position); err != nil {
		return nil, err
	}
	for e, err := range v.Log.Read(v.Context(), dcb.AllEvents(), dcb.ReadOptions{After: m.Position - 1, Before: m.Position + 1}) {
		if err != nil {
			return nil, err
		}
		names, err := m.names(v.Context(), e.Tags)
		if err != nil {
			return nil, err
		}
		m.At, m.Words = e.RecordedAt.UTC(), story.Words(names, e.Type, e.Data)
	}
	return m, nil
}

// Past reports whether the page shows an earlier moment, and nothing can be done on it.
func (l Layout) Past() bool { return l.Moment != nil }

// FullTitle is the title of the page, with the moment that it shows.
func (l Layout) FullTitle() string {
	if l.Past() {
		return l.Title + ", as of " + strconv.FormatInt(l.Moment.Position, 10)
	}
	return l.Title
}

// NamesIn returns the names of what tags stood for when a page's log ended.
func (s *Site) NamesIn(ctx context.Context, l Layout, tags ...dcb.Tag) (readmodel.Names, error) {
	if l.Past() {
		return l.Moment.names(ctx, tags)
	}
	return s.Names(ctx, tags...)
}

// names returns the names of what tags stood for then.
func (m *moment) names(ctx context.Context, tags dcb.Tags) (names readmodel.Names, err error) {
	var ask readmodel.Questions
	ask.Names(&names, tags)
	return names, m.past.Ask(ctx, &ask)
}

// Missing says that something is not on a page, or was not there yet.
func (l Layout) Missing(refusal error) error {
	if l.Past() {
		return BadRequest(http.StatusNotFound, ui.Sentence(refusal.Error()+" as of position "+strconv.FormatInt(l.Moment.Position, 10)))
	}
	return refusal
}

// Now is the address of the page as it is now.
func (m moment) Now() string { return m.address(m.With) }

// Earlier is the address of the page as of one append before, or "".
func (m moment) Earlier() string { return m.at(m.First - 1) }

// Later is the address of the page as of one append behind, or "".
func (m moment) Later() string { return m.at(m.Position + 1) }

func (m moment) at(position int64) string {
	if 1 <= position && position <= m.Head {
		return AsOfURL(m.address(m.With), position)
	}
	return ""
}

// AtOnce says that the moment ends with several events, if it does.
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

// EventURL is the address of the event that the moment ends with, then.
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
