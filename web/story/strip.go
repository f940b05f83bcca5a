package story

import (
	"fmt"
	"slices"
	"strconv"

	"go-crablet/dcb"
	"go-crablet/readmodel"
	"go-crablet/receipt"
)

// A Strip draws the log as one attempt saw it: a tile for each of the last events inside the
// boundary, and counts for the rest. Positions have no gaps, so all events between two
// neighbours inside the boundary lie outside.
type Strip struct {
	Tiles []Tile
	Last  int64 // the last position that a tile covers
}

// A Tile is one mark of the strip, and stands for the positions From to To.
type Tile struct {
	Kind     tileKind
	From, To int64 // 0 if the event is not in the log
	Inside   int   // how many of the positions lie inside the boundary

	// For a tile that stands for a single event.
	Words    EventWords
	Type     string
	Tags     dcb.Tags
	SameNote bool // the tile before it has the same note, so it has none

	Of tileKind // for TileMore: the kind of the tiles that it counts
}

// A tileKind says what a tile stands for. The stylesheet has a class for each.
type tileKind string

// The kinds of tiles.
const (
	TileStretch  tileKind = "stretch"  // many events, counted
	TileOutside  tileKind = "outside"  // few events, all outside
	TileInside   tileKind = "inside"   // an event inside the boundary
	tileNew      tileKind = "new"      // an event inside the boundary, new to a retry
	TileReadTo   tileKind = "read-to"  // where reading ended; nothing was to be appended
	TileAfter    tileKind = "after"    // where reading ended, and the condition begins
	TileConflict tileKind = "conflict" // an event that got inside the boundary after that
	TileOwn      tileKind = "own"      // an event that this attempt appended
	TileGhost    tileKind = "ghost"    // an event that this attempt could not append
	TileFailed   tileKind = "failed"   // an event that is not known to be appended: the attempt failed
	TileHeld     tileKind = "held"     // an event whose append is held
	TilePlanned  tileKind = "planned"  // an event that would be appended
	TileMore     tileKind = "more"     // more events of the kind Of, counted
	tileKept     tileKind = "kept"     // an event inside the boundary that an earlier attempt read
	tileUnkept   tileKind = "unkept"   // events that were read, and that the receipt does not keep
	tileRefused  tileKind = "refused"  // no event: a rule refused it
)

const (
	fewestTiles = 2 // events inside the boundary that are drawn at least, if the receipt has them
	mostBars    = 5 // events outside that are drawn in a row; more are counted
	mostWanted  = 9 // events to append that are drawn; more are counted
)

// StripOf draws the last of the attempts. It needs the attempts before it, because a retry
// only reads on.
func StripOf(names readmodel.Names, attempts []receipt.Attempt) Strip {
	current := attempts[len(attempts)-1]
	shown, read := lastRead(attempts)
	shown = shown[max(0, len(shown)-max(fewestTiles, newlyRead(attempts))):]

	var s Strip
	if folded := read - len(shown); folded > 0 {
		end := current.ReadTo
		if len(shown) > 0 {
			end = shown[0].Position - 1
		}
		s.Count(end, folded)
	}
	for _, e := range shown {
		kind := TileInside
		if len(attempts) > 1 && holds(current.LastRead, e) {
			kind = tileNew
		}
		s.Event(names, kind, e)
	}
	s.OutsideUpTo(current.ReadTo)

	end := TileReadTo
	if len(current.Wanted) > 0 {
		end = TileAfter
	}
	s.Tiles = append(s.Tiles, Tile{Kind: end, From: current.ReadTo, To: current.ReadTo})

	wanted := TileOwn
	if current.Failure != nil || current.StartedOver != nil {
		wanted = TileFailed
	}
	if current.Conflict != nil {
		wanted = TileGhost
		for _, e := range current.Conflict.Events {
			s.Event(names, TileConflict, e)
		}
	}
	s.Wanted(names, wanted, current.Wanted)
	return s
}

// Wanted adds the events that an attempt wanted to append.
func (s *Strip) Wanted(names readmodel.Names, kind tileKind, events []receipt.Event) {
	shown := events
	if len(shown) > mostWanted {
		shown = shown[:mostWanted-1]
	}
	for i, e := range shown {
		s.Event(names, kind, e)
		s.Tiles[len(s.Tiles)-1].SameNote = i > 0
	}
	more := events[len(shown):]
	if len(more) == 0 {
		return
	}
	s.Tiles = append(s.Tiles, Tile{Kind: TileMore, Of: kind, From: more[0].Position, To: more[len(more)-1].Position, Inside: len(more)})
	s.Last = max(s.Last, more[len(more)-1].Position)
}

// lastRead returns the last events inside the boundary that the attempts read, as far back as
// the receipt keeps all of them, and the total number of events inside.
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
			break // the boundary moved: earlier attempts read another one
		}
	}
	return events, read
}

func holds(events []receipt.Event, event receipt.Event) bool {
	return slices.ContainsFunc(events, func(e receipt.Event) bool { return e.Position == event.Position })
}

// newlyRead counts the events that the receipt keeps of what a retry read.
func newlyRead(attempts []receipt.Attempt) int {
	if len(attempts) == 1 {
		return 0
	}
	return len(attempts[len(attempts)-1].LastRead)
}

// Event adds a tile for an event, and before it one for the events outside the boundary.
func (s *Strip) Event(names readmodel.Names, kind tileKind, e receipt.Event) {
	if e.Position > 0 {
		s.OutsideUpTo(e.Position - 1)
		s.Last = e.Position
	}
	inside := 1
	if kind.waits() {
		inside = 0
	}
	s.Tiles = append(s.Tiles, Tile{
		Kind: kind, From: e.Position, To: e.Position, Inside: inside,
		Words: Words(names, e.Type, e.Data), Type: e.Type, Tags: e.Tags,
	})
}

// OutsideUpTo adds a tile for the positions up to this one that no tile covers yet. They lie
// outside the boundary.
func (s *Strip) OutsideUpTo(position int64) {
	if position > s.Last {
		s.Count(position, 0)
	}
}

// Count adds a tile for the positions up to this one that no tile covers yet. inside says how
// many of them lie inside the boundary.
func (s *Strip) Count(position int64, inside int) {
	t := Tile{Kind: TileStretch, From: s.Last + 1, To: position, Inside: inside}
	if inside == 0 && t.Outside() <= mostBars {
		t.Kind = TileOutside
	}
	s.Tiles = append(s.Tiles, t)
	s.Last = position
}

// waits reports whether events of the kind are not in the log.
func (k tileKind) waits() bool {
	return k == TileGhost || k == TileFailed || k == TileHeld || k == TilePlanned
}

// Outside returns how many of a tile's positions lie outside the boundary.
func (t Tile) Outside() int { return int(t.To-t.From) + 1 - t.Inside }

// one reports whether the tile stands for a single event.
func (t Tile) one() bool { return t.Words.Icon != "" }

// url is the address of the event's page, or "" if the event is not in the log.
func (t Tile) url() string {
	if t.To == 0 {
		return ""
	}
	return EventURL(t.To)
}

// Position writes the last position of the tile, or "?" if the event is not in the log.
func (t Tile) Position() string {
	if t.Kind.waits() {
		return "?"
	}
	return strconv.FormatInt(t.To, 10)
}

// note is the word below a tile, or "".
func (t Tile) note() string {
	if t.SameNote {
		return ""
	}
	switch t.Kind {
	case tileNew:
		return "new"
	case TileConflict:
		return "conflict"
	case TileOwn:
		return "appended"
	case TileGhost:
		return "lost"
	case TileFailed:
		return "failed"
	case TileHeld:
		return "held"
	case TilePlanned:
		return "if sent"
	case TileMore:
		return Tile{Kind: t.Of}.note()
	default:
		return ""
	}
}

// noteIcon is the symbol beside the note, or "".
func (t Tile) noteIcon() string {
	switch t.Kind {
	case TileConflict:
		return "i-conflict"
	case TileOwn:
		return "i-check"
	default:
		return ""
	}
}

// Sentence says what the tile shows.
func (t Tile) Sentence() string {
	event := fmt.Sprintf("%d: %s", t.To, t.Words.Sentence)
	switch t.Kind {
	case TileStretch:
		return fmt.Sprintf("%d to %d: %d inside the boundary, %d outside", t.From, t.To, t.Inside, t.Outside())
	case TileOutside:
		if t.From == t.To {
			return fmt.Sprintf("%d: outside the boundary", t.To)
		}
		return fmt.Sprintf("%d to %d: outside the boundary", t.From, t.To)
	case TileInside:
		return event + ", inside the boundary"
	case tileNew:
		return event + ", inside the boundary and new to this attempt"
	case tileKept:
		return event + ", inside the boundary and known from the attempt before"
	case tileUnkept:
		return fmt.Sprintf("%d to %d: read, and not kept in the receipt", t.From, t.To)
	case tileRefused:
		return "Refused, so nothing was to be appended: " + t.Words.Sentence
	case TileReadTo:
		return fmt.Sprintf("The log was read up to %d", t.To)
	case TileAfter:
		return fmt.Sprintf("The log was read up to %d. Nothing inside the boundary may come after it", t.To)
	case TileConflict:
		return event + ", a conflict: inside the boundary, and after what was read"
	case TileOwn:
		return event + ", appended by this attempt"
	case TileMore:
		return fmt.Sprintf("%d more, %s", t.Inside, t.note())
	case TileFailed:
		return "Not known to be appended: " + t.Words.Sentence
	case TileHeld:
		return "Held, and not appended yet: " + t.Words.Sentence
	case TilePlanned:
		return "Not appended yet: " + t.Words.Sentence
	default:
		return "Lost, not appended: " + t.Words.Sentence
	}
}

// kinds returns the words of one event of each kind, for the legend.
func (s Strip) kinds() []EventWords {
	var kinds []EventWords
	for _, t := range s.Tiles {
		known := slices.ContainsFunc(kinds, func(k EventWords) bool { return k.Kind == t.Words.Kind })
		if t.one() && !known {
			kinds = append(kinds, t.Words)
		}
	}
	return kinds
}

// has reports whether there is a tile of a kind.
func (s Strip) has(kind tileKind) bool {
	return slices.ContainsFunc(s.Tiles, func(t Tile) bool { return t.Kind == kind })
}

// label names the strip for screen readers.
func (s Strip) label() string {
	if s.Last == 0 {
		return "The log, empty"
	}
	return fmt.Sprintf("The log, positions 1 to %d", s.Last)
}
