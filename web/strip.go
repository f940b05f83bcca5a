package web

import (
	"fmt"
	"slices"
	"strconv"

	"go-crablet/dcb"
	"go-crablet/readmodel"
	"go-crablet/receipt"
)

// A strip draws the log as one attempt saw it: a tile for each of the last events
// inside the boundary, and counts for the rest. Positions have no gaps, so what
// lies between two events of the boundary lies outside it.
type strip struct {
	Tiles []tile
	Last  int64 // the last position that is drawn
}

// A tile is one mark of the strip, and stands for the positions From to To.
type tile struct {
	Kind     tileKind
	From, To int64      // 0 for what has no place in the log
	Inside   int        // how many of them lie inside the boundary
	Words    eventWords // of the one event, for tiles that are one
	Type     string     // of that event, with its tags
	Tags     dcb.Tags
	Another  bool     // of those that were appended together, and not the first
	Of       tileKind // of the tiles that it counts, if there are more than can be drawn
}

// A tileKind says what a tile stands for; the stylesheet knows it by its name.
type tileKind string

const (
	tileStretch  tileKind = "stretch"  // many events, counted
	tileOutside  tileKind = "outside"  // few events, all outside
	tileInside   tileKind = "inside"   // an event inside the boundary
	tileNew      tileKind = "new"      // the same, and not known to the attempt before
	tileReadTo   tileKind = "read-to"  // where reading ended; nothing was to be appended
	tileAfter    tileKind = "after"    // where reading ended, and the condition begins
	tileConflict tileKind = "conflict" // an event that got inside the boundary after that
	tileOwn      tileKind = "own"      // an event that this attempt appended
	tileGhost    tileKind = "ghost"    // an event that this attempt could not append
	tileFailed   tileKind = "failed"   // an event that is not known to be appended: the attempt failed
	tileHeld     tileKind = "held"     // an event that it waits to append
	tilePlanned  tileKind = "planned"  // an event that would be appended
	tileMore     tileKind = "more"     // more of the own or the ghosts, counted
)

const (
	fewestTiles = 2 // inside the boundary, if so many are known
	mostBars    = 5 // a longer run of events outside is counted instead
	mostWanted  = 9 // more events that the attempt wanted are counted
)

// stripOf draws the last of the attempts. Those before it read a part of what it
// knew.
func stripOf(names readmodel.Names, attempts []receipt.Attempt) strip {
	current := attempts[len(attempts)-1]
	shown, read := lastRead(attempts)
	shown = shown[max(0, len(shown)-max(fewestTiles, newlyRead(attempts))):]

	var s strip
	if folded := read - len(shown); folded > 0 {
		end := current.ReadTo
		if len(shown) > 0 {
			end = shown[0].Position - 1
		}
		s.count(end, folded)
	}
	for _, e := range shown {
		kind := tileInside
		if len(attempts) > 1 && holds(current.LastRead, e) {
			kind = tileNew
		}
		s.event(names, kind, e)
	}
	s.outsideUpTo(current.ReadTo)

	end := tileReadTo
	if len(current.Wanted) > 0 {
		end = tileAfter
	}
	s.Tiles = append(s.Tiles, tile{Kind: end, From: current.ReadTo, To: current.ReadTo})

	wanted := tileOwn
	if current.Failure != nil || current.StartedOver != nil {
		wanted = tileFailed
	}
	if current.Conflict != nil {
		wanted = tileGhost
		for _, e := range current.Conflict.Events {
			s.event(names, tileConflict, e)
		}
	}
	s.wanted(names, wanted, current.Wanted)
	return s
}

// wanted adds the events that an attempt wanted to append.
func (s *strip) wanted(names readmodel.Names, kind tileKind, events []receipt.Event) {
	shown := events
	if len(shown) > mostWanted {
		shown = shown[:mostWanted-1]
	}
	for i, e := range shown {
		s.event(names, kind, e)
		s.Tiles[len(s.Tiles)-1].Another = i > 0
	}
	more := events[len(shown):]
	if len(more) == 0 {
		return
	}
	s.Tiles = append(s.Tiles, tile{Kind: tileMore, Of: kind, From: more[0].Position, To: more[len(more)-1].Position, Inside: len(more)})
	s.Last = max(s.Last, more[len(more)-1].Position)
}

// lastRead returns the last events inside the boundary that the attempts read, as far
// back as every one of them was kept, and how many there are in all.
func lastRead(attempts []receipt.Attempt) (events []receipt.Event, read int) {
	complete := true
	for _, attempt := range slices.Backward(attempts) {
		last, n := attempt.LastRead, attempt.Read
		if attempt.Moved != nil {
			last, n = attempt.Moved.LastInside, attempt.Moved.Inside
		}
		read += n
		if complete {
			events = slices.Concat(last, events)
			complete = len(last) == n
		}
		if attempt.Moved != nil {
			break // what was inside before does not count any more
		}
	}
	return events, read
}

func holds(events []receipt.Event, event receipt.Event) bool {
	return slices.ContainsFunc(events, func(e receipt.Event) bool { return e.Position == event.Position })
}

// newlyRead counts what the last attempt is known to have read, if it is a retry.
func newlyRead(attempts []receipt.Attempt) int {
	if len(attempts) == 1 {
		return 0
	}
	return len(attempts[len(attempts)-1].LastRead)
}

// event adds one event, and before it whatever lies outside the boundary.
func (s *strip) event(names readmodel.Names, kind tileKind, e receipt.Event) {
	if e.Position > 0 {
		s.outsideUpTo(e.Position - 1)
		s.Last = e.Position
	}
	inside := 1
	if kind.waits() {
		inside = 0
	}
	s.Tiles = append(s.Tiles, tile{
		Kind: kind, From: e.Position, To: e.Position, Inside: inside,
		Words: words(names, e.Type, e.Data), Type: e.Type, Tags: e.Tags,
	})
}

// outsideUpTo adds what is not drawn yet, up to a position, as outside.
func (s *strip) outsideUpTo(position int64) {
	if position > s.Last {
		s.count(position, 0)
	}
}

// count adds what is not drawn yet, up to a position, with so many inside.
func (s *strip) count(position int64, inside int) {
	t := tile{Kind: tileStretch, From: s.Last + 1, To: position, Inside: inside}
	if inside == 0 && t.Outside() <= mostBars {
		t.Kind = tileOutside
	}
	s.Tiles = append(s.Tiles, t)
	s.Last = position
}

// waits reports whether events of the kind have no place in the log.
func (k tileKind) waits() bool {
	return k == tileGhost || k == tileFailed || k == tileHeld || k == tilePlanned
}

// Outside returns how many of a tile's positions lie outside the boundary.
func (t tile) Outside() int { return int(t.To-t.From) + 1 - t.Inside }

// One reports whether the tile is a single event.
func (t tile) One() bool { return t.Words.Icon != "" }

// URL is the address of the event's page, or "" when it has no place in the log.
func (t tile) URL() string {
	if t.To == 0 {
		return ""
	}
	return eventURL(t.To)
}

// Position words the tile's place in the log.
func (t tile) Position() string {
	if t.Kind.waits() {
		return "?"
	}
	return strconv.FormatInt(t.To, 10)
}

// Note is the word below a tile that is more than inside.
func (t tile) Note() string {
	if t.Another {
		return "" // the first says it for all
	}
	switch t.Kind {
	case tileNew:
		return "new"
	case tileConflict:
		return "conflict"
	case tileOwn:
		return "appended"
	case tileGhost:
		return "lost"
	case tileFailed:
		return "failed"
	case tileHeld:
		return "held"
	case tilePlanned:
		return "if sent"
	case tileMore:
		return tile{Kind: t.Of}.Note()
	default:
		return ""
	}
}

// NoteIcon is the symbol beside the note, or "".
func (t tile) NoteIcon() string {
	switch t.Kind {
	case tileConflict:
		return "i-conflict"
	case tileOwn:
		return "i-check"
	default:
		return ""
	}
}

// Sentence says all that the tile shows.
func (t tile) Sentence() string {
	event := fmt.Sprintf("%d: %s", t.To, t.Words.Sentence)
	switch t.Kind {
	case tileStretch:
		return fmt.Sprintf("%d to %d: %d inside the boundary, %d outside", t.From, t.To, t.Inside, t.Outside())
	case tileOutside:
		if t.From == t.To {
			return fmt.Sprintf("%d: outside the boundary", t.To)
		}
		return fmt.Sprintf("%d to %d: outside the boundary", t.From, t.To)
	case tileInside:
		return event + ", inside the boundary"
	case tileNew:
		return event + ", inside the boundary and new to this attempt"
	case tileReadTo:
		return fmt.Sprintf("The log was read up to %d", t.To)
	case tileAfter:
		return fmt.Sprintf("The log was read up to %d. Nothing inside the boundary may come after it", t.To)
	case tileConflict:
		return event + ", a conflict: inside the boundary, and after what was read"
	case tileOwn:
		return event + ", appended by this attempt"
	case tileMore:
		return fmt.Sprintf("%d more, %s", t.Inside, t.Note())
	case tileFailed:
		return "Not known to be appended: " + t.Words.Sentence
	case tileHeld:
		return "Held, and not appended yet: " + t.Words.Sentence
	case tilePlanned:
		return "Not appended yet: " + t.Words.Sentence
	default:
		return "Lost, not appended: " + t.Words.Sentence
	}
}

// Kinds returns a tile for each kind of event that occurs, for the legend.
func (s strip) Kinds() []eventWords {
	var kinds []eventWords
	for _, t := range s.Tiles {
		known := slices.ContainsFunc(kinds, func(k eventWords) bool { return k.Kind == t.Words.Kind })
		if t.One() && !known {
			kinds = append(kinds, t.Words)
		}
	}
	return kinds
}

// Has reports whether a kind of tile occurs.
func (s strip) Has(kind tileKind) bool {
	return slices.ContainsFunc(s.Tiles, func(t tile) bool { return t.Kind == kind })
}

// Label names the strip for those who do not see it.
func (s strip) Label() string {
	if s.Last == 0 {
		return "The log, empty"
	}
	return fmt.Sprintf("The log, positions 1 to %d", s.Last)
}
