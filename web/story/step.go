package story

import "github.com/a-h/templ"

// step marks the i-th tile as a step of what happened, to which the arrow keys of stage mode move
// the focus. Neighbours of one kind are one step.
func (s Strip) step(i int) templ.Attributes {
	kind := s.Tiles[i].Kind
	if !kind.happened() || i > 0 && s.Tiles[i-1].Kind == kind {
		return nil
	}
	return templ.Attributes{"data-step": true}
}

// happened reports whether a tile of the kind shows something that the attempt did, or that
// happened to it. The others show what was in the log before.
func (k tileKind) happened() bool {
	switch k {
	case TileStretch, TileOutside, TileInside, TileMore:
		return false
	default:
		return true
	}
}
